"""What each fact table holds, as data (types, units, meanings), like the canonical tables.

``fold`` is the number of the refresh that wrote a row; rows of a conversation (or customer) with an older fold than
its newest are stale and read by nobody.
"""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

_US: Final = "microseconds"


def _text(name: str, meaning: str) -> Column:
    return Column(name, Type.TEXT, meaning)


def _instant(name: str, meaning: str) -> Column:
    return Column(name, Type.INSTANT, meaning)


def _span(name: str, meaning: str) -> Column:
    return Column(name, Type.INTEGER, meaning, unit=_US)


def _both(name: str, meaning: str) -> tuple[Column, Column]:
    """A duration on both clocks: ``name`` in calendar time, ``name_working`` in working time."""
    return _span(name, meaning), _span(f"{name}_working", f"{meaning} In working time.")


def _count(name: str, meaning: str) -> Column:
    return Column(name, Type.INTEGER, meaning)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, Type.BOOLEAN, meaning)


_FOLD: Final = Column("fold", Type.INTEGER, "Number of the refresh that wrote the row.", nullable=False)
_CONVERSATION: Final = Column("conversation_id", Type.TEXT, "The conversation.", nullable=False)

#: What a figure of conversations can be broken down by; every fact of a conversation carries these.
ATTRIBUTES: Final = (
    _text("channel", "Channel it began on."),
    _text("brand", "Shop or brand."),
    _text("team", "Team."),
    _text("intent", "What the customer wants."),
    _text("category", "Group of intents."),
    _text("complexity", "How hard it is."),
    _text("language", "The customer's language."),
    _text("priority", "Priority."),
    _text("customer_tier", "The customer's tier."),
    _text("first_responder", "Who gave the first answer: bot or agent."),
    _text("agent_id", "The agent who held it last (holding_facts), else who answered last."),
    _text("excluded", "Why it counts nowhere: merged, spam, test, deleted."),
)

CONVERSATION_FACTS: Final = Table(
    name="conversation_facts",
    meaning="One row a conversation.",
    key=("conversation_id",),
    sort=("conversation_id",),
    columns=(
        _CONVERSATION,
        _text("customer_id", "The customer."),
        *ATTRIBUTES,
        _instant("opened_at", "It began."),
        _instant("first_message_at", "First public words of anyone."),
        _instant("last_message_at", "Last public words of anyone."),
        _instant("first_response_at", "First public reply."),
        _instant("first_human_response_at", "First public reply of a person."),
        _instant("queued_at", "First queued for a person."),
        _instant("handed_off_at", "First handed off."),
        _instant("human_requested_at", "A person was first asked for."),
        _instant("callback_due_at", "A call-back was promised by then."),
        _instant("escalated_at", "First escalated."),
        _instant("first_resolved_at", "First resolved."),
        _instant("last_resolved_at", "Last resolved, also if reopened since."),
        _instant("resolved_at", "Resolved for good, as far as known: null while open."),
        _instant("reopened_at", "Last reopened."),
        _instant("abandoned_at", "The customer left unanswered."),
        _instant("due_at", "Resolution due: by hand, else by SLA."),
        _instant("last_event_at", "The last thing that happened."),
        _instant("next_conversation_at", "The customer's next conversation began."),
        _instant("next_same_intent_at", "The customer's next conversation with the same intent began."),
        _instant("next_order_at", "The customer's next order."),
        *_both("first_response_time", "First message, or reopening if nobody had replied, to first public reply."),
        *_both("first_human_response_time", "Latest of opening, hand-off, reopening to the first reply of a person."),
        *_both("resolution_time", "Opening to last resolution."),
        *_both("first_resolution_time", "Opening to first resolution."),
        *_both("active_resolution_time", "Resolution time less pauses and time spent resolved."),
        _span("interaction_time", "First public words to the end of the last; a call's last as long as it."),
        *_both("queue_wait", "Queued to the first words of an agent after it, or to leaving."),
        *_both("human_wait", "A person was asked for until a person answered."),
        _span("handled", "Time agents were at work on it."),
        _count("customer_messages", "Messages of the customer."),
        _count("bot_messages", "Messages of the bot."),
        _count("agent_messages", "Messages of agents."),
        _count("notes", "Private notes."),
        _count("resolutions", "Times resolved."),
        _count("reopenings", "Times reopened."),
        _count("handoffs", "Times handed off."),
        _count("transfers", "Changes of holder: bot to person, person to person."),
        _count("agents", "Agents who answered, one or more: 2 means two or more."),
        _count("human_requests", "Times a person was asked for."),
        _count("escalations", "Times escalated."),
        _count("messages_to_resolve", "Customer messages until last resolved."),
        _flag("bot_involved", "The bot took part."),
        _flag("abandoned", "The customer left the queue before an agent's word."),
        _flag("asked_again", "The agent asked for a fact the hand-off already held."),
        _text("handoff_reason", "Why it was first handed off."),
        Column("cost", Type.INTEGER, "Bot answers, agents' minutes and channel fee.", unit="minor units"),
        _FOLD,
    ),
)

