"""The optional settings file of the Zendesk reader: what an export alone cannot say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tanggap.core.errors import MappingError

_FIELDS: Final = ("intent", "category", "complexity")


@dataclass(frozen=True)
class Settings:
    """Settings, all optional, in TOML.

    ::

        bots = ["360001234", "Answer Bot"]   # users (id or name) that are bots
        intent = "type"                      # a column of the ticket, or the id of a custom field
        category = "360005678"
        complexity = "360005679"

    Without a file the intent is the ticket's type, and category and complexity are unknown.
    """

    bots: frozenset[str] = frozenset()
    intent: str = "type"
    category: str = ""
    complexity: str = ""


def load_settings(path: Path | None) -> Settings:
    """The settings in ``path``; the defaults without one.

    Raises:
        MappingError: the file cannot be read, or has an unknown setting.
    """
    if path is None:
        return Settings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MappingError(f"cannot be read: {error}", place=str(path), hint="a TOML file in UTF-8") from error
    unknown = sorted(set(found) - {"bots", *_FIELDS})
    if unknown:
        raise MappingError(
            f"unknown setting {unknown[0]!r}", place=str(path), hint=f"one of bots, {', '.join(_FIELDS)}"
        )
    bots = found.get("bots", [])
    if not isinstance(bots, list):
        raise MappingError("bots is no list", place=f"{path}: bots", hint='write bots = ["360001234"]')
    named = {key: str(found[key]) for key in _FIELDS if key in found}
    return Settings(bots=frozenset(str(bot).strip().lower() for bot in bots), **named)
