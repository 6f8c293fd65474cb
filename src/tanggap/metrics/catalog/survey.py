"""Figures of surveys (family C): satisfaction, ease, recommendation."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import ibis.expr.types as ir

from tanggap.core.settings import Settings
from tanggap.metrics.declare import Metric
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Condition, Context, NetScore, Share, WeightedShare

_FACT: Final = "survey_facts"


def _answered(kind: str) -> Condition:
    return lambda rows, context: (rows.kind == kind) & rows.score.notnull()


def _positive(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.score >= rows.positive_min


def _negative(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.score <= rows.negative_max


def _asked(kind: str) -> Condition:
    return lambda rows, context: rows.kind == kind


def _any_answer(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.score.notnull()


def _awaited(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Sent too lately to be judged, answered or not: the quick ones alone would look like all."""
    return rows.sent_at + context.settings.measures.days("survey_days") > context.as_of


def _csat(settings: Settings) -> Share | WeightedShare:
    """One share, or the weighted mean of the stages' shares where the settings weigh them."""
    weights = tuple(sorted(settings.csat_weights.items()))
    if not any(weight > 0 for _, weight in weights):
        return Share(_positive, _answered("csat"))
    return WeightedShare(_positive, "stage", weights, _answered("csat"))


def metrics(settings: Settings | None = None) -> tuple[Metric, ...]:
    """The figures, CSAT scored as the settings say."""
    return tuple(
        replace(metric, shape=_csat(settings)) if metric.key == "csat" and settings else metric for metric in METRICS
    )


_AWAITED_ID: Final = "Yang dikirim dalam {survey_days} hari terakhir dihitung terpisah."
_AWAITED_EN: Final = "Those sent in the last {survey_days} days are counted apart."

METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "csat", "survey", "Kepuasan (CSAT)", "Satisfaction (CSAT)",
        "Jawaban 4 dan 5 pada skala 1–5 ÷ jawaban; rata-rata berbobot per tahap jika bobotnya diatur.",
        "Answers 4 and 5 on 1–5 ÷ answers; the weighted mean of the stages' shares where weights are set.",
        Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_positive, _answered("csat")),
    ),
    Metric(
        "ces", "survey", "Kemudahan (CES)", "Ease (CES)",
        "Persen jawaban 4 dan 5 dikurangi persen jawaban 1 dan 2, pada skala 1 (sangat sulit) sampai 5 (sangat mudah).",
        "Per cent of 4 and 5 less per cent of 1 and 2, on 1 (very hard) to 5 (very easy).",
        Unit.SCORE, Better.HIGHER, _FACT, "sent_at", NetScore(_positive, _negative, _answered("ces")),
    ),
    Metric(
        "nps", "survey", "Rekomendasi (NPS)", "Recommendation (NPS)",
        "Persen jawaban 9 dan 10 dikurangi persen jawaban {nps_lowest} sampai 6, pada skala {nps_lowest}–10.",
        "Per cent of 9 and 10 less per cent of {nps_lowest} to 6, on {nps_lowest}–10.",
        Unit.SCORE, Better.HIGHER, _FACT, "sent_at", NetScore(_positive, _negative, _answered("nps")),
    ),
    Metric(
        "response_rate", "survey", "Survei dijawab", "Surveys answered",
        f"Pertanyaan survei yang dijawab ÷ yang dikirim. {_AWAITED_ID}",
        f"Survey questions answered ÷ sent. {_AWAITED_EN}",
        Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_any_answer, maturing=_awaited),
    ),
    *(
        Metric(
            f"{kind}_response_rate", "survey", f"Survei {kind.upper()} dijawab", f"{kind.upper()} surveys answered",
            f"Pertanyaan {kind.upper()} yang dijawab ÷ yang dikirim. {_AWAITED_ID}",
            f"{kind.upper()} questions answered ÷ sent. {_AWAITED_EN}",
            Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_any_answer, _asked(kind), _awaited), headline=False,
        )
        for kind in ("csat", "ces", "nps")
    ),
)  # fmt: skip
