"""The same happening has the same id, wherever and however often it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from csv_samples import OPTIONS, read_path
from hypothesis import given, settings
from hypothesis import strategies as st
from test_csv_kinds import CALL_HEAD, CALLS, CHATS, HEAD, LINES, LOG, ROW, TICKETS, log

from tanggap.sources.csv.mapping import parse_mapping
from tanggap.sources.csv.source import read_mapped

BODY = {
    "tickets": (TICKETS, HEAD, [ROW.replace("T1", f"T{i}").replace("Ayu", f"P{i}") for i in range(12)]),
    "calls": (CALLS, CALL_HEAD, [f"A,{i},260301,9:00:00,9:00:05,{i},9:00:34,{i * 7},answered,S\n" for i in range(12)]),
    "events": (
        LOG,
        log(),
        [f"{i // 3},2026-03-01 {9 + i % 3:02}:00,{('take', 'solve', 'take')[i % 3]},S,\n" for i in range(12)],
    ),
    "order_lines": (
        LINES,
        "faktur;tanggal;pembeli;sku;qty;harga\n",
        [f"F{i // 3};2026-03-01;B;S{i};1;2,50\n" for i in range(12)],
    ),
}


def everything(path: Path, mapping: str) -> set[tuple[str, str]]:
    """Every record but its position, which counts within the file."""
    result = read_path(path, mapping)
    return {
        (name, repr({k: v for k, v in row.items() if k != "position"}))
        for name in result.tables
        for row in result.rows(name)
    }


def write(path: Path, head: str, rows: list[str]) -> Path:
    path.write_text(head + "".join(rows))
    return path


def test_reading_twice_gives_the_same_records(tmp_path: Path) -> None:
    for mapping, head, rows in BODY.values():
        path = write(tmp_path / "a.csv", head, rows)
        assert everything(path, mapping) == everything(path, mapping)


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(1, 3), kind=st.sampled_from(sorted(BODY)))
def test_reading_in_pieces_gives_the_same_records(tmp_path_factory: object, cut: int, kind: str) -> None:
    folder = tmp_path_factory.mktemp("pieces")  # type: ignore[attr-defined]
    mapping, head, rows = BODY[kind]
    at = cut * 3  # between cases and orders, which are derived from all their rows
    whole = everything(write(folder / "whole.csv", head, rows), mapping)
    parts = everything(write(folder / "b.csv", head, rows[at:]), mapping)
    parts |= everything(write(folder / "a.csv", head, rows[:at]), mapping)
    assert parts == whole


def test_the_order_of_the_rows_does_not_change_ids(tmp_path: Path) -> None:
    for kind in ("tickets", "calls", "events"):
        mapping, head, rows = BODY[kind]
        forward = read_path(write(tmp_path / "f.csv", head, rows), mapping)
        backward = read_path(write(tmp_path / "b.csv", head, rows[::-1]), mapping)
        assert forward.ids() == backward.ids()


@pytest.mark.parametrize("kind", ["order_lines", "chats"])
def test_an_import_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("tanggap.sources.csv.convert.CHUNK_ROWS", 5)
    monkeypatch.setattr("tanggap.sources.csv.chunks.CHUNK_ROWS", 5)
    if kind == "chats":
        line = '{"meta": {"id": %d}, "end": "gone", "turns": [{"at": 1589375664, "by": "user", "text": "hai"}]}\n'
        mapping, path = CHATS, write(tmp_path / "x.jsonl", "broken\n", [line % i for i in range(12)])
    else:
        mapping, head, rows = BODY[kind]
        path = write(tmp_path / "x.csv", head + "too,few\n", rows)
    loaded = parse_mapping(mapping)
    everything = [item.batch for item in read_mapped(path, loaded, OPTIONS)]
    assert [batch.chunk for batch in everything] == list(range(len(everything)))
    assert [batch.last for batch in everything] == [False] * (len(everything) - 1) + [True]
    assert sum(len(batch.bad_rows) for batch in everything) == 1
    for done in range(1, len(everything)):
        rest = [item.batch for item in read_mapped(path, loaded, replace(OPTIONS, skip_chunks=done))]
        assert rest == everything[done:]


def test_a_ticket_listed_twice_keeps_its_last_attributes_and_all_its_events(tmp_path: Path) -> None:
    later = ROW.replace("02/03/2026", "03/03/2026").replace("Paket", "Barang")
    result = read_path(write(tmp_path / "a.csv", HEAD, [ROW, later, ROW]), TICKETS)
    assert len(result.events("opened")) == 1
    assert len(result.events("closed")) == 2
    assert len(result.rows("conversations")) == 1
