"""What docs/MAPPING.md says comes of its examples does come of them, imported as a reader would."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from cli_runner import Tanggap

from tanggap.core.money import exponent
from tanggap.records.lake import Lake
from tanggap.records.schema import Column, Type
from tanggap.records.tables import IMPORTS, TABLES
from tanggap.sources.csv.kinds import KINDS
from tanggap.sources.csv.mapping import DERIVED, READING, SECTIONS, Conventions, FileShape, parse_mapping

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "MAPPING.md").read_text(encoding="utf-8")
SHOWN_IN = ZoneInfo("Asia/Jakarta")

Told = dict[str, list[tuple[str, ...]]]


@dataclass
class Example:
    """A section's files, the sheets of its workbook, and the rows it says come of them."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Told = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def examples() -> Iterator[Example]:
    for section in re.split(r"^### ", PAGE, flags=re.M)[1:]:
        example = Example(section.splitlines()[0])
        for name, sheet, text in re.findall(
            r"^`([\w.]+)`(?:, sheet `(\w+)`)?:\n\n```\w+\n(.*?)^```", section, re.M | re.S
        ):
            if sheet:
                example.sheets[sheet] = text
            example.files[name] = text
        for table, body in re.findall(r"^\*\*(\w+)\*\*\n\n((?:\|.*\n)+)", section, re.M):
            head, _, *rows = (tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in body.splitlines())
            example.columns[table], example.rows[table] = head, rows
            example.counts[table] = len(rows)
        for count, table in re.findall(r"^Also: (\d+) rows? in `(\w+)`\.$", section, re.M):
            example.counts[table] = int(count)
        if example.files:
            yield example


EXAMPLES = list(examples())


def mappings(example: Example) -> dict[str, str]:
    return {name: text for name, text in example.files.items() if name.endswith(".toml")}


def write(example: Example, folder: Path) -> list[Path]:
    """The example's sheets as files."""
    for name, text in example.files.items():
        if not name.endswith(".xlsx"):
            (folder / name).write_text(text, encoding="utf-8")
            continue
        with xlsxwriter.Workbook(folder / name, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
            for sheet, cells in example.sheets.items():
                page = book.add_worksheet(sheet)
                for line, row in enumerate(csv.reader(cells.splitlines())):
                    for place, cell in enumerate(row):
                        page.write(line, place, typed(cell))
    return [folder / name for name in example.files if not name.endswith(".toml")]


def typed(cell: str) -> object:
    """As Excel takes what is typed."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", cell):
        return datetime.fromisoformat(cell)
    return int(cell) if cell.isdigit() else cell


def shown(value: object, column: Column, row: dict[str, object]) -> str:
    """A value as the page shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.replace(tzinfo=value.tzinfo or UTC).astimezone(SHOWN_IN)
        return local.strftime("%Y-%m-%d %H:%M" + (":%S" if local.second else ""))
    if column.unit == "minor units":
        places = exponent(str(row["currency"])) if "currency" in row else 2  # lines hold none: the examples' is IDR
        return f"{(Decimal(int(str(value))) / 10**places).normalize():f}"
    if column.unit == "microseconds":
        return str(timedelta(microseconds=int(str(value))))
    if column.type is Type.BOOLEAN:
        return "yes" if value else "no"
    return str(value)


def came(lake: Path, columns: dict[str, tuple[str, ...]]) -> tuple[Told, Counter[str]]:
    """The rows of every table, in the columns asked for, and how many there are."""
    rows: Told = {}
    counts: Counter[str] = Counter()
    for table in TABLES.values():
        folder = Lake(lake).folder(table)
        held = [row for file in folder.files() for row in folder.read(file, table.arrow.names).to_pylist()]
        if held and table is not IMPORTS:
            counts[table.name] = len(held)
            names = columns.get(table.name, ())
            rows[table.name] = [tuple(shown(row[name], table[name], row) for name in names) for row in held]
    return rows, counts


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_what_the_page_says_comes_of_an_example_does(example: Example, tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    assert tanggap("init", "--timezone", "Asia/Jakarta", "--currency", "IDR", "--lake", lake).code == 0
    (sheet,) = write(example, tmp_path)
    for name in mappings(example):
        done = tanggap("import", "csv", sheet, "--map", tmp_path / name, "--lake", lake, "--json")
        assert done.code == 0, done.err
    rows, counts = came(lake, example.columns)
    assert counts == example.counts
    for table, said in example.rows.items():
        assert Counter(rows[table]) == Counter(said), table


def test_every_kind_has_an_example() -> None:
    assert [example.name for example in EXAMPLES][: len(KINDS)] == list(KINDS)
    for example in EXAMPLES[: len(KINDS)]:
        (text,) = mappings(example).values()
        assert parse_mapping(text).feeds[0].kind == example.name


@pytest.mark.parametrize("name", [*READING, *DERIVED, *(f.name for c in (FileShape, Conventions) for f in fields(c))])
def test_every_setting_is_used_in_an_example(name: str) -> None:
    assert any(re.search(rf"^{name} = ", text, re.M) for example in EXAMPLES for text in mappings(example).values())


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_is_used_in_an_example(name: str) -> None:
    assert any(re.search(rf"^\[+{name}\b", text, re.M) for example in EXAMPLES for text in mappings(example).values())


def test_every_setting_and_field_says_what_it_means() -> None:
    assert all(setting.metadata["meaning"] for shape in (FileShape, Conventions) for setting in fields(shape))
    for kind in KINDS.values():
        assert all(column.meaning for column in kind.fields.values()), kind.name
        assert set(kind.unsaid) <= set(kind.fields), kind.name


def test_links_within_the_page_lead_to_a_heading() -> None:
    headings = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", PAGE, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= headings
