"""Results on disk: one JSON file a benchmark and size, each case kept as soon as it is measured."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.lake import fingerprint
from benchmarks.measure import NAMES, Benchmark, Facts, benchmark

_LIBRARIES = ("tanggap", "duckdb", "ibis-framework", "deltalake", "pyarrow", "numpy", "polars", "pandas")


def machine() -> dict[str, str]:
    """What was measured on, and with which versions."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        named = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = named[0] if named else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = {
        "cpu": cpu, "cores": str(len(os.sched_getaffinity(0))), "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}", "Python": platform.python_version(),
    }  # fmt: skip
    for library in _LIBRARIES:
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


class Results:
    """What has been measured so far, under ``out``."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / "results"
        self.folder.mkdir(parents=True, exist_ok=True)

    def _path(self, name: str, size: int) -> Path:
        return self.folder / f"{name}-{size}.json"

    def _figures(self, name: str, size: int, case: str) -> Path:
        return self.folder / "figures" / f"{name}-{size}-{case}.json"

    def read(self, name: str, size: int) -> dict[str, Any]:
        """``cases``, ``machine``, ``when`` and ``difference`` (the largest between those that must agree)."""
        path = self._path(name, size)
        found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {"cases": {}}
        return found

    def lake(self, name: str, size: int) -> str:
        """Which lake a benchmark is measured on, as far as there is one: results of another are none of this one's."""
        return fingerprint(size, self.out) if benchmark(name).needs_lake else ""

    def known(self, name: str, size: int) -> set[str]:
        """The cases measured already, on the lake there is now."""
        lake = self.lake(name, size)
        return {case for case, facts in self.read(name, size)["cases"].items() if facts.get("lake", "") == lake}

    def keep(self, name: str, size: int, case: str, facts: Facts) -> None:
        """Keeps one case; its figures go to a file of their own. What was measured on another lake is dropped."""
        figures = facts.pop("figures", None)
        if figures is not None:
            path = self._figures(name, size, case)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(figures))
            facts["figures"] = True
        found, known, lake = self.read(name, size), self.known(name, size), self.lake(name, size)
        found["cases"] = {case: facts for case, facts in found["cases"].items() if case in known}
        found["cases"][case] = {**facts, "load": os.getloadavg()[0], "lake": lake}
        found.pop("difference", None)  # it was that of other results
        found |= {"machine": machine(), "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")}
        self._write(name, size, found)

    def check(self, what: Benchmark, size: int) -> float | None:
        """The largest relative difference between the contestants that must agree; None until two are measured.

        Raises:
            AssertionError: they differ by more than the benchmark's tolerance, or have other cells or counts.
        """
        found = self.read(what.name, size)
        paths = [self._figures(what.name, size, case) for case in what.agree if case in found["cases"]]
        known = [json.loads(path.read_text()) for path in paths if path.is_file()]
        if len(known) < 2:
            return None
        largest = max(difference(known[0], other) for other in known[1:])
        if largest > what.tolerance:
            raise AssertionError(f"{what.name} at {size:,}: contestants differ by {largest:g}")
        found["difference"] = largest
        self._write(what.name, size, found)
        return largest

    def _write(self, name: str, size: int, found: dict[str, Any]) -> None:
        path = self._path(name, size)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(found, indent=1))
        fresh.replace(path)

    def measured(self) -> Iterator[tuple[Benchmark, list[int]]]:
        """Each benchmark with the sizes there are results of."""
        for name in NAMES:
            paths = self.folder.glob(f"{name}-*.json")
            sizes = sorted(int(path.stem.rsplit("-", 1)[1]) for path in paths)
            if sizes:
                yield benchmark(name), sizes


def difference(one: Facts, other: Facts) -> float:
    """The largest relative difference of two sets of figures; infinite where cells or counts differ."""
    if set(one) != set(other):
        return math.inf
    largest = 0.0
    for key, cells in one.items():
        others = {(cell[0], cell[1]): cell[2:] for cell in other[key]}
        if len(others) != len(cells):
            return math.inf
        for channel, week, value, n in cells:
            there = others.get((channel, week))
            if there is None or there[1] != n:
                return math.inf
            if value != there[0]:
                largest = max(largest, abs(value - there[0]) / max(abs(value), abs(there[0])))
    return largest
