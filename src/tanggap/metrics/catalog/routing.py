"""Figures of routing: who was to answer, why, and what of the value of people's time was caught."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from tanggap.metrics.declare import Metric, column
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Context, Count, Mean, Ratio, Share

_DECISIONS: Final = "decision_facts"
_AT: Final = "decided_at"


def _last(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.is_last


def _to_person(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.arm == "human"


def _somebody_there(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Nobody's minute has no price."""
    return rows.reason != "nobody_on_shift"


def _explored(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.reason == "exploration"


def _caught(rows: ir.Table, context: Context) -> ir.NumericValue:
    return _to_person(rows, context).ifelse(rows.worth, rows.worth * 0)


def _positive(rows: ir.Table, context: Context) -> ir.NumericValue:
    return rows.worth.clip(lower=0)


def _positive_caught(rows: ir.Table, context: Context) -> ir.NumericValue:
    return _caught(rows, context).clip(lower=0)


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "decisions", "routing", "Keputusan pengarahan", "Routing decisions",
        "Jumlah keputusan siapa yang menjawab, bot atau orang.",
        "Number of decisions on who answers, the bot or a person.",
        Unit.COUNT, Better.NEITHER, _DECISIONS, _AT, Count(), headline=False,
    ),
    Metric(
        "value_per_conversation", "routing", "Nilai per percakapan", "Value per conversation",
        "Nilai jawaban orang (margin penjualan, pelanggan yang tidak pergi, kemudahan, biaya) atas percakapan yang"
        " diberikan kepada orang ÷ percakapan yang diputuskan. Menurut keputusan terakhir tiap percakapan; yang"
        " nilainya tidak diketahui tidak dihitung.",
        "What a person's answer is worth (margin of sales, customers who do not leave, ease, cost) on conversations"
        " given to a person ÷ conversations decided. By the last decision of each conversation; where the worth is not"
        " known it is not counted.",
        Unit.MONEY, Better.HIGHER, _DECISIONS, _AT, Mean(_caught, _last), headline=False,
    ),
    Metric(
        "captured_value", "routing", "Nilai yang diraih", "Value caught",
        "Nilai jawaban orang atas percakapan yang diberikan kepada orang ÷ nilai semua percakapan yang jawaban orangnya"
        " bernilai positif. Menurut keputusan terakhir tiap percakapan.",
        "What a person's answer is worth on conversations given to a person ÷ the same of all conversations, counting"
        " those on which it is positive. By the last decision of each conversation.",
        Unit.SHARE, Better.HIGHER, _DECISIONS, _AT, Ratio(_positive_caught, _positive, _last), headline=False,
    ),
    Metric(
        "minute_price", "routing", "Harga satu menit orang", "Price of a person's minute",
        "Rata-rata harga satu menit orang pada saat keputusan: yang akan dihasilkan pemakaian terbaik berikutnya. Tanpa"
        " keputusan saat tidak ada orang yang bertugas.",
        "Mean price of a person's minute at the decisions: what its next best use would earn. Without decisions made"
        " while nobody was on shift.",
        Unit.MONEY, Better.NEITHER, _DECISIONS, _AT, Mean(column("minute_price"), _somebody_there), headline=False,
    ),
    Metric(
        "share_to_people", "routing", "Diberikan kepada orang", "Given to people",
        "Percakapan yang keputusan terakhirnya orang ÷ percakapan yang diputuskan.",
        "Conversations whose last decision was for a person ÷ conversations decided.",
        Unit.SHARE, Better.NEITHER, _DECISIONS, _AT, Share(_to_person, _last), headline=False,
    ),
    Metric(
        "exploration_rate", "routing", "Keputusan percobaan", "Decisions to explore",
        "Keputusan yang sengaja mencoba jawaban lain agar dapat dipelajari ÷ keputusan.",
        "Decisions that tried the other arm on purpose, to learn from it ÷ decisions.",
        Unit.SHARE, Better.NEITHER, _DECISIONS, _AT, Share(_explored), headline=False,
    ),
)  # fmt: skip
