"""Delta Lake tables written file by file, so that rows keep their order and a commit is atomic.

``deltalake``'s own writer reorders rows; the fold of events relies on their order. So the Parquet files are
written here and handed to Delta as add and remove actions of one transaction.
"""

from __future__ import annotations

import errno
import json
import re
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions
from pyarrow import fs

from tanggap.core.errors import LakeBusyError, LakeError, LakeFullError, UsageError

ROWS_PER_FILE: Final = 4_000_000
_ROW_GROUP: Final = 250_000
#: So many rows are looked at to see which columns repeat themselves: a dictionary of the others costs time and space.
_SAMPLE: Final = 10_000
_REPEATED: Final = 4

_AT_ONCE: Final = "another process wrote to the lake at the same moment; nothing of this was kept"
_AGAIN: Final = "run the command again"
_STORE: Final = "check that the bucket is there, and the environment variables that name its server and credentials"
_FOLDER: Final = "check the path and its permissions"
_MESSAGE: Final = re.compile("<Message>(.*?)</Message>", re.DOTALL)
_COLOUR: Final = re.compile("\x1b\\[[0-9;]*m")


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a table: where it is, its partition, its rows and the bounds of some columns."""

    path: str
    partition: str | None
    rows: int
    size: int
    bounds: Mapping[str, tuple[Any, Any]] = field(default_factory=dict, compare=False)

    def may_hold(self, column: str, low: Any, high: Any) -> bool:
        """Whether a value between ``low`` and ``high`` of ``column`` could be in it."""
        if column not in self.bounds:
            return True
        lowest, highest = self.bounds[column]
        return bool(lowest <= high and highest >= low)


@contextmanager
def storage_errors(place: str) -> Any:
    """Turns what storage can throw into errors with a remedy."""
    try:
        yield
    except CommitFailedError as error:
        raise LakeBusyError(_AT_ONCE, place=place, hint=_AGAIN) from error
    except OSError as error:
        if error.errno == errno.ENOSPC or "No space left" in str(error):
            raise LakeFullError(
                "no space is left on the device; nothing of this batch was kept",
                place=place,
                hint="free some space and run the same command again: it goes on where it stopped",
            ) from error
        hint = _STORE if "://" in place else _FOLDER
        raise LakeError(f"cannot read or write: {_innermost(error)}", place=place, hint=hint) from error
    except DeltaError as error:
        raise LakeError(f"the table is damaged or not a Delta table: {_innermost(error)}", place=place) from error


def _innermost(error: Exception) -> str:
    """What an error of storage says: of a chain of causes the last, which is the server's own word where it has one."""
    last = _COLOUR.sub("", str(error)).strip().split("↳")[-1]
    said = _MESSAGE.search(last)
    return " ".join((said[1] if said else last).split())


