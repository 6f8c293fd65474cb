"""Small shops out of thin air: conversations, orders and surveys whose events may come in any order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.settings import Settings, parse_settings

START = parse_instant("2026-03-20T00:00:00Z")  # daylight saving begins in Europe nine days later
DAYS = 18

RULES = """
[shop]
timezone = "Europe/Berlin"
[measures]
return_days = 2
retention_days = 5
cross_sell_days = 5
[calendars.office]
timezone = "Europe/Berlin"
week.mon = [["09:00", "12:30"], ["13:00", "18:00"]]
week.tue = [["09:00", "12:30"], ["13:00", "18:00"]]
week.wed = [["22:00", "02:00"]]
week.sun = [["00:00", "24:00"]]
[[sla]]
target = "first_response"
minutes = 45
[[sla]]
target = "first_response"
minutes = 15
priority = "urgent"
[[sla]]
target = "next_reply"
minutes = 60
clock = "calendar"
[[sla]]
target = "resolution"
minutes = 480
"""


def settings() -> Settings:
    return parse_settings(RULES)


Row = dict[str, Any]


@dataclass(frozen=True)
class Records:
    """Rows of the canonical tables."""

    tables: dict[str, list[Row]]

    def first_and_little_by_little(self, pieces: int, seed: int) -> list[dict[str, list[Row]]]:
        """Nearly everything first; then pieces of a few rows: late words of old conversations, new ones, orders."""
        draw = random.Random(seed)
        held = {name: set(draw.sample(range(len(rows)), min(len(rows), 5 * pieces)))
                for name, rows in self.tables.items() if name in ("events", "conversations", "orders")}  # fmt: skip
        dealt: list[dict[str, list[Row]]] = [{} for _ in range(pieces + 1)]
        for name, rows in self.tables.items():
            for number, row in enumerate(rows):
                late = number in held.get(name, ())
                dealt[draw.randrange(pieces) + 1 if late else 0].setdefault(name, []).append(row)
        return dealt

    def corrections(self, seed: int) -> dict[str, list[Row]]:
        """What was said wrongly before: whose a conversation is, that it is spam, that an order stands."""
        draw = random.Random(seed)
        talks = draw.sample(self.tables["conversations"], 6)
        others = [row["customer_id"] for row in draw.sample(self.tables["conversations"], 6)]
        moved = [{**row, "customer_id": other} for row, other in zip(talks[:3], others, strict=False)]
        judged = [{**row, "excluded": None if row["excluded"] else "spam", "intent": "refund"} for row in talks[3:]]
        orders = [{**row, "status": "cancelled"} for row in draw.sample(self.tables["orders"], 2)]
        bought = [{**row, "customer_id": others[5]} for row in draw.sample(self.tables["orders"], 2)]
        return {"conversations": [*moved, *judged], "orders": [*orders, *bought]}

    def pieces(self, number: int, seed: int) -> list[dict[str, list[Row]]]:
        """The rows dealt out at random, in any order, so that a conversation comes in several pieces."""
        draw = random.Random(seed)
        dealt: list[dict[str, list[Row]]] = [{} for _ in range(number)]
        for name, rows in self.tables.items():
            for row in draw.sample(rows, len(rows)):
                dealt[draw.randrange(number)].setdefault(name, []).append(row)
        return dealt


_STEPS: Sequence[tuple[str, str]] = (
    ("message", "customer"), ("message", "customer"), ("message", "bot"), ("message", "agent"), ("message", "agent"),
    ("note", "agent"), ("auto_reply", "system"), ("queued", "system"), ("handed_off", "bot"), ("handed_off", "agent"),
    ("human_requested", "customer"), ("assigned", "system"), ("unassigned", "agent"), ("escalated", "agent"),
    ("status_changed", "agent"), ("priority_changed", "agent"), ("resolved", "agent"), ("resolved", "bot"),
    ("reopened", "customer"), ("abandoned", "customer"), ("closed", "system"), ("closed", "agent"),
    ("callback_promised", "system"), ("merged", "system"),
)  # fmt: skip
_WEIGHTS = (9, 5, 6, 6, 3, 1, 1, 2, 2, 1, 1, 3, 1, 1, 2, 1, 5, 2, 3, 1, 2, 1, 1, 0.2)
_AGENTS = ("a1", "a2", "a3")


def _step(draw: random.Random, kind: str, actor: str) -> Row:
    more: Row = {"kind": kind, "actor_kind": actor}
    if actor in ("agent", "bot"):
        more["actor_id"] = draw.choice(_AGENTS) if actor == "agent" else "b1"
    if kind in ("assigned", "unassigned"):
        more["value"] = draw.choice(_AGENTS)
    if kind == "status_changed":
        more["value"] = draw.choice(("open", "pending", "on_hold"))
    if kind == "priority_changed":
        more["value"] = draw.choice(("normal", "urgent", "odd"))
    if kind == "handed_off":
        more |= {"value": draw.choice(("anger", "team to team")), "detail": '{"facts": {"city": "Bandung"}}'}
    if kind == "message" and actor == "agent":
        more |= {"value": draw.choice((None, None, "city")), "duration": draw.choice((None, MINUTE, 20 * MINUTE))}
    if kind == "callback_promised":
        more["duration"] = draw.randrange(3 * HOUR)
    return more


def shop(seed: int, conversations: int = 120) -> Records:
    """A shop of that many conversations; the same seed gives the same."""
    draw = random.Random(seed)
    events: list[Row] = []
    about: list[Row] = []
    surveys: list[Row] = []
    for number in range(conversations):
        name = f"t{number:04d}"
        at = START + draw.randrange(DAYS * DAY)
        customer = f"c{draw.randrange(conversations // 3)}" if draw.random() < 0.95 else None
        about.append({
            "conversation_id": name, "customer_id": customer, "source": "test",
            "channel": draw.choice(("chat", "email", None)), "team": draw.choice(("x", "y")),
            "intent": draw.choice(("refund", "delivery", None)), "priority": draw.choice(("normal", "urgent", None)),
            "excluded": "spam" if draw.random() < 0.05 else None,
        })  # fmt: skip
        told = [("opened", "customer" if draw.random() < 0.9 else "agent")]
        told += draw.choices(_STEPS, _WEIGHTS, k=draw.randrange(12))
        for position, (kind, actor) in enumerate(told):
            events.append({"event_id": f"{name}-{position}", "conversation_id": name, "occurred_at": at,
                           "position": position, "source": "test", **_step(draw, kind, actor)})  # fmt: skip
            at += draw.choice((0, draw.randrange(10 * MINUTE), draw.randrange(3 * HOUR), draw.randrange(2 * DAY)))
        if draw.random() < 0.4:
            score = draw.choice((None, 1, 2, 3, 4, 5))
            surveys.append({"survey_id": f"v{number}", "kind": "csat", "conversation_id": name, "sent_at": at,
                            "answered_at": at if score else None, "score": score, "source": "test",
                            "stage": draw.choice(("service", "delivery"))})  # fmt: skip
    orders, lines = _orders(draw, conversations // 2, conversations // 3)
    shifts = [
        {"shift_id": f"s{agent}{day}", "agent_id": agent, "kind": draw.choice(("work", "work", "work", "sick")),
         "starts_at": begins, "ends_at": begins + 8 * HOUR, "source": "test"}
        for agent in _AGENTS for day in range(DAYS)
        for begins in [START + day * DAY + draw.choice((4, 8, 22)) * HOUR]  # a night lies over the morning after it
    ]  # fmt: skip
    return Records({"events": events, "conversations": about, "orders": orders, "order_lines": lines,
                    "surveys": surveys, "shifts": shifts,
                    "agents": [{"agent_id": a, "team": "x", "source": "test"} for a in _AGENTS]})  # fmt: skip


def _orders(draw: random.Random, number: int, customers: int) -> tuple[list[Row], list[Row]]:
    orders, lines = [], []
    for order in range(number):
        at = START + draw.randrange(DAYS * DAY)
        orders.append({
            "order_id": f"o{order}", "customer_id": f"c{draw.randrange(customers)}", "ordered_at": at,
            "currency": "IDR", "value": draw.randrange(100_000), "promised_by": at + 3 * DAY, "source": "test",
            "delivered_at": at + draw.randrange(4 * DAY),
            "status": draw.choice(("delivered", "cancelled", "placed")),
        })  # fmt: skip
        lines += [
            {"order_id": f"o{order}", "line_number": line, "product_id": "p", "quantity": 1,
             "product_line": draw.choice(("tea", "cups")), "tier": draw.randrange(3), "source": "test"}
            for line in range(draw.randrange(3))
        ]  # fmt: skip
    return orders, lines
