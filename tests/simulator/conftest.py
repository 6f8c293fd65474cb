"""One small shop and one of usual size, simulated once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tanggap.simulator import ShopConfig, SimulatedChunk, simulate


@dataclass(frozen=True)
class World:
    config: ShopConfig
    chunks: list[SimulatedChunk]
    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table].to_pylist()

    def timelines(self) -> dict[str, list[dict[str, Any]]]:
        """Events of each conversation, in the order they are stored."""
        lines: dict[str, list[dict[str, Any]]] = {}
        for event in self.rows("events"):
            lines.setdefault(event["conversation_id"], []).append(event)
        return lines


def _together(parts: Iterable[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    tables: dict[str, list[pa.Table]] = {}
    for part in parts:
        for name, table in part.items():
            tables.setdefault(name, []).append(table)
    return {name: pa.concat_tables(some) for name, some in tables.items()}


def run(config: ShopConfig) -> World:
    chunks = list(simulate(config))
    return World(config, chunks, _together(c.tables for c in chunks), _together(c.truth for c in chunks))


@pytest.fixture(scope="session")
def small() -> World:
    return run(ShopConfig(conversations=2_500, seed=7, start=date(2025, 3, 10), days=45))


@pytest.fixture(scope="session")
def usual() -> World:
    return run(ShopConfig(conversations=20_000, seed=1, text=False))
