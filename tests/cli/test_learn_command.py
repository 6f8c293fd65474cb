"""``tanggap learn``: learns, keeps, tells."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
from cli_runner import Tanggap, run

from tanggap.cli.words_learn import LEARN_WORDS
from tanggap.records.lake import Lake
from tanggap.routing.learn.lake import Code
from tanggap.routing.learn.store import load_customer_values, load_model, model_versions


@pytest.fixture(scope="module")
def lake(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of this file's own: learning writes into it."""
    place = tmp_path_factory.mktemp("learn") / "lake"
    shutil.copytree(shop, place)
    return place


@pytest.fixture(scope="module")
def told(lake: Path) -> Any:
    """What ``learn --json`` says."""
    done = run("learn", "--lake", lake, "--json")
    assert done.code == 0, done.err
    return done.json


def test_json_tells_what_was_learnt_and_the_lake_keeps_it(told: Any, lake: Path) -> None:
    model = load_model(Lake(lake), told["version"])
    assert told["schema"] == "tanggap.learn/1"
    assert told["conversations"] == model.conversations > 300
    assert {row["intent"] for row in told["intents"]} == set(model.intents)
    one = next(row for row in told["intents"] if row["worth"]["total"])
    parts = ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference")
    assert sum(one["worth"][part] for part in parts) == pytest.approx(one["worth"]["total"])
    assert one["worth"]["standard_error"] > 0
    assert len(told["minute_price_by_hour"]) == 24
    assert told["customers"]["buyers"] == load_customer_values(Lake(lake), told["version"]).num_rows


@pytest.mark.parametrize(("lang", "columns", "words"), [
    ("id", 80, ("Dipelajari dari", "Kesabaran menunggu", "Nilai pelanggan", "Disimpan")),
    ("en", 140, ("Learnt from", "Patience while waiting", "What customers are worth", "Kept")),
])  # fmt: skip
def test_people_read_it_in_their_language_on_any_screen(
    tanggap: Tanggap, lake: Path, told: Any, lang: str, columns: int, words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", str(columns))
    done = tanggap("learn", "--lake", lake, "--lang", lang, "--all")
    assert done.code == 0, done.err
    assert all(word in done.out for word in words)
    status = {"id": "Status pesanan", "en": "Order status"}[lang]
    assert re.search(rf"{status} +\d+\s→\s\d+", done.out)
    assert "…" not in done.out, "no number is cut off"
    assert told["version"] in done.out  # the same lake gives the same model
    lines = done.out.splitlines()
    assert max(map(len, lines[1:-1])) <= columns  # the first and last hold the model's name and place, whole
    assert not any("…" in line for line in lines)


def test_as_of_looks_no_further(tanggap: Tanggap, lake: Path, told: Any) -> None:
    earlier = tanggap("learn", "--lake", lake, "--json", "--as-of", "2025-11-01").json
    assert earlier["as_of"] == "2025-11-01T00:00:00+07:00"
    assert "future" in {note["code"] for note in earlier["notes"]}
    assert earlier["conversations"] < told["conversations"]


def test_a_wrong_instant_and_a_missing_lake_are_told(tanggap: Tanggap, lake: Path, tmp_path: Path) -> None:
    done = tanggap("learn", "--lake", lake, "--as-of", "yesterday")
    assert done.code == 2
    assert "--as-of" in done.err
    assert tanggap("learn", "--lake", tmp_path / "none").code == 4


def test_a_lake_without_conversations_needs_attention(tanggap: Tanggap, tmp_path: Path) -> None:
    assert tanggap("init", "--lake", tmp_path / "lake").code == 0
    done = tanggap("learn", "--lake", tmp_path / "lake", "--lang", "en")
    assert done.code == 1
    assert "no conversation to learn from yet" in done.out.splitlines()[0]
    assert "1970" not in done.out
    assert len(model_versions(Lake(tmp_path / "lake"))) == 1


def test_there_are_words_for_everything_that_may_be_noted() -> None:
    told = {key.removeprefix("learn.note.") for key in LEARN_WORDS if key.startswith("learn.note.")}
    assert told == set(get_args(Code))


def test_every_word_is_there_in_both_languages() -> None:
    for key, words in LEARN_WORDS.items():
        assert words["id"].strip() != "" != words["en"].strip(), key
        fields = [sorted(re.findall(r"{(\w+)}", words[lang])) for lang in ("id", "en")]
        assert fields[0] == fields[1], key
