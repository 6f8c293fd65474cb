"""What every test may use."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("fuzz", deadline=None, max_examples=2_000)

_LONGEST = (
    "test_truth.py", "test_vectors_mutations.py", "test_incremental.py", "test_cli_figures.py", "test_vectors.py",
    "test_units_of_work.py", "test_reference_figures.py", "test_what_is_folded_again.py", "test_csv_examples.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest go first (``--dist loadfile``), so that none is left to one process at the end."""
    items.sort(key=lambda item: _LONGEST.index(item.path.name) if item.path.name in _LONGEST else len(_LONGEST))


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


@pytest.fixture(scope="session")
def unpack(shared: Path) -> Callable[[str, Path], None]:
    """Unpacks an archive of the public data into a folder."""

    def into(name: str, folder: Path) -> None:
        with tarfile.open(shared / "data" / name) as archive:
            # Before 3.11.4 there are no filters, and nothing to choose.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            archive.extractall(folder)

    return into
