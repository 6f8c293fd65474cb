"""``tanggap replay``: what other policies would have earned on the shop's own history."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from tanggap.cli.common import (
    DEFAULT_LAKE,
    JsonOption,
    LakeOption,
    LangOption,
    Language,
    Session,
    open_session,
    write_json,
)
from tanggap.cli.names import intent_name
from tanggap.cli.progress import meter
from tanggap.cli.words import say

if TYPE_CHECKING:
    from tanggap.charts.formats import Formats
    from tanggap.cli.ready import Ready
    from tanggap.routing.replay import Alternative, Replay
    from tanggap.routing.replay_lake import Replayed
    from tanggap.stats.offpolicy import Estimate

EXAMPLE: Final = "tanggap replay --lake ./demo/lake --lang id"

_POLICIES: Final = {
    "bot_first": "replay.bot_first", "everyone": "replay.everyone", "complexity": "replay.complexity",
    "value": "replay.by_value",
}  # fmt: skip
_VERDICTS: Final = {
    "better": "replay.better", "worse": "replay.worse", "chance": "replay.chance", "withheld": "replay.withheld",
}  # fmt: skip
_STYLES: Final = {"better": "green", "worse": "red", "chance": "", "withheld": "dim"}
_PARTS: Final = {
    "margin": "replay.part_margin", "leaving": "replay.part_leaving", "ease": "replay.part_ease",
    "cost": "replay.part_cost",
}  # fmt: skip
_TWO_DIGITS: Final = 100
#: So many intents are named, of those that would change hands more than a little.
_MOVES_SHOWN: Final = 3
_HARDLY: Final = 0.05


def command(lake: LakeOption = DEFAULT_LAKE, as_json: JsonOption = False, lang: LangOption = None) -> int:
    """Show what other rules for bot-or-person would have earned on the decisions of this lake, and how sure that is.

    Compares everyone to the bot, everyone to a person, the hardest to people, and the worthiest to people, the last two
    with the hours of people that were used. Only decisions that were drawn by lot (exploration, or a past policy with
    a known probability) can tell; where they are too few, it says how many more are needed instead of a figure.
    """
    session = open_session(lake, lang=lang, as_json=as_json)
    from tanggap.cli.ready import facts_ready

    with facts_ready(session) as ready:
        found = replayed(session, ready)
    if as_json:
        write_json(as_dict(found))
    else:
        _show(session, found)
    return 0


def replayed(session: Session, ready: Ready) -> Replayed:
    """The lake's decisions under other policies."""
    from tanggap.metrics.scorecard import last_event
    from tanggap.routing.replay_lake import replay_lake

    with meter(session.err) as shown:
        label = say("replay.computing", session.language)
        shown.at(label)
        as_of = last_event(ready.snapshot, ready.engine)
        return replay_lake(ready.engine, ready.snapshot, session.settings, as_of=as_of)


def as_dict(found: Replayed) -> dict[str, Any]:
    """A replay as plain values: money in minor units, null where there is none."""
    replay = found.replay
    return {
        "schema": "tanggap.replay/1", "currency": replay.currency, "decided": replay.decided, "forced": replay.forced,
        "maturing": replay.maturing, "unknown": replay.unknown, "used": replay.used, "unpriced": replay.unpriced,
        "parts": [{"name": p.name, "counted": p.counted, "known": p.known} for p in replay.parts],
        "done": None if replay.done is None else {
            "value": _estimate(replay.done), "share_to_people": _number(replay.done_share),
            "minutes": _number(replay.done_minutes),
        },
        "minute_price": _number(replay.minute_price),
        "policies": [_policy(one) for one in replay.alternatives],
        "intents": [
            {"intent": one.intent, "conversations": one.conversations, "to_people": one.now, "by_value": one.then}
            for one in replay.moved
        ],
        "notes": [{"code": note.code, "count": note.count} for note in found.notes],
    }  # fmt: skip


def _policy(one: Alternative) -> dict[str, Any]:
    return {
        "policy": one.policy.value, "verdict": one.verdict.value, "more_decisions": one.more,
        "share_to_people": _number(one.share), "minutes": _number(one.minutes), "equal_hours": one.equal_hours,
        "value": _estimate(one.value), "difference": _estimate(one.difference),
        "values": {name: _estimate(estimate) for name, estimate in one.values.items()},
        "differences": {name: _estimate(estimate) for name, estimate in one.differences.items()},
    }  # fmt: skip


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "method": estimate.method, "value": _number(estimate.value), "low": _number(estimate.low),
        "high": _number(estimate.high), "n": estimate.n, "effective": _number(estimate.effective),
        "max_weight": _number(estimate.max_weight), "withheld": estimate.verdict_withheld, "reason": estimate.reason,
    }  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _show(session: Session, found: Replayed) -> None:
    replay, language = found.replay, session.language
    formats = _formats(session, replay)
    out, days = session.out, session.settings.routing.buy_days
    out.print(Text(say("replay.title", language), style="bold"))
    if not replay.decided:
        out.print(Text(say("replay.none", language)))
        return
    counts = {name: formats.number(getattr(replay, name)) for name in ("used", "decided", "forced", "maturing",
                                                                       "unknown")}  # fmt: skip
    out.print(Text(say("replay.counts", language, days=days, **counts)))
    if replay.done is None:
        out.print(Text(say("replay.no_choice", language, days=days)))
        return
    out.print(Text(say(
        "replay.done", language, share=formats.share(replay.done_share), minutes=formats.number(replay.done_minutes, 1),
        value=_money(formats, replay.done.value), interval=_interval(formats, replay.done),
    )))  # fmt: skip
    out.print("", _table(session, replay, formats), "")
    for line in _notes(session, replay, formats):
        out.print(Text(line, style="dim"))


