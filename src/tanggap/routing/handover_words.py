"""The three lines of a hand-over's summary, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

#: A customer's words below this sentiment are unhappy; above its opposite, pleased.
NEGATIVE_BELOW: Final = -0.25
_LONGEST: Final = 140

_WORDS: Final = {
    "id": {
        "about": "{what}: “{words}”", "no_words": "Belum ada kata-kata dari pelanggan.", "unclear": "Belum jelas",
        "nothing": "Bot belum mencoba apa pun.", "tried": "Bot menjawab {count} kali; terakhir “{text}” — {outcome}.",
        "answered": "pelanggan memberi yang ditanyakan", "not_answered": "pelanggan tidak memberi yang ditanyakan",
        "not_solved": "tidak membantu", "unknown": "belum jelas apakah membantu", "no_reply": "belum ditanggapi",
        "unhappy": "Pelanggan tidak senang", "pleased": "Pelanggan senang", "calm": "Pelanggan tenang",
        "unread": "Suasana hati tidak terbaca", "wants": "minta bicara dengan orang",
        "missing": "belum diketahui: {facts}", "promises": "{count} janji belum ditepati",
        "there": "di tempatnya pukul {clock:%H.%M}",
    },
    "en": {
        "about": "{what}: “{words}”", "no_words": "The customer has not said anything yet.", "unclear": "Not clear yet",
        "nothing": "The bot has not tried anything.", "tried": "The bot answered {count}×; last “{text}” — {outcome}.",
        "answered": "the customer gave what was asked", "not_answered": "the customer did not give what was asked",
        "not_solved": "it did not help", "unknown": "not clear whether it helped", "no_reply": "no reaction yet",
        "unhappy": "The customer is unhappy", "pleased": "The customer is pleased", "calm": "The customer is calm",
        "unread": "The mood could not be read", "wants": "asked for a person", "missing": "not known yet: {facts}",
        "promises": "{count} promise(s) not kept yet", "there": "it is {clock:%H:%M} there",
    },
}  # fmt: skip

_FACTS: Final = {
    "id": {"order_number": "nomor pesanan", "email": "surel", "phone": "nomor telepon", "address": "alamat",
           "product": "produk", "city": "kota", "tracking_number": "nomor resi"},
    "en": {"order_number": "order number", "email": "e-mail", "phone": "phone number", "address": "address",
           "product": "product", "city": "city", "tracking_number": "tracking number"},
}  # fmt: skip


def line_about(language: str, intent: str | None, text: str) -> str:
    """What the customer wants, in their first words."""
    words = _WORDS[language]
    if not text.strip():
        return words["no_words"]
    return words["about"].format(what=intent or words["unclear"], words=_short(text))


def line_tried(language: str, attempts: Sequence[tuple[str, str]]) -> str:
    """What the bot tried last and what came of it; ``attempts`` as (text, outcome)."""
    words = _WORDS[language]
    if not attempts:
        return words["nothing"]
    text, outcome = attempts[-1]
    return words["tried"].format(count=len(attempts), text=_short(text), outcome=words[outcome])


def line_now(
    language: str, mood: float | None, wants_person: bool, missing: Sequence[str], promises: int,
    clock: datetime | None = None, weather: str | None = None,
) -> str:  # fmt: skip
    """How it stands: mood, wish for a person, what is not known yet, what was promised, the time and weather there."""
    words = _WORDS[language]
    if mood is None:
        parts = [words["unread"]]
    else:
        parts = [words["unhappy" if mood < NEGATIVE_BELOW else "pleased" if mood > -NEGATIVE_BELOW else "calm"]]
    if wants_person:
        parts.append(words["wants"])
    if missing:
        parts.append(words["missing"].format(facts=", ".join(_FACTS[language].get(name, name) for name in missing)))
    if promises:
        parts.append(words["promises"].format(count=promises))
    there = [words["there"].format(clock=clock)] if clock else []
    if there or weather:
        parts.append(", ".join([*there, *([weather] if weather else [])]))
    return "; ".join(parts) + "."


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
