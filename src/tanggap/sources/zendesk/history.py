"""What happened to a ticket: comments, changes of its fields and SLA targets, as rows of ``events``.

Every event's id is made of the ticket's id and the id Zendesk gave the happening (the audit event or comment), or,
where it has none, of the field, the instant and the value: never of where it stood in a file. A row is a tuple in the
order of the columns of ``events``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tanggap.core.ids import stable_id
from tanggap.core.instants import MINUTE, SECOND
from tanggap.records.tables.events import KINDS, usual_position
from tanggap.sources.zendesk.chats import has_history, messages_of_chat
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.values import (
    STATUSES,
    Fields,
    RowError,
    identifier,
    instant,
    mapping,
    needed_identifier,
    objects,
    truth,
    via_channel,
    via_source,
    words,
)

#: A row of ``events``: event_id, conversation_id, occurred_at, position, kind, actor_kind, actor_id, channel, value,
#: duration, text, detail, source.
EventRow = tuple[
    str, str, int, int, str, str, str | None, str | None, str | None, int | None, str | None, str | None, str
]

#: Comment-like events of audits.
COMMENT_TYPES: Final = frozenset({"Comment", "VoiceComment", "FacebookComment"})

#: SLA metric → (our target, order among targets of one instant, statuses in which its clock stands still).
#: Of several resolution targets of one ticket the last one counts: the one on the whole time goes last.
SLA_METRICS: Final[dict[str, tuple[str, int, tuple[str, ...]]]] = {
    "first_reply_time": ("first_response", 0, ()),
    "next_reply_time": ("next_reply", 0, ()),
    "agent_work_time": ("resolution", 0, ("pending", "on_hold")),
    "requester_wait_time": ("resolution", 1, ("pending",)),
    "total_resolution_time": ("resolution", 2, ()),
}

#: The statuses of a ticket that is done.
OVER: Final = frozenset({"solved", "closed"})
_POSITION: Final = {kind: position for kind, (position, _) in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one field: by whom (``actor_kind``, ``actor_id``), when (microseconds), from what to what.

    ``natural`` is what the event's id is made of. ``previous`` is None where unknown or unset.
    """

    ticket: str
    natural: str
    field: str
    value: object
    previous: object
    at: int
    actor_kind: str
    actor_id: str | None
    policy: str | None = None


def row(change: Change, kind: str, value: str | None = None, *, suffix: str = "", later: int = 0) -> EventRow:
    """The event row of a change. ``suffix`` tells events of one change apart, ``later`` moves its position."""
    return (
        stable_id("e", "zendesk", change.ticket, change.natural, change.field, suffix), change.ticket, change.at,
        _POSITION[kind] + later, kind, change.actor_kind, change.actor_id, None, value, None, None, None, "zendesk",
    )  # fmt: skip


def _with_detail(event: EventRow, detail: dict[str, object], duration: int | None = None) -> EventRow:
    return (*event[:9], duration, None, json.dumps(detail, ensure_ascii=False), "zendesk")


def events_of_change(change: Change, known: Lookups, *, later: int = 0) -> list[EventRow]:
    """The events a change of a tracked field makes; none for a change that changed nothing.

    ``later`` orders several changes of one field at one instant.

    Raises:
        RowError: a status or a target nobody knows.
    """
    return _HANDLERS[change.field](change, known, later)


def survey_id(ticket: str) -> str:
    """The id of a ticket's satisfaction survey: Zendesk offers one a ticket."""
    return f"csat-{ticket}"


def _status(change: Change, _known: Lookups, later: int) -> list[EventRow]:
    status = STATUSES.get(str(change.value or "").strip().lower())
    if status is None:
        raise RowError("status", f"unknown status {change.value!r}: {', '.join(STATUSES)}")
    before = STATUSES.get(str(change.previous or "").strip().lower())
    if status in (before, "deleted"):
        return []
    if status in OVER:
        return [row(change, "resolved" if status == "solved" else "closed", later=min(later, 4))]
    # The first event of a change has the plain id whatever its kind: where a history comes in pieces and what was
    # before is not known, it is still the same event.
    if before in OVER and status in ("new", "open"):
        return [row(change, "reopened")]
    # Whatever else the status becomes at that instant, it was new first.
    rows = [row(change, "status_changed", status, later=-1 if status == "new" else min(later, 9))]
    return [row(change, "reopened", suffix="reopened"), *rows] if before in OVER else rows


def _priority(change: Change, _known: Lookups, later: int) -> list[EventRow]:
    value = words(change.value)
    return [row(change, "priority_changed", value, later=min(later, 1))] if value else []


