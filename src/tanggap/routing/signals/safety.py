"""Danger, fraud, legal threat, a vulnerable person: what always goes to a person (guardrail 1).

Phrases over normalised text in Indonesian and English (phrases/). Finding too much costs some minutes of a person;
missing one can cost far more, so phrases are wide, and what merely looks like one ("polisi tidur", "obat nyamuk") is
blanked out first.
"""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from tanggap.routing.signals.normalise import normalise
from tanggap.routing.signals.phrases import phrases

Hazard = Literal["safety", "fraud", "legal", "vulnerable"]

_END: Final = 1_000  # characters looked at from either end of a long text


_KINDS: Final[tuple[tuple[Hazard, re.Pattern[str]], ...]] = tuple((kind, phrases(kind)) for kind in get_args(Hazard))
_FALSE_FRIENDS: Final = phrases("harmless")
# "tidak berbahaya kan?", "apakah aman dari alergi", "no allergy so far": said not to be so.
_NEGATED: Final = re.compile(
    r"\b(?:tidak|bukan|tanpa|bebas|belum pernah|belum|anti|jangan sampai|cegah|mencegah|biar tidak|supaya tidak|"
    r"agar tidak|no|not|never|without|free of|free from|"
    r"does not|did not|is not|was not|will not|prevents?|avoid|against|proof|non)(?: (?:pernah|ada|akan|bikin|"
    r"membuat|menyebabkan|mengandung|mudah|gampang|cepat|any|a|an|cause|get|got|contain|the|been|so|at all|easily|"
    r"sampai|kena|"
    r"ter|jadi|lagi|terlalu|seem|look|feel|be))* $"
)
# A negation within these says the danger itself, not its absence.
_OWN_NEGATION: Final = re.compile(r"^(?:tidak|tanpa|never|did not|do not|not|without|no |can|bukan)")
_BEFORE: Final = 45

#: Who asks for goods or how the shop works …
_SHOPS: Final = phrases("shopping")
#: … and names one of these means the thing or the word, not that it befell them …
_NOUNS: Final = re.compile(
    r"kursi roda|wheelchair|lansia|nenek|kakek|eyang|oma|opa|[6-9]\d tahun|[6-9]\d(?:-| )years?(?:-| )old|elderly|"
    r"(?:my )?(?:grandma|grandmother|grandfather|grandpa|gran|granny)|hamil|pregnan\w+|autis\w*|stroke|tuli|deaf|buta|"
    r"blind|penyandang|disabilitas|difabel|disab\w+|hearing impaired|kanker|cancer|alergi|allerg\w+|luka|burns?|"
    r"trauma\w*|penipu\w*|fraud\w*|scam\w*|hack\w*|phishing|pengacara\w*|lawyers?|attorneys?|hukum|pengadilan|courts?|polisi|"
    r"police|judge|hakim|racun|poison\w*|razor|flames?|smok\w+"
)
#: … unless they say so of themselves or of somebody of theirs.
_MINE: Final = re.compile(
    r"\b(?:saya|aku|gue|kami|(?:ibu|mama|bapak|ayah|papa|suami|istri|anak|adik|kakak)(?: saya| aku|ku)?|i|i'm|i am|we|"
    r"i have|my (?:mom|mum|mother|dad|father|wife|husband|son|daughter|child|baby)) "
    r"(?:(?:is|am|was|have|use a|adalah|lagi|sedang|pakai|memakai|pengguna) )?(?:an? )?$"
)


def hazard(text: str) -> Hazard | None:
    """What makes a message one for a person at once, or None; of several the first kind.

    The kinds in order: safety, fraud, legal, vulnerable. Of a long text the beginning and the end are read.
    """
    shown = text if len(text) <= 2 * _END else f"{text[:_END]} {text[-_END:]}"
    plain = normalise(shown).replace("n't", " not")
    # Most messages hold none of it: only the others are searched for false friends.
    return _first(_FALSE_FRIENDS.sub(" _ ", plain)) if _first(plain) else None


def _first(plain: str) -> Hazard | None:
    shops = bool(_SHOPS.search(plain))
    for kind, pattern in _KINDS:
        for match in pattern.finditer(plain):
            before = plain[max(0, match.start() - _BEFORE) : match.start()]
            if shops and _NOUNS.fullmatch(match.group()) and not _MINE.search(before):
                continue
            if _OWN_NEGATION.match(match.group()) or not _NEGATED.search(before):
                return kind
    return None
