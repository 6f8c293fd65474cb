"""Random streams that do not disturb one another."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

#: Milliseconds since the local midnight the simulation starts on.
Millis = NDArray[np.int64]
Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int16]

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
#: No such instant.
NEVER = np.int64(-1)


@dataclass(frozen=True)
class Streams:
    """One generator a topic, chunk and generation, so that changing one part does not reshuffle the others."""

    seed: int

    def of(self, topic: str, *where: int) -> np.random.Generator:
        """The generator of ``topic`` at ``where`` (chunk, generation, …)."""
        key = (crc32(topic.encode()), *where)
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=key)))


def lognormal(rng: np.random.Generator, median: Floats | float, sigma: float, size: int) -> Floats:
    """``size`` draws of a log-normal with that median."""
    return np.exp(rng.standard_normal(size) * sigma) * median


def choose(rng: np.random.Generator, weights: Floats, size: int) -> Codes:
    """``size`` draws of 0 … len(weights) − 1 with those weights."""
    edges = np.cumsum(weights / weights.sum())
    edges[-1] = 1.0
    return np.searchsorted(edges, rng.random(size), side="right").astype(np.int16)
