"""A small language for "only these": ``channel=chat,team!=Retur,priority=high|urgent``; ``team="a,b"|c``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from tanggap.core.errors import UnknownBreakdownError, UsageError

#: A value: between quotes anything, a quote in it doubled; else whatever stands before a comma or a bar.
_VALUE = r'(?:\s*"(?:[^"]|"")*"\s*(?=[,|]|$)|[^,|]*)'
_TERM = re.compile(rf"[\s,]*([A-Za-z_]+)\s*(!=|=)({_VALUE}(?:\|{_VALUE})*)")
_EACH = re.compile(rf"(?:^|\|)({_VALUE})")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


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
    rest = text
    while rest := rest.strip(", \t\n"):
        match = _TERM.match(rest)
        if match is None:
            part = rest.partition(",")[0].strip()
            hint = 'e.g. channel=chat,team!=Retur; or channel="a,b"|c'
            raise UsageError(f"{part!r} is no condition", place="where", hint=hint)
        name, sign, values = match.groups()
        found.append(Term(name, tuple(_plain(value) for value in _EACH.findall(values)), sign == "!="))
        rest = rest[match.end() :]
    return tuple(found)


def _plain(value: str) -> str:
    quoted = _QUOTED.fullmatch(value.strip())
    return value.strip() if quoted is None else quoted[1].replace('""', '"')


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
