"""Brings the facts up to date before they are read, and gives engine and snapshot to read them with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanggap.cli.common import Session
from tanggap.cli.progress import meter
from tanggap.cli.words import say
from tanggap.core.errors import LakeBusyError, LakeReadOnlyError

if TYPE_CHECKING:
    from tanggap.engine.base import Engine
    from tanggap.metrics.facts.refresh import Refreshed
    from tanggap.records.lake import Snapshot


@dataclass(frozen=True)
class Ready:
    """An open engine and the lake as it is, facts included."""

    engine: Engine
    snapshot: Snapshot
    refreshed: Refreshed | None  # None: not possible now, the facts are those of the last refresh


def refresh_facts(session: Session, engine: Engine, *, rebuild: bool = False) -> Refreshed:
    """Folds what is new in the lake into the facts.

    Raises:
        LakeBusyError: another process is writing.
    """
    from tanggap.metrics.facts.refresh import refresh

    label = say("refreshing", session.language)
    with meter(session.err) as shown:
        shown.at(label)
        return refresh(
            session.lake, engine, session.settings, rebuild=rebuild,
            progress=lambda _, done, total: shown.at(label, done, total),
        )  # fmt: skip


@contextmanager
def facts_ready(session: Session) -> Iterator[Ready]:
    """The facts, refreshed; where another process is writing or nobody may, as they were last, and that is said."""
    from tanggap.metrics.facts.tables import FACTS

    with session.engine() as engine:
        refreshed: Refreshed | None = None
        try:
            refreshed = refresh_facts(session, engine)
        except (LakeBusyError, LakeReadOnlyError) as error:
            if session.lake.snapshot(FACTS)["refreshes"].version < 0:
                raise
            session.note("stale_facts" if isinstance(error, LakeBusyError) else "read_only")
        yield Ready(engine, session.lake.snapshot(FACTS), refreshed)
