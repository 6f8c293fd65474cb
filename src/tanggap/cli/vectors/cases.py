"""Vector files: what other desks' tests give and expect, in neutral JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tanggap.core.errors import EmptyInputError, InputError, UsageError

#: What a case must have, and of which type.
_NEEDED: Final = (("id", str), ("kind", str), ("input", Mapping), ("expected", Mapping))


@dataclass(frozen=True)
class Case:
    """One expectation: what happened (``input``), what the source says of it (``expected``), by which ``convention``,
    and why a careful product would say otherwise (``divergence``, None where it should agree).

    ``fault`` says why it cannot be replayed as it stands; empty where it can.
    """

    id: str
    group: str
    kind: str
    source: str
    calendar: Any
    input: Mapping[str, Any]
    expected: Mapping[str, Any]
    convention: Mapping[str, Any] = field(default_factory=dict)
    divergence: str | None = None
    fixture: Any = ()
    fault: str = ""

    def says(self, key: str) -> str:
        """A convention as text, in lower case; empty where the case names none."""
        value = self.convention.get(key)
        return "" if value is None else str(value).lower()


def read_cases(paths: Sequence[Path]) -> list[Case]:
    """The cases of vector files, and of the ``*.json`` of folders, in order.

    Raises:
        InputError: a file is not there, no JSON, or not of that shape.
        EmptyInputError: there is no case at all.
        UsageError: two cases have the same id.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    cases = [case for file in files for case in _of_file(file)]
    if not cases:
        raise EmptyInputError("no case to replay", place=", ".join(map(str, paths)), hint="give a folder of *.json")
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise UsageError(f"the case {case.id!r} is there twice", place="PATH", hint="give each file once")
        seen.add(case.id)
    return cases


def _of_file(file: Path) -> list[Case]:
    try:
        document = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place=str(file), hint="check the path") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"no JSON: {error}", place=str(file), hint="give vector files") from error
    if not isinstance(document, dict) or not isinstance(document.get("cases"), list):
        raise InputError("no vector file: it has no list of cases", place=str(file), hint="{source, cases: [...]}")
    return [_case(raw, document, f"{file}: case {n + 1}") for n, raw in enumerate(document["cases"])]


def _case(raw: Any, document: Mapping[str, Any], place: str) -> Case:
    for key, kind in _NEEDED:
        if not isinstance(raw, Mapping) or not isinstance(raw.get(key), kind):
            raise InputError(f"no case: {key!r} is missing or of the wrong type", place=place,
                             hint="id, kind, input and expected are needed")  # fmt: skip
    fixtures = document.get("fixtures")
    named = raw["input"].get("fixture")
    convention = raw.get("convention") or {}
    fault, fixture = "", ()
    if named is not None:
        if isinstance(fixtures, Mapping) and isinstance(named, str) and named in fixtures:
            fixture = fixtures[named]
        else:
            fault = f"the fixture {named!r} is not in its file"
    if not isinstance(convention, Mapping):
        fault, convention = "its convention is no object", {}
    divergence = raw.get("divergence")
    return Case(
        raw["id"], str(raw.get("group") or raw["id"]), raw["kind"], str(document.get("source") or ""),
        raw.get("calendar"), raw["input"], raw["expected"], convention,
        None if divergence is None else str(divergence), fixture, fault,
    )  # fmt: skip
