"""``tanggap import``: other systems' exports into the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from tanggap.cli.common import (
    ATTENTION,
    DEFAULT_LAKE,
    JsonOption,
    LakeOption,
    LangOption,
    Session,
    now_micros,
    open_session,
    write_json,
)
from tanggap.cli.progress import Meter, ReadShare, Stoppable, meter, waiting_note
from tanggap.cli.words import say
from tanggap.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from tanggap.cli.sources import Job
    from tanggap.records.ingest import Ingested
    from tanggap.sources.base import ReadOptions

EXAMPLE: Final = "tanggap import zendesk ./export\ntanggap import csv tickets.csv --map tickets.toml"


def command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="zendesk, csv, events; or auto: look at each path.")],
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH…", help="Files or folders; - is standard input (events).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="The mapping (csv) or settings (zendesk) to read with.")
    ] = None,
    guess: Annotated[
        bool, typer.Option("--guess", help="csv: write a mapping to be checked (to --map FILE, else shown) and stop.")
    ] = False,
    timezone: Annotated[str, typer.Option(help="Where times without a zone were written; else the lake's.")] = "",
    currency: Annotated[str, typer.Option(help="What bare amounts are in (ISO 4217); else the lake's.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Read once more what is in the lake already.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Bring exports of other systems into the lake; repeated or resumed, nothing is doubled.

    Rows that break their schema are kept in quarantine with file, line, column and reason; the rest goes on.
    A stopped import goes on where it was when the same command is run again.
    All that a sheet's mapping may say is in docs/MAPPING.md.

    Exit code 1 if every row of an input was refused.
    """
    from tanggap.cli.sources import AUTO, SOURCES

    given = list(paths or [])
    if source not in (*SOURCES, AUTO) and (source == "-" or Path(source).expanduser().exists()):
        given, source = [source, *given], AUTO
    session = open_session(lake, lang=lang, as_json=as_json, must_exist=False)
    if guess:
        return _guess(session, given, mapping, timezone, currency)
    return _Import(session, mapping, timezone, currency, again).run(source, given)


def _options(session: Session, mapping: Path | None, timezone: str, currency: str) -> ReadOptions:
    from tanggap.core.instants import zone
    from tanggap.sources.base import ReadOptions

    shop = session.settings.shop
    zone(timezone or shop.timezone, place="--timezone")
    return ReadOptions(timezone or shop.timezone, (currency or shop.currency).upper(), mapping=mapping)


class _Import:
    """One call of the command: several inputs, one summary."""

    def __init__(self, session: Session, mapping: Path | None, timezone: str, currency: str, again: bool) -> None:
        if mapping is not None and not mapping.is_file():
            raise UsageError("there is no such mapping file", place=str(mapping), hint="write one with --guess")
        self.session = session
        self.options = _options(session, mapping, timezone, currency)
        self.again = again
        self.outcomes: dict[str, Ingested] = {}  # by input; each grows with every chunk that is safely in
        self.finished, self.at, self.chunks = 0, "", 0  # inputs read to the end; which one is read, and how far

    def run(self, source: str, paths: list[str]) -> int:
        """Reads every input, in order, and tells what became of it.

        Raises:
            TanggapError: an input cannot be read; those before it are in the lake.
        """
        from tanggap.cli.sources import plan

        jobs = plan(source, paths)
        session = self.session
        try:
            with meter(session.err) as shown, Stoppable(_waiting(session)) as stoppable:
                for number, job in enumerate(jobs, 1):
                    self._one(job, shown, stoppable, f"{number}/{len(jobs)} " if len(jobs) > 1 else "")
        except BaseException as error:
            # What is safely in is told also when a later input fails or Ctrl-C ends it.
            if self.outcomes:
                self._tell(len(jobs))
            if isinstance(error, KeyboardInterrupt):
                session.note("kept", done=self.finished, inputs=len(jobs), name=self.at, chunks=self.chunks)
            raise
        self._tell(len(jobs))
        return ATTENTION if self._refused() else 0

    def _refused(self) -> bool:
        """Whether of some input not one row could be read well: as a rule its mapping is wrong, not its rows."""
        return any(
            one.quarantined and not (one.total or sum(one.repeated.values()) or sum(one.changed.values()))
            for one in self.outcomes.values()
        )

    def _one(self, job: Job, shown: Meter, stoppable: Stoppable, place: str) -> None:
        """Reads one input; ``place`` says which of several it is."""
        from dataclasses import replace

        from tanggap.cli.answers import reducer
        from tanggap.cli.people import People
        from tanggap.cli.sources import STDIN, fingerprint, sizes_of
        from tanggap.records.ingest import chunks_done, ingest_all
        from tanggap.sources.files import watching

        session, name = self.session, job.path.name
        sizes = {} if job.path == STDIN else sizes_of(job.path)
        size = sum(sizes.values())
        label = place + say("fingerprinting", session.language, name=name)
        self.at, self.chunks = name, 0
        once = str(now_micros()) if self.again or job.path == STDIN else ""
        import_id = fingerprint(job, self.options, lambda done: shown.at(label, done, size), once=once)
        done = chunks_done(session.lake, import_id)
        if done < 0:
            session.note("already", name=name)
            self.finished += 1
            return
        if done:
            session.note("resuming", name=name, chunk=done + 1)
        label, share, note = place + say("importing", session.language, name=name), ReadShare(sizes), ""

        def show(path: Path | None = None, read: int = 0) -> None:
            if path is not None:
                share(path, read)
            shown.at(label, share.done, share.total or None, note)

        def tell(_: object, now: Ingested) -> None:
            nonlocal note
            self.outcomes[import_id] = now
            self.chunks += 1
            rows = now.total + sum(now.repeated.values()) + sum(now.changed.values()) + now.quarantined
            note = say("rows_read", session.language, count=session.number(rows))
            show()

        show()
        self.chunks = done
        options = replace(self.options, skip_chunks=done, known=People(session.lake))
        batches = job.source.read(job.path, options=options)
        with watching(show):
            ingest_all(
                session.lake, stoppable.pieces(batches), source=job.source.name, import_id=import_id,
                now=now_micros(), place="" if job.path == STDIN else str(job.path.resolve()),
                reducers={"surveys": reducer(session.lake)}, on_chunk=tell,
            )  # fmt: skip
        self.finished += 1

    def _tell(self, inputs: int) -> None:
        session, total = self.session, _sum(self.outcomes.values())
        if session.as_json:
            write_json({
                "schema": "tanggap.import/1", "lake": session.lake.uri, "inputs": inputs, "new": total.added,
                "changed": total.changed, "repeated": total.repeated, "quarantined": total.quarantined,
                "quarantined_by_table": total.refused, "resolved": total.resolved,
            })  # fmt: skip
            return
        _print_summary(session, total, inputs)
        if self._refused():
            session.note("all_refused")


