"""Plans kept for the next refresh: of this process, and on disk for the next process.

Making the plan of all facts takes longer than folding a thousand conversations with it. All that it is made of, beside
the code, is in its key; on disk the code is too, byte for byte, with the versions of what writes the SQL.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import tanggap
from tanggap.engine.base import Engine
from tanggap.metrics.facts.plan import Plan

_PLANS: dict[str, Plan] = {}
_KEPT: Final = 8
#: A plan takes about 100 kB on disk.
_KEPT_ON_DISK: Final = 32
#: The packages whose code a plan is made by.
_MADE_BY: Final = ("core", "engine", "metrics", "records")


def kept_plan(engine: Engine, made_of: Mapping[str, Any], make: Callable[[], Plan]) -> Plan:
    """The plan made of that (in JSON's terms), by ``make`` if it is not there yet.

    On disk it lies in the user's folder for caches (``XDG_CACHE_HOME``, else ``~/.cache``); where there is none, or it
    cannot be written or read, the plan is made anew.
    """
    key = json.dumps({"engine": engine.name, **made_of}, sort_keys=True, default=str)
    if key not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.clear()
        path = _path(key)
        plan = _read(path)
        if plan is None:
            plan = make()
            _write(path, plan)
        _PLANS[key] = plan
    return _PLANS[key]


def _path(key: str) -> Path | None:
    with suppress(RuntimeError, OSError):
        home = os.environ.get("XDG_CACHE_HOME")
        folder = Path(home) if home else Path.home() / ".cache"
        return folder / "tanggap" / "plans" / f"{hashlib.sha256(f'{_code()} {key}'.encode()).hexdigest()}.json"
    return None


@cache
def _code() -> str:
    versions = [version(library) for library in ("ibis-framework", "sqlglot")]
    found = hashlib.sha256(" ".join(versions).encode())
    for package in _MADE_BY:
        for path in sorted(Path(tanggap.__path__[0], package).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()


def _read(path: Path | None) -> Plan | None:
    if path is not None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            return Plan.loads(path.read_text(encoding="utf-8"))
    return None


def _write(path: Path | None, plan: Plan) -> None:
    if path is None:
        return
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(plan.dumps())
        Path(name).replace(path)
        by_age = sorted(path.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in by_age[_KEPT_ON_DISK:]:
            old.unlink(missing_ok=True)
