"""Cases of one ticket: its events become facts, and the facts answer in the keys of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.clocks import scheduled
from tanggap.cli.vectors.conventions import pausing
from tanggap.cli.vectors.desk import Row, TicketFacts
from tanggap.cli.vectors.plans import Answers
from tanggap.cli.vectors.stories import Story, event
from tanggap.core.instants import MINUTE, SECOND, format_instant, parse_instant

TARGETS: Final = ("first_response", "next_reply", "resolution")
_CLOSED: Final = ("closed", "merged", "removed")
_PROBE: Final = "clock_starts_at"


def story_of(case: Case) -> Story:
    """The ticket of a case."""
    told = _settled(case)
    last = max(parse_instant(one["at"]) for one in told)
    if _PROBE in case.expected:
        # Where a clock starts can be seen once somebody answers.
        told.append(event(last + SECOND, "message", "agent"))
    calendar = case.calendar
    schedules = case.input.get("schedules")
    if schedules:
        for_all = "last" in case.says("schedules")
        calendar = schedules[-1]["calendar"] if for_all else scheduled(schedules, last + MINUTE)
    states = tuple(sorted(pausing(case))) if "pause_states" in case.convention else None
    return Story(case.id, told, calendar=calendar, targets=case.input.get("targets_minutes") or {},
                 pause_states=states)  # fmt: skip


def _settled(case: Case) -> list[dict[str, Any]]:
    """The events, with those that change the state alone said as what that means: resolved, closed or reopened."""
    resolved = {"resolved", *(str(state).lower() for state in case.convention.get("resolved_states") or ())}
    found, done = [], False
    for told in case.input["events"]:
        kind, state = told["kind"], str(told.get("state") or "").lower()
        if kind == "state" and state:
            kind = "resolved" if state in resolved else "closed" if state in _CLOSED else kind
        if kind in ("state", "pending") and state and done:
            kind = "reopened"
        if kind in ("resolved", "closed", "opened", "reopened"):
            done = kind in ("resolved", "closed")
        found.append({**told, "kind": kind})
    return found


def answers(case: Case, facts: TicketFacts) -> Answers:
    """What the facts of its ticket say to a case."""
    ticket = _Ticket(case, facts)
    return {key: partial(answer, ticket) for key, answer in _ANSWERS.items()}


@dataclass(frozen=True)
class _Ticket:
    case: Case
    facts: TicketFacts

    @property
    def conversation(self) -> Row:
        return self.facts.conversation

    @cached_property
    def as_of(self) -> int:
        given = self.case.input.get("as_of")
        return parse_instant(given) if given else int(self.conversation["last_event_at"])

    @cached_property
    def by_person(self) -> bool:
        """Whether the source's first response is that of a person."""
        return "agent" in self.case.says("first_response")

    def promises(self, target: str) -> list[Row]:
        return [row for row in self.facts.promises if row["target"] == target]

    def due(self, target: str) -> int | None:
        """When the promise that runs is due; None if none runs, or its clock stands still."""
        running = [row["due_at"] for row in self.promises(target) if row["ended_at"] is None]
        return None if not running else running[-1]

    def longest(self, target: str) -> int | None:
        return max((row["elapsed"] for row in self.promises(target) if row["elapsed"] is not None), default=None)

    def margin(self, target: str) -> int | None:
        longest = self.longest(target)
        return None if longest is None else int(self.promises(target)[0]["promised"]) - longest

    def late(self, row: Row) -> bool:
        due, ended = row["due_at"], row["ended_at"]
        return due is not None and (ended > due if ended is not None else due < self.as_of)

    def lateness(self, target: str) -> int | None:
        """By how much the latest answer of a kind was late; None if none was."""
        ended = [row for row in self.promises(target) if row["ended_at"] is not None and self.late(row)]
        return max((row["ended_at"] - row["due_at"] for row in ended), default=None)

    def misses(self, target: str) -> int:
        return sum(self.late(row) for row in self.promises(target))

    def first_response(self, what: str) -> int | None:
        figure = "first_human_response" if self.by_person else "first_response"
        found = self.conversation[f"{figure}_{what}"]
        return None if found is None else int(found)


def _at(micros: int | None) -> str | None:
    return None if micros is None else format_instant(micros)


def _in(unit: int) -> Callable[[int | None], float | None]:
    return lambda micros: None if micros is None else micros / unit


_minutes, _seconds = _in(MINUTE), _in(SECOND)


def _first_response_minutes(ticket: _Ticket) -> float | None:
    took = ticket.longest("first_response")
    if took is None and not ticket.promises("first_response"):
        took = ticket.first_response("time_working")
    return _minutes(took)


def _resolution(ticket: _Ticket) -> int | None:
    took = ticket.longest("resolution")
    return took if ticket.promises("resolution") else ticket.conversation["active_resolution_time_working"]


def _next_due(ticket: _Ticket) -> str | None:
    running = [due for due in map(ticket.due, TARGETS) if due is not None]
    return _at(min(running, default=None))


