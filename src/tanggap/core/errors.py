"""The one error tree.

::

    TanggapError                     exit  http  code
    ├── UsageError                      2   400  usage            the call itself is wrong
    │   ├── UnknownMetricError          2   404  unknown_metric
    │   ├── UnknownBreakdownError       2   400  unknown_breakdown
    │   └── MappingError                2   400  mapping          a mapping file is wrong
    ├── SettingsError                   2   400  settings         a settings file is wrong
    │   └── CalendarError               2   400  calendar
    ├── InputError                      3   422  input            a file cannot be read at all
    │   └── EmptyInputError             3   422  empty_input
    ├── LakeError                       4   503  lake
    │   ├── LakeMissingError            4   404  lake_missing
    │   ├── LakeBusyError               4   409  lake_busy
    │   ├── LakeReadOnlyError           4   403  lake_read_only   it may be read, and not written
    │   └── LakeFullError               4   507  lake_full        no room left on the device
    ├── EngineError                     5   503  engine
    │   └── EngineMissingError          5   501  engine_missing   Java or pyspark is not there
    └── OutOfRangeError                 6   422  out_of_range     an instant outside a calendar's layout

A message says what happened and where; ``hint`` says what to do about it. A bad row is no error: it goes to
quarantine and is counted (:mod:`tanggap.records.quarantine`).
"""

from __future__ import annotations

from typing import ClassVar


class TanggapError(Exception):
    """Anything Tanggap reports instead of a traceback.

    ``place`` is where it happened (file, line, column, setting); ``hint`` is the remedy.
    """

    code: ClassVar[str] = "tanggap"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"

    def as_dict(self) -> dict[str, str]:
        """The error as machines read it: code, message, place, hint."""
        return {"code": self.code, "message": self.message, "place": self.place, "hint": self.hint}


class UsageError(TanggapError):
    """The call itself is wrong: an unknown option value, a period that ends before it starts."""

    code, exit_code, http_status = "usage", 2, 400


class UnknownMetricError(UsageError):
    """No metric of that key is in the catalog."""

    code, http_status = "unknown_metric", 404


class UnknownBreakdownError(UsageError):
    """A metric cannot be broken down by that column."""

    code = "unknown_breakdown"


class MappingError(UsageError):
    """A mapping file does not say how to read the input."""

    code = "mapping"


class SettingsError(TanggapError):
    """A settings file is wrong; ``place`` names the setting."""

    code, exit_code, http_status = "settings", 2, 400


class CalendarError(SettingsError):
    """A working calendar is impossible: closes before it opens, unknown time zone, never open."""

    code = "calendar"


class InputError(TanggapError):
    """A file cannot be read at all (a bad row in a readable file goes to quarantine instead)."""

    code, exit_code, http_status = "input", 3, 422


class EmptyInputError(InputError):
    """A file holds nothing to read."""

    code = "empty_input"


class LakeError(TanggapError):
    """The lake cannot be read or written."""

    code, exit_code, http_status = "lake", 4, 503


class LakeMissingError(LakeError):
    """There is no lake at that place."""

    code, http_status = "lake_missing", 404


class LakeBusyError(LakeError):
    """Another process is writing to the lake."""

    code, http_status = "lake_busy", 409


class LakeReadOnlyError(LakeError):
    """The lake may be read, and not written."""

    code, http_status = "lake_read_only", 403


class LakeFullError(LakeError):
    """No room is left on the device; nothing of the batch was committed."""

    code, http_status = "lake_full", 507


class EngineError(TanggapError):
    """A query engine failed."""

    code, exit_code, http_status = "engine", 5, 503


class EngineMissingError(EngineError):
    """A query engine is not installed."""

    code, http_status = "engine_missing", 501


class OutOfRangeError(TanggapError):
    """An instant lies outside the range a calendar was laid out for."""

    code, exit_code, http_status = "out_of_range", 6, 422
