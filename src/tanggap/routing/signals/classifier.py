"""A small text classifier: TF-IDF of words and characters, a linear model, calibrated, that may abstain.

scikit-learn trains it; predicting needs NumPy only. One plain file holds a model: arrays and JSON, no pickle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.svm import LinearSVC

from tanggap.core.errors import InputError, UsageError
from tanggap.routing.signals.ngrams import Blocks, Floats, Vocabulary, blocks

FORMAT: Final = 1
#: A label for texts that are none of the others; it is never answered.
NOTHING: Final = ""
_TOP: Final = 3


class Prediction(NamedTuple):
    """What a text is: ``label`` (None: not sure enough), the best label's probability, and the three best."""

    label: str | None
    confidence: float
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class TextModel:
    """A trained model; immutable, named by ``version`` (a hash of all that it predicts from).

    Scores are value · ``weights`` (terms × labels) + ``offsets``; probabilities softmax(``sharpness`` · scores +
    ``shift``). It abstains where no term is known, the best label is ``NOTHING``, or its probability is below
    ``threshold``.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Floats
    offsets: Floats
    sharpness: float
    shift: Floats
    threshold: float = 0.0

    def predict(self, text: str) -> Prediction:
        """The label of one text; about 0.3 ms for a chat message. Any text is taken."""
        columns, values = self.vocabulary.values(blocks(text))
        return self._answer(values @ self.weights[columns] + self.offsets, len(columns))

    def predict_many(self, texts: Iterable[str]) -> list[Prediction]:
        """The same for many texts."""
        matrix = self.vocabulary.matrix(map(blocks, texts))
        scores = matrix @ self.weights + self.offsets
        return [self._answer(row, known) for row, known in zip(scores, np.diff(matrix.indptr), strict=True)]

    def probabilities(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Texts × ``labels``; each row sums to 1."""
        matrix = self.vocabulary.matrix(map(blocks, texts))
        return _probabilities(matrix @ self.weights + self.offsets, self.sharpness, self.shift)

    def _answer(self, scores: Floats, known: int) -> Prediction:
        chances = _probabilities(scores, self.sharpness, self.shift)
        order = np.argsort(-chances, kind="stable")[:_TOP]
        top = tuple((self.labels[number], float(chances[number])) for number in order)
        sure = known > 0 and top[0][0] != NOTHING and top[0][1] >= self.threshold
        return Prediction(top[0][0] if sure else None, top[0][1], top)

    @cached_property
    def version(self) -> str:
        """12 hexadecimal digits; the same model trained again has the same."""
        digest = hashlib.sha256(json.dumps(self._words()).encode())
        for array in (self.vocabulary.idf, self.weights, self.offsets, self.shift):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:12]

    def _words(self) -> dict[str, object]:
        return {
            "format": FORMAT, "labels": self.labels, "words": self.vocabulary.words, "pieces": self.vocabulary.pieces,
            "sharpness": self.sharpness, "threshold": self.threshold,
        }  # fmt: skip

    def save(self, path: Path) -> None:
        """Writes the model to one file (``.npz``: arrays, and JSON as bytes); the same model gives the same bytes."""
        words = np.frombuffer(json.dumps(self._words(), ensure_ascii=False).encode(), dtype=np.uint8)
        with path.open("wb") as file:
            # Weights are whole float16 numbers already (``train``): nothing is lost.
            np.savez_compressed(
                file, words=words, idf=self.vocabulary.idf, weights=self.weights.astype(np.float16),
                offsets=self.offsets, shift=self.shift,
            )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> TextModel:
        """The model of a file written by ``save``.

        Raises:
            InputError: the file is not there, no such file, or of another format.
        """
        try:
            with path.open("rb") as file:
                return cls._read(file)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            hint = "run tanggap learn again to train it"
            raise InputError(f"no text model can be read: {error}", place=str(path), hint=hint) from error

    @classmethod
    def _read(cls, file: BinaryIO) -> TextModel:
        arrays = np.load(file, allow_pickle=False)
        if not isinstance(arrays, np.lib.npyio.NpzFile):
            raise ValueError("a bare array")
        words = json.loads(arrays["words"].tobytes())
        if words["format"] != FORMAT:
            raise ValueError(f"format {words['format']} instead of {FORMAT}")
        vocabulary = Vocabulary(tuple(words["words"]), tuple(words["pieces"]), arrays["idf"])
        weights = arrays["weights"].astype(np.float32)
        if weights.shape != (len(vocabulary), len(words["labels"])) or len(vocabulary.idf) != len(vocabulary):
            raise ValueError("its parts do not fit together")
        return cls(
            tuple(words["labels"]), vocabulary, weights, arrays["offsets"], words["sharpness"], arrays["shift"],
            words["threshold"],
        )  # fmt: skip


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    cost: float = 1.0,
    min_texts: int = 1,
    class_weight: Literal["balanced"] | None = None,
    threshold: float = 0.0,
    folds: int = 3,
    groups: Sequence[int] | None = None,
) -> TextModel:
    """Trains a linear support vector machine, one label against the rest, and calibrates it on scores out of fold.

    ``cost`` is the machine's C; ``min_texts`` the number of texts a term must occur in; ``class_weight``
    ``"balanced"`` gives each label the same weight in training (probabilities of two labels are calibrated to
    the labels' shares as given). Texts of the same group (variants of one sentence) are held out together; with
    fewer than two ``folds`` nothing is calibrated. The same texts give the same model. 15,000 texts of 150 labels
    take about half a minute.

    Platt scaling (Platt 1999) for two labels, one temperature (Guo et al. 2017) for more.

    Raises:
        UsageError: texts and labels differ in number, there are fewer than two labels, or no term to learn from.
    """
    names = tuple(sorted(set(labels)))
    if len(texts) != len(labels):
        raise UsageError(f"{len(texts)} texts but {len(labels)} labels")
    if len(names) < 2:
        raise UsageError(f"a classifier needs at least two labels, not {len(names)}")
    counted = [blocks(text) for text in texts]
    vocabulary = Vocabulary.of(counted, min_texts)
    if len(vocabulary) == 0:
        raise UsageError(f"no word occurs in {min_texts} of the {len(texts)} texts")
    matrix = vocabulary.matrix(counted)
    truth = np.array([names.index(label) for label in labels])
    machine = _Machine(cost, class_weight)
    weights, offsets = machine.fit(matrix, truth)
    fold = deal(labels, groups if groups is not None else range(len(texts)), folds)
    scores, rows = _out_of_fold(machine, counted, truth, min_texts, fold)
    sharpness, shift = _calibrate(scores, truth[rows], len(names))
    return TextModel(names, vocabulary, weights, offsets, sharpness, shift, threshold)


