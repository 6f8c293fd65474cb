"""Conversations as other programs write them: a JSON object each, with or without the customer's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Final

import msgspec

from tanggap.core.errors import InputError
from tanggap.routing.model import HAZARDS, Conversation, Floor, KnownLine
from tanggap.routing.signals.anger import anger_rises
from tanggap.routing.signals.read import SignalReader, Signals

#: Sums, minutes and instants beyond these are slips, and nothing that could be told or kept.
_Sum = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]
_Count = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
_Instant = Annotated[int, msgspec.Meta(ge=0, le=253_402_214_400_000_000)]  # to the end of the year 9999


class _Beside(msgspec.Struct, frozen=True):
    """What may stand beside a conversation's own fields, the customer's words, oldest first, and the floor; and those
    of its own whose values have bounds.
    """

    text: str | None = None
    messages: tuple[str, ...] = ()
    floor: _FloorGiven | None = None
    margin: _Sum | None = None
    customer_value: _Sum | None = None
    explored_at: _Instant | None = None
    waiting_since: _Instant | None = None
    promised_by: _Instant | None = None


class _FloorGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    agents: _Count | None = None
    idle: _Count | None = None
    residual: _Count | None = None
    ahead: _Count | None = None
    backlog: _Count | None = None
    bot_up: bool | None = None
    now: _Instant | None = None
    next_shift_at: _Instant | None = None


_FIELDS: Final = {f.name for f in fields(Conversation)} | {"text", "messages", "floor"}


@dataclass(frozen=True)
class Arrival:
    """A conversation to be decided, the floor it finds, and what was read from its words (latest last)."""

    conversation: Conversation
    floor: Floor
    signals: tuple[Signals, ...]


def arrival(line: bytes, floor: Floor, reader: SignalReader, *, place: str) -> Arrival:
    """The conversation of one JSON object.

    Its fields are those of ``Conversation``; ``text`` or ``messages`` hold the customer's words, from which intent,
    language, hazard, rising anger and the wish for a person are read where they are not given; a wish or hazard that is
    read holds even where the fields deny it. ``floor`` replaces parts of ``floor`` for this conversation.

    Raises:
        InputError: not such an object; says where and what would be right.
    """
    try:
        row = msgspec.json.decode(line)
        if not isinstance(row, dict):
            raise InputError("not a JSON object", place=place, hint='one a line, such as {"conversation_id": "c1"}')
        unknown = sorted(set(row) - _FIELDS)
        if unknown:
            raise InputError(f"unknown field {unknown[0]!r}", place=place, hint=f"one of {', '.join(sorted(_FIELDS))}")
        row.setdefault("conversation_id", place)
        conversation = msgspec.convert(row, Conversation)
        words = msgspec.convert(row, _Beside)
    except msgspec.MsgspecError as error:
        raise InputError(
            f"cannot be read: {error}", place=place, hint="see tanggap route --help for the fields"
        ) from error
    if conversation.hazard is not None and conversation.hazard not in HAZARDS:
        raise InputError(f"{conversation.hazard} is no hazard", place=place, hint=f"one of {', '.join(HAZARDS)}")
    said = [text for text in (*words.messages, words.text) if text]
    signals = tuple(reader.read_many(said))
    return Arrival(understood(conversation, signals), _floor(floor, words.floor), signals)


def understood(conversation: Conversation, signals: Sequence[Signals]) -> Conversation:
    """The conversation with what its words say: the newest intent, and any wish, hazard or rising anger."""
    if not signals:
        return conversation
    hazard = next((signal.hazard for signal in reversed(signals) if signal.hazard is not None), None)
    read = next((signal.intent for signal in reversed(signals) if signal.intent is not None), None)
    return replace(
        conversation,
        intent=conversation.intent or read,
        language=conversation.language or signals[-1].language,
        hazard=conversation.hazard or next((one for one in HAZARDS if one.value == hazard), None),
        human_requested=conversation.human_requested or any(signal.wants_person for signal in signals),
        anger_rising=conversation.anger_rising or anger_rises([signal.temper for signal in signals]),
    )


def _floor(usual: Floor, given: _FloorGiven | None) -> Floor:
    if given is None:
        return usual
    told: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("agents", "idle", "residual", "bot_up", "now", "next_shift_at")
        if getattr(given, name) is not None
    }
    if given.ahead is not None or given.backlog is not None:
        ahead, backlog = given.ahead or 0.0, given.backlog or 0.0
        told["waiting"] = KnownLine(ahead, max(backlog, ahead))
    return replace(usual, **told)
