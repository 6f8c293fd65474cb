"""The source ``csv``: any table of service data, by a mapping file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from tanggap.core.errors import InputError, MappingError, TanggapError
from tanggap.records.batch import Batch
from tanggap.sources.base import ReadOptions
from tanggap.sources.csv.chunks import Chunk
from tanggap.sources.csv.convert import Account, Converted, blamed, convert, numbered
from tanggap.sources.csv.delimited import read_delimited
from tanggap.sources.csv.files import Format, sniff
from tanggap.sources.csv.heads import headings_row
from tanggap.sources.csv.jsonlines import read_json
from tanggap.sources.csv.mapping import Feed, FileShape, SheetMapping, load_mapping
from tanggap.sources.csv.sheets import read_parquet, read_workbook

_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".xlsx", ".xls", ".ods", ".parquet", ".txt"})

#: Settings of the file's layout that only some formats have a use for.
_SETTINGS: Final = {
    "skip_rows": ("delimited", "workbook"), "header": ("delimited", "workbook"), "sheet": ("workbook",),
    "delimiter": ("delimited",), "encoding": ("delimited", "jsonl"),
}  # fmt: skip


class CsvSource:
    """Reads CSV, TSV, XLSX, Parquet and JSON lines (also gzipped) into canonical rows, as a mapping file says."""

    name = "csv"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` is a file with a table in it, by its name and first bytes."""
        suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
        if not suffixes or suffixes[-1] not in _SUFFIXES or not path.is_file():
            return False
        try:
            return sniff(path) != "jsonl"
        except TanggapError:
            return False

    def read(self, path: Path, *, options: ReadOptions) -> Iterator[Batch]:
        """The rows of ``path`` as the mapping ``options.mapping`` says, in batches of 50,000 rows of the file.

        Raises:
            InputError: the file cannot be read, or is no table.
            EmptyInputError: it has no rows.
            MappingError: there is no mapping, or it does not fit the file.
        """
        for converted in self.read_accounted(path, options=options):
            yield converted.batch

    def read_accounted(self, path: Path, *, options: ReadOptions) -> Iterator[Converted]:
        """As :meth:`read`, each batch beside what became of the rows it was read from."""
        if options.mapping is None:
            raise MappingError(
                "needs a mapping file", place=str(path), hint="write one with --guess, then pass it with --map"
            )
        mapping = load_mapping(options.mapping)
        yield from read_mapped(path, mapping, options)


def read_mapped(path: Path, mapping: SheetMapping, options: ReadOptions) -> Iterator[Converted]:
    """The rows of ``path`` by a mapping already loaded; see :class:`CsvSource`."""
    conventions = replace(
        mapping.conventions,
        timezone=mapping.conventions.timezone or options.timezone,
        currency=mapping.conventions.currency or options.currency,
    )

    def batches() -> Iterator[Converted]:
        number = 0
        for i, feed in enumerate(mapping.feeds):
            chunks = _under_its_headings(read_chunks(path, mapping.shape, feed), path, mapping.shape, feed)
            # Every batch is built from its first chunk on, but those below skip_chunks are not converted.
            done = convert(
                chunks, feed, conventions, file=str(path), first=number, skip=0 if len(mapping.feeds) > 1
                else options.skip_chunks, with_faults=i == 0,
            )  # fmt: skip
            for converted in done:
                number = converted.batch.chunk + 1
                if converted.batch.chunk >= options.skip_chunks:
                    yield converted

    yield from numbered(blamed(batches, mapping.place))


def _under_its_headings(chunks: Iterator[Chunk], path: Path, shape: FileShape, feed: Feed) -> Iterator[Chunk]:
    """The chunks, once it is seen that the headings were not looked for in the wrong row.

    Raises:
        MappingError: some are lacking, and another row of the file holds more of them.
    """
    for chunk in chunks:
        lacking = [heading for heading in feed.headings if heading not in chunk.table.column_names]
        line = 0
        if chunk.number == 0 and lacking and not shape.header:
            line = headings_row(path, shape, feed.headings, chunk.table.column_names)
        if line:
            raise MappingError(
                f"the file has no column {lacking[0]!r} where the headings are looked for", place="[columns]",
                hint=f"the headings stand in row {line}: [file] skip_rows = {line - 1}",
            )  # fmt: skip
        yield chunk


def read_chunks(path: Path, shape: FileShape, feed: Feed) -> Iterator[Chunk]:
    """The file's rows as text, whatever its format."""
    if path.is_dir():
        raise InputError("is a folder", place=str(path), hint="name a file in it")
    kind: Format = shape.format or sniff(path)  # type: ignore[assignment]
    _only(kind, shape)
    if kind == "jsonl":
        return read_json(path, shape, feed.explode, feed.headings)
    if feed.explode:
        raise MappingError("explode is for JSON lines", place="[file]", hint="leave explode out")
    readers = {"workbook": read_workbook, "parquet": read_parquet}
    return readers.get(kind, read_delimited)(path, shape)


def _only(kind: Format, shape: FileShape) -> None:
    """What the format of a file has no use for is a mistake, and no setting to be passed over in silence."""
    for name, kinds in _SETTINGS.items():
        if getattr(shape, name) and kind not in kinds:
            raise MappingError(f"{name} means nothing in a file of format {kind}", place="[file]",
                               hint=f"leave {name} out")  # fmt: skip


def account_of(path: Path, mapping: SheetMapping, options: ReadOptions) -> Account:
    """What would become of every row of ``path``."""
    total = Account()
    for converted in read_mapped(path, mapping, options):
        total.add(converted.account)
    return total
