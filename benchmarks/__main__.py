"""Runs the benchmarks: ``python -m benchmarks [--only NAME] [--size N]``; interrupted, it goes on where it was."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.measure import NAMES, Benchmark, Setting, benchmark, in_own_process
from benchmarks.report import write_report
from benchmarks.results import Results

_HERE = Path(__file__).resolve().parent
Step = tuple[Benchmark, int, str]


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, help="this benchmark (may be repeated)")
    parser.add_argument("--size", action="append", type=int, help="this many conversations (may be repeated)")
    parser.add_argument("--largest", type=int, default=1_000_000, help="no size above this (default: 1,000,000)")
    parser.add_argument("--case", action="append", help="this contestant (may be repeated)")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each contestant; the best counts")
    parser.add_argument("--again", action="store_true", help="measure anew what is measured already")
    parser.add_argument("--report", action="store_true", help="measure nothing; write the report of what is there")
    parser.add_argument("--out", type=Path, default=_HERE / "out", help="where lakes and results are kept")
    parser.add_argument("--docs", type=Path, default=_HERE.parent / "docs", help="where the report is written")
    return parser.parse_args(given)


def steps(asked: argparse.Namespace, results: Results) -> Iterator[Step]:
    """What is still to be measured, smaller sizes first within each benchmark."""
    for name in asked.only or NAMES:
        what = benchmark(name)
        for size in asked.size or [size for size in what.sizes if size <= asked.largest]:
            known = results.known(name, size)
            for case in what.cases:
                if (asked.case is None or case in asked.case) and (asked.again or case not in known):
                    yield what, size, case


def run(asked: argparse.Namespace, console: Console) -> int:
    """Measures, checks that contestants agree, and writes the report; how many cases failed."""
    results = Results(asked.out.resolve())
    failed = 0
    todo = [] if asked.report else list(steps(asked, results))
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=len(todo))
        for what, size, case in todo:
            progress.update(bar, description=f"{what.name} {size:,}: {what.labels.get(case, case)}")
            setting = Setting(size, results.out, asked.repeats)
            try:
                if what.needs_lake:
                    _lake(setting, progress)
                facts = in_own_process(what.name, case, setting)
                results.keep(what.name, size, case, facts)
                results.check(what, size)
                peak = facts["process"]["peak_mb"]
                console.print(f"{what.name} {size:,} {case}: {facts['wall']:.3f} s, {peak:,.0f} MB", highlight=False)
            except (RuntimeError, AssertionError) as error:
                failed += 1
                console.print(f"[red]failed[/red] {what.name} {size:,} {case}: {error}", highlight=False)
            progress.advance(bar)
    console.print(f"report: {write_report(results, asked.docs)}", highlight=False)
    return failed


def _lake(setting: Setting, progress: Progress) -> None:
    """The lake of that size, made in a process of its own if it is not there."""
    from benchmarks import lake as lakes

    if not lakes.is_made(setting.size, setting.out):
        progress.console.print(f"making a lake of {setting.size:,} conversations", highlight=False)
        in_own_process("lake", "make", setting)


def main(given: list[str] | None = None) -> int:
    """Returns the exit code: 0 if everything that was asked for is measured, 1 if something failed, 130 on Ctrl-C."""
    console = Console()
    try:
        return 1 if run(_arguments(given), console) else 0
    except KeyboardInterrupt:
        console.print("stopped; what is measured is kept: run the same again to go on")
        return 130


if __name__ == "__main__":
    sys.exit(main())
