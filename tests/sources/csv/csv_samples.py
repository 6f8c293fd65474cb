"""Helpers of the csv source's tests: read a text or file by a mapping's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from tanggap.core.instants import parse_instant, to_micros
from tanggap.records.batch import BadRow
from tanggap.records.tables import TABLES
from tanggap.records.validate import validate
from tanggap.sources.base import ReadOptions
from tanggap.sources.csv.convert import Account
from tanggap.sources.csv.mapping import load_mapping, parse_mapping
from tanggap.sources.csv.source import read_mapped

OPTIONS = ReadOptions(timezone="Asia/Jakarta", currency="IDR")
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@dataclass
class Result:
    """Everything read: rows as dicts by table, bad rows, chunks, the account."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    chunks: list[tuple[int, bool]] = field(default_factory=list)
    account: Account = field(default_factory=Account)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table].to_pylist() if table in self.tables else []

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        return [row for row in self.rows("events") if not kinds or row["kind"] in kinds]

    def ids(self) -> set[str]:
        return {row["event_id"] for row in self.rows("events")}


def read_path(path: Path, mapping: str | Path, options: ReadOptions = OPTIONS) -> Result:
    """Reads ``path``; every record must also pass the lake's own validation."""
    loaded = load_mapping(mapping) if isinstance(mapping, Path) else parse_mapping(mapping)
    result = Result()
    parts: dict[str, list[pa.Table]] = {}
    for converted in read_mapped(path, loaded, options):
        batch = converted.batch
        result.chunks.append((batch.chunk, batch.last))
        result.bad += batch.bad_rows
        result.account.add(converted.account)
        for name, table in batch.tables.items():
            assert isinstance(table, pa.Table)
            lines = list(batch.lines[name])
            assert len(lines) == table.num_rows
            strict, faults = validate(TABLES[name], table, file=batch.file, source="csv", lines=lines)
            assert not faults, faults
            parts.setdefault(name, []).append(strict)
    result.tables = {name: pa.concat_tables(tables) for name, tables in parts.items()}
    account = result.account
    assert account.read == account.accepted + account.quarantined + account.ignored
    assert account.quarantined == len(result.bad)
    return result


def at(text: str) -> int:
    """Microseconds of an ISO instant."""
    return parse_instant(text)


def micros(row: dict[str, Any], name: str = "occurred_at") -> int:
    """A row's instant in microseconds."""
    return to_micros(row[name])
