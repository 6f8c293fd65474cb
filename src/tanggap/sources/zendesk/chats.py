"""Chats and messaging conversations: the history an audit event carries, as messages.

An event of type ChatStartedEvent or ChatEndedEvent has ``value.history``, a list of items with ``type``
(only ChatMessage speaks), ``timestamp`` (milliseconds), ``actor_type``, ``actor_id`` and ``message``.
"""

from __future__ import annotations

from typing import Final

from tanggap.core.ids import stable_id
from tanggap.records.tables.events import usual_position
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.values import Fields, RowError, identifier, instant, mapping, objects, via_channel, words

CHAT_TYPES: Final = frozenset({"ChatStartedEvent", "ChatEndedEvent"})

_ROLES: Final = {"end-user": "customer", "end_user": "customer", "visitor": "customer", "agent": "agent", "bot": "bot"}
_BOT_SOURCES: Final = frozenset({"zd:answerbot", "zd:answer_bot"})

#: As in :mod:`~tanggap.sources.zendesk.history`.
_EventRow = tuple[
    str, str, int, int, str, str, str | None, str | None, str | None, int | None, str | None, str | None, str
]


def has_history(event: Fields) -> bool:
    """Whether an audit event carries a chat's history."""
    return _type(event) in CHAT_TYPES and bool(_history(event))


def messages_of_chat(event: Fields, ticket: str, known: Lookups, via: object) -> tuple[list[_EventRow], list[RowError]]:
    """The messages of a chat's history and what of it cannot be read.

    Who spoke is what Zendesk calls the actor (end-user, agent), a bot where the words came from its answer bot or a
    user known as one; anything else is an ``auto_reply`` of the system.
    """
    rows: list[_EventRow] = []
    wrong: list[RowError] = []
    value = mapping(event.get("value"))
    chat = words(value.get("chat_id")) or identifier(event.get("id"), "id") or ""
    channel = via_channel(value.get("channel")) or via_channel(via) or "chat"
    for item in _history(event):
        fields = mapping(item)
        if fields.get("type") != "ChatMessage":
            continue
        try:
            at = instant(fields.get("timestamp"), "value.history.timestamp")
            kind, who = _speaker(fields, known)
        except RowError as error:
            wrong.append(error)
            continue
        text = words(fields.get("message"))
        index = identifier(fields.get("message_id"), "message_id") or f"{at}:{who}:{text}"
        spoken = "auto_reply" if kind == "system" else "message"
        rows.append((
            stable_id("e", "zendesk", ticket, "chat", chat, index), ticket, at, usual_position(spoken, kind), spoken,
            kind, who, channel, None, None, text, None, "zendesk",
        ))  # fmt: skip
    return rows, wrong


def _type(event: Fields) -> object:
    kind = event.get("type", event.get("event_type"))
    return kind if isinstance(kind, str) else None


def _history(event: Fields) -> list[object]:
    return objects(mapping(event.get("value")).get("history"))


def _speaker(item: Fields, known: Lookups) -> tuple[str, str | None]:
    who = identifier(item.get("actor_id"), "value.history.actor_id")
    who = who.removeprefix("agent:") if who else None
    source = mapping(mapping(item.get("original_message")).get("source")).get("type")
    if str(source).lower() in _BOT_SOURCES or (who and known.role(who) == "bot"):
        return "bot", who
    return _ROLES.get(str(item.get("actor_type") or "").lower(), "system"), who
