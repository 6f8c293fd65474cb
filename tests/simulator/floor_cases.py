"""Small floors made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tanggap.routing.model import Floor
from tanggap.simulator.floor.demand import CONTAINED, Demand, draw_demand
from tanggap.simulator.floor.engine import Ticket
from tanggap.simulator.floor.futures import Futures
from tanggap.simulator.floor.worlds import WORLDS

ANY = draw_demand(WORLDS["base"], agents=1, seed=0, days=1)


def calls(
    arrived: Sequence[float], minutes: Sequence[float], patience: Sequence[float] | None = None,
    *, bot: Sequence[int] | None = None, bot_minutes: float = 1.0, asked: Sequence[bool] | None = None,
    english: Sequence[bool] | None = None, callback: Sequence[bool] | None = None,
) -> Demand:  # fmt: skip
    """Conversations of nothing but times."""
    n = len(arrived)
    return replace(
        ANY, arrived=np.asarray(arrived, float), intent=np.zeros(n, np.int64), channel=np.zeros(n, np.int16),
        english=np.zeros(n, bool) if english is None else np.asarray(english), customer=np.zeros(n, np.int64),
        minutes=np.asarray(minutes, float), minutes_after=np.asarray(minutes, float),
        patience=np.full(n, 1e9) if patience is None else np.asarray(patience, float),
        bot=np.full(n, CONTAINED, np.int16) if bot is None else np.asarray(bot, np.int16),
        bot_minutes=np.full(n, bot_minutes), asked=np.zeros(n, bool) if asked is None else np.asarray(asked),
        hazard=np.full(n, -1, np.int16), callback=np.zeros(n, bool) if callback is None else np.asarray(callback),
    )  # fmt: skip


def worths(rows: Sequence[Sequence[float]]) -> Futures:
    """Futures of nothing but worth: human, rescued, gave up, gave up after the bot."""
    worth = np.array([[0.0, *row, 0.0] for row in rows])
    zero = np.zeros_like(worth)
    return Futures(zero, zero, zero, zero, worth)


@dataclass(frozen=True)
class Says:
    """Who is in ``people`` goes to a person; the line as ``priority`` says."""

    people: frozenset[int] | None = None
    priority: tuple[float, ...] = ()
    promised: frozenset[int] = frozenset()
    key: str = "says"

    def person(self, number: int, floor: Floor) -> bool:
        return self.people is None or number in self.people

    def ticket(self, number: int, *, after_bot: bool) -> Ticket:
        return Ticket(self.priority[number] if self.priority else 0.0, 5.0, number in self.promised)
