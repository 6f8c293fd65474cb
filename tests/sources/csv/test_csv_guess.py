# ruff: noqa: E501 - sheets stand here as they are, a row a line
"""Guessed mappings of Indonesian and English sheets, and that they then read the sheet."""

from __future__ import annotations

import datetime as dt
import re
import string
import tomllib
from pathlib import Path

import pytest
import xlsxwriter
from csv_samples import OPTIONS, at, micros, read_path
from test_csv_files import book

from tanggap.core.errors import InputError, MappingError
from tanggap.sources.csv.guessing import GuessedMapping, guess
from tanggap.sources.csv.guessing.sayings import SAYINGS
from tanggap.sources.csv.kinds import KINDS
from tanggap.sources.csv.mapping import parse_mapping


def write(folder: Path, text: str, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def columns(guessed: GuessedMapping) -> dict[str, tuple[str, ...]]:
    return dict(parse_mapping(guessed.text).feeds[0].columns)


TICKETS = (
    "Nomor Tiket;Tanggal Dibuat;Waktu Respon Pertama;Tanggal Selesai;Nama Pelanggan;No HP;Email;Saluran;Prioritas;Status;"
    "Petugas;Penilaian;Keluhan\n"
    "TK-001;25/08/2025 09.15;25/08/2025 09.20;26/08/2025 10.00;Ayu Lestari;0812-3456-7890;ayu@contoh.id;WhatsApp;Tinggi;"
    "Selesai;Sari;5;Paket belum sampai juga\n"
    "TK-002;01/09/2025 13.00;01/09/2025 13.30;;Budi Santoso;+62 813 1111 2222;budi@contoh.id;Surel;Rendah;Menunggu;Dewi;;"
    "Ukuran salah, mau tukar\n"
    "TK-003;02/09/2025 08.00;;;Citra;0857 9999 0000;citra@contoh.id;Shopee;Aneh;Baru;Sari;;Kapan dikirim ya kak\n"
)


def test_an_indonesian_ticket_sheet(tmp_path: Path) -> None:
    path = write(tmp_path, TICKETS)
    guessed = guess(path, OPTIONS)
    assert guessed.kind == "tickets"
    found = columns(guessed)
    assert found | {
        "conversation_id": ("Nomor Tiket",), "opened_at": ("Tanggal Dibuat",), "first_reply_at": ("Waktu Respon Pertama",),
        "resolved_at": ("Tanggal Selesai",), "customer_name": ("Nama Pelanggan",), "customer_phone": ("No HP",),
        "customer_email": ("Email",), "channel": ("Saluran",), "priority": ("Prioritas",), "status": ("Status",),
        "agent_id": ("Petugas",), "score": ("Penilaian",), "text": ("Keluhan",),
    } == found  # fmt: skip
    mapping = parse_mapping(guessed.text)
    assert mapping.conventions.date_format == "dmy"
    assert mapping.feeds[0].values["channel"] == {"WhatsApp": "whatsapp", "Surel": "email", "Shopee": "marketplace"}
    assert mapping.feeds[0].values["status"] == {"Selesai": "resolved", "Menunggu": "pending", "Baru": "open"}
    assert any("Aneh" in doubt for doubt in guessed.unsure)
    result = read_path(path, guessed.text)
    assert not result.bad
    first, *_ = result.events("resolved")
    assert micros(first) == at("2025-08-26T10:00+07:00")


def test_an_indonesian_order_sheet_in_rupiah(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "No Pesanan,Tanggal Pesanan,Username Pembeli,Total Pembayaran,Status Pesanan,Kota\n"
        '1001,17 Agustus 2025,ayu_l,"Rp 1.250.000,50",Selesai,Bandung\n1002,3 Okt 2025,budi_s,"Rp 75.500,00",Dibatalkan,Solo\n'
        '1003,5 Mei 2025,ayu_l,"Rp 9.000,25",Dikirim,Bandung\n',
    )
    guessed = guess(path, OPTIONS)
    assert guessed.kind == "orders"
    mapping = parse_mapping(guessed.text)
    assert (mapping.conventions.decimal, mapping.conventions.currency) == (",", "IDR")
    result = read_path(path, guessed.text)
    assert [(row["value"], row["status"]) for row in result.rows("orders")] == [
        (125000050, "delivered"), (7550000, "cancelled"), (900025, "shipped"),
    ]  # fmt: skip
    assert micros(result.rows("orders")[1], "ordered_at") == at("2025-10-03T00:00+07:00")


@pytest.mark.parametrize(
    ("amounts", "values", "doubt"),
    [
        (("10000", "Rp 10.000", "Rp 12.500"), (1000000, 1000000, 1250000), ""),
        (("7.000", "10.000", "950"), (700000, 1000000, 95000), "'.' in 'Total' groups thousands"),
        (("7,000", "10,000", "950"), (700000, 1000000, 95000), "',' in 'Total' groups thousands"),
        (("7.5", "10.125", "0.950"), (750, 1013, 95), ""),
        (("0.500", "1.250", "2.125"), (50, 125, 213), "nothing proves point or comma"),
    ],
)
def test_three_digits_behind_every_sign_are_thousands_and_not_decimals(
    tmp_path: Path, amounts: tuple[str, ...], values: tuple[int, ...], doubt: str
) -> None:
    rows = "".join(f'{n},2026-03-0{n},"{amount}"\n' for n, amount in enumerate(amounts, 1))
    path = write(tmp_path, f"No Pesanan,Tanggal Pesanan,Total\n{rows}")
    guessed = guess(path, OPTIONS)
    assert tuple(row["value"] for row in read_path(path, guessed.text).rows("orders")) == values
    assert any(doubt in said for said in guessed.unsure) if doubt else not any("sign" in s for s in guessed.unsure)


def test_a_column_of_thousands_beside_one_of_decimals_is_told(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "No Pesanan,Tanggal Pesanan,Total,Laba\n1,2026-03-01,70.000,12.5\n2,2026-03-02,95.000,13.25\n",
    )
    assert any("columns differ" in said for said in guess(path, OPTIONS).unsure)


def test_invitations_without_a_score_lack_what_kind_of_survey_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, "Tanggal Kirim,Tanggal Jawab,Saran\n2026-03-01,2026-03-02,Bagus\n2026-03-01,,\n")
    guessed = guess(path, OPTIONS)
    assert (guessed.kind, guessed.unsure) == ("surveys", ("which column is kind?",))
    assert '# kind = "?"' in guessed.text


