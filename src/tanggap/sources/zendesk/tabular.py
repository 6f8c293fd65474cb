"""The tabular shape (one CSV a table, as warehouse connectors write it) put into the shape of the API.

So everything has one meaning, whichever way an export came. Instants without an offset are UTC in both shapes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from tanggap.sources.zendesk.values import Fields, truth


def columns_of(heading: Sequence[str]) -> tuple[str, ...]:
    """Column names as the tables have them: lower case, without quotes left over from other systems."""
    return tuple(name.strip().strip('"').lower() for name in heading)


def adapt(kind: str, row: dict[str, str]) -> Fields:
    """A row in the shape of the API's record of the same kind."""
    return _ADAPT[kind](row) if kind in _ADAPT else row


def is_deleted(row: Fields) -> bool:
    """Whether the connector marked the row as gone from Zendesk."""
    return truth(row.get("_fivetran_deleted"), default=False)


def _ticket(row: dict[str, str]) -> Fields:
    source = {
        "rel": row.get("via_source_rel") or None,
        "from": {"ticket_id": row.get("via_followup_source_id") or None},
    }
    fields: dict[str, object] = {key: value for key, value in row.items() if value != ""}
    fields["via"] = {"channel": row.get("via_channel") or None, "source": source}
    fields["merged_ticket_ids"] = _list(row.get("merged_ticket_ids", ""))
    if "tags" in row:
        fields["tags"] = _list(row["tags"])
    return fields


def _comment(row: dict[str, str]) -> Fields:
    voice = truth(row.get("voice_comment"), default=False)
    return {
        "id": row.get("id"),
        "ticket_id": row.get("ticket_id"),
        "author_id": row.get("user_id") or row.get("author_id"),
        "body": row.get("body"),
        "public": row.get("public"),
        "created_at": row.get("created") or row.get("created_at"),
        "type": "VoiceComment" if voice else "Comment",
    }


def _user(row: dict[str, str]) -> Fields:
    fields: dict[str, object] = {key: value for key, value in row.items() if value != ""}
    fields["tags"] = _list(row.get("tags", ""))
    return fields


def _rating(row: dict[str, str]) -> Fields:
    return {key: value for key, value in row.items() if value != ""}


def _list(text: str) -> list[object]:
    """``[1,2]`` as a list; anything else is none."""
    try:
        value = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []


_ADAPT: Final[dict[str, Callable[[dict[str, str]], Fields]]] = {
    "ticket": _ticket, "comment": _comment, "user": _user, "rating": _rating,
}  # fmt: skip
