"""Folds one chunk of conversations: events and attributes in, the facts of each conversation out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import ibis
import ibis.expr.types as ir

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Conventions, Settings
from tanggap.engine.base import Engine
from tanggap.metrics.clock import EngineClock
from tanggap.metrics.facts import sla, spans, tables
from tanggap.metrics.facts.plan import Plan, PlanBuilder
from tanggap.metrics.facts.tally import DONE, endings, handoff_reasons, late_words, rounded, tally, with_resolution
from tanggap.metrics.facts.turns import first_answers, first_human_answers, first_words_after, turns
from tanggap.records.schema import Table
from tanggap.records.tables.events import ACTOR_KINDS, KINDS

#: The columns of events that a fold reads.
READ: Final = (
    "conversation_id", "occurred_at", "place", "kind", "actor_kind", "actor_id", "value", "duration", "detail",
)  # fmt: skip
#: The columns of conversations that a fold reads.
READ_OF_CONVERSATIONS: Final = (
    "conversation_id", "customer_id", "channel", "brand", "team", "intent", "category", "complexity", "language",
    "priority", "calendar_id", "sla_policy_id", "excluded", "due_at",
)  # fmt: skip
#: The step that gives what is known of each conversation; it comes first, and its facts take from it what they lack.
ABOUT: Final = "about"
#: The instants of a conversation between which durations run on both clocks.
_TIMED: Final = (
    "opened_at", "first_response_from", "first_response_at", "first_human_response_from", "first_human_response_at",
    "first_resolved_at", "last_resolved_at", "queued_at", "human_requested_at", "human_request_answered_at",
)  # fmt: skip
#: What there is none of where the customer never asked.
_FIRST_RESPONSE: Final = ("first_response_at", "first_response_from", "first_responder")
#: The kinds of events whose detail is read; others' may be long.
_DETAILED: Final = ("handed_off", "sla_applied")


@dataclass(frozen=True)
class FoldInputs:
    """What a fold reads: events of the chunk (in order), attributes of its conversations, and what surrounds
    them. ``links`` and ``tiers`` cover at least the chunk's conversations and customers.
    """

    events: ir.Table
    conversations: ir.Table
    links: ir.Table
    tiers: ir.Table
    rates: ir.Table
    policy_targets: ir.Table
    default_policy: str


def fold(engine: Engine, clock: EngineClock, settings: Settings, inputs: FoldInputs) -> Plan:
    """The plan that makes every fact of the chunk's conversations from what lies under the names of ``inputs``."""
    plan = PlanBuilder(engine)
    events = plan.keep("f_events", _read(inputs.events), values={"kind": tuple(KINDS), "actor_kind": ACTOR_KINDS})
    inputs = replace(inputs, events=events)
    cap = settings.measures.handle_cap_minutes * MINUTE
    work = plan.keep("f_work", spans.work(engine, inputs.events, cap))
    waits = plan.keep("f_turns", turns(engine, inputs.events, settings.conventions))
    ended = endings(engine, inputs.events)
    counts = plan.keep("f_tally", with_resolution(tally(inputs.events), ended))
    stops = plan.keep("f_stops", _stops(engine, settings, inputs.events))
    held = plan.keep("f_held", spans.holders(engine, inputs.events))
    base = plan.keep("f_base", _base(engine, clock, inputs, counts, (waits, work, held)))
    priorities = sla.priorities(engine, inputs.events)
    judged = plan.keep("f_sla", _promises(plan, clock, settings, inputs, (base, waits, stops, priorities)))
    plan.emit(ABOUT, _picked(base, tables.CONVERSATION_FACTS))
    plan.emit(tables.CONVERSATION_FACTS.name, _conversation_facts(clock, settings.conventions, base, judged, stops))
    plan.emit(tables.REPLY_FACTS.name, _reply_facts(clock, settings.conventions, base, waits))
    plan.emit(tables.SLA_FACTS.name, _picked(judged, tables.SLA_FACTS))
    plan.emit(tables.SPAN_FACTS.name, _span_facts(engine, inputs.events, counts, base, judged))
    plan.emit(tables.HOLDING_FACTS.name, _holding_facts(held))
    plan.emit(tables.WORK_FACTS.name, _picked(work, tables.WORK_FACTS))
    return plan.plan()


