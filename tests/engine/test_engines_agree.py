"""One expression, one answer: every engine is held to the same hand-computed rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from tanggap.core.errors import EngineError
from tanggap.core.instants import DAY, parse_instant
from tanggap.engine.base import Engine
from tanggap.metrics.facts.links import customer_pieces
from tanggap.records.batch import Batch
from tanggap.records.delta import DeltaFolder
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, stored_schema
from tanggap.records.tables import ORDERS, TABLES

NOON = parse_instant("2024-01-31T12:00:00.000001Z")
Row = dict[str, Any]
Calculation = Callable[[ir.Table], ir.Value]
Answers = Callable[[str, Engine, Callable[[], list[Row]]], list[Row]]


def rows_of(engine: Engine, expression: ir.Table, *keys: str) -> list[Row]:
    found: list[Row] = engine.run(expression).to_pylist()
    return sorted(found, key=lambda row: [(row[key] is not None, row[key]) for key in keys])


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Asks an engine once for what many tests look at: on Spark a query takes half a second, however small."""
    known: dict[tuple[str, str], list[Row]] = {}

    def ask(what: str, engine: Engine, calculate: Callable[[], list[Row]]) -> list[Row]:
        if (what, engine.name) not in known:
            known[what, engine.name] = calculate()
        return known[what, engine.name]

    return ask


# The lake


def event(number: int, conversation: str, at: int, **more: Any) -> Row:
    return {
        "event_id": f"e{number}", "conversation_id": conversation, "occurred_at": at, "kind": "message",
        "actor_kind": "customer", "source": "test", **more,
    }  # fmt: skip


@pytest.fixture
def lake(lake_folder: Path) -> Lake:
    """Two conversations of two months, their events brought in out of order and in two writes."""
    made = Lake(lake_folder)
    first = [
        event(3, "b", NOON + 5, text="b, later"),
        event(1, "a", NOON, kind="opened", value="open"),
        event(2, "a", NOON + 2),
        event(4, "b", NOON + 3 * DAY),
    ]
    ingest(made, Batch({"events": first}), source="test")
    second = [event(6, "a", NOON + 1, actor_kind="agent", actor_id="x"), event(5, "c", NOON + 40 * DAY)]
    ingest(made, Batch({"events": second}), source="test")
    return made


def test_instants_of_the_lake_are_whole_microseconds(engine: Engine, lake: Lake) -> None:
    events = engine.attach(lake.snapshot()["events"])
    found = rows_of(engine, events.select("event_id", "occurred_at"), "event_id")
    assert [row["occurred_at"] - NOON for row in found] == [0, 2, 5, 3 * DAY, 40 * DAY, 1]


def test_the_month_stays_text_and_belongs_to_the_whole_conversation(engine: Engine, lake: Lake) -> None:
    events = engine.attach(lake.snapshot()["events"])
    months = rows_of(engine, events.select("conversation_id", "opened_month").distinct(), "conversation_id")
    assert [row["opened_month"] for row in months] == ["2024-01", "2024-01", "2024-03"]


def test_a_snapshot_does_not_see_what_is_written_after_it(engine: Engine, lake: Lake) -> None:
    before = lake.snapshot()
    ingest(lake, Batch({"events": [event(9, "z", NOON)]}), source="test")
    events = engine.attach(before["events"])
    assert engine.run(events.aggregate(n=events.count())).to_pylist() == [{"n": 6}]


def test_only_some_months_can_be_read(engine: Engine, lake: Lake) -> None:
    events = engine.attach(lake.snapshot()["events"].only(["2024-03"]), name="of_march")
    assert engine.run(events.select("event_id")).to_pylist() == [{"event_id": "e5"}]


@pytest.mark.parametrize("name", ["events", "orders", "agents", "shifts"])
def test_an_empty_table_has_its_columns_and_no_rows(engine: Engine, tmp_path: Path, name: str) -> None:
    table = engine.attach(Lake(tmp_path / "empty").snapshot()[name])
    found = engine.run(table)
    assert found.num_rows == 0
    assert set(TABLES[name].arrow.names) <= set(found.column_names)


