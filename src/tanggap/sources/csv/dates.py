"""Instants as people write them in sheets, one at a time and whole columns.

A column has one style (``date_format`` in the mapping); a row that does not fit it is still read if it is written
in a form that can mean only one thing (ISO, a month's name, epoch digits, an Excel serial).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.instants import DAY, MINUTE, SECOND, to_micros

#: The styles of a column: what each means, and 31 December 2026, 14:05 in Jakarta written in it.
STYLES: Final[dict[str, tuple[str, str]]] = {
    "auto": (
        "as each cell is written; where day or month could come first the row is set aside",
        "31 Desember 2026 14.05",
    ),
    "ymd": ("year first", "2026-12-31 14:05"),
    "dmy": ("day first", "31/12/26 14.05"),
    "mdy": ("month first", "12/31/2026 2:05 PM"),
    "yymmdd": ("six digits: year, month, day", "261231 14:05"),
    "epoch": ("seconds since 1970, in UTC", "1798700700"),
    "epoch_ms": ("milliseconds since 1970, in UTC", "1798700700000"),
    "excel": ("the number Excel keeps for a date: days since 1900", "46387.5868055556"),
}

_MONTHS: Final = {
    "jan": 1, "januari": 1, "january": 1, "feb": 2, "februari": 2, "pebruari": 2, "february": 2, "peb": 2,
    "mar": 3, "maret": 3, "march": 3, "mrt": 3, "apr": 4, "april": 4, "mei": 5, "may": 5, "jun": 6, "juni": 6,
    "june": 6, "jul": 7, "juli": 7, "july": 7, "agu": 8, "agt": 8, "ags": 8, "agust": 8, "agustus": 8, "aug": 8,
    "august": 8, "sep": 9, "sept": 9, "september": 9, "okt": 10, "oktober": 10, "oct": 10, "october": 10,
    "nov": 11, "nop": 11, "november": 11, "nopember": 11, "des": 12, "desember": 12, "dec": 12, "december": 12,
}  # fmt: skip
_NAMED_ZONES: Final = {"Z": 0, "UTC": 0, "GMT": 0, "WIB": 420, "WITA": 480, "WIT": 540}

_WEEKDAY: Final = r"(?:(?:[a-z]{3,9}|jum'at),?\s+)?"
_TIME: Final = (
    r"(?:(?:\s*,?\s*|t)(?:pukul\s+|jam\s+|pkl\.?\s+)?(?P<H>\d{1,2})[:.](?P<M>\d{2})"
    r"(?:[:.](?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<ap>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt|wib|wita|wit|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_YMD: Final = re.compile(
    rf"(?i){_WEEKDAY}(?P<y>\d{{4}})(?P<s>[-/. ]?)(?P<m>\d{{2}}|(?<=[-/. ])\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?!\d){_TIME}"
)
_TWO_NUMBERS: Final = re.compile(
    rf"(?i){_WEEKDAY}(?P<a>\d{{1,2}})[-/. ](?P<b>\d{{1,2}})[-/. ](?P<y>\d{{4}}|\d{{2}})(?!\d){_TIME}"
)
_DAY_NAME: Final = re.compile(
    rf"(?i){_WEEKDAY}(?P<d>\d{{1,2}})[-/. ]*(?P<name>[a-z]{{3,9}})[-/., ]*(?P<y>\d{{4}}|\d{{2}})(?!\d){_TIME}"
)
_NAME_DAY: Final = re.compile(
    rf"(?i){_WEEKDAY}(?P<name>[a-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_TIME}"
)
_YYMMDD: Final = re.compile(rf"(?i)(?P<y>\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}})(?!\d){_TIME}")
_WORD: Final = re.compile("[a-z]+")
_DIGITS: Final = re.compile(r"(\d+)(?:[.,](\d{1,9})\d*)?")

#: Digits of an epoch instant between 1973 and 2286, by unit.
_EPOCH_DIGITS: Final = {9: SECOND, 10: SECOND, 12: 1000, 13: 1000, 15: 1, 16: 1}
_EXCEL_ZERO: Final = datetime(1899, 12, 30)
_EXCEL_DIGITS: Final = 5
_CENTURY_SPLIT: Final = 70  # a two-digit year from 70 on is of the 1900s, as in POSIX
_NOON: Final = 12


class AmbiguousDateError(ValueError):
    """Day first or month first cannot be told from this text alone."""


def parse_moment(text: str, style: str, tz: tzinfo) -> int:
    """The instant (microseconds since the epoch) a ``text`` names in the column's ``style`` (one of STYLES).

    A text without a zone is read in ``tz``; one without a time is midnight there. WIB, WITA and WIT are known.

    Raises:
        AmbiguousDateError: style "auto" and both numbers could be the month.
        ValueError: the text is no date, or an impossible one.
    """
    text = text.strip()
    digits = _DIGITS.fullmatch(text) if text[:1].isdigit() else None
    if digits:
        found = _from_digits(digits, text, style, tz)
        if found is not None:
            return found
    for read in _READERS:
        parts = read(text, style)
        if parts is not None:
            return _instant(text, *parts, tz)
    raise ValueError(f"{text[:60]!r} is no date")


def _from_digits(match: re.Match[str], text: str, style: str, tz: tzinfo) -> int | None:
    whole, fraction = match.group(1), (match.group(2) or "").ljust(9, "0")
    unit = {"epoch": SECOND, "epoch_ms": 1000}.get(style) or _EPOCH_DIGITS.get(len(whole))
    if style in ("epoch", "epoch_ms") or (unit and style != "yymmdd"):
        assert unit is not None
        if len(whole) > max(_EPOCH_DIGITS):
            raise ValueError(f"{text[:60]!r} is no instant")
        return int(whole) * unit + int(fraction) * unit // 10**9
    if style == "excel" or (len(whole) == _EXCEL_DIGITS and style != "yymmdd"):
        if len(whole) > _EXCEL_DIGITS:
            raise ValueError(f"{text[:60]!r} is no Excel date")
        micros = int(whole) * DAY + int(fraction) * DAY // 10**9
        # An Excel time of day is a rounded binary fraction: to the nearest second it is what was typed.
        seconds = (micros + SECOND // 2) // SECOND
        return _local(_EXCEL_ZERO + timedelta(seconds=seconds), tz)
    return None


_Parts = tuple[int, int, int, re.Match[str]]


def _read_ymd(text: str, style: str) -> _Parts | None:
    match = None if style == "yymmdd" else _YMD.fullmatch(text)
    return (int(match["y"]), int(match["m"]), int(match["d"]), match) if match else None


def _read_yymmdd(text: str, style: str) -> _Parts | None:
    match = _YYMMDD.fullmatch(text) if style == "yymmdd" else None
    return (_year(match["y"]), int(match["m"]), int(match["d"]), match) if match else None


def _read_two_numbers(text: str, style: str) -> _Parts | None:
    match = _TWO_NUMBERS.fullmatch(text)
    if not match:
        return None
    a, b = int(match["a"]), int(match["b"])
    if style == "ymd" and len(match["y"]) == 2:
        return _year(match["a"]), b, int(match["y"]), match
    if style in ("dmy", "mdy"):
        day, month = (a, b) if style == "dmy" else (b, a)
    elif a > _NOON or a == b:
        day, month = a, b
    elif b > _NOON:
        day, month = b, a
    else:
        raise AmbiguousDateError(f"{text[:60]!r}: day or month first? say so with date_format")
    return _year(match["y"]), month, day, match


def _read_named(text: str, style: str) -> _Parts | None:
    match = _DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text)
    month = _MONTHS.get(match["name"].lower()) if match else None
    return (_year(match["y"]), month, int(match["d"]), match) if match and month else None


def names_month(text: str) -> bool:
    """Whether it names a month, so that day, month and year cannot be mistaken for each other."""
    return any(word in _MONTHS for word in _WORD.findall(text.lower()))


_READERS: Final[tuple[Callable[[str, str], _Parts | None], ...]] = (
    _read_ymd, _read_yymmdd, _read_two_numbers, _read_named,
)  # fmt: skip


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= _CENTURY_SPLIT else 2000)


def _instant(text: str, year: int, month: int, day: int, match: re.Match[str], tz: tzinfo) -> int:
    hour, minute, second = (int(match[group] or 0) for group in ("H", "M", "S"))
    half = (match["ap"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= _NOON:
            raise ValueError(f"{text[:60]!r} has an impossible hour")
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        moment = datetime(year, month, day, hour, minute, second, int((match["f"] or "0").ljust(6, "0")[:6]))
    except ValueError as error:
        raise ValueError(f"{text[:60]!r} is an impossible date ({error})") from error
    offset = _offset(match["zone"])
    return _local(moment, tz) if offset is None else to_micros(moment.replace(tzinfo=offset))


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    name = text.upper()
    if name in _NAMED_ZONES:
        return timezone(timedelta(minutes=_NAMED_ZONES[name]))
    digits = name.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    hours, rest = (digits[1:-2], digits[-2:]) if len(digits) > 3 else (digits[1:], "0")
    minutes = int(hours) * 60 + int(rest)
    return timezone(timedelta(minutes=-minutes if digits[0] == "-" else minutes))


def _local(moment: datetime, tz: tzinfo) -> int:
    try:
        return to_micros(moment.replace(tzinfo=tz))
    except OverflowError as error:
        raise ValueError(f"{moment} is out of range") from error


def to_utc(local: npt.NDArray[np.int64], tz: tzinfo) -> npt.NDArray[np.int64]:
    """Instants of local wall-clock microseconds in ``tz``; a repeated hour is its first, a skipped one runs on.

    Offsets are asked once for each distinct minute, because they only change at minutes.
    """
    if tz is UTC or not len(local):
        return local
    minutes, where = np.unique(local // MINUTE, return_inverse=True)
    epoch = datetime(1970, 1, 1)
    offsets = np.empty(len(minutes), dtype=np.int64)
    for i, minute in enumerate(minutes.tolist()):
        moment = epoch + timedelta(minutes=minute)
        offset = moment.replace(tzinfo=tz).utcoffset() or timedelta()
        offsets[i] = offset // timedelta(microseconds=1)
    shifted: npt.NDArray[np.int64] = local - offsets[where]
    return shifted


def iso_column(texts: pa.Array, tz: tzinfo) -> pa.Array | None:
    """The instants (int64) of a column written in ISO 8601 throughout, or None if some text is not.

    This is the fast path: Arrow parses, and only the zone is added here.
    """
    try:
        moments = texts.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        try:
            return texts.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
        except pa.ArrowInvalid:
            return None
    local = pc.fill_null(moments.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    try:
        shifted = to_utc(local, tz)
    except OverflowError:
        return None
    return pa.array(shifted, mask=pc.is_null(moments).to_numpy(zero_copy_only=False))
