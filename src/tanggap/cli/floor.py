"""Policies side by side on the simulated floor: a table a world, its numbers as JSON, and a page of charts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from html import escape
from math import isnan
from pathlib import Path
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from tanggap.charts.draw import draw
from tanggap.charts.formats import Formats
from tanggap.charts.specs import Bar, bars
from tanggap.cli.common import Language, expanded, stderr, stdout, write_json
from tanggap.cli.progress import meter
from tanggap.cli.words import say
from tanggap.core.errors import UsageError
from tanggap.simulator.config import CURRENCY
from tanggap.simulator.floor.compare import BOUND, RATIOS, Comparison, Interval, Plan, compare
from tanggap.simulator.floor.learning import Step, learn_from_wrong, learn_through_drift
from tanggap.simulator.floor.policies import KEYS
from tanggap.simulator.floor.worlds import WORLDS

#: What each policy and world is called, Indonesian and English.
NAMES: Final = {
    "bot_first": ("Bot dulu", "Bot first"),
    "everyone_human": ("Semua ke orang", "All to a person"),
    "random": ("Acak", "Random"),
    "complexity_fifo": ("Kerumitan, FIFO", "Complexity, FIFO"),
    "complexity_controlled": ("Kerumitan + kendali", "Complexity + control"),
    "clv_only": ("Nilai pelanggan saja", "Customer value only"),
    "static_threshold": ("Ambang tetap", "Static threshold"),
    "tanggap": ("Tanggap", "Tanggap"),
    "tanggap_true": ("Tanggap, nilai benar", "Tanggap, true values"),
    "bound": ("Batas serba tahu", "Clairvoyant bound"),
    "base": ("Dasar", "Base"),
    "value_follows_complexity": ("Nilai mengikuti kerumitan", "Value follows complexity"),
    "sales_heavy": ("Banyak penjualan", "Sales-heavy"),
    "demand_up": ("Permintaan +40 %", "Demand +40 %"),
    "agents_down": ("Petugas −33 %", "Agents −33 %"),
    "slack": ("Longgar", "Slack"),
    "drift": ("Bergeser sejak dipelajari", "Moved since learnt"),
}
_WORDS: Final = {
    "policy": ("kebijakan", "policy"),
    "net": ("nilai bersih per percakapan", "net value a conversation"),
    "share_of_bound": ("bagian dari batas", "share of the bound"),
    "over_complexity": ("terhadap kerumitan", "against complexity"),
    "share_of_true": ("terhadap nilai benar", "against true values"),
    "asked_wait": ("minta orang: tunggu median … p90 (mnt)", "asked for a person: median … p90 wait (min)"),
    "asked_gave_up": ("menyerah", "gave up"),
    "honoured": ("dipenuhi", "honoured"),
    "wait_p90": ("semua: p90 (mnt)", "all: p90 (min)"),
    "occupancy": ("keterisian", "occupancy"),
    "ease": ("kemudahan", "ease"),
    "chose": ("antre: memilih bot, ditelepon balik", "in line: chose the bot, a call-back"),
    "nights": ("malam", "nights"),
    "seen": ("percakapan", "conversations"),
    "learning": ("belajar tiap malam", "learning each night"),
    "learnt_once": ("sekali belajar", "learnt once"),
    "returns": ("kembali 7 hari", "back in 7 days"),
    "title": (
        "{world} · {agents} petugas · {days} hari · {seeds} benih",
        "{world} · {agents} agents · {days} days · {seeds} seeds",
    ),
}


def word(key: str, language: str) -> str:
    """A policy's, world's or column's name."""
    pair = NAMES.get(key) or _WORDS[key]
    return pair[0 if language == "id" else 1]


