"""Writes docs/BENCHMARKS.md from whatever has been measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.growth import draw_growth
from benchmarks.measure import Benchmark, Facts
from benchmarks.results import Results

_IMAGE = Path("img", "growth.svg")
_HEAD = """# Benchmarks

Written by `make bench`; do not edit. `make bench` measures up to a million conversations;
`.venv/bin/python -m benchmarks --largest 10000000` goes on to ten million (about 15 GB of disk), `--only scorecard
--size 100000` measures one thing. Polars and pandas come with `pip install -e .[bench]`.

Every contestant runs in a process of its own, on the same files, with every core unless it says otherwise. The best of
up to five runs counts; the first run of a process is shown where it matters. Peak memory is the process's largest
resident set. A result that was taken while the machine was busy with other work is marked °.
"""
_BUSY = 1.5  # load beyond what the contestant itself makes: more than its own threads were running


def write_report(results: Results, docs: Path) -> Path:
    """The report, and the drawing beside it."""
    parts = [_HEAD]
    measured = list(results.measured())
    parts.extend(_machines(results, measured))
    parts.extend(_targets(results, measured))
    if draw_growth(results, docs / _IMAGE):
        parts.append(f"## Cost as the work grows\n\n![Seconds against conversations]({_IMAGE.as_posix()})\n")
    for what, sizes in measured:
        parts.append(f"## {what.title}\n\n{what.words}\n")
        for size in sizes:
            parts.extend(_table(what, size, results.read(what.name, size)))
    path = docs / "BENCHMARKS.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts).rstrip() + "\n")
    return path


def _machines(results: Results, measured: list[tuple[Benchmark, list[int]]]) -> Iterator[str]:
    """Each machine and set of versions once, with the days it was measured on."""
    seen: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for what, sizes in measured:
        for size in sizes:
            found = results.read(what.name, size)
            seen.setdefault(tuple(found["machine"].items()), []).append(found["when"])
    for facts, when in seen.items():
        told = dict(facts)
        hardware = [told.pop("cpu"), f"{told.pop('cores')} cores", told.pop("memory"), told.pop("system")]
        versions = ", ".join(f"{name} {version}" for name, version in told.items())
        span = min(when) if min(when) == max(when) else f"{min(when)} to {max(when)}"
        yield f"Machine: {', '.join(hardware)}. Versions: {versions}. Measured {span}.\n"


def _targets(results: Results, measured: list[tuple[Benchmark, list[int]]]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = []
    for what, sizes in measured:
        for target in what.targets:
            for size in sizes:
                value = target.measured(results.read(what.name, size)["cases"])
                if value is None or size < target.smallest:
                    continue
                verdict = "met" if target.met(value) else "**missed**"
                rows.append((what.title, target.text, f"{size:,}", _number(value), verdict))
    yield "## Targets\n"
    if not rows:
        yield "Nothing has been measured at a size that a target speaks of.\n"
        return
    yield _markdown(("benchmark", "target", "size", "measured", ""), rows)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _table(what: Benchmark, size: int, found: Mapping[str, Any]) -> Iterator[str]:
    cases: Mapping[str, Facts] = found["cases"]
    yield f"### {size:,} {what.unit}\n"
    rows = [
        (f"{what.labels.get(case, case)}{' °' if _busy(found, cases[case]) else ''}",
         *(cell(cases[case], cases, size) for _, cell in what.columns))
        for case in what.cases
        if case in cases
    ]  # fmt: skip
    yield _markdown(("", *(name for name, _ in what.columns)), rows)
    if "difference" in found:
        exact = found["difference"] == 0
        yield "All agree exactly.\n" if exact else f"All agree within {found['difference']:.0e} (relative).\n"


def _busy(found: Mapping[str, Any], facts: Facts) -> bool:
    return float(facts.get("load", 0)) > int(found["machine"]["cores"]) * _BUSY


def _markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines.extend("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join(lines) + "\n"
