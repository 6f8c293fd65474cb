"""Looking at figures: score, explain, rows, facts, report, and which period they look at."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from cli_runner import Tanggap, ndjson, talk

from tanggap.cli.periods import default_days
from tanggap.cli.trend import bars
from tanggap.metrics.catalog import catalog
from tanggap.records.lake import Lake


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2025, 1, 1), date(2025, 10, 2)),  # two quarters of 91 days are covered
        (date(2025, 7, 3), date(2025, 10, 2)),  # … just
        (date(2025, 7, 4), date(2025, 12, 4)),  # … not any more: 28 days
        (date(2025, 11, 6), date(2025, 12, 4)),
        (date(2025, 11, 7), date(2025, 12, 25)),  # a week
        (date(2025, 12, 20), date(2025, 12, 20)),  # everything
    ],
)
def test_the_default_period_is_the_longest_whose_predecessor_is_covered_too(first: date, expected: date) -> None:
    assert default_days(first, date(2025, 12, 31)) == (expected, date(2025, 12, 31))


def test_json_is_a_scorecard_and_nothing_else_is_on_stdout(tanggap: Tanggap, shop: Path) -> None:
    done = tanggap("score", "--lake", shop, "--json", "--metric", "csat", "--metric", "interactions")
    assert done.code == 0
    card = done.json
    assert card["schema"] == "tanggap.scorecard/1"
    assert {cell["metric"] for cell in card["cells"]} == {"csat", "interactions"}
    assert card["period"] == {"start": "2025-11-02T00:00:00+07:00", "end": "2025-11-30T00:00:00+07:00"}
    assert card["previous"] == {"start": "2025-10-05T00:00:00+07:00", "end": "2025-11-02T00:00:00+07:00"}


def test_csv_has_a_line_a_cell(tanggap: Tanggap, shop: Path) -> None:
    done = tanggap("score", "--lake", shop, "--csv", "--by", "channel", "--metric", "interactions")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert done.code == 0
    whole = tanggap("score", "--lake", shop, "--json", "--metric", "interactions").json["cells"][0]["value"]
    assert sum(float(row["value"]) for row in rows) == whole > 0


def test_periods_and_filters_are_as_asked(tanggap: Tanggap, shop: Path) -> None:
    asked = ("--metric", "interactions", "--json", "--lake", shop)
    span = ("--from", "2025-10-06", "--to", "2025-10-12")
    card = tanggap("score", *span, "--compare", "2025-10-01..2025-10-05", *asked).json
    assert card["period"] == {"start": "2025-10-06T00:00:00+07:00", "end": "2025-10-13T00:00:00+07:00"}
    assert card["previous"] == {"start": "2025-10-01T00:00:00+07:00", "end": "2025-10-06T00:00:00+07:00"}
    utc = tanggap("score", *span, "--compare", "none", "--timezone", "UTC", *asked).json
    assert utc["period"]["start"] == "2025-10-06T00:00:00Z"
    assert utc["previous"] is None
    uncovered = tanggap("score", *span, *asked).json  # 29 September is before the first conversation
    assert uncovered["previous"] is None
    parts = [
        tanggap("score", *span, "--where", where, *asked).json["cells"][0]["value"] or 0
        for where in ("channel=chat", "channel!=chat")
    ]
    assert sum(parts) == card["cells"][0]["value"]


def test_the_terminal_shows_figures_groups_and_courses_in_both_languages(tanggap: Tanggap, shop: Path) -> None:
    score = ("score", "--lake", shop, "--metric", "csat,interactions")
    assert "Satisfaction (CSAT)" in tanggap(*score).out
    assert "Kepuasan (CSAT)" in tanggap(*score, "--lang", "id").out
    assert "WhatsApp" in tanggap(*score, "--by", "channel").out
    course = tanggap(*score, "--grain", "week").out
    assert "by week" in course
    assert "cut short" in course
    assert "WhatsApp" in tanggap(*score, "--grain", "month", "--by", "channel").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["score", "--metric", "nope"], 2),
        (["score", "--by", "nope"], 2),
        (["score", "--grain", "fortnight"], 2),
        (["score", "--from", "yesterday"], 2),
        (["score", "--from", "2026-02-01", "--to", "2026-01-01"], 2),
        (["score", "--compare", "never"], 2),
        (["score", "--where", "channel"], 2),
        (["score", "--timezone", "Mars/Base"], 2),
        (["score", "--engine", "abacus"], 2),
        (["rows", "nope"], 2),
        (["rows", "ticket"], 2),
        (["rows", "csat", "--by", "channel"], 2),
        (["facts", "nope"], 2),
        (["facts", "order_facts", "--parquet"], 2),
        (["facts", "--csv"], 2),
        (["explain", "nope"], 2),
        (["report", "--html", "/no/such/folder/r.html"], 2),
    ],
)
def test_a_wrong_call_is_told_on_stderr_with_its_exit_code(
    arguments: list[str], code: int, tanggap: Tanggap, shop: Path
) -> None:
    failed = tanggap(*arguments, "--lake", shop)
    assert failed.code == code
    assert failed.out == ""
    assert "Error: " in failed.err


@pytest.mark.parametrize("command", ["score", "report", "facts", "doctor"])
def test_without_a_lake_every_command_says_how_to_make_one(command: str, tanggap: Tanggap, tmp_path: Path) -> None:
    failed = tanggap(command, "--lake", tmp_path / "none")
    assert failed.code == 4
    assert "tanggap init" in failed.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [["score"], ["report"], ["rows", "csat"]])
def test_a_period_without_data_says_what_the_data_cover(command: list[str], tanggap: Tanggap, shop: Path) -> None:
    done = tanggap(*command, "--from", "2031-01-01", "--to", "2031-01-31", "--lake", shop, "--lang", "en")
    assert done.code == 0
    assert "There are no data in this period: those of this lake cover" in done.err
    inside = tanggap(*command, "--lake", shop, "--lang", "en")
    assert "no data in this period" not in inside.err


def test_a_break_down_that_only_special_figures_have_shows_those(tanggap: Tanggap, shop: Path) -> None:
    card = tanggap("score", "--by", "reason", "--json", "--lake", shop).json
    assert {metric["family"] for metric in card["metrics"]} == {"routing"}
    assert all("reason" in cell["by"] for cell in card["cells"])


def test_a_break_down_that_no_figure_has_is_told_with_all_that_there_are(tanggap: Tanggap, shop: Path) -> None:
    wrong = tanggap("score", "--by", "weather", "--lake", shop, "--json")
    assert wrong.code == 2
    told = json.loads(wrong.err)["error"]
    assert told["message"] == "no figure can be broken down by 'weather'"
    assert {"channel", "reason", "handoff_reason"} <= set(told["hint"].removeprefix("one of ").split(", "))


def test_an_empty_lake_has_no_figures_and_says_what_to_do(tanggap: Tanggap, tmp_path: Path) -> None:
    tanggap("init", "--lake", tmp_path / "lake")
    failed = tanggap("score", "--lake", tmp_path / "lake", "--json")
    assert failed.code == 2
    assert failed.out == ""
    assert "tanggap import" in json.loads(failed.err)["error"]["hint"]


def test_who_may_only_read_a_lake_sees_the_figures_of_its_last_refresh(
    tanggap: Tanggap, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tanggap("score", "--json", "--lake", shop)
    opened = os.open

    def forbidden(path: str | Path, *more: Any, **options: Any) -> int:
        if str(path).endswith(".lock"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *more, **options)

    monkeypatch.setattr("tanggap.records.lake.os.open", forbidden)
    done = tanggap("score", "--json", "--lake", shop)
    assert (done.code, done.json) == (0, before.json)
    assert "can only be read" in done.err
    refused = tanggap("import", "events", ndjson(tmp_path / "e.ndjson", *talk("c1")), "--lake", shop, "--json")
    assert (refused.code, json.loads(refused.err)["error"]["code"]) == (4, "lake_read_only")


def test_the_lake_may_come_from_the_environment(tanggap: Tanggap, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_LAKE", str(shop))
    assert tanggap("facts", "--json").json["rows"]["conversation_facts"] > 300


# What a figure means, and what is behind it


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_figure_is_explained(language: str, tanggap: Tanggap) -> None:
    listed = tanggap("explain", "--lang", language).out
    for key, metric in catalog().items():
        assert key in listed
        assert metric.info.definition[language]
    shown = " ".join(tanggap("explain", "csat", "--lang", language).out.split())
    assert catalog()["csat"].info.definition[language] in shown


def test_explain_gives_the_sql_on_request(tanggap: Tanggap, shop: Path) -> None:
    for metric in ("csat", "open_tickets", "first_response_time", "retention_rate"):
        told = tanggap("explain", metric, "--sql", "--json", "--lake", shop).json
        assert told["sql"].startswith("SELECT")
        assert told["key"] == metric


@pytest.mark.parametrize("metric", ["reopen_rate", "first_response_time", "csat", "open_tickets", "repeat_sales"])
def test_the_rows_behind_a_cell_are_as_many_as_its_n(metric: str, tanggap: Tanggap, shop: Path) -> None:
    by = "channel"
    # Up to a day in the middle: at the end of a quiet shop nothing may be open.
    asked = ("--from", "2025-10-06", "--to", "2025-11-10", "--json", "--lake", shop)
    cells = tanggap("score", "--metric", metric, "--by", by, "--compare", "none", *asked).json["cells"]
    cell = max(cells, key=lambda cell: cell["n"])
    rows = tanggap("rows", metric, "--by", f"{by}={cell['by'][by] or ''}", *asked).out.splitlines()
    assert len(rows) == cell["n"] > 0
    assert {json.loads(row)[by] for row in rows} == {cell["by"][by]}


def test_rows_are_shown_limited_with_the_columns_that_matter(tanggap: Tanggap, shop: Path) -> None:
    shown = tanggap("rows", "reopen_rate", "--limit", 2, "--lake", shop).out
    assert "reopenings" in shown
    assert "bot_messages" not in shown
    assert "bot_messages" in tanggap("rows", "reopen_rate", "--limit", 2, "--all", "--lake", shop).out
    lines = tanggap("rows", "reopen_rate", "--limit", 2, "--csv", "--lake", shop).out.splitlines()
    assert len(lines) == 3


def test_facts_are_exported_whole_in_every_format(tanggap: Tanggap, shop: Path, tmp_path: Path) -> None:
    count = tanggap("facts", "--json", "--lake", shop).json["rows"]["reply_facts"]
    table = tanggap("facts", "reply_facts", "--csv", "--lake", shop).out
    assert len(list(csv.reader(io.StringIO(table)))) == count + 1
    lines = tanggap("facts", "reply_facts", "--json", "--lake", shop).out.splitlines()
    assert len(lines) == count
    assert json.loads(lines[0])["asked_at"].endswith("Z")
    target = tmp_path / "r.parquet"
    assert tanggap("facts", "reply_facts", "--parquet", "--out", target, "--lake", shop).out == ""
    assert pq.read_metadata(target).num_rows == count
    assert str(pq.read_schema(target).field("asked_at").type) == "timestamp[us, tz=UTC]"
    tanggap("facts", "--csv", "--out", tmp_path / "all", "--lake", shop)
    assert {path.stem for path in (tmp_path / "all").iterdir()} >= {"conversation_facts", "order_facts", "agent_days"}


def test_facts_follow_what_is_imported(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    tanggap("import", "events", ndjson(tmp_path / "a.ndjson", *talk("c1")), "--lake", lake)
    first = tanggap("facts", "--json", "--lake", lake).json
    assert first["refreshed"]["rebuilt"]
    assert first["rows"]["conversation_facts"] == 1
    assert tanggap("facts", "--json", "--lake", lake).json["refreshed"]["conversations"] == 0
    tanggap("import", "events", ndjson(tmp_path / "b.ndjson", *talk("c2", 300)), "--lake", lake)
    assert tanggap("facts", "--json", "--no-refresh", "--lake", lake).json["rows"]["conversation_facts"] == 1
    assert tanggap("facts", "--json", "--lake", lake).json["rows"]["conversation_facts"] == 2
    with Lake(lake).writing():  # by somebody else: the facts are as they were
        done = tanggap("score", "--metric", "interactions", "--json", "--lake", lake)
    assert done.json["cells"][0]["value"] == 2
    assert "last refresh" in done.err
    assert tanggap("facts", "--rebuild", "--json", "--lake", lake).json["refreshed"]["rebuilt"]


# The report


def test_the_report_is_written_in_every_form(
    tanggap: Tanggap, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tanggap.reports.html.write", lambda report, path: path.write_text(report.title)
    )  # see the demo
    names = {form: tmp_path / f"report.{form}" for form in ("html", "xlsx", "csv")}
    options = [part for form, path in names.items() for part in (f"--{form}", path)]
    done = tanggap("report", *options, "--json", "--lang", "id", "--lake", shop)
    assert done.code == 0, done.err
    assert done.json["schema"] == "tanggap.report/1"
    assert names["html"].read_text() == "Laporan layanan pelanggan"
    assert names["xlsx"].read_bytes().startswith(b"PK")
    assert names["csv"].read_text().startswith("metric,")
    for path in names.values():
        assert str(path) in done.err.replace("\n", "")


@pytest.mark.parametrize(("command", "first"), [("facts sla_facts --csv", "conversation_id,"), ("explain", "Chatbot")])
def test_a_closed_pipe_is_no_error(command: str, first: str, shop: Path) -> None:
    script = f"{sys.executable} -c 'from tanggap.cli.main import main; main()' {command} --lake {shop}"
    done = subprocess.run(
        ["bash", "-c", f"{script} | head -1; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith(first)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_bars_start_at_zero_and_leave_gaps() -> None:
    assert bars([0.0, 5.0, None, 10.0]) == "▁▅ █"
    assert bars([10.0, 10.0]) == "██"
    assert bars([None, None]) == ""
    assert bars([-1.0, 1.0]) == "▁█"
