"""How a customer feels: on public data by the same recipe, and as shipped."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from tanggap.core.errors import UsageError
from tanggap.routing.signals.classifier import train
from tanggap.routing.signals.sentiment import RECIPE, sentiment, train_sentiment

SMSA = "indonlu/dataset/smsa_doc-sentiment-prosa/{}_preprocess.tsv"
NUSAX = "nusax/datasets/sentiment/{}/test.csv"


def _read(shared: Path, name: str) -> str:
    with tarfile.open(shared / "data" / "id_text.tgz") as archive:
        member = archive.extractfile(name)
        assert member is not None
        return member.read().decode()


def _smsa(shared: Path, part: str) -> tuple[list[str], list[str]]:
    rows = [line.rsplit("\t", 1) for line in _read(shared, SMSA.format(part)).splitlines()]
    return [text for text, _ in rows], [label for _, label in rows]


def test_the_recipe_reaches_75_of_100_macro_f1_on_smsa(shared: Path) -> None:
    texts, labels = _smsa(shared, "train")
    # Calibrating three labels by one temperature moves no label: left out to save time.
    model = train(texts, labels, **RECIPE, folds=1)
    told, truth = _smsa(shared, "test")
    assert f1_score(truth, [sentiment(text, model).label for text in told], average="macro") >= 0.75


@pytest.mark.parametrize(("language", "least"), [("indonesian", 0.66), ("english", 0.51)])
def test_the_shipped_model_which_never_saw_such_text_keeps_its_measured_figure(
    shared: Path, language: str, least: float
) -> None:
    rows = list(csv.DictReader(io.StringIO(_read(shared, NUSAX.format(language)))))
    found = [sentiment(row["text"]).label for row in rows]
    assert f1_score([row["label"] for row in rows], found, average="macro") >= least


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("barangnya bagus banget, makasih kak", "positive"), ("great quality, love it", "positive"),
        ("parah kecewa bgt, barang rusak", "negative"), ("terrible service, never again", "negative"),
        ("tidak mengecewakan", "positive"), ("tidak bagus", "negative"), ("ongkir ke bandung berapa", "neutral"),
        ("is size m available?", "neutral"), ("", "neutral"), ("😡", "negative"),
    ],
)  # fmt: skip
def test_plain_moods_are_read(text: str, label: str) -> None:
    assert sentiment(text).label == label


@given(st.text())
def test_any_text_has_a_sentiment_between_minus_one_and_one(text: str) -> None:
    found = sentiment(text)
    assert -1 <= found.value <= 1
    assert found.label in ("positive", "neutral", "negative")


def test_texts_without_their_labels_are_refused() -> None:
    with pytest.raises(UsageError):
        train_sentiment(["a", "b"], ["positive"])
