"""``tanggap learn``: what the shop's own history teaches about whom a person's answer helps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

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
    instant_of,
    now_micros,
    open_session,
    write_json,
)
from tanggap.cli.names import intent_name
from tanggap.cli.progress import meter
from tanggap.cli.words import say
from tanggap.core.instants import format_instant, zone

if TYPE_CHECKING:
    from tanggap.charts.formats import Formats
    from tanggap.cli.ready import Ready
    from tanggap.routing.learn.lake import Learnt
    from tanggap.routing.model import IntentModel, Patience, RoutingModel, Worth

EXAMPLE: Final = "tanggap learn --lang id"

SHOWN: Final = 12
#: From here on there is room for every column.
_WIDE: Final = 128
#: Nothing is broken at these.
_GAP: Final = "\u00a0"
_PERCENT: Final = f"{_GAP}%"
_LONG: Final = 10.0
#: Who waits longer than this on the mean is not driven away by waiting.
_DAYS: Final = 24 * 60.0


def command(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="INSTANT", help="Only what was known by then; else all there is.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every intent, not only the most frequent.")] = False,
    engine: EngineOption = "duckdb",
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Learn from the lake what routing needs: rates, minutes, patience, customers' values, the price of a minute.

    The model is kept in the lake, under models/, and is what 'tanggap route' decides with. Exit code 1 where there
    was no conversation to learn from.
    """
    session = open_session(lake, lang=lang, as_json=as_json, engine=engine)
    from tanggap.cli.ready import facts_ready
    from tanggap.routing.learn.store import save_model

    until = instant_of(as_of, session.settings.shop.timezone, "--as-of") if as_of else None
    with facts_ready(session) as ready:
        learnt = _learn(session, ready, until)
    place = save_model(session.lake, learnt.model, learnt.customers.values)
    if as_json:
        write_json(as_dict(session, learnt, place))
    else:
        _print(session, learnt, place, everything)
    return 0 if learnt.history.size else ATTENTION


def _learn(session: Session, ready: Ready, until: int | None) -> Learnt:
    from tanggap.metrics.scorecard import last_event
    from tanggap.routing.learn.lake import learn_from_lake

    # A single event dated years ahead must not make every window look over.
    latest = min(last_event(ready.snapshot, ready.engine) + 1, now_micros())
    with meter(session.err) as shown:
        return learn_from_lake(
            ready.engine, ready.snapshot, session.settings, as_of=latest if until is None else until,
            progress=lambda step: shown.at(say(f"learn.step.{step}", session.language)),
        )  # fmt: skip


def worth_of_intent(session: Session, model: RoutingModel, known: IntentModel) -> Worth:
    """What a person's answer is worth on that intent, for a customer of average value."""
    from tanggap.routing.value import worth_of

    return worth_of(known, known.margin, model.customer_value, session.settings.routing.ease_value)


def spread_of_worth(session: Session, learnt: Learnt, known: IntentModel) -> float:
    """One standard error of that worth, from the conversations behind both arms' buying and leaving.

    How far answers on ease spread is not counted: of most conversations there is none.
    """
    kappa = session.settings.routing.shrinkage
    followed = float(learnt.history.left_known.any())
    variance = 0.0
    for arm, n in ((known.human, known.conversations_human), (known.bot, known.conversations_bot)):
        bought = arm.buys * (1 - arm.buys) * known.margin**2
        left = arm.leaves * (1 - arm.leaves) * learnt.model.customer_value**2
        variance += (bought + followed * left) / max(n + kappa, 1.0)
    return math.sqrt(variance)


def prices_by_hour(session: Session, learnt: Learnt) -> list[float | None]:
    """λ by hour of the local day at the usual staffing; None where nobody is on shift or no shifts are known."""
    from tanggap.routing.learn.demand import agents_by_span
    from tanggap.routing.price import usual_price

    model, routing = learnt.model, session.settings.routing
    agents = agents_by_span(learnt.staffing, model.timezone)
    if not model.curves:
        return [None] * 24
    prices = [
        usual_price(curve, float(there), routing.target_occupancy) if there > 0 else None
        for curve, there in zip(model.curves, agents, strict=True)
    ]
    each = len(prices) // 24
    hours = [[price for price in prices[hour * each : (hour + 1) * each] if price is not None] for hour in range(24)]
    return [sum(known) / len(known) if known else None for known in hours]


