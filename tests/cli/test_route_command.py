"""``tanggap route`` and ``tanggap staff``: decisions as a stream, one in words and money, and how many people."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Tanggap, ndjson, run, talk

from tanggap.records.lake import Lake
from tanggap.routing.learn.store import load_customer_values, load_model
from tanggap.routing.log import as_dict, replayed

NIGHT = ("--agents", 0, "--next-shift", 90, "--at", "2026-01-05T22:30:00+07:00")


@pytest.fixture(scope="module")
def lake(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that has learnt."""
    place = tmp_path_factory.mktemp("route") / "lake"
    shutil.copytree(shop, place)
    done = run("learn", "--lake", place, "--json")
    assert done.code == 0, done.err
    return place


def decisions(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def routed(lake: Path, tmp_path: Path, *rows: object, options: tuple[object, ...] = ("--agents", 4)) -> Any:
    path = tmp_path / "in.ndjson"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return run("route", path, "--lake", lake, *options)


def test_a_line_in_is_a_decision_out_with_its_parts_and_a_sentence(lake: Path, tmp_path: Path) -> None:
    done = routed(lake, tmp_path, {"conversation_id": "a", "intent": "order_status"})
    (one,) = decisions(done.out)
    assert done.code == 0
    assert (one["schema"], one["conversation_id"]) == ("tanggap.route/1", "a")
    parts = ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference")
    assert one["worth"]["total"] == pytest.approx(sum(one["worth"][part] for part in parts))
    assert one["sentence"]
    assert 0 < one["propensity"] <= 1


def test_a_decision_is_made_again_from_what_stands_beside_it(lake: Path, tmp_path: Path) -> None:
    rows = [{"conversation_id": f"c{n}", "intent": "order_status", "customer_value": 100_000 * n} for n in range(20)]
    busy = ("--agents", 3, "--idle", 0, "--backlog", 12, "--residual", 4, "--seed", 7)
    told = decisions(routed(lake, tmp_path, *rows, {"conversation_id": "t", "text": "mau ke cs"}, options=busy).out)
    assert len(told) == 21
    for one in told:
        again = json.loads(json.dumps(as_dict(replayed(json.dumps(one["inputs"]), load_model(Lake(lake))))))
        assert again == {name: one[name] for name in again}


def test_words_are_read_a_wish_for_a_person_is_honoured_and_a_hazard_comes_first(lake: Path, tmp_path: Path) -> None:
    done = routed(
        lake, tmp_path,
        {"conversation_id": "wish", "messages": ["paket saya mana", "mau ngomong sama orang dong"]},
        {"conversation_id": "danger", "text": "powerbank meledak dan tangan saya terbakar, mana cs"},
        {"conversation_id": "denied", "text": "admin mana, mau bicara sama orang", "human_requested": False},
    )  # fmt: skip
    found = {one["conversation_id"]: one for one in decisions(done.out)}
    assert found["wish"]["reason"] == found["denied"]["reason"] == "human_requested"
    assert found["danger"]["reason"] == "safety"
    assert {one["arm"] for one in found.values()} == {"human"}


def test_outside_hours_a_call_back_is_promised_with_its_time(lake: Path, tmp_path: Path) -> None:
    done = routed(lake, tmp_path, {"conversation_id": "a", "human_requested": True}, options=NIGHT)
    (one,) = decisions(done.out)
    assert one["action"] == "callback"
    assert one["callback_at"] == one["decided_at"] + 90 * 60 * 10**6


def test_a_bad_line_is_told_with_its_place_and_the_rest_goes_on(lake: Path, tmp_path: Path) -> None:
    done = routed(lake, tmp_path, "{", [1], {"color": 1}, {"margin": "much"}, {"hazard": "bot_failed"}, {"intent": "x"})
    assert done.code == 1
    assert len(decisions(done.out)) == 1
    assert all(f"in.ndjson:{line}" in done.err for line in range(1, 6))
    assert "unknown field 'color'" in done.err
    assert "5 line(s) could not be read" in done.err


def test_a_file_that_is_not_there_is_an_input_error(lake: Path, tanggap: Tanggap, tmp_path: Path) -> None:
    assert tanggap("route", tmp_path / "absent.ndjson", "--lake", lake).code == 3


def test_what_is_wrong_with_a_line_is_said_in_one_language(lake: Path, tmp_path: Path) -> None:
    done = routed(lake, tmp_path, "no json", options=("--lang", "id"))
    assert done.err.startswith("Galat: tidak dapat dibaca: JSON is malformed")  # the reader's own words are its own


def test_a_conversations_own_floor_replaces_the_one_of_the_call(lake: Path, tmp_path: Path) -> None:
    waits = {"conversation_id": "a", "intent": "order_status", "floor": {"agents": 2, "ahead": 8, "residual": 4}}
    (one,) = decisions(routed(lake, tmp_path, waits).out)
    assert one["wait"] == 6.0
    done = routed(lake, tmp_path, {"floor": {"seats": 2}})
    assert done.code == 1
    assert "seats" in done.err


@pytest.mark.parametrize(("known", "part"), [("value", "loss"), ("order_margin", "revenue_potential")])
def test_a_known_customers_own_value_and_margin_are_counted_with(
    lake: Path, tmp_path: Path, known: str, part: str
) -> None:
    rows = load_customer_values(Lake(lake)).to_pylist()
    most, least = (pick(rows, key=lambda row: row[known]) for pick in (max, min))
    asked = [{"conversation_id": row["customer_id"], "customer_id": row["customer_id"]} for row in (most, least)]
    first, second = decisions(routed(lake, tmp_path, *asked).out)
    assert abs(first["worth"][part]) > abs(second["worth"][part])


def test_a_known_customer_who_pays_in_another_currency_keeps_what_the_shop_knows(lake: Path, tmp_path: Path) -> None:
    rows = load_customer_values(Lake(lake)).to_pylist()
    best = max(rows, key=lambda row: row["value"])["customer_id"]
    asked = [{}, {"currency": "USD"}, {"currency": "USD", "margin": 5}]
    own, foreign, told = decisions(routed(lake, tmp_path, *({"customer_id": best, **row} for row in asked)).out)
    assert foreign["worth"] == own["worth"]
    assert (foreign["notes"], told["notes"]) == ([], ["other_currency"])


def test_the_same_seed_explores_the_same_conversations(lake: Path, tmp_path: Path) -> None:
    rows = [{"conversation_id": f"c{number}", "intent": "order_status"} for number in range(200)]
    first, again, other = (
        [one["reason"] for one in decisions(routed(lake, tmp_path, *rows, options=("--agents", 4, "--seed", seed)).out)]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    # Of so young a shop little is known: the other arm is tried as often as it is likely to be better, at most half.
    assert 1 <= first.count("exploration") <= 100


def test_standard_input_is_read_too(lake: Path) -> None:
    done = run("route", "-", "--lake", lake, stdin='{"conversation_id": "a"}\n')
    assert [one["conversation_id"] for one in decisions(done.out)] == ["a"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("id", ("Jawaban orang", "harga satu menit orang", "Nilai jawaban", "Ketersediaan barang")),
        ("en", ("A person's answer", "price of a person's minute", "What the answer is worth", "Product availability")),
    ],
)
def test_one_is_explained_in_words_and_money(lake: Path, tanggap: Tanggap, lang: str, words: tuple[str, ...]) -> None:
    done = tanggap("route", "--text", "kak yang biru ready gak?", "--value", 250_000, "--lake", lake, "--lang", lang)
    assert done.code == 0, done.err
    assert all(word in done.out for word in words)
    assert "product_availability" not in done.out, "codes are for machines"


@pytest.mark.parametrize("given", [(), ("x.ndjson", "--text", "halo")])
def test_a_file_or_a_text_must_be_given_and_not_both(lake: Path, tanggap: Tanggap, given: tuple[str, ...]) -> None:
    done = tanggap("route", *given, "--lake", lake)
    assert done.code == 2
    assert "--text" in done.err


def test_a_lake_without_people_and_hardly_any_work_says_what_to_do(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    tanggap("import", "events", ndjson(tmp_path / "a.ndjson", *talk("c1")), "--lake", lake)
    assert tanggap("learn", "--lake", lake).code == 0
    done = tanggap("staff", "--lake", lake, "--lang", "en")
    assert done.code == 0
    assert "--agents" in done.out
    assert "minute price" not in " ".join(done.out.split())


def test_an_instant_without_a_zone_is_the_shops_and_none_at_all_is_told(lake: Path, tanggap: Tanggap) -> None:
    def at(text: str) -> Any:
        return tanggap("route", "--text", "halo", "--at", text, "--lake", lake, "--json")

    assert at("2026-01-05T22:30").json["decided_at"] == at("2026-01-05T22:30:00+07:00").json["decided_at"]
    assert at("yesterday").code == 2
    assert "--at" in at("yesterday").err


@pytest.mark.parametrize("absurd", [("--backlog", "inf"), ("--residual", "1e300"), ("--residual", "nan")])
def test_minutes_that_are_none_are_told(lake: Path, tanggap: Tanggap, absurd: tuple[str, str]) -> None:
    done = tanggap("route", "--text", "halo", *absurd, "--lake", lake)
    assert done.code == 2
    assert absurd[0] in done.err


def test_without_anything_learnt_it_is_said_what_to_do(shop: Path, tanggap: Tanggap, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "lake", ignore=shutil.ignore_patterns("models"))
    for command in (("route", "--text", "halo"), ("staff",)):
        done = tanggap(*command, "--lake", tmp_path / "lake")
        assert done.code == 4
        assert "tanggap learn" in done.err


def test_staffing_is_told_by_the_hour_with_what_one_more_earns(lake: Path, tanggap: Tanggap) -> None:
    done = tanggap("staff", "--lake", lake, "--json")
    assert done.code == 0, done.err
    assert done.json["schema"] == "tanggap.staff/1"
    assert [hour["hour"] for hour in done.json["hours"]] == list(range(24))
    assert max(hour["agents"] for hour in done.json["hours"]) > 0
    assert done.json["wage"] > 0
    assert "earn" in tanggap("staff", "--lake", lake, "--lang", "en").out


@pytest.mark.parametrize(("lang", "columns"), [("id", 80), ("en", 80), ("id", 140)])
def test_no_figure_and_no_heading_of_staffing_is_cut_off(
    lake: Path, tanggap: Tanggap, lang: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = tanggap("staff", "--agents", "1,12", "--lake", lake, "--lang", lang).out.splitlines()
    assert any("08:00" in line for line in lines)
    assert max(map(len, lines)) <= columns
    assert not any("…" in line for line in lines)


def test_numbers_of_people_are_compared_side_by_side(lake: Path, tanggap: Tanggap) -> None:
    hours = tanggap("staff", "--agents", "2,1", "--lake", lake, "--json").json["hours"]
    assert [(hour["hour"], hour["agents"]) for hour in hours[:4]] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    for few, more in zip(hours[::2], hours[1::2], strict=True):
        assert few["minute_price"] >= more["minute_price"]
    for wrong in ("many", "-1"):
        done = tanggap("staff", f"--agents={wrong}", "--lake", lake)
        assert done.code == 2
        assert "--agents" in done.err
