"""A total is a total, whatever it is cut into; a rate stays within 0 and 1; a time zone moves days, not totals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property_shop import DAYS, START, shop
from property_shop import settings as rules

from tanggap.core.instants import DAY, HOUR, MINUTE
from tanggap.core.periods import GRAINS, Period
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Cell, Scorecard, Unit
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.metrics.shapes import Count, Distinct, Stock, Total
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

CATALOG = catalog()
#: Sums over rows: equal over any cut, in time or by group.
ADDITIVE = [key for key, metric in CATALOG.items() if isinstance(metric.shape, Count | Total)]
#: Every figure but stocks, which are no sum over time, counts each row once.
COUNTED = [key for key, metric in CATALOG.items() if not isinstance(metric.shape, Stock)]
STOCKS = [key for key, metric in CATALOG.items() if isinstance(metric.shape, Stock)]
#: A day of an agent is a day of the shop's time zone.
ZONES = ("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC", "Asia/Jakarta")


@dataclass
class Shop:
    engine: Engine
    snapshot: Snapshot
    rules: Settings

    def card(self, **more: object) -> Scorecard:
        given = {"metrics": ["all"], "as_of": START + DAYS * DAY, "compare": None, **more}
        return scorecard(self.engine, self.snapshot, self.rules, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    lake = Lake(tmp_path_factory.mktemp("totals") / "lake")
    ingest(lake, Batch(dict(shop(17, 300).tables)), source="test")
    with DuckDBEngine(threads=2) as engine:
        refresh(lake, engine, rules())
        yield Shop(engine, lake.snapshot(tables.FACTS), rules())


FEW = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
#: Periods that begin and end anywhere, also amid a quarter of an hour.
edges = st.tuples(st.integers(0, 8 * 24 * 60), st.integers(60, 10 * 24 * 60)).map(
    lambda pair: Period(START + pair[0] * MINUTE, START + (pair[0] + pair[1]) * MINUTE)
)
#: The figures of one fact at a time: what they share is what could be cut wrongly.
facts = st.sampled_from(sorted({metric.fact for metric in CATALOG.values()}))


def of_fact(fact: str, by: tuple[str, ...] = ()) -> list[str]:
    """The figures of a fact that can be broken down so."""
    return [k for k, metric in CATALOG.items() if metric.fact == fact and all(b in metric.breakdowns for b in by)]


def sums(card: Scorecard) -> dict[str, tuple[float, int, int]]:
    """By figure: the sum of the values, of n, and of what is maturing."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0, 0])
    for cell in card.cells:
        parts = found[cell.metric]
        parts[0] += cell.value or 0.0
        parts[1] += cell.n
        parts[2] += cell.maturing
    return {key: (parts[0], int(parts[1]), int(parts[2])) for key, parts in found.items()}


def compare(cut: Scorecard, whole: Scorecard) -> None:
    parts, total = sums(cut), sums(whole)
    for key in COUNTED:
        if key not in parts:
            continue
        assert parts[key][1:] == total[key][1:], key
        if key in ADDITIVE:
            assert parts[key][0] == pytest.approx(total[key][0], rel=1e-12), key


@FEW
@given(period=edges, grain=st.sampled_from(GRAINS), zone=st.sampled_from(ZONES), fact=facts)
def test_totals_are_equal_over_any_grain_and_in_any_time_zone(
    small: Shop, period: Period, grain: str, zone: str, fact: str
) -> None:
    keys = of_fact(fact)
    whole = small.card(metrics=keys, period=period)
    compare(small.card(metrics=keys, period=period, grain=grain, timezone=zone), whole)
    elsewhere = small.card(metrics=keys, period=period, timezone=zone)
    assert [cell.value for cell in elsewhere.cells] == [cell.value for cell in whole.cells]


@FEW
@given(
    period=edges,
    by=st.sampled_from([("channel",), ("agent",), ("tier",), ("channel", "team"), ("first_responder",)]),
    fact=facts,
)
def test_totals_are_equal_over_any_break_down(small: Shop, period: Period, by: tuple[str, ...], fact: str) -> None:
    """Customers are counted once a period, and so once in whichever group they began."""
    keys = of_fact(fact, by)
    if not keys:
        return
    whole, cut = small.card(metrics=keys, period=period), small.card(metrics=keys, period=period, by=by)
    compare(cut, whole)
    for key in STOCKS:
        if key in keys and any(cell.metric == key for cell in cut.cells):
            assert sums(cut)[key][0] == sums(whole)[key][0], key


