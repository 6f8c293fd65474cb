"""Measures: each contestant runs in a process of its own, so that its memory and its start are its own."""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Facts = dict[str, Any]

#: The benchmarks, in the order in which they are run and reported: each is a module with a ``BENCHMARK``.
NAMES = ("simulator", "facts", "scorecard", "clock", "refresh", "imports")


@dataclass(frozen=True)
class Setting:
    """What a case is run on: how many conversations (or tickets), where things are kept, and how often it is run."""

    size: int
    out: Path
    repeats: int = 5


@dataclass(frozen=True)
class Target:
    """What the project wants of a result: ``measured(results of all cases)`` compared with ``limit``."""

    text: str
    measured: Callable[[Mapping[str, Facts]], float | None]
    limit: float
    at_least: bool
    smallest: int = 0  # sizes below say nothing about it

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True)
class Benchmark:
    """A question, the contestants that answer it, and what is wanted."""

    name: str
    title: str
    words: str
    cases: Mapping[str, Callable[[Setting], Facts]]
    columns: tuple[tuple[str, Callable[[Facts, Mapping[str, Facts], int], str]], ...]
    sizes: tuple[int, ...]
    needs_lake: bool = True
    targets: tuple[Target, ...] = ()
    unit: str = "conversations"
    #: Cases whose ``figures`` must be the same.
    agree: tuple[str, ...] = ()
    tolerance: float = 1e-9
    labels: Mapping[str, str] = field(default_factory=dict)


def benchmark(name: str) -> Benchmark:
    """The benchmark of that name."""
    found: Benchmark = importlib.import_module(f"benchmarks.{name}").BENCHMARK
    return found


@dataclass
class Watch:
    """Wall and CPU time of repeated work."""

    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    def time(self, work: Callable[[], Any]) -> Any:
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        found = work()
        self.walls.append(time.perf_counter() - wall)
        self.cpus.append(time.process_time() - cpu)
        return found

    def facts(self) -> Facts:
        """The first run is told apart: a process's first call also loads, compiles and warms."""
        best = min(range(len(self.walls)), key=self.walls.__getitem__)
        return {"first": self.walls[0], "wall": self.walls[best], "cpu": self.cpus[best], "runs": len(self.walls)}


def repeated(work: Callable[[], Any], repeats: int, *, enough: float = 60.0) -> tuple[Any, Facts]:
    """Runs ``work`` up to ``repeats`` times, but stops once it took ``enough`` seconds; the best run counts."""
    watch = Watch()
    found = watch.time(work)
    while len(watch.walls) < repeats and sum(watch.walls) < enough:
        found = watch.time(work)
    return found, watch.facts()


def seconds(value: float) -> str:
    """Seconds with three digits that count."""
    return f"{value:.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 1 else f"{value:.3f} s"


#: Columns that most tables have.
WALL = ("best run", lambda facts, cases, size: seconds(facts["wall"]))
CPU = ("CPU", lambda facts, cases, size: seconds(facts["cpu"]))
PEAK = ("peak memory", lambda facts, cases, size: f"{facts['process']['peak_mb']:,.0f} MB")


def ratio(case: str, to: str, of: str = "wall") -> Callable[[Mapping[str, Facts]], float | None]:
    """How often as long one case takes as another; None while either is not measured."""
    return lambda cases: cases[case][of] / cases[to][of] if case in cases and to in cases else None


def wall(case: str) -> Callable[[Mapping[str, Facts]], float | None]:
    """How many seconds a case takes; None while it is not measured."""
    return lambda cases: cases[case]["wall"] if case in cases else None


def in_own_process(name: str, case: str, setting: Setting) -> Facts:
    """Runs one case in a new Python process; adds the process's peak memory, CPU and wall time.

    Raises:
        RuntimeError: the case failed; the message holds the end of what it said.
    """
    setting.out.mkdir(parents=True, exist_ok=True)
    answer = setting.out / "answer.json"
    answer.unlink(missing_ok=True)
    log = setting.out / "case.log"
    call = [sys.executable, "-m", "benchmarks.measure", name, case, str(setting.size), str(setting.out),
            str(setting.repeats)]  # fmt: skip
    began = time.perf_counter()
    with log.open("w") as stream:
        child = subprocess.Popen(call, stdout=stream, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[1])
        try:
            _, status, used = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            child.wait()
            raise
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or not answer.is_file():
        raise RuntimeError(f"{name}/{case} at {setting.size:,} failed:\n{log.read_text()[-2000:]}")
    found: Facts = json.loads(answer.read_text())
    found["process"] = {
        "wall": time.perf_counter() - began, "cpu": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }  # fmt: skip
    return found


def main(name: str, case: str, size: str, out: str, repeats: str) -> None:
    """One case, in this process."""
    setting = Setting(int(size), Path(out), int(repeats))
    if name == "lake":
        from benchmarks.lake import make

        make(setting.size, setting.out)
        found: Facts = {}
    else:
        found = benchmark(name).cases[case](setting)
    (setting.out / "answer.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
