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
        "Pertanyaan survei yang dijawab ÷ yang dikirim.", "Survey questions answered ÷ sent.",
        Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_any_answer),
    ),
    Metric(
        "csat_response_rate", "survey", "Survei CSAT dijawab", "CSAT surveys answered",
        "Pertanyaan CSAT yang dijawab ÷ yang dikirim.", "CSAT questions answered ÷ sent.",
        Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_any_answer, _asked("csat")), headline=False,
    ),
    Metric(
        "ces_response_rate", "survey", "Survei CES dijawab", "CES surveys answered",
        "Pertanyaan CES yang dijawab ÷ yang dikirim.", "CES questions answered ÷ sent.",
        Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_any_answer, _asked("ces")), headline=False,
    ),
    Metric(
        "nps_response_rate", "survey", "Survei NPS dijawab", "NPS surveys answered",
        "Pertanyaan NPS yang dijawab ÷ yang dikirim.", "NPS questions answered ÷ sent.",
        Unit.SHARE, Better.HIGHER, _FACT, "sent_at", Share(_any_answer, _asked("nps")), headline=False,
    ),
)  # fmt: skip
