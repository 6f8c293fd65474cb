"""Bursts of reviews."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc

from tanggap.stats.bursts import ALPHA, bursts

pytestmark = pytest.mark.filterwarnings("error")


def test_a_week_of_forty_among_threes_is_a_burst() -> None:
    found = bursts([3, 4, 2, 5, 3, 4, 3, 2, 4, 40])
    assert list(found.flag) == [False] * 9 + [True]


def test_for_steady_weeks_the_probability_is_the_gamma_poisson_prediction_by_hand() -> None:
    # Nine other weeks of 4: Gamma(36 + ½, 9) for the rate, so P(Y ≥ 9) = I(1/10; 9, 36.5).
    found = bursts([4] * 9 + [9])
    assert found.p[-1] == pytest.approx(float(betainc(9, 36.5, 0.1)), rel=1e-9)


def test_a_week_without_any_is_no_burst() -> None:
    assert bursts([4] * 9 + [0]).p[-1] == 1


def test_too_short_a_history_accuses_nobody() -> None:
    found = bursts([1, 1, 1, 1, 1, 1, 1, 900])
    assert np.isnan(found.p).all()
    assert not found.flag.any()


def test_weeks_before_the_shop_opened_do_not_count() -> None:
    weeks = [3.0, 4, 2, 5, 3, 4, 3, 2, 4, 40]
    found, later = bursts(weeks), bursts([np.nan, np.nan, *weeks])
    assert later.p[2:] == pytest.approx(found.p)
    assert np.isnan(later.p[:2]).all()


def test_each_shop_is_judged_by_its_own_weeks() -> None:
    quiet, busy = [2.0] * 12 + [30], [28.0, 33, 30, 25, 35, 31, 29, 32, 27, 30, 34, 26, 30]
    both = bursts([quiet, busy])
    assert both.flag[0, -1]
    assert not both.flag[1].any()
    assert both.p[1] == pytest.approx(bursts(busy).p)


@pytest.mark.parametrize("spread", [np.inf, 5.0, 1.5])
def test_an_honest_shop_is_seldom_accused_however_uneven_its_weeks(spread: float) -> None:
    rng = np.random.default_rng(8)
    rate = np.full((20_000, 13), 20.0) if np.isinf(spread) else rng.gamma(spread, 20 / spread, (20_000, 13))
    assert bursts(rng.poisson(rate)).flag.mean() < 1.5 * ALPHA


def test_five_times_the_usual_number_is_found() -> None:
    weeks = np.random.default_rng(9).poisson(6, (2000, 27))
    weeks[:, -1] += 24
    assert bursts(weeks).flag[:, -1].mean() > 0.97


@given(st.lists(st.integers(0, 200), min_size=9, max_size=30), st.integers(1, 100))
def test_a_larger_count_is_never_less_suspicious(weeks: list[int], more: int) -> None:
    here, there = bursts(weeks).p[-1], bursts([*weeks[:-1], weeks[-1] + more]).p[-1]
    assert 0 <= there <= here * (1 + 1e-9) <= 1 + 1e-9
