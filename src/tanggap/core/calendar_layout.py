"""The working clock: a calendar laid out as a table of slots.

Slot ``s`` is the time from ``s * slot_length`` to ``(s + 1) * slot_length`` microseconds since the epoch, and is open
or closed as a whole. The working clock at an instant is the working time before its slot, plus, in an open slot, the
time into it; a duration in working hours is then a subtraction. An engine does the same by an equi-join on the slot
number, so its table and these methods must agree to the microsecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanggap.core.calendars import CalendarVersions, Interval, open_intervals
from tanggap.core.errors import CalendarError, OutOfRangeError, UsageError
from tanggap.core.instants import MINUTE, SECOND, format_instant

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AtClosing = Literal["next_opening", "stay"]
AtOpening = Literal["stay", "previous_closing"]

#: Slots are no longer than this, so that a calendar that changes rarely makes its table finer.
LONGEST_SLOT: Final = 15 * MINUTE

_AFTER: Final = np.iinfo(np.int64).max
_BEFORE: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Layout:
    """A calendar laid out over ``[start, end)``; ``start`` and ``end`` lie on slot edges (microseconds).

    ``slot`` (int64) are the slots' numbers, ascending without gaps; ``worked_before`` (int64, microseconds) the working
    time from ``start`` to the slot; ``open`` (bool) whether it is worked; ``open_slots`` (int64) the numbers of the
    open slots: the k-th open slot begins after ``k * slot_length`` of working time.

    Methods take integer instants (an int, a list, an int64 array) and broadcast; anything else is a TypeError, for a
    float or a datetime64 of another unit would be read wrongly without a word.
    """

    calendar_id: str
    start: int
    end: int
    slot_length: int
    slot: Ints
    worked_before: Ints
    open: Bools
    open_slots: Ints

    @property
    def has_open_hours(self) -> bool:
        """Whether anything is worked in the whole range; if not, no deadline can be given."""
        return self.open_slots.size > 0

    @cached_property
    def total(self) -> int:
        """The working time of the whole range (microseconds)."""
        return int(self.open_slots.size) * self.slot_length

    def is_open(self, instants: ArrayLike) -> Bools:
        """Whether each instant is worked: an opening is, a closing is not.

        Raises:
            OutOfRangeError: an instant outside ``[start, end)``.
        """
        index, _ = self._locate(instants)
        return np.asarray(self.open[index])

    def worked(self, instants: ArrayLike) -> Ints:
        """The working clock at each instant: microseconds worked since the layout's start.

        Raises:
            OutOfRangeError: an instant outside ``[start, end)``.
        """
        index, within = self._locate(instants)
        within *= self.open[index]
        within += self.worked_before[index]
        return within

    def duration(self, starts: ArrayLike, ends: ArrayLike) -> Ints:
        """The working time from each start to each end in microseconds; 0 where it ends before it starts.

        Raises:
            OutOfRangeError: an instant outside ``[start, end)``.
        """
        return np.asarray(np.maximum(self.worked(ends) - self.worked(starts), 0))

    def deadline(self, starts: ArrayLike, targets: ArrayLike, at_closing: AtClosing = "next_opening") -> Ints:
        """The instant at which each target (microseconds of working time) is used up, counting from each start.

        A target used up exactly at closing is due at the ``next_opening``, or then and there (``stay``). A target of 0
        is due at the start if that is working time (or, with ``stay``, a closing), else at the next opening.

        Raises:
            OutOfRangeError: a start outside ``[start, end)``, or a deadline past ``end``.
            UsageError: a negative target, or no such ``at_closing``.
        """
        _one_of(at_closing, ("next_opening", "stay"), "at_closing")
        begun = _integers(starts)
        clock = self.worked(begun) + self._targets(targets)
        due = self._latest_at(clock)
        if at_closing == "stay":
            early = self._earliest_at(clock)
            due = np.where(early >= begun, early, due)
        if (due == _AFTER).any():
            self._no_deadline("after")
        return due

    def deadline_before(self, ends: ArrayLike, targets: ArrayLike, at_opening: AtOpening = "stay") -> Ints:
        """The instant from which exactly each target of working time is left until each end: counting backwards.

        A target used up exactly at opening stays there (``stay``), or goes to the ``previous_closing``. A target of 0
        is the end itself if that is working time (or a closing), else the closing before it.

        Raises:
            OutOfRangeError: an end outside ``[start, end)``, or a result before ``start``.
            UsageError: a negative target, or no such ``at_opening``.
        """
        _one_of(at_opening, ("stay", "previous_closing"), "at_opening")
        ended = _integers(ends)
        clock = self.worked(ended) - self._targets(targets)
        due = self._earliest_at(clock)
        if at_opening == "stay":
            late = self._latest_at(clock)
            due = np.where(late <= ended, late, due)
        if (due == _BEFORE).any():
            self._no_deadline("before")
        return due

    def _locate(self, instants: ArrayLike) -> tuple[Ints, Ints]:
        """The row of the slot of each instant, and the microseconds into the slot."""
        values = _integers(instants)
        if values.size and (values.min() < self.start or values.max() >= self.end):
            self._outside(values)
        index = values // self.slot_length
        within = values - index * self.slot_length
        return index - self.start // self.slot_length, np.asarray(within)

    def _latest_at(self, clock: Ints) -> Ints:
        """The last instant at which the working clock shows ``clock``: within or at the beginning of an open slot."""
        return self._inverse(clock, clock // self.slot_length)

    def _earliest_at(self, clock: Ints) -> Ints:
        """The first instant at which the working clock shows ``clock``: within or at the end of an open slot."""
        return self._inverse(clock, (clock - 1) // self.slot_length)

    def _inverse(self, clock: Ints, order: Ints) -> Ints:
        count = self.open_slots.size
        if not count:
            return np.where(order < 0, _BEFORE, _AFTER)
        number = self.open_slots[np.clip(order, 0, count - 1)]
        found = number * self.slot_length + (clock - order * self.slot_length)
        return np.where(order < 0, _BEFORE, np.where(order >= count, _AFTER, found))

    def _targets(self, targets: ArrayLike) -> Ints:
        values = _integers(targets)
        if values.size and values.min() < 0:
            raise UsageError("a target cannot be negative", place=self.calendar_id)
        # More than the whole range cannot be reached; capped, so that adding to it cannot overflow.
        return np.minimum(values, self.total + 1)

    def _range(self) -> str:
        return f"{format_instant(self.start)} to {format_instant(self.end)}"

    def _outside(self, values: Ints) -> None:
        outside = values[(values < self.start) | (values >= self.end)]
        raise OutOfRangeError(
            f"{_show(int(outside.flat[0]))} is outside {self._range()}, for which calendar {self.calendar_id!r}"
            " is laid out",
            place=self.calendar_id,
            hint="correct the instant, lay the calendar out for longer, or give it a version valid from earlier",
        )

    def _no_deadline(self, side: str) -> None:
        if not self.has_open_hours:
            raise OutOfRangeError(
                f"calendar {self.calendar_id!r} is never open from {self._range()}: there is no deadline",
                place=self.calendar_id, hint="give the calendar hours, or promise in calendar time",
            )  # fmt: skip
        raise OutOfRangeError(
            f"a deadline is {side} {self._range()}, for which calendar {self.calendar_id!r} is laid out",
            place=self.calendar_id, hint="lay the calendar out for longer, or promise less",
        )  # fmt: skip


def layout(calendar: CalendarVersions, start: int, end: int, slot: int | None = None) -> Layout:
    """A calendar laid out over at least ``[start, end)``, widened to slot edges.

    A calendar that began to hold later than ``start`` is laid out from there on. ``slot`` (microseconds) sets the slot
    length; else it is the longest of 15, 5, 3 and 1 minutes that divides every boundary.

    Raises:
        CalendarError: a boundary that is no multiple of ``slot``, or of a minute.
        UsageError: ``end`` is not after ``start``, or ``slot`` is not positive.
    """
    first, last = _widen(calendar, start, end, slot or LONGEST_SLOT)
    intervals = open_intervals(calendar, first, last)
    return _lay_out(calendar.calendar_id, first, last, intervals, _slot_length(calendar, intervals, slot))


def layouts(calendars: Sequence[CalendarVersions], start: int, end: int) -> list[Layout]:
    """Several calendars laid out with one slot length, so that one table can hold them all (see :func:`layout`)."""
    ranges = [_widen(calendar, start, end, LONGEST_SLOT) for calendar in calendars]
    worked = [open_intervals(calendar, *span) for calendar, span in zip(calendars, ranges, strict=True)]
    lengths = [_slot_length(calendar, found, None) for calendar, found in zip(calendars, worked, strict=True)]
    length = gcd(LONGEST_SLOT, *lengths)
    return [
        _lay_out(calendar.calendar_id, first, last, found, length)
        for calendar, (first, last), found in zip(calendars, ranges, worked, strict=True)
    ]


def _widen(calendar: CalendarVersions, start: int, end: int, step: int) -> tuple[int, int]:
    if end <= start or step <= 0:
        raise UsageError("a layout must end after it starts, and its slots must have a length",
                         place=calendar.calendar_id)  # fmt: skip
    begun = start if calendar.starts_at is None else min(max(start, calendar.starts_at), end)
    return begun // step * step, -(-end // step) * step


def _slot_length(calendar: CalendarVersions, intervals: Iterable[Interval], slot: int | None) -> int:
    boundaries = [instant for interval in intervals for instant in interval]
    if slot is not None:
        odd = next((instant for instant in boundaries if instant % slot), None)
        if odd is not None:
            raise CalendarError(f"the boundary {_show(odd)} is no multiple of {slot / SECOND:g} s",
                                place=calendar.calendar_id, hint="use a shorter slot")  # fmt: skip
        return slot
    length = gcd(LONGEST_SLOT, *boundaries)
    if length < MINUTE:
        raise CalendarError(
            f"its boundaries need slots of {length / SECOND:g} s, shorter than a minute",
            place=calendar.calendar_id,
            hint="keep hours to the minute; local mean times of before 1972 have seconds, so begin later",
        )
    return length


def _lay_out(calendar_id: str, start: int, end: int, intervals: list[Interval], length: int) -> Layout:
    first, last = start // length, end // length
    edges = np.array(intervals, np.int64).reshape(-1, 2) // length - first
    steps = np.zeros(last - first + 1, np.int8)
    steps[edges[:, 0]] += 1  # merged intervals never share an edge, so plain indexing counts each
    steps[edges[:, 1]] -= 1
    is_open = np.cumsum(steps[:-1], dtype=np.int8).astype(bool)
    worked = np.cumsum(is_open, dtype=np.int64) * length
    slot = np.arange(first, last, dtype=np.int64)
    return Layout(
        calendar_id, start, end, length, slot,
        worked_before=worked - is_open * length, open=is_open, open_slots=slot[is_open],
    )  # fmt: skip


def _integers(values: ArrayLike) -> Ints:
    array = np.asarray(values)
    if array.size and array.dtype.kind != "i":
        raise TypeError(f"instants and durations are integer microseconds, not {array.dtype}")
    return array.astype(np.int64, copy=False)


def _show(instant: int) -> str:
    try:
        return format_instant(instant)
    except OverflowError:
        return f"{instant} microseconds since 1970"


def _one_of(value: str, allowed: tuple[str, ...], place: str) -> None:
    if value not in allowed:
        raise UsageError(f"unknown choice {value!r}", place=place, hint=f"one of {', '.join(allowed)}")
