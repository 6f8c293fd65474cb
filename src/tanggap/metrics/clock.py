"""The two clocks in the query engine: an instant meets its slot by an equi-join on an integer.

:mod:`tanggap.core.calendar_layout` lays calendars out; here the layouts become two small tables. ``clock_slots``:
one row a slot (key, worked before it, open). ``clock_openings``: one row an open slot, found by how much was worked
before it, which turns "so much working time later" into an instant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendar_layout import Layout, layouts
from tanggap.core.calendars import CalendarVersions, always_open
from tanggap.core.errors import OutOfRangeError
from tanggap.core.instants import DAY, HOUR
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine

#: Room for a calendar's slots within one integer key: minutes since 1970 need 26 bits until 2097.
_CALENDAR: Final = 1 << 32
#: How far past the newest event calendars are laid out; for longer promises up to the farther one.
_AHEAD: Final = 370 * DAY
_FARTHEST: Final = 50 * 366 * DAY
_ALWAYS: Final = ""


def calendars_of(rows: Sequence[Mapping[str, Any]], settings: Settings) -> dict[str, CalendarVersions]:
    """The calendars of the lake (rows of the ``calendars`` table) and of the settings, which win.

    Raises:
        CalendarError: a definition is wrong.
    """
    versions: dict[str, list[tuple[Any, Any]]] = {}
    for row in rows:
        place = f"calendar {row['calendar_id']!r}"
        calendar = parse_calendar(json.loads(row["definition"]), place=place)
        versions.setdefault(row["calendar_id"], []).append((row["valid_from"], calendar))
    for name in {setting.calendar_id for setting in settings.calendars}:
        versions[name] = [
            (s.valid_from, parse_calendar(dict(s.definition), place=f"[calendars.{name}]"))
            for s in settings.calendars
            if s.calendar_id == name
        ]
    return {name: CalendarVersions(name, tuple(found)) for name, found in versions.items()}


@dataclass(frozen=True)
class Clock:
    """The working clock of every calendar, laid out from ``start`` to ``end``.

    ``numbers`` gives each calendar its number; ``default`` is the number of the calendar that applies where a
    conversation names none.
    """

    start: int
    end: int
    slot_length: int
    numbers: Mapping[str, int]
    default: int
    layouts: Sequence[Layout]

    @classmethod
    def lay_out(
        cls, calendars: Mapping[str, CalendarVersions], default: str, start: int, end: int, *, promise: int = 0
    ) -> Clock:
        """Lays out every calendar over the instants from ``start`` to ``end`` and on, for deadlines: a year, or until
        a ``promise`` of so much working time (microseconds) that began at the end is over, but not beyond fifty years.

        ``default`` names the calendar for conversations without one; empty or unknown: the only calendar there
        is, else one that is always open.
        """
        found = dict(calendars)
        if not default and len(found) == 1:
            default = next(iter(found))
        if default not in found:
            default = _ALWAYS
            found[_ALWAYS] = CalendarVersions.single(_ALWAYS, always_open())
        ahead = _AHEAD
        laid = layouts(list(found.values()), start - DAY, end + ahead)
        while ahead < _FARTHEST and any(_left(layout, end) < promise for layout in laid if _goes_on(layout)):
            ahead = min(4 * ahead, _FARTHEST)
            laid = layouts(list(found.values()), start - DAY, end + ahead)
        numbers = {name: number for number, name in enumerate(found)}
        return cls(start, end, laid[0].slot_length, numbers, numbers[default], laid)

    def check(self, promise: int) -> None:
        """Makes sure that a promise of so much working time that begins at the end is over while calendars last.

        Raises:
            OutOfRangeError: it is not, within fifty years.
        """
        for layout in self.layouts:
            if _goes_on(layout) and _left(layout, self.end) < promise:
                raise OutOfRangeError(
                    f"a promise of {promise / HOUR:g} working hours is not over within fifty years",
                    place=f"calendar {layout.calendar_id!r}", hint="promise less, or in calendar time",
                )  # fmt: skip

    def slots(self) -> pa.Table:
        """``slot_key``, ``worked_before`` (microseconds), ``is_open`` (0 or 1) of every slot."""
        keys = [layout.slot + number * _CALENDAR for number, layout in enumerate(self.layouts)]
        return pa.table(
            {
                "slot_key": np.concatenate(keys),
                "worked_before": np.concatenate([layout.worked_before for layout in self.layouts]),
                "is_open": np.concatenate([layout.open for layout in self.layouts]).astype(np.int64),
            }
        )

    def openings(self) -> pa.Table:
        """``opening_key`` (calendar and count of open slots before) and ``opens_at`` of every open slot."""
        keys = [np.arange(len(layout.open_slots)) + n * _CALENDAR for n, layout in enumerate(self.layouts)]
        starts = [layout.open_slots * layout.slot_length for layout in self.layouts]
        return pa.table(
            {"opening_key": np.concatenate(keys).astype(np.int64), "opens_at": np.concatenate(starts).astype(np.int64)}
        )

    def calendar_numbers(self) -> pa.Table:
        """``calendar_id`` and ``calendar_number`` of every named calendar."""
        named = {name: number for name, number in self.numbers.items() if name != _ALWAYS}
        return pa.table(
            {
                "calendar_id": pa.array(list(named), pa.string()),
                "calendar_number": pa.array(list(named.values()), pa.int64()),
            }
        )


def _left(layout: Layout, end: int) -> int:
    """The working time a layout holds from ``end`` on."""
    return layout.total - int(layout.worked(end))


def _goes_on(layout: Layout) -> bool:
    """Whether the calendar is still open in the last year laid out; where it is not, what it lacks will never come."""
    return layout.has_open_hours and int(layout.open_slots[-1]) * layout.slot_length >= layout.end - _AHEAD


class EngineClock:
    """The clock attached to an engine."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.clock = clock
        self._slots = engine.attach_arrow("clock_slots", clock.slots())
        self._openings = engine.attach_arrow("clock_openings", clock.openings())
        self.calendars = engine.attach_arrow("clock_calendars", clock.calendar_numbers())

    def with_calendar_number(self, rows: ir.Table) -> ir.Table:
        """``rows`` (with ``calendar_id``) and the number of each row's calendar."""
        known = self.calendars.rename(known_id="calendar_id")
        joined = rows.left_join(known, rows.calendar_id == known.known_id)
        number = joined.calendar_number.fill_null(self.clock.default)
        return joined.mutate(calendar_number=number).drop("known_id")

    def with_worked(self, rows: ir.Table, *columns: str) -> ir.Table:
        """``rows`` (with ``calendar_number``) and, for each instant column, ``<column>__worked``: the reading of
        the working clock then (microseconds), null where the instant is null.
        """
        length = self.clock.slot_length
        keys = {f"{name}__slot": rows.calendar_number * _CALENDAR + rows[name] // length for name in columns}
        rows = joined = rows.mutate(**keys)
        for name in columns:  # one chain of joins, not a query around a query for each: half the time of planning
            slots = self._slots.select(**{
                f"{name}__key": self._slots.slot_key, f"{name}__before": self._slots.worked_before,
                f"{name}__open": self._slots.is_open,
            })  # fmt: skip
            joined = joined.left_join(slots, rows[f"{name}__slot"] == slots[f"{name}__key"])
        worked = {
            f"{name}__worked": joined[f"{name}__before"] + joined[f"{name}__open"] * (joined[name] % length)
            for name in columns
        }
        return joined.select(*(name for name in rows.columns if name not in keys), **worked)

    def with_due(self, rows: ir.Table, worked: str, into: str, at_closing: str) -> ir.Table:
        """``rows`` (with ``calendar_number``) and, in ``into``, the instant at which the working clock reads
        ``worked``: where that is a closing time, the next opening, or the closing itself (``stay``).
        """
        length = self.clock.slot_length
        reading = rows[worked]
        # A reading that fills its slot to the brim is both the end of that slot and the start of the next.
        if at_closing == "stay":
            index, rest = (reading - 1) // length, (reading - 1) % length + 1
        else:
            index, rest = reading // length, reading % length
        rows = rows.mutate(opening_key_=rows.calendar_number * _CALENDAR + index, rest_=rest)
        joined = rows.left_join(self._openings, rows.opening_key_ == self._openings.opening_key)
        due = joined.opens_at + joined.rest_
        return joined.mutate(due.name(into)).drop("opening_key_", "rest_", "opening_key", "opens_at")
