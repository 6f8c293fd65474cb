"""What people write where there is nothing to write."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = frozenset({
    "n/a", "#n/a", "na", "null", "(null)", "none", "nil", "nihil", "nan", "nat", "undefined", "blank", "(blank)",
    "empty", "not available", "not applicable", "kosong", "(kosong)", "tidak ada", "tdk ada", "tidak tersedia",
    "belum", "belum ada", "belum selesai", "tba", "tbd", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!",
})  # fmt: skip
#: Dashes (behind a currency's sign, too) and question marks, and a date of zeros.
_SIGNS: Final = re.compile(
    r"(?i)(?:(?:rp\.?|idr|usd|\$|€|£)\s*)?[-–—]+|\?+|0{2,4}([-/.])00\1(?:00){1,2}(?:[ t]00:00(?::00)?)?"
)


def says_nothing(text: str) -> bool:
    """Whether it stands for nothing where a number or a date is expected: "-", "N/A", "tidak ada"."""
    return " ".join(text.lower().split()) in _WORDS or bool(_SIGNS.fullmatch(text.strip()))
