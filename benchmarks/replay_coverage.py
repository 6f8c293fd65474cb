"""How often replay's 95 % intervals hold the simulator's truth: ``python -m benchmarks.replay_coverage``.

Each repetition is a simulated shop with a past policy, replayed from its own records as ``tanggap replay`` does. The
truth of a policy is what the same conversations would have earned under it, both arms having been played. Results are
kept one a line; run again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from tanggap.core.settings import Routing
from tanggap.routing.learn.history import Staffing
from tanggap.routing.learn.model import learn_model
from tanggap.routing.replay import Comparison, Policy, judged
from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.config import CURRENCY, TIMEZONE
from tanggap.simulator.history import SimulatedHistory, simulated_history

_HERE = Path(__file__).resolve().parent
_COLUMNS = ("policy", "method", "verdicts", "withheld", "covered", "95 % of that", "in band", "truth", "mean error",
            "half-width", "wrong side")  # fmt: skip
METHODS = ("dr", "ips", "snips")
#: Coverage of 95 % intervals may differ so much from 95 %.
BAND = (0.93, 0.97)


def true_difference(asked: Comparison, shop: SimulatedHistory, policy: Policy, settings: Routing) -> float:
    """What the policy would have earned beyond what was done, per conversation, in the parts that are counted."""
    ease = any(part.name == "ease" and part.counted for part in asked.reward.parts)
    gain = shop.gain(settings.ease_value if ease else 0.0)[asked.rows]
    return float(((asked.targets.human[policy] - asked.targets.human[Policy.PAST]) * gain).mean())


def repetition(seed: int, conversations: int, days: int) -> dict[str, Any]:
    """One shop: for each policy the truth and, by method, value, low and high (null where withheld)."""
    settings = Routing()
    config = ShopConfig(conversations=conversations, seed=seed, days=days, text=False, both_arms=True)
    shop = simulated_history(config, simulate(config), settings)
    nobody = Staffing(np.zeros(0, np.int64), np.zeros(0))
    learn = partial(
        learn_model, staffing=nobody, settings=settings, currency=CURRENCY, timezone=TIMEZONE, learned_at=shop.as_of
    )
    found, asked = judged(
        shop.history, shop.complexity, learn, settings, currency=CURRENCY, as_of=shop.as_of, customer=shop.customer
    )
    row: dict[str, Any] = {"seed": seed, "conversations": conversations, "days": days, "used": found.used}
    for one in found.alternatives:
        assert asked is not None
        by = {"dr": one.difference, **one.differences}
        row[one.policy.value] = {
            "truth": true_difference(asked, shop, one.policy, settings), "verdict": one.verdict.value,
            **{name: [_number(e.value), _number(e.low), _number(e.high)] for name, e in by.items()},
        }  # fmt: skip
    return row


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def table(rows: list[dict[str, Any]]) -> Table:
    """Coverage by policy and method; money in whole units of the currency."""
    shown = Table(title=f"{len(rows)} repetitions, {np.mean([row['used'] for row in rows]):,.0f} decisions each")
    for name in _COLUMNS:
        shown.add_column(name, justify="left" if name in ("policy", "method") else "right")
    for policy in Policy:
        got = [row[policy.value] for row in rows if policy.value in row]
        for method in METHODS if got else ():
            shown.add_row(policy.value, method, *_figures(got, method, len(rows)))
    return shown


def _figures(got: list[dict[str, Any]], method: str, size: int) -> Iterator[str]:
    truth = np.array([one["truth"] for one in got])
    value, low, high = (np.array([np.nan if (v := one[method][i]) is None else v for one in got]) for i in range(3))
    told = np.isfinite(low)
    n, inside = int(told.sum()), (low <= truth) & (truth <= high)
    yield f"{n}"
    yield f"{1 - n / size:.1%}"
    share = float(inside[told].mean()) if n else np.nan
    error = 1.96 * (share * (1 - share) / n) ** 0.5 if n else np.nan
    yield f"{share:.1%}"
    yield f"{share - error:.1%}–{share + error:.1%}"
    yield "yes" if n and BAND[0] <= share <= BAND[1] else "no" if n else "withheld"
    yield f"{truth.mean() / 100:,.0f}"
    yield f"{float((value - truth).mean()) / 100:,.0f}"
    yield f"{float((high - low)[told].mean()) / 200:,.0f}" if n else "–"
    yield f"{int(((low > 0) & (truth < 0) | (high < 0) & (truth > 0))[told].sum())}"


def kept(path: Path, conversations: int, days: int) -> dict[int, dict[str, Any]]:
    """The repetitions of that size that are done, by seed."""
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return {row["seed"]: row for row in rows if (row["conversations"], row["days"]) == (conversations, days)}


def run(seeds: Iterable[int], conversations: int, days: int, path: Path, workers: int, console: Console) -> None:
    """Plays what is missing, each repetition written down as soon as it is there."""
    todo = [seed for seed in seeds if seed not in kept(path, conversations, days)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool, path.open("a", encoding="utf-8") as file:
        asked = [pool.submit(repetition, seed, conversations, days) for seed in todo]
        for number, one in enumerate(as_completed(asked), 1):
            file.write(json.dumps(one.result()) + "\n")
            file.flush()
            if number % 50 == 0:
                console.print(f"{number} of {len(todo)}", highlight=False)


def main(given: list[str] | None = None) -> int:
    """Runs and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay_coverage", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=500)
    parser.add_argument("--conversations", type=int, default=12_000)
    parser.add_argument("--days", type=int, default=75)
    parser.add_argument("--first-seed", type=int, default=6_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=_HERE / "out" / "replay_coverage.ndjson")
    asked = parser.parse_args(given)
    console = Console(width=150)
    seeds = range(asked.first_seed, asked.first_seed + asked.repetitions)
    run(seeds, asked.conversations, asked.days, asked.out, asked.workers, console)
    done = kept(asked.out, asked.conversations, asked.days)
    rows = [done[seed] for seed in seeds]
    console.print(table(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
