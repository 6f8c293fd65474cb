"""Measures what the text models understand: ``python -m benchmarks.language [--only NAME] [--json FILE]``.

The recipe is trained on the training part of public data sets and scored on their test part; the shop's own intents
are scored on lines of the packaged text that were held out. The public data is read from the folder ``shared`` beside
the checkout, or ``TANGGAP_SHARED``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table

from tanggap.routing.signals.classifier import Prediction, TextModel, deal, train
from tanggap.routing.signals.intents import THRESHOLD, examples

Texts = tuple[list[str], list[str]]

#: Accuracy in per cent that was stated beforehand for this recipe, and how far below it a result may lie.
REFERENCE = {"clinc150": 92.8, "banking77": 91.2}
MARGIN = 1.0
HINT3 = ("curekart", "powerplay11", "sofmattress")
NO_INTENT = "NO_NODES_DETECTED"
SHOP_FOLDS = 5


@dataclass(frozen=True)
class DataSet:
    """Texts and labels to train on and to test on; ``outside``: test texts that have none of the labels."""

    name: str
    train: Texts
    test: Texts
    outside: list[str]


@dataclass(frozen=True)
class Score:
    """What one model achieved; shares in per cent.

    ``accuracy``: in scope, the best label right. ``answered`` in scope at the threshold, ``right`` of these.
    ``abstained``: of the texts out of scope. ``confidence``: mean probability of the best label, which is to equal
    the accuracy. ``p99`` in milliseconds a text, ``size`` in megabytes stored.
    """

    name: str
    labels: int
    trained_on: int
    tested_on: int
    accuracy: float
    reference: float | None
    confidence: float
    answered: float
    right: float
    outside: int
    abstained: float | None
    train_seconds: float
    p50: float
    p99: float
    size: float

    @property
    def met(self) -> bool | None:
        return None if self.reference is None else self.accuracy >= self.reference - MARGIN


class Archive:
    """The archive of public intent data."""

    def __init__(self, shared: Path) -> None:
        self.path = shared / "data" / "intents_en.tgz"

    def text(self, member: str) -> str:
        with tarfile.open(self.path) as archive:
            for name in (member, f"./{member}"):
                if name in archive.getnames():
                    file = archive.extractfile(name)
                    assert file is not None
                    return file.read().decode("utf-8")
        raise FileNotFoundError(f"{member} is not in {self.path}")

    def table(self, member: str, text: str, label: str) -> Texts:
        rows = list(csv.DictReader(io.StringIO(self.text(member))))
        return [row[text] for row in rows], [row[label] for row in rows]


def clinc150(archive: Archive) -> DataSet:
    data = json.loads(archive.text("clinc150/data_full.json"))
    parts = {part: ([text for text, _ in data[part]], [label for _, label in data[part]]) for part in ("train", "test")}
    return DataSet("clinc150", parts["train"], parts["test"], [text for text, _ in data["oos_test"]])


def banking77(archive: Archive) -> DataSet:
    parts = [archive.table(f"banking77/{part}.csv", "text", "category") for part in ("train", "test")]
    return DataSet("banking77", parts[0], parts[1], [])


def hint3(archive: Archive, bot: str) -> DataSet:
    known, asked = (
        archive.table(f"hint3/dataset/v2/{part}/{bot}_{part}.csv", "sentence", "label") for part in ("train", "test")
    )
    pairs = list(zip(*asked, strict=True))
    inside = [(text, label) for text, label in pairs if label != NO_INTENT]
    outside = [text for text, label in pairs if label == NO_INTENT]
    return DataSet(f"hint3 {bot}", known, ([text for text, _ in inside], [label for _, label in inside]), outside)


def public(archive: Archive) -> dict[str, Callable[[], DataSet]]:
    """How to read each public data set, by name."""
    bots = {bot: (lambda bot=bot: hint3(archive, bot)) for bot in HINT3}
    return {"clinc150": lambda: clinc150(archive), "banking77": lambda: banking77(archive), **bots}


def score(data: DataSet) -> Score:
    """Trains on the one part, predicts the other."""
    started = time.perf_counter()
    model = train(*data.train, min_texts=2, threshold=THRESHOLD)
    seconds = time.perf_counter() - started
    inside, outside = model.predict_many(data.test[0]), model.predict_many(data.outside)
    p50, p99 = latency(model, data.test[0][:1_000])
    right = [found.top[0][0] == label for found, label in zip(inside, data.test[1], strict=True)]
    answered = [found.label is not None for found in inside]
    return Score(
        data.name, len(model.labels), len(data.train[0]), len(data.test[0]), percent(right), REFERENCE.get(data.name),
        percent([found.confidence for found in inside]), percent(answered),
        percent([hit for hit, said in zip(right, answered, strict=True) if said]), len(outside),
        percent([found.label is None for found in outside]) if outside else None, seconds, p50, p99, stored(model),
    )  # fmt: skip


def latency(model: TextModel, texts: Sequence[str]) -> tuple[float, float]:
    """Median and 99th percentile of milliseconds a text, one at a time; each text's best of three."""
    best = np.full(len(texts), np.inf)
    for _ in range(3):
        for number, text in enumerate(texts):
            started = time.perf_counter()
            model.predict(text)
            best[number] = min(best[number], (time.perf_counter() - started) * 1e3)
    return float(np.percentile(best, 50)), float(np.percentile(best, 99))


