"""One score from several stages."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.intervals import wilson
from tanggap.stats.weighted import weighted_share

pytestmark = pytest.mark.filterwarnings("error")


def test_the_score_is_the_weighted_mean_of_the_shares_by_hand() -> None:
    # Wilson: 8/10 → .4902, .9433; 15/20 → .5313, .8881. Weights 2 and 1.
    value, low, high = weighted_share([8, 15], [10, 20], [2, 1])
    assert value == pytest.approx((2 * 0.8 + 0.75) / 3)
    assert low == pytest.approx(value - np.hypot(2 / 3 * (0.8 - 0.49016), 1 / 3 * (0.75 - 0.53129)), abs=1e-4)
    assert high == pytest.approx(value + np.hypot(2 / 3 * (0.94331 - 0.8), 1 / 3 * (0.88814 - 0.75)), abs=1e-4)


def test_one_stage_is_wilsons_interval() -> None:
    value, low, high = weighted_share([[7], [0]], [[9], [4]], [3])
    assert value == pytest.approx([7 / 9, 0])
    assert np.array([low, high]) == pytest.approx(np.array(wilson([7, 0], [9, 4])))


def test_a_stage_nobody_answered_takes_its_weight_along() -> None:
    value, low, high = weighted_share([[7, 0], [0, 0]], [[9, 0], [0, 0]], [1, 5])
    assert value[0] == pytest.approx(7 / 9)
    assert (low[0], high[0]) == pytest.approx(tuple(float(end) for end in wilson(7, 9)))
    assert np.isnan([value[1], low[1], high[1]]).all()


STAGES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.floats(0.01, 9)), min_size=1, max_size=5)


@given(STAGES)
def test_the_score_lies_in_its_interval_and_weights_have_no_unit(stages: list[tuple[int, int, float]]) -> None:
    x = np.array([good for good, _, _ in stages])
    n = x + np.array([bad for _, bad, _ in stages])
    w = np.array([weight for _, _, weight in stages])
    value, low, high = weighted_share(x, n, w)
    if n.sum() == 0:
        assert np.isnan(value)
        return
    assert -1e-9 <= low <= value <= high <= 1 + 1e-9
    assert weighted_share(x, n, 100 * w) == pytest.approx((value, low, high))


def test_it_covers_the_true_score() -> None:
    rng = np.random.default_rng(4)
    truth, n, w = np.array([0.95, 0.6, 0.8]), np.array([15, 40, 12]), np.array([1.0, 2.0, 3.0])
    _, low, high = weighted_share(rng.binomial(n, truth, (20_000, 3)), n, w)
    true = (truth * w).sum() / w.sum()
    assert 0.935 < np.mean((low <= true) & (true <= high)) < 0.97


@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [1, np.nan], [1, np.inf]])
def test_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        weighted_share([1, 1], [2, 2], weights)
