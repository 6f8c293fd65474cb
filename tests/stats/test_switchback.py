"""Hour-block experiments: balance, wash-out, coverage under real carry of workload, sample sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma

from tanggap.stats.switchback import (
    HOUR,
    Blocks,
    assign_block,
    block_means,
    block_starts,
    effect,
    revenue_sd,
    sample_size,
    share_sd,
    tiers,
)

pytestmark = pytest.mark.filterwarnings("error")

MINUTE = HOUR // 60
#: Midnight in Jakarta, 1 March 2026 (UTC+7).
MIDNIGHT = 1_772_298_000_000_000
PLAN = [0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1]


def test_the_same_block_always_has_the_same_arm_and_another_seed_another_plan() -> None:
    starts = [MIDNIGHT + i * HOUR for i in range(200)]
    plan = [assign_block(7, s, origin=MIDNIGHT) for s in starts]
    assert plan == [assign_block(7, s + 59 * MINUTE, origin=MIDNIGHT) for s in starts]
    assert plan != [assign_block(8, s, origin=MIDNIGHT) for s in starts]
    # Written down once: a plan must not change with the version of anything.
    assert plan[:12] == PLAN


@given(st.integers(0, 10**9), st.integers(-500, 500), st.sampled_from([HOUR, HOUR // 2, 2 * HOUR]))
def test_every_day_and_every_even_opening_is_balanced(seed: int, day: int, block: int) -> None:
    midnight = MIDNIGHT + day * 24 * HOUR
    arms = [assign_block(seed, midnight + i * block, block=block, origin=MIDNIGHT) for i in range(24 * HOUR // block)]
    assert sum(arms) == len(arms) / 2
    for first in range(0, len(arms), 2):
        assert arms[first] != arms[first + 1]


def test_each_hour_of_the_day_gets_both_arms_alike_over_the_weeks() -> None:
    plan = np.array([[assign_block(3, MIDNIGHT + (24 * d + h) * HOUR) for h in range(24)] for d in range(400)])
    assert (np.abs(plan.mean(axis=0) - 0.5) < 0.1).all()
    # One pair's coin says nothing of the next one's.
    assert np.abs(np.corrcoef(plan[:, ::2].T) - np.eye(12)).max() < 0.2


def test_starts_also_before_the_origin_are_the_blocks_own() -> None:
    at = np.array([MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + HOUR - 1, MIDNIGHT + HOUR])
    expected = [MIDNIGHT - HOUR, MIDNIGHT, MIDNIGHT, MIDNIGHT + HOUR]
    assert list(block_starts(at, origin=MIDNIGHT)) == expected


def test_the_first_minutes_of_a_block_and_unknown_values_are_left_out() -> None:
    at = MIDNIGHT + MINUTE * np.array([0, 9, 10, 59, 60, 70, 75])
    blocks = block_means(at, [1, 2, 3, 5, 7, 11, np.nan], seed=1, wash_out=10 * MINUTE, origin=MIDNIGHT)
    assert list(blocks.start) == [MIDNIGHT, MIDNIGHT + HOUR]
    assert list(blocks.n) == [2, 1]
    assert list(blocks.mean) == [4, 11]
    assert blocks.washed_out == 3
    assert sorted(blocks.arm) == [0, 1]


def _blocks(gaps: list[float], rows: list[tuple[int, int]] | None = None) -> Blocks:
    """Pairs whose arm 1 (always second) is ahead by the gaps."""
    k = len(gaps)
    n = np.array(rows if rows is not None else [(5, 5)] * k).ravel()
    mean = np.array([[10.0, 10 + gap] for gap in gaps]).ravel()
    return Blocks(np.arange(2 * k) * HOUR, np.tile([0, 1], k), n, mean, 0)


def test_equal_blocks_give_the_paired_t_with_hc3_and_fishers_exact_test() -> None:
    # Student 1908: 1.2 2.4 1.3 1.3 0 1 1.8 .8 4.6 1.4, mean 1.58, t = 4.0621 on 9; HC3 over equal weights is × 10/9
    # of residuals with n below, so the half-width is 0.87989·(9/10)^½·(10/9) of Student's.
    found = effect(_blocks([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]))
    assert found.difference == pytest.approx(1.58)
    assert found.high - found.difference == pytest.approx(0.8798858 * (9 / 10) ** 0.5 * 10 / 9, rel=1e-6)
    # All gaps are positive or zero: two patterns of ten signs and the zero's either sign reach as far.
    assert found.p_value == pytest.approx(4 / 2**10)
    assert (found.pairs, found.n, found.left_out, found.verdict_withheld) == (10, 100, 0, False)


def test_pairs_weigh_by_their_rows_and_lone_blocks_are_left_out() -> None:
    blocks = _blocks([1.0, 4.0], [(2, 2), (6, 3)])
    alone = Blocks(
        np.append(blocks.start, 9 * HOUR),
        np.append(blocks.arm, 1),
        np.append(blocks.n, 8),
        np.append(blocks.mean, 99),
        3,
    )
    found = effect(alone)
    # Weights 1 and 2.
    assert found.difference == pytest.approx((1 * 1 + 2 * 4) / 3)
    assert found.left_out == 3 + 8
    assert found.verdict_withheld
    assert "2 pairs" in found.reason
    assert np.isnan(found.low)


def test_blocks_across_two_pairs_are_no_pair() -> None:
    blocks = Blocks(np.array([1, 2]) * HOUR, np.array([0, 1]), np.array([5, 5]), np.array([1.0, 2.0]), 0)
    found = effect(blocks)
    assert np.isnan(found.difference)
    assert found.verdict_withheld
    assert found.left_out == 10


def test_a_pair_with_most_of_the_weight_withholds_the_verdict() -> None:
    rows = [(1, 1)] * 11 + [(50, 50)]
    assert effect(_blocks([1.0] * 12, rows)).verdict_withheld


def _weeks(seed: int, uplift: float, days: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Conversations of three weeks: busy hours, hours that share a shock, money mostly zero, uplift in arm 1."""
    rng = np.random.default_rng(seed)
    at, value = [], []
    for hour in range(24 * days):
        start = MIDNIGHT + hour * HOUR
        rows = rng.poisson(4 + 12 * np.sin(np.pi * (hour % 24) / 24) ** 2)
        shock = rng.normal(0, 2) + 6 * np.sin(2 * np.pi * (hour % 24) / 24)
        arm = assign_block(seed, start, origin=MIDNIGHT)
        at.append(start + rng.integers(0, HOUR, rows))
        value.append(shock + uplift * arm + 30 * (rng.random(rows) < 0.2) * rng.lognormal(0, 0.7, rows))
    return np.concatenate(at), np.concatenate(value)


