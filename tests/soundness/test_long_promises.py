"""A promise is due however far ahead it lies: once, one of more than a year past the newest event was never due."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanggap.core.errors import OutOfRangeError
from tanggap.core.instants import HOUR, parse_instant, to_micros
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

MONDAY = "2026-03-02T09:00:00Z"
#: Eight hours from Monday to Friday: 3,000 hours are 75 weeks, and end when the 76th begins.
OFFICE = "\n".join(f'week.{day} = [["09:00", "17:00"]]' for day in ("mon", "tue", "wed", "thu", "fri"))
IN_75_WEEKS = "2027-08-09T09:00:00Z"


def rules(hours: float, calendar: str = OFFICE) -> str:
    return (
        f'[shop]\ntimezone = "UTC"\n[calendars.office]\ntimezone = "UTC"\n{calendar}\n'
        f'[[sla]]\ntarget = "resolution"\nminutes = {hours * 60}\n'
    )


def due(path: Path, settings: str, *events: dict[str, object]) -> list[int | None]:
    lake = Lake(path)
    opened = {"event_id": "e", "conversation_id": "c", "occurred_at": MONDAY, "kind": "opened",
              "actor_kind": "customer", "source": "test"}  # fmt: skip
    ingest(lake, Batch({"events": [opened, *({**opened, **more} for more in events)]}), source="test")
    with DuckDBEngine() as engine:
        refresh(lake, engine, parse_settings(settings))
        rows = engine.run(attach_fact(engine, lake.snapshot(tables.FACTS), "sla_facts")).to_pylist()
    return [row["due_at"] if row["due_at"] is None or isinstance(row["due_at"], int) else to_micros(row["due_at"])
            for row in rows if row["target"] == "resolution"]  # fmt: skip


def test_a_promise_of_three_thousand_working_hours_is_due_in_75_weeks(tmp_path: Path) -> None:
    assert due(tmp_path, rules(3_000)) == [parse_instant(IN_75_WEEKS)]


def test_so_is_one_that_the_source_says_was_made(tmp_path: Path) -> None:
    applied = {"event_id": "a", "kind": "sla_applied", "value": "resolution", "duration": 3_000 * HOUR,
               "detail": json.dumps({"clock": "working"})}  # fmt: skip
    assert due(tmp_path, rules(1), applied) == [parse_instant(IN_75_WEEKS)]


def test_what_is_not_over_in_fifty_years_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OutOfRangeError, match="200000 working hours") as caught:
        due(tmp_path, rules(200_000))
    assert "promise less" in caught.value.hint


def test_where_the_desk_never_opens_again_nothing_is_due(tmp_path: Path) -> None:
    one_day = 'week = {}\nshifts = { "2026-03-02" = [["09:00", "17:00"]] }'
    assert due(tmp_path, rules(20, one_day)) == [None]
    assert due(tmp_path / "other", rules(4, one_day)) == [parse_instant("2026-03-02T13:00:00Z")]
