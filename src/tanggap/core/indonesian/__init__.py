"""What errors and refused rows say, in Indonesian.

Errors are raised in English. The tables hold every text they can say as a template, ``{}`` standing for what is filled
in, and the same in Indonesian, where ``{1}`` stands for what was filled in second. A test finds a text without one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from tanggap.core.indonesian.commands import COMMANDS
from tanggap.core.indonesian.files import FILES

#: English template → Indonesian template.
TEXTS: Final[Mapping[str, str]] = {**COMMANDS, **FILES}

_GAP: Final = re.compile(r"\{(\d?)\}")
#: What is filled in is itself translated where it is a text of so much of its own.
_OWN: Final = 8


def translated(text: str, language: str) -> str:
    """``text`` in ``language`` (``id``), as far as it is one of the texts of the tables; else as it is."""
    return text if language != "id" else _found(text, 0)


def _found(text: str, least: int) -> str:
    if text in TEXTS:
        return TEXTS[text]
    for size, pattern, meant in _patterns():
        if size < least:
            break
        if match := pattern.fullmatch(text):
            return _filled(meant, [_found(part, _OWN) for part in match.groups()])
    return text


@cache
def _patterns() -> list[tuple[int, re.Pattern[str], str]]:
    """The templates with something to fill in, those of the most words of their own first."""
    found = []
    for template, meant in TEXTS.items():
        parts = template.split("{}")
        if len(parts) > 1:
            pattern = re.compile("(.*?)".join(map(re.escape, parts)), re.DOTALL)
            found.append((sum(map(len, parts)), pattern, meant))
    return sorted(found, key=lambda one: -one[0])


def _filled(template: str, parts: Sequence[str]) -> str:
    order = iter(range(len(parts)))
    return _GAP.sub(lambda gap: parts[int(gap[1]) - 1 if gap[1] else next(order)], template)
