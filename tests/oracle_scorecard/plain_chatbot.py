"""Figures of chatbots, each as docs/METRICS.md words it."""

from __future__ import annotations

from collections.abc import Sequence

from plain_figures import (
    Answer,
    Duration,
    Family,
    Now,
    Row,
    Stated,
    by,
    count,
    distinct,
    mean,
    plus,
    ratio,
    share,
    total,
)

C = ("conversation_facts", "opened_at")


def with_bot(c: Row, now: Now) -> bool:
    return bool(c["bot_involved"])


def solved_alone(c: Row, now: Now) -> bool:
    """Resolved; no agent's reply, no request for a person, no hand-off; no return with the same intent in 7 days."""
    people = c["agent_messages"] + c["human_requests"] + c["handoffs"]
    returned = by(c["next_same_intent_at"], plus(c["resolved_at"], now.return_time))
    return c["resolved_at"] is not None and people == 0 and not returned


def left(c: Row, now: Now) -> bool:
    """Nobody solved it, no person answered; the customer left, or nothing has happened for a day."""
    gone = c["abandoned"] or now.over(c["last_event_at"], now.idle_time)
    return c["resolved_at"] is None and c["agent_messages"] == 0 and gone


def not_aged(c: Row, now: Now) -> bool:
    """A day to solve it in, and the days to come back in, are not over."""
    return not now.over(c["opened_at"], now.idle_time + now.return_time)


def bought_after(c: Row, now: Now) -> bool:
    return by(c["next_order_at"], c["opened_at"] + now.retention_time)


def never_wrote(k: Row, now: Now) -> bool:
    """A buyer without a conversation, before the first order or in the days watched after it."""
    return not by(k["first_conversation_at"], plus(k["first_order_at"], now.retention_time))


def words(c: Row, now: Now) -> int:
    return int(c["customer_messages"] + c["bot_messages"] + c["agent_messages"])


def cost(c: Row, now: Now) -> int | None:
    return c["cost"]  # type: ignore[no-any-return]


def bot_only(c: Row, now: Now) -> bool:
    return c["bot_involved"] and c["agent_messages"] == 0


def bot_then_agent(c: Row, now: Now) -> bool:
    return c["bot_involved"] and c["agent_messages"] > 0


def agent_only(c: Row, now: Now) -> bool:
    return not c["bot_involved"] and c["agent_messages"] > 0


def saved(rows: Sequence[Row], now: Now) -> Answer:
    """What the bot solved, at the mean cost of what agents alone answered, less what it did cost."""
    alone = [c for c in rows if bot_only(c, now) and solved_alone(c, now)]
    solved = [c for c in alone if c["cost"] is not None and not not_aged(c, now)]
    dear = [c["cost"] for c in rows if agent_only(c, now) and c["cost"] is not None]
    spent = sum(c["cost"] for c in solved)
    value = len(solved) * sum(dear) / len(dear) - spent if solved and dear else None
    young = sum(not_aged(c, now) for c in alone)
    return Answer(value, solved, young, kind="saving", parts=(len(solved), spent, tuple(dear)))


FIGURES: Family = {
    **Duration("reply_facts", "asked_at", "reply_time", lambda r, now: r["answered_by"] == "bot", working=False)
    .figures("bot_response_time"),
    "bot_resolution_rate": share(*C, solved_alone, with_bot, not_aged),
    "bot_abandonment_rate": share(*C, left, with_bot, not_aged),
    "handoff_rate": share(*C, lambda c, now: c["handed_off_at"] is not None, with_bot),
    "retention_rate": share(*C, bought_after, young=lambda c, now: not now.over(c["opened_at"], now.retention_time),
                            once=True),
    "retention_rate_without_conversation": share(
        "customer_facts", "first_order_at",
        lambda k, now: by(k["second_order_at"], k["first_order_at"] + now.retention_time), never_wrote,
        lambda k, now: not now.over(k["first_order_at"], now.retention_time),
    ),
    "interactions": count(*C),
    "customers": distinct(*C, "customer_id"),
    "messages": total(*C, words),
    "messages_per_conversation": mean(*C, words),
    "cost_per_interaction": mean(*C, cost),
    "cost_per_bot_only": mean(*C, cost, bot_only),
    "cost_per_handed_off": mean(*C, cost, bot_then_agent),
    "cost_per_agent_only": mean(*C, cost, agent_only),
    "cost_saved_against_people": Stated(*C, saved),
    "conversations_per_customer": ratio(*C, lambda c, now: len(c["of_the_period"]), lambda c, now: 1, once=True),
}  # fmt: skip
