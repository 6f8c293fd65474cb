"""Which answers are satisfied, on which scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import SettingsError
from tanggap.surveys.scales import CSAT, NPS, RULES, Cutoffs, Scale, classify, cutoffs, signs

pytestmark = pytest.mark.filterwarnings("error")

SCALES = st.tuples(st.integers(-5, 5), st.integers(1, 100)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(
    ("kind", "low", "high", "expected"),
    [
        ("csat", 1, 5, (2, 4)),
        ("ces", 1, 5, (2, 4)),
        ("ces", 1, 7, (3, 5)),
        ("nps", 0, 10, (6, 9)),
        ("nps", 1, 10, (6, 9)),
        ("csat", 0, 1, (0, 1)),
        ("csat", 1, 2, (1, 2)),
        ("csat", 1, 3, (1, 3)),
        ("csat", 1, 4, (2, 3)),
        ("csat", 1, 7, (3, 5)),
        ("csat", 1, 10, (4, 7)),
        ("csat", 0, 10, (3, 7)),
        ("csat", 0, 100, (39, 61)),
    ],
)
def test_the_cut_points_of_the_usual_scales(kind: str, low: int, high: int, expected: tuple[int, int]) -> None:
    assert cutoffs(kind, low, high) == expected


def test_every_answer_of_the_nps_form_has_its_camp() -> None:
    camps = [classify("nps", score, 0, 10) for score in range(11)]
    assert camps == ["negative"] * 7 + ["neutral"] * 2 + ["positive"] * 2
    assert [classify("ces", score, 1, 5) for score in range(1, 6)] == ["negative"] * 2 + ["neutral"] + ["positive"] * 2


@given(SCALES, st.sampled_from(["csat", "ces"]))
def test_any_scale_has_both_ends_and_they_mirror(scale: tuple[int, int], kind: str) -> None:
    low, high = scale
    cuts = cutoffs(kind, low, high)
    assert low <= cuts.negative_max < cuts.positive_min <= high
    assert cuts.negative_max - low == high - cuts.positive_min
    assert abs((high - cuts.positive_min + 1) / (high - low + 1) - 0.4) <= max(0.5 / (high - low + 1), 0.1)


@given(SCALES, st.sampled_from(["csat", "ces", "nps"]), st.lists(st.integers(-10, 110), max_size=30))
def test_arrays_agree_with_single_answers(scale: tuple[int, int], kind: str, scores: list[int]) -> None:
    low, high = (0, 10) if kind == "nps" else scale
    names = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}
    got = signs(kind, np.array(scores, dtype=float), low, high)
    for score, sign in zip(scores, got, strict=True):
        if low <= score <= high:
            assert sign == names[classify(kind, score, low, high)]
        else:
            assert np.isnan(sign)


def test_arrays_of_several_scales_are_read_each_on_its_own() -> None:
    got = signs("csat", [4, 4, 7, 5, np.nan, 4.5], [1, 1, 1, 0, 1, 1], [5, 10, 10, 10, 5, 5])
    assert np.array_equal(got, [1, -1, 1, 0, np.nan, np.nan], equal_nan=True)
    assert signs("csat", [], 1, 5).shape == (0,)


@pytest.mark.parametrize(
    ("score", "reason"),
    [(0, "off the scale 1 to 5"), (6, "off the scale 1 to 5"), (4.5, "not a whole number"), (None, "no score"),
     (float("nan"), "no score"), (float("inf"), "off the scale")],
)  # fmt: skip
def test_a_score_that_is_no_answer_has_a_reason(score: float | None, reason: str) -> None:
    assert reason in (Scale(1, 5).error(score) or "")


def test_a_score_on_the_scale_has_no_reason_and_one_off_it_is_refused() -> None:
    assert [Scale(1, 5).error(score) for score in range(1, 6)] == [None] * 5
    with pytest.raises(ValueError, match="score 11 is off the scale 0 to 10"):
        classify("nps", 11, 0, 10)


def test_a_threshold_is_a_setting() -> None:
    strict = {**RULES, "csat": CSAT.with_cutoffs(Scale(1, 5), positive_min=5)}
    assert cutoffs("csat", 1, 5, strict) == (2, 5)
    assert classify("csat", 4, 1, 5, strict) == "neutral"
    assert classify("csat", 4, 1, 5) == "positive"
    assert cutoffs("csat", 1, 7, strict) == cutoffs("csat", 1, 7)
    generous = CSAT.with_cutoffs(Scale(1, 5), positive_min=2)
    assert generous.cutoffs(Scale(1, 5)) == (1, 2)
    five = NPS.with_cutoffs(Scale(1, 5), positive_min=5, negative_max=3)
    assert five.cutoffs(Scale(1, 5)) == Cutoffs(3, 5)
    assert list(signs("csat", [4, 5], 1, 5, strict)) == [0, 1]


@pytest.mark.parametrize(("positive", "negative"), [(3, 3), (6, 2), (2, 4), (1, -1)])
def test_cut_points_that_cross_or_leave_the_scale_are_refused(positive: int, negative: int) -> None:
    with pytest.raises(SettingsError, match="do not divide"):
        CSAT.with_cutoffs(Scale(1, 5), positive_min=positive, negative_max=negative)


def test_what_has_no_rule_is_refused_with_a_remedy() -> None:
    with pytest.raises(SettingsError, match="0 to 10, 1 to 10"):
        cutoffs("nps", 1, 5)
    with pytest.raises(SettingsError, match="csat, ces, nps"):
        cutoffs("stars", 1, 5)
    with pytest.raises(SettingsError, match="no scale runs"):
        cutoffs("csat", 5, 5)
