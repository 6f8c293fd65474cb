"""What a column's values look like, over the whole file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.sources.csv.dates import AmbiguousDateError, names_month, parse_moment
from tanggap.sources.csv.guessing.sayings import say
from tanggap.sources.csv.nothing import says_nothing
from tanggap.sources.csv.numbers import parse_number

_SAMPLE: Final = 2_000
_MOST: Final = 0.9  # a column is what nine in ten of its values are
_FEW_WORDS: Final = 40
_MILLIS: Final = 10**12
#: The first numbers of a text are its date: a clock after them, 08.18.05, looks like another.
_DAY_FIRST: Final = r"^\D*(?:1[3-9]|2\d|3[01])[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})\b"
_MONTH_FIRST: Final = r"^\D*\d{1,2}[-/. ](?:1[3-9]|2\d|3[01])[-/. ](?:\d{4}|\d{2})\b"
_TWO_NUMBERS: Final = re.compile(r"^\D*\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})\b")
_CLOCK: Final = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*[ap]m)?(?:\s*wi(?:b|ta|t))?", re.I)
_DOTTED: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}\.\d{1,2}\.\d{1,2}")  # 08.18.05 is a clock
_HAS_CLOCK: Final = re.compile(r"\d{1,2}[:.]\d{2}(?!\d*[-/])")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"(?:\+|0|62)[\d\s().-]{7,18}")
_COMMA_PROOF: Final = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\.\d{3},\d|^[^.,]*\d,\d{1,2}(?:\D*$)|^[^.,]*\d,\d{4,}|,-$")
_POINT_PROOF: Final = re.compile(r"\d{1,3}(?:,\d{3}){2,}|,\d{3}\.\d|^[^.,]*\d\.\d{1,2}(?:\D*$)|^[^.,]*\d\.\d{4,}")
_SIGNED: Final = re.compile(r"\d[.,]\d")
_GROUPED: Final = re.compile(r"\D*[1-9]\d{0,2}([.,])\d{3}\D*")
_MONEY: Final = re.compile(r"(?i)^-?\s*(rp|idr|usd|\$|€|eur|£|gbp)")
_CODES: Final = {
    "rp": "IDR", "idr": "IDR", "usd": "USD", "$": "USD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
}  # fmt: skip
_EPOCH: Final = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_YYMMDD: Final = re.compile(r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_EXCEL: Final = re.compile(r"[34]\d{4}(?:[.,]\d+)?")
_DATE_NAME: Final = re.compile(r"(?i)date|tanggal|tgl|waktu|time|stamp|dibuat|selesai|[_ ]at$|hari|day|created|closed")
_POINT_ZERO: Final = re.compile(r"-?\d+\.0")


@dataclass(frozen=True)
class Profile:
    """A column: how many values, how many different, and the shapes that most of them have.

    ``style`` is the date style that reads most of them ("" if they are no dates; "named" if they name their months:
    every style reads these), ``unsure`` whether day and month could be the other way round. ``decimal`` is "," or "."
    where the values prove it; where they do not, ``grouping`` is the one that always has three digits behind it: it
    groups thousands, or there are three decimals. ``clock_parts`` are how many parts its clocks have: two, three, or
    either. ``nothing`` is what stands for nothing among values of another shape, and counts as missing.
    """

    heading: str
    count: int
    missing: int
    distinct: int
    common: tuple[tuple[str, int], ...]
    style: str = ""
    unsure: bool = False
    has_clock: bool = False
    clock: bool = False
    clock_parts: tuple[int, ...] = ()
    number: bool = False
    whole: bool = False
    decimal: str = ""
    grouping: str = ""
    currency: str = ""
    email: bool = False
    phone: bool = False
    point_zero: bool = False
    long: bool = False
    low: float = 0.0
    high: float = 0.0
    ends: tuple[str, str] = ("", "")
    nothing: tuple[str, ...] = ()

    @property
    def shaped(self) -> bool:
        """Dates, numbers and the like, not just any text."""
        return bool(self.style) or self.clock or self.number or self.email or self.phone

    @property
    def words(self) -> bool:
        """Few different words, as in a status or a channel."""
        return 0 < self.distinct <= _FEW_WORDS and not self.style and not self.email

    @property
    def identifying(self) -> bool:
        """Every row has its own value."""
        return self.count > 1 and self.distinct == self.count and not self.missing

    def says(self, language: str) -> str:
        """The values in a few words, for the mapping's comment."""
        parts = [self._shape(language)]
        if self.missing:
            parts.append(say("empty", language, n=self.missing, of=self.count + self.missing))
        example = self.common[0][0] if self.common else ""
        if example and not self.words:
            parts.append(say("example", language, value=short(example)))
        return ", ".join(parts)

    def _shape(self, language: str) -> str:
        if not self.count:
            return say("always_empty", language)
        if self.style:
            known = self.style in ("dmy", "mdy", "ymd", "named")
            told = say(f"dates.{self.style}" if known else "dates.other", language, style=self.style)
            return told + (say("other_way", language) if self.unsure else "")
        if self.email or self.phone:
            return say("emails" if self.email else "phones", language)
        if self.clock:
            return say("clocks", language)
        if self.number:
            low, high = map(short, self.ends)  # as written: the decimal sign is settled later
            told = "amounts" if self.currency else "numbers"
            return say(told, language, currency=self.currency, low=low, high=high)
        if self.words:
            shown = ", ".join(short(value) for value, _ in self.common[:6])
            shown += ", …" if self.distinct > len(self.common[:6]) else ""
            return say("different", language, n=self.distinct, shown=shown)
        return say("long_texts", language) if self.long else say("texts", language, n=self.distinct)


