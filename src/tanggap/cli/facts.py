"""``tanggap facts``: the fact tables, for one's own analysis."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich import box
from rich.table import Table as RichTable
from rich.text import Text

from tanggap.cli.common import (
    DEFAULT_LAKE,
    EngineOption,
    JsonOption,
    LakeOption,
    LangOption,
    Session,
    open_session,
    write_json,
)
from tanggap.cli.words import say
from tanggap.core.errors import UsageError

if TYPE_CHECKING:
    from tanggap.cli.ready import Ready

EXAMPLE: Final = "tanggap facts conversation_facts --parquet --out conversations.parquet"
Format = Literal["csv", "parquet", "json"]
_INTERNAL: Final = ("stale_facts", "stale_customers", "refreshes")


def command(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="The fact table; left out: all of them (--out is then a folder).")
    ] = "",
    csv: Annotated[bool, typer.Option("--csv", help="Export as CSV.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Export as Parquet (needs --out).")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="Where to; CSV and JSON of one table else to stdout.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh/--no-refresh", help="Bring the facts up to date first.")] = True,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all facts anew from the events.")] = False,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Refresh the facts, list them, or export them.

    Instants are UTC (ISO 8601), durations microseconds, money minor units. JSON of a table is one object a line;
    without a table it is the list.
    """
    form: Format | None = "parquet" if parquet else "csv" if csv else "json" if as_json and (table or out) else None
    if csv + parquet + as_json > 1:
        raise UsageError("more than one format", place="--csv --parquet --json", hint="choose one")
    _check(table, form, out)
    session = open_session(lake, lang=lang, as_json=as_json or (form is not None and out is None), engine=engine)
    with _ready(session, refresh, rebuild) as ready:
        if form is None:
            _list(session, ready)
        else:
            for name in [table] if table else _names():
                _export(session, ready, name, form, _target(out, name, form, single=bool(table)))
    return 0


def _names() -> list[str]:
    from tanggap.metrics.facts.tables import FACTS

    return [name for name in FACTS if name not in _INTERNAL]


def _check(table: str, form: Format | None, out: Path | None) -> None:
    if table and table not in _names():
        raise UsageError(f"there is no fact table {table!r}", place="TABLE", hint=f"one of {', '.join(_names())}")
    if out is None and form == "parquet":
        raise UsageError("Parquet cannot go to the terminal", place="--parquet", hint="add --out FILE")
    if out is None and form is not None and not table:
        raise UsageError("several tables need a folder", place="--out", hint="add --out FOLDER, or name one table")
    if table and form is None and out is not None:
        raise UsageError("no format was chosen", place="--out", hint="add --csv, --parquet or --json")


def _target(out: Path | None, name: str, form: Format, *, single: bool) -> Path | None:
    if out is None:
        return None
    if single and not out.is_dir():
        return out
    out.mkdir(parents=True, exist_ok=True)
    return out / f"{name}.{'jsonl' if form == 'json' else form}"


@contextmanager
def _ready(session: Session, refresh: bool, rebuild: bool) -> Iterator[Ready]:
    from tanggap.cli.ready import Ready, facts_ready, refresh_facts
    from tanggap.metrics.facts.tables import FACTS

    if refresh and not rebuild:
        with facts_ready(session) as ready:
            yield ready
        return
    with session.engine() as engine:
        done = refresh_facts(session, engine, rebuild=True) if rebuild else None
        yield Ready(engine, session.lake.snapshot(FACTS), done)


def _list(session: Session, ready: Ready) -> None:

    done, language, out = ready.refreshed, session.language, session.out
    counts = {name: _count(ready, name) for name in _names()}
    if session.as_json:
        refreshed = None if done is None else {
            "rebuilt": done.rebuilt, "conversations": done.conversations, "events": done.events
        }  # fmt: skip
        write_json({"schema": "tanggap.facts/1", "refreshed": refreshed, "rows": counts})
        return
    if done is not None:
        key = "refreshed_all" if done.rebuilt else "refreshed_some" if done.conversations else "refreshed_none"
        out.print(
            Text(
                say(key, language, conversations=session.number(done.conversations), events=session.number(done.events))
            )
        )
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    shown.add_column(say("table", language), no_wrap=True)
    shown.add_column(say("rows", language), justify="right", no_wrap=True)
    shown.add_column(say("meaning", language))
    for name, count in counts.items():
        shown.add_row(name, session.number(count), say(f"fact.{name}", language))
    out.print(shown)


def _count(ready: Ready, name: str) -> int:
    from tanggap.metrics.facts.reader import attach_fact

    rows = attach_fact(ready.engine, ready.snapshot, name)
    return int(ready.engine.run(rows.aggregate(n=rows.count())).to_pylist()[0]["n"])


def _export(session: Session, ready: Ready, name: str, form: Format, target: Path | None) -> None:
    import pyarrow.parquet as pq

    from tanggap.cli.output import kinds_of, stamped, write_csv, write_json_lines
    from tanggap.metrics.facts.reader import attach_fact
    from tanggap.metrics.facts.tables import FACTS

    table = FACTS[name]
    columns = [column.name for column in table.columns if column.name != "fold"]
    expression = attach_fact(ready.engine, ready.snapshot, name).select(*columns).order_by(*table.sort)
    kinds = kinds_of(table)
    pieces = ready.engine.stream(expression)
    if form == "parquet":
        assert target is not None
        schema = table.arrow.remove(table.arrow.get_field_index("fold")) if "fold" in table.by_name else table.arrow
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for piece in pieces:
                writer.write_table(stamped(piece, kinds).cast(schema))
    else:
        stream = sys.stdout if target is None else target.open("w", encoding="utf-8", newline="")
        try:
            for number, piece in enumerate(pieces):
                if form == "csv":
                    write_csv(piece, kinds, stream, header=number == 0)
                else:
                    write_json_lines(piece, kinds, stream)
        finally:
            if target is not None:
                stream.close()
    if target is not None:
        session.note("wrote", path=target)
