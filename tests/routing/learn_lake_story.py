"""A lake of small stories for the tests of learning. Day 0 is 1 January 2026, UTC; all is looked at on day 200."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tanggap.core.instants import DAY, MINUTE, parse_instant
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

START: Final = parse_instant("2026-01-01T00:00:00Z")
AS_OF: Final = START + 200 * DAY
SETTINGS: Final[Settings] = parse_settings('[shop]\ntimezone = "UTC"\ncurrency = "IDR"\n')

#: day it begins → what happens, each (minute, kind, who)
STORIES: Final[dict[str, tuple[int, Sequence[tuple[float, str, str]]]]] = {
    "person": (10, [(0, "queued", "system"), (3, "message", "agent"), (9, "resolved", "agent")]),
    "bot": (11, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "bot, then person": (12, [
        (1, "message", "bot"), (2, "handed_off", "bot"), (2, "queued", "system"), (12, "message", "agent"),
        (20, "resolved", "agent"),
    ]),
    "gave up": (13, [(0, "queued", "system"), (5, "abandoned", "customer"), (6, "closed", "system")]),
    "asked at once": (14, [
        (0, "human_requested", "customer"), (0, "queued", "system"), (2, "message", "agent"), (4, "resolved", "agent"),
    ]),
    "letter": (15, [(60, "message", "agent"), (61, "resolved", "agent")]),
    "nobody": (16, []),
    "paid abroad": (17, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "anonymous": (18, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "decided": (19, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "ordered": (20, [(1, "message", "agent"), (2, "resolved", "agent")]),
    "first of two": (21, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "second of two": (24, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "cancelled": (25, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "open": (26, [(1, "message", "agent")]),
    "young": (190, [(1, "message", "bot"), (2, "resolved", "bot")]),
    "to come": (250, [(1, "message", "bot"), (2, "resolved", "bot")]),
}  # fmt: skip

#: order → (customer, day, margin, currency, status)
ORDERS: Final[dict[str, tuple[str, float, int | None, str, str]]] = {
    "o1": ("person", 20, 500, "IDR", "delivered"), "o1b": ("person", 25, 70, "IDR", "delivered"),
    "o2": ("bot", 51, 900, "IDR", "delivered"), "o6": ("letter", 18, -200, "IDR", "returned"),
    "o8": ("paid abroad", 22, 900, "USD", "delivered"), "o9": ("young", 195, 400, "IDR", "paid"),
    "before": ("ordered", 6, 100, "IDR", "delivered"), "before too": ("ordered", 13, 300, "IDR", "delivered"),
    "after": ("two", 26, 650, "IDR", "delivered"), "o14": ("cancelled", 27, 999, "IDR", "cancelled"),
    "back": ("cancelled", 60, 50, "IDR", "delivered"), "too late": ("gave up", 104, 50, "IDR", "delivered"),
    "later": ("person", 210, 1_000_000, "IDR", "paid"),
}  # fmt: skip


def _events() -> list[dict[str, Any]]:
    made = []
    for name, (day, told) in STORIES.items():
        for place, (minute, kind, who) in enumerate([(0, "opened", "customer"), (0, "message", "customer"), *told]):
            made.append({
                "event_id": f"{name}/{place}", "conversation_id": name, "position": place, "kind": kind,
                "occurred_at": START + day * DAY + round(minute * MINUTE), "actor_kind": who, "channel": "chat",
                "actor_id": "a1" if who == "agent" else None, "source": "test",
            })  # fmt: skip
    return made


def _customer(name: str) -> str | None:
    return None if name == "anonymous" else "two" if name.endswith("of two") else name


def tables() -> dict[str, list[Mapping[str, Any]]]:
    """The rows of every canonical table."""
    source = {"source": "test"}
    return {
        "events": _events(),
        "conversations": [
            {"conversation_id": name, "customer_id": _customer(name), "channel": "chat", "intent": "size",
             "category": "product", **source}
            for name in STORIES
        ],
        "orders": [
            {"order_id": order, "customer_id": who, "ordered_at": START + round(day * DAY), "status": status,
             "value": 2000, "margin": margin, "currency": currency, **source}
            for order, (who, day, margin, currency, status) in ORDERS.items()
        ],
        "surveys": [
            {"survey_id": f"s{number}", "question": "main", "kind": kind, "conversation_id": name,
             "sent_at": START + 30 * DAY, "answered_at": START + day * DAY, "score": score, "scale_low": low,
             "scale_high": high, **source}
            for number, (kind, name, day, score, low, high) in enumerate([
                ("ces", "person", 31, 6, 1, 7), ("ces", "bot", 31, 5, 1, 5), ("csat", "gave up", 31, 1, 1, 5),
                ("ces", "young", 205, 1, 1, 5),
            ])
        ],
        "decisions": [
            {"decision_id": f"d{number}", "conversation_id": "decided", "decided_at": START + 19 * DAY + number,
             "arm": arm, "reason": reason, "policy": "value", "propensity": propensity, "currency": "IDR", **source}
            for number, (arm, reason, propensity) in enumerate([("human", "exploration", 0.05), ("bot", "value", 0.95)])
        ],
        "rates": [
            {"kind": kind, "subject": "*", "valid_from": START, "amount": amount, "currency": "IDR", **source}
            for kind, amount in (("agent_minute", 1000), ("bot_answer", 25), ("channel_fee", 7))
        ],
        "agents": [{"agent_id": "a1", "capacity": 2, **source}, {"agent_id": "a2", **source}],
        "shifts": [
            {"shift_id": f"w{number}", "agent_id": agent, "kind": kind, "starts_at": START + start * 60 * MINUTE,
             "ends_at": START + end * 60 * MINUTE, **source}
            for number, (agent, kind, start, end) in enumerate([
                ("a1", "work", 9, 13), ("a1", "work", 12, 17), ("a2", "work", 9, 17), ("a2", "sick", 11, 30),
            ])
        ],
    }  # fmt: skip


def told_lake(place: Path, *, without: Sequence[str] = ()) -> Lake:
    """The lake of the stories, facts included; ``without`` some tables."""
    lake = Lake(place)
    rows = {name: found for name, found in tables().items() if name not in without}
    done = ingest(lake, Batch(rows), source="test")
    assert done.quarantined == 0
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, SETTINGS)
    return lake
