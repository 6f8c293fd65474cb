"""Runs the command line in this process, and writes small inputs for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tanggap.cli.main import app


@dataclass(frozen=True)
class Ran:
    """What a call did: its exit code, and what it wrote where."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document: anything else there is an error."""
        return json.loads(self.out)


Tanggap = Callable[..., Ran]


def run(*arguments: object, stdin: str | bytes | None = None) -> Ran:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def event(conversation: str, second: int, kind: str, actor: str = "customer", **more: object) -> dict[str, object]:
    """One event in the canonical shape; ``second`` counts from 2 March 2026, 09:00 in Jakarta."""
    minute, rest = divmod(second, 60)
    at = f"2026-03-{2 + minute // 1440:02d}T{9 + minute // 60 % 14:02d}:{minute % 60:02d}:{rest:02d}+07:00"
    return {
        "conversation_id": conversation,
        "occurred_at": at,
        "kind": kind,
        "actor_kind": actor,
        "channel": "chat",
        **more,
    }


def ndjson(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def talk(conversation: str, second: int = 0) -> list[dict[str, object]]:
    """A conversation: asked, answered after 30 seconds, resolved."""
    return [
        event(conversation, second, "opened"),
        event(conversation, second, "message", text="halo"),
        event(conversation, second + 30, "message", "agent", actor_id="a1", text="ya"),
        event(conversation, second + 60, "resolved", "agent", actor_id="a1"),
    ]
