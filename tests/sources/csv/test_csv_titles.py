"""Sheets whose headings are not in their first row: titles above them, two rows of headings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from csv_samples import OPTIONS, at, micros, read_path
from test_csv_files import book

from tanggap.core.errors import MappingError
from tanggap.sources.csv.guessing import GuessedMapping, guess
from tanggap.sources.csv.guessing.head import head_of
from tanggap.sources.csv.mapping import parse_mapping

HEADINGS = ["Nomor Tiket", "Tanggal Dibuat", "Status", "Petugas"]
ROWS = [[f"TK-{n}", f"{n:02}/06/2026 09:00", "Baru", "Sari"] for n in range(11, 21)]

MAPPING = """
[file]
kind = "tickets"
date_format = "dmy"
[columns]
conversation_id = "Nomor Tiket"
opened_at = "Tanggal Dibuat"
"""


def sheet(folder: Path, rows: Sequence[Sequence[object]], delimiter: str = ";", name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_text("".join(delimiter.join(map(str, row)) + "\n" for row in rows))
    return path


def skipped(guessed: GuessedMapping) -> int:
    return parse_mapping(guessed.text).shape.skip_rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "above",
    [
        [["Laporan Tiket Juni 2026"], []],
        [["Laporan Tiket Juni 2026"]],
        [["Laporan Tiket Juni 2026", "", "", ""], ["Periode", "1 - 30 Juni 2026", "", ""], ["", "", "", ""]],
        [[], ["Support report"], ["Printed", "01/07/2026"], [], []],
    ],
)
def test_title_rows_above_the_headings_are_skipped_by_the_guess(
    tmp_path: Path, above: list[list[str]], delimiter: str
) -> None:
    path = sheet(tmp_path, [*above, HEADINGS, *ROWS], delimiter)
    guessed = guess(path, OPTIONS)
    assert (guessed.kind, skipped(guessed), guessed.unsure) == ("tickets", len(above), ())
    assert f"skip_rows = {len(above)}   # above the headings: '" in guessed.text
    result = read_path(path, guessed.text)
    assert [row["conversation_id"] for row in result.rows("conversations")] == [row[0] for row in ROWS]
    assert not result.bad


def test_a_title_that_holds_the_delimiter_of_another_dialect_does_not_hide_the_headings(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["Laporan tiket, Juni 2026"], [], HEADINGS, *ROWS])
    assert skipped(guess(path, OPTIONS)) == 2
    assert len(read_path(path, guess(path, OPTIONS).text).rows("conversations")) == 10


def test_title_rows_of_a_workbook_are_skipped_by_the_guess(tmp_path: Path) -> None:
    path = book(tmp_path / "juni.xlsx", [["Laporan Tiket Juni 2026"], ["Dicetak oleh Admin"], [], HEADINGS, *ROWS])
    guessed = guess(path, OPTIONS, "id")
    assert skipped(guessed) == 3
    assert "skip_rows = 3   # di atas judul kolom: 'Laporan Tiket Juni 2026', 'Dicetak oleh Admin'" in guessed.text
    assert len(read_path(path, guessed.text).rows("conversations")) == 10


@pytest.mark.parametrize(
    "rows",
    [
        [HEADINGS, *ROWS],
        [[], [], HEADINGS, *ROWS],
        [["Nama", "", ""], ["Ayu", "Solo", "aktif"], ["Budi", "Solo", "aktif"], ["Citra", "Demak", "baru"]],
        [["Kategori", "2024", "2025"], ["Retur", "1", "2"], ["Ukuran", "4", "5"]],
        [["Komentar"], ["Bagus, cepat"], ["Lama, tapi ramah"]],
        [["Nama", "", "Status"], ["Ayu", "Solo", "aktif"], ["Budi", "Solo", "aktif"]],
        [["Nama", "Catatan"], ["Ayu", ""], ["Budi", "x"], ["Citra", ""]],
        [["Tiket", "Tanggal", "Status", "Catatan"], ["1", "", "", ""], ["2", "2026-03-01", "Baru", "telat"]],
    ],
)
def test_a_sheet_without_titles_loses_no_row(tmp_path: Path, rows: list[list[str]]) -> None:
    assert "\nskip_rows" not in guess(sheet(tmp_path, rows), OPTIONS).text


def test_where_the_first_row_may_be_a_title_the_guess_says_so(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["Data pelanggan"], ["ID Pelanggan", "Kota"], ["1", "Solo"], ["2", "Demak"]])
    guessed = guess(path, OPTIONS)
    assert "\nskip_rows" not in guessed.text
    assert any("whether the headings stand in row 1" in doubt for doubt in guessed.unsure)


def test_names_of_groups_above_the_headings_are_no_headings(tmp_path: Path) -> None:
    groups = ["Tiket", "", "", "Penanganan"]
    path = sheet(tmp_path, [["Laporan Juni"], [], groups, HEADINGS, *ROWS])
    guessed = guess(path, OPTIONS)
    assert skipped(guessed) == 3
    assert any("row 3 ('Tiket', 'Penanganan') seems to group the columns" in doubt for doubt in guessed.unsure)
    assert len(read_path(path, guessed.text).rows("conversations")) == 10


TWO_ROWS = [
    ["No Tiket", "Dibuat", "", "Selesai", "", "Status"],
    ["", "Tanggal", "Jam", "Tanggal", "Jam", ""],
    *[[f"T{n}", f"{n}/06/2026", "09:00", f"{n + 1}/06/2026", "11:00", "Selesai"] for n in range(13, 20)],
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_headings_in_two_rows_are_joined_and_said_to_be_unsure(tmp_path: Path, kind: str) -> None:
    rows = [["Laporan Juni"], [], *TWO_ROWS]
    path = sheet(tmp_path, rows) if kind == "csv" else book(tmp_path / "juni.xlsx", [list(row) for row in rows])
    guessed = guess(path, OPTIONS)
    shape = parse_mapping(guessed.text).shape
    assert (shape.skip_rows, shape.header) == (
        4, ("No Tiket", "Dibuat Tanggal", "Dibuat Jam", "Selesai Tanggal", "Selesai Jam", "Status"),
    )  # fmt: skip
    assert any("two rows (3 and 4)" in doubt for doubt in guessed.unsure)
    result = read_path(path, guessed.text)
    assert micros(result.events("opened")[0]) == at("2026-06-13T09:00+07:00")
    assert micros(result.events("resolved")[0]) == at("2026-06-14T11:00+07:00")
    assert not result.bad


def test_the_first_of_two_rows_names_what_the_second_leaves_empty() -> None:
    rows = [(1, ["No", "Dibuat", "", "Status"]), (2, ["", "Tanggal", "Jam"]), (3, ["1", "1/2/2026", "9:00", "Baru"])]
    found = head_of(rows)
    assert (found.skip_rows, found.header) == (2, ("No", "Tanggal", "Jam", "Status"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("skip", [0, 1, 6])
def test_an_import_says_in_which_row_the_headings_stand(tmp_path: Path, kind: str, skip: int) -> None:
    rows = [["Laporan Tiket"], [], ["Periode", "Juni"], HEADINGS, *ROWS]
    path = sheet(tmp_path, rows) if kind == "csv" else book(tmp_path / "juni.xlsx", [list(row) for row in rows])
    with pytest.raises(MappingError) as caught:
        read_path(path, MAPPING.replace("[columns]", f"skip_rows = {skip}\n[columns]"))
    assert caught.value.hint == "the headings stand in row 4: [file] skip_rows = 3"
    assert "'Nomor Tiket'" in caught.value.message
    assert len(read_path(path, MAPPING.replace("[columns]", "skip_rows = 3\n[columns]")).rows("conversations")) == 10


def test_a_mistyped_heading_is_told_with_those_the_file_has(tmp_path: Path) -> None:
    path = sheet(tmp_path, [HEADINGS, *ROWS])
    with pytest.raises(MappingError, match="no column 'Nomor'") as caught:
        read_path(path, MAPPING.replace("Nomor Tiket", "Nomor"))
    assert caught.value.hint == f"it has {', '.join(HEADINGS)}"
