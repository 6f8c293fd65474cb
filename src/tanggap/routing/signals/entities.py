"""Facts a customer has given in words: order, e-mail, telephone, money, day, parcel, address, product, card.

A fact is a stretch of the text and its normalised value, so that nobody asks for it again (hand-over packet).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from tanggap.core.errors import SettingsError
from tanggap.core.money import exponent

Kind = Literal["order", "email", "phone", "money", "date", "tracking", "address", "product", "card"]

ORDER_PATTERNS: Final = (r"TG\d{6,14}", r"(?:INV|ORD|PO)[-/]?\d[\dA-Z/-]{3,30}", r"#\d{4,12}")
"""How order numbers are written, where a shop does not say otherwise."""

MASK: Final = "•"
_DAY_FIRST: Final = 31
_LONG_YEAR: Final = 1_000


@dataclass(frozen=True)
class Entity:
    """A fact: ``value`` normalised, ``start`` … ``end`` its place in the text (code points, end exclusive).

    Values: order and tracking in capitals without blanks; e-mail in lower case; phone as ``+`` and digits (E.164);
    money as integer minor units and currency (``15000000 IDR``: 150,000 rupiah); date as ``2026-11-05`` (without a
    ``today`` to count from: ``--11-05``, ``---05`` or days from today ``-1``, as ISO 8601 writes what is left out);
    card as a mask with the last four digits, never the number.
    """

    kind: Kind
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class EntityRules:
    """A shop's own: patterns of order numbers (regular expressions, case ignored), names of products, its currency.

    ``country`` is the telephone prefix of numbers that begin with 0.
    """

    order_patterns: tuple[str, ...] = ORDER_PATTERNS
    products: tuple[str, ...] = ()
    currency: str = "IDR"
    country: str = "62"


_Found = Iterator[Entity]
_Finder = Callable[[str, EntityRules, date | None], _Found]


def entities(text: str, rules: EntityRules | None = None, *, today: date | None = None) -> tuple[Entity, ...]:
    """The facts in a text, in order of place, none overlapping; ``today`` makes "kemarin" and "tgl 5" whole dates.

    A stretch is taken by the surest kind: card, e-mail, order, tracking, phone, money, date, address, product.

    Raises:
        SettingsError: an order pattern is no regular expression.
    """
    rules = rules or EntityRules()
    found: list[Entity] = []
    for finder in _FINDERS:
        for entity in finder(text, rules, today):
            if not any(entity.start < other.end and other.start < entity.end for other in found):
                found.append(entity)
    return tuple(sorted(found, key=lambda entity: entity.start))


def without_cards(text: str) -> str:
    """The text with the digits of card numbers covered but for the last four; of the same length."""
    for entity in list(_cards(text, EntityRules(), None)):
        text = text[: entity.start] + _covered(text[entity.start : entity.end]) + text[entity.end :]
    return text


def _covered(written: str) -> str:
    digits = sum(character.isdigit() for character in written)
    shown = []
    for character in written:
        if character.isdigit():
            digits -= 1
            shown.append(character if digits < 4 else MASK)
        else:
            shown.append(character)
    return "".join(shown)


# --- cards ------------------------------------------------------------------------------------------------------------

_CARD: Final = re.compile(r"(?<![\dA-Za-z])[2-6](?:[ .-]?[0-9]){12,18}(?![0-9])")
_ZERO: Final = ord("0")


def _cards(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _CARD.finditer(text):
        digits = _digits(match.group())
        if luhn(digits):
            yield Entity("card", MASK * (len(digits) - 4) + digits[-4:], match.start(), match.end())


def luhn(digits: str) -> bool:
    """Whether ASCII digits end in their right check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = ord(digit) - _ZERO
        if place % 2:
            number = number * 2 - 9 if number > 4 else number * 2
        total += number
    return total % 10 == 0


def _digits(written: str) -> str:
    return "".join(character for character in written if character in "0123456789")


