"""The tabular ticket field history: (field_name, ticket_id, updated, user_id, value), one row a change.

It does not say what a field was before. So a file's rows are put in order by ticket and instant, and the row before
is taken for it; ids do not depend on that, so that a history that comes in pieces gives the same ids. Where it is cut
within a ticket, the first change after the cut has no row before: it cannot be told as ``reopened`` or ``handed_off``.
Cut histories by ticket, or import them whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tanggap.records.batch import BadRow
from tanggap.sources.zendesk.builder import Builder
from tanggap.sources.zendesk.files import Record
from tanggap.sources.zendesk.history import FIELDS, Change
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.scores import FIELDS as SURVEYED
from tanggap.sources.zendesk.values import (
    UNFORESEEN,
    Fields,
    RowError,
    as_text,
    identifier,
    instant,
    needed_identifier,
    words,
)

_RowOfHistory = tuple[str, object, object, object, int]  # field, updated, user, value, line
_COLUMNS: Final = ("field_name", "updated", "user_id", "value")
#: The SLA policy of a ticket is itself a field; it says which policy a target of the same instant is from.
_USED: Final = FIELDS | {"sla_policy"}


class FieldHistory:
    """The rows of one file, by ticket."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._rows: dict[str, list[_RowOfHistory]] = {}

    def add(self, record: Record, known: Lookups) -> None:
        """Take a row, if it is of a field that matters."""
        fields = record.fields
        name = str(fields.get("field_name") or "")
        if name in SURVEYED:
            _learn_score(known, name, fields)
        if name in _USED:
            ticket = str(fields.get("ticket_id") or "")
            self._rows.setdefault(ticket, []).append((name, *(fields.get(c) for c in _COLUMNS[1:]), record.line))  # type: ignore[arg-type]

    def tickets(self) -> Iterable[str]:
        """The tickets, in the order they first stand in the file."""
        return self._rows

    def size(self, ticket: str) -> int:
        """How many rows a ticket has."""
        return len(self._rows[ticket])

    def build(self, ticket: str, builder: Builder, known: Lookups) -> None:
        """Put a ticket's events into ``builder``."""
        in_order: list[tuple[int, int, _RowOfHistory]] = []
        for row in self._rows[ticket]:
            try:
                in_order.append((instant(row[1], "updated"), row[4], row))
            except RowError as error:
                builder.add_bad(self._bad(ticket, row, error))
        before: dict[str, object] = {}
        at_once: dict[tuple[str, int], int] = {}
        for at, _, row in sorted(in_order, key=_policy_first):
            name, value = row[0], row[3]
            later = at_once[name, at] = at_once.get((name, at), -1) + 1
            try:
                if name == "sla_policy":
                    before[name] = value
                    continue
                builder.add_change(self._change(ticket, row, at, before, known), later)
                before[name] = value
            except RowError as error:
                builder.add_bad(self._bad(ticket, row, error))
            except UNFORESEEN as error:
                builder.add_bad(self._bad(ticket, row, RowError(name, f"not the shape of a change: {error}")))

    @staticmethod
    def _change(ticket: str, row: _RowOfHistory, at: int, before: dict[str, object], known: Lookups) -> Change:
        name, _, user, value, _ = row
        key = identifier(ticket, "ticket_id")
        if key is None:
            raise RowError("ticket_id", "no id")
        actor_kind, actor_id = known.actor(user, known.requesters.get(key))
        policy = words(before.get("sla_policy"))
        # Every row is a change: one equal to the row before has its own before in another piece of the history.
        previous = before.get(name) if before.get(name) != value else None
        return Change(key, f"{at}:{value}", name, value, previous, at, actor_kind or "agent", actor_id, policy)

    def _bad(self, ticket: str, row: _RowOfHistory, error: RowError) -> BadRow:
        fields = dict(zip(_COLUMNS, row, strict=False)) | {"ticket_id": ticket}
        return BadRow(self._file, row[4], error.column, error.reason, as_text(fields), "events", "zendesk")


def _learn_score(known: Lookups, name: str, fields: Fields) -> None:
    try:
        ticket = needed_identifier(fields, "ticket_id")
        known.scores.add(ticket, instant(fields.get("updated"), "updated"), name, fields.get("value"))
    except RowError:
        return  # it is refused where the ticket's events are built


def _policy_first(entry: tuple[int, int, _RowOfHistory]) -> tuple[int, bool, int]:
    at, line, row = entry
    return at, row[0] != "sla_policy", line
