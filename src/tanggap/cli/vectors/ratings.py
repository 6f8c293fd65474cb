"""Cases of surveys: answers, shares and means, asked of the scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tanggap.cli.vectors import reading
from tanggap.cli.vectors.attributes import COLUMNS, agent_of, attributes, where
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.figures import SCORES
from tanggap.cli.vectors.many import share
from tanggap.cli.vectors.measurements import SOME_DAY, lately, some_instant
from tanggap.cli.vectors.plans import Answers, Plan, name_of
from tanggap.cli.vectors.reading import UnknownFormError, asked_range, instant, needed, only
from tanggap.cli.vectors.stories import Story, Survey, event
from tanggap.core.instants import DAY, SECOND
from tanggap.core.periods import Period

_BEFORE: Final = 60 * DAY
_KEYS: Final = ("responses", "ratings", "surveys_sent", "agents", "filter", "range_start", "range_end", "timezone",
                *COLUMNS)  # fmt: skip


@dataclass(frozen=True)
class _Answer:
    """One answer: when, what, and of whom."""

    at: int
    score: int
    row: Mapping[str, Any]


def surveys(case: Case) -> Plan:
    """Answers with instants, or only their numbers; and how many invitations were sent: the first of those that the
    case asks about, and others that nobody answered. An answer whose invitation it does not count was invited before.
    """
    only(case.input, _KEYS, "its input")
    given = case.input.get("responses")
    answers = _listed(case, given) if isinstance(given, list) else _counted(case, given)
    filters = _filters(case)
    instants = [one.at for one in answers] or [some_instant(case)]
    period = asked_range(case) if "range_start" in case.input else Period(min(instants) - DAY, max(instants) + DAY)
    meant = [place for place, one in enumerate(answers) if _fits(one, period, filters)]
    sent = case.input.get("surveys_sent")
    invitations = len(meant) if sent is None else reading.count(sent, "surveys_sent")
    counted = set(meant[:invitations])
    intent = name_of("surveys", case.input, case.convention.get("scale"))
    stories = [_story(f"{intent}/{place}", one, intent, [Survey(one.at - _BEFORE * (place not in counted), one.at,
                                                                one.score)])
               for place, one in enumerate(answers)]  # fmt: skip
    asked_of = {key: value[0] if isinstance(value, list) and value else value for key, value in filters.items()}
    silent = [Survey(period.start)] * max(invitations - len(meant), 0)
    stories.append(_story(f"{intent}/sent", _Answer(period.start, SCORES[0], asked_of), intent, silent))
    return Plan(stories, lambda desk: _answers(desk, period, where(intent, filters), case))


def _listed(case: Case, given: Sequence[Any]) -> list[_Answer]:
    found = []
    for row in reading.rows_of(given, "its responses"):
        only(row, ("at", "rating", "ticket", *COLUMNS), "a response")
        score = _score(needed(row, "rating", "a response"), case)
        at = some_instant(case) if row.get("at") is None else instant(row["at"], "a response")
        found.append(_Answer(at, score, row))
    return found


def _counted(case: Case, responses: Any) -> list[_Answer]:
    """Answers of which only the number is told: by score, or, of an unknown score, in all."""
    ratings, at = case.input.get("ratings"), some_instant(case)
    if ratings is None:
        return [_Answer(at, SCORES[-1], {})] * (0 if responses is None else reading.count(responses, "responses"))
    by_score = reading.mapped(ratings, "its ratings")
    return [_Answer(at, score, {}) for key, count in by_score.items()
            for score in [_whole(key)] * reading.count(count, f"how many gave {key!r}")]  # fmt: skip


def _whole(key: Any) -> int:
    if str(key) not in map(str, SCORES):
        raise UnknownFormError(f"nothing here knows the rating {key!r:.40}: they are 1 to 5")
    return int(key)


def _score(rating: Any, case: Case) -> int:
    """A rating as one of five stars: a whole number of them, or a fraction of five where its scale is 0 to 1."""
    fraction = "0..1" in case.says("scale") or "times five" in case.says("scale")
    stars = rating * SCORES[-1] if fraction and isinstance(rating, int | float) else rating
    if isinstance(stars, bool) or not isinstance(stars, int | float) or round(stars, 9) not in SCORES:
        raise UnknownFormError(f"nothing here knows the rating {rating!r:.40}: they are 1 to 5")
    return round(stars)


def _filters(case: Case) -> dict[str, Any]:
    """By whom or what the answers are filtered."""
    given = {key: case.input[key] for key in COLUMNS if case.input.get(key) is not None}
    if case.input.get("agents"):
        given["agent"] = list(reading.listed(case.input["agents"], "its agents"))
    return {**given, **reading.mapped(case.input.get("filter") or {}, "its filter")}


def _fits(one: _Answer, period: Period, filters: Mapping[str, Any]) -> bool:
    """Whether a case asks about an answer."""

    def has(key: str, wanted: Any) -> bool:
        values = wanted if isinstance(wanted, list) else [wanted]
        return str(one.row.get(key)) in map(str, values)

    return one.at in period and all(has(key, wanted) for key, wanted in filters.items())


def _story(identity: str, one: _Answer, intent: str, given: Sequence[Survey]) -> Story:
    opened = one.at - _BEFORE
    events = [event(opened, "opened", "customer")]
    agent = agent_of(one.row)
    if agent:
        events.append(event(opened, "assigned", "agent", agent=agent))
    return Story(identity, events, {**attributes(one.row), "intent": intent}, surveys=given)


def _answers(desk: Desk, period: Period, found: str, case: Case) -> Answers:
    def ask(metric: str) -> Question:
        return Question(metric, period, found)

    def stars() -> dict[str, int]:
        return {str(score): desk.count(ask(f"answers_of_{score}")) for score in SCORES}

    return {
        "responses": lambda: desk.count(ask("answers")),
        "surveys_sent": lambda: desk.count(ask("surveys_sent")),
        "ratings": stars,
        "stars": stars,
        "mean_stars": lambda: desk.value(ask("mean_score")),
        "mean_rating": lambda: desk.value(ask("mean_score")),
        "response_percent": lambda: share(desk, ask("csat_response_rate"), case),
        "satisfaction_percent": lambda: share(desk, ask("satisfaction"), case),
    }


def stars(case: Case) -> Plan:
    """Ratings of tickets, or by themselves: a list of them, or of tickets by their day of opening."""
    only(case.input, ("ratings", "tickets", "today", "window_days"), "its input")
    if "ratings" in case.input:
        rated = [(SOME_DAY, rating) for rating in reading.listed(case.input["ratings"], "its ratings")]
        period = Period(SOME_DAY - DAY, SOME_DAY + DAY)
    else:
        rows = reading.rows_of(case.input["tickets"], "its tickets")
        for row in rows:
            only(row, ("opened_on", "rating", "ticket", *COLUMNS), "a ticket")
        # The day of a rating is not told: that of the opening is as near as one comes.
        rated = [(instant(needed(row, "opened_on", "a ticket"), "opened_on"), row.get("rating")) for row in rows]
        period = lately(case)
    intent = name_of("stars", rated, case.convention.get("scale"))
    answered = [(at, _score(rating, case)) for at, rating in rated if rating]  # none, or 0: not rated
    stories = [
        Story(f"{intent}/{place}", [event(at, "opened", "customer")], {"intent": intent},
              surveys=[Survey(at, at + SECOND, score)])
        for place, (at, score) in enumerate(answered)
    ]  # fmt: skip
    return Plan(stories, lambda desk: _answers(desk, period, f"intent={intent}", case))
