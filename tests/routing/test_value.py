"""The worth of a person's time, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_shop import SALES, SETTINGS, STATUS, model

from tanggap.routing.model import Conversation
from tanggap.routing.value import (
    LEAST_MINUTES,
    LEAST_NET_SHARE,
    doubt,
    expected_margin,
    money_of,
    net_minutes,
    worth,
    worth_of,
)


def test_every_part_of_the_worth_is_the_formula_by_hand() -> None:
    found = worth(Conversation("c", intent="advice", margin=100_000.0, customer_value=200_000.0), model(), SETTINGS)
    assert found.revenue_potential == pytest.approx((0.40 - 0.20) * 100_000)
    assert found.revenue_at_risk == pytest.approx((0.15 - 0.10) * 200_000)
    assert found.effort_value == pytest.approx(2_000 * 0.5)
    assert found.cost_difference == pytest.approx(200.0)
    assert found.total == pytest.approx(20_000 + 10_000 + 1_000 + 200)
    # Against the bot's answer: (.2 − .1)·100,000 + (.3 − .15)·200,000 + 2,000·2 + 0 − 300.
    assert found.loss == pytest.approx(10_000 + 30_000 + 4_000 - 300)
    assert (found.service_minutes, found.minutes) == (8.0, 6.0)
    assert found.priority == pytest.approx((31_200 + 43_700) / 8)


def test_doubt_is_the_standard_error_of_the_worth_by_hand() -> None:
    human = replace(SALES.human, buys_of=40.0, leaves_of=20.0)
    bot = replace(SALES.bot, buys_of=100.0, leaves_of=0.0)
    # .4·.6/40 + .2·.8/100 buy, .1·.9/20 leave; of how many the bot's leavers are is not known.
    variance = 100_000**2 * (0.006 + 0.0016) + 200_000**2 * 0.0045
    assert doubt(human, bot, 100_000.0, 200_000.0) == pytest.approx(variance**0.5)
    assert doubt(SALES.human, SALES.bot, 100_000.0, 200_000.0) == 0.0
    # An effective number below one is not more than not knowing at all.
    assert doubt(replace(human, buys_of=0.1, leaves_of=0.0), SALES.bot, 1.0, 0.0) == pytest.approx((0.4 * 0.6) ** 0.5)


def test_what_is_not_known_is_taken_as_usual() -> None:
    assert worth(Conversation("c", intent="advice"), model(), SETTINGS) == worth_of(SALES, 100_000, 200_000, 2_000)


def test_a_new_intent_is_valued_as_its_category_and_a_new_category_as_all() -> None:
    known = model()
    assert known.of("brand_new", "product") is SALES
    assert known.of("advice", "elsewhere") is SALES
    assert known.of("brand_new") is STATUS
    assert known.of(None) is STATUS


def test_money_in_another_currency_is_as_good_as_unknown_and_said_so() -> None:
    taken = money_of(Conversation("c", margin=9.0, customer_value=9.0, currency="USD"), model(), SALES)
    assert (taken.margin, taken.customer_value, taken.notes) == (100_000.0, 200_000.0, ("other_currency",))
    assert money_of(Conversation("c", margin=9.0, currency="IDR"), model(), SALES).notes == ()


def test_a_margin_that_is_no_number_is_the_usual_one() -> None:
    taken = money_of(Conversation("c", margin=float("nan"), customer_value=float("inf")), model(), SALES)
    assert (taken.margin, taken.customer_value) == (100_000.0, 200_000.0)


def test_nobody_has_a_negative_value_and_nobody_more_than_the_cap() -> None:
    assert money_of(Conversation("c", customer_value=-5.0), model(), SALES).customer_value == 0.0
    assert money_of(Conversation("c", customer_value=1e12), model(), SALES).customer_value == 1_000_000.0


def test_a_negative_margin_turns_selling_into_a_loss() -> None:
    assert worth(Conversation("c", intent="advice", margin=-50_000.0), model(), SETTINGS).revenue_potential < 0


def test_a_persons_minutes_are_never_free() -> None:
    assert net_minutes(8.0, 8.0) == 8.0 * LEAST_NET_SHARE
    assert net_minutes(1.0, 5.0) == LEAST_MINUTES
    assert net_minutes(np.array([8.0, 8.0]), np.array([2.0, 8.0])).tolist() == [6.0, 2.0]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_worth_and_loss_together_are_what_answering_beats_giving_up_by(
    buys: float, leaves: float, margin: float, value: float
) -> None:
    known = replace(SALES, bot=replace(SALES.bot, buys=buys, leaves=leaves))
    found = worth_of(known, margin, value, 2_000)
    answered = (0.40 - 0.10) * margin + (0.30 - 0.10) * value + 2_000 * 2.5 - 100.0
    assert found.total + found.loss == pytest.approx(answered, abs=1e-6 * (1 + abs(margin) + value))


def test_who_usually_buys_dearer_is_about_to_buy_dearer() -> None:
    known = model(order_margin=50_000.0)
    assert expected_margin(known, "advice", None, 100_000.0) == 200_000.0
    assert expected_margin(known, "advice", None, -5.0) == 0.0
    assert expected_margin(known, "advice", None, None) is None
    assert expected_margin(model(), "advice", None, 100_000.0) is None, "nothing is known of usual orders"
