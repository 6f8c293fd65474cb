"""Reads the inputs of cases: whatever is not of the expected form is named, and the case left out."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, tzinfo
from typing import Any, Final, TypeVar

from tanggap.cli.vectors.cases import Case
from tanggap.core.errors import SettingsError
from tanggap.core.instants import SECOND, parse_instant, zone
from tanggap.core.periods import Period, local_midnight

_T = TypeVar("_T")
#: Words for readers, which change no answer.
PROSE: Final = frozenset({"note", "notes", "comment", "remark", "description"})
_DATE_LENGTH: Final = len("2024-01-01")
_MINUTE_SECONDS: Final = 60
_LARGEST: Final = 10**10
_COUNTS: Final = range(20_001)
_EARLIEST: Final = parse_instant("1971-01-01T00:00:00Z")
_LATEST: Final = parse_instant("2199-01-01T00:00:00Z")


class UnknowableError(Exception):
    """A case asks for what no log of events could know; the message names it."""


class UnknownFormError(Exception):
    """A case has a form that nothing here reads; the message names what is unknown."""


def only(given: Mapping[str, Any], known: Collection[str], what: str) -> None:
    """Nothing but ``known`` keys and prose.

    Raises:
        UnknownFormError: there is another key, which may change the answer.
    """
    unknown = sorted(str(key) for key in given if key not in known and key not in PROSE)
    if unknown:
        raise UnknownFormError(f"nothing here reads {', '.join(map(repr, unknown))} of {what}")


def needed(given: Mapping[str, Any], key: str, what: str) -> Any:
    """The value of a key that cannot be done without."""
    if given.get(key) is None:
        raise UnknownFormError(f"{what} has no {key!r}")
    return given[key]


def listed(value: Any, what: str) -> Sequence[Any]:
    """A list."""
    if not isinstance(value, list | tuple):
        raise UnknownFormError(f"{what} is no list: {value!r:.60}")
    return value


def mapped(value: Any, what: str) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, Mapping):
        raise UnknownFormError(f"{what} is no object: {value!r:.60}")
    return value


def rows_of(value: Any, what: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects."""
    return [mapped(one, f"an entry of {what}") for one in listed(value, what)]


def instant(value: Any, what: str, tz: tzinfo = UTC) -> int:
    """An instant; a text without an offset is read in ``tz``."""
    try:
        found = parse_instant(value, tz)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnknownFormError(f"{what} is no instant: {value!r:.60}") from error
    if not _EARLIEST <= found < _LATEST:
        raise UnknownFormError(f"{what} is no instant of the years in which desks are: {value!r:.60}")
    return found


def day(value: Any, what: str) -> date:
    """A calendar day."""
    instant(value, what)
    return date.fromisoformat(str(value)[:_DATE_LENGTH])


def number(value: Any, what: str, unit: int) -> int:
    """A number of units, not negative, in whole microseconds."""
    wrong = isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)
    if wrong or not 0 <= value <= _LARGEST:
        raise UnknownFormError(f"{what} is no length: {value!r:.60}")
    return round(float(value) * unit)


def seconds(value: Any, what: str) -> int:
    """A length in seconds, as microseconds."""
    return number(value, what, SECOND)


def count(value: Any, what: str) -> int:
    """How many of something a case has, or asks for."""
    if isinstance(value, bool) or value not in _COUNTS:
        raise UnknownFormError(f"{what} is no number of them from 0 to {_COUNTS[-1]}: {value!r:.60}")
    return int(value)


def one_of(value: Any, choices: Mapping[str, _T], what: str) -> _T:
    """The choice that a word names, in any case."""
    found = choices.get(str(value).lower())
    if found is None:
        raise UnknownFormError(f"nothing here knows {what} {value!r}, only {', '.join(choices)}")
    return found


def timezone(case: Case) -> str:
    """The zone in which a case cuts its days; UTC where it names none."""
    name = case.input.get("timezone") or case.convention.get("timezone") or "UTC"
    if not isinstance(name, str):
        raise UnknownFormError(f"its time zone is no name: {name!r:.60}")
    try:
        zone(name)
    except SettingsError as error:
        raise UnknownFormError(error.message) from error
    return name


def asked_range(case: Case, start_key: str = "range_start", end_key: str = "range_end") -> Period:
    """The span a case asks about. An end at second 59, or a bare date, is the last moment of the span, and belongs
    to it.
    """
    tz = zone(timezone(case))
    first, last = (needed(case.input, key, "its input") for key in (start_key, end_key))
    start, end = instant(first, start_key, tz), instant(last, end_key, tz)
    if len(str(last)) == _DATE_LENGTH:
        end = local_midnight(date.fromordinal(day(last, end_key).toordinal() + 1), tz)
    elif end // SECOND % _MINUTE_SECONDS == _MINUTE_SECONDS - 1:
        end = (end // SECOND + 1) * SECOND
    if start >= end:
        raise UnknownFormError(f"its range ends before it starts: {first!r} to {last!r}")
    return Period(start, end)