def stored(model: TextModel) -> float:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        model.save(path)
        return path.stat().st_size / 1e6


def percent(values: Sequence[float]) -> float:
    return 100 * float(np.mean(values)) if len(values) else float("nan")


def shop() -> tuple[Score, Counter[tuple[str, str]]]:
    """The shop's own intents by cross-validation over lines, and (true, said) pairs of what was mistaken.

    A line is never trained on in any of its variants when it is tested: each line was written to differ from its
    neighbours, so this is much harder than new customers saying the usual things.
    """
    known = examples()
    fold = deal([example.intent for example in known], [example.line for example in known], SHOP_FOLDS)
    found: list[tuple[str, Prediction]] = []
    seconds, model = 0.0, None
    for held in range(SHOP_FOLDS):
        rest = [example for example, its in zip(known, fold, strict=True) if its != held]
        asked = [example for example, its in zip(known, fold, strict=True) if its == held]
        started = time.perf_counter()
        model = train(
            [example.text for example in rest], [example.intent for example in rest], min_texts=2,
            groups=[example.line for example in rest], threshold=THRESHOLD,
        )  # fmt: skip
        seconds += time.perf_counter() - started
        predicted = model.predict_many([example.text for example in asked])
        found.extend((example.intent, its) for example, its in zip(asked, predicted, strict=True))
    assert model is not None
    inside = [(true, its) for true, its in found if true]
    outside = [its.label is None for true, its in found if not true]
    right = [its.top[0][0] == true for true, its in inside]
    said = [its.label is not None for _, its in inside]
    p50, p99 = latency(model, [example.text for example in known[:1_000]])
    mistaken = Counter((true, its.top[0][0] or "(nothing)") for true, its in inside if its.top[0][0] != true)
    result = Score(
        "shop, held-out lines", len(model.labels) - 1, len(known) * (SHOP_FOLDS - 1) // SHOP_FOLDS, len(inside),
        percent(right), None, percent([its.confidence for _, its in inside]), percent(said),
        percent([its.label == true for true, its in inside if its.label is not None]), len(outside),
        percent(outside), seconds / SHOP_FOLDS, p50, p99, stored(model),
    )  # fmt: skip
    return result, mistaken


def shown(scores: Sequence[Score]) -> Table:
    table = Table("data", "labels", "trained", "tested", "accuracy", "reference", "met", "confidence", "answered",
                  "of these right", "outside: abstains", "train s", "p50 / p99 ms", "MB")  # fmt: skip
    for one in scores:
        met = {None: "", True: "yes", False: "[red]no[/red]"}[one.met]
        outside = "" if one.abstained is None else f"{one.abstained:.1f} % of {one.outside:,}"
        table.add_row(
            one.name, f"{one.labels}", f"{one.trained_on:,}", f"{one.tested_on:,}", f"{one.accuracy:.2f} %",
            "" if one.reference is None else f"{one.reference:.1f} %", met, f"{one.confidence:.1f} %",
            f"{one.answered:.1f} %", f"{one.right:.1f} %", outside, f"{one.train_seconds:.1f}",
            f"{one.p50:.2f} / {one.p99:.2f}", f"{one.size:.2f}",
        )  # fmt: skip
    return table


def _scores(names: Sequence[str], archive: Archive, console: Console) -> Iterator[Score]:
    known = public(archive)
    for name in names:
        if name == "shop":
            result, mistaken = shop()
            pairs = ", ".join(f"{true} → {said} {n}" for (true, said), n in mistaken.most_common(12))
            console.print(f"most mistaken: {pairs}", highlight=False)
            yield result
        elif archive.path.is_file():
            yield score(known[name]())
        else:
            console.print(f"{name}: left out, there is no {archive.path}", highlight=False)


def main(given: list[str] | None = None) -> int:
    """Prints the table; returns 1 if a reference was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.language", description=__doc__)
    names = ("clinc150", "banking77", *HINT3, "shop")
    parser.add_argument("--only", action="append", choices=names, help="this data set (may be repeated)")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    asked = parser.parse_args(given)
    shared = Path(os.environ.get("TANGGAP_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    console = Console(width=200)
    scores = list(_scores(asked.only or names, Archive(shared), console))
    console.print(shown(scores))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) | {"met": one.met} for one in scores], indent=1) + "\n")
    return 1 if any(one.met is False for one in scores) else 0


if __name__ == "__main__":
    sys.exit(main())
