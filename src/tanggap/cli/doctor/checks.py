"""Looks through a lake: each check reads a few columns and says what it found."""

from __future__ import annotations

from collections.abc import Iterator

from tanggap.cli.common import Session, now_micros
from tanggap.cli.doctor import desk, events
from tanggap.cli.doctor.findings import Examined, Finding, Level, SourcePeriod
from tanggap.cli.ready import Ready
from tanggap.engine.base import Engine
from tanggap.metrics.facts.tables import FACTS
from tanggap.records.lake import Snapshot
from tanggap.records.tables import TABLES


def examine(session: Session, ready: Ready) -> Examined:
    """Runs every check on the lake as it is."""
    engine, snapshot = ready.engine, ready.snapshot
    timezone = session.settings.shop.timezone
    findings = list(_all(session, engine, snapshot, timezone))
    findings.sort(key=lambda finding: finding.level is not Level.ATTENTION)
    rows = {name: snapshot.rows(name) for name in TABLES}
    return Examined(rows, sources(engine, snapshot), findings)


def _all(session: Session, engine: Engine, snapshot: Snapshot, timezone: str) -> Iterator[Finding]:
    yield from desk.quarantine(session.lake)
    yield from desk.unfinished(session.lake)
    if snapshot.rows("events"):
        yield from events.clocks(engine, snapshot, now_micros(), timezone)
        yield from events.openings(engine, snapshot)
        yield from events.gaps(engine, snapshot, timezone)
        yield from events.duplicates(engine, snapshot)
        yield from events.late(engine, snapshot, timezone)
    yield from desk.people(engine, snapshot)
    yield from desk.currencies(engine, snapshot, session.settings.shop.currency)
    yield from desk.rules(session.settings, snapshot)
    yield from desk.fragments(snapshot)


def sources(engine: Engine, snapshot: Snapshot) -> list[SourcePeriod]:
    """The events by source, the most first."""
    if not snapshot.rows("events"):
        return []
    rows = engine.attach(snapshot["events"])
    found = engine.run(
        rows.group_by("source").aggregate(n=rows.count(), first=rows.occurred_at.min(), last=rows.occurred_at.max())
    ).to_pylist()
    listed = [SourcePeriod(row["source"], row["n"], row["first"], row["last"]) for row in found]
    return sorted(listed, key=lambda source: (-source.events, source.source))


def all_tables() -> list[str]:
    """Every table of a lake, the facts too."""
    return [*TABLES, *FACTS]
