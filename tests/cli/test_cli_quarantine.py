"""A row in quarantine asks for attention until its file is read again without it, or somebody lets it go."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli_runner import Ran, Tanggap, event, ndjson, run, talk

GOOD = talk("c1")
BAD = [{**event("c2", 0, "opened"), "kind": kind} for kind in ("opend", "closd")]
MENDED = [{**bad, "kind": "opened"} for bad in BAD]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def load(path: Path, lake: Path, *records: dict[str, object]) -> Ran:
    done = run("import", "events", ndjson(path, *records), "--lake", lake, "--json")
    assert done.code == 0
    return done


def waiting(lake: Path) -> int:
    return int(run("doctor", "--quarantine", "--lake", lake, "--json").json["open"])


def findings(lake: Path) -> list[str]:
    return [finding["code"] for finding in run("doctor", "--lake", lake, "--json").json["findings"]]


def test_a_corrected_file_resolves_its_rows_and_the_doctor_is_content(tmp_path: Path, lake: Path) -> None:
    file = tmp_path / "a.ndjson"
    assert load(file, lake, *GOOD, *BAD).json["quarantined_by_table"] == {"events": 2}
    assert (waiting(lake), "quarantine" in findings(lake)) == (2, True)
    assert load(file, lake, *GOOD, *MENDED).json["resolved"] == 2
    assert (waiting(lake), "quarantine" in findings(lake)) == (0, False)
    kept = run("doctor", "--quarantine", "--all", "--lake", lake, "--json").json
    assert [row["state"] for row in kept["rows"]] == ["read_again", "read_again"]


def test_what_is_still_wrong_stays_open(tmp_path: Path, lake: Path) -> None:
    file = tmp_path / "a.ndjson"
    load(file, lake, *GOOD, *BAD)
    done = load(file, lake, *GOOD, BAD[0], MENDED[1])
    assert (done.json["quarantined"], done.json["resolved"], waiting(lake)) == (1, 1, 1)


def test_a_row_that_is_wrong_again_is_open_again(tmp_path: Path, lake: Path) -> None:
    file = tmp_path / "a.ndjson"
    for records, still in (((*GOOD, *BAD), 2), ((*GOOD, *MENDED), 0), ((*GOOD, *BAD, *talk("c9")), 2)):
        load(file, lake, *records)
        assert waiting(lake) == still


def test_a_file_of_the_same_name_elsewhere_resolves_nothing(tmp_path: Path, lake: Path) -> None:
    for month in ("jan", "feb"):
        (tmp_path / month).mkdir()
    load(tmp_path / "jan" / "a.ndjson", lake, *GOOD, *BAD)
    assert load(tmp_path / "feb" / "a.ndjson", lake, *GOOD).json["resolved"] == 0
    assert waiting(lake) == 2


def test_an_import_that_stops_before_the_end_resolves_nothing(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ndjson"
    load(file, lake, *GOOD, *BAD)
    monkeypatch.setattr("tanggap.sources.events.source.CHUNK_LINES", 2)
    stop = iter([False, True])

    def mark(*given: object, **named: object) -> None:
        if next(stop):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tanggap.records.ingest._mark", mark)
        assert run("import", "events", ndjson(file, *GOOD, *MENDED), "--lake", lake).code == 130
    assert waiting(lake) == 2
    assert run("import", "events", file, "--lake", lake, "--json").json["resolved"] == 2


def test_rows_that_may_stay_out_are_dismissed_by_file_or_all(tanggap: Tanggap, tmp_path: Path, lake: Path) -> None:
    for name in ("a", "b"):
        load(tmp_path / f"{name}.ndjson", lake, *BAD, *talk(name))
    assert tanggap("doctor", "--quarantine", "--dismiss", tmp_path / "a.ndjson", "--lake", lake).code == 1
    assert waiting(lake) == 2
    told = tanggap("doctor", "--quarantine", "--dismiss", "all", "--lake", lake)
    assert (told.code, waiting(lake)) == (0, 0)
    assert "No rows are in quarantine" in told.out


def test_a_file_that_has_no_row_in_quarantine_cannot_be_dismissed_and_one_that_was_can_be_again(
    tanggap: Tanggap, tmp_path: Path, lake: Path
) -> None:
    load(tmp_path / "a.ndjson", lake, *BAD, *GOOD)
    wrong = tanggap("doctor", "--dismiss", "b.ndjson", "--lake", lake)
    assert wrong.code == 2
    assert "no row in quarantine is of 'b.ndjson'" in wrong.err
    assert f"one of {tmp_path}/a.ndjson" in wrong.err
    assert waiting(lake) == 2
    for _ in range(2):
        assert "no row in quarantine" not in tanggap("doctor", "--dismiss", tmp_path / "a.ndjson", "--lake", lake).err
        assert waiting(lake) == 0
    assert tanggap("doctor", "--quarantine", "--dismiss", "all", "--lake", lake).code == 0


def test_a_row_that_was_dismissed_is_not_asked_for_again_and_others_of_its_file_are(
    tanggap: Tanggap, tmp_path: Path, lake: Path
) -> None:
    file = tmp_path / "a.ndjson"
    load(file, lake, BAD[0], *GOOD)
    tanggap("doctor", "--dismiss", file, "--lake", lake)
    load(file, lake, BAD[0], *GOOD, *talk("c3"))  # the same export, a month later
    assert waiting(lake) == 0
    load(file, lake, BAD[0], *GOOD, BAD[1])
    assert waiting(lake) == 1
    load(file, lake, BAD[1], *GOOD)  # another row where the dismissed one stood
    assert waiting(lake) == 1


def test_what_was_dismissed_of_standard_input_dismisses_no_other_row_of_it(lake: Path) -> None:
    for bad in BAD:
        run("import", "events", "-", "--lake", lake, stdin=json.dumps(bad) + "\n")
        assert waiting(lake) == 1
        run("doctor", "--dismiss", "all", "--lake", lake)


def test_the_open_rows_come_out_as_csv_with_place_reason_and_the_row_itself(
    tanggap: Tanggap, tmp_path: Path, lake: Path
) -> None:
    load(tmp_path / "a.ndjson", lake, *GOOD, *BAD)
    told = tanggap("doctor", "--csv", "--lake", lake)
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert [(row["line"], row["column"]) for row in rows] == [("5", "kind"), ("6", "kind")]
    assert "'opend' is unknown" in rows[0]["reason"]
    assert '"opend"' in rows[0]["row"]


def test_a_stopped_import_whose_file_was_read_to_its_end_later_is_not_unfinished(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ndjson(tmp_path / "a.ndjson", *GOOD)
    monkeypatch.setattr("tanggap.sources.events.source.CHUNK_LINES", 2)
    with monkeypatch.context() as patched:
        patched.setattr("tanggap.cli.progress.Stoppable.pieces", lambda _, made: (next(iter(made)) for _ in range(1)))
        run("import", "events", file, "--lake", lake)
    assert "unfinished" in findings(lake)
    load(file, lake, *GOOD, *talk("c5"))
    assert "unfinished" not in findings(lake)
