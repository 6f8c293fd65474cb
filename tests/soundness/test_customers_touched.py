"""What must hold of customers and their orders when only conversations are new, found wrong once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]


def _at(day: int) -> str:
    return f"2026-03-{day:02}T10:00:00Z"


def _talk(customer: str, day: int) -> dict[str, list[Row]]:
    """A conversation that the customer opens on a day of March."""
    name = f"{customer}-{day}"
    opened = {"event_id": name, "conversation_id": name, "occurred_at": _at(day), "position": 0, "kind": "opened",
              "actor_kind": "customer", "source": "test"}  # fmt: skip
    about = {"conversation_id": name, "customer_id": customer, "channel": "chat", "opened_at": _at(day),
             "source": "test"}  # fmt: skip
    return {"events": [opened], "conversations": [about]}


def _order(customer: str, day: int) -> Row:
    return {"order_id": f"order-{customer}-{day}", "customer_id": customer, "ordered_at": _at(day), "status": "placed",
            "value": 1, "currency": "IDR", "source": "test"}  # fmt: skip


def test_new_conversations_move_their_customers_and_orders_though_the_shop_has_nothing_new(tmp_path: Path) -> None:
    """Ani wrote on the 2nd and bought on the 9th; that she wrote on the 5th too is learned later. Budi never wrote
    before, and of Cici, who bought long ago, nothing is new: her rows are not written again.
    """
    lake = Lake(tmp_path)
    known = _talk("cici", 3)
    for customer, day in (("ani", 2), *(("dewi", day) for day in range(2, 29))):  # many, so that few of them change
        for name, rows in _talk(customer, day).items():
            known[name].extend(rows)
    known["orders"] = [_order("ani", 9), _order("budi", 9), _order("cici", 9)]
    answered = {"event_id": "late", "conversation_id": "cici-3", "occurred_at": _at(12), "position": 0,
                "kind": "message", "actor_kind": "customer", "source": "test"}  # fmt: skip
    news = [_talk("ani", 5), _talk("budi", 10), {"events": [answered]}]
    with DuckDBEngine(threads=1) as engine:
        ingest(lake, Batch(known), source="test")
        refresh(lake, engine, Settings())
        for piece in news:
            ingest(lake, Batch(piece), source="test")
            assert not refresh(lake, engine, Settings()).rebuilt
        snapshot = lake.snapshot(tables.FACTS)
        customers = engine.run(attach_fact(engine, snapshot, "customer_facts")).to_pylist()
        orders = engine.run(attach_fact(engine, snapshot, "order_facts")).to_pylist()
    assert {row["customer_id"]: (row["conversations"], row["orders"]) for row in customers} == {
        "ani": (2, 1), "budi": (1, 1), "cici": (1, 1), "dewi": (27, 0),
    }  # fmt: skip
    given = {row["customer_id"]: (row["conversation_id"], row["fold"]) for row in orders}
    assert given == {"ani": ("ani-5", 2), "budi": (None, 3), "cici": ("cici-3", 1)}
