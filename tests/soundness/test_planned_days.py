"""A shift that is planned is no day worked: tickets a day and occupancy count the days whose shifts are over.

Figures of a month that was not over divided by the shifts of all of it; and at ten in the morning, with an hour at
work in the two that had passed, an agent's day of eight read as one eighth occupied.
"""

from __future__ import annotations

from pathlib import Path

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

START = parse_instant("2026-03-01T00:00:00Z")
MARCH = Period(START, START + 31 * DAY)
RULES = parse_settings('[shop]\ntimezone = "UTC"\n')
HOURS = (9, 10, 11, 13, 14, 15, 34, 35, 36)
FIGURES = ("tickets_handled", "occupancy")


def _told(tmp_path: Path) -> Lake:
    """A quarter of an hour at work for a customer of each of ``HOURS``; shifts from 8 to 16 all March, and one more
    on the second day that ends at midnight.
    """
    plan = [(START + day * DAY + 8 * HOUR, START + day * DAY + 16 * HOUR) for day in range(31)]
    plan.append((START + DAY + 20 * HOUR, START + 2 * DAY))
    shifts = [
        {"shift_id": f"s{number}", "agent_id": "a", "starts_at": starts, "ends_at": ends, "kind": "work",
         "source": "test"}
        for number, (starts, ends) in enumerate(plan)
    ]  # fmt: skip
    events = []
    for number, hour in enumerate(HOURS):
        at = START + hour * HOUR
        for kind, when, more in (
            ("message", at, {"actor_kind": "customer"}),
            ("message", at + 15 * MINUTE, {"actor_kind": "agent", "actor_id": "a", "duration": 15 * MINUTE}),
        ):
            events.append({"event_id": f"{number}/{more['actor_kind']}", "conversation_id": f"t{number}", "kind": kind,
                           "occurred_at": when, "source": "test", **more})  # fmt: skip
    lake = Lake(tmp_path / "lake")
    ingest(lake, Batch({"shifts": shifts, "events": events}), source="test")
    return lake


def _figures(lake: Lake, as_of: int | None = None) -> dict[str, tuple[float | None, int, int]]:
    """Value, n and what is maturing, of March."""
    with DuckDBEngine() as engine:
        refresh(lake, engine, RULES)
        snapshot = lake.snapshot(tables.FACTS)
        card = scorecard(engine, snapshot, RULES, metrics=FIGURES, period=MARCH, compare=None, as_of=as_of)
        for cell in card.cells:
            rows = rows_behind(engine, snapshot, RULES, cell.metric, period=MARCH, as_of=as_of)
            assert rows.num_rows == cell.n
        return {cell.metric: (cell.value, cell.n, cell.maturing) for cell in card.cells}


def test_days_to_come_are_not_divided_by_and_a_day_that_is_not_over_is_maturing(tmp_path: Path) -> None:
    """The second day is known until half past twelve: an hour and a half at work in eight hours count, of three."""
    lake = _told(tmp_path)
    assert _figures(lake) == {"tickets_handled": (6.0, 1, 1), "occupancy": (1.5 / 8, 1, 1)}


def test_a_day_counts_once_the_last_of_its_shifts_is_over(tmp_path: Path) -> None:
    lake = _told(tmp_path)
    assert _figures(lake, START + 2 * DAY - 1) == {"tickets_handled": (6.0, 1, 1), "occupancy": (1.5 / 8, 1, 1)}
    # At midnight that day is over, and the next has begun.
    assert _figures(lake, START + 2 * DAY) == {"tickets_handled": (4.5, 2, 1), "occupancy": (2.25 / 20, 2, 1)}
