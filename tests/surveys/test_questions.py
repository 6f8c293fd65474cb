"""The questions to begin with."""

from __future__ import annotations

import pytest

from tanggap.core.errors import UsageError
from tanggap.surveys.questions import QUESTIONS, STAGE_WEIGHTS, default_question
from tanggap.surveys.scales import Scale, cutoffs


def test_every_question_speaks_both_languages_and_names_the_ends_of_its_scale() -> None:
    for question in QUESTIONS:
        for text in (question.text, *question.labels.values()):
            assert set(text) == {"id", "en"}
            assert all(words.strip() for words in text.values())
        assert {question.scale.low, question.scale.high} <= set(question.labels)
        assert all(question.scale.low <= point <= question.scale.high for point in question.labels)


def test_every_question_can_be_scored_on_its_scale() -> None:
    for question in QUESTIONS:
        cuts = cutoffs(question.kind, question.scale.low, question.scale.high)
        assert question.scale.low <= cuts.negative_max < cuts.positive_min <= question.scale.high


def test_every_stage_has_one_question_and_a_weight() -> None:
    assert [question.stage for question in QUESTIONS if question.kind == "csat"] == list(STAGE_WEIGHTS)
    assert all(weight > 0 for weight in STAGE_WEIGHTS.values())


def test_the_usual_question_is_found() -> None:
    assert default_question("csat").stage == "service"
    assert default_question("csat", "delivery").stage == "delivery"
    assert default_question("ces").scale == Scale(1, 5)
    assert default_question("ces", scale=Scale(1, 7)).scale == Scale(1, 7)
    assert default_question("nps", "delivery").scale == Scale(0, 10)
    assert default_question("nps", scale=Scale(1, 10)).labels[10]["id"] == "Pasti"


@pytest.mark.parametrize(
    ("kind", "stage", "scale"), [("stars", None, None), ("csat", "moon", None), ("nps", None, Scale(1, 5))]
)
def test_what_nobody_wrote_is_refused(kind: str, stage: str | None, scale: Scale | None) -> None:
    with pytest.raises(UsageError, match="no default question"):
        default_question(kind, stage, scale)
