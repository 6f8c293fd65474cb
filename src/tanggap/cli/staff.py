"""``tanggap staff``: how many people, at which hour, and what one more would earn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
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
from tanggap.core.errors import UsageError

if TYPE_CHECKING:
    from tanggap.routing.model import RoutingModel
    from tanggap.routing.staffing import StaffedHour

EXAMPLE: Final = "tanggap staff\ntanggap staff --agents 4,6,8 --beyond 2"
_MINUTES_AN_HOUR: Final = 60
#: From here on there is room for every column.
_WIDE: Final = 110


def command(
    agents: Annotated[
        str, typer.Option("--agents", metavar="N,N…", help="Numbers of people to compare; else those of the past.")
    ] = "",
    beyond: Annotated[float, typer.Option(min=0, help="A wait longer than so many minutes is a long one.")] = 2.0,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Show what numbers of people do to waits, giving up and earnings, by hour of the day.

    Demand, minutes and patience are what 'tanggap learn' has learnt; the waits are Erlang-A's.
    """
    session = open_session(lake, lang=lang, as_json=as_json, engine=engine)
    from tanggap.routing.learn.store import load_model
    from tanggap.routing.staffing import plan, staffed

    model = load_model(session.lake)
    if not model.curves:
        raise UsageError("the history has no day to plan on", place=session.lake.uri, hint="tanggap learn again later")
    routing = session.settings.routing
    if agents:
        hours = plan(model, _numbers(agents), routing, beyond=beyond)
    else:
        hours = [
            staffed(model, hour, number, routing, beyond=beyond) for hour, number in enumerate(_of_the_past(session))
        ]
    wage = _wage(session)
    if as_json:
        write_json({
            "schema": "tanggap.staff/1", "currency": model.currency, "model_version": model.version, "wage": wage,
            "beyond": beyond, "hours": [asdict(hour) for hour in hours],
        })  # fmt: skip
        return 0
    _print(session, model, hours, wage, beyond)
    return 0


def _numbers(text: str) -> list[int]:
    try:
        numbers = sorted({int(part) for part in text.split(",")})
    except ValueError as error:
        raise UsageError(f"cannot read {text!r}", place="--agents", hint="numbers such as 4,6,8") from error
    if numbers[0] < 0:
        raise UsageError(f"{numbers[0]} people", place="--agents", hint="0 or more")
    return numbers


def _of_the_past(session: Session) -> list[int]:
    """People on shift in each hour of the local day, on the mean of the days with any."""
    import numpy as np

    from tanggap.routing.learn.demand import agents_by_span
    from tanggap.routing.learn.lake import staffing_from_lake

    with session.engine() as engine:
        staffing = staffing_from_lake(engine, session.lake.snapshot(), as_of=2**62)
    by_span = np.nan_to_num(agents_by_span(staffing, session.settings.shop.timezone)).reshape(24, -1)
    return [round(float(part.mean())) for part in by_span]


def _wage(session: Session) -> float | None:
    """A person's loaded hour in minor units: the setting, else the newest rate of a minute."""
    if session.settings.routing.wage_per_hour:
        return float(session.settings.routing.wage_per_hour)
    from tanggap.records.tables import RATES

    rows = session.lake.read(RATES, ["kind", "valid_from", "amount", "currency"]).to_pylist()
    rates = [
        (row["valid_from"], row["amount"])
        for row in rows
        if row["kind"] == "agent_minute" and row["currency"] == session.settings.shop.currency
    ]
    return max(rates)[1] * float(_MINUTES_AN_HOUR) if rates else None


def _print(session: Session, model: RoutingModel, hours: list[StaffedHour], wage: float | None, beyond: float) -> None:
    from tanggap.charts.formats import Formats

    formats = Formats(session.language, model.currency, model.timezone)
    wide = session.out.width >= _WIDE
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, int(wide)), title_style="bold",
        title=say("staff.title", session.language),
    )  # fmt: skip
    for name in ("hour", "agents", "demand", "answered", "minute_price", "mean_wait", "waits_long", "gives_up",
                 *(("occupancy",) if wide else ()), "next_hour"):  # fmt: skip
        heading = say(f"staff.{name}", session.language).replace("{minutes}", formats.number(beyond, 0))
        table.add_column(heading if wide else heading.replace(" ", "\n"), justify="right", no_wrap=True)
    previous = None
    for hour in hours:
        # Hours in which nobody writes and nobody works say nothing.
        if not hour.agents and hour.demand < 1:
            continue
        clock = f"{hour.hour:02d}:00" if hour.hour != previous else ""
        previous = hour.hour
        queue = ["–"] * (4 if wide else 3)
        if hour.mean_wait is not None:
            shares = (hour.waits_long, hour.gives_up, *((hour.occupancy,) if wide else ()))
            queue = [formats.duration(hour.mean_wait * 60), *(formats.share(share or 0.0) for share in shares)]
        earns = formats.money(hour.next_hour)
        table.add_row(
            clock, str(hour.agents), formats.number(hour.demand), formats.number(hour.answered),
            formats.money(hour.minute_price), *queue,
            Text(earns, style="bold green" if wage is not None and hour.next_hour > wage else ""),
        )  # fmt: skip
    if not table.row_count:
        session.out.print(Text(say("staff.nobody", session.language)))
        return
    session.out.print(table)
    session.out.print(Text(say("staff.minutes_note", session.language), style="dim"))
    session.out.print(Text(_advice(session, hours, wage, formats.money), style="bold"))


def _advice(session: Session, hours: list[StaffedHour], wage: float | None, money: Callable[[float], str]) -> str:
    from tanggap.routing.staffing import worth_hiring

    if wage is None:
        return say("staff.no_wage", session.language)
    worth = [hour for hour in hours if worth_hiring(hour, wage)]
    if not worth:
        return say("staff.enough", session.language, wage=money(wage))
    best = max(worth, key=lambda hour: hour.next_hour)
    return say(
        "staff.advice", session.language, wage=money(wage), best=f"{best.hour:02d}:00", earns=money(best.next_hour),
        hours=", ".join(sorted({f"{hour.hour:02d}:00" for hour in worth})),
    )  # fmt: skip
