"""Intervals of one figure: published examples, properties, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from tanggap.stats.intervals import (
    ROCKS,
    Interval,
    multinomial_score,
    poisson_rate,
    quantile_coverage,
    quantile_fractions,
    quantile_ranks,
    student,
    wilson,
)

pytestmark = pytest.mark.filterwarnings("error")

COUNT = st.integers(0, 10_000)


def test_an_interval_holds_its_ends_and_nothing_unknown() -> None:
    interval = Interval(0.25, 0.75)
    assert 0.25 in interval
    assert 0.75 in interval
    assert 0.8 not in interval
    assert interval.width == 0.5
    assert 0.5 not in Interval(float("nan"), float("nan"))


def test_wilson_gives_the_rows_of_newcombes_table() -> None:
    # Newcombe 1998, Statist. Med. 17: 857-872, table I, method 3.
    low, high = wilson([81, 15, 0, 1], [263, 148, 20, 29])
    assert low == pytest.approx([0.2553, 0.0624, 0.0000, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


@given(COUNT, COUNT)
def test_wilson_holds_the_share_and_mirrors(successes: int, failures: int) -> None:
    n = successes + failures
    low, high = wilson(successes, n)
    if n == 0:
        assert np.isnan(low)
        assert np.isnan(high)
        return
    assert 0 <= low <= successes / n <= high <= 1
    mirrored_low, mirrored_high = wilson(failures, n)
    assert (low, high) == pytest.approx((1 - mirrored_high, 1 - mirrored_low), abs=1e-12)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(2, 100))
def test_more_rows_of_the_same_share_narrow_every_interval(successes: int, failures: int, times: int) -> None:
    n = successes + failures
    for few, many in (
        (wilson(successes, n), wilson(successes * times, n * times)),
        (multinomial_score(successes, 0, failures), multinomial_score(successes * times, 0, failures * times)),
        (student(5, 2, n + 1), student(5, 2, (n + 1) * times)),
        (poisson_rate(successes, n), poisson_rate(successes * times, n * times)),
    ):
        assert many[1] - many[0] < few[1] - few[0]


def test_a_wider_level_holds_the_narrower_one() -> None:
    for narrow, wide in (
        (wilson(3, 9, 0.8), wilson(3, 9, 0.99)),
        (student(3, 1, 9, 0.8), student(3, 1, 9, 0.99)),
        (multinomial_score(3, 4, 2, 0.8), multinomial_score(3, 4, 2, 0.99)),
        (poisson_rate(3, 2, 0.8), poisson_rate(3, 2, 0.99)),
    ):
        assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_student_gives_the_interval_of_the_sleep_data() -> None:
    # Student 1908, additional hours of sleep, paired: 1.2 2.4 1.3 1.3 0 1 1.8 .8 4.6 1.4; R's t.test: .7001 2.4599.
    extra = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    low, high = student(extra.mean(), extra.std(ddof=1), len(extra))
    assert (low, high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)


def test_student_says_nothing_of_one_row_or_none() -> None:
    low, high = student([5.0, np.nan, 5.0], [np.nan, np.nan, 1.0], [1, 0, 2])
    assert list(np.isnan(low)) == list(np.isnan(high)) == [True, True, False]


def test_the_medians_ranks_are_those_of_the_published_table() -> None:
    # The usual table of 95 % limits of a median by ranks (e.g. Altman et al., Statistics with Confidence, table 18.3).
    low, high = quantile_ranks([6, 10, 15, 20, 30, 50, 100], 0.5)
    assert list(low) == [1, 2, 4, 6, 10, 18, 40]
    assert list(high) == [6, 9, 12, 15, 21, 33, 61]


def test_rows_too_few_to_hold_the_quantile_with_95_percent_have_no_ranks() -> None:
    """The range of five rows holds the median with 1 − 2/32; the largest of 35 lies above the ninth tenth with .975."""
    for q, few, enough in ((0.5, 5, 6), (0.9, 35, 36), (0.1, 35, 36)):
        low, high = quantile_ranks([0, 1, few, enough], q)
        assert list(low[:3]) == list(high[:3]) == [0, 0, 0]
        assert 1 <= low[3] < high[3] <= enough
        assert list(np.isnan(quantile_coverage([0, 1, few, enough], q))) == [True, True, True, False]
        assert all(list(np.isnan(end)) == [True, True, True, False]
                   for end in quantile_fractions([0, 1, few, enough], q))  # fmt: skip


@given(st.integers(1, 3_000_000), st.sampled_from([0.05, 0.5, 0.9, 0.95, 0.99]))
def test_the_ranks_hold_the_quantile_and_95_percent_or_there_are_none(n: int, q: float) -> None:
    low, high = quantile_ranks(n, q)
    if not low:
        assert max(q, 1 - q) ** n > 0.025
        return
    position = (n - 1) * q + 1
    assert 1 <= low <= position <= high <= n
    assert quantile_coverage(n, q) >= 0.95
    if low > 1 and high < n:
        assert quantile_coverage(n, q) < 0.995


@given(st.integers(1, 5_000_000), st.sampled_from([0.1, 0.5, 0.9, 0.99]))
def test_a_fraction_comes_back_as_its_rank_to_the_last_bit(n: int, q: float) -> None:
    fractions, ranks = quantile_fractions(n, q), quantile_ranks(n, q)
    assert np.isnan(fractions[0]) == (ranks[0] == 0)
    for fraction, rank in zip(fractions, ranks, strict=True) if ranks[0] else ():
        assert 0 <= fraction <= 1
        assert abs(fraction * (n - 1) - (rank - 1)) <= np.spacing(float(rank - 1))


@pytest.mark.parametrize("n", [36, 50, 94, 1000])
def test_duckdb_returns_the_order_statistics_at_those_fractions(n: int) -> None:
    duckdb = pytest.importorskip("duckdb")
    values = np.sort(np.random.default_rng(n).lognormal(5, 2, n))
    low, high = quantile_fractions(n, 0.9)
    with duckdb.connect() as connection:
        connection.execute("create table rows_(x double)")
        connection.executemany("insert into rows_ values (?)", [[float(v)] for v in values])
        got = connection.execute(
            f"select quantile_cont(x, {float(low)!r}::double), quantile_cont(x, {float(high)!r}::double) from rows_"
        ).fetchone()
    ranks = quantile_ranks(n, 0.9)
    assert got == pytest.approx((values[ranks[0] - 1], values[ranks[1] - 1]), rel=1e-12)


def test_a_net_score_is_computed_by_hand() -> None:
    # 6, 3, 1 and one more at each end: p = 7/12, d = 2/12, variance .75 − (5/12)² = .576389, half = 1.959964·√(var/12).
    low, high = multinomial_score(6, 3, 1)
    assert (low, high) == pytest.approx((41.66667 - 42.95515, 41.66667 + 42.95515), abs=1e-4)


def test_rocks_pseudo_answers_are_to_be_had() -> None:
    # p = 6.75/13, d = 1.75/13: 38.4615 ± 195.9964·√((.653846 − .147929)/13)
    low, high = multinomial_score(6, 3, 1, added=ROCKS)
    assert (low, high) == pytest.approx((38.46154 - 38.66483, 38.46154 + 38.66483), abs=1e-4)


@given(COUNT, COUNT, COUNT)
def test_a_net_score_lies_in_its_interval_and_mirrors(plus: int, zero: int, minus: int) -> None:
    low, high = multinomial_score(plus, zero, minus)
    n = plus + zero + minus
    if n == 0:
        assert np.isnan(low)
        return
    assert -100 <= low <= 100 * ((plus - minus) / n) <= high <= 100
    mirrored = multinomial_score(minus, zero, plus)
    assert (low, high) == pytest.approx((-mirrored[1], -mirrored[0]))


def _net_coverage(n: int) -> np.ndarray:
    """The exact coverage of the net score's interval over a grid of probabilities of promoters and detractors."""
    plus, minus = (grid.ravel() for grid in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
    kept = plus + minus <= n
    plus, minus = plus[kept], minus[kept]
    low, high = multinomial_score(plus, n - plus - minus, minus)
    ways = gammaln(n + 1) - gammaln(plus + 1) - gammaln(minus + 1) - gammaln(n - plus - minus + 1)
    coverage = []
    for p in np.arange(0.02, 0.97, 0.05):
        for d in np.arange(0.02, 0.99 - p, 0.05):
            chance = np.exp(ways + plus * np.log(p) + minus * np.log(d) + (n - plus - minus) * np.log(1 - p - d))
            true = 100 * (p - d)
            coverage.append(chance[(low - 1e-9 <= true) & (true <= high + 1e-9)].sum())
    return np.array(coverage)


@pytest.mark.parametrize(("n", "least"), [(10, 0.92), (15, 0.93), (20, 0.93), (50, 0.935)])
def test_the_net_scores_exact_coverage_is_near_95_percent_nearly_everywhere(n: int, least: float) -> None:
    coverage = _net_coverage(n)
    assert coverage.min() >= least
    assert np.mean(coverage >= 0.93) > 0.98
    assert 0.945 < coverage.mean() < 0.97


def test_wilsons_exact_coverage_is_95_percent_on_average() -> None:
    n = 20
    x = np.arange(n + 1)
    low, high = wilson(x, n)
    p = np.linspace(0.02, 0.98, 97)[:, None]
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    chance = np.exp(ways + x * np.log(p) + (n - x) * np.log(1 - p))
    assert 0.945 < (chance * ((low <= p) & (p <= high))).sum(axis=1).mean() < 0.96


def test_poisson_gives_garwoods_limits() -> None:
    # Garwood 1936; the usual table: 0 → 0, 3.689; 1 → .0253, 5.572; 10 → 4.795, 18.39; 100 → 81.36, 121.63.
    low, high = poisson_rate([0, 1, 10, 100], 1)
    assert low == pytest.approx([0, 0.0253, 4.795, 81.36], abs=5e-3)
    assert high == pytest.approx([3.689, 5.572, 18.39, 121.63], abs=5e-3)
    assert poisson_rate(10, 4)[1] == pytest.approx(18.39 / 4, abs=2e-3)


def test_no_exposure_is_no_rate() -> None:
    assert np.isnan(poisson_rate([0, 3], [0, np.nan])).all()


def test_thousands_of_cells_keep_their_shape() -> None:
    n = np.arange(6000).reshape(60, 100)
    for low, high in (
        wilson(n // 2, n),
        student(n * 1.0, 1.0, n),
        quantile_ranks(n, 0.9),
        quantile_fractions(n, 0.9),
        multinomial_score(n // 2, n // 4, n // 4),
        poisson_rate(n, n),
    ):
        assert low.shape == high.shape == n.shape
