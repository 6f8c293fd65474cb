"""Which click is the answer."""

from __future__ import annotations

from copy import deepcopy
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.instants import HOUR, MINUTE
from tanggap.surveys.answers import AnswerRow, settle

NOON = 1_772_341_200_000_000


def _click(
    at: int | None, score: int | None, comment: str | None = None, survey: str = "s1", ask: str = "main"
) -> AnswerRow:
    return {"survey_id": survey, "question": ask, "answered_at": at, "score": score, "comment": comment}


ROWS = st.lists(
    st.builds(
        _click,
        st.none() | st.integers(0, 8).map(lambda quarter: NOON + quarter * 15 * MINUTE),
        st.none() | st.integers(1, 5),
        st.none() | st.sampled_from(["", "ok", "late"]),
        st.sampled_from(["s1", "s2"]),
        st.sampled_from(["main", "delivery"]),
    ),
    max_size=12,
)


def test_a_change_of_mind_within_the_hour_counts_and_keeps_the_first_instant() -> None:
    assert settle([_click(NOON, 2), _click(NOON + 20 * MINUTE, 4)]) == [_click(NOON, 4)]


def test_a_click_after_the_hour_never_counts() -> None:
    clicks = [_click(NOON, 2), _click(NOON + HOUR + 1, 5), _click(NOON + 30 * HOUR, 1, "changed my mind")]
    assert settle(clicks) == [_click(NOON, 2)]


def test_the_hour_runs_from_the_first_click_and_its_last_instant_counts() -> None:
    assert settle([_click(NOON, 2), _click(NOON + HOUR, 5)]) == [_click(NOON, 5)]
    chain = [_click(NOON, 1), _click(NOON + 50 * MINUTE, 2), _click(NOON + 100 * MINUTE, 3)]
    assert settle(chain) == [_click(NOON, 2)]


def test_the_customers_words_outlive_a_later_click_without_any() -> None:
    assert settle([_click(NOON, 2, "slow"), _click(NOON + MINUTE, 3)]) == [_click(NOON, 3, "slow")]
    assert settle([_click(NOON, 2, "slow"), _click(NOON + MINUTE, 3, "fine")]) == [_click(NOON, 3, "fine")]


def test_every_question_of_an_invitation_has_its_own_answer() -> None:
    rows = [_click(NOON, 2), _click(NOON + 1, 5, ask="delivery"), _click(NOON + 2, 4, survey="s0")]
    assert [(row["survey_id"], row["question"], row["score"]) for row in settle(rows)] == [
        ("s0", "main", 4), ("s1", "delivery", 5), ("s1", "main", 2),
    ]  # fmt: skip


def test_an_invitation_nobody_answered_stays_one_row_and_gives_way_to_an_answer() -> None:
    sent = _click(None, None)
    assert settle([sent, sent]) == [sent]
    assert settle([sent, _click(NOON, 5)]) == settle([_click(NOON, 5), sent]) == [_click(NOON, 5)]


def test_a_page_opened_without_a_score_is_no_answer() -> None:
    assert settle([_click(NOON, None), _click(NOON + 2 * HOUR, 4)]) == [_click(NOON + 2 * HOUR, 4)]
    assert settle([_click(NOON, None)]) == [_click(None, None)]


def test_other_columns_are_carried_along_and_the_input_is_left_alone() -> None:
    rows = [_click(NOON, 4), _click(NOON + 1, 5)]
    for row in rows:
        row["stage"] = "delivery"  # type: ignore[typeddict-unknown-key]
    before = deepcopy(rows)
    (settled,) = settle(rows)
    assert dict(settled) == {**_click(NOON, 5), "stage": "delivery"}
    assert rows == before


@given(ROWS)
def test_settling_twice_changes_nothing(rows: list[AnswerRow]) -> None:
    assert settle(settle(rows)) == settle(rows)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_clicks_change_nothing(rows: list[AnswerRow], random: Random) -> None:
    shuffled = [*rows, *rows[::2]]
    random.shuffle(shuffled)
    assert settle(shuffled) == settle(rows)


@given(ROWS)
def test_one_row_for_each_invitation_and_question(rows: list[AnswerRow]) -> None:
    keys = [(row["survey_id"], row["question"]) for row in settle(rows)]
    assert keys == sorted({(row["survey_id"], row["question"]) for row in rows})


@given(ROWS, st.integers(1, 5))
def test_clicks_after_everybodys_hour_change_no_score(rows: list[AnswerRow], score: int) -> None:
    answered = [row for row in settle(rows) if row["score"] is not None]
    late = [_click(NOON + 9 * HOUR, score, "late", row["survey_id"], row["question"]) for row in answered]
    assert [row for row in settle([*rows, *late]) if row in answered] == answered
