"""Danger, fraud, legal threat and vulnerable people are heard; what merely looks like one is not."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.routing.signals.safety import hazard

HERE = Path(__file__).parent
ROWS = [row.split("\t") for row in (HERE / "hazards.tsv").read_text("utf-8").splitlines()[1:]]
#: Written from what the guardrail means, before anybody looked at the phrases; they were mended by the half "seen".
HARD = [row.split("\t") for row in (HERE / "hazards_adversarial.tsv").read_text("utf-8").splitlines()[1:]]


def _of(language: str, *, dangerous: bool) -> list[tuple[str, str]]:
    return [(kind, text) for spoken, kind, text in ROWS if spoken == language and (kind != "none") == dangerous]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_set_has_both_classes_and_every_kind(language: str) -> None:
    dangerous, harmless = _of(language, dangerous=True), _of(language, dangerous=False)
    assert len(dangerous) >= 60
    assert len(harmless) >= 50
    assert {kind for kind, _ in dangerous} == {"safety", "fraud", "legal", "vulnerable"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_at_least_98_of_100_hazards_are_heard_and_their_kind_is_told(language: str) -> None:
    rows = _of(language, dangerous=True)
    assert sum(hazard(text) is not None for _, text in rows) >= 0.98 * len(rows)
    assert sum(hazard(text) == kind for kind, text in rows) >= 0.95 * len(rows)


@pytest.mark.parametrize("language", ["id", "en"])
def test_at_most_5_of_100_harmless_messages_are_taken_for_hazards(language: str) -> None:
    rows = _of(language, dangerous=False)
    assert sum(hazard(text) is not None for _, text in rows) <= 0.05 * len(rows)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("half", "least", "sure"), [("seen", 0.98, 0.95), ("kept", 0.90, 0.80)])
def test_hazards_and_what_only_looks_like_one_are_told_apart(
    language: str, half: str, least: float, sure: float
) -> None:
    rows = [(kind, hazard(text)) for spoken, kind, part, text in HARD if (spoken, part) == (language, half)]
    dangerous = [found for kind, found in rows if kind != "none"]
    heard = sum(found is not None for found in dangerous)
    assert len(rows) >= 75
    assert heard / len(dangerous) >= least
    assert heard / sum(found is not None for _, found in rows) >= sure


def test_reports_of_fraud_by_another_hand_are_heard_and_little_else(shared: Path) -> None:
    """CLINC150: what its authors call a report of fraud, and their other 149 intents of everyday life."""
    with tarfile.open(shared / "data" / "intents_en.tgz") as packed:
        name = next(one for one in packed.getnames() if one.endswith("data_full.json"))
        rows = json.load(packed.extractfile(name))["test"]  # type: ignore[arg-type]
    fraud = [hazard(text) for text, intent in rows if intent == "report_fraud"]
    others = [hazard(text) for text, intent in rows if intent != "report_fraud"]
    assert sum(found == "fraud" for found in fraud) / len(fraud) >= 0.70
    assert sum(found is not None for found in others) / len(others) < 0.005


@pytest.mark.parametrize(
    ("dangerous", "harmless"),
    [
        ("baterainya terbakar", "ayam terbakar rasa pedas"),
        ("saya lapor polisi", "polisi tidur 1 meter"),
        ("tangan saya kena racun", "obat nyamuk semprot"),
        ("saya alergi", "ini tidak bikin alergi"),
        ("i got burned", "fat burner"),
        ("I will sue you", "it suits me well"),
        ("my account was hacked", "kitchen hacks"),
        ("saya pakai kursi roda, ada kurir yang bisa naik?", "kursi roda lipat masih ready?"),
        ("ibu saya stroke, ada pegangan kamar mandi yang ready?", "pegangan untuk pasien stroke masih ready?"),
        ("saya gugat toko ini", "template surat gugatan masih ready?"),
        ("I feel suicidal", "suicide squad t-shirt in stock?"),
        ("kartu kredit saya dipake orang lain", "bisa dipakai orang dewasa?"),
        ("ada transaksi yg gak gue lakuin", "ada transaksi minimal?"),
        ("mainannya ada jarum, kaki anak gw ketusuk", "sate tusuk isi berapa?"),
        ("akun aku kok login di hp org", "cara login di hp gimana?"),
        ("im 79 and confused with this website", "im 79 kg, which size fits me?"),
        ("I'm deaf, do you have a text line?", "do you have vinyl by the deaf poets?"),
    ],
)
def test_false_friends_are_told_from_what_they_look_like(dangerous: str, harmless: str) -> None:
    assert hazard(dangerous)
    assert hazard(harmless) is None


def test_danger_comes_before_fraud_and_law() -> None:
    assert hazard("saya lapor polisi, akun saya dihack, baterainya meledak") == "safety"
    assert hazard("saya lapor polisi, akun saya dihack") == "fraud"


def test_a_hazard_at_the_end_of_a_long_message_is_heard() -> None:
    assert hazard("pesanan saya " * 2_000 + "chargernya meledak") == "safety"


def test_slang_and_slips_do_not_hide_a_hazard() -> None:
    assert hazard("akun sy di hack org") == "fraud"
    assert hazard("MELEDAAAAK batrenya") == "safety"


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert hazard(text) in ("safety", "fraud", "legal", "vulnerable", None)
