from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from tanggap.core.errors import UsageError
from tanggap.simulator import ShopConfig, simulate

SMALL = ShopConfig(conversations=600, seed=3, days=20)


def _bytes(config: ShopConfig) -> list[tuple[str, bytes]]:
    out = []
    for chunk in simulate(config):
        for name, table in [*chunk.tables.items(), *((f"truth.{n}", t) for n, t in chunk.truth.items())]:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
            out.append((name, sink.getvalue().to_pybytes()))
    return out


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert _bytes(SMALL) == _bytes(SMALL)


def test_another_seed_gives_another_shop() -> None:
    assert _bytes(SMALL) != _bytes(replace(SMALL, seed=4))


def test_leaving_out_the_words_changes_nothing_else() -> None:
    with_words, without = list(simulate(SMALL)), list(simulate(replace(SMALL, text=False)))
    words = {"events": ["text"], "conversations": ["subject"], "surveys": ["comment"], "reviews": ["text"]}
    for one, other in zip(with_words, without, strict=True):
        for name, table in one.tables.items():
            dropped = words.get(name, [])
            if name == "reviews":  # which words are said is drawn beside them
                continue
            assert table.drop_columns(dropped).equals(other.tables[name].drop_columns(dropped)), name
        for name, table in one.truth.items():
            assert table.equals(other.truth[name]), name


def test_a_better_bot_meets_the_same_customers_with_the_same_wishes() -> None:
    plain, skilled = list(simulate(SMALL)), list(simulate(replace(SMALL, bot_skill=1.3)))
    for name in ("customers", "agents", "shifts", "calendars", "rates"):
        assert plain[0].tables[name].equals(skilled[0].tables[name])
    first, second = plain[0].truth["conversations"], skilled[0].truth["conversations"]
    fresh = set(zip(*(first[c].to_pylist() for c in ("opened_at", "channel", "customer_id", "intent")), strict=True))
    again = set(zip(*(second[c].to_pylist() for c in ("opened_at", "channel", "customer_id", "intent")), strict=True))
    assert len(fresh & again) > 0.9 * len(fresh)


@pytest.mark.parametrize(
    "wrong", [{"conversations": 0}, {"days": 0}, {"seed": -1}, {"english": 1.5}, {"chunk": 0}, {"agents": 1}]
)
def test_an_impossible_setting_is_refused_by_name(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError) as caught:
        replace(SMALL, **wrong)
    assert caught.value.place == next(iter(wrong))


@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_tiny_shop_still_runs(size: int) -> None:
    chunks = list(simulate(ShopConfig(conversations=size, days=3)))
    assert sum(c.tables["conversations"].num_rows for c in chunks) >= 1


def test_a_pool_of_few_customers_still_has_nobody_ask_the_same_twice() -> None:
    config = ShopConfig(conversations=400, days=30, customers=30)
    truth = pa.concat_tables([c.truth["conversations"] for c in simulate(config)]).to_pylist()
    follow = pa.concat_tables([c.tables["conversations"] for c in simulate(config)])["previous_conversation_id"]
    fresh = [
        (row["customer_id"], row["intent"])
        for row, previous in zip(truth, follow.to_pylist(), strict=True)
        if previous is None and not row["excluded"]
    ]
    assert len(fresh) == len(set(fresh))
