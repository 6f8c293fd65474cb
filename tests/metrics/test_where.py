"""The little language of filters."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from tanggap.core.errors import UnknownBreakdownError, UsageError
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.where import Term, condition, parse_where

COLUMNS = {"channel": "channel", "agent": "agent_id"}


def test_terms_are_read_with_blanks_and_alternatives() -> None:
    assert parse_where(" channel = chat | email , agent!=a1,") == (
        Term("channel", ("chat", "email"), False), Term("agent", ("a1",), True),
    )  # fmt: skip
    assert parse_where("") == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('channel="a,b"|c', ("a,b", "c")), ('channel= "a|b" ', ("a|b",)), ('channel="a ""b"""', ('a "b"',)),
        ('channel=c|"a,b",', ("c", "a,b")), ('channel=5" pipe', ('5" pipe',)), ('channel=""|x', ("", "x")),
        ('channel="a=b"', ("a=b",)), ('channel="a', ('"a',)), ("channel=x|", ("x", "")),
    ],
)  # fmt: skip
def test_a_value_between_quotes_holds_commas_and_bars(text: str, values: tuple[str, ...]) -> None:
    assert parse_where(text) == (Term("channel", values, False),)
    assert parse_where(f"agent=a1,{text}") == (Term("agent", ("a1",), False), Term("channel", values, False))


@pytest.mark.parametrize("text", ["channel", "channel>chat", "=chat", "chan nel=x"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no condition"):
        parse_where(text)


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownBreakdownError, match="mood"):
        condition(parse_where("mood=good"), ibis.table({"channel": "string"}, name="rows"), COLUMNS)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", [0, 1, 2, 3]), ("channel=chat", [0, 1]), ("channel!=chat", [2, 3]), ("channel=", [3]),
        ("channel!=", [0, 1, 2]), ("channel=chat|", [0, 1, 3]), ("channel=chat,agent!=a1", [1]), ("agent=nobody", []),
    ],
)  # fmt: skip
def test_rows_without_a_value_are_neither_lost_nor_taken_for_another(text: str, kept: list[int]) -> None:
    channels, agents = ["chat", "chat", "mail", None], ["a1", "a2", "a1", None]
    rows = pa.table({"n": [0, 1, 2, 3], "channel": channels, "agent_id": agents})
    with DuckDBEngine(threads=1) as engine:
        table = engine.attach_arrow("where_rows", rows)
        found = engine.run(table.filter(condition(parse_where(text), table, COLUMNS)).order_by("n"))
    assert found["n"].to_pylist() == kept
