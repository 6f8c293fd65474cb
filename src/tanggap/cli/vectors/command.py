"""``tanggap vectors PATH…``: what other desks' own tests expect, replayed, a line a case."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from tanggap.cli.vectors.cases import read_cases
from tanggap.cli.vectors.replay import replay
from tanggap.cli.vectors.verdicts import Outcome

#: Exit codes: every difference has a stated reason; some have none.
ALL_MEANT: Final = 0
SOME_UNMEANT: Final = 1

_STYLES: Final = {"agree": "green", "differs": "yellow", "skipped": "dim"}
_SHOWN: Final = 160


def run(paths: Sequence[Path], *, as_json: bool, console: Console) -> int:
    """Replays the vector files (or folders of them) and prints a line a case, then the count of each verdict.

    Exit code 1 if a case differs and nobody has said why; else 0: every case agrees, differs for a reason its file
    states, or is skipped, because it asks for what no log of events could know, or because something of it is unknown
    here, which the line names and the last line counts. With ``as_json``: one JSON object.

    Raises:
        InputError: a file cannot be read, or holds no cases (exit code 3).
        UsageError: a case is there twice (exit code 2).
    """
    cases = read_cases(paths)
    with Console(stderr=True).status(f"{len(cases)} cases …") as status:
        outcomes = replay(cases, lambda done, total: status.update(f"{done} of {total} cases …"))
    counts = Counter(outcome.verdict for outcome in outcomes)
    unmeant = [outcome.id for outcome in outcomes if not outcome.meant]
    unknown = [outcome.id for outcome in outcomes if not outcome.known]
    if as_json:
        summary = {"cases": len(outcomes), **{verdict: counts[verdict] for verdict in ("agree", "differs", "skipped")},
                   "without_reason": unmeant, "of_unknown_form": unknown}  # fmt: skip
        document = {"summary": summary, "outcomes": [outcome.as_dict() for outcome in outcomes]}
        console.print_json(json.dumps(document, ensure_ascii=False))
        return SOME_UNMEANT if unmeant else ALL_MEANT
    for outcome in outcomes:
        console.print(_line(outcome), soft_wrap=True)
    console.print(
        f"{len(outcomes)} cases: {counts['agree']} agree, {counts['differs']} differ"
        f" ({len(unmeant)} without a stated reason), {counts['skipped']} skipped ({len(unknown)} of an unknown form)",
        soft_wrap=True,
    )
    return SOME_UNMEANT if unmeant else ALL_MEANT


def _line(outcome: Outcome) -> Text:
    style = _STYLES[outcome.verdict] if outcome.meant and outcome.known else "bold red"
    line = Text.assemble(outcome.id, "  ", (outcome.verdict, style), f"  expected {_short(dict(outcome.expected))}")
    if outcome.verdict != "skipped":
        line.append(f", got {_short(dict(outcome.got))}")
    why = f"{outcome.rule} ({outcome.why})" if outcome.rule else outcome.why
    return line.append(f"  — {why}", style) if why else line


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
