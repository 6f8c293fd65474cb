"""``tanggap simulate``: a made-up shop in a lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from tanggap.cli.common import (
    DEFAULT_LAKE,
    JsonOption,
    LangOption,
    Session,
    language_of,
    now_micros,
    open_session,
    write_json,
)
from tanggap.cli.init import write_settings
from tanggap.cli.progress import Stoppable, meter, waiting_note
from tanggap.cli.words import say
from tanggap.core.errors import UsageError

if TYPE_CHECKING:
    from tanggap.cli.progress import Meter
    from tanggap.records.batch import Batch
    from tanggap.simulator import ShopConfig
    from tanggap.simulator.advice import Advice, Adviser

EXAMPLE: Final = (
    "tanggap simulate --conversations 100000 --seed 7 --lake ./simulated\n"
    "tanggap simulate --policy all --world base --agents 6 --seed 1000 --seeds 10\n"
    "tanggap simulate --learning drift --agents 6 --seeds 4"
)
#: Changes with every change of what the simulator writes for the same settings.
_MADE: Final = "simulator/3"


def command(
    conversations: Annotated[int, typer.Option(min=1, help="How many conversations open.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same shop.")] = 0,
    days: Annotated[
        int | None, typer.Option(min=1, help="Over so many days; else 92, and 8 where policies are compared.")
    ] = None,
    start: Annotated[str, typer.Option(metavar="DAY", help="The first day.")] = "2025-10-01",
    text: Annotated[bool, typer.Option("--text/--no-text", help="Write the words of messages.")] = True,
    policy: Annotated[
        list[str] | None, typer.Option("--policy", metavar="KEY", help="Compare this policy, or all; may be repeated.")
    ] = None,
    world: Annotated[
        list[str] | None, typer.Option("--world", metavar="KEY", help="… in this world, or all; may be repeated.")
    ] = None,
    agents: Annotated[int, typer.Option(min=1, help="Policies: people planned for.")] = 6,
    seeds: Annotated[int, typer.Option(min=1, help="Policies: so many seeds, from --seed on.")] = 4,
    learning: Annotated[
        str | None,
        typer.Option("--learning", metavar="KEY", help="How fast learning catches up: with a wrong_prior, or a drift."),
    ] = None,
    keep: Annotated[
        str, typer.Option("--keep", metavar="FOLDER", help="Policies: where runs are kept, to go on with, and drawn.")
    ] = "./floor-runs",
    lake: Annotated[
        str,
        typer.Option("--lake", "--out", envvar="TANGGAP_LAKE", metavar="PLACE", help="The lake to make or go on with."),
    ] = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Simulate an Indonesian online shop whose truth is known, as a lake.

    With --policy or --world: no lake, but policies side by side on the same conversations, each with its share of the
    most that anybody could have earned. Policies: bot_first, everyone_human, random, complexity_fifo,
    complexity_controlled, clv_only, static_threshold, tanggap, tanggap_true. Worlds: base, value_follows_complexity,
    sales_heavy, demand_up, agents_down, slack, drift. With --learning: what Tanggap earns night by night while it
    learns what it was told wrong, or what has moved, as a share of what it would earn knowing better. A stopped
    simulation goes on where it was when the same command is run again.
    """
    if learning:
        from tanggap.cli.floor import catching_up

        return catching_up(
            kind=learning, agents=agents, seed=seed, seeds=seeds, as_json=as_json, language=language_of(lang)
        )
    if policy or world:
        from tanggap.cli.floor import side_by_side

        return side_by_side(
            policies=policy or ["all"], worlds=world or ["base"], agents=agents, seed=seed, seeds=seeds, days=days or 8,
            keep=keep, as_json=as_json, language=language_of(lang),
        )  # fmt: skip
    session = open_session(lake, lang=lang, as_json=as_json, must_exist=False)
    config = shop_config(conversations, seed, days or 92, start, text=text)
    if not session.lake.exists():
        write_settings(session, name=say("demo_shop", session.language), timezone="Asia/Jakarta", currency="IDR")
    run(session, config)
    counts = session.lake.snapshot()
    made = {name: counts.rows(name) for name in counts.tables if counts.rows(name)}
    if as_json:
        write_json({"schema": "tanggap.simulate/1", "lake": session.lake.uri, "rows": made})
        return 0
    told = {name: session.number(made.get(name, 0)) for name in ("conversations", "events")}
    session.out.print(Text(say("simulated", session.language, place=session.lake.uri, **told)), soft_wrap=True)
    return 0


