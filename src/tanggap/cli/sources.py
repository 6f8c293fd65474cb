"""Which reader reads a path, and the fingerprint by which a path is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tanggap.core.errors import InputError, UsageError
from tanggap.core.ids import stable_id
from tanggap.sources.base import ReadOptions, Source
from tanggap.sources.files import open_bytes, reading

SOURCES: Final = ("zendesk", "csv", "events")
AUTO: Final = "auto"
STDIN: Final = Path("-")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Job:
    """One path and the source that reads it."""

    source: Source
    path: Path


def source_of(name: str) -> Source:
    """The source of that name.

    Raises:
        UsageError: there is none.
    """
    if name == "zendesk":
        from tanggap.sources.zendesk import SOURCE

        return SOURCE
    if name == "csv":
        from tanggap.sources.csv import CsvSource

        return CsvSource()
    if name == "events":
        from tanggap.sources.events import EventsSource

        return EventsSource()
    raise UsageError(f"unknown source {name!r}", place="SOURCE", hint=f"one of {', '.join((*SOURCES, AUTO))}")


def plan(name: str, paths: Sequence[str]) -> list[Job]:
    """What to read with which source; with ``auto`` each path is looked at.

    A folder goes to a Zendesk reader whole; for the others it stands for the files in it.

    Raises:
        UsageError: there is no such source, or no path was given.
        InputError: a path does not exist, or no source knows it.
    """
    if not paths:
        raise UsageError("no path was given", place="PATH", hint="name a file or folder, or - for standard input")
    fixed = None if name == AUTO else source_of(name)
    jobs: list[Job] = []
    for text in paths:
        path = Path(text) if text == "-" else Path(text).expanduser()
        if path == STDIN:
            jobs.append(Job(_on_stdin(fixed), path))
        elif not path.exists():
            raise InputError("there is no such file or folder", place=text, hint="check the path")
        elif fixed is not None and (path.is_file() or fixed.name == "zendesk"):
            jobs.append(Job(fixed, path))
        else:
            jobs.extend(_recognised(path, [fixed] if fixed else [source_of(s) for s in ("events", "zendesk", "csv")]))
    return jobs


def _on_stdin(fixed: Source | None) -> Source:
    if fixed is not None and fixed.name != "events":
        raise UsageError("only the source events reads standard input", place="-", hint="save it to a file first")
    return source_of("events")


def _recognised(path: Path, sources: Sequence[Source]) -> list[Job]:
    for source in sources:
        if source.recognises(path):
            return [Job(source, path)]
    if path.is_file():
        with reading(path):
            open_bytes(path).close()  # an archive says what it is
        raise InputError(
            "no source knows this kind of file", place=str(path), hint=f"name the source: {', '.join(SOURCES)}"
        )
    files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    jobs = [Job(source, file) for file in files for source in sources[:] if source.recognises(file)]
    if not jobs:
        raise InputError("no source knows any file in this folder", place=str(path), hint="name the files themselves")
    return jobs


def fingerprint(job: Job, options: ReadOptions, on_bytes: Callable[[int], None], *, once: str = "") -> str:
    """The id of reading these very bytes in this very way; a moved or renamed folder is known again.

    ``once`` makes it unlike any other (standard input, ``--again``). ``on_bytes`` is told how much was looked at.
    """
    from tanggap.records.ingest import import_fingerprint

    if once or job.path == STDIN:
        return stable_id("i", job.source.name, str(job.path), once)
    digest, size = hashlib.blake2b(digest_size=20), 0
    for file in files_of(job.path):
        # Readers may name rows by the file's path within the folder, so it is part of what is read.
        digest.update(file.relative_to(job.path if job.path.is_dir() else job.path.parent).as_posix().encode() + b"\0")
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
                on_bytes(size)
    mapping = options.mapping.read_text(encoding="utf-8", errors="replace") if options.mapping else ""
    way = f"{mapping}\0{options.timezone}\0{options.currency}"
    return import_fingerprint(job.source.name, job.path.name, size, digest.hexdigest(), way)


def files_of(path: Path) -> list[Path]:
    """The file itself, or every file in the folder, in a fixed order."""
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def sizes_of(path: Path) -> dict[Path, int]:
    """Bytes of a file, or of each file in a folder."""
    return {file: file.stat().st_size for file in files_of(path)}
