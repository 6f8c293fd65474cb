"""The reference of mapping files: settings, kinds and fields as declared, beside examples that a test imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, fields
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from tanggap.records.schema import Column, Type
from tanggap.records.tables.events import KINDS as EVENT_KINDS
from tanggap.sources.csv.dates import STYLES
from tanggap.sources.csv.kinds import KINDS, Kind
from tanggap.sources.csv.kinds.kind import ATTRIBUTES, PEOPLE
from tanggap.sources.csv.mapping import DERIVED, READING, SECTIONS, Conventions, FileShape
from tanggap.sources.csv.numbers import NO, YES

_OPENING: Final = """# Mapping files

Written from the code by `python -m tanggap.reports.reference mapping > docs/MAPPING.md`; a test fails if it is out of
date, and another imports every example on this page and compares what comes of it.

A mapping tells Tanggap what the columns of your sheet mean. The sheet may be CSV, TSV, a workbook (XLSX, XLS, ODS),
Parquet or JSON lines, also gzipped. The mapping is a small text file; the sheet itself stays as it is.

```sh
tanggap import csv tiket.csv --guess --map tiket.toml   # 1. let Tanggap write a first mapping
                                                        # 2. open tiket.toml, read what it is unsure of, correct it
tanggap import csv tiket.csv --map tiket.toml           # 3. import; the same mapping serves for next month's file
tanggap doctor --quarantine                             # 4. see the rows that were set aside, and why
```

Nothing is guessed at import. A row that does not fit is set aside in quarantine with its line, column and reason, and
the others go on; correct the mapping or the sheet and import again, and it comes in, while what is in already is not
counted twice. A setting that does not exist, or a column that the sheet does not have, is an error that says so.

Try a mapping on a lake of its own first (`--lake try`): events that came in by a wrong mapping, an hour late, say, are
other events than the right ones, and stay.

In the examples the lake is one of `tanggap init --timezone Asia/Jakarta --currency IDR`. What came of a sheet is shown
with times in that zone, amounts in the currency's whole units and durations as h:mm:ss; the lake keeps UTC, minor units
(sen) and microseconds, as [Records](RECORDS.md) says. A **quarantine** table lists rows that were set aside.
"""
_HOW_VALUES: Final = """## How values are written

Spaces around a value never matter; an empty cell says nothing, and is never read as zero.

