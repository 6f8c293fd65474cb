"""The lakes whose scorecards are counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pytest
from oracle_compare import Shop
from plain_card import prepared
from plain_figures import Now
from plain_time import instant

from tanggap.core.settings import parse_settings
from tanggap.engine.base import integers
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.records.tables import TABLES
from tanggap.simulator import ShopConfig, simulate

READ = (
    "conversation_facts", "reply_facts", "sla_facts", "span_facts", "holding_facts", "work_facts", "agent_days",
    "customer_facts", "order_facts", "surveys", "reviews", "decisions",
)  # fmt: skip


def _with_money(chunk: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Every fifth order and every ninth decision in another currency; and what each decision was worth, if known."""
    found = dict(chunk)
    for name, every in (("orders", 5), ("decisions", 9)):
        if name in found:
            place = np.arange(found[name].num_rows)
            found[name] = _filled(found[name], "currency", pa.array(np.where(place % every == 0, "USD", "IDR")))
    decisions = found.get("decisions")
    if decisions is not None:
        draw = np.random.default_rng(8)
        for name in ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference", "minute_price"):
            worth = draw.integers(-90_000, 150_000, decisions.num_rows)
            unknown = draw.random(decisions.num_rows) < 0.05
            decisions = _filled(decisions, name, pa.array(worth, pa.int64(), mask=unknown))
        found["decisions"] = decisions
    return found


def _filled(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Sixty days of a shop, over the end of daylight saving in New York, as of noon of the fifty-eighth day."""
    settings = parse_settings("[measures]\nretention_days = 20\ncross_sell_days = 15\n")
    lake = Lake(tmp_path_factory.mktemp("oracle") / "lake")
    for chunk in simulate(ShopConfig(conversations=1_200, seed=5, days=60, text=False)):
        ingest(lake, Batch(_with_money(chunk.tables)), source="simulator")
    with DuckDBEngine(threads=2) as engine:
        refresh(lake, engine, settings)
        snapshot = lake.snapshot(tables.FACTS)
        every = {**TABLES, **tables.FACTS}
        facts = prepared({name: integers(lake.read(every[name])).to_pylist() for name in READ})
        day = 86_400 * 1_000_000
        now = Now(instant("2025-11-27T12:00:00+07:00"), retention_time=20 * day, cross_sell_time=15 * day)
        yield Shop(engine, snapshot, settings, facts, now)
