"""Buckets as peers cut them: in a zone or at a fixed offset, weeks from any day on, clipped to the range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, timezone, tzinfo
from typing import Any, Final

from tanggap.cli.vectors import reading
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.reading import UnknownFormError
from tanggap.core.calendars import WEEKDAYS
from tanggap.core.instants import HOUR, to_datetime, to_micros, zone
from tanggap.core.periods import GRAINS, Period, floor_day, local_day, local_midnight, next_day
from tanggap.metrics.model import Cell

_DAYS_A_WEEK: Final = 7
_MOST_HOURS: Final = 24
_MOST_BUCKETS: Final = 1_000


@dataclass(frozen=True)
class Bucket:
    """One bucket: the instant it begins as its desk says it, and what of it lies within the range."""

    begins: int
    period: Period


@dataclass(frozen=True)
class Cut:
    """How a case cuts its range: ``grain``, zone (a name, or else a fixed offset), first day of a week (Monday: 0)."""

    period: Period
    grain: str
    zone_name: str | None
    tz: tzinfo
    first_weekday: int

    @classmethod
    def of(cls, case: Case, period: Period, default: str | None = None) -> Cut | None:
        """The cut that a case asks for; None where it asks for none.

        Raises:
            UnknownFormError: no such bucket, day or zone.
        """
        grain = case.input.get("bucket") or default
        if grain is None:
            return None
        if grain not in GRAINS:
            raise UnknownFormError(f"nothing here cuts into buckets of a {grain!r:.40}")
        offset = case.input.get("utc_offset_hours")
        name = reading.timezone(case) if offset is None else None
        said = case.says("week_starts_on")[:3]
        first = WEEKDAYS.index(said) if said else 0
        return cls(period, str(grain), name, zone(name) if name else _fixed(offset), first)

    def buckets(self) -> Iterator[Bucket]:
        """The buckets, in order, without gaps.

        Raises:
            UnknownFormError: there are more than anybody reads.
        """
        for number, start in enumerate(self._starts()):
            if start >= self.period.end:
                return
            if number > _MOST_BUCKETS:
                raise UnknownFormError(f"more than {_MOST_BUCKETS} buckets")
            begins, ends = max(start, self.period.start), min(self._next(start), self.period.end)
            if begins < ends:
                yield Bucket(start, Period(begins, ends))

    def cells(self, desk: Desk, question: Question) -> list[tuple[Bucket, Cell | None]]:
        """A figure bucket by bucket: by the product's own grain where that cuts alike, else period by period."""
        found = list(self.buckets())
        if self.zone_name is not None and (self.grain != "week" or self.first_weekday == 0):
            cells = desk.series(question.by_grain(self.grain, self.zone_name))
            if len(cells) == len(found):
                return list(zip(found, cells, strict=True))
        return [(bucket, desk.cell(question.within(bucket.period))) for bucket in found]

    def shown(self, instant: int) -> str:
        """An instant as a local time with its offset; ``Z`` at none."""
        return to_datetime(instant, self.tz).isoformat().replace("+00:00", "Z")

    def _starts(self) -> Iterator[int]:
        if self.grain == "hour":
            local = to_datetime(self.period.start, self.tz)
            start = to_micros(local.replace(minute=0, second=0, microsecond=0))
            while True:
                yield start
                start += HOUR
        day = self._floor(local_day(self.period.start, self.tz))
        while True:
            yield local_midnight(day, self.tz)
            day = next_day(day, self.grain)

    def _next(self, start: int) -> int:
        if self.grain == "hour":
            return start + HOUR
        return local_midnight(next_day(self._floor(local_day(start, self.tz)), self.grain), self.tz)

    def _floor(self, day: date) -> date:
        if self.grain != "week":
            return floor_day(day, self.grain)
        return day - timedelta(days=(day.weekday() - self.first_weekday) % _DAYS_A_WEEK)


def _fixed(hours: Any) -> tzinfo:
    if isinstance(hours, bool) or not isinstance(hours, int | float) or abs(hours) >= _MOST_HOURS:
        raise UnknownFormError(f"its utc_offset_hours is no offset: {hours!r:.40}")
    return timezone(timedelta(hours=hours))