def test_indonesian_order_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "No Faktur\tTanggal\tKode Barang\tNama Barang\tJumlah\tHarga Satuan\nF1\t13/02/2026\tA-1\tKaos polos hitam\t2\t75.000,50\n"
        "F1\t13/02/2026\tB-2\tCelana panjang jeans\t1\t1.150.000,00\nF2\t14/02/2026\tA-1\tKaos polos hitam\t-1\t75.000,50\n",
        "lines.tsv",
    )
    guessed = guess(path, OPTIONS)
    assert guessed.kind == "order_lines"
    result = read_path(path, guessed.text)
    assert {row["order_id"]: row["value"] for row in result.rows("orders")} == {
        "F1": 15000100 + 115000000,
        "F2": -7500050,
    }


def test_reviews_surveys_shifts_messages_and_customers_are_told_apart(tmp_path: Path) -> None:
    sheets = {
        "reviews": "Tanggal Ulasan,Produk,Bintang,Ulasan\n2026-03-01,Kaos,5,Bagus sekali\n2026-03-02,Topi,1,Jelek banget\n",
        "surveys": "Tanggal Kirim,Tanggal Jawab,Nilai NPS,Saran\n2026-03-01,2026-03-02,9,Bagus\n2026-03-01,,,\n2026-03-03,2026-03-03,0,x\n",
        "shifts": "Nama Karyawan,Tanggal,Jam Masuk,Jam Pulang,Shift\nSari,2026-03-01,08:00,16:00,Pagi\nDewi,2026-03-01,22:00,06:00,Malam\n",
        "messages": "ID Percakapan,Waktu,Pengirim,Isi Pesan\n1,2026-03-01 09:00,pelanggan,halo kak mau tanya\n1,2026-03-01 09:01,admin,ya kak ada apa\n",
        "customers": "ID Pelanggan,Nama,Email,No HP,Kota\n1,Ayu,a@x.id,081234567890,Solo\n2,Budi,b@x.id,081234567891,Solo\n",
        "events": "Case ID,Activity,Timestamp,Resource\n1,created,2026-03-01 09:00,S\n1,resolved,2026-03-01 10:00,S\n2,created,2026-03-01 10:00,T\n",
        "calls": "ID Panggilan,Waktu Panggilan,Waktu Tunggu,Durasi Bicara,Hasil,Agen\n1,2026-03-01 09:00,30,120,Terjawab,S\n2,2026-03-01 09:10,45,0,Tidak Terjawab,\n",
    }  # fmt: skip
    for kind, text in sheets.items():
        path = write(tmp_path, text, f"{kind}.csv")
        guessed = guess(path, OPTIONS)
        assert guessed.kind == kind, guessed.text
        result = read_path(path, guessed.text)
        assert not result.bad, (guessed.text, result.bad)
        assert result.account.accepted == result.account.read


