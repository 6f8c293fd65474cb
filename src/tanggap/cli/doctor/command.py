"""The command itself: runs the checks, mends what it is asked to, and tells."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from tanggap.cli.common import (
    ATTENTION,
    DEFAULT_LAKE,
    EngineOption,
    JsonOption,
    LakeOption,
    LangOption,
    Session,
    open_session,
    write_json,
)
from tanggap.cli.progress import meter
from tanggap.cli.words import say
from tanggap.core.errors import UsageError
from tanggap.core.indonesian import translated

if TYPE_CHECKING:
    from tanggap.cli.doctor.findings import Examined, Finding, Level

EXAMPLE: Final = "tanggap doctor --quarantine --limit 10"
_MONTH: Final = 24 * 30
_SHOWN: Final = 20
_NAMED: Final = 5


def command(
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="Show the rows in quarantine instead: place, reason, the row itself.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --quarantine: also rows that were read well since, or dismissed.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many of them (shown: 20; CSV and JSON: all).")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="The rows in quarantine as CSV on stdout.")] = False,
    dismiss: Annotated[
        str, typer.Option("--dismiss", metavar="FILE", help="Rows of FILE may stay out: ask for them no more. Or: all.")
    ] = "",
    compact: Annotated[
        bool, typer.Option("--compact", help="First merge small files and sort what is out of order.")
    ] = False,
    vacuum: Annotated[
        bool, typer.Option("--vacuum", help="First delete files that no version of the last --keep hours needs.")
    ] = False,
    keep: Annotated[int, typer.Option(min=1, metavar="HOURS", help="What --vacuum keeps.")] = _MONTH,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Look through the lake: rows, period, sources, gaps, overlaps, late data, quarantine, clocks, files.

    Exit code 1 if something needs attention.
    """
    session = open_session(lake, lang=lang, as_json=as_json or csv, engine=engine)
    if dismiss:
        _dismiss(session, dismiss)
    if quarantine or csv:
        return _quarantine(session, everything, limit, csv)
    if compact:
        gone = sum(session.lake.compact().values())
        session.note("doctor_compacted", count=gone)
    if vacuum:
        from tanggap.metrics.facts.tables import FACTS

        session.note("doctor_vacuumed", count=session.lake.vacuum(keep, FACTS.values()))
    from tanggap.cli.doctor.checks import examine
    from tanggap.cli.ready import facts_ready

    with facts_ready(session) as ready, meter(session.err) as shown:
        shown.at("…")
        examined = examine(session, ready)
    if as_json:
        write_json(_as_dict(session, examined))
    else:
        _print(session, examined)
    return ATTENTION if examined.needs_attention else 0


def _dismiss(session: Session, file: str) -> None:
    from tanggap.records.ingest import resolve
    from tanggap.records.tables import QUARANTINE

    count = resolve(session.lake, "dismissed", file="" if file == "all" else file)
    if not count and file != "all":
        rows = session.lake.read(QUARANTINE)  # dismissed twice is no mistake
        if file not in {name for column in ("file", "place") for name in rows[column].to_pylist()}:
            names = ", ".join(sorted(set(rows["file"].drop_null().to_pylist()))[:_NAMED])
            hint = f"one of {names}" if names else "nothing is in quarantine"
            raise UsageError(f"no row in quarantine is of {file!r}", place="--dismiss", hint=hint)
    session.note("dismissed", count=session.number(count))


