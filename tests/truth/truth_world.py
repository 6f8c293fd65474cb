"""A simulated shop twice: what Tanggap makes of its records, and its own state as arrays.

Nothing here uses an expression of ``tanggap.metrics``: the truth is what the simulator wrote down while it played,
and, where that is a raw table (orders, surveys, reviews, the order of messages), plain numpy over that table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tanggap.core.settings import Routing, Settings
from tanggap.engine.base import Engine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot
from tanggap.routing.learn.customers import VALUES
from tanggap.routing.model import DemandCurve, Expected, IntentModel, Patience, RoutingModel
from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.advice import Advice
from tanggap.simulator.people import origin_of
from tanggap.simulator.rules import WorkClock, work_clock

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]

MINUTE, HOUR, DAY = 60e6, 3600e6, 86400e6
NAN = float("nan")


def _answers(buys: float, leaves: float, ease: float, cost: float, minutes: float, margin: float) -> IntentModel:
    """A person's answer sells more, or less, than the bot's by so much."""
    bot = Expected(0.2, 0.1, 4.0, 300.0, 2.0)
    return IntentModel(Expected(buys, leaves, ease, cost, minutes), bot, Expected(0.1, 0.2, 2.0), margin)


ADVICE = Advice(
    RoutingModel(
        version="0" * 16, currency="IDR", timezone="Asia/Jakarta",
        intents={"product_advice": _answers(0.35, 0.08, 4.4, 100.0, 6.0, 9e6),
                 "complaint_service": _answers(0.15, 0.12, 4.3, 100.0, 12.0, 3e6)},
        categories={}, category_of={}, everything=_answers(0.22, 0.1, 3.9, 200.0, 5.0, 4e6), patience={},
        patience_otherwise=Patience(0.1, 2.0), customer_value=2e6, value_cap=1e7,
        curves=(DemandCurve((400_000.0, 50_000.0, 0.0), (60.0, 600.0, 3_000.0), 105.0),),
    ),
    Routing(), VALUES.empty_table(),
)  # fmt: skip


def numbers(column: pa.ChunkedArray) -> Floats:
    """A column as floats (instants in microseconds, exact below 2^53), null as nan."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    found: Floats = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return found


def words(column: pa.ChunkedArray) -> Words:
    """A column as Python strings, null as None."""
    found: Words = np.array(column.to_pylist(), dtype=object)
    return found


def codes(column: pa.ChunkedArray, vocabulary: pa.Array) -> NDArray[np.int64]:
    """The place of each text in ``vocabulary``; −1 for null or another text."""
    found = pa.compute.index_in(column, value_set=vocabulary).fill_null(-1)
    return found.to_numpy().astype(np.int64)


@dataclass
class Table:
    """Rows of one table, column by column when asked for."""

    rows: pa.Table

    def __post_init__(self) -> None:
        self._numbers: dict[str, Floats] = {}
        self._words: dict[str, Words] = {}

    def __getitem__(self, name: str) -> Floats:
        if name not in self._numbers:
            self._numbers[name] = numbers(self.rows[name])
        return self._numbers[name]

    def words(self, name: str) -> Words:
        if name not in self._words:
            self._words[name] = words(self.rows[name])
        return self._words[name]

    def flag(self, name: str) -> Flags:
        return self[name] == 1

    def given(self, name: str) -> Flags:
        found: Flags = self.rows[name].is_valid().to_numpy()
        return found

    def says(self, name: str, *values: str) -> Flags:
        found: Flags = np.isin(codes(self.rows[name], pa.array(values)), range(len(values)))
        return found

    def __len__(self) -> int:
        return self.rows.num_rows


class World:
    """A run of the simulator, its lake with facts, and its truth."""

    def __init__(self, engine: Engine, folder: Path, config: ShopConfig) -> None:
        self.engine = engine
        self.config = config
        self.settings = Settings()
        self.start = origin_of(config)
        self.end = origin_of(config, config.days)
        lake = Lake(folder)
        raw: dict[str, list[pa.Table]] = {}
        truth: dict[str, list[pa.Table]] = {}
        for chunk in simulate(config, self._advised):
            outcome = ingest(lake, Batch(chunk.tables), source="simulator")
            assert outcome.quarantined == 0
            _add(raw, chunk.tables.items())
            _add(truth, chunk.truth.items())
        refresh(lake, engine, self.settings)
        self.snapshot: Snapshot = lake.snapshot(tables.FACTS)
        self.raw = {name: Table(pa.concat_tables(some)) for name, some in raw.items()}
        self.truth = {name: Table(pa.concat_tables(some)) for name, some in truth.items()}

    def _advised(self, at: int) -> Advice | None:
        """A model made by hand beside the decisions of the second half."""
        return ADVICE if at >= self.start + self.config.days // 2 * DAY else None

    @property
    def told(self) -> Table:
        """The truth of each conversation."""
        return self.truth["conversations"]

    @cached_property
    def counts(self) -> Flags:
        """Conversations that count: not merged, spam or test."""
        return ~self.told.flag("excluded")

    @cached_property
    def solved_at(self) -> Floats:
        """Resolved, and still so at the end."""
        told = self.told
        return np.where(told.flag("open_at_end"), NAN, told["resolved_at"])

    @cached_property
    def clocks(self) -> dict[str, WorkClock]:
        return {name: work_clock(self.config, name) for name in ("kantor", "layanan")}

    def worked(self, rows: NDArray[np.int64] | slice, instants: Floats) -> Floats:
        """The simulator's own working clock (microseconds) of those conversations at instants; nan where nan."""
        email = self.told.says("channel", "email")[rows]
        known = np.isfinite(instants)
        at = (np.where(known, instants, self.start) - self.start) / 1000
        whole = at.astype(np.int64)
        readings = np.where(email, self.clocks["kantor"].reading(whole), self.clocks["layanan"].reading(whole))
        return np.where(known, readings * 1000.0, NAN)

    @cached_property
    def number_of(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.told.rows["conversation_id"].to_pylist())}

    def rows_of(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """The row of each conversation id; −1 for none."""
        return codes(column, self.told.rows["conversation_id"].combine_chunks())

    @cached_property
    def events(self) -> Events:
        return Events(self)


class Events:
    """Events in the order they happened, as arrays."""

    def __init__(self, world: World) -> None:
        table = world.raw["events"].rows
        order = ("conversation_id", "occurred_at", "position")
        table = table.sort_by([(name, "ascending") for name in order])
        self.table = Table(table)
        self.row = world.rows_of(table["conversation_id"])
        self.at = self.table["occurred_at"]
        self.kind = table["kind"]
        self.actor = table["actor_kind"]

    def of(self, kind: str, actor: str | None = None) -> Flags:
        found = self.table.says("kind", kind)
        return found & self.table.says("actor_kind", actor) if actor else found


def _add(into: dict[str, list[pa.Table]], parts: Iterable[tuple[str, Any]]) -> None:
    for name, rows in parts:
        into.setdefault(name, []).append(rows)