def _waiting_since(ticket: _Ticket) -> str | None:
    waiting = [row for row in ticket.facts.replies if row["answered_at"] is None and not row["resolved_unanswered"]]
    return _at(waiting[-1]["asked_at"]) if waiting else None


def _reply_seconds(ticket: _Ticket) -> list[float]:
    # A log that does not begin with an opening begins after the first response.
    begun = any(told["kind"] == "opened" for told in ticket.case.input["events"])
    answered = [row for row in ticket.facts.replies if row["answered_by"] == "agent"]
    return [row["reply_time"] / SECOND for row in answered if not (begun and row["is_first"])]


def _clock_start(ticket: _Ticket) -> str | None:
    conversation = ticket.conversation
    answered, took = conversation["first_human_response_at"], conversation["first_human_response_time"]
    return None if answered is None or took is None else _at(answered - took)


def _since_resolution(ticket: _Ticket) -> float | None:
    reopened, resolved = ticket.conversation["reopened_at"], ticket.conversation["last_resolved_at"]
    if reopened is None and "first opening counts zero" in ticket.case.says("reopen"):
        return 0
    return None if reopened is None or resolved is None else (reopened - resolved) / SECOND


def _paused(ticket: _Ticket) -> float | None:
    rows = ticket.promises("resolution")
    return _seconds(rows[-1]["paused"]) if rows else None


def _resolved(ticket: _Ticket) -> int | None:
    found = ticket.conversation["resolved_at"]
    return None if found is None else int(found)


def _status(ticket: _Ticket) -> str:
    """The verdict on a ticket's promises, in the words of its source."""
    missed = any(ticket.late(row) for row in ticket.facts.promises)
    if "sla" in ticket.case.convention:
        if missed and (_resolved(ticket) is not None or "final at once" in ticket.case.says("sla")):
            return "missed"
        return "hit" if _resolved(ticket) is not None else "active_with_misses" if missed else "active"
    if missed or _resolved(ticket) is not None:
        return "failed" if missed else "met"
    running = [row for row in ticket.facts.promises if row["ended_at"] is None]
    if running and all(row["due_at"] is None for row in running):
        return "paused"
    return "first_response_due" if ticket.due("first_response") is not None else "resolution_due"


def _exact(ticket: _Ticket) -> float | None:
    if ticket.case.kind == "resolution":
        return _seconds(ticket.conversation["resolution_time_working"])
    return _seconds(ticket.first_response("time_working"))


def _duration(name: str, unit: int) -> Callable[[_Ticket], float | None]:
    return lambda ticket: _in(unit)(ticket.conversation[name])


def _of_target(target: str) -> dict[str, Callable[[_Ticket], Any]]:
    return {
        f"{target}_due_at": lambda ticket: _at(ticket.due(target)),
        f"{target}_margin_minutes": lambda ticket: _minutes(ticket.margin(target)),
        f"{target}_longest_minutes": lambda ticket: _minutes(ticket.longest(target)),
        f"{target}_late_seconds": lambda ticket: _seconds(ticket.lateness(target)),
        f"{target}_breached": lambda ticket: ticket.misses(target) > 0,
    }


_ANSWERS: Final[dict[str, Callable[[_Ticket], Any]]] = {
    **_of_target("first_response"), **_of_target("next_reply"), **_of_target("resolution"),
    "first_response_at": lambda ticket: _at(ticket.first_response("at")),
    "first_response_seconds": lambda ticket: _seconds(ticket.first_response("time")),
    "first_response_business_seconds": lambda ticket: _seconds(ticket.first_response("time_working")),
    "first_response_business_minutes": lambda ticket: _minutes(ticket.first_response("time_working")),
    "first_response_minutes": _first_response_minutes,
    "resolution_seconds": _duration("active_resolution_time", SECOND),
    "first_resolution_minutes": _duration("first_resolution_time", MINUTE),
    "first_resolution_business_minutes": _duration("first_resolution_time_working", MINUTE),
    "full_resolution_minutes": _duration("resolution_time", MINUTE),
    "full_resolution_business_minutes": _duration("resolution_time_working", MINUTE),
    "resolution_minutes": lambda ticket: _minutes(_resolution(ticket)),
    "resolution_business_minutes": lambda ticket: _minutes(_resolution(ticket)),
    "resolution_business_seconds": lambda ticket: _seconds(_resolution(ticket)),
    "paused_business_seconds": _paused,
    "resolved_at": lambda ticket: _at(_resolved(ticket)),
    "next_due_at": _next_due,
    "waiting_since": _waiting_since,
    "reply_seconds": _reply_seconds,
    "handoffs": lambda ticket: ticket.conversation["handoffs"],
    "reopens": lambda ticket: ticket.conversation["reopenings"],
    "seconds_since_resolution": _since_resolution,
    "status": _status,
    "misses": lambda ticket: {target: ticket.misses(target) for target in TARGETS},
    "exact_seconds": _exact,
    _PROBE: _clock_start,
}  # fmt: skip
