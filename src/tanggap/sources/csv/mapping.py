"""The mapping file: a small TOML document that says what a sheet's columns mean.

::

    [file]
    kind = "tickets"            # what a row is, see tanggap.sources.csv.kinds
    timezone = "Asia/Jakarta"   # of times without a zone
    date_format = "dmy"         # ymd dmy mdy yymmdd epoch epoch_ms excel auto
    decimal = ","
    currency = "IDR"
    duration_unit = "seconds"   # of numbers: microseconds seconds minutes hours
    duration_clock = "hh:mm"    # of 05:32: hh:mm, or mm:ss

    [columns]                   # field = "heading", or several headings (dates: date and clock; ids: joined by /)
    conversation_id = "Nomor Tiket"
    opened_at = ["Tanggal", "Jam"]

    [values.status]             # what is written = what it means; "*" for the rest, "" to ignore
    Selesai = "resolved"

    [constants]                 # the same for every row
    channel = "email"

    [otherwise]                 # a field's second heading, where the first is empty
    [extract]                   # the part of a heading's text that a regular expression finds
    [value]                     # events: which column holds an event's value, by kind
    [derive]                    # events: opened = true, reopened_by = ["assigned"]
    [[also]]                    # another reading of the same rows: kind, explode, columns, values, constants
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, cast

from tanggap.core.errors import MappingError
from tanggap.core.instants import zone
from tanggap.sources.csv.dates import STYLES
from tanggap.sources.csv.numbers import DURATION_CLOCKS, DURATION_UNITS

_FORMATS: Final = ("", "delimited", "jsonl", "workbook", "parquet")
_AT_END: Final = ("quarantine", "at_start")


@dataclass(frozen=True)
class FileShape:
    """How the file itself is laid out; an empty value means: find out."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    skip_rows: int = 0
    header: tuple[str, ...] = ()
    sheet: str = ""
    decimal: str = "."


@dataclass(frozen=True)
class Conventions:
    """How what is written in the file is to be understood."""

    source: str = "csv"
    timezone: str = ""
    date_format: str = "auto"
    decimal: str = "."
    currency: str = ""
    duration_unit: str = "seconds"
    duration_clock: str = "hh:mm"
    missing: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    end_before_start: str = "quarantine"


@dataclass(frozen=True)
class Feed:
    """One reading of the file's rows: what a row is, and where each field comes from."""

    kind: str
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    explode: str = ""
    value: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)
    extract: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    opened: bool | None = None
    reopened_by: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading it needs, each once."""
        named = [heading for headings in self.columns.values() for heading in headings]
        return tuple(dict.fromkeys([*named, *self.value.values(), *self.otherwise.values()]))


@dataclass(frozen=True)
class SheetMapping:
    """A whole mapping file."""

    shape: FileShape
    conventions: Conventions
    feeds: tuple[Feed, ...]
    place: str


def load_mapping(path: Path) -> SheetMapping:
    """Reads a mapping file.

    Raises:
        MappingError: it is missing, no TOML, or says something Tanggap does not know; the message says where.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise MappingError(f"the mapping cannot be read ({error})", place=str(path)) from error
    return parse_mapping(text, place=str(path))


