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
from typing import Final, Literal, get_args

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from tanggap.charts.words import word
from tanggap.core.instants import to_datetime, zone
from tanggap.core.money import to_major

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

MINUS: Final = "\u2212"
NBSP: Final = "\u00a0"
DASH: Final = "\u2013"

#: What stands between a number and its per cent sign.
PERCENT_GAP: Final = NBSP

_PATTERNS: Final = {digits: "#,##0" + ("." + "0" * digits if digits else "") for digits in range(8)}
_SCALES: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
#: What the last digit of a duration may stand for, coarse to fine, in seconds.
_STEPS: Final = (*(Decimal(size) for _, size in _SCALES), *(Decimal(1).scaleb(-digits) for digits in range(1, 6)))
_COMPACT: Final = (("trillion", 10**12), ("billion", 10**9), ("million", 10**6), ("thousand", 10**3))
_CHANGE_DIGITS: Final = {"share": 1, "score": 1, "mean_count": 2, "per_day": 2}
_WIDTH_AT: Final = 2  # so many more digits an interval may take to show that it has a width
_FINE: Final = 10  # below ten of a unit a further decimal is worth reading


@lru_cache(maxsize=4)
def _locale(language: str) -> Locale:
    return Locale.parse({"id": "id_ID", "en": "en_GB"}[language])


def cash_digits(currency: str) -> int:
    """How many decimals people pay that currency in (CLDR): two of the euro, none of the rupiah, whose sen are gone."""
    fractions = get_global("currency_fractions")
    return int(fractions.get(currency.upper(), fractions["DEFAULT"])[2])


def to_step(value: float, step: Decimal) -> Decimal:
    """``value`` as it reads when its last digit stands for ``step``; halves go to the even neighbour."""
    return (Decimal(repr(float(value))) / step).to_integral_value() * step


def _decimals(step: Decimal) -> int:
    return max(0, -int(step.as_tuple().exponent)) if step < 1 else 0


def _digits(unit: str, value: float) -> int:
    """With how many decimals a value is written."""
    if unit == "mean_count":
        return 2 if abs(value) < _FINE else 1
    return 1 if unit in ("share", "per_day") else 0


