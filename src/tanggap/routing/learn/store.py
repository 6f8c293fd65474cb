"""Keeps what was learnt beside the records: ``models/`` in the lake's folder or at its object-store URL.

``<version>.json`` is a model, ``<version>.customers.parquet`` what each customer was worth then; ``newest.json`` names
the version that counts. Older versions stay, so that a logged decision can be replayed with the model it was made with.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from tanggap.core.errors import LakeError, LakeMissingError
from tanggap.records.delta import storage_errors
from tanggap.records.lake import Lake
from tanggap.routing.learn.customers import VALUES
from tanggap.routing.model import RoutingModel

FOLDER: Final = "models"
POINTER: Final = "newest.json"
_VERSION: Final = re.compile(r"[0-9a-f]{16}")


class Newest(msgspec.Struct, frozen=True):
    """The pointer: which version counts, and when it was learnt (microseconds UTC)."""

    version: str
    learned_at: int


def save_model(lake: Lake, model: RoutingModel, customer_values: pa.Table) -> str:
    """Writes the model and its customers' values, then makes it the newest; returns where it lies.

    A reader sees the model before or the one after, never half of one. ``customer_values``: the columns of
    ``customers.VALUES``.

    Raises:
        LakeFullError, LakeError: it cannot be written.
    """
    place = _place(lake)
    buffer = io.BytesIO()
    pq.write_table(customer_values.cast(VALUES), buffer, compression="zstd")
    text = msgspec.json.format(msgspec.json.encode(model, order="deterministic"), indent=1)
    _write(lake, f"{model.version}.customers.parquet", buffer.getvalue())
    _write(lake, f"{model.version}.json", text)
    _write(lake, POINTER, msgspec.json.encode(Newest(model.version, model.learned_at)))
    return f"{place}/{model.version}.json"


def load_model(lake: Lake, version: str | None = None) -> RoutingModel:
    """The newest model, or the one of that version.

    Raises:
        LakeMissingError: nothing was learnt from this lake yet, or never that version.
        LakeError: it cannot be read, or is damaged.
    """
    name = f"{_version(lake, version)}.json"
    try:
        model = msgspec.json.decode(_read(lake, name), type=RoutingModel)
    except msgspec.DecodeError as error:
        raise _damaged(lake, name, error) from error
    return replace(model, curves=tuple(model.curves))


def load_customer_values(lake: Lake, version: str | None = None) -> pa.Table:
    """What each customer was worth when that model (None: the newest) was learnt: the columns of ``customers.VALUES``.

    Raises:
        LakeMissingError: nothing was learnt from this lake yet, or never that version.
        LakeError: it cannot be read, or is damaged.
    """
    name = f"{_version(lake, version)}.customers.parquet"
    try:
        return pq.read_table(pa.BufferReader(_read(lake, name))).cast(VALUES)
    except (pa.ArrowInvalid, ValueError) as error:
        raise _damaged(lake, name, error) from error


def model_versions(lake: Lake) -> tuple[str, ...]:
    """The versions there are, in no order of time; empty if nothing was learnt."""
    filesystem, root = _storage(lake)
    with storage_errors(_place(lake)):
        found = filesystem.get_file_info(fs.FileSelector(root, allow_not_found=True))
    names = (str(info.base_name).removesuffix(".json") for info in found if str(info.base_name).endswith(".json"))
    return tuple(sorted(name for name in names if _VERSION.fullmatch(name)))


def newest(lake: Lake) -> Newest:
    """Which version counts.

    Raises:
        LakeMissingError: nothing was learnt from this lake yet.
    """
    try:
        return msgspec.json.decode(_read(lake, POINTER), type=Newest)
    except msgspec.DecodeError as error:
        raise _damaged(lake, POINTER, error) from error


def _version(lake: Lake, asked: str | None) -> str:
    if asked is None:
        return newest(lake).version
    if not _VERSION.fullmatch(asked):
        raise LakeMissingError(
            f"{asked!r} names no model", place=_place(lake), hint="a version is 16 digits of 0-9 and a-f"
        )
    return asked


def _place(lake: Lake) -> str:
    return f"{lake.uri}/{FOLDER}"


def _storage(lake: Lake) -> tuple[fs.FileSystem, str]:
    if lake.is_local:
        return fs.LocalFileSystem(), str(Path(lake.uri, FOLDER))
    filesystem, root = fs.FileSystem.from_uri(lake.uri)
    return filesystem, f"{root}/{FOLDER}"


def _read(lake: Lake, name: str) -> bytes:
    filesystem, root = _storage(lake)
    with storage_errors(_place(lake)):
        if filesystem.get_file_info(f"{root}/{name}").type != fs.FileType.File:
            what = "nothing was learnt from this lake yet" if name == POINTER else f"there is no {name}"
            raise LakeMissingError(what, place=_place(lake), hint="learn from it with 'tanggap learn'")
        with filesystem.open_input_stream(f"{root}/{name}") as stream:
            return bytes(stream.read())


def _write(lake: Lake, name: str, content: bytes) -> None:
    filesystem, root = _storage(lake)
    with storage_errors(_place(lake)):
        if not lake.is_local:  # an object store shows a file once it is whole
            filesystem.create_dir(root, recursive=True)
            with filesystem.open_output_stream(f"{root}/{name}") as stream:
                stream.write(content)
            return
        Path(root).mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=root, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(Path(root, name))
        except BaseException:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise


def _damaged(lake: Lake, name: str, error: Exception) -> LakeError:
    return LakeError(f"{name} is damaged: {error}", place=_place(lake), hint="learn again with 'tanggap learn'")
