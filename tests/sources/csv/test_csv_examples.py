"""The example mappings read the public sets and give their reference figures, counted here in plain Python."""

from __future__ import annotations

import csv
import gzip
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from csv_samples import EXAMPLES, OPTIONS, Result, micros, read_path

from tanggap.core.instants import SECOND
from tanggap.sources.csv.guessing import guess
from tanggap.sources.csv.mapping import load_mapping


@pytest.mark.parametrize("name", ["helpdesk_it", "star", "anon_bank", "online_retail", "sf311"])
def test_an_example_is_a_mapping_with_a_page_of_its_own(name: str) -> None:
    assert load_mapping(EXAMPLES / name / "mapping.toml").conventions.source == name
    text = (EXAMPLES / name / "README.md").read_text()
    assert "tanggap import csv" in text
    assert f"examples/{name}/mapping.toml" in text


def example(shared: Path, file: str, name: str) -> Result:
    return read_path(shared / "data" / file, EXAMPLES / name / "mapping.toml")


def test_the_help_desk_reopens_160_times(shared: Path) -> None:
    result = example(shared, "helpdesk_it.csv.gz", "helpdesk_it")
    kinds = Counter(row["kind"] for row in result.events())
    assert (kinds["reopened"], kinds["opened"]) == (160, 4580)
    assert not result.bad
    assert result.account.read == 21348


def test_star_answers_in_20_seconds_and_disconnects_831_times(shared: Path) -> None:
    result = example(shared, "star_dialogues.jsonl.gz", "star")
    events = result.rows("events")
    assert Counter(row["kind"] for row in events) == {
        "message": 54214 + 53923, "opened": 6652, "resolved": 5821, "abandoned": 831,
    }  # fmt: skip
    chats = defaultdict(list)
    for row in events:
        if row["kind"] == "message":
            chats[row["conversation_id"]].append((row["occurred_at"], row["position"], row["actor_kind"]))
    waits = []
    for words in chats.values():
        asked = None
        for moment, _, who in sorted(words):
            if who == "customer":
                asked = asked or moment
            elif asked:
                waits.append((moment - asked).total_seconds())
                break
    assert len(waits) == 6028
    assert statistics.median(waits) == 20
    assert Counter(bad.column for bad in result.bad) == {}


def test_the_bank_abandons_18_2_percent_waits_68_and_handles_184_seconds(shared: Path) -> None:
    result = example(shared, "anon_bank_january.tsv.gz", "anon_bank")
    assert len(result.events("opened")) == 31599
    queued, talks = result.events("queued"), result.events("message")
    abandoned = {row["conversation_id"] for row in result.events("abandoned")}
    assert abandoned <= {row["conversation_id"] for row in queued}
    assert (len(queued), len(abandoned), len(talks)) == (16905, 3080, 27091)
    assert round(100 * len(abandoned) / len(queued), 1) == 18.2
    assert round(statistics.mean(row["duration"] for row in queued) / SECOND) == 68
    assert round(statistics.mean(row["duration"] for row in talks) / SECOND) == 184
    # The same wait from the events alone: queued until words, an agent or the end of patience.
    left: dict[str, int] = {}
    for row in result.events("abandoned", "assigned", "message"):
        moment = micros(row)
        left[row["conversation_id"]] = min(moment, left.get(row["conversation_id"], moment))
    waits = [left[row["conversation_id"]] - micros(row) for row in queued if row["conversation_id"] in left]
    assert round(statistics.mean(waits) / SECOND) == 68
    assert not result.bad


def test_online_retail_sums_to_the_penny(shared: Path) -> None:
    result = example(shared, "online_retail.csv.gz", "online_retail")
    assert (len(result.tables["order_lines"]), len(result.tables["orders"])) == (541_909, 25_900)
    assert result.chunks[-1] == (10, True)
    pennies: dict[str, int] = defaultdict(int)
    with gzip.open(shared / "data" / "online_retail.csv.gz", "rt", newline="") as stream:
        for row in csv.DictReader(stream):
            amount = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"]) * 100
            pennies[row["InvoiceNo"]] += int(amount.to_integral_value(rounding=ROUND_HALF_UP))
    orders = result.tables["orders"]
    assert dict(zip(orders["order_id"].to_pylist(), orders["value"].to_pylist(), strict=True)) == pennies
    buyers = set(orders["customer_id"].to_pylist()) - {None}
    assert len(buyers) == 4372
    assert set(orders["currency"].to_pylist()) == {"GBP"}


@pytest.fixture(scope="session")
def requests_311(unpack: Callable[[str, Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sf311")
    unpack("sf311.tgz", folder)
    return folder / "sf311" / "311_service_requests.csv"


def test_san_francisco_closes_9630_requests(requests_311: Path) -> None:
    result = read_path(requests_311, EXAMPLES / "sf311" / "mapping.toml")
    assert (len(result.events("opened")), len(result.events("closed")), len(result.events("resolved"))) == (
        10_000,
        9630,
        9630,
    )
    opened = {row["conversation_id"]: row["occurred_at"] for row in result.events("opened")}
    at_once = sum(row["occurred_at"] == opened[row["conversation_id"]] for row in result.events("closed"))
    assert at_once == 17


def test_guesses_of_the_public_sets_name_the_right_kind(shared: Path, requests_311: Path) -> None:
    data = shared / "data"
    assert guess(data / "helpdesk_it.csv.gz", OPTIONS).kind == "events"
    assert guess(requests_311, OPTIONS).kind == "tickets"
    calls = guess(data / "anon_bank_january.tsv.gz", OPTIONS)
    assert calls.kind == "calls"
    assert any("repeats" in doubt for doubt in calls.unsure)
