"""A plan that one process made serves the next, as long as nothing that it is made of has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import plans
from tanggap.metrics.facts.plan import Plan, PlanBuilder
from tanggap.metrics.facts.plans import kept_plan

MADE_OF = {"measures": {"return_days": 7}, "policy": "default"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tanggap" / "plans"


@pytest.fixture
def engine() -> Iterator[Engine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


class Maker:
    """Makes a plan, and counts how often."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.made = 0

    def __call__(self) -> Plan:
        self.made += 1
        plan = PlanBuilder(self.engine)
        rows = ibis.table({"x": "int64", "word": "string"}, name="rows")
        kept = plan.keep("kept", rows.filter(rows.x > 1), values={"word": ("a", "b")})
        plan.emit("some", kept.mutate(y=kept.x * 2))
        plan.emit("none", kept.filter(kept.word == "a").select("x"))
        return plan.plan()

    def asked(self, **made_of: object) -> Plan:
        """What the next process gets."""
        plans._PLANS.clear()
        return kept_plan(self.engine, MADE_OF | made_of, self)


def answers(plan: Plan, engine: Engine) -> dict[str, list[dict[str, object]]]:
    engine.attach_arrow("rows", pa.table({"x": [1, 2, 3], "word": ["a", "b", None]}))
    return {name: rows.to_pylist() for name, rows in plan.run(engine)}


def test_the_next_process_takes_the_plan_from_disk_and_it_gives_the_same_rows(engine: Engine) -> None:
    maker = Maker(engine)
    first, second = maker.asked(), maker.asked()
    assert maker.made == 1
    found = answers(first, engine)
    assert found == answers(second, engine)
    assert found["some"] == [{"x": 2, "word": "b", "y": 4}, {"x": 3, "word": None, "y": 6}]


def test_of_other_rules_or_other_code_another_plan_is_made(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker(engine)
    maker.asked()
    maker.asked(measures={"return_days": 8})
    assert maker.made == 2
    monkeypatch.setattr(plans, "_code", lambda: "another")
    maker.asked()
    assert maker.made == 3


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"name": "x"}]', "[", '[{"name": 1, "sql": 2, "schema": 3}]'])
def test_a_file_that_is_no_plan_is_made_anew(engine: Engine, cache: Path, text: str) -> None:
    maker = Maker(engine)
    maker.asked()
    [file] = cache.iterdir()
    file.write_text(text)
    assert answers(maker.asked(), engine)["none"] == []
    assert maker.made == 2
    maker.asked()
    assert maker.made == 2


def test_where_nothing_can_be_kept_a_plan_is_made_all_the_same(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    maker = Maker(engine)
    maker.asked()
    maker.asked()
    assert maker.made == 2


def test_only_so_many_are_kept(engine: Engine, cache: Path) -> None:
    maker = Maker(engine)
    for number in range(plans._KEPT_ON_DISK + 3):
        maker.asked(policy=str(number))
    assert len(list(cache.iterdir())) == plans._KEPT_ON_DISK
