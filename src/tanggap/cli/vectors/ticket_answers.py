"""What the facts of one ticket say, in the keys that cases claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.conventions import conventions_of
from tanggap.cli.vectors.desk import Row, TicketFacts
from tanggap.cli.vectors.plans import Answers
from tanggap.cli.vectors.reading import instant
from tanggap.cli.vectors.stories import TARGETS, is_answer
from tanggap.core.instants import DAY, HOUR, MINUTE, SECOND, format_instant
from tanggap.core.settings import Conventions

#: The parts of a ticket's life that get conversations of their own, and the keys that are answered from them.
PARTS: Final[dict[str, frozenset[str]]] = {
    "clock": frozenset({"clock_starts_at"}),
    "reopening": frozenset({"seconds_since_resolution", "minutes_since_resolution"}),
    "words": frozenset({"waiting_since", "reply_seconds", "reply_minutes", "reply_business_seconds",
                        "reply_business_minutes"}),
}  # fmt: skip
_UNITS: Final = {"seconds": SECOND, "minutes": MINUTE, "hours": HOUR, "days": DAY}
#: ``first_response_business_minutes``: what, on the working clock, in which unit.
_LENGTH: Final = re.compile(rf"(?P<what>[a-z_]+?)(?P<business>_business)?_(?P<unit>{'|'.join(_UNITS)})")
_ANYONE: Final = ("anyone", "anybody", "whoever")


@dataclass(frozen=True)
class Ticket:
    """A case, the facts of its ticket, and those of the parts of its life that are asked about apart."""

    case: Case
    facts: TicketFacts
    parts: Mapping[str, TicketFacts]
    #: Whether its last status stops its clocks, or ends it.
    at_rest: bool = False

    @property
    def conversation(self) -> Row:
        """The row of the ticket."""
        return self.facts.conversation

    @cached_property
    def conventions(self) -> Conventions:
        """The settings it was read under."""
        return conventions_of(self.case)

    @cached_property
    def as_of(self) -> int:
        """The instant at which the case looks at it."""
        given = self.case.input.get("as_of")
        return int(self.conversation["last_event_at"]) if given is None else instant(given, "as_of")

    @property
    def by_status(self) -> bool:
        """Whether its source takes changes of the status for answers."""
        return self.conventions.answered_by == "status"

    @property
    def figure(self) -> str:
        """The product's figure that the source means by a first response: that of a person, from the latest opening,
        hand-off or reopening; of anyone where it says so; from the opening throughout where resolving only pauses.
        """
        said = self.case.says("first_response")
        throughout = self.conventions.resolving == "pauses" and self.conversation["first_responder"] == "agent"
        whoever = self.by_status or throughout or any(word in said for word in _ANYONE)
        return "first_response" if whoever else "first_human_response"

    def works(self, what: str) -> bool:
        """Whether a length that does not say its clock is on the working one: the case has hours, does not say
        "calendar" of it, and does not claim the working time beside it.
        """
        has_hours = self.case.calendar is not None or bool(self.case.input.get("schedules"))
        beside = any(key.startswith(f"{what}_business_") for key in self.case.expected)
        return has_hours and not beside and "calendar" not in self.case.says(what)

    def promises(self, target: str) -> list[Row]:
        """The promises of a kind, in order."""
        return [row for row in self.facts.promises if row["target"] == target]

    def due(self, target: str) -> int | None:
        """When the promise that runs is due; None if none runs, or its clock stands still. A desk that watches
        statuses shows it still when it is over; one whose resolving only pauses shows none at rest, overdue or not.
        """
        rows = [] if self.at_rest and self.conventions.resolving == "pauses" else self.promises(target)
        running = [row["due_at"] for row in rows if row["ended_at"] is None]
        shown = running or [row["due_at"] for row in rows if self.by_status]
        return shown[-1] if shown else None

    def longest(self, target: str) -> int | None:
        """How long the longest answered wait of a kind took, on the clock of its promise."""
        return max((row["elapsed"] for row in self.promises(target) if row["elapsed"] is not None), default=None)

    def margin(self, target: str) -> int | None:
        """What was left of the promise; negative where it was late."""
        longest = self.longest(target)
        return None if longest is None else int(self.promises(target)[0]["promised"]) - longest

    def late(self, row: Row) -> bool:
        """Whether a promise was broken; answered at the due instant is in time."""
        due, ended = row["due_at"], row["ended_at"]
        return due is not None and (ended > due if ended is not None else due < self.as_of)

    def lateness(self, target: str) -> int | None:
        """By how much the latest answer of a kind was late; None if none was."""
        ended = [row for row in self.promises(target) if row["ended_at"] is not None and self.late(row)]
        return max((row["ended_at"] - row["due_at"] for row in ended), default=None)

    def misses(self, target: str) -> int:
        """How many promises of a kind were broken."""
        return sum(self.late(row) for row in self.promises(target))

    def took(self, target: str, of_conversation: str, working: bool) -> int | None:
        """How long it took on the clock of its promise; without a promise, or on another clock, the conversation's."""
        if self.promises(target) and working == (self.promises(target)[0]["clock"] == "working"):
            return self.longest(target)
        return self.lasted(of_conversation, working)

    def lasted(self, name: str, working: bool) -> int | None:
        """A duration of the conversation."""
        return _int(self.conversation[f"{name}_working" if working else name])

    def replies(self, working: bool) -> list[int]:
        """The waits an agent ended, after the first response; a log without an opening begins after that."""
        told = self.case.input["events"]
        spoken = [instant(one["at"], "an event") for one in told if is_answer(one)]
        first = min(spoken, default=None) if any(one["kind"] == "opened" for one in told) else None
        column = "reply_time_working" if working else "reply_time"
        return [int(row[column]) for row in self.parts.get("words", self.facts).replies
                if row["answered_by"] == "agent" and row["answered_at"] != first]  # fmt: skip


