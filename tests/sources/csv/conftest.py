"""Fixtures that write a small sheet and read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from csv_samples import Result, read_path


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Result]:
    """Write a text as a file and read it by a mapping's text."""

    def write_and_read(text: str | bytes, mapping: str, name: str = "sheet.csv") -> Result:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_path(path, mapping)

    return write_and_read