def test_the_interval_covers_the_truth_and_chance_is_called_chance() -> None:
    covered, called = [], []
    for seed in range(120):
        at, value = _weeks(seed, uplift=1.5)
        blocks = block_means(at, value, seed=seed, wash_out=5 * MINUTE, origin=MIDNIGHT)
        found = effect(blocks, origin=MIDNIGHT, replicates=199)
        covered.append(found.low <= 1.5 <= found.high)
        null = Blocks(blocks.start, blocks.arm, blocks.n, blocks.mean - 1.5 * blocks.arm, 0)
        called.append(effect(null, origin=MIDNIGHT, replicates=199).p_value < 0.05)
    assert 0.91 <= np.mean(covered) <= 0.99
    assert np.mean(called) <= 0.09


def test_sample_sizes_are_those_of_the_textbook() -> None:
    # Two means, σ = 1, δ = ½, 5 % two-sided, power 80 %: 63 an arm (Cohen 1988 has 64 by t); shares 10 % and 15 %: 683.
    assert sample_size(0.5, 1.0) == 63
    assert sample_size(0.05, (share_sd(0.10), share_sd(0.15))) == 683
    assert sample_size(0.5, 1.0, design=2.0) == pytest.approx(2 * 63, abs=1)


def test_revenue_needs_some_forty_thousand_conversations_an_arm() -> None:
    p, mean = 0.05, 250_000.0
    assert sample_size(0.12 * p * mean, revenue_sd(p, mean, 1.0)) == 42_515
    # The same 12 % in conversion alone needs half as many.
    assert 19_000 < sample_size(0.12 * p, (share_sd(p), share_sd(1.12 * p))) < 23_000


@given(st.floats(0.01, 0.9), st.floats(0.1, 2))
def test_the_spread_of_revenue_is_that_of_orders(conversion: float, cv: float) -> None:
    # Orders as the quantiles of a gamma distribution: a draw of so long a tail has a spread of its own.
    orders = gamma.ppf((np.arange(20_000) + 0.5) / 20_000, cv**-2, scale=7 * cv**2)
    spread = np.sqrt(conversion * np.mean(orders**2) - (conversion * np.mean(orders)) ** 2)
    assert revenue_sd(conversion, 7, cv) == pytest.approx(spread, rel=0.01)


def test_tiers_say_what_may_be_claimed_soonest_first() -> None:
    found = tiers(5000, {"revenue": 42_515, "conversion": 21_882, "ease": 1200})
    assert [(t.outcome, t.enough) for t in found] == [("ease", True), ("conversion", False), ("revenue", False)]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="block"):
        assign_block(1, 0, block=0)
    with pytest.raises(ValueError, match="wash-out"):
        block_means([0], [1.0], seed=1, wash_out=HOUR)
    with pytest.raises(ValueError, match="one per row"):
        block_means([0], [1.0, 2.0], seed=1, wash_out=0)
    with pytest.raises(ValueError, match="difference"):
        sample_size(0, 1.0)
    empty = effect(block_means([], [], seed=1, wash_out=0))
    assert empty.verdict_withheld
    assert empty.n == 0