class DeltaFolder:
    """One Delta table in a folder or at an object-store URL."""

    def __init__(
        self,
        uri: str,
        schema: pa.Schema,
        *,
        partition: str | None = None,
        bounded: Sequence[str] = (),
        name: str = "",
        description: str = "",
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.uri = uri.rstrip("/")
        self.schema = schema
        #: What the rows of an older Tanggap have in a column that it did not store; null where nothing is said.
        self.defaults = defaults or {}
        self.partition = partition
        self.bounded = tuple(bounded)
        self.name = name
        self.description = description
        self._delta_schema = Schema.from_arrow(schema)
        self._table: DeltaTable | None = None
        #: The version a writer goes on from, while it writes: a commit on top of any other is refused.
        self.held: int | None = None
        self._filesystem, self._root = storage(self.uri)

    @property
    def version(self) -> int:
        """The newest version, −1 while the table does not exist."""
        with storage_errors(self.uri):
            table = self._open()
        return -1 if table is None else int(table.version())

    def files(self, version: int | None = None) -> list[DataFile]:
        """The files of the newest version, or of ``version`` (−1: none yet), in the order of their rows."""
        with storage_errors(self.uri):
            table = self._open() if version is None else self._at(version)
            if table is None:
                return []
            actions = pa.table(table.get_add_actions(flatten=True)).to_pylist()
        files = [self._data_file(action) for action in actions]
        first = self.bounded[0] if self.bounded else ""
        return sorted(files, key=lambda f: (f.partition or "", str(f.bounds.get(first, ("",))[0]), f.path))

    def _data_file(self, action: Mapping[str, Any]) -> DataFile:
        bounds = {
            name: (action[f"min.{name}"], action[f"max.{name}"])
            for name in self.bounded
            if action.get(f"min.{name}") is not None and action.get(f"max.{name}") is not None
        }
        partition = action.get(f"partition.{self.partition}") if self.partition else None
        path = unquote(str(action["path"]))
        return DataFile(path, partition, int(action["num_records"]), int(action["size_bytes"]), bounds)

    def absolute(self, file: DataFile) -> str:
        """The path or URL of a file as an engine opens it."""
        return f"{self.uri}/{file.path}"

    def read(self, file: DataFile, columns: Sequence[str] | None = None, filters: Any = None) -> pa.Table:
        """The rows of one file; the partition column, which is not stored in it, is added if asked for."""
        with storage_errors(self.uri):
            wanted = [c for c in (columns or self.schema.names) if c != self.partition]
            found = pq.ParquetDataset(
                f"{self._root}/{file.path}", filters=filters, filesystem=self._filesystem, partitioning=None
            )
            there = set(found.schema.names)
            rows = found.read(columns=[c for c in wanted if c in there])
        for index, name in enumerate(wanted):
            if name not in there:
                value = pa.scalar(self.defaults.get(name), self.schema.field(name).type)
                rows = rows.add_column(index, name, pa.repeat(value, rows.num_rows))
        if self.partition and self.partition in (columns or self.schema.names):
            index = list(columns or self.schema.names).index(self.partition)
            rows = rows.add_column(index, self.partition, pa.repeat(pa.scalar(file.partition, pa.string()), len(rows)))
        return rows

    def read_all(self, columns: Sequence[str] | None = None, version: int | None = None) -> pa.Table:
        """All rows of the newest version, or of ``version``."""
        tables = [self.read(file, columns) for file in self.files(version)]
        names = list(columns or self.schema.names)
        empty = pa.schema([self.schema.field(name) for name in names]).empty_table()
        return pa.concat_tables([t.cast(empty.schema) for t in tables]) if tables else empty

    def commit(
        self,
        added: Iterable[pa.Table],
        removed: Sequence[DataFile] = (),
        *,
        data_change: bool = True,
    ) -> int:
        """Adds rows and drops whole files in one atomic commit; returns the rows added.

        Each table of ``added`` must be sorted as the rows are to lie; it is split by partition and size.
        Nothing is committed when writing fails; files written until then are deleted.
        """
        actions: list[AddAction] = []
        try:
            for table in added:
                actions.extend(self.write(table, data_change=data_change))
            self.commit_files(actions, removed, data_change=data_change)
        except BaseException:
            self.forget(actions)
            raise
        return sum(json.loads(action.stats)["numRecords"] for action in actions)

    def write(self, rows: pa.Table, *, data_change: bool = True) -> list[AddAction]:
        """Writes rows to files that belong to no version yet; :meth:`commit_files` makes them count."""
        written: list[AddAction] = []
        with storage_errors(self.uri):
            try:
                for part, value in self._parts(rows):
                    written.append(self._write(part, value, data_change))
            except BaseException:
                self.forget(written)
                raise
        return written

    def commit_files(
        self, added: list[AddAction], removed: Sequence[DataFile] = (), *, data_change: bool = True
    ) -> None:
        """Makes written files count, and others no longer, in one atomic commit."""
        if added or removed:
            with storage_errors(self.uri):
                self._commit(added, removed, data_change)

    def _commit(self, actions: list[AddAction], removed: Sequence[DataFile], data_change: bool) -> None:
        table = self._open()
        self._expect(table, 0)
        if table is None:
            try:
                create_table_with_add_actions(
                    self.uri, self._delta_schema, actions, partition_by=[self.partition] if self.partition else [],
                    name=self.name or None, description=self.description or None,
                )  # fmt: skip
            except DeltaError as error:
                if self._open() is None:
                    raise
                raise LakeBusyError(_AT_ONCE, place=self.uri, hint=_AGAIN) from error  # somebody else made it just now
            self._expect(self._open(), 1)
            return
        self._evolve(table)
        now = int(time.time() * 1000)
        removals = [
            RemoveAction(quote(f.path, safe="/=-_."), data_change, now, f.size, self._partition_values(f.partition))
            for f in removed
        ]
        table.create_write_transaction(
            [*removals, *actions], "append", self._delta_schema, partition_by=[self.partition] if self.partition else []
        )
        self._expect(self._open(), 1)

    def _expect(self, table: DeltaTable | None, more: int) -> None:
        """Makes sure that nobody else has committed since the version this writer holds, of which it knows ``more``.

        Delta lets two appends stand one after the other; what a unit of work read must not change under it.
        """
        if self.held is None:
            return
        self.held += more
        if (-1 if table is None else table.version()) != self.held:
            raise LakeBusyError(_AT_ONCE, place=self.uri, hint=_AGAIN)

    def hold(self, version: int | None) -> None:
        """Begins to write on top of ``version`` (None: of the newest): what was committed after it, by a writer that
        did not come to its end, is taken back.
        """
        with storage_errors(self.uri):
            table = self._open()
            newest = -1 if table is None else int(table.version())
            self.held = None
            if table is not None and version is not None and newest != version:
                if version < 0:
                    self._commit([], self.files(), True)
                else:
                    table.restore(version)
                newest = self.version
            self.held = newest

    def _evolve(self, table: DeltaTable) -> None:
        """Adds columns that a newer Tanggap stores to a table that an older one made."""
        known = {field.name for field in table.schema().fields}
        missing = [field for field in self._delta_schema.fields if field.name not in known]
        if missing:
            table.alter.add_columns([Field(f.name, f.type, nullable=True) for f in missing])
            table.update_incremental()
            self._expect(table, 1)

    def _parts(self, table: pa.Table) -> Iterable[tuple[pa.Table, str | None]]:
        groups: list[tuple[pa.Table, str | None]] = []
        if self.partition:
            values = pc.unique(table[self.partition]).to_pylist()
            for value in values:
                rows = table if len(values) == 1 else table.filter(pc.equal(table[self.partition], value))
                groups.append((rows.drop_columns([self.partition]), value))
        else:
            groups.append((table, None))
        for rows, value in groups:
            for offset in range(0, rows.num_rows, ROWS_PER_FILE):
                yield rows.slice(offset, ROWS_PER_FILE), value

    def _write(self, rows: pa.Table, value: str | None, data_change: bool) -> AddAction:
        name = f"part-{uuid.uuid4().hex}.parquet"
        path = f"{self.partition}={quote(value or '', safe='-_.')}/{name}" if self.partition else name
        target = f"{self._root}/{path}"
        self._filesystem.create_dir(target.rsplit("/", 1)[0], recursive=True)
        repetitive = _repetitive(rows)
        try:
            pq.write_table(
                rows, target, filesystem=self._filesystem, compression="zstd", compression_level=1,
                row_group_size=_ROW_GROUP, write_page_index=False, use_dictionary=repetitive,
                column_encoding=_packed(rows, repetitive),
                store_schema=False,  # columns handed over as dictionaries are texts to whoever reads them
            )  # fmt: skip
            size = self._filesystem.get_file_info(target).size
        except BaseException:
            self._delete(target)
            raise
        return AddAction(
            path, size, self._partition_values(value), int(time.time() * 1000), data_change,
            json.dumps(_statistics(rows, self.bounded)),
        )  # fmt: skip

    def _partition_values(self, value: str | None) -> dict[str, str | None]:
        return {self.partition: value} if self.partition else {}

    def forget(self, actions: Sequence[AddAction]) -> None:
        """Deletes written files that no version refers to."""
        for action in actions:
            self._delete(f"{self._root}/{action.path}")

    def _delete(self, target: str) -> None:
        try:
            self._filesystem.delete_file(target)
        except OSError:
            return  # an orphan is only space; vacuum takes it

    def _open(self) -> DeltaTable | None:
        try:
            if self._table is None:
                self._table = DeltaTable(self.uri)
            else:
                self._table.update_incremental()
        except TableNotFoundError:
            return None
        return self._table

    def _at(self, version: int) -> DeltaTable | None:
        if version < 0:
            return None
        if self._table is not None and self._table.version() == version:
            return self._table
        table = self._open()
        return table if table is None or table.version() == version else DeltaTable(self.uri, version=version)

    def vacuum(self, hours: int) -> int:
        """Deletes files no version of the last ``hours`` refers to; returns how many."""
        with storage_errors(self.uri):
            table = self._open()
            if table is None:
                return 0
            gone = table.vacuum(hours, dry_run=False, enforce_retention_duration=False)
            if self.held is not None:  # a vacuum notes in the table's log that it took place
                self.held = self.version
            return len(gone)


def delta_tables(uri: str) -> dict[str, int]:
    """The Delta tables that lie in a folder or at an object-store URL, each with its newest version."""
    with storage_errors(uri):
        filesystem, root = storage(uri.rstrip("/"))
        places = filesystem.get_file_info(fs.FileSelector(root, allow_not_found=True))
        names = [place.base_name for place in places if place.type == fs.FileType.Directory]
        found = {name: DeltaFolder(f"{uri}/{name}", pa.schema([])).version for name in names}
    return {name: version for name, version in found.items() if version >= 0}


def storage(uri: str) -> tuple[fs.FileSystem, str]:
    """The file system that holds a folder or object-store URL, and the path there.

    Raises:
        UsageError: there is no such kind of store.
    """
    if "://" in uri:
        try:
            filesystem, root = fs.FileSystem.from_uri(uri)
        except pa.ArrowInvalid as error:
            raise UsageError(
                "this is no place for a lake", place=uri, hint="name a folder, or s3://BUCKET/NAME"
            ) from error
        return filesystem, root
    return fs.LocalFileSystem(), str(Path(uri))


def _repetitive(rows: pa.Table) -> list[str]:
    """The columns whose values each occur several times, by the look of the first rows."""
    sample = rows.slice(0, _SAMPLE)
    return [
        field.name
        for field in rows.schema
        if pa.types.is_dictionary(field.type)
        or (
            not pa.types.is_boolean(field.type)
            and pc.count_distinct(sample[field.name]).as_py() * _REPEATED <= sample.num_rows
        )
    ]


def _packed(rows: pa.Table, repetitive: Sequence[str]) -> dict[str, str]:
    """How columns are encoded that are not repetitive: whole numbers and instants by the bits that each differs by from
    the one before. As small as zstd makes them, written a little faster, and read in half the time.
    """
    return {
        field.name: "DELTA_BINARY_PACKED"
        for field in rows.schema
        if field.name not in repetitive and (pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type))
    }


def _statistics(rows: pa.Table, bounded: Sequence[str]) -> dict[str, Any]:
    lowest: dict[str, Any] = {}
    highest: dict[str, Any] = {}
    for name in bounded:
        if name not in rows.column_names or rows[name].null_count == rows.num_rows:
            continue
        ends = pc.min_max(rows[name]).as_py()
        lowest[name], highest[name] = _plain(ends["min"]), _plain(ends["max"])
    nulls = {name: rows[name].null_count for name in rows.column_names}
    return {"numRecords": rows.num_rows, "minValues": lowest, "maxValues": highest, "nullCount": nulls}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
