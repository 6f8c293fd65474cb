"""A customer's tier stands on rows that count nowhere else too, found wrong once."""

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
_AT = "2026-03-02T10:00:00Z"


def _talk(name: str, customer: str, **more: str) -> dict[str, list[Row]]:
    opened = {"event_id": name, "conversation_id": name, "occurred_at": _AT, "position": 0, "kind": "opened",
              "actor_kind": "customer", "source": "test"}  # fmt: skip
    about = {"conversation_id": name, "customer_id": customer, "channel": "chat", "opened_at": _AT, "source": "test"}
    return {"events": [opened], "conversations": [about | more]}


def test_a_new_tier_reaches_cancelled_orders_and_spam_of_customers_of_whom_nothing_counts(tmp_path: Path) -> None:
    """Ani has only a cancelled order, Budi only spam: neither has customer facts, both have a tier."""
    lake = Lake(tmp_path)
    first = _talk("spam", "budi", excluded="spam")
    for number in range(20):  # many, so that few of them change
        for name, rows in _talk(f"other-{number}", "dewi").items():
            first[name].extend(rows)
    first["orders"] = [{"order_id": "o", "customer_id": "ani", "ordered_at": _AT, "status": "cancelled",
                        "cancelled_by": "seller", "value": 1, "currency": "IDR", "source": "test"}]  # fmt: skip
    found = []
    with DuckDBEngine(threads=1) as engine:
        ingest(lake, Batch(first), source="test")
        refresh(lake, engine, Settings())
        for tier in ("gold", "silver"):
            both = [{"customer_id": name, "tier": tier, "source": "test"} for name in ("ani", "budi")]
            ingest(lake, Batch({"customers": both}), source="test")
            assert not refresh(lake, engine, Settings()).rebuilt
            snapshot = lake.snapshot(tables.FACTS)
            orders = engine.run(attach_fact(engine, snapshot, "order_facts")).to_pylist()
            talks = engine.run(attach_fact(engine, snapshot, "conversation_facts")).to_pylist()
            spam = [row["customer_tier"] for row in talks if row["conversation_id"] == "spam"]
            found.append(([row["customer_tier"] for row in orders], spam))
    assert found == [(["gold"], ["gold"]), (["silver"], ["silver"])]