def _read(events: ir.Table) -> ir.Table:
    """The columns of events that a fold reads, without what it never looks at. A status that says so closes."""
    rows = events.select(*READ)
    closes = ((rows.kind == "status_changed") & rows.value.isin(DONE)).fill_null(False)
    return rows.mutate(
        kind=closes.ifelse("closed", rows.kind),
        detail=rows.kind.isin(_DETAILED).ifelse(rows.detail, ibis.null("string")),
    )


def _stops(engine: Engine, settings: Settings, events: ir.Table) -> ir.Table:
    """Stretches in which some clock may stand still: any status but open, and being resolved before a reopening."""
    rows = spans.states(engine, events, by_status=True)
    conventions = settings.conventions
    lasting = rows.ended_at.notnull() | (rows.state != "done") | (conventions.resolving == "pauses")
    rows = rows.filter((rows.status != "open") & lasting)
    return rows.mutate(
        started_at=rounded(rows.started_at, conventions.pause_boundaries),
        ended_at=rounded(rows.ended_at, conventions.pause_boundaries),
    )


def _base(
    engine: Engine, clock: EngineClock, inputs: FoldInputs, counts: ir.Table, kept: tuple[ir.Table, ...]
) -> ir.Table:
    """One row a conversation: attributes, tally, first answers, links, work and cost."""
    waits, work, held = kept
    attributes = inputs.conversations.select(*READ_OF_CONVERSATIONS).rename(attribute_due_at="due_at")
    handled = work.group_by("conversation_id").aggregate(
        handled=(work.ended_at - work.started_at).sum(),
        agent_low=work.agent_id.min(where=work.is_reply),
        agent_high=work.agent_id.max(where=work.is_reply),
        last_agent=work.agent_id.argmax(work.place, where=work.is_reply),
    )
    holders = held.group_by("conversation_id").aggregate(
        holders=held.taken_over.sum(), last_holder=held.holder_id.argmax(held.place)
    )
    # Of what is known of everybody only what is of the chunk: an engine hashes all that it joins to.
    links = inputs.links.semi_join(attributes, "conversation_id")
    tiers = inputs.tiers.rename(tier_customer="customer_id")
    tiers = tiers.semi_join(attributes, tiers.tier_customer == attributes.customer_id)
    rows = counts.rename(counted_id="conversation_id")
    rows = attributes.inner_join(rows, attributes.conversation_id == rows.counted_id)
    for number, part in enumerate((
        first_answers(waits), first_human_answers(engine, inputs.events), handled, holders, links,
        first_words_after(engine, inputs.events, "human_requested", "human_request_answered_at"),
        first_words_after(engine, inputs.events, "queued", "queue_answered_at"), _asked_again(inputs.events),
        handoff_reasons(inputs.events), late_words(inputs.events, counts),
    )):  # fmt: skip
        # One chain of joins, each part's id under a name of its own: a query around a query for each takes twice as
        # long to plan.
        part = part.rename({f"id_{number}": "conversation_id"})
        rows = rows.left_join(part, attributes.conversation_id == part[f"id_{number}"])
    rows = rows.left_join(tiers, attributes.customer_id == tiers.tier_customer)
    rows = rows.select(*(name for name in rows.columns if not name.startswith("id_")))
    # An agent who opened a conversation has answered nobody yet: then an answer to the customer's word counts.
    untold = (rows.openings == 0) & (rows.human_word_at == rows.first_event_at).fill_null(False)
    outbound = (rows.opened_by_agent > 0) | untold
    asked = ~outbound | (rows.customer_messages > 0)
    answered = (rows.agent_messages > 0).ifelse(1, 0)
    agents = rows.agent_low.isnull().ifelse(answered, (rows.agent_low == rows.agent_high).ifelse(1, 2))
    rows = rows.mutate(
        **{name: asked.ifelse(rows[name], None) for name in _FIRST_RESPONSE},
        first_human_response_at=outbound.ifelse(rows.agent_answer_at, rows.human_word_at),
        first_human_response_from=outbound.ifelse(
            rows.agent_answer_from,
            rows.human_word_from.fill_null(rows.human_word_at.notnull().ifelse(rows.first_event_at, None)),
        ),
        agent_id=rows.last_holder.fill_null(rows.last_agent),
        messages_to_resolve=rows.last_place.notnull().ifelse(
            rows.customer_messages - rows.late_messages.fill_null(0), None
        ),
        agents=agents,
        handled=rows.handled.fill_null(0),
        excluded=rows.excluded.fill_null((rows.merges > 0).ifelse("merged", None)),
        bot_involved=rows.bot_acts > 0,
        asked_again=rows.asked_again.fill_null(False),
    )
    return _with_cost(clock.with_calendar_number(rows), inputs.rates)


