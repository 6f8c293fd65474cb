"""Turns: who waited for whom, from which instant to which.

A wait runs from the customer's first unanswered message to the next public reply of a bot or an agent. A
resolution ends it unanswered; a reopening begins one where nobody waits yet. Everything is decided from
neighbouring rows, so the same definition streams on DuckDB and is a partitioned window on Spark.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from tanggap.core.settings import Conventions
from tanggap.engine.base import Engine

_CUSTOMER, _REPLY, _DONE, _REOPENED, _OPENED = 1, 2, 3, 4, 5
_WAITS: Final = (_CUSTOMER, _REOPENED, _OPENED)


def turns(engine: Engine, events: ir.Table, conventions: Conventions | None = None) -> ir.Table:
    """One row a wait: conversation_id, place, asked_at, words_at, asked_by_customer, answered_at, answered_by,
    replier_id, resolved_unanswered_at. ``place`` is that of the event it began with.

    A customer who opened a conversation waits from the first message, and from the opening itself where there is no
    message; ``conventions`` may say otherwise (:class:`~tanggap.core.settings.Conventions`). ``words_at`` is the
    first message of the wait, null where there is none.
    """
    rows = _sided(events, conventions or Conventions())
    rows = rows.mutate(side_before=engine.before(rows, "side"), side_after=engine.after(rows, "side"),
                       at_after=engine.after(rows, "occurred_at"))  # fmt: skip
    # Words after a reopening go on with its wait; an opening or a reopening that is told after a customer's words, with
    # theirs.
    continues_wait = (
        (rows.side == rows.side_before)
        | ((rows.side == _CUSTOMER) & (rows.side_before == _REOPENED))
        | ((rows.side == _OPENED) & (rows.side_before == _CUSTOMER))
        | ((rows.side == _REOPENED) & rows.side_before.isin((_CUSTOMER, _OPENED)))
    )
    # `fill_null`: a conversation's first row has nothing before it and always begins a run.
    rows = rows.filter(~continues_wait.fill_null(False))
    by_customer = (rows.side != _REOPENED) | (rows.side_after == _CUSTOMER)
    in_words = (rows.side_after == _CUSTOMER).fill_null(False).ifelse(rows.at_after, ibis.null("int64"))
    rows = rows.mutate(
        asked_by_customer=by_customer.fill_null(False),
        words_at=((rows.side == _CUSTOMER) & rows.is_word).ifelse(rows.occurred_at, in_words),
    )
    rows = rows.mutate(
        next_side=engine.after(rows, "side"),
        next_at=engine.after(rows, "occurred_at"),
        next_actor=engine.after(rows, "actor_kind"),
        next_actor_id=engine.after(rows, "actor_id"),
    )
    # An opening followed by a message hands its wait on.
    handed_on = (rows.next_side == _CUSTOMER).fill_null(False)
    waits = rows.filter(rows.side.isin(_WAITS) & ~handed_on)
    answered = (waits.next_side == _REPLY).fill_null(False)
    return waits.select(
        "conversation_id",
        "place",
        asked_at=waits.occurred_at,
        words_at=waits.words_at,
        asked_by_customer=waits.asked_by_customer,
        answered_at=answered.ifelse(waits.next_at, ibis.null("int64")),
        answered_by=answered.ifelse(waits.next_actor, ibis.null("string")),
        replier_id=answered.ifelse(waits.next_actor_id, ibis.null("string")),
        resolved_unanswered_at=(waits.next_side == _DONE).fill_null(False).ifelse(waits.next_at, ibis.null("int64")),
    )


def _sided(events: ir.Table, conventions: Conventions) -> ir.Table:
    """The events that begin or end a wait, each with its side."""
    opening = (events.kind == "opened") & (events.actor_kind == "customer")
    word = (events.kind == "message") & (events.actor_kind != "system")
    ending = events.kind.isin(("resolved", "closed", "reopened"))
    answer = word & (events.actor_kind != "customer")
    if conventions.answered_by == "status":
        pausing = (events.kind == "status_changed") & events.value.isin(conventions.pause_states or ("",))
        answer = (pausing | (events.kind == "resolved")).fill_null(False)
        word = word & (events.actor_kind == "customer")
    kept = opening | word | answer
    rows = events.filter(kept if conventions.resolving == "pauses" else kept | ending)
    side = ibis.cases(
        (rows.kind == "opened", _CUSTOMER if conventions.wait_from == "opening" else _OPENED),
        (rows.kind == "reopened", _REOPENED),
        (rows.kind == "status_changed", _REPLY),
        ((rows.kind == "resolved") & (conventions.answered_by == "status"), _REPLY),
        (rows.kind != "message", _DONE),
        (rows.actor_kind == "customer", _CUSTOMER),
        else_=_REPLY,
    )
    return rows.select(
        "conversation_id", "occurred_at", "place", "actor_kind", "actor_id",
        side=side.cast("int64"), is_word=rows.kind == "message",
    )  # fmt: skip


def first_answers(turn_rows: ir.Table) -> ir.Table:
    """One row a conversation that was answered: its first response (``first_place``: of the wait that it answered), and
    an agent's first answer to a wait.
    """
    answered = turn_rows.answered_at.notnull()
    by_agent = turn_rows.answered_by == "agent"
    return turn_rows.group_by("conversation_id").aggregate(
        first_response_at=turn_rows.answered_at.min(),
        first_response_from=turn_rows.asked_at.min(where=answered),
        first_responder=turn_rows.answered_by.argmin(turn_rows.place, where=answered),
        first_place=turn_rows.place.min(where=answered),
        agent_answer_at=turn_rows.answered_at.min(where=by_agent),
        agent_answer_from=turn_rows.asked_at.min(where=by_agent),
    )


def first_human_answers(engine: Engine, events: ir.Table) -> ir.Table:
    """One row a conversation with an agent's word: when it came, and the latest opening, hand-off or reopening
    before it, or null where nothing of the kind went before.
    """
    starts = ("opened", "handed_off", "reopened")
    word = (events.kind == "message") & (events.actor_kind == "agent")
    rows = events.filter(word | events.kind.isin(starts)).select("conversation_id", "occurred_at", "place", "kind")
    rows = rows.mutate(kind_before=engine.before(rows, "kind"), at_before=engine.before(rows, "occurred_at"))
    first = rows.filter((rows.kind == "message") & (rows.kind_before != "message").fill_null(True))
    since = first.at_before.fill_null(-1).argmin(first.place).nullif(-1)
    return first.group_by("conversation_id").aggregate(human_word_at=first.occurred_at.min(), human_word_from=since)


def first_words_after(engine: Engine, events: ir.Table, kind: str, into: str) -> ir.Table:
    """One row a conversation with events of ``kind`` (a person was asked for; queued): when an agent first spoke after
    the first of them, or null, in ``into``.
    """
    word = (events.kind == "message") & (events.actor_kind == "agent")
    rows = events.filter(word | (events.kind == kind)).select("conversation_id", "occurred_at", "place", "kind")
    rows = rows.mutate(kind_before=engine.before(rows, "kind"))
    rows = rows.filter((rows.kind_before != rows.kind).fill_null(True))
    rows = rows.mutate(at_after=engine.after(rows, "occurred_at"))
    asked = rows.filter(rows.kind == kind)
    # Asked again later, in a new wait: the first request is the one that was to be honoured.
    first = asked.at_after.fill_null(-1).argmin(asked.place).nullif(-1)
    return asked.group_by("conversation_id").aggregate(first.name(into))