def side_by_side(
    *, policies: Sequence[str], worlds: Sequence[str], agents: int, seed: int, seeds: int, days: int, keep: str,
    as_json: bool, language: Language,
) -> int:  # fmt: skip
    """Plays policies in worlds on the same conversations, and shows them: tables, one JSON document, a page of charts.

    Raises:
        UsageError: there is no such policy or world.
    """
    plan = Plan(
        worlds=_chosen(worlds, tuple(WORLDS), "--world"), policies=_chosen(policies, KEYS, "--policy"),
        seeds=tuple(range(seed, seed + seeds)), agents=agents, days=days,
    )  # fmt: skip
    folder = Path(expanded(keep))
    label = say("floor.playing", language)
    with meter(stderr()) as shown:
        shown.at(label, 0, len(plan.worlds) * seeds)
        found = compare(
            plan,
            folder=folder,
            processes=os.cpu_count() or 1,
            progress=lambda done, total: shown.at(label, done, total),
        )
    formats = Formats(language, CURRENCY)
    target = folder / "index.html"
    target.write_text(page(found, formats), encoding="utf-8")
    if as_json:
        write_json(as_dict(found))
        return 0
    out = stdout()
    for world in plan.worlds:
        for columns in (_MONEY, _SERVICE):
            out.print(_table(found, world, columns, formats))
    out.print(Text(say("floor.note", language), style="dim"))
    out.print(Text(say("floor.drawn", language, path=target)), soft_wrap=True)
    return 0


def catching_up(
    *, kind: str, agents: int, seed: int, seeds: int, as_json: bool, language: Language
) -> int:  # fmt: skip
    """Shows how fast learning catches up, night by night, beside what was learnt once: a table, or JSON.

    Raises:
        UsageError: there is no such kind.
    """
    key, follow = _chosen_learning(kind)
    shops = []
    with meter(stderr()) as shown:
        for number in range(seeds):
            shown.at(say("floor.playing", language), number, seeds)
            shops.append(follow(WORLDS[key], agents=agents, seed=seed + number, settings=Plan().settings))
    # Days differ in how busy they are; a night that not every shop has seen is left out.
    nights = [[steps[night] for steps in shops] for night in range(min(map(len, shops)))]
    if as_json:
        write_json({
            "schema": "tanggap.learning/1", "kind": kind, "world": key, "agents": agents,
            "seeds": [seed + number for number in range(seeds)],
            "steps": [[[step.conversations, step.share] for step in steps] for steps in shops],
        })  # fmt: skip
        return 0
    formats, table = Formats(language, CURRENCY), Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("nights", "seen", "learning", "learnt_once"):
        table.add_column(word(column, language), justify="right")
    once = _spread([step.share for step in nights[0]], formats)
    for night, steps in enumerate(nights):
        seen = formats.number(sum(step.conversations for step in steps) / seeds, 0)
        table.add_row(str(night), seen, _spread([step.share for step in steps], formats), once)
    stdout().print(table)
    return 0


def _chosen_learning(kind: str) -> tuple[str, Callable[..., Sequence[Step]]]:
    known = {"wrong_prior": ("base", learn_from_wrong), "drift": ("drift", learn_through_drift)}
    if kind not in known:
        raise UsageError(f"there is no {kind!r}", place="--learning", hint=f"one of {', '.join(known)}")
    return known[kind]


def _spread(shares: Sequence[float], formats: Formats) -> str:
    low, high = (formats.number(100 * share, 1) for share in (min(shares), max(shares)))
    return f"{formats.share(sum(shares) / len(shares))} ({low}–{high})"


def _chosen(asked: Sequence[str], known: tuple[str, ...], place: str) -> tuple[str, ...]:
    wanted = [key for text in asked for key in text.split(",") if key]
    if "all" in wanted:
        return known
    for key in wanted:
        if key not in known:
            raise UsageError(f"there is no {key!r}", place=place, hint=f"one of all, {', '.join(known)}")
    return tuple(key for key in known if key in wanted)


_MONEY: Final = ("net", "share_of_bound", "over_complexity", "share_of_true")
_SERVICE: Final = ("asked_wait", "asked_gave_up", "honoured", "wait_p90", "chose", "occupancy", "ease", "returns")


