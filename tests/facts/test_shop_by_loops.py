"""Whatever customers write and buy, also at one instant: what came before and after is what plain loops say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from fact_stories import at

from tanggap.core.instants import DAY
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]
CUSTOMERS, START = 150, at("0 00:00")
FACTS = ("conversation_facts", "customer_facts", "order_facts")


class Shop:
    """Customers, each with a few conversations and orders within some days; of odd customers many at one instant."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        self.talks: list[Row] = []
        self.orders: list[Row] = []
        self.lines: list[Row] = []
        for number in range(CUSTOMERS):
            customer = f"c{number}" if number else None  # one is unknown
            days = draw.sample(range(40), 8) if number % 2 == 0 else [draw.randrange(4) for _ in range(8)]
            for place, day in enumerate(days):
                if draw.random() < 0.4:
                    self._talk(draw, f"{number:03}-{place}", customer, day)
                elif draw.random() < 0.8:
                    self._order(draw, f"{number:03}-{place}", customer, day)
        draw.shuffle(self.orders)

    def _talk(self, draw: random.Random, name: str, customer: str | None, day: int) -> None:
        self.talks.append({
            "conversation_id": f"t{name}", "customer_id": customer, "intent": draw.choice(("refund", "advice", None)),
            "excluded": draw.choice((None, None, None, None, "spam")), "opened_at": START + day * DAY,
            "answered_by": draw.choice(("bot", "agent", None)), "merged": draw.random() < 0.1,
        })  # fmt: skip

    def _order(self, draw: random.Random, name: str, customer: str | None, day: int) -> None:
        self.orders.append({
            "order_id": f"o{name}", "customer_id": customer, "ordered_at": START + day * DAY, "currency": "IDR",
            "value": 1, "status": draw.choice(("placed", "delivered", None, "cancelled")), "source": "test",
        })  # fmt: skip
        self.lines += [
            {"order_id": f"o{name}", "line_number": line, "product_id": "p", "tier": draw.choice((None, 1, 2, 3)),
             "product_line": draw.choice(("tea", "cups", None)), "quantity": draw.choice((1, None, -1)),
             "source": "test"}
            for line in range(draw.randrange(3))
        ]  # fmt: skip

    def records(self) -> dict[str, list[Row]]:
        events = []
        for talk in self.talks:
            told = [("opened", "customer"), *([("message", talk["answered_by"])] if talk["answered_by"] else []),
                    *([("merged", "system")] if talk["merged"] else [])]  # fmt: skip
            events += [{"event_id": f"{talk['conversation_id']}-{place}", "conversation_id": talk["conversation_id"],
                        "occurred_at": talk["opened_at"] + place, "position": place, "kind": kind, "actor_kind": actor,
                        "source": "test"} for place, (kind, actor) in enumerate(told)]  # fmt: skip
        names = ("conversation_id", "customer_id", "intent", "excluded", "opened_at")
        about = [{"source": "test", **{name: talk[name] for name in names}}
                 for talk in self.talks]  # fmt: skip
        return {"events": events, "conversations": about, "orders": self.orders, "order_lines": self.lines}

    def counted(self, customer: str | None) -> tuple[list[Row], list[Row]]:
        """A customer's conversations and orders that count, in order; nobody has none."""
        talks = [t for t in self.talks if t["customer_id"] == customer and not (t["excluded"] or t["merged"])]
        orders = [o for o in self.orders if o["customer_id"] == customer and o["status"] != "cancelled"]
        if customer is None:
            return [], []
        return (sorted(talks, key=lambda row: (row["opened_at"], row["conversation_id"])),
                sorted(orders, key=lambda row: (row["ordered_at"], row["order_id"])))  # fmt: skip

    def bought(self, orders: list[Row]) -> dict[str, int]:
        """The known product lines of some orders, each with its dearest tier (0: unknown)."""
        names = {order["order_id"] for order in orders}
        found: dict[str, int] = {}
        for line in self.lines:
            returned = line["quantity"] is not None and line["quantity"] < 0
            if line["order_id"] in names and line["product_line"] and not returned:
                found[line["product_line"]] = max(found.get(line["product_line"], 0), line["tier"] or 0)
        return found

    def steps(self, customer: str | None, instant: int) -> tuple[bool, bool | None, bool | None]:
        """Of a customer's purchase at an instant: whether it is repeated, crosses to a new line, climbs to a tier."""
        orders = self.counted(customer)[1]
        before = [order for order in orders if order["ordered_at"] < instant]
        now = self.bought([order for order in orders if order["ordered_at"] == instant])
        had = self.bought(before)
        if not now:
            return bool(before), None, None
        climbs = [line for line, tier in now.items() if had.get(line, 0) and tier > had[line]]
        return bool(before), bool(before) and any(line not in had for line in now), bool(climbs)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop(3)


