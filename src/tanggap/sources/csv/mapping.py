"""The mapping file: a small TOML document that says what a sheet's columns mean.

What each setting and section means stands beside it here; docs/MAPPING.md is written from that, with examples.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeVar, cast

from tanggap.core.errors import MappingError
from tanggap.core.instants import zone
from tanggap.sources.csv.dates import STYLES
from tanggap.sources.csv.numbers import DECIMALS, DURATION_CLOCKS, DURATION_UNITS

#: What a row of ``[file]`` or ``[[also]]`` says of one reading of the rows.
READING: Final = {
    "kind": "What a row of the sheet is: one of the kinds below. Must be said.",
    "explode": "JSON lines: the list inside each record whose elements are the rows. Left out: a record is a row.",
}
SECTIONS: Final = {
    "file": "How the sheet is written; its settings are listed below.",
    "columns": 'Which heading holds which field: `field = "heading"`. A list joins columns: those of an instant with a'
    " space (date and clock), others with `/` (a number that counts anew in every branch).",
    "values": "`[values.FIELD]` translates: what is written = what it means. Capitals do not matter; `*` stands for"
    ' every other word, `""` on the left for an empty cell, `""` on the right for nothing. A row whose `kind` or'
    " `actor_kind` means nothing is left out. A word that is not listed stays as it is.",
    "constants": "The same for every row, or, where the field has a column too, for the rows in which it is empty.",
    "otherwise": "A second heading for a field, read where the first is empty.",
    "extract": "`heading = 'pattern'`: only the part of a cell that the regular expression finds (its first group, if"
    " it has one); a cell in which it finds nothing is empty.",
    "value": 'Events: which heading holds an event\'s value, by kind of event: `priority_changed = "Prioritas baru"`.',
    "derive": "Events and messages: events that no row tells but that follow from the rows.",
    "also": "`[[also]]` reads the same rows once more as another kind: it has its own `kind` and `explode`, and its own"
    " `[also.columns]`, `[also.values.FIELD]`, `[also.constants]`, …",
}
DERIVED: Final = {
    "opened": "`true`: the first row of a conversation opens it, if no row of it says so. Left out: true for messages,"
    " false for events.",
    "reopened_by": "Kinds of event that reopen a conversation when they come after it was resolved or closed.",
}
#: The kinds whose rows are events, which alone have values by kind and others that follow from them.
OF_EVENTS: Final = ("events", "messages")
FORMATS: Final = {
    "delimited": "CSV, TSV and the like", "jsonl": "JSON lines or a JSON array", "workbook": "XLSX, XLS or ODS",
    "parquet": "Parquet",
}  # fmt: skip
_AT_END: Final = {
    "quarantine": "the row is set aside",
    "at_start": "the end is taken to be at the start: two clocks that disagree by a little",
}
_DECIMAL: Final = "The decimal sign of numbers and amounts; the other sign may group thousands."

_Default = TypeVar("_Default", str, int, tuple[str, ...])


def _setting(default: _Default, meaning: str, allowed: Iterable[str] = ()) -> _Default:
    """A setting of ``[file]``: its default, what it means, and which values it may have (with what they mean)."""
    values = dict(allowed) if isinstance(allowed, Mapping) else dict.fromkeys(allowed, "")
    return field(default=default, metadata={"meaning": meaning, "allowed": values})


@dataclass(frozen=True)
class FileShape:
    """How the file itself is laid out; an empty value means: find out."""

    format: str = _setting("", "What the file is. Left out: told by its content.", FORMATS)
    encoding: str = _setting(
        "", "Text: the character encoding, such as `cp1252`. Left out: UTF-8, UTF-16 and Windows-1252 are told apart."
    )
    delimiter: str = _setting(
        "", "CSV: the one character between fields. Left out: comma, semicolon, tab or vertical bar."
    )
    quote: str = _setting('"', 'CSV: the one character around fields that hold a delimiter; `""`: there is none.')
    skip_rows: int = _setting(0, "CSV and workbooks: how many lines above the headings are passed over.")
    header: tuple[str, ...] = _setting(
        (), "CSV and workbooks: the headings, where the file has none of its own: data begin after `skip_rows`."
    )
    sheet: str = _setting("", "Workbooks: which sheet. Left out: the first one in sight that holds anything.")
    decimal: str = _setting(".", _DECIMAL, DECIMALS)


@dataclass(frozen=True)
class Conventions:
    """How what is written in the file is to be understood."""

    source: str = _setting(
        "csv", "A name for where the rows come from. Keep it: the same event under another name is another event."
    )
    timezone: str = _setting(
        "", "Where times without a zone were written, such as `Asia/Makassar`. Left out: the lake's."
    )
    date_format: str = _setting(
        "auto", "How dates are written, all of them; see [Dates](#dates).",
        {name: meaning for name, (meaning, _) in STYLES.items()},
    )  # fmt: skip
    decimal: str = _setting(".", _DECIMAL, DECIMALS)
    currency: str = _setting("", "What amounts are in (ISO 4217), such as `IDR`. Left out: the lake's.")
    duration_unit: str = _setting("seconds", "What a duration written as a number counts.", DURATION_UNITS.keys())
    duration_clock: str = _setting("hh:mm", "What a duration of two parts, such as `05:32`, is.", DURATION_CLOCKS)
    missing: tuple[str, ...] = _setting((), "Words that stand for an empty cell, exactly as written.")
    integers: tuple[str, ...] = _setting((), "Headings whose whole numbers are written `17850.0`: read as `17850`.")
    end_before_start: str = _setting("quarantine", "What becomes of an end before its start.", _AT_END)


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
    section.only(SECTIONS)
    file = _Section(section.table("file"), f"{place}: [file]")
    file.only([*READING, *FileShape.__dataclass_fields__, *Conventions.__dataclass_fields__])
    shape = _declared(file, FileShape)
    if len(shape.delimiter) > 1 or len(shape.quote) > 1 or "\n" in shape.delimiter + shape.quote:
        raise MappingError("delimiter and quote are one character each", place=file.place)
    first = _feed(section, file.text("kind"), file.text("explode"))
    more = []
    for entry in section.tables("also"):
        reading = _Section(entry, f"{place}: [[also]]")
        reading.only([*READING, *(name for name in SECTIONS if name not in ("file", "also"))])
        more.append(_feed(reading, reading.text("kind"), reading.text("explode")))
    return SheetMapping(shape, _conventions(file), (first, *more), place)


_Settings = TypeVar("_Settings", FileShape, Conventions)


def _declared(file: _Section, settings: type[_Settings]) -> _Settings:
    """The settings that ``settings`` declares, as the section gives them."""
    given: dict[str, object] = {}
    for setting in fields(settings):
        name, default = setting.name, cast("object", setting.default)
        if isinstance(default, tuple):
            given[name] = file.texts(name)
        elif isinstance(default, int):
            given[name] = file.integer(name)
        elif setting.metadata["allowed"]:
            given[name] = file.one_of(name, tuple(setting.metadata["allowed"]), str(default))
        else:
            given[name] = file.text(name, str(default))
    return settings(**given)  # type: ignore[arg-type]


def _conventions(file: _Section) -> Conventions:
    conventions = _declared(file, Conventions)
    if conventions.timezone:
        try:
            zone(conventions.timezone)
        except Exception as error:
            raise MappingError(str(error), place=file.place) from error
    return replace(conventions, currency=conventions.currency.upper())


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
    derive.only(DERIVED)
    spec = KINDS[kind]
    _known(spec.fields, [*columns, *constants, *values, *otherwise], kind, section.place)
    for name in ("value", "derive"):
        if section.table(name) and kind not in OF_EVENTS:
            raise MappingError(
                f"[{name}] is for {' and '.join(OF_EVENTS)}, not for {kind}", place=section.place,
                hint=f"leave [{name}] out",
            )  # fmt: skip
    given = {*columns, *constants}
    for need in spec.required:
        if not given & set(need):
            raise MappingError(
                f"{kind} need {' or '.join(need)}", place=f"{section.place}: [columns]",
                hint=f'add {need[0]} = "the heading"',
            )  # fmt: skip
    feed = Feed(
        kind, columns, values, constants, explode, value, otherwise, _patterns(section),
        derive.flag("opened"), derive.texts("reopened_by"),
    )  # fmt: skip
    for heading in feed.extract:
        if heading not in feed.headings:
            raise MappingError(
                f"extract.{heading}: no field is read from that heading", place=section.place,
                hint=f"headings that are read: {', '.join(feed.headings)}",
            )  # fmt: skip
    return feed


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
            if name not in names:
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

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise MappingError(f"{name} must be true or false", place=self.place, hint=f"{name} = true")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise MappingError(f"{name} must be a list of texts", place=self.place)
        return tuple(value)

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed and value != default:
            hint = f"one of {', '.join(allowed)}"
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
