"""Whether Tanggap's answer to a case agrees with what the source expects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.reading import UnknownFormError
from tanggap.core.errors import TanggapError
from tanggap.core.instants import SECOND, parse_instant

Answer = Mapping[str, Any]
Verdict = Literal["agree", "differs", "skipped"]

#: The transcriber's own arithmetic beside a published figure: it must hold whatever the source rounds.
_EXACT: Final = "exact_seconds"
_NEAR: Final = 1e-9
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII)
_NO_DATA: Final = "nothing was measured: no data, and not 0"


@dataclass(frozen=True)
class Outcome:
    """What came of a case. ``why``: the stated reason of a difference, or of not replaying it; ``rule``: the rule of
    ours behind it, where one is known; ``meant`` is false for a difference nobody has given a reason for; ``known`` is
    false for a case of a form that nothing here reads.
    """

    id: str
    verdict: Verdict
    expected: Mapping[str, Any]
    got: Mapping[str, Any]
    why: str = ""
    meant: bool = True
    rule: str = ""
    known: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The outcome as machines read it."""
        return {"id": self.id, "verdict": self.verdict, "expected": dict(self.expected), "got": dict(self.got),
                "why": self.why or None, "rule": self.rule or None, "meant": self.meant,
                "known": self.known}  # fmt: skip


def skipped(case: Case, error: Exception) -> Outcome:
    """A case that asks for what no log of events could know, or is of a form that nothing here reads."""
    known = not isinstance(error, UnknownFormError)
    return Outcome(case.id, "skipped", case.expected, {}, str(error), known=known)


def unread(case: Case, error: BaseException) -> Outcome:
    """A case that fails for a reason nobody foresaw: no agreement, and no stated difference."""
    got = {"error": error.message if isinstance(error, TanggapError) else repr(error)}
    return Outcome(case.id, "differs", case.expected, got, "the case cannot be replayed", False)


def judge(case: Case, answer: Answer) -> Outcome:
    """Compares the keys a case claims: only listed keys are claimed, the source's tolerance applies, and a value may be
    the alternative that the convention states for it. What nothing answers is no agreement, and no difference.

    Raises:
        UnknownFormError: it claims nothing, or something that nothing here answers, and what is answered agrees.
    """
    claimed = dict(case.expected)
    refused = "error" in answer and "error" not in claimed
    got = {"error": answer["error"]} if refused else {key: answer.get(key) for key in claimed}
    answered = [key for key in claimed if key in answer and key != _EXACT]
    compare = _Comparison.of(case)
    wrong = list(claimed) if refused else [key for key in answered if not compare.agrees(key, answer[key])]
    unsound = _EXACT in claimed and not refused and not _near(claimed[_EXACT], answer.get(_EXACT), 0)
    if not wrong and not unsound:
        unanswered = [key for key in claimed if key not in answer and not refused]
        if unanswered or not claimed:
            raise UnknownFormError(f"nothing here answers {', '.join(map(repr, unanswered)) or 'a claim of nothing'}")
        return Outcome(case.id, "agree", case.expected, got)
    if case.divergence and not unsound:
        return Outcome(case.id, "differs", case.expected, got, case.divergence, rule=_rule(case, wrong, got))
    return Outcome(case.id, "differs", case.expected, got, "no reason is known: " + ", ".join(wrong or [_EXACT]), False)


def _rule(case: Case, wrong: list[str], got: Answer) -> str:
    """The rule of ours that makes a difference, where its shape tells; the case's own reason stands beside it."""
    if "error" in got:
        return f"refused: {got['error']}"
    if _EXACT in case.expected:
        return "the exact seconds agree: it is the rounding that differs"
    lenient = _Comparison(case.expected, {}, 0.0, nothing_is_zero=True)
    return _NO_DATA if all(lenient.agrees(key, got[key]) for key in wrong) else ""


@dataclass(frozen=True)
class _Comparison:
    """How a case is compared: what it claims, alternatives by key, the slack in seconds, and whether no data may stand
    for a claimed 0, as in a convention that has it so and that the case does not dispute.
    """

    claimed: Mapping[str, Any]
    alternatives: Mapping[str, Any]
    slack: float
    nothing_is_zero: bool

    @classmethod
    def of(cls, case: Case) -> _Comparison:
        """As the convention of a case says."""
        alternatives = case.convention.get("exact_alternative")
        return cls(
            case.expected, alternatives if isinstance(alternatives, Mapping) else {},
            float(case.convention.get("tolerance_seconds") or 0),
            case.divergence is None and "zero" in case.says("empty_mean"),
        )  # fmt: skip

    def agrees(self, key: str, got: Any) -> bool:
        """Whether an answer is what a key claims, or its stated alternative."""
        if self._same(self.claimed[key], got):
            return True
        return key in self.alternatives and self._same(self.alternatives[key], got)

    def _same(self, expected: Any, got: Any) -> bool:
        if isinstance(expected, Mapping) and isinstance(got, Mapping):
            return all(key in got and self._same(value, got[key]) for key, value in expected.items())
        if isinstance(expected, list) and isinstance(got, list):
            return len(expected) == len(got) and all(self._same(a, b) for a, b in zip(expected, got, strict=True))
        if got is None and self.nothing_is_zero and _is_number(expected) and expected == 0:
            return True
        if expected is None or got is None or isinstance(expected, bool) or isinstance(got, bool):
            return expected is got
        if isinstance(expected, str) and isinstance(got, str):
            return expected == got or _near_instants(expected, got, self.slack)
        return _near(expected, got, self.slack)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _near(expected: Any, got: Any, slack: float) -> bool:
    if not _is_number(expected) or not _is_number(got):
        return bool(expected == got)
    return bool(abs(expected - got) <= max(slack, _NEAR * abs(expected)))


def _near_instants(expected: str, got: str, slack: float) -> bool:
    """Whether two texts name instants that lie no further apart than the slack, whatever their offsets."""
    if not (_INSTANT.fullmatch(expected) and _INSTANT.fullmatch(got)):
        return False
    try:
        return abs(parse_instant(expected) - parse_instant(got)) <= slack * SECOND
    except ValueError:
        return False