def test_every_kind_of_column_comes_back_as_declared(engine: Engine, lake_folder: Path) -> None:
    lake = Lake(lake_folder)
    shift = {"shift_id": "s", "agent_id": "x", "kind": "work", "starts_at": NOON, "ends_at": NOON + DAY,
             "source": "test"}  # fmt: skip
    ingest(lake, Batch({"shifts": [shift]}), source="test")
    found = engine.run(engine.attach(lake.snapshot()["shifts"]))
    assert found.to_pylist()[0]["ends_at"] == NOON + DAY
    assert found.schema.field("starts_at").type == pa.int64()
    assert found.schema.field("kind").type == pa.string()


# Neighbours


@pytest.fixture
def ordered(engine: Engine, lake: Lake) -> ir.Table:
    return engine.attach(lake.snapshot()["events"], name="in_order", ordered=True)


def test_the_row_before_never_belongs_to_another_conversation(engine: Engine, ordered: ir.Table) -> None:
    before = engine.before(ordered, "event_id")
    found = rows_of(engine, ordered.select("event_id", before=before), "event_id")
    assert [row["before"] for row in found] == [None, "e6", None, "e3", None, "e1"]


def test_the_row_after_never_belongs_to_another_conversation(engine: Engine, ordered: ir.Table) -> None:
    after = engine.after(ordered, "event_id")
    found = rows_of(engine, ordered.select("event_id", after=after), "event_id")
    assert [row["after"] for row in found] == ["e6", None, "e4", None, None, "e2"]


def test_neighbours_are_looked_for_among_the_rows_that_a_filter_left(engine: Engine, ordered: ir.Table) -> None:
    customers = ordered.filter(ordered.actor_kind == "customer")
    customers = customers.select("conversation_id", "place", "event_id", "value")
    found = customers.mutate(before=engine.before(customers, "event_id"), was=engine.before(customers, "value"))
    assert [(row["before"], row["was"]) for row in rows_of(engine, found, "event_id")][:2] == [
        (None, None), ("e1", "open"),
    ]  # fmt: skip


def test_events_of_one_instant_follow_their_position_then_their_id(engine: Engine, lake_folder: Path) -> None:
    lake = Lake(lake_folder)
    same = [event(3, "a", NOON), event(2, "a", NOON), event(1, "a", NOON, kind="resolved")]
    ingest(lake, Batch({"events": same}), source="test")
    events = engine.attach(lake.snapshot()["events"], name="at_once", ordered=True)
    found = rows_of(engine, events.select("event_id", "place", before=engine.before(events, "event_id")), "event_id")
    assert [row["before"] for row in found] == ["e3", None, "e2"]
    assert found[1]["place"] < found[2]["place"] < found[0]["place"]


# Keeping


def test_what_is_kept_can_be_used_again_replaced_and_dropped(engine: Engine) -> None:
    numbers = engine.attach_arrow("numbers", pa.table({"n": [1, 2, 3]}))
    kept = engine.keep("kept", numbers.mutate(twice=numbers.n * 2))
    again = engine.keep("kept_again", kept.aggregate(total=kept.twice.sum()))
    kept = engine.keep("kept", numbers.filter(numbers.n > 1))
    assert engine.run(again).to_pylist() == [{"total": 12}]
    assert rows_of(engine, kept, "n") == [{"n": 2}, {"n": 3}]
    engine.drop("kept")
    engine.drop("kept")
    with pytest.raises(EngineError):
        engine.run(kept)


def test_a_stream_gives_the_same_rows_in_pieces(engine: Engine) -> None:
    numbers = engine.attach_arrow("numbers", pa.table({"n": list(range(5000))}))
    pieces = list(engine.stream(numbers.order_by("n"), rows=2048))
    assert len(pieces) > 1
    assert pa.concat_tables(pieces)["n"].to_pylist() == list(range(5000))