def as_dict(session: Session, learnt: Learnt, place: str) -> dict[str, Any]:
    """What was learnt, as machines read it; money in minor units."""
    import msgspec

    model, lifetime = learnt.model, learnt.customers.lifetime
    intents = []
    for name, known in model.intents.items():
        worth = worth_of_intent(session, model, known)
        spread = spread_of_worth(session, learnt, known)
        parts = {"total": worth.total, "standard_error": spread, **msgspec.to_builtins(worth)}
        intents.append(
            {"intent": name, "category": model.category_of.get(name), **msgspec.to_builtins(known), "worth": parts}
        )
    return {
        "schema": "tanggap.learn/1", "version": model.version, "place": place, "currency": model.currency,
        "as_of": format_instant(model.learned_at, zone(model.timezone)), "conversations": model.conversations,
        "intents": intents, "everything": msgspec.to_builtins(model.everything),
        "patience": {**msgspec.to_builtins(model.patience), "*": msgspec.to_builtins(model.patience_otherwise)},
        "minute_price_by_hour": prices_by_hour(session, learnt),
        "customers": {
            "method": lifetime.method, "buyers": lifetime.customers, "repeat": learnt.customers.repeat,
            "mean_value": model.customer_value, "value_cap": model.value_cap, "mean_margin": lifetime.mean_margin,
        },
        "notes": [{"code": note.code, "count": note.count} for note in learnt.notes],
    }  # fmt: skip


def _print(session: Session, learnt: Learnt, place: str, everything: bool) -> None:
    from tanggap.charts.formats import Formats

    model, out, language = learnt.model, session.out, session.language
    formats = Formats(language, model.currency, model.timezone)
    done = say("learn.nothing", language, version=model.version)
    if learnt.history.size:
        done = say(
            "learn.done", language, conversations=formats.number(model.conversations),
            until=formats.instant(model.learned_at), version=model.version,
        )  # fmt: skip
    out.print(Text(done, style="bold"), soft_wrap=True)
    out.print()
    if model.intents:
        _print_intents(session, learnt, formats, everything)
    _print_patience(session, model, formats)
    _print_prices(session, learnt, formats)
    _print_customers(session, learnt, formats)
    if learnt.notes:
        out.print(Text(say("learn.notes", language), style="bold"))
        for note in learnt.notes:
            out.print(Text("• " + say(f"learn.note.{note.code}", language, count=formats.number(note.count))))
        out.print()
    out.print(Text(say("learn.kept", language, place=place), style="dim"), soft_wrap=True)


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=number > 0)
    return table


def _print_intents(session: Session, learnt: Learnt, formats: Formats, everything: bool) -> None:
    model, out, language = learnt.model, session.out, session.language
    wide = out.width >= _WIDE
    more = ["leaves", "ease"] if wide else []
    names = ["intent", "n", "buys", *more, "minutes", "worth", *(["per_minute"] if wide else [])]
    table = _table(*(say(f"learn.{name}", language) for name in names))
    ranked = sorted(model.intents, key=lambda name: (-_seen(model.intents[name]), name))
    shown = ranked if everything else ranked[:SHOWN]
    for name in shown:
        table.add_row(intent_name(name, language), *_row(session, learnt, model.intents[name], formats, wide))
    table.add_section()
    table.add_row(
        Text(say("learn.all", language), style="bold"), *_row(session, learnt, model.everything, formats, wide)
    )
    out.print(Text(say("learn.intents", language), style="bold"))
    out.print(table)
    out.print(Text(say("learn.intents_note", language), style="dim"))
    if len(shown) < len(ranked):
        hidden = formats.number(len(ranked) - len(shown))
        out.print(Text(say("learn.more", language, hidden=hidden), style="dim"))
    out.print()


