"""The line of those who wait for a person: promised ones first, in turn; then by what a minute of a person earns."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, order=True)
class Place:
    """A place in the line; the order of the fields is the order of the line.

    ``turn`` is 0 for the promised, who keep their order of coming, and 1 for the rest.
    """

    turn: int
    rank: float
    since: int
    conversation_id: str
    minutes: float = field(compare=False)


@dataclass
class Line:
    """Who waits for a person, in the order in which they are served.

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
        """A person's minutes served before a newcomer of that priority, (u + ℓ)/s, who was promised nothing."""
        ahead = 0.0
        for place in self._places:
            if place.turn == 1 and -place.rank < priority:
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

    def add(self, conversation_id: str, *, priority: float, minutes: float, since: int, promised: bool = False) -> None:
        """Puts a conversation where it belongs."""
        self.remove(conversation_id)
        place = (
            Place(0, 0.0, since, conversation_id, minutes)
            if promised
            else Place(1, -priority, since, conversation_id, minutes)
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

    def next(self) -> str | None:
        """Takes out who is served next; None if nobody waits."""
        if not self._places:
            return None
        first = self._places[0].conversation_id
        self.remove(first)
        return first
