"""The text classifier: what it learns it keeps, on disk too; it says nothing where it knows nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import InputError, UsageError
from tanggap.routing.signals.classifier import NOTHING, TextModel, deal, train
from tanggap.routing.signals.ngrams import SHOWN, Vocabulary, blocks

FRUIT = ("red apple", "ripe apple pie", "sweet pear", "a pear tree", "fresh apple juice", "green pear")
TOOLS = ("steel hammer", "a heavy hammer", "wood saw", "sharp saw blade", "hammer and nails", "the old saw")
FAR = ("moon rocket", "rocket to mars", "night sky moon")
TEXTS = (*FRUIT, *TOOLS, *FAR)
LABELS = (*["fruit"] * 6, *["tool"] * 6, *[NOTHING] * 3)


@pytest.fixture(scope="module")
def model() -> TextModel:
    return train(TEXTS, LABELS, threshold=0.4)


def test_it_labels_texts_it_has_not_seen(model: TextModel) -> None:
    assert model.predict("apple").label == "fruit"
    assert model.predict("hammers").label == "tool"


def test_probabilities_sum_to_one_and_the_best_comes_first(model: TextModel) -> None:
    assert model.probabilities(["apple", "zzz", ""]).sum(axis=1) == pytest.approx([1, 1, 1])
    found = model.predict("apple saw")
    assert found.confidence == found.top[0][1] == max(chance for _, chance in found.top)
    assert len(found.top) == 3


@pytest.mark.parametrize("text", ["", "   ", "🤷", "ξψω", "\x00"])
def test_it_abstains_where_it_knows_no_word(model: TextModel, text: str) -> None:
    assert model.predict(text).label is None


def test_it_never_answers_the_label_for_nothing(model: TextModel) -> None:
    found = model.predict("moon rocket")
    assert found.top[0][0] == NOTHING
    assert found.label is None


def test_a_higher_threshold_only_makes_it_abstain_more() -> None:
    sure = train(TEXTS, LABELS, threshold=1.0)
    assert sure.predict("apple").label is None
    assert sure.predict("apple").top[0][0] == "fruit"


def test_a_stored_model_is_the_trained_model_to_the_last_bit(model: TextModel, tmp_path: Path) -> None:
    model.save(tmp_path / "m.npz")
    again = TextModel.load(tmp_path / "m.npz")
    assert again.version == model.version
    for text in (*TEXTS, "apple saw", "something else entirely", ""):
        assert again.predict(text) == model.predict(text)


def test_the_same_texts_give_the_same_bytes(model: TextModel, tmp_path: Path) -> None:
    twin = train(TEXTS, LABELS, threshold=0.4)
    assert twin.version == model.version
    for name, one in (("a", model), ("b", twin)):
        one.save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_other_texts_give_another_version(model: TextModel) -> None:
    assert train((*TEXTS[:-1], "night sky mars"), LABELS, threshold=0.4).version != model.version


@given(st.text(max_size=200))
def test_one_by_one_and_together_say_the_same(model: TextModel, text: str) -> None:
    one, (many,) = model.predict(text), model.predict_many([text])
    assert one.label == many.label or one.confidence == pytest.approx(0.4, abs=1e-5)
    assert one.confidence == pytest.approx(many.confidence, abs=1e-5)


def test_no_texts_give_no_predictions(model: TextModel) -> None:
    assert model.predict_many([]) == []


def test_two_labels_are_calibrated_to_their_shares() -> None:
    rng = np.random.default_rng(5)
    # Ten words say nothing; "yes" is seen in 80 % of the texts of one label and 20 % of the other.
    texts, labels = [], []
    for number in range(600):
        label = number % 4 == 0
        says = rng.random() < (0.8 if label else 0.2)
        texts.append(" ".join([f"word{rng.integers(10)}", "yes" if says else "no"]))
        labels.append("rare" if label else "common")
    for weight in (None, "balanced"):
        model = train(texts, labels, class_weight=weight, folds=3)
        rare = model.probabilities(texts)[:, model.labels.index("rare")]
        assert rare.mean() == pytest.approx(0.25, abs=0.05)
        says = np.array(["yes" in text for text in texts])
        share = np.mean([label == "rare" for label, said in zip(labels, says, strict=True) if said])
        assert rare[says].mean() == pytest.approx(share, abs=0.08)


def test_variants_of_a_sentence_are_held_out_together() -> None:
    fold = deal(["a"] * 6 + ["b"] * 2, [1, 1, 2, 2, 3, 3, 4, 5], 3)
    assert fold.tolist() == [0, 0, 1, 1, 2, 2, -1, -1]


def test_labels_with_one_text_can_be_learnt() -> None:
    model = train(["red apple", "steel hammer"], ["fruit", "tool"])
    assert model.predict("apple").label == "fruit"


@pytest.mark.parametrize(
    ("texts", "labels", "says"),
    [
        (["a b"], [], "1 texts but 0 labels"),
        (["a b", "c d"], ["x", "x"], "at least two labels"),
        (["", " "], ["x", "y"], "no word occurs"),
    ],
)
def test_what_cannot_be_learnt_is_told(texts: list[str], labels: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        train(texts, labels)


def test_a_file_that_is_no_model_is_told(model: TextModel, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    with pytest.raises(InputError, match="no text model"):
        TextModel.load(path)
    path.write_bytes(b"not a model")
    with pytest.raises(InputError, match="no text model"):
        TextModel.load(path)
    np.save(tmp_path / "bare.npy", np.zeros(3))
    with pytest.raises(InputError, match="a bare array"):
        TextModel.load(tmp_path / "bare.npy")
    model.save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="no text model"):
        TextModel.load(path)


def test_a_model_of_another_format_or_with_parts_missing_is_told(model: TextModel, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    for changed, says in (({"format": 99}, "format 99"), ({"labels": ["fruit"]}, "do not fit")):
        model.save(path)
        arrays = dict(np.load(path))
        words = json.loads(arrays["words"].tobytes()) | changed
        arrays["words"] = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
        np.savez(path, **arrays)
        with pytest.raises(InputError, match=says):
            TextModel.load(path)


def test_pieces_are_taken_within_words_with_a_blank_on_either_side() -> None:
    words, pieces = blocks("Ab cde")
    assert set(words) == {"ab", "cde", "ab cde"}
    assert set(pieces) == {" a", "ab", "b ", " ab", "ab ", " ab ", " c", "cd", "de", "e ", " cd", "cde", "de ", " cde",
                           "cde ", " cde "}  # fmt: skip


def test_order_numbers_are_all_the_same_to_it() -> None:
    assert blocks("order 12345") == blocks("order 98760")


def test_what_comes_late_in_a_long_message_is_not_looked_at() -> None:
    assert blocks("a" + " b" * SHOWN) == blocks(("a" + " b" * SHOWN)[:SHOWN])


def test_weights_are_those_of_the_formula() -> None:
    counted = [blocks("ab ab cd"), blocks("ab")]
    vocabulary = Vocabulary.of(counted, 1)
    idf = dict(zip((*vocabulary.words, *vocabulary.pieces), vocabulary.idf, strict=True))
    assert idf["ab"] == pytest.approx(1.0)  # in both: ln(3/3) + 1
    assert idf["cd"] == pytest.approx(np.log(3 / 2) + 1)
    columns, values = vocabulary.values(counted[0])
    words = columns < len(vocabulary.words)
    assert np.linalg.norm(values[words]) == pytest.approx(1)
    assert np.linalg.norm(values[~words]) == pytest.approx(1)
    by_word = {vocabulary.words[column]: value for column, value in zip(columns[words], values[words], strict=True)}
    assert by_word["ab"] / by_word["cd"] == pytest.approx((1 + np.log(2)) / (np.log(3 / 2) + 1))
