"""Figures of tickets, each as docs/METRICS.md words it."""

from __future__ import annotations

from collections.abc import Iterable

from plain_figures import (
    SECOND,
    Duration,
    Family,
    Now,
    Row,
    Stated,
    Test,
    by,
    count,
    distinct,
    mean,
    plus,
    ratio,
    share,
    stock,
)

OPENED = ("conversation_facts", "opened_at")
RESOLVED = ("conversation_facts", "resolved_at")
FIRST_RESOLVED = ("conversation_facts", "first_resolved_at")
ASKED = ("conversation_facts", "human_requested_at")
QUEUED = ("conversation_facts", "queued_at")
PROMISE = ("sla_facts", "started_at")
SPAN = ("span_facts", "started_at")
AGENT_DAY = ("agent_days", "day_at")


def kept(p: Row, now: Now) -> bool:
    return by(p["ended_at"], p["due_at"])


def running(p: Row, now: Now) -> bool:
    """Not done; and not due, or its due instant not past yet."""
    return p["ended_at"] is None and not now.over(p["due_at"], 0)


def promise(target: str) -> Stated:
    return share(*PROMISE, kept, lambda p, now: p["target"] == target, running)


def at_once(c: Row, now: Now) -> bool:
    """One agent at most, never reopened, and the customer did not come back within 7 days."""
    returned = by(c["next_conversation_at"], plus(c["resolved_at"], now.return_time))
    return c["agents"] <= 1 and c["reopenings"] == 0 and not returned


def asked(c: Row, now: Now) -> bool:
    return bool(c["human_requests"] > 0)


def honoured(c: Row, now: Now) -> bool:
    """A person answered; where a time was promised, by then."""
    answered = plus(c["human_requested_at"], c["human_wait"]) if c["human_wait"] is not None else None
    return answered is not None and (c["callback_due_at"] is None or answered <= c["callback_due_at"])


def may_be_honoured(c: Row, now: Now) -> bool:
    """The day to answer in is not over; or nobody has, and the time that was promised is still to come."""
    promised = c["callback_due_at"] is not None and c["callback_due_at"] > now.as_of
    return not now.over(c["human_requested_at"], now.idle_time) or (c["human_wait"] is None and promised)


def served_in_time(c: Row, now: Now) -> bool:
    return not c["abandoned"] and c["queue_wait"] <= now.service_level


def served_or_left_late(c: Row, now: Now) -> bool:
    return c["queue_wait"] is not None and (not c["abandoned"] or c["queue_wait"] > now.service_level)


def is_open(s: Row, now: Now, end: int) -> bool:
    """Begun before that instant, and not ended before it."""
    return s["started_at"] < end and (s["ended_at"] is None or s["ended_at"] >= end)


def overdue(s: Row, now: Now, end: int) -> bool:
    return is_open(s, now, end) and s["due_at"] < end


def due_soon(s: Row, now: Now, end: int) -> bool:
    return is_open(s, now, end) and end <= s["due_at"] < end + now.due_soon


def young(name: str) -> Test:
    """The days a customer may come back in are not over."""
    return lambda row, now: not now.over(row[name], now.return_time)


def has_due(s: Row, now: Now) -> bool:
    return s["due_at"] is not None


def on_duty(d: Row, now: Now) -> bool:
    """A day on shift, without leave or sickness, that has begun."""
    return d["worked"] == 1 and now.over(d["begins_at"], 0)


def on_shift(d: Row, now: Now) -> bool:
    """A shift of that day is not over."""
    return d["shift_ends_at"] is not None and not now.over(d["shift_ends_at"], 0)


def waits(c: Row) -> bool:
    """Neither resolved nor left by its customer."""
    return c["resolved_at"] is None and c["abandoned_at"] is None


def no_person_yet(c: Row) -> bool:
    """A person is to answer, and none has."""
    to_come = c["handed_off_at"] is not None or c["queued_at"] is not None or not c["bot_involved"]
    return to_come and c["first_human_response_at"] is None


