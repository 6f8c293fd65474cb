"""The questions to begin with, in Indonesian and English, by kind of survey and stage of the journey.

An installation may word its own; these are what a new one asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tanggap.core.errors import UsageError
from tanggap.surveys.scales import Kind, Scale

#: A text by language.
Text = Mapping[str, str]

#: The stages of the journey, in its order, with what they weigh in the combined CSAT unless settings say otherwise.
STAGE_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"ordering": 1.0, "delivery": 1.0, "product": 1.0, "service": 1.0, "return": 1.0}
)


@dataclass(frozen=True)
class Question:
    """A question as the customer reads it; ``labels`` names points of the scale (all, or only its ends)."""

    kind: Kind
    stage: str | None
    scale: Scale
    text: Text
    labels: Mapping[int, Text]


def _text(id_: str, en: str) -> Text:
    return MappingProxyType({"id": id_, "en": en})


_SATISFACTION: Final[Mapping[int, Text]] = MappingProxyType(
    {
        1: _text("Sangat kecewa", "Very unhappy"),
        2: _text("Kurang puas", "Unhappy"),
        3: _text("Biasa saja", "Neither"),
        4: _text("Puas", "Happy"),
        5: _text("Sangat puas", "Very happy"),
    }
)
_EASE: Final[Mapping[int, Text]] = MappingProxyType(
    {
        1: _text("Sangat sulit", "Very hard"),
        2: _text("Sulit", "Hard"),
        3: _text("Biasa saja", "Neither"),
        4: _text("Mudah", "Easy"),
        5: _text("Sangat mudah", "Very easy"),
    }
)
_EASE_ENDS: Final[Mapping[int, Text]] = MappingProxyType({1: _EASE[1], 7: _EASE[5]})
_LIKELY: Final = (_text("Tidak mungkin", "Certainly not"), _text("Pasti", "Certainly"))

_CSAT_TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "ordering": _text(
            "Seberapa puas Anda saat memesan di toko kami?",
            "How happy were you with placing your order?",
        ),
        "delivery": _text(
            "Seberapa puas Anda dengan pengirimannya?",
            "How happy are you with the delivery?",
        ),
        "product": _text(
            "Seberapa puas Anda dengan barang yang diterima?",
            "How happy are you with what you received?",
        ),
        "service": _text(
            "Seberapa puas Anda dengan bantuan kami tadi?",
            "How happy are you with the help we gave you?",
        ),
        "return": _text(
            "Seberapa puas Anda dengan proses pengembaliannya?",
            "How happy are you with how the return went?",
        ),
    }
)
_CES_TEXT: Final = _text(
    "Seberapa mudah masalah Anda terselesaikan bersama kami?", "How easy was it to get your problem solved with us?"
)
_NPS_TEXT: Final = _text(
    "Seberapa besar kemungkinan Anda menyarankan toko kami kepada teman atau keluarga?",
    "How likely would you be to suggest our shop to a friend or relative?",
)

CES_SCALES: Final = (Scale(1, 5), Scale(1, 7))
NPS_SCALES: Final = (Scale(0, 10), Scale(1, 10))

QUESTIONS: Final[tuple[Question, ...]] = (
    *(Question("csat", stage, Scale(1, 5), text, _SATISFACTION) for stage, text in _CSAT_TEXTS.items()),
    Question("ces", None, CES_SCALES[0], _CES_TEXT, _EASE),
    Question("ces", None, CES_SCALES[1], _CES_TEXT, _EASE_ENDS),
    *(
        Question("nps", None, scale, _NPS_TEXT, MappingProxyType({scale.low: _LIKELY[0], scale.high: _LIKELY[1]}))
        for scale in NPS_SCALES
    ),
)


def default_question(kind: str, stage: str | None = None, scale: Scale | None = None) -> Question:
    """The question of that kind, stage (CSAT only; the service when none is named) and scale (the usual one).

    Raises:
        UsageError: there is no such question.
    """
    wanted = (stage or "service") if kind == "csat" else None
    for question in QUESTIONS:
        if question.kind == kind and question.stage == wanted and scale in (None, question.scale):
            return question
    raise UsageError(
        f"no default question for {kind}, stage {stage or 'any'}",
        place="surveys.questions",
        hint=f"kinds csat, ces, nps; stages of csat: {', '.join(STAGE_WEIGHTS)}",
    )
