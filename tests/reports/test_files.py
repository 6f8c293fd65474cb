"""XLSX, CSV and JSON hold the numbers themselves."""

from __future__ import annotations

import csv
import html
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import factory
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tanggap.core.instants import DAY, parse_instant
from tanggap.metrics.model import Unit
from tanggap.metrics.reviews import Promoter, ReviewStanding, ReviewWeek
from tanggap.reports import csvfile, jsonfile, reportjson, xlsx


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
        "About", "Scorecard", "By channel", "By team", "By agent", "By complexity", "Trend", "Standing", "Definitions",
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


def test_a_workbook_says_what_it_is_of(book: CalamineWorkbook) -> None:
    told = " ".join(str(cell) for row in book.get_sheet_by_name("About").to_python() for cell in row)
    for text in ("Toko Melati", "1 Jan – 31 Mar 2026", "1 Oct – 31 Dec 2025", "Asia/Jakarta", "IDR", "h:mm:ss"):
        assert text in told.replace("\u00a0", " "), text


def test_a_workbooks_changes_are_points_and_seconds_with_their_sign(book: CalamineWorkbook) -> None:
    head, *rows = book.get_sheet_by_name("Scorecard").to_python()
    changes = {row[head.index("Figure")]: row[head.index("Change")] for row in rows}
    assert changes["SLA met"] == pytest.approx(-1.5), "91.3 % after 92.8 %"
    assert changes["First response, median"] == pytest.approx(-27), "131 s after 158 s"
    assert changes["Cost per conversation"] == pytest.approx(-188.65), "4,321.55 rupiah after 4,510.20"
    assert changes["Abandoned in the queue"] == ""


def test_every_number_of_a_workbook_has_a_format_of_its_unit(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    xlsx.write(factory.report("id"), path)
    with zipfile.ZipFile(path) as parts:
        styles = ET.fromstring(parts.read("xl/styles.xml"))
        sheet = ET.fromstring(parts.read("xl/worksheets/sheet2.xml"))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iterfind(".//m:numFmt", space)}
    formats |= {"3": "#,##0", "0": "General"}
    applied = [formats.get(one.get("numFmtId")) for one in styles.iterfind("m:cellXfs/m:xf", space)]
    cells = {one.get("r"): applied[int(one.get("s") or 0)] for one in sheet.iterfind(".//m:c", space)}
    rows = {m.key: number for number, m in enumerate(factory.MADE, start=2)}
    assert cells[f"C{rows['sla_met_rate']}"] == "0.0%"
    assert cells[f"I{rows['sla_met_rate']}"] == '+0.0 "poin";-0.0 "poin";0.0 "poin"'
    assert cells[f"C{rows['bot_response_time']}"] == "[h]:mm:ss.0", "2.4 s is not 2 s"
    assert cells[f"C{rows['resolution_time']}"] == "[h]:mm:ss"
    assert cells[f"I{rows['resolution_time']}"] == '+#,##0.0 "dtk";-#,##0.0 "dtk";#,##0.0 "dtk"'
    assert cells[f"C{rows['cost_per_interaction']}"] == '"Rp" #,##0'
    assert cells[f"C{rows['created_tickets']}"] == "#,##0"
    pane = sheet.find(".//m:pane", space)
    assert pane is not None
    assert (pane.get("topLeftCell"), pane.get("state")) == ("C2", "frozen")
    assert sheet.find("m:autoFilter", space) is not None


@pytest.mark.parametrize(
    ("currency", "pattern"), [("IDR", '"IDR" #,##0'), ("EUR", '"€" #,##0.00'), ("JPY", '"JP¥" #,##0')]
)
def test_money_of_a_workbook_has_its_sign_and_the_coins_people_pay_with(
    tmp_path: Path, currency: str, pattern: str
) -> None:
    report = factory.report("en")
    xlsx.write(replace(report, overall=replace(report.overall, currency=currency)), tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        assert pattern in html.unescape(parts.read("xl/styles.xml").decode())


def test_a_workbook_has_a_sheet_of_reviews_and_one_of_promoters_where_they_were_looked_at(tmp_path: Path) -> None:
    weeks = (
        ReviewWeek(factory.PERIOD.start, 10, 0.4, False),
        ReviewWeek(factory.PERIOD.start + 7 * DAY, 90, 1e-9, True),
    )
    told = replace(
        factory.report("en"), reviews=ReviewStanding(100, factory.PERIOD.end - DAY, DAY, weeks),
        promoters=[Promoter("=c1", 9, factory.PERIOD.start, None, factory.PERIOD.end)],
    )  # fmt: skip
    xlsx.write(told, tmp_path / "r.xlsx")
    made = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx"))
    assert [row[1:] for row in made.get_sheet_by_name("Reviews").to_python()[1:]] == [
        [10, 0.4, "no"],
        [90, 1e-9, "yes"],
    ]
    _, (who, score, answered, asked, wrote) = made.get_sheet_by_name("Promoters").to_python()
    assert (who, score, asked) == ("=c1", 9, "")
    assert isinstance(answered, date)
    assert isinstance(wrote, date)


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


def test_the_json_of_a_report_holds_each_of_its_parts_in_the_documented_shape() -> None:
    report = replace(
        factory.report("id"), reviews=ReviewStanding(0, None, None, ()),
        promoters=[Promoter("c1", 9, factory.PERIOD.start, None, None)],
    )  # fmt: skip
    text = json.dumps(reportjson.report_dict(report), allow_nan=False)
    data = json.loads(text)
    assert data["schema"] == "tanggap.report/1"
    assert data["scorecard"] == json.loads(jsonfile.dumps(report.overall))
    assert set(data["by"]) == {"channel", "team", "agent", "complexity"}
    assert data["by"]["team"]["schema"] == "tanggap.scorecard/1"
    assert data["trend"]["grain"] == "week"
    assert (data["routing"], data["reasons"]) == (None, None)
    assert sum(row["count"] for row in data["distributions"]["nps"]) == 1_204
    assert [row["status"] for row in data["standing"]] == ["pass", "fail", "pass", "no_data"]
    assert data["reviews"]["promoters"][0] == {
        "customer_id": "c1", "score": 9, "answered_at": "2026-01-01T00:00:00+07:00", "asked_at": None,
        "reviewed_at": None,
    }  # fmt: skip
    documented = reportjson.__doc__ or ""
    for name in [*data, *data["reviews"], *data["standing"][0]]:
        assert f'"{name}"' in documented, name


def test_json_keeps_to_the_documented_shape() -> None:
    data = json.loads(jsonfile.dumps(factory.overall()))
    documented = jsonfile.__doc__ or ""
    for name in [*data, *data["metrics"][0], *data["cells"][0]]:
        assert f'"{name}"' in documented, name