def answers(ticket: Ticket) -> Answers:
    """For each key that the case claims and somebody can answer: how."""
    found = {key: partial(answer, ticket) for key, answer in _ANSWERS.items()}
    for key in ticket.case.expected:
        match = _LENGTH.fullmatch(key)
        if key not in found and match and match["what"] in _LENGTHS:
            found[key] = partial(_length, ticket, match["what"], bool(match["business"]), match["unit"])
    return found


def _length(ticket: Ticket, what: str, business: bool, unit: str) -> float | None:
    micros = _LENGTHS[what](ticket, business or ticket.works(what))
    if micros is not None and "floor" in ticket.case.says(unit):
        return micros // _UNITS[unit]
    return None if micros is None else micros / _UNITS[unit]


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _at(micros: int | None) -> str | None:
    return None if micros is None else format_instant(micros)


def _next_due(ticket: Ticket) -> str | None:
    running = [target for target in TARGETS if any(row["ended_at"] is None for row in ticket.promises(target))]
    return _at(min((due for due in map(ticket.due, running) if due is not None), default=None))


def _waiting_since(ticket: Ticket) -> str | None:
    said = ticket.parts["words"].replies
    waiting = [row for row in said if row["answered_at"] is None and row["resolved_unanswered_at"] is None]
    return _at(waiting[-1]["asked_at"]) if waiting else None


def _clock_start(ticket: Ticket) -> str | None:
    conversation = ticket.parts["clock"].conversation
    answered, took = conversation["first_human_response_at"], conversation["first_human_response_time"]
    return None if answered is None or took is None else _at(answered - took)


def _since_resolution(unit: int) -> Callable[[Ticket], float | None]:
    def since(ticket: Ticket) -> float | None:
        conversation = ticket.parts["reopening"].conversation
        reopened, resolved = conversation["reopened_at"], conversation["last_resolved_at"]
        if reopened is None and re.search(r"first opening.*(zero|0)", ticket.case.says("reopen")):
            return 0
        return None if reopened is None or resolved is None else (reopened - resolved) / unit

    return since


def _paused(ticket: Ticket, working: bool) -> int | None:
    rows = ticket.promises("resolution")
    if rows and working == (rows[-1]["clock"] == "working"):
        return _int(rows[-1]["paused"])
    whole, active = (ticket.lasted(name, working) for name in ("resolution_time", "active_resolution_time"))
    return None if whole is None or active is None else whole - active


