"""A row is something that happened (an activity, a message)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.errors import MappingError
from tanggap.records.schema import Column, Type
from tanggap.records.tables import EVENTS
from tanggap.records.tables.events import ACTOR_KINDS
from tanggap.records.tables.events import KINDS as EVENT_KINDS
from tanggap.sources.csv.chunks import TEXT
from tanggap.sources.csv.kinds.kind import ATTRIBUTES, PEOPLE, Kind, Piece, conversations, fields, people, records
from tanggap.sources.csv.rows import Rows, as_mask

_BY_CUSTOMER: Final = ("opened", "human_requested", "abandoned")
#: Events that leave a conversation as it is, so that "the event before" looks past them.
_BYSTANDERS: Final = ("note", "auto_reply", "survey_sent")
_DONE: Final = ("resolved", "closed")


def _event_log(rows: Rows) -> list[Piece]:
    """Events as the rows tell them, the conversations' attributes, and the events ``[derive]`` asks for."""
    ids = rows.require("conversation_id", rows.get("conversation_id"))
    occurred = rows.require("occurred_at", rows.get("occurred_at"))
    kind, value = _kind_and_value(rows)
    columns = {
        "conversation_id": ids,
        "occurred_at": occurred,
        "kind": kind,
        "actor_kind": _actor_kind(rows, kind),
        "actor_id": pc.coalesce(rows.get("actor_id"), rows.get("agent_id")),
        "value": value,
    }
    columns |= {name: rows.get(name) for name in ("position", "channel", "duration", "text", "detail")}
    if rows.has("event_id"):
        columns["event_id"] = rows.get("event_id")
    rows.fault_where(pc.less(columns["duration"], 0), "duration", "is a negative duration")
    told = records(EVENTS.name, columns)
    if _derives(rows):
        told = _with_derived(rows, told)
    pieces = [told, *people(rows)]
    attributes = [c.name for c in ATTRIBUTES if c.name not in ("conversation_id", "channel")]
    if any(rows.has(name) for name in attributes):
        pieces.insert(0, conversations(rows, ids))
    return pieces


def _derives(rows: Rows) -> bool:
    unknown = [name for name in rows.feed.reopened_by if name not in EVENT_KINDS]
    if unknown:
        raise MappingError(f"reopened_by names unknown kinds: {', '.join(unknown)}", place="[derive]")
    return _opens(rows) or bool(rows.feed.reopened_by)


def _opens(rows: Rows) -> bool:
    """Whether the first event of a conversation opens it: as the mapping says, else for messages alone."""
    told = rows.feed.opened
    return rows.feed.kind == "messages" if told is None else told


def _needs_all(opened: bool | None, reopened: bool) -> bool:
    return bool(opened) or reopened


def _kind_and_value(rows: Rows) -> tuple[pa.Array, pa.Array]:
    """The kind, and the value: after a colon in the kind, from ``[value]``, or from its own column."""
    told = rows.get("kind")
    if rows.feed.kind == "messages":
        told = pc.fill_null(told, "message")
    coded = rows.require("kind", told).dictionary_encode()
    words = [str(word).partition(":") for word in coded.dictionary.to_pylist()]
    kind = pa.array([word[0] for word in words], TEXT).take(coded.indices)
    fixed = pa.array([word[2] or None for word in words], TEXT).take(coded.indices)
    for name, flag in (("note", "private"), ("auto_reply", "automatic")):
        if rows.has(flag):
            kind = pc.if_else(pc.and_(pc.equal(kind, "message"), pc.fill_null(rows.get(flag), False)), name, kind)
    unknown = pc.and_(pc.is_valid(kind), pc.invert(pc.is_in(kind, pa.array(list(EVENT_KINDS), TEXT))))
    rows.fault_where(unknown, "kind", "is an unknown kind of event: translate or ignore it in [values.kind]")
    value = pc.coalesce(fixed, rows.get("value"))
    for name, heading in rows.feed.value.items():
        value = pc.if_else(pc.fill_null(pc.equal(kind, name), False), pc.coalesce(fixed, rows.written(heading)), value)
    holder = pc.if_else(pc.equal(kind, "assigned"), rows.get("actor_id"), pa.scalar(None, TEXT))
    return kind.cast(TEXT), pc.coalesce(value, holder)


def _actor_kind(rows: Rows, kind: pa.Array) -> pa.Array:
    """Who did it; unsaid, what customers do is theirs, what a named person did an agent's, the rest the system's."""
    told = rows.get("actor_kind")
    unknown = pc.and_(pc.is_valid(told), pc.invert(pc.is_in(told, pa.array(ACTOR_KINDS, TEXT))))
    rows.fault_where(unknown, "actor_kind", f"is unknown; one of {', '.join(ACTOR_KINDS)} (see [values.actor_kind])")
    words = pc.and_(pc.is_in(kind, pa.array(["message"], TEXT)), pc.is_null(told))
    rows.fault_where(words, "actor_kind", "does not say whose words they are")
    by_customer = pc.is_in(kind, pa.array(_BY_CUSTOMER, TEXT))
    named = pc.is_valid(pc.coalesce(rows.get("actor_id"), rows.get("agent_id")))
    unsaid = pc.if_else(by_customer, "customer", pc.if_else(named, "agent", "system"))
    return pc.coalesce(told, unsaid.cast(TEXT))