def shop_config(conversations: int, seed: int, days: int, start: str, *, text: bool = True) -> ShopConfig:
    """The simulator's settings.

    Raises:
        UsageError: one of them is impossible.
    """
    from tanggap.simulator import ShopConfig

    try:
        first = date.fromisoformat(start)
    except ValueError as error:
        raise UsageError(f"cannot read {start!r}", place="--start", hint="a day such as 2025-10-01") from error
    return ShopConfig(conversations=conversations, seed=seed, days=days, start=first, text=text)


def run(session: Session, config: ShopConfig) -> None:
    """Simulates into the session's lake, or goes on with it; a finished one is left alone.

    Half-way through, routing learns from what the lake holds by then; from there on, what it says stands beside each
    decision of the shop's own rule.

    Raises:
        UsageError: the lake holds something else.
    """
    from tanggap.core.ids import stable_id
    from tanggap.records.ingest import chunks_done, ingest_all
    from tanggap.records.tables import IMPORTS
    from tanggap.simulator.config import SOURCE

    import_id = stable_id("i", _MADE, *map(str, astuple(config)))
    others = set(session.lake.read(IMPORTS, ["import_id"])["import_id"].to_pylist()) - {import_id}
    done, held = chunks_done(session.lake, import_id), session.lake.snapshot()
    if others or (done == 0 and any(held.rows(name) for name in held.tables)):
        raise UsageError(
            "the lake holds something else already", place=session.lake.uri, hint="name another with --lake"
        )
    if done < 0:
        return
    waiting = waiting_note(session.err, say("finishing", session.language))
    with meter(session.err) as shown, Stoppable(waiting) as stoppable:
        shown.at(say("simulating", session.language), 0, config.conversations)
        opened = 0

        def tell(batch: Batch, _: object) -> None:
            nonlocal opened
            opened += len(batch.tables["conversations"])
            shown.at(say("simulating", session.language), min(opened, config.conversations), config.conversations)

        ingest_all(
            session.lake, stoppable.pieces(_batches(config, _adviser(session, config, shown), done)), source=SOURCE,
            import_id=import_id, now=now_micros(), on_chunk=tell,
        )  # fmt: skip


def _batches(config: ShopConfig, adviser: Adviser, done: int) -> Iterator[Batch]:
    """The run's chunks; those that are in the lake are played again, for the later ones follow from them."""
    from tanggap.records.batch import Batch
    from tanggap.simulator import simulate

    for chunk in simulate(config, adviser):
        if chunk.number >= done:
            yield Batch(chunk.tables, file="simulator", chunk=chunk.number, last=chunk.last)


def _adviser(session: Session, config: ShopConfig, shown: Meter) -> Adviser:
    """Nothing in the first half of the run; then, once and for all, what is learnt from the lake by then: used from the
    next day on.
    """
    from tanggap.simulator.people import origin_of

    half = config.days // 2
    known: list[Advice] = []

    def advise(at: int) -> Advice | None:
        if at >= origin_of(config, half) and not known:
            next_day = next(day for day in range(half, config.days + 1) if origin_of(config, day) >= at)
            known.append(replace(_learnt(session, at, shown), since=origin_of(config, next_day)))
        return known[0] if known else None

    return advise


def _learnt(session: Session, as_of: int, shown: Meter) -> Advice:
    """What the lake teaches as of an instant, kept beside the records like any other model."""
    from tanggap.metrics.facts.refresh import refresh
    from tanggap.metrics.facts.tables import FACTS
    from tanggap.routing.learn.lake import learn_from_lake
    from tanggap.routing.learn.store import save_model
    from tanggap.simulator.advice import Advice

    with session.engine() as engine:
        shown.at(say("refreshing", session.language))
        refresh(session.lake, engine, session.settings)
        learnt = learn_from_lake(
            engine, session.lake.snapshot(FACTS), session.settings, as_of=as_of,
            progress=lambda step: shown.at(say(f"learn.step.{step}", session.language)),
        )  # fmt: skip
    save_model(session.lake, learnt.model, learnt.customers.values)
    return Advice(learnt.model, session.settings.routing, learnt.customers.values)
