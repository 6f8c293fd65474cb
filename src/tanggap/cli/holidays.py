"""Holidays of a calendar from an iCalendar file, as tanggap.toml names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tanggap.core.errors import SettingsError
from tanggap.core.settings import CalendarSetting, Settings

if TYPE_CHECKING:
    from tanggap.records.lake import Lake

#: Repeating holidays are written out for these years.
YEARS: Final = range(2000, 2051)
KEY: Final = "holidays_ical"


def with_holidays(settings: Settings, lake: Lake) -> Settings:
    """The settings with every ``holidays_ical`` (a file or a list of files in the lake) read.

    Raises:
        SettingsError: a file is not there, or is no iCalendar text (its subclass CalendarError).
    """
    if not any(KEY in calendar.definition for calendar in settings.calendars):
        return settings
    return replace(settings, calendars=tuple(_resolved(calendar, lake) for calendar in settings.calendars))


def _resolved(calendar: CalendarSetting, lake: Lake) -> CalendarSetting:
    from tanggap.core.ical import holidays_from_ical

    definition: dict[str, Any] = dict(calendar.definition)
    named = definition.pop(KEY, [])
    days = {str(day) for day in definition.get("holidays", ())}
    for name in [named] if isinstance(named, str) else named:
        place, content = f"{lake.uri}/{name}", lake.file(str(name))
        if content is None:
            raise SettingsError(
                f"the iCalendar file {name!r} is not there", place=f"[calendars.{calendar.calendar_id}]",
                hint=f"it is looked for at {place}",
            )  # fmt: skip
        found = holidays_from_ical(content, timezone=_timezone(definition), years=YEARS, place=place)
        days.update(holiday.date.isoformat() for holiday in found)
    definition["holidays"] = sorted(days)
    return replace(calendar, definition=definition)


def _timezone(definition: Mapping[str, Any]) -> str:
    return str(definition.get("timezone", "UTC"))