def test_day_or_month_first_is_decided_by_the_whole_file(tmp_path: Path) -> None:
    def sheet(last: str) -> Path:
        rows = "".join(f"{i},0{1 + i % 9}/0{1 + i % 7}/2026 10:00,open\n" for i in range(3000))
        return write(tmp_path, f"Ticket ID,Created At,Status\n{rows}9999,{last} 10:00,open\n")

    assert 'date_format = "dmy"' in guess(sheet("13/02/2026"), OPTIONS).text
    assert 'date_format = "mdy"' in guess(sheet("02/13/2026"), OPTIONS).text
    unsure = guess(sheet("02/03/2026"), OPTIONS)
    assert any("day or month" in doubt for doubt in unsure.unsure)
    assert "UNSURE" in unsure.text


def test_a_date_and_its_clock_in_two_columns_are_joined(tmp_path: Path) -> None:
    path = write(tmp_path, "No Tiket,Tanggal,Jam,Status\n1,25/03/2026,09:30,Baru\n2,26/03/2026,10:00,Baru\n")
    assert columns(guess(path, OPTIONS))["opened_at"] == ("Tanggal", "Jam")


@pytest.mark.parametrize(
    ("headings", "opened", "resolved"),
    [
        ("Tanggal,Jam,Tanggal Selesai,Jam Selesai", ("Tanggal", "Jam"), ("Tanggal Selesai", "Jam Selesai")),
        ("Tanggal Selesai,Jam,Tanggal,Catatan", ("Tanggal", "Jam"), ("Tanggal Selesai",)),
        (
            "Tanggal Dibuat,Jam Dibuat,Tanggal Selesai,Selesai Jam",
            ("Tanggal Dibuat", "Jam Dibuat"),
            ("Tanggal Selesai", "Selesai Jam"),
        ),
    ],
)
def test_a_clock_goes_with_the_date_that_is_named_like_it(
    tmp_path: Path, headings: str, opened: tuple[str, ...], resolved: tuple[str, ...]
) -> None:
    values = {"Jam": "09:30", "Catatan": "telat"}
    row = ",".join(
        values.get(name.split()[0], "11:00" if "Jam" in name else "25/03/2026") for name in headings.split(",")
    )
    path = write(tmp_path, f"No Tiket,{headings},Status\n1,{row},Baru\n2,{row},Baru\n")
    found = columns(guess(path, OPTIONS))
    assert (found["opened_at"], found["resolved_at"]) == (opened, resolved)


def test_epochs_serials_and_point_zero_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "Order ID,Order Date,Customer ID,Total\n1,1589375664,17850.0,5\n2,1589375700,17851.0,7\n")
    text = guess(path, OPTIONS).text
    assert 'date_format = "epoch"' in text
    assert 'integers = ["Customer ID"]' in text
    serial = write(tmp_path, "Order ID,Order Date,Total\n1,45717.5,5\n2,45718,7\n", "s.csv")
    assert 'date_format = "excel"' in guess(serial, OPTIONS).text


