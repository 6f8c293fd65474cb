"""The interval of a median is never shorter because other groups are looked at beside it.

Where groups were of many sizes, one of ten rows had the places of order statistics of nine: 2.1 and 8.9 for 2 and 9.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tanggap.core.instants import DAY, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.compile import _few_fractions
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.scorecard import scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot
from tanggap.stats.intervals import quantile_fractions

START = parse_instant("2026-03-02T00:00:00Z")
TODAY = Period(START, START + DAY)
#: Group g1 has one conversation, g2 two, …: more sizes than are told apart.
GROUPS = range(1, 26)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_shared_places_lie_no_nearer_to_the_middle(q: float) -> None:
    sizes = np.arange(0.0, 5_000.0)
    low, high = _few_fractions(sizes, q)
    own_low, own_high = quantile_fractions(sizes, q)
    few = np.isnan(own_low)
    assert few[0]
    assert list(np.isnan(low)) == list(np.isnan(high)) == list(few)
    assert (low[~few] <= own_low[~few]).all()
    assert (high[~few] >= own_high[~few]).all()
    assert len(set(low[~few])) < 100


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBEngine, Snapshot]]:
    draw = np.random.default_rng(5)
    conversations, events = [], []
    for size in GROUPS:
        for number in range(size):
            name = f"g{size}/{number}"
            conversations.append(
                {"conversation_id": name, "team": f"g{size}", "opened_at": START + number, "source": "test"}
            )
            waits = int(draw.integers(1, 10**10))
            for actor, at in (("customer", START + number), ("agent", START + number + waits)):
                events.append({"event_id": f"{name}/{actor}", "conversation_id": name, "occurred_at": at,
                               "kind": "message", "actor_kind": actor, "source": "test"})  # fmt: skip
    lake = Lake(tmp_path_factory.mktemp("sizes") / "lake")
    ingest(lake, Batch({"conversations": conversations, "events": events}), source="test")
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, Settings())
        yield engine, lake.snapshot(tables.FACTS)


def test_a_group_among_many_has_an_interval_no_shorter_than_alone(shop: tuple[DuckDBEngine, Snapshot]) -> None:
    def card(**more: object) -> dict[str | None, tuple[float, float]]:
        made = scorecard(*shop, Settings(), metrics=["first_response_time"], by=["team"], period=TODAY, compare=None,
                         **more)  # type: ignore[arg-type] # fmt: skip
        return {cell.by["team"]: (cell.low or 0.0, cell.high or 0.0) for cell in made.cells}

    among = card()
    assert len(among) == len(GROUPS)
    for team, (low, high) in among.items():
        alone = card(where=f"team={team}")[team]
        assert low <= alone[0] + 1e-6, team
        assert high >= alone[1] - 1e-6, team