def _formats(session: Session, replay: Replay) -> Formats:
    from tanggap.charts.formats import Formats

    return Formats(session.language, replay.currency, session.settings.shop.timezone)


def _table(session: Session, replay: Replay, formats: Formats) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for key in ("replay.policy", "replay.share", "replay.minutes", "replay.against", "replay.verdict"):
        table.add_column(say(key, session.language), justify="left" if key.endswith(("policy", "verdict")) else "right")
    for one in replay.alternatives:
        # A figure that nothing can be said of would be read as one.
        withheld = one.difference.verdict_withheld
        difference = Text("–" if withheld else formats.signed("money", _rounded(one.difference.value)))
        interval = _interval(formats, one.difference, signed=True)
        if interval:
            difference.append(f"\n{interval}", style="dim")
        table.add_row(
            say(_POLICIES[one.policy.value], session.language), formats.share(one.share, 0),
            formats.number(one.minutes, 1), difference, _verdict(session, one, formats),
        )  # fmt: skip
    return table


def _verdict(session: Session, one: Alternative, formats: Formats) -> Text:
    shown = Text(say(_VERDICTS[one.verdict.value], session.language), style=_STYLES[one.verdict.value])
    if one.verdict.value not in ("chance", "withheld"):
        return shown
    if one.more is None:
        return shown.append(f"\n{say('replay.never', session.language)}", style="dim")
    more = say("replay.needs", session.language, more=formats.number(_roughly(one.more)))
    return shown.append(f"\n{more}", style="dim")


def _notes(session: Session, replay: Replay, formats: Formats) -> list[str]:
    from tanggap.routing.replay import Policy

    language = session.language
    lines = _parts(replay, language)
    if replay.unpriced:
        lines.append(say("replay.unpriced", language, count=formats.number(replay.unpriced)))
    everyone = replay.of(Policy.EVERYONE)
    if everyone is not None:
        minutes = (formats.number(value, 1) for value in (everyone.minutes, replay.done_minutes))
        lines.append(say("replay.everyone_note", language, minutes=next(minutes), now=next(minutes)))
    lines.append(say("replay.price", language, price=_money(formats, replay.minute_price)))
    return lines


def _parts(replay: Replay, language: Language) -> list[str]:
    """Which parts of the money are counted, and which not."""
    told = {counted: ", ".join(say(_PARTS[p.name], language) for p in replay.parts if p.counted is counted)
            for counted in (True, False)}  # fmt: skip
    lines = [say("replay.counted", language, parts=told[True])]
    return [*lines, say("replay.not_counted", language, parts=told[False])] if told[False] else lines


def _money(formats: Formats, minor: float) -> str:
    return formats.money(_rounded(minor))


def _interval(formats: Formats, estimate: Estimate, *, signed: bool = False) -> str:
    if estimate.verdict_withheld:
        return ""
    return formats.interval("money", _rounded(estimate.low), _rounded(estimate.high), signed=signed)


def _rounded(minor: float) -> float:
    """To three digits that mean something: more of an estimate is noise."""
    if not math.isfinite(minor) or minor == 0:
        return minor
    unit = 10.0 ** (math.floor(math.log10(abs(minor))) - 2)
    return round(minor / unit) * unit


def _roughly(count: int) -> int:
    """To two digits."""
    if count < _TWO_DIGITS:
        return count
    unit = int(10 ** (len(str(count)) - 2))
    return -(-count // unit) * unit


def in_short(session: Session, found: Replayed, *, days: float) -> list[str]:
    """What the history says of routing by value, in a few lines; ``days`` the history spans, for a month's sum."""
    from tanggap.routing.replay import Policy, Verdict

    replay, language = found.replay, session.language
    one = replay.of(Policy.VALUE)
    if one is None:
        return [say("replay.demo_none", language)]
    formats, estimate = _formats(session, replay), one.difference
    lines = [say("replay.demo_compared", language, used=formats.number(replay.used),
                 days=session.settings.routing.buy_days)]  # fmt: skip
    more = None if one.more is None else formats.number(_roughly(one.more))
    if one.verdict is Verdict.WITHHELD:
        return [*lines, say("replay.demo_withheld", language, more=more) if more else say("replay.demo_none", language)]
    # Where there was no choice there is nothing to gain.
    month = _roughly(round((replay.decided - replay.forced) / max(days, 1.0) * 30.0))
    for key, times in (("replay.demo_difference", 1), ("replay.demo_month", month)):
        low, high = (_rounded(bound * times) for bound in (estimate.low, estimate.high))
        lines.append(say(
            key, language, month=formats.number(month),
            difference=formats.signed("money", _rounded(estimate.value * times)),
            interval=formats.interval("money", low, high, signed=True),
        ))  # fmt: skip
    if one.verdict is Verdict.CHANCE:
        lines.append(say("replay.demo_chance", language, more=more) if more else say("replay.demo_open", language))
    else:
        lines.append(say(f"replay.demo_{one.verdict.value}", language))
    return [*lines, *_moves(session, replay, formats), *_parts(replay, language)]


def _moves(session: Session, replay: Replay, formats: Formats) -> list[str]:
    """Which intents people would answer more often, and which the bot."""
    told = []
    for key, moved in (("to_people", replay.moved), ("to_bot", tuple(reversed(replay.moved)))):
        wanted = 1 if key == "to_people" else -1
        most = [one for one in moved if one.intent and (one.then - one.now) * wanted > _HARDLY][:_MOVES_SHOWN]
        shown = "; ".join(
            f"{intent_name(one.intent, session.language)} ({formats.share(one.now, 0)} → {formats.share(one.then, 0)})"
            for one in most
        )
        if shown:
            told.append(say(f"replay.demo_{key}", session.language, intents=shown))
    return told