def _asked_again(events: ir.Table) -> ir.Table:
    """Conversations in which an agent asked for a fact that the hand-off already held."""
    handed = events.filter((events.kind == "handed_off") & events.detail.notnull())
    handed = handed.select(handed_id="conversation_id", handed_at="occurred_at", facts="detail")
    asked = events.filter((events.kind == "message") & (events.actor_kind == "agent") & events.value.notnull())
    asked = asked.select("conversation_id", "occurred_at", "value")
    both = asked.inner_join(handed, asked.conversation_id == handed.handed_id)
    named = ibis.literal('"') + both.value + '"'
    held = both.facts.contains(named + ":") | both.facts.contains(named + " :")  # its name, not another's value
    again = both.filter((both.occurred_at >= both.handed_at) & held)
    return again.group_by("conversation_id").aggregate(asked_again=(again.handed_at > 0).any())


def _with_cost(rows: ir.Table, rates: ir.Table) -> ir.Table:
    """Rows with ``cost``: bot answers, agents' minutes and the channel's fee, at the rates of its opening.

    The fee is the channel's own where it has one by then, else that of every channel.
    """
    columns = rows.columns
    rows = joined = rows.mutate(any_subject=ibis.literal("*"), channel_subject=rows.channel.fill_null(""))
    for kind, subject, into in (
        ("bot_answer", "any_subject", "bot_rate"), ("agent_minute", "any_subject", "minute_rate"),
        ("channel_fee", "channel_subject", "own_fee"), ("channel_fee", "any_subject", "any_fee"),
    ):  # fmt: skip
        found = rates.filter(rates.kind == kind)
        found = found.select(**{f"{into}_of": found.subject, f"{into}_from": found.valid_from,
                                f"{into}_to": found.valid_to, into: found.amount})  # fmt: skip
        valid = [rows.opened_at >= found[f"{into}_from"], rows.opened_at < found[f"{into}_to"]]
        joined = joined.left_join(found, [rows[subject] == found[f"{into}_of"], *valid])
    rows = joined.select(
        *columns, "bot_rate", "minute_rate", "bot_rate_of", "minute_rate_of",
        # An own fee that is null is not known: it is not that of every channel.
        fee=joined.own_fee_of.isnull().ifelse(joined.any_fee, joined.own_fee),
        fee_of=joined.own_fee_of.fill_null(joined.any_fee_of),
    )  # fmt: skip
    cost = (
        rows.bot_messages * rows.bot_rate.fill_null(0)
        + rows.handled / MINUTE * rows.minute_rate.fill_null(0)
        + rows.fee.fill_null(0)
    )
    known = rows.bot_rate.notnull() | rows.minute_rate.notnull() | rows.fee.notnull()
    # A rate that holds but is null is in another currency: what it costs is not known, and so the whole is not.
    unknown = (
        (rows.bot_rate_of.notnull() & rows.bot_rate.isnull() & (rows.bot_messages > 0))
        | (rows.minute_rate_of.notnull() & rows.minute_rate.isnull() & (rows.handled > 0))
        | (rows.fee_of.notnull() & rows.fee.isnull())
    )
    known = known & ~unknown
    return rows.select(*columns, cost=known.ifelse(cost.round(0).cast("int64"), None))


