"""One spelling for what people write in many; and the language it is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.routing.signals.language import language_of
from tanggap.routing.signals.normalise import normalise
from tanggap.routing.signals.slang import SLANG


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("brgnyaaa blm nyampe", "barangnya belum sampai"),
        ("mo ngmng sm org", "mau ngomong dengan orang"),
        ("GAK BISA!!!!", "tidak bisa!"),
        ("barang2nya rusak", "barang-barangnya rusak"),
        ("barang2 rusak", "barang-barang rusak"),
        ("don’t", "do not"),
        ("ＦＵＬＬ width", "full width"),
        ("ke\u200bpada\u00ad", "kepada"),
        ("ngomong-ngomong", "ngomong-ngomong"),
        ("suka😍😍banget", "suka 😍 😍 sangat"),
        ("👍🏽", "👍"),
        ("kecewa :(", "kecewa 🙁"),
        ("a\n\tb\x00c", "a b c"),
        ("", ""),
    ],
)
def test_one_spelling_for_what_people_write_in_many(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize("kept", ["tg1000000042", "0811222333", "jp1111111111", "rp 150.000"])
def test_numbers_keep_their_repeated_digits(kept: str) -> None:
    assert normalise(kept.upper()) == kept


def test_slang_stands_for_words_that_are_not_slang_themselves() -> None:
    again = {short: word for short, word in SLANG.items() if normalise(word) != word}
    assert not again


@given(st.text())
def test_any_text_becomes_words_with_single_blanks(text: str) -> None:
    read = normalise(text)
    assert read == " ".join(read.split())
    assert not any(character.isspace() and character != " " for character in read)


@given(st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1), st.integers(3, 9))
def test_a_word_drawn_out_reads_the_same_however_long_it_is_drawn(word: str, times: int) -> None:
    assert normalise("x" + word[-1] * 3) == normalise("x" + word[-1] * times)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("pesanan saya belum sampai", "id"), ("where is my order", "en"), ("cs dong", "id"), ("agent please", "en"),
        ("size M nya masih ready kak?", "id"), ("does it ship to Bandung?", "en"), ("TG1000000042", "id"), ("😡", "id"),
        ("", "id"), ("gmn cara balikinnya", "id"), ("thx", "en"), ("my refund still not here", "en"),
    ],
)  # fmt: skip
def test_the_language_is_told_by_common_words_and_is_indonesian_where_nothing_tells(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert language_of(text) in ("id", "en")