REPLY_FACTS: Final = Table(
    name="reply_facts",
    meaning="One row a customer's turn: first unanswered message to the next public reply.",
    key=("conversation_id", "asked_at"),
    sort=("conversation_id", "asked_at"),
    columns=(
        _CONVERSATION,
        _text("customer_id", "The customer."),
        *ATTRIBUTES,
        _instant("opened_at", "The conversation began."),
        _instant("asked_at", "First unanswered message, or the reopening."),
        _instant("answered_at", "The next public reply; null: none yet."),
        _text("answered_by", "bot or agent."),
        _text("replier_id", "Which bot or agent."),
        _instant("resolved_unanswered_at", "It was resolved without a reply to this; null: it was not."),
        _flag("is_first", "It is the conversation's first answered turn."),
        *_both("reply_time", "Asked to answered."),
        _FOLD,
    ),
)

SLA_FACTS: Final = Table(
    name="sla_facts",
    meaning="One row a promise: target, due instant and when it was kept.",
    key=("conversation_id", "target", "started_at"),
    sort=("conversation_id", "target", "started_at"),
    columns=(
        _CONVERSATION,
        _text("customer_id", "The customer."),
        *ATTRIBUTES,
        _text("target", "first_response, next_reply or resolution."),
        _text("clock", "working or calendar."),
        _instant("started_at", "The clock began."),
        _instant("ended_at", "It was done; null: not yet."),
        _instant("due_at", "Due then; null while paused."),
        _span("promised", "Within how long."),
        _span("elapsed", "How long it took on that clock, pauses taken off."),
        _span("paused", "How long the clock stood still."),
        _FOLD,
    ),
)

SPAN_FACTS: Final = Table(
    name="span_facts",
    meaning="One row a stretch of time a conversation was open: its backlog is counted from these.",
    key=("conversation_id", "started_at"),
    sort=("conversation_id", "started_at"),
    columns=(
        _CONVERSATION,
        _text("customer_id", "The customer."),
        *ATTRIBUTES,
        _instant("started_at", "Opened or reopened."),
        _instant("ended_at", "Resolved or closed; null: open."),
        _instant("due_at", "Resolution due."),
        _FOLD,
    ),
)

HOLDING_FACTS: Final = Table(
    name="holding_facts",
    meaning="One row an agent who ever held or answered a conversation.",
    key=("conversation_id", "holder_id"),
    sort=("conversation_id", "holder_id"),
    columns=(
        _CONVERSATION,
        _text("customer_id", "The customer."),
        *ATTRIBUTES,
        _text("holder_id", "The agent."),
        _instant("held_from", "First held or answered."),
        _flag("resolved_while_held", "It was resolved while theirs."),
        _FOLD,
    ),
)

WORK_FACTS: Final = Table(
    name="work_facts",
    meaning="One row an act of an agent on a conversation, with the time it took.",
    key=("conversation_id", "ended_at", "agent_id"),
    sort=("conversation_id", "ended_at"),
    columns=(
        _CONVERSATION,
        _text("agent_id", "The agent, where known."),
        _text("excluded", "Why the conversation counts nowhere."),
        _instant("started_at", "Began on it."),
        _instant("ended_at", "Done with it."),
        _instant("acted_at", "When it was said or noted."),
        _flag("is_reply", "Public words, not a note."),
        _FOLD,
    ),
)

AGENT_DAYS: Final = Table(
    name="agent_days",
    meaning="One row an agent and local day of the shop; what is done within a shift is of the day on which it began.",
    key=("agent_id", "day_at"),
    sort=("agent_id", "day_at"),
    columns=(
        Column("agent_id", Type.TEXT, "The agent.", nullable=False),
        _text("team", "Their team."),
        _instant("day_at", "Noon of the local day: of the same date in every time zone within half a day."),
        _instant("begins_at", "Start of the local day."),
        _count("conversations", "Distinct conversations they replied to."),
        _count("replies", "Public replies."),
        _span("handled", "Time at work on conversations; concurrent ones share it."),
        _span("handled_on_shift", "Time at work on conversations during the shifts that began that day."),
        _span("on_shift", "Time on shift; what shifts have in common counts once, on the later of their days."),
        _instant("shift_ends_at", "When the last shift that began that day ends; none without one."),
        _count("worked", "1 if on shift that day, and neither on leave nor sick."),
        _count("absent", "1 if on leave or sick."),
    ),
)

