"""One pass over the events of each conversation: first and last instants, and counts."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Rounding
from tanggap.engine.base import Engine

#: What a bot takes part by: a word, or deciding what becomes of the conversation.
_ACTS = ("message", "resolved", "closed", "handed_off")


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
    rows = events
    at, kind, actor, place = rows.occurred_at, rows.kind, rows.actor_kind, rows.place
    message = (kind == "message") & (actor != "system")
    from_customer, from_agent = message & (actor == "customer"), message & (actor == "agent")
    closed, reopened = kind == "closed", kind == "reopened"
    promised_by = at + rows.duration
    return rows.group_by("conversation_id").aggregate(
        opened_at=at.min(where=kind == "opened"),
        openings=(kind == "opened").sum(),
        opened_by_agent=((kind == "opened") & (actor == "agent")).sum(),
        first_event_at=at.min(),
        last_event_at=at.max(),
        first_message_at=at.min(where=message),
        last_message_at=at.max(where=message),
        last_customer_place=place.max(where=from_customer),
        queued_at=at.min(where=kind == "queued"),
        handed_off_at=at.min(where=_to_person(rows)),
        human_requested_at=at.min(where=kind == "human_requested"),
        callback_due_at=promised_by.min(where=kind == "callback_promised"),
        escalated_at=at.min(where=kind == "escalated"),
        first_closed_at=at.min(where=closed),
        last_reopened_place=place.max(where=reopened),
        reopened_at=at.max(where=reopened),
        abandoned_at=at.min(where=kind == "abandoned"),
        team_closings=(closed & actor.isin(("agent", "bot"))).sum(),
        merges=(kind == "merged").sum(),
        customer_messages=from_customer.sum(),
        bot_messages=(message & (actor == "bot")).sum(),
        bot_acts=((actor == "bot") & kind.isin(_ACTS)).sum(),
        agent_messages=from_agent.sum(),
        notes=(kind == "note").sum(),
        resolutions=(kind == "resolved").sum(),
        reopenings=reopened.sum(),
        handoffs=(kind == "handed_off").sum(),
        human_requests=(kind == "human_requested").sum(),
        escalations=(kind == "escalated").sum(),
    )


def handoff_reasons(events: ir.Table) -> ir.Table:
    """One row a conversation that was handed to a person: why it was first."""
    rows = events.filter(_to_person(events) & events.value.notnull())
    return rows.group_by("conversation_id").aggregate(handoff_reason=rows.value.argmin(rows.place))


def late_words(events: ir.Table, counts: ir.Table) -> ir.Table:
    """One row a conversation whose customer wrote after the last resolution: how many messages were late."""
    late = counts.filter(counts.last_customer_place > counts.last_place)
    late = late.select("last_place", late_id="conversation_id")
    words = events.filter((events.kind == "message") & (events.actor_kind == "customer"))
    both = words.inner_join(late, words.conversation_id == late.late_id)
    both = both.filter(both.place > both.last_place)
    return both.group_by("conversation_id").aggregate(late_messages=both.count())


def endings(engine: Engine, events: ir.Table) -> ir.Table:
    """One row a conversation that was resolved or closed, with its first and last ending (ended_id, first_ended_at,
    last_ended_at, last_place). Closing what nobody resolved ends it; closing what has ended moves nothing.
    """
    rows = events.filter(events.kind.isin(("resolved", "closed", "reopened")))
    rows = rows.select("conversation_id", "occurred_at", "place", "kind")
    rows = rows.mutate(kind_before=engine.before(rows, "kind"))
    ended = rows.kind_before.isin(("resolved", "closed")).fill_null(False)
    rows = rows.filter((rows.kind == "resolved") | ((rows.kind == "closed") & ~ended))
    return rows.group_by(ended_id="conversation_id").aggregate(
        first_ended_at=rows.occurred_at.min(), last_ended_at=rows.occurred_at.max(), last_place=rows.place.max()
    )


def with_resolution(rows: ir.Table, ended: ir.Table) -> ir.Table:
    """A tally with its resolutions settled (``ended``: :func:`endings`): first, last, and whether it stands.

    Closing what the customer left resolves nothing: the queue before an agent's word, or a bot, after which nobody of
    the team did the closing.
    """
    left = rows.abandoned_at.notnull() | ((rows.bot_messages > 0) & (rows.team_closings == 0))
    given_up = (rows.resolutions == 0) & (rows.agent_messages == 0) & left
    rows = rows.mutate(
        given_up_at=given_up.ifelse(rows.first_closed_at, ibis.null("int64")),
        opened_at=rows.opened_at.fill_null(rows.first_event_at),
    )
    ended = ended.view()
    rows = rows.left_join(ended, (rows.conversation_id == ended.ended_id) & rows.given_up_at.isnull())
    stands = (rows.last_place > rows.last_reopened_place.fill_null(-1)).fill_null(False)
    return rows.mutate(
        first_resolved_at=rows.first_ended_at,
        last_resolved_at=rows.last_ended_at,
        is_resolved=stands,
        resolved_at=stands.ifelse(rows.last_ended_at, None),
    ).drop("ended_id", "first_ended_at", "last_ended_at")
