"""``tanggap reviews``: how fresh reviews are, which weeks look bought, and which promoters to ask for one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich import box
from rich.table import Table
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

if TYPE_CHECKING:
    from tanggap.charts.formats import Formats
    from tanggap.metrics.reviews import Promoter, ReviewStanding

EXAMPLE: Final = "tanggap reviews\ntanggap reviews --promoters promoters.csv"
#: The columns of the list of promoters.
COLUMNS: Final = ("customer_id", "score", "answered_at", "asked_at", "reviewed_at")
_WEEKS: Final = 13
_NAMED: Final = 10
_BAR: Final = 24


def command(
    promoters: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write the whole list of promoters to this file.")
    ] = None,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Show how fresh the reviews are, which weeks look bought, and which promoters to ask for a review."""
    session = open_session(lake, lang=lang, as_json=as_json, engine=engine)
    from tanggap.cli.ready import facts_ready
    from tanggap.metrics.reviews import promoters as find_promoters
    from tanggap.metrics.reviews import review_standing

    with facts_ready(session) as ready:
        standing = review_standing(ready.engine, ready.snapshot, session.settings)
        listed = find_promoters(ready.engine, ready.snapshot, session.settings)
    if promoters is not None:
        _write(promoters, listed)
    if as_json:
        from tanggap.reports.reportjson import reviews_dict

        write_json(reviews_dict(standing, listed, session.settings.shop.timezone))
        return 0
    from tanggap.charts.formats import Formats

    formats = Formats(session.language, session.settings.shop.currency, session.settings.shop.timezone)
    _print_standing(session, formats, standing)
    _print_promoters(session, formats, listed)
    if promoters is not None:
        session.out.print(Text(say("reviews.written", session.language, path=promoters, count=len(listed))))
    return 0


def _write(path: Path, listed: Sequence[Promoter]) -> None:
    import pyarrow as pa

    from tanggap.cli.output import guessed_kinds, write_csv

    kinds = {"customer_id": pa.string(), **dict.fromkeys(COLUMNS[1:], pa.int64())}
    rows = pa.table({name: pa.array([getattr(p, name) for p in listed], kinds[name]) for name in COLUMNS})
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_csv(rows, guessed_kinds(rows), stream)


def _print_standing(session: Session, formats: Formats, standing: ReviewStanding) -> None:
    from tanggap.metrics.reviews import days_old

    language, out = session.language, session.out
    if not standing.reviews:
        out.print(Text(say("reviews.none", language)))
        return
    days = formats.number(days_old(standing) or 0)
    out.print(Text(say("reviews.standing", language, count=formats.number(standing.reviews), days=days), style="bold"))
    weeks = standing.weeks[-_WEEKS:]
    most = max((week.reviews for week in weeks), default=0) or 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column(say("reviews.week", language), no_wrap=True)
    table.add_column(say("reviews.reviews", language), justify="right", no_wrap=True)
    table.add_column("")
    for week in weeks:
        bar = Text("█" * round(_BAR * week.reviews / most), style="yellow" if week.suspicious else "blue")
        if week.suspicious:
            bar.append(" " + say("reviews.burst", language), style="bold yellow")
        table.add_row(formats.bucket(week.start, "week"), formats.number(week.reviews), bar)
    out.print(table)
    note = "reviews.burst_note" if standing.bursts else "reviews.no_burst"
    out.print(Text(say(note, language), style="dim"), "")


def _print_promoters(session: Session, formats: Formats, listed: Sequence[Promoter]) -> None:
    language, out = session.language, session.out
    if not listed:
        out.print(Text(say("reviews.no_promoters", language)))
        return
    asked = sum(one.asked_at is not None for one in listed)
    wrote = sum(one.reviewed_at is not None for one in listed)
    counts = {"count": len(listed), "asked": asked, "wrote": wrote}
    shown = {name: formats.number(number) for name, number in counts.items()}
    out.print(Text(say("reviews.promoters", language, **shown), style="bold"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for name in COLUMNS:
        table.add_column(say(f"reviews.{name}", language), no_wrap=True, justify="right" if name == "score" else "left")
    for one in listed[:_NAMED]:
        days = (formats.day(formats.day_of(at)) if at is not None else "–"
                for at in (one.answered_at, one.asked_at, one.reviewed_at))  # fmt: skip
        table.add_row(one.customer_id, str(one.score), *days)
    out.print(table)
    if len(listed) > _NAMED:
        rest = formats.number(len(listed) - _NAMED)
        out.print(Text(say("reviews.more", language, count=rest), style="dim"))
