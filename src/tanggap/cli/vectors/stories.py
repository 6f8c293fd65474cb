"""Stories: what a case tells of one conversation, as records of the lake."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tanggap.cli.vectors.conventions import status_of
from tanggap.core.ids import stable_id
from tanggap.core.instants import MINUTE, format_instant
from tanggap.records.batch import Batch

SOURCE: Final = "vectors"
Event = Mapping[str, Any]

#: Before any case.
_ALWAYS: Final = "1990-01-01T00:00:00Z"
_ACTOR: Final = {"customer": "customer", "agent": "agent", "bot": "bot", "system": "system"}
#: Words that no desk counts as an answer.
_AUTOMATIC: Final = ("template", "campaign", "automation")
_SAME: Final = {"opened": "opened", "note": "note", "resolved": "resolved", "reopened": "reopened", "closed": "closed",
                "assigned": "assigned", "handoff": "handed_off", "pending": "status_changed"}  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """One invitation: when sent, when answered and with what, on 1 to 5."""

    sent_at: int
    answered_at: int | None = None
    score: int | None = None


@dataclass(frozen=True)
class Story:
    """One conversation of a case: its events in order, attributes, calendar and promises.

    ``targets`` are minutes by target, on the working clock if there is a calendar. ``pause_states`` stop
    their clocks (None: those of the conventions).
    """

    id: str
    events: Sequence[Event]
    attributes: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, Any] | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    pause_states: tuple[str, ...] | None = None
    surveys: Sequence[Survey] = ()


def event(at: int, kind: str, actor: str, **more: Any) -> dict[str, Any]:
    """An event in the shape of the vector files."""
    return {"at": format_instant(at), "kind": kind, "actor": actor, **more}


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
        for position, told in enumerate(story.events):
            row = _event(story, told, position)
            tables["events"][row["event_id"]] = row
        for number, survey in enumerate(story.surveys):
            tables["surveys"][f"{story.id}/{number}"] = _survey(story, survey, number)
    return Batch({name: list(rows.values()) for name, rows in tables.items() if rows})


def _event(story: Story, told: Event, position: int) -> dict[str, Any]:
    kind, value = _kind(told)
    actor = _ACTOR.get(str(told.get("actor")), "system")
    who = told.get("agent") or ("agent" if actor == "agent" else None)
    return {
        "event_id": stable_id("v", story.id, position), "conversation_id": story.id, "occurred_at": told["at"],
        "position": position, "kind": kind, "actor_kind": actor, "actor_id": who,
        "value": who if kind == "assigned" else value, "source": SOURCE,
    }  # fmt: skip


def _kind(told: Event) -> tuple[str, str | None]:
    """The canonical kind of an event, and its value."""
    kind = told["kind"]
    if kind == "message":
        if any(told.get(word) for word in _AUTOMATIC):
            return "auto_reply", None
        return ("message" if told.get("public", True) else "note"), None
    if kind == "state":
        # A state without a name is activity the source logs, not a change of the ticket's status.
        return ("status_changed", status_of(dict(told))) if told.get("state") else ("note", None)
    if kind == "pending":
        return "status_changed", status_of(dict(told))
    if kind in ("opened", "reopened"):
        return kind, status_of(dict(told)) if told.get("state") else None
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
    for target, minutes in story.targets.items():
        rows[f"{name}/{target}"] = {
            "sla_policy_id": name, "target": target, "duration": round(minutes * MINUTE), "clock": clock,
            "pause_states": states, "valid_from": _ALWAYS, "source": SOURCE,
        }  # fmt: skip
    return name


def _survey(story: Story, survey: Survey, number: int) -> dict[str, Any]:
    return {
        "survey_id": f"{story.id}/{number}", "kind": "csat", "conversation_id": story.id, "score": survey.score,
        "sent_at": format_instant(survey.sent_at), "source": SOURCE,
        "answered_at": None if survey.answered_at is None else format_instant(survey.answered_at),
    }  # fmt: skip
