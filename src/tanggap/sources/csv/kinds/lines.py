"""A row is a product of an order (an invoice line); the orders are derived from their lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.money import exponent, to_minor
from tanggap.records.schema import Column, Type
from tanggap.records.tables import ORDER_LINES, ORDERS
from tanggap.sources.csv.chunks import TEXT
from tanggap.sources.csv.kinds.kind import PEOPLE, Kind, Piece, fields, people, records
from tanggap.sources.csv.numbers import parse_number
from tanggap.sources.csv.rows import CURRENCY, Rows

Integers = npt.NDArray[np.int64]

_SCALE: Final = 6  # prices of lines are kept to a millionth until they are multiplied
_SAFE: Final = 2**62
#: What every line of an order may say of the order.
_OF_ORDERS: Final = (
    "customer_id", "channel", "brand", "status", "promised_by", "cancelled_at", "cancelled_by", "return_requested_at",
    "return_answered_at",
)  # fmt: skip


def _lines(rows: Rows) -> list[Piece]:
    """``order_lines``, and ``orders`` where the sheet says when they were placed.

    A line's value is the one given, or quantity × unit price, rounded half up to minor units after multiplying.
    Lines without a number are numbered as they stand within their order.
    """
    ids = rows.require("order_id", rows.get("order_id"))
    columns = {c.name: rows.get(c.name) for c in ORDER_LINES.columns if c.name != "source" and rows.has(c.name)}
    columns["order_id"] = ids
    rows.require("product_id", columns["product_id"])
    quantity = rows.get("quantity")
    value = pc.coalesce(rows.get("value"), _product(rows, quantity))
    columns["value"] = value
    groups = _groups(ids)
    _one_currency(rows, groups)
    numbers = pa.array(_ranks(groups))
    columns["line_number"] = pc.coalesce(columns.get("line_number", pa.nulls(len(rows), pa.int64())), numbers)
    lines = records(ORDER_LINES.name, columns)
    if not rows.has("ordered_at"):
        return [lines, *people(rows)]
    ordered = rows.require("ordered_at", _earliest(rows.get("ordered_at"), groups))
    rows.fault_where(pc.is_null(value), "value", "has neither a value nor quantity and unit price")
    said = {name: rows.get(name) for name in ("currency", "delivered_at", *_OF_ORDERS)}
    _whole(rows, groups)
    return [_orders(rows, ids, groups, ordered, quantity, value, said), lines, *people(rows)]


def _earliest(instants: pa.Array, groups: Integers) -> pa.Array:
    """For each row the first instant that any line of its order says: sheets often say it on one line only."""
    never = np.iinfo(np.int64).max
    least = np.full(groups.max(initial=-1) + 2, never)  # the last is of lines without an order
    np.minimum.at(least, groups, np.asarray(pc.fill_null(instants, never)))
    found = least[groups]
    return pa.array(found, mask=(found == never) | (groups < 0))


def _whole(rows: Rows, groups: Integers) -> None:
    """Without one of its lines an order would be worth less than it was: they are refused together."""
    broken = np.zeros(groups.max(initial=-1) + 2, dtype=bool)
    broken[groups[~rows.good & ~rows.ignored]] = True
    rows.fault_where(broken[groups] & (groups >= 0), "order_id", "has another line that is refused")


def _one_currency(rows: Rows, groups: Integers) -> None:
    """Lines in another currency than their order's first are faults: their sum would be a number of nothing."""
    coded = rows.currency()
    codes = np.asarray(coded.indices)
    _, firsts, order = np.unique(groups, return_index=True, return_inverse=True)
    others = codes != codes[firsts][order]
    rows.fault_where(others & (groups >= 0), CURRENCY, "is not the currency of the order's first line")


def _groups(ids: pa.Array) -> Integers:
    return np.asarray(pc.fill_null(ids.dictionary_encode().indices, -1), dtype=np.int64)


def _ranks(groups: Integers) -> Integers:
    """The place of each row among the rows of its group, from 1, in the order of the file."""
    order = np.argsort(groups, kind="stable")
    firsts = np.flatnonzero(np.diff(groups[order], prepend=groups[order][:1] - 1))
    lengths = np.diff(np.append(firsts, len(groups)))
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[order] = np.arange(1, len(groups) + 1) - np.repeat(firsts, lengths)
    return ranks