def test_a_workbook_is_guessed_like_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["No Pesanan", "Tanggal", "Total"],
        [1, dt.datetime(2026, 3, 1), 12.5],
        [2, dt.datetime(2026, 3, 2), 7],
    ]
    path = book(tmp_path / "o.xlsx", rows)
    guessed = guess(path, OPTIONS)
    assert guessed.kind == "orders"
    assert [row["value"] for row in read_path(path, guessed.text).rows("orders")] == [1250, 700]


def test_what_is_missing_is_left_open_and_the_mapping_refused(tmp_path: Path) -> None:
    guessed = guess(write(tmp_path, "Status,Prioritas\nBaru,Tinggi\nBaru,Rendah\n"), OPTIONS)
    assert '# conversation_id = "?"' in guessed.text
    assert guessed.unsure
    with pytest.raises(MappingError, match="need"):
        parse_mapping(guessed.text)


def test_repeating_ids_and_every_column_are_spoken_of(tmp_path: Path) -> None:
    guessed = guess(write(tmp_path, "Ticket ID,Created At,Foo\n1,2026-03-01,x\n1,2026-03-02,y\n"), OPTIONS)
    assert any("repeats" in doubt for doubt in guessed.unsure)
    assert '# not used: "Foo"' in guessed.text


def test_a_picture_cannot_be_guessed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(InputError):
        guess(path, OPTIONS)


@pytest.mark.parametrize("key", sorted(SAYINGS))
def test_what_is_said_of_a_file_is_said_in_both_languages_with_the_same_blanks(key: str) -> None:
    texts = SAYINGS[key]
    assert set(texts) == {"id", "en"}
    blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
    assert blanks[0] == blanks[1]
    assert texts["id"] != texts["en"]


def test_every_kind_of_sheet_is_named_as_it_names_itself() -> None:
    assert {f"kind.{name}": kind.meaning for name, kind in KINDS.items()} == {
        key: texts["en"] for key, texts in SAYINGS.items() if key.startswith("kind.")
    }


SHEETS = (
    TICKETS,
    "Faktur;Tanggal;Total\nF1;01/02/2026;1.250\nF1;02/02/2026;12.500\nF2;03/02/2026;900\n",
    "order id,date,amount,foo\n1,2026-01-02,1.5,\n2,2026-01-03,2.25,\n",
    "Kapan,Apa\n2026-01-02 10:00,buka\n2026-01-02 11:00,tutup\n",
    "Ticket,Created,Closed,Customer\nA1,2026-01-02,2026-01-03,none\nA2,2026-01-02,,none\nA3,2026-01-05,,none\n",
)


@pytest.mark.parametrize("sheet", SHEETS)
def test_an_indonesian_guess_differs_in_its_words_only(tmp_path: Path, sheet: str) -> None:
    path = write(tmp_path, sheet)
    ours, theirs = guess(path, OPTIONS, "id"), guess(path, OPTIONS, "en")
    assert tomllib.loads(ours.text) == tomllib.loads(theirs.text)
    assert len(ours.text.splitlines()) == len(theirs.text.splitlines())
    assert len(ours.unsure) == len(theirs.unsure)
    pairs = list(zip(ours.text.splitlines(), theirs.text.splitlines(), strict=True))
    told = [(one, other) for one, other in pairs if "#" in one]
    assert told
    words = [one for one, other in told if one == other and re.search("[a-z]{3}", one.partition("#")[2])]
    assert words == [], "a comment is in English"
    english = r"\b(guess|unsure|sure|likely|rows?|empty|different|dates|first|numbers|needed|not used|yours)\b"
    assert not [one for one, _ in told if re.search(english, one.partition("#")[2].replace("first_", ""), re.I)]


