"""Who asks for a person is heard: measured on messages written by somebody else than the phrases and training text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import InputError
from tanggap.routing.signals import templates
from tanggap.routing.signals.classifier import train
from tanggap.routing.signals.templates import examples, expand, mistype
from tanggap.routing.signals.wants_person import TRAINING, wants_person

SET = Path(__file__).parent / "wants_a_person.tsv"
ROWS = [row.split("\t") for row in SET.read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize("language", ["id", "en"])
def test_recall_is_99_and_precision_90_of_100_on_the_test_set(language: str) -> None:
    rows = [(wants == "1", wants_person(text).wanted) for spoken, wants, text in ROWS if spoken == language]
    heard = sum(wants and said for wants, said in rows)
    assert len(rows) >= 300
    assert heard / sum(wants for wants, _ in rows) >= 0.99
    assert heard / sum(said for _, said in rows) >= 0.90


@pytest.mark.parametrize(
    "text",
    [
        "mau ngomong sama orang", "cs dong", "admin mana", "mo ngmng sm org dong", "CS WOIII", "minta d telpon petugas",
        "sambungin ke petgas", "jangan bot lagi", "tidak mau dijawab robot", "can i talk to a reprsentative",
        "HUMAN!!!", "not a bot please", "that does not help. agent", "is there anyone real there?", "call me back pls",
    ],
)  # fmt: skip
def test_a_wish_is_heard_in_slang_in_capitals_and_with_slips(text: str) -> None:
    assert wants_person(text).wanted


@pytest.mark.parametrize(
    "text",
    [
        "agen pengiriman terdekat di mana", "biaya admin berapa", "nomor cs jne berapa",
        "ngomong-ngomong kapan restock", "polisi tidur ada?",
        "customer service buka jam berapa", "ga usah disambungin ke cs", "kemarin sudah telepon cs dan beres",
        "tenda untuk 4 orang", "robot vacuum masih ready?", "travel agent discount", "i do not need an agent",
        "human hair wig", "the courier didn't call me", "terima kasih admin", "", "😡", "TG1000000042",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_wish_is_none(text: str) -> None:
    assert not wants_person(text).wanted


def test_who_heard_it_is_told() -> None:
    assert wants_person("cs dong").by == "phrase"
    assert wants_person("ongkir ke medan berapa").by == ""
    keen = train(["aaa bbb", "ccc ddd"] * 5, ["1", "0"] * 5, threshold=0.5)
    assert wants_person("aaa bbb", keen).by == "classifier"
    assert not wants_person("ccc ddd", keen).wanted


def test_a_wish_at_the_end_of_a_long_message_is_heard() -> None:
    assert wants_person("pesanan saya belum sampai. " * 400 + "tolong sambungkan ke cs").wanted


@given(st.text())
def test_any_text_gets_an_answer_with_a_share(text: str) -> None:
    found = wants_person(text)
    assert 0 <= found.score <= 1
    assert found.wanted == bool(found.by)


@given(st.sampled_from(["mau ngomong sama orang", "talk to a human please", "cs dong"]), st.data())
def test_capitals_and_blanks_change_nothing(wish: str, data: st.DataObject) -> None:
    blanks = data.draw(st.lists(st.sampled_from([" ", "  ", "\n", "\t"]), min_size=8, max_size=8))
    written = "".join(blanks[n % 8] if letter == " " else letter for n, letter in enumerate(wish))
    assert wants_person(data.draw(st.sampled_from([written, written.upper(), written.title()]))).wanted


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_figures_hold_without_the_sentences_that_are_training_text_too(language: str) -> None:
    trained = {example.text.lower() for example in examples(*TRAINING)}
    rows = [
        (wants == "1", wants_person(text).wanted)
        for spoken, wants, text in ROWS
        if spoken == language and text.lower() not in trained
    ]
    heard = sum(wants and said for wants, said in rows)
    assert heard / sum(wants for wants, _ in rows) >= 0.99
    assert heard / sum(said for _, said in rows) >= 0.90


def test_a_template_is_drawn_evenly_and_the_same_every_time() -> None:
    drawn = expand("(a|b|c) x( y|)", 3)
    assert {text[0] for text in drawn} == {"a", "b", "c"}
    assert drawn == expand("(a|b|c) x( y|)", 3)
    assert sorted(expand("(a|b) c", 10)) == ["a c", "b c"]


@given(st.text(min_size=8), st.randoms())
def test_a_slip_changes_at_most_one_letter_in_length(text: str, chance: object) -> None:
    import random

    assert abs(len(mistype(text, random.Random(str(chance)))) - len(text)) <= 1


def test_a_broken_line_of_training_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "x.tsv").write_text("1\tok\nno tab here\n")
    monkeypatch.setattr(templates, "files", lambda _: tmp_path)
    with pytest.raises(InputError, match=r"x\.tsv, line 2"):
        examples("x.tsv")
