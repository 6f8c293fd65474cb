"""Bringing exports in: sources, mappings, quarantine, repetition, and every way of being stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Ran, Tanggap, event, ndjson, run, talk

from tanggap.cli.progress import Stoppable
from tanggap.records.lake import Lake
from tanggap.records.tables import CONVERSATIONS, EVENTS, SURVEYS

MAPPING = """
[file]
kind = "tickets"
timezone = "Asia/Jakarta"
date_format = "ymd"

[columns]
conversation_id = "Nomor"
opened_at = "Masuk"
resolved_at = "Selesai"
channel = "Kanal"
"""
TICKETS = "Nomor,Masuk,Selesai,Kanal\nT1,2026-03-02 09:00:00,2026-03-02 10:00:00,email\nT2,besok,,email\n"

#: Many small chunks, so that an import can be stopped between two of them.
SMALL_CHUNKS = "import tanggap.sources.events.source as source\nsource.CHUNK_LINES = 40\n"


def events_file(folder: Path, conversations: int = 100) -> Path:
    return ndjson(folder / "events.ndjson", *(line for n in range(conversations) for line in talk(f"c{n:04d}", n * 60)))


def contents(lake: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Events and conversations, without the housekeeping that says in which write they came."""
    events = Lake(lake).read(EVENTS).sort_by("event_id").to_pylist()
    return events, Lake(lake).read(CONVERSATIONS).sort_by("conversation_id").to_pylist()


def test_events_are_imported_and_repeating_changes_nothing(tanggap: Tanggap, tmp_path: Path) -> None:
    file, lake = ndjson(tmp_path / "e.ndjson", *talk("c1"), *talk("c2", 300)), tmp_path / "lake"
    first = tanggap("import", "events", file, "--lake", lake, "--json").json
    assert first["new"] == {"conversations": 2, "events": 8}
    before = contents(lake)
    assert "has been read before" in tanggap("import", "events", file, "--lake", lake).err
    again = tanggap("import", "events", file, "--lake", lake, "--again", "--json").json
    assert again["new"] == {}
    assert again["repeated"]["events"] == 8
    assert contents(lake) == before


def test_the_source_is_found_by_looking_also_when_it_is_left_out(tanggap: Tanggap, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "e.ndjson", *talk("c1"))
    for number, call in enumerate((["auto", file], [file], ["auto", tmp_path])):
        done = tanggap("import", *call, "--lake", tmp_path / f"lake{number}", "--json")
        assert done.json["new"]["events"] == 4


