"""``tanggap rows``: the very rows behind a figure."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer
from rich.text import Text

from tanggap.cli.common import DEFAULT_LAKE, EngineOption, JsonOption, LakeOption, LangOption, Session, open_session
from tanggap.cli.score import FromOption, ToOption, WhereOption, ZoneOption
from tanggap.cli.words import say
from tanggap.core.errors import UsageError
from tanggap.core.periods import GRAINS, buckets

if TYPE_CHECKING:
    import pyarrow as pa

    from tanggap.cli.ready import Ready
    from tanggap.metrics.declare import Metric

EXAMPLE: Final = "tanggap rows reopen_rate --by channel=whatsapp --where team=Returns --limit 5"
_LIMIT: Final = 20
_ROLE: Final = "counts_as"
_IDENTITY: Final = (
    "conversation_id",
    "customer_id",
    "order_id",
    "survey_id",
    "review_id",
    "agent_id",
    "day_at",
    "channel",
)


def command(
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="The figure's key.")],
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="COLUMN=VALUE", help="The cell: channel=chat; channel= is unknown."),
    ] = None,
    where: WhereOption = "",
    only: Annotated[
        str,
        typer.Option("--only", metavar="ROLE", help="Of a share: yes or no; of a score: positive, neutral, negative."),
    ] = "",
    since: FromOption = "",
    until: ToOption = "",
    grain: Annotated[str, typer.Option(help=f"With --bucket: its length ({', '.join(GRAINS)}).")] = "",
    bucket: Annotated[
        str, typer.Option("--bucket", metavar="DAY", help="One bucket of the period: a day (or instant) in it.")
    ] = "",
    timezone: ZoneOption = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many rows (shown: 20; CSV and JSON: all).")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every column, not only those that the figure is computed from.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="The rows as CSV on stdout.")] = False,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Show the rows behind a cell of the scorecard: as many as its n.

    The column counts_as tells the rows that a share counts at its top (yes) from those at its bottom only (no).
    The period is that of 'tanggap score' unless --from and --to say otherwise. JSON gives one object a line.
    """
    if bool(grain) != bool(bucket) or (grain and grain not in GRAINS):
        hint = "such as --grain week --bucket 2026-01-31"
        raise UsageError("a bucket is named by its length and a day in it", place="--bucket", hint=hint)
    session = open_session(lake, lang=lang, as_json=as_json or csv, engine=engine)
    from tanggap.cli.output import guessed_kinds, write_csv, write_json_lines

    asked = _Asked(metric, _group(by or []), where, only, since, until, grain, bucket, timezone)
    rows, label, used = _found(session, asked)
    shown = rows if limit is None else rows.slice(0, limit)
    if csv:
        write_csv(shown, guessed_kinds(rows), sys.stdout)
    elif as_json:
        write_json_lines(shown, guessed_kinds(rows), sys.stdout)
    else:
        shown = rows if everything else rows.select([name for name in rows.column_names if name in used])
        _print(session, shown, label, limit or _LIMIT, timezone)
    return 0


class _Asked(NamedTuple):
    metric: str
    group: dict[str, str | None]
    where: str
    only: str
    since: str
    until: str
    grain: str
    bucket: str
    timezone: str


def _found(session: Session, asked: _Asked) -> tuple[pa.Table, str, set[str]]:
    """The rows, what they are of, and which of their columns the figure is made of."""
    from tanggap.charts.formats import Formats
    from tanggap.cli.periods import choose, instant
    from tanggap.cli.ready import facts_ready
    from tanggap.metrics.catalog import catalog, chosen
    from tanggap.metrics.scorecard import rows_behind

    timezone = asked.timezone or session.settings.shop.timezone
    found, *others = chosen(catalog(session.settings), [asked.metric])
    if others:
        hint = f"name one, such as {found.key}"
        raise UsageError(f"{asked.metric!r} is a family of figures", place="METRIC", hint=hint)
    bucket = instant(asked.bucket, timezone, "--bucket") if asked.bucket else None
    with facts_ready(session) as ready:
        span = choose(ready.engine, ready.snapshot, timezone, since=asked.since, until=asked.until, compare="none")
        span.tell_if_outside(session, timezone)
        rows = rows_behind(
            ready.engine, ready.snapshot, session.settings, asked.metric, by=asked.group, bucket=bucket,
            grain=asked.grain or None, period=span.period, where=asked.where, timezone=timezone,
            only=asked.only or None,
        )  # fmt: skip
        used = _used(ready, session, found, asked.group)
    parts = [f"{name}={value or ''}" for name, value in asked.group.items()]
    if bucket is not None:
        start = next(b.start for b in buckets(span.period, asked.grain, timezone) if b.start <= bucket < b.end)
        parts.append(Formats(session.language, timezone=timezone).bucket(start, asked.grain))
    label = found.info.label[session.language]
    return rows, f"{label} · {', '.join(parts)}" if parts else label, used


def _used(ready: Ready, session: Session, metric: Metric, group: dict[str, str | None]) -> set[str]:
    """The columns that say which row it is and what the figure is computed from."""
    import ibis
    from ibis.expr import operations as ops

    from tanggap.metrics.prepared import HELD, Prepared
    from tanggap.metrics.shapes import Context

    made = Prepared(ready.engine, ready.snapshot, session.settings).rows(metric.fact)
    rows = ibis.table({**made.schema(), **dict.fromkeys(HELD.get(metric.fact, ()), "int64")}, name="rows_behind")
    context = Context(session.settings, 0)
    expressions = [metric.shape.counted(rows, context), *metric.shape.partials(rows, context).values()]
    fields = {
        field.name for expression in expressions for field in expression.op().find(ops.Field) if field.rel == rows.op()
    }
    agent = metric.breakdowns.get("agent", "agent_id")  # whose row it is to this figure; another's name would mislead
    identity = {agent if name == "agent_id" else name for name in _IDENTITY}
    return fields.union(identity, [metric.dated_by, _ROLE], [metric.breakdowns[name] for name in group])


def _group(texts: list[str]) -> dict[str, str | None]:
    group: dict[str, str | None] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"cannot read {text!r}", place="--by", hint="write --by channel=chat")
        group[name] = value or None
    return group


def _print(session: Session, rows: pa.Table, label: str, limit: int, timezone: str) -> None:
    from tanggap.cli.output import guessed_kinds, print_rows
    from tanggap.metrics.facts.tables import FACTS

    language, out = session.language, session.out
    out.print(Text(say("rows_behind", language, count=session.number(rows.num_rows), label=label), style="bold"))
    if not rows.num_rows:
        return
    if _ROLE in rows.column_names:
        counted = Counter(rows[_ROLE].to_pylist()).most_common()
        told = ", ".join(say(f"counts_as.{role}", language, count=session.number(count)) for role, count in counted)
        out.print(Text(f"{_ROLE}: {told}", style="dim"))
    units = {column.name: column.unit for table in FACTS.values() for column in table.columns}
    units["interaction_in_period"] = units["interaction_time"]
    kept = rows.drop_columns([name for name in ("fold",) if name in rows.column_names])
    print_rows(out, kept.slice(0, limit), guessed_kinds(kept), timezone or session.settings.shop.timezone, units)
    if rows.num_rows > limit:
        out.print(Text(say("rows_shown", language, shown=limit), style="dim"))
