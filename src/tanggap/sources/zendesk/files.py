"""The files of an export, as records: JSON pages, NDJSON, CSV, each also gzipped.

A file is opened (:func:`open_file`) to find out what it is, and then read as often as wanted. A record that cannot
be decoded is a :class:`~tanggap.records.batch.BadRow` in the stream.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.records.batch import BadRow
from tanggap.sources.files import open_bytes
from tanggap.sources.zendesk import documents, kinds, tabular
from tanggap.sources.zendesk.values import Fields, as_text

SUFFIXES: Final = (".json", ".ndjson", ".jsonl", ".csv")

#: What makes a line of a history file worth decoding in the first pass: it says something of other records.
_TELLING: Final = re.compile(
    rb'"(?:ScheduleAssignment|users|groups|apply_sla|role|satisfaction_score|satisfaction_comment|SatisfactionRating)"'
)
_HISTORY: Final = frozenset({"audit", "ticket_event", "comment", "metric_event"})
_HEAD: Final = 65536
_LOOKED_AT: Final = 100
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_FIELD_LIMIT: Final = 2**31 - 1
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its kind, its fields, and where it stands (``line`` from 1)."""

    kind: str
    fields: Fields
    line: int
    raw: bytes | None = None

    def text(self) -> str:
        """The record as it was read."""
        if self.raw is None:
            return as_text(self.fields)
        return bytes(self.raw).decode("utf-8", "backslashreplace")  # a Raw says it is bytes, and has no decode


@dataclass(frozen=True)
class ExportFile:
    """One file: ``name`` is what rows call it; ``form`` is document | lines | csv; ``kind`` its first record's."""

    path: Path
    name: str
    form: str
    kind: str = ""

    def records(self, *, survey: bool = False) -> Iterator[Record | BadRow]:
        """Every record, in the file's order. In a ``survey`` (the first pass) records of the history that teach
        nothing about others are left undecoded, for speed.

        Raises:
            InputError: the file is damaged beyond its records (a gzip stream cut off).
        """
        try:
            if self.form == "lines":
                yield from self._from_lines(survey)
            elif self.form == "csv":
                yield from self._from_csv(survey)
            else:
                yield from self._from_document(survey)
        except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
            raise InputError(f"cannot be read: {error}", place=self.name, hint="fetch the file again") from error

    def bad(self, line: int, reason: str, row: str, *, kind: str = "", column: str = "") -> BadRow:
        """A bad row of this file."""
        return BadRow(
            file=self.name, line=line, column=column, reason=reason, row=row,
            target=kinds.TARGETS.get(kind, "events"), source="zendesk",
        )  # fmt: skip

    def _from_lines(self, survey: bool) -> Iterator[Record | BadRow]:
        stem = kinds.stem_of(self.path.name)
        skippable = survey and kinds.KEYS.get(stem, self.kind) in _HISTORY
        with open_bytes(self.path) as stream:
            for line, raw in enumerate(stream, 1):
                if skippable and not _TELLING.search(raw):
                    continue
                if line == 1:
                    raw = raw.removeprefix(_UTF8_BOM)
                if not raw.isspace():
                    yield from self._decoded(raw, line, stem)

    def _decoded(self, raw: bytes, line: int, stem: str) -> Iterator[Record | BadRow]:
        try:
            value = msgspec.json.decode(raw)
        except _UNREADABLE as error:
            yield self.bad(line, f"no JSON: {error}", raw.decode("utf-8", "backslashreplace").rstrip("\n"))
            return
        page = documents.sections_of(value)
        if page is None:
            yield self._record(value, line, raw, kinds.KEYS.get(stem, ""))
            return
        for kind, items in page:
            for item in items:
                yield self._record(item, line, None, kind)

    def _record(self, value: object, line: int, raw: bytes | None, kind: str) -> Record | BadRow:
        if not isinstance(value, dict):
            return self.bad(line, "no object: a Zendesk record is {…}", as_text(value), kind=kind)
        kind = kinds.kind_of_shape(value) or kind if raw is not None else kind
        record = Record(kind, value, line, raw)
        return record if kind else self.bad(line, "no kind of Zendesk record that Tanggap knows", record.text())

    def _from_document(self, survey: bool) -> Iterator[Record | BadRow]:
        with open_bytes(self.path) as stream:
            document = documents.load(stream.read().removeprefix(_UTF8_BOM), self.name, kinds.stem_of(self.path.name))
        for section in document.sections:
            for number, raw in enumerate(section.raws):  # the first tells that there is a history
                skippable = survey and number > 0 and section.kind in _HISTORY
                if skippable and not _TELLING.search(bytes(raw)):
                    continue
                try:
                    value = msgspec.json.decode(raw)
                except _UNREADABLE as error:
                    text = bytes(raw).decode("utf-8", "backslashreplace")
                    yield self.bad(document.line_of(raw), f"no JSON: {error}", text, kind=section.kind)
                    continue
                if isinstance(value, dict):
                    # The line is counted only for a row that turns out bad: counting is slow.
                    yield DocumentRecord(section.kind, value, 0, raw, document)
                else:
                    reason = "no object: a Zendesk record is {…}"
                    yield self.bad(document.line_of(raw), reason, bytes(raw).decode(), kind=section.kind)
        if document.remainder:
            line, reason, row = document.remainder
            yield self.bad(line, reason, row)

    def _from_csv(self, survey: bool) -> Iterator[Record | BadRow]:
        if self.kind == "unused" or (survey and self.kind not in kinds.LOOKUPS):
            return
        csv.field_size_limit(_FIELD_LIMIT)  # the default refuses fields over 128 KB
        with open_bytes(self.path) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text, delimiter=_delimiter(text.readline()))
            text.seek(0)
            columns = tabular.columns_of(next(rows, []))
            while True:
                line = rows.line_num + 1
                try:
                    row = next(rows, None)
                except csv.Error as error:  # the reader goes on with the next line
                    yield self.bad(line, f"no CSV: {error}", "", kind=self.kind)
                    continue
                if row is None:
                    return
                if row:
                    yield self._row(columns, row, line)

    def _row(self, columns: Sequence[str], row: list[str], line: int) -> Record | BadRow:
        joined = "".join(row)
        if not joined.isascii():
            try:
                joined.encode()
            except UnicodeEncodeError:
                text = ",".join(row).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                return self.bad(line, "not UTF-8: save the file as UTF-8", text, kind=self.kind)
        if len(row) != len(columns):
            reason = f"{len(row)} fields where the heading has {len(columns)}"
            return self.bad(line, reason, ",".join(row), kind=self.kind)
        return Record(self.kind, tabular.adapt(self.kind, dict(zip(columns, row, strict=True))), line)


