"""A seeded Indonesian online shop whose truth is known: its records, and beside them what really happened."""

from tanggap.simulator.config import ShopConfig
from tanggap.simulator.simulate import SimulatedChunk, simulate

__all__ = ["ShopConfig", "SimulatedChunk", "simulate"]
