"""Whatever is learned of a shop after its facts were made, and in whatever order: they are as if made from scratch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from property_shop import shop
from shop_changes import CHANGES, Changes, changing_rules
from standing_facts import KEPT, all_facts

from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.facts.written import Written
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

RULES = changing_rules()
#: What makes all agents' days (as tidying up does), or all customers and orders, anew. It comes first: later it would
#: cover up what went wrong.
SWEEPING = ("rota", "order_of_nobody")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with DuckDBEngine(threads=2) as opened:
        yield opened


class StoppedError(Exception):
    """What ends a refresh amid its commits."""


def fail(lake: Lake, engine: Engine) -> None:
    """A refresh that is stopped, and of which no reader sees anything."""

    def stop(*_: object) -> None:
        raise StoppedError

    before = all_facts(lake, engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Written, "commit", stop)
        with pytest.raises(StoppedError):
            refresh(lake, engine, RULES)
    assert all_facts(lake, engine) == before


def tidy(lake: Lake, _: Engine) -> None:
    lake.compact()
    lake.vacuum(0, tables.FACTS.values())


def nothing(*_: object) -> None:
    pass


# Without shrinking: an example takes seconds, and says which changes there were.
@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(
    seed=st.integers(0, 10**6),
    order=st.permutations([name for name in CHANGES if name not in SWEEPING]),
)
def test_facts_kept_up_to_date_equal_facts_made_from_scratch(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, seed: int, order: Sequence[str]
) -> None:
    """Every change there is, a few at a time, with a refresh after each few; then everything is folded anew."""
    records = shop(seed, 320)
    changes = Changes(records, seed)
    lake = Lake(tmp_path_factory.mktemp("changes") / "lake")
    ingest(lake, Batch(dict(records.tables)), source="test")
    refresh(lake, engine, RULES)
    rounds: list[tuple[Sequence[str], Callable[[Lake, Engine], None]]] = [
        (SWEEPING, tidy), (order[::2], fail), (order[1::2], nothing)
    ]  # fmt: skip
    for names, happens in rounds:
        for name in ("late_event", *names):
            assert ingest(lake, Batch(dict(changes.learn(name))), source="test").quarantined == 0
        happens(lake, engine)
        assert not refresh(lake, engine, RULES).rebuilt  # else it would be compared with itself
    kept = all_facts(lake, engine)
    refresh(lake, engine, RULES, rebuild=True)
    anew = all_facts(lake, engine)
    for name in KEPT:
        assert kept[name] == anew[name], name
