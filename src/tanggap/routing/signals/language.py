"""Which of the two languages of the desk a message is in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from tanggap.routing.signals.normalise import normalise

Language = Literal["id", "en"]

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SHOWN: Final = 2_000  # characters that are looked at

_ENGLISH_WORDS: Final = """
the a an and or but of to in on at for with from by is are was were be been am do does did don doesn didn have has
had can could will would should may might i you your yours he she it its we they them me my our their this that
these those there here what when where which who why how much many not no yes please thanks thank hello hi hey want
need get got give send sent buy bought order ordered my any some still just very too so if as about after before
again never ever back more than then now today yesterday tomorrow help speak talk human someone agent person real
refund money package parcel delivery delivered arrived broken wrong size colour color price charge charged account
password login track tracking cancel return shipping item product customer service good bad great terrible awful
love hate awesome nice worst best because while only out up down over into cannot let
"""
_ENGLISH: Final = frozenset(_ENGLISH_WORDS.split())
_INDONESIAN_WORDS: Final = """
yang dan di ke dari untuk dengan ini itu saya kamu kami kita mereka dia ada tidak bukan belum sudah akan bisa dapat
mau ingin harus jangan apa apakah siapa kapan mana bagaimana kenapa berapa kok dong sih deh kan ya nih lah lho loh
kak kakak min admin bang gan sis bu pak mas mbak tolong mohon minta coba terima kasih maaf halo hai selamat pagi
siang sore malam pesanan pesan barang paket kirim dikirim pengiriman bayar harga ongkir beli toko uang kembali rusak
salah ukuran warna sampai lama lagi saja juga masih sangat terlalu baru orang manusia bicara ngomong hari kemarin
besok tadi nanti sekarang jam jadi kalau karena tapi atau seperti sama cuma semua banyak oke iya enak bagus jelek
kecewa mahal murah cepat lambat resi akun sandi batal retur tukar stok diskon gratis tanya jawab balas terus
langsung makanan tempat pelayanan makan sekali lebih kurang paling oleh pada dalam adalah
"""
_INDONESIAN: Final = frozenset(_INDONESIAN_WORDS.split())
_INDONESIAN_FORM: Final = re.compile(
    r"^(?:(?:me(?:ng|ny|m|n)|ber|ter|di|pe(?:ng|ny|m|n)|ke|se)[a-z]{3,}(?:kan|an|nya|i)?|[a-z]{3,}(?:nya|kan|lah|kah))$"
)
_ENGLISH_FORM: Final = re.compile(
    r"^[a-z]*(?:th|wh|ck|sh|ee|oo|ght|tion|ould|ious)[a-z]*$|^[a-z]{3,}(?:ing|ed|ly|ness|ment|est|s)$"
)
_WORD, _FORM = 2.0, 1.0


def language_of(text: str) -> Language:
    """``"id"`` or ``"en"``, by common words and word forms; Indonesian where nothing tells (a number, an emoji)."""
    return language_of_normalised(normalise(text[:_SHOWN]))


def language_of_normalised(text: str) -> Language:
    """The same of a text that went through :func:`normalise` already."""
    balance = sum(_evidence(word) for word in _LETTERS.findall(text[:_SHOWN]))
    return "en" if balance > 0 else "id"


@lru_cache(maxsize=16_384)
def _evidence(word: str) -> float:
    """Above zero for English, below for Indonesian."""
    if word in _ENGLISH:
        return 0.0 if word in _INDONESIAN else _WORD
    if word in _INDONESIAN:
        return -_WORD
    if _INDONESIAN_FORM.match(word):
        return -_FORM
    return _FORM if _ENGLISH_FORM.match(word) else 0.0
