"""Words and character pieces of a text, weighted by TF-IDF: what the linear models of this package see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tanggap.routing.signals.normalise import normalise

Floats = NDArray[np.float32]
Blocks = tuple[Counter[str], Counter[str]]

#: Characters of a message that are looked at: what somebody wants is said by then, and time stays bounded.
SHOWN: Final = 600
SHORTEST, LONGEST = 2, 5  # characters of a piece
_WORD: Final = re.compile(r"[^\W_]+")
_DIGIT: Final = re.compile(r"\d")


def blocks(text: str) -> Blocks:
    """How often each word (1–2 in a row) and each piece of 2–5 characters within a word's borders occurs.

    Of the normalised first ``SHOWN`` characters; digits count as 0, since no order number means anything here.
    """
    plain = _DIGIT.sub("0", normalise(text[:SHOWN]))
    words = _WORD.findall(plain)
    pieces: Counter[str] = Counter()
    for token in plain.split():
        pieces.update(_pieces(token))
    return Counter([*words, *(f"{one} {two}" for one, two in pairwise(words))]), pieces


@lru_cache(maxsize=20_000)
def _pieces(token: str) -> tuple[str, ...]:
    """Like scikit-learn's ``char_wb``: a blank on either side; a token shorter than the piece is one piece."""
    padded = f" {token} "
    found = []
    for size in range(SHORTEST, LONGEST + 1):
        if len(padded) <= size:
            found.append(padded)
            break
        found.extend(padded[start : start + size] for start in range(len(padded) - size + 1))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The known words and pieces and how telling each is.

    ``words`` come first in the numbering, then ``pieces``; ``idf`` (float32) has one weight each:
    ln((1 + n)/(1 + texts it is in)) + 1. A value is (1 + ln count)·idf, and words and pieces are each scaled to
    length 1, so that many pieces do not drown the few words.
    """

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    idf: Floats
    _numbers: tuple[dict[str, int], dict[str, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        start = len(self.words)
        numbers = ({w: i for i, w in enumerate(self.words)}, {p: start + i for i, p in enumerate(self.pieces)})
        object.__setattr__(self, "_numbers", numbers)

    def __len__(self) -> int:
        return len(self.words) + len(self.pieces)

    @classmethod
    def of(cls, counted: Sequence[Blocks], min_texts: int) -> Vocabulary:
        """What occurs in at least ``min_texts`` of the texts, in alphabetical order."""
        kept: list[tuple[str, ...]] = []
        weights: list[int] = []
        for block in (0, 1):
            occurs = Counter(term for text in counted for term in text[block])
            terms = tuple(sorted(term for term, n in occurs.items() if n >= min_texts))
            kept.append(terms)
            weights.extend(occurs[term] for term in terms)
        idf = np.log((1 + len(counted)) / (1 + np.asarray(weights, dtype=np.float64))) + 1
        return cls(kept[0], kept[1], idf.astype(np.float32))

    def values(self, counted: Blocks) -> tuple[NDArray[np.int32], Floats]:
        """The known terms' numbers and values in one text; both empty where nothing is known."""
        columns, found = [], []
        for counts, numbers in zip(counted, self._numbers, strict=True):
            known = [(number, n) for term, n in counts.items() if (number := numbers.get(term)) is not None]
            if known:
                column = np.array([number for number, _ in known], dtype=np.int32)
                value = (1 + np.log(np.array([n for _, n in known], dtype=np.float32))) * self.idf[column]
                columns.append(column)
                found.append(value / np.sqrt(value @ value))
        if not columns:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        return np.concatenate(columns), np.concatenate(found).astype(np.float32)

    def matrix(self, counted: Iterable[Blocks]) -> sparse.csr_array:
        """One row a text, one column a term (float32)."""
        rows = [self.values(text) for text in counted]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)], dtype=np.int32)
        columns = np.concatenate([np.empty(0, dtype=np.int32), *(c for c, _ in rows)])
        values = np.concatenate([np.empty(0, dtype=np.float32), *(v for _, v in rows)])
        matrix = sparse.csr_array((values, columns, ends), shape=(len(rows), len(self)))
        matrix.sort_indices()
        return matrix