def _status(ticket: Ticket) -> str:
    """The verdict on a ticket's promises, in the words of its source."""
    missed = any(ticket.late(row) for row in ticket.facts.promises)
    resolved = ticket.conversation["resolved_at"] is not None
    if not ticket.by_status:
        # An older revision of Chatwoot knew no misses of a ticket that is not resolved yet.
        at_once = re.search(r"final at once|older", ticket.case.says("sla"))
        if missed:
            return "missed" if resolved or at_once else "active_with_misses"
        return "hit" if resolved else "active"
    running = [row for row in ticket.facts.promises if row["ended_at"] is None]
    if not resolved and running and all(row["due_at"] is None for row in running):
        return "paused"
    if missed:
        return "failed"
    if ticket.conversation["first_response_at"] is None and ticket.promises("first_response"):
        return "first_response_due"
    return "met" if resolved or not ticket.promises("resolution") else "resolution_due"


def _exact(ticket: Ticket) -> float | None:
    micros = _LENGTHS[ticket.case.kind if ticket.case.kind in _LENGTHS else "first_response"](ticket, True)
    return None if micros is None else micros / SECOND


def _list_of_replies(unit: int, working: bool | None) -> Callable[[Ticket], list[float]]:
    return lambda ticket: [
        micros / unit for micros in ticket.replies(ticket.works("reply") if working is None else working)
    ]


def _first_response_at(ticket: Ticket) -> str | None:
    return _at(_int(ticket.conversation[f"{ticket.figure}_at"]))


def _column(name: str) -> Callable[[Ticket], Any]:
    return lambda ticket: ticket.conversation[name]


def _instant(name: str) -> Callable[[Ticket], str | None]:
    return lambda ticket: _at(_int(ticket.conversation[name]))


def _of_target(target: str) -> dict[str, Callable[[Ticket], Any]]:
    return {
        f"{target}_due_at": lambda ticket: _at(ticket.due(target)),
        f"{target}_breached": lambda ticket: ticket.misses(target) > 0,
        f"{target}_met": lambda ticket: bool(ticket.promises(target)) and not ticket.misses(target),
    }


_ANSWERS: Final[dict[str, Callable[[Ticket], Any]]] = {
    **_of_target("first_response"), **_of_target("next_reply"), **_of_target("resolution"),
    "first_response_at": _first_response_at,
    "resolved_at": _instant("resolved_at"),
    "closed_at": _instant("resolved_at"),
    "first_resolved_at": _instant("first_resolved_at"),
    "last_resolved_at": _instant("last_resolved_at"),
    "reopened_at": _instant("reopened_at"),
    "handed_off_at": _instant("handed_off_at"),
    "next_due_at": _next_due,
    "waiting_since": _waiting_since,
    "reply_seconds": _list_of_replies(SECOND, None),
    "reply_minutes": _list_of_replies(MINUTE, None),
    "reply_business_seconds": _list_of_replies(SECOND, True),
    "reply_business_minutes": _list_of_replies(MINUTE, True),
    "handoffs": _column("handoffs"),
    "reopens": _column("reopenings"),
    "resolutions": _column("resolutions"),
    "customer_messages": _column("customer_messages"),
    "agent_messages": _column("agent_messages"),
    "bot_messages": _column("bot_messages"),
    "notes": _column("notes"),
    "seconds_since_resolution": _since_resolution(SECOND),
    "minutes_since_resolution": _since_resolution(MINUTE),
    "status": _status,
    "misses": lambda ticket: {target: ticket.misses(target) for target in TARGETS},
    "exact_seconds": _exact,
    "clock_starts_at": _clock_start,
}  # fmt: skip


def _of_promise(target: str) -> dict[str, Callable[[Ticket, bool], int | None]]:
    return {
        f"{target}_margin": lambda ticket, working: ticket.margin(target),
        f"{target}_longest": lambda ticket, working: ticket.longest(target),
        f"{target}_late": lambda ticket, working: ticket.lateness(target),
    }


#: Lengths in microseconds, on the working clock or the calendar's.
_LENGTHS: Final[dict[str, Callable[[Ticket, bool], int | None]]] = {
    **_of_promise("first_response"), **_of_promise("next_reply"), **_of_promise("resolution"),
    "first_response": lambda ticket, working: ticket.took("first_response", f"{ticket.figure}_time", working),
    "first_reply": lambda ticket, working: ticket.took("first_response", f"{ticket.figure}_time", working),
    "next_reply": lambda ticket, working: max(ticket.replies(working), default=None),
    "resolution": lambda ticket, working: ticket.took("resolution", "active_resolution_time", working),
    "first_resolution": lambda ticket, working: ticket.lasted("first_resolution_time", working),
    "full_resolution": lambda ticket, working: ticket.lasted("resolution_time", working),
    "paused": _paused,
}  # fmt: skip