def _promises(
    plan: PlanBuilder, clock: EngineClock, settings: Settings, inputs: FoldInputs, kept: tuple[ir.Table, ...]
) -> ir.Table:
    base, waits, stops, priorities = kept
    keyed = sla.keyed(base, inputs.default_policy)
    columns = ["conversation_id", "calendar_number", "given_up_at", "policy_", "priority_", "channel_", "complexity_"]
    about = keyed.select(*columns)
    conventions = settings.conventions
    asked = waits.filter(waits.asked_by_customer)
    turn = asked.select("place", "words_at", "resolved_unanswered_at", turn_id="conversation_id",
                        started_at="asked_at", ended_at="answered_at")  # fmt: skip
    first = keyed.select("conversation_id", "first_place").rename(first_id="conversation_id")
    joined = about.inner_join(turn, about.conversation_id == turn.turn_id)
    joined = joined.left_join(first, joined.conversation_id == first.first_id)
    joined = joined.mutate(given_up_at=joined.resolved_unanswered_at.fill_null(joined.given_up_at))
    is_first = joined.first_place.isnull() | (joined.place <= joined.first_place).fill_null(False)
    target = is_first.ifelse("first_response", "next_reply")
    replies = joined.select(*columns, "place", target=target, started_at=joined.started_at, ended_at=joined.ended_at)
    resolutions = keyed.select(
        *columns, place=ibis.literal(-1, "int64"), target=ibis.literal("resolution"), started_at=keyed.opened_at,
        ended_at=keyed.resolved_at,
    )  # fmt: skip
    parts = [replies, resolutions]
    if conventions.first_response_is_reply:
        again = joined.filter(is_first & joined.words_at.notnull())
        parts.append(again.select(
            *columns, "place", target=ibis.literal("next_reply"), started_at=again.words_at, ended_at=again.ended_at
        ))  # fmt: skip
    waiting = sla.with_priority_then(ibis.union(*parts), priorities, inputs.policy_targets)
    promised = sla.promises(
        waiting, inputs.policy_targets, sla.applied_promises(inputs.events), conventions.pause_states
    )
    judged = sla.judged(plan, clock, promised, stops, conventions)
    # Whose customer gave up, or was helped without words, before it was due was neither kept nor broken.
    void = judged.ended_at.isnull() & (judged.given_up_at <= judged.due_at.fill_null(judged.given_up_at))
    return judged.filter(~void.fill_null(False))


def _conversation_facts(
    clock: EngineClock, conventions: Conventions, base: ir.Table, judged: ir.Table, stops: ir.Table
) -> ir.Table:
    """What is computed of a conversation beyond ``base``: durations on both clocks, when it is due, who left."""
    due = judged.filter(judged.target == "resolution").select(due_id="conversation_id", sla_due_at="due_at")
    paused = _paused(clock, base, stops, conventions.pause_states).rename(paused_id="conversation_id")
    rows = base.select(
        "conversation_id", "calendar_number", "attribute_due_at", "abandoned_at", "bot_involved", "holders",
        "human_word_at", "queue_answered_at", "first_message_at", "last_word_ends_at", "bot_messages",
        "handed_off_at", *_TIMED,
    )  # fmt: skip
    joined = rows.left_join(due, rows.conversation_id == due.due_id)
    joined = joined.left_join(paused, rows.conversation_id == paused.paused_id)
    rows = joined.select(*rows.columns, "sla_due_at", "paused", "paused_working")
    # An agent who spoke before it was queued answered nobody in the queue.
    answered = rows.queued_at.notnull().ifelse(rows.queue_answered_at, rows.human_word_at)
    left = rows.abandoned_at.notnull() & (answered.isnull() | (rows.abandoned_at <= answered))
    rows = rows.mutate(queue_end=left.ifelse(rows.abandoned_at, answered), left=left)
    rows = clock.with_worked(rows, *_TIMED, "queue_end")

    def exactly(name: str, start: str, end: str) -> dict[str, ir.IntegerValue]:
        return {
            name: rows[end] - rows[start],
            f"{name}_working": rows[f"{end}__worked"] - rows[f"{start}__worked"],
        }

    def both(name: str, start: str, end: str) -> dict[str, ir.IntegerValue]:
        return {key: rounded(it, conventions.durations) for key, it in exactly(name, start, end).items()}

    by_bot = rows.bot_involved & ((rows.bot_messages > 0) | rows.handed_off_at.notnull())  # more than closing it
    resolution = exactly("resolution_time", "opened_at", "last_resolved_at")
    active = resolution["resolution_time"] - rows.paused.fill_null(0)
    active_working = resolution["resolution_time_working"] - rows.paused_working.fill_null(0)
    return rows.select(
        "conversation_id",
        **both("first_response_time", "first_response_from", "first_response_at"),
        **both("first_human_response_time", "first_human_response_from", "first_human_response_at"),
        **both("resolution_time", "opened_at", "last_resolved_at"),
        **both("first_resolution_time", "opened_at", "first_resolved_at"),
        **both("queue_wait", "queued_at", "queue_end"),
        **both("human_wait", "human_requested_at", "human_request_answered_at"),
        active_resolution_time=rounded(active, conventions.durations),
        active_resolution_time_working=rounded(active_working, conventions.durations),
        interaction_time=rounded(rows.last_word_ends_at - rows.first_message_at, conventions.durations),
        due_at=rows.attribute_due_at.fill_null(rows.sla_due_at),
        abandoned=rows.left,
        transfers=(rows.holders.fill_null(0) + by_bot.ifelse(1, 0) - 1).clip(lower=0),
    )


