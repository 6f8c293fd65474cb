"""Public data sets, imported with their example mappings, give the figures their own literature states.

The whole way: file, mapping, lake, facts, scorecard. Reference figures: ``data/README.md`` beside the data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tanggap.core.periods import days_period
from tanggap.core.settings import Settings, Shop
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.facts.tables import CONVERSATION_FACTS, FACTS
from tanggap.metrics.model import Cell
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.ingest import ingest_all
from tanggap.records.lake import Lake
from tanggap.records.tables import EVENTS
from tanggap.sources.base import ReadOptions
from tanggap.sources.csv import CsvSource

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Scored = Callable[..., dict[str, Cell]]


class Imported:
    """One data set in a lake of its own, with its figures over its whole span."""

    def __init__(self, place: Path, name: str, path: Path, span: tuple[date, date], timezone: str) -> None:
        mapping = EXAMPLES / name / "mapping.toml"
        self.lake = Lake(place)
        self.settings = Settings(shop=Shop(timezone=timezone))
        options = ReadOptions(timezone=timezone, currency="GBP", mapping=mapping)
        self.outcome = ingest_all(
            self.lake, CsvSource().read(path, options=options), source="csv", import_id=name, now=1_770_000_000_000_000
        )
        self.period = days_period(*span, timezone)
        with DuckDBEngine() as engine:
            refresh(self.lake, engine, self.settings)

    def figures(self, *metrics: str) -> dict[str, Cell]:
        """Those figures of the whole span."""
        with DuckDBEngine() as engine:
            card = scorecard(
                engine, self.lake.snapshot(FACTS), self.settings, metrics=metrics, period=self.period, compare=None
            )
        return {cell.metric: cell for cell in card.cells}

    def behind(self, metric: str) -> pa.Table:
        """The rows of a figure."""
        with DuckDBEngine() as engine:
            return rows_behind(engine, self.lake.snapshot(FACTS), self.settings, metric, period=self.period)


def test_a_banks_call_centre_abandons_182_per_mille_waits_68_s_and_talks_184_s(shared: Path, tmp_path: Path) -> None:
    span = (date(1999, 1, 1), date(1999, 1, 31))
    bank = Imported(tmp_path, "anon_bank", shared / "data" / "anon_bank_january.tsv.gz", span, "Asia/Jerusalem")
    found = bank.figures("interactions", "abandonment_rate", "queue_wait", "work_time")
    assert bank.outcome.quarantined == 0
    assert found["interactions"].value == 31_599
    assert found["abandonment_rate"].value == pytest.approx(0.182, abs=0.0005)
    assert found["abandonment_rate"].n == 16_905
    assert found["queue_wait"].value == pytest.approx(68, abs=0.5)
    assert found["work_time"].value == pytest.approx(184, abs=0.5)


def test_a_help_desk_of_4580_cases_reopened_160_times(shared: Path, tmp_path: Path) -> None:
    span = (date(2010, 1, 1), date(2014, 12, 31))
    desk = Imported(tmp_path, "helpdesk_it", shared / "data" / "helpdesk_it.csv.gz", span, "Europe/Rome")
    assert desk.figures("created_tickets")["created_tickets"].value == 4_580
    facts = desk.lake.folder(CONVERSATION_FACTS).read_all(["reopenings"])
    assert pc.sum(facts["reopenings"]).as_py() == 160


def test_service_chats_are_answered_after_20_s_and_831_broke_off(shared: Path, tmp_path: Path) -> None:
    span = (date(2019, 1, 1), date(2021, 12, 31))
    chats = Imported(tmp_path, "star", shared / "data" / "star_dialogues.jsonl.gz", span, "UTC")
    assert chats.figures("first_response_time")["first_response_time"].value == 20
    kinds = chats.lake.folder(EVENTS).read_all(["kind"])["kind"]
    assert pc.sum(pc.equal(kinds, "abandoned")).as_py() == 831


def test_san_francisco_closed_9630_of_10000_requests(unpack: Callable[[str, Path], None], tmp_path: Path) -> None:
    unpack("sf311.tgz", tmp_path / "in")
    path = tmp_path / "in" / "sf311" / "311_service_requests.csv"
    span = (date(2008, 1, 1), date(2018, 12, 31))
    city = Imported(tmp_path / "lake", "sf311", path, span, "America/Los_Angeles")
    found = city.figures("created_tickets", "resolved_tickets", "open_tickets")
    assert (found["created_tickets"].value, found["resolved_tickets"].value) == (10_000, 9_630)
    assert found["open_tickets"].value == 370
    assert city.behind("open_tickets").num_rows == 370


def test_an_online_shops_orders_are_counted_once_and_unknown_product_lines_are_no_data(
    shared: Path, tmp_path: Path
) -> None:
    span = (date(2010, 12, 1), date(2011, 12, 31))
    shop = Imported(tmp_path, "online_retail", shared / "data" / "online_retail.csv.gz", span, "Europe/London")
    found = shop.figures("orders", "repeat_sales", "cross_sell_rate")
    assert shop.outcome.added["order_lines"] == 541_909
    assert shop.outcome.added["customers"] == 4_372
    assert found["orders"].value == 25_900
    assert found["cross_sell_rate"].value is None
    assert 0 < (found["repeat_sales"].value or 0) < 1
