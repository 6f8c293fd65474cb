"""Replaying a lake: the same as replaying the simulation it was made of, and affairs worked out by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tanggap.core.instants import DAY, HOUR, parse_instant
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.choose import engine as open_engine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.routing.learn.history import History
from tanggap.routing.replay import Policy
from tanggap.routing.replay_lake import Replayed, replay_lake
from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.history import simulated_history

CONFIG = ShopConfig(conversations=2_000, seed=21, days=75, text=False)
START = parse_instant("2026-01-05T03:00:00Z")


def replayed(folder: Path, batches: list[dict[str, Any]], settings: Settings, as_of: int) -> Replayed:
    lake = Lake(folder / "lake")
    for batch in batches:
        assert ingest(lake, Batch(batch), source="test").quarantined == 0
    with open_engine("duckdb", threads=2) as engine:
        refresh(lake, engine, settings)
        return replay_lake(engine, lake.snapshot(tables.FACTS), settings, as_of=as_of)


def test_a_lake_is_replayed_as_the_simulation_it_was_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Purchases, costs, ease and propensities come out the same, worked out in two ways."""
    chunks, settings, seen = list(simulate(CONFIG)), Settings(), []
    told = simulated_history(CONFIG, chunks, settings.routing)
    monkeypatch.setattr("tanggap.routing.replay_lake.replay", partial(_kept, seen))
    replayed(tmp_path, [chunk.tables for chunk in chunks], settings, told.as_of)
    (history, complexity), truth = seen[0], told.history
    mine = np.flatnonzero(np.isfinite(truth.propensity))
    order = np.argsort(truth.opened_at[mine], kind="stable")
    mine = mine[order]
    assert np.array_equal(history.opened_at, truth.opened_at[mine])
    for name in ("human", "bought", "bought_known"):
        assert np.array_equal(getattr(history, name), getattr(truth, name)[mine]), name
    for name in ("margin", "propensity", "ease"):
        assert np.array_equal(getattr(history, name), getattr(truth, name)[mine], equal_nan=True), name
    assert history.bought.sum() > 100
    known = np.isfinite(history.cost) & np.isfinite(truth.cost[mine])
    assert np.abs(history.cost[known] - truth.cost[mine][known]).max() <= 1
    assert complexity == [told.complexity[row] for row in mine.tolist()]


def _kept(seen: list[Any], history: History, complexity: list[str], *_: Any, **__: Any) -> Any:
    seen.append((history, complexity))
    return None


def _conversation(name: str, customer: str, day: float, intent: str) -> dict[str, Any]:
    return {"conversation_id": name, "customer_id": customer, "opened_at": START + round(day * DAY), "intent": intent,
            "complexity": "simple", "channel": "chat", "source": "test"}  # fmt: skip


def _order(name: str, customer: str, day: float, margin: int, **more: Any) -> dict[str, Any]:
    return {"order_id": name, "customer_id": customer, "ordered_at": START + round(day * DAY), "status": "delivered",
            "value": 4 * margin, "margin": margin, "currency": "IDR", "source": "test", **more}  # fmt: skip


def test_what_is_bought_counts_for_its_affair_until_another_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """a comes back about the same thing (b), then about another (c). What is bought after b is a's doing too."""
    conversations = [
        _conversation("a", "ani", 0, "size"), _conversation("b", "ani", 2, "size"),
        _conversation("c", "ani", 5, "colour"), _conversation("d", "budi", 1, "size"),
        _conversation("e", "citra", 1, "size"),
    ]  # fmt: skip
    orders = [
        _order("o0", "ani", -1, 7), _order("o1", "ani", 1, 100), _order("o2", "ani", 3, 1_000),
        _order("o3", "ani", 6, 10_000), _order("o4", "ani", 40, 5),
        _order("o5", "budi", 1, 300), _order("o6", "budi", 2, 50, status="cancelled"),
        _order("o7", "citra", 2, 900, currency="USD"),
    ]  # fmt: skip
    decisions = [
        {"decision_id": f"d{row['conversation_id']}", "conversation_id": row["conversation_id"],
         "decided_at": row["opened_at"], "arm": "bot", "reason": "complexity", "policy": "past", "propensity": 0.8,
         "currency": "IDR", "source": "test"}
        for row in conversations
    ]  # fmt: skip
    events = [
        {"event_id": f"e{row['conversation_id']}{number}", "conversation_id": row["conversation_id"],
         "occurred_at": row["opened_at"] + number * HOUR, "kind": "message", "actor_kind": who, "source": "test"}
        for row in conversations for number, who in enumerate(("customer", "bot"))
    ]  # fmt: skip
    seen: list[Any] = []
    monkeypatch.setattr("tanggap.routing.replay_lake.replay", partial(_kept, seen))
    batch = {"conversations": conversations, "orders": orders, "decisions": decisions, "events": events}
    replayed(tmp_path, [batch], parse_settings('[shop]\ntimezone = "UTC"\n'), START + 60 * DAY)
    history: History = seen[0][0]
    margin = [None if np.isnan(m) else m for m in history.margin.tolist()]
    # In the order of opening: a, d and e, b, c. In another currency it is a purchase of unknown margin.
    assert margin == [1_100, 300, None, 1_000, 10_000]
    assert history.bought.tolist() == [True] * 5


def test_a_lake_without_decisions_has_nothing_to_replay(tmp_path: Path) -> None:
    found = replayed(tmp_path, [{"conversations": [_conversation("a", "ani", 0, "size")]}], Settings(), START + DAY)
    assert found.replay.decided == 0
    assert found.replay.of(Policy.VALUE) is None
