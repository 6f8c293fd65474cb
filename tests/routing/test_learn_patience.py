"""Patience: grace and rate from waits that are cut short by an answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learn_histories import history, learnt

from tanggap.routing.learn.patience import IMAGINED_LEAVERS, USUAL, fit
from tanggap.routing.model import Patience


def _waits(n: int, rate: float, grace: float, answered_after: float, seed: int = 0) -> tuple[object, object]:
    rng = np.random.default_rng(seed)
    patience = grace + rng.exponential(1 / rate, n)
    answer = rng.exponential(answered_after, n)
    return np.minimum(patience, answer), patience < answer


@pytest.mark.parametrize(("rate", "grace"), [(0.2, 0.0), (0.2, 1.0), (0.5, 3.0), (0.02, 0.0)])
@pytest.mark.parametrize("answered_after", [1.5, 8.0])
def test_patience_is_found_though_most_were_answered_first(rate: float, grace: float, answered_after: float) -> None:
    found = fit(*_waits(60_000, rate, grace, answered_after), USUAL)  # type: ignore[arg-type]
    assert found.rate == pytest.approx(rate, rel=0.08)
    assert found.grace == pytest.approx(grace, abs=0.08)


def test_a_rate_is_by_hand_leavers_per_minute_waited_with_five_imagined() -> None:
    wait, left = np.array([2.0, 4.0, 6.0]), np.array([True, False, False])
    prior = Patience(rate=0.5, grace=1.0)
    # One leaver in (1 + 3 + 5) minutes beyond the grace, beside five in ten.
    assert fit(wait, left, prior) == Patience(rate=(1 + IMAGINED_LEAVERS) / (9 + 10), grace=1.0)


def test_one_who_left_at_once_does_not_set_everybodys_grace() -> None:
    wait, left = _waits(20_000, 0.2, 2.0, 5.0)
    wait, left = np.append(wait, [0.001]), np.append(left, [True])  # type: ignore[arg-type]
    assert fit(wait, left, USUAL).grace == pytest.approx(2.0, abs=0.1)


def test_a_channel_with_few_waits_is_taken_for_the_others() -> None:
    wait, left = _waits(5000, 0.3, 1.0, 4.0)
    channel = ["chat"] * 5000 + ["phone", "phone", "email"]
    model = learnt(
        history(
            5003, channel=channel, human=True, wait=np.append(wait, [0.5, 0.7, np.nan]),  # type: ignore[arg-type]
            given_up=np.append(left, [False, False, False]),  # type: ignore[arg-type]
        )
    )  # fmt: skip
    assert set(model.patience) == {"chat", "phone"}  # nobody is known to have waited for a letter
    assert model.patience_on("email") is model.patience_otherwise
    assert model.patience["phone"].rate == pytest.approx(model.patience_otherwise.rate, rel=0.05)
    assert model.patience["phone"].grace == model.patience_otherwise.grace


def test_who_waits_until_the_next_morning_says_nothing_of_the_first_minutes() -> None:
    wait, left = _waits(5000, 0.3, 1.0, 4.0)
    overnight = 500
    model = learnt(
        history(
            5000 + overnight, channel="chat", human=True,
            wait=np.append(wait, np.full(overnight, 900.0)),  # type: ignore[arg-type]
            given_up=np.append(left, np.zeros(overnight, bool)),  # type: ignore[arg-type]
        )
    )  # fmt: skip
    assert model.patience["chat"].rate == pytest.approx(0.3, rel=0.1)


def test_without_any_wait_the_usual_is_said() -> None:
    assert learnt(history(10)).patience_otherwise == USUAL


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1e4), st.booleans()), max_size=80))
def test_whatever_was_waited_the_rate_is_positive_and_the_grace_within_the_waits(
    told: list[tuple[float, bool]],
) -> None:
    wait, left = np.array([w for w, _ in told]), np.array([gone for _, gone in told], bool)
    found = fit(wait, left, USUAL)
    assert 0 < found.rate < np.inf
    assert 0 <= found.grace <= max([USUAL.grace, *wait])
