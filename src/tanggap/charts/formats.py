"""Numbers, durations, money and dates as people write them in Indonesian and English.

Everything that is shown to a person goes through :class:`Formats`, so that a figure reads the same in the
terminal, on the page, on a chart's axis and in a sentence. What is not there is said in words (``belum ada data``,
``no data``), never as a zero or an empty space.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, Literal, get_args

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from tanggap.charts.words import word
from tanggap.core.instants import to_datetime, zone
from tanggap.core.money import exponent, to_major

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

MINUS: Final = "\u2212"
NBSP: Final = "\u00a0"
DASH: Final = "\u2013"

#: What stands between a number and its per cent sign.
PERCENT_GAP: Final = NBSP

_PATTERNS: Final = {digits: "#,##0" + ("." + "0" * digits if digits else "") for digits in range(4)}
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_SCALES: Final = (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE), ("second", 1))
_COMPACT: Final = (("trillion", 10**12), ("billion", 10**9), ("million", 10**6), ("thousand", 10**3))
_FINE: Final = 10  # below ten of a unit one decimal is worth reading
#: Durations are shown to a tenth of a second; a change of less than half of that is none.
_FINEST: Final = 0.05


@lru_cache(maxsize=4)
def _locale(language: str) -> Locale:
    return Locale.parse({"id": "id_ID", "en": "en_GB"}[language])


def _present(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


@dataclass(frozen=True)
class Formats:
    """How figures are written for one reader.

    ``language`` is ``id`` or ``en``; ``currency`` an ISO 4217 code, for values in its minor units; ``timezone`` an
    IANA name, for instants. ``unit`` is always one of the values of ``metrics.model.Unit``.
    """

    language: Language
    currency: str = "IDR"
    timezone: str = "UTC"

    @cached_property
    def locale(self) -> Locale:
        """Babel's data for the language."""
        return _locale(self.language)

    def word(self, key: str, **values: object) -> str:
        """A word of the interface, see :mod:`tanggap.charts.words`."""
        return word(key, self.language, **values)

    # -- plain numbers ------------------------------------------------------------------------------------------

    def number(self, value: float, digits: int = 0) -> str:
        """``12480.5`` as ``12.480,5`` or ``12,480.5``, with a true minus sign and no negative zero."""
        text: str = format_decimal(Decimal(repr(float(value))), format=_PATTERNS[digits], locale=self.locale)
        if text.startswith("-"):
            text = text[1:]
            return MINUS + text if any(char in "123456789" for char in text) else text
        return text

    def share(self, value: float, digits: int = 1) -> str:
        """``0.812`` as ``81,2 %``; 0 and 100 are written without a decimal, and nothing else is rounded to them."""
        percent = value * 100
        if percent in (0, 100):
            return f"{percent:.0f}{PERCENT_GAP}%"
        # What would read as none or as all, and is neither, is told apart after rounding: no edge can slip through.
        text, smallest = self.number(percent, digits), 10.0**-digits
        if text == self.number(0, digits):
            return f"< {self.number(smallest, digits)}{PERCENT_GAP}%"
        if text == self.number(100, digits) and percent < 100:
            return f"> {self.number(100 - smallest, digits)}{PERCENT_GAP}%"
        return f"{text}{PERCENT_GAP}%"

    def duration(self, seconds: float) -> str:
        """Seconds in the two largest units that say something: ``2 mnt 10 dtk``, ``3 h 5 min``, ``4,2 dtk``."""
        sign = MINUS if seconds < 0 else ""
        seconds = abs(float(seconds))
        if seconds < _FINE:
            tenth = round(seconds, 1)
            if tenth == 0 and seconds > 0:
                return f"{'> ' if sign else '< '}{sign}{self.number(0.1, 1)}{NBSP}{self.word('unit.second')}"
            return f"{sign if tenth else ''}{self.number(tenth, 0 if tenth.is_integer() else 1)}" + (
                f"{NBSP}{self.word('unit.second')}"
            )
        for (name, size), (finer, step) in pairwise(_SCALES):
            if round(seconds) >= size:
                rounded = round(seconds / step) * step  # to the finer unit first: 23 h 59.6 min is a day
                if any(rounded == larger > size for _, larger in _SCALES):
                    return sign + self.duration(rounded)
                whole, rest = divmod(rounded // step, size // step)
                head = f"{self.number(whole)}{NBSP}{self.word(f'unit.{name}')}"
                return sign + head + (f" {rest}{NBSP}{self.word(f'unit.{finer}')}" if rest else "")
        return f"{sign}{round(seconds)}{NBSP}{self.word('unit.second')}"

    # -- money --------------------------------------------------------------------------------------------------

    def money(self, minor: float, *, full: bool = False) -> str:
        """Minor units of the currency as ``Rp 1,25 jt`` / ``IDR 1.25M``, or in ``full`` as ``Rp 1.250.000``."""
        major = to_major(minor if abs(minor) >= 0.5 else 0.0, self.currency)  # nothing has no sign
        symbol: str = get_currency_symbol(self.currency, locale=self.locale)
        sign = MINUS if major < 0 else ""
        gap = NBSP if symbol[-1].isalpha() else ""
        return f"{sign}{symbol}{gap}{self._amount(abs(major), full)}"

    def _amount(self, major: float, full: bool) -> str:
        if not full:
            for name, size in _COMPACT:
                if round(major / size, 2) >= 1:
                    gap = NBSP if self.language == "id" else ""
                    return f"{self._brief(major / size)}{gap}{self.word(f'compact.{name}')}"
        digits = exponent(self.currency)
        whole = major >= 1000 or digits == 0 or float(major).is_integer()
        return self.number(major, 0 if whole else min(digits, 2))

    def _brief(self, value: float) -> str:
        digits = 2 if round(value, 2) < _FINE else 1 if round(value, 1) < 100 else 0
        text = self.number(value, digits)
        mark = "," if self.language == "id" else "."
        return text.rstrip("0").rstrip(mark) if digits else text

    def target(self, unit: str, value: float) -> str:
        """A target or limit, without decimals that say nothing: ``80 %`` and not ``80,0 %``."""
        if unit == "share" and math.isclose(value * 100, round(value * 100), abs_tol=1e-9):
            return self.share(value, 0)
        if unit in ("mean_count", "per_day") and float(value).is_integer():
            return self.number(value)
        return self.value(unit, value)

    # -- by unit ------------------------------------------------------------------------------------------------

    def value(self, unit: str, value: float | None, *, full: bool = False) -> str:
        """One value in its unit; None and NaN are ``belum ada data`` / ``no data``."""
        if value is None or not math.isfinite(value):
            return self.word("no_data")
        if unit == "seconds":
            return self.duration(value)
        if unit == "share":
            return self.share(value)
        if unit == "score":
            return self._plus(value, self.number(value))
        if unit == "money":
            return self.money(value, full=full)
        if unit == "per_day":
            return self.word("per_day", number=self.number(value, 1))
        return self.number(value, 0 if unit == "count" else 1)

    def signed(self, unit: str, change: float | None) -> str:
        """A change with its sign; shares and scores change by points: ``+2,1 poin``, ``−1 min 5 s``."""
        if change is None or not math.isfinite(change):
            return self.word("no_data")
        if unit in ("share", "score"):
            points = change * 100 if unit == "share" else change
            return self.word("points", number=self._plus(points, self.number(points, 1)))
        if unit in ("mean_count", "per_day"):
            return self._plus(change, self.number(change, 2))
        if unit == "seconds" and abs(change) < _FINEST:
            return self.duration(0)  # neither way: a sign would say more than there is
        return self._plus(change, self.value(unit, change))

    @staticmethod
    def _plus(value: float, text: str) -> str:
        says_more_than_zero = any(char in "123456789" for char in text)
        return f"+{text}" if value > 0 and says_more_than_zero and text[0] != "<" else text

    def interval(self, unit: str, low: float | None, high: float | None, *, signed: bool = False) -> str:
        """``79,0–83,3`` for shares and plain numbers, ``1 mnt 58 dtk – 2 mnt 22 dtk``; empty if there is none."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return ""
        if unit == "share":
            low, high = low * 100, high * 100
        if unit in ("share", "score") or (unit in ("mean_count", "per_day") and not signed):
            digits = 0 if unit == "score" and not signed else 1
            ends = [self.number(end, digits) for end in (low, high)]
            if signed or min(low, high) < 0 < max(low, high):
                ends = [self._plus(end, text) for end, text in zip((low, high), ends, strict=True)]
        else:
            ends = [self.signed(unit, end) if signed else self.value(unit, end) for end in (low, high)]
        if signed or any(end.startswith(MINUS) for end in ends):
            return f"{ends[0]} {self.word('to')} {ends[1]}"  # a dash beside a sign cannot be read
        between = f"{NBSP}{DASH} " if any(" " in end or NBSP in end for end in ends) else DASH
        return between.join(ends)

    def figure(
        self, unit: str, value: float | None, low: float | None = None, high: float | None = None, *, few: bool = False
    ) -> str:
        """A value with what it is worth: ``81,2 % (79,0–83,3)``, or with ``few`` ``60 % (terlalu sedikit)``."""
        if not _present(value):
            return self.word("no_data")
        notes = [note for note in (self.interval(unit, low, high), self.word("too_few") if few else "") if note]
        return self.value(unit, value) + (f" ({'; '.join(notes)})" if notes else "")

    # -- dates --------------------------------------------------------------------------------------------------

    def day(self, day: date, *, year: bool = True) -> str:
        """``1 Mar 2026``, or ``1 Mar``."""
        text: str = format_date(day, "d MMM y" if year else "d MMM", locale=self.locale)
        return text.replace("Sept", "Sep")

    def day_of(self, instant: int) -> date:
        """The local day of an instant."""
        return to_datetime(instant, zone(self.timezone)).date()

    def instant(self, instant: int) -> str:
        """``1 Mar 2026 09.00 WIB`` / ``1 Mar 2026, 09:00 WIB``, in the time zone."""
        moment = to_datetime(instant, zone(self.timezone))
        pattern = "HH.mm" if self.language == "id" else "HH:mm"
        time: str = format_datetime(moment, pattern, locale=self.locale)
        name = moment.tzname() or "UTC"
        name = name if name[:1].isalpha() else f"UTC{name}"
        return f"{self.day(moment.date())}{'' if self.language == 'id' else ','} {time} {name}"

    def period(self, start: int, end: int) -> str:
        """A half-open span of instants by its days, both included: ``1 Jan – 31 Mar 2026``."""
        first = self.day_of(start)
        last = to_datetime(end, UTC) - timedelta(microseconds=1)
        final = last.astimezone(zone(self.timezone)).date()
        if first == final:
            return self.day(first)
        return f"{self.day(first, year=first.year != final.year)} {DASH} {self.day(final)}"

    def bucket(self, start: int, grain: str) -> str:
        """The short name of a grain's bucket: ``2 Mar``, ``Mar 2026``, ``2026``, ``09.00``."""
        moment = to_datetime(start, zone(self.timezone))
        if grain in ("month", "quarter"):
            return str(format_date(moment.date(), "MMM y", locale=self.locale)).replace("Sept", "Sep")
        if grain == "year":
            return str(moment.year)
        if grain == "hour":
            return moment.strftime("%H.%M" if self.language == "id" else "%H:%M")
        return self.day(moment.date(), year=False)
