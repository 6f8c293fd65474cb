"""What stands for nothing among numbers and dates: guessed, and told where a row is refused for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from csv_samples import OPTIONS, read_path

from tanggap.core.indonesian import translated
from tanggap.sources.csv.guessing import guess
from tanggap.sources.csv.mapping import parse_mapping
from tanggap.sources.csv.nothing import says_nothing

NOTHING = ("-", "--", "—", "N/A", "n/a", "#N/A", "null", "NULL", "tidak ada", "Tidak  Ada", "Rp -", "0000-00-00", "?")


def write(folder: Path, text: str) -> Path:
    path = folder / "sheet.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize("nothing", NOTHING)
def test_what_stands_for_nothing_among_dates_and_numbers_is_missing(tmp_path: Path, nothing: str) -> None:
    head = "No Pesanan;Tanggal Pesanan;Tanggal Diterima;Total;Laba\n"
    rows = f"1;13/06/2026;{nothing};5000;100\n2;14/06/2026;15/06/2026;7000;{nothing}\n3;15/06/2026;;9000;300\n"
    path = write(tmp_path, head + rows)
    guessed = guess(path, OPTIONS)
    assert parse_mapping(guessed.text).conventions.missing == (nothing,)
    assert "stands for nothing, in every column; seen in 'Tanggal Diterima', 'Laba'" in guessed.text
    result = read_path(path, guessed.text)
    assert not result.bad
    assert [(row["delivered_at"] is None, row["margin"]) for row in result.rows("orders")] == [
        (True, 10000), (False, None), (True, 30000),
    ]  # fmt: skip


def test_a_dash_among_amounts_may_be_nothing_or_zero_and_the_guess_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "No Pesanan;Tanggal Pesanan;Total;Laba\n1;13/06/2026;5000;-\n2;14/06/2026;7000;100\n")
    guessed = guess(path, OPTIONS)
    assert any('[values.margin] "-" = "0"' in doubt for doubt in guessed.unsure)
    zero = guessed.text.replace('missing = ["-"]', "") + '\n[values.margin]\n"-" = "0"\n'
    assert [row["margin"] for row in read_path(path, zero).rows("orders")] == [0, 10000]


@pytest.mark.parametrize(
    "sheet",
    [
        "No Tiket,Tanggal Dibuat,Prioritas\nT1,2026-06-13,-\nT2,2026-06-14,Tinggi\n",
        "No Tiket,Tanggal Dibuat,Keluhan\nT1,2026-06-13,tidak ada\nT2,2026-06-14,Paket belum sampai\n",
        "No Tiket,Tanggal Dibuat,Tak Dipakai\nT1,2026-06-13,-\nT2,2026-06-14,5\n",
    ],
)
def test_of_words_and_of_columns_that_are_not_used_nothing_is_missing(tmp_path: Path, sheet: str) -> None:
    assert "missing" not in guess(write(tmp_path, sheet), OPTIONS).text


def test_an_answer_of_nothing_among_words_is_no_answer(tmp_path: Path) -> None:
    sheet = "Tanggal Survei,No Tiket,Kepuasan\n2026-06-13,T1,Puas\n2026-06-13,T2,Tidak puas\n2026-06-13,T3,-\n"
    path = write(tmp_path, sheet + "2026-06-13,T4,Cukup\n2026-06-13,T5,Sangat puas\n")
    result = read_path(path, guess(path, OPTIONS).text)
    assert [row["score"] for row in result.rows("surveys")] == [4, 2, None, 3, 5]


MAPPING = '[file]\nkind = "orders"\n[columns]\norder_id = "no"\nordered_at = "at"\nvalue = "total"\nmargin = "laba"\n'


def test_a_row_refused_for_it_is_told_of_missing(tmp_path: Path) -> None:
    path = write(tmp_path, "no,at,total,laba\n1,2026-06-13,5,-\n2,N/A,5,1\n3,2026-06-13,5,lima\n4,2026-06-13,5,1\n")
    result = read_path(path, MAPPING)
    assert [bad.reason for bad in result.bad] == [
        "'-' is no number with decimal '.' (see [file] missing)",
        "'N/A' is no date (see [file] missing)",
        "'lima' is no number with decimal '.'",
    ]
    assert translated(result.bad[1].reason, "id") == "'N/A' bukan tanggal (lihat missing)"
    mended = read_path(path, MAPPING.replace("[columns]", 'missing = ["-", "N/A"]\n[columns]'))
    assert [(bad.line, bad.reason) for bad in mended.bad] == [(3, "is missing"), (4, result.bad[2].reason)]


@pytest.mark.parametrize("text", [*NOTHING, "belum selesai", "Rp-", "#DIV/0!", "0000-00-00 00:00:00", "00/00/0000"])
def test_words_for_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["0", "0,00", "-5", "5.000,-", "Rp 0", "000", "tidak", "Namibia", "2026-06-13", "-1-"])
def test_what_says_something(text: str) -> None:
    assert not says_nothing(text)
