"""``tanggap report``: the report as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from tanggap.cli.common import (
    DEFAULT_LAKE,
    EngineOption,
    JsonOption,
    LakeOption,
    LangOption,
    open_session,
    write_json,
)
from tanggap.cli.progress import meter
from tanggap.cli.score import CompareOption, FromOption, ToOption, WhereOption, ZoneOption
from tanggap.cli.words import say
from tanggap.core.errors import UsageError

if TYPE_CHECKING:
    from tanggap.reports.content import Report

EXAMPLE: Final = "tanggap report --html report.html --xlsx report.xlsx --lang id\ntanggap report --json > report.json"
FileOption = Path | None


def command(
    html: Annotated[FileOption, typer.Option(metavar="FILE", help="One HTML file that refers to nothing else.")] = None,
    xlsx: Annotated[FileOption, typer.Option(metavar="FILE", help="A workbook.")] = None,
    csv: Annotated[
        FileOption,
        typer.Option(metavar="FILE", help="The scorecard's cells as CSV, for programs; a spreadsheet reads --xlsx."),
    ] = None,
    title: Annotated[str, typer.Option(help="Its title.")] = "",
    since: FromOption = "",
    until: ToOption = "",
    compare: CompareOption = "previous",
    where: WhereOption = "",
    timezone: ZoneOption = "",
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Write the report: scorecard, break-downs, course, surveys and data quality; without a file, show it here.

    The period is that of 'tanggap score' unless --from and --to say otherwise.
    """
    targets = {path: form for path, form in ((html, "html"), (xlsx, "xlsx"), (csv, "csv")) if path is not None}
    for path in targets:
        if not path.expanduser().resolve().parent.is_dir():
            raise UsageError("there is no such folder", place=str(path.parent), hint="make it first")
    session = open_session(lake, lang=lang, as_json=as_json, engine=engine)
    from tanggap.cli.assemble import build_report
    from tanggap.cli.ready import facts_ready

    with facts_ready(session) as ready, meter(session.err) as shown:
        shown.at(say("computing", session.language))
        report = build_report(
            session, ready, since=since, until=until, compare=compare, where=where, timezone=timezone, title=title
        )
        shown.at(say("drawing", session.language))
        for path, form in targets.items():
            write(report, path.expanduser(), form)
    for path in targets:
        session.err.print(Text(say("wrote", session.language, path=path)), soft_wrap=True)
    if as_json:
        from tanggap.reports.reportjson import report_dict

        write_json(report_dict(report))
    elif not targets:
        from tanggap.reports.terminal import print_report

        print_report(report, session.out)
    return 0


def write(report: Report, path: Path, form: str) -> None:
    """The report as a file of that form: html, xlsx or csv."""
    if form == "html":
        from tanggap.reports import html

        html.write(report, path)
    elif form == "xlsx":
        from tanggap.reports import xlsx

        xlsx.write(report, path)
    else:
        from tanggap.reports import csvfile

        csvfile.write(report.overall, path, report.language)