def test_arrow_timestamps_become_integers_and_small_types_plain_ones(engine: Engine) -> None:
    given = pa.table(
        {
            "at": pa.array([NOON, None], pa.timestamp("us", tz="UTC")),
            "seconds": pa.array([1, None], pa.timestamp("s", tz="UTC")),
            "small": pa.array([1, None], pa.int32()),
            "word": pa.array(["x", None]).dictionary_encode(),
            "yes": pa.array([True, None]),
        }
    )
    found = rows_of(engine, engine.attach_arrow("given", given), "at")
    assert found == [
        {"at": None, "seconds": None, "small": None, "word": None, "yes": None},
        {"at": NOON, "seconds": 1_000_000, "small": 1, "word": "x", "yes": True},
    ]


def test_arrow_rows_may_be_none(engine: Engine) -> None:
    nothing = engine.attach_arrow("nothing", pa.table({"n": pa.array([], pa.int64()), "w": pa.array([], pa.string())}))
    assert engine.run(nothing).schema.names == ["n", "w"]
    assert engine.run(nothing.aggregate(n=nothing.count(), s=nothing.n.sum())).to_pylist() == [{"n": 0, "s": None}]


# Aggregates: groups a (values, ties, nulls), b (one row), c (nothing but nulls)

GROUPS = pa.table(
    {
        "g": ["a", "a", "a", "a", "b", "c"],
        "key": pa.array([1, 5, 5, None, 2, None], pa.int64()),
        "word": ["x", "z", "y", "w", None, "v"],
        "n": pa.array([1, 2, 10, 3, 7, None], pa.int64()),
        "f": pa.array([1.0, 2.0, 4.0, None, 2.5, None], pa.float64()),
        "yes": pa.array([True, False, True, None, False, None], pa.bool_()),
    }
)


AGGREGATES: dict[str, tuple[Calculation, list[Any]]] = {
    "latest, of a tie the greatest": (lambda t: t.word.argmax(t.key), ["z", None, None]),
    "earliest where": (lambda t: t.word.argmin(t.key, where=~t.yes), ["z", None, None]),
    "earliest of a tie the least": (lambda t: t.word.argmin(t.key, where=t.key > 1), ["y", None, None]),
    "nulls are skipped": (lambda t: t.key.argmax(t.word), [5, None, None]),
    "sum of booleans": (lambda t: t.yes.sum(), [2, 0, None]),
    "any": (lambda t: t.yes.any(), [True, False, None]),
    "all": (lambda t: t.yes.all(), [False, False, None]),
    "any where": (lambda t: t.yes.any(where=t.n > 10), [None, None, None]),
    "count": (lambda t: t.count(), [4, 1, 1]),
    "count where": (lambda t: t.count(where=t.yes), [2, 0, 0]),
    "count where not known to be": (lambda t: t.count(where=~t.yes.fill_null(False)), [2, 1, 1]),
    "count where either is so": (lambda t: t.count(where=t.yes.fill_null(False) | (t.n > 2)), [3, 1, 0]),
    "count of values": (lambda t: t.word.count(), [4, 0, 1]),
    "distinct": (lambda t: t.key.nunique(), [2, 1, 0]),
    "distinct where": (lambda t: t.key.nunique(where=t.yes), [2, 0, 0]),
    "sum where": (lambda t: t.n.sum(where=t.yes), [11, None, None]),
    "mean": (lambda t: t.n.mean(), [4.0, 7.0, None]),
    "mean where": (lambda t: t.n.mean(where=t.yes), [5.5, None, None]),
    "median of integers": (lambda t: t.n.median(), [2.5, 7.0, None]),
    "quantile": (lambda t: t.f.quantile(0.9), [3.6, 2.5, None]),
    "quantile where": (lambda t: t.n.quantile(0.5, where=t.n < 7), [2.0, None, None]),
    "quantiles": (lambda t: t.n.quantile([0.0, 0.25, 1.0]), [[1.0, 1.75, 10.0], [7.0, 7.0, 7.0], None]),
    "deviation of a sample": (lambda t: t.f.std(), [1.5275252316519468, None, None]),
    "deviation of a population": (lambda t: t.f.std(how="pop"), [1.247219128924647, 0.0, None]),
    "variance where": (lambda t: t.n.var(where=t.yes), [40.5, None, None]),
    "least and greatest": (lambda t: t.n.max() - t.n.min(where=t.yes), [9, None, None]),
    "ratio to nothing": (lambda t: t.n.sum() / t.yes.sum(), [8.0, None, None]),
}