def _paused(clock: EngineClock, base: ir.Table, stops: ir.Table, pause_states: Sequence[str]) -> ir.Table:
    """How long each conversation was paused, or resolved and reopened, before its last resolution."""
    about = base.select(about_id="conversation_id", last_resolved_at="last_resolved_at",
                        calendar_number="calendar_number")  # fmt: skip
    stops = stops.filter((stops.state == "done") | stops.status.isin(tuple(pause_states) or ("",)))
    rows = stops.inner_join(about, stops.conversation_id == about.about_id)
    rows = rows.filter(rows.started_at < rows.last_resolved_at)
    rows = rows.mutate(ended_at=ibis.least(rows.ended_at.fill_null(rows.last_resolved_at), rows.last_resolved_at))
    rows = clock.with_worked(rows, "started_at", "ended_at")
    return rows.group_by("conversation_id").aggregate(
        paused=(rows.ended_at - rows.started_at).sum(),
        paused_working=(rows.ended_at__worked - rows.started_at__worked).sum(),
    )


def _reply_facts(clock: EngineClock, conventions: Conventions, base: ir.Table, waits: ir.Table) -> ir.Table:
    asked = waits.filter(waits.asked_by_customer).rename(turn_id="conversation_id")
    about = base.select("conversation_id", "calendar_number", "first_place")
    rows = about.inner_join(asked, about.conversation_id == asked.turn_id)
    rows = clock.with_worked(rows, "asked_at", "answered_at")
    rows = rows.mutate(
        is_first=(rows.answered_at.notnull() & (rows.place == rows.first_place)).fill_null(False),
        reply_time=rounded(rows.answered_at - rows.asked_at, conventions.durations),
        reply_time_working=rounded(rows.answered_at__worked - rows.asked_at__worked, conventions.durations),
    )
    return _picked(rows, tables.REPLY_FACTS)


def _span_facts(engine: Engine, events: ir.Table, counts: ir.Table, base: ir.Table, judged: ir.Table) -> ir.Table:
    open_spans = spans.open_spans(engine, events, counts).rename(span_id="conversation_id")
    about = base.select("conversation_id", "attribute_due_at")
    rows = about.inner_join(open_spans, about.conversation_id == open_spans.span_id)
    due = judged.filter(judged.target == "resolution").select(due_id="conversation_id", sla_due_at="due_at")
    rows = rows.left_join(due, rows.conversation_id == due.due_id)
    return _picked(rows.mutate(due_at=rows.attribute_due_at.fill_null(rows.sla_due_at)), tables.SPAN_FACTS)


def _holding_facts(held: ir.Table) -> ir.Table:
    once = held.group_by("conversation_id", "holder_id").aggregate(
        held_from=held.held_from.min(), resolved_while_held=held.resolved_while_held.any()
    )
    return _picked(once, tables.HOLDING_FACTS)


def _picked(rows: ir.Table, table: Table) -> ir.Table:
    """The columns of a fact table that ``rows`` has; what it lacks is taken from its conversation (:class:`About`)."""
    return rows.select(*(column.name for column in table.columns if column.name in rows.columns))
