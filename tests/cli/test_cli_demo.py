"""The first minute: the demo and the simulator."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Tanggap, ndjson, run, talk

from tanggap.cli.progress import Stoppable
from tanggap.records.lake import Lake
from tanggap.records.tables import TABLES
from tanggap.routing.learn.store import model_versions


def test_the_demo_shows_a_scorecard_and_says_where_the_report_is(
    tanggap: Tanggap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "demo" / "lake"
    shown = tanggap("demo", "--conversations", 300, "--lake", lake)
    assert shown.code == 0, shown.err
    report = tmp_path / "demo" / "report.html"
    page = report.read_text()
    assert page.lower().startswith("<!doctype html>")
    assert 'src="http' not in page
    assert "<link" not in page
    flat = shown.out.replace("\n", "")
    assert str(report) in flat
    assert report.as_uri() in flat
    for text in ("made-up Indonesian online shop", "Satisfaction (CSAT)", "tanggap explain", "tanggap import",
                 "What if people's answers went where they are worth most?", "tanggap replay"):  # fmt: skip
        assert text in shown.out
    monkeypatch.setattr("tanggap.reports.html.write", lambda _, path: path.write_text("drawn again"))
    again = tanggap("demo", "--conversations", 300, "--lake", lake, "--json").json
    assert again["report"] == str(report)
    assert again["scorecard"]["schema"] == "tanggap.scorecard/1"
    assert again["replay"]["schema"] == "tanggap.replay/1"


def test_a_simulation_does_not_mix_with_something_else(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    tanggap("import", "events", ndjson(tmp_path / "a.ndjson", *talk("c1")), "--lake", lake)
    refused = tanggap("simulate", "--conversations", 50, "--lake", lake)
    assert refused.code == 2
    assert Lake(lake).snapshot().rows("conversations") == 1


@pytest.mark.parametrize("wrong", [("--conversations", 0), ("--days", 5000), ("--start", "soon")])
def test_an_impossible_shop_is_a_usage_error(wrong: tuple[str, object], tanggap: Tanggap, tmp_path: Path) -> None:
    assert tanggap("simulate", *wrong, "--lake", tmp_path / "lake").code == 2


def test_a_killed_simulation_goes_on_and_ends_as_in_one_go(tmp_path: Path) -> None:
    call = ["simulate", "--conversations", "200", "--days", "70", "--seed", "3", "--no-text", "--lake"]
    script = (
        "import os, signal, sys\nfrom tanggap.records.lake import Lake\npublish = Lake.publish\n"
        "def stop(lake):\n    {}publish(lake)\n    os.kill(os.getpid(), signal.SIGKILL)\nLake.publish = stop\n"
        f"sys.argv = ['tanggap', *{call!r}, {str(tmp_path / 'killed')!r}]\n"
        "from tanggap.cli.main import main\nmain()\n"
    )
    # Before the first chunk can be seen, after it, after the next, and when routing has learnt from what there is.
    for before in ("os.kill(os.getpid(), signal.SIGKILL); ", "", "", ""):
        killed = subprocess.run([sys.executable, "-c", script.format(before)], capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    for lake in ("killed", "whole"):
        assert run(*call, tmp_path / lake).code == 0
    assert model_versions(Lake(tmp_path / "killed")) == model_versions(Lake(tmp_path / "whole"))
    for name in ("events", "conversations", "decisions", "orders", "surveys", "customers", "agents"):
        table = TABLES[name]
        order = [(key, "ascending") for key in table.key]
        killed_rows, whole_rows = (Lake(tmp_path / lake).read(table).sort_by(order) for lake in ("killed", "whole"))
        assert killed_rows.equals(whole_rows)
        assert whole_rows.num_rows > 0


# Ctrl-C between two pieces


def interrupted(times: int) -> tuple[list[int], list[str]]:
    """Which of five pieces were written, and what was told, when Ctrl-C is pressed so often within the second."""
    told: list[str] = []
    written: list[int] = []

    def write() -> None:
        with Stoppable(lambda: told.append("wait")) as stoppable:
            for piece in stoppable.pieces(range(5)):
                for _ in range(times if piece == 1 else 0):
                    signal.raise_signal(signal.SIGINT)
                written.append(piece)

    with pytest.raises(KeyboardInterrupt):
        write()
    return written, told


def test_ctrl_c_while_a_piece_is_written_waits_for_its_end() -> None:
    assert interrupted(1) == ([0, 1], ["wait"])


def test_a_second_ctrl_c_stops_at_once() -> None:
    assert interrupted(2) == ([0], ["wait"])


def test_ctrl_c_while_reading_stops_at_once_and_the_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)

    def reading() -> Iterator[int]:
        signal.raise_signal(signal.SIGINT)
        yield 1

    def write() -> None:
        with Stoppable(lambda: None) as stoppable:
            assert list(stoppable.pieces(reading())) == []

    with pytest.raises(KeyboardInterrupt):
        write()
    assert signal.getsignal(signal.SIGINT) is before