def _assignee(change: Change, known: Lookups, later: int) -> list[EventRow]:
    to, came_from = identifier(change.value, "assignee_id"), identifier(change.previous, "assignee_id")
    if to is None:
        return [row(change, "unassigned", came_from)] if came_from else []
    if to == came_from:
        return []
    if known.role(to) == "bot":  # it takes part by what it says, and holds nothing
        return [row(change, "unassigned", came_from)] if came_from else []
    rows = [row(change, "assigned", to, later=min(later, 1))]
    if came_from and known.role(came_from) == "bot":
        rows.append(row(change, "handed_off", "bot to person", suffix="handed_off"))
    return rows


def _group(change: Change, known: Lookups, _later: int) -> list[EventRow]:
    to, came_from = identifier(change.value, "group_id"), identifier(change.previous, "group_id")
    if to is None or to == came_from:
        return []
    if came_from is None:
        return [row(change, "queued", known.team(to))]
    teams: dict[str, object] = {"from": known.team(came_from), "to": known.team(to)}
    return [_with_detail(row(change, "handed_off", "team to team"), teams)]


def _merge(change: Change, _known: Lookups, _later: int) -> list[EventRow]:
    """Zendesk tags a ticket closed_by_merge when it goes into another; which, the tag does not say."""
    if "closed_by_merge" not in _tags(change.value) or "closed_by_merge" in _tags(change.previous):
        return []
    return [row(change, "merged", change.policy)]


def _survey(change: Change, _known: Lookups, _later: int) -> list[EventRow]:
    offered = str(change.value or "").lower() == "offered"
    return [row(change, "survey_sent", survey_id(change.ticket))] if offered else []


def _tags(value: object) -> Sequence[object]:
    return value.replace(",", " ").split() if isinstance(value, str) else objects(value)


def _target(change: Change, _known: Lookups, _later: int) -> list[EventRow]:
    fields = mapping(change.value)
    if isinstance(change.value, str) and change.value.strip():
        try:
            fields = mapping(json.loads(change.value))
        except (ValueError, RecursionError):
            raise RowError(change.field, 'no SLA target: {"minutes": 60, "in_business_hours": true}') from None
    if not fields:
        return []  # a target taken away: what applied before stays what was promised
    working = truth(fields.get("in_business_hours"), default=False)
    return [target_row(change, change.field, fields.get("minutes"), working=working)]


_HANDLERS: Final[dict[str, Callable[[Change, Lookups, int], list[EventRow]]]] = {
    "status": _status, "priority": _priority, "assignee_id": _assignee, "group_id": _group, "tags": _merge,
    "satisfaction_score": _survey, **dict.fromkeys(SLA_METRICS, _target),
}  # fmt: skip

#: The fields of a ticket whose changes become events.
FIELDS: Final = frozenset(_HANDLERS)


def target_row(change: Change, metric: str, minutes: object, *, working: bool) -> EventRow:
    """The event of an SLA target that begins to apply.

    Raises:
        RowError: the target is no positive number of minutes.
    """
    try:
        length = round(float(str(minutes)) * MINUTE)
    except (ValueError, OverflowError):
        length = -1
    if not 0 <= length < 2**62:
        raise RowError(metric, f"{minutes!r:.40} is no number of minutes")
    target, order, pauses = SLA_METRICS[metric]
    detail: dict[str, object] = {"clock": "working" if working else "calendar", "metric": metric}
    if change.policy:
        detail["policy"] = change.policy
    detail["pause_states"] = list(pauses)
    return _with_detail(
        row(change, "sla_applied", target, suffix=f"{metric}:{change.at}", later=order), detail, duration=length
    )


def event_of_comment(comment: Fields, ticket: str, known: Lookups, audit: Fields | None = None) -> EventRow:
    """The event of a comment: a message, a note (private), or an auto_reply (public, by a rule or the system).

    A comment of an audit takes from it the instant, author and via that it does not have itself.

    Raises:
        RowError: no instant, or nobody can say whether its author is a customer or an agent.
    """
    audit = audit or {}
    via = comment.get("via") or audit.get("via")
    occurred_at = instant(comment.get("created_at") or _instant_of(audit), "created_at")
    author = comment.get("author_id")
    author = author if author is not None else _author_of(audit)
    actor_kind, actor_id = known.actor(author, known.requesters.get(ticket), via)
    if actor_kind is None:
        raise RowError("author_id", f"author {actor_id} is neither among the users nor the requester of a known ticket")
    public = truth(comment.get("public", comment.get("comment_public")), default=True)
    kind = "note" if not public else "auto_reply" if actor_kind == "system" else "message"
    text = words(comment.get("plain_body") or comment.get("body"))
    natural = identifier(comment.get("id"), "id") or f"{occurred_at}:{actor_id}:{text}"
    voice = comment.get("type") == "VoiceComment"
    return (
        stable_id("e", "zendesk", ticket, natural), ticket, occurred_at, usual_position(kind, actor_kind), kind,
        actor_kind, actor_id,
        "phone" if voice else via_channel(via), None, _talk_time(comment) if voice else None, text, None, "zendesk",
    )  # fmt: skip