def _table(found: Comparison, world: str, columns: Sequence[str], formats: Formats) -> Table:
    plan, language = found.plan, formats.language
    title = word("title", language).format(
        world=word(world, language), agents=plan.agents, days=plan.days, seeds=len(found.seeds(world))
    )
    table = Table(
        title=title if columns is _MONEY else None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in ("policy", *columns):
        table.add_column(word(column, language), justify="left" if column == "policy" else "right")
    for key in plan.policies:
        cells = _cells(found, world, key, formats)
        style = "bold" if key == "tanggap" else ""
        table.add_row(word(key, language), *(cells[column] for column in columns), style=style)
    return table


def _cells(found: Comparison, world: str, key: str, formats: Formats) -> dict[str, str]:
    def mean(measure: str) -> float:
        return found.mean(world, key, measure).value

    asked = f"{formats.number(mean('asked_wait_median'), 1)} … {formats.number(mean('asked_wait_p90'), 1)}"
    return {
        "net": formats.money(found.mean(world, key, "net_value_per_conversation").value),
        **{name: _ratio(found, world, key, name, formats) for name in RATIOS},
        "asked_wait": asked, "asked_gave_up": formats.share(mean("asked_gave_up")),
        "honoured": formats.share(mean("honoured")), "wait_p90": formats.number(mean("wait_p90"), 1),
        "chose": f"{formats.share(mean('chose_bot'))}, {formats.share(mean('chose_callback'))}",
        "occupancy": formats.share(mean("occupancy"), 0), "ease": formats.number(mean("ease"), 2),
        "returns": formats.share(mean("returns")),
    }  # fmt: skip


def _ratio(found: Comparison, world: str, key: str, name: str, formats: Formats) -> str:
    against = RATIOS[name]
    if key == against or (against != BOUND and against not in found.plan.policies):
        return "–"
    ratio = found.ratio(world, key, name)
    if isnan(ratio.low):
        return formats.share(ratio.value)
    low, high = (formats.number(100 * part, 1) for part in (ratio.low, ratio.high))
    return f"{formats.share(ratio.value)} ({low}–{high})"


def as_dict(found: Comparison) -> dict[str, object]:
    """Every measure of every policy and world: mean and interval, and the ratios."""
    plan = found.plan
    worlds: dict[str, object] = {}
    for world in plan.worlds:
        measures = sorted({name for key in plan.policies for name in found.found[world, key, found.seeds(world)[0]]})
        worlds[world] = {
            "seeds": found.seeds(world), "bound": _triple(found.mean(world, BOUND, "net_value")),
            "policies": {
                key: {name: _triple(found.mean(world, key, name)) for name in measures}
                | {
                    name: _triple(found.ratio(world, key, name))
                    for name, against in RATIOS.items()
                    if against == BOUND or against in plan.policies
                }
                for key in plan.policies
            },
        }  # fmt: skip
    return {
        "schema": "tanggap.floor/1", "agents": plan.agents, "days": plan.days, "currency": "IDR", "worlds": worlds,
    }  # fmt: skip


def _triple(interval: Interval) -> list[float | None]:
    return [None if isnan(part) else part for part in (interval.value, interval.low, interval.high)]


def page(found: Comparison, formats: Formats) -> str:
    """An HTML page without scripts: for each world, net value as a share of the bound, a bar a policy."""
    charts = "\n".join(f"<figure>{_chart(found, world, formats)}</figure>" for world in found.plan.worlds)
    title = escape(word("share_of_bound", formats.language))
    return (
        f'<!doctype html><html lang="{formats.language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>{charts}'
        "</html>"
    )


#: As many columns as fit; each chart drawn twice, for light and for dark.
_STYLE: Final = (
    "body{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:2rem;max-width:72rem;"
    "margin:1rem auto;padding:0 1rem;font-family:sans-serif;background:#fcfbf8;color:#1b2226}figure{margin:0}"
    "svg{width:100%;height:auto}.dark{display:none}@media(prefers-color-scheme:dark){"
    "body{background:#14191c;color:#eceff1}.light{display:none}.dark{display:block}}"
)


def _chart(found: Comparison, world: str, formats: Formats) -> str:
    groups = []
    for key in found.plan.policies:
        ratio = found.ratio(world, key, "share_of_bound")
        low, high = (None if isnan(part) else part for part in (ratio.low, ratio.high))
        mark = "better" if key == "tanggap" else "same"
        groups.append(Bar(word(key, formats.language), ratio.value, low, high, mark))
    label = f"{word(world, formats.language)}: {word('share_of_bound', formats.language)}"
    spec = bars(groups, label=label, unit="share", formats=formats, overall=1.0)
    drawn = "".join(
        f'<div class="{mode}">{draw(spec, mode, uid=f"floor-{world}-{mode}")}</div>' for mode in ("light", "dark")
    )
    return f"<figcaption>{escape(label)}</figcaption>{drawn}"