| a field that is a … | may be written |
| --- | --- |
| text | as it is |
| date and time | see [Dates](#dates) |
| amount | in whole units (rupiah, not sen); with `decimal = ","`: `75.000`, `12,50`, `Rp 5.000,-`, `(75.000)` |
| duration | `hh:mm:ss`; two parts by `duration_clock`; a number of `duration_unit` |
| whole number, number | by `decimal`, also with thousands grouped |
| yes or no | {yes}; or {no} |
| list | words between commas: `retur, refund`; or a JSON list or object |

### Dates

All dates of a sheet are written in one style, `date_format`. This is 31 December 2026, five past two in the afternoon
in Jakarta, in each of them:

| `date_format` | meaning | example |
| --- | --- | --- |
{styles}

A cell in another style is still read where it can mean only one thing: ISO 8601, the name of a month in Indonesian or
English, an epoch, an Excel number. Clocks may have colons or dots, seconds or none, AM or PM. A time without a zone is
of `timezone`; WIB, WITA, WIT, `Z` and `+07:00` are understood where they stand. A date without a time is its first
moment.
"""
_LISTED: Final = (
    (Type.INSTANT, None, "date and time"), (Type.INTEGER, "minor units", "amount"),
    (Type.INTEGER, "microseconds", "duration"), (Type.INTEGER, None, "whole number"), (Type.NUMBER, None, "number"),
    (Type.BOOLEAN, None, "yes or no"), (Type.JSON, None, "list"), (Type.TEXT, None, "text"),
)  # fmt: skip
_KINDS_OF_EVENT: Final = "[kinds of event](RECORDS.md#kinds-of-event)"
_SHARED: Final = (
    ("The conversation", "the conversation", ATTRIBUTES),
    ("People", "people", PEOPLE),
)


def mapping_page() -> str:
    """What a mapping file may say: sections, settings, kinds of row with their fields, examples and how-tos."""
    styles = "\n".join(f"| `{name}` | {meaning} | `{example}` |" for name, (meaning, example) in STYLES.items())
    lines = [
        _OPENING,
        *_contents(),
        "## Sections",
        "",
        "| section | what it says |",
        "| --- | --- |",
        *(
            f"| `{f'[[{name}]]' if name == 'also' else f'[{name}]'}` | {meaning} |"
            for name, meaning in SECTIONS.items()
        ),
        "",
        "A field is read in this order: its columns, `[otherwise]` where they are empty, `[values]`, `[constants]`",
        "where it is still empty. `missing`, `integers` and `[extract]` have changed the cells before.",
        "",
        "## Settings of `[file]`",
        "",
        "| setting | meaning | default |",
        "| --- | --- | --- |",
        *_settings(),
        "",
        "In `[derive]`:",
        "",
        "| setting | meaning |",
        "| --- | --- |",
        *(f"| `{name}` | {meaning} |" for name, meaning in DERIVED.items()),
        "",
        _HOW_VALUES.format(yes=_ticked(YES), no=_ticked(NO), styles=styles),
        "## Kinds of row",
        "",
    ]
    for kind in KINDS.values():
        lines += _kind(kind)
    lines += [
        "## Fields that several kinds have",
        "",
        "What a sheet says of its people becomes `customers` and `agents`; for that it must name `customer_id` or",
        "`agent_id` too.",
        "",
    ]
    for title, _, columns in _SHARED:
        lines += [f"### {title}", "", *_fields(columns), ""]
    lines += ["## How to …", "", *_how_tos()]
    return "\n".join(lines).rstrip() + "\n"


def _contents() -> Iterator[str]:
    yield "| what a row of your sheet is | kind | it needs |"
    yield "| --- | --- | --- |"
    for kind in KINDS.values():
        needs = ", ".join(" or ".join(f"`{name}`" for name in names) for names in kind.required)
        yield f"| {kind.meaning.removeprefix('a row is ')} | [{kind.name}](#{kind.name}) | {needs} |"
    yield ""
    yield "How to:"
    yield ""
    for text in _texts("how_to"):
        title = text.splitlines()[0].removeprefix("### ")
        yield f"- [{title}](#{_anchor(title)})"
    yield ""


def _anchor(title: str) -> str:
    """The address a heading has on the page, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _settings() -> Iterator[str]:
    for name, meaning in READING.items():
        allowed = f" One of {_ticked(sorted(KINDS))}." if name == "kind" else ""
        yield f"| `{name}` | {meaning}{allowed} |  |"
    declared = {setting.name: setting for shape in (FileShape, Conventions) for setting in fields(shape)}
    for setting in declared.values():
        yield f"| `{setting.name}` | {setting.metadata['meaning']}{_allowed(setting)} | {_default(setting)} |"


def _allowed(setting: Field[object]) -> str:
    allowed: dict[str, str] = setting.metadata["allowed"]
    words = [f"`{value}`{f' ({meaning})' if meaning else ''}" for value, meaning in allowed.items()]
    return f" One of {', '.join(words)}." if words else ""


def _default(setting: Field[object]) -> str:
    return f"`{setting.default}`" if setting.default not in ("", ()) else ""


def _kind(kind: Kind) -> Iterator[str]:
    shared = {id(column) for _, _, columns in _SHARED for column in columns}
    shown = {*kind.unsaid, *(name for names in kind.required for name in names)}
    own = {name: c for name, c in kind.fields.items() if id(c) not in shared or name in shown}
    yield f"### {kind.name}"
    yield ""
    yield f"{kind.meaning[0].upper()}{kind.meaning[1:]}."
    yield ""
    yield from (files("tanggap.sources.csv") / "examples" / "kinds" / f"{kind.name}.md").read_text("utf-8").splitlines()
    yield ""
    yield f"Fields of {kind.name}:"
    yield ""
    yield from _fields(own.values(), kind.unsaid, kind.required)
    yield ""
    also = [f"[{words}](#{_anchor(title)})" for title, words, columns in _SHARED
            if {c.name for c in columns} & (kind.fields.keys() - own.keys())]  # fmt: skip
    if also:
        yield f"And the fields of {' and of '.join(also)}."
        yield ""


def _fields(
    columns: Iterable[Column], unsaid: Mapping[str, str] = MappingProxyType({}), required: Iterable[Sequence[str]] = ()
) -> Iterator[str]:
    needed = {name: [other for other in names if other != name] for names in required for name in names}
    yield "| field | is a | meaning |"
    yield "| --- | --- | --- |"
    for column in columns:
        name = column.name
        meaning = column.meaning.replace("(KINDS)", f"({_KINDS_OF_EVENT})")
        if column.values == tuple(EVENT_KINDS):
            meaning += f" One of the {_KINDS_OF_EVENT}."
        elif column.values:
            meaning += f" One of {_ticked(column.values)}."
        default = "" if column.default is None else f"`{column.default}`"
        left_out = unsaid.get(name, default)
        if name in needed:
            others = f" (or {_ticked(needed[name])})" if needed[name] else ""
            meaning += f" **Needed**{others}."
        if left_out:
            meaning += f" Left out: {left_out}."
        yield f"| `{name}` | {_is_a(column)} | {meaning} |"


def _is_a(column: Column) -> str:
    """What its cells are, in the words of the table of ways to write them."""
    return next(words for kind, unit, words in _LISTED if column.type is kind and unit in (None, column.unit))


def _how_tos() -> Iterator[str]:
    for text in _texts("how_to"):
        yield from text.splitlines()
        yield ""


def _texts(folder: str) -> list[str]:
    found = (files("tanggap.sources.csv") / "examples" / folder).iterdir()
    return [path.read_text("utf-8") for path in sorted(found, key=lambda path: path.name) if path.name.endswith(".md")]


def _ticked(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