def _product(rows: Rows, quantity: pa.Array) -> pa.Array:
    """Minor units of quantity × unit price, in whole numbers throughout."""
    if not rows.has("unit_price"):
        return pa.nulls(len(rows), pa.int64())
    decimal, coded = rows.conventions.decimal, rows.currency()
    places = np.asarray([exponent(currency) for currency in coded.dictionary.to_pylist()], np.int64)
    step = (10 ** (_SCALE - places)).take(np.asarray(coded.indices))  # of each row

    def millionths(text: str) -> int:
        number = parse_number(text, decimal).scaleb(_SCALE)
        if number != number.to_integral_value() or abs(number) > _SAFE:
            raise ValueError(f"{text[:60]!r} is no price of up to {_SCALE} decimals")
        return int(number)

    price = rows.each("unit_price", rows.text("unit_price"), millionths, pa.int64())
    known = np.asarray(pc.and_(pc.is_valid(price), pc.is_valid(quantity)))
    prices, counts = np.asarray(pc.fill_null(price, 0)), np.asarray(pc.fill_null(quantity, 0))
    if len(prices) and int(np.abs(prices).max()) * int(np.abs(counts).max()) > _SAFE:
        exact = [to_minor(parse_number(f"{p * c}").scaleb(-_SCALE), currency) if abs(p * c) < _SAFE * s else None
                 for p, c, s, currency in zip(prices.tolist(), counts.tolist(), step.tolist(), coded.to_pylist(),
                                              strict=True)]  # fmt: skip
        amounts = pa.array([v if v is not None and abs(v) < _SAFE else None for v in exact], pa.int64())
        rows.fault_where(pc.and_(pa.array(known), pc.is_null(amounts)), "unit_price", "gives too large an amount")
        return pc.if_else(pa.array(known), amounts, pa.scalar(None, pa.int64()))
    product = prices * counts
    minor = np.sign(product) * ((np.abs(product) + step // 2) // step)
    return pa.array(minor, mask=~known)


def _orders(
    rows: Rows, ids: pa.Array, groups: Integers, ordered: pa.Array, quantity: pa.Array, value: pa.Array,
    said: Mapping[str, pa.Array],
) -> Piece:  # fmt: skip
    """One order a group of good lines: earliest instant, sum of values, last delivery, first of everything else said.

    An order whose every line is negative is a return.
    """
    good = np.flatnonzero(rows.good)
    order = good[np.argsort(groups[good], kind="stable")]
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order][:1] - 1))
    if not len(order):
        return Piece(ORDERS.name, pa.table({"order_id": pa.array([], TEXT)}), order)
    instants = np.asarray(pc.fill_null(ordered, 0))[order]
    amounts = np.asarray(pc.fill_null(value, 0))[order]
    pieces = np.asarray(pc.fill_null(quantity, 1))[order]
    returned = pa.array(np.maximum.reduceat(pieces, starts) < 0)
    firsts = np.minimum.reduceat(order, starts)
    columns: dict[str, pa.Array] = {
        "order_id": ids.take(pa.array(firsts)),
        "ordered_at": pa.array(np.minimum.reduceat(instants, starts)),
        "value": pa.array(np.add.reduceat(amounts, starts)),
        "currency": _first_said(said["currency"], order, starts),
    }
    columns["currency"] = pc.fill_null(columns["currency"], rows.conventions.currency)
    for name in _OF_ORDERS:
        columns[name] = _first_said(said[name], order, starts)
    delivered = np.maximum.reduceat(np.asarray(pc.fill_null(said["delivered_at"], -1))[order], starts)
    columns["delivered_at"] = pa.array(delivered, mask=delivered < 0)
    derived = pc.if_else(returned, pa.scalar("returned", TEXT), pa.scalar(None, TEXT))
    columns["status"] = pc.coalesce(columns["status"], derived)
    return Piece(ORDERS.name, pa.table(columns), firsts)


def _first_said(values: pa.Array, order: Integers, starts: Integers) -> pa.Array:
    """The first value of each group that is not null."""
    said = np.asarray(pc.is_valid(values))[order]
    # Rows that say nothing are pushed beyond every row; the least that is left is the first that says something.
    place = np.where(said, np.arange(len(order)), len(order))
    first = np.minimum.reduceat(place, starts)
    rows = np.where(first < len(order), order[np.minimum(first, len(order) - 1)], -1)
    return values.take(pa.array(rows, mask=rows < 0))


LINES: Final = Kind(
    "order_lines",
    "a row is a product of an order; orders are derived",
    fields(
        PEOPLE,
        [ORDERS[name] for name in ("ordered_at", "delivered_at", "currency", *_OF_ORDERS)],
        [c for c in ORDER_LINES.columns if c.name != "source"],
        [
            Column(
                "unit_price",
                Type.INTEGER,
                "Price of one piece; a line without a value needs quantity too.",
                unit="minor units",
            )
        ],
    ),
    (("order_id",), ("product_id",), ("value", "unit_price")),
    _lines,
    lambda opened, reopened: True,
    {
        "ordered_at": "there are lines, but no orders",
        "line_number": "counted within the order",
        "value": "quantity × `unit_price`",
        "status": "returned where every quantity of the order is negative",
        "currency": "`[file] currency`",
    },
)
