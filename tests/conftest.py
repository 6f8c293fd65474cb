"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("fuzz", deadline=None, max_examples=2_000)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests that share what takes long to make go to one process (``--dist loadgroup``), and begin first."""
    if item.get_closest_marker("spark") or "truth" in item.path.parts:
        item.add_marker(pytest.mark.xdist_group("spark"))
    elif "public_outcomes" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("vectors"))


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Plans are kept in a folder of this run, which its processes share."""
    base = tmp_path_factory.getbasetemp()
    os.environ["XDG_CACHE_HOME"] = str((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data and vectors beside the checkout; tests that need it skip where it is not."""
    path = Path(os.environ.get("TANGGAP_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not path.is_dir():
        pytest.skip("the public test data (folder 'shared' beside the checkout) is not on this machine")
    return path
