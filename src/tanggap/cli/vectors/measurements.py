"""Cases of measurements: lengths without the events they were measured from. Each becomes a conversation in which just
that was measured, on both clocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from tanggap.cli.vectors import reading
from tanggap.cli.vectors.attributes import COLUMNS, agent_of, attributes, token, where
from tanggap.cli.vectors.buckets import Cut
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.figures import CLASSES
from tanggap.cli.vectors.hours import in_hours
from tanggap.cli.vectors.many import bucketed, by_key, mean
from tanggap.cli.vectors.plans import Answers, Plan, name_of
from tanggap.cli.vectors.reading import UnknownFormError, asked_range, instant, needed, only, seconds
from tanggap.cli.vectors.stories import Event, Story, event
from tanggap.core.instants import DAY, HOUR, MINUTE, SECOND, parse_instant
from tanggap.core.periods import Period, days_period

#: Where a case gives no instants, this is when things were measured: a Wednesday at noon.
SOME_DAY: Final = parse_instant("2024-05-15T12:00:00Z")
_BEFORE: Final = 60 * DAY
_EVER: Final = 20 * 365
#: What is measured, in the words of cases, and the figure that means it, dated by the answer.
_METRICS: Final = {"first_response": "mean_first_response", "reply": "mean_reply", "next_reply": "mean_reply",
                   "resolution": "mean_resolution"}  # fmt: skip
_OWNERS: Final = tuple(COLUMNS)
_SUMMARY: Final = ("opened", "measurements", "business", "range_start", "range_end", "timezone", "filter")
_LENGTHS: Final = ("metric", "seconds", "business_seconds", "at", "ticket")


@dataclass(frozen=True)
class Measurement:
    """A length: of what, until when, how long, and how much of it was working time (None: all)."""

    metric: str
    at: int
    took: int
    worked: int | None
    row: Mapping[str, Any]


def story(identity: str, one: Measurement, intent: str) -> Story:
    """A conversation in which just that was measured."""
    at, calendar = _clocked(one)
    asked = at - one.took
    agent = agent_of(one.row) or "agent"
    opened = [event(asked, "opened", "customer"), event(asked, "assigned", "agent", agent=agent)]
    if one.metric == "resolution":
        events: list[Event] = [*opened, event(at, "resolved", "agent", agent=agent)]
    else:
        exchange = [event(asked, "message", "customer"), event(at, "message", "agent", agent=agent)]
        events = [*opened, *exchange]
        if one.metric != "first_response":  # a first response came long before
            before = asked - _BEFORE
            events = [event(before, "opened", "customer"), event(before, "message", "customer"),
                      event(before, "message", "agent", agent=agent), *exchange]  # fmt: skip
    return Story(identity, events, {**attributes(one.row), "intent": intent}, calendar)


def _clocked(one: Measurement) -> tuple[int, Mapping[str, Any] | None]:
    """When a length ends, and a calendar on which just its working time is worked: hours begin at a whole minute and
    run on past the end, what is not worked lies before. For that the end moves, less than a minute, within its hour.
    """
    if one.worked is None or one.worked == one.took:
        return one.at, None
    if one.worked > one.took:
        raise UnknownFormError(f"{one.worked / SECOND:g} s of working time within {one.took / SECOND:g} s")
    opens = (one.at - one.worked) // MINUTE * MINUTE
    if (opens + one.worked) // HOUR != one.at // HOUR:
        opens += MINUTE
    end = opens + one.worked
    return end, in_hours([(opens, end // MINUTE * MINUTE + MINUTE)])


def some_instant(case: Case) -> int:
    """When something happened of which the case does not say when: within the range it asks about."""
    if "range_start" not in case.input:
        return SOME_DAY
    period = asked_range(case)
    return (period.start + period.end) // 2


def _read(case: Case, row: Mapping[str, Any], metric: str) -> Measurement:
    worked = row.get("business_seconds")
    return Measurement(
        metric, some_instant(case) if row.get("at") is None else instant(row["at"], "a measurement"),
        seconds(needed(row, "seconds", "a measurement"), "a measurement"),
        None if worked is None else seconds(worked, "a measurement's working time"), row,
    )  # fmt: skip


def _measurements(case: Case) -> list[Measurement]:
    rows = reading.rows_of(case.input["measurements"], "its measurements")
    found = []
    for row in rows:
        only(row, (*_LENGTHS, *_OWNERS), "a measurement")
        metric = row.get("metric", case.kind if case.kind in _METRICS else "first_response")
        reading.one_of(metric, _METRICS, "the measurement")
        found.append(_read(case, row, str(metric).lower()))
    return found


def _period(case: Case, found: Sequence[Measurement]) -> Period:
    if "range_start" in case.input:
        return asked_range(case)
    instants = [one.at for one in found] or [some_instant(case)]
    return Period(min(instants) - DAY, max(instants) + DAY)


def summary(case: Case) -> Plan:
    """Means of measurements by inbox, team, agent …, beside how many tickets each opened."""
    only(case.input, _SUMMARY, "its input")
    found = _measurements(case)
    opened = reading.mapped(case.input.get("opened") or {}, "its opened tickets")
    owner = _owner(case, [one.row for one in found], [str(key) for key in opened])
    intent = name_of("summary", case.input["measurements"], opened, owner)
    period = _period(case, found)
    stories = [story(f"{intent}/{number}", one, f"{intent}.{_METRICS[one.metric]}") for number, one in enumerate(found)]
    # Opened tickets are counted apart: which of them were measured, a case does not say.
    for name, count in opened.items():
        row = {owner: name}
        agent = agent_of(row)
        first = [event(period.start, "opened", "customer")]
        held = [event(period.start, "assigned", "agent", agent=agent)] if agent else []
        kept = {**attributes(row), "intent": f"{intent}.opened"}
        stories += [
            Story(f"{intent}/{token(name)}/{number}", [*first, *held], kept)
            for number in range(reading.count(count, "how many tickets were opened"))
        ]
    names = {*map(str, opened), *(str(one.row[owner]) for one in found if one.row.get(owner) is not None)}
    clock = "_working" if case.input.get("business") else ""

    def of(desk: Desk, given: Mapping[str, Any]) -> Answers:
        def asked(figure: str) -> Question:
            measured = "mean_resolution" if figure == "resolved_tickets" else figure.removesuffix("_working")
            part = "opened" if figure == "created_tickets" else measured
            return Question(figure, period, where(f"{intent}.{part}", given))

        return by_key(desk, asked, case, clock=clock)

    def ask(desk: Desk) -> Answers:
        given = reading.mapped(case.input.get("filter") or {}, "its filter")
        every = {name: partial(_claimed, case, of(desk, {**given, owner: name}), name) for name in names}
        return {**of(desk, given), **every}

    return Plan(stories, ask)


def _claimed(case: Case, answers: Answers, name: str) -> dict[str, Any]:
    """The answers that a case claims of one owner, and no other: each is a question to the desk."""
    claimed = case.expected.get(name)
    return {key: answers[key]() for key in claimed if key in answers} if isinstance(claimed, Mapping) else {}


def _owner(case: Case, rows: Sequence[Mapping[str, Any]], opened: Sequence[str]) -> str:
    """By what measurements are summed up: the key they have in common, or, of several, that whose values are opened."""
    keys = [key for key in _OWNERS if any(row.get(key) is not None for row in rows)]
    if len(keys) > 1:
        keys = [key for key in keys if {str(row.get(key)) for row in rows} <= {*opened, "None"}]
    if len(keys) > 1:
        raise UnknownFormError(f"it does not say by which of {', '.join(keys)} it sums up")
    return keys[0] if keys else "inbox"


def averages(case: Case, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Lengths of one kind, averaged by bucket, on the calendar's or the working clock."""
    known = ("fixture", "range_start", "range_end", "bucket", "utc_offset_hours", "timezone", "filter", "business")
    only(case.input, known, "its input")
    metric = reading.one_of(case.kind, _METRICS, "a mean of kind")
    prefix = next((name for name in _METRICS if _METRICS[name] == metric and f"{name}_seconds" in rows[0]), None)
    if prefix is None:
        raise UnknownFormError(f"its fixture has no {case.kind}_seconds")
    working = bool(case.input.get("business"))
    intent = name_of("averages", rows, prefix)
    stories = []
    for number, row in enumerate(rows):
        if row.get(f"{prefix}_seconds") is not None:
            length = {"at": needed(row, "at", "a measurement"), "seconds": row[f"{prefix}_seconds"],
                      "business_seconds": row.get(f"{prefix}_business_seconds")}  # fmt: skip
            one = _read(case, length, prefix)
            stories.append(story(f"{intent}/{number}", Measurement(prefix, one.at, one.took, one.worked, row), intent))
    period = asked_range(case)
    cut = Cut.of(case, period)
    question = Question(f"{metric}{'_working' if working else ''}", period, where(intent, case.input.get("filter")))

    def count(desk: Desk) -> int:
        cell = desk.cell(question)
        return cell.n if cell else 0

    return Plan(stories, lambda desk: {
        **bucketed(desk, cut, question, means=True), "mean_seconds": lambda: mean(desk, question, case),
        "count": lambda: count(desk),
    })  # fmt: skip


