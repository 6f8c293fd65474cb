"""The interval of a change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.difference import difference, more_than_chance
from tanggap.stats.intervals import student, wilson

pytestmark = pytest.mark.filterwarnings("error")

SHARE = st.integers(0, 300).flatmap(lambda x: st.tuples(st.just(x), st.integers(max(x, 1), 400)))


def _of_shares(x1: object, n1: object, x0: object, n0: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    one, n_one, zero, n_zero = (np.asarray(v, dtype=float) for v in (x1, n1, x0, n0))
    return difference(one / n_one, *wilson(one, n_one), zero / n_zero, *wilson(zero, n_zero))


def test_shares_give_the_rows_of_newcombes_table() -> None:
    # Newcombe 1998, Statist. Med. 17: 873-890, table II, examples (a) to (h), method 10.
    x1, n1 = [56, 9, 6, 5, 0, 0, 10, 10], [70, 10, 7, 56, 10, 10, 10, 10]
    x0, n0 = [48, 3, 2, 0, 0, 0, 0, 0], [80, 10, 7, 29, 20, 10, 20, 10]
    change, low, high = _of_shares(x1, n1, x0, n0)
    assert change == pytest.approx([0.2, 0.6, 4 / 7, 5 / 56, 0, 0, 1, 1])
    assert low == pytest.approx([0.0524, 0.1705, 0.0582, -0.0381, -0.1611, -0.2775, 0.6791, 0.6075], abs=5e-5)
    assert high == pytest.approx([0.3339, 0.8090, 0.8062, 0.1926, 0.2775, 0.2775, 1.0, 1.0], abs=5e-5)
    assert list(more_than_chance(low, high)) == [True, True, True, False, False, False, True, True]


@given(SHARE, SHARE)
def test_a_change_lies_in_its_interval_and_turns_round(one: tuple[int, int], zero: tuple[int, int]) -> None:
    change, low, high = _of_shares(*one, *zero)
    assert -1 - 1e-9 <= low <= change <= high <= 1 + 1e-9
    back = _of_shares(*zero, *one)
    assert (change, low, high) == pytest.approx((-back[0], -back[2], -back[1]))


@given(SHARE)
def test_nothing_changed_is_never_more_than_chance(share: tuple[int, int]) -> None:
    change, low, high = _of_shares(*share, *share)
    assert change == 0
    assert not more_than_chance(low, high)


def test_against_a_known_constant_the_interval_is_only_shifted() -> None:
    low, high = student(10.0, 2.0, 25)
    change, below, above = difference(10.0, low, high, 7.0, 7.0, 7.0)
    assert (change, below, above) == pytest.approx((3.0, low - 7, high - 7))


def test_what_is_unknown_on_either_side_stays_unknown() -> None:
    change, low, high = difference([0.5, 0.5, np.nan], [0.4, np.nan, np.nan], [0.6, 0.6, 1], [0.2] * 3, [0.1] * 3, 0.3)
    assert list(np.isnan(low)) == list(np.isnan(high)) == [False, True, True]
    assert np.isnan(change[2])
    assert list(more_than_chance(low, high)) == [True, False, False]


def test_equal_truths_are_called_changed_in_one_case_of_twenty() -> None:
    rng = np.random.default_rng(2)
    x1, x0 = rng.binomial(80, 0.7, 20_000), rng.binomial(120, 0.7, 20_000)
    _, low, high = _of_shares(x1, np.full(20_000, 80), x0, np.full(20_000, 120))
    assert 0.04 < more_than_chance(low, high).mean() < 0.06
