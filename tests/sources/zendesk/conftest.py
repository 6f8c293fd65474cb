"""Fixtures that write small exports and read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from zendesk_samples import Result, Row, read_path


@pytest.fixture
def read() -> Callable[..., Result]:
    return read_path


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Result]:
    """Write records as a folder of API pages, one file a kind, and read it."""

    def write_and_read(*, mapping: str | None = None, **pages: Sequence[Row]) -> Result:
        folder = tmp_path / "export"
        folder.mkdir(exist_ok=True)
        for key, records in pages.items():
            (folder / f"{key}.json").write_text(json.dumps({key: records, "end_of_stream": True}))
        settings = None
        if mapping is not None:
            settings = tmp_path / "settings.toml"
            settings.write_text(mapping)
        return read_path(folder, mapping=settings)

    return write_and_read
