"""Cases of one ticket: its events become a conversation, and its facts answer in the keys of the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.conventions import DONE_STATES, conventions_of, pausing, words_of
from tanggap.cli.vectors.desk import Desk
from tanggap.cli.vectors.hours import scheduled
from tanggap.cli.vectors.plans import Answers, Plan
from tanggap.cli.vectors.reading import UnknownFormError, instant, only, rows_of
from tanggap.cli.vectors.stories import Event, Story, event, is_answer, targets_of, told
from tanggap.cli.vectors.ticket_answers import PARTS, Ticket, answers
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.errors import CalendarError
from tanggap.core.instants import MINUTE, SECOND

_KEYS: Final = ("events", "targets_minutes", "as_of", "schedules")
#: Kinds of events after which it is done, or stands still without saying in which state.
_ENDS: Final = ("resolved", "closed", "merged", "pending")
#: States out of which a ticket is not resolved, only put away.
_PUT_AWAY: Final = ("merged", "removed")


def plan_of(case: Case) -> Plan:
    """The conversation of a case, and how its facts answer.

    Three questions are about a part of its life: where the first response's clock starts is seen once somebody answers,
    as if no agent had before; how long after a resolution it was reopened, once nothing has come after; and how long a
    customer's words wait, whenever the ticket was reopened for them. Each gets a conversation of its own, so that no
    other answer depends on it.

    Raises:
        UnknownFormError: its input has a form that nothing here reads.
    """
    only(case.input, _KEYS, "its input")
    events = settled(case, _until_asked(case))
    if not events:
        raise UnknownFormError("it has no event to go by")
    last = instant(events[-1]["at"], "the instant of an event")
    whole = Story(
        case.id, events, calendar=_calendar(case, last), targets=targets_of(case.input.get("targets_minutes")),
        pause_states=tuple(sorted(pausing(case))),
    )  # fmt: skip
    stories = {"": whole}
    told_of: dict[str, Callable[[], Sequence[Event]]] = {
        "clock": lambda: [*(one for one in events if not is_answer(one)), event(last + SECOND, "message", "agent")],
        "reopening": lambda: _until_reopened(events),
        "words": lambda: [one for one in events if one["kind"] != "reopened"] or events,
    }
    for part, keys in PARTS.items():
        if case.expected.keys() & keys:
            stories[part] = Story(f"{case.id}/{part}", told_of[part](), calendar=whole.calendar)

    def ask(desk: Desk) -> Answers:
        facts = {name: desk.facts(story.id) for name, story in stories.items()}
        return answers(Ticket(case, facts[""], facts, _at_rest(case, events)))

    return Plan(list(stories.values()), ask, conventions_of(case))


def _until_asked(case: Case) -> list[Event]:
    """The events up to the instant at which the case looks at the ticket."""
    events = told(case.input["events"])
    if case.input.get("as_of") is None:
        return events
    asked = instant(case.input["as_of"], "as_of")
    return [one for one in events if instant(one["at"], "the instant of an event") <= asked]


def _at_rest(case: Case, events: Sequence[Event]) -> bool:
    """Whether the last change of its status stopped the clocks, or ended it."""
    last = next((one for one in reversed(events) if one["kind"] in _ENDS or one.get("state")), None)
    return last is not None and (last["kind"] in _ENDS or str(last["state"]).lower() in pausing(case))


def _until_reopened(events: Sequence[Event]) -> Sequence[Event]:
    last = max((number for number, one in enumerate(events) if one["kind"] == "reopened"), default=len(events) - 1)
    return events[: last + 1]


def _calendar(case: Case, last: int) -> Mapping[str, Any] | None:
    schedules = case.input.get("schedules")
    if schedules:
        turns = rows_of(schedules, "its schedules")
        if "last" not in case.says("schedules"):
            return scheduled(turns, last + MINUTE)
        calendar = turns[-1].get("calendar")
    else:
        calendar = case.calendar
    if calendar is None:
        return None
    try:
        parse_calendar(calendar)
    except CalendarError as error:
        raise UnknownFormError(f"its calendar cannot be read: {error}") from error
    if not isinstance(calendar, Mapping):
        raise UnknownFormError("its calendar is no object")
    return calendar


def settled(case: Case, events: Sequence[Event]) -> list[Event]:
    """The events, with those that change the state alone said as what that means: resolved, closed or reopened.

    Where the first wait runs from the opening it does so whoever opened the ticket.
    """
    resolved = {"resolved", "solved", *words_of(case, "resolved_states")}
    put_away = pausing(case) & {*_PUT_AWAY}
    found: list[Event] = []
    done = False
    from_opening = conventions_of(case).wait_from == "opening"
    for one in events:
        if one["kind"] == "opened" and from_opening:
            one = {**one, "actor": "customer"}
        kind, state = one["kind"], str(one.get("state") or "").lower()
        ending = "resolved" if state in resolved else "closed" if state in DONE_STATES and state not in put_away else ""
        if kind == "state" and ending:
            kind = ending
        if kind == "opened" and ending:  # opened and done at once
            found.append({**one, "state": None})
            kind = ending
        if kind in ("state", "pending") and state and done and state not in put_away:
            kind = "reopened"
        if kind in ("resolved", "closed", "opened", "reopened"):
            done = kind in ("resolved", "closed")
        done = done or (kind == "state" and state in put_away)
        found.append({**one, "kind": kind})
    return found
