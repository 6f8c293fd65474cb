"""Answers in words, Indonesian and English: "Sangat puas" is the best of five, "Very dissatisfied" the worst."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from tanggap.sources.csv.guessing.headings import plain

#: From the best to the worst; where some of them stand depends on which others there are.
Level = Literal["utmost", "best", "good", "fair", "somewhat", "neutral", "less", "bad", "worst"]


def _set(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(","))


_GOOD: Final = _set(
    "puas, memuaskan, baik, bagus, mudah, gampang, setuju, sesuai, ramah, cepat, senang, jelas, membantu, mungkin,"
    " bersedia, satisfied, satisfactory, good, easy, happy, pleased, agree, likely, helpful, friendly, fast, clear"
)
_BAD: Final = _set(
    "kecewa, mengecewakan, buruk, jelek, sulit, susah, sukar, lambat, dissatisfied, unsatisfied, unsatisfactory, bad,"
    " poor, difficult, hard, unhappy, disagree, unlikely, slow, unhelpful"
)
_UTMOST: Final = _set("extremely, completely, totally")
_VERY: Final = _UTMOST | _set("sangat, amat, sekali, banget, terlalu, begitu, very, highly, strongly, so")
_FAIR: Final = _set("cukup, agak, lumayan")
_SOMEWHAT: Final = _set("somewhat, fairly, slightly, quite, moderately, rather, mostly")
_LESS: Final = _set("kurang")
_NOT: Final = _set("tidak, tdk, tak, bukan, not")
_WHOLE: Final[dict[str, Level]] = {
    **dict.fromkeys(_set("luar biasa, istimewa, sempurna, excellent, outstanding, perfect"), "best"),
    **dict.fromkeys(
        _set("cukup, netral, biasa, biasa saja, biasa aja, sedang, lumayan, ragu ragu, standar, neutral, ok, okay, oke,"
             " average, fair, neither"), "neutral"),
    **dict.fromkeys(_set("terrible, awful, horrible, sangat kurang, kurang sekali"), "worst"),
    "kurang": "less",
}  # fmt: skip
_NEITHER: Final = re.compile(r"(?:neither|not) .+ nor .+|tidak .+ (?:maupun|atau) tidak .+")
_AT_ALL: Final = re.compile(r"(.*?)\s*\b(?:at all|sama sekali)\b\s*(.*)")
_NUMBERED: Final = re.compile(r"\s*(10|\d)\s*(?:[-–—.:=)]|\(|(?:stars?|bintang)\b)\s*\D*")
_STARS: Final = re.compile(r"[★⭐🌟\ufe0f]+([☆]*)")


def level(text: str) -> Level | None:
    """How good an answer is by its words; None where some of them are unknown or speak against each other."""
    words = plain(text)
    if words in _WHOLE or _NEITHER.fullmatch(words):
        return _WHOLE.get(words, "neutral")
    at_all = _AT_ALL.fullmatch(words)
    said = (f"{at_all[1]} {at_all[2]}" if at_all else words).split()
    good, bad = _GOOD & set(said), _BAD & set(said)
    rest = [word for word in said if word not in good | bad]
    if bool(good) == bool(bad) or set(rest) - (_VERY | _FAIR | _SOMEWHAT | _LESS | _NOT):
        return None
    negated = [i for i, word in enumerate(rest) if word in _NOT | _LESS]
    very = [i for i, word in enumerate(rest) if word in _VERY]
    half = bool(set(rest) & (_FAIR | _SOMEWHAT))
    most: Level = "utmost" if set(rest) & _UTMOST else "best"
    if bad:
        return None if negated or at_all else "worst" if very else "bad"
    if negated:
        return "worst" if at_all or (very and very[0] < negated[0]) else "less" if set(rest) & _LESS else "bad"
    if half:
        return None if very or at_all else "fair" if set(rest) & _FAIR else "somewhat"
    return None if at_all else most if very else "good"


def numbered(text: str) -> int | None:
    """The number an answer begins with or its stars are: "5 - Sangat puas", "4 (Good)", "★★★☆☆"."""
    if match := _NUMBERED.fullmatch(text):
        return int(match[1])
    shown = text.strip()
    return len(re.findall("[★⭐🌟]", shown)) if _STARS.fullmatch(shown) else None


def worth(answers: Sequence[str]) -> dict[str, int]:
    """What each answer of a column is worth from 1 to 5 (or as it is numbered), but those nobody could tell."""
    numbers = {answer: number for answer in answers if (number := numbered(answer)) is not None}
    if numbers:
        return numbers
    levels = {answer: found for answer in answers if (found := level(answer))}
    points = _points(levels.values())
    return {answer: points[found] for answer, found in levels.items() if found in points}


def _points(seen: Iterable[Level]) -> dict[Level, int]:
    """The points of each level, given which there are: "tidak puas" is the worst where "kurang puas" stands above it.

    "Very" is less than "extremely" where both are there. "Cukup puas" is the middle unless another middle is there and
    no plain "puas"; "somewhat satisfied" is the second best unless another is. What nobody could tell is left out.
    """
    there = set(seen)
    points: dict[Level, int] = {
        "utmost": 5,
        "best": 4 if {"utmost", "best"} <= there else 5,
        "good": 4,
        "neutral": 3,
        "bad": 2,
        "worst": 1,
    }
    below = {"less", "bad"} <= there
    if below and "worst" not in there:
        points["bad"] = 1
    if not (below and "worst" in there):
        points["less"] = 2
    if not {"good", "neutral"} <= there:
        points["fair"] = 4 if "neutral" in there else 3
        points["somewhat"] = 3 if "good" in there or points["best"] == 4 else 4
    if {"fair", "somewhat"} <= there:
        del points["fair"], points["somewhat"]
    return points


def in_words(answers: Sequence[str]) -> bool:
    """Whether a column's answers are words for numbers, all but a few of them."""
    known = len(worth(answers))
    return known > 1 and 10 * known >= 8 * len(answers)
