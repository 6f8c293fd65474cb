"""Policies side by side on the simulated floor: a table a world, its numbers as JSON, and a page of charts."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import isnan
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tanggap.charts.draw import draw
from tanggap.charts.formats import Formats
from tanggap.charts.specs import Bar, bars
from tanggap.simulator.floor.compare import BOUND, RATIOS, Comparison, Interval, Plan, compare

#: What each policy and world is called, Indonesian and English.
NAMES: Final = {
    "bot_first": ("Bot dulu", "Bot first"),
    "everyone_human": ("Semua ke orang", "Everyone to a person"),
    "random": ("Acak", "Random"),
    "complexity_fifo": ("Kerumitan, urut datang", "Complexity, first in first out"),
    "complexity_controlled": ("Kerumitan, pengendali kami", "Complexity, our controller"),
    "clv_only": ("Nilai pelanggan saja", "Customer value only"),
    "static_threshold": ("Ambang tetap", "Static threshold"),
    "tanggap": ("Tanggap", "Tanggap"),
    "tanggap_true": ("Tanggap, nilai benar", "Tanggap with true values"),
    "bound": ("Batas serba tahu", "Clairvoyant bound"),
    "base": ("Dasar", "Base"),
    "value_follows_complexity": ("Nilai mengikuti kerumitan", "Value follows complexity"),
    "sales_heavy": ("Banyak penjualan", "Sales-heavy"),
    "demand_up": ("Permintaan +40 %", "Demand +40 %"),
    "agents_down": ("Petugas −33 %", "Agents −33 %"),
    "slack": ("Longgar", "Slack"),
}
_WORDS: Final = {
    "policy": ("kebijakan", "policy"),
    "net": ("nilai bersih per percakapan", "net value a conversation"),
    "share_of_bound": ("bagian dari batas", "share of the bound"),
    "over_complexity": ("terhadap kerumitan", "against complexity"),
    "share_of_true": ("terhadap nilai benar", "against true values"),
    "asked_wait": ("minta orang: median, p90 menit", "asked for a person: median, p90 min"),
    "asked_gave_up": ("menyerah", "gave up"),
    "honoured": ("dipenuhi", "honoured"),
    "wait_p90": ("tunggu p90", "wait p90"),
    "occupancy": ("keterisian", "occupancy"),
    "ease": ("kemudahan", "ease"),
    "returns": ("kembali 7 hari", "back in 7 days"),
    "title": (
        "{world} · {agents} petugas · {days} hari · {seeds} benih",
        "{world} · {agents} agents · {days} days · {seeds} seeds",
    ),
}
Progress = Callable[[int, int], None]


def word(key: str, language: str) -> str:
    """A policy's, world's or column's name."""
    pair = NAMES.get(key) or _WORDS[key]
    return pair[0 if language == "id" else 1]


def compared(
    plan: Plan, *, folder: Path | None = None, processes: int = 2, progress: Progress | None = None
) -> Comparison:  # fmt: skip
    """Plays the plan, or goes on with what the folder holds of it."""
    return compare(plan, folder=folder, processes=processes, progress=progress)


def show(found: Comparison, console: Console, formats: Formats) -> None:
    """A table a world."""
    for world in found.plan.worlds:
        console.print(_table(found, world, formats))


def _table(found: Comparison, world: str, formats: Formats) -> Table:
    plan, language = found.plan, formats.language
    title = word("title", language).format(
        world=word(world, language), agents=plan.agents, days=plan.days, seeds=len(found.seeds(world))
    )
    table = Table(title=title, title_justify="left")
    columns = (
        "policy", "net", "share_of_bound", "over_complexity", "share_of_true", "asked_wait", "asked_gave_up",
        "honoured", "wait_p90", "occupancy", "ease", "returns",
    )  # fmt: skip
    for column in columns:
        table.add_column(word(column, language), justify="left" if column == "policy" else "right")
    for key in plan.policies:
        table.add_row(word(key, language), *_cells(found, world, key, formats))
    return table


def _cells(found: Comparison, world: str, key: str, formats: Formats) -> list[str]:
    def mean(measure: str) -> float:
        return found.mean(world, key, measure).value

    net = found.mean(world, key, "net_value_per_conversation")
    ratios = [_ratio(found, world, key, name, formats) for name in RATIOS]
    return [
        formats.money(net.value), *ratios,
        f"{formats.number(mean('asked_wait_median'), 1)}, {formats.number(mean('asked_wait_p90'), 1)}",
        formats.share(mean("asked_gave_up")), formats.share(mean("honoured")), formats.number(mean("wait_p90"), 1),
        formats.share(mean("occupancy"), 0), formats.number(mean("ease"), 2), formats.share(mean("returns")),
    ]  # fmt: skip


def _ratio(found: Comparison, world: str, key: str, name: str, formats: Formats) -> str:
    against = RATIOS[name]
    if key == against or (against != BOUND and against not in found.plan.policies):
        return "–"
    ratio = found.ratio(world, key, name)
    if isnan(ratio.low):
        return formats.share(ratio.value)
    return f"{formats.share(ratio.value)} ({formats.share(ratio.low)} … {formats.share(ratio.high)})"


def as_json(found: Comparison) -> dict[str, object]:
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
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;font-family:sans-serif}figure{margin:0}"
    return (
        f'<!doctype html><html lang="{formats.language}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style><body>{charts}</body></html>"
    )


def _chart(found: Comparison, world: str, formats: Formats) -> str:
    groups = []
    for key in found.plan.policies:
        ratio = found.ratio(world, key, "share_of_bound")
        low, high = (None if isnan(part) else part for part in (ratio.low, ratio.high))
        mark = "better" if key == "tanggap" else "same"
        groups.append(Bar(word(key, formats.language), ratio.value, low, high, mark))
    label = f"{word(world, formats.language)}: {word('share_of_bound', formats.language)}"
    return f"<figcaption>{escape(label)}</figcaption>" + draw(
        bars(groups, label=label, unit="share", formats=formats, overall=1.0), uid=f"floor-{world}"
    )
