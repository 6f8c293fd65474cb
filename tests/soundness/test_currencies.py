"""A sum of money is in one currency: what is in another is left out and counted, whatever figure it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tanggap.core.instants import HOUR, MINUTE, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Cell, Scorecard, Unit
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

START = parse_instant("2026-03-02T00:00:00Z")
DAY = Period(START, START + 24 * HOUR)
#: Each conversation: who answers at its tenth minute. At noon a person's minute begins to cost dollars.
TOLD = {
    "bot at nine": (9, "bot"),
    "person at ten": (10, "agent"),
    "bot at one": (13, "bot"),
    "person at two": (14, "agent"),
}
#: Each order: customer, hour, value in minor units, currency. Budi wrote at ten, so his orders follow service.
ORDERS = {
    "o1": ("Ani", 8, 50_000, "IDR"), "o2": ("Budi", 11, 70_000, "IDR"), "o3": ("Budi", 12, 900, "USD"),
    "o4": ("Budi", 15, 30_000, "IDR"), "o5": ("Cici", 16, 400, "EUR"),
}  # fmt: skip


def _settings(currency: str) -> Settings:
    return parse_settings(f'[shop]\ntimezone = "UTC"\ncurrency = "{currency}"\n')


def _rows() -> dict[str, list[dict[str, Any]]]:
    source = {"source": "test"}
    events, conversations, decisions = [], [], []
    for number, (name, (hour, who)) in enumerate(TOLD.items()):
        customer, at = "Budi" if name == "person at ten" else f"c{number}", START + hour * HOUR
        conversations.append(
            {"conversation_id": name, "customer_id": customer, "channel": "chat", "opened_at": at, **source}
        )
        for minute, kind, actor in ((0, "message", "customer"), (10, "message", who), (11, "resolved", who)):
            events.append({
                "event_id": f"{name}/{minute}", "conversation_id": name, "occurred_at": at + minute * MINUTE,
                "kind": kind, "actor_kind": actor, "actor_id": "a" if actor == "agent" else None, **source,
            })  # fmt: skip
        worth = dict.fromkeys(("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference"), 100)
        decisions.append({
            "decision_id": name, "conversation_id": name, "decided_at": at, "arm": "human", "reason": "value",
            "policy": "value", "minute_price": 20, "currency": "USD" if name == "bot at one" else "IDR",
            **worth, **source,
        })  # fmt: skip
    orders = [
        {"order_id": name, "customer_id": who, "ordered_at": START + hour * HOUR, "status": "paid", "value": value,
         "margin": value // 2, "currency": currency, **source}
        for name, (who, hour, value, currency) in ORDERS.items()
    ]  # fmt: skip
    rates = [
        {"kind": kind, "subject": "*", "valid_from": START + hour * HOUR, "amount": amount, "currency": currency,
         **source}
        for kind, hour, amount, currency in (
            ("bot_answer", 0, 300, "IDR"), ("agent_minute", 0, 40, "IDR"), ("agent_minute", 12, 7, "USD"),
        )
    ]  # fmt: skip
    return {"events": events, "conversations": conversations, "orders": orders, "rates": rates, "decisions": decisions}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBEngine, Snapshot, Lake]]:
    lake = Lake(tmp_path_factory.mktemp("currencies") / "lake")
    ingest(lake, Batch(_rows()), source="test")
    with DuckDBEngine() as engine:
        refresh(lake, engine, _settings("IDR"))
        yield engine, lake.snapshot(tables.FACTS), lake


def _card(shop: tuple[DuckDBEngine, Snapshot, Lake], settings: Settings) -> Scorecard:
    money = [key for key, metric in catalog(settings).items() if metric.unit is Unit.MONEY]
    return scorecard(shop[0], shop[1], settings, metrics=money, period=DAY, compare=None)


def _cell(card: Scorecard, metric: str) -> Cell:
    found = card.cell(metric)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("metric", "value", "n", "foreign"),
    [
        ("sales", 150_000, 3, 2),
        ("repeat_sales_value", 30_000, 1, 1),
        ("attributed_sales", 100_000, 2, 1),
        ("value_per_conversation", 400, 3, 1),
        ("minute_price", 20, 3, 1),
    ],
)
def test_sums_and_means_of_money_hold_one_currency_and_tell_what_they_leave_out(
    shop: tuple[DuckDBEngine, Snapshot, Lake], metric: str, value: float, n: int, foreign: int
) -> None:
    cell = _cell(_card(shop, _settings("IDR")), metric)
    assert (cell.value, cell.n, cell.foreign) == (value, n, foreign)
    assert rows_behind(shop[0], shop[1], _settings("IDR"), metric, period=DAY).num_rows == n


def test_a_shop_of_another_currency_sees_its_own_money(shop: tuple[DuckDBEngine, Snapshot, Lake]) -> None:
    sales = _cell(_card(shop, _settings("USD")), "sales")
    assert (sales.value, sales.n, sales.foreign) == (900, 1, 4)


def test_where_all_money_is_in_another_currency_there_is_no_data_and_not_zero(
    shop: tuple[DuckDBEngine, Snapshot, Lake],
) -> None:
    sales = _cell(_card(shop, _settings("JPY")), "sales")
    assert (sales.value, sales.n, sales.foreign, str(sales.status)) == (None, 0, 5, "no_data")


def test_what_took_minutes_at_a_rate_in_another_currency_has_no_cost(
    shop: tuple[DuckDBEngine, Snapshot, Lake],
) -> None:
    card = _card(shop, _settings("IDR"))
    # Ten minutes of a person at 40 by ten o'clock; an answer of the bot at 300 at any time, for no minute was spent.
    assert (_cell(card, "cost_per_agent_only").value, _cell(card, "cost_per_agent_only").n) == (400, 1)
    assert (_cell(card, "cost_per_bot_only").value, _cell(card, "cost_per_bot_only").n) == (300, 2)
    assert _cell(card, "cost_per_interaction").n == 3


def test_no_figure_of_money_changes_when_orders_and_rates_in_another_currency_come(
    shop: tuple[DuckDBEngine, Snapshot, Lake], tmp_path: Path
) -> None:
    rows = _rows()
    lake = Lake(tmp_path / "own")
    own = {name: [row for row in found if row.get("currency", "IDR") == "IDR"] for name, found in rows.items()}
    dear = ("agent_minute", START + 12 * HOUR)  # the conversation at two has no cost with it, and none without a rate
    own["rates"].append({**rows["rates"][2], "amount": 0, "currency": "IDR"})
    assert (rows["rates"][2]["kind"], rows["rates"][2]["valid_from"]) == dear
    ingest(lake, Batch(own), source="test")
    with DuckDBEngine() as engine:
        refresh(lake, engine, _settings("IDR"))
        alone = _card((engine, lake.snapshot(tables.FACTS), lake), _settings("IDR"))
    mixed = _card(shop, _settings("IDR"))
    for metric in ("sales", "repeat_sales_value", "attributed_sales", "value_per_conversation", "minute_price",
                   "cost_per_bot_only"):  # fmt: skip
        assert _cell(mixed, metric).value == _cell(alone, metric).value, metric
