"""Who bought before the run, what they bought, and who buys for the first time during it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.simulator.config import ShopConfig
from tanggap.simulator.conversations import Affairs
from tanggap.simulator.people import Customers
from tanggap.simulator.streams import DAY, Flags, Index, Millis, Streams

#: Orders that have nothing to do with a conversation, per conversation.
UNASKED: Final = 0.5
#: No more of the orders apart from conversations are somebody's first.
_MOST_FIRST: Final = 0.35
#: Conversations, and so orders apart, may be a few per cent more than asked for.
_LEEWAY: Final = 1.03
_YEAR: Final = 365 * DAY
#: Milliseconds of the longest run fit into this: a customer and an instant make one number.
_SPAN: Final = 1 << 37
#: Share of known customers with at least one, two, three, four orders in the year before.
_BOUGHT_BEFORE: Final = (1.0, 0.75, 0.50, 0.35)


@dataclass(frozen=True)
class Clientele:
    """Buyers in the order in which they came: those known before the run, then its newcomers.

    ``line`` holds customers, the first ``known`` of whom bought before the run; ``newcomer`` is a flag for each
    customer. ``pace`` is how many newcomers come with an order that has nothing to do with a conversation: always as
    many, and with each of them the one who came longest ago loses interest in buying unasked. Else the share of
    returning buyers, or how often each buys, would drift for no reason but that the run has a beginning.
    """

    line: NDArray[np.int32]
    known: int
    newcomer: Flags
    pace: float

    def buyers(self, number: Index, draw: Index) -> Index:
        """Who places the orders of those numbers, which follow time, by a ``draw`` of 0 … customers − 1 each.

        An order is a newcomer's first, or that of one of the latest to come, always of as many.
        """
        come = np.minimum((number * self.pace).astype(np.int64), len(self.line) - self.known)
        then = np.minimum(((number + 1) * self.pace).astype(np.int64), len(self.line) - self.known)
        place: Index = come + np.where(then > come, self.known, draw * self.known // len(self.line))
        return self.line[place].astype(np.int64)


@dataclass
class Leavers:
    """Who has left the shop by the end of the last chunk (a flag for each customer): they place no orders of their own
    until they write in again.
    """

    gone: Flags

    def follow(self, customer: Index, opened: Millis, left: Flags) -> Callable[[Index, Millis], Flags]:
        """Takes in a chunk's conversations; who was gone at instants of that chunk can be asked of what is returned."""
        before, order = self.gone.copy(), np.lexsort((opened, customer))
        known = customer[order] * _SPAN + opened[order]
        customer, left = customer[order], left[order]
        self.gone[customer] = left  # the last one of each customer stays

        def asked(who: Index, at: Millis) -> Flags:
            place = np.searchsorted(known, who * _SPAN + at, side="right") - 1
            wrote = (place >= 0) & (customer[place] == who) if len(customer) else np.zeros(len(who), bool)
            return np.where(wrote, left[place] if len(left) else False, before[who])

        return asked


def clientele(config: ShopConfig, pool: Customers, planned: Affairs, streams: Streams) -> Clientele:
    """Draws the newcomers from the customers who never write in; all others are known buyers."""
    silent = np.bincount(planned.customer, minlength=pool.size) == 0
    orders = config.conversations * UNASKED * _LEEWAY
    rng = streams.of("clientele")
    newcomers = rng.permutation(np.flatnonzero(silent))[: int(orders * _MOST_FIRST)]
    newcomer = np.zeros(pool.size, bool)
    newcomer[newcomers] = True
    line = np.concatenate([rng.permutation(np.flatnonzero(~newcomer)), newcomers]).astype(np.int32)
    return Clientele(line, pool.size - len(newcomers), newcomer, len(newcomers) / orders)


def bought_before(
    pool: Customers, known: Clientele, first: int, last: int, rng: np.random.Generator
) -> tuple[Index, Index, Millis]:
    """Number, customer and instant of each order of the year before the run, by customers ``first`` … ``last`` − 1.

    Every known buyer has at least one, after joining. Numbers follow time.
    """
    buyers = first + np.flatnonzero(~known.newcomer[first:last])
    draw = rng.random(len(buyers))
    customer = np.repeat(buyers, sum((draw < share).astype(np.int64) for share in _BOUGHT_BEFORE))
    age = np.minimum(-pool.joined[customer] - 1, _YEAR)
    ordered = -(rng.random(len(customer)) * age).astype(np.int64) - 1
    order = np.argsort(ordered, kind="stable")
    return first * len(_BOUGHT_BEFORE) + np.arange(len(order)), customer[order], ordered[order]
