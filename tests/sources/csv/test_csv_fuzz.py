"""Whatever the bytes: an error of the tree, or every row accounted for (``read_path`` checks the sum)."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from csv_samples import OPTIONS, read_path
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_csv_files import MAPPING, TEXT, book
from test_csv_kinds import CALL_HEAD, CALLS, CHATS, HEAD, LINES, LOG, ROW, TICKETS, log

from tanggap.core.errors import InputError, MappingError
from tanggap.sources.csv.guessing import guess
from tanggap.sources.csv.mapping import parse_mapping

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SAMPLES = {
    "tickets": (TICKETS, HEAD + ROW * 3),
    "calls": (CALLS, CALL_HEAD + "A,1,260301,9:00:00,9:00:05,30,9:00:34,120,answered,SARI\n" * 3),
    "events": (LOG, log("1,2026-03-01 09:00,take,S,low", "1,2026-03-01 10:00,solve,S,low")),
    "order_lines": (LINES, "faktur;tanggal;pembeli;sku;qty;harga\nF1;2026-03-01;;A;3;Rp 1.250,35\n" * 2),
    "customers": (MAPPING, TEXT),
    "json": (
        CHATS,
        '{"meta": {"id": 1}, "end": "gone", "turns": [{"at": 1589375664, "by": "user", "text": "hai"}]}\n' * 3,
    ),
}


def read_anything(path: Path, mapping: str) -> None:
    with contextlib.suppress(InputError, MappingError):
        read_path(path, mapping)


@FUZZ
@given(content=st.binary(max_size=300), kind=st.sampled_from(sorted(SAMPLES)))
@example(content=b"\xff\xfe", kind="tickets")
@example(content=b"PAR1", kind="tickets")
@example(content=b"PK\x03\x04", kind="tickets")
@example(content=b"\x1f\x8b", kind="tickets")
def test_random_bytes(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    read_anything(path, SAMPLES[kind][0])


@FUZZ
@given(data=st.data(), kind=st.sampled_from(sorted(SAMPLES)))
def test_mutated_files(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    mapping, text = SAMPLES[kind]
    content = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(
            st.sampled_from([b"", b'"', b"\n", b"\x00", b",", b";", b"\xff", b"9" * 30, b"-", b"\r", b"{", b"]"])
        )
        content[place : place + data.draw(st.integers(0, 3))] = piece
    path = tmp_path / "x"
    path.write_bytes(bytes(content) or b"x")
    read_anything(path, mapping)


FIELD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2026-03-01", "31/12/2026 25:00", "1e999", "-0", "9" * 25, "NaN", "Rp", "\ufeff", "ſ"]),
)


@FUZZ
@given(
    rows=st.lists(st.lists(FIELD, min_size=11, max_size=11), max_size=5),
    kind=st.sampled_from(["tickets", "calls", "order_lines", "events"]),
)
@example(rows=[[""] * 11], kind="calls")  # an id of several columns of which none is known
def test_rows_of_any_words(tmp_path: Path, rows: list[list[str]], kind: str) -> None:
    import csv

    mapping, text = SAMPLES[kind]
    head = text.split("\n", 1)[0]
    delimiter = ";" if ";" in head else ","
    width = head.count(delimiter) + 1
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(row[:width] for row in rows)
    path = tmp_path / "x.csv"
    path.write_bytes((text + out.getvalue()).encode("utf-8", "surrogatepass"))
    read_anything(path, mapping)


NAMES = st.sampled_from(["meta", "id", "turns", "at", "by", "end"])
RECORDS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@FUZZ
@given(record=RECORDS)
def test_any_json(tmp_path: Path, record: object) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"meta": record, "turns": record}) + "\n" + json.dumps(record) + "\n")
    read_anything(path, CHATS)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_workbooks_parquet_files_and_gzip(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    rows: list[list[object]] = [["id", "nama", "kota"], *([i, "Ayu", "Solo"] for i in range(20))]
    table = pa.table({"id": ["1"] * 20, "nama": ["Ayu"] * 20, "kota": ["Solo"] * 20})
    pq.write_table(table, tmp_path / "whole.parquet")
    samples = {
        "x.xlsx": book(tmp_path / "whole.xlsx", rows).read_bytes(),
        "x.parquet": (tmp_path / "whole.parquet").read_bytes(),
        "x.csv.gz": gzip.compress(TEXT.encode() * 50),
    }
    for name, content in samples.items():
        damaged = bytearray(content[: rng.randrange(8, len(content))] if seed % 2 else content)
        for _ in range(rng.randrange(4)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        (tmp_path / name).write_bytes(bytes(damaged))
        read_anything(tmp_path / name, MAPPING)


def test_a_zip_that_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InputError, match="workbook"):
        read_path(path, MAPPING)


@FUZZ
@given(
    headings=st.lists(st.text(max_size=12), min_size=1, max_size=5),
    rows=st.lists(st.lists(FIELD, min_size=5, max_size=5), max_size=4),
)
def test_a_guess_of_anything_is_toml_or_an_error(tmp_path: Path, headings: list[str], rows: list[list[str]]) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([headings, *(row[: len(headings)] for row in rows)])
    path = tmp_path / "x.csv"
    path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    try:
        guessed = guess(path, OPTIONS)
    except InputError:
        return
    if '= "?"   # needed' in guessed.text:
        assert guessed.unsure
        with pytest.raises(MappingError, match="need"):
            parse_mapping(guessed.text)
    else:
        parse_mapping(guessed.text)


@FUZZ
@given(st.text(max_size=60))
def test_any_mapping_text_is_read_or_a_mapping_error(text: str) -> None:
    for candidate in (text, f"[file]\nkind = {text}", TICKETS.replace("Tanggal", text), TICKETS + text):
        try:
            parse_mapping(candidate)
        except MappingError:
            continue
