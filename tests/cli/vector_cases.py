"""Builds vector cases as JSON would give them, and replays them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.replay import replay
from tanggap.cli.vectors.verdicts import Outcome

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(opens: str, closes: str, days: Sequence[str] = DAYS[:5]) -> dict[str, list[list[str]]]:
    """The same window on some days, the others shut."""
    return {day: [[opens, closes]] if day in days else [] for day in DAYS}


def hours(timezone: str, opens: str, closes: str, days: Sequence[str] = DAYS[:5], **more: Any) -> dict[str, Any]:
    """A calendar with one window on some days."""
    return {"timezone": timezone, "week": week(opens, closes, days), "holidays": [], **more}


def case(
    kind: str, given: Mapping[str, Any], expected: Mapping[str, Any], convention: Mapping[str, Any] | None = None,
    *, calendar: Any = None, divergence: str | None = None, name: str = "own/case", fixture: Any = (),
) -> Case:  # fmt: skip
    """A case; ``fixture`` is what its ``input.fixture`` names."""
    return Case(name, name, kind, "own", calendar, given, expected, convention or {}, divergence, fixture)


def outcome(found: Case) -> Outcome:
    """What comes of one case."""
    return replay([found])[0]


def outcomes(cases: Iterable[Case]) -> dict[str, Outcome]:
    """What comes of cases, by id."""
    return {found.id: found for found in replay(list(cases))}


def events(text: str, day: str = "2024-03-12") -> list[dict[str, Any]]:
    """Events, a line or before a semicolon each: ``08:00 opened customer state=new``, on ``day`` if it has no own."""
    found = []
    for line in text.replace(";", "\n").strip().splitlines():
        at, kind, *rest = line.split(maxsplit=3)
        actor, more = (rest[0] if rest else "system"), rest[1] if len(rest) > 1 else ""
        moment = at if "T" in at else f"{day}T{at}:00Z" if len(at) == 5 else f"{day}T{at}Z"
        one: dict[str, Any] = {"at": moment, "kind": kind, "actor": actor}
        for pair in filter(None, more.split(",")):
            key, _, value = pair.strip().partition("=")
            one[key] = {"": True, "true": True, "false": False}.get(value, value)
        found.append(one)
    return found