def opened_lately(case: Case) -> Plan:
    """Means over the tickets opened in the last so many days, each length in a conversation of its own."""
    only(case.input, ("tickets", "today", "window_days"), "its input")
    rows = reading.rows_of(case.input["tickets"], "its tickets")
    intent = name_of("lately", rows)
    stories = []
    for number, row in enumerate(rows):
        only(row, ("opened_on", "first_response_seconds", "resolution_seconds", "ticket", *_OWNERS), "a ticket")
        opened = instant(needed(row, "opened_on", "a ticket"), "opened_on")
        for metric in ("first_response", "resolution"):
            if row.get(f"{metric}_seconds") is not None:
                took = seconds(row[f"{metric}_seconds"], f"{metric}_seconds")
                one = Measurement(metric, opened + took, took, None, row)
                stories.append(story(f"{intent}/{number}/{metric}", one, intent))
    period, found = lately(case), where(intent)
    figures = {"mean_first_response_seconds": "first_response_time_mean",
               "mean_resolution_seconds": "mean_resolution_by_opening"}  # fmt: skip
    return Plan(stories, lambda desk: {
        key: partial(mean, desk, Question(figure, period, found), case) for key, figure in figures.items()
    })  # fmt: skip


def lately(case: Case) -> Period:
    """The last so many days up to today's end; without a window, ever."""
    today = reading.day(needed(case.input, "today", "its input"), "today")
    window = case.input.get("window_days")
    days = _EVER if window is None else reading.count(window, "window_days")
    return days_period(today - timedelta(days=days), today, "UTC")


