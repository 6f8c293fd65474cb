"""What a figure is, in plain Python: which rows it is about, and what is said of them.

A row is a dictionary of a fact's columns; instants and durations are integers of microseconds, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from plain_time import DAY, HOUR, MINUTE, SECOND

Row = dict[str, Any]


@dataclass(frozen=True)
class Now:
    """What is known of the world, and the shop's settings (docs/SETTINGS.md), beside the rows."""

    as_of: int
    currency: str = "IDR"
    return_time: int = 7 * DAY
    retention_time: int = 90 * DAY
    attribution_time: int = 7 * DAY
    cross_sell_time: int = 90 * DAY
    survey_time: int = 7 * DAY
    service_level: int = 1_200 * SECOND
    due_soon: int = 60 * MINUTE
    idle_time: int = 24 * HOUR
    nps_from_one: bool = False
    csat_weights: tuple[tuple[str, float], ...] = ()
    targets: tuple[tuple[str, float], ...] = ()

    def over(self, at: int | None, length: int) -> bool:
        """Whether so much time has passed since an instant."""
        return at is not None and at + length <= self.as_of


Test = Callable[[Row, Now], bool]
Number = Callable[[Row, Now], "float | None"]


@dataclass(frozen=True)
class Answer:
    """A figure's value (None: no data), the rows that count, how many mature, how many are in foreign money.

    ``parts`` is what its interval is made of.
    """

    value: float | None
    counted: Sequence[Row]
    maturing: int = 0
    foreign: int = 0
    kind: str = ""
    parts: tuple[Any, ...] = ()

    @property
    def n(self) -> int:
        return len(self.counted)


@dataclass(frozen=True)
class Stated:
    """A figure: its fact, the instant that dates a row, and its answer from the rows of a cell.

    ``once``: of each customer only the first row of a period counts. ``at_end``: its answer is taken at an instant,
    from every row there is.
    """

    fact: str
    dated_by: str
    answer: Callable[[Sequence[Row], Now], Answer]
    once: bool = False
    at_end: Callable[[Sequence[Row], Now, int], Answer | None] | None = None


Family = dict[str, Stated]


def always(row: Row, now: Now) -> bool:
    return True


def never(row: Row, now: Now) -> bool:
    return False


def by(first: int | None, last: int | None) -> bool:
    """Whether both are known and the first is not later than the last."""
    return first is not None and last is not None and first <= last


def within(since: int | None, length: int, at: int | None) -> bool:
    """Whether ``at`` is no more than ``length`` after ``since``."""
    return since is not None and at is not None and at - since <= length


def plus(at: int | None, length: int) -> int | None:
    return None if at is None else at + length


def share(fact: str, dated_by: str, top: Test, of: Test = always, young: Test = never, once: bool = False) -> Stated:
    """Rows of ``of`` that meet ``top`` ÷ rows of ``of``; ``young`` ones are maturing, and in neither."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        about = [row for row in rows if of(row, now)]
        counted = [row for row in about if not young(row, now)]
        good = sum(bool(top(row, now)) for row in counted)
        value = good / len(counted) if counted else None
        return Answer(value, counted, len(about) - len(counted), kind="share", parts=(good, len(counted)))

    return Stated(fact, dated_by, answer, once)


def _known(rows: Iterable[Row], value: Number, of: Test, now: Now) -> tuple[list[Row], list[float]]:
    counted = [row for row in rows if of(row, now) and value(row, now) is not None]
    return counted, [value(row, now) for row in counted]  # type: ignore[misc]


def mean(
    fact: str, dated_by: str, value: Number, of: Test = always, young: Test = never, *,
    unit: int = 1, once: bool = False, money: bool = False,
) -> Stated:  # fmt: skip
    """The mean of a value over rows where it is known; ``unit`` divides it (microseconds into seconds)."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        counted, values = _known(rows, value, of, now)
        found = sum(values) / len(values) / unit if values else None
        maturing = sum(of(row, now) and young(row, now) for row in rows)
        foreign = sum(of(row, now) and row["currency"] != now.currency for row in rows) if money else 0
        return Answer(found, counted, maturing, foreign, "mean", tuple(one / unit for one in values))

    return Stated(fact, dated_by, answer, once)


