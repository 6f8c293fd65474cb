"""Trains the models that come with Tanggap: ``python -m tanggap.routing.signals.train``; about half a minute."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from tanggap.routing.signals import intents, sentiment, wants_person
from tanggap.routing.signals.classifier import TextModel

MODELS: Final[dict[str, Callable[[], TextModel]]] = {
    intents.MODEL: intents.train_intents,
    wants_person.MODEL: wants_person.train_wants_person,
    sentiment.MODEL: sentiment.train_sentiment,
}
FOLDER: Final = Path(__file__).parent
#: Beside the models: the fingerprint of what they were trained of, so that a test can tell a stale one.
TRAINED_OF: Final = FOLDER / "models" / "trained_of.json"
#: Code that decides what a model sees of a text.
_READERS: Final = ("normalise.py", "slang.py", "ngrams.py", "templates.py")


def fingerprint() -> str:
    """A hash of all training text and of the code that takes it apart."""
    found = sha256()
    for path in sorted([*(FOLDER / "training").rglob("*.t*"), *(FOLDER / name for name in _READERS)]):
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def main() -> None:
    """Trains each model and writes it beside the others."""
    for name, trained in MODELS.items():
        trained().save(FOLDER / "models" / name)
    TRAINED_OF.write_text(json.dumps({"fingerprint": fingerprint()}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