@dataclass(frozen=True, slots=True)
class DocumentRecord(Record):
    """A record of a JSON document, which knows its line only when asked."""

    document: documents.Document | None = None


def line_of(record: Record) -> int:
    """The line a record stands on, from 1."""
    if isinstance(record, DocumentRecord) and record.document is not None and record.raw is not None:
        return record.document.line_of(record.raw)
    return record.line


def open_file(path: Path, name: str) -> ExportFile:
    """What ``path`` is.

    Raises:
        EmptyInputError: it is empty.
        InputError: it is no text, not UTF-8, or holds no record of Zendesk's.
    """
    try:
        with open_bytes(path) as stream:
            head = stream.read(_HEAD)
            rest = bool(stream.read(1))
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot be read: {error}", place=name, hint="is the file there, and whole?") from error
    if head.startswith(_WIDE_BOMS) or b"\0" in head[:1024]:
        raise InputError("not UTF-8 text", place=name, hint="save it as UTF-8")
    head = head.removeprefix(_UTF8_BOM)
    if not head.strip() and not rest:
        raise EmptyInputError("the file is empty", place=name, hint="export it again")
    suffix = path.with_suffix("").suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    try:
        if suffix == ".csv" or (suffix not in SUFFIXES and head.lstrip()[:1] not in b"{["):
            return _open_csv(path, name, head)
        return _open_json(path, name, suffix)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot be read: {error}", place=name, hint="fetch the file again") from error


def _open_json(path: Path, name: str, suffix: str) -> ExportFile:
    lines = ExportFile(path, name, "lines")
    with open_bytes(path) as stream:
        first = next((line for line in stream if line.strip(b"\xef\xbb\xbf \t\r\n")), b"")
        more = any(line.strip() for line in stream)
    if more and (suffix != ".json" or _is_object(first.removeprefix(_UTF8_BOM))):
        found = _kind_of_first(lines)
        if found:
            return ExportFile(path, name, "lines", found)
    document = ExportFile(path, name, "document")
    try:
        found = _kind_of_first(document)
    except InputError:  # no document to save anything from: a record a line, of which the first is bad?
        found = _kind_of_first(lines) if more else None
        if found is None:
            raise
        return ExportFile(path, name, "lines", found)
    if found is None:
        raise InputError(
            "no record of it can be read as Zendesk's", place=name,
            hint="a page of Zendesk's API as UTF-8 JSON, or one record a line",
        )  # fmt: skip
    return ExportFile(path, name, "document", found)


def _kind_of_first(file: ExportFile) -> str | None:
    """The kind of the first readable record among the first hundred; "none" for a page without records."""
    count = 0
    for count, record in enumerate(file.records(), 1):
        if isinstance(record, Record):
            return record.kind
        if count == _LOOKED_AT:
            break
    return None if count else "none"


def _is_object(raw: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(raw), dict)
    except _UNREADABLE:
        return False


def _open_csv(path: Path, name: str, head: bytes) -> ExportFile:
    first = head.splitlines()[0].decode("utf-8", "replace") if head.strip() else ""
    columns = tabular.columns_of(next(csv.reader([first], delimiter=_delimiter(first)), []))
    kind = kinds.kind_of_table(path.name, columns)
    if kind is None:
        raise InputError(
            "no table of a Zendesk export", place=name,
            hint=f"tables are known by name or columns: {', '.join(sorted(kinds.TABLES))}",
        )  # fmt: skip
    return ExportFile(path, name, "csv", kind)


def _delimiter(heading: str) -> str:
    return max(",;\t", key=heading.count)
