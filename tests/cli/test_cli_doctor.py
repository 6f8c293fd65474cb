"""The doctor finds what was planted, and only that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from cli_runner import Tanggap, event, ndjson, talk

from tanggap.cli.doctor.events import quiet_spans
from tanggap.records.lake import Lake

WEEK = 168


def examined(tanggap: Tanggap, lake: Path) -> tuple[int, dict[str, Any]]:
    told = tanggap("doctor", "--lake", lake, "--json")
    return told.code, {finding["code"]: finding for finding in told.json["findings"]}


def imported(tanggap: Tanggap, folder: Path, *records: dict[str, object]) -> Path:
    assert tanggap("import", "events", ndjson(folder / "e.ndjson", *records), "--lake", folder / "lake").code == 0
    return folder / "lake"


def test_a_healthy_shop_needs_no_attention(tanggap: Tanggap, shop: Path) -> None:
    told = tanggap("doctor", "--lake", shop)
    assert told.code == 0
    assert "Nothing needs attention" in told.out
    assert "simulator" in told.out


def test_a_clock_that_is_wrong_is_found(tanggap: Tanggap, tmp_path: Path) -> None:
    future = {**event("c9", 0, "opened"), "occurred_at": "2199-01-01T00:00:00Z"}
    ancient = {**event("c8", 0, "opened"), "occurred_at": "1970-01-20T00:00:00Z"}
    early = [event("c7", 0, "note", "agent"), event("c7", 60, "opened")]
    code, found = examined(tanggap, imported(tanggap, tmp_path, future, ancient, *early))
    assert code == 1
    assert found["future"]["count"] == found["ancient"]["count"] == found["before_opening"]["count"] == 1
    assert found["future"]["last"].startswith("2199-01-01")


def test_conversations_without_opening_or_events_and_unknown_agents_are_found(tanggap: Tanggap, tmp_path: Path) -> None:
    bare = {"table": "conversations", "conversation_id": "c5", "source": "x"}
    code, found = examined(tanggap, imported(tanggap, tmp_path, *talk("c1")[1:], bare))
    assert code == 1
    assert found["no_opening"]["count"] == 1
    assert found["no_events"]["examples"] == ["c5"]
    assert found["unknown_agents"]["examples"] == ["a1"]
    assert found["no_shifts"]["level"] == "note"
    assert {"no_calendar", "no_sla"} <= set(found)


def test_agents_without_a_roster_matter_once_others_have_one(tanggap: Tanggap, tmp_path: Path) -> None:
    def shift(number: int, start: str, end: str) -> dict[str, object]:
        return {"table": "shifts", "shift_id": f"s{number}", "agent_id": "a2", "starts_at": f"2026-03-02T{start}:00+07:00",
                "ends_at": f"2026-03-02T{end}:00+07:00", "source": "x"}  # fmt: skip

    rosters = [shift(1, "09:00", "12:00"), shift(2, "12:00", "15:00"), shift(3, "14:00", "18:00")]
    code, found = examined(tanggap, imported(tanggap, tmp_path, *talk("c1"), *rosters))
    assert code == 1
    assert found["no_shifts"]["level"] == "attention"
    assert found["shift_overlap"]["count"] == 1
    assert found["shift_overlap"]["examples"] == ["s3"]


def test_the_same_words_from_two_sources_are_found(tanggap: Tanggap, tmp_path: Path) -> None:
    twice = [{**line, "event_id": f"other{n}"} for n, line in enumerate(talk("c1"))]
    _, found = examined(tanggap, imported(tanggap, tmp_path, *talk("c1"), *twice))
    assert found["duplicates"]["count"] == 2


def test_orders_in_another_currency_are_found(tanggap: Tanggap, tmp_path: Path) -> None:
    order = {"table": "orders", "order_id": "o1", "customer_id": "k1", "ordered_at": "2026-03-02T09:00:00+07:00",
             "value": 100, "currency": "EUR", "source": "x"}  # fmt: skip
    _, found = examined(tanggap, imported(tanggap, tmp_path, *talk("c1"), order))
    assert found["currencies"]["values"] == {"currency": "IDR", "others": "EUR"}


def test_quarantine_is_grouped_by_what_is_wrong_not_by_value(tanggap: Tanggap, tmp_path: Path) -> None:
    wrong = [{**event("c1", 0, "opened"), "kind": kind} for kind in ("opend", "closd")]
    told = tanggap("doctor", "--lake", imported(tanggap, tmp_path, *talk("c1"), *wrong), "--json").json["findings"]
    (finding,) = [finding for finding in told if finding["code"] == "quarantine"]
    assert finding["count"] == 2
    assert finding["values"]["column"] == "kind"


# Gaps


def line_of(weeks: int, per_hour: int) -> np.ndarray:
    """Events from 9 to 17 on the first five days of each week."""
    week = np.zeros(WEEK, np.int64)
    for day in range(5):
        week[day * 24 + 9 : day * 24 + 17] = per_hour
    return np.tile(week, weeks)


def spans_of(line: np.ndarray) -> list[tuple[int, int, float]]:
    hours = np.flatnonzero(line)
    return quiet_spans(hours.astype(np.int64), line[hours])


def test_nights_and_weekends_are_no_gap() -> None:
    assert spans_of(line_of(8, 10)) == []


def test_a_day_that_is_missing_is_a_gap_with_what_is_usual_in_it() -> None:
    line = line_of(8, 10)
    tuesday = 4 * WEEK + 24
    line[tuesday : tuesday + 24] = 0
    ((start, end, usual),) = spans_of(line)
    assert (start, end) == (tuesday - 24 + 17, tuesday + 24 + 9)  # from Monday's close to Wednesday's opening
    assert usual == 80


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
