"""Policies side by side on the same arrivals and random numbers, over worlds and seeds, with intervals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from tanggap.core.settings import Routing
from tanggap.simulator.floor.bound import clairvoyant_bound
from tanggap.simulator.floor.engine import play
from tanggap.simulator.floor.history import DAYS, draw_past
from tanggap.simulator.floor.measures import measures
from tanggap.simulator.floor.policies import KEYS
from tanggap.simulator.floor.roster import usual_roster
from tanggap.simulator.floor.setup import policy, stage
from tanggap.simulator.floor.worlds import EASE_VALUE, WORLDS
from tanggap.stats.special import Floats, student_quantile

BOUND: Final = "bound"
#: Net value against that of another, as a ratio of sums over seeds.
RATIOS: Final = {"share_of_bound": BOUND, "over_complexity": "complexity_controlled", "share_of_true": "tanggap_true"}
#: Changes with whatever changes what a run comes to.
_MADE: Final = "floor/3"


#: A night shift of bots: whoever owns the floor has them answer while nobody is there.
SETTINGS: Final = Routing(fallback="bot", ease_value=EASE_VALUE)


@dataclass(frozen=True)
class Plan:
    """What is compared. ``history_days``: the past that policies learn from, drawn anew for each seed."""

    worlds: tuple[str, ...] = tuple(WORLDS)
    policies: tuple[str, ...] = KEYS
    seeds: tuple[int, ...] = tuple(range(1_000, 1_010))
    agents: int = 6
    days: int = 8
    history_days: int = DAYS
    settings: Routing = SETTINGS


@dataclass(frozen=True)
class Interval:
    """A mean over seeds, or a ratio of sums, with its 95 % interval (NaN with one seed)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Measures by (world, policy, seed)."""

    plan: Plan
    found: Mapping[tuple[str, str, int], Mapping[str, float]]

    def seeds(self, world: str) -> list[int]:
        """Seeds of which the world has been played."""
        return [seed for seed in self.plan.seeds if (world, BOUND, seed) in self.found]

    def values(self, world: str, policy_key: str, measure: str) -> Floats:
        """One number a seed."""
        return np.array([self.found[world, policy_key, seed][measure] for seed in self.seeds(world)])

    def mean(self, world: str, policy_key: str, measure: str) -> Interval:
        """The mean over seeds with Student's interval."""
        values = self.values(world, policy_key, measure)
        return paired_ratio(values, np.ones(len(values)))

    def ratio(self, world: str, policy_key: str, name: str) -> Interval:
        """Net value against another's (``RATIOS``)."""
        return paired_ratio(self.values(world, policy_key, "net_value"), self.values(world, RATIOS[name], "net_value"))


def paired_ratio(above: Floats, below: Floats) -> Interval:
    """Σ above ÷ Σ below over pairs, with the interval of a ratio estimator: Student's t over a − R·b (delta method;
    Cochran 1977, Sampling Techniques, section 6.4).
    """
    n = len(above)
    if not n or not below.sum():
        return Interval(float("nan"), float("nan"), float("nan"))
    ratio = float(above.sum() / below.sum())
    if n < 2:
        return Interval(ratio, float("nan"), float("nan"))
    error = float(np.std(above - ratio * below, ddof=1) / (np.sqrt(n) * abs(below.mean())))
    reach = float(student_quantile(0.975, n - 1)) * error
    return Interval(ratio, ratio - reach, ratio + reach)


def run_seed(plan: Plan, world_key: str, seed: int) -> dict[str, dict[str, float]]:
    """Every policy of the plan, and the bound, on one seed of one world: measures by policy."""
    world, settings = WORLDS[world_key], plan.settings
    past = draw_past(world, agents=plan.agents, seed=seed, settings=settings, days=plan.history_days)
    on = stage(world, agents=plan.agents, seed=seed, days=plan.days, settings=settings)
    roster = usual_roster(world.seats(plan.agents), plan.days)
    found = {BOUND: {"net_value": clairvoyant_bound(on.demand, on.truth, roster)}}
    for key in plan.policies:
        found[key] = measures(on.demand, on.truth, play(on.demand, roster, policy(key, on, past)))
    return found


def compare(
    plan: Plan, *, folder: Path | None = None, processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:  # fmt: skip
    """Plays the plan. With a ``folder`` each seed is kept there as it is done, and not played again.

    ``progress`` is told how many of how many seeds of worlds are done.
    """
    jobs = [(world, seed) for world in plan.worlds for seed in plan.seeds]
    found: dict[tuple[str, str, int], Mapping[str, float]] = {}
    left = []
    for world, seed in jobs:
        kept = _kept(folder, plan, world, seed)
        if kept is None:
            left.append((world, seed))
        else:
            found.update({(world, key, seed): each for key, each in kept.items()})
    done = len(jobs) - len(left)
    for world, seed, each in _played(plan, left, processes):
        found.update({(world, key, seed): values for key, values in each.items()})
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            _file(folder, plan, world, seed).write_text(json.dumps(each), encoding="utf-8")
        done += 1
        if progress is not None:
            progress(done, len(jobs))
    return Comparison(plan, found)


def _played(
    plan: Plan, jobs: Sequence[tuple[str, int]], processes: int
) -> Iterator[tuple[str, int, dict[str, dict[str, float]]]]:  # fmt: skip
    tasks = [(plan, world, seed) for world, seed in jobs]
    if processes <= 1 or len(tasks) <= 1:
        yield from map(_task, tasks)
        return
    with get_context("spawn").Pool(min(processes, len(tasks))) as pool:
        yield from pool.imap_unordered(_task, tasks)


def _task(task: tuple[Plan, str, int]) -> tuple[str, int, dict[str, dict[str, float]]]:
    plan, world, seed = task
    return world, seed, run_seed(plan, world, seed)


def _file(folder: Path, plan: Plan, world: str, seed: int) -> Path:
    shown = asdict(replace(plan, worlds=(), seeds=())) | {"world": asdict(WORLDS[world]), "made": _MADE}
    name = sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:12]
    return folder / f"{world}-{plan.agents}-{seed}-{name}.json"


def _kept(folder: Path | None, plan: Plan, world: str, seed: int) -> dict[str, dict[str, float]] | None:
    if folder is None or not _file(folder, plan, world, seed).is_file():
        return None
    found: dict[str, dict[str, float]] = json.loads(_file(folder, plan, world, seed).read_text(encoding="utf-8"))
    return found
