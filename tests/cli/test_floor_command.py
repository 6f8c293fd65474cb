"""``tanggap simulate --policy``: policies side by side, kept, drawn, and told in either language."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Tanggap, run

from tanggap.simulator.floor.learning import Step
from tanggap.simulator.floor.worlds import World

SMALL = ("--agents", 1, "--days", 1, "--seeds", 2, "--seed", 3, "--policy", "bot_first,tanggap")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("floor")
    done = run("simulate", *SMALL, "--keep", folder, "--json")
    assert done.code == 0, done.err
    assert done.json["schema"] == "tanggap.floor/1"
    assert set(done.json["worlds"]["base"]["policies"]) == {"bot_first", "tanggap"}
    assert all(found["honoured"][0] == 1 for found in done.json["worlds"]["base"]["policies"].values())
    return folder


@pytest.mark.parametrize(("lang", "words"), [
    ("id", ("Bot dulu", "bagian dari batas", "dipenuhi")), ("en", ("Bot first", "share of the bound", "honoured")),
])  # fmt: skip
def test_tables_are_told_in_either_language_and_runs_that_are_kept_are_not_played_again(
    kept: Path, tanggap: Tanggap, lang: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in kept.glob("*.json"))
    done = tanggap("simulate", *SMALL, "--keep", kept, "--lang", lang)
    assert done.code == 0, done.err
    assert all(word in done.out for word in words)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in kept.glob("*.json")) == before
    assert "<svg" in (kept / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("wrong", [("--policy", "best"), ("--world", "mars")])
def test_an_unknown_policy_or_world_is_told_with_those_there_are(tanggap: Tanggap, wrong: tuple[str, str]) -> None:
    done = tanggap("simulate", *wrong)
    assert done.code == 2
    assert wrong[1] in done.err
    assert "all, " in done.err


@pytest.mark.parametrize(("lang", "words"), [
    ("id", ("malam", "belajar tiap malam", "sekali belajar", "(80,0–100,0)")),
    ("en", ("nights", "learning each night", "learnt once", "(80.0–100.0)")),
])  # fmt: skip
def test_learning_is_told_night_by_night_beside_what_was_learnt_once(
    tanggap: Tanggap, lang: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def follow(world: World, *, agents: int, seed: int, settings: object) -> list[Step]:
        assert (world.key, agents) == ("drift", 2)
        return [Step(0, 0.7), Step(100 * seed, 0.7 + 0.1 * seed), *([Step(900, 1.0)] if seed == 3 else [])]

    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("tanggap.cli.floor.learn_through_drift", follow)
    asked = ("simulate", "--learning", "drift", "--agents", 2, "--seed", 1, "--seeds", 3)
    done = tanggap(*asked, "--lang", lang)
    assert done.code == 0, done.err
    assert all(word in done.out for word in words)
    assert "900" not in done.out, "a night that not every shop has seen is left out"
    told = tanggap(*asked, "--json").json
    assert (told["schema"], told["kind"], told["seeds"]) == ("tanggap.learning/1", "drift", [1, 2, 3])
    assert told["steps"][1][1] == [200, pytest.approx(0.9)]


def test_an_unknown_kind_of_learning_is_told_with_those_there_are(tanggap: Tanggap) -> None:
    done = tanggap("simulate", "--learning", "by_heart")
    assert done.code == 2
    assert "wrong_prior, drift" in done.err
