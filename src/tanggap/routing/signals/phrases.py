"""Lists of phrases packaged as text: ``phrases/NAME.txt``, a regular expression over normalised text a line."""

from __future__ import annotations

import re
from importlib.resources import files


def phrases(name: str) -> re.Pattern[str]:
    """One of the lists, as whole words."""
    text = (files("tanggap.routing.signals") / "phrases" / f"{name}.txt").read_text("utf-8")
    return re.compile(rf"\b(?:{'|'.join(line for line in text.splitlines() if line and not line.startswith('#'))})\b")