@pytest.mark.parametrize(
    ("dates", "written"),
    [
        (("01/11/2026 08.18.05", "02/11/2026 09.51.02"), 'date_format = "dmy"   # UNSURE'),
        (("30/09/2026 08.18.05", "01/10/2026 09.51.02"), 'date_format = "dmy"   # day first'),
        (("09/30/2026 08.18.05", "10/01/2026 09.51.02"), 'date_format = "mdy"   # month first'),
        (("30.09.2026, 08.18", "01.10.2026, 09.51"), 'date_format = "dmy"   # day first'),
        (("01 Nov 2026 08.18.05", "02 Nov 2026 09.51.02"), 'date_format = "auto"   # the months are named'),
        (("2026-11-01 08.18.05", "2026-11-02 09.51.02"), 'date_format = "ymd"   # as'),
        (("Senin, 30/09/2026 08.18.05", "Selasa, 01/10/2026 09.51.02"), 'date_format = "dmy"   # day first'),
    ],
)
def test_a_clock_with_dots_is_no_date_that_proves_which_comes_first(
    tmp_path: Path, dates: tuple[str, str], written: str
) -> None:
    rows = "".join(f"T{n};{date}\n" for n, date in enumerate(dates))
    assert written in guess(write(tmp_path, f"Nomor Tiket;Tanggal Dibuat\n{rows}"), OPTIONS).text


@pytest.mark.parametrize(
    ("dates", "instant"),
    [
        (("17 Agustus 2026", "3 Mei 2026"), "2026-08-17T00:00+07:00"),
        (("17 Agu 2026 09.30", "3 Des 2026 10.00"), "2026-08-17T09:30+07:00"),
        (("Senin, 17 Agustus 2026 pukul 09.30", "Minggu, 3 Mei 2026 pukul 10.00"), "2026-08-17T09:30+07:00"),
        (("Aug 17, 2026 9:30 AM", "May 3, 2026 10:00 PM"), "2026-08-17T09:30+07:00"),
        (("17-Aug-26", "3-May-26"), "2026-08-17T00:00+07:00"),
    ],
)
def test_of_dates_that_name_their_months_the_guess_says_so(
    tmp_path: Path, dates: tuple[str, str], instant: str
) -> None:
    """They are read alike whatever the date_format: neither year nor day first is anything to believe of them."""
    rows = "".join(f"T{n};{date}\n" for n, date in enumerate(dates))
    path = write(tmp_path, f"Nomor Tiket;Tanggal Dibuat\n{rows}")
    guessed = guess(path, OPTIONS)
    assert "dates, months named" in guessed.text
    assert "first" not in guessed.text
    for style in ("auto", "ymd", "dmy", "mdy"):
        opened = read_path(path, guessed.text.replace('"auto"', f'"{style}"')).events("opened")
        assert micros(opened[0]) == at(instant)


def test_a_named_month_beside_numbers_leaves_the_question_to_the_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path, "Nomor Tiket,Tanggal Dibuat,Tanggal Selesai\nT1,17 Agu 2026,18/08/2026\nT2,18 Agu 2026,19/08/2026\n"
    )
    assert 'date_format = "dmy"   # day first' in guess(path, OPTIONS).text


@pytest.mark.parametrize("date", ["30.09.2026", "2026.09.30", "30/09/2026", "30 September 2026"])
def test_a_date_with_dots_is_no_clock(tmp_path: Path, date: str) -> None:
    """Nor a number: neither it nor the clock beside it was found."""
    path = write(tmp_path, f"No Tiket;Tanggal;Jam;Status\n1;{date};08:18;Baru\n2;{date};09:51;Baru\n")
    guessed = guess(path, OPTIONS)
    assert columns(guessed)["opened_at"] == ("Tanggal", "Jam")
    assert micros(read_path(path, guessed.text).events("opened")[0]) == at("2026-09-30T08:18+07:00")


def test_the_status_of_orders_is_found_on_their_lines(tmp_path: Path) -> None:
    """Without it what was cancelled counts as sold."""
    sheet = (
        "No. Pesanan,Status Pesanan,Waktu Pesanan Dibuat,SKU,Nama Produk,Harga Awal,Harga Setelah Diskon,Jumlah\n"
        "A1,Selesai,2026-11-02 10:00,S1,Topi rajut,40.000,35.000,1\nA1,Selesai,2026-11-02 10:00,S2,Sandal,40.000,35.000,2\n"
        "A2,Batal,2026-11-03 10:00,S1,Topi rajut,40.000,35.000,1\n"
    )
    guessed = guess(write(tmp_path, sheet), OPTIONS)
    found = columns(guessed)
    assert guessed.kind == "order_lines"
    assert (found["status"], found["unit_price"]) == (("Status Pesanan",), ("Harga Setelah Diskon",))
    assert '"Batal" = "cancelled"' in guessed.text


