"""``tanggap replay``, and what the demo says of it: in an owner's words, and honest about what is not known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cli_runner import Tanggap, ndjson, run, talk

from tanggap.cli.common import Session
from tanggap.cli.replay import in_short
from tanggap.core.settings import Settings
from tanggap.routing.replay import Alternative, Moved, Part, Policy, Replay, Verdict
from tanggap.routing.replay_lake import Replayed
from tanggap.stats.offpolicy import Estimate

NAN = float("nan")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 75 days: thirty of them are too young."""
    lake = tmp_path_factory.mktemp("replayed") / "lake"
    assert run("simulate", "--conversations", 3_000, "--days", 75, "--no-text", "--lake", lake, "--json").code == 0
    return lake


def test_every_rule_is_shown_with_its_interval_or_with_what_is_missing(tanggap: Tanggap, shop: Path) -> None:
    shown = tanggap("replay", "--lake", shop, "--lang", "en")
    assert shown.code == 0, shown.err
    for words in ("everyone to the", "everyone to a", "the hardest", "the worthiest",
                  "younger than 30 days", "Wages are not", "ignores whether there are so many people"):  # fmt: skip
        assert words in " ".join(shown.out.split())
    assert "needed" in shown.out  # of so few conversations something is not known yet
    assert "Tidak dihitung" in tanggap("replay", "--lake", shop, "--lang", "id").out


def test_the_json_holds_every_estimate_and_no_interval_that_is_withheld(tanggap: Tanggap, shop: Path) -> None:
    found = tanggap("replay", "--lake", shop, "--json").json
    assert found["schema"] == "tanggap.replay/1"
    assert found["decided"] == found["forced"] + found["maturing"] + found["unknown"] + found["used"]
    assert [one["policy"] for one in found["policies"]] == ["bot_first", "everyone", "complexity", "value"]
    for one in found["policies"]:
        assert set(one["values"]) == {"ips", "snips", "switch_dr"}
        assert set(one["differences"]) == {"ips", "snips"}
        for estimate in (one["value"], one["difference"], *one["values"].values(), *one["differences"].values()):
            assert (estimate["low"] is None) == estimate["withheld"]
            assert bool(estimate["reason"]) == estimate["withheld"]
        assert (one["verdict"] == "withheld") == one["difference"]["withheld"]
    assert "NaN" not in json.dumps(found)


