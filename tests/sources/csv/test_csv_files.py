"""Encodings, delimiters, damaged rows, and files that are no tables."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from csv_samples import OPTIONS, Result, at, micros, read_path

from tanggap.core.errors import EmptyInputError, InputError, MappingError
from tanggap.sources.base import ReadOptions
from tanggap.sources.csv import CsvSource
from tanggap.sources.csv.files import detect_text

Sheet = Callable[..., Result]

MAPPING = """
[file]
kind = "customers"
[columns]
customer_id = "id"
name = "nama"
city = "kota"
"""
TEXT = "id,nama,kota\n1,Ayu Lestari,Bandung\n2,Bayu,Surabaya\n"


def names(result: Result) -> list[str]:
    return [row["name"] for row in result.rows("customers")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found_out(sheet: Sheet, encoding: str) -> None:
    result = sheet(TEXT.replace("Bayu", "Zoë Çelik").encode(encoding), MAPPING)
    assert names(result) == ["Ayu Lestari", "Zoë Çelik"]


def test_a_named_encoding_is_used(sheet: Sheet) -> None:
    result = sheet(
        TEXT.replace("Bayu", "Łukasz").encode("iso8859-2"),
        MAPPING.replace("[columns]", 'encoding = "iso8859-2"\n[columns]'),
    )
    assert names(result) == ["Ayu Lestari", "Łukasz"]


def test_one_damaged_row_of_a_utf8_file_is_quarantined_and_the_rest_is_read(sheet: Sheet) -> None:
    result = sheet("id,nama,kota\n1,Zoë Çelik,X\n".encode() + b"2,caf\xe9,Y\n3,Budi,Z\n", MAPPING)
    assert names(result) == ["Zoë Çelik", "Budi"]
    assert [(bad.line, bad.reason) for bad in result.bad] == [(3, "holds bytes that are not UTF-8")]
    assert "caf" in result.bad[0].row


def test_bytes_of_no_encoding_are_an_error_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"id,nama,kota\n" + b"\x81\x8d\x8f,a,b\n" * 5)
    with pytest.raises(InputError, match="encoding") as caught:
        read_path(path, MAPPING)
    assert "Windows-1252" in caught.value.message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(sheet: Sheet, delimiter: str) -> None:
    text = TEXT.replace(",", delimiter).replace("Ayu Lestari", '"Ayu, Lestari"' if delimiter != "," else "Ayu Lestari")
    assert names(sheet(text, MAPPING))[1] == "Bayu"


def test_quoted_fields_hold_delimiters_quotes_and_line_ends(sheet: Sheet) -> None:
    result = sheet('id,nama,kota\n1,"Ayu, ""si"" \nLestari",Bandung\n2,Bayu,Solo\n', MAPPING)
    assert names(result) == ['Ayu, "si" \nLestari', "Bayu"]


def test_ragged_rows_are_quarantined_with_their_lines(sheet: Sheet) -> None:
    result = sheet("id,nama,kota\n1,Ayu\n2,Bayu,Solo\n3,Citra,Medan,x\n4,Dewi,Depok,,\n\n", MAPPING)
    assert names(result) == ["Bayu", "Dewi"]
    assert [(bad.line, bad.row) for bad in result.bad] == [(2, "1,Ayu"), (4, "3,Citra,Medan,x")]
    assert result.account.read == 4


def test_a_stray_quote_costs_its_own_row_only(sheet: Sheet) -> None:
    rows = "".join(f"{i},Nama {i},Kota\n" for i in range(3, 500))
    result = sheet(f'id,nama,kota\n1,"Ayu,Bandung\n2,Bayu,Solo\n{rows}', MAPPING)
    assert [bad.line for bad in result.bad] == [2]
    assert len(names(result)) == 498


def test_nul_bytes_are_quarantined(sheet: Sheet) -> None:
    text = TEXT + "".join(f"{i},Nama {i},Kota\n" for i in range(3, 300)) + "300,a\x00b,Kota\n"
    result = sheet(text, MAPPING)
    assert [(bad.line, bad.reason) for bad in result.bad] == [(301, "holds a NUL byte")]


def test_a_field_of_ten_megabytes_is_read(sheet: Sheet) -> None:
    result = sheet(f"id,nama,kota\n1,{'x' * 10_000_000},Bandung\n2,Bayu,Solo\n", MAPPING)
    assert [len(name) for name in names(result)] == [10_000_000, 4]


def test_gzip_is_opened_and_a_cut_one_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 1000))
    assert len(names(read_path(path, MAPPING))) >= 2
    path.write_bytes(gzip.compress(TEXT.encode() * 1000)[:60])
    with pytest.raises(InputError, match="cut short"):
        read_path(path, MAPPING)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n...",
        bytes(range(256)) * 4,
        b"\xff\xd8\xff\xe0" + b"x" * 99,
    ],
)
def test_a_file_of_another_kind_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no table"):
        read_path(path, MAPPING)
    assert not CsvSource().recognises(path)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"id,nama,kota\n", b"id,nama,kota\n\n\n"])
def test_an_empty_file_is_an_error_of_its_own(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(EmptyInputError):
        read_path(path, MAPPING)


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_path(tmp_path / "nothing.csv", MAPPING)
    with pytest.raises(InputError, match="folder"):
        read_path(tmp_path, MAPPING)


def test_reading_without_a_mapping_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(TEXT)
    with pytest.raises(MappingError, match="--guess"):
        next(CsvSource().read(path, options=OPTIONS))


def test_a_heading_the_file_lacks_is_named_with_those_it_has(sheet: Sheet) -> None:
    with pytest.raises(MappingError, match="'alamat'") as caught:
        sheet(TEXT, MAPPING.replace("kota", "alamat"))
    assert "kota" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text", "setting"),
    [("x.csv", TEXT, 'sheet = "Data"'), ("x.jsonl", '{"id": "1", "kota": "Solo"}\n', "skip_rows = 1"),
     ("x.jsonl", '{"id": "1", "kota": "Solo"}\n', 'header = ["id", "kota"]')],
)  # fmt: skip
def test_a_setting_that_means_nothing_in_a_file_is_not_passed_over(
    sheet: Sheet, name: str, text: str, setting: str
) -> None:
    with pytest.raises(MappingError, match=f"{setting.split()[0]} means nothing"):
        sheet(text, MAPPING.replace("[columns]", f"{setting}\n[columns]"), name)


def test_title_rows_are_skipped_and_headings_may_be_given(sheet: Sheet) -> None:
    titled = "Laporan bulanan,,\n" + TEXT
    assert len(names(sheet(titled, MAPPING.replace("[columns]", "skip_rows = 1\n[columns]")))) == 2
    bare = TEXT.split("\n", 1)[1]
    header = 'header = ["id", "nama", "kota"]\n[columns]'
    assert len(names(sheet(bare, MAPPING.replace("[columns]", header)))) == 2


def test_repeated_headings_are_told_apart(sheet: Sheet) -> None:
    mapping = MAPPING.replace('"kota"', '"nama (2)"')
    result = sheet("id,nama,nama\n1,Ayu,Bandung\n", mapping)
    assert result.rows("customers")[0]["city"] == "Bandung"


def book(path: Path, rows: list[list[object]], above: int = 0) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy hh:mm"}) as workbook:
        sheet = workbook.add_worksheet("Data")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                sheet.write(i + above, j, cell)
    return path


ORDERS = """
[file]
kind = "orders"
decimal = ","
date_format = "dmy"
[columns]
order_id = "No"
ordered_at = "Tanggal"
value = "Total"
"""


def test_typed_cells_of_a_workbook_are_read_with_the_mapping_s_decimal_sign(tmp_path: Path) -> None:
    import datetime as dt

    rows = [["No", "Tanggal", "Total"], [1001, dt.datetime(2026, 3, 1, 9, 30), 12.5], ["A2", "25/03/2026", "1.250,75"],
            ["A3", 46082.5, 7]]  # fmt: skip
    result = read_path(book(tmp_path / "o.xlsx", rows, above=2), ORDERS)
    orders = result.rows("orders")
    assert [(row["order_id"], row["value"]) for row in orders] == [("1001", 1250), ("A2", 125075), ("A3", 700)]
    assert micros(orders[0], "ordered_at") == at("2026-03-01T09:30+07:00")
    assert not result.bad


def test_parquet_columns_of_any_type_are_read(tmp_path: Path) -> None:
    path = tmp_path / "o.parquet"
    table = pa.table(
        {
            "No": pa.array([1, 2, 3]),
            "Tanggal": pa.array([10**15, 10**15, None], pa.timestamp("us", tz="UTC")),
            "Total": pa.array([12.5, 7.0, 1.0]),
        }
    )
    pq.write_table(table, path)
    result = read_path(path, ORDERS)
    assert [row["value"] for row in result.rows("orders")] == [1250, 700]
    assert [(bad.line, bad.column) for bad in result.bad] == [(3, "Tanggal")]


def test_chunks_are_counted_and_skipped_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanggap.sources.csv.chunks.CHUNK_ROWS", 3)
    path, mapping = tmp_path / "c.csv", tmp_path / "m.toml"
    path.write_text("id,nama,kota\n" + "".join(f"{i},Nama {i},Kota\n" for i in range(9)))
    mapping.write_text(MAPPING)
    everything = list(CsvSource().read(path, options=ReadOptions("UTC", "IDR", mapping=mapping)))
    assert [(batch.chunk, batch.last) for batch in everything] == [(0, False), (1, False), (2, True)]
    rest = list(CsvSource().read(path, options=ReadOptions("UTC", "IDR", mapping=mapping, skip_chunks=1)))
    assert [batch.tables for batch in rest] == [batch.tables for batch in everything[1:]]


def test_detection_reads_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    buffer = io.BytesIO(b"a,b\n" + b"1,2\n" * 600_000 + "1,é\n".encode("cp1252"))
    path.write_bytes(buffer.getvalue())
    assert detect_text(path).encoding == "cp1252"
