"""From chunks of text to batches of canonical rows, with an account of every row read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.errors import MappingError
from tanggap.records.batch import BadRow, Batch
from tanggap.records.tables import EVENTS, TABLES
from tanggap.sources.csv.chunks import CHUNK_ROWS, TEXT, Chunk, whole
from tanggap.sources.csv.kinds import KINDS, Piece
from tanggap.sources.csv.kinds.kind import event_ids
from tanggap.sources.csv.mapping import Conventions, Feed
from tanggap.sources.csv.rows import Rows


@dataclass
class Account:
    """What became of the rows read: ``read == accepted + quarantined + ignored``, always.

    ``ignored`` rows are left out by the mapping or say what another row says. Rows read by two feeds count twice.
    """

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    ignored: int = 0

    def add(self, other: Account) -> None:
        """Adds another account."""
        self.read += other.read
        self.accepted += other.accepted
        self.quarantined += other.quarantined
        self.ignored += other.ignored


@dataclass(frozen=True)
class Converted:
    """A batch beside its account."""

    batch: Batch
    account: Account


def convert(
    chunks: Iterable[Chunk], feed: Feed, conventions: Conventions, *, file: str, first: int = 0, skip: int = 0,
    with_faults: bool = True,
) -> Iterator[Converted]:  # fmt: skip
    """The batches of one feed, numbered from ``first``; those numbered below ``skip`` are left out.

    A kind that needs the whole file (derived events, orders from lines) is built at once and given out in pieces of
    as many rows as other kinds have in a chunk.

    Raises:
        MappingError: the mapping names a column the file does not have.
    """
    if KINDS[feed.kind].whole_file(feed.opened, bool(feed.reopened_by)):
        chunk = whole(iter(chunks))
        count = max(1, -(-len(chunk) // CHUNK_ROWS))
        build = _Build(chunk, feed, conventions, file, with_faults=with_faults)
        for i in range(count):
            if first + i >= skip:
                yield build.slice(i * CHUNK_ROWS, len(chunk) if i == count - 1 else (i + 1) * CHUNK_ROWS, first + i)
        return
    for chunk in chunks:
        if first + chunk.number >= skip:
            build = _Build(chunk, feed, conventions, file, with_faults=with_faults)
            yield build.slice(0, len(chunk), first + chunk.number)


class _Build:
    """One chunk's records, ready to be given out whole or in slices of its rows."""

    def __init__(
        self, chunk: Chunk, feed: Feed, conventions: Conventions, file: str, *, with_faults: bool = True
    ) -> None:
        kind = KINDS[feed.kind]
        self.rows = Rows(chunk, feed, conventions, kind.fields)
        self.file, self.source = file, conventions.source
        self.target = "events" if kind.name in ("messages", "tickets", "calls") else kind.name
        self.chunk_faults = chunk.faults if with_faults else ()
        pieces = kind.build(self.rows)
        good = self.rows.good
        kept = [_filtered(piece, good[piece.origin]) for piece in pieces]
        self.pieces = [self._finished(piece) for piece in kept]
        self.pieces = [_without_repeats(piece) for piece in self.pieces]
        told = np.zeros(len(chunk), dtype=bool)
        for piece in self.pieces:
            told[piece.origin] = True
        self.told = told & good

    def _finished(self, piece: Piece) -> Piece:
        """``source`` and, for events, the id that follows from the content."""
        table = piece.table.append_column("source", pa.repeat(pa.scalar(self.source, TEXT), piece.table.num_rows))
        if piece.name == EVENTS.name:
            made = event_ids(table, self.source, with_position=self.rows.has("position"))
            if "event_id" in table.column_names:
                made = pc.coalesce(table.column("event_id").combine_chunks(), made)
                table = table.drop_columns(["event_id"])
            table = table.append_column("event_id", made)
        return Piece(piece.name, table, piece.origin)

    def slice(self, start: int, end: int, number: int) -> Converted:
        """The records of rows ``start`` … ``end`` as batch ``number``; unsplittable rows come with the first."""
        rows = self.rows
        tables: dict[str, pa.Table] = {}
        lines: dict[str, list[int]] = {}
        for piece in self.pieces:
            part = _filtered(piece, (piece.origin >= start) & (piece.origin < end))
            if part.table.num_rows:
                tables[part.name] = _canonical(part)
                lines[part.name] = rows.chunk.lines[part.origin].tolist()
        bad = [
            BadRow(self.file, int(rows.chunk.lines[row]), column, reason, rows.chunk.raw(row), self.target, self.source)
            for row, (column, reason) in sorted(rows.faults.items())
            if start <= row < end and not rows.ignored[row]
        ]
        if start == 0:
            bad += [
                BadRow(self.file, fault.line, fault.column, fault.reason, fault.row, self.target, self.source)
                for fault in self.chunk_faults
            ]
        accepted = int(self.told[start:end].sum())
        read = end - start + (len(self.chunk_faults) if start == 0 else 0)
        account = Account(read, accepted, len(bad), read - accepted - len(bad))
        return Converted(Batch(tables, bad, self.file, number, last=False, lines=lines), account)


def _filtered(piece: Piece, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Piece:
    if mask.all():
        return piece
    return Piece(piece.name, piece.table.filter(pa.array(mask)), piece.origin[mask])


def _without_repeats(piece: Piece) -> Piece:
    """Drops records that say what a record of the same batch says: of events the later, of attributes the earlier.

    Attributes keep the last because the last one wins: of A, B, A the state is A.
    """
    if not piece.table.num_rows:
        return piece
    key = [name for name in TABLES[piece.name].key if name in piece.table.column_names]
    which = "min" if piece.name == EVENTS.name else "max"
    keep = _distinct(piece.table, key, which)
    if len(keep) < piece.table.num_rows and piece.name != EVENTS.name:
        keep = _distinct(piece.table, piece.table.column_names, which)
    if len(keep) == piece.table.num_rows:
        return piece
    return Piece(piece.name, piece.table.take(pa.array(keep)), piece.origin[keep])


def _distinct(table: pa.Table, names: list[str], which: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The rows that are the first ("min") or last ("max") of those equal in ``names``."""
    keyed = table.select(names).append_column("·", pa.array(np.arange(table.num_rows)))
    groups = keyed.group_by(names, use_threads=False).aggregate([("·", which)])
    return np.sort(np.asarray(groups.column(f"·_{which}").combine_chunks()))


def _canonical(piece: Piece) -> pa.Table:
    """The piece in its table's own types."""
    table = TABLES[piece.name]
    fields = [pa.field(name, table[name].arrow) for name in piece.table.column_names]
    return piece.table.cast(pa.schema(fields))


def numbered(converted: Iterable[Converted]) -> Iterator[Converted]:
    """The same, the last one marked."""
    waiting: Converted | None = None
    for item in converted:
        if waiting is not None:
            yield waiting
        waiting = item
    if waiting is not None:
        yield replace(waiting, batch=replace(waiting.batch, last=True))


def blamed(build: Callable[[], Iterator[Converted]], place: str) -> Iterator[Converted]:
    """Adds the mapping's place to its errors."""
    try:
        yield from build()
    except MappingError as error:
        where = f"{place}: {error.place}" if error.place and error.place != place else place
        raise MappingError(error.message, place=where, hint=error.hint) from error