def _talk_time(comment: Fields) -> int | None:
    seconds = mapping(comment.get("data")).get("call_duration")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds < 2**31:
        return round(seconds * SECOND)
    return None


def events_of_audit(audit: Fields, known: Lookups, ticket: str | None = None) -> tuple[list[EventRow], list[RowError]]:
    """The events of an audit (``events``) or of a ticket event (``child_events``), and what of it cannot be read.

    Raises:
        RowError: the audit itself has no ticket or no instant.
    """
    ticket = ticket or needed_identifier(audit, "ticket_id")
    at = instant(_instant_of(audit), "created_at")
    found: list[EventRow] = []
    wrong: list[RowError] = []
    children = [mapping(child) for child in objects(audit.get("events")) or objects(audit.get("child_events"))]
    chat = any(has_history(fields) for fields in children)
    for fields in children:
        try:
            if fields.get("type", fields.get("event_type")) in COMMENT_TYPES or fields.get("comment_present") is True:
                # Beside a chat's history, a comment is its transcript: no words of its own, so it becomes a note.
                found.append(event_of_comment({**fields, "public": False} if chat else fields, ticket, known, audit))
            elif has_history(fields):
                rows, mistakes = messages_of_chat(fields, ticket, known, fields.get("via") or audit.get("via"))
                found.extend(rows)
                wrong.extend(mistakes)
            else:
                for change in _changes(fields, audit, ticket, at, known):
                    found.extend(events_of_change(change, known))
        except RowError as error:
            wrong.append(error)
    return found, wrong


def _instant_of(audit: Fields) -> object:
    return audit.get("created_at") or audit.get("timestamp")


def _author_of(audit: Fields) -> object:
    return audit.get("author_id", audit.get("updater_id"))


def _changes(child: Fields, audit: Fields, ticket: str, at: int, known: Lookups) -> Iterator[Change]:
    """The changes of tracked fields in an audit's Create or Change, by whoever made the audit."""
    for name, value, previous in _fields_of(child):
        via = child.get("via") or audit.get("via")
        actor_kind, actor_id = known.actor(_author_of(audit), known.requesters.get(ticket), via)
        natural = identifier(child.get("id"), "id")
        if natural is None or name == "satisfaction_score":  # an offer is written down twice, under two ids
            natural = f"{at}:{value}"
        policy = _merge_target(audit.get("via")) if name == "tags" else _policy(via)
        yield Change(ticket, natural, name, value, previous, at, actor_kind or "agent", actor_id, policy)


def _fields_of(child: Fields) -> list[tuple[str, object, object]]:
    """(field, value, previous value) of a Create or Change: named in an audit, a key of its own in a ticket event."""
    name = child.get("field_name")
    if isinstance(name, str):
        return [(name, child.get("value"), child.get("previous_value"))] if name in FIELDS else []
    if child.get("type") == "SatisfactionRating":
        return [("satisfaction_score", child.get("score"), None)]
    return [(key, child[key], child.get("previous_value")) for key in child if key in FIELDS]


def _policy(via: object) -> str | None:
    policy = mapping(via).get("current_sla_policy")
    return policy if isinstance(policy, str) else None


def _merge_target(via: object) -> str | None:
    value = mapping(via_source(via).get("to")).get("ticket_id")
    return str(value) if isinstance(value, str | int) and value else None


def event_of_metric(event: Fields, known: Lookups, ticket: str | None = None) -> EventRow | None:
    """The ``sla_applied`` event of a ticket metric event of type apply_sla; None for any other, which is computed
    from the events themselves.

    Raises:
        RowError: no ticket, instant or target.
    """
    if event.get("type") != "apply_sla":
        return None
    ticket = ticket or needed_identifier(event, "ticket_id")
    metric = str(event.get("metric"))
    if metric == "reply_time":
        metric = "first_reply_time" if event.get("instance_id") in (1, "1") else "next_reply_time"
    metric = "total_resolution_time" if metric == "resolution_time" else metric
    if metric not in SLA_METRICS:
        return None
    sla = mapping(event.get("sla"))
    seconds = sla.get("target_in_seconds")
    minutes = seconds / 60 if isinstance(seconds, int | float) and not isinstance(seconds, bool) else sla.get("target")
    if minutes is None:
        return None
    at = instant(event.get("time"), "time")
    policy = mapping(sla.get("policy"))
    name = identifier(policy.get("id"), "sla.policy.id") or words(policy.get("title"))
    natural = identifier(event.get("id"), "id") or f"{at}:{event.get('instance_id')}"
    change = Change(ticket, natural, "sla", None, None, at, "system", None, name)
    return target_row(change, metric, minutes, working=truth(sla.get("business_hours"), default=False))
