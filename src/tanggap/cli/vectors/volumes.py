"""Cases of groups of like tickets, and of what was then done to some of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from tanggap.cli.vectors import reading
from tanggap.cli.vectors.attributes import COLUMNS, agent_of, attributes, where
from tanggap.cli.vectors.buckets import Cut
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.many import MESSAGES, bucketed, by_key
from tanggap.cli.vectors.plans import Answers, Plan, name_of
from tanggap.cli.vectors.reading import UnknownFormError, asked_range, instant, needed, only
from tanggap.cli.vectors.stories import Event, Story, event, told
from tanggap.core.instants import SECOND, to_datetime
from tanggap.core.periods import Period, days_period

_KEYS: Final = ("fixture", "tickets", "today", "then", "filter", "measure", "bucket", "timezone", "range_start",
                "range_end", *COLUMNS)  # fmt: skip
_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER: Final = rf"(\d+|{'|'.join(_NUMBERS)})"
_AGO: Final = re.compile(rf"(?:the )?(?:{_NUMBER} |all )?(?:tickets )?of {_NUMBER} days? ago")
_DAYS_BEFORE: Final = re.compile(rf"{_NUMBER} days? before today")
_RESPONSE: Final = re.compile(r"set every stored first response.* to ([\d.]+) ?(s|seconds?|min|minutes?|h|hours?)")
_UNITS: Final = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND}
_STEPS: Final = {"resolve": "resolved", "reopen": "reopened", "handoff": "handoff", "close": "closed"}
_BY_BOT: Final = "remove the agent as sender"
_FILLERS: Final = frozenset({"and", "then", "again", "them"})

#: The figure a case counts, by what its kind says …
_BY_KIND: Final = {"resolution": "resolved_tickets", "first_response": "first_response_time_mean",
                   "reopen": "reopened_tickets", "next_reply": "reply_time"}  # fmt: skip
_MEANS: Final = ("first_response_time_mean", "reply_time")
#: … else by a word of its measure, or of its name where it gives no measure.
_BY_WORD: Final = (
    (r"hand.?off", "handed_off_tickets"), (r"customer.messages|incoming", "customer_messages"),
    (r"agent.messages|outgoing", "agent_messages"), (r"bot.messages", "bot_messages"),
    (r"first.response", "first_response_time_mean"), (r"reopen", "reopened_tickets"),
    (r"resol|closed", "resolved_tickets"), (r"opened|created|conversations", "created_tickets"),
)  # fmt: skip


@dataclass(frozen=True)
class _Ticket:
    """One ticket of a group: its day, attributes and events."""

    day: date
    row: Mapping[str, Any]
    events: Sequence[Event]


def volume(case: Case, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Figures by day, and in all, of groups of like tickets. Messages are counted where they lie, so each is asked
    about in a conversation of its own.
    """
    only(case.input, _KEYS, "its input")
    today = reading.day(needed(case.input, "today", "its input"), "today")
    tickets = _done(case, _tickets(rows), today)
    if any(map(agent_of, rows)):
        raise UnknownFormError("groups of tickets with agents are not read here")
    intent = name_of("volume", rows, case.input.get("then"), str(today))
    kept = [{**attributes(ticket.row), "intent": intent} for ticket in tickets]
    words = [[one for one in ticket.events if one["kind"] == "message"] for ticket in tickets]
    stories = [
        Story(f"{intent}/{number}", ticket.events, about)
        for number, (ticket, about) in enumerate(zip(tickets, kept, strict=True))
    ] + [
        Story(f"{intent}/{number}/{place}", [_opening(one), one], {**about, "intent": f"{intent}.words"})
        for number, (said, about) in enumerate(zip(words, kept, strict=True)) for place, one in enumerate(said)
    ]  # fmt: skip
    period = _range(case, tickets, today)
    given = {**_asked_of(case, rows), **reading.mapped(case.input.get("filter") or {}, "its filter")}
    return Plan(stories, lambda desk: _answers(case, desk, intent, period, given))


