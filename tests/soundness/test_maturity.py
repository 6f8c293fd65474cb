"""A shop in which nothing changes shows no change: what is not decided yet must not lean to either side.

Ninety days of one simulated shop are cut where nothing happened; the latest days, whose outcomes are still coming in,
are compared with the days before them, as of many instants. A figure whose rows count as soon as one outcome is known,
and mature until then for the other, calls a change nearly every time; one whose maturity depends on age alone calls it
about once in twenty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tanggap.core.instants import DAY
from tanggap.core.periods import Period
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.declare import Metric
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.prepared import Prepared
from tanggap.metrics.scorecard import scorecard
from tanggap.metrics.shapes import Context, Share
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot
from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.people import origin_of

CONFIG = ShopConfig(conversations=16_000, seed=3, days=90, text=False)
#: Shares whose window is days long: there, half-known rows would weigh.
FIGURES = ("bot_resolution_rate", "bot_abandonment_rate", "resolution_rate", "reopen_rate", "first_contact_resolution",
           "human_request_honoured", "agent_resolution_rate", "return_answer_rate", "message_answer_rate")  # fmt: skip
#: Ten days against the ten before, as of each of these days of the run.
WINDOW = 10


class Shop:
    """A lake whose records end, as far as anybody knows, on a given day."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.engine = engine
        self.folder = folder
        self.chunks = [chunk.tables for chunk in simulate(CONFIG)]

    def as_of(self, day: int) -> tuple[Snapshot, int]:
        """The lake as it was at the end of a day of the run: nothing later has been recorded."""
        now = origin_of(CONFIG, day)
        lake = Lake(self.folder / f"day{day}")
        for chunk in self.chunks:
            known = {}
            for name, rows in chunk.items():
                dated = {"events": "occurred_at", "orders": "ordered_at", "conversations": "opened_at",
                         "surveys": "sent_at", "reviews": "reviewed_at"}.get(name)  # fmt: skip
                if dated:
                    at = rows[dated].cast("int64").to_numpy()
                    rows = rows.filter(at < now)
                known[name] = rows
            ingest(lake, Batch(known), source="simulator")
        refresh(lake, self.engine, Settings())
        return lake.snapshot(tables.FACTS), now


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[float]]]:
    """By figure: the change in standard errors, as of several days of the run."""
    found: dict[str, list[float]] = {key: [] for key in FIGURES}
    with DuckDBEngine(threads=2) as engine:
        shop = Shop(tmp_path_factory.mktemp("stationary"), engine)
        for day in (50, 60, 70, 80):
            snapshot, now = shop.as_of(day)
            period = Period(now - WINDOW * DAY, now)
            card = scorecard(engine, snapshot, Settings(), metrics=FIGURES, period=period, as_of=now)
            for key in FIGURES:
                cell = card.cell(key)
                assert cell is not None
                if cell.change is not None and cell.change_low is not None and cell.change_high is not None:
                    half = (cell.change_high - cell.change_low) / 2
                    found[key].append(cell.change / half * 1.96)
        yield found


@pytest.mark.parametrize("key", FIGURES)
def test_no_figure_leans_to_one_side_while_it_matures(key: str, changes: dict[str, list[float]]) -> None:
    """Four independent comparisons: their sum of standard scores has a spread of two."""
    scores = changes[key]
    assert len(scores) >= 3
    assert abs(float(np.sum(scores))) < 2.8 * len(scores) ** 0.5, scores


def test_a_stationary_shop_changes_no_more_often_than_chance(changes: dict[str, list[float]]) -> None:
    """Thirty-odd comparisons at 5 %: more than five is less likely than 3 %."""
    scores = [score for some in changes.values() for score in some]
    assert len(scores) > 30
    assert sum(abs(score) > 1.96 for score in scores) <= 5


AGED: list[Metric] = [
    metric for metric in catalog().values()
    if isinstance(metric.shape, Share) and metric.shape.maturing is not None and not metric.key.startswith("sla_")
    and metric.key not in ("human_request_honoured", "abandonment_rate")
]  # fmt: skip


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Snapshot]]:
    config = replace(CONFIG, conversations=1_500)
    lake = Lake(tmp_path_factory.mktemp("lived") / "lake")
    for chunk in simulate(config):
        ingest(lake, Batch(chunk.tables), source="simulator")
    with DuckDBEngine(threads=2) as engine:
        refresh(lake, engine, Settings())
        yield engine, lake.snapshot(tables.FACTS)


@pytest.mark.parametrize("metric", AGED, ids=lambda metric: metric.key)
def test_whether_a_row_is_decided_depends_on_its_age_alone(metric: Metric, lived: tuple[Engine, Snapshot]) -> None:
    """Ordered by the instant that dates them (and a promise's by when it falls due), decided rows come first and
    maturing rows last, whatever became of them.
    """
    engine, snapshot = lived
    now = origin_of(CONFIG, 70)
    context = Context(Settings(), now)
    rows = Prepared(engine, snapshot, Settings()).rows(metric.fact)
    shape = metric.shape
    assert isinstance(shape, Share)
    assert shape.maturing is not None
    age = "promised_by" if metric.key == "on_time_delivery_rate" else metric.dated_by
    rows = rows.filter(shape.of(rows, context).fill_null(False) & rows[age].notnull())
    rows = rows.mutate(age=rows[age], young=shape.maturing(rows, context).fill_null(False))
    found = engine.run(rows.select("age", "young"))
    ages, young = found["age"].to_numpy(), found["young"].to_numpy(zero_copy_only=False)
    assert ages.size
    assert young.any() or metric.key == "retention_rate_without_conversation"
    assert not young.any() or young.all() or ages[~young].max() <= ages[young].min()
