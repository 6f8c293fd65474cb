"""Instants are integers: microseconds since 1970-01-01T00:00:00Z.

Both engines, the simulator and the tests compute on these integers, so that no session time zone, no naive
timestamp and no library's idea of "local" can move an instant. Time zones appear in exactly two places: where a
local day or a working hour is cut (:mod:`tanggap.core.periods`, :mod:`tanggap.core.calendars`), and where an
instant is shown to a person.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tanggap.core.errors import SettingsError

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def zone(name: str, *, place: str = "timezone") -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        SettingsError: there is no such time zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(
            f"unknown time zone {name!r}", place=place, hint="use an IANA name such as Asia/Jakarta"
        ) from error


def to_micros(moment: datetime) -> int:
    """Microseconds since the epoch of an aware ``moment``.

    Raises:
        ValueError: ``moment`` has no time zone, so it names no instant.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(micros: int, tz: tzinfo = UTC) -> datetime:
    """The aware datetime of an instant, shown in ``tz``."""
    return (_EPOCH + timedelta(microseconds=micros)).astimezone(tz)


def parse_instant(text: str, tz: tzinfo = UTC) -> int:
    """The instant an ISO 8601 ``text`` names; a text without an offset is read in ``tz``.

    Raises:
        ValueError: the text is no ISO 8601 date or date-time.
    """
    moment = datetime.fromisoformat(text.strip())
    return to_micros(moment if moment.tzinfo else moment.replace(tzinfo=tz))


def format_instant(micros: int, tz: tzinfo = UTC) -> str:
    """ISO 8601 of an instant in ``tz``, e.g. ``2026-03-01T09:00:00+07:00``; ``Z`` for UTC."""
    return to_datetime(micros, tz).isoformat().replace("+00:00", "Z")