def _asked_of(case: Case, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Whose tickets a case asks about; some of them must say whose they are."""
    asked = {key: case.input[key] for key in COLUMNS if case.input.get(key) is not None}
    unsaid = next((key for key in asked if all(row.get(key) is None for row in rows)), None)
    if unsaid is not None:
        raise UnknownFormError(f"it asks by {unsaid}, which no ticket of it says")
    return asked


def _tickets(rows: Sequence[Mapping[str, Any]]) -> list[_Ticket]:
    found = []
    for row in rows:
        events = told(needed(row, "events", "a group of tickets"))
        if not events:
            raise UnknownFormError("a group of tickets has no event")
        day = to_datetime(instant(events[0]["at"], "an event")).date()
        repeat = row.get("repeat")
        found += [_Ticket(day, row, events)] * (1 if repeat is None else reading.count(repeat, "repeat"))
    return found


def _opening(one: Event) -> Event:
    return event(instant(one["at"], "an event"), "opened", "customer")


def _range(case: Case, tickets: Sequence[_Ticket], today: date) -> Period:
    if "range_start" in case.input:
        return asked_range(case)
    match = _DAYS_BEFORE.search(case.says("range"))
    first = today - timedelta(days=_number(match[1])) if match else min((one.day for one in tickets), default=today)
    return days_period(min(first, today), today, reading.timezone(case))


def _answers(case: Case, desk: Desk, intent: str, period: Period, given: Mapping[str, Any]) -> Answers:
    def ask(figure: str) -> Question:
        return Question(figure, period, where(f"{intent}.words" if figure in MESSAGES else intent, given))

    figures = by_key(desk, ask, case)
    asked = [key for key in case.expected if key not in figures]
    if not asked:
        return figures
    counted = _counted(case)
    cut, question = Cut.of(case, period, "day"), ask(counted)
    return {
        **figures,
        **bucketed(desk, cut, question, means=counted in _MEANS),
        "total": lambda: desk.count(question),
    }


def _counted(case: Case) -> str:
    """The figure a case counts by day.

    Raises:
        UnknownFormError: neither its measure, nor its kind, nor its name tells.
    """
    measure = case.input.get("measure")
    if measure is None and case.kind in _BY_KIND:
        return _BY_KIND[case.kind]
    said = str(measure or case.id.rsplit("/", 1)[-1]).lower()
    found = next((figure for word, figure in _BY_WORD if re.search(word, said)), None)
    if found is None:
        raise UnknownFormError(f"it does not say what is counted: {said!r:.60}")
    return found


Change = Callable[[Sequence[Event]], Sequence[Event]]


def _done(case: Case, tickets: list[_Ticket], today: date) -> list[_Ticket]:
    """The tickets after what was done to them, step by step.

    Raises:
        UnknownFormError: a step is told in words that nothing here reads.
    """
    ops = case.input.get("then")
    actor, chosen = "agent", list(range(len(tickets)))
    for op in () if ops is None else reading.rows_of(ops, "what was done"):
        only(op, ("op", "tickets", "at"), "what was done")
        words = str(needed(op, "op", "what was done")).lower()
        if op.get("tickets") is not None:
            chosen = _chosen(op["tickets"], tickets, chosen, today)
        touched = chosen if op.get("tickets") is not None else range(len(tickets))
        if _BY_BOT in words:
            actor = "bot"
        change = _change(op, words, actor)
        tickets = [replace(one, events=change(one.events)) if number in touched else one
                   for number, one in enumerate(tickets)]  # fmt: skip
    return tickets


def _change(op: Mapping[str, Any], words: str, actor: str) -> Change:
    """What a step does to the events of one ticket."""
    if _BY_BOT in words:
        return lambda events: [{**one, "actor": "bot"} if one.get("actor") == "agent" else one for one in events]
    response = _RESPONSE.fullmatch(words)
    if response:
        took = round(float(response[1]) * _UNITS[response[2][0]])
        return lambda events: _answered_after(events, took)
    steps = [word for word in re.findall(r"[a-z]+", words.replace("hand off", "handoff")) if word not in _FILLERS]
    unknown = sorted(set(steps) - _STEPS.keys())
    if unknown or not steps:
        raise UnknownFormError(f"nothing here reads what was done: {words!r:.80}")
    at = instant(needed(op, "at", "what was done"), "what was done")
    # Whom a bot hands over to is a person; a person would hand over to another team.
    added = [event(at, _STEPS[step], "bot" if step == "handoff" else actor) for step in steps]
    return lambda events: [*events, *added]


def _answered_after(events: Sequence[Event], took: int) -> list[Event]:
    """The events, an agent having first answered so long after the opening."""
    answered = instant(events[0]["at"], "an event") + took
    said = [event(answered, "message", "agent") if one.get("actor") == "agent" else one for one in events]
    return told(said)


def _chosen(which: Any, tickets: Sequence[_Ticket], before: list[int], today: date) -> list[int]:
    """Which tickets are meant: so many of those that were meant before, all, or those of a day."""
    if isinstance(which, int) and not isinstance(which, bool):
        return before[:which]
    said = str(which).lower().strip()
    if said == "all":
        return list(range(len(tickets)))
    match = _AGO.fullmatch(said)
    if match is None:
        raise UnknownFormError(f"nothing here knows which tickets are meant: {which!r:.60}")
    day = today - timedelta(days=_number(match[2]))
    found = [number for number, one in enumerate(tickets) if one.day == day]
    return found if match[1] is None else found[: _number(match[1])]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word)