def _seen(known: IntentModel) -> float:
    return known.conversations_human + known.conversations_bot


def _row(session: Session, learnt: Learnt, known: IntentModel, formats: Formats, wide: bool) -> Iterator[str]:
    from tanggap.stats.special import normal_quantile

    worth = worth_of_intent(session, learnt.model, known)
    human, bot = known.human, known.bot
    yield _pair(known.conversations_bot, known.conversations_human, formats)
    yield _pair(100 * bot.buys, 100 * human.buys, formats, 1 if wide else 0) + _PERCENT
    if wide:
        followed = learnt.history.left_known.any()
        yield _pair(100 * bot.leaves, 100 * human.leaves, formats, 1) + _PERCENT if followed else "–"
        yield _pair(bot.ease, human.ease, formats, 1)
    yield _pair(bot.minutes, human.minutes, formats, 1)
    surely = abs(worth.total) > normal_quantile(0.975) * spread_of_worth(session, learnt, known)
    yield formats.money(worth.total) + ("  " if surely else f"{_GAP}~")
    if wide:
        yield formats.money(worth.total / worth.minutes)


def _pair(bot: float, human: float, formats: Formats, digits: int = 0) -> str:
    return f"{formats.number(bot, digits)}{_GAP}→{_GAP}{formats.number(human, digits)}"


def _print_patience(session: Session, model: RoutingModel, formats: Formats) -> None:
    from tanggap.charts.words import word_or

    language = session.language
    table = _table(*(say(f"learn.{name}", language) for name in ("channel", "grace", "then", "gone")))

    def row(name: str, patience: Patience) -> None:
        from tanggap.routing.price import gives_up

        mean = 1.0 / patience.rate
        then = say("learn.days", language) if mean > _DAYS else formats.duration(mean * 60)
        table.add_row(name, formats.duration(patience.grace * 60), then, formats.share(gives_up(patience, _LONG)))

    for name, patience in sorted(model.patience.items()):
        row(word_or(f"channel.{name}", language, name), patience)
    row(say("learn.others", language), model.patience_otherwise)
    session.out.print(Text(say("learn.patience", language), style="bold"))
    session.out.print(table)
    session.out.print()


def _print_prices(session: Session, learnt: Learnt, formats: Formats) -> None:
    from tanggap.cli.trend import bars

    language, out = session.language, session.out
    prices = prices_by_hour(session, learnt)
    known = [price for price in prices if price is not None]
    out.print(Text(say("learn.prices", language), style="bold"))
    if not known:
        out.print(Text(say("learn.prices_none", language)), "", sep="\n")
        return
    most = max(known)
    if most <= 0:
        out.print(Text(say("learn.prices_zero", language)), "", sep="\n")
        return
    note = say(
        "learn.prices_note", language, most=formats.money(most), hour=f"{prices.index(most):02d}.00",
        mean=formats.money(sum(known) / len(known)),
    )  # fmt: skip
    out.print(Text(f"{bars(prices)}  "), Text(note, style="dim"), "", sep="\n")


def _print_customers(session: Session, learnt: Learnt, formats: Formats) -> None:
    language, out, model = session.language, session.out, learnt.model
    lifetime = learnt.customers.lifetime
    out.print(Text(say("learn.customers", language), style="bold"))
    counts = {
        "customers": formats.number(lifetime.customers), "repeat": formats.number(learnt.customers.repeat),
    } if lifetime.method != "no_orders" else {}  # fmt: skip
    out.print(Text(say(f"learn.method.{lifetime.method}", language, **counts)))
    if lifetime.method != "no_orders":
        values = {
            "mean": formats.money(model.customer_value), "cap": formats.money(model.value_cap),
            "margin": formats.money(lifetime.mean_margin),
        }  # fmt: skip
        out.print(Text(say("learn.values", language, **values)))
    out.print()