@dataclass(frozen=True)
class _Machine:
    cost: float
    class_weight: Literal["balanced"] | None

    def fit(self, matrix: sparse.csr_array, truth: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Weights (terms × labels), rounded to float16 as they will be stored, and offsets."""
        machine = LinearSVC(C=self.cost, class_weight=self.class_weight, random_state=0, max_iter=5_000)
        machine.fit(matrix, truth)
        weights, offsets = machine.coef_.T, machine.intercept_
        if weights.shape[1] == 1:
            weights, offsets = np.hstack([-weights, weights]), np.concatenate([-offsets, offsets])
        stored = np.ascontiguousarray(weights.astype(np.float16).astype(np.float32))
        return stored, offsets.astype(np.float32)


def deal(labels: Sequence[str], groups: Sequence[int], folds: int) -> NDArray[np.int64]:
    """The fold each text is held out in: a label's groups are dealt to the folds in turn, in the order given.

    −1 (never held out) where a label has fewer groups than there are folds, or with fewer than two folds.
    """
    fold = np.full(len(labels), -1)
    rows_of: dict[str, dict[int, list[int]]] = {}
    for row, (label, group) in enumerate(zip(labels, groups, strict=True)):
        rows_of.setdefault(label, {}).setdefault(group, []).append(row)
    for dealt in rows_of.values():
        if len(dealt) >= folds > 1:
            for number, rows in enumerate(dealt.values()):
                fold[rows] = number % folds
    return fold


def _out_of_fold(
    machine: _Machine, counted: Sequence[Blocks], truth: NDArray[np.int64], min_texts: int, fold: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64]]:
    """Scores of texts by models, vocabulary and all, that have not seen them, and those texts' rows."""
    scores, found = [np.empty((0, int(truth.max()) + 1), dtype=np.float32)], [np.empty(0, dtype=np.int64)]
    for held in range(int(fold.max()) + 1):
        rest, rows = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
        known = [counted[row] for row in rest.tolist()]
        # A word that only occurs in what is held out must be as unknown as a new customer's.
        vocabulary = Vocabulary.of(known, min_texts)
        if len(vocabulary) == 0:
            continue
        weights, offsets = machine.fit(vocabulary.matrix(known), truth[rest])
        scores.append(vocabulary.matrix(counted[row] for row in rows.tolist()) @ weights + offsets)
        found.append(rows)
    return np.concatenate(scores), np.concatenate(found)


def _calibrate(scores: Floats, truth: NDArray[np.int64], labels: int) -> tuple[float, Floats]:
    """The sharpness and, for two labels, the shift with the least log loss; a weak prior keeps them finite."""
    if len(truth) == 0:
        return 1.0, np.zeros(labels, dtype=np.float32)

    def loss(free: NDArray[np.float64]) -> float:
        shift = np.array([-free[1], free[1]]) if labels == 2 else np.zeros(labels)
        logs = log_softmax(np.exp(free[0]) * scores + shift, axis=1)
        return float(-logs[np.arange(len(truth)), truth].sum() + 0.5 * (free**2).sum())

    start = np.zeros(2 if labels == 2 else 1)
    free = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4}).x
    shift = np.array([-free[1], free[1]]) if labels == 2 else np.zeros(labels)
    return round(float(np.exp(free[0])), 6), shift.astype(np.float32)


def _probabilities(scores: Floats, sharpness: float, shift: Floats) -> NDArray[np.float64]:
    found: NDArray[np.float64] = softmax(sharpness * scores.astype(np.float64) + shift, axis=-1)
    return found
