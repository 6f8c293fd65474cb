"""Cases of surveys: answers, shares and means, asked of the scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.counts import lately
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.figures import SCORES
from tanggap.cli.vectors.plans import Answers, Plan, intent_of
from tanggap.cli.vectors.stories import Story, Survey, event
from tanggap.core.instants import DAY, SECOND, parse_instant
from tanggap.core.periods import Period

#: Where a case gives no instants, its surveys were sent, and answered, on this day.
_SOME_DAY: Final = "2024-05-15T12:00:00Z"
_BEFORE: Final = 60 * DAY


def surveys(case: Case) -> Plan:
    """Answers with instants, or only their numbers."""
    intent = intent_of(case.id)
    given = case.input.get("responses")
    some_day = parse_instant(_SOME_DAY)
    period = Period(some_day - DAY, some_day + DAY)
    if isinstance(given, Sequence):
        stories = [_answered(case, number, told, intent) for number, told in enumerate(given)]
        if "range_start" in case.input:
            period = Period(parse_instant(case.input["range_start"]), parse_instant(case.input["range_end"]))
    else:
        stories = [_counted(case, given or 0, intent)]
    agents = case.input.get("agents")
    where = f"intent={intent}" + (f",agent={'|'.join(agents)}" if agents else "")
    return Plan([story for story in stories if story.surveys], lambda desk: _answers(desk, period, where))


def _answered(case: Case, number: int, told: Mapping[str, Any], intent: str) -> Story:
    """One answer. An invitation that the case does not count was sent before its period."""
    at = parse_instant(told["at"])
    events = [event(at - _BEFORE, "opened", "customer")]
    if told.get("agent"):
        events.append(event(at - _BEFORE, "assigned", "agent", agent=told["agent"]))
    sent = at if case.input.get("surveys_sent") else at - _BEFORE
    return Story(f"{case.id}/{number}", events, {"intent": intent}, surveys=[Survey(sent, at, told["rating"])])


def _counted(case: Case, responses: int, intent: str) -> Story:
    at = parse_instant(_SOME_DAY)
    ratings = case.input.get("ratings")
    scores = [int(score) for score, count in ratings.items() for _ in range(count)] if ratings else [5] * responses
    sent = [Survey(at, at, score) for score in scores]
    sent += [Survey(at)] * max(case.input.get("surveys_sent", 0) - len(sent), 0)
    return Story(f"{case.id}/all", [event(at, "opened", "customer")], {"intent": intent}, surveys=sent)


def _answers(desk: Desk, period: Period, where: str) -> Answers:
    def ask(metric: str) -> Question:
        return Question(metric, period, where)

    def stars() -> dict[str, int]:
        return {str(score): desk.count(ask(f"answers_of_{score}")) for score in SCORES}

    return {
        "responses": lambda: desk.count(ask("answers")),
        "surveys_sent": lambda: desk.count(ask("surveys_sent")),
        "ratings": stars,
        "stars": stars,
        "mean_stars": lambda: desk.value(ask("mean_score")),
        "response_percent": lambda: _percent(desk.value(ask("csat_response_rate"))),
        "satisfaction_percent": lambda: _percent(desk.value(ask("csat"))),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def stars(case: Case) -> Plan:
    """Ratings from 0 to 1, which are one to five stars: a list of them, or of tickets by their day of opening."""
    intent = intent_of(case.group)
    if "ratings" in case.input:
        at = parse_instant(_SOME_DAY)
        rated, period = [(at, rating) for rating in case.input["ratings"]], Period(at - DAY, at + DAY)
    else:
        # The day of a rating is not told: that of the opening is as near as one comes.
        rated = [(parse_instant(told["opened_on"]), told["rating"]) for told in case.input["tickets"]]
        period = lately(case)
    stories = [
        Story(f"{case.group}/{number}", [event(at, "opened", "customer")], {"intent": intent},
              surveys=[Survey(at, at + SECOND, round(rating * 5))])
        for number, (at, rating) in enumerate(rated)
    ]  # fmt: skip
    return Plan(stories, lambda desk: _answers(desk, period, f"intent={intent}"))