def test_a_lake_where_nothing_was_decided_says_so(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    tanggap("import", "events", ndjson(tmp_path / "a.ndjson", *talk("c1")), "--lake", lake)
    shown = tanggap("replay", "--lake", lake, "--lang", "en")
    assert shown.code == 0, shown.err
    assert "nothing to replay" in shown.out
    assert tanggap("replay", "--lake", lake, "--json").json["policies"] == []


def test_a_missing_lake_is_an_error(tanggap: Tanggap, tmp_path: Path) -> None:
    assert tanggap("replay", "--lake", tmp_path / "nowhere").code == 4


def test_too_few_decisions_say_what_would_be_needed(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    assert tanggap("simulate", "--conversations", 60, "--days", 20, "--no-text", "--lake", lake).code == 0
    shown = tanggap("replay", "--lake", lake, "--lang", "en")
    assert "30 days must pass" in " ".join(shown.out.split())


def test_where_the_verdict_is_withheld_the_table_shows_no_figure(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    assert tanggap("simulate", "--conversations", 900, "--days", 60, "--no-text", "--lake", lake).code == 0
    found = tanggap("replay", "--lake", lake, "--json").json
    assert any(one["verdict"] == "withheld" for one in found["policies"])
    table = tanggap("replay", "--lake", lake, "--lang", "en").out.split("verdict")[1].split("Counted:")[0]
    # "+IDR 1.2K" or "−IDR 1.2K" stands only where an interval stands below it.
    shown = sum(one["verdict"] != "withheld" for one in found["policies"])
    assert len(re.findall(r"[+−]IDR", table)) == 3 * shown


# What the demo says


MOVED = (
    Moved("product_advice", 400, 0.2, 0.9), Moved("own_word", 90, 0.3, 0.36), Moved("order_status", 900, 0.1, 0.08),
    Moved("", 50, 0.5, 0.0), Moved("complaint_service", 300, 0.4, 0.0),
)  # fmt: skip


def said(value: float, low: float, high: float, verdict: Verdict, more: int | None, language: str = "en") -> str:
    withheld = verdict is Verdict.WITHHELD
    estimate = Estimate("dr", value, low, high, 5_000, 4_000.0, 90.0, 9.0, withheld, "few" if withheld else "", more)
    one = Alternative(Policy.VALUE, estimate, estimate, verdict, more, 0.2, 3.0, True, {}, {})
    replay = Replay("IDR", 6_000, 500, 500, 0, 5_000, (Part("margin", True, 5_000),), 0, estimate, 0.2, 3.0, 90_000.0,
                    (one,), MOVED)  # fmt: skip
    return " ".join(in_short(_session(language), Replayed(replay, ()), days=90))


def _session(language: str) -> Session:
    return cast(Session, SimpleNamespace(language=language, settings=Settings()))


def test_a_sure_gain_is_told_as_one_with_its_interval_and_a_months_sum() -> None:
    text = said(150_000, 50_000, 250_000, Verdict.BETTER, 0).replace("\u00a0", " ")
    assert "Of 5,000 of its decisions" in text
    # 5,500 of 6,000 decisions in 90 days left a choice: 1,900 a month, rounded up; Rp 1,500 each.
    assert "+IDR 1.5K a conversation (with 95 % confidence: +IDR 500 to +IDR 2.5K)" in text
    assert "+IDR 2.85M a month, for the 1,900 conversations in which there is a choice" in text
    assert "(95 %: +IDR 950K to +IDR 4.75M)" in text
    assert "more than chance" in text


@pytest.mark.parametrize(
    ("verdict", "more", "words"),
    [
        (Verdict.CHANCE, 12_345, "may still be chance; about 13,000 more"),
        (Verdict.CHANCE, None, "may still be chance."),
        (Verdict.WORSE, 0, "worse than what was done"),
    ],
)
def test_what_is_not_a_sure_gain_is_not_told_as_one(verdict: Verdict, more: int | None, words: str) -> None:
    text = said(-50_000, -250_000, 50_000, verdict, more)
    assert words in text
    assert "more than chance" not in text


def test_too_little_evidence_gives_no_figure() -> None:
    text = said(150_000, NAN, NAN, Verdict.WITHHELD, 880)
    assert "about 880 more decisions" in text
    assert "a conversation" not in text
    assert "1.5K" not in text
    assert "880" in said(150_000, NAN, NAN, Verdict.WITHHELD, 880, "id")


def test_it_names_the_intents_that_would_change_hands_and_none_that_hardly_would() -> None:
    text = said(150_000, 50_000, 250_000, Verdict.BETTER, 0).replace("\u00a0", " ")
    assert "To a person at once more often: Advice on what to buy (20 % → 90 %); own_word (30 % → 36 %)." in text
    assert "To the bot first more often: Complaint about service (40 % → 0 %). Whoever asks for a person" in text
    assert "Order status" not in text
    assert "Minta saran pilihan (20 % → 90 %)" in said(1.0, 0.5, 2.0, Verdict.BETTER, 0, "id").replace("\u00a0", " ")


def test_no_history_is_told_as_such() -> None:
    nothing: Any = Replay("IDR", 0, 0, 0, 0, 0, (), 0, None, NAN, NAN, NAN, ())
    assert in_short(_session("en"), Replayed(nothing, ()), days=90) == [
        "The history cannot tell yet: of too few decisions the outcome is known."
    ]
