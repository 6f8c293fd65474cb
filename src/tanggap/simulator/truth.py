"""The truth of a simulated shop: what its own state says, beside which the figures can be held.

Three tables, none of which is computed from events:

``conversations``: a row a conversation, in the order of the records. Instants are null where it did not happen before
the end of the run. ``agent_days``: a row an agent and local day; a day may come in several chunks, whose rows add up
(``on_shift_minutes`` comes once, in the first chunk). ``customers``: a row a customer of the pool, in the chunk that
carries the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.records.schema import Column, Table, Type
from tanggap.simulator.arrivals import Arrivals
from tanggap.simulator.columns import instants, integers, table, words
from tanggap.simulator.conversations import BOT_OUTCOMES, RESPONDERS, Affairs, State
from tanggap.simulator.futures import MEANINGS as FUTURE_MEANINGS
from tanggap.simulator.futures import Future
from tanggap.simulator.ledger import VALUES
from tanggap.simulator.outcomes import ARMS, Outcomes
from tanggap.simulator.past import ARMS as PAST_ARMS
from tanggap.simulator.people import agent_ids, customer_ids, worked_minutes
from tanggap.simulator.stage import Acts, Shop
from tanggap.simulator.streams import DAY, NEVER, Millis
from tanggap.simulator.surveys import KINDS, Invitations
from tanggap.simulator.world import CHANNEL, CHANNELS, FIRST_RESPONSE, INTENTS, PRIORITIES, RESOLUTION

_T, _I, _N, _B, _AT = Type.TEXT, Type.INTEGER, Type.NUMBER, Type.BOOLEAN, Type.INSTANT
_US = "microseconds"

CONVERSATION_TRUTH: Final = Table(
    name="truth_conversations",
    meaning="What is true of each conversation.",
    key=("conversation_id",),
    columns=(
        Column("conversation_id", _T, "The conversation.", nullable=False),
        Column("customer_id", _T, "Its customer.", nullable=False),
        Column("intent", _T, "What the customer really wants.", nullable=False),
        Column("channel", _T, "Channel it began on.", nullable=False),
        Column("excluded", _B, "Counts nowhere (spam, merged, test).", nullable=False),
        Column("opened_at", _AT, "When it began.", nullable=False),
        Column("first_priority", _T, "Priority when it opened.", nullable=False),
        Column("bot_part", _B, "The bot answered in it.", nullable=False),
        Column("bot_outcome", _T, "What the bot made or would have made of it.", nullable=False, values=BOT_OUTCOMES),
        Column("customer_left_bot", _B, "The customer left the bot without a solution.", nullable=False),
        Column("first_reply_at", _AT, "First public reply."),
        Column("first_reply_by", _T, "Who gave it.", nullable=False, values=RESPONDERS),
        Column("first_agent_reply_at", _AT, "First public reply of a person."),
        Column("first_agent_id", _T, "Who that was."),
        Column("first_response_working", _I, "Open time from opening to first reply.", unit=_US),
        Column("first_response_target", _I, "Promised within, on the working clock.", nullable=False, unit=_US),
        Column("first_response_met", _B, "Promise of the first response kept; null: nobody replied."),
        Column("resolution_working", _I, "Open time from opening to the last resolution.", unit=_US),
        Column("resolution_met", _B, "Promise of the resolution kept by the last resolution, pauses not counted; null:"
               " not resolved."),
        Column("first_resolved_at", _AT, "First resolution."),
        Column("resolved_at", _AT, "Last resolution."),
        Column("resolved_by", _T, "Who resolved it last.", nullable=False, values=RESPONDERS),
        Column("resolving_agent_id", _T, "The agent who did."),
        Column("open_at_end", _B, "Neither resolved nor closed at the end of the run.", nullable=False),
        Column("closed_at", _AT, "Closed for good."),
        Column("reopens", _I, "How often it was reopened.", nullable=False),
        Column("customer_messages", _I, "Public messages of the customer.", nullable=False),
        Column("bot_answers", _I, "Public messages of the bot.", nullable=False),
        Column("agent_messages", _I, "Public messages of agents.", nullable=False),
        Column("last_public_at", _AT, "Last public message.", nullable=False),
        Column("turns_answered", _I, "Customer turns answered; resolving ends an unanswered one.", nullable=False),
        Column("reply_wait", _I, "Sum of their waits.", nullable=False, unit=_US),
        Column("bot_turns_answered", _I, "… of them answered by the bot.", nullable=False),
        Column("bot_reply_wait", _I, "Sum of their waits.", nullable=False, unit=_US),
        Column("handed_off_at", _AT, "First hand-over of the bot to a person."),
        Column("handoff_reason", _T, "Why."),
        Column("human_requested_at", _AT, "A person was asked for."),
        Column("promised_until", _AT, "A person was promised by then."),
        Column("human_request_honoured", _B, "A person answered, or the promise was kept; null: not asked for."),
        Column("queued_at", _AT, "First began to wait for a person."),
        Column("queue_wait", _I, "From then to the first agent's word, or to leaving.", unit=_US),
        Column("abandoned_at", _AT, "Left the queue."),
        Column("agents", _I, "How often a new agent took it over.", nullable=False),
        Column("transfers", _I, "Hand-overs from team to team.", nullable=False),
        Column("escalated", _B, "Escalated.", nullable=False),
        Column("asked_again", _B, "An agent asked for a fact the hand-off held.", nullable=False),
        Column("paused", _I, "Time pending or on hold.", nullable=False, unit=_US),
        Column("paused_working", _I, "The same on the working clock.", nullable=False, unit=_US),
        Column("handle_time", _I, "Agents' work on public messages.", nullable=False, unit=_US),
        Column("cost", _I, "Bot answers, agents' work and the channel's fee, each at the rate of its instant.",
               nullable=False, unit="minor units"),
        Column("returned_within_7_days", _B, "The customer opened another conversation with the same intent within"
               " seven days after the last resolution.", nullable=False),
        Column("return_opened_at", _AT, "When that was."),
        Column("satisfaction", _N, "Latent satisfaction; 0 is a plain answer.", nullable=False),
        Column("csat", _I, "CSAT answer the customer would give, 1 … 5.", nullable=False),
        Column("ces", _I, "CES answer, 1 … 5.", nullable=False),
        Column("nps", _I, "NPS answer, 0 … 10.", nullable=False),
        Column("survey_kind", _T, "What was asked; null: nothing.", values=KINDS),
        Column("survey_answered_at", _AT, "Answered."),
        Column("survey_score", _I, "The answer to the main question."),
        Column("arm", _T, "Who answered: a person if one ever did, else the bot.", nullable=False, values=ARMS),
        Column("p_buy_human", _N, "Chance to buy within 30 days if a person answers.", nullable=False),
        Column("p_buy_bot", _N, "… if the bot answers.", nullable=False),
        Column("p_leave_human", _N, "Chance to leave if a person answers.", nullable=False),
        Column("p_leave_bot", _N, "… if the bot answers.", nullable=False),
        Column("would_buy_human", _B, "What the one draw makes of p_buy_human.", nullable=False),
        Column("would_buy_bot", _B, "… of p_buy_bot.", nullable=False),
        Column("would_leave_human", _B, "… of p_leave_human.", nullable=False),
        Column("would_leave_bot", _B, "… of p_leave_bot.", nullable=False),
        Column("ease_human", _N, "Expected CES answer if a person answers.", nullable=False),
        Column("ease_bot", _N, "… if the bot answers.", nullable=False),
        Column("assigned", _T, "Who was to answer first; null: nothing was decided.", values=PAST_ARMS),
        Column("decision_free", _B, "It could have been decided otherwise.", nullable=False),
        *(
            Column(f"{name}_if_{arm}", _N, f"{meaning} if {who} is to answer first; known where both arms were played.",
                   unit=unit)
            for arm, who in (("human", "a person"), ("bot", "the bot"))
            for name, (meaning, unit) in FUTURE_MEANINGS.items()
        ),
        Column("bought", _B, "Buys because of it, perhaps after the end of the run.", nullable=False),
        Column("bought_at", _AT, "When."),
        Column("left", _B, "Leaves because of it.", nullable=False),
    ),
)  # fmt: skip

AGENT_DAY_TRUTH: Final = Table(
    name="truth_agent_days",
    meaning="What each agent did on each local day.",
    key=("agent_id", "day"),
    columns=(
        Column("agent_id", _T, "The agent.", nullable=False),
        Column("day", Type.DATE, "The local day.", nullable=False),
        Column("on_shift_minutes", _N, "Minutes at work by the roster.", nullable=False, unit="minutes"),
        Column("messages", _I, "Public messages written.", nullable=False),
        Column("conversations", _I, "Distinct conversations written in.", nullable=False),
        Column("handle_time", _I, "Work on them.", nullable=False, unit=_US),
    ),
)

CUSTOMER_TRUTH: Final = Table(
    name="truth_customers",
    meaning="What is true of each customer.",
    key=("customer_id",),
    columns=(
        Column("customer_id", _T, "The customer.", nullable=False),
        Column(
            "affairs",
            _I,
            "Fresh conversations planned over the run; returns and merged ones come on top.",
            nullable=False,
        ),
        Column("mood", _N, "Shift of satisfaction.", nullable=False),
        Column("appetite", _N, "Factor on the chance to buy.", nullable=False),
    ),
)

TRUTH_TABLES: Final = {"conversations": CONVERSATION_TRUTH, "agent_days": AGENT_DAY_TRUTH, "customers": CUSTOMER_TRUTH}


def conversation_truth(shop: Shop, state: State, result: Outcomes, asked: Invitations,
                       if_arm: Mapping[str, Future], ids: pa.Array, customers: pa.Array,
                       origin: int) -> pa.Table:  # fmt: skip
    """The ``conversations`` table of the truth; ``if_arm`` is empty unless both arms were played."""
    agents = agent_ids(shop.config.team_size)
    fee = np.array([channel.fee for channel in CHANNEL])[state.channel]
    columns = {
        "conversation_id": ids, "customer_id": customers,
        "intent": words([i.key for i in INTENTS], state.intent), "channel": words(CHANNELS, state.channel),
        "excluded": pa.array(~state.counted), "first_priority": words(PRIORITIES, state.first_priority),
        "bot_part": pa.array(state.bot_answers > 0), "bot_outcome": words(BOT_OUTCOMES, state.bot_would),
        "customer_left_bot": pa.array(state.customer_left_bot),
        "first_reply_by": words(RESPONDERS, state.first_reply_by), "first_agent_id": words(agents, state.first_agent),
        "resolved_by": words(RESPONDERS, state.resolved_by), "resolving_agent_id": words(agents, state.resolved_agent),
        "open_at_end": pa.array(state.is_open), "handoff_reason": words(VALUES, state.handoff_reason),
        "reopens": integers(state.reopens), "customer_messages": integers(state.customer_messages),
        "bot_answers": integers(state.bot_answers), "agent_messages": integers(state.agent_answers),
        "turns_answered": integers(state.turns_answered), "bot_turns_answered": integers(state.turns_answered_by_bot),
        "agents": integers(state.agents_seen), "transfers": integers(state.transfers),
        "escalated": pa.array(state.escalated), "asked_again": pa.array(state.asked_again),
        "cost": integers(np.rint(state.cost + fee).astype(np.int64)),
        "returned_within_7_days": pa.array(state.return_opens >= 0),
        "satisfaction": pa.array(result.satisfaction),
        "csat": integers(result.csat), "ces": integers(result.ces), "nps": integers(result.nps),
        "survey_kind": words(KINDS, asked.kind), "survey_score": integers(asked.score, asked.answered < 0),
        "arm": words(ARMS, result.arm),
        "p_buy_human": pa.array(result.buys_human), "p_buy_bot": pa.array(result.buys_bot),
        "p_leave_human": pa.array(result.leaves_human), "p_leave_bot": pa.array(result.leaves_bot),
        "would_buy_human": pa.array(result.would_buy_human), "would_buy_bot": pa.array(result.would_buy_bot),
        "would_leave_human": pa.array(result.would_leave_human), "would_leave_bot": pa.array(result.would_leave_bot),
        "ease_human": pa.array(result.ease_human), "ease_bot": pa.array(result.ease_bot),
        "assigned": words(PAST_ARMS, np.where(state.decision >= 0, state.human_first, -1).astype(np.int8)),
        "decision_free": pa.array(state.decided.free),
        **{f"{name}_if_{arm}": pa.array(getattr(some, name))
           for arm, some in if_arm.items() for name in FUTURE_MEANINGS},
        "bought": pa.array(result.bought), "left": pa.array(result.left),
        **_promises(shop, state), **_instants(state, result, asked, origin), **_spans(state),
    }  # fmt: skip
    return table(CONVERSATION_TRUTH, columns, state.size)


def _instants(state: State, result: Outcomes, asked: Invitations, origin: int) -> dict[str, pa.Array]:
    at: dict[str, Millis] = {
        "opened_at": state.opened, "first_reply_at": state.first_reply, "first_agent_reply_at": state.first_agent_reply,
        "first_resolved_at": state.first_resolved, "resolved_at": state.last_resolved, "closed_at": state.closed,
        "last_public_at": state.last_public, "handed_off_at": state.handed_off,
        "human_requested_at": state.human_requested, "promised_until": state.promised_until,
        "queued_at": state.queued, "abandoned_at": state.abandoned, "return_opened_at": state.return_opens,
        "survey_answered_at": asked.answered, "bought_at": result.bought_at,
    }  # fmt: skip
    return {name: instants(origin, value) for name, value in at.items()}


def _spans(state: State) -> dict[str, pa.Array]:
    waited = (state.first_agent_reply >= 0) | (state.abandoned >= 0)
    return {
        "reply_wait": integers(state.reply_wait * 1000),
        "bot_reply_wait": integers(state.bot_reply_wait * 1000),
        "paused": integers(state.paused * 1000),
        "paused_working": integers(state.paused_working * 1000),
        "handle_time": integers(state.handle * 1000),
        "queue_wait": integers(state.agent_wait * 1000, (state.queued < 0) | ~waited),
    }


def _promises(shop: Shop, state: State) -> dict[str, pa.Array]:
    first = np.array([FIRST_RESPONSE[name] for name in CHANNELS])[state.channel, state.first_priority] * 1000
    whole = np.array([RESOLUTION.get(name, RESOLUTION["*"]) for name in CHANNELS])[state.channel, state.first_priority]
    replied, resolved = state.first_reply >= 0, state.last_resolved >= 0
    response = shop.working(state.channel, state.opened, np.maximum(state.first_reply, state.opened))
    resolution = shop.working(state.channel, state.opened, np.maximum(state.last_resolved, state.opened))
    asked = state.human_requested >= 0
    in_time = (state.promised_until == NEVER) | (state.first_agent_reply <= state.promised_until)
    honoured = (state.first_agent_reply >= 0) & in_time
    return {
        "first_response_working": integers(response * 1000, ~replied),
        "first_response_target": integers(first * 1000),
        "first_response_met": pa.array(response <= first, mask=~replied),
        "resolution_working": integers(resolution * 1000, ~resolved),
        "resolution_met": pa.array(resolution - state.paused_working <= whole * 1000, mask=~resolved),
        "human_request_honoured": pa.array(honoured, mask=~asked),
    }


def agent_day_truth(shop: Shop, acts: Acts, day_zero: date, first: bool) -> pa.Table:
    """The ``agent_days`` table of one chunk; the first also carries the time on shift."""
    days = shop.config.days
    agent = np.concatenate([*acts.agent, np.empty(0, np.int32)]).astype(np.int64)
    at = np.concatenate([*acts.at, np.empty(0, np.int64)])
    work = np.concatenate([*acts.work, np.empty(0, np.int64)])
    conversation = np.concatenate([*acts.conversation, np.empty(0, np.int64)])
    cell = agent * days + at // DAY
    size = shop.config.team_size * days
    distinct = np.unique((cell << 20) | conversation) >> 20
    messages = np.bincount(cell, minlength=size)
    shift = worked_minutes(shop.roster).ravel() if first else np.zeros(size)
    rows = np.flatnonzero((messages > 0) | (shift > 0))
    epoch = (day_zero - date(1970, 1, 1)).days
    columns = {
        "agent_id": agent_ids(shop.config.team_size).take(pa.array(rows // days)),
        "day": pa.array((epoch + rows % days).astype(np.int32)).cast(pa.date32()),
        "on_shift_minutes": pa.array(shift[rows]),
        "messages": integers(messages[rows]),
        "conversations": integers(np.bincount(distinct, minlength=size)[rows]),
        "handle_time": integers((np.bincount(cell, work, minlength=size)[rows] * 1000).astype(np.int64)),
    }
    return table(AGENT_DAY_TRUTH, columns, len(rows))


def customer_truth(shop: Shop, planned: Affairs, arrivals: Arrivals, first: int, last: int) -> pa.Table:
    """The ``customers`` table of the truth, for customers ``first`` … ``last`` − 1."""
    mood = shop.pool.mood[first:last]
    counts = np.bincount(planned.customer[: arrivals.fresh], minlength=shop.pool.size)[first:last]
    columns = {
        "customer_id": customer_ids(np.arange(first, first + len(mood))),
        "affairs": integers(counts),
        "mood": pa.array(mood.astype(np.float64)),
        "appetite": pa.array(shop.pool.appetite[first:last].astype(np.float64)),
    }
    return table(CUSTOMER_TRUTH, columns, len(mood))
