"""One pass over the events of each conversation: first and last instants, and counts."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Rounding

#: An instant and a position become one integer that orders like the pair; positions are below 128.
_POSITION_BITS = 7
#: What a bot takes part by: a word, or deciding what becomes of the conversation.
_ACTS = ("message", "resolved", "closed", "handed_off")


def order_key(events: ir.Table) -> ir.IntegerValue:
    """One integer that orders events of a conversation as they happened."""
    return events.occurred_at * (1 << _POSITION_BITS) + events.position


def rounded(duration: ir.IntegerValue, how: Rounding) -> ir.IntegerValue:
    """A duration as the convention has it: exact, or in whole minutes."""
    return duration // MINUTE * MINUTE if how == "floor_minute" else duration


def _to_person(events: ir.Table) -> ir.BooleanValue:
    """Whether the bot's conversation goes to a person; a person who hands over does so to another team."""
    why = events.value.fill_null("")
    given = (events.actor_kind != "agent") & (why != "team to team")
    return (events.kind == "handed_off") & (given | (why == "bot to person"))


def tally(events: ir.Table) -> ir.Table:
    """One row a conversation, straight from its events (instants and counts; see the columns).

    Only numbers: an aggregate of texts costs ten times one of numbers, and the few that are needed come from tables
    with far fewer rows.
    """
    rows = events.mutate(order_key=order_key(events))
    at, kind, actor, key = rows.occurred_at, rows.kind, rows.actor_kind, rows.order_key
    message = (kind == "message") & (actor != "system")
    from_customer, from_agent = message & (actor == "customer"), message & (actor == "agent")
    resolved, closed, reopened = kind == "resolved", kind == "closed", kind == "reopened"
    promised_by = at + rows.duration
    return rows.group_by("conversation_id").aggregate(
        opened_at=at.min(where=kind == "opened"),
        opened_by_agent=((kind == "opened") & (actor == "agent")).sum(),
        first_event_at=at.min(),
        last_event_at=at.max(),
        first_message_at=at.min(where=message),
        last_message_at=at.max(where=message),
        last_customer_key=key.max(where=from_customer),
        queued_at=at.min(where=kind == "queued"),
        handed_off_at=at.min(where=_to_person(rows)),
        human_requested_at=at.min(where=kind == "human_requested"),
        callback_due_at=promised_by.min(where=kind == "callback_promised"),
        escalated_at=at.min(where=kind == "escalated"),
        first_resolved_at=at.min(where=resolved),
        last_resolved_key=key.max(where=resolved),
        first_closed_at=at.min(where=closed),
        last_closed_key=key.max(where=closed),
        last_reopened_key=key.max(where=reopened),
        abandoned_at=at.min(where=kind == "abandoned"),
        team_closings=(closed & actor.isin(("agent", "bot"))).sum(),
        merges=(kind == "merged").sum(),
        customer_messages=from_customer.sum(),
        bot_messages=(message & (actor == "bot")).sum(),
        bot_acts=((actor == "bot") & kind.isin(_ACTS)).sum(),
        agent_messages=from_agent.sum(),
        notes=(kind == "note").sum(),
        resolutions=resolved.sum(),
        reopenings=reopened.sum(),
        handoffs=(kind == "handed_off").sum(),
        human_requests=(kind == "human_requested").sum(),
        escalations=(kind == "escalated").sum(),
    )


def handoff_reasons(events: ir.Table) -> ir.Table:
    """One row a conversation that was handed to a person: why it was first."""
    rows = events.filter(_to_person(events) & events.value.notnull())
    return rows.group_by("conversation_id").aggregate(handoff_reason=rows.value.argmin(order_key(rows)))


def late_words(events: ir.Table, counts: ir.Table) -> ir.Table:
    """One row a conversation whose customer wrote after the last resolution: how many messages were late."""
    late = counts.filter(counts.last_customer_key > counts.last_key).select("last_key", late_id="conversation_id")
    words = events.filter((events.kind == "message") & (events.actor_kind == "customer"))
    both = words.inner_join(late, words.conversation_id == late.late_id)
    both = both.filter(order_key(both) > both.last_key)
    return both.group_by("conversation_id").aggregate(late_messages=both.count())


def with_resolution(rows: ir.Table) -> ir.Table:
    """A tally with its resolutions settled: first, last, and whether it stands.

    Closing what nobody resolved resolves it; closing what is resolved moves nothing. But closing what the customer
    left resolves nothing: the queue before an agent's word, or a bot, after which nobody of the team did the closing.
    """
    last_resolved, last_closed = rows.last_resolved_key, rows.last_closed_key
    reopened = rows.last_reopened_key.fill_null(-1)
    resolved_stands = (last_resolved > reopened).fill_null(False)
    closed_stands = (last_closed > reopened).fill_null(False)
    left = rows.abandoned_at.notnull() | ((rows.bot_messages > 0) & (rows.team_closings == 0))
    given_up = last_resolved.isnull() & closed_stands & (rows.agent_messages == 0) & left
    rows = rows.mutate(
        given_up_at=given_up.ifelse(rows.first_closed_at, ibis.null("int64")),
        first_closed_at=given_up.ifelse(ibis.null("int64"), rows.first_closed_at),
        last_closed_key=given_up.ifelse(ibis.null("int64"), rows.last_closed_key),
    )
    last_closed = rows.last_closed_key
    closed_stands = (last_closed > reopened).fill_null(False)
    last_key = resolved_stands.ifelse(last_resolved, closed_stands.ifelse(last_closed, last_resolved))
    last_key = last_key.fill_null(rows.last_closed_key)
    rows = rows.mutate(
        first_resolved_at=rows.first_resolved_at.fill_null(rows.first_closed_at),
        last_key=last_key,
        last_resolved_at=last_key >> _POSITION_BITS,
        is_resolved=resolved_stands | closed_stands,
        reopened_at=rows.last_reopened_key >> _POSITION_BITS,
        opened_at=rows.opened_at.fill_null(rows.first_event_at),
    )
    return rows.mutate(resolved_at=rows.is_resolved.ifelse(rows.last_resolved_at, None))
