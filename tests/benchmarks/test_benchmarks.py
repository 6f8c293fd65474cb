"""The benchmarks at a tiny size: not how fast, but that all contestants give the same, and that results are kept."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
SIZE = 1_000


@pytest.fixture(scope="session", autouse=True)
def _benchmarks_importable() -> Iterator[None]:
    sys.path.insert(0, str(ROOT))
    yield
    sys.path.remove(str(ROOT))


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lake of 1,000 conversations."""
    from benchmarks import lake

    folder = tmp_path_factory.mktemp("benchmarks")
    lake.make(SIZE, folder)
    return folder


def _setting(out: Path):
    from benchmarks.measure import Setting

    return Setting(SIZE, out, 1)


@pytest.mark.parametrize("name", ["scorecard", "facts", "clock"])
def test_all_contestants_give_the_same_figures(out, name):
    from benchmarks.measure import benchmark
    from benchmarks.results import difference

    for library in ("polars", "pandas"):
        pytest.importorskip(library, reason="the extra tanggap[bench] is not installed")
    what = benchmark(name)
    found = {case: json.loads(json.dumps(what.cases[case](_setting(out))))["figures"] for case in what.agree}
    first = found.pop(what.agree[0])
    assert sum(len(cells) for cells in first.values()) > 0
    for case, figures in found.items():
        assert difference(first, figures) <= what.tolerance, case


def test_the_scorecard_covers_every_headline_figure_of_its_facts(out):
    from benchmarks.scorecard import keys
    from benchmarks.scorecard_sql import QUERIES

    named = " ".join(aggregates for *_, aggregates in QUERIES)
    assert len(keys()) >= 22
    assert [key for key in keys() if f"as {key}__n" not in named] == []


def test_a_refresh_folds_the_conversations_with_new_events_and_leaves_the_lake_as_it_was(out):
    from benchmarks.measure import benchmark

    from benchmarks import lake

    before = lake.opened(SIZE, out).snapshot().rows("events")
    found = benchmark("refresh").cases["cold"](_setting(out))
    assert found["folded"] >= found["events"] - 1
    assert lake.opened(SIZE, out).snapshot().rows("events") == before
    assert not list(out.glob("copy-*"))


@pytest.mark.parametrize("case", ["zendesk_lake", "csv_lake"])
def test_every_generated_ticket_is_imported(out, case, monkeypatch):
    from benchmarks.measure import Setting

    from benchmarks import imports

    monkeypatch.setattr(imports, "_one_core", lambda: None)  # the rest of the suite wants its cores
    found = imports.BENCHMARK.cases[case](Setting(200, out, 1))
    assert (found["tickets"], found["bad"]) == (200, 0)


def test_simulating_counts_what_it_makes(out):
    from benchmarks.measure import benchmark

    found = benchmark("simulator").cases["plain"](_setting(out))
    assert found["conversations"] == pytest.approx(SIZE, rel=0.1)
    assert found["events"] > 5 * found["conversations"]


def test_difference_sees_other_values_other_counts_and_missing_cells():
    from benchmarks.results import difference

    one = {"a": [["chat", 1, 2.0, 5], ["chat", 2, 4.0, 5]]}
    assert difference(one, one) == 0
    assert difference(one, {"a": [["chat", 1, 2.0, 5], ["chat", 2, 5.0, 5]]}) == pytest.approx(0.2)
    assert difference(one, {"a": [["chat", 1, 2.0, 6], ["chat", 2, 4.0, 5]]}) == math.inf
    assert difference(one, {"a": [["chat", 1, 2.0, 5]]}) == math.inf
    assert difference(one, {"b": one["a"]}) == math.inf


