"""DuckDB holds no more than it is told to, while it is told so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake


def _limit(engine: DuckDBEngine) -> str:
    return engine._memory_limit()


def test_a_bound_holds_while_it_lasts_and_leaves_no_trace() -> None:
    with DuckDBEngine(memory="4GB") as engine:
        before = _limit(engine)
        for _ in range(20):
            with engine.bounded(1_000):
                assert _limit(engine) == "953.6 MiB"
        assert _limit(engine) == before


def test_a_bound_is_lifted_when_what_it_bounds_fails() -> None:
    with DuckDBEngine(memory="4GB") as engine:
        before = _limit(engine)
        with pytest.raises(ZeroDivisionError), engine.bounded(1_000):
            _ = 1 / 0
        assert _limit(engine) == before


def test_who_may_hold_less_already_is_not_given_more() -> None:
    with DuckDBEngine(memory="500MB") as engine:
        before = _limit(engine)
        with engine.bounded(1_000):
            assert _limit(engine) == before


def test_the_innermost_bound_holds() -> None:
    with DuckDBEngine(memory="4GB") as engine, engine.bounded(1_000):
        with engine.bounded(2_000):
            assert _limit(engine) == "953.6 MiB"
        with engine.bounded(500):
            assert _limit(engine) == "476.8 MiB"
        assert _limit(engine) == "953.6 MiB"


def test_facts_are_folded_within_a_bound(tmp_path: Path) -> None:
    row = {"conversation_id": "c", "opened_at": "2026-03-02T10:00:00Z", "channel": "chat", "source": "test"}
    event = {"event_id": "e", "conversation_id": "c", "occurred_at": "2026-03-02T10:00:00Z", "position": 0,
             "kind": "opened", "actor_kind": "customer", "actor_id": "ani", "source": "test"}  # fmt: skip
    lake = Lake(tmp_path / "lake")
    ingest(lake, Batch({"conversations": [row], "events": [event]}), source="test")
    seen: list[str] = []
    with DuckDBEngine(memory="16GB") as engine:
        refresh(lake, engine, Settings(), progress=lambda *_: seen.append(_limit(engine)))
    assert set(seen) == {"2.3 GiB"}
