"""A row is a call: queue, answer or abandonment, talk."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.records.schema import Column, Type
from tanggap.sources.csv.chunks import TEXT
from tanggap.sources.csv.kinds.kind import (
    ATTRIBUTES,
    PEOPLE,
    Happenings,
    Kind,
    Piece,
    conversations,
    duration,
    fields,
    instant,
    people,
)
from tanggap.sources.csv.rows import Rows

OUTCOMES: Final = ("answered", "resolved", "abandoned", "other")
_NOTHING: Final = pa.scalar(None, pa.int64())


def _calls(rows: Rows) -> list[Piece]:
    """A conversation and its events, in the order a call has them: their positions are given, not derived.

    A duration that is mapped decides whether its stage took place (0: it did not) and how long it was; without
    one the stage's two instants do. The call began no later than its first stage, and the agent spoke no earlier
    than the queue was left, whatever the two clocks say.
    """
    ids = rows.require("conversation_id", rows.get("conversation_id"))
    opened = rows.get("opened_at")
    queued, left, wait = _queue(rows, opened)
    answered, talk = _service(rows, opened, queued, left)
    opened = rows.require("opened_at", pc.min_element_wise(opened, queued, answered))
    spoke = pc.if_else(pc.is_valid(answered), pc.max_element_wise(answered, left), _NOTHING)
    ended = _rolled(rows, "ended_at", opened)
    end = pc.max_element_wise(opened, left, pc.add(spoke, pc.fill_null(talk, 0)), ended)
    outcome = _outcome(rows, queued, answered)
    events = Happenings(rows, ids, rows.get("channel"))
    customer, agent = rows.get("customer_id"), rows.get("agent_id")
    events.add("opened", opened, position=0, actor_kind="customer", actor_id=customer)
    events.add("queued", queued, position=1, value=rows.get("queue"), duration=wait)
    knows_queue = rows.has("queued_at") or rows.has("queue_duration")
    gave_up = pc.equal(outcome, "abandoned")
    events.add(
        "abandoned", left if knows_queue else end, where=gave_up, position=2, actor_kind="customer", actor_id=customer
    )
    reached = pc.and_(pc.is_in(outcome, pa.array(OUTCOMES[:2], TEXT)), pc.is_valid(agent))
    events.add("assigned", pc.coalesce(left, spoke, opened), where=reached, position=2, value=agent)
    events.add("message", spoke, position=3, actor_kind="agent", actor_id=agent, duration=talk)
    events.add("resolved", end, where=pc.equal(outcome, "resolved"), position=4, actor_kind="agent", actor_id=agent)
    events.add("closed", end, position=5)
    return [conversations(rows, ids, opened_at=opened), events.piece(), *people(rows)]


def _rolled(rows: Rows, name: str, start: pa.Array) -> pa.Array:
    """The field; where it is written as a date and a clock, the clock may have run past midnight."""
    values = rows.get(name)
    return rows.past_midnight(start, values) if len(rows.feed.columns.get(name, ())) > 1 else values


def _queue(rows: Rows, opened: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """When the call began to wait, when it no longer did, and how long that was; null where it never waited."""
    queued = _rolled(rows, "queued_at", opened)
    if rows.has("queue_duration"):
        wait = rows.get("queue_duration")
        queued = queued if rows.has("queued_at") else opened
        queued = pc.if_else(pc.fill_null(pc.greater(wait, 0), False), queued, _NOTHING)
        return queued, pc.add(queued, wait), pc.if_else(pc.is_valid(queued), wait, _NOTHING)
    exit_name = "queue_exit_at" if rows.has("queue_exit_at") else "answered_at"
    left = pc.if_else(pc.is_valid(queued), _rolled(rows, exit_name, queued), _NOTHING)
    if exit_name == "answered_at":
        # The queue was left by hanging up where nobody answered.
        left = pc.if_else(pc.is_valid(queued), pc.coalesce(left, _rolled(rows, "ended_at", queued)), _NOTHING)
    left = rows.ordered(queued, left, exit_name, after="the queue began")
    return queued, left, pc.subtract(left, queued)


def _service(rows: Rows, opened: pa.Array, queued: pa.Array, left: pa.Array) -> tuple[pa.Array, pa.Array]:
    """When the agent answered, and how long they talked; null where nobody did."""
    before = pc.coalesce(queued, opened)
    answered = _rolled(rows, "answered_at", before)
    if rows.has("service_duration"):
        talk = rows.get("service_duration")
        answered = answered if rows.has("answered_at") else pc.coalesce(left, opened)
        answered = pc.if_else(pc.fill_null(pc.greater(talk, 0), False), answered, _NOTHING)
        return answered, pc.if_else(pc.is_valid(answered), talk, _NOTHING)
    ended = pc.if_else(pc.is_valid(answered), _rolled(rows, "ended_at", answered), _NOTHING)
    ended = rows.ordered(answered, ended, "ended_at", after="the answer")
    return answered, pc.subtract(ended, answered)


def _outcome(rows: Rows, queued: pa.Array, answered: pa.Array) -> pa.Array:
    """The outcome as written; where it is not, a call that was answered or one that waited in vain."""
    told = pc.utf8_lower(rows.get("outcome"))
    unknown = pc.and_(pc.is_valid(told), pc.invert(pc.is_in(told, pa.array(OUTCOMES, TEXT))))
    rows.fault_where(unknown, "outcome", f"is unknown; one of {', '.join(OUTCOMES)} (see [values.outcome])")
    seen = pc.if_else(pc.is_valid(answered), "answered", pc.if_else(pc.is_valid(queued), "abandoned", "other"))
    return pc.coalesce(told, seen.cast(TEXT))


CALLS: Final = Kind(
    "calls",
    "a row is a telephone call",
    fields(
        PEOPLE,
        ATTRIBUTES,
        [
            instant("opened_at", "When the call came in."),
            instant("queued_at", "When it began to wait for a person."),
            instant("queue_exit_at", "When it no longer waited."),
            duration("queue_duration", "How long it waited; 0: it did not."),
            instant("answered_at", "When a person answered."),
            instant("ended_at", "When it was over."),
            duration("service_duration", "How long they talked; 0: they did not."),
            Column("outcome", Type.TEXT, "answered, resolved, abandoned or other."),
            Column("queue", Type.TEXT, "Which queue."),
        ],
    ),
    (("conversation_id",), ("opened_at", "queued_at")),
    _calls,
    unsaid={
        "opened_at": "the earliest stage",
        "queued_at": "with a `queue_duration`, `opened_at`; else it did not wait",
        "queue_exit_at": "`answered_at`, else `ended_at`",
        "queue_duration": "from `queued_at` to `queue_exit_at`",
        "answered_at": "with a `service_duration`, when the queue was left, else `opened_at`; else nobody answered",
        "ended_at": "when the last stage was over",
        "service_duration": "from `answered_at` to `ended_at`",
        "outcome": "answered where somebody did, else abandoned where it waited, else other",
    },
)
