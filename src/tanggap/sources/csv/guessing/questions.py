"""What a column of survey answers asks for, and on which scale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tanggap.sources.csv.guessing.answers import in_words, worth
from tanggap.sources.csv.guessing.headings import plain
from tanggap.sources.csv.guessing.profile import Profile

Kind = Literal["nps", "ces", "csat"]

_SCALES: Final = (5, 7, 10)  # how high the usual scales go
_NAMES: Final[dict[Kind, re.Pattern[str]]] = {
    "nps": re.compile(r"\bnps\b|rekomendasi|recommend|net promoter"),
    "ces": re.compile(r"\bces\b|\bmudah|kemudahan|\beas[ey]|effort"),
    "csat": re.compile(r"\bcsat\b|\bpuas|kepuasan|satisf|\bhappy\b"),
}
_SHORT: Final = re.compile(r"\b(?:nps|ces|csat)\b")


@dataclass(frozen=True)
class Asked:
    """A question: its kind, its scale, and whether a heading names the kind."""

    kind: Kind
    low: int
    high: int
    named: bool


def asked(seen: Profile, headings: Sequence[str]) -> Asked:
    """What the answers of a column are to: by its own heading, else by a name in another, else by their range.

    Ten points ask for a recommendation; five words do not, whatever the heading.
    """
    answers = [value for value, _ in seen.common]
    spoken = not seen.number and in_words(answers)
    highest = max(worth(answers).values(), default=0) if spoken else seen.high
    high = next((end for end in _SCALES if highest <= end), _SCALES[-1])
    kind = next((kind for kind, name in _NAMES.items() if name.search(plain(seen.heading))), None)
    if kind is None and (short := _SHORT.search(plain(" ".join(headings)))):
        kind = short[0]  # type: ignore[assignment]
    if kind == "nps" and spoken and high < _SCALES[-1]:
        kind = None
    if kind == "nps" or (kind is None and high == _SCALES[-1]):
        return Asked("nps", 0, _SCALES[-1], kind is not None)
    return Asked(kind or "csat", 1, high, kind is not None)
