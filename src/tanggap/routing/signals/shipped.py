"""The small models that come with Tanggap, trained of the text in ``training/`` (``make models``)."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from tanggap.routing.signals.classifier import TextModel


@cache
def shipped(name: str) -> TextModel:
    """A packaged model, read once in a process.

    Raises:
        InputError: its file is missing or broken.
    """
    with as_file(files("tanggap.routing.signals") / "models" / name) as path:
        return TextModel.load(path)
