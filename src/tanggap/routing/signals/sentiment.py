"""How a customer feels, −1 … 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypedDict, cast

from tanggap.routing.signals.classifier import TextModel, train
from tanggap.routing.signals.shipped import shipped
from tanggap.routing.signals.templates import examples

Mood = Literal["positive", "neutral", "negative"]

TRAINING: Final = ("sentiment_id.tsv", "sentiment_en.tsv")
MODEL: Final = "sentiment.npz"
_PER_LINE: Final = 16


class _Recipe(TypedDict):
    min_texts: int
    class_weight: Literal["balanced"]


RECIPE: Final[_Recipe] = {"min_texts": 2, "class_weight": "balanced"}
"""How a model of moods is trained (``classifier.train``); moods differ much in number in most data."""


@dataclass(frozen=True)
class Sentiment:
    """``value``: probability of positive − probability of negative, −1 … 1; ``label``: the most probable of three."""

    value: float
    label: Mood


def sentiment(text: str, model: TextModel | None = None) -> Sentiment:
    """How the writer of a text feels; 0 and ``"neutral"`` where no word is known.

    ``model`` is the shipped one unless told.
    """
    found = (model or shipped(MODEL)).predict(text)
    if found.label is None:
        return Sentiment(0.0, "neutral")
    chances = dict(found.top)
    value = chances.get("positive", 0.0) - chances.get("negative", 0.0)
    return Sentiment(max(-1.0, min(1.0, value)), cast(Mood, found.label))


def train_sentiment(texts: Sequence[str] | None = None, labels: Sequence[Mood] | None = None) -> TextModel:
    """A model of three moods, of the text written for Tanggap or of other texts and labels (the recipe is the same).

    Raises:
        UsageError: texts and labels differ in number.
    """
    if texts is None or labels is None:
        written = examples(*TRAINING, per_line=_PER_LINE, mistyped=0)
        texts, labels = [e.text for e in written], [cast(Mood, e.label) for e in written]
    return train(texts, labels, **RECIPE)
