"""What routing says beside the past's decisions: worked out by routing itself, and changing nothing that happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tanggap.core.instants import DAY
from tanggap.core.settings import Routing
from tanggap.routing.learn.customers import VALUES
from tanggap.routing.learn.model import learn_model
from tanggap.routing.learn.shifts import staffing_of
from tanggap.routing.log import replayed
from tanggap.simulator import ShopConfig, SimulatedChunk, simulate
from tanggap.simulator.advice import PARTS, Advice
from tanggap.simulator.history import simulated_history
from tanggap.simulator.people import origin_of

CONFIG = ShopConfig(conversations=9_000, agents=3, seed=4, start=date(2025, 7, 1), days=122, text=False)
SETTINGS = Routing(buy_days=20)
HALF = origin_of(CONFIG, 61)
BESIDE = (*PARTS, "minute_price", "service_minutes", "model_version")


class Adviser:
    """Learns from the chunks before half-time; remembers when it was asked, and how many chunks there were by then."""

    def __init__(self) -> None:
        self.chunks: list[SimulatedChunk] = []
        self.asked: list[tuple[int, int]] = []
        self.advice: Advice | None = None

    def __call__(self, at: int) -> Advice | None:
        self.asked.append((at, len(self.chunks)))
        if at >= HALF and self.advice is None:
            history = simulated_history(CONFIG, self.chunks, SETTINGS).history
            staffing = staffing_of(self.chunks[0].tables["shifts"])
            model = learn_model(history, staffing, settings=SETTINGS, currency="IDR", timezone="Asia/Jakarta",
                                learned_at=at, value_cap=9e7, order_margin=6e6)  # fmt: skip
            known = pc.unique(self.chunks[0].tables["orders"]["customer_id"])[::2]
            value = np.linspace(0.0, 1e8, len(known))
            columns = [
                known,
                pa.array(value),
                pa.array(value / 10),
                pa.array([2] * len(known)),
                pa.array([HALF] * len(known)),
            ]
            self.advice = Advice(model, SETTINGS, pa.table(columns, schema=VALUES))
        return self.advice

    def run(self) -> Iterator[SimulatedChunk]:
        for chunk in simulate(CONFIG, self):
            self.chunks.append(chunk)
            yield chunk


@pytest.fixture(scope="module")
def adviser() -> Adviser:
    found = Adviser()
    assert list(found.run())
    return found


@pytest.fixture(scope="module")
def advised(adviser: Adviser) -> list[dict[str, Any]]:
    rows = pa.concat_tables([chunk.tables["decisions"] for chunk in adviser.chunks])
    return [row for row in rows.to_pylist() if row["model_version"] is not None]


def test_the_adviser_is_asked_before_each_chunk_and_after_those_before_it(adviser: Adviser) -> None:
    starts = [chunk.tables["conversations"]["opened_at"].cast(pa.int64())[0].as_py() for chunk in adviser.chunks]
    assert [number for _, number in adviser.asked] == list(range(len(adviser.chunks)))
    assert all(at <= opened for (at, _), opened in zip(adviser.asked, starts, strict=True))
    assert [chunk.last for chunk in adviser.chunks] == [False] * (len(adviser.chunks) - 1) + [True]


def test_decisions_are_advised_on_from_half_time_on_and_not_before(adviser: Adviser) -> None:
    rows = pa.concat_tables([chunk.tables["decisions"] for chunk in adviser.chunks])
    first = next(at for at, _ in adviser.asked if at >= HALF)
    told, late = rows["model_version"].is_valid(), pc.greater(rows["decided_at"].cast(pa.int64()), first)
    assert told.equals(late)
    assert 1_000 < pc.sum(told).as_py() < rows.num_rows - 1_000
    for name in BESIDE:
        assert rows[name].is_valid().equals(told)


def test_advice_may_be_given_from_a_later_instant_on(adviser: Adviser) -> None:
    assert adviser.advice is not None
    later = replace(adviser.advice, since=HALF + 20 * DAY)
    for plain, chunk in zip(adviser.chunks, simulate(CONFIG, lambda at: later if at >= HALF else None), strict=True):
        rows, whole = chunk.tables["decisions"], plain.tables["decisions"]
        told = pc.greater_equal(rows["decided_at"].cast(pa.int64()), later.since)
        assert rows["model_version"].is_valid().equals(pc.and_(told, whole["model_version"].is_valid()))
        assert rows.filter(told).equals(whole.filter(told))
        assert all("schema" not in json.loads(text) for text in rows.filter(pc.invert(told))["inputs"].to_pylist())


def test_what_was_decided_and_came_of_it_is_the_same_without_advice(adviser: Adviser) -> None:
    for plain, with_advice in zip(simulate(CONFIG), adviser.chunks, strict=True):
        for name, table in plain.tables.items():
            kept = [c for c in table.column_names if c not in (*BESIDE, "inputs", "detail")]
            assert table.select(kept).equals(with_advice.tables[name].select(kept)), name
        for name, table in plain.truth.items():
            assert table.equals(with_advice.truth[name]), name


def test_its_inputs_replay_to_the_parts_and_the_price_that_are_written_down(
    adviser: Adviser, advised: list[dict[str, Any]]
) -> None:
    assert adviser.advice is not None
    values = 0
    for row in advised[::7]:
        again = replayed(row["inputs"], adviser.advice.model)
        worth = again.worth
        assert tuple(round(getattr(worth, part)) for part in PARTS) == tuple(row[part] for part in PARTS)
        assert round(again.minute_price) == row["minute_price"]
        assert worth.service_minutes == row["service_minutes"]
        assert (again.model_version, again.conversation_id) == (row["model_version"], row["conversation_id"])
        values += worth.revenue_at_risk != 0 or json.loads(row["inputs"])["conversation"]["customer_value"] is not None
    assert values > 50
    assert len({row["minute_price"] for row in advised}) > 20
    assert any(row["minute_price"] > 0 for row in advised)


def test_a_known_customers_value_and_margin_are_counted_with(adviser: Adviser, advised: list[dict[str, Any]]) -> None:
    assert adviser.advice is not None
    known = {row["customer_id"]: row for row in adviser.advice.values.to_pylist()}
    model, seen = adviser.advice.model, set()
    for row in advised:
        told = json.loads(row["inputs"])["conversation"]
        worth = known.get(told["customer_id"])
        seen.add(worth is None)
        assert (told["customer_value"] is None, told["margin"] is None) == (worth is None, worth is None)
        if worth is not None:
            assert told["customer_value"] == round(worth["value"])
            usual = model.of(told["intent"], told["category"]).margin * worth["order_margin"] / model.order_margin
            assert told["margin"] == pytest.approx(usual, abs=0.5001)
    assert seen == {True, False}


def test_the_floor_beside_a_decision_has_the_people_on_shift_then(
    adviser: Adviser, advised: list[dict[str, Any]]
) -> None:
    shifts = [s for s in adviser.chunks[0].tables["shifts"].to_pylist() if s["kind"] == "work"]
    micros = [(int(s["starts_at"].timestamp() * 1e6), int(s["ends_at"].timestamp() * 1e6)) for s in shifts]
    for row in advised[::97]:
        floor = json.loads(row["inputs"])["floor"]
        assert 0 <= row["decided_at"].timestamp() * 1e6 - floor["now"] < DAY / 96
        assert floor["agents"] == sum(begins <= floor["now"] < ends for begins, ends in micros)
        assert 0 <= floor["idle"] <= floor["agents"]
