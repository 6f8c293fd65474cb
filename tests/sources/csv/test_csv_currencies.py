"""An amount is read in its own row's currency, and never in one that its own sign denies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from csv_samples import Result

Sheet = Callable[..., Result]

ORDERS = """
[file]
kind = "orders"
currency = "IDR"
[columns]
order_id = "no"
ordered_at = "tgl"
value = "total"
currency = "uang"
"""
LINES = """
[file]
kind = "order_lines"
currency = "IDR"
[columns]
order_id = "no"
ordered_at = "tgl"
product_id = "barang"
quantity = "jml"
unit_price = "harga"
currency = "uang"
"""


def test_a_yen_has_no_cents_beside_a_rupiah_that_has(sheet: Sheet) -> None:
    told = sheet("no,tgl,total,uang\n1,2026-03-01,1500,IDR\n2,2026-03-01,1500,JPY\n3,2026-03-01,1500,\n", ORDERS)
    assert [(row["value"], row["currency"]) for row in told.rows("orders")] == [
        (150_000, "IDR"), (1_500, "JPY"), (150_000, "IDR"),
    ]  # fmt: skip


def test_a_code_in_small_letters_is_the_same_currency(sheet: Sheet) -> None:
    told = sheet("no,tgl,total,uang\n1,2026-03-01,7,jpy\n", ORDERS)
    assert [(row["value"], row["currency"]) for row in told.rows("orders")] == [(7, "JPY")]


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [("Rp 5.00", "IDR", True), ("$5.00", "IDR", False), ("$5.00", "USD", True), ("$5.00", "SGD", True),
     ("€5.00", "USD", False), ("5.00 EUR", "EUR", True), ("Rp 5", "USD", False), ("5.00", "USD", True)],
)  # fmt: skip
def test_an_amount_whose_sign_is_of_another_currency_is_quarantined(
    sheet: Sheet, amount: str, currency: str, kept: bool
) -> None:
    told = sheet(f"no,tgl,total,uang\n1,2026-03-01,{amount},{currency}\n", ORDERS)
    assert [row["value"] for row in told.rows("orders")] == ([500] if kept else [])
    assert [bad.reason for bad in told.bad] == ([] if kept else [f"'{amount}' is not in {currency}"])


def test_prices_of_lines_are_in_the_currency_of_their_order(sheet: Sheet) -> None:
    text = (
        "no,tgl,barang,jml,harga,uang\n1,2026-03-01,a,2,10,IDR\n1,2026-03-01,b,1,5,IDR\n"
        "2,2026-03-01,a,3,10,JPY\n2,2026-03-01,b,1,5,USD\n"
    )
    told = sheet(text, LINES)
    assert [(row["value"], row["currency"]) for row in told.rows("orders")] == [(2_500, "IDR")]
    # Dollars in an order of yen: without them it would be worth less than it was.
    assert [(bad.line, bad.column) for bad in told.bad] == [(4, "no"), (5, "uang")]