def percentile(
    fact: str, dated_by: str, value: Number, hundredths: int, of: Test = always, young: Test = never, unit: int = 1
) -> Stated:
    """The values in order; at (n − 1) · p counted from the first, between two of them in proportion."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        counted, values = _known(rows, value, of, now)
        maturing = sum(of(row, now) and young(row, now) for row in rows)
        if not values:
            return Answer(None, [], maturing)
        ordered = sorted(values)
        whole, rest = divmod((len(ordered) - 1) * hundredths, 100)
        after = ordered[min(whole + 1, len(ordered) - 1)]
        found = (ordered[whole] * (100 - rest) + after * rest) / 100 / unit
        return Answer(found, counted, maturing, kind="percentile",
                      parts=(hundredths, tuple(one / unit for one in ordered)))  # fmt: skip

    return Stated(fact, dated_by, answer)


def count(fact: str, dated_by: str, of: Test = always) -> Stated:
    """How many rows."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        counted = [row for row in rows if of(row, now)]
        return Answer(len(counted) or None, counted, kind="count", parts=(len(counted),))

    return Stated(fact, dated_by, answer)


def distinct(fact: str, dated_by: str, name: str, of: Test = always) -> Stated:
    """How many different ones; n is the rows that name one."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        counted = [row for row in rows if of(row, now) and row[name] is not None]
        number = len({row[name] for row in counted})
        return Answer(number or None, counted, kind="count", parts=(number,))

    return Stated(fact, dated_by, answer)


def total(fact: str, dated_by: str, value: Number, of: Test = always, money: bool = False) -> Stated:
    """The sum of a value over rows where it is known."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        counted, values = _known(rows, value, of, now)
        foreign = sum(of(row, now) and row["currency"] != now.currency for row in rows) if money else 0
        return Answer(sum(values) if counted else None, counted, 0, foreign, "total", tuple(values))

    return Stated(fact, dated_by, answer)


def ratio(
    fact: str, dated_by: str, top: Number, bottom: Number, of: Test = always, young: Test = never, *, unit: int = 1,
    once: bool = False,
) -> Stated:  # fmt: skip
    """A sum ÷ a sum: of nothing at the bottom, no data; ``young`` ones are maturing, and in neither."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        known = [row for row in rows if of(row, now) and top(row, now) is not None and bottom(row, now) is not None]
        counted = [row for row in known if not young(row, now)]
        maturing = sum(of(row, now) and young(row, now) for row in rows)
        pairs = tuple((top(row, now) / unit, bottom(row, now)) for row in counted)  # type: ignore[operator]
        below = sum(pair[1] for pair in pairs)  # type: ignore[misc]
        value = sum(pair[0] for pair in pairs) / below if below > 0 else None
        return Answer(value, counted, maturing, kind="ratio", parts=pairs)

    return Stated(fact, dated_by, answer, once)


def net(fact: str, dated_by: str, side: Callable[[Row, Now], int], of: Test) -> Stated:
    """Per cent on the good side (1) less per cent on the bad (−1), of all."""

    def answer(rows: Sequence[Row], now: Now) -> Answer:
        counted = [row for row in rows if of(row, now)]
        sides = [side(row, now) for row in counted]
        value = 100 * sum(sides) / len(sides) if sides else None
        return Answer(value, counted, kind="net", parts=(sides.count(1), sides.count(0), sides.count(-1)))

    return Stated(fact, dated_by, answer)


def stock(fact: str, dated_by: str, there: Callable[[Row, Now, int], bool], watched: Test) -> Stated:
    """How many are there at an instant, as far as it is known; no data before anything that is watched had begun."""

    def at_end(rows: Sequence[Row], now: Now, end: int) -> Answer | None:
        end = min(end, now.as_of + 1)
        begun = [row for row in rows if watched(row, now) and row[dated_by] is not None and row[dated_by] < end]
        counted = [row for row in begun if there(row, now, end)]
        return Answer(len(counted), counted, kind="stock", parts=(len(counted),)) if begun else None

    return Stated(fact, dated_by, lambda rows, now: Answer(None, []), at_end=at_end)


@dataclass(frozen=True)
class Duration:
    """The figures of one duration: median, mean, 90th percentile; and on the working clock."""

    fact: str
    dated_by: str
    column: str
    of: Test = always
    young: Test = never
    mean_first: bool = False
    working: bool = True
    found: Family = field(default_factory=dict)

    def figures(self, key: str) -> Family:
        def known(name: str) -> Number:
            return lambda row, now: row[name]

        def middle(name: str) -> Stated:
            return percentile(self.fact, self.dated_by, known(name), 50, self.of, self.young, SECOND)

        def average(name: str) -> Stated:
            return mean(self.fact, self.dated_by, known(name), self.of, self.young, unit=SECOND)

        first, second, suffix = (average, middle, "median") if self.mean_first else (middle, average, "mean")
        p90 = percentile(self.fact, self.dated_by, known(self.column), 90, self.of, self.young, SECOND)
        figures = {key: first(self.column), f"{key}_{suffix}": second(self.column), f"{key}_p90": p90}
        return figures | ({f"{key}_working": first(f"{self.column}_working")} if self.working else {})
