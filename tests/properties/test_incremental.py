"""However records come in — twice, in any order, in pieces, compacted between — the facts are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from property_shop import Records, shop
from property_shop import settings as rules
from standing_facts import KEPT, all_facts

from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine that finds rows by their place, as in large tables, however small they are."""
    with pytest.MonkeyPatch.context() as patch, DuckDBEngine(threads=2) as opened:
        patch.setattr("tanggap.engine.duckdb._MANY", 1)
        patch.setattr("tanggap.engine.duckdb._FEW", 1)
        yield opened


def at_once(folder: Path, engine: Engine, records: Records) -> dict[str, list[tuple[object, ...]]]:
    lake = Lake(folder)
    ingest(lake, Batch(dict(records.tables)), source="test")
    refresh(lake, engine, rules())
    return all_facts(lake, engine)


SLOW = settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@SLOW
@given(seed=st.integers(0, 10**6), deal=st.integers(0, 10**6), compacts=st.booleans())
def test_facts_made_piece_by_piece_equal_facts_made_at_once(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, seed: int, deal: int, compacts: bool
) -> None:
    folder, records = tmp_path_factory.mktemp("pieces"), shop(seed, 160)
    lake = Lake(folder / "pieces")
    rebuilt = []
    for number, piece in enumerate(records.first_and_little_by_little(3, deal)):
        ingest(lake, Batch(piece), source="test")
        if compacts and number == 2:
            before = all_facts(lake, engine)
            lake.compact()
            assert all_facts(lake, engine) == before
        rebuilt.append(refresh(lake, engine, rules()).rebuilt)
    assume(rebuilt == [True, False, False, False])  # else one rebuild would be compared with another
    pieces = all_facts(lake, engine)
    whole = at_once(folder / "whole", engine, records)
    for name in KEPT:
        assert pieces[name] == whole[name], name


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_corrections_leave_no_trace_of_what_they_corrected(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, seed: int
) -> None:
    """A conversation given to another customer, one found to be spam, an order cancelled or given to another."""
    folder, records = tmp_path_factory.mktemp("corrections"), shop(seed, 160)
    found = []
    for refreshes_between in (True, False):
        lake = Lake(folder / str(refreshes_between))
        ingest(lake, Batch(dict(records.tables)), source="test")
        if refreshes_between:
            refresh(lake, engine, rules())
        ingest(lake, Batch(dict(records.corrections(seed))), source="test")
        assert refresh(lake, engine, rules()).rebuilt is not refreshes_between
        found.append(all_facts(lake, engine))
    for name in KEPT:
        assert found[0][name] == found[1][name], name


@settings(max_examples=1, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), deal=st.integers(0, 10**6))
def test_conversations_alone_move_the_facts_of_their_customers_and_orders(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, seed: int, deal: int
) -> None:
    """Without anything new from the shop only customers touched are looked at: they, too, must come out right."""
    folder, records = tmp_path_factory.mktemp("alone"), shop(seed, 160)
    first, *later = records.first_and_little_by_little(2, deal)
    for piece in later:
        first["orders"].extend(piece.pop("orders", []))
    later.append({"conversations": records.corrections(seed)["conversations"]})
    found = []
    for refreshes_between in (True, False):
        lake = Lake(folder / str(refreshes_between))
        for piece in (first, *later):
            ingest(lake, Batch(dict(piece)), source="test")
            if refreshes_between:
                assert refresh(lake, engine, rules()).rebuilt is (piece is first)
        refresh(lake, engine, rules())
        found.append(all_facts(lake, engine))
    for name in KEPT:
        assert found[0][name] == found[1][name], name


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), deal=st.integers(0, 10**6))
def test_importing_twice_and_in_any_order_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, seed: int, deal: int
) -> None:
    folder, records = tmp_path_factory.mktemp("twice"), shop(seed, 60)
    lake = Lake(folder / "twice")
    for piece in (*records.pieces(3, deal), *records.pieces(2, deal + 1)):
        ingest(lake, Batch(piece), source="test")
    refresh(lake, engine, rules())
    again = refresh(lake, engine, rules())
    assert (again.rebuilt, again.conversations) == (False, 0)
    assert all_facts(lake, engine) == at_once(folder / "whole", engine, records)
