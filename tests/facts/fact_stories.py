"""Small stories told event by event. "1 09:30" is half past nine on the second day; day 0 is Monday, 2 March 2026."""

from __future__ import annotations

from typing import Any, Final

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant

MONDAY: Final = parse_instant("2026-03-02T00:00:00Z")
Told = tuple[Any, ...]


def at(when: str) -> int:
    """The instant of ``day HH:MM``."""
    day, clock = when.split()
    hours, minutes = clock.split(":")
    return MONDAY + int(day) * DAY + int(hours) * HOUR + int(minutes) * MINUTE


def opened(when: str) -> list[Told]:
    """The customer opens with words."""
    return [(when, "opened", "customer"), (when, "message", "customer")]


def said(when: str, who: str = "customer", **more: Any) -> Told:
    return (when, "message", who, more)


STORIES: Final[dict[str, list[Told]]] = {
    "outside hours": [*opened("5 10:00"), said("5 12:00", "agent")],
    "over the night": [*opened("0 16:30"), said("1 09:30", "agent")],
    "bot then agent": [*opened("0 09:00"), said("0 09:01", "bot"), said("0 09:10"), said("0 09:30", "agent")],
    "no replies": [
        *opened("0 09:00"), ("0 09:05", "note", "agent"), ("0 09:06", "auto_reply", "system"),
        said("0 09:07", "system"), said("0 09:20", "agent"), ("0 09:40", "note", "agent"),
    ],
    "never answered": opened("0 09:00"),
    "reopened unanswered": [
        *opened("0 09:00"), ("0 09:30", "resolved", "agent"), ("0 10:00", "reopened", "customer"), said("0 10:00"),
        said("0 10:20", "agent"), ("0 10:30", "resolved", "agent"),
    ],
    "reopened answered": [
        *opened("0 09:00"), said("0 09:10", "agent"), ("0 09:30", "resolved", "agent"),
        ("3 10:00", "reopened", "customer"), said("3 10:00"), said("3 10:20", "agent"),
        ("3 10:30", "resolved", "agent"),
    ],
    "still reopened": [
        *opened("0 09:00"), said("0 09:10", "agent"), ("0 09:30", "resolved", "agent"),
        ("0 10:00", "reopened", "customer"),
    ],
    "merged": [*opened("1 09:00"), ("1 09:05", "merged", "system", {"value": "x"}), ("1 09:05", "closed", "system")],
    "agent opens": [
        ("0 09:00", "opened", "agent"), said("0 09:00", "agent"), said("0 09:30"), said("0 09:40", "agent"),
    ],
    "one turn": [
        *opened("0 09:00"), said("0 09:05"), said("0 09:10"), said("0 09:20", "agent"), said("0 09:25", "agent"),
        said("0 09:30"), said("0 09:31", "agent"),
    ],
    "asked for a person": [
        *opened("0 09:00"), said("0 09:01", "bot"), said("0 09:05"), ("0 09:05", "human_requested", "customer"),
        said("0 09:06", "bot"), ("0 09:07", "handed_off", "bot", {"value": "customer_request"}),
        ("0 09:07", "queued", "system"), ("0 09:08", "callback_promised", "system", {"minutes": 30}),
        said("0 09:27", "agent"),
    ],
    "promise broken": [
        *opened("0 09:00"), ("0 09:05", "human_requested", "customer"),
        ("0 09:05", "callback_promised", "system", {"minutes": 10}), said("0 09:20", "agent"),
    ],
    "left the queue": [
        *opened("0 09:00"), ("0 09:00", "queued", "system"), ("0 09:05", "abandoned", "customer"),
        ("0 09:15", "closed", "system"),
    ],
    "left too late": [
        *opened("0 09:00"), ("0 09:00", "queued", "system"), ("1 09:05", "abandoned", "customer"),
        ("1 09:15", "closed", "system"),
    ],
    "answered, then left": [
        *opened("0 09:00"), ("0 09:00", "queued", "system"), said("0 09:02", "agent"),
        ("0 09:30", "abandoned", "customer"),
    ],
    "left the bot": [*opened("0 09:00"), said("0 09:01", "bot"), ("1 09:01", "closed", "system")],
    "bot closes": [*opened("0 09:00"), said("0 09:01", "bot"), ("0 09:11", "closed", "bot")],
    "closed unresolved": [*opened("0 09:00"), said("0 09:10", "agent"), ("0 09:40", "closed", "agent")],
    "closed later": [
        *opened("0 09:00"), said("0 09:10", "agent"), said("0 09:20"), ("0 09:30", "resolved", "agent"),
        said("0 09:35"),
        ("4 09:30", "closed", "system"),
    ],
    "paused": [
        *opened("0 09:00"), said("0 09:10", "agent"), ("0 10:00", "status_changed", "agent", {"value": "pending"}),
        ("0 14:00", "status_changed", "customer", {"value": "open"}), ("0 15:00", "resolved", "agent"),
    ],
    "too late": [*opened("0 09:00"), said("0 10:01", "agent"), ("0 14:00", "resolved", "agent")],
    "made urgent": [
        *opened("0 09:00"), ("0 09:00", "priority_changed", "system", {"value": "normal"}), said("0 09:30", "agent"),
        ("0 10:00", "priority_changed", "agent", {"value": "urgent"}), said("0 10:30"), said("0 10:45", "agent"),
        ("0 12:59", "resolved", "agent"),
    ],
    "always urgent": [*opened("0 09:00"), said("0 09:11", "agent")],
    "same agent again": [
        *opened("0 09:00"), ("0 09:01", "assigned", "system", {"value": "sari"}), said("0 09:10", "agent"),
        ("0 09:30", "resolved", "agent"), ("0 10:00", "reopened", "customer"),
        ("0 10:01", "assigned", "system", {"value": "sari"}), said("0 10:20", "agent"),
    ],
    "from hand to hand": [
        *opened("0 09:00"), said("0 09:01", "bot"), ("0 09:02", "handed_off", "bot", {"value": "bot_failed"}),
        ("0 09:03", "assigned", "system", {"value": "sari"}), said("0 09:10", "agent"),
        ("0 09:15", "handed_off", "agent", {"value": "transfer"}), ("0 09:15", "unassigned", "agent"),
        ("0 09:20", "assigned", "system", {"value": "budi"}), said("0 09:30", "agent", actor_id="budi"),
        ("0 09:40", "resolved", "agent", {"actor_id": "budi"}),
    ],
    "team to team": [
        *opened("0 09:00"), said("0 09:10", "agent"), ("0 09:15", "handed_off", "agent", {"value": "team to team"}),
    ],
    "a call": [
        *opened("0 11:00"), said("0 11:01", "agent", minutes=3.5), ("0 11:02", "note", "agent"),
    ],
    "a call and a note": [
        *opened("0 11:00"), said("0 11:01", "agent", minutes=3.5), ("0 11:05", "note", "agent"),
    ],
    "an estimate": [*opened("0 11:00"), said("0 11:04", "agent"), said("0 13:00", "agent")],
    "asked twice": [
        *opened("0 09:00"), said("0 09:01", "bot"), said("0 09:03"),
        ("0 09:04", "handed_off", "bot", {"facts": {"order_number": "TG1"}}),
        said("0 09:20", "agent", value="order_number"),
    ],
    "asked before": [
        *opened("0 09:00"), said("0 09:03", "agent", value="order_number"),
        ("0 09:04", "handed_off", "agent", {"facts": {"order_number": "TG1"}}), said("0 09:20", "agent", value="city"),
    ],
    "spoke before the queue": [
        *opened("0 09:00"), said("0 09:05", "agent"), ("0 09:30", "queued", "system"), said("0 09:50", "agent"),
    ],
    # One customer's week.
    "first affair": [*opened("0 08:00"), ("0 08:30", "resolved", "agent")],
    "second affair": [*opened("3 08:00"), ("3 08:30", "resolved", "agent")],
    "third affair": [*opened("5 08:00"), ("5 08:30", "resolved", "agent")],
    # Siti's day: two at a time, and one late.
    "siti a": [*opened("2 10:00"), said("2 10:10", "agent", actor_id="siti", minutes=20)],
    "siti b": [*opened("2 10:00"), said("2 10:20", "agent", actor_id="siti", minutes=20)],
    "siti late": [*opened("2 16:00"), said("2 16:50", "agent", actor_id="siti", minutes=30)],
    "siti sick": [*opened("3 10:00"), said("3 10:10", "agent", actor_id="siti", minutes=5)],
}  # fmt: skip

ATTRIBUTES: Final[dict[str, dict[str, Any]]] = {
    **{name: {"customer_id": "wati", "intent": intent} for name, intent in (
        ("first affair", "refund"), ("second affair", "delivery"), ("third affair", "refund"), ("merged", "refund"),
    )},
    "made urgent": {"priority": "urgent"},
    "always urgent": {"priority": "urgent"},
}  # fmt: skip


def _order(number: int, when: str, customer: str = "wati", **more: Any) -> dict[str, Any]:
    return {"order_id": f"o{number}", "customer_id": customer, "ordered_at": at(when), "value": 100, "currency": "IDR",
            "status": "delivered", "source": "test", **more}  # fmt: skip


ORDERS: Final = [
    _order(1, "0 07:00"),
    _order(2, "2 08:00", status="cancelled"),
    _order(3, "4 08:00"),
    _order(4, "20 08:00"),
]

SHIFTS: Final = [
    {"shift_id": f"s{day}", "agent_id": "siti", "kind": kind, "starts_at": at(f"{day} 09:00"),
     "ends_at": at(f"{day} 17:00"), "source": "test"}
    for day, kind in ((1, "work"), (2, "work"), (3, "sick"), (4, "leave"))
]  # fmt: skip