def _with_derived(rows: Rows, told: Piece) -> Piece:
    """Adds ``opened`` and ``reopened``, and gives each event its place: by instant, then as the file has it.

    ``opened``: at the first event of a conversation that has none. ``reopened``: just before an event of the kinds
    ``reopened_by`` whose predecessor (bystanders aside) resolved or closed the conversation. Places are counted in
    twos so that a derived event fits before the one it is derived from.
    """
    good = np.flatnonzero(rows.good)
    if not len(good):
        return told
    table = told.table
    codes = table.column("conversation_id").combine_chunks().dictionary_encode()
    groups = np.asarray(pc.fill_null(_indices(codes), -1))[good]
    instants = np.asarray(pc.fill_null(table.column("occurred_at").combine_chunks(), 0))[good]
    order = good[np.lexsort((good, instants, groups))]
    kinds = table.column("kind").to_pylist()
    group_of = dict(zip(good.tolist(), groups.tolist(), strict=True))
    opens = {group_of[row] for row in good.tolist() if kinds[row] == "opened"}
    places = np.zeros(len(rows), dtype=np.int64)
    added: list[tuple[int, str]] = []
    before, place, last = None, 0, ""
    for row in order.tolist():
        if group_of[row] != before:
            before, place, last = group_of[row], 0, ""
            if _opens(rows) and before not in opens:
                added.append((row, "opened"))
        place += 2
        places[row] = place
        if last in _DONE and kinds[row] in rows.feed.reopened_by:
            added.append((row, "reopened"))
        last = last if kinds[row] in _BYSTANDERS else kinds[row]
    if not rows.has("position"):
        table = table.set_column(table.column_names.index("position"), "position", pa.array(places))
    return _insert(Piece(told.name, table, told.origin), added)


def _indices(codes: pa.DictionaryArray | pa.ChunkedArray) -> pa.Array:
    array = codes.chunk(0) if isinstance(codes, pa.ChunkedArray) else codes
    return array.indices


def _insert(told: Piece, added: list[tuple[int, str]]) -> Piece:
    if not added:
        return told
    origin = np.array([row for row, _ in added], dtype=np.int64)
    source = told.table.take(pa.array(origin))
    kinds = pa.array([kind for _, kind in added], TEXT)
    nothing = pa.nulls(len(added), TEXT)
    spoke = pc.equal(source.column("kind"), "message")
    actor = pc.if_else(pc.or_(spoke, pc.equal(kinds, "reopened")), source.column("actor_kind"), "customer")
    own = pc.equal(actor, source.column("actor_kind"))
    changes: dict[str, pa.Array] = {
        "kind": kinds,
        "actor_kind": actor,
        "actor_id": pc.if_else(own, source.column("actor_id"), pa.scalar(None, TEXT)),
        "value": nothing, "text": nothing, "detail": nothing,
        "duration": pa.nulls(len(added), pa.int64()),
        "position": pc.subtract(source.column("position"), 1),
    }  # fmt: skip
    if "event_id" in source.column_names:
        changes["event_id"] = nothing
    for name, values in changes.items():
        field = told.table.schema.field(name)
        source = source.set_column(source.column_names.index(name), field, values.cast(field.type))
    table = pa.concat_tables([source, told.table])
    origins = np.concatenate([origin, told.origin])
    order = np.argsort(origins, kind="stable")
    return Piece(told.name, table.take(pa.array(order)), origins[order])


_FIELDS: Final = fields(
    PEOPLE,
    ATTRIBUTES,
    [c for c in EVENTS.columns if c.name != "source"],
    [
        Column("private", Type.BOOLEAN, "The words are a note, not for the customer."),
        Column("automatic", Type.BOOLEAN, "The words are a template or an acknowledgement, no reply."),
    ],
)

_UNSAID: Final = {
    "event_id": "made of what happened, so that the same row is the same event in every file",
    "position": "by their kinds; with events that are derived, as the file has them",
    "actor_id": "`agent_id`",
    "value": "of `assigned`, the `actor_id`",
}
_BY_WHOM: Final = (
    f"customer of {', '.join(_BY_CUSTOMER)}; else agent where somebody is named, else system; of words it must be said"
)

EVENT_LOG: Final = Kind(
    "events",
    "a row is something that happened to a conversation",
    _FIELDS,
    (("conversation_id",), ("occurred_at",), ("kind",)),
    _event_log,
    _needs_all,
    _UNSAID | {"actor_kind": _BY_WHOM},
)

MESSAGES: Final = Kind(
    "messages",
    "a row is a message; the first opens its conversation",
    _FIELDS,
    (("conversation_id",), ("occurred_at",), ("actor_kind",)),
    _event_log,
    lambda opened, reopened: opened is not False or reopened,
    _UNSAID | {"kind": "message"},
)

__all__ = ["EVENT_LOG", "MESSAGES", "as_mask"]
