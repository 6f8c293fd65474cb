"""A lake in an S3-compatible store, end to end: ``TANGGAP_TEST_S3=s3://BUCKET``, with the variables of README."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from cli_runner import Tanggap, event, ndjson, talk

from tanggap.records.lake import Lake


@pytest.fixture
def place() -> str:
    """A place of its own in the bucket."""
    bucket = os.environ.get("TANGGAP_TEST_S3", "")
    if not bucket:
        pytest.skip("no S3-compatible store to test with (TANGGAP_TEST_S3)")
    return f"{bucket}/{uuid.uuid4().hex}"


def test_a_shop_is_set_up_imported_and_scored_in_an_object_store(tanggap: Tanggap, place: str, tmp_path: Path) -> None:
    assert tanggap("init", "--lake", place, "--name", "Toko Awan").code == 0
    again = tanggap("init", "--lake", place)
    assert (again.code, "there is a lake here already" in again.err) == (2, True)
    file = ndjson(tmp_path / "e.ndjson", *talk("c1"), *talk("c2", 600), {**event("c3", 0, "opened"), "kind": "opend"})
    assert tanggap("import", "events", file, "--lake", place, "--json").json["new"]["events"] == 8
    assert tanggap("import", "events", file, "--lake", place, "--json").json["new"] == {}
    cells = tanggap("score", "--metric", "interactions", "--lake", place, "--json").json["cells"]
    assert [cell["value"] for cell in cells] == [2]
    assert len(tanggap("rows", "interactions", "--lake", place, "--json").out.splitlines()) == 2
    assert tanggap("doctor", "--quarantine", "--lake", place, "--json").json["count"] == 1
    assert "8" in tanggap("doctor", "--compact", "--vacuum", "--lake", place).out
    assert tanggap("report", "--html", tmp_path / "r.html", "--lake", place).code == 0
    assert "Toko Awan" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_of_two_imports_at_once_none_is_lost_in_silence(tanggap: Tanggap, place: str, tmp_path: Path) -> None:
    files = [ndjson(tmp_path / f"{n}.ndjson", *(talk(f"{n}-{c}")[0] for c in range(500))) for n in range(2)]
    main = "from tanggap.cli.main import main; main()"
    running = [
        subprocess.Popen([sys.executable, "-c", main, "import", "events", str(file), "--lake", place],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for file in files
    ]  # fmt: skip
    told = {file: (process.communicate(timeout=120)[1].decode(), process.returncode)
            for file, process in zip(files, running, strict=True)}  # fmt: skip
    done = [file for file, (_, code) in told.items() if code == 0]
    for error, code in told.values():
        assert code == 0 or (code == 4 and "at the same moment" in error)
    assert Lake(place).snapshot().rows("events") == 500 * len(done)  # none, one, or both, one after the other
    for file in files:
        assert tanggap("import", "events", file, "--lake", place).code == 0
    assert Lake(place).snapshot().rows("events") == 1000
