"""What cases group and filter by, as attributes of conversations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tanggap.cli.vectors.reading import UnknownFormError
from tanggap.core.ids import stable_id

#: Whose, or what kind, a row is, in the words of peers; and the column that tells it here. An agent is told by events.
COLUMNS: Final[dict[str, str]] = {
    "inbox": "brand", "brand": "brand", "account": "complexity", "team": "team", "group": "team",
    "label": "category", "tag": "category", "channel": "channel", "channel_type": "channel", "priority": "priority",
    "policy": "language", "sla_policy": "language", "agent": "agent", "owner": "agent", "user": "agent",
}  # fmt: skip
_NOT: Final = "_not"
_PLAIN: Final = re.compile(r"[\w.\-]+")


def token(value: Any) -> str:
    """A value as a word that a filter can hold, whatever is in it."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else stable_id("x", text)


def attributes(row: Mapping[str, Any]) -> dict[str, str]:
    """The attributes that a row gives its conversation.

    Raises:
        UnknownFormError: it gives two of one kind, or a list.
    """
    found: dict[str, str] = {}
    for key, column in COLUMNS.items():
        value = row.get(key)
        if value is None or column == "agent":
            continue
        if isinstance(value, list | Mapping):
            raise UnknownFormError(f"a conversation has one {key} here, not {value!r:.60}")
        if found.setdefault(column, token(value)) != token(value):
            raise UnknownFormError(f"a conversation has one {column} here: {key!r} is another")
    return found


def agent_of(row: Mapping[str, Any]) -> str | None:
    """The agent a row names."""
    value = next((row[key] for key, column in COLUMNS.items() if column == "agent" and row.get(key) is not None), None)
    return None if value is None else token(value)


def where(intent: str, given: Any = None) -> str:
    """The conversations of ``intent`` that a case's filter leaves, in the language of filters.

    Raises:
        UnknownFormError: it filters by something nothing here knows.
    """
    terms = [f"intent={intent}"]
    if given is not None and not isinstance(given, Mapping):
        raise UnknownFormError(f"its filter is no object: {given!r:.60}")
    for key, value in (given or {}).items():
        name = str(key).removesuffix(_NOT)
        if (name, value) == ("state", "merged") and str(key).endswith(_NOT):
            continue  # merged conversations count nowhere
        if name not in COLUMNS:
            raise UnknownFormError(f"nothing here filters by {key!r} = {value!r:.40}")
        if value is None:
            continue
        values = value if isinstance(value, list) else [value]
        terms.append(f"{COLUMNS[name]}{'!=' if str(key).endswith(_NOT) else '='}{'|'.join(map(token, values))}")
    return ",".join(terms)
