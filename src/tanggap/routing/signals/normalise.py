"""A message as the models read it: one spelling for what people write in many."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tanggap.routing.signals.slang import SLANG

# Zero-width and direction marks, soft hyphen, variation selectors and skin tones: how a word looks, not what it is.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_REPEATED: Final = re.compile(r"([^\W\d_]|[^\w\s])\1{2,}")
_EMOJI: Final = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")
_SMILEYS: Final = (
    (re.compile(r"(?<!\w)[:;=]['-]?[)d\]](?!\w)"), " 🙂 "),
    (re.compile(r"(?<!\w)[:;=]['-]?[(\[](?!\w)"), " 🙁 "),
    (re.compile(r"(?<!\w)(?:t_t|t\.t|:'\()(?!\w)"), " 😢 "),
)
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_TWICE: Final = re.compile(r"([^\W\d_]{3,})2(nya|an)?$")
_TAILS: Final = ("nya", "ku", "mu")
_TAIL_STEM: Final = 3


def normalise(text: str) -> str:
    """The text in NFKC and lower case, repeats squeezed, slang replaced by standard words, emoji kept as own tokens.

    ``"Brgnyaaa blm nyampe2 😡😡"`` → ``"barangnya belum sampai-sampai 😡 😡"``. Order numbers and other digits stay as
    they are. Takes any text; about 20 µs for a chat message.
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_APOSTROPHES)
    text = text.lower()
    text = _CONTROL.sub(" ", text)
    for smiley, emoji in _SMILEYS:
        text = smiley.sub(emoji, text)
    text = _REPEATED.sub(r"\1", text)
    if not text.isascii():
        text = _EMOJI.sub(r" \g<0> ", unicodedata.normalize("NFKC", text))
    return " ".join(_WORD.sub(_standard, text).split())


def _standard(match: re.Match[str]) -> str:
    word = match.group()
    known = SLANG.get(word)
    if known is not None:
        return known
    twice = _TWICE.match(word)
    if twice:
        stem = SLANG.get(twice[1], twice[1])
        return f"{stem}-{stem}{twice[2] or ''}"
    for tail in _TAILS:
        if word.endswith(tail) and len(word) >= _TAIL_STEM + len(tail):
            short = word[: -len(tail)]
            return SLANG.get(short, short) + tail
    return word
