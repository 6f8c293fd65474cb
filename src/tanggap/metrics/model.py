"""What a figure is and what a scorecard holds: the dataclasses that cross package lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tanggap.core.periods import Period


class Unit(StrEnum):
    """What a figure is measured in. The value is a plain number; the unit says how to show it."""

    SECONDS = "seconds"  # a duration
    SHARE = "share"  # 0 … 1, shown as per cent
    SCORE = "score"  # −100 … 100 (CES, NPS), shown as is
    COUNT = "count"
    PER_DAY = "per_day"  # so many a day worked
    MEAN_COUNT = "mean_count"  # so many each (messages a conversation)
    MONEY = "money"  # minor units of the scorecard's currency


class Better(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Status(StrEnum):
    """Whether a figure can be read."""

    OK = "ok"
    TOO_FEW = "too_few"  # fewer than five rows: shown, and marked
    NO_DATA = "no_data"  # no rows, or nothing to divide by: never shown as zero


@dataclass(frozen=True)
class MetricInfo:
    """What a reader needs to know of a figure. ``label`` and ``definition`` by language (``id``, ``en``)."""

    key: str
    family: str  # chatbot | ticket | survey | shop | routing, or the user's own
    label: Mapping[str, str]
    definition: Mapping[str, str]
    unit: Unit
    better: Better
    fact: str
    dated_by: str
    breakdowns: Sequence[str]


@dataclass(frozen=True)
class Cell:
    """One figure of one group in one bucket, never bare.

    ``value``, ``low`` and ``high`` (the 95 % interval) are in the metric's unit; durations in seconds, shares
    0 … 1, money in minor units. ``n`` counts the rows behind it. ``change`` is value − previous with its own 95 %
    interval; ``changed`` says whether it is more than chance, and more than the length of the periods explains.
    ``maturing`` counts rows whose outcome cannot be known yet, ``foreign`` rows whose money is in another currency
    than the scorecard's: a value leaves them out.
    ``bucket`` is the start instant of the grain's bucket, None for the whole period.
    """

    metric: str
    by: Mapping[str, str | None]
    bucket: int | None
    value: float | None
    n: int
    low: float | None
    high: float | None
    status: Status
    maturing: int = 0
    previous: float | None = None
    previous_n: int = 0
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    changed: bool | None = None
    target: float | None = None
    on_target: bool | None = None
    foreign: int = 0


@dataclass(frozen=True)
class Scorecard:
    """Figures side by side for one period.

    ``by`` names the break-down columns (empty: the whole desk). ``cells`` are ordered by metric, group, bucket.
    ``as_of`` is the instant up to which anything was known; what could not be known by then is maturing.
    """

    metrics: Sequence[MetricInfo]
    period: Period
    previous: Period | None
    timezone: str
    grain: str | None
    by: Sequence[str]
    as_of: int
    currency: str
    cells: Sequence[Cell]
    where: str = ""
    _index: dict[tuple[str, tuple[tuple[str, str | None], ...], int | None], Cell] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for cell in self.cells:
            self._index[(cell.metric, tuple(sorted(cell.by.items())), cell.bucket)] = cell

    def cell(self, metric: str, by: Mapping[str, str | None] | None = None, bucket: int | None = None) -> Cell | None:
        """The cell of that figure, group and bucket, or None if nothing was counted there."""
        return self._index.get((metric, tuple(sorted((by or {}).items())), bucket))

    def groups(self) -> list[Mapping[str, str | None]]:
        """The groups of the break-down, in the order of the cells."""
        seen: dict[tuple[tuple[str, str | None], ...], Mapping[str, str | None]] = {}
        for cell in self.cells:
            seen.setdefault(tuple(sorted(cell.by.items())), cell.by)
        return list(seen.values())

    def info(self, metric: str) -> MetricInfo:
        """What is known of that figure.

        Raises:
            KeyError: the scorecard does not hold it.
        """
        for info in self.metrics:
            if info.key == metric:
                return info
        raise KeyError(metric)
