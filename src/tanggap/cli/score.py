"""``tanggap score``: the scorecard."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer
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
from tanggap.cli.progress import meter
from tanggap.cli.words import say
from tanggap.core.errors import UsageError
from tanggap.core.periods import GRAINS

if TYPE_CHECKING:
    from tanggap.cli.ready import Ready
    from tanggap.metrics.model import Scorecard

EXAMPLE: Final = "tanggap score --by channel --from 2026-01-01 --to 2026-01-31 --metric csat --metric sla_met_rate"

FromOption = Annotated[str, typer.Option("--from", metavar="DAY", help="First day (or instant) of the period.")]
ToOption = Annotated[str, typer.Option("--to", metavar="DAY", help="Last day of the period, included.")]
CompareOption = Annotated[
    str, typer.Option("--compare", metavar="WHAT", help="previous, none, or another period as DAY..DAY.")
]
WhereOption = Annotated[
    str,
    typer.Option(
        "--where", metavar="CONDITIONS", help='Only such rows: channel=chat|email,team!=Returns; or channel="a,b"|c'
    ),
]
MetricOption = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="KEY", help="Only this figure; a family's name or all. May be repeated."),
]
ZoneOption = Annotated[str, typer.Option("--timezone", help="Where days are cut (IANA); else the lake's.")]


def command(
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="COLUMN", help="Break down by channel, team, agent, …")
    ] = None,
    grain: Annotated[str, typer.Option(help=f"One value per {', '.join(GRAINS)}.")] = "",
    since: FromOption = "",
    until: ToOption = "",
    compare: CompareOption = "previous",
    where: WhereOption = "",
    metric: MetricOption = None,
    timezone: ZoneOption = "",
    csv: Annotated[bool, typer.Option("--csv", help="The cells as CSV on stdout.")] = False,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Show the scorecard: every figure with its interval, n, change and target.

    Without --from and --to: the newest 91 days if the 91 days before are covered too, else 28 days, else 7, else
    all there is; so that whole weeks are compared with whole weeks.
    """
    if grain and grain not in GRAINS:
        raise UsageError(f"unknown grain {grain!r}", place="--grain", hint=f"one of {', '.join(GRAINS)}")
    session = open_session(lake, lang=lang, as_json=as_json or csv, engine=engine)
    columns = [name for text in by or [] for name in text.split(",") if name]
    asked = Asked(session, timezone or session.settings.shop.timezone, metric, where, since, until, compare)
    from tanggap.cli.ready import facts_ready

    with facts_ready(session) as ready:
        card = asked.card(ready, by=columns, grain=grain)
        shown = [info.key for info in card.metrics]
        overall = asked.card(ready, metrics=shown) if columns and not grain and not session.as_json else None
    if csv:
        from tanggap.reports import csvfile

        sys.stdout.write(csvfile.dumps(card, session.language))
    elif as_json:
        from tanggap.reports import jsonfile

        write_json(jsonfile.as_dict(card))
    else:
        _print(session, card, overall)
    return 0


class Asked:
    """What was asked for of the scorecard, on the command line."""

    def __init__(
        self,
        session: Session,
        timezone: str,
        metric: list[str] | None,
        where: str,
        since: str,
        until: str,
        compare: str,
    ) -> None:
        self.session = session
        self.timezone = timezone
        self.metric = [key for text in metric for key in text.split(",") if key] if metric else None
        self.where = where
        self.span = {"since": since, "until": until, "compare": compare}

    def card(
        self, ready: Ready, *, by: list[str] | None = None, grain: str = "", metrics: list[str] | None = None
    ) -> Scorecard:
        """The scorecard of that break-down and grain; of other figures than were asked for if ``metrics`` names some.

        Raises:
            UsageError: a date, key, break-down or condition is wrong.
        """
        from tanggap.cli.periods import choose
        from tanggap.metrics.scorecard import scorecard

        chosen = choose(ready.engine, ready.snapshot, self.timezone, **self.span)
        if not by:
            chosen.tell_if_outside(self.session, self.timezone)
        if chosen.compare is None and self.span["compare"] == "previous" and not self.session.as_json and not by:
            self.session.note("no_comparison")
        metrics = metrics or self._metrics(by or [])
        with meter(self.session.err) as shown:
            shown.at(say("computing", self.session.language))
            return scorecard(
                ready.engine, ready.snapshot, self.session.settings, metrics=metrics, by=tuple(by or ()),
                grain=grain or None, period=chosen.period, compare=chosen.compare, where=self.where,
                timezone=self.timezone,
            )  # fmt: skip

    def _metrics(self, by: list[str]) -> list[str] | None:
        """The figures asked for; where none are, and no headline figure has such groups, all that have them.

        Raises:
            UsageError: no figure has such groups.
        """
        from tanggap.metrics.catalog import catalog

        if self.metric or not by:
            return self.metric
        figures = catalog(self.session.settings).values()
        fitting = [one for one in figures if set(by) <= set(one.breakdowns)]
        if not fitting:
            names = dict.fromkeys(name for one in figures for name in one.breakdowns)
            raise UsageError(
                f"no figure can be broken down by {', '.join(by)!r}", place="--by", hint=f"one of {', '.join(names)}"
            )
        return None if any(one.is_headline(by) for one in fitting) else [one.key for one in fitting]


def _print(session: Session, card: Scorecard, overall: Scorecard | None) -> None:
    from tanggap.cli.names import names_of
    from tanggap.cli.trend import trend_tables
    from tanggap.reports.terminal import groups_table, scorecard_table

    out = session.out
    if card.grain:
        for part in trend_tables(card, session.language, out.width, names_of(session)):
            out.print(part)
    elif card.by:
        out.print(groups_table(card, session.language, overall=overall, width=out.width, names=names_of(session)))
    else:
        out.print(scorecard_table(card, session.language, width=out.width))
    if not card.cells:
        out.print(Text(say("no_rows", session.language)))
