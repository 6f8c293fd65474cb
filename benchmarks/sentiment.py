"""How well sentiment is read: ``python -m benchmarks.sentiment [--shared FOLDER] [--json]``.

SmSA (IndoNLU) and NusaX, Indonesian and English: macro F1 on their test parts of the recipe trained on their training
parts, and of the model that comes with Tanggap, which has never seen text of theirs.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from sklearn.metrics import accuracy_score, f1_score

from tanggap.routing.signals.classifier import TextModel
from tanggap.routing.signals.sentiment import Mood, sentiment, train_sentiment

_SMSA = "indonlu/dataset/smsa_doc-sentiment-prosa/{}_preprocess.tsv"
_NUSAX = "nusax/datasets/sentiment/{}/{}.csv"
Texts = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Figure:
    """Macro F1 and accuracy of three moods; ``polarity``: the share right where neither truth nor answer is neutral."""

    data: str
    model: str
    texts: int
    macro_f1: float
    accuracy: float
    polarity: float


def _read(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(name)
    if member is None:
        raise FileNotFoundError(name)
    return member.read().decode()


def _smsa(archive: tarfile.TarFile, part: str) -> Texts:
    rows = [line.rsplit("\t", 1) for line in _read(archive, _SMSA.format(part)).splitlines()]
    return [text for text, _ in rows], [label for _, label in rows]


def _nusax(archive: tarfile.TarFile, language: str, part: str) -> Texts:
    rows = list(csv.DictReader(io.StringIO(_read(archive, _NUSAX.format(language, part)))))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def _measured(data: str, name: str, model: TextModel | None, test: Texts) -> Figure:
    texts, truth = test
    told = [sentiment(text, model).label for text in texts]
    polar = [a == b for a, b in zip(truth, told, strict=True) if "neutral" not in (a, b)]
    return Figure(
        data, name, len(texts), round(float(f1_score(truth, told, average="macro")), 4),
        round(float(accuracy_score(truth, told)), 4), round(sum(polar) / len(polar), 4),
    )  # fmt: skip


def figures(shared: Path) -> list[Figure]:
    found = []
    with tarfile.open(shared / "data" / "id_text.tgz") as archive:
        sets = {"SmSA": (_smsa(archive, "train"), _smsa(archive, "test"))}
        for language in ("indonesian", "english"):
            sets[f"NusaX {language}"] = (_nusax(archive, language, "train"), _nusax(archive, language, "test"))
    for data, ((texts, labels), test) in sets.items():
        found.append(_measured(data, "as shipped", None, test))
        found.append(
            _measured(data, "trained on its training part", train_sentiment(texts, cast(list[Mood], labels)), test)
        )
    return found


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sentiment", description=__doc__)
    beside = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("TANGGAP_SHARED", beside)))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(given)
    found = figures(asked.shared)
    if asked.json:
        print(json.dumps([asdict(figure) for figure in found], indent=2))
        return 0
    print(f"{'data':<18} {'model':<30} {'texts':>6} {'macro F1':>9} {'accuracy':>9} {'polarity':>9}")
    for f in found:
        print(f"{f.data:<18} {f.model:<30} {f.texts:>6} {f.macro_f1:>9.4f} {f.accuracy:>9.4f} {f.polarity:>9.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
