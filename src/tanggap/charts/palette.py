"""One palette, light and dark, that can be read by everyone.

Better and worse are teal and vermilion, which stay apart for the common kinds of colour blindness, and colour is
never the only sign: an arrow or a word stands beside it. Text meets WCAG 2.1 AA (4.5 : 1) on ``surface`` and
``panel``, marks of a chart 3 : 1; the tests compute it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Mode = Literal["light", "dark", "page"]

#: Roles whose colour carries text.
TEXT_ROLES: Final = ("ink", "muted", "good", "bad", "accent", "target")
#: Roles that fill or stroke a mark one must be able to see.
MARK_ROLES: Final = ("accent", "good", "bad", "target", "faint", "middle")

_LIGHT: Final[Mapping[str, str]] = {
    "surface": "#fcfbf8",
    "panel": "#f4f2ec",
    "ink": "#1b2326",
    "muted": "#59646a",
    "rule": "#dedbd2",
    "accent": "#2c4f8f",
    "good": "#0b6a6f",
    "bad": "#b2380f",
    "target": "#7a5600",
    "faint": "#858c90",
    "middle": "#848b82",
}
_DARK: Final[Mapping[str, str]] = {
    "surface": "#14191c",
    "panel": "#1c2327",
    "ink": "#e9ebea",
    "muted": "#a6b0b5",
    "rule": "#333c41",
    "accent": "#93b4f5",
    "good": "#54c5c1",
    "bad": "#ff9470",
    "target": "#e0b45a",
    "faint": "#77838a",
    "middle": "#7f8880",
}


def theme(mode: Mode) -> Mapping[str, str]:
    """The colour of each role: as hex, or in mode ``page`` as a CSS variable that the page sets."""
    if mode == "page":
        return {role: f"var(--{role})" for role in _LIGHT}
    return _DARK if mode == "dark" else _LIGHT


def css_variables(mode: Literal["light", "dark"]) -> str:
    """The roles as CSS custom properties, ``--ink:#1b2326;…``."""
    return "".join(f"--{role}:{colour};" for role, colour in theme(mode).items())


def luminance(colour: str) -> float:
    """Relative luminance of a ``#rrggbb`` colour (WCAG 2.1)."""
    channels = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 … 21 (WCAG 2.1)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
