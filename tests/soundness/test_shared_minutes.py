"""People's minutes are counted once, however many conversations they hold side by side.

What was wrong: each conversation's minutes were added up as if it had somebody to itself. A shop whose people were busy
for two thirds of their shifts was told that they could not do half of the work: 99 % busy, waits of 47 minutes, and a
price of a minute to match.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.facts.tables import FACTS
from tanggap.metrics.prepared import Prepared
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.routing.learn.lake import learn_from_lake
from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.people import origin_of


def test_the_minutes_that_are_learnt_add_up_to_the_time_people_were_at_work(tmp_path: Path) -> None:
    config = ShopConfig(conversations=6_000, days=25, seed=9, text=False)
    lake = Lake(tmp_path / "lake")
    for chunk in simulate(config):
        ingest(lake, Batch(chunk.tables), source="simulator")
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, Settings())
        snapshot = lake.snapshot(FACTS)
        days = Prepared(engine, snapshot, Settings()).rows("agent_days")
        worked = engine.run(days.aggregate(busy=days.handled.sum(), shift=days.on_shift.sum())).to_pylist()[0]
        learnt = learn_from_lake(engine, snapshot, Settings(), as_of=origin_of(config, config.days))
    told = float(np.nansum(learnt.history.minutes)) * MINUTE
    # What is still going on at the end has no minutes yet.
    assert told == pytest.approx(worked["busy"], rel=0.06)
    assert told < 0.85 * worked["shift"]
