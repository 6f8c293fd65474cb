"""A change is of like with like, and turned round it is the same change the other way.

Five days of a week were compared with a whole one, and called a change; and the interval of a change knew what a
duration or a share cannot be of one of its two sides only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tanggap.core.instants import DAY, HOUR, parse_instant, zone
from tanggap.core.periods import Period, days_period, local_day, preceding
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.frame import Frame
from tanggap.metrics.scorecard import scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot
from tanggap.simulator import ShopConfig, simulate

ZONE = "Asia/Jakarta"


def days(first: str, last: str, timezone: str = ZONE) -> Period:
    return days_period(date.fromisoformat(first), date.fromisoformat(last), timezone)


def test_a_piece_of_a_week_is_compared_with_no_whole_one() -> None:
    """Thirty days from a Wednesday, and thirty before them from a Monday: three whole weeks on either side."""
    frame = Frame(days("2026-03-04", "2026-04-02"), days("2026-02-02", "2026-03-03"), ZONE, "week", ())
    assert frame.compared() == [None, *frame.edges(1)[1:4], None]


def test_pieces_as_long_as_each_other_are_compared() -> None:
    frame = Frame(days("2026-03-18", "2026-03-31"), days("2026-03-04", "2026-03-17"), ZONE, "week", ())
    assert frame.compared() == list(frame.edges(1))


def test_whole_months_and_days_are_compared_however_long_they_are() -> None:
    """February with January, and the day on which New York's clocks go forward with the one a week before."""
    months = Frame(days("2026-02-01", "2026-03-31"), days("2025-12-01", "2026-01-31"), ZONE, "month", ())
    assert months.compared() == list(months.edges(1))
    york = "America/New_York"
    short = Frame(days("2026-03-08", "2026-03-09", york), days("2026-03-01", "2026-03-02", york), york, "day", ())
    assert short.compared() == list(short.edges(1))


@pytest.mark.parametrize(
    ("period", "now", "before"),
    [
        (days("2026-11-01", "2026-11-30"), "2026-11-14T10:00", days("2026-10-01", "2026-10-14")),
        (days("2026-03-01", "2026-03-31"), "2026-03-30T10:00", days("2026-02-01", "2026-02-28")),
        (days("2026-11-01", "2026-11-30"), "2026-12-14T10:00", days("2026-10-01", "2026-10-31")),
        (days("2026-11-01", "2026-11-30"), "2026-10-14T10:00", days("2026-10-01", "2026-10-31")),
    ],
    ids=["half a month", "longer than the one before", "over", "to come"],
)
def test_a_month_that_is_not_over_is_compared_with_as_many_days(period: Period, now: str, before: Period) -> None:
    """Half of November was compared with all of October: everything had become less, and beyond chance."""
    assert preceding(period, ZONE, parse_instant(now, zone(ZONE))) == before


def test_hours_that_are_not_over_are_compared_with_as_much_time() -> None:
    nine = days("2026-11-02", "2026-11-02").start + 9 * HOUR
    assert preceding(Period(nine, nine + 8 * HOUR), ZONE, nine + HOUR - 1) == Period(nine - 8 * HOUR, nine - 7 * HOUR)


def test_the_scorecard_of_a_running_month_is_compared_so(shop: tuple[DuckDBEngine, Snapshot]) -> None:
    lake_ends = scorecard(*shop, Settings()).as_of
    day = local_day(lake_ends, zone(ZONE))
    running = days(f"{day:%Y-%m}-01", f"{day.replace(day=28) + timedelta(days=20):%Y-%m}-01")
    card = scorecard(*shop, Settings(), metrics=["created_tickets"], period=running)
    assert card.previous is not None
    assert (card.previous.end - card.previous.start) // DAY == day.day


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBEngine, Snapshot]]:
    lake = Lake(tmp_path_factory.mktemp("comparisons") / "lake")
    for chunk in simulate(ShopConfig(conversations=300, seed=2, days=40, text=False)):
        ingest(lake, Batch(chunk.tables), source="simulator")
    with DuckDBEngine(threads=2) as engine:
        refresh(lake, engine, Settings())
        yield engine, lake.snapshot(tables.FACTS)


def test_a_change_turned_round_is_the_same_change_the_other_way(shop: tuple[DuckDBEngine, Snapshot]) -> None:
    """Of few rows, so that Student's t reaches below zero on either side."""
    one, other = days("2025-10-08", "2025-10-10"), days("2025-10-01", "2025-10-07")
    there, back = (
        scorecard(*shop, Settings(), metrics=["all"], period=now, compare=then)
        for now, then in ((one, other), (other, one))
    )
    known = 0
    for cell, turned in zip(there.cells, back.cells, strict=True):
        assert cell.metric == turned.metric
        if cell.change is None or cell.change_low is None or cell.change_high is None:
            assert (turned.change is None, turned.change_low) == (cell.change is None, None), cell.metric
            continue
        assert turned.change == pytest.approx(-cell.change), cell.metric
        assert turned.change_low == pytest.approx(-cell.change_high), cell.metric
        assert turned.change_high == pytest.approx(-cell.change_low), cell.metric
        known += 1
    assert known > 60