def short(text: str, most: int = 40) -> str:
    """``text`` on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}…"


def profile(heading: str, texts: pa.Array) -> Profile:
    """Looks at a column of text: shapes on its commonest values, the order of day and month on all of them."""
    trimmed = pc.utf8_trim_whitespace(texts)
    filled = trimmed.filter(pc.and_(pc.is_valid(trimmed), pc.not_equal(trimmed, "")))
    bare = filled.filter(pc.invert(pc.match_substring_regex(filled, "[1-9]")))  # the rest says something for sure
    nothing = sorted(value for value in pc.unique(bare).to_pylist() if says_nothing(value))
    if nothing:
        rest = filled.filter(pc.invert(pc.is_in(filled, pa.array(nothing, filled.type))))
        found = _profile(heading, rest, len(texts))
        if found.shaped:
            return replace(found, nothing=tuple(nothing))
    return _profile(heading, filled, len(texts))


def _profile(heading: str, filled: pa.Array, total: int) -> Profile:
    pairs = Counter({entry["values"]: entry["counts"] for entry in pc.value_counts(filled).to_pylist()})
    values = [value for value, _ in pairs.most_common(_SAMPLE)]
    if not values:
        return Profile(heading, 0, total, 0, ())
    style, unsure = _date_style(heading, filled, values)
    decimal = _decimal(values)
    grouping = "" if decimal else _grouping(values)
    symbols = Counter(match[1].lower() for value in values if (match := _MONEY.match(value)))
    if grouping and symbols:  # no currency with a sign of these has three decimals
        decimal = "," if grouping == "." else "."
    numbers = _numbers(values, decimal) if not style else {}
    number = len(numbers) >= _MOST * len(values)
    return Profile(
        heading, len(filled), total - len(filled), len(pairs), tuple(pairs.most_common(_FEW_WORDS)),
        style=style, unsure=unsure,
        has_clock=bool(style) and _mostly(values, _holds_clock),
        clock=not style and _mostly(values, lambda v: bool(_CLOCK.fullmatch(v))) and ":" in "".join(values[:50]),
        clock_parts=tuple(sorted({v.count(":") + 1 for v in values if _CLOCK.fullmatch(v) and ":" in v})),
        number=number,
        whole=bool(numbers) and all(number.is_integer() for number in numbers.values()),
        decimal=decimal, grouping=grouping,
        currency=_CODES[symbols.most_common(1)[0][0]] if symbols and number else "",
        email=_mostly(values, lambda v: bool(_EMAIL.fullmatch(v))),
        phone=not style and _mostly(values, lambda v: bool(_PHONE.fullmatch(v))),
        point_zero=_mostly(values, lambda v: bool(_POINT_ZERO.fullmatch(v))),
        long=sum(map(len, values)) / len(values) > 25 or _mostly(values, lambda v: " " in v),
        low=min(numbers.values(), default=0.0), high=max(numbers.values(), default=0.0),
        ends=(min(numbers, key=numbers.__getitem__), max(numbers, key=numbers.__getitem__)) if numbers else ("", ""),
    )  # fmt: skip


def _holds_clock(text: str) -> bool:
    return bool(_HAS_CLOCK.search(_DOTTED.sub("", text)) or _EPOCH.fullmatch(text))


def _mostly(values: list[str], test: Callable[[str], bool]) -> bool:
    return sum(map(test, values)) >= _MOST * len(values)


def _date_style(heading: str, filled: pa.Array, values: list[str]) -> tuple[str, bool]:
    """(style, whether day and month could be the other way round); ("", False) where they are no dates."""
    for pattern, style in ((_EPOCH, "epoch"), (_YYMMDD, "yymmdd"), (_EXCEL, "excel")):
        if _mostly(values, lambda v, p=pattern: bool(p.fullmatch(v))):  # type: ignore[misc]
            if not _DATE_NAME.search(heading):
                return "", False  # a number of that many digits is more often an id
            millis = style == "epoch" and values[0].isdigit() and int(values[0]) > _MILLIS
            return ("epoch_ms" if millis else style), False
    if not _mostly(values, is_date):
        return "", False
    if not _mostly(values, lambda v: bool(_TWO_NUMBERS.search(v))):
        if any(_TWO_NUMBERS.search(v) for v in values):
            return _order(filled)[0], False
        return ("named" if _mostly(values, names_month) else "ymd"), False
    return _order(filled)


def _order(filled: pa.Array) -> tuple[str, bool]:
    """Day first unless the file proves otherwise: a number above 12 is no month."""
    day_first = pc.sum(pc.match_substring_regex(filled, _DAY_FIRST)).as_py() or 0
    month_first = pc.sum(pc.match_substring_regex(filled, _MONTH_FIRST)).as_py() or 0
    style = "mdy" if month_first > day_first else "dmy"
    return style, not (day_first or month_first) or bool(day_first and month_first)


def is_date(text: str) -> bool:
    """Whether it is written as a date, in whatever order; bare digits are none."""
    if text.replace(".", "").isdigit() and not _DOTTED.fullmatch(text):
        return False
    try:
        parse_moment(text, "auto", UTC)
    except AmbiguousDateError:
        return True
    except ValueError:
        return False
    return True


def _decimal(values: list[str]) -> str:
    comma = sum(bool(_COMMA_PROOF.search(value)) for value in values)
    point = sum(bool(_POINT_PROOF.search(value)) for value in values)
    if comma == point:
        return ""
    return "," if comma > point else "."


def _grouping(values: list[str]) -> str:
    matches = [_GROUPED.fullmatch(value) for value in values if _SIGNED.search(value)]
    signs = {match[1] if match else "" for match in matches}
    return signs.pop() if len(signs) == 1 else ""


def _numbers(values: list[str], decimal: str) -> dict[str, float]:
    """What each value is as a number, of those that are one."""
    numbers = {}
    for value in values:
        for sign in (decimal,) if decimal else (".", ","):
            try:
                numbers[value] = float(parse_number(value, sign))
                break
            except ValueError:
                continue
    return numbers
