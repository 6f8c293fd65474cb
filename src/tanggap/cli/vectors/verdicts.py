"""Whether Tanggap's answer to a case agrees with what the source expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tanggap.cli.vectors.cases import Case
from tanggap.core.errors import TanggapError
from tanggap.core.instants import SECOND, parse_instant

Answer = Mapping[str, Any]
Verdict = Literal["agree", "differs", "skipped"]

#: The transcriber's own arithmetic beside a published figure: it must hold whatever the source rounds.
_EXACT: Final = "exact_seconds"
_NEAR: Final = 1e-9


@dataclass(frozen=True)
class Outcome:
    """What came of a case. ``why``: the stated reason of a difference, or of not replaying it; ``meant`` is false for
    a difference nobody has given a reason for.
    """

    id: str
    verdict: Verdict
    expected: Mapping[str, Any]
    got: Mapping[str, Any]
    why: str = ""
    meant: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The outcome as machines read it."""
        return {"id": self.id, "verdict": self.verdict, "expected": dict(self.expected), "got": dict(self.got),
                "why": self.why or None, "meant": self.meant}  # fmt: skip


def skipped(case: Case, why: str) -> Outcome:
    """A case that asks for what no log of events could know."""
    return Outcome(case.id, "skipped", case.expected, {}, why)


def unread(case: Case, error: BaseException) -> Outcome:
    """A case that cannot be read, or asks for what Tanggap refuses: no agreement, and no stated difference."""
    got = {"error": error.message if isinstance(error, TanggapError) else repr(error)}
    return Outcome(case.id, "differs", case.expected, got, "the case cannot be replayed", False)


def judge(case: Case, answer: Answer) -> Outcome:
    """Compares the keys a case claims; the source's tolerance applies, and only listed keys are claimed."""
    claimed = dict(case.expected)
    got = {key: answer.get(key) for key in claimed}
    if "error" in answer:
        got = {"error": answer["error"]}
    slack = float(case.convention.get("tolerance_seconds", 0))
    wrong = [key for key in claimed if key != _EXACT and not _same(claimed[key], answer.get(key), slack, key in answer)]
    unanswered = [key for key in claimed if key not in answer and "error" not in answer]
    if unanswered:
        return Outcome(case.id, "differs", case.expected, got, f"nothing answers {', '.join(unanswered)}", False)
    unsound = _EXACT in claimed and claimed[_EXACT] != answer.get(_EXACT)
    if not wrong and not unsound:
        return Outcome(case.id, "agree", case.expected, got)
    if case.divergence and not unsound:
        return Outcome(case.id, "differs", case.expected, got, case.divergence)
    return Outcome(case.id, "differs", case.expected, got, "no reason is known: " + ", ".join(wrong or [_EXACT]), False)


def _same(expected: Any, got: Any, slack: float, answered: bool) -> bool:
    if not answered:
        return False
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return all(_same(value, got.get(key), slack, key in got) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(_same(a, b, slack, True) for a, b in zip(expected, got, strict=True))
    if isinstance(expected, bool) or expected is None or got is None:
        return expected is got
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return abs(expected - got) <= max(slack, _NEAR * abs(expected))
    if slack and isinstance(expected, str) and isinstance(got, str):
        return _near_instants(expected, got, slack)
    return bool(expected == got)


def _near_instants(expected: str, got: str, slack: float) -> bool:
    try:
        return abs(parse_instant(expected) - parse_instant(got)) <= slack * SECOND
    except ValueError:
        return expected == got