def _duration_step(seconds: float, finer: int) -> Decimal:
    """What the last digit of a duration stands for: its second largest unit, tenths below ten seconds."""
    largest = next((place for place, (_, size) in enumerate(_SCALES) if round(seconds) >= size), len(_SCALES))
    plain = len(_SCALES) if seconds < _FINE else min(largest + 1, len(_SCALES) - 1)
    return _STEPS[min(max(plain + finer, 0), len(_STEPS) - 1)]


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

    def duration(self, seconds: float, finer: int = 0) -> str:
        """Seconds in the two largest units that say something: ``2 mnt 10 dtk``, ``3 h 5 min``, ``4,2 dtk``.

        ``finer`` goes so many steps beyond (or, below zero, stops before): to the next unit, then to tenths.
        """
        sign, seconds = MINUS if seconds < 0 else "", abs(float(seconds))
        step = _duration_step(seconds, finer)
        rest = to_step(seconds, step)
        if not rest:
            return (
                f"{'> ' if sign else '< '}{sign}{self._seconds(step, step)}" if seconds else self._seconds(rest, step)
            )
        parts = []
        for name, size in _SCALES[:-1]:
            whole, rest = divmod(rest, size)
            parts += [f"{self.number(float(whole))}{NBSP}{self.word(f'unit.{name}')}"] if whole else []
        return sign + " ".join([*parts, self._seconds(rest, step)] if rest else parts)

    def _seconds(self, seconds: Decimal, step: Decimal) -> str:
        whole = seconds == seconds.to_integral_value()
        return f"{self.number(float(seconds), 0 if whole else _decimals(step))}{NBSP}{self.word('unit.second')}"

    # -- money --------------------------------------------------------------------------------------------------

    def money(self, minor: float, *, full: bool = False, finer: int = 0) -> str:
        """Minor units of the currency as ``Rp 1,25 jt`` / ``IDR 1.25M``, or in ``full`` as ``Rp 1.250.000``."""
        major = to_major(minor, self.currency)
        symbol: str = get_currency_symbol(self.currency, locale=self.locale)
        gap = NBSP if symbol[-1].isalpha() else ""
        if full:
            text = self.number(abs(major), 0 if major.is_integer() else self._coins(abs(major), whole_from=1000))
        else:
            name, size, digits = self._compact(abs(major), finer)
            text = self.number(abs(major) / size, 0 if not name and major.is_integer() else digits)
            if name:
                text = self._brief(text) + (NBSP if self.language == "id" else "") + self.word(f"compact.{name}")
        sign = MINUS if major < 0 and any(char in "123456789" for char in text) else ""  # nothing has no sign
        return f"{sign}{symbol}{gap}{text}"

    def _compact(self, major: float, finer: int) -> tuple[str, int, int]:
        """In which unit an amount is written (its name, its size), and with how many decimals: three digits in all."""
        for name, size in _COMPACT:
            scaled = major / size
            if round(scaled, 2) >= 1:
                digits = 2 if round(scaled, 2) < _FINE else 1 if round(scaled, 1) < 100 else 0
                return name, size, max(0, digits + finer)
        return "", 1, max(0, self._coins(major, whole_from=100) + finer)

    def _coins(self, major: float, whole_from: int) -> int:
        """How many decimals an amount has that is written out."""
        return 0 if major >= whole_from else min(cash_digits(self.currency), 2)

    def _brief(self, text: str) -> str:
        mark = "," if self.language == "id" else "."
        return text.rstrip("0").rstrip(mark) if mark in text else text

    def target(self, unit: str, value: float, finer: int = 0) -> str:
        """A target or limit, without decimals that say nothing: ``80 %`` and not ``80,0 %``."""
        if unit == "share" and math.isclose(value * 100, round(value * 100), abs_tol=1e-9):
            return self.share(value, 0)
        if unit in ("mean_count", "per_day") and float(value).is_integer():
            return self.number(value)
        if unit == "score" and float(value).is_integer():
            return self.value(unit, value)
        return self.value(unit, value, finer=finer)

    # -- by unit ------------------------------------------------------------------------------------------------

    def value(self, unit: str, value: float | None, *, full: bool = False, finer: int = 0) -> str:
        """One value in its unit, with ``finer`` more digits; None and NaN are ``belum ada data`` / ``no data``."""
        if value is None or not math.isfinite(value):
            return self.word("no_data")
        if unit == "seconds":
            return self.duration(value, finer)
        if unit == "money":
            return self.money(value, full=full, finer=finer)
        digits = max(0, _digits(unit, value) + finer)
        if unit == "share":
            return self.share(value, digits)
        text = self.number(value, digits)
        if unit == "score":
            return self._plus(value, text)
        return self.word("per_day", number=text) if unit == "per_day" else text

    def signed(self, unit: str, change: float | None, finer: int = 0) -> str:
        """A change with its sign; shares and scores change by points: ``+2,1 poin``, ``−1 min 5 s``."""
        if change is None or not math.isfinite(change):
            return self.word("no_data")
        if unit in ("seconds", "money", "count"):
            if unit == "seconds" and not to_step(change, self.step(unit, change, finer)):
                return self.duration(0)  # neither way: a sign would say more than there is
            return self._plus(change, self.value(unit, change, finer=finer))
        scaled = change * 100 if unit == "share" else change
        text = self._plus(scaled, self.number(scaled, _decimals(self.step(unit, change, finer, change=True))))
        return self.word("points", number=text) if unit in ("share", "score") else text

    def step(self, unit: str, value: float, finer: int = 0, *, change: bool = False) -> Decimal:
        """What the last digit stands for when ``value`` (with ``change``: a change) is written, see :meth:`scaled`."""
        if unit == "seconds":
            return _duration_step(abs(value), finer)
        if unit == "money":
            _, size, digits = self._compact(abs(to_major(value, self.currency)), finer)
            return size * Decimal(1).scaleb(-digits)
        digits = _CHANGE_DIGITS.get(unit, 0) if change else _digits(unit, value)
        return Decimal(1).scaleb(-max(0, digits + finer))

    def scaled(self, unit: str, value: float) -> float:
        """A value in what :meth:`step` counts: per cent, seconds, major units, or as it is."""
        return value * 100 if unit == "share" else to_major(value, self.currency) if unit == "money" else value

    @staticmethod
    def _plus(value: float, text: str) -> str:
        says_more_than_zero = any(char in "123456789" for char in text)
        return f"+{text}" if value > 0 and says_more_than_zero and text[0] != "<" else text

    def interval(
        self, unit: str, low: float | None, high: float | None, *, signed: bool = False, finer: int = 0
    ) -> str:
        """``79,0–83,3`` for shares and plain numbers, ``1 mnt 58 dtk – 2 mnt 22 dtk``; empty if there is none."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return ""
        if unit in ("seconds", "money", "count"):
            written = self.signed if signed else self.value
            ends = [written(unit, end, finer=finer) for end in (low, high)]
        else:
            digits = max(_decimals(self.step(unit, end, finer, change=signed)) for end in (low, high))
            scaled = [self.scaled(unit, end) for end in (low, high)]
            ends = [self.number(end, digits) for end in scaled]
            if signed or min(low, high) < 0 < max(low, high):
                ends = [self._plus(end, text) for end, text in zip(scaled, ends, strict=True)]
        if ends[0] == ends[1] and low != high and finer < _WIDTH_AT:
            return self.interval(unit, low, high, signed=signed, finer=finer + 1)
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
