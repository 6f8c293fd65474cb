"""One pass over the events of each conversation: first and last instants, and counts."""

from __future__ import annotations

import ibis.expr.types as ir

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Rounding
from tanggap.engine.base import Engine

#: An instant and a position become one integer that orders like the pair; positions are below 128.
_POSITION_BITS = 7


def order_key(events: ir.Table) -> ir.IntegerValue:
    """One integer that orders events of a conversation as they happened."""
    return events.occurred_at * (1 << _POSITION_BITS) + events.position


def rounded(duration: ir.IntegerValue, how: Rounding) -> ir.IntegerValue:
    """A duration as the convention has it: exact, or in whole minutes."""
    return duration // MINUTE * MINUTE if how == "floor_minute" else duration


def tally(engine: Engine, events: ir.Table) -> ir.Table:
    """One row a conversation, straight from its events (instants and counts; see the columns)."""
    at, kind, actor = events.occurred_at, events.kind, events.actor_kind
    message = (kind == "message") & (actor != "system")
    from_customer, from_agent = message & (actor == "customer"), message & (actor == "agent")
    rows = events.mutate(
        order_key=order_key(events),
        customer_so_far=engine.so_far(events, from_customer),
    )
    at, kind, actor, key = rows.occurred_at, rows.kind, rows.actor_kind, rows.order_key
    message = (kind == "message") & (actor != "system")
    from_customer, from_agent = message & (actor == "customer"), message & (actor == "agent")
    from_bot = message & (actor == "bot")
    resolved, closed, reopened = kind == "resolved", kind == "closed", kind == "reopened"
    promised_by = at + rows.duration
    return rows.group_by("conversation_id").aggregate(
        opened_at=at.min(where=kind == "opened"),
        opened_by=actor.min(where=kind == "opened"),
        first_event_at=at.min(),
        last_event_at=at.max(),
        first_message_at=at.min(where=message),
        last_message_at=at.max(where=message),
        first_customer_at=at.min(where=from_customer),
        last_agent_at=at.max(where=from_agent),
        queued_at=at.min(where=kind == "queued"),
        handed_off_at=at.min(where=kind == "handed_off"),
        handoff_reason=rows.value.argmin(key, where=kind == "handed_off"),
        human_requested_at=at.min(where=kind == "human_requested"),
        callback_due_at=promised_by.min(where=kind == "callback_promised"),
        escalated_at=at.min(where=kind == "escalated"),
        first_resolved_at=at.min(where=resolved),
        last_resolved_key=key.max(where=resolved),
        first_closed_at=at.min(where=closed),
        last_closed_key=key.max(where=closed),
        last_reopened_key=key.max(where=reopened),
        abandoned_at=at.min(where=kind == "abandoned"),
        merged=(kind == "merged").any(),
        agent_low=rows.actor_id.min(where=from_agent),
        agent_high=rows.actor_id.max(where=from_agent),
        last_agent=rows.actor_id.argmax(key, where=from_agent),
        last_assigned=rows.value.argmax(key, where=kind == "assigned"),
        customer_messages=from_customer.sum(),
        bot_messages=from_bot.sum(),
        agent_messages=from_agent.sum(),
        notes=(kind == "note").sum(),
        resolutions=resolved.sum(),
        reopenings=reopened.sum(),
        handoffs=(kind == "handed_off").sum(),
        human_requests=(kind == "human_requested").sum(),
        escalations=(kind == "escalated").sum(),
        customer_before=(rows.customer_so_far - from_customer.ifelse(1, 0)).min(),
        customer_at_resolution=rows.customer_so_far.max(where=resolved | closed),
    )


def with_resolution(rows: ir.Table) -> ir.Table:
    """A tally with its resolutions settled: first, last, and whether it stands.

    Closing what nobody resolved resolves it; closing what is resolved moves nothing.
    """
    last_resolved, last_closed = rows.last_resolved_key, rows.last_closed_key
    reopened = rows.last_reopened_key.fill_null(-1)
    resolved_stands = (last_resolved > reopened).fill_null(False)
    closed_stands = (last_closed > reopened).fill_null(False)
    last_key = resolved_stands.ifelse(last_resolved, closed_stands.ifelse(last_closed, last_resolved))
    rows = rows.mutate(
        first_resolved_at=rows.first_resolved_at.fill_null(rows.first_closed_at),
        last_resolved_at=(last_key >> _POSITION_BITS).fill_null(rows.first_closed_at),
        is_resolved=resolved_stands | closed_stands,
        reopened_at=rows.last_reopened_key >> _POSITION_BITS,
        opened_at=rows.opened_at.fill_null(rows.first_event_at),
        messages_to_resolve=rows.customer_at_resolution - rows.customer_before,
    )
    return rows.mutate(resolved_at=rows.is_resolved.ifelse(rows.last_resolved_at, None))
