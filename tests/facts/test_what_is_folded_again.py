"""Only what is new is folded again, and what comes out is what folding everything would give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import Refreshed, refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def at(day: int, hour: int = 10) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


def said(customer: str, day: int, hour: int, kind: str, actor: str = "customer") -> Row:
    name = f"{customer}-{day}"
    return {"event_id": f"{name}-{hour}", "conversation_id": name, "occurred_at": at(day, hour), "position": 0,
            "kind": kind, "actor_kind": actor, "actor_id": "adi" if actor == "agent" else customer,
            "source": "test"}  # fmt: skip


def talk(customer: str, day: int) -> Row:
    return {"conversation_id": f"{customer}-{day}", "customer_id": customer, "channel": "chat", "opened_at": at(day),
            "source": "test"}  # fmt: skip


def order(customer: str | None, day: int, value: int = 1000) -> Row:
    return {"order_id": f"order-{customer}-{day}", "customer_id": customer, "ordered_at": at(day, 12),
            "status": "placed", "value": value, "currency": "IDR", "source": "test"}  # fmt: skip


def customer(name: str, tier: str) -> Row:
    return {"customer_id": name, "tier": tier, "source": "test"}


def known() -> Rows:
    """Ani and twenty others; she wrote twice and bought once."""
    people = ["ani", *(f"other-{n}" for n in range(20))]
    days = {name: (2, 6) if name == "ani" else (3,) for name in people}
    return {
        "conversations": [talk(name, day) for name in people for day in days[name]],
        "events": [said(name, day, 10, "opened") for name in people for day in days[name]],
        "customers": [customer(name, "silver") for name in people],
        "orders": [order("ani", 4), order("other-1", 8), order(None, 9)],
        "order_lines": [{"order_id": "order-ani-4", "line_number": 1, "product_id": "p", "product_line": "tas",
                         "quantity": 1, "value": 1000, "source": "test"}],
    }  # fmt: skip


def facts(lake: Lake, engine: DuckDBEngine) -> dict[str, list[str]]:
    snapshot = lake.snapshot(tables.FACTS)
    found = {}
    for name in (*(table.name for table in (*tables.OF_CONVERSATIONS, *tables.OF_CUSTOMERS)), tables.AGENT_DAYS.name):
        rows = engine.run(attach_fact(engine, snapshot, name))
        found[name] = sorted(repr({k: v for k, v in row.items() if k not in ("fold", "batch")})
                             for row in rows.to_pylist())  # fmt: skip
    return found


def after(tmp_path: Path, news: Rows) -> tuple[Refreshed, dict[str, set[str]]]:
    """What a refresh did with ``news``, and by fact whose rows it wrote anew; the facts are as if made at once."""
    with DuckDBEngine(threads=1) as engine:
        lake = Lake(tmp_path / "pieces")
        ingest(lake, Batch(known()), source="test")
        refresh(lake, engine, Settings())
        ingest(lake, Batch(news), source="test")
        done = refresh(lake, engine, Settings())
        whole = Lake(tmp_path / "whole")
        for piece in (known(), news):
            ingest(whole, Batch(piece), source="test")
        refresh(whole, engine, Settings())
        assert facts(lake, engine) == facts(whole, engine)
        snapshot = lake.snapshot(tables.FACTS)
        anew = {}
        for table in (tables.CONVERSATION_FACTS, *tables.OF_CUSTOMERS):
            rows = engine.run(attach_fact(engine, snapshot, table.name)).to_pylist()
            anew[table.name] = {str(row[table.key[0]]) for row in rows if row["fold"] == done.fold}
        return done, anew


def test_a_message_in_a_known_conversation_folds_that_conversation_and_no_customer(tmp_path: Path) -> None:
    done, anew = after(tmp_path, {"events": [said("ani", 2, 11, "message")]})
    assert (done.rebuilt, done.conversations) == (False, 1)
    assert anew == {"conversation_facts": {"ani-2"}, "customer_facts": set(), "order_facts": set()}


def test_a_first_answer_is_told_to_the_orders_that_came_after_it(tmp_path: Path) -> None:
    done, anew = after(tmp_path, {"events": [said("ani", 2, 11, "message", "agent")]})
    assert not done.rebuilt
    assert anew == {"conversation_facts": {"ani-2"}, "customer_facts": {"ani"}, "order_facts": {"order-ani-4"}}


def test_a_new_customer_who_never_wrote_folds_nothing_again(tmp_path: Path) -> None:
    done, anew = after(tmp_path, {"customers": [customer("zaki", "gold")]})
    assert (done.rebuilt, done.conversations) == (False, 0)
    assert not any(anew.values())


def test_a_customer_in_another_tier_is_folded_again_and_nobody_else(tmp_path: Path) -> None:
    done, anew = after(tmp_path, {"customers": [customer("ani", "gold"), customer("other-3", "silver")]})
    assert (done.rebuilt, done.conversations) == (False, 2)
    assert anew == {"conversation_facts": {"ani-2", "ani-6"}, "customer_facts": {"ani"}, "order_facts": {"order-ani-4"}}


@pytest.mark.parametrize("news", [order("ani", 5), order("ani", 4, 900), {**order("ani", 4), "status": "cancelled"}])
def test_an_order_that_is_new_or_corrected_moves_its_customer_only(tmp_path: Path, news: Row) -> None:
    done, anew = after(tmp_path, {"orders": [news]})
    assert not done.rebuilt
    assert anew["customer_facts"] == {"ani"}
    assert anew["order_facts"] == {"order-ani-4", news["order_id"]}


def test_a_line_of_an_order_moves_its_customer_only(tmp_path: Path) -> None:
    line = {"order_id": "order-other-1-8", "line_number": 1, "product_id": "q", "product_line": "sepatu",
            "quantity": 1, "value": 5, "source": "test"}  # fmt: skip
    done, anew = after(tmp_path, {"order_lines": [line]})
    assert (done.rebuilt, done.conversations) == (False, 0)
    assert anew["order_facts"] == {"order-other-1-8"}


@pytest.mark.parametrize("news", [order(None, 10), {**order(None, 9), "customer_id": "ani"}, order(None, 9, 7)])
def test_orders_of_nobody_known_are_there_too(tmp_path: Path, news: Row) -> None:
    done, anew = after(tmp_path, {"orders": [news]})
    assert not done.rebuilt
    assert news["order_id"] in anew["order_facts"]


def test_a_conversation_given_to_another_customer_moves_both(tmp_path: Path) -> None:
    done, anew = after(tmp_path, {"conversations": [{**talk("ani", 2), "customer_id": "other-1"}]})
    assert not done.rebuilt
    assert anew["customer_facts"] == {"ani", "other-1"}


def test_customers_may_be_looked_at_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for orders_at_a_time in (4_000_000, 1):
        monkeypatch.setattr("tanggap.metrics.facts.links._ORDERS", orders_at_a_time)
        with DuckDBEngine(threads=1) as engine:
            lake = Lake(tmp_path / str(orders_at_a_time))
            ingest(lake, Batch(known()), source="test")
            refresh(lake, engine, Settings())
            found.append(facts(lake, engine))
    assert found[0] == found[1]
    assert len(found[0]["order_facts"]) == 3
