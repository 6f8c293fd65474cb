"""The doctor finds what was planted, and only that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_runner import Tanggap, event, ndjson, run, talk

from tanggap.cli.doctor.events import Gap, quiet_spans
from tanggap.records.lake import Lake

WEEK = 168


def test_a_healthy_shop_needs_no_attention(tanggap: Tanggap, shop: Path) -> None:
    told = tanggap("doctor", "--lake", shop)
    assert told.code == 0
    assert "Nothing needs attention" in told.out
    assert "simulator" in told.out


def shift(number: int, start: str, end: str) -> dict[str, object]:
    return {"table": "shifts", "shift_id": f"s{number}", "agent_id": "a2", "starts_at": f"2026-03-02T{start}:00+07:00",
            "ends_at": f"2026-03-02T{end}:00+07:00", "source": "x"}  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and findings of a lake into which one of each fault was planted."""
    folder = tmp_path_factory.mktemp("planted")
    records = [
        *talk("c1"),
        *({**line, "event_id": f"other{n}"} for n, line in enumerate(talk("c1"))),  # c1 once more
        *talk("c6")[1:],  # never opened
        event("c7", 0, "note", "agent"), event("c7", 60, "opened"),
        {**event("c8", 0, "opened"), "occurred_at": "1999-12-31T00:00:00Z"},
        {**event("c9", 0, "opened"), "occurred_at": "2199-01-01T00:00:00Z"},
        {**event("c1", 0, "opened"), "kind": "opend"}, {**event("c1", 0, "opened"), "kind": "closd"},
        {"table": "conversations", "conversation_id": "c5", "source": "x"},
        {"table": "orders", "order_id": "o1", "customer_id": "k1", "ordered_at": "2026-03-02T09:00:00+07:00",
         "value": 100, "currency": "EUR", "source": "x"},
        shift(1, "09:00", "12:00"), shift(2, "12:00", "15:00"), shift(3, "14:00", "18:00"),
    ]  # fmt: skip
    file = ndjson(folder / "e.ndjson", *records)
    assert run("import", "events", file, "--lake", folder / "lake").code == 0
    told = run("doctor", "--lake", folder / "lake", "--json")
    return told.code, told.json["findings"]


Planted = tuple[int, list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("code", "level", "count"),
    [
        ("future", "attention", 1),
        ("ancient", "attention", 1),
        ("before_opening", "attention", 1),
        ("no_events", "attention", 1),
        ("duplicates", "attention", 2),
        ("currencies", "attention", 1),
        ("shift_overlap", "attention", 1),
        ("no_shifts", "attention", 1),
        ("quarantine", "attention", 2),  # two values, one mistake
        ("no_opening", "note", 1),
        ("unknown_agents", "note", 1),
        ("no_calendar", "note", 0),
        ("no_sla", "note", 0),
    ],
)
def test_what_was_planted_is_found(code: str, level: str, count: int, planted: Planted) -> None:
    exit_code, findings = planted
    assert exit_code == 1
    (finding,) = [finding for finding in findings if finding["code"] == code]
    assert (finding["level"], finding["count"]) == (level, count)


def test_findings_name_the_place(planted: Planted) -> None:
    found = {finding["code"]: finding for finding in planted[1]}
    assert found["future"]["last"].startswith("2199-01-01")
    assert found["no_events"]["examples"] == ["c5"]
    assert found["shift_overlap"]["examples"] == ["s3"]
    assert found["no_shifts"]["examples"] == ["a1"]
    assert found["currencies"]["values"] == {"table": "orders", "currency": "IDR", "others": "EUR"}
    assert found["quarantine"]["values"]["column"] == "kind"
    assert found["quarantine"]["examples"][0].endswith("e.ndjson:16")


def test_serious_findings_come_first(planted: Planted) -> None:
    levels = [finding["level"] for finding in planted[1]]
    assert levels == sorted(levels)


# Gaps


def line_of(weeks: int, per_hour: int) -> np.ndarray:
    """Events from 9 to 17 on the first five days of each week."""
    week = np.zeros(WEEK, np.int64)
    for day in range(5):
        week[day * 24 + 9 : day * 24 + 17] = per_hour
    return np.tile(week, weeks)


def spans_of(line: np.ndarray) -> list[Gap]:
    hours = np.flatnonzero(line)
    return quiet_spans(hours.astype(np.int64), line[hours])


def test_nights_and_weekends_are_no_gap() -> None:
    assert spans_of(line_of(8, 10)) == []


def test_a_day_that_is_missing_is_a_gap_with_what_is_usual_in_it() -> None:
    line = line_of(8, 10)
    tuesday = 4 * WEEK + 24
    line[tuesday : tuesday + 24] = 0
    # From Monday's close, 17:00, to Wednesday's opening, 9:00; eight hours of ten events are missing.
    assert spans_of(line) == [Gap(tuesday - 7, tuesday + 33, 80.0, 8)]


def test_the_worst_gap_comes_first() -> None:
    line = line_of(12, 10)
    line[4 * WEEK : 4 * WEEK + 24] = 0
    line[8 * WEEK : 8 * WEEK + 72] = 0
    assert [gap.busy_hours for gap in spans_of(line)] == [24, 8]


def test_a_quiet_hour_of_few_events_is_chance() -> None:
    line = line_of(8, 10)
    line[4 * WEEK + 30] = line[4 * WEEK + 33] = 0
    assert spans_of(line) == []


def test_a_wild_clock_does_not_cost_all_memory() -> None:
    assert quiet_spans(np.array([0, 10**9], np.int64), np.array([5, 5], np.int64)) == []


# Mending


def test_compaction_and_vacuum_change_no_figure(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for number in range(3):
        file = ndjson(tmp_path / f"{number}.ndjson", *talk(f"c{2 - number}", number * 600))
        tanggap("import", "events", file, "--lake", lake)
    before = tanggap("facts", "conversation_facts", "--csv", "--lake", lake).out
    assert len(Lake(lake).snapshot()["events"].files) == 3
    done = tanggap("doctor", "--compact", "--vacuum", "--keep", 1, "--lake", lake)
    assert done.code == 0
    assert len(Lake(lake).snapshot()["events"].files) == 1
    assert tanggap("facts", "conversation_facts", "--csv", "--lake", lake).out == before
