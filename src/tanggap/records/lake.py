"""The lake: one folder, or object-store URL, of Delta tables; one writer at a time beside any number of readers.

A reader takes a :class:`Snapshot`, which shows the lake as it was after some whole unit of work
(:mod:`tanggap.records.manifest`), and keeps seeing exactly those files, whatever a writer commits meanwhile.
Some tables carry housekeeping columns beside their schema: ``batch``, the number of the write that brought the row,
from which the refresh of the facts knows what is new; and events and conversations ``opened_month``, the partition a
conversation was given when first seen (it never moves, so all its events lie together).
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import fs

from tanggap.core.errors import LakeBusyError, LakeMissingError, LakeReadOnlyError
from tanggap.records.delta import DataFile, DeltaFolder, storage, storage_errors
from tanggap.records.manifest import Manifest, ManifestTable
from tanggap.records.schema import Column, Table, Type
from tanggap.records.tables import TABLES

SETTINGS_FILE: Final = "tanggap.toml"
PARTITION: Final = "opened_month"

_BATCH: Final = Column("batch", Type.INTEGER, "Number of the write that brought the row.", nullable=False)
_MONTH: Final = Column(PARTITION, Type.TEXT, "Month the conversation was first seen to begin in.", nullable=False)


def stored_columns(table: Table) -> tuple[Column, ...]:
    """The columns of a table as stored: its schema and its housekeeping."""
    extra = [(_BATCH, table.tracked), (_MONTH, table.partition == PARTITION)]
    return (*table.columns, *(column for column, stored in extra if stored))


def stored_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table as stored."""
    return pa.schema([pa.field(c.name, c.arrow, nullable=c.nullable) for c in stored_columns(table)])


@dataclass(frozen=True)
class SnapshotTable:
    """One table as it was at one version: its files, in the order of their rows."""

    table: Table
    uri: str
    version: int
    files: Sequence[DataFile]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(file.rows for file in self.files)

    def paths(self) -> list[str]:
        """Absolute paths or URLs of the files."""
        return [f"{self.uri}/{file.path}" for file in self.files]

    def partitions(self) -> list[str]:
        """The values of the partition column that hold rows, in order."""
        return sorted({file.partition for file in self.files if file.partition is not None})

    def only(self, partitions: Sequence[str]) -> SnapshotTable:
        """The same table reduced to some partitions."""
        wanted = set(partitions)
        return SnapshotTable(self.table, self.uri, self.version, [f for f in self.files if f.partition in wanted])

    def in_order(self) -> bool:
        """Whether reading the files one after the other gives the rows in the table's sort order."""
        by_partition: dict[str | None, list[DataFile]] = {}
        for file in self.files:
            by_partition.setdefault(file.partition, []).append(file)
        first = self.table.sort[0] if self.table.sort else ""
        for files in by_partition.values():
            for before, after in pairwise(files):
                if first not in before.bounds or first not in after.bounds:
                    return False
                if before.bounds[first][1] >= after.bounds[first][0]:
                    return False
        return True


@dataclass(frozen=True)
class Snapshot:
    """The lake as it was at one moment: every table's files. Reading it needs no lock."""

    uri: str
    tables: Mapping[str, SnapshotTable]

    def __getitem__(self, name: str) -> SnapshotTable:
        return self.tables[name]

    def rows(self, name: str) -> int:
        """How many rows a table holds."""
        return self.tables[name].rows


