"""XLSX, CSV and JSON hold the numbers themselves."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import factory
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tanggap.core.instants import parse_instant
from tanggap.metrics.model import Unit
from tanggap.reports import csvfile, jsonfile, xlsx


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> CalamineWorkbook:
    path = tmp_path_factory.mktemp("xlsx") / "report.xlsx"
    xlsx.write(factory.report("en"), path)
    return CalamineWorkbook.from_path(str(path))


def seconds(value: object) -> float:
    """A duration as calamine gives it: a time span, a time of day or, beyond a day, a date counted from 1899."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    assert isinstance(value, int | float)
    return value * 86_400


def test_a_workbook_has_a_sheet_a_view(book: CalamineWorkbook) -> None:
    assert book.sheet_names == [
        "Scorecard", "By channel", "By team", "By agent", "By complexity", "Trend", "Standing", "Definitions",
    ]  # fmt: skip


def test_a_workbooks_numbers_are_numbers_equal_to_the_scorecards(book: CalamineWorkbook) -> None:
    head, *rows = book.get_sheet_by_name("Scorecard").to_python()
    value, low, n = head.index("This period"), head.index("95 % low"), head.index("Rows (n)")
    card = factory.overall()
    assert len(rows) == len(card.metrics)
    for info, row in zip(card.metrics, rows, strict=True):
        cell = card.cell(info.key)
        assert cell is not None
        assert row[n] == cell.n
        for column, expected in ((value, cell.value), (low, cell.low)):
            if expected is None:
                assert row[column] == ""
            elif info.unit == Unit.SECONDS:
                assert seconds(row[column]) == pytest.approx(expected, abs=0.002)
            elif info.unit == Unit.MONEY:
                assert row[column] == pytest.approx(expected / 100)
            else:
                assert row[column] == pytest.approx(expected, rel=1e-12)


def test_a_workbooks_break_down_and_trend_hold_every_cell(book: CalamineWorkbook) -> None:
    report = factory.report("en")
    assert report.trend is not None
    assert len(book.get_sheet_by_name("By agent").to_python()) == 1 + len(report.by["agent"].cells)
    head, *trend = book.get_sheet_by_name("Trend").to_python()
    assert len(trend) == len(report.trend.cells)
    start = trend[0][head.index("Start")]
    assert (start.date() if isinstance(start, datetime) else start) == date(2026, 1, 1)


def test_a_workbook_takes_no_text_for_a_formula(tmp_path: Path) -> None:
    report = replace(factory.report("id"), names={"agent": {"a1": "=1+1", "a2": "https://example.org"}})
    xlsx.write(report, tmp_path / "x.xlsx")
    rows = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_name("Menurut agen").to_python()
    assert {"=1+1", "https://example.org"} <= {row[1] for row in rows}


def test_csv_gives_back_every_number_exactly() -> None:
    card = factory.broken_down("channel", factory.CHANNELS)
    text = csvfile.dumps(card, "id")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(lines) == len(card.cells)
    for line, cell in zip(lines, card.cells, strict=True):
        assert line["metric"] == cell.metric
        assert line["by_channel"] == cell.by["channel"]
        assert int(line["n"]) == cell.n
        for column, value in (("value", cell.value), ("low", cell.low), ("change_high", cell.change_high)):
            assert (float(line[column]) if line[column] else None) == value
        assert line["changed"] == {None: "", True: "true", False: "false"}[cell.changed]
    assert parse_instant(lines[0]["period_start"]) == card.period.start


def test_csv_ends_lines_as_the_rfc_asks_and_names_buckets_in_local_time() -> None:
    text = csvfile.dumps(factory.weekly())
    assert text.count("\r\n") == len(factory.weekly().cells) + 1
    assert "2026-01-05T00:00:00+07:00" in text


@given(st.text())
def test_no_text_of_a_csv_starts_a_formula(text: str) -> None:
    safe = csvfile.safe_text(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe in (text, f"'{text}")


def test_csv_defuses_a_groups_name_but_not_a_negative_number() -> None:
    card = factory.broken_down("agent", ("=cmd|' /C calc'!A0",))
    text = csvfile.dumps(card)
    assert "'=cmd|" in text
    assert ",=cmd" not in text
    negative = replace(card, cells=[replace(card.cells[0], change=-0.5)])
    assert next(csv.DictReader(io.StringIO(csvfile.dumps(negative))))["change"] == "-0.5"


def test_json_holds_every_cell_and_no_nan() -> None:
    card = factory.weekly()
    card = replace(card, cells=[replace(card.cells[0], value=float("nan")), *card.cells[1:]])
    data = json.loads(jsonfile.dumps(card), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert data["schema"] == "tanggap.scorecard/1"
    assert len(data["cells"]) == len(card.cells)
    assert data["cells"][0]["value"] is None
    assert data["cells"][1]["value"] == card.cells[1].value
    assert parse_instant(data["cells"][1]["bucket"]) == card.cells[1].bucket
    assert data["period"]["start"] == "2026-01-01T00:00:00+07:00"
    assert [metric["key"] for metric in data["metrics"]] == [info.key for info in card.metrics]


def test_json_keeps_to_the_documented_shape() -> None:
    data = json.loads(jsonfile.dumps(factory.overall()))
    documented = jsonfile.__doc__ or ""
    for name in [*data, *data["metrics"][0], *data["cells"][0]]:
        assert f'"{name}"' in documented, name
