"""Numbers, money and durations as people write them in sheets."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from tanggap.core.instants import SECOND
from tanggap.core.money import to_minor

_CURRENCY: Final = re.compile(r"(?i)^(-?)\s*(?:rp\.?|idr|usd|eur|gbp|sgd|myr|\$|€|£)?\s*|\s*(?:idr|usd|eur|gbp|€)$")
_SIGN: Final = re.compile(r"(?i)rp|idr|usd|eur|gbp|sgd|myr|\$|€|£")
#: Currencies a sign may stand for.
_MEANT: Final[dict[str, tuple[str, ...]]] = {
    "rp": ("IDR",), "€": ("EUR",), "£": ("GBP",),
    "$": ("USD", "SGD", "AUD", "CAD", "NZD", "HKD", "TWD", "BND", "MXN", "CLP", "COP", "ARS", "BRL"),
}  # fmt: skip
_SHAPES: Final = {
    ".": re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[-+]?\.\d+"),
    ",": re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?|[-+]?,\d+"),
}
_SPACES: Final = re.compile(r"[\s\u00a0\u202f']")
_CLOCK: Final = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?")
_LONGEST: Final = 40  # no amount or count of this domain has more digits; longer ones are other things

DECIMALS: Final = tuple(_SHAPES)
#: What the two parts of a duration such as 05:32 can be.
DURATION_CLOCKS: Final = ("hh:mm", "mm:ss")
DURATION_UNITS: Final = {"microseconds": 1, "seconds": SECOND, "minutes": 60 * SECOND, "hours": 3600 * SECOND}
#: Words for yes and no, in English and Indonesian.
YES: Final = ("true", "t", "1", "1.0", "yes", "y", "ya", "benar", "x")
NO: Final = ("false", "f", "0", "0.0", "no", "n", "tidak", "tdk", "bukan", "salah")


def parse_number(text: str, decimal: str = ".") -> Decimal:
    """The number a ``text`` writes with ``decimal`` ("." or ",") as its decimal sign.

    The other sign may group thousands, and only thousands: with a decimal comma "12.5" is no number, because
    reading it as 125 would be a silent mistake. Currency signs ("Rp", "$"), spaces and the Indonesian "-" for
    no cents ("Rp 5.000,-") are allowed; so are brackets for a negative amount.

    Raises:
        ValueError: the text is no such number.
    """
    bare = _SPACES.sub("", _CURRENCY.sub(r"\1", text.strip()))
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{_CURRENCY.sub(chr(92) + '1', bare[1:-1])}"
    bare = bare.removesuffix(",-").removesuffix(".-")
    if len(bare) > _LONGEST or not _SHAPES[decimal].fullmatch(bare):
        raise ValueError(f"{text[:60]!r} is no number with decimal {decimal!r}")
    plain = bare.replace("." if decimal == "," else ",", "").replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"{text[:60]!r} is no number") from error


def parse_integer(text: str, decimal: str = ".") -> int:
    """A whole number; "6.0" and "6,00" are whole.

    Raises:
        ValueError: it is no number, not whole, or beyond 64 bits.
    """
    number = parse_number(text, decimal)
    if number != number.to_integral_value() or abs(number) >= 2**63:
        raise ValueError(f"{text[:60]!r} is no whole number")
    return int(number)


def parse_money(text: str, decimal: str, currency: str) -> int:
    """Minor units of ``currency`` an amount of major units stands for, half up.

    Raises:
        ValueError: it is no number, beyond 64 bits, or written in another currency.
    """
    for sign in _SIGN.findall(text):
        if currency not in _MEANT.get(sign.lower(), (sign.upper(),)):
            raise ValueError(f"{text[:60]!r} is not in {currency}")
    minor = to_minor(parse_number(text, decimal), currency)
    if abs(minor) >= 2**63:
        raise ValueError(f"{text[:60]!r} is too large an amount")
    return minor


def parse_duration(text: str, decimal: str, unit: str, clock: str = "hh:mm") -> int:
    """Microseconds of a duration: "hh:mm:ss", two parts as ``clock`` says (hh:mm or mm:ss), or a number of ``unit``.

    Raises:
        ValueError: it is no duration, or a negative one.
    """
    written = _CLOCK.fullmatch(text.strip())
    if written:
        hours, minutes, seconds, fraction = written.groups(default="0")
        if clock == "mm:ss" and written[3] is None:
            hours, minutes, seconds = "0", hours, minutes
        whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * SECOND + int(fraction.ljust(6, "0"))
    micros = int(parse_number(text, decimal) * DURATION_UNITS[unit])
    if micros < 0:
        raise ValueError(f"{text[:60]!r} is a negative duration")
    if micros >= 2**63:
        raise ValueError(f"{text[:60]!r} is too long a duration")
    return micros


def parse_boolean(text: str) -> bool:
    """Yes or no, in English or Indonesian.

    Raises:
        ValueError: it is neither.
    """
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(f"{text[:60]!r} is neither yes nor no")
