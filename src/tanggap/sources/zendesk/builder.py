"""Puts records into the rows of one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa

from tanggap.records.batch import BadRow, Batch
from tanggap.records.schema import Type
from tanggap.records.tables import TABLES
from tanggap.sources.zendesk import kinds, rules
from tanggap.sources.zendesk.files import Record, line_of
from tanggap.sources.zendesk.history import (
    Change,
    EventRow,
    event_of_comment,
    event_of_metric,
    events_of_audit,
    events_of_change,
)
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.statuses import last_status
from tanggap.sources.zendesk.tickets import conversation_of, opened_event, person_of
from tanggap.sources.zendesk.values import (
    UNFORESEEN,
    Fields,
    RowError,
    instant,
    mapping,
    needed_identifier,
    objects,
    optional_instant,
)

_EVENT_FIELDS: Final = tuple(TABLES["events"].arrow)


class Builder:
    """The rows of one batch while it is filled. Repeated keys leave one row: of events the first (they are the same
    happening), of anything else the one updated last.
    """

    def __init__(self, known: Lookups) -> None:
        self._known = known
        self._events: dict[str, EventRow] = {}
        self._rows: dict[str, dict[tuple[object, ...], tuple[int, Mapping[str, object]]]] = {}
        self._bad: list[BadRow] = []

    def add(self, record: Record, file: str) -> None:
        """Take a record; what of it cannot be taken becomes a bad row."""
        build = _BUILD.get(record.kind)
        if build is None:
            return
        try:
            wrong = build(self, record.fields)
        except RowError as error:
            wrong = [error]
        except UNFORESEEN as error:
            wrong = [RowError("", f"not the shape of a {record.kind.replace('_', ' ')}: {error}")]
        for mistake in wrong:
            self._bad.append(
                BadRow(
                    file=file, line=line_of(record), column=mistake.column, reason=mistake.reason, row=record.text(),
                    target=kinds.TARGETS.get(record.kind, "events"), source="zendesk",
                )
            )  # fmt: skip

    def add_bad(self, bad: BadRow) -> None:
        """Take a bad row."""
        self._bad.append(bad)

    def add_row(self, table: str, row: Mapping[str, object], updated: int = 0) -> None:
        """Take a row of a table that is keyed by its attributes."""
        key = tuple(row[name] for name in TABLES[table].key)
        rows = self._rows.setdefault(table, {})
        if key not in rows or rows[key][0] <= updated:
            rows[key] = (updated, row)

    def add_change(self, change: Change, later: int) -> None:
        """Take a change of a field.

        Raises:
            RowError: its value makes no sense.
        """
        self._add_events(events_of_change(change, self._known, later=later))

    def batch(self, file: str, chunk: int) -> Batch:
        """The batch, not marked as the last one."""
        tables: dict[str, pa.Table] = {}
        if self._events:
            tables["events"] = _event_table(self._events)
        for name, rows in self._rows.items():
            tables[name] = _table(name, [row for _, row in rows.values()])
        return Batch(tables=tables, bad_rows=self._bad, file=file, chunk=chunk, last=False)

    def _add_events(self, rows: list[EventRow]) -> None:
        for row in rows:
            self._events.setdefault(row[0], row)

    def _ticket(self, ticket: Fields) -> list[RowError]:
        conversation = conversation_of(ticket, self._known)
        key, opened_at = str(conversation["conversation_id"]), instant(ticket.get("created_at"), "created_at")
        updated = optional_instant(ticket.get("updated_at"), "updated_at") or 0
        wrong: list[RowError] = []
        found = [opened_event(ticket, key, opened_at, self._known)]
        self.add_row("conversations", conversation, updated)  # a history that is imported later finds it
        found.extend(_some(last_status(key, self._known)))
        for column, read in _NESTED.items():
            for item in objects(ticket.get(column)):
                try:  # one bad side-loaded record leaves the ticket good
                    rows, mistakes = read(mapping(item), self._known, key)
                except RowError as error:
                    rows, mistakes = [], [error]
                except UNFORESEEN as error:
                    rows, mistakes = [], [RowError(column, f"not the shape of one of a ticket's {column}: {error}")]
                found.extend(rows)
                wrong.extend(mistakes)
        self._add_events(found)
        return wrong

    def _audit(self, audit: Fields) -> list[RowError]:
        rows, wrong = events_of_audit(audit, self._known)
        self._add_events(rows)
        return wrong

    def _comment(self, comment: Fields) -> list[RowError]:
        ticket = needed_identifier(comment, "ticket_id")
        last_status(ticket, self._known)  # without its ending it would reopen a ticket that is refused
        self._add_events([event_of_comment(comment, ticket, self._known)])
        return []

    def _metric_event(self, event: Fields) -> list[RowError]:
        last_status(needed_identifier(event, "ticket_id"), self._known)
        self._add_events(_some(event_of_metric(event, self._known)))
        return []

    def _user(self, user: Fields) -> list[RowError]:
        table, row = person_of(user, self._known)
        self.add_row(table, row, optional_instant(user.get("updated_at"), "updated_at") or 0)
        return []

    def _policy(self, policy: Fields) -> list[RowError]:
        rows, wrong = rules.targets_of_policy(policy)
        for row in rows:
            self.add_row("sla_targets", row)
        return wrong


def _some(row: EventRow | None) -> list[EventRow]:
    return [row] if row else []


#: What a ticket may carry inside it, and how it is read.
_NESTED: Final[dict[str, Callable[[Fields, Lookups, str], tuple[list[EventRow], list[RowError]]]]] = {
    "audits": events_of_audit,
    "comments": lambda item, known, ticket: ([event_of_comment(item, ticket, known)], []),
    "metric_events": lambda item, known, ticket: (_some(event_of_metric(item, known, ticket)), []),
}


def _event_table(rows: Mapping[str, EventRow]) -> pa.Table:
    columns = zip(*rows.values(), strict=True)
    arrays = [
        pa.array(column, pa.int64()).cast(field.type) if field.name == "occurred_at" else pa.array(column, field.type)
        for field, column in zip(_EVENT_FIELDS, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=TABLES["events"].arrow)


def _table(name: str, rows: list[Mapping[str, object]]) -> pa.Table:
    table = TABLES[name]
    arrays = []
    for column in table.columns:
        values = [row[column.name] for row in rows]
        if column.type is Type.INSTANT:
            arrays.append(pa.array(values, pa.int64()).cast(column.arrow))
        elif column.type is Type.DATE:
            arrays.append(pa.array(values, pa.string()).cast(column.arrow))
        else:
            arrays.append(pa.array(values, column.arrow))
    return pa.Table.from_arrays(arrays, schema=table.arrow)


#: Record kind → how it is built. What is missing here only teaches (groups, brands), is gathered
#: (:mod:`~tanggap.sources.zendesk.rules`), or holds nothing Tanggap keeps (organizations).
_BUILD: Final[dict[str, Callable[[Builder, Fields], list[RowError]]]] = {
    "ticket": Builder._ticket, "audit": Builder._audit, "ticket_event": Builder._audit, "comment": Builder._comment,
    "metric_event": Builder._metric_event, "user": Builder._user, "sla_policy": Builder._policy,
}  # fmt: skip
