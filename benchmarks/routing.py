"""How long a decision takes: ``python -m benchmarks.routing [--json FILE]``; one process, one core.

Without text: conversation and floor in, decision out. With text: the line of JSON read, all signals of its words, and
the decision. In a batch: rows of Arrow in, decisions out. Times are of the wall clock: on a busy machine look at the
medians, and at ``cpu_p99``, the same in the process's own time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from tanggap.core.settings import Routing
from tanggap.routing.batch import decide_many
from tanggap.routing.intake import arrival
from tanggap.routing.model import Conversation, DemandCurve, Expected, Floor, IntentModel, Patience, RoutingModel
from tanggap.routing.policy import decide
from tanggap.routing.queue import Line
from tanggap.routing.signals.intents import INTENTS
from tanggap.routing.signals.read import SignalReader
from tanggap.simulator.phrases_intents import INTENT_PHRASES

NOW = 1_700_000_000_000_000
WAITING, SINGLE, TEXTS, BATCH = 40, 20_000, 3_000, 1_000_000


def model() -> RoutingModel:
    """A model as large as a learnt one: every intent, a curve of 64 points for every quarter of an hour."""
    rng = np.random.default_rng(0)

    def known() -> IntentModel:
        p, q, minutes = rng.uniform(0.05, 0.4, 3), rng.uniform(0.02, 0.3, 3), rng.uniform(1, 12, 2)
        return IntentModel(
            Expected(p[0], q[0], 4.2, 1e3, minutes[0]), Expected(p[1], q[1], 4.0, 4e3, minutes[1] / 4),
            Expected(p[2] / 2, q[2], 2.0), margin=6e6,
        )  # fmt: skip

    intents = {intent.key: known() for intent in INTENTS}
    curve = DemandCurve(tuple(np.linspace(4e5, 0, 64)), tuple(np.linspace(10, 900, 64)), 90.0)
    return RoutingModel(
        "benchmark", "IDR", "Asia/Jakarta", intents, {}, {i.key: i.category for i in INTENTS}, known(),
        {"chat": Patience(0.1, 0.5)}, Patience(0.05, 2.0), 4e7, 6e7, (curve,) * 96,
    )  # fmt: skip


def floor() -> Floor:
    """Six people, all busy, forty waiting."""
    line, rng = Line(), np.random.default_rng(1)
    for number in range(WAITING):
        line.add(str(number), priority=float(rng.uniform(0, 1e6)), minutes=6.0, since=number)
    return Floor(NOW, 6, residual=20.0, waiting=line)


def times(act: Callable[[int], object], count: int) -> dict[str, float]:
    """Milliseconds each: median, 99th percentile, and the latter in CPU time."""
    wall, cpu = np.empty(count), np.empty(count)
    for number in range(count):
        began, used = time.perf_counter(), time.process_time()
        act(number)
        wall[number], cpu[number] = time.perf_counter() - began, time.process_time() - used
    return {
        "p50": float(np.median(wall)) * 1e3, "p99": float(np.quantile(wall, 0.99)) * 1e3,
        "cpu_p99": float(np.quantile(cpu, 0.99)) * 1e3,
    }  # fmt: skip


def measured() -> dict[str, dict[str, float]]:
    """Every figure, by name."""
    known, there, settings = model(), floor(), Routing()
    keys = list(known.intents)
    asked = [
        Conversation(str(n), intent=keys[n % len(keys)], channel="chat", customer_value=3e7) for n in range(SINGLE)
    ]
    reader = SignalReader()
    texts = [text.replace("{", "").replace("}", "") for phrases in INTENT_PHRASES.values()
             for text in (*phrases.asks_id, *phrases.asks_en)]  # fmt: skip
    lines = [json.dumps({"conversation_id": str(n), "text": texts[n % len(texts)]}).encode() for n in range(TEXTS)]

    def with_text(number: int) -> object:
        found = arrival(lines[number], there, reader, place="")
        return decide(found.conversation, found.floor, known, settings, 0.5)

    for number in range(200):
        with_text(number)
    return {
        "without text": times(lambda n: decide(asked[n], there, known, settings, 0.5), SINGLE),
        "with text": times(with_text, TEXTS),
        "batch": {"decisions_a_second": batch(known, there, settings)},
    }


def batch(known: RoutingModel, there: Floor, settings: Routing) -> float:
    """Decisions a second of a million rows, the best of three."""
    rng = np.random.default_rng(2)
    keys = np.array(list(known.intents))
    rows = pa.table({
        "conversation_id": pa.array(np.arange(BATCH)).cast(pa.string()), "intent": rng.choice(keys, BATCH),
        "channel": rng.choice(np.array(["chat", "whatsapp"]), BATCH), "customer_value": rng.uniform(0, 6e7, BATCH),
    })  # fmt: skip
    draws = rng.random(BATCH)
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        decide_many(rows, there, known, settings, draws)
        best = min(best, time.perf_counter() - began)
    return BATCH / best


def main() -> None:
    """Prints the figures, and keeps them as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = measured()
    for name, figures in found.items():
        print(f"{name:14}", "  ".join(f"{key} {value:,.3f}" for key, value in figures.items()))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