def test_standard_input_is_read_as_events(tanggap: Tanggap, tmp_path: Path) -> None:
    lines = "".join(json.dumps(line) + "\n" for line in talk("c1"))
    done = subprocess.run(
        [sys.executable, "-c", "from tanggap.cli.main import main; main()", "import", "events", "-", "--json", "--lake",
         str(tmp_path / "lake")],
        input=lines, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["new"]["events"] == 4
    assert tanggap("import", "csv", "-", "--lake", tmp_path / "lake").code == 2


def test_a_bad_row_is_quarantined_counted_and_shown_and_the_rest_goes_on(tanggap: Tanggap, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TICKETS)
    (tmp_path / "t.toml").write_text(MAPPING)
    lake = tmp_path / "lake"
    done = tanggap("import", "csv", tmp_path / "t.csv", "--map", tmp_path / "t.toml", "--lake", lake)
    assert done.code == 0
    assert "doctor --quarantine" in done.out
    shown = tanggap("doctor", "--quarantine", "--lake", lake, "--json")
    assert shown.code == 1
    (row,) = shown.json["rows"]
    assert (row["line"], row["column"]) == (3, "Masuk")
    assert "besok" in row["row"]


def test_an_input_of_which_every_row_is_refused_is_told_and_does_not_end_with_0(
    tanggap: Tanggap, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(TICKETS.replace("2026-03-02", "kemarin"))
    (tmp_path / "t.toml").write_text(MAPPING)
    good, lake = ndjson(tmp_path / "e.ndjson", *talk("c1")), tmp_path / "lake"
    call = ["import", "csv", tmp_path / "t.csv", "--map", tmp_path / "t.toml", "--lake", lake]
    refused = tanggap(*call, "--lang", "en")
    assert refused.code == 1
    assert "Every row of an input was refused" in refused.err
    assert tanggap("import", "events", good, "--lake", lake).code == 0
    assert tanggap(*call, "--again", "--json").code == 1
    bad = ndjson(tmp_path / "bad.ndjson", {"kind": "nonsense"})
    assert tanggap("import", "events", good, bad, "--again", "--lake", lake).code == 1, "one of two inputs"


def test_a_table_without_a_mapping_says_how_to_make_one(tanggap: Tanggap, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TICKETS)
    failed = tanggap("import", "csv", tmp_path / "t.csv", "--lake", tmp_path / "lake")
    assert failed.code == 2
    assert "--guess" in failed.err
    assert failed.out == ""


def test_guess_writes_a_mapping_and_stops(tanggap: Tanggap, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TICKETS.replace("besok", "2026-03-03 08:00:00"))
    mapping, lake = tmp_path / "guessed.toml", tmp_path / "lake"
    done = tanggap("import", "csv", tmp_path / "t.csv", "--guess", "--map", mapping, "--lake", lake)
    assert done.code == 0
    assert done.out == ""
    assert 'opened_at = "Masuk"' in mapping.read_text()
    assert not lake.exists()
    assert tanggap("import", "csv", tmp_path / "t.csv", "--guess", "--map", mapping, "--lake", lake).code == 2
    shown = tanggap("import", "csv", tmp_path / "t.csv", "--guess", "--lake", lake)
    assert shown.out == mapping.read_text()
    for path, what in ((tmp_path, "is a folder"), (tmp_path / "absent.csv", "there is no such file")):
        failed = tanggap("import", "csv", path, "--guess", "--lake", lake)
        assert (failed.code, failed.err.splitlines()[0]) == (3, f"Error: {what}")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.ndjson", b"", 3),
        ("picture.ndjson", b"\x89PNG\r\n\x1a\n\x00\x00", 3),
        ("cut.ndjson.gz", b"\x1f\x8b\x08\x00\x00", 3),
        ("wide.ndjson", '{"a": 1}'.encode("utf-16"), 3),
    ],
)
def test_a_file_that_cannot_be_read_is_an_input_error(
    name: str, content: bytes, code: int, tanggap: Tanggap, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    failed = tanggap("import", "events", tmp_path / name, "--lake", tmp_path / "lake", "--json")
    assert failed.code == code
    assert failed.out == ""
    assert json.loads(failed.err)["error"]["place"]


@pytest.mark.parametrize("source", [[], ["zendesk"], ["events"], ["csv", "--guess"]])
@pytest.mark.parametrize(("language", "said"), [("en", "is a zip archive"), ("id", "adalah arsip zip")])
def test_a_zip_archive_is_to_be_unpacked(
    source: list[str], language: str, said: str, tanggap: Tanggap, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("tickets.json", "{}")
    failed = tanggap("import", *source, tmp_path / "export.zip", "--lake", tmp_path / "lake", "--lang", language)
    assert failed.code == 3
    assert said in failed.err


def test_wrong_calls_are_usage_errors(tanggap: Tanggap, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "e.ndjson", *talk("c1"))
    assert tanggap("import", "zendesk", "--lake", tmp_path / "l").code == 2
    assert tanggap("import", "nosuch", file, "--lake", tmp_path / "l").code == 2
    assert tanggap("import", "events", tmp_path / "absent", "--lake", tmp_path / "l").code == 3
    assert tanggap("import", "events", file, "--timezone", "Mars/Base", "--lake", tmp_path / "l").code == 2
    assert tanggap("import", "events", file, "--map", tmp_path / "absent", "--lake", tmp_path / "l").code == 2


def test_what_came_before_a_failing_input_is_in_the_lake_and_told(tanggap: Tanggap, tmp_path: Path) -> None:
    good, bad = ndjson(tmp_path / "a.ndjson", *talk("c1")), tmp_path / "b.ndjson"
    bad.write_bytes(b"")
    done = tanggap("import", "events", good, bad, "--lake", tmp_path / "lake", "--json")
    assert done.code == 3
    assert done.json["new"]["events"] == 4


def test_a_later_click_in_another_file_does_not_change_an_answer(tanggap: Tanggap, tmp_path: Path) -> None:
    def click(at: str, score: int) -> dict[str, object]:
        return {
            "table": "surveys", "survey_id": "s1", "kind": "csat", "sent_at": "2026-03-02T09:00:00+07:00",
            "answered_at": at, "score": score, "source": "x",
        }  # fmt: skip

    lake = tmp_path / "lake"
    clicks = [("2026-03-02T10:00:00+07:00", 2), ("2026-03-02T10:30:00+07:00", 4), ("2026-03-02T12:00:00+07:00", 5)]
    for number, (at, score) in enumerate(clicks):
        file = ndjson(tmp_path / f"{number}.ndjson", click(at, score))
        assert tanggap("import", "events", file, "--lake", lake).code == 0
    tanggap("import", "events", tmp_path / "0.ndjson", "--again", "--lake", lake)
    (row,) = Lake(lake).read(SURVEYS).to_pylist()
    assert row["score"] == 4
    assert row["answered_at"].isoformat() == "2026-03-02T03:00:00+00:00"


# Being stopped


def stopped_import(file: Path, lake: Path, how: str) -> subprocess.CompletedProcess[str]:
    """An import of small chunks in a process of its own that is stopped ``how`` right after its second chunk."""
    script = (
        f"{SMALL_CHUNKS}import os, signal, sys\nfrom tanggap.records.lake import Lake\n"
        "publish, done = Lake.publish, []\n"
        "def stop(lake):\n    publish(lake)\n    done.append(1)\n"
        f"    if len(done) == 2: os.kill(os.getpid(), signal.{how})\n"
        "Lake.publish = stop\n"
        f"sys.argv = ['tanggap', 'import', 'events', {str(file)!r}, '--lake', {str(lake)!r}]\n"
        "from tanggap.cli.main import main\nmain()\n"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def small_import(file: Path, lake: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    monkeypatch.setattr("tanggap.sources.events.source.CHUNK_LINES", 40)
    return run("import", "events", file, "--lake", lake)


@pytest.mark.parametrize(("how", "code"), [("SIGKILL", -signal.SIGKILL), ("SIGINT", 130)])
def test_a_stopped_import_goes_on_and_ends_with_the_same_rows(
    how: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, whole, stopped = events_file(tmp_path), tmp_path / "whole", tmp_path / "stopped"
    assert small_import(file, whole, monkeypatch).code == 0
    killed = stopped_import(file, stopped, how)
    assert killed.returncode == code, killed.stderr
    assert len(contents(stopped)[0]) == 80
    if how == "SIGINT":
        assert "run the same command again" in killed.stderr
        assert "events" in killed.stdout  # what is safely in is told
    again = small_import(file, stopped, monkeypatch)
    assert again.code == 0
    assert "going on with part 3" in again.err
    assert contents(stopped) == contents(whole)


def test_a_stopped_import_is_told_by_the_doctor(tanggap: Tanggap, tmp_path: Path) -> None:
    file, lake = events_file(tmp_path), tmp_path / "lake"
    stopped_import(file, lake, "SIGKILL")
    told = tanggap("doctor", "--lake", lake, "--json")
    assert told.code == 1
    assert "unfinished" in [finding["code"] for finding in told.json["findings"]]


def test_impatience_does_not_interrupt_what_is_ending_already() -> None:
    closed = []

    def reading() -> Iterator[int]:
        try:
            signal.raise_signal(signal.SIGINT)
            yield 1
        finally:
            signal.raise_signal(signal.SIGINT)
            closed.append(True)

    def work() -> None:
        with Stoppable(lambda: None) as stoppable:
            list(stoppable.pieces(reading()))

    with pytest.raises(KeyboardInterrupt):
        work()
    assert closed == [True]


def test_two_imports_at_once_are_refused_not_mixed(tanggap: Tanggap, tmp_path: Path) -> None:
    file, lake = ndjson(tmp_path / "e.ndjson", *talk("c1")), tmp_path / "lake"
    with Lake(lake).writing():
        refused = tanggap("import", "events", file, "--lake", lake)
    assert refused.code == 4
    assert tanggap("import", "events", file, "--lake", lake).code == 0


def test_a_full_disk_keeps_what_was_committed_and_the_import_goes_on(
    tanggap: Tanggap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a small file system can only be mounted by root, and not in every container")
    try:
        file = events_file(tmp_path, 400)
        lake, filler = small / "lake", small / "filler"
        assert tanggap("import", "events", ndjson(tmp_path / "a.ndjson", *talk("x")), "--lake", lake).code == 0
        filler.write_bytes(b"\0" * (os.statvfs(small).f_bavail * os.statvfs(small).f_frsize - 60_000))
        failed = small_import(file, lake, monkeypatch)
        assert failed.code == 4
        assert "no space" in failed.err
        kept = len(contents(lake)[0])
        filler.unlink()
        # Room for the rest of it: the same file system, larger.
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        assert small_import(file, lake, monkeypatch).code == 0
        assert len(contents(lake)[0]) == 4 + 1600 > kept
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_late_events_of_a_known_conversation_join_it(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    tanggap("import", "events", ndjson(tmp_path / "a.ndjson", *talk("c1", 600)), "--lake", lake)
    tanggap("import", "events", ndjson(tmp_path / "b.ndjson", event("c1", 0, "note", "agent")), "--lake", lake)
    told = tanggap("doctor", "--lake", lake, "--json").json["findings"]
    assert {"late", "before_opening"} <= {finding["code"] for finding in told}
