"""Shrinkage: by hand, between its two sources, and better than what it shrinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.shrinkage import imagined, shrunk


def one(total: float, n: float, prior: float, kappa: float) -> float:
    return float(shrunk(np.array([total]), np.array([n]), np.array([prior]), kappa)[0])


def test_a_share_and_a_mean_are_computed_by_hand() -> None:
    assert one(30, 40, 0.5, 60) == pytest.approx((30 + 60 * 0.5) / 100)
    assert one(200.0, 10, 8.0, 5) == pytest.approx((200 + 40) / 15)


def test_without_rows_it_is_the_prior_and_without_imagined_ones_the_rows_own_mean() -> None:
    assert one(0, 0, 0.3, 60) == pytest.approx(0.3)
    assert one(30, 40, 0.5, 0) == 0.75
    assert one(0, 0, 0.5, 0) == 0.5


@given(st.floats(0, 1), st.integers(1, 10_000), st.floats(0, 1), st.floats(0, 1_000))
def test_it_lies_between_the_rows_mean_and_the_prior(mean: float, n: int, prior: float, kappa: float) -> None:
    found = one(mean * n, n, prior, kappa)
    assert min(mean, prior) - 1e-9 <= found <= max(mean, prior) + 1e-9


def test_shrinking_beats_raw_shares_where_groups_resemble_each_other() -> None:
    rng = np.random.default_rng(5)
    truth = rng.beta(12, 48, 2_000)  # as if 60 rows stood behind the parent's .2
    n = rng.integers(5, 80, truth.size).astype(float)
    hits = rng.binomial(n.astype(int), truth).astype(float)
    pulled = shrunk(hits, n, np.full(truth.size, 0.2), 60.0)
    assert np.mean((pulled - truth) ** 2) < 0.4 * np.mean((hits / n - truth) ** 2)


# How many imagined rows


def _shares(gaps: list[float], n: float) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Groups of n rows an arm whose shares lie half a gap above and below one half."""
    rows = np.full((len(gaps), 2), n)
    return rows * (0.5 + np.array([[gap / 2, -gap / 2] for gap in gaps])), rows


def test_gaps_that_are_apart_beyond_chance_ask_for_few_imagined_rows() -> None:
    """Two gaps of .4 on 100 rows an arm: each is .16 ÷ (.25 · 2/100) = 32 of chance's variances, together 64; chance
    exceeds 5.9915 (χ², 2) once in twenty times. Σw = 2/.005 = 400, so τ² = (64 − 5.9915)/400 and σ² = .25.
    """
    found = imagined(*_shares([0.4, -0.4], 100))
    assert found == pytest.approx(0.25 * 400 / (64 - 5.991464547), rel=1e-9)


def test_gaps_that_chance_explains_leave_nothing() -> None:
    assert imagined(*_shares([0.05, -0.05, 0.02], 100)) == np.inf


def test_groups_with_one_arm_or_one_outcome_say_nothing() -> None:
    total, n = np.array([[5.0, 0.0], [0.0, 0.0], [10.0, 10.0]]), np.array([[10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
    assert imagined(total, n) == 0.0


def test_where_no_gap_is_true_nineteen_histories_of_twenty_show_none() -> None:
    rng = np.random.default_rng(5)
    n = np.tile([40.0, 160.0], (25, 1))
    found = [imagined(rng.binomial(n.astype(int), 0.3).astype(float), n) for _ in range(2_000)]
    assert 0.03 < np.mean(np.isfinite(found)) < 0.07


def test_true_gaps_are_found_at_about_their_size() -> None:
    """Gaps of spread .1 about nought, σ² = .21 or so: 21 imagined rows, a few more for the doubt."""
    rng = np.random.default_rng(6)
    n = np.full((60, 2), 400.0)
    gap = rng.normal(0.0, 0.1, 60)
    p = np.clip(0.3 + np.column_stack([gap / 2, -gap / 2]), 0.01, 0.99)
    found = imagined(rng.binomial(n.astype(int), p).astype(float), n)
    assert 15 < found < 40
