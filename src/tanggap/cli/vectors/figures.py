"""Figures that peers have and Tanggap's catalog has not, declared as a shop declares its own ([metrics] files)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import ibis.expr.types as ir

from tanggap.core.instants import HOUR, MINUTE, SECOND
from tanggap.metrics.catalog import survey
from tanggap.metrics.declare import Metric, column
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Condition, Context, Count, Mean, Shape, Total, everything

_CONVERSATIONS: Final = "conversation_facts"
_REPLIES: Final = "reply_facts"
_SURVEYS: Final = "survey_facts"
_QUICK: Final = 15 * MINUTE
#: The half-open classes of a distribution of first responses, in hours.
CLASSES: Final[tuple[tuple[str, int, int | None], ...]] = (
    ("0-1h", 0, 1), ("1-4h", 1, 4), ("4-8h", 4, 8), ("8-24h", 8, 24), ("24h+", 24, None),
)  # fmt: skip
SCORES: Final = range(1, 6)
#: Figures of one fact and date that are asked for side by side: one aggregate answers for all of them.
TOGETHER: Final[tuple[tuple[str, ...], ...]] = (
    ("answers", "mean_score", "satisfaction", *(f"answers_of_{score}" for score in SCORES)),
    tuple(f"first_responses_{name}" for name, _, _ in CLASSES),
)


def _own(key: str, label: str, fact: str, dated_by: str, shape: Shape, unit: Unit = Unit.COUNT) -> Metric:
    return Metric(key, "vectors", label, label, label, label, unit, Better.NEITHER, fact, dated_by, shape, False)


def _mean(
    key: str, label: str, fact: str, dated_by: str, length: str, of: Condition = everything
) -> tuple[Metric, ...]:
    """A mean length on both clocks, dated as its peer dates it."""
    return tuple(
        _own(f"{key}{clock}", label, fact, dated_by, Mean(column(f"{length}{clock}"), of, float(SECOND)), Unit.SECONDS)
        for clock in ("", "_working")
    )


def _in_class(low: int, high: int | None) -> Condition:
    def inside(rows: ir.Table, context: Context) -> ir.BooleanValue:
        took = rows.first_response_time
        return (took >= low * HOUR) if high is None else (took >= low * HOUR) & (took < high * HOUR)

    return inside


def _scored(score: int) -> Callable[[ir.Table, Context], ir.BooleanValue]:
    return lambda rows, context: rows.score == score


METRICS: Final[tuple[Metric, ...]] = (
    _own("customer_messages", "Messages of customers", _CONVERSATIONS, "opened_at", Total(column("customer_messages"))),
    _own("agent_messages", "Messages of agents", _CONVERSATIONS, "opened_at", Total(column("agent_messages"))),
    _own("bot_messages", "Messages of the bot", _CONVERSATIONS, "opened_at", Total(column("bot_messages"))),
    _own("handed_off_tickets", "Conversations handed off", _CONVERSATIONS, "handed_off_at", Count()),
    _own("reopened_tickets", "Conversations reopened", _CONVERSATIONS, "reopened_at", Count()),
    _own("quick_solutions", "Resolved within 15 minutes", _CONVERSATIONS, "resolved_at",
         Count(lambda rows, context: rows.resolution_time < _QUICK)),
    _own("bot_resolutions", "Resolved by the bot, never handed off", _CONVERSATIONS, "resolved_at",
         Count(lambda rows, context: rows.bot_involved & (rows.agent_messages == 0) & (rows.handoffs == 0))),
    *_mean("mean_first_response", "Mean first response, dated by it", _CONVERSATIONS, "first_response_at",
           "first_response_time"),
    *_mean("mean_reply", "Mean later reply, dated by it", _REPLIES, "answered_at", "reply_time",
           lambda rows, context: ~rows.is_first),
    *_mean("mean_resolution", "Mean time to resolve, dated by the resolution", _CONVERSATIONS, "resolved_at",
           "resolution_time"),
    *_mean("mean_resolution_by_opening", "Mean time to resolve, dated by the opening", _CONVERSATIONS, "opened_at",
           "resolution_time"),
    *(replace(metric, key="satisfaction", family="vectors", dated_by="answered_at")
      for metric in survey.METRICS if metric.key == "csat"),
    _own("answers", "Surveys answered", _SURVEYS, "answered_at", Count()),
    _own("surveys_sent", "Surveys sent", _SURVEYS, "sent_at", Count()),
    _own("mean_score", "Mean of the scores", _SURVEYS, "answered_at", Mean(column("score")), Unit.MEAN_COUNT),
    *(_own(f"answers_of_{score}", f"Answers of {score}", _SURVEYS, "answered_at", Count(_scored(score)))
      for score in SCORES),
    *(_own(f"first_responses_{name}", f"First responses within {name}", _CONVERSATIONS, "first_response_at",
           Count(_in_class(low, high))) for name, low, high in CLASSES),
)  # fmt: skip