FIGURES: Family = {
    **Duration(*OPENED, "first_response_time",
               young=lambda c, now: waits(c) and c["first_response_at"] is None).figures("first_response_time"),
    **Duration(*OPENED, "first_human_response_time", young=lambda c, now: waits(c) and no_person_yet(c))
    .figures("first_human_response_time"),
    **Duration("reply_facts", "asked_at", "reply_time", mean_first=True,
               young=lambda r, now: r["answered_at"] is r["resolved_unanswered_at"] is None).figures("reply_time"),
    **Duration(*OPENED, "interaction_time", mean_first=True, working=False).figures("interaction_time"),
    "interaction_time_per_customer": mean(
        *OPENED, lambda c, now: _sum(one["interaction_time"] for one in c["of_the_period"]), unit=SECOND, once=True
    ),
    **Duration(*RESOLVED, "resolution_time", mean_first=True).figures("resolution_time"),
    **Duration(*FIRST_RESOLVED, "first_resolution_time", mean_first=True).figures("first_resolution_time"),
    **Duration(*RESOLVED, "active_resolution_time", mean_first=True).figures("active_resolution_time"),
    "created_tickets": count(*OPENED),
    "resolved_tickets": count(*RESOLVED),
    "resolved_to_created": ratio("ticket_flows", "happened_at", lambda f, now: f["resolved"],
                                 lambda f, now: f["created"]),
    "open_tickets": stock(*SPAN, is_open, lambda s, now: True),
    "overdue_tickets": stock(*SPAN, overdue, has_due),
    "due_soon": stock(*SPAN, due_soon, has_due),
    "sla_met_rate": share(*PROMISE, kept, young=running),
    "sla_first_response_rate": promise("first_response"),
    "sla_next_reply_rate": promise("next_reply"),
    "sla_resolution_rate": promise("resolution"),
    "escalation_rate": share(*OPENED, lambda c, now: c["escalations"] > 0),
    "resolution_rate": share(*OPENED, lambda c, now: c["resolved_at"] is not None, young=young("opened_at")),
    "agent_resolution_rate": share("holding_facts", "held_from", lambda h, now: h["resolved_while_held"],
                                   young=young("held_from")),
    "tickets_replied": distinct("work_facts", "acted_at", "conversation_id", lambda w, now: w["is_reply"]),
    "tickets_handled": ratio(*AGENT_DAY, lambda d, now: d["conversations"], lambda d, now: d["worked"], on_duty,
                             on_shift),
    "reopen_rate": share(*FIRST_RESOLVED, lambda c, now: c["reopenings"] > 0, young=young("first_resolved_at")),
    "first_contact_resolution": share(*RESOLVED, at_once, young=young("resolved_at")),
    "transfers": mean(*OPENED, lambda c, now: c["transfers"]),
    "messages_to_resolve": mean(*RESOLVED, lambda c, now: c["messages_to_resolve"]),
    "repeated_questions": share(*OPENED, lambda c, now: c["asked_again"], lambda c, now: c["handoffs"] > 0),
    "human_request_honoured": share(*ASKED, honoured, asked, may_be_honoured),
    **Duration(*ASKED, "human_wait", asked, young=lambda c, now: waits(c) and c["human_wait"] is None)
    .figures("human_wait"),
    **Duration(*QUEUED, "queue_wait", mean_first=True,
               young=lambda c, now: waits(c) and c["queue_wait"] is None).figures("queue_wait"),
    "abandonment_rate": share(*QUEUED, lambda c, now: c["abandoned"],
                              young=lambda c, now: waits(c) and c["queue_wait"] is None),
    "service_level": share(*QUEUED, served_in_time, served_or_left_late),
    "handle_time": ratio(*AGENT_DAY, lambda d, now: d["handled"], lambda d, now: d["conversations"],
                         lambda d, now: d["conversations"] > 0, unit=SECOND),
    "work_time": mean(*OPENED, lambda c, now: c["handled"], lambda c, now: c["agent_messages"] > 0, unit=SECOND),
    "occupancy": ratio(*AGENT_DAY, lambda d, now: d["handled_on_shift"], lambda d, now: d["on_shift"], on_duty,
                       on_shift),
}  # fmt: skip


def _sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
