"""``tanggap simulate --policy``: policies side by side, kept, drawn, and told in either language."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Tanggap, run

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
