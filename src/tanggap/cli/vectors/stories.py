"""Stories: what a case tells of one conversation, as records of the lake."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tanggap.cli.vectors.conventions import status_of
from tanggap.cli.vectors.reading import UnknownFormError, instant, needed, number, one_of, only, rows_of
from tanggap.core.ids import stable_id
from tanggap.core.instants import MINUTE, format_instant
from tanggap.records.batch import Batch

SOURCE: Final = "vectors"
Event = Mapping[str, Any]

#: Before any case.
_ALWAYS: Final = "1990-01-01T00:00:00Z"
_ACTORS: Final = {"customer": "customer", "agent": "agent", "bot": "bot", "system": "system"}
#: Words that no desk counts as an answer.
_AUTOMATIC: Final = ("template", "campaign", "automation")
#: Words that are not for the customer.
_PRIVATE: Final = ("private", "internal")
#: What only describes an event, or says again what is told elsewhere.
_DESCRIBING: Final = ("ticket", "id", "text", "agent", "team", "inbox", "label", "channel", "schedule", "priority",
                      "reason")  # fmt: skip
_EVENT_KEYS: Final = frozenset(("at", "kind", "actor", "state", "public", *_AUTOMATIC, *_PRIVATE, *_DESCRIBING))
_SAME: Final = {"opened": "opened", "note": "note", "resolved": "resolved", "reopened": "reopened", "closed": "closed",
                "assigned": "assigned", "unassigned": "unassigned", "handoff": "handed_off", "merged": "merged",
                "escalated": "escalated", "queued": "queued"}  # fmt: skip
KINDS: Final = frozenset((*_SAME, "message", "pending", "state"))
TARGETS: Final = ("first_response", "next_reply", "resolution")


@dataclass(frozen=True)
class Survey:
    """One invitation: when sent, when answered and with what, on 1 to 5."""

    sent_at: int
    answered_at: int | None = None
    score: int | None = None


@dataclass(frozen=True)
class Story:
    """One conversation of a case: its events in order, attributes, calendar and promises.

    ``targets`` are microseconds by target, on the working clock if there is a calendar. ``pause_states`` stop
    their clocks (None: those of the conventions).
    """

    id: str
    events: Sequence[Event]
    attributes: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, Any] | None = None
    targets: Mapping[str, int] = field(default_factory=dict)
    pause_states: tuple[str, ...] | None = None
    surveys: Sequence[Survey] = ()

    @property
    def statuses(self) -> frozenset[str]:
        """The statuses that its events name."""
        return frozenset(value for kind, value in map(_kind, self.events) if kind == "status_changed" and value)


def event(at: int, kind: str, actor: str, **more: Any) -> dict[str, Any]:
    """An event in the shape of the vector files."""
    return {"at": format_instant(at), "kind": kind, "actor": actor, **more}


def told(events: Any, what: str = "its events") -> list[Event]:
    """The events of a case as they happened: by instant, and in their order where that is one.

    Raises:
        UnknownFormError: an event has a kind, an actor or a key that nothing here reads, or no instant.
    """
    found = rows_of(events, what)
    for one in found:
        kind = needed(one, "kind", "an event")
        only(one, _EVENT_KEYS, f"an event ({kind})")
        if not isinstance(kind, str) or kind not in KINDS:
            raise UnknownFormError(f"nothing here reads events of kind {kind!r:.60}")
        if one.get("actor") is not None:
            one_of(one["actor"], _ACTORS, "the actor")
    return sorted(found, key=lambda one: instant(one.get("at"), "the instant of an event"))


def is_answer(one: Event) -> bool:
    """Whether an event is public words of an agent."""
    return _kind(one)[0] == "message" and one.get("actor") == "agent"


def targets_of(given: Any) -> dict[str, int]:
    """Promises in microseconds, by target; one of no time, or of none, is no promise."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise UnknownFormError(f"its targets are no object: {given!r:.60}")
    only(given, TARGETS, "its targets")
    minutes = {target: value for target, value in given.items() if target in TARGETS and value is not None}
    found = {target: number(value, f"the target {target}", MINUTE) for target, value in minutes.items()}
    return {target: promised for target, promised in found.items() if promised}


