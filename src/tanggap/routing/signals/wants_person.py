"""Whether somebody asks for a person: one of the three promises, so missing a wish is worse than hearing one too many.

The answer is yes where a phrase (:mod:`tanggap.routing.signals.wants_person_phrases`) *or* the classifier says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tanggap.routing.signals import intents
from tanggap.routing.signals.classifier import TextModel, train
from tanggap.routing.signals.ngrams import SHOWN
from tanggap.routing.signals.normalise import normalise
from tanggap.routing.signals.shipped import shipped
from tanggap.routing.signals.templates import Example, examples
from tanggap.routing.signals.wants_person_phrases import asks_in_words

WANTS: Final = "1"
TRAINING: Final = ("wants_person_id.tsv", "wants_person_en.tsv")
MODEL: Final = "wants_person.npz"
RECALL: Final = 0.99  # of the sentences written, in cross-validation, by phrase or classifier
_FOLDS: Final = 5
_MIN_TEXTS: Final = 2
_ORDINARY: Final = 100_000  # their lines are numbered from here


@dataclass(frozen=True)
class WantsPerson:
    """``wanted``; the classifier's ``score`` (0 … 1; 1 where a phrase said it); ``by`` which of the two was heard."""

    wanted: bool
    score: float
    by: Literal["phrase", "classifier", ""]


def wants_person(text: str, model: TextModel | None = None) -> WantsPerson:
    """Whether the text asks for a person; of a long text, the beginning and the end are read.

    ``model`` is the shipped one unless told (:func:`train_wants_person`).
    """
    ends = _ends(text)
    if any(asks_in_words(normalise(end)) for end in ends):
        return WantsPerson(True, 1.0, "phrase")
    model = model or shipped(MODEL)
    score = max(_score(model, end) for end in ends)
    wanted = score >= model.threshold
    return WantsPerson(wanted, score, "classifier" if wanted else "")


def _ends(text: str) -> tuple[str, ...]:
    return (text,) if len(text) <= SHOWN else (text[:SHOWN], text[-SHOWN:])


def _score(model: TextModel, text: str) -> float:
    return dict(model.predict(text).top).get(WANTS, 0.0)


def train_wants_person(written: Sequence[Example] | None = None) -> TextModel:
    """The classifier, with the highest threshold at which phrases and it together find ``RECALL`` of the wishes.

    By 5-fold cross-validation over sentences; a few seconds.
    """
    written = [*examples(*TRAINING), *ordinary()] if written is None else written
    scores = held_out_scores(written, by_line=False)
    missed = np.array([e.label == WANTS and not asks_in_words(normalise(e.text)) for e in written])
    wishes = sum(e.label == WANTS for e in written)
    may_miss = int((1 - RECALL) * wishes)
    ranked = np.sort(scores[missed])
    threshold = float(ranked[may_miss]) if len(ranked) > may_miss else 1.0
    return train(
        [e.text for e in written], [e.label for e in written], min_texts=_MIN_TEXTS, threshold=round(threshold, 4)
    )


def ordinary() -> list[Example]:
    """What customers write when they want something else: half the training text of the intents."""
    return [Example(example.text, "0", _ORDINARY + example.line) for example in intents.examples()[::2]]


def held_out_scores(written: Sequence[Example], *, by_line: bool) -> NDArray[np.float64]:
    """The classifier's score of each sentence by a model that has not seen it (or, ``by_line``, none like it)."""
    _, unit = np.unique([e.line for e in written], return_inverse=True)
    unit = unit if by_line else np.arange(len(written))
    fold = np.random.default_rng(0).permutation(int(unit.max()) + 1)[unit] % _FOLDS
    scores = np.zeros(len(written))
    for held in range(_FOLDS):
        known = [e for e, f in zip(written, fold, strict=True) if f != held]
        model = train([e.text for e in known], [e.label for e in known], min_texts=_MIN_TEXTS)
        rows = np.flatnonzero(fold == held)
        scores[rows] = model.probabilities([written[int(row)].text for row in rows])[:, model.labels.index(WANTS)]
    return scores
