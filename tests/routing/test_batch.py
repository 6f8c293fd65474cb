"""Many decisions at once are the very decisions that would be made one by one."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_shop import NOW, SALES, SETTINGS, STATUS, model
from routing_strategies import conversations, floors

from tanggap.core.errors import InputError
from tanggap.routing.batch import COLUMNS, decide_many
from tanggap.routing.model import Conversation, Floor, RoutingModel
from tanggap.routing.policy import decide
from tanggap.routing.queue import Line


def table(rows: list[Conversation]) -> pa.Table:
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=pa.schema(COLUMNS.items()))


def shop() -> RoutingModel:
    """Of one intent little is known, of the other it is not known how much."""
    human, bot = replace(SALES.human, buys_of=7.0, leaves_of=3.0), replace(SALES.bot, buys_of=40.0, leaves_of=0.0)
    return model(intents={"advice": replace(SALES, human=human, bot=bot), "status": STATUS})


def agree(rows: list[Conversation], floor: Floor, draws: list[float]) -> None:
    found = decide_many(table(rows), floor, shop(), SETTINGS, np.array(draws)).to_pylist()
    for row, draw, many in zip(rows, draws, found, strict=True):
        one = decide(row, floor, shop(), SETTINGS, draw)
        assert (many["arm"], many["action"], many["reason"]) == (one.arm, one.action, one.reason)
        assert (many["propensity"], many["callback_at"]) == (pytest.approx(one.propensity), one.callback_at)
        for name in ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference", "loss", "minutes"):
            assert many[name] == pytest.approx(getattr(one.worth, name))
        for name in ("minute_price", "wait", "gives_up", "gain"):
            assert many[name] == pytest.approx(getattr(one, name))


@settings(deadline=None)
@given(st.lists(st.tuples(conversations(), st.floats(0, 1, exclude_max=True)), max_size=8), floors())
def test_a_batch_decides_as_one_by_one(rows: list[tuple[Conversation, float]], floor: Floor) -> None:
    agree([row for row, _ in rows], floor, [draw for _, draw in rows])


def test_a_batch_sees_the_line_that_each_would_have_before_it() -> None:
    line = Line()
    line.add("a", priority=9_000.0, minutes=6.0, since=1)
    line.add("b", priority=100.0, minutes=5.0, since=2)
    agree(
        [Conversation("x", intent="advice"), Conversation("y", intent="status")], Floor(NOW, 2, waiting=line), [0.5] * 2
    )


def test_columns_that_are_missing_are_unknown() -> None:
    found = decide_many(pa.table({"conversation_id": ["x"]}), Floor(NOW, 2), model(), SETTINGS, np.array([0.5]))
    assert found["arm"].to_pylist() == [decide(Conversation("x"), Floor(NOW, 2), model(), SETTINGS, 0.5).arm]


def test_a_column_of_another_type_says_which_and_what_would_be_right() -> None:
    rows = pa.table({"conversation_id": ["x"], "margin": ["a lot"]})
    with pytest.raises(InputError, match="double") as caught:
        decide_many(rows, Floor(NOW, 2), model(), SETTINGS, np.array([0.5]))
    assert "column margin" in str(caught.value)
