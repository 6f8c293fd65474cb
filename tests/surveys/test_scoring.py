"""What the answers score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.stats.intervals import multinomial_score, wilson
from tanggap.surveys.scales import signs
from tanggap.surveys.scoring import Scores, ces, csat, nps, response_rate, weighted_csat

pytestmark = pytest.mark.filterwarnings("error")

COUNT = st.integers(0, 500)


def _case(shared: Path, case: str) -> dict[str, Any]:
    cases = json.loads((shared / "vectors" / f"{case.rpartition('/')[0]}.json").read_text(encoding="utf-8"))["cases"]
    return next(found for found in cases if found["id"] == case)


def _csat_of(scores: list[float]) -> Scores:
    found = signs("csat", scores, 1, 5)
    return csat(np.sum(found == 1), np.isfinite(found).sum())


def test_satisfaction_is_the_share_of_fours_and_fives() -> None:
    got = _csat_of([5, 5, 4, 3, 1, 4, 2, 5, 5, 3])
    assert got.value == 0.6
    assert got.n == 10
    # Wilson for 6 of 10: (6 + 1.9207)/13.8415 ± 1.959964·√(2.4 + .9604)/13.8415
    assert (got.low, got.high) == pytest.approx((0.57225 - 0.25957, 0.57225 + 0.25957), abs=2e-5)


def test_ease_is_easy_less_hard_and_recommendation_promoters_less_detractors() -> None:
    effort = signs("ces", [5, 4, 4, 3, 2, 1, 5, 5], 1, 5)
    got = ces(*(np.sum(effort == sign) for sign in (1, 0, -1)))
    assert got.value == 100 * (5 - 2) / 8
    assert got.n == 8
    advice = signs("nps", [10, 9, 8, 7, 6, 0, 10, 9, 9, 3], 0, 10)
    got = nps(*(np.sum(advice == sign) for sign in (1, 0, -1)))
    assert (got.value, got.n) == pytest.approx((20.0, 10))
    assert (got.low, got.high) == pytest.approx(tuple(float(end) for end in multinomial_score(5, 2, 3)))


def test_no_answers_are_no_score() -> None:
    for got in (csat(0, 0), ces(0, 0, 0), nps(0, 0, 0), response_rate(0, 0), weighted_csat([0, 0], [0, 0], [1, 1])):
        assert np.isnan([got.value, got.low, got.high]).all()
        assert got.n == 0


@given(COUNT, COUNT, COUNT)
def test_a_score_lies_in_its_interval_and_within_its_range(plus: int, zero: int, minus: int) -> None:
    n = plus + zero + minus
    if n == 0:
        return
    for got, least, most in ((nps(plus, zero, minus), -100, 100), (csat(plus, n), 0, 1)):
        assert least <= got.low <= got.value <= got.high <= most
        assert got.n == n


def test_stages_are_weighted_and_their_answers_counted() -> None:
    got = weighted_csat([[8, 15, 0], [1, 1, 1]], [[10, 20, 0], [2, 2, 2]], [2, 1, 1])
    assert got.value == pytest.approx([(2 * 0.8 + 0.75) / 3, 0.5])
    assert list(got.n) == [30, 6]
    assert (got.low < got.value).all()
    assert (got.value < got.high).all()
    assert weighted_csat([3, 9], [4, 9], [1, 0]).n == 4


def test_thousands_of_cells_at_once() -> None:
    n = np.arange(5000)
    got = csat(n // 2, n)
    assert got.value.shape == got.low.shape == got.high.shape == got.n.shape == (5000,)
    assert np.isnan(got.value[0])
    assert np.array_equal(got.low, wilson(n // 2, n)[0], equal_nan=True)


def test_chatwoots_response_rate_agrees(shared: Path) -> None:
    case = _case(shared, "chatwoot/csat-response-rate")
    got = response_rate(case["input"]["responses"], case["input"]["surveys_sent"])
    assert 100 * got.value == pytest.approx(case["expected"]["response_percent"])


def test_chatwoots_share_of_nothing_is_no_data_here_on_purpose(shared: Path) -> None:
    case = _case(shared, "chatwoot/csat-response-rate-empty")
    assert case["divergence"]
    assert np.isnan(response_rate(case["input"]["responses"], case["input"]["surveys_sent"]).value)


def test_chatwoots_satisfaction_differs_by_its_divisor_only(shared: Path) -> None:
    case = _case(shared, "chatwoot/csat-score")
    ratings = {int(stars): count for stars, count in case["input"]["ratings"].items()}
    positive = sum(count for stars, count in ratings.items() if signs("csat", stars, 1, 5) == 1)
    assert 100 * csat(positive, case["input"]["responses"]).value == case["expected"]["satisfaction_percent"]
    # Over the ratings themselves, as its divergence says.
    assert csat(positive, sum(ratings.values())).value == 1.0


def test_frappes_distribution_is_read_on_five_stars(shared: Path) -> None:
    case = _case(shared, "frappe-helpdesk/csat-distribution")
    stars = [round(5 * rating) for rating in case["input"]["ratings"]]
    expected = case["expected"]
    assert {str(star): stars.count(star) for star in range(1, 6)} == expected["stars"]
    assert np.mean(stars) == expected["mean_stars"]
    got = _csat_of([float(star) for star in stars])
    assert got.n == expected["responses"]
    assert got.value == pytest.approx(1 / 3)