def _print_summary(session: Session, total: Ingested, inputs: int) -> None:
    language, console = session.language, session.out
    names = list(dict.fromkeys([*total.added, *total.changed, *total.repeated, *total.refused]))
    if not names:
        console.print(Text(say("nothing_new", language)))
    else:
        console.print(Text(say("imported", language, place=session.lake.uri, count=inputs)))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
        table.add_column(say("table", language))
        for key in ("new", "changed", "repeated", "quarantined"):
            table.add_column(say(key, language), justify="right")
        for name in names:
            counts = [counted.get(name, 0) for counted in (total.added, total.changed, total.repeated, total.refused)]
            table.add_row(
                name or say("unplaced", language), *(session.number(count) if count else "·" for count in counts)
            )
        console.print(table)
    if total.quarantined:
        console.print(Text(say("see_quarantine", language, count=session.number(total.quarantined)), style="yellow"))
    if total.resolved:
        console.print(Text(say("resolved", language, count=session.number(total.resolved)), style="green"))


def _waiting(session: Session) -> Callable[[], None]:
    return waiting_note(session.err, say("finishing", session.language))


def _sum(outcomes: Iterable[Ingested]) -> Ingested:
    from tanggap.records.ingest import Ingested

    total = Ingested()
    for one in outcomes:
        for into, counts in (
            (total.added, one.added), (total.changed, one.changed), (total.repeated, one.repeated),
            (total.refused, one.refused),
        ):  # fmt: skip
            for name, count in counts.items():
                into[name] = into.get(name, 0) + count
        total.resolved += one.resolved
    return total


def _guess(session: Session, paths: list[str], target: Path | None, timezone: str, currency: str) -> int:
    if len(paths) != 1:
        raise UsageError("--guess looks at one file", place="PATH", hint="name one file")
    path = Path(paths[0]).expanduser()
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "there is no such file"
        raise InputError(what, place=paths[0], hint="--guess looks at a CSV, TSV, XLSX or Parquet")
    if target is not None and target.exists():
        raise UsageError("the mapping is there already", place=str(target), hint="give --map another name")
    from tanggap.sources.csv.guessing import guess

    found = guess(path, _options(session, None, timezone, currency), session.language)
    if target is not None:
        target.write_text(found.text, encoding="utf-8")
    if session.as_json:
        write_json({
            "schema": "tanggap.guess/1", "kind": found.kind, "unsure": list(found.unsure), "text": found.text,
            "written_to": str(target) if target else None,
        })  # fmt: skip
        return 0
    if target is None:
        session.out.print(Text(found.text), end="", soft_wrap=True)
    else:
        session.note("guess_written", path=target, kind=found.kind)
    session.note("guess_unsure" if found.unsure else "guess_sure")
    for line in found.unsure:
        session.err.print(Text(f"  • {line}"))
    session.note("guess_then", name=path, path=target or "FILE")
    return 0