class Lake:
    """A lake at ``uri``, a folder or an object-store URL. An object is one party: who reads while another thread of
    the same process writes has one of their own.
    """

    def __init__(self, uri: str | Path) -> None:
        self.uri = str(uri).rstrip("/")
        self._folders: dict[str, DeltaFolder] = {}
        self._manifest = ManifestTable(self.uri)
        self._from: Manifest | None = None  # while writing: what the unit of work at hand goes on from

    @property
    def is_local(self) -> bool:
        """Whether the lake is a folder of this machine."""
        return "://" not in self.uri

    def exists(self) -> bool:
        """Whether anything was ever written here."""
        tables = (TABLES[name] for name in ("events", "orders", "surveys", "agents"))  # of an older Tanggap
        return (
            self.file(SETTINGS_FILE) is not None
            or self._manifest.exists()
            or any(self.folder(table).version >= 0 for table in tables)
        )

    def require(self) -> Lake:
        """The lake itself, if it exists.

        Raises:
            LakeMissingError: nothing was ever written here.
        """
        if not self.exists():
            raise LakeMissingError(
                "there is no lake here", place=self.uri, hint="make one with 'tanggap init' or 'tanggap demo'"
            )
        return self

    def file(self, name: str) -> bytes | None:
        """What a file beside the tables (``tanggap.toml``) holds; None if there is none."""
        filesystem, place = self._beside(name)
        with storage_errors(self.uri):
            if filesystem.get_file_info(place).type != fs.FileType.File:
                return None
            with filesystem.open_input_stream(place, compression=None) as stream:
                return bytes(stream.read())

    def write_file(self, name: str, content: bytes) -> None:
        """Writes a file beside the tables."""
        filesystem, place = self._beside(name)
        with storage_errors(self.uri):
            filesystem.create_dir(place.rsplit("/", 1)[0], recursive=True)
            with filesystem.open_output_stream(place, compression=None) as stream:
                stream.write(content)

    def _beside(self, name: str) -> tuple[fs.FileSystem, str]:
        filesystem, root = storage(self.uri)
        return filesystem, str(Path(root, name)) if self.is_local else f"{root}/{name}"

    def folder(self, table: Table) -> DeltaFolder:
        """The Delta table that stores ``table``; while writing, as the last whole unit of work left it."""
        if table.name not in self._folders:
            bounded = list(dict.fromkeys((*table.sort[:1], *table.key[:1], "batch")))
            self._folders[table.name] = DeltaFolder(
                f"{self.uri}/{table.name}", stored_schema(table), partition=table.partition,
                bounded=bounded, name=table.name, description=table.meaning,
                defaults={column.name: column.default for column in table.columns},
            )  # fmt: skip
        folder = self._folders[table.name]
        if self._from is not None and folder.held is None:
            folder.hold(self._from.versions.get(table.name, -1))
        return folder

    def read(self, table: Table, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows of a small table (canonical columns unless told)."""
        version = self._version_of([table])[table.name]
        return self.folder(table).read_all(columns or table.arrow.names, version)

    def snapshot(self, tables: Mapping[str, Table] | None = None) -> Snapshot:
        """Every table as the last whole unit of work left it; for who is writing, as it is now. ``tables`` adds others
        (the facts) to the canonical ones.
        """
        wanted = {**TABLES, **(tables or {})}
        found: dict[str, SnapshotTable] = {}
        for name, version in self._version_of(wanted.values()).items():
            folder = self.folder(wanted[name])
            found[name] = SnapshotTable(wanted[name], folder.uri, version, folder.files(version))
        return Snapshot(self.uri, found)

    def _version_of(self, tables: Iterable[Table]) -> dict[str, int]:
        """Which version of each table is to be seen."""
        manifest = self._manifest.read() if self._from is None else None
        if manifest is None:
            held = {table.name: self.folder(table) for table in tables}
            return {name: folder.version if folder.held is None else folder.held for name, folder in held.items()}
        return {table.name: manifest.versions.get(table.name, -1) for table in tables}

    def next_batch(self) -> int:
        """The number for the next write."""
        highest = 0
        for table in TABLES.values():
            for file in self.folder(table).files() if table.tracked else ():
                highest = max(highest, int(file.bounds.get("batch", (0, 0))[1]))
        return highest + 1

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the lake for a unit of work; re-entrant. Readers are never held up: they see the unit when it ends
        well, or at :meth:`publish`, and nothing of it if it fails.

        A folder is locked for others. An object store knows no locks: of two who write at the same time at most one is
        kept, and who is not is told.

        Raises:
            LakeBusyError: another process is writing, or has written.
            LakeReadOnlyError: the folder may not be written.
        """
        if self._from is not None:
            yield
            return
        with self._alone():
            try:
                self._from = self._manifest.begin()
                yield
                self.publish()
            finally:
                self._from = None
                for folder in (self._manifest.folder, *self._folders.values()):
                    folder.held = None

    def publish(self) -> None:
        """Shows readers what was written so far as one whole.

        Raises:
            LakeBusyError: another process has published since this one began to write.
        """
        assert self._from is not None, "publish() belongs within writing()"
        held = {name: folder.held for name, folder in self._folders.items()}
        written = {name: version for name, version in held.items() if version is not None and version >= 0}
        versions = {**self._from.versions, **written}
        if versions != self._from.versions:
            self._from = Manifest(self._from.number + 1, versions)
            self._manifest.write(self._from)

    def vacuum(self, hours: int, tables: Iterable[Table] = ()) -> int:
        """Deletes files that no version of the last ``hours`` needs, also of ``tables`` (the facts); says how many."""
        with self.writing():
            folders = [self._manifest.folder, *(self.folder(table) for table in (*TABLES.values(), *tables))]
            return sum(folder.vacuum(hours) for folder in folders)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self.is_local:
            yield
            return
        with storage_errors(self.uri):
            Path(self.uri).mkdir(parents=True, exist_ok=True)
            try:
                handle = os.open(Path(self.uri) / ".lock", os.O_CREAT | os.O_RDWR)
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                    raise
                raise LakeReadOnlyError(
                    "this lake cannot be written, only read", place=self.uri, hint="check the path and its permissions"
                ) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise LakeBusyError(
                    "another process is writing to this lake", place=self.uri, hint="wait for it, then run this again"
                ) from error
            yield
        finally:
            os.close(handle)

    def compact(self, *, smallest: int = 2) -> dict[str, int]:
        """Rewrites every partition whose files overlap or are many into sorted ones; returns files gone by table.

        The rows and their ``batch`` stay the same: readers and the facts see no change.
        """
        gone: dict[str, int] = {}
        with self.writing():
            for table in TABLES.values():
                folder = self.folder(table)
                for files in _by_partition(folder.files()).values():
                    if len(files) < smallest or not table.sort:
                        continue
                    rows = pa.concat_tables([folder.read(file) for file in files])
                    order = [(name, "ascending") for name in table.sort]
                    folder.commit([rows.sort_by(order)], files, data_change=False)
                    gone[table.name] = gone.get(table.name, 0) + len(files) - 1
        return gone


def _by_partition(files: Sequence[DataFile]) -> dict[str | None, list[DataFile]]:
    groups: dict[str | None, list[DataFile]] = {}
    for file in files:
        groups.setdefault(file.partition, []).append(file)
    return groups
