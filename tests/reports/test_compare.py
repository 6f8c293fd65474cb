"""A group is marked only where it differs by more than chance."""

from __future__ import annotations

import random
from dataclasses import replace

from factory import infos

from tanggap.metrics.model import Better, Cell, Status, Unit
from tanggap.reports.compare import Mark, change_mark, group_marks

CSAT = next(info for info in infos() if info.key == "csat")


def share(value: float, half: float, *, status: Status = Status.OK, n: int = 100) -> Cell:
    return Cell("csat", {"agent": "x"}, None, value, n, value - half, value + half, status)


def test_a_group_whose_interval_holds_the_overall_value_is_the_same() -> None:
    assert group_marks([share(0.75, 0.06)], share(0.8, 0.01), CSAT) == [Mark.SAME]


def test_a_clear_difference_is_better_or_worse_by_the_figures_direction() -> None:
    cells = [share(0.9, 0.03), share(0.7, 0.03)]
    assert group_marks(cells, share(0.8, 0.01), CSAT) == [Mark.BETTER, Mark.WORSE]
    lower = replace(CSAT, better=Better.LOWER)
    assert group_marks(cells, share(0.8, 0.01), lower) == [Mark.WORSE, Mark.BETTER]
    neither = replace(CSAT, better=Better.NEITHER)
    assert group_marks(cells, share(0.8, 0.01), neither) == [Mark.DIFFERS, Mark.DIFFERS]


def test_what_would_count_alone_does_not_count_among_twenty() -> None:
    just = share(0.8 + 0.03 * 1.1, 0.03)
    assert group_marks([just], share(0.8, 0.01), CSAT) == [Mark.BETTER]
    others = [share(0.801, 0.03)] * 19
    assert group_marks([just, *others], share(0.8, 0.01), CSAT)[0] == Mark.SAME


def test_thirty_equal_agents_are_rarely_told_apart() -> None:
    chance, false_alarms, trials = random.Random(1), 0, 300
    for _ in range(trials):
        agents = []
        for _ in range(30):
            value = chance.gauss(0.8, 0.02)
            agents.append(share(value, 1.96 * 0.02))
        false_alarms += any(mark != Mark.SAME for mark in group_marks(agents, share(0.8, 0.004), CSAT))
    assert false_alarms / trials < 0.09, "Holm keeps the chance of even one near 5 %"


def test_too_few_rows_are_never_marked() -> None:
    assert group_marks([share(0.1, 0.01, status=Status.TOO_FEW, n=3)], share(0.8, 0.01), CSAT) == [Mark.SAME]


def test_groups_without_data_counts_and_sums_have_no_mark() -> None:
    empty = Cell("csat", {}, None, None, 0, None, None, Status.NO_DATA)
    assert group_marks([None, empty], share(0.8, 0.01), CSAT) == [Mark.NONE, Mark.NONE]
    counted = replace(CSAT, unit=Unit.COUNT)
    assert group_marks([share(5, 1)], share(10, 1), counted) == [Mark.NONE]
    sales = replace(CSAT, unit=Unit.MONEY)
    assert group_marks([share(40, 1), share(60, 1)], share(100, 1), sales) == [Mark.NONE, Mark.NONE]
    assert Mark.NONE not in group_marks([share(40, 1), share(60, 1)], share(50, 1), sales), "a cost per conversation"


def test_an_interval_of_no_width_is_not_endless_certainty() -> None:
    tied = share(0.9, 0.0)
    assert group_marks([tied, share(0.81, 0.05)], share(0.8, 0.01), CSAT)[0] == Mark.SAME


def test_a_change_that_chance_explains_is_neither_better_nor_worse() -> None:
    cell = replace(share(0.8, 0.02), previous=0.79, change=0.01, changed=False)
    assert change_mark(cell, Better.HIGHER) == Mark.SAME
    assert change_mark(replace(cell, changed=True), Better.HIGHER) == Mark.BETTER
    assert change_mark(replace(cell, changed=True), Better.LOWER) == Mark.WORSE
    assert change_mark(replace(cell, changed=None), Better.LOWER) == Mark.NONE