@pytest.fixture(scope="module")
def facts(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Row]]:
    lake = Lake(Path(tmp_path_factory.mktemp("shop")))
    assert ingest(lake, Batch(shop.records()), source="test").quarantined == 0
    with DuckDBEngine(threads=2) as engine:
        refresh(lake, engine, Settings())
        snapshot = lake.snapshot(tables.FACTS)
        return {
            name: {str(row[tables.FACTS[name].key[0]]): row
                   for row in engine.run(attach_fact(engine, snapshot, name)).to_pylist()}
            for name in FACTS
        }  # fmt: skip


def test_what_a_customer_did_next(shop: Shop, facts: dict[str, dict[str, Row]]) -> None:
    """The conversation after this one, and the order at or after its beginning; what counts nowhere has neither."""
    for talk in shop.talks:
        row = facts["conversation_facts"][talk["conversation_id"]]
        talks, orders = shop.counted(talk["customer_id"])
        later = talks[talks.index(talk) + 1 :] if talk in talks else []
        same = [t for t in later if t["intent"] is not None and t["intent"] == talk["intent"]]
        bought = [o for o in orders if o["ordered_at"] >= talk["opened_at"]] if talk in talks else []
        found = (row["next_conversation_at"], row["next_same_intent_at"], row["next_order_at"])
        assert found == tuple(
            rows[0][name] if rows else None
            for rows, name in ((later, "opened_at"), (same, "opened_at"), (bought, "ordered_at"))
        ), talk


def test_what_a_customer_has_done(shop: Shop, facts: dict[str, dict[str, Row]]) -> None:
    wanted = {}
    for customer in {row["customer_id"] for row in (*shop.talks, *shop.orders)}:
        talks, orders = shop.counted(customer)
        instants = sorted({order["ordered_at"] for order in orders})
        if talks or orders:
            wanted[customer] = (len(talks), len(orders), talks[0]["opened_at"] if talks else None,
                                instants[0] if instants else None, instants[1] if instants[1:] else None)  # fmt: skip
    columns = ("conversations", "orders", "first_conversation_at", "first_order_at", "second_order_at")
    found = {name: tuple(row[column] for column in columns) for name, row in facts["customer_facts"].items()}
    assert found == wanted


def test_what_came_before_an_order(shop: Shop, facts: dict[str, dict[str, Row]]) -> None:
    """The conversation it is given to, the order before, and whether it repeats, crosses or climbs; orders of one
    instant are one purchase.
    """
    assert len(facts["order_facts"]) == len(shop.orders)
    for order in shop.orders:
        row = facts["order_facts"][order["order_id"]]
        talks, orders = shop.counted(order["customer_id"])
        wanted: tuple[Any, ...] = (None, None, None, None, False, None, None)
        if order in orders:
            wrote = [talk for talk in talks if talk["opened_at"] <= order["ordered_at"]]
            last = next((t for t in wrote if t["opened_at"] == wrote[-1]["opened_at"]), None)
            given = (last["opened_at"], last["conversation_id"], last["answered_by"]) if last else (None, None, None)
            place = orders.index(order)
            before = orders[place - 1]["ordered_at"] if place else None
            wanted = (*given, before, *shop.steps(order["customer_id"], order["ordered_at"]))
        columns = ("conversation_at", "conversation_id", "first_responder", "previous_order_at", "is_repeat",
                   "is_cross_sell", "is_up_sell")  # fmt: skip
        assert tuple(row[column] for column in columns) == wanted, order


def test_the_next_order_that_crosses_or_climbs(shop: Shop, facts: dict[str, dict[str, Row]]) -> None:
    """Of a later instant, for orders of one instant are one purchase; what was cancelled is followed by nothing."""
    for order in shop.orders:
        orders = shop.counted(order["customer_id"])[1]
        instants = [o["ordered_at"] for o in orders] if order in orders else []
        row = facts["order_facts"][order["order_id"]]
        for column, step in (("next_cross_sell_at", 1), ("next_up_sell_at", 2)):
            after = [i for i in instants if i > order["ordered_at"] and shop.steps(order["customer_id"], i)[step]]
            assert row[column] == (after[0] if after else None), order
