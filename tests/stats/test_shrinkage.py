"""Shrunk shares and means: by hand, their limits, and what their intervals hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.intervals import student
from tanggap.stats.shrinkage import hierarchical_means, hierarchical_shares, shrunk_mean, shrunk_share

pytestmark = pytest.mark.filterwarnings("error")


def test_a_share_is_computed_by_hand() -> None:
    found = shrunk_share(3, 40, 0.1)
    assert found.value == pytest.approx((3 + 6) / 100)
    # Beta(9, 91): sd √(.09·.91/101), central 95 % from tables of the beta: .0424 … .1530.
    assert found.sd == pytest.approx((0.09 * 0.91 / 101) ** 0.5)
    assert (found.low, found.high) == pytest.approx((0.0424, 0.1530), abs=6e-4)


def test_a_mean_is_computed_by_hand() -> None:
    found = shrunk_mean(10.0, 4.0, 20, 6.0, 9.0)
    assert found.value == pytest.approx((200 + 360) / 80)
    rows = (19 * 4 + 60 * 9) / 79
    assert found.sd == pytest.approx((rows / 80) ** 0.5)
    assert found.high - found.value == pytest.approx(1.990450 * found.sd, rel=1e-5)
    doubtful = shrunk_mean(10.0, 4.0, 20, 6.0, 9.0, 0.5)
    assert doubtful.sd == pytest.approx((rows / 80 + (0.75 * 0.5) ** 2) ** 0.5)


def test_intents_lean_on_their_category_and_it_on_all() -> None:
    # Categories: 0 has intents 0 and 1, 1 has intent 2; intent 3 is new in category 1.
    found = hierarchical_shares([10, 2, 30, 0], [100, 50, 850, 0], [0, 0, 1, 1])
    overall = (42 + 0.5) / 1001
    kinds = np.array([(12 + 60 * overall) / 210, (30 + 60 * overall) / 910])
    assert found.overall.value == pytest.approx(overall)
    assert found.category.value == pytest.approx(kinds)
    expected = [(10 + 60 * kinds[0]) / 160, (2 + 60 * kinds[0]) / 110, (30 + 60 * kinds[1]) / 910, kinds[1]]
    assert found.intent.value == pytest.approx(expected)
    assert list(found.intent.n) == [100, 50, 850, 0]
    # The new intent is the least sure, and its parent's doubt counts.
    assert found.intent.sd.argmax() == 3
    alone = shrunk_share(0, 0, kinds[1])
    assert found.intent.sd[3] > alone.sd


def test_arms_are_shrunk_each_for_itself() -> None:
    successes, n = np.array([[3, 9], [1, 2]]), np.array([[30, 40], [10, 60]])
    both = hierarchical_shares(successes, n, [0, 1])
    for arm in (0, 1):
        one = hierarchical_shares(successes[:, arm], n[:, arm], [0, 1])
        assert both.intent.value[:, arm] == pytest.approx(one.intent.value)
        assert both.intent.high[:, arm] == pytest.approx(one.intent.high)


def test_no_rows_give_the_base_and_no_mean() -> None:
    shares = hierarchical_shares([0, 0], [0, 0], [0, 0], base=0.2)
    assert shares.intent.value == pytest.approx([0.2, 0.2])
    means = hierarchical_means([np.nan, np.nan], [np.nan, np.nan], [0, 0], [0, 1])
    assert np.isnan(means.intent.value).all()
    assert np.isnan(means.overall.value)


def test_means_of_intents_equal_those_of_their_rows() -> None:
    rng = np.random.default_rng(4)
    rows = [rng.normal(1e6 + 3 * i, 2, size) for i, size in enumerate((5, 40, 1, 9))]
    mean, n = [r.mean() for r in rows], [len(r) for r in rows]
    spread = [r.var(ddof=1) if len(r) > 1 else np.nan for r in rows]
    found = hierarchical_means(mean, spread, n, [0, 0, 1, 1])
    everything = np.concatenate(rows)
    assert found.overall.value == pytest.approx(everything.mean(), rel=1e-12)
    low, high = student(everything.mean(), everything.std(ddof=1), len(everything))
    assert found.overall.low == pytest.approx(low, rel=1e-9)
    assert found.overall.high == pytest.approx(high, rel=1e-9)
    kind = np.concatenate(rows[:2])
    centre = (kind.sum() + 60 * everything.mean()) / (len(kind) + 60)
    assert found.category.value[0] == pytest.approx(centre, rel=1e-12)
    within = ((len(kind) - 1) * kind.var(ddof=1) + 60 * everything.var(ddof=1)) / (len(kind) - 1 + 60)
    own = (4 * spread[0] + 60 * within) / 64
    lean = 60 / 65 * found.category.sd[0]
    assert found.intent.sd[0] == pytest.approx((own / 65 + lean**2) ** 0.5)
    assert np.isfinite(found.intent.sd).all()


def test_one_row_has_a_mean_and_no_spread() -> None:
    found = hierarchical_means([7.0], [np.nan], [1], [0])
    assert found.intent.value == pytest.approx([7.0])
    assert np.isnan(found.intent.sd).all()


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0, 1), st.floats(0, 0.3), st.floats(0.5, 500))
def test_a_share_lies_between_its_own_and_its_parents(
    successes: int, failures: int, prior: float, doubt: float, kappa: float
) -> None:
    n = successes + failures
    found = shrunk_share(successes, n, prior, doubt, kappa=kappa)
    own = successes / n if n else prior
    assert min(own, prior) - 1e-12 <= found.value <= max(own, prior) + 1e-12
    assert 0 <= found.low <= found.high <= 1
    if successes and failures and doubt == 0:
        assert found.low <= found.value <= found.high
        assert shrunk_share(2 * successes, 2 * n, own, kappa=kappa).sd < shrunk_share(successes, n, own, kappa=kappa).sd


def test_shrinking_beats_raw_shares_and_its_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(12)
    raw, shrunk, held = [], [], []
    for _ in range(60):
        kinds = rng.beta(6, 54, 5)
        truth = rng.beta(60 * np.repeat(kinds, 8), 60 * (1 - np.repeat(kinds, 8)))
        n = rng.integers(1, 120, 40)
        successes = rng.binomial(n, truth)
        found = hierarchical_shares(successes, n, np.repeat(np.arange(5), 8)).intent
        raw.append(((successes / n - truth) ** 2).mean())
        shrunk.append(((found.value - truth) ** 2).mean())
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert np.mean(shrunk) < 0.6 * np.mean(raw)
    assert 0.92 <= np.mean(held) <= 0.98


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="successes"):
        shrunk_share(5, 3, 0.5)
    with pytest.raises(ValueError, match="priors"):
        shrunk_share(1, 3, 1.5)
    with pytest.raises(ValueError, match="kappa"):
        shrunk_mean(1, 1, 1, 1, 1, kappa=0)
    with pytest.raises(ValueError, match="from 0"):
        hierarchical_shares([1], [2], [-1])
    with pytest.raises(ValueError, match="one or more"):
        hierarchical_means([], [], [], [])
    with pytest.raises(ValueError, match="intents"):
        hierarchical_shares([1, 2], [3, 4], [0])