def _quarantine(session: Session, everything: bool, limit: int | None, csv: bool) -> int:
    from tanggap.cli.doctor.desk import open_rows
    from tanggap.cli.output import kinds_of, print_rows, write_csv
    from tanggap.records.tables import QUARANTINE

    still_open = open_rows(session.lake)
    rows = session.lake.read(QUARANTINE) if everything else still_open
    rows = rows.sort_by([("file", "ascending"), ("line", "ascending")])
    kept = rows.drop_columns(["quarantine_id", "import_id", "place", *([] if everything else ["state"])])
    if csv:
        write_csv(kept.slice(0, limit), kinds_of(QUARANTINE), sys.stdout)
    elif session.as_json:
        write_json({
            "schema": "tanggap.quarantine/1", "count": rows.num_rows, "open": still_open.num_rows,
            "rows": rows.slice(0, limit).to_pylist(),
        })  # fmt: skip
    elif not rows.num_rows:
        session.out.print(Text(say("quarantine_none", session.language)))
    else:
        shown = limit or _SHOWN
        told = [translated(reason, session.language) for reason in kept["reason"].to_pylist()]
        kept = kept.set_column(kept.column_names.index("reason"), "reason", [told])
        print_rows(session.out, kept.slice(0, shown), kinds_of(QUARANTINE), "UTC", {})
        if rows.num_rows > shown:
            count = session.number(rows.num_rows)
            session.out.print(Text(say("quarantine_more", session.language, shown=shown, count=count), style="dim"))
    return ATTENTION if still_open.num_rows else 0


def _as_dict(session: Session, examined: Examined) -> dict[str, object]:
    from tanggap.cli.doctor.findings import sentence
    from tanggap.core.instants import format_instant, zone

    tz = zone(session.settings.shop.timezone)

    def instant(value: int | None) -> str | None:
        return None if value is None else format_instant(value, tz)

    return {
        "schema": "tanggap.doctor/1",
        "lake": session.lake.uri,
        "needs_attention": examined.needs_attention,
        "rows": dict(examined.rows),
        "sources": [
            {"source": s.source, "events": s.events, "first": instant(s.first), "last": instant(s.last)}
            for s in examined.sources
        ],
        "findings": [
            {"code": f.code, "level": str(f.level), "text": sentence(f, session.language), "count": f.count,
             "first": instant(f.first), "last": instant(f.last), "values": dict(f.values),
             "examples": list(f.examples)}
            for f in examined.findings
        ],
    }  # fmt: skip


def _print(session: Session, examined: Examined) -> None:
    from tanggap.charts.formats import Formats
    from tanggap.cli.doctor.findings import Level

    language, out = session.language, session.out
    formats = Formats(language, timezone=session.settings.shop.timezone)
    out.print(Text(say("doctor_title", language, place=session.lake.uri), style="bold"), soft_wrap=True)
    if examined.sources:
        first, last = min(s.first for s in examined.sources), max(s.last for s in examined.sources)
        told = {"first": formats.instant(first), "last": formats.instant(last)}
        out.print(Text(say("doctor_period", language, timezone=session.settings.shop.timezone, **told)))
    else:
        out.print(Text(say("doctor_empty", language)))
    counts = _table(say("table", language), say("rows", language))
    for name, count in examined.rows.items():
        if count:
            counts.add_row(name, formats.number(count))
    if counts.row_count:
        out.print("", counts)
    if examined.sources:
        listed = _table(say("source", language), say("events", language), say("from", language), say("to", language))
        for source in examined.sources:
            ends = (formats.instant(source.first), formats.instant(source.last))
            listed.add_row(source.source, formats.number(source.events), *ends)
        out.print("", listed)
    for level, key in ((Level.ATTENTION, "doctor_attention"), (Level.NOTE, "doctor_notes")):
        _print_findings(session, [f for f in examined.findings if f.level is level], key, level)
    if not examined.needs_attention:
        out.print(Text(f"\n{say('doctor_fine', language)}", style="green"))


def _table(first: str, *rest: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column(first)
    for name in rest:
        table.add_column(name, justify="right")
    return table


def _print_findings(session: Session, findings: list[Finding], key: str, level: Level) -> None:
    from tanggap.cli.doctor.findings import Level, remedy, sentence

    if not findings:
        return
    language, out = session.language, session.out
    out.print(Text(f"\n{say(key, language)}", style="bold"))
    mark, style = ("✗", "red") if level is Level.ATTENTION else ("·", "dim")
    for finding in findings:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column()
        text = Text(sentence(finding, language))
        if finding.examples:
            text.append(f"\n{', '.join(finding.examples)}", style="dim")
        text.append(f"\n→ {remedy(finding, language)}", style="dim")
        grid.add_row(Text(mark, style=style), text)
        out.print(grid)
