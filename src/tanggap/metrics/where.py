"""A small language for "only these": ``channel=chat,team!=Retur,priority=high|urgent``; ``team="a,b"|c``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from tanggap.core.errors import UnknownBreakdownError, UsageError

_TERM = re.compile(r"\s*([A-Za-z_]+)\s*(!=|=)\s*(.*?)\s*", re.DOTALL)
#: A value between quotes holds anything, a quote by doubling it; quotes inside a bare value are plain characters.
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
#: Where one condition, or one value, ends: after quoted values and bare ones.
_VALUE = r'(?:\s*"(?:[^"]|"")*"\s*(?=[,|]|$)|[^,|]*)'
_PART = re.compile(rf'(?:[^,|="]*=)?{_VALUE}(?:\|{_VALUE})*(?:,|$)')
_HINT = 'e.g. channel=chat,team!=Retur; or channel="a,b"|c'
_ONE = re.compile(rf"({_VALUE})(?:\||$)")


@dataclass(frozen=True)
class Term:
    """One condition: a break-down's name, and the values it may or may not have; "" stands for none."""

    name: str
    values: tuple[str, ...]
    negated: bool


def parse_where(text: str) -> tuple[Term, ...]:
    """The conditions of a filter; commas join, ``|`` offers alternatives, quotes hold a value with either in it.

    Raises:
        UsageError: it is not of that form.
    """
    found: list[Term] = []
    for part in filter(str.strip, _parts(text)):
        match = _TERM.fullmatch(part)
        if match is None:
            raise UsageError(f"{part.strip()!r} is no condition", place="where", hint=_HINT)
        name, sign, values = match.groups()
        found.append(Term(name, tuple(_values(values)), sign == "!="))
    return tuple(found)


def _parts(text: str) -> list[str]:
    return [match.group().removesuffix(",") for match in _PART.finditer(text)]


def _values(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while (match := _ONE.match(text, at)) is not None:
        quoted = _QUOTED.fullmatch(match[1])
        found.append(match[1].strip() if quoted is None else quoted[1].replace('""', '"'))
        at = match.end()
        if not match[0].endswith("|") or at > len(text):
            break
    return found


def condition(terms: Sequence[Term], rows: ir.Table, columns: Mapping[str, str]) -> ir.BooleanValue:
    """The conditions as an expression over rows whose break-downs lie in ``columns``.

    Raises:
        UnknownBreakdownError: these rows have no such break-down.
    """
    meets = ibis.literal(True)
    for term in terms:
        if term.name not in columns:
            raise UnknownBreakdownError(
                f"cannot filter by {term.name!r}", place="where", hint=f"one of {', '.join(columns)}"
            )
        value = rows[columns[term.name]]
        inside = value.isin([v for v in term.values if v]).fill_null(False) if any(term.values) else ibis.literal(False)
        if "" in term.values:
            inside = inside | value.isnull()
        meets = meets & (~inside if term.negated else inside)
    return meets
