"""The Zendesk source: finds the files, learns from all of them, then reads them batch by batch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.records.batch import BadRow, Batch
from tanggap.sources.base import ReadOptions
from tanggap.sources.zendesk import kinds, rules
from tanggap.sources.zendesk.builder import Builder
from tanggap.sources.zendesk.field_history import FieldHistory
from tanggap.sources.zendesk.files import SUFFIXES, ExportFile, Record, open_file
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.settings import load_settings

#: A batch is full at 5,000 tickets, or 20,000 of any smaller record.
_FULL: Final = 20_000
_WEIGHTS: Final = {"ticket": 4}
#: Kinds that make no row where they stand: they teach, or are gathered and built after all files.
_WEIGHTLESS: Final = frozenset(kinds.LOOKUPS - {"user", "ticket"} | {"organization"})


class Zendesk:
    """Reads Zendesk exports; the package's docstring says which, and what becomes of them."""

    name: str = "zendesk"

    def recognises(self, path: Path) -> bool:
        """Whether one of the path's files is a Zendesk export's."""
        for file, name in _files(path):
            try:
                open_file(file, name)
            except InputError:
                continue
            return True
        return False

    def read(self, path: Path, *, options: ReadOptions) -> Iterator[Batch]:
        """The rows of a file or folder (see :class:`tanggap.sources.base.Source`).

        Instants without an offset are UTC, whatever ``options.timezone`` says: so Zendesk writes them. In a folder, a
        file that cannot be read is a bad row, unless none can.

        Raises:
            InputError: nothing of it can be read.
            EmptyInputError: there is nothing in it.
            MappingError: the settings file is wrong.
        """
        known = Lookups(settings=load_settings(options.mapping), before=options.known)
        files, unread = _opened(path)
        known.history = any(file.kind in kinds.HISTORY for file in files)
        for file in files:
            for record in file.records(survey=True):
                if isinstance(record, Record):
                    known.learn(record.kind, record.fields, file.name, record.line)
        stream = _batches(files, unread, known, options.skip_chunks)
        held = next(stream, None)
        if held is None and options.skip_chunks == 0:
            hint = "export tickets, users and their history"
            raise EmptyInputError("nothing in it that Tanggap keeps", place=path.name, hint=hint)
        for batch in stream:
            if held is not None:
                yield held
            held = batch
        if held is not None:
            yield replace(held, last=True)


def _files(path: Path) -> list[tuple[Path, str]]:
    """The files of a path, in a fixed order, with the names rows call them by."""
    if not path.is_dir():
        return [(path, path.name)]
    found = []
    for file in path.rglob("*"):
        suffix = (file.with_suffix("") if file.suffix.lower() == ".gz" else file).suffix.lower()
        if suffix in SUFFIXES and file.is_file() and not file.name.startswith("."):
            found.append((file, file.relative_to(path).as_posix()))
    return sorted(found, key=lambda pair: _in_order(pair[1]))


def _in_order(name: str) -> list[tuple[int, int, str]]:
    """What names are sorted by: page 2 comes before page 10, for of two states of a record the later page's stays."""
    parts = re.split(r"([0-9]+)", name)
    return [(1, int(part), part) if part.isdecimal() else (0, 0, part) for part in parts]


def _opened(path: Path) -> tuple[list[ExportFile], list[BadRow]]:
    """The files that can be read, and a bad row for each that cannot.

    Raises:
        InputError: none can be read.
    """
    files: list[ExportFile] = []
    errors: list[tuple[str, InputError]] = []
    for file, name in _files(path):
        try:
            files.append(open_file(file, name))
        except InputError as error:
            errors.append((name, error))
    readable = [file for file in files if file.kind != "unused"]
    if not readable:
        if errors:
            raise errors[0][1]
        raise EmptyInputError(
            "no file of a Zendesk export", place=str(path), hint=f"files end in {', '.join(SUFFIXES)}, or .gz of these"
        )
    # Tickets first: the lake then knows when a conversation opened before it gets the conversation's events.
    readable.sort(key=lambda file: (file.kind != "ticket", _in_order(file.name)))
    bad = [BadRow(name, 1, "", f"{error.message} ({error.hint})", "", "", "zendesk") for name, error in errors]
    return readable, bad


class _Cut:
    """Cuts what is added into batches; batches to be skipped are counted, not built."""

    def __init__(self, known: Lookups, skip: int) -> None:
        self._known = known
        self._skip = skip
        self._chunk = 0
        self._weight = 0
        self._builder: Builder | None = None

    @property
    def builder(self) -> Builder | None:
        """Where to put rows; None while skipping."""
        if self._builder is None and self._chunk >= self._skip:
            self._builder = Builder(self._known)
        return self._builder

    def count(self, weight: int, file: str) -> Iterator[Batch]:
        """Count something that was added; the batch, if it is full with it."""
        self._weight += weight
        if self._weight >= _FULL:
            yield from self.close(file)

    def close(self, file: str) -> Iterator[Batch]:
        """The batch begun, if there is one."""
        if self._weight and self._builder is not None:
            yield self._builder.batch(file, self._chunk)
        if self._weight:
            self._chunk += 1
        self._weight, self._builder = 0, None


def _weight(record: Record | BadRow) -> int:
    if isinstance(record, BadRow):
        return 1
    return 0 if record.kind in _WEIGHTLESS else _WEIGHTS.get(record.kind, 1)


def _batches(files: Iterable[ExportFile], unread: list[BadRow], known: Lookups, skip: int) -> Iterator[Batch]:
    cut = _Cut(known, skip)
    name = ""
    for file in files:
        name = file.name
        history = FieldHistory(file.name)
        for record in file.records():
            builder = cut.builder
            if isinstance(record, BadRow):
                if builder is not None:
                    builder.add_bad(record)
            elif record.kind == "field_history":
                history.add(record, known)
                continue
            elif builder is not None:
                builder.add(record, file.name)
            yield from cut.count(_weight(record), file.name)
        for ticket in history.tickets():
            if cut.builder is not None:
                history.build(ticket, cut.builder, known)
            yield from cut.count(history.size(ticket), file.name)
        yield from cut.close(file.name)
    for built in [*unread, *rules.gathered(known)]:
        if cut.builder is not None:
            if isinstance(built, BadRow):
                cut.builder.add_bad(built)
            else:
                cut.builder.add_row(*built)
        yield from cut.count(1, name)
    yield from cut.close(name)
