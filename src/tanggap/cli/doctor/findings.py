"""What the doctor can find, as data; the sentences are in the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tanggap.charts.formats import Formats, Language
from tanggap.cli.words import say
from tanggap.core.indonesian import translated


class Level(StrEnum):
    """Whether somebody must do something."""

    ATTENTION = "attention"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found: ``code`` names it (``find.<code>`` is its sentence), ``values`` fill the sentence.

    ``count`` is how many rows it is about; ``first`` and ``last`` are instants (microseconds UTC), if it has any.
    ``examples`` are a few ids.
    """

    code: str
    level: Level
    count: int = 0
    first: int | None = None
    last: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    examples: Sequence[str] = ()
    timezone: str = "UTC"


@dataclass(frozen=True)
class SourcePeriod:
    """One source's events: how many, the first and the last instant."""

    source: str
    events: int
    first: int
    last: int


@dataclass(frozen=True)
class Examined:
    """All that the doctor saw: rows by table, events by source, findings with the serious ones first."""

    rows: Mapping[str, int]
    sources: Sequence[SourcePeriod]
    findings: Sequence[Finding]

    @property
    def needs_attention(self) -> bool:
        """Whether somebody must do something."""
        return any(finding.level is Level.ATTENTION for finding in self.findings)


def sentence(finding: Finding, language: Language) -> str:
    """What was found, in words."""
    formats = Formats(language, timezone=finding.timezone)
    filled: dict[str, object] = {"count": formats.number(finding.count), **finding.values}
    if "reason" in filled:
        filled["reason"] = translated(str(filled["reason"]), language)
    for name, instant in (("first", finding.first), ("last", finding.last)):
        if instant is not None:
            filled[name] = formats.instant(instant)
    return say(f"find.{finding.code}", language, **filled)


def remedy(finding: Finding, language: Language) -> str:
    """What to do about it."""
    return say(f"fix.{finding.code}", language, **finding.values)
