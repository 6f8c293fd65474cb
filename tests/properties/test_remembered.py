"""A scorecard that was kept is never another than the one that would be computed: whatever is written or changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from property_shop import DAYS, START, shop
from property_shop import settings as rules

from tanggap.core.instants import DAY, HOUR
from tanggap.core.periods import Period
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Scorecard
from tanggap.metrics.remembered import Scorecards
from tanggap.metrics.scorecard import scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

KEYS = ["interactions", "first_response_time", "resolution_rate", "sales", "open_tickets", "own_figure"]
FIGURE = """
from tanggap.metrics.declare import Metric, column
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Count

METRICS = (Metric("own_figure", "own", "a", "a", "a", "a", Unit.COUNT, Better.HIGHER, "conversation_facts",
                  "opened_at", Count(lambda rows, context: rows.customer_messages > {least})),)
"""
periods = st.tuples(st.integers(0, DAYS), st.integers(1, DAYS)).map(
    lambda pair: Period(START + pair[0] * DAY, START + (pair[0] + pair[1]) * DAY)
)
asked = st.fixed_dictionaries(
    {"metrics": st.just(KEYS)},
    optional={
        "period": periods,
        "compare": st.none() | st.just("previous") | periods,
        "by": st.just(["channel"]),
        "grain": st.sampled_from((None, "day")),
        "where": st.sampled_from(("", "channel=chat")),
        "as_of": st.integers(START, START + DAYS * DAY),
        "timezone": st.just("Europe/Berlin"),
    },
)


class Desk:
    """One lake, one shop's settings, one file of figures, all of which change between looks."""

    def __init__(self, place: Path, engine: Engine) -> None:
        self.own = place / "figures.py"
        self.own.write_text(FIGURE.format(least=0))
        self.rules = replace(rules(), metrics_files=(str(self.own),))
        self.engine, self.lake, self.cards = engine, Lake(place / "lake"), Scorecards(cells=200)
        self.write(1)

    def write(self, seed: int) -> None:
        ingest(self.lake, Batch(dict(shop(seed, 12).tables)), source=f"test {seed}")
        refresh(self.lake, self.engine, self.rules)

    def settle(self, weeks: int) -> None:
        self.rules = replace(self.rules, measures=replace(self.rules.measures, return_days=7 * weeks))
        refresh(self.lake, self.engine, self.rules)

    def aim(self, target: int) -> None:
        self.rules = replace(self.rules, targets={"interactions": float(target)})

    def declare(self, least: int) -> None:
        self.own.write_text(FIGURE.format(least=least))

    def look(self, more: dict[str, Any]) -> Scorecard:
        snapshot = self.lake.snapshot(tables.FACTS)
        fresh = scorecard(self.engine, snapshot, self.rules, **more)
        assert self.cards.get(self.engine, snapshot, self.rules, **more) == fresh
        return fresh


PAGE: dict[str, Any] = {"metrics": KEYS, "compare": None}
#: What may happen to a desk, and by how much.
steps = st.tuples(st.sampled_from(("write", "settle", "aim", "declare")), st.integers(1, 6))


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(happens=st.lists(steps, min_size=1, max_size=4), more=asked)
@example(happens=[("write", 2), ("settle", 5), ("aim", 3), ("declare", 2)], more=PAGE)
def test_what_is_kept_is_what_would_be_computed(
    tmp_path_factory: pytest.TempPathFactory, happens: list[tuple[str, int]], more: dict[str, Any]
) -> None:
    with DuckDBEngine(threads=1) as engine:
        desk = Desk(tmp_path_factory.mktemp("desk"), engine)
        for what, number in happens:
            before = desk.look(PAGE)
            desk.look(more)
            getattr(desk, what)(number)
            if more is PAGE:
                assert desk.look(PAGE) != before  # else nothing has been shown
        desk.look(PAGE)
        desk.look(more)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = Lake(tmp_path_factory.mktemp("remembered") / "lake")
    ingest(made, Batch(dict(shop(3, 20).tables)), source="test")
    with DuckDBEngine(threads=1) as engine:
        refresh(made, engine, rules())
    return made


def test_the_same_is_computed_once_and_the_oldest_are_let_go(lake: Lake) -> None:
    cards, period = Scorecards(cells=10), Period(START, START + DAYS * DAY)

    def look(metric: str) -> Scorecard:
        snapshot = lake.snapshot(tables.FACTS)
        return cards.get(engine, snapshot, rules(), metrics=[metric], period=period, compare=None, grain="day")

    with DuckDBEngine(threads=1) as engine:
        first = look("interactions")
        assert len(first.cells) > 5
        assert look("interactions") is first
        look("escalation_rate")
        assert look("interactions") is not first


def test_a_wrong_call_is_told_every_time(lake: Lake) -> None:
    from tanggap.core.errors import UnknownMetricError

    cards = Scorecards()
    with DuckDBEngine(threads=1) as engine:
        for _ in range(2):
            with pytest.raises(UnknownMetricError):
                cards.get(engine, lake.snapshot(tables.FACTS), rules(), metrics=["nothing"], as_of=START + HOUR)
