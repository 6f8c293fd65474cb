"""A lake with nothing, or hardly anything, in it has the facts it can have, and goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fact_stories import at, opened

from tanggap.core.periods import Period
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import Refreshed, refresh
from tanggap.metrics.scorecard import scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]
RULES = Settings()
FACTS = [table.name for table in (*tables.OF_CONVERSATIONS, *tables.OF_CUSTOMERS, tables.AGENT_DAYS)]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as opened_engine:
        yield opened_engine


def talk(name: str, when: str, **about: Any) -> dict[str, list[Row]]:
    """A conversation in which the customer asks, and an agent answers an hour later."""
    told = [*opened(when), (f"{when.split()[0]} {int(when.split()[1][:2]) + 1}:00", "message", "agent")]
    events = [{"event_id": f"{name}-{number}", "conversation_id": name, "occurred_at": at(moment), "kind": kind,
               "position": number, "actor_kind": actor, "actor_id": "sari" if actor == "agent" else None,
               "source": "test"} for number, (moment, kind, actor) in enumerate(told)]  # fmt: skip
    return {"events": events, "conversations": [{"conversation_id": name, "source": "test", **about}]}


def step(lake: Lake, engine: DuckDBEngine, rows: dict[str, list[Row]]) -> Refreshed:
    assert ingest(lake, Batch(dict(rows)), source="test").quarantined == 0
    return refresh(lake, engine, RULES)


def facts(lake: Lake, engine: DuckDBEngine) -> dict[str, list[Row]]:
    snapshot = lake.snapshot(tables.FACTS)
    found = {name: engine.run(attach_fact(engine, snapshot, name)).to_pylist() for name in FACTS}
    return {name: sorted(({k: v for k, v in row.items() if k not in ("fold", "batch")} for row in rows), key=repr)
            for name, rows in found.items()}  # fmt: skip


def equal_from_scratch(lake: Lake, engine: DuckDBEngine) -> dict[str, list[Row]]:
    kept = facts(lake, engine)
    refresh(lake, engine, RULES, rebuild=True)
    assert facts(lake, engine) == kept
    return kept


def test_a_lake_without_an_event_has_no_facts_and_takes_the_first(tmp_path: Path, engine: DuckDBEngine) -> None:
    lake = Lake(tmp_path)
    assert refresh(lake, engine, RULES).conversations == 0
    assert not any(facts(lake, engine).values())
    card = scorecard(engine, lake.snapshot(tables.FACTS), RULES, metrics=["interactions", "reply_time"],
                     period=Period(at("0 00:00"), at("7 00:00")), as_of=at("7 00:00"))  # fmt: skip
    assert {cell.status for cell in card.cells} == {"no_data"}
    step(lake, engine, talk("first", "0 09:00", customer_id="wati"))
    found = equal_from_scratch(lake, engine)
    assert [row["conversation_id"] for row in found["conversation_facts"]] == ["first"]


def test_a_shop_that_nobody_writes_to_has_customers_and_orders(tmp_path: Path, engine: DuckDBEngine) -> None:
    lake = Lake(tmp_path)
    order = {"order_id": "o", "customer_id": "wati", "ordered_at": at("0 12:00"), "value": 1, "currency": "IDR",
             "source": "test"}  # fmt: skip
    step(lake, engine, {"orders": [order]})
    step(lake, engine, {"orders": [{**order, "order_id": "p", "ordered_at": at("1 12:00")}]})
    found = equal_from_scratch(lake, engine)
    assert [(row["customer_id"], row["orders"], row["conversations"]) for row in found["customer_facts"]] == [
        ("wati", 2, 0)
    ]
    assert [row["is_repeat"] for row in found["order_facts"]] == [False, True]


def test_attributes_without_an_event_are_no_conversation_until_there_is_one(
    tmp_path: Path, engine: DuckDBEngine
) -> None:
    lake = Lake(tmp_path)
    whole = [talk(f"t{number}", "0 09:00", customer_id=f"c{number}") for number in range(10)]
    step(lake, engine, {"conversations": [row for rows in whole for row in rows["conversations"]]})
    assert not any(facts(lake, engine).values())
    assert not step(lake, engine, {"events": whole[0]["events"]}).rebuilt
    found = equal_from_scratch(lake, engine)
    assert [(row["conversation_id"], row["customer_id"]) for row in found["conversation_facts"]] == [("t0", "c0")]
    assert [row["conversations"] for row in found["customer_facts"]] == [1]


def test_of_conversations_that_all_count_nowhere_nothing_is_counted(tmp_path: Path, engine: DuckDBEngine) -> None:
    lake = Lake(tmp_path)
    step(lake, engine, talk("spam", "0 09:00", customer_id="wati", excluded="spam"))
    merged = {**talk("merged", "1 09:00", customer_id="wati")}
    into = {**merged["events"][0], "event_id": "into", "kind": "merged", "value": "spam", "position": 9}
    step(lake, engine, {**merged, "events": [*merged["events"], into]})
    found = equal_from_scratch(lake, engine)
    assert {row["excluded"] for row in found["conversation_facts"]} == {"spam", "merged"}
    assert {row["next_conversation_at"] for row in found["conversation_facts"]} == {None}
    assert found["customer_facts"] == found["agent_days"] == []
    card = scorecard(engine, lake.snapshot(tables.FACTS), RULES, metrics=["interactions", "reply_time"],
                     period=Period(at("0 00:00"), at("7 00:00")), as_of=at("7 00:00"))  # fmt: skip
    assert {cell.status for cell in card.cells} == {"no_data"}


def test_months_without_an_event_lie_between_months_with_some(tmp_path: Path, engine: DuckDBEngine) -> None:
    """A year passes; then something is learned of the month between, and of before the first."""
    lake = Lake(tmp_path)
    first, *later = [talk(name, when, customer_id="wati") for name, when in
                     (("march", "0 09:00"), ("next march", "370 09:00"), ("august", "160 09:00"),
                      ("january", "-50 09:00"))]  # fmt: skip
    others = [talk(f"t{number}", "1 09:00", customer_id=f"c{number}") for number in range(30)]
    step(lake, engine, {name: [row for rows in (first, *others) for row in rows[name]] for name in first})
    for rows in later:
        assert not step(lake, engine, rows).rebuilt
    found = {row["conversation_id"]: row for row in equal_from_scratch(lake, engine)["conversation_facts"]}
    following = [found[name]["next_conversation_at"] for name in ("january", "march", "august", "next march")]
    assert following == [at("0 09:00"), at("160 09:00"), at("370 09:00"), None]
