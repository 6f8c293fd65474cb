"""Reads NDJSON in the canonical shape into batches of validated rows."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

import pyarrow as pa

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.core.instants import zone
from tanggap.records.batch import BadRow, Batch
from tanggap.records.tables import TABLES
from tanggap.records.validate import validate
from tanggap.sources.base import ReadOptions
from tanggap.sources.events.records import RecordError, canonical
from tanggap.sources.files import is_gzip, open_bytes, reading

#: Lines of a batch. An import goes on from a whole batch, so this must not depend on the machine.
CHUNK_LINES: Final = 50_000

_STDIN: Final = Path("-")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_SUFFIXES: Final = frozenset({".jsonl", ".ndjson", ".json"})
_FIRST_LINE: Final = 1 << 20


@dataclass
class _Gathered:
    """Lines of one batch: records by table with their line numbers, and what could not be read."""

    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    raw: dict[int, str] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    count: int = 0


class EventsSource:
    """NDJSON whose members are the columns of ``events``, or of another table named by the member ``table``.

    Instants are ISO 8601 (without an offset: in the options' time zone) or epoch seconds, milliseconds or
    microseconds, told apart by their digits. ``event_id`` and ``position`` may be left out.
    """

    name = "events"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` is ``-`` (standard input) or NDJSON whose first line is a canonical record."""
        if path == _STDIN:
            return True
        suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
        if not suffixes or suffixes[-1] not in _SUFFIXES or not path.is_file():
            return False
        try:
            with reading(path), _opened(path) as stream:
                record = json.loads(stream.readline(_FIRST_LINE).decode("utf-8-sig"))
        except (InputError, ValueError, RecursionError):
            return False
        if not isinstance(record, dict):
            return False
        return record.get("table") in TABLES or {"conversation_id", "occurred_at", "kind"} <= set(record)

    def read(self, path: Path, *, options: ReadOptions) -> Iterator[Batch]:
        """The records of ``path``, in batches of 50,000 lines; a line that is no record is a bad row.

        Raises:
            EmptyInputError: there is no line.
            InputError: the file cannot be read, or not one line of its first batch is a JSON object.
        """
        waiting: _Gathered | None = None
        number = 0
        for gathered in _batches(path, options):
            if waiting is not None:
                if number >= options.skip_chunks:
                    yield self._batch(waiting, path, number)
                number += 1
            elif not gathered.rows and gathered.count == len(gathered.bad):
                self._refuse_other_kinds(gathered, path)
            waiting = gathered
        if waiting is None:
            raise EmptyInputError("is empty", place=str(path))
        if number >= options.skip_chunks:
            yield replace(self._batch(waiting, path, number), last=True)

    def _refuse_other_kinds(self, gathered: _Gathered, path: Path) -> None:
        if all(bad.reason.startswith("is no JSON object") for bad in gathered.bad):
            raise InputError(
                "is no NDJSON: not one line is a JSON object", place=str(path),
                hint="for tables use the source csv, for a Zendesk export the source zendesk",
            )  # fmt: skip

    def _batch(self, gathered: _Gathered, path: Path, number: int) -> Batch:
        tables: dict[str, pa.Table] = {}
        lines: dict[str, list[int]] = {}
        bad = list(gathered.bad)
        for name, rows in gathered.rows.items():
            at = gathered.lines[name]
            strict, faults = validate(TABLES[name], rows, file=str(path), source=self.name, lines=at)
            bad += [replace(fault, row=gathered.raw[fault.line]) for fault in faults]
            wrong = {fault.line for fault in faults}
            if strict.num_rows:
                tables[name] = strict
                lines[name] = [line for line in at if line not in wrong]
        return Batch(tables, sorted(bad, key=lambda row: row.line), str(path), number, last=False, lines=lines)


def _batches(path: Path, options: ReadOptions) -> Iterator[_Gathered]:
    tz = zone(options.timezone)
    gathered = _Gathered()
    with reading(path), _opened(path) as stream:
        for number, line in enumerate(stream, 1):
            if number == 1 and line.startswith(_WIDE):
                raise InputError("is UTF-16", place=str(path), hint="save it as UTF-8")
            if not line.strip():
                continue
            if gathered.count >= CHUNK_LINES:
                yield gathered
                gathered = _Gathered()
            gathered.count += 1
            text = line.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8", "backslashreplace")
            try:
                table, record = canonical(_parsed(line), tz, options.currency)
            except RecordError as error:
                gathered.bad.append(
                    BadRow(str(path), number, error.column, str(error), text, error.table, EventsSource.name)
                )
                continue
            gathered.rows.setdefault(table, []).append(record)
            gathered.lines.setdefault(table, []).append(number)
            gathered.raw[number] = text
    if gathered.count:
        yield gathered


def _parsed(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RecordError(f"is no JSON object: {error}") from error
    if not isinstance(record, dict):
        raise RecordError("is no JSON object but another value")
    return record


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes, gunzipped if they are gzip; standard input is left open."""
    if path == _STDIN:
        raw = sys.stdin.buffer
        buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", raw))
        yield cast("BinaryIO", gzip.GzipFile(fileobj=buffered) if is_gzip(buffered) else buffered)
        return
    with open_bytes(path) as stream:
        yield stream