@pytest.mark.parametrize("figure", AGGREGATES)
def test_a_figure_of_each_group(engine: Engine, figure: str, answers: Answers) -> None:
    def all_figures() -> list[Row]:
        rows = engine.attach_arrow("groups", GROUPS)
        figures = {name: calculate(rows) for name, (calculate, _) in AGGREGATES.items()}
        return rows_of(engine, rows.group_by("g").aggregate(**figures), "g")

    found = [row[figure] for row in answers("figures", engine, all_figures)]
    for is_value, should in zip(found, AGGREGATES[figure][1], strict=True):
        assert is_value == (should if isinstance(should, str | None) else pytest.approx(should, rel=1e-14))


def test_counts_over_no_rows_are_zero_and_sums_are_null(engine: Engine) -> None:
    rows = engine.attach_arrow("groups", GROUPS)
    none = rows.filter(rows.g == "nobody")
    found = engine.run(none.aggregate(n=none.count(where=none.yes), d=none.word.nunique(), s=none.yes.sum()))
    assert found.to_pylist() == [{"n": 0, "d": 0, "s": None}]


def test_a_sum_beyond_64_bits_is_an_error_not_another_number(engine: Engine) -> None:
    rows = engine.attach_arrow("huge", pa.table({"n": [2**62, 2**62, 2**62]}))
    with pytest.raises(EngineError):
        engine.run(rows.aggregate(total=rows.n.sum()))


# Values of a row

