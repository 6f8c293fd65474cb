"""What every reader hands on: a fixed number of rows as columns of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanggap.sources.csv.files import printable

#: Rows of a chunk. An import goes on from a whole chunk, so this number must not depend on the machine.
CHUNK_ROWS: Final = 50_000

TEXT: Final = pa.large_string()


@dataclass(frozen=True)
class Fault:
    """A row that could not even be split into fields."""

    line: int
    column: str
    reason: str
    row: str


@dataclass(frozen=True)
class Chunk:
    """Rows as text: ``table`` has one large_string column a heading, ``lines`` each row's line (from 1)."""

    number: int
    table: pa.Table
    lines: npt.NDArray[np.int64]
    faults: Sequence[Fault] = ()
    last: bool = False

    def __len__(self) -> int:
        return len(self.lines)

    def raw(self, row: int) -> str:
        """Row ``row`` as JSON, whole."""
        record = {name: self.table.column(name)[row].as_py() for name in self.table.column_names}
        return printable(json.dumps(record, ensure_ascii=False))


def make_table(headings: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """``rows`` as columns of text."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(headings)
    return pa.table([pa.array(column, TEXT) for column in columns], names=list(headings))


def distinct(names: Sequence[str]) -> list[str]:
    """Headings made different: a second "Variant" is "Variant (2)", an empty one "column 3"."""
    seen: dict[str, int] = {}
    result = []
    for i, name in enumerate(names, 1):
        heading = " ".join(name.split()) or f"column {i}"
        seen[heading] = seen.get(heading, 0) + 1
        unique = heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"
        while unique != heading and unique in seen:
            seen[heading] += 1
            unique = f"{heading} ({seen[heading]})"
        seen.setdefault(unique, 1)
        result.append(unique)
    return result


def whole(chunks: Iterator[Chunk]) -> Chunk:
    """All chunks as one, for what can only be told from the whole file."""
    parts = list(chunks)
    lines = np.concatenate([part.lines for part in parts]) if parts else np.empty(0, dtype=np.int64)
    table = pa.concat_tables([part.table for part in parts], promote_options="default").combine_chunks()
    return Chunk(0, table, lines, [fault for part in parts for fault in part.faults], last=True)


@dataclass
class Gatherer:
    """Collects rows and gives them out as chunks of :data:`CHUNK_ROWS` rows read, faulty ones counted in."""

    headings: Sequence[str]
    rows: list[Sequence[str | None]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    number: int = 0

    @property
    def full(self) -> bool:
        """A chunk's worth of rows is here."""
        return len(self.rows) + len(self.faults) >= CHUNK_ROWS

    def take(self, *, last: bool = False) -> Chunk:
        """The rows gathered so far as a chunk."""
        lines = np.array(self.lines, dtype=np.int64)
        chunk = Chunk(self.number, make_table(self.headings, self.rows), lines, tuple(self.faults), last)
        self.rows, self.lines, self.faults = [], [], []
        self.number += 1
        return chunk