# --- e-mail, orders, parcels, telephones ------------------------------------------------------------------------------

_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])", re.ASCII
)


def _emails(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _EMAIL.finditer(text):
        yield Entity("email", match.group().lower(), match.start(), match.end())


def _orders(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _order_pattern(rules.order_patterns).finditer(text):
        if match.end() > match.start():
            yield Entity("order", re.sub(r"\s", "", match.group()).upper().lstrip("#"), match.start(), match.end())


@lru_cache(maxsize=64)
def _order_pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    try:
        return re.compile(
            rf"(?<![A-Za-z0-9])(?:{'|'.join(patterns) or '(?!)'})(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII
        )
    except re.error as error:
        hint = "an order pattern is a Python regular expression such as TG\\d{10}"
        raise SettingsError(f"{error}", place="order_patterns", hint=hint) from error


_PARCEL_WORD: Final = re.compile(
    r"\b(?:no(?:mor|\.)?\s*)?(?:resi|tracking(?:\s*(?:number|no\.?|id|code))?|awb|airway\s?bill|"
    r"waybill)(?:nya)?\s*(?:saya|ku|is|adalah|number|no\.?)?\s*[:=#]?\s*"
    r"(?P<number>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{7,24})(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
# Carriers' own forms: JNE and SiCepat prefixes, J&T, Shopee Express, and the postal union's S10.
_PARCEL: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:J[PXTZ]\d{10,12}|SPX[A-Z]{2}\d{9,14}|TKP[A-Z0-9]{10,15}|CM\d{11}|JNE\d{10,14}|"
    r"[A-Z]{2}\d{9}[A-Z]{2})(?![A-Za-z0-9])",
    re.ASCII,
)


def _parcels(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _PARCEL_WORD.finditer(text):
        yield Entity("tracking", match.group("number").upper(), match.start("number"), match.end("number"))
    for match in _PARCEL.finditer(text):
        yield Entity("tracking", match.group(), match.start(), match.end())


_PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z+])(?:\+[0-9]{1,3}[ .-]?|00[1-9][0-9][ .-]?|"
    r"0(?=[0-9]))\(?[0-9]{1,4}\)?(?:[ .-]?[0-9]{2,8}){1,4}(?![0-9])"
)
_BARE_PHONE: Final = re.compile(r"(?<![0-9A-Za-z+])62[ -]?8[0-9]{2}(?:[ -]?[0-9]{3,5}){2}(?![0-9])")
_SHORTEST_PHONE, _LONGEST_PHONE = 8, 15


def _phones(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in (*_PHONE.finditer(text), *_BARE_PHONE.finditer(text)):
        written, digits = match.group(), _digits(match.group())
        if written[0] != "+":
            digits = digits[2:] if digits.startswith("00") else digits
            digits = rules.country + digits[1:] if digits.startswith("0") else digits
        if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE and (written[0] == "+" or not _ISO_LIKE.fullmatch(written)):
            yield Entity("phone", f"+{digits}", match.start(), match.end())


_ISO_LIKE: Final = re.compile(r"[0-9]{1,4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,4}")

# --- money ------------------------------------------------------------------------------------------------------------

_AMOUNT: Final = r"[0-9]{1,3}(?:[.,][0-9]{3}){1,4}(?:[.,][0-9]{1,2})?|[0-9]{1,12}(?:[.,][0-9]{1,2})?"
_SCALE: Final = {
    "rb": 1_000,
    "ribu": 1_000,
    "rbu": 1_000,
    "k": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
    "miliar": 1_000_000_000,
    "m": 1_000_000,
}
_SIGN: Final = {
    "rp": "IDR",
    "idr": "IDR",
    "rupiah": "IDR",
    "perak": "IDR",
    "usd": "USD",
    "us$": "USD",
    "$": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "dolar": "USD",
    "eur": "EUR",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "sgd": "SGD",
    "s$": "SGD",
    "myr": "MYR",
    "rm": "MYR",
}
_MONEY: Final = re.compile(
    rf"(?<![0-9A-Za-z.,])(?:(?P<before>rp|idr|us\$|s\$|usd|eur|gbp|sgd|myr|rm|\$|€|"
    rf"£)\.? ?(?P<a>{_AMOUNT}) ?(?:(?P<sa>ribu|rbu|rb|k|juta|jt|miliar)(?![a-z]))?"
    rf"|(?P<b>{_AMOUNT}) ?(?:(?P<sb>ribu|rbu|rb|juta|jt|miliar|k)(?:(?<!k)an)?(?: ?(?P<after1>rupiah|perak|"
    rf"usd|dollars?|dolar))?|(?P<after2>rupiah|perak|idr|usd|dollars?|dolar|euros?|eur|gbp|sgd|€)))(?![0-9A-Za-z])",
    re.IGNORECASE | re.ASCII,
)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+(?=$|[.,][0-9]{1,2}$)")


def _money(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _MONEY.finditer(text):
        sign = (match["before"] or match["after1"] or match["after2"] or "").lower()
        currency = _SIGN.get(sign, rules.currency)
        scale = _SCALE.get((match["sa"] or match["sb"] or "").lower(), 1) * 10 ** exponent(currency)
        yield Entity("money", f"{_minor(match['a'] or match['b'], scale)} {currency}", match.start(), match.end())


def _minor(written: str, scale: int) -> int:
    """``1.500.000``, ``1,500.50``, ``1,5`` times a scale, in whole minor units."""
    grouped = _GROUPED.match(written)
    if grouped:
        whole, fraction = _digits(grouped.group()), written[grouped.end() + 1 :]
    else:
        whole, _, fraction = written.replace(",", ".").partition(".")
    return int(whole) * scale + (int(fraction) * scale // 10 ** len(fraction) if fraction else 0)


# --- days -------------------------------------------------------------------------------------------------------------

_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        ("jan januari january", "feb februari february", "mar maret march", "apr april", "mei may", "jun juni june",
         "jul juli july", "agu agt agustus aug august", "sep sept september", "okt oktober oct october",
         "nov november nopember", "des desember dec december"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_RELATIVE: Final = {
    "kemarin lusa": -2, "the day before yesterday": -2, "kemarin": -1, "kemaren": -1, "kmrn": -1, "yesterday": -1,
    "hari ini": 0, "today": 0, "besok lusa": 2, "besok": 1, "bsk": 1, "tomorrow": 1, "lusa": 2, "semalam": -1,
    "the day after tomorrow": 2,
}  # fmt: skip
_ON: Final = "(?:tgl|tanggal|tggl|on the) ?"
_DATE: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:{_ON})?(?:"
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4}|[0-9]{2})"
    rf"|(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_MONTH})(?:,? (?P<y2>[0-9]{{4}}))?"
    rf"|(?P<m3>{_MONTH}) (?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y3>[0-9]{{4}}))?)"
    rf"|{_ON}(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:[/-](?P<m4>[0-9]{{1,2}}))?"
    r"|(?P<ago>[0-9]{1,3}) (?:hari (?:yang )?(?:lalu|yg lalu)|days? ago)"
    rf"|(?P<near>{'|'.join(sorted(_RELATIVE, key=len, reverse=True))}))(?![0-9A-Za-z])",
    re.IGNORECASE | re.ASCII,
)


def _dates(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _DATE.finditer(text):
        value = _day(match, today)
        if value:
            yield Entity("date", value, match.start(), match.end())


def _day(match: re.Match[str], today: date | None) -> str | None:
    """The day in ISO 8601; None where there is no such day."""
    if match["near"] or match["ago"]:
        days = _RELATIVE[match["near"].lower()] if match["near"] else -int(match["ago"])
        return _shifted(today, days)
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return _whole(year, month, day)
    day = int(match["d"] or match["d2"] or match["d3"] or match["d4"])
    name = match["m2"] or match["m3"]
    month = _MONTHS[name.lower()] if name else int(match["m"] or match["m4"] or 0)
    year = int(match["y"] or match["y2"] or match["y3"] or 0)
    if year:
        return _whole(year if year >= _LONG_YEAR else year + 2_000, month, day)
    if not 1 <= day <= _DAY_FIRST or month > 12:
        return None
    return _latest(today, month, day) if today else (f"--{month:02}-{day:02}" if month else f"---{day:02}")


def _shifted(today: date | None, days: int) -> str | None:
    if today is None:
        return f"{days:+d}" if days else "0"
    try:
        return (today + timedelta(days=days)).isoformat()
    except OverflowError:
        return None


def _whole(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _latest(today: date, month: int, day: int) -> str | None:
    """The latest such day that is not after today: people write about what has happened."""
    for back in range(24):
        months = today.year * 12 + today.month - 1 - back
        if month and months % 12 + 1 != month:
            continue
        found = _whole(months // 12, months % 12 + 1, day)
        if found and found <= today.isoformat():
            return found
    return None


# --- address, product -------------------------------------------------------------------------------------------------

_ADDRESS: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:jl\.?|jln\.?|jalan|gang|gg\.|komplek|kompleks|perum(?:ahan)?|apartemen|apartment|ruko|"
    r"dusun|desa|kelurahan|kecamatan) [A-Za-z][^\n!?;]{3,100}"
    r"|(?<![A-Za-z0-9])[0-9]{1,5} (?:[A-Z][a-z]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|drive|"
    r"boulevard)(?![A-Za-z])[^\n!?;]{0,60}",
    re.IGNORECASE | re.ASCII,
)
# "jalan" is also "to walk", "to work": a place has a number, a quarter or a town after it.
_PLACE: Final = re.compile(
    r"[0-9]|\b(?:rt|rw|blok|no|kel|kec|kota|kab|street|road|avenue|lane|drive)\b", re.IGNORECASE | re.ASCII
)


def _addresses(text: str, rules: EntityRules, today: date | None) -> _Found:
    for match in _ADDRESS.finditer(text):
        written = match.group().rstrip(" .,\t\r")
        if _PLACE.search(written):
            yield Entity("address", " ".join(written.split()), match.start(), match.start() + len(written))


def _products(text: str, rules: EntityRules, today: date | None) -> _Found:
    names = _product_pattern(rules.products)
    if names is None:
        return
    known = _product_names(rules.products)
    for match in names.finditer(text):
        value = known.get(" ".join(match.group().lower().split()))
        if value:
            yield Entity("product", value, match.start(), match.end())


@lru_cache(maxsize=16)
def _product_names(products: tuple[str, ...]) -> dict[str, str]:
    return {" ".join(name.lower().split()): name for name in products if name.strip()}


@lru_cache(maxsize=16)
def _product_pattern(products: tuple[str, ...]) -> re.Pattern[str] | None:
    names = sorted(_product_names(products), key=len, reverse=True)
    if not names:
        return None
    written = (r"\s+".join(re.escape(word) for word in name.split()) for name in names)
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)", re.IGNORECASE)


_FINDERS: Final[Sequence[_Finder]] = (
    _cards, _emails, _orders, _parcels, _phones, _money, _dates, _addresses, _products
)  # fmt: skip


def facts_given(found: Iterable[Entity]) -> dict[Kind, tuple[str, ...]]:
    """What need not be asked again: kind → values in the order given, each once; without cards."""
    given: dict[Kind, dict[str, None]] = {}
    for entity in found:
        if entity.kind != "card":
            given.setdefault(entity.kind, {})[entity.value] = None
    return {kind: tuple(values) for kind, values in given.items()}
