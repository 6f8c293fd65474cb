"""Staffing advice: Erlang-A over the demand that the price lets through, and what one more hour earns."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_shop import SETTINGS, STATUS, model

from tanggap.routing.model import DemandCurve, Patience
from tanggap.routing.staffing import plan, staffed, worth_hiring

EVERYTHING = replace(SETTINGS, target_occupancy=1.0)


def test_the_known_queue_of_erlang_a() -> None:
    """100 calls in 30 minutes of 3 minutes each, patience 5 minutes, 14 agents: ROUTING's known answer."""
    curve = DemandCurve((1.0,), (600.0,), 60.0)  # 200 calls an hour, all let through: 14 agents have 840 minutes
    three = replace(STATUS, human=replace(STATUS.human, minutes=3.0))
    shop = model(curves=(curve,), everything=three, patience_otherwise=Patience(rate=0.2))
    found = staffed(shop, 9, 14, EVERYTHING)
    assert (found.waits, found.gives_up, found.occupancy) == pytest.approx((0.14526, 0.013984, 0.704297), abs=1e-5)


def test_one_more_hour_earns_the_demand_it_reaches_at_its_own_prices() -> None:
    # Falls from 100 a minute at 0 to 0 at 200 minutes an hour; the second agent's 60 minutes lie between 60 and 120.
    shop = model(curves=(DemandCurve((100.0, 0.0), (0.0, 200.0), 60.0),))
    assert staffed(shop, 9, 1, EVERYTHING).next_hour == pytest.approx(60 * (70 + 40) / 2)
    assert staffed(shop, 9, 4, EVERYTHING).next_hour == 0.0


def test_a_person_is_worth_hiring_where_the_hour_earns_more_than_its_wage() -> None:
    shop = model(curves=(DemandCurve((100.0, 0.0), (0.0, 200.0), 60.0),))
    assert worth_hiring(staffed(shop, 9, 1, EVERYTHING), 3_000)
    assert not worth_hiring(staffed(shop, 9, 1, EVERYTHING), 3_300)


def test_with_nobody_on_shift_there_is_no_queue_to_speak_of_and_the_hour_has_its_value() -> None:
    found = staffed(model(), 9, 0, EVERYTHING)
    assert (found.waits, found.mean_wait, found.occupancy) == (None, None, None)
    assert found.next_hour > 0


def test_a_plan_has_every_hour_with_every_number_of_agents() -> None:
    found = plan(model(), [2, 4], SETTINGS)
    assert [(hour.hour, hour.agents) for hour in found] == [(h, a) for h in range(24) for a in (2, 4)]


def test_without_history_there_is_nothing_to_plan_on() -> None:
    with pytest.raises(ValueError, match="no history"):
        staffed(model(curves=()), 9, 2, SETTINGS)


def test_nobody_on_shift_answers_nothing_and_their_first_hour_still_has_a_worth() -> None:
    found = staffed(model(), 9, 0, SETTINGS)
    assert found.answered == 0
    assert found.demand > 0
    assert found.next_hour > 0


@given(st.integers(0, 12))
def test_more_people_never_earn_more_by_the_hour_nor_leave_less_answered(agents: int) -> None:
    found = [staffed(model(), 9, number, SETTINGS) for number in (agents, agents + 1)]
    for few, more in pairwise(found):
        assert few.next_hour >= more.next_hour - 1e-9
        assert few.answered <= more.answered
        assert few.minute_price >= more.minute_price
