"""What the tests of the command line share: a runner, and a small simulated lake."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Tanggap, run

from tanggap.cli.vectors.cases import Case, read_cases
from tanggap.cli.vectors.replay import replay
from tanggap.cli.vectors.verdicts import Outcome


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANGGAP_LAKE", raising=False)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def tanggap() -> Tanggap:
    return run


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated lake of some hundred conversations over 60 days: read it, do not write to it."""
    lake = tmp_path_factory.mktemp("shop") / "lake"
    done = run("simulate", "--conversations", 400, "--days", 60, "--lake", lake, "--json")
    assert done.code == 0, done.err
    return lake


@pytest.fixture(scope="session")
def public_cases(shared: Path) -> list[Case]:
    """What other desks' tests expect."""
    return read_cases([shared / "vectors"])


@pytest.fixture(scope="session")
def public_outcomes(public_cases: list[Case]) -> dict[str, Outcome]:
    """What comes of each of those cases."""
    return {outcome.id: outcome for outcome in replay(public_cases)}
