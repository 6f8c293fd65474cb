"""Demand by time of the day, and the price of a minute that follows from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learn_histories import NOBODY, history, learnt

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.settings import Routing
from tanggap.routing.learn.demand import POINTS, SPANS, WINDOW, agents_by_span, demand_curves, local_spans
from tanggap.routing.learn.history import Staffing
from tanggap.routing.model import DemandCurve
from tanggap.routing.price import usual_price

NOON = parse_instant("2026-03-02T12:00:00Z")


def _curves(rows: list[tuple[int, float, float, float]], staffing: Staffing = NOBODY) -> tuple[DemandCurve, ...]:
    """From (opened_at, price, minutes, always)."""
    columns = [np.array(column, float) for column in zip(*rows, strict=True)]
    return demand_curves(columns[0].astype(np.int64), columns[1], columns[2], columns[3], staffing, "UTC")


def test_a_curve_is_by_hand_the_minutes_worth_each_price_on_a_mean_day() -> None:
    rows = [
        (NOON, 50.0, 4.0, 1.0), (NOON + 10 * MINUTE, 20.0, 6.0, 1.0), (NOON + DAY, 20.0, 2.0, 0.0),
        (NOON + DAY, -5.0, 8.0, 2.0),
        (NOON + DAY, 0.0, 0.0, 10.0),  # a guardrail's: ten minutes at any price
    ]  # fmt: skip
    curve = _curves(rows)[12 * 4]
    assert curve.window == WINDOW == 105
    assert curve.prices == (50.0, 20.0)
    assert curve.minutes == pytest.approx(((14 + 4) / 2, (14 + 4 + 8) / 2))  # over two days
    assert usual_price(curve, agents=1, occupancy=0.9) == 0  # all of it fits
    assert usual_price(curve, agents=9 / 105, occupancy=1.0) == pytest.approx(50)  # only just the dearest


def test_a_span_counts_three_quarters_of_an_hour_before_and_after_also_over_midnight() -> None:
    midnight = NOON + 12 * HOUR
    curves = _curves([(midnight - 1, 10.0, 5.0, 0.0), (NOON, 1.0, 1.0, 0.0)])
    wanted = [number for number, curve in enumerate(curves) if 10.0 in curve.prices]
    assert wanted == [92, 93, 94, 95]  # the day after is not in the history
    curves = _curves([(midnight - 1, 10.0, 5.0, 0.0), (NOON + DAY, 1.0, 1.0, 0.0)])
    wanted = [number for number, curve in enumerate(curves) if 10.0 in curve.prices]
    assert wanted == [0, 1, 2, 92, 93, 94, 95]


def test_a_mean_day_is_one_on_which_somebody_was_there() -> None:
    # Ten days; on shift at noon on the first five only. What came on the others is not a workday's demand.
    rows = [(NOON + day * DAY, 10.0, 6.0, 0.0) for day in range(10)]
    starts = [start for day in range(5) for start in (NOON + day * DAY - HOUR, NOON + day * DAY + HOUR)]
    staffing = Staffing(np.array(starts), np.tile([3.0, 0.0], 5))
    assert _curves(rows, staffing)[48].minutes == (6.0,)
    assert _curves([*rows, (NOON + DAY, 10.0, 6.0, 0.0)], staffing)[48].minutes == pytest.approx((36 / 5,))
    by_span = agents_by_span(staffing, "UTC")
    assert by_span[48] == 3
    assert np.isnan(by_span[0])


def test_what_came_more_than_eight_weeks_ago_says_nothing_of_today() -> None:
    rows = [(NOON, 10.0, 600.0, 0.0), *((NOON + day * DAY, 10.0, 6.0, 0.0) for day in range(20, 76))]
    assert _curves(rows)[48].minutes == pytest.approx((6.0,))


def test_local_spans_follow_the_clock_of_the_shop_through_summer_time() -> None:
    before, after = parse_instant("2026-03-28T11:00:00Z"), parse_instant("2026-03-29T10:00:00Z")
    spans = local_spans(np.array([before, after]), "Europe/Berlin")
    assert list(spans % SPANS) == [48, 48]  # noon by the clock on both days, 23 hours apart
    assert spans[1] - spans[0] == SPANS


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3 * 86_400), st.floats(-100, 1e6), st.floats(0.1, 60), st.floats(0, 9)),
                min_size=1, max_size=300))  # fmt: skip
def test_prices_fall_and_minutes_rise_on_every_curve(told: list[tuple[int, float, float, float]]) -> None:
    for curve in _curves([(at * 1_000_000, price, minutes, always) for at, price, minutes, always in told]):
        assert len(curve.prices) == len(curve.minutes) <= POINTS
        assert all(a > b for a, b in zip(curve.prices, curve.prices[1:], strict=False))
        assert all(a < b for a, b in zip(curve.minutes, curve.minutes[1:], strict=False))
        assert all(price >= 0 for price in curve.prices)


def test_a_curve_of_many_prices_keeps_both_ends_and_is_never_far_off() -> None:
    rng = np.random.default_rng(0)
    price, minutes = rng.lognormal(8, 1, 5000), rng.exponential(6, 5000)
    zero = np.zeros(5000)
    curve = demand_curves(np.full(5000, NOON), price, minutes, zero, NOBODY, "UTC")[48]
    assert (len(curve.prices), curve.prices[0], curve.prices[-1]) == (POINTS, price.max(), price.min())
    assert curve.minutes[-1] == pytest.approx(minutes.sum())
    order = np.argsort(-price)
    exact = np.interp(0.5 * minutes.sum(), np.cumsum(minutes[order]), price[order])
    got = np.interp(0.5 * minutes.sum(), curve.minutes, curve.prices)
    assert got == pytest.approx(exact, rel=0.03)


def test_who_must_have_a_person_takes_minutes_at_any_price() -> None:
    rng = np.random.default_rng(1)
    n = 4000
    told = history(
        n, opened_at=NOON + rng.integers(0, 20, n) * DAY, human=rng.random(n) < 0.5, forced=False,
        bought=rng.random(n) < 0.2, margin=1e6, minutes=6.0, ease=4.0,
    )  # fmt: skip
    # Six minutes of a person on everyone: on half because a guardrail says so, on half because the bot fails.
    curve = learnt(history(n, **{**told.__dict__, "forced": told.human})).curves[48]
    assert (curve.prices, curve.minutes) == ((0.0,), (pytest.approx(4000 * 6 / 20),))


def test_an_empty_history_has_no_curves_and_an_equal_worth() -> None:
    model = learnt(history(0), settings=Routing())
    assert model.curves == ()
    known = model.everything
    assert (known.human.buys, known.human.leaves, known.human.ease) == (
        known.bot.buys,
        known.bot.leaves,
        known.bot.ease,
    )
    assert model.conversations == 0