def test_results_of_another_lake_are_dropped_and_measured_again(tmp_path):
    from benchmarks.__main__ import _arguments, steps
    from benchmarks.measure import benchmark
    from benchmarks.results import Results

    from benchmarks import lake

    def make(file: str) -> None:
        told = {"schema": lake.schema(), "files": {"events": [file]}}
        (lake.folder(SIZE, tmp_path) / "contents.json").write_text(json.dumps(told))

    def measured(results: Results, case: str, n: int) -> None:
        cell = ["chat", 1, 2.0, n]
        results.keep("scorecard", SIZE, case, {"wall": 1.0, "figures": {"interactions": [cell]}})

    results, what = Results(tmp_path), benchmark("scorecard")
    asked = _arguments(["--only", "scorecard", "--size", str(SIZE), "--case", "sql", "--case", "pandas"])
    lake.folder(SIZE, tmp_path).mkdir(parents=True)
    make("of-one-lake")
    measured(results, "sql", 5)
    measured(results, "pandas", 5)
    assert results.check(what, SIZE) == 0
    assert list(steps(asked, results)) == []
    make("of-another")
    assert [case for _, _, case in steps(asked, results)] == ["sql", "pandas"]
    measured(results, "sql", 7)
    assert results.check(what, SIZE) is None
    assert results.read("scorecard", SIZE)["cases"].keys() == {"sql"}
    assert "difference" not in results.read("scorecard", SIZE)
    measured(results, "pandas", 5)
    with pytest.raises(AssertionError, match="differ by inf"):
        results.check(what, SIZE)


def _asked(*more: str):
    from benchmarks.__main__ import _arguments

    return _arguments(["--only", "clock", "--size", "100", "--repeats", "1", *more])


def test_a_run_keeps_each_result_goes_on_where_it_was_and_writes_the_report(tmp_path):
    from benchmarks.__main__ import run, steps
    from benchmarks.results import Results

    quiet = Console(quiet=True)
    places = ("--out", str(tmp_path / "out"), "--docs", str(tmp_path / "docs"))
    assert run(_asked("--case", "arrays", *places), quiet) == 0
    results = Results(tmp_path / "out")
    assert [case for _, _, case in steps(_asked(*places), results)] == ["engine"]
    assert run(_asked(*places), quiet) == 0
    assert list(steps(_asked(*places), results)) == []
    found = results.read("clock", 100)
    assert found["difference"] == 0
    assert all(facts["process"]["peak_mb"] > 10 for facts in found["cases"].values())
    report = (tmp_path / "docs" / "BENCHMARKS.md").read_text()
    assert "### 100 conversations" in report
    assert "All agree exactly." in report
    assert str(tmp_path) not in report


def test_the_report_says_met_and_missed_only_at_sizes_a_target_speaks_of(tmp_path):
    from benchmarks.report import write_report
    from benchmarks.results import Results

    results = Results(tmp_path)
    process = {"wall": 1.0, "cpu": 1.0, "peak_mb": 100.0}
    for size, wall in ((1_000, 9.0), (1_000_000, 0.4), (2_000_000, 4.0)):
        results.keep("clock", size, "engine", {
            "first": wall, "wall": wall, "cpu": wall, "runs": 1, "durations": size * 10, "process": process,
        })  # fmt: skip
    report = write_report(results, tmp_path / "docs").read_text()
    lines = [line for line in report.splitlines() if "≥ 20 M durations" in line]
    assert [line.split(" | ")[2:] for line in lines] == [
        ["1,000,000", "25", "met |"], ["2,000,000", "5", "**missed** |"]
    ]  # fmt: skip


def test_the_drawing_shows_every_size_measured(tmp_path):
    from benchmarks.growth import draw_growth, points
    from benchmarks.results import Results

    results = Results(tmp_path)
    assert not draw_growth(results, tmp_path / "growth.svg")
    for size in (1_000, 10_000, 100_000):
        results.keep("facts", size, "all", {"wall": size / 1e5})
    assert {point["size"] for point in points(results)} == {1_000, 10_000, 100_000}
    assert draw_growth(results, tmp_path / "growth.svg")
    drawing = (tmp_path / "growth.svg").read_text()
    assert ">100 k</text>" in drawing
    assert ">all facts</text>" in drawing
