"""Training text written with alternatives, and the sentences it stands for.

A line ``label<TAB>(mau|pengen) (ngomong|chat) sama (cs|orang)( dong|)`` stands for every choice; some are drawn, the
same every time. Lines, not sentences, are what a strict cross-validation holds apart.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from importlib.resources import files
from math import prod
from typing import Final

from tanggap.core.errors import InputError

_CHOICE: Final = re.compile(r"\(([^()]*)\)")
_SHORTEST_TO_MISTYPE: Final = 8


@dataclass(frozen=True)
class Example:
    """One training sentence; ``line`` numbers the line it was drawn from, over all files read."""

    text: str
    label: str
    line: int


def examples(*names: str, per_line: int = 12, mistyped: int = 2) -> tuple[Example, ...]:
    """At most ``per_line`` sentences of each line of files in ``signals/training``, ``mistyped`` of them once more.

    Raises:
        InputError: a line has no tab, or nothing on one side of it.
    """
    found: list[Example] = []
    line = 0
    for name in names:
        text = (files("tanggap.routing.signals") / "training" / name).read_text("utf-8")
        for number, row in enumerate(text.splitlines(), 1):
            label, _, template = row.partition("\t")
            if not label or not template.strip():
                raise InputError("a line of training text is 'label<TAB>text'", place=f"{name}, line {number}")
            line += 1
            drawn = expand(template, per_line)
            chance = random.Random(template)
            slips = [mistype(text, chance) for text in drawn[:mistyped]]
            found.extend(Example(text, label, line) for text in dict.fromkeys([*drawn, *slips]))
    return tuple(found)


def expand(template: str, most: int) -> list[str]:
    """At most ``most`` different sentences of a template, drawn evenly, the same every time."""
    parts = _CHOICE.split(template)
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    most = min(most, prod(map(len, choices)))
    chance = random.Random(template)
    found: dict[str, None] = {}
    # Each column is dealt like a shuffled pack, so that every alternative is drawn before one is drawn again.
    packs: list[list[str]] = [[] for _ in choices]
    for _ in range(most * 3):
        words = []
        for place, choice in enumerate(choices):
            if not packs[place]:
                packs[place] = chance.sample(choice, len(choice))
            words.append(packs[place].pop())
        found[" ".join("".join(words).split())] = None
        if len(found) == most:
            break
    return list(found)


def mistype(text: str, chance: random.Random) -> str:
    """The text with one slip of the finger: a letter left out, doubled, or swapped with the next."""
    if len(text) < _SHORTEST_TO_MISTYPE:
        return text
    at = chance.randrange(1, len(text) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
