"""A decision as a sentence that a supervisor understands, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tanggap.routing.model import Action, Arm, Decision, Reason

Formatter = Callable[[float], str]

_WHY: Final[dict[str, dict[Reason, str]]] = {
    "id": {
        Reason.SAFETY: "Ada soal keselamatan, jadi harus dijawab orang.",
        Reason.FRAUD: "Ada dugaan penipuan, jadi harus dijawab orang.",
        Reason.LEGAL: "Pelanggan menyebut langkah hukum, jadi harus dijawab orang.",
        Reason.VULNERABLE: "Pelanggan dalam keadaan rentan, jadi harus dijawab orang.",
        Reason.HUMAN_REQUESTED: "Pelanggan minta bicara dengan orang, dan itu selalu dipenuhi.",
        Reason.BOT_FAILED: "Bot sudah dua kali tidak membantu, jadi diteruskan ke orang.",
        Reason.OUT_OF_DEPTH: "Ini di luar kemampuan bot, jadi diteruskan ke orang.",
        Reason.ANGER: "Pelanggan makin marah, jadi diteruskan ke orang.",
        Reason.BOT_DOWN: "Bot sedang mati, jadi diteruskan ke orang.",
        Reason.NOBODY_ON_SHIFT: "Tidak ada orang yang bertugas saat ini.",
        Reason.WAIT_BROKEN: "Waktu tunggu yang dijanjikan lewat: pelanggan boleh memilih bot, ditelepon balik, atau"
        " tetap menunggu.",
        Reason.EXPLORATION: "Ini percobaan kecil agar sistem terus belajar; tanpa percobaan, jawabannya kebalikannya.",
    },
    "en": {
        Reason.SAFETY: "Somebody's safety is at stake, so a person must answer.",
        Reason.FRAUD: "Fraud is suspected, so a person must answer.",
        Reason.LEGAL: "The customer speaks of legal steps, so a person must answer.",
        Reason.VULNERABLE: "The customer is in a vulnerable position, so a person must answer.",
        Reason.HUMAN_REQUESTED: "The customer asked for a person, and that is always honoured.",
        Reason.BOT_FAILED: "The bot has failed to help twice, so a person takes over.",
        Reason.OUT_OF_DEPTH: "This is beyond the bot, so a person takes over.",
        Reason.ANGER: "The customer is getting angrier, so a person takes over.",
        Reason.BOT_DOWN: "The bot is down, so a person takes over.",
        Reason.NOBODY_ON_SHIFT: "Nobody is on shift now.",
        Reason.WAIT_BROKEN: "The promised wait is over: the customer may choose the bot, a call-back, or to stay.",
        Reason.EXPLORATION: "A small trial, so that the system keeps learning; without it the answer is the other.",
    },
}  # fmt: skip

_WHO: Final = {
    "id": {Action.HUMAN: "Ke orang.", Action.BOT: "Ke bot.", Action.CALLBACK: "Ditelepon balik oleh orang.",
           Action.OFFER: "Beri pilihan."},
    "en": {Action.HUMAN: "To a person.", Action.BOT: "To the bot.", Action.CALLBACK: "A person calls back.",
           Action.OFFER: "Offer a choice."},
}  # fmt: skip

_VALUE: Final = {
    "id": {
        True: "Jawaban orang bernilai {total} lebih dari jawaban bot{parts}; {minutes} menit orang di tempat lain"
        " menghasilkan {elsewhere}.",
        False: "Jawaban orang hanya bernilai {total} dibanding jawaban bot{parts}; {minutes} menit orang di tempat"
        " lain menghasilkan {elsewhere}.",
    },
    "en": {
        True: "A person's answer is worth {total} more than the bot's{parts}; {minutes} minutes of a person earn"
        " {elsewhere} elsewhere.",
        False: "A person's answer is worth only {total} beside the bot's{parts}; {minutes} minutes of a person earn"
        " {elsewhere} elsewhere.",
    },
}
_WAITS: Final = {
    "id": "Pelanggan sudah menunggu orang, jadi tidak dikembalikan ke bot.",
    "en": "The customer waits for a person already, and is not sent back to the bot.",
}
_PARTS: Final = {
    "id": ("penjualan {0}", "pelanggan yang tak hilang {0}", "kemudahan {0}", "biaya {0}"),
    "en": ("sales {0}", "customers kept {0}", "ease {0}", "cost {0}"),
}
_WAIT: Final = {
    "id": " Perkiraan tunggu {wait} menit, dan {share} menyerah sebelum dijawab.",
    "en": " The expected wait is {wait} minutes, and {share} give up before an answer.",
}
_CALLBACK: Final = {"id": " Dijanjikan paling lambat {at}.", "en": " Promised by {at}."}
_NOTES: Final = {
    "id": {
        "other_currency": "Nilai dalam mata uang lain tidak dipakai.",
        "no_next_shift_known": "Jadwal kerja berikutnya tidak diketahui: dijanjikan dalam satu hari.",
        "callback_offered": "Waktu tunggu yang dijanjikan lewat: tawarkan ditelepon balik oleh orang.",
    },
    "en": {
        "other_currency": "Money in another currency was not counted.",
        "no_next_shift_known": "No next shift is known: promised within a day.",
        "callback_offered": "The promised wait is over: offer that a person calls back.",
    },
}


def sentence(decision: Decision, language: str, *, money: Formatter, number: Formatter, percent: Formatter,
             instant: Callable[[int], str]) -> str:  # fmt: skip
    """Who answers and why, in ``language`` (id or en).

    ``money`` shows minor units, ``number`` minutes, ``percent`` a share, ``instant`` microseconds UTC.
    """
    told = [_WHO[language][decision.action]]
    if decision.reason in _WHY[language]:
        told.append(_WHY[language][decision.reason])
    if decision.reason is Reason.VALUE and decision.arm is Arm.HUMAN and decision.gain < 0:
        # Only who waits already is kept for a person against the value rule.
        told.append(_WAITS[language])
    if decision.reason in (Reason.VALUE, Reason.EXPLORATION):
        told.append(_value(decision, language, money, number, percent))
    text = " ".join(told)
    if decision.callback_at is not None:
        text += _CALLBACK[language].format(at=instant(decision.callback_at))
    return " ".join([text, *(_NOTES[language].get(note, note) for note in decision.notes)])


def _value(decision: Decision, language: str, money: Formatter, number: Formatter, percent: Formatter) -> str:
    worth = decision.worth
    amounts = (worth.revenue_potential, worth.revenue_at_risk, worth.effort_value, worth.cost_difference)
    # A part that shows as nothing would only be read over.
    parts = [
        text.format(money(amount)) for text, amount in zip(_PARTS[language], amounts, strict=True) if round(amount)
    ]
    text = _VALUE[language][decision.gain >= 0].format(
        total=money(worth.total), parts=f" ({', '.join(parts)})" if parts else "", minutes=number(worth.minutes),
        elsewhere=money(decision.minute_price * worth.minutes),
    )  # fmt: skip
    if (decision.wait > 0 and decision.arm is Arm.HUMAN) or decision.gives_up > 0:
        text += _WAIT[language].format(wait=number(decision.wait), share=percent(decision.gives_up))
    return text
