"""The price of a minute: what fits, what is seen now, and how long a newcomer waits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_shop import NOW, SETTINGS, model

from tanggap.core.instants import HOUR, MINUTE
from tanggap.routing.model import DemandCurve, Floor, KnownLine, Patience
from tanggap.routing.price import BASE_SHARE, curve_at, expected_wait, gives_up, minute_price, usual_price

CURVE = DemandCurve((5_000.0, 1_000.0, 0.0), (60.0, 600.0, 1_200.0), 90.0)


def test_the_price_is_that_at_which_the_demand_worth_it_fits_nine_tenths_of_the_minutes_on_shift() -> None:
    # 4 agents · 90 minutes · .9 = 324 minutes: between 60 (at 5000) and 600 (at 1000).
    assert usual_price(CURVE, 4, 0.9) == pytest.approx(5_000 - 4_000 * (324 - 60) / 540)


def test_a_minute_costs_nothing_where_all_demand_fits_and_the_most_where_nothing_does() -> None:
    assert usual_price(CURVE, 20, 0.9) == 0.0
    assert usual_price(CURVE, 0.1, 0.9) == 5_000.0
    assert usual_price(DemandCurve((), (), 90.0), 4, 0.9) == 0.0


def test_idle_places_make_a_minute_cheaper_and_all_idle_make_it_free() -> None:
    usual = BASE_SHARE * usual_price(CURVE, 4, 0.9)
    assert minute_price(model(), Floor(NOW, 4, idle=0), SETTINGS) == pytest.approx(usual)
    assert minute_price(model(), Floor(NOW, 4, idle=1), SETTINGS) == pytest.approx(usual * 0.75)
    assert minute_price(model(), Floor(NOW, 4, idle=4), SETTINGS) == 0.0


def test_a_backlog_makes_a_minute_dearer_by_a_tenth_for_each_minute_an_agent() -> None:
    waits = Floor(NOW, 4, waiting=KnownLine(backlog=8.0))
    assert minute_price(model(), waits, SETTINGS) == pytest.approx(BASE_SHARE * usual_price(CURVE, 4, 0.9) * 1.2)


def test_without_history_the_price_follows_the_backlog_alone() -> None:
    bare = model(curves=())
    assert minute_price(bare, Floor(NOW, 4), SETTINGS) == 0.0
    assert minute_price(bare, Floor(NOW, 4, waiting=KnownLine(backlog=8.0)), SETTINGS) == 2_000.0


def test_the_span_of_the_day_is_that_of_the_shops_own_clock() -> None:
    curves = tuple(DemandCurve((float(hour),), (1.0,), 60.0) for hour in range(24))
    shop = model(curves=curves)
    midnight_in_jakarta = 1_699_981_200_000_000  # 2023-11-14 17:00 UTC
    assert curve_at(shop, midnight_in_jakarta).prices == (0.0,)
    assert curve_at(shop, midnight_in_jakarta + 9 * HOUR + 59 * MINUTE).prices == (9.0,)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_more_people_never_make_a_minute_dearer(few: float, more: float) -> None:
    prices = [usual_price(CURVE, agents, 0.9) for agents in sorted((few, more))]
    assert all(first >= second for first, second in pairwise(prices))


def test_nobody_waits_while_a_place_is_idle_and_else_for_what_goes_before() -> None:
    line = KnownLine(ahead=12.0, backlog=30.0)
    assert expected_wait(Floor(NOW, 4, idle=1, residual=9.0, waiting=line), 1.0) == 0.0
    assert expected_wait(Floor(NOW, 4, residual=8.0, waiting=line), 1.0) == 5.0


def test_while_nobody_is_on_shift_the_wait_is_until_somebody_is() -> None:
    assert expected_wait(Floor(NOW, 0, next_shift_at=NOW + 30 * MINUTE), 1.0) == 30.0
    assert expected_wait(Floor(NOW, 0, next_shift_at=NOW - HOUR), 1.0) == 0.0, "a clock gone back is no wait"
    assert expected_wait(Floor(NOW, 0), 1.0) > 24 * 60


def test_patience_runs_from_the_grace_on() -> None:
    assert gives_up(Patience(0.1, 2.0), 2.0) == 0.0
    assert gives_up(Patience(0.1, 2.0), 12.0) == pytest.approx(1 - 2.718281828459045**-1)
