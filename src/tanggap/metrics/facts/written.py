"""Files of facts, written in the background while the engine goes on, and not yet committed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final

import pyarrow as pa
from deltalake.transaction import AddAction

from tanggap.metrics.facts import tables
from tanggap.metrics.facts.about import About
from tanggap.records.delta import DataFile
from tanggap.records.lake import Lake, stored_schema

#: Tables of rows that may wait to be written: each is memory.
_WAITING: Final = 2


class Written:
    """What one refresh writes: rows in, files out; :meth:`commit` makes them count, :meth:`forget` deletes them."""

    def __init__(self, lake: Lake, fold: int) -> None:
        self._lake = lake
        self._fold = fold
        self._writer = ThreadPoolExecutor(1)
        self._adding = Lock()
        self._waiting: deque[tuple[str, int, Future[list[AddAction]]]] = deque()
        self._files: dict[str, list[tuple[int, AddAction]]] = {}

    def add(self, name: str, rows: pa.Table, about: About | None = None, piece: int = 0) -> None:
        """Writes rows of a fact table (without ``fold``), sooner or later; what they lack they take from ``about``.
        Files stand in the order of the pieces they are of, whichever of these was made first.
        """
        with self._adding:
            self._settle(_WAITING)
            folder = self._lake.folder(tables.FACTS[name])
            self._waiting.append((name, piece, self._writer.submit(self._write, name, rows, about, folder.write)))

    def _write(
        self, name: str, rows: pa.Table, about: About | None, write: Callable[[pa.Table], list[AddAction]]
    ) -> list[AddAction]:
        schema = stored_schema(tables.FACTS[name])
        if about is not None:
            rows = about.with_carried(rows, [column for column in schema.names if column != "fold"])
        if "fold" in schema.names:
            rows = rows.append_column("fold", pa.repeat(pa.scalar(self._fold, pa.int64()), rows.num_rows))
        return write(pa.table({field.name: _as_stored(rows[field.name], field) for field in schema}))

    def _settle(self, left: int = 0) -> None:
        while len(self._waiting) > left:
            self._note(*self._waiting.popleft())

    def _note(self, name: str, piece: int, written: Future[list[AddAction]]) -> None:
        self._files.setdefault(name, []).extend((piece, file) for file in written.result())

    def files(self, name: str) -> list[AddAction]:
        """The files of a table, all of them written."""
        self._settle()
        return [file for _, file in sorted(self._files.get(name, []), key=lambda told: told[0])]

    def commit(self, name: str, removed: Sequence[DataFile]) -> None:
        """Makes a table's files count, and those that they replace no longer."""
        self._lake.folder(tables.FACTS[name]).commit_files(self.files(name), removed)
        self._files.pop(name, None)

    def forget(self) -> None:
        """Deletes what no commit has made count."""
        self.close()
        for name, piece, written in self._waiting:
            if not written.cancelled() and written.exception() is None:
                self._note(name, piece, written)
        for name, files in self._files.items():
            self._lake.folder(tables.FACTS[name]).forget([file for _, file in files])

    def close(self) -> None:
        """Ends the thread that writes; what still waits is not written."""
        self._writer.shutdown(cancel_futures=True)


def _as_stored(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    """A column in the type it is stored in; a dictionary of texts is written as it is."""
    return column if pa.types.is_dictionary(column.type) else column.cast(field.type)
