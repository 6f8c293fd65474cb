"""An order is worth what all of its lines are, and has the date that any of them says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from csv_samples import Result, at, micros

Sheet = Callable[..., Result]

LINES = """
[file]
kind = "order_lines"
[columns]
order_id = "faktur"
ordered_at = "tanggal"
product_id = "sku"
value = "harga"
promised_by = "janji"
"""
HEAD = "faktur,tanggal,sku,harga,janji\n"


def worth(result: Result) -> dict[str, int]:
    """The value of each order, in minor units."""
    return {str(row["order_id"]): int(str(row["value"])) for row in result.rows("orders")}


def test_a_date_on_one_line_of_an_order_is_that_of_all_of_them(sheet: Sheet) -> None:
    """Sheets with merged cells say it once: 150,000 of 190,000 were sold, and the rest was refused."""
    result = sheet(HEAD + "A,2026-03-02 08:00,kaos,150000,\nA,,topi,40000,\nB,,kaos,5,\nB,2026-03-03,topi,7,\n", LINES)
    assert worth(result) == {"A": 190_000_00, "B": 12_00}
    assert [micros(row, "ordered_at") for row in result.rows("orders")] == [
        at("2026-03-02T08:00+07:00"), at("2026-03-03T00:00+07:00"),
    ]  # fmt: skip
    assert result.bad == []


def test_an_order_of_which_no_line_says_when_is_refused_with_all_its_lines(sheet: Sheet) -> None:
    result = sheet(HEAD + "A,,kaos,150000,\nA,,topi,40000,\nB,2026-03-03,topi,7,\n", LINES)
    assert worth(result) == {"B": 7_00}
    assert [(bad.line, bad.column, bad.reason) for bad in result.bad] == [
        (2, "tanggal", "is missing"), (3, "tanggal", "is missing"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "column"),
    [("A,2026-03-02,topi,murah,", "harga"), ("A,2026-03-02,,40000,", "sku"), ("A,kemarin,topi,40000,", "tanggal"),
     ("A,2026-03-02,topi,,", "harga"), ("A,2026-03-02,topi,40000,kelak", "janji")],
    ids=["no amount", "no product", "no date", "no value", "no promise"],
)  # fmt: skip
def test_an_order_with_a_line_that_cannot_be_read_is_refused_as_a_whole(sheet: Sheet, line: str, column: str) -> None:
    """Worth 150,000 it would be less than was sold, and nobody would see it."""
    result = sheet(HEAD + f"A,2026-03-02,kaos,150000,\n{line}\nB,2026-03-03,topi,7,\n", LINES)
    assert worth(result) == {"B": 7_00}
    assert [row["order_id"] for row in result.rows("order_lines")] == ["B"]
    reasons = {bad.line: (bad.column, bad.reason) for bad in result.bad}
    assert reasons[2] == ("faktur", "has another line that is refused")
    assert reasons[3][0] == column


def test_lines_without_an_order_are_refused_alone(sheet: Sheet) -> None:
    result = sheet(HEAD + "A,2026-03-02,kaos,150000,\n,2026-03-02,topi,40000,\n", LINES)
    assert worth(result) == {"A": 150_000_00}
    assert [(bad.line, bad.column) for bad in result.bad] == [(3, "faktur")]


def test_where_the_sheet_makes_no_orders_a_refused_line_takes_no_other_with_it(sheet: Sheet) -> None:
    mapping = LINES.replace('ordered_at = "tanggal"\n', "")
    result = sheet(HEAD + "A,,kaos,150000,\nA,,topi,murah,\n", mapping)
    assert [row["product_id"] for row in result.rows("order_lines")] == ["kaos"]
    assert [bad.line for bad in result.bad] == [3]