LATE = parse_instant("2199-12-31T23:59:59.999999Z")
VALUES: dict[str, tuple[Calculation, list[Any]]] = {
    "slots of instants, exactly": (lambda t: t.at // 60_000_000, [LATE // 60_000_000, -1, 0, None]),
    "rest of instants": (lambda t: t.at % 60_000_000, [LATE % 60_000_000, -1, 0, None]),
    "shifted key": (lambda t: ((t.at * 128 + 60) >> 7), [LATE, -1, 0, None]),
    "slot by zero": (lambda t: t.at // t.zero, [None] * 4),
    "rest by zero": (lambda t: t.at % t.zero, [None] * 4),
    "divided by zero": (lambda t: t.at / t.zero, [None] * 4),
    "divided by a fraction": (lambda t: t.small / 3.0, [7 / 3, -7 / 3, 5 / 3, None]),
    "times a fraction": (lambda t: t.small * 0.1, [0.7000000000000001, -0.7000000000000001, 0.5, None]),
    "integers divided": (lambda t: t.small / 2, [3.5, -3.5, 2.5, None]),
    "rounded": (lambda t: (t.small / 2).round(0).cast("int64"), [4, -4, 3, None]),
    "rounded by a cast, half to even": (lambda t: (t.small / 2).cast("int64"), [4, -4, 2, None]),
    "clipped": (lambda t: t.small.clip(-5, 6), [6, -5, 5, None]),
    "clipped below": (lambda t: t.small.clip(lower=0), [7, 0, 5, None]),
    "greatest of those known": (lambda t: ibis.greatest(t.small, t.word.length()), [7, 1, 5, 12]),
    "least of those known": (lambda t: ibis.least(t.small, t.word.length()), [2, -7, 5, 12]),
    "contains": (lambda t: t.word.contains("'s \\"), [False, False, False, True]),
    "contains a null": (lambda t: t.word.nullif("ab").contains("b"), [None, False, True, True]),
    "joined with quotes": (lambda t: (ibis.literal('"') + t.word + '"').length(), [4, 3, 7, 14]),
    "null if": (lambda t: t.small.nullif(5), [7, -7, None, None]),
    "same, nulls included": (lambda t: t.small.identical_to(t.small.nullif(7)), [False, True, True, True]),
    "one of": (lambda t: t.word.isin(("ab", "x")), [True, True, False, False]),
    "not, with nulls": (lambda t: ~(t.small > 5), [False, True, True, None]),
    "either, with nulls": (lambda t: (t.small > 5) | (t.zero == 0), [True] * 4),
    "cases": (lambda t: ibis.cases((t.small > 5, "big"), (t.small < 0, "negative"), else_="none"),
              ["big", "negative", "none", "none"]),
    "null of an else": (lambda t: (t.small > 5).ifelse(t.at, None), [LATE, None, None, None]),
    "boolean as a number": (lambda t: (t.small > 5).cast("int64"), [1, 0, 0, None]),
    "upper bound of text": (lambda t: t.word < "b", [True, False, True, False]),
}  # fmt: skip


GIVEN = pa.table(
    {
        "row": [1, 2, 3, 4], "at": [LATE, -1, 0, None], "zero": [0, 0, 0, 0], "small": [7, -7, 5, None],
        "word": ["ab", "x", "Zebra", "it's \\ a 'b'"],
    }
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_each_row(engine: Engine, value: str, answers: Answers) -> None:
    def all_values() -> list[Row]:
        rows = engine.attach_arrow("given", GIVEN)
        values = {name: calculate(rows) for name, (calculate, _) in VALUES.items()}
        return rows_of(engine, rows.select("row", **values), "row")

    assert [row[value] for row in answers("values", engine, all_values)] == VALUES[value][1]


# Windows, within a customer

BOUGHT = pa.table(
    {
        "who": ["p", "p", "p", "p", "q", "q"],
        "at": pa.array([1, 2, 2, 4, 3, None], pa.int64()),
        "id": ["1", "2", "3", "4", "5", "6"],
        "n": pa.array([10, None, 30, 5, 7, 8], pa.int64()),
    }
)
_IN_ORDER = {"group_by": "who", "order_by": ["at", "id"]}
WINDOWS: dict[str, tuple[Calculation, list[Any]]] = {
    "rank, dense from nought": (
        lambda t: ibis.dense_rank().over(ibis.window(group_by="who", order_by="at")), [0, 1, 1, 2, 0, 1]),
    "row number from nought": (lambda t: ibis.row_number().over(ibis.window(**_IN_ORDER)), [0, 1, 2, 3, 0, 1]),
    "next": (lambda t: t.at.lead().over(ibis.window(**_IN_ORDER)), [2, 2, 4, None, None, None]),
    "nulls come last": (lambda t: t.id.lag().over(ibis.window(**_IN_ORDER)), [None, "1", "2", "3", None, "5"]),
    "greatest before": (
        lambda t: t.n.max().over(ibis.window(**_IN_ORDER, preceding=(None, 1))), [None, 10, 10, 30, None, 7]),
    "least from here on": (
        lambda t: t.n.min().over(ibis.window(**_IN_ORDER, preceding=0, following=None)), [5, 5, 5, 5, 7, 8]),
    "least after": (
        lambda t: t.n.min().over(ibis.window(**_IN_ORDER, following=(1, None))), [5, 5, 5, None, 8, None]),
    "sum so far": (
        lambda t: t.n.sum().over(ibis.window(**_IN_ORDER, preceding=None, following=0)), [10, 10, 40, 45, 7, 15]),
    "of the whole group": (lambda t: t.n.sum().over(ibis.window(group_by="who")), [45, 45, 45, 45, 15, 15]),
    "by a condition": (
        lambda t: ibis.row_number().over(ibis.window(group_by="who", order_by=[t.n.notnull(), "id"])),
        [1, 0, 2, 3, 0, 1]),
}  # fmt: skip


@pytest.mark.parametrize("window", WINDOWS)
def test_a_window(engine: Engine, window: str, answers: Answers) -> None:
    def all_windows() -> list[Row]:
        rows = engine.attach_arrow("bought", BOUGHT)
        windows = {name: calculate(rows) for name, (calculate, _) in WINDOWS.items()}
        return rows_of(engine, rows.select("id", **windows), "id")

    assert [row[window] for row in answers("windows", engine, all_windows)] == WINDOWS[window][1]


# Several tables


@pytest.fixture
def pair(engine: Engine) -> tuple[ir.Table, ir.Table]:
    left = engine.attach_arrow("left_rows", pa.table({"k": ["a", "b", None], "fold": [1, 2, 3]}))
    right = engine.attach_arrow("right_rows", pa.table({"r": ["a", "b", None, "d"], "newest": [2, 2, 9, 1]}))
    return left, right


def test_an_anti_join_keeps_nulls_and_what_no_row_meets(engine: Engine, pair: tuple[ir.Table, ir.Table]) -> None:
    left, right = pair
    found = rows_of(engine, left.anti_join(right, [left.k == right.r, left.fold < right.newest]), "k")
    assert found == [{"k": None, "fold": 3}, {"k": "b", "fold": 2}]


def test_a_semi_join_does_not_double_rows(engine: Engine, pair: tuple[ir.Table, ir.Table]) -> None:
    left, right = pair
    twice = ibis.union(right, right)
    assert rows_of(engine, left.semi_join(twice, [left.k == twice.r]), "k") == [
        {"k": "a", "fold": 1}, {"k": "b", "fold": 2},
    ]  # fmt: skip


def test_an_outer_join_keeps_both_sides(engine: Engine, pair: tuple[ir.Table, ir.Table]) -> None:
    left, right = pair
    both = left.outer_join(right, [ibis._.k == right.r])
    found = rows_of(engine, both.select(k=both.k.fill_null(both.r), n=both.fold.fill_null(0)), "k", "n")
    assert [(row["k"], row["n"]) for row in found] == [(None, 0), (None, 3), ("a", 1), ("b", 2), ("d", 0)]


def test_a_left_join_with_a_range(engine: Engine, pair: tuple[ir.Table, ir.Table]) -> None:
    left, right = pair
    both = left.left_join(right, [left.k == right.r, left.fold >= right.newest])
    assert [(r["fold"], r["newest"]) for r in rows_of(engine, both, "fold")] == [(1, None), (2, 2), (3, None)]


def test_a_union_keeps_repeats_and_distinct_does_not(engine: Engine, pair: tuple[ir.Table, ir.Table]) -> None:
    left, _ = pair
    both = ibis.union(left, left.mutate(k=ibis.null("string")))
    assert engine.run(both).num_rows == 6
    assert engine.run(both.distinct()).num_rows == 5
    assert engine.run(both.order_by(ibis.desc("fold"), "k").limit(2))["k"].to_pylist() == [None, None]


def test_customers_divided_into_pieces_are_each_in_one(engine: Engine) -> None:
    names = [f"customer {number}" for number in range(200)] + [None]
    rows = engine.attach_arrow("of_customers", pa.table({"customer_id": pa.array(names, pa.string())}))
    pieces = [engine.run(rows.filter(these))["customer_id"].to_pylist() for these in customer_pieces(11_000_000)]
    assert len(pieces) == 3
    assert None in pieces[0]
    assert sorted(name for piece in pieces for name in piece if name) == sorted(names[:-1])  # type: ignore[type-var]
    assert all(40 < len(piece) < 100 for piece in pieces)


@pytest.mark.parametrize("later_too", [False, True])
def test_what_an_older_tanggap_did_not_store_yet_is_null(engine: Engine, tmp_path: Path, later_too: bool) -> None:
    now = stored_schema(ORDERS)
    before = pa.schema([field for field in now if field.name not in ("batch", "margin")])
    row = {"order_id": "old", "ordered_at": NOON, "value": 5, "currency": "IDR", "source": "test"}
    DeltaFolder(str(tmp_path / "orders"), before).commit([pa.Table.from_pylist([row], before)])
    if later_too:
        ingest(Lake(tmp_path), Batch({"orders": [{**row, "order_id": "new", "margin": 2}]}), source="test")
    rows = engine.attach(Lake(tmp_path).snapshot()["orders"], name="orders_of_two_times")
    found = rows_of(engine, rows.select("order_id", "ordered_at", "margin", "batch"), "order_id")
    assert found[-1] == {"order_id": "old", "ordered_at": NOON, "margin": None, "batch": None}
    assert [row["margin"] for row in found] == ([2, None] if later_too else [None])
