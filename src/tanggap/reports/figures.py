"""A cell written out: the words and numbers that every output shows of a figure."""

from __future__ import annotations

from dataclasses import dataclass

from tanggap.charts.formats import Formats
from tanggap.charts.together import Written, written
from tanggap.metrics.model import Better, Cell, MetricInfo, Status
from tanggap.reports.compare import Mark, change_mark
from tanggap.reports.content import text_of
from tanggap.reports.jsonfile import number


@dataclass(frozen=True)
class Figure:
    """One figure as text. Empty text means that there is nothing to say; ``has_data`` whether there is a value.

    ``mark`` is what the change is worth, ``sign`` its symbol (▲ ▼ ≈) and ``verdict`` the same in a word;
    ``target_met`` is None without a target or without data.
    """

    key: str
    label: str
    definition: str
    dated_by: str
    direction: str
    has_data: bool
    value: str
    interval: str
    n: str
    previous: str
    previous_n: str
    change: str
    change_interval: str
    mark: Mark
    sign: str
    verdict: str
    target: str
    target_met: bool | None
    target_word: str
    maturing: str
    foreign: str


_VERDICTS = {Mark.BETTER: "better", Mark.WORSE: "worse", Mark.DIFFERS: "differs", Mark.SAME: "by_chance"}


def sign(mark: Mark, difference: float | None) -> str:
    """▲ or ▼ for a difference that counts, ≈ for one that chance explains."""
    if mark == Mark.NONE or difference is None:
        return ""
    return "≈" if mark == Mark.SAME else "▲" if difference > 0 else "▼"


def target_text(info: MetricInfo, text: str) -> str:
    """``≥ 80 %`` or ``≤ 2 mnt``; empty without a target."""
    return {Better.HIGHER: "≥ ", Better.LOWER: "≤ ", Better.NEITHER: ""}[info.better] + text if text else ""


def value_text(cell: Cell | None, info: MetricInfo, formats: Formats) -> tuple[str, str]:
    """The value and, under it, its interval or what keeps it from being read."""
    if cell is None or cell.status == Status.NO_DATA or cell.value is None:
        left_out = (("maturing_note", cell.maturing), ("foreign_note", cell.foreign)) if cell else ()
        return formats.word("no_data"), "; ".join(formats.word(key, n=formats.number(n)) for key, n in left_out if n)
    interval = formats.interval(info.unit, cell.low, cell.high)
    if cell.status == Status.TOO_FEW:
        interval = "; ".join(part for part in (interval, formats.word("too_few")) if part)
    return formats.value(info.unit, cell.value), interval


def figure(cell: Cell | None, info: MetricInfo, formats: Formats) -> Figure:
    """The cell of a figure as text; None stands for nothing counted."""
    language, unit = formats.language, info.unit
    cell = cell or Cell(info.key, {}, None, None, 0, None, None, Status.NO_DATA)
    value, interval = value_text(cell, info, formats)
    has_data = cell.value is not None and cell.status != Status.NO_DATA
    mark = change_mark(cell, info.better) if has_data else Mark.NONE
    met = cell.on_target if has_data and cell.target is not None else None
    texts = _texts(cell, unit, formats, value, has_data=has_data, missed=met is False)
    return Figure(
        key=info.key,
        label=text_of(info.label, language) or info.key,
        definition=text_of(info.definition, language),
        dated_by=info.dated_by,
        direction=formats.word(f"direction.{info.better}"),
        has_data=has_data,
        value=texts.value,
        interval=interval,
        n=formats.number(cell.n),
        previous=texts.previous,
        previous_n="" if cell.previous is None else formats.number(cell.previous_n),
        change=texts.change,
        change_interval=texts.change_interval,
        mark=mark,
        sign=sign(mark, cell.change),
        verdict=_verdict(mark, cell, formats),
        target=target_text(info, texts.target),
        target_met=met,
        target_word="" if met is None else formats.word("met" if met else "missed"),
        maturing=formats.number(cell.maturing) if cell.maturing else "",
        foreign=formats.number(cell.foreign) if cell.foreign else "",
    )


def _verdict(mark: Mark, cell: Cell, formats: Formats) -> str:
    """What the change is worth, in words; one beyond chance that is none is of periods of other lengths."""
    if mark == Mark.SAME and ((cell.change_low or 0.0) > 0 or (cell.change_high or 0.0) < 0):
        return formats.word("by_days")
    return formats.word(_VERDICTS[mark]) if mark in _VERDICTS else ""


def _texts(cell: Cell, unit: str, formats: Formats, value: str, *, has_data: bool, missed: bool) -> Written:
    """The cell's numbers, written so that they agree; without a value there is ``value`` to say instead."""
    value_now, previous, change = (number(one) for one in (cell.value, cell.previous, cell.change))
    if value_now is None or not has_data:
        return Written(
            value,
            previous="" if cell.previous is None else formats.value(unit, cell.previous),
            target="" if cell.target is None else formats.target(unit, cell.target),
        )
    return written(
        formats, unit, value_now, previous=previous, change=change, change_low=cell.change_low,
        change_high=cell.change_high, changed=bool(cell.changed), target=cell.target, missed=missed,
    )  # fmt: skip
