"""Anger is heard in its own words, and not wherever somebody says no; and when it rises."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.routing.signals.anger import ANGRY, anger_rises, temper
from tanggap.routing.signals.read import SignalReader
from tanggap.routing.signals.sentiment import sentiment


def _rises(messages: list[str]) -> bool:
    """Whether at any of them anger has risen."""
    tempers = [temper(text, sentiment(text).value) for text in messages]
    return any(anger_rises(tempers[:seen]) for seen in range(1, len(tempers) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "gimana sih, jawabannya muter2 terus", "udah 3 kali saya bilang", "cs goblok", "kesel bgt sama toko ini",
        "PHP doang", "this is ridiculous", "thanks for nothing", "are you kidding me?", "I already told you",
        "you stupid bot", "stop wasting my time", "for the third time, where is it", "BARANG SAYA MANA RUSAK SEMUA",
        "anjing lu", "dasar monyet", "jancok", "ampun deh kalian", "whatever", "I'm losing my mind here",
        "you are dumb",
    ],
)  # fmt: skip
def test_angry_words_are_angry(text: str) -> None:
    assert temper(text, sentiment(text).value) <= ANGRY


@pytest.mark.parametrize(
    "text",
    [
        "No, not this one.", "I am Ben.", "From Detroit to Chicago", "I don't want anything in the east part of town",
        "tidak, bukan yang itu", "nama saya Budi", "pesanan saya belum sampai", "barangnya rusak kak, minta tukar",
        "the parcel is late", "it arrived broken", "my stomach is rumbling!!!", "I hate this weather", "",
        "TG1000000042",
    ],
)  # fmt: skip
def test_a_no_a_fact_and_a_complaint_are_not_anger(text: str) -> None:
    assert temper(text, sentiment(text).value) == 0


@pytest.mark.parametrize(
    "text",
    [
        "makanan anjing ready?", "anjing saya suka makanannya", "boneka monyet ada?", "masker babi", "bloody mary mix",
        "action figures ready?", "whatever size works", "dumb bells 5 kg", "damn good product, thanks",
        "tas bolak-balik warna apa",
    ],
)  # fmt: skip
def test_goods_and_praise_are_not_anger(text: str) -> None:
    assert temper(text, sentiment(text).value) == 0


@given(st.text(), st.floats(-1, 1))
def test_any_text_has_a_temper_between_angry_and_calm(text: str, mood: float) -> None:
    assert -1 <= temper(text, mood) <= 0


@pytest.mark.parametrize(
    ("history", "rises"),
    [
        ([], False),
        ([-0.9], False),  # one bad message is a complaint
        ([0.0, -0.9], False),  # so is one after a greeting
        ([-0.9, -0.9], False),
        ([-0.7, -0.8, -0.9], True),  # three angry ones in a row
        ([0.0, -0.5, -0.9], True),  # mean −0.7 of the last two against 0.0
        ([0.2, 0.1, 0.0, -0.9], True),  # −0.45 against 0.15
        ([0.0, 0.0, 0.1, -0.7], False),  # −0.3 against 0.0
        ([-0.9, -0.9, 0.4], False),  # it got better
        ([-0.3, -0.4, -0.5], False),
    ],
)
def test_anger_rises_by_the_written_rule(history: list[float], rises: bool) -> None:
    assert anger_rises(history) is rises


@given(st.lists(st.floats(-1, 1), max_size=8))
def test_anger_never_rises_while_the_last_message_is_not_angry(history: list[float]) -> None:
    assert not anger_rises([*history, ANGRY + 0.01])


def test_one_angry_message_is_not_enough_and_two_are() -> None:
    calm, cross = "halo, pesanan saya TG1000000042", "gak nyambung deh jawabannya"
    assert not _rises([calm, calm, cross])
    assert _rises([calm, cross, "udah berkali-kali saya bilang"])


def test_the_reader_tells_the_temper() -> None:
    found = SignalReader().read("cs goblok")
    assert found.temper <= ANGRY
    assert SignalReader().read("ongkir ke bandung berapa").temper == 0


def test_of_service_chats_of_another_hand_few_grow_angry_and_most_of_them_where_people_were_told_to_be_grumpy(
    shared: Path,
) -> None:
    """STAR: in 144 of 6,652 dialogues people were told to be grumpy, or to be like something else. The mood alone would
    say so of one conversation in five.
    """
    calm, told = [], []
    with gzip.open(shared / "data" / "star_dialogues.jsonl.gz", "rt") as rows:
        for number, row in enumerate(rows):
            events = json.loads(row)["Events"]
            guide = " ".join(e.get("Text") or "" for e in events if e.get("Agent") == "UserGuide")
            said = [e["Text"] for e in events if e.get("Agent") == "User" and e.get("Action") == "utter" and e["Text"]]
            if "grumpy" in guide:
                told.append(_rises(said))
            elif number % 4 == 0:
                calm.append(_rises(said))
    assert len(told) == 144
    assert sum(calm) / len(calm) < 0.008
    assert sum(told) / len(told) > 0.12
