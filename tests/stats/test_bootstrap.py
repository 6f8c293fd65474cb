"""The bias-corrected block bootstrap."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from tanggap.stats.bootstrap import BLOCKS, bootstrap_mean
from tanggap.stats.special import student_quantile

pytestmark = pytest.mark.filterwarnings("error")


def _money(cells: int, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-normal order values (mean e^½) added up in blocks at random."""
    rng = np.random.default_rng(seed)
    block = rng.integers(0, BLOCKS, (cells, rows)) + BLOCKS * np.arange(cells)[:, None]
    values = rng.lognormal(0, 1, (cells, rows))
    sums = np.bincount(block.ravel(), values.ravel(), cells * BLOCKS).reshape(cells, BLOCKS)
    return sums, np.bincount(block.ravel(), minlength=cells * BLOCKS).reshape(cells, BLOCKS)


def test_it_equals_a_plain_loop_over_the_same_draws() -> None:
    sums, counts = _money(1, 500, 3)
    low, high = bootstrap_mean(sums, counts, seed=7, replicates=499)
    rng = np.random.default_rng(7)
    drawn = [
        np.repeat(sums[0], times).sum() / np.repeat(counts[0], times).sum()
        for times in rng.multinomial(BLOCKS, [1 / BLOCKS] * BLOCKS, size=499)
    ]
    value, normal, held = sums.sum() / counts.sum(), NormalDist(), np.count_nonzero(counts)
    bias = normal.inv_cdf(np.mean(np.array(drawn) < value))
    t = float(student_quantile(0.975, held - 1)) * (held / (held - 1)) ** 0.5
    expected = np.quantile(drawn, [normal.cdf(2 * bias - t), normal.cdf(2 * bias + t)], method="weibull")
    assert (low[0], high[0]) == pytest.approx(tuple(expected), rel=1e-9)


@pytest.mark.parametrize(("rows", "least"), [(30, 0.86), (100, 0.89), (1000, 0.925)])
def test_it_covers_the_mean_of_skewed_money(rows: int, least: float) -> None:
    # The mean of 30 log-normal rows has no interval that reaches 95 %: Student's t covers 0.88 to 0.90 there.
    low, high = bootstrap_mean(*_money(1000, rows, 11), replicates=999)
    true = np.exp(0.5)
    assert least <= np.mean((low <= true) & (true <= high)) <= 0.98


def test_the_same_seed_gives_the_same_interval_whatever_else_is_asked() -> None:
    sums, counts = _money(600, 50, 5)
    low, high = bootstrap_mean(sums, counts, replicates=199)
    alone = bootstrap_mean(sums[550:551], counts[550:551], replicates=199)
    assert (low[550], high[550]) == pytest.approx((alone[0][0], alone[1][0]), rel=1e-12)
    again = bootstrap_mean(sums, counts, replicates=199)
    assert np.array_equal(again[0], low)
    assert np.array_equal(again[1], high)
    assert not np.array_equal(bootstrap_mean(sums, counts, seed=1, replicates=199)[0], low)


def test_the_interval_scales_with_the_money_and_holds_the_mean() -> None:
    sums, counts = _money(40, 60, 9)
    low, high = bootstrap_mean(sums, counts, replicates=199)
    value = sums.sum(axis=1) / counts.sum(axis=1)
    assert (low <= value).all()
    assert (value <= high).all()
    cents = bootstrap_mean(sums * 100, counts, replicates=199)
    assert cents[0] == pytest.approx(low * 100)
    assert cents[1] == pytest.approx(high * 100)


def test_draws_that_equal_the_mean_lean_to_neither_side() -> None:
    # Means of three draws from 1, 2, 3 at level .5: Φ(∓1) of 27 equally likely ones, a quarter of them the mean itself.
    low, high = bootstrap_mean([[1, 2, 3]], [[1, 1, 1]], level=0.5)
    assert (low[0], high[0]) == pytest.approx((5 / 3, 7 / 3))


def test_one_block_or_none_says_nothing() -> None:
    sums, counts = np.zeros((3, BLOCKS)), np.zeros((3, BLOCKS))
    sums[1, 4], counts[1, 4] = 10, 2
    sums[2, :2], counts[2, :2] = (3, 9), (1, 1)
    low, high = bootstrap_mean(sums, counts, replicates=199)
    assert list(np.isnan(low)) == list(np.isnan(high)) == [True, True, False]
    assert (low[2], high[2]) == (3, 9)


def test_equal_rows_have_an_interval_without_width() -> None:
    counts = np.random.default_rng(0).poisson(3, (1, BLOCKS))
    low, high = bootstrap_mean(counts * 0.1, counts, replicates=199)
    assert (low[0], high[0]) == pytest.approx((0.1, 0.1))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="cells, blocks"):
        bootstrap_mean(np.ones(5), np.ones(5))
    with pytest.raises(ValueError, match="cells, blocks"):
        bootstrap_mean(np.ones((2, 5)), np.ones((2, 6)))
    assert bootstrap_mean(np.ones((0, 5)), np.ones((0, 5)))[0].shape == (0,)
