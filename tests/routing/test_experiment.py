"""Switchback experiments: who is part of one, when, and what may be claimed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import UsageError
from tanggap.core.instants import HOUR, MINUTE, parse_instant
from tanggap.routing.experiment import (
    Experiment,
    Usual,
    clearing_minutes,
    counted,
    findings,
    plan,
    policy_at,
    rows_needed,
)
from tanggap.routing.learn.history import History
from tanggap.routing.model import HAZARDS, Conversation
from tanggap.stats.switchback import assign_block

FIRST = date(2026, 3, 2)
MIDNIGHT = parse_instant("2026-03-01T17:00:00Z")  # of 2 March in Jakarta
USUAL = Usual(conversion=0.05, returns=0.05)


def made(days: int = 28, clearing: float = 6.0, seed: int = 4) -> Experiment:
    return plan(FIRST, days, clearing_minutes=clearing, timezone="Asia/Jakarta", seed=seed)


def test_a_plan_begins_at_a_local_midnight_and_washes_out_one_queue_clearing_time() -> None:
    found = made()
    assert (found.starts_at, found.ends_at) == (MIDNIGHT, MIDNIGHT + 28 * 24 * HOUR)
    assert (found.block, found.wash_out, found.blocks) == (HOUR, 6 * MINUTE, 672)


@pytest.mark.parametrize(("clearing", "hours"), [(0, 1), (15, 1), (16, 2), (40, 3), (100, 12)])
def test_blocks_are_long_enough_for_four_wash_outs(clearing: float, hours: int) -> None:
    assert made(clearing=clearing).block == hours * HOUR


def test_a_queue_that_never_clears_is_no_place_for_an_experiment() -> None:
    with pytest.raises(UsageError, match="clear"):
        made(clearing=200)
    with pytest.raises(UsageError, match="days"):
        made(days=0)


def test_the_policy_is_that_of_the_block_and_there_is_none_outside() -> None:
    found, anyone = made(), Conversation("a")
    for hour in range(48):
        at = MIDNIGHT + hour * HOUR + 17 * MINUTE
        arm = assign_block(4, at, origin=MIDNIGHT)
        assert policy_at(found, anyone, at) == ("value" if arm else "complexity")
    assert policy_at(found, anyone, MIDNIGHT - 1) is None
    assert policy_at(found, anyone, found.ends_at) is None


@given(
    at=st.integers(0, 28 * 24 * HOUR - 1),
    because=st.sampled_from([
        {"human_requested": True}, {"bot_failures": 2}, {"out_of_depth": True}, {"anger_rising": True},
        {"open_complaint": True}, *({"hazard": hazard} for hazard in HAZARDS),
    ]),
)  # fmt: skip
def test_who_asked_for_a_person_or_needs_one_is_never_part_of_it(at: int, because: dict[str, Any]) -> None:
    assert policy_at(made(), Conversation("a", **because), MIDNIGHT + at) is None


def test_what_falls_into_the_wash_out_does_not_count() -> None:
    at = MIDNIGHT + np.array([-1, 0, 6 * MINUTE - 1, 6 * MINUTE, HOUR, HOUR + 6 * MINUTE])
    assert counted(made(), at).tolist() == [False, False, False, True, False, True]


def test_the_queue_clearing_time_is_that_of_nine_in_ten_and_their_answer() -> None:
    nothing = np.zeros(0)
    wait = np.array([np.nan, *np.arange(11.0)])
    minutes = np.array([np.nan, *np.full(10, 5.0), 0.0])
    told = dict.fromkeys(History.__dataclass_fields__, nothing) | {"wait": wait, "minutes": minutes}
    assert clearing_minutes(History(**told)) == 9.0 + 5.0
    assert clearing_minutes(History(**dict.fromkeys(told, nothing))) == 0.0


def test_revenue_needs_some_forty_thousand_conversations_an_arm_and_the_others_far_fewer() -> None:
    needed = rows_needed(USUAL)
    assert needed["revenue"] == 42_515  # stats.switchback.revenue_sd's own example
    assert max(needed[name] for name in ("conversion", "ease", "returns")) < 10_000
    alike = rows_needed(Usual(0.05, 0.05, rows_a_block=21, correlation=0.05))
    assert alike["ease"] == pytest.approx(2 * needed["ease"], abs=1)


def test_a_difference_is_found_outcome_by_outcome_and_revenue_is_not_claimed() -> None:
    rng, found = np.random.default_rng(8), made()
    at = np.sort(MIDNIGHT + rng.integers(0, 28 * 24 * HOUR, 12_000))
    arm = np.array([assign_block(4, int(one), origin=MIDNIGHT) for one in at])
    ease = rng.normal(3.8, 1.0, len(at)) + 0.3 * arm
    revenue = np.where(rng.random(len(at)) < 0.05, rng.exponential(1e5, len(at)), 0.0)
    unknown = np.where(rng.random(len(at)) < 0.5, np.nan, ease)
    got = {one.outcome: one for one in findings(found, at, {"revenue": revenue, "ease": unknown}, USUAL)}
    assert list(got) == ["ease", "revenue"], "the soonest to be known first"
    assert got["ease"].tier.enough
    assert got["ease"].effect.low < 0.3 < got["ease"].effect.high
    assert got["ease"].effect.low > 0
    assert not got["revenue"].tier.enough
    assert got["revenue"].tier.needed == 42_515


def test_nobody_before_the_experiment_counts_in_it() -> None:
    at = np.array([MIDNIGHT - HOUR, MIDNIGHT + 30 * MINUTE])
    (found,) = findings(made(), at, {"ease": np.array([1.0, 5.0])}, USUAL)
    assert found.tier.present == 0
    assert found.effect.verdict_withheld
