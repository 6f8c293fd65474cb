"""A row is a ticket: its instants become the events they stand for."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.ids import stable_id
from tanggap.records.schema import Column, Type
from tanggap.records.tables import CONVERSATIONS, SURVEYS
from tanggap.records.tables.events import usual_position
from tanggap.sources.csv.chunks import TEXT
from tanggap.sources.csv.kinds.kind import (
    ATTRIBUTES,
    PEOPLE,
    Happenings,
    Kind,
    Piece,
    conversations,
    fields,
    instant,
    people,
    records,
)
from tanggap.sources.csv.rows import Rows

_EXCLUDED: Final = CONVERSATIONS["excluded"].values
_DONE: Final = ("resolved", "closed")
#: The place of what comes after the words of its instant.
_AFTER_WORDS: Final = usual_position("note", "agent")


def _tickets(rows: Rows) -> list[Piece]:
    """Conversation, events, and a survey where the row holds a score.

    ``opened_at`` is also the customer's first message. ``assigned`` is dated by ``assigned_at``, else by the first
    reply, else by the opening. A status is dated by ``updated_at``; a ticket that says it is resolved or closed
    while no instant says when is quarantined, because counting it as open would be wrong.
    """
    ids = rows.require("conversation_id", rows.get("conversation_id"))
    opened = rows.require("opened_at", rows.get("opened_at"))
    at = {
        name: rows.ordered(opened, rows.get(name), name, after="the opening")
        for name in ("assigned_at", "first_reply_at", "escalated_at", "resolved_at", "reopened_at", "closed_at",
                     "updated_at", "scored_at")
    }  # fmt: skip
    status = pc.utf8_lower(rows.get("status"))
    undated = pc.is_null(pc.coalesce(at["resolved_at"], at["closed_at"], at["updated_at"]))
    rows.fault_where(
        pc.and_(pc.is_in(status, pa.array(_DONE, TEXT)), undated), "status",
        "says the ticket is done, but nothing says when: map resolved_at, closed_at or updated_at",
    )  # fmt: skip
    excluded = pc.if_else(pc.is_in(status, pa.array(_EXCLUDED, TEXT)), status, pa.scalar(None, TEXT))
    excluded = pc.coalesce(rows.get("excluded"), excluded)
    pieces = [conversations(rows, ids, opened_at=opened, excluded=excluded), _events(rows, ids, opened, at, status)]
    if rows.has("score"):
        pieces.append(_survey(rows, ids, opened, at))
    return [*pieces, *people(rows)]


def _events(rows: Rows, ids: pa.Array, opened: pa.Array, at: dict[str, pa.Array], status: pa.Array) -> Piece:
    customer, agent = rows.get("customer_id"), rows.get("agent_id")
    events = Happenings(rows, ids, rows.get("channel"))
    events.add("opened", opened, actor_kind="customer", actor_id=customer)
    events.add("message", opened, actor_kind="customer", actor_id=customer, text=rows.get("text"))
    taken = pc.coalesce(at["assigned_at"], at["first_reply_at"], opened)
    # Taken, for all that is known, by replying: it comes after the reply, or the reply would have taken no time.
    by_replying = pc.fill_null(pc.equal(taken, at["first_reply_at"]), False)
    for where, place in ((pc.invert(by_replying), None), (by_replying, _AFTER_WORDS)):
        events.add(
            "assigned", taken, where=pc.and_(pc.is_valid(agent), where), position=place, actor_id=agent, value=agent
        )
    by_bot = pc.fill_null(pc.equal(pc.utf8_lower(rows.get("first_reply_by")), "bot"), False)
    events.add("message", at["first_reply_at"], where=pc.invert(by_bot), actor_kind="agent", actor_id=agent)
    events.add("message", at["first_reply_at"], where=by_bot, actor_kind="bot")
    events.add("escalated", at["escalated_at"], actor_kind="agent", actor_id=agent)
    events.add("reopened", at["reopened_at"], actor_kind="customer", actor_id=customer)
    known = pc.coalesce(at["resolved_at"], at["closed_at"])
    late = pc.and_(pc.is_null(known), pc.is_in(status, pa.array(_DONE, TEXT)))
    updated = at["updated_at"]
    for kind in _DONE:
        events.add(kind, at[f"{kind}_at"], actor_kind="agent", actor_id=agent)
        events.add(kind, updated, where=pc.and_(late, pc.equal(status, kind)), actor_kind="agent", actor_id=agent)
    waiting = pc.is_in(status, pa.array(["pending", "on_hold"], TEXT))
    events.add("status_changed", updated, where=waiting, actor_kind="agent", actor_id=agent, value=status)
    return events.piece()


def _survey(rows: Rows, ids: pa.Array, opened: pa.Array, at: dict[str, pa.Array]) -> Piece:
    score = rows.get("score")
    sent = pc.coalesce(at["scored_at"], at["closed_at"], at["resolved_at"], opened)
    source = rows.conventions.source
    columns = {
        "survey_id": pa.array([stable_id("v", source, key) for key in ids.to_pylist()], TEXT),
        "kind": pc.fill_null(rows.get("survey_kind"), "csat"),
        "conversation_id": ids,
        "customer_id": rows.get("customer_id"),
        "sent_at": sent,
        "answered_at": sent,
        "score": score,
        "comment": rows.get("comment"),
    }
    columns |= {name: rows.get(name) for name in ("scale_low", "scale_high") if rows.has(name)}
    return records(SURVEYS.name, columns, pc.is_valid(score))


TICKETS: Final = Kind(
    "tickets",
    "a row is a ticket",
    fields(
        PEOPLE,
        ATTRIBUTES,
        [
            instant("opened_at", "When the customer wrote."),
            instant("assigned_at", "When somebody took it."),
            instant("first_reply_at", "First public reply."),
            instant("escalated_at", "When it was escalated."),
            instant("resolved_at", "When it was solved."),
            instant("reopened_at", "When it was opened again."),
            instant("closed_at", "When it was closed for good."),
            instant("updated_at", "When its status was set."),
            instant("scored_at", "When the customer scored it."),
            Column(
                "status",
                Type.TEXT,
                f"open, pending, on_hold, resolved, closed; {', '.join(_EXCLUDED)}: it counts nowhere.",
            ),
            Column("first_reply_by", Type.TEXT, "agent or bot."),
            Column("text", Type.TEXT, "The customer's words."),
            Column("score", Type.INTEGER, "The customer's score."),
            Column("survey_kind", Type.TEXT, "csat, ces or nps."),
            Column("scale_low", Type.INTEGER, "Lowest score there is."),
            Column("scale_high", Type.INTEGER, "Highest score there is."),
            Column("comment", Type.TEXT, "The customer's words with the score."),
        ],
    ),
    (("conversation_id",), ("opened_at",)),
    _tickets,
    unsaid={
        "assigned_at": "of a ticket with an `agent_id`, the first reply, else the opening",
        "scored_at": "when it was closed, else resolved, else opened",
        "first_reply_by": "agent",
        "survey_kind": "csat",
        "scale_low": str(SURVEYS["scale_low"].default),
        "scale_high": str(SURVEYS["scale_high"].default),
        "excluded": "the status, where it is one of these",
    },
)
