"""How a figure is declared: once, with its words beside its expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tanggap.core.instants import SECOND
from tanggap.metrics.model import Better, MetricInfo, Unit
from tanggap.metrics.shapes import Condition, Mean, Number, Percentile, Shape, everything

#: Break-downs of a conversation's facts: the name people use, and the column that holds it.
CONVERSATION_BREAKDOWNS: Final[dict[str, str]] = {
    "channel": "channel",
    "brand": "brand",
    "team": "team",
    "agent": "agent_id",
    "intent": "intent",
    "category": "category",
    "complexity": "complexity",
    "language": "language",
    "priority": "priority",
    "first_responder": "first_responder",
    "tier": "customer_tier",
}

#: The break-downs each fact offers.
BREAKDOWNS: Final[dict[str, dict[str, str]]] = {
    "conversation_facts": {**CONVERSATION_BREAKDOWNS, "handoff_reason": "handoff_reason"},
    "first_conversations": CONVERSATION_BREAKDOWNS,
    "reply_facts": {**CONVERSATION_BREAKDOWNS, "agent": "replier_id"},
    "sla_facts": {**CONVERSATION_BREAKDOWNS, "target": "target"},
    "span_facts": CONVERSATION_BREAKDOWNS,
    "holding_facts": {**CONVERSATION_BREAKDOWNS, "agent": "holder_id"},
    "work_facts": {"agent": "agent_id"},
    "ticket_flows": CONVERSATION_BREAKDOWNS,
    "agent_days": {"agent": "agent_id", "team": "team"},
    "customer_facts": {"tier": "customer_tier"},
    "order_facts": {
        "channel": "channel",
        "brand": "brand",
        "tier": "customer_tier",
        "first_responder": "first_responder",
    },
    "first_orders": {"channel": "channel", "brand": "brand", "tier": "customer_tier"},
    "survey_facts": {**CONVERSATION_BREAKDOWNS, "stage": "stage"},
    "review_facts": {"channel": "channel", "brand": "brand"},
    "decision_facts": {**CONVERSATION_BREAKDOWNS, "reason": "reason", "arm": "arm", "policy": "policy"},
}


@dataclass(frozen=True)
class Metric:
    """One figure: what it is called and means, of which fact, when it is dated, and how it is computed.

    ``headline`` figures make up the scorecard by default, but where it is broken down by one of ``by_all_but``; the
    others are shown when asked for, and where it is broken down by ``headline_by``. ``never_by`` is a break-down that
    the fact offers and that would be wrong here.
    """

    key: str
    family: str
    label_id: str
    label_en: str
    definition_id: str
    definition_en: str
    unit: Unit
    better: Better
    fact: str
    dated_by: str
    shape: Shape
    headline: bool = True
    headline_by: str = ""
    by_all_but: tuple[str, ...] = ()
    never_by: str = ""

    @property
    def breakdowns(self) -> dict[str, str]:
        """Names of break-downs and the columns that hold them."""
        return {name: column for name, column in BREAKDOWNS[self.fact].items() if name != self.never_by}

    def is_headline(self, by: Sequence[str] = ()) -> bool:
        """Whether a scorecard broken down so shows it unasked."""
        return self.headline_by in by or (self.headline and not set(self.by_all_but) & set(by))

    @property
    def info(self) -> MetricInfo:
        """What a reader needs to know of the figure."""
        return MetricInfo(
            self.key, self.family, {"id": self.label_id, "en": self.label_en},
            {"id": self.definition_id, "en": self.definition_en}, self.unit, self.better, self.fact, self.dated_by,
            tuple(self.breakdowns),
        )  # fmt: skip


def column(name: str) -> Number:
    """The value of a column."""
    return lambda rows, context: rows[name]


def flag(name: str) -> Condition:
    """Whether a column is true."""
    return lambda rows, context: rows[name]


def known(name: str) -> Condition:
    """Whether a column is filled."""
    return lambda rows, context: rows[name].notnull()


def unknown(name: str) -> Condition:
    """Whether a column is empty."""
    return lambda rows, context: rows[name].isnull()


@dataclass(frozen=True)
class Duration:
    """A duration on both clocks, as a family of figures: ``key`` (its headline statistic), and ``_median`` or
    ``_mean`` (the other one), ``_p90`` and ``_working`` (the headline statistic in working time).
    """

    key: str
    family: str
    label_id: str
    label_en: str
    definition_id: str
    definition_en: str
    fact: str
    dated_by: str
    column: str
    of: Condition = everything
    maturing: Condition | None = None
    headline_is_mean: bool = False
    working: bool = True
    better: Better = Better.LOWER
    by_all_but: tuple[str, ...] = ()

    def metrics(self) -> Sequence[Metric]:
        """The figures of the family."""
        scale = float(SECOND)
        value = column(self.column)
        median = Percentile(value, 0.5, self.of, scale, self.maturing)
        mean = Mean(value, self.of, scale, self.maturing)
        p90 = Percentile(value, 0.9, self.of, scale, self.maturing)
        first, second = (mean, median) if self.headline_is_mean else (median, mean)
        names = {"median": ("median", "median"), "mean": ("rata-rata", "mean"), "p90": ("p90", "p90")}
        here, there = ("mean", "median") if self.headline_is_mean else ("median", "mean")
        found = [
            self._metric(self.key, names[here], first, True),
            self._metric(f"{self.key}_{there}", names[there], second, False),
            self._metric(f"{self.key}_p90", names["p90"], p90, False),
        ]
        if self.working:
            on_clock = column(f"{self.column}_working")
            in_hours: Shape = (
                Mean(on_clock, self.of, scale, self.maturing)
                if self.headline_is_mean
                else Percentile(on_clock, 0.5, self.of, scale, self.maturing)
            )
            words = (f"{names[here][0]}, jam kerja", f"{names[here][1]}, working hours")
            found.append(self._metric(f"{self.key}_working", words, in_hours, False))
        return found

    def _metric(self, key: str, words: tuple[str, str], shape: Shape, headline: bool) -> Metric:
        return Metric(
            key, self.family, f"{self.label_id} ({words[0]})", f"{self.label_en} ({words[1]})",
            self.definition_id, self.definition_en, Unit.SECONDS, self.better, self.fact, self.dated_by,
            shape, headline, by_all_but=self.by_all_but,
        )  # fmt: skip
