"""A seller's standing: the marketplaces' own rules, each with its figure, its limit and the headroom left.

The rules are data. Those known to begin with are below; a shop's own (settings, ``[[standing]]``) replace them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from tanggap.core.errors import SettingsError
from tanggap.core.instants import zone
from tanggap.core.periods import Period, local_day, local_midnight
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.declare import Metric
from tanggap.metrics.model import Better, Cell, Unit
from tanggap.metrics.scorecard import last_event, scorecard
from tanggap.metrics.shapes import Share
from tanggap.records.lake import Snapshot

_MOST_DAYS: Final = 3_650


class Verdict(StrEnum):
    """How a seller stands with a rule."""

    PASS = "pass"
    FAIL = "fail"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class StandingRule:
    """One rule: the figure ``metric`` over the last ``days`` local days must stay on the right side of ``limit``.

    ``limit`` is in the figure's unit (a share 0 … 1, seconds). ``strict``: reaching the limit already breaks it
    ("less than 1 %"). ``label`` by language. ``where`` narrows the rows as on a scorecard. It holds from
    ``valid_from`` until the day before ``valid_until``.
    """

    key: str
    label: Mapping[str, str]
    metric: str
    limit: float
    days: int
    strict: bool = False
    where: str = ""
    valid_from: date = date(1970, 1, 1)
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the rule applies on a local day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


#: The rules known to begin with.
RULES: Final[tuple[StandingRule, ...]] = (
    StandingRule("messages_within_24_hours", {"id": "Pesan dijawab dalam 24 jam",
                                              "en": "Messages answered within 24 h"},
                 "message_answer_rate", 1.0, 30),
    StandingRule("returns_within_48_hours", {"id": "Permintaan retur dijawab dalam 48 jam",
                                             "en": "Return requests answered within 48 h"},
                 "return_answer_rate", 1.0, 30),
    StandingRule("order_defects", {"id": "Pesanan bermasalah", "en": "Order defects"},
                 "order_defect_rate", 0.01, 60, strict=True),
    StandingRule("on_time_delivery", {"id": "Tiba tepat waktu", "en": "Delivered on time"},
                 "on_time_delivery_rate", 0.99, 30),
    StandingRule("cancellations", {"id": "Pembatalan oleh penjual", "en": "Cancellations by the seller"},
                 "cancellation_rate", 0.01, 30, strict=True),
    StandingRule("response_rate", {"id": "Tingkat respons", "en": "Response rate"}, "message_answer_rate", 0.90, 7),
    StandingRule("mean_response", {"id": "Rata-rata waktu respons", "en": "Mean response time"},
                 "reply_time", 300.0, 7),
)  # fmt: skip


@dataclass(frozen=True)
class StandingRow:
    """How the shop stands with one rule.

    ``figure`` and ``limit`` are in ``unit``. ``headroom`` counts the failures that may still come in the window while
    ``n`` grows by them (shares), or the seconds the mean may still grow by (durations); negative: how many fewer
    failures, or seconds, it would have taken to pass. None without data. ``sentence`` says it by language.
    """

    rule: StandingRule
    figure: float | None
    n: int
    maturing: int
    unit: Unit
    better: Better
    verdict: Verdict
    headroom: float | None
    sentence: Mapping[str, str]


def seller_standing(
    engine: Engine, snapshot: Snapshot, settings: Settings, *, timezone: str | None = None, as_of: int | None = None
) -> list[StandingRow]:
    """Every rule that holds today, with figure, verdict and headroom.

    The window ends with the local day of ``as_of`` (by default the last event).

    Raises:
        SettingsError: a rule of the settings is wrong.
    """
    timezone = timezone or settings.shop.timezone
    as_of = last_event(snapshot, engine) if as_of is None else as_of
    today = local_day(as_of, zone(timezone))
    found = []
    for rule in rules_of(settings):
        if not rule.holds_on(today):
            continue
        end = local_midnight(today + timedelta(days=1), zone(timezone))
        start = local_midnight(today - timedelta(days=rule.days - 1), zone(timezone))
        card = scorecard(
            engine, snapshot, settings, metrics=[rule.metric], period=Period(start, end), compare=None,
            where=rule.where, timezone=timezone, as_of=as_of,
        )  # fmt: skip
        found.append(judge(rule, catalog(settings)[rule.metric], card.cell(rule.metric)))
    return found


def judge(rule: StandingRule, metric: Metric, cell: Cell | None) -> StandingRow:
    """One rule held against its figure."""
    maturing = cell.maturing if cell else 0
    if cell is None or cell.value is None:
        none = {"id": "belum ada data", "en": "no data"}
        return StandingRow(rule, None, 0, maturing, metric.unit, metric.better, Verdict.NO_DATA, None, none)
    left = _failures_left(rule, metric, cell) if metric.unit is Unit.SHARE else _room(rule, metric, cell.value)
    verdict = Verdict.PASS if _passes(rule, metric.better, cell.value) else Verdict.FAIL
    words = _in_failures(int(left)) if metric.unit is Unit.SHARE else _in_amount(left, metric.unit)
    return StandingRow(rule, cell.value, cell.n, maturing, metric.unit, metric.better, verdict, left, words)


def _passes(rule: StandingRule, better: Better, value: float) -> bool:
    if value == rule.limit:
        return not rule.strict
    return value > rule.limit if better is Better.HIGHER else value < rule.limit


def _room(rule: StandingRule, metric: Metric, value: float) -> float:
    return rule.limit - value if metric.better is Better.LOWER else value - rule.limit


def _failures_left(rule: StandingRule, metric: Metric, cell: Cell) -> int:
    """How many more failures the window bears before the rule is broken, each a new row; below nought: how many of
    the failures there are would have had to be none.
    """
    assert cell.value is not None
    bad = round(cell.value * cell.n) if metric.better is Better.LOWER else cell.n - round(cell.value * cell.n)
    return headroom(bad, cell.n, rule.limit if metric.better is Better.LOWER else 1 - rule.limit, strict=rule.strict)


def headroom(failures: int, n: int, limit: float, *, strict: bool) -> int:
    """The most further failures k with (failures + k) ÷ (n + k) within ``limit`` (a share of failures, below 1);
    negative: minus the fewest failures that would have had to succeed.

    Counted, not solved: a limit such as 0.01 has no exact double, and a rule must not break by a rounding error.

    Raises:
        ValueError: a limit of 1 or more cannot be broken.
    """
    if not 0 <= limit < 1:
        raise ValueError("a share of failures cannot exceed such a limit")

    def within(bad: int, rows: int) -> bool:
        near = math.isclose(bad, limit * rows, rel_tol=1e-12, abs_tol=1e-9)
        return not strict if near else bad < limit * rows

    if within(failures, n):
        more = max(0, math.floor((limit * n - failures) / (1 - limit)) + 2)
        while more and not within(failures + more, n + more):
            more -= 1
        return more
    fewer = max(0, math.floor(failures - limit * n) - 1)
    while fewer < failures and not within(failures - fewer, n):
        fewer += 1
    return -fewer


def _in_failures(left: int) -> dict[str, str]:
    if left > 0:
        return {"id": f"masih boleh {left} kali meleset", "en": f"{left} more {_failures(left)} allowed"}
    if left == 0:
        return {"id": "tidak boleh meleset lagi", "en": "not one more failure allowed"}
    return {"id": f"kelebihan {-left} kali meleset", "en": f"{-left} {_failures(-left)} too many"}


def _failures(count: int) -> str:
    return "failure" if count == 1 else "failures"


#: Seconds are told in minutes from two minutes on.
_IN_MINUTES: Final = 120


def _in_amount(left: float, unit: Unit) -> dict[str, str]:
    amount, words = round(abs(left)), {"id": "", "en": ""}
    if unit is Unit.SECONDS and amount >= _IN_MINUTES:
        amount, words = round(amount / 60), {"id": " menit", "en": " min"}
    elif unit is Unit.SECONDS:
        words = {"id": " detik", "en": " s"}
    if left >= 0:
        return {"id": f"sisa {amount}{words['id']}", "en": f"{amount}{words['en']} left"}
    return {"id": f"lebih {amount}{words['id']}", "en": f"{amount}{words['en']} too much"}


def rules_of(settings: Settings) -> tuple[StandingRule, ...]:
    """The shop's own rules, or those known to begin with.

    Raises:
        SettingsError: a rule names no figure, or a limit, number of days or date that cannot be.
    """
    if not settings.standing:
        return RULES
    figures = catalog(settings)
    return tuple(_rule(row, f"[[standing]] {place}", figures) for place, row in enumerate(settings.standing, 1))


_KEYS: Final = ("key", "label_id", "label_en", "metric", "limit", "days", "strict", "where", "valid_from",
                "valid_until")  # fmt: skip


def _rule(row: Mapping[str, Any], place: str, figures: Mapping[str, Metric]) -> StandingRule:
    for name in row:
        if name not in _KEYS:
            raise SettingsError(f"unknown setting {name!r}", place=place, hint=f"one of {', '.join(_KEYS)}")
    metric, limit, days = str(row.get("metric")), row.get("limit"), row.get("days", 30)
    if metric not in figures:
        raise SettingsError(f"metric is {metric!r}", place=place, hint="name a figure; see 'tanggap explain'")
    found = figures[metric]
    a_share = found.unit is Unit.SHARE
    if found.better is Better.NEITHER or (a_share and not isinstance(found.shape, Share)):
        raise SettingsError(f"{metric} cannot be a rule", place=place, hint="name a figure with a better side")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or (a_share and not _sensible(limit, found)):
        hint = "a number: a share above 0 (if more is better) or below 1 (if less is), a duration in seconds"
        raise SettingsError(f"limit is {limit!r}", place=place, hint=hint)
    if isinstance(days, bool) or not isinstance(days, int) or not 0 < days <= _MOST_DAYS:
        raise SettingsError(f"days is {days!r}", place=place, hint="a whole number of days, at least 1")
    key = str(row.get("key", metric))
    english = str(row.get("label_en", row.get("label_id", found.label_en)))
    label = {"id": str(row.get("label_id", row.get("label_en", found.label_id))), "en": english}
    since = _day(row.get("valid_from"), f"{place} valid_from") or date(1970, 1, 1)
    until = _day(row.get("valid_until"), f"{place} valid_until")
    return StandingRule(key, label, metric, float(limit), days, bool(row.get("strict", False)),
                        str(row.get("where", "")), since, until)  # fmt: skip


def _sensible(limit: float, metric: Metric) -> bool:
    """Whether such a limit of a share can be broken at all."""
    return 0 < limit <= 1 if metric.better is Better.HIGHER else 0 <= limit < 1


def _day(value: object, place: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SettingsError(f"{value!r} is no date", place=place, hint="write 2026-03-01") from None


def failing(rows: Sequence[StandingRow]) -> list[StandingRow]:
    """The rules that are broken."""
    return [row for row in rows if row.verdict is Verdict.FAIL]
