"""Which of several clicks on one invitation is the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypedDict

from tanggap.core.instants import HOUR

#: How long an answer may be changed after it was first given, in microseconds; the last instant still counts.
CHANGE_WINDOW: Final = HOUR


class AnswerRow(TypedDict):
    """A click on an answer, or an invitation without one (no ``answered_at`` or no ``score``).

    ``answered_at`` is in microseconds since the epoch. Further keys are carried along untouched.
    """

    survey_id: str
    question: str
    answered_at: int | None
    score: int | None
    comment: str | None


def settle(rows: Iterable[AnswerRow]) -> list[AnswerRow]:
    """One row per invitation and question, ordered by them: the last click within the hour of the first one.

    The settled row is that click's, dated by the **first** click (that is when the customer answered), with the
    latest comment given within the hour. Later clicks never count. An invitation nobody answered stays as one row
    without a score. Clicks of the same instant: the higher score wins, then the later comment by alphabet, so that
    the order of ``rows`` changes nothing. Settling what is settled changes nothing either; but to add clicks that
    came later, settle all the original ones again, since a settled row no longer knows when it was last changed.
    """
    groups: dict[tuple[str, str], list[AnswerRow]] = {}
    for row in rows:
        groups.setdefault((row["survey_id"], row["question"]), []).append(row)
    return [_settle_one(groups[key]) for key in sorted(groups)]


def _settle_one(rows: list[AnswerRow]) -> AnswerRow:
    clicks = sorted(
        ((at, score, row["comment"] or "", _spelled(row), row)
         for row in rows
         if (at := row["answered_at"]) is not None and (score := row["score"]) is not None),
        key=lambda click: click[:4],
    )  # fmt: skip
    if not clicks:
        settled = max(rows, key=lambda row: (row["comment"] or "", _spelled(row))).copy()
        settled["answered_at"], settled["score"] = None, None
        return settled
    first = clicks[0][0]
    counted = [click for click in clicks if click[0] <= first + CHANGE_WINDOW]
    comments = [click[2] for click in counted if click[2]]
    settled = counted[-1][4].copy()
    settled["answered_at"] = first
    settled["comment"] = comments[-1] if comments else None
    return settled


def _spelled(row: AnswerRow) -> str:
    """A total order among rows that agree in everything else."""
    return repr(sorted((key, repr(value)) for key, value in row.items()))
