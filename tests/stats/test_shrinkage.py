"""Shrinkage: by hand, between its two sources, and better than what it shrinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.shrinkage import shrunk


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
