"""Quantiles of many groups at once, against numpy's own, group by group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.quantiles import grouped_quantiles

values = st.lists(st.integers(-(10**12), 10**12), max_size=30)
fractions = st.floats(0, 1)


@given(groups=st.lists(st.tuples(values, fractions, fractions), min_size=1, max_size=8))
def test_each_group_has_its_own_quantiles(groups: list[tuple[list[int], float, float]]) -> None:
    found = grouped_quantiles(
        np.concatenate([np.array(numbers, dtype=np.float64) for numbers, _, _ in groups]),
        [len(numbers) for numbers, _, _ in groups],
        [[one, other] for _, one, other in groups],
    )
    for (numbers, *asked), got in zip(groups, found, strict=True):
        if not numbers:
            assert np.isnan(got).all()
        else:
            assert got == pytest.approx(np.quantile(np.array(numbers, dtype=np.float64), asked), rel=1e-9, abs=1e-3)


def test_a_median_lies_half_way_and_an_order_statistic_is_a_value_of_its_own() -> None:
    """1, 2, 6, 9 | nothing | 5: half way from 2 to 6, the first and the last of the four."""
    found = grouped_quantiles([9, 1, 6, 2, 5], [4, 0, 1], [[0.5, 0.0, 1.0], [0.5, 0.0, 1.0], [0.5, np.nan, 1.0]])
    assert found[0].tolist() == [4.0, 1.0, 9.0]
    assert np.isnan(found[1]).all()
    assert (found[2, 0], found[2, 2]) == (5.0, 5.0)
    assert np.isnan(found[2, 1])


def test_the_callers_values_stay_as_they_were() -> None:
    given_values = np.array([3.0, 1.0, 2.0])
    grouped_quantiles(given_values, [3], [[0.5]])
    assert given_values.tolist() == [3.0, 1.0, 2.0]


def test_nothing_at_all_has_no_quantile() -> None:
    assert np.isnan(grouped_quantiles([], [0, 0], [[0.5], [0.5]])).all()
    assert grouped_quantiles([], [], np.empty((0, 3))).shape == (0, 3)


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="3 values in all, but 2"):
        grouped_quantiles([1, 2], [3], [[0.5]])
