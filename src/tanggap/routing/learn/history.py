"""The history that routing learns from: one row a conversation, from the lake or a simulated floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Instants = NDArray[np.int64]


@dataclass(frozen=True)
class History:
    """Conversations that count, a row each; all arrays of one length.

    ``human``: a person was to answer first (the arm as assigned, whatever became of it). ``given_up``: left the queue.
    ``bought`` and ``left`` hold what is known by the end; ``bought_known`` and ``left_known`` say whether it is.
    ``left``: no order after the buying window until the horizon is over; what is bought within the window is in
    ``bought``, and would else count twice.
    ``ease`` (1 … 5), ``margin`` (minor units, of what was bought), ``wait`` (minutes in the queue) and ``propensity``
    (of the arm taken) are NaN where there is none. ``cost`` in minor units, without people's wages (bot answers,
    channel fees); ``minutes`` of people, those after a bot's failing included. ``customer_value`` in minor units, as
    known when the conversation began, NaN where unknown.
    ``opened_at`` in microseconds UTC.
    """

    opened_at: Instants
    intent: Texts
    category: Texts
    channel: Texts
    human: Flags
    given_up: Flags
    bought: Flags
    bought_known: Flags
    left: Flags
    left_known: Flags
    ease: Floats
    margin: Floats
    cost: Floats
    minutes: Floats
    wait: Floats
    propensity: Floats
    customer_value: Floats
    forced: Flags | None = None

    @property
    def size(self) -> int:
        """How many conversations."""
        return len(self.opened_at)

    @property
    def given_to_people(self) -> Flags:
        """Which a guardrail gave to a person; none where that is not known."""
        return np.zeros(self.size, np.bool_) if self.forced is None else self.forced


@dataclass(frozen=True)
class Staffing:
    """People on shift over the history: ``agents[i]`` from ``starts_at[i]`` until the next start (microseconds UTC)."""

    starts_at: Instants
    agents: Floats