@FEW
@given(period=edges, grain=st.sampled_from(GRAINS))
def test_the_stock_at_the_end_of_a_period_is_that_of_its_last_bucket(small: Shop, period: Period, grain: str) -> None:
    whole = small.card(metrics=STOCKS, period=period)
    cut = small.card(metrics=STOCKS, period=period, grain=grain)
    for key in STOCKS:
        cells = [cell for cell in cut.cells if cell.metric == key]
        assert cells[-1].value == whole.cell(key).value  # type: ignore[union-attr]


@FEW
@given(
    period=edges,
    grain=st.sampled_from((None, "day", "week")),
    by=st.sampled_from(((), ("channel",), ("agent",))),
    fact=facts,
)
def test_no_rate_is_above_one_and_no_interval_leaves_it(
    small: Shop, period: Period, grain: str | None, by: tuple[str, ...], fact: str
) -> None:
    keys = of_fact(fact, by)
    if not keys:
        return
    for cell in small.card(metrics=keys, period=period, grain=grain, by=by).cells:
        within(cell)


def within(cell: Cell) -> None:
    if cell.value is None:
        assert cell.status == "no_data"
        return
    assert math.isfinite(cell.value)
    if CATALOG[cell.metric].unit is Unit.SHARE:
        assert 0 <= cell.value <= 1, cell
        assert cell.low is None or 0 <= cell.low <= cell.value <= cell.high <= 1, cell  # type: ignore[operator]
    elif CATALOG[cell.metric].unit is Unit.SCORE:
        assert -100 <= cell.value <= 100
    elif cell.low is not None and cell.high is not None:
        assert cell.low <= cell.value + 1e-6 * abs(cell.value), cell
        assert cell.value <= cell.high + 1e-6 * abs(cell.value), cell
    if CATALOG[cell.metric].unit in (Unit.SECONDS, Unit.COUNT, Unit.PER_DAY, Unit.MEAN_COUNT):
        assert cell.value >= 0


@FEW
@given(first=edges, second=edges, fact=facts)
def test_the_period_compared_with_is_what_it_is_alone(small: Shop, first: Period, second: Period, fact: str) -> None:
    """Also where the two overlap: then a row counts in both."""
    keys = of_fact(fact)
    both = small.card(metrics=keys, period=first, compare=second)
    alone = small.card(metrics=keys, period=second)
    for cell in both.cells:
        other = alone.cell(cell.metric)
        assert other is not None
        assert cell.previous_n == other.n, cell.metric
        assert cell.previous == (None if other.value is None else pytest.approx(other.value, rel=1e-12)), cell.metric
    assert [c.value for c in both.cells] == [c.value for c in small.card(metrics=keys, period=first).cells]


@FEW
@given(period=edges, grain=st.sampled_from((None, "day")), by=st.sampled_from(((), ("channel",))), fact=facts)
def test_a_filter_that_every_row_meets_changes_nothing(
    small: Shop, period: Period, grain: str | None, by: tuple[str, ...], fact: str
) -> None:
    keys = of_fact(fact, ("channel", *by))
    if not keys:
        return
    card = {"metrics": keys, "period": period, "grain": grain, "by": by, "compare": "previous"}
    assert small.card(**card, where="channel!=Nowhere").cells == small.card(**card).cells


@FEW
@given(period=edges, key=st.sampled_from([key for key in CATALOG if not isinstance(CATALOG[key].shape, Distinct)]))
def test_the_rows_behind_a_figure_are_its_n(small: Shop, period: Period, key: str) -> None:
    cell = small.card(metrics=[key], period=period).cells[0]
    rows = rows_behind(small.engine, small.snapshot, small.rules, key, period=period, as_of=START + DAYS * DAY)
    assert rows.num_rows == cell.n


def test_what_happens_later_does_not_change_what_was_decided_before(small: Shop) -> None:
    """Rows leave the maturing ones as time goes by, and never come back."""
    period = Period(START, START + 10 * DAY)
    cards = [small.card(period=period, as_of=START + day * DAY + HOUR) for day in (11, 14, 18)]
    for earlier, later in pairwise(cards):
        for cell in earlier.cells:
            after = later.cell(cell.metric)
            assert after is not None
            assert after.maturing <= cell.maturing, cell.metric
