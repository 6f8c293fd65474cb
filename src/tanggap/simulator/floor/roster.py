"""Who is on shift when: seats, hours and breaks. Minutes since the local midnight of the first day."""

from __future__ import annotations

from dataclasses import dataclass

from tanggap.simulator.floor.worlds import (
    BREAK,
    BREAKS_AFTER,
    CALLBACK_WITHIN,
    CLOSES,
    OPENS,
    SHIFT_CHANGE,
)

DAY = 24 * 60.0


@dataclass(frozen=True)
class Seat:
    """A person on shift: ``capacity`` conversations at once, each in full minutes. No ``languages``: any."""

    capacity: int = 1
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roster:
    """Seats that are taken every day from ``opens`` to ``closes`` (minutes of the day), for ``days`` days.

    ``breaks`` holds (minute of the day, seat) of every break of ``pause`` minutes. Who is in a conversation when the
    break is due, or when the desk closes, ends it first. ``callback_within``: see ``worlds``.
    """

    seats: tuple[Seat, ...]
    days: int
    opens: float = 0.0
    closes: float = DAY
    breaks: tuple[tuple[float, int], ...] = ()
    pause: float = 0.0
    callback_within: float = CALLBACK_WITHIN

    @property
    def always(self) -> bool:
        """Whether the desk never closes."""
        return self.opens <= 0.0 and self.closes >= DAY

    @property
    def places(self) -> int:
        """Conversations that all seats can hold."""
        return sum(seat.capacity for seat in self.seats)

    @property
    def minutes(self) -> float:
        """Place minutes on shift, breaks taken off."""
        rest = sum(self.seats[seat].capacity for _, seat in self.breaks) * self.pause
        return self.days * (self.places * (self.closes - self.opens) - rest)

    @property
    def end(self) -> float:
        """When the desk closes for the last time."""
        return (self.days - 1) * DAY + self.closes

    def is_open(self, minute: float) -> bool:
        """Whether the desk is open."""
        return self.always or self.opens <= minute % DAY < self.closes

    def next_opening(self, minute: float) -> float:
        """The next opening at or after ``minute``."""
        day = minute // DAY
        opening = day * DAY + self.opens
        return opening if minute <= opening else opening + DAY

    def closing(self, minute: float) -> float:
        """When the desk, open at ``minute``, closes."""
        return minute // DAY * DAY + self.closes


def usual_roster(seats: int, days: int, *, capacity: int = 1, english: float = 1.0) -> Roster:
    """Two shifts a day with staggered breaks; the share ``english`` of the seats also writes English."""
    both, one = ("id", "en"), ("id",)
    speaking = round(seats * english)
    staff = tuple(Seat(capacity, both if number < speaking else one) for number in range(seats))
    breaks = [
        (start + BREAKS_AFTER[number % len(BREAKS_AFTER)], number)
        for start in (OPENS, SHIFT_CHANGE)
        for number in range(seats)
    ]
    return Roster(staff, days, OPENS, CLOSES, tuple((float(at), seat) for at, seat in sorted(breaks)), BREAK)
