"""The build files: a lock that works anywhere, the targets people are told of, and the licences."""

from __future__ import annotations

import importlib.util
import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_names_no_host_and_no_path() -> None:
    assert not re.search(r"https?://|file:|--index-url|--find-links|^/|@ ", LOCK, re.MULTILINE)


def test_every_locked_package_has_one_version_and_hashes() -> None:
    entries = re.findall(
        r"(?m)^([A-Za-z0-9_.-]+)==[^\s;]+(?: ; [^\\\n]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCK
    )
    assert len(entries) == len(re.findall(r"(?m)^[A-Za-z0-9]", LOCK)) > 40


@pytest.mark.parametrize("group", ["dependencies", "spark", "dev", "bench"])
def test_everything_the_project_asks_for_is_locked(group: str) -> None:
    wanted = PROJECT["dependencies"] if group == "dependencies" else PROJECT["optional-dependencies"][group]
    locked = {plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", LOCK)}
    assert {plain(re.split(r"[<>=!~\[ ]", requirement)[0]) for requirement in wanted} <= locked


def test_the_build_backend_is_locked_too_so_that_installing_needs_nothing_else() -> None:
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    for requirement in (*backend, "editables"):
        assert re.search(rf"(?m)^{re.split('[<>=]', requirement)[0]}==", LOCK)


def test_the_targets_that_people_are_told_of_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("setup", "demo", "test", "check", "bench", "docs"):
        assert re.search(rf"(?m)^{target}:", makefile)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT License", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("MPL-2.0", True),
        ("GPL-3.0 OR MIT", True),
        ("GPL-3.0", False),
        ("MIT AND AGPL-3.0", False),
        ("UNKNOWN", False),
        ("Apache Software License; GNU General Public License (GPL)", False),
    ],
)
def test_licences_are_judged_part_by_part(licence: str, expected: bool) -> None:
    spec = importlib.util.spec_from_file_location("licences", ROOT / ".ci" / "licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.allowed(licence) is expected
