"""The headline: what got better, what got worse, what misses its target, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tanggap.metrics.model import Cell, MetricInfo
from tanggap.reports.compare import Mark
from tanggap.reports.content import Report
from tanggap.reports.figures import Figure, figure

_SHOWN: Final = 6


@dataclass(frozen=True)
class Sentence:
    """One line of the summary about one figure."""

    key: str
    label: str
    text: str
    note: str


@dataclass(frozen=True)
class Block:
    """One part of the summary: its heading, its sentences, or what to say where there are none."""

    heading: str
    mark: Mark
    sentences: Sequence[Sentence]
    nothing: str
    more: str


@dataclass(frozen=True)
class Summary:
    """The opening sentence and its parts: better, worse, off target."""

    opening: str
    blocks: Sequence[Block]


def summarise(report: Report) -> Summary:
    """The summary of a report; only changes that are more than chance are mentioned."""
    formats, card = report.formats, report.overall
    rows = [(info, card.cell(info.key), figure(card.cell(info.key), info, formats)) for info in card.metrics]
    better = [row for row in rows if row[2].mark == Mark.BETTER]
    worse = [row for row in rows if row[2].mark == Mark.WORSE]
    missed = [row for row in rows if row[2].target_met is False]
    aimed = any(row[2].target for row in rows)
    opening = _opening(report, len(better), len(worse))
    if aimed:
        opening += " " + formats.word("opening_missed", missed=_figures(report, len(missed)))
    blocks = [_block(report, "got_worse", Mark.WORSE, worse), _block(report, "got_better", Mark.BETTER, better)]
    blocks = blocks if card.previous else []
    return Summary(opening, [*blocks, _missed(report, missed, "nothing_missed" if aimed else "no_targets")])


def _opening(report: Report, better: int, worse: int) -> str:
    if report.overall.previous is None:
        return report.formats.word("opening_alone")
    if not better and not worse:
        return report.formats.word("opening_held")
    return report.formats.word("opening", better=_figures(report, better), worse=worse)


def _figures(report: Report, count: int) -> str:
    return report.formats.word("figures.one") if count == 1 else report.formats.word("figures", n=count)


_Row = tuple[MetricInfo, Cell | None, Figure]


def _strength(row: _Row) -> float:
    """How far a change is from nothing, in units of its interval: the clearest first."""
    cell = row[1]
    if cell is None or cell.change is None or cell.change_low is None or cell.change_high is None:
        return 0.0
    return -abs(cell.change) / ((cell.change_high - cell.change_low) or 1.0)


def _block(report: Report, heading: str, mark: Mark, rows: Sequence[_Row]) -> Block:
    formats = report.formats
    sentences = []
    for _, cell, text in sorted(rows, key=_strength)[:_SHOWN]:
        verb = "rose" if cell is not None and (cell.change or 0) > 0 else "fell"
        moved = formats.word(verb, previous=text.previous, value=text.value)
        note = text.change + (f" ({text.change_interval})" if text.change_interval else "")
        sentences.append(Sentence(text.key, text.label, moved, note))
    nothing = formats.word(f"nothing_{mark}")
    return Block(formats.word(heading), mark, sentences, nothing, _more(report, len(rows)))


def _missed(report: Report, rows: Sequence[_Row], nothing: str) -> Block:
    formats = report.formats
    sentences = [
        Sentence(text.key, text.label, formats.word("off_target", value=text.value, target=text.target), text.interval)
        for _, _, text in rows[:_SHOWN]
    ]
    return Block(
        formats.word("misses_target"), Mark.DIFFERS, sentences, formats.word(nothing), _more(report, len(rows))
    )


def _more(report: Report, count: int) -> str:
    return report.formats.word("and_more", n=count - _SHOWN) if count > _SHOWN else ""
