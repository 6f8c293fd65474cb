"""Finished scorecards, kept for whoever asks for the same again: a page that many look at is computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from threading import Lock
from typing import Any, Final

from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.model import Scorecard
from tanggap.metrics.scorecard import scorecard
from tanggap.records.lake import Snapshot

#: So many cells are kept in all, about a kilobyte each.
_CELLS: Final = 100_000


class Scorecards:
    """Keeps scorecards by all that they depend on, those asked for last; threads may share it.

    A scorecard follows from the very files of its snapshot (a file of the lake is never changed), the settings, the
    text of the shop's own figures, and what was asked; the clock on the wall has no part in it. So nothing is ever
    out of date: whoever writes or changes something asks for another scorecard.
    """

    def __init__(self, *, cells: int = _CELLS) -> None:
        self._cells = cells
        self._kept: OrderedDict[Hashable, Scorecard] = OrderedDict()
        self._lock = Lock()

    def get(self, engine: Engine, snapshot: Snapshot, settings: Settings, **asked: Any) -> Scorecard:
        """What :func:`tanggap.metrics.scorecard.scorecard` gives for the same arguments, and what that raises. It is
        shared, and so not to be changed.
        """
        key = _key(engine, snapshot, settings, asked)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        card = scorecard(engine, snapshot, settings, **asked)
        with self._lock:
            self._kept[key] = card
            while len(self._kept) > 1 and sum(len(kept.cells) for kept in self._kept.values()) > self._cells:
                self._kept.popitem(last=False)
        return card


def _key(engine: Engine, snapshot: Snapshot, settings: Settings, asked: dict[str, Any]) -> Hashable:
    files = tuple((name, tuple(table.paths())) for name, table in sorted(snapshot.tables.items()))
    figures = tuple(Path(path).read_bytes() if Path(path).is_file() else None for path in settings.metrics_files)
    wanted = {name: tuple(value) if isinstance(value, list) else value for name, value in asked.items()}
    return engine.name, files, repr(settings), figures, tuple(sorted(wanted.items()))
