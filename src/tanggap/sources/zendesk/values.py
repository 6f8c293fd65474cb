"""Single values as Zendesk writes them, made ours; a value that cannot be is a :class:`RowError`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

#: A decoded JSON object; nothing is known about its values until they are looked at.
Fields = Mapping[str, object]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UNIX_SECONDS: Final = 100_000_000_000  # a larger number counts milliseconds
_LAST: Final = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LANGUAGE: Final = 2

#: Zendesk's ticket status → ours; "solved" and "closed" become events of their own.
STATUSES: Final[dict[str, str]] = {
    "new": "new", "open": "open", "pending": "pending", "hold": "on_hold", "on-hold": "on_hold", "on_hold": "on_hold",
    "solved": "solved", "closed": "closed", "deleted": "deleted",
}  # fmt: skip

#: Zendesk's via types and ids (the ones that are channels) → ours; any other word passes through.
CHANNELS: Final[dict[str, str]] = {
    "0": "web", "web_form": "web", "web": "web", "web_widget": "web", "dropbox": "web", "17": "web",
    "help_center": "web",
    "4": "email", "mail": "email", "email": "email",
    "5": "api", "web_service": "api", "web_service_(api)": "api", "api": "api",
    "29": "chat", "chat": "chat", "native_messaging": "chat", "messaging": "chat", "sunshine_conversations_api": "chat",
    "30": "twitter", "33": "phone", "34": "phone", "35": "phone", "voice": "phone", "voicemail": "phone",
    "phone": "phone", "phone_call_inbound": "phone", "phone_call_outbound": "phone", "inbound_call": "phone",
    "57": "sms", "sms": "sms", "native_whatsapp": "whatsapp", "whatsapp": "whatsapp",
}  # fmt: skip

_RULE_CHANNELS: Final = frozenset({
    "rule", "system", "8", "linked_problem", "group_deletion", "user_deletion", "automation", "trigger",
    "automatic_solution_suggestions",
})  # fmt: skip
_RULE_RELATIONS: Final = frozenset({"trigger", "automation", "sla_target_change"})


#: What code raises that meets a value of a type nobody foresaw; the row is bad then, as with a :class:`RowError`.
UNFORESEEN: Final = (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError)


class RowError(Exception):
    """A row that cannot be taken: which column is at fault and what is wrong."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def identifier(value: object, column: str) -> str | None:
    """An id as text: ``35436``, ``"35436"`` and ``35436.0`` are the same id; None, blank and -1 are nobody.

    Raises:
        RowError: it is a list, an object or a truth value.
    """
    if type(value) is int:
        return str(value) if value > 0 else None
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        if text.endswith(".0") and text[:-2].isdigit():
            text = text[:-2]
        return text if text and text != "-1" else None
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if value > 0 else None
    raise RowError(column, f"{_short(value)} is no id")


def needed_identifier(fields: Fields, column: str) -> str:
    """The id in ``column``.

    Raises:
        RowError: there is none.
    """
    found = identifier(fields.get(column), column)
    if found is None:
        raise RowError(column, "no id")
    return found


def instant(value: object, column: str) -> int:
    """Microseconds since the epoch of an ISO 8601 text (UTC unless it says otherwise) or a UNIX time.

    Raises:
        RowError: it is neither, or not of the years 1970 to 2199 (a typing error, and no engine's date).
    """
    micros = None
    if isinstance(value, str):
        micros = _instant_of_text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _UNIX_SECONDS * 1000:
        micros = round(value * 1000 if value >= _UNIX_SECONDS else value * 1_000_000)
    if micros is not None and 0 <= micros < _LAST:
        return micros
    if micros is not None:
        raise RowError(column, f"{_short(value)} is not of the years 1970 to 2199")
    missing = value is None or value == ""
    raise RowError(column, "no instant" if missing else f"{_short(value)} is no instant (ISO 8601)")


def optional_instant(value: object, column: str) -> int | None:
    """As :func:`instant`, None where there is none."""
    return None if value is None or value == "" else instant(value, column)


@lru_cache(maxsize=4096)
def _instant_of_text(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
        return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None


def day(value: object, column: str) -> date:
    """A calendar day.

    Raises:
        RowError: it is none.
    """
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise RowError(column, f"{_short(value)} is no date (YYYY-MM-DD)") from None


def words(value: object) -> str | None:
    """A text, None if there is none; anything else as its JSON."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else as_text(value)


def as_text(value: object) -> str:
    """A decoded value as JSON, for people to read (numbers of any size, which msgspec would refuse)."""
    return json.dumps(value, ensure_ascii=False, default=str)


def truth(value: object, *, default: bool) -> bool:
    """A truth value: true/false, or TRUE/FALSE/1/0 as text; ``default`` where there is none."""
    if isinstance(value, bool):
        return value
    if value is None or value == "":
        return default
    return str(value).strip().lower() in {"true", "t", "1", "yes"}


def mapping(value: object) -> Fields:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[object]:
    """A list, or an empty one; the values of an object of lists one after the other."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [item for part in value.values() for item in (part if isinstance(part, list) else [part])]
    return []


def language(value: object) -> str | None:
    """The ISO 639-1 code of a locale such as ``en-US``."""
    code = str(value or "").replace("_", "-").split("-")[0].lower()
    return code if len(code) == _LANGUAGE and code.isalpha() and code.isascii() else None


def via_channel(via: object) -> str | None:
    """Our name of the channel of a via object (``{"channel": "mail", …}``) or via text (``"Web form"``)."""
    word = _via_word(via)
    if not word or word in _RULE_CHANNELS:
        return None
    return CHANNELS.get(word, f"via_{word}" if word.isdigit() else word)


def via_relation(via: object) -> str:
    """How a via object says it came about (``merge``, ``follow_up``, ``trigger``, …); "" if it does not."""
    return str(via_source(via).get("rel") or "") if isinstance(via, dict) else ""


def via_source(via: object) -> Fields:
    """The source of a via object."""
    return mapping(via.get("source")) if isinstance(via, dict) else {}


def by_rule(via: object) -> bool:
    """Whether a trigger, an automation or the system did it."""
    return _via_word(via) in _RULE_CHANNELS or via_relation(via) in _RULE_RELATIONS


def _via_word(via: object) -> str:
    word = via.get("channel") if isinstance(via, dict) else via
    return str(word).strip().lower().replace(" ", "_") if isinstance(word, str | int) else ""


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