def batch_of(stories: Iterable[Story]) -> Batch:
    """The records of stories, ready for the lake."""
    tables: dict[str, dict[str, dict[str, Any]]] = {
        name: {} for name in ("events", "conversations", "calendars", "sla_targets", "surveys")
    }
    for story in stories:
        calendar = _calendar(story, tables["calendars"])
        policy = _policy(story, tables["sla_targets"])
        tables["conversations"][story.id] = {
            "conversation_id": story.id, "calendar_id": calendar, "sla_policy_id": policy, "source": SOURCE,
            **story.attributes,
        }  # fmt: skip
        at_once: Counter[int] = Counter()
        for one in story.events:
            at = instant(one["at"], "the instant of an event")
            row = _event(story, one, at, at_once[at])
            at_once[at] += 1
            tables["events"][row["event_id"]] = row
        for number_, survey in enumerate(story.surveys):
            tables["surveys"][f"{story.id}/{number_}"] = _survey(story, survey, number_)
    return Batch({name: list(rows.values()) for name, rows in tables.items() if rows})


def _event(story: Story, one: Event, at: int, position: int) -> dict[str, Any]:
    kind, value = _kind(one)
    actor = _ACTORS[str(one.get("actor") or "system").lower()]
    who = one.get("agent") or ("agent" if actor == "agent" else None)
    return {
        "event_id": stable_id("v", story.id, at, position), "conversation_id": story.id,
        "occurred_at": format_instant(at), "position": position, "kind": kind, "actor_kind": actor,
        "actor_id": None if who is None else str(who),
        "value": (None if who is None else str(who)) if kind == "assigned" else value, "source": SOURCE,
    }  # fmt: skip


def _kind(one: Event) -> tuple[str, str | None]:
    """The canonical kind of an event, and its value."""
    kind = one["kind"]
    if kind == "message":
        if any(one.get(word) for word in _AUTOMATIC):
            return "auto_reply", None
        private = not one.get("public", True) or any(one.get(word) for word in _PRIVATE)
        return ("note" if private else "message"), None
    if kind == "state":
        # A state without a name is activity the source logs, not a change of the ticket's status.
        return ("status_changed", status_of(one)) if one.get("state") else ("note", None)
    if kind == "pending":
        return "status_changed", status_of(one)
    if kind in ("opened", "reopened"):
        return kind, status_of(one) if one.get("state") else None
    return _SAME[kind], None


def _calendar(story: Story, rows: dict[str, dict[str, Any]]) -> str | None:
    if story.calendar is None:
        return None
    definition = json.dumps(story.calendar, sort_keys=True)
    name = stable_id("c", definition)
    rows[name] = {"calendar_id": name, "definition": definition, "source": SOURCE}
    return name


def _policy(story: Story, rows: dict[str, dict[str, Any]]) -> str:
    clock = "calendar" if story.calendar is None else "working"
    states = None if story.pause_states is None else json.dumps(story.pause_states)
    name = stable_id("p", clock, json.dumps(dict(story.targets), sort_keys=True), states)
    for target, promised in story.targets.items():
        rows[f"{name}/{target}"] = {
            "sla_policy_id": name, "target": target, "duration": promised, "clock": clock,
            "pause_states": states, "valid_from": _ALWAYS, "source": SOURCE,
        }  # fmt: skip
    return name


def _survey(story: Story, survey: Survey, number_: int) -> dict[str, Any]:
    return {
        "survey_id": f"{story.id}/{number_}", "kind": "csat", "conversation_id": story.id, "score": survey.score,
        "sent_at": format_instant(survey.sent_at), "source": SOURCE,
        "answered_at": None if survey.answered_at is None else format_instant(survey.answered_at),
    }  # fmt: skip
