"""Holidays of a calendar from an iCalendar file, as tanggap.toml names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tanggap.core.errors import SettingsError
from tanggap.core.settings import CalendarSetting, Settings

#: Repeating holidays are written out for these years.
YEARS: Final = range(2000, 2051)
KEY: Final = "holidays_ical"


def with_holidays(settings: Settings, folder: Path) -> Settings:
    """The settings with every ``holidays_ical`` (a file or a list of files, relative to ``folder``) read.

    Raises:
        SettingsError: a file is not there, or is no iCalendar text (its subclass CalendarError).
    """
    if not any(KEY in calendar.definition for calendar in settings.calendars):
        return settings
    return replace(settings, calendars=tuple(_resolved(calendar, folder) for calendar in settings.calendars))


def _resolved(calendar: CalendarSetting, folder: Path) -> CalendarSetting:
    from tanggap.core.ical import holidays_from_ical

    definition: dict[str, Any] = dict(calendar.definition)
    named = definition.pop(KEY, [])
    days = {str(day) for day in definition.get("holidays", ())}
    for name in [named] if isinstance(named, str) else named:
        path = folder / str(name)
        if not path.is_file():
            raise SettingsError(
                f"the iCalendar file {name!r} is not there", place=f"[calendars.{calendar.calendar_id}]",
                hint=f"it is looked for at {path}",
            )  # fmt: skip
        found = holidays_from_ical(path.read_bytes(), timezone=_timezone(definition), years=YEARS, place=str(path))
        days.update(holiday.date.isoformat() for holiday in found)
    definition["holidays"] = sorted(days)
    return replace(calendar, definition=definition)


def _timezone(definition: Mapping[str, Any]) -> str:
    return str(definition.get("timezone", "UTC"))