def parse_mapping(text: str, *, place: str = "mapping") -> SheetMapping:
    """Reads the text of a mapping; see :func:`load_mapping`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"is no TOML ({error})", place=place) from error
    section = _Section(document, place)
    section.only({"file", "also", *_FEED_KEYS})
    file = _Section(section.table("file"), f"{place}: [file]")
    file.only({"kind", "explode", *FileShape.__dataclass_fields__, *Conventions.__dataclass_fields__})
    decimal = file.one_of("decimal", (".", ","), ".")
    shape = FileShape(
        file.one_of("format", _FORMATS, ""), file.text("encoding"), file.text("delimiter"), file.text("quote", '"'),
        file.integer("skip_rows"), file.texts("header"), file.text("sheet"), decimal,
    )  # fmt: skip
    if len(shape.delimiter) > 1 or len(shape.quote) > 1 or "\n" in shape.delimiter + shape.quote:
        raise MappingError("delimiter and quote are one character each", place=file.place)
    first = _feed(section, file.text("kind"), file.text("explode"))
    more = [
        _feed(_Section(entry, f"{place}: [[also]]"), str(entry.get("kind", "")), str(entry.get("explode", "")))
        for entry in section.tables("also")
    ]
    return SheetMapping(shape, _conventions(file, decimal), (first, *more), place)


_FEED_KEYS: Final = frozenset({"columns", "values", "constants", "value", "otherwise", "extract", "derive"})


def _conventions(file: _Section, decimal: str) -> Conventions:
    timezone = file.text("timezone")
    if timezone:
        try:
            zone(timezone)
        except Exception as error:
            raise MappingError(str(error), place=file.place) from error
    return Conventions(
        source=file.text("source", "csv"),
        timezone=timezone,
        date_format=file.one_of("date_format", STYLES, "auto"),
        decimal=decimal,
        currency=file.text("currency").upper(),
        duration_unit=file.one_of("duration_unit", tuple(DURATION_UNITS), "seconds"),
        duration_clock=file.one_of("duration_clock", DURATION_CLOCKS, "hh:mm"),
        missing=file.texts("missing"),
        integers=file.texts("integers"),
        end_before_start=file.one_of("end_before_start", _AT_END, "quarantine"),
    )


def _feed(section: _Section, kind: str, explode: str) -> Feed:
    from tanggap.sources.csv.kinds import KINDS  # the kinds read feeds: they import this module

    if kind not in KINDS:
        raise MappingError(
            f"kind {kind!r} is unknown" if kind else "says no kind", place=section.place,
            hint=f"kind is one of {', '.join(sorted(KINDS))}",
        )  # fmt: skip
    columns = {field: _headings(section, field, value) for field, value in section.table("columns").items()}
    constants = {field: _word(value) for field, value in section.table("constants").items()}
    values = {field: _words(section, field, value) for field, value in section.table("values").items()}
    value = {name: _word(heading) for name, heading in section.table("value").items()}
    otherwise = {name: _word(heading) for name, heading in section.table("otherwise").items()}
    derive = _Section(section.table("derive"), f"{section.place}: [derive]")
    derive.only({"opened", "reopened_by"})
    opened = derive.values.get("opened")
    spec = KINDS[kind]
    _known(spec.fields, [*columns, *constants, *values, *otherwise], kind, section.place)
    given = {*columns, *constants}
    for need in spec.required:
        if not given & set(need):
            raise MappingError(
                f"{kind} need {' or '.join(need)}", place=f"{section.place}: [columns]",
                hint=f'add {need[0]} = "the heading"',
            )  # fmt: skip
    return Feed(
        kind, columns, values, constants, explode, value, otherwise, _patterns(section),
        None if opened is None else bool(opened), derive.texts("reopened_by"),
    )  # fmt: skip


def _patterns(section: _Section) -> dict[str, re.Pattern[str]]:
    patterns = {}
    for heading, text in section.table("extract").items():
        try:
            patterns[heading] = re.compile(_word(text))
        except re.error as error:
            raise MappingError(f"extract.{heading}: {error}", place=section.place) from error
    return patterns


def _known(fields: Iterable[str], used: Iterable[str], kind: str, place: str) -> None:
    names = list(fields)
    for name in used:
        if name not in names:
            close = get_close_matches(name, names, 1)
            raise MappingError(
                f"{kind} have no field {name!r}", place=place,
                hint=f"do you mean {close[0]!r}?" if close else f"fields: {', '.join(names)}",
            )  # fmt: skip


def _headings(section: _Section, field: str, value: object) -> tuple[str, ...]:
    headings = value if isinstance(value, list) else [value]
    if not headings or not all(isinstance(heading, str) and heading for heading in headings):
        raise MappingError(f"columns.{field} must be a heading or a list of headings", place=section.place)
    return tuple(cast("list[str]", headings))


def _words(section: _Section, field: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise MappingError(f"values.{field} must be a table", place=section.place)
    return {str(written): _word(meant) for written, meant in value.items()}


def _word(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class _Section:
    """A TOML table read with checks."""

    values: Mapping[str, object]
    place: str

    def only(self, known: Iterable[str]) -> None:
        names = sorted(known)
        for name in self.values:
            if name not in names and not (name in ("kind", "explode") and "also" in self.place):
                close = get_close_matches(name, names, 1)
                hint = f"do you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"
                raise MappingError(f"unknown setting {name!r}", place=self.place, hint=hint)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise MappingError(f"{name} must be a text", place=self.place, hint=f'{name} = "…"')
        return value

    def integer(self, name: str) -> int:
        value = self.values.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise MappingError(f"{name} must be a whole number from 0", place=self.place)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise MappingError(f"{name} must be a list of texts", place=self.place)
        return tuple(value)

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            hint = f"one of {', '.join(word for word in allowed if word)}"
            raise MappingError(f"{name} {value!r} is unknown", place=self.place, hint=hint)
        return value

    def table(self, name: str) -> Mapping[str, object]:
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            raise MappingError(f"[{name}] must be a table", place=self.place)
        return value

    def tables(self, name: str) -> list[Mapping[str, object]]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise MappingError(f"[[{name}]] must be tables", place=self.place)
        return value