@pytest.mark.parametrize("product", ["", "SKU,Nama Produk,Jumlah,"])
def test_who_cancelled_is_found_on_orders_and_on_their_lines(tmp_path: Path, product: str) -> None:
    """Without it every cancellation counts as the seller's."""
    told = "S1,Topi rajut,1," if product else ""
    sheet = (
        f"No. Pesanan,Status Pesanan,Dibatalkan Oleh,Waktu Pesanan Dibuat,{product}{'Harga Satuan' if product else 'Total Pembayaran'}\n"
        f"A1,Selesai,,2026-11-02 10:00,{told}35000\nA2,Batal,Pembeli,2026-11-03 10:00,{told}35000\n"
        f"A3,Batal,Penjual,2026-11-03 10:00,{told}35000\nA4,Batal,Sistem,2026-11-03 10:00,{told}35000\n"
    )
    path = write(tmp_path, sheet)
    guessed = guess(path, OPTIONS)
    assert guessed.kind == ("order_lines" if product else "orders")
    assert [row["cancelled_by"] for row in read_path(path, guessed.text).rows("orders")] == [
        None, "customer", "seller", "system",
    ]  # fmt: skip


def test_of_a_workbook_the_sheet_people_see_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bulanan.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, row in (
            ("_cfg", ["kunci", "nilai"]),
            ("November", ["T-1", "2026-11-03 09:00"]),
            ("Oktober", ["T-2", "2026-10-03 09:00"]),
        ):
            page = workbook.add_worksheet(name)
            page.write_row(0, 0, ["Nomor Tiket", "Tanggal Dibuat"])
            page.write_row(1, 0, row)
            if name == "_cfg":
                page.hide()
        workbook.get_worksheet_by_name("November").activate()
    guessed = guess(path, OPTIONS)
    assert parse_mapping(guessed.text).shape.sheet == "November"
    assert any("'Oktober'" in doubt for doubt in guessed.unsure)
    result = read_path(path, guessed.text)
    assert [row["conversation_id"] for row in result.rows("conversations")] == ["T-1"]
    unnamed = guessed.text.replace('sheet = "November"', "# any")
    assert [row["conversation_id"] for row in read_path(path, unnamed).rows("conversations")] == ["T-1"]


@pytest.mark.parametrize(("long", "unsure"), [("1:02:10", False), ("59:10", True)])
def test_two_parts_of_a_call_s_length_are_minutes_and_seconds(tmp_path: Path, long: str, unsure: bool) -> None:
    """Read as hours they were sixty times too long; where no value has three parts the guess says that it is one."""
    sheet = f"ID Panggilan;Mulai Panggilan;Lama Bicara;Agen\nC1;2026-11-03 09:00;05:32;Sari\nC2;2026-11-03 10:00;{long};Budi\n"
    path = write(tmp_path, sheet)
    guessed = guess(path, OPTIONS)
    assert 'duration_clock = "mm:ss"' in guessed.text
    assert any("05:32" in doubt for doubt in guessed.unsure) == unsure
    first = read_path(path, guessed.text).events("message")[0]
    assert first["duration"] == 332 * 1_000_000


def test_a_comment_shows_numbers_as_they_are_written(tmp_path: Path) -> None:
    """Under a decimal comma 2.500 is two thousand five hundred: the comment said "from 2.5"."""
    sheet = "Kode Pesanan;Tanggal;Total\n" + "".join(f"P{n};{n + 1:02}/09/2026;{n + 2}.500\n" for n in range(28))
    path = tmp_path / "pesanan.csv"
    path.write_text(sheet)
    text = guess(path, OPTIONS).text
    assert "2.500" in text
    assert "29.500" in text
    assert "2.5 " not in text