def distribution(case: Case) -> Plan:
    """How first responses spread over classes of length; by inbox, channel … where the case asks so."""
    only(case.input, ("measurements", "range_start", "range_end", "timezone", "filter"), "its input")
    found = [one for one in _measurements(case) if one.metric == "first_response"]
    intent = name_of("distribution", case.input["measurements"])
    stories = [story(f"{intent}/{number}", one, intent) for number, one in enumerate(found)]
    period = _period(case, found)
    given = reading.mapped(case.input.get("filter") or {}, "its filter")
    owner = _owner(case, [one.row for one in found], [])

    def spread(desk: Desk, more: Mapping[str, Any]) -> dict[str, int]:
        return {name: desk.count(Question(f"first_responses_{name}", period, where(intent, {**given, **more})))
                for name, _, _ in CLASSES}  # fmt: skip

    def histogram(desk: Desk) -> dict[str, Any]:
        claimed = case.expected["histogram"]
        grouped = isinstance(claimed, Mapping) and any(isinstance(value, Mapping) for value in claimed.values())
        names = sorted({str(one.row[owner]) for one in found if one.row.get(owner) is not None})
        return {name: spread(desk, {owner: name}) for name in names} if grouped else spread(desk, {})

    return Plan(stories, lambda desk: {"histogram": partial(histogram, desk)})
