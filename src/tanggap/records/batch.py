"""What a source hands to the lake: rows of several tables, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from tanggap.core.ids import stable_id


@dataclass(frozen=True)
class BadRow:
    """A row that could not be taken: where it stood, what is wrong, and the row itself.

    ``line`` counts from 1. ``row`` is the row as JSON or as read, whole.
    """

    file: str
    line: int
    column: str
    reason: str
    row: str
    target: str
    source: str

    def as_record(self) -> dict[str, Any]:
        """The bad row as a record of the ``quarantine`` table."""
        key = stable_id("q", self.file, self.line, self.column, self.reason, self.row)
        return {"quarantine_id": key, **self.__dict__}


@dataclass(frozen=True)
class Batch:
    """Rows read from one chunk of one file, ready to be committed together.

    ``tables`` maps a table's name to its rows: an Arrow table in the canonical schema (fast sources), or a list
    of dicts (anything else; values may still be loose, validation makes them strict). ``bad_rows`` are already
    known to be unreadable; validation adds its own.
    """

    tables: Mapping[str, pa.Table | Sequence[Mapping[str, Any]]]
    bad_rows: Sequence[BadRow] = ()
    file: str = ""
    chunk: int = 0
    last: bool = True
    lines: Mapping[str, Sequence[int]] = field(default_factory=dict)