CUSTOMER_FACTS: Final = Table(
    name="customer_facts",
    meaning="One row a customer.",
    key=("customer_id",),
    sort=("customer_id",),
    columns=(
        Column("customer_id", Type.TEXT, "The customer.", nullable=False),
        _text("customer_tier", "Their tier."),
        _count("conversations", "Conversations ever."),
        _count("orders", "Orders ever."),
        _instant("first_conversation_at", "First conversation."),
        _instant("first_order_at", "First order."),
        _instant("second_order_at", "Second order."),
        _FOLD,
    ),
)

ORDER_FACTS: Final = Table(
    name="order_facts",
    meaning="One row an order, with what came before it.",
    key=("order_id",),
    sort=("ordered_at", "order_id"),
    columns=(
        Column("order_id", Type.TEXT, "The order.", nullable=False),
        _text("customer_id", "Who bought."),
        _text("customer_tier", "Their tier."),
        _text("channel", "Where it was placed."),
        _text("brand", "Shop or brand."),
        _text("status", "Its state."),
        _instant("ordered_at", "Placed."),
        Column("value", Type.INTEGER, "What was paid.", unit="minor units"),
        Column("margin", Type.INTEGER, "What the shop keeps.", unit="minor units"),
        _text("currency", "ISO 4217."),
        _flag("is_repeat", "The customer had bought before."),
        _instant("previous_order_at", "The customer's order before it; of several at one instant, by id."),
        _flag("is_cross_sell", "It holds a product line the customer, who had bought before, had not."),
        _flag("is_up_sell", "It holds a dearer tier of a line bought before."),
        _instant("next_cross_sell_at", "The customer's next order that crosses."),
        _instant("next_up_sell_at", "The customer's next order that climbs."),
        _instant("conversation_at", "The customer's last conversation before it began."),
        _text("conversation_id", "That conversation: the one the order is given to."),
        _text("first_responder", "Who answered that conversation first."),
        _instant("promised_by", "Delivery promised."),
        _instant("delivered_at", "Delivered."),
        _instant("cancelled_at", "Cancelled."),
        _text("cancelled_by", "By whom."),
        _instant("return_requested_at", "Return asked for."),
        _instant("return_answered_at", "Answered."),
        _flag("defect", "Defective order."),
        _FOLD,
    ),
)

STALE: Final = Table(
    name="stale_facts",
    meaning="Conversations folded again: their rows of older folds are read by nobody.",
    key=("conversation_id", "fold"),
    sort=("conversation_id",),
    columns=(_CONVERSATION, _FOLD),
)

STALE_CUSTOMERS: Final = Table(
    name="stale_customers",
    meaning="Customers whose facts were made again: their rows of older folds are read by nobody.",
    key=("customer_id", "fold"),
    sort=("customer_id",),
    columns=(Column("customer_id", Type.TEXT, "The customer.", nullable=False), _FOLD),
)

REFRESHES: Final = Table(
    name="refreshes",
    meaning="Which write of the lake each refresh of the facts had seen.",
    key=("fold",),
    sort=("fold",),
    columns=(
        _FOLD,
        Column("batch", Type.INTEGER, "Highest batch folded.", nullable=False),
        Column("version", Type.TEXT, "Fingerprint of the rules the fold was made with.", nullable=False),
        Column("tables", Type.JSON, "Versions of the canonical tables it saw.", nullable=False),
        Column("first_event_at", Type.INSTANT, "Earliest event."),
        Column("last_event_at", Type.INSTANT, "Latest event."),
    ),
)

#: Facts of conversations: rewritten conversation by conversation.
OF_CONVERSATIONS: Final = (CONVERSATION_FACTS, REPLY_FACTS, SLA_FACTS, SPAN_FACTS, HOLDING_FACTS, WORK_FACTS)
#: Facts of customers: made again customer by customer.
OF_CUSTOMERS: Final = (CUSTOMER_FACTS, ORDER_FACTS)

FACTS: Final[dict[str, Table]] = {
    table.name: table for table in (*OF_CONVERSATIONS, *OF_CUSTOMERS, AGENT_DAYS, STALE, STALE_CUSTOMERS, REFRESHES)
}
