"""One pass over the events of each conversation: first and last instants, and counts."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Rounding
from tanggap.engine.base import Engine

#: The kinds of events, and the statuses, by which a conversation ends.
DONE: Final = ("resolved", "closed")
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
    at, kind, actor, place = events.occurred_at, events.kind, events.actor_kind, events.place
    message = (kind == "message") & (actor != "system")
    from_customer, from_agent = message & (actor == "customer"), message & (actor == "agent")
    closed = kind == "closed"
    promised_by = at + events.duration
    return events.group_by("conversation_id").aggregate(
        opened_at=at.min(where=kind == "opened"),
        openings=(kind == "opened").sum(),
        opened_by_agent=((kind == "opened") & (actor == "agent")).sum(),
        first_event_at=at.min(),
        last_event_at=at.max(),
        first_message_at=at.min(where=message),
        last_message_at=at.max(where=message),
        last_word_ends_at=(at + events.duration.fill_null(0)).max(where=message),
        last_customer_place=place.max(where=from_customer),
        queued_at=at.min(where=kind == "queued"),
        handed_off_at=at.min(where=_to_person(events)),
        human_requested_at=at.min(where=kind == "human_requested"),
        callback_due_at=promised_by.min(where=kind == "callback_promised"),
        escalated_at=at.min(where=kind == "escalated"),
        first_closed_at=at.min(where=closed),
        abandoned_at=at.min(where=kind == "abandoned"),
        team_closings=(closed & actor.isin(("agent", "bot"))).sum(),
        merges=(kind == "merged").sum(),
        customer_messages=from_customer.sum(),
        bot_messages=(message & (actor == "bot")).sum(),
        bot_acts=((actor == "bot") & kind.isin(_ACTS)).sum(),
        agent_messages=from_agent.sum(),
        notes=(kind == "note").sum(),
        resolutions=(kind == "resolved").sum(),
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
    """One row a conversation that was resolved, closed or reopened: ended_id, first_ended_at, last_ended_at,
    last_place (of the last ending), reopenings, and reopened_at and reopened_place of the last of these.

    Closing what nobody resolved ends it; closing what has ended moves nothing. What has ended is reopened by the event
    of that name, and by a status in which it is not done.
    """
    rows = events.filter(events.kind.isin((*DONE, "reopened", "status_changed")))
    rows = rows.select("conversation_id", "occurred_at", "place", "kind")
    rows = rows.mutate(kind_before=engine.before(rows, "kind"))
    has_ended = rows.kind_before.isin(DONE).fill_null(False)
    ends = (rows.kind == "resolved") | ((rows.kind == "closed") & ~has_ended)
    reopens = (rows.kind == "reopened") | ((rows.kind == "status_changed") & has_ended)
    return rows.group_by(ended_id="conversation_id").aggregate(
        first_ended_at=rows.occurred_at.min(where=ends),
        last_ended_at=rows.occurred_at.max(where=ends),
        last_place=rows.place.max(where=ends),
        reopenings=reopens.sum(),
        reopened_at=rows.occurred_at.max(where=reopens),
        reopened_place=rows.place.max(where=reopens),
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
    rows = rows.left_join(ended, rows.conversation_id == ended.ended_id).drop("ended_id")
    place, first, last = (
        rows.given_up_at.isnull().ifelse(rows[name], None) for name in ("last_place", "first_ended_at", "last_ended_at")
    )
    rows = rows.mutate(
        last_place=place, first_resolved_at=first, last_resolved_at=last, reopenings=rows.reopenings.fill_null(0)
    ).drop("first_ended_at", "last_ended_at")
    stands = (rows.last_place > rows.reopened_place.fill_null(-1)).fill_null(False)
    return rows.mutate(is_resolved=stands, resolved_at=stands.ifelse(rows.last_resolved_at, None))
