"""Brings batches from a source into the lake: validated, idempotent, resumable; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.ids import stable_id
from tanggap.records.batch import BadRow, Batch
from tanggap.records.lake import PARTITION, Lake, stored_schema
from tanggap.records.tables import CONVERSATIONS, EVENTS, IMPORTS, QUARANTINE, TABLES
from tanggap.records.upsert import in_order, least, row_keys, upsert
from tanggap.records.validate import validate

#: Rules that reduce the rows of a table before they are stored (surveys: one answer an invitation).
Reducers = Mapping[str, Callable[[pa.Table], pa.Table]]


@dataclass
class Ingested:
    """What an import did, by table: rows new, changed and repeated; and how many were refused, by the table they were
    meant for ("": not known), and went to quarantine.

    ``resolved`` counts rows that earlier readings of the same path had put there, and this one did not.
    """

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    resolved: int = 0
    skipped_chunks: int = 0

    def count(self, table: str, added: int, changed: int, repeated: int) -> None:
        """Adds the outcome of one write."""
        for counts, value in ((self.added, added), (self.changed, changed), (self.repeated, repeated)):
            if value:
                counts[table] = counts.get(table, 0) + value

    @property
    def quarantined(self) -> int:
        """Rows that went to quarantine."""
        return sum(self.refused.values())

    @property
    def total(self) -> int:
        """Rows that are new in the lake."""
        return sum(self.added.values())


def chunks_done(lake: Lake, import_id: str) -> int:
    """How many chunks of that import are safely in the lake already; −1 if all of them are."""
    rows = lake.read(IMPORTS, ["import_id", "chunk", "complete"]).to_pylist()
    mine = [row for row in rows if row["import_id"] == import_id]
    if any(row["complete"] for row in mine):
        return -1
    done = {row["chunk"] for row in mine}
    return next(n for n in range(len(done) + 1) if n not in done)


def ingest_all(
    lake: Lake,
    batches: Iterable[Batch],
    *,
    source: str,
    import_id: str,
    now: int,
    place: str = "",
    reducers: Reducers | None = None,
    on_chunk: Callable[[Batch, Ingested], None] | None = None,
) -> Ingested:
    """Commits each batch with the mark that its chunk is done, as one unit of work; a killed import goes on with the
    first chunk not marked.

    ``now`` is the instant to note in ``imports``, ``place`` the path that is read ("": none); once it is read to its
    end, rows that earlier imports of that path refused and this one did not are resolved. ``on_chunk`` is told after
    each commit (progress).
    """
    outcome = Ingested()
    origin = (import_id, place)
    with lake.writing():
        for batch in batches:
            rows, bad = outcome.total, outcome.quarantined
            ingest(lake, batch, source=source, outcome=outcome, reducers=reducers, origin=origin)
            _mark(lake, batch, origin, outcome.total - rows, outcome.quarantined - bad, now)
            if batch.last and place:
                outcome.resolved += resolve(lake, "read_again", place=place, but=import_id)
            lake.publish()
            if on_chunk:
                on_chunk(batch, outcome)
    return outcome


def ingest(
    lake: Lake, batch: Batch, *, source: str, outcome: Ingested | None = None, reducers: Reducers | None = None,
    origin: tuple[str, str] = ("", ""),
) -> Ingested:  # fmt: skip
    """Brings one batch in: attributes first, then events, so that an event never lies without its conversation.

    ``origin`` is the import's id and the path that it reads, for the rows that go to quarantine.
    """
    outcome = outcome if outcome is not None else Ingested()
    strict: dict[str, pa.Table] = {}
    bad: list[BadRow] = list(batch.bad_rows)
    for name, rows in batch.tables.items():
        strict[name], faults = validate(
            TABLES[name], rows, file=batch.file, source=source, lines=batch.lines.get(name, ())
        )
        bad.extend(faults)
        if reducers and name in reducers:
            strict[name] = reducers[name](strict[name])
    with lake.writing():
        _quarantine(lake, bad, outcome, origin)
        events = strict.pop(EVENTS.name, EVENTS.arrow.empty_table())
        conversations = strict.pop(CONVERSATIONS.name, CONVERSATIONS.arrow.empty_table())
        if events.num_rows or conversations.num_rows:
            _conversations_and_events(lake, conversations, events, source, outcome)
        number = lake.next_batch() if any(TABLES[name].tracked for name in strict) else 0
        for name, rows in strict.items():
            if rows.num_rows:
                rows = _numbered(rows, number) if TABLES[name].tracked else rows
                done = upsert(lake.folder(TABLES[name]), TABLES[name], rows)
                outcome.count(name, done.added, done.changed, done.repeated)
    return outcome


def _conversations_and_events(
    lake: Lake, conversations: pa.Table, events: pa.Table, source: str, outcome: Ingested
) -> None:
    number = lake.next_batch()
    ids = pc.unique(pa.chunked_array([*conversations["conversation_id"].chunks, *events["conversation_id"].chunks],
                                     pa.string()))  # fmt: skip
    known = _known_months(lake, ids)
    fresh = ids.filter(pc.invert(pc.is_in(ids, known["conversation_id"].combine_chunks())))
    months = pa.concat_tables([known, _first_months(fresh, conversations, events)])
    given = conversations["conversation_id"].combine_chunks()
    stubs = [
        _stubs(few.filter(pc.invert(pc.is_in(few, given))), said)
        for few, said in ((fresh, source), (known["conversation_id"].combine_chunks(), None))
    ]
    rows = _with_opening(pa.concat_tables([conversations, *stubs]), events)
    done = upsert(lake.folder(CONVERSATIONS), CONVERSATIONS, _housekept(rows, months, number))
    outcome.count(CONVERSATIONS.name, done.added, done.changed, done.repeated)
    # After the conversations: if this commit is lost, a repeat finds the conversation and adds what is missing.
    events, repeated = _unseen(lake, events, known)
    if events.num_rows:
        _append_events(lake, _housekept(events, months, number))
    outcome.count(EVENTS.name, events.num_rows, 0, repeated)


def _with_opening(conversations: pa.Table, events: pa.Table) -> pa.Table:
    """The rows with ``opened_at`` no later than the first event known; a source need not say it."""
    first = events.group_by("conversation_id").aggregate([("occurred_at", "min")])
    where = pc.index_in(conversations["conversation_id"], first["conversation_id"].combine_chunks())
    seen = first["occurred_at_min"].combine_chunks().take(where.combine_chunks())
    index = conversations.column_names.index("opened_at")
    earliest = least(conversations["opened_at"].combine_chunks(), seen)
    return conversations.set_column(index, conversations.schema.field(index), earliest)


def _known_months(lake: Lake, ids: pa.Array) -> pa.Table:
    """The partition of every id that the lake already knows."""
    folder = lake.folder(CONVERSATIONS)
    columns = ["conversation_id", PARTITION]
    found = [pa.table({name: pa.array([], pa.string()) for name in columns})]
    ends = pc.min_max(ids).as_py()
    for file in folder.files():
        if not file.may_hold("conversation_id", ends["min"], ends["max"]):
            continue
        filters = (pc.field("conversation_id") >= ends["min"]) & (pc.field("conversation_id") <= ends["max"])
        rows = folder.read(file, columns, filters)
        found.append(rows.filter(pc.is_in(rows["conversation_id"], ids)).cast(found[0].schema))
    return pa.concat_tables(found)


def _first_months(fresh: pa.Array, conversations: pa.Table, events: pa.Table) -> pa.Table:
    """The month each new conversation begins in: as its source says, else that of its first event known."""
    said = conversations.select(["conversation_id", "opened_at"]).rename_columns(["conversation_id", "at"])
    seen = events.select(["conversation_id", "occurred_at"]).rename_columns(["conversation_id", "at"])
    both = pa.concat_tables([said.filter(pc.is_valid(said["at"])), seen], promote_options="default")
    first = both.group_by("conversation_id").aggregate([("at", "min")])
    at = first["at_min"].combine_chunks().take(pc.index_in(fresh, first["conversation_id"].combine_chunks()))
    month = pc.fill_null(pc.strftime(at, "%Y-%m"), "unknown")
    return pa.table({"conversation_id": fresh, PARTITION: month.cast(pa.string())})


def _housekept(rows: pa.Table, months: pa.Table, number: int) -> pa.Table:
    where = pc.index_in(rows["conversation_id"], months["conversation_id"].combine_chunks())
    month = months[PARTITION].combine_chunks().take(where.combine_chunks())
    return _numbered(rows, number).append_column(PARTITION, month)


def _numbered(rows: pa.Table, number: int) -> pa.Table:
    return rows.append_column("batch", pa.repeat(pa.scalar(number, pa.int64()), rows.num_rows))


def _stubs(ids: pa.Array, source: str | None) -> pa.Table:
    """Conversations of which only events were given: for a new one its source, of a known one nothing is said."""
    return pa.table(
        {
            column.name: ids if column.name == "conversation_id"
            else pa.repeat(pa.scalar(source, pa.string()), len(ids)) if column.name == "source"
            else pa.nulls(len(ids), column.arrow)
            for column in CONVERSATIONS.columns
        },
        schema=CONVERSATIONS.arrow,
    )  # fmt: skip


def _unseen(lake: Lake, events: pa.Table, known: pa.Table) -> tuple[pa.Table, int]:
    """The events the lake does not hold yet, each once; and how many were repeats."""
    given = events.num_rows
    if not given:
        return events, 0
    ids = events["event_id"].combine_chunks()
    if pc.count_distinct(ids).as_py() != given:
        rows = pa.table({"id": ids, "row": pa.array(range(given))}).group_by("id").aggregate([("row", "min")])
        events = events.take(rows.sort_by("row_min")["row_min"])
    if known.num_rows:
        stored = _stored_event_ids(lake, known)
        events = events.filter(pc.invert(pc.is_in(events["event_id"], stored)))
    return events, given - events.num_rows


def _stored_event_ids(lake: Lake, known: pa.Table) -> pa.Array:
    folder = lake.folder(EVENTS)
    ends = pc.min_max(known["conversation_id"]).as_py()
    months = set(pc.unique(known[PARTITION]).to_pylist())
    conversations = known["conversation_id"].combine_chunks()
    found: list[pa.Array] = []
    for file in folder.files():
        if file.partition not in months or not file.may_hold("conversation_id", ends["min"], ends["max"]):
            continue
        filters = (pc.field("conversation_id") >= ends["min"]) & (pc.field("conversation_id") <= ends["max"])
        rows = folder.read(file, ["event_id", "conversation_id"], filters)
        found.extend(rows.filter(pc.is_in(rows["conversation_id"], conversations))["event_id"].chunks)
    return pa.chunked_array(found, pa.string()).combine_chunks() if found else pa.array([], pa.string())


def _append_events(lake: Lake, events: pa.Table) -> None:
    schema = stored_schema(EVENTS)
    rows = events.select(schema.names)
    if not in_order(rows, (PARTITION, *EVENTS.sort)):
        rows = rows.sort_by([(name, "ascending") for name in (PARTITION, *EVENTS.sort)])
    lake.folder(EVENTS).commit([rows.cast(schema)])


def resolve(lake: Lake, state: str, *, place: str = "", file: str = "", but: str = "") -> int:
    """Gives open rows of quarantine another state: those of a path or of a file (both "": all), except what the import
    ``but`` refused. Returns how many.
    """
    with lake.writing():
        rows = lake.read(QUARANTINE)

        def says(column: str, value: str) -> pa.ChunkedArray:
            return pc.equal(pc.fill_null(rows[column], ""), value)

        mine = says("state", "open")
        if place:
            mine = pc.and_(mine, says("place", place))
        if file:
            mine = pc.and_(mine, pc.or_(says("file", file), says("place", file)))
        if but:
            mine = pc.and_(mine, pc.invert(says("import_id", but)))
        rows = rows.filter(mine)
        if rows.num_rows:
            index = rows.column_names.index("state")
            rows = rows.set_column(index, QUARANTINE.arrow.field("state"), pa.repeat(pa.scalar(state), rows.num_rows))
            upsert(lake.folder(QUARANTINE), QUARANTINE, rows)
        return int(rows.num_rows)


def _quarantine(lake: Lake, bad: Sequence[BadRow], outcome: Ingested, origin: tuple[str, str]) -> None:
    if bad:
        import_id, place = origin
        told = {"import_id": import_id or None, "place": place or None, "state": "open"}
        rows = pa.Table.from_pylist([{**row.as_record(), **told} for row in bad], QUARANTINE.arrow)
        rows = rows.set_column(rows.column_names.index("state"), QUARANTINE.arrow.field("state"), _states(lake, rows))
        upsert(lake.folder(QUARANTINE), QUARANTINE, rows)
        for row in bad:
            outcome.refused[row.target] = outcome.refused.get(row.target, 0) + 1


def _states(lake: Lake, rows: pa.Table) -> pa.Array:
    """The states of refused rows: open, but for the very same row of the same path that somebody dismissed."""

    def keys(of: pa.Table) -> pa.Array:
        named = pa.table({"id": of["quarantine_id"], "place": pc.fill_null(of["place"], "")})
        return row_keys(named, named.column_names)

    known = lake.read(QUARANTINE, ["quarantine_id", "place", "state"])
    dismissed = keys(known.filter(pc.equal(known["state"], "dismissed")))
    return pc.if_else(pc.is_in(keys(rows), dismissed), "dismissed", "open")


def _mark(lake: Lake, batch: Batch, origin: tuple[str, str], rows: int, quarantined: int, now: int) -> None:
    record: dict[str, Any] = {
        "import_id": origin[0], "place": origin[1] or None, "chunk": batch.chunk, "file": batch.file, "rows": rows,
        "quarantined": quarantined, "imported_at": now, "complete": batch.last,
    }  # fmt: skip
    strict, _ = validate(IMPORTS, [record], file=batch.file, source="import")
    upsert(lake.folder(IMPORTS), IMPORTS, strict)


def import_fingerprint(source: str, name: str, size: int, digest: str, mapping: str = "") -> str:
    """The id of importing that very file in that very way."""
    return stable_id("i", source, name, size, digest, mapping)
