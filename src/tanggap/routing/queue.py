"""The line of those who wait for a person: promised ones first, in turn; then by what would be lost by waiting on.

    urgency = (u + ℓ)/s · P(gives up within the next 8 minutes | has waited so long)

Answering i before j for the time s_i loses j with the chance of giving up meanwhile. Where nobody in the line is ever
reached who is not next, that chance is one, and (u + ℓ)/s is best; where all are reached soon it goes with the hazard
of giving up, and (u + ℓ)·θ/s is (the cμ-rule: Cox & Smith 1961, "Queues"; with abandonment cμ/θ: Atar, Giat & Shimkin
2010). A line that a price keeps short lies between. Who is still within the grace of their channel can wait a little.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import expm1
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.core.instants import MINUTE
from tanggap.routing.model import Patience

#: Chosen on seeds 0 to 3 of the simulated floor, flat from 4 to 15 minutes (docs/ROUTING.md).
HORIZON: Final = 8.0


@dataclass(frozen=True, order=True)
class Place:
    """A place in the line; the order of the fields is the order of the line.

    ``turn`` is 0 for the promised, who keep their order of coming, and 1 for the rest, who are in order of worth.
    Without ``patience`` nothing is known of when they give up, and worth alone counts.
    """

    turn: int
    rank: float
    since: int
    conversation_id: str
    minutes: float = field(compare=False)
    patience: Patience | None = field(default=None, compare=False)

    def urgency(self, now: int) -> float:
        """What a minute of a person saves here if it is given now and not later; for who was promised nothing."""
        worth = -self.rank
        if self.patience is None or worth <= 0:
            return worth
        waited = max(now - self.since, 0) / MINUTE - self.patience.grace
        beyond = max(waited + HORIZON, 0.0) - max(waited, 0.0)
        return -worth * expm1(-self.patience.rate * beyond)


@dataclass
class Line:
    """Who waits for a person: it is read in order of worth, and served (``first``) in order of urgency.

    A conversation waits once: adding it again moves it. All instants are microseconds UTC.
    """

    _places: list[Place] = field(default_factory=list)
    _of: dict[str, Place] = field(default_factory=dict)
    _backlog: float = 0.0

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places)

    def __contains__(self, conversation_id: object) -> bool:
        return conversation_id in self._of

    @property
    def backlog(self) -> float:
        """A person's minutes that wait."""
        return self._backlog

    def minutes_ahead(self, priority: float) -> float:
        """A person's minutes before a newcomer of that priority, (u + ℓ)/s, who was promised nothing: of the promised,
        and of those worth as much, whoever of them is served first.
        """
        ahead = 0.0
        for place in self._places:
            if place.turn == 1 and -place.rank < priority:
                break
            ahead += place.minutes
        return ahead

    def minutes_before(self, conversation_id: str) -> float:
        """A person's minutes that wait before a conversation that waits; all of them where it does not."""
        ahead = 0.0
        for place in self._places:
            if place.conversation_id == conversation_id:
                break
            ahead += place.minutes
        return ahead

    def minutes_ahead_of(self, priority: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of many newcomers at once, each as if they came alone."""
        free = [place for place in self._places if place.turn == 1]
        served = np.cumsum([0.0, *(place.minutes for place in free)])
        promised = sum(place.minutes for place in self._places if place.turn == 0)
        # Ranks rise as priorities fall; a newcomer stands behind those of the same.
        before = np.searchsorted([place.rank for place in free], -priority, side="right")
        return np.asarray(promised + served[before])

    def add(
        self, conversation_id: str, *, priority: float, minutes: float, since: int, promised: bool = False,
        patience: Patience | None = None,
    ) -> None:  # fmt: skip
        """Puts a conversation where it belongs."""
        self.remove(conversation_id)
        place = (
            Place(0, 0.0, since, conversation_id, minutes)
            if promised
            else Place(1, -priority, since, conversation_id, minutes, patience)
        )
        insort(self._places, place)
        self._of[conversation_id] = place
        self._backlog += minutes

    def remove(self, conversation_id: str) -> bool:
        """Takes a conversation out, because it is answered or gave up; whether it was there."""
        place = self._of.pop(conversation_id, None)
        if place is None:
            return False
        self._places.remove(place)
        self._backlog = sum(waiting.minutes for waiting in self._places) if self._places else 0.0
        return True

    def first(self, now: int, able: Callable[[str], bool] = lambda _: True) -> Place | None:
        """Who is served next, of those whom somebody is ``able`` to answer; None if there is nobody."""
        found, most = None, 0.0
        for place in self._places:
            if not able(place.conversation_id):
                continue
            if place.turn == 0:
                return place
            urgency = place.urgency(now)
            if found is None or urgency > most:
                found, most = place, urgency
        return found

    def of(self, conversation_id: str) -> Place | None:
        """A conversation's place; None if it does not wait."""
        return self._of.get(conversation_id)
