# ruff: noqa: E501 - sheets stand here as they are, a row a line
"""Guessed mappings of survey sheets: questions as headings, answers in words, forms that ask for several things."""

from __future__ import annotations

from pathlib import Path

import pytest
from csv_samples import OPTIONS, read_path

from tanggap.sources.csv.guessing import GuessedMapping, guess
from tanggap.sources.csv.guessing.answers import in_words, worth
from tanggap.sources.csv.mapping import parse_mapping


def write(folder: Path, text: str) -> Path:
    path = folder / "form.csv"
    path.write_text(text)
    return path


def scale(guessed: GuessedMapping) -> tuple[str, str, str]:
    constants = parse_mapping(guessed.text).feeds[0].constants
    return constants["kind"], constants["scale_low"], constants["scale_high"]


@pytest.mark.parametrize(
    ("heading", "answers", "asked"),
    [
        ("Seberapa puas Anda dengan layanan kami?", (5, 1, 4), ("csat", "1", "5")),
        ("Bagaimana penilaian Anda terhadap petugas kami?", (5, 1, 4), ("csat", "1", "5")),
        ("How satisfied were you with our support?", (5, 1, 4), ("csat", "1", "5")),
        ("How satisfied were you with our support?", (10, 1, 8), ("csat", "1", "10")),
        ("Kepuasan", (5, 1, 4), ("csat", "1", "5")),
        ("Skor Kepuasan", (5, 1, 4), ("csat", "1", "5")),
        ("Skor", (5, 1, 4), ("csat", "1", "5")),
        ("NPS", (9, 0, 10), ("nps", "0", "10")),
        ("Skor NPS", (5, 3, 4), ("nps", "0", "10")),
        ("Seberapa besar kemungkinan Anda merekomendasikan kami kepada teman?", (9, 0, 10), ("nps", "0", "10")),
        ("How likely are you to recommend us to a friend?", (9, 0, 10), ("nps", "0", "10")),
        ("Seberapa mudah masalah Anda diselesaikan?", (5, 1, 7), ("ces", "1", "7")),
    ],
)
@pytest.mark.parametrize("instant", ["Cap waktu", "Stempel waktu", "Timestamp", "Tanggal"])
def test_a_question_as_a_heading_is_a_score(
    tmp_path: Path, heading: str, answers: tuple[int, ...], asked: tuple[str, str, str], instant: str
) -> None:
    rows = "".join(f"2026-06-1{n} 09:00:00,T{n},{answer},\n" for n, answer in enumerate(answers))
    path = write(tmp_path, f"{instant},Nomor Tiket,{heading},Komentar/Saran\n{rows}")
    guessed = guess(path, OPTIONS)
    assert (guessed.kind, scale(guessed)) == ("surveys", asked)
    found = read_path(path, guessed.text)
    assert [(row["conversation_id"], row["score"]) for row in found.rows("surveys")] == [
        (f"T{n}", answer) for n, answer in enumerate(answers)
    ]
    assert not found.bad


FORM = (
    "Cap waktu,Nomor Tiket,Seberapa puas Anda dengan layanan kami?,Seberapa besar kemungkinan Anda merekomendasikan kami?,Apa yang perlu kami perbaiki?\n"
    "13/06/2026 9:15:22,T1,Sangat puas,10,\n"
    "13/06/2026 9:20:01,T2,Puas,7,Kecepatan balasan di malam hari\n"
    "14/06/2026 8:00:00,T3,Tidak puas,0,Kurir\n"
    "14/06/2026 8:30:00,T4,Sangat tidak puas,2,\n"
    "14/06/2026 8:31:00,T5,Cukup,9,\n"
    "14/06/2026 8:32:00,T6,Belum menjawab,9,\n"
)


def test_answers_in_words_are_numbers_from_five_to_one_and_said_to_be_a_guess(tmp_path: Path) -> None:
    path = write(tmp_path, FORM)
    guessed = guess(path, OPTIONS, "id")
    assert parse_mapping(guessed.text).feeds[0].values["score"] == {
        "Sangat puas": "5", "Puas": "4", "Cukup": "3", "Tidak puas": "2", "Sangat tidak puas": "1",
    }  # fmt: skip
    assert "[values.score]   # BELUM PASTI: kata sebagai angka, dari 1 (terburuk) sampai 5 (terbaik)" in guessed.text
    assert '# "Belum menjawab" = ""   # 1 baris; BELUM PASTI' in guessed.text
    assert any("Seberapa puas" in doubt and "terburuk" in doubt for doubt in guessed.unsure)


def test_a_form_that_asks_two_kinds_of_questions_is_read_for_both(tmp_path: Path) -> None:
    path = write(tmp_path, FORM)
    result = read_path(path, guess(path, OPTIONS).text)
    answers = sorted((row["kind"], row["conversation_id"], row["score"]) for row in result.rows("surveys"))
    assert answers == [
        ("csat", "T1", 5), ("csat", "T2", 4), ("csat", "T3", 2), ("csat", "T4", 1), ("csat", "T5", 3),
        ("nps", "T1", 10), ("nps", "T2", 7), ("nps", "T3", 0), ("nps", "T4", 2), ("nps", "T5", 9), ("nps", "T6", 9),
    ]  # fmt: skip
    assert [(bad.line, bad.column) for bad in result.bad] == [(7, "Seberapa puas Anda dengan layanan kami?")]
    comments = [row["comment"] for row in result.rows("surveys") if row["comment"]]
    assert comments == ["Kecepatan balasan di malam hari", "Kurir"]


def test_two_questions_of_a_kind_are_told_and_only_the_first_is_read(tmp_path: Path) -> None:
    sheet = "Timestamp,How satisfied were you with our agent?,How satisfied were you with the delivery?\n"
    path = write(tmp_path, sheet + "2026-06-13 09:00:00,5,1\n2026-06-13 09:01:00,4,2\n")
    guessed = guess(path, OPTIONS)
    assert any("the delivery" in doubt and "[[also]]" in doubt for doubt in guessed.unsure)
    assert [row["score"] for row in read_path(path, guessed.text).rows("surveys")] == [5, 4]


def test_a_question_is_known_by_its_answers_where_its_words_are_unknown(tmp_path: Path) -> None:
    sheet = "Stempel waktu,Kecepatan,Bagaimana penilaian Saudara tentang petugas?\n"
    path = write(tmp_path, sheet + "2026-06-13 09:00:00,Baik,Sangat baik\n2026-06-13 09:01:00,Kurang baik,Baik\n")
    assert any("'Kecepatan'" in doubt and "[[also]]" in doubt for doubt in guess(path, OPTIONS).unsure)


def test_numbered_answers_are_read_as_they_are_numbered(tmp_path: Path) -> None:
    sheet = "Timestamp,Rating,Comments\n2026-06-13 09:00:00,5 - Very satisfied,\n2026-06-13 09:01:00,2 - Dissatisfied,slow\n"
    path = write(tmp_path, sheet)
    guessed = guess(path, OPTIONS)
    assert "worth" not in " ".join(guessed.unsure)
    table, field = ("surveys", "score") if guessed.kind == "surveys" else ("reviews", "stars")
    assert [row[field] for row in read_path(path, guessed.text).rows(table)] == [5, 2]


def test_the_score_of_a_ticket_may_be_in_words(tmp_path: Path) -> None:
    sheet = (
        "No Tiket,Tanggal Dibuat,Tanggal Selesai,Status,Kepuasan\nT1,2026-06-13 09:00,2026-06-13 10:00,Selesai,Puas\n"
        "T2,2026-06-13 09:00,2026-06-13 10:00,Selesai,Kecewa\nT3,2026-06-13 09:00,2026-06-13 10:00,Selesai,\n"
    )
    path = write(tmp_path, sheet)
    guessed = guess(path, OPTIONS)
    assert guessed.kind == "tickets"
    assert [row["score"] for row in read_path(path, guessed.text).rows("surveys")] == [4, 2]


def points(answers: str) -> str:
    found = worth(answers.split("|"))
    return "".join(str(found.get(answer, "?")) for answer in answers.split("|"))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("Sangat puas|Puas|Cukup|Tidak puas|Sangat tidak puas", "54321"),
        ("SANGAT PUAS|puas|Cukup puas|Kurang puas|Tidak puas", "54321"),
        ("Sangat puas|Puas|Netral|Kurang puas|Sangat kurang puas", "54321"),
        ("Sangat baik|Baik|Kurang baik|Tidak baik", "5421"),
        ("Sangat mudah|Mudah|Biasa saja|Sulit|Sangat sulit", "54321"),
        ("Sangat setuju|Setuju|Ragu-ragu|Tidak setuju|Sangat tidak setuju", "54321"),
        ("Very satisfied|Satisfied|Neutral|Dissatisfied|Very dissatisfied", "54321"),
        (
            "Very satisfied|Somewhat satisfied|Neither satisfied nor dissatisfied|Somewhat dissatisfied|Very dissatisfied",
            "54321",
        ),
        ("Extremely satisfied|Very satisfied|Somewhat satisfied|Not so satisfied|Not at all satisfied", "54321"),
        ("Excellent|Good|Average|Poor|Very poor", "54321"),
        ("Sangat puas|Puas|Cukup puas|Netral|Tidak puas", "54?32"),
        ("Sangat puas|Puas|Kurang puas|Tidak puas|Sangat tidak puas", "54?21"),
        ("Puas tapi lama|Tidak buruk|Belum tahu", "???"),
        ("5 - Sangat puas|4. Puas|3 (cukup)|2 bintang|★☆☆☆☆", "54321"),
    ],
)
def test_what_answers_in_words_are_worth_depends_on_those_beside_them(answers: str, expected: str) -> None:
    """What nobody could tell is left open, for it would be a wrong number."""
    assert points(answers) == expected


@pytest.mark.parametrize("answers", ["Selesai|Baru|Menunggu", "5|4|3", "Puas|Ayu|Budi", "2 kali|1 kali", "Baik"])
def test_other_words_are_no_answers(answers: str) -> None:
    assert not in_words(answers.split("|"))


def test_answers_of_nobody_named_that_were_given_on_one_day_are_all_kept(tmp_path: Path) -> None:
    """They were taken for one invitation whose answer had changed: of three answers one was left."""
    path = write(tmp_path, "Tanggal Survei,Kepuasan,Komentar\n2026-06-13,5,Bagus\n2026-06-13,1,Lama\n2026-06-13,5,\n")
    answers = read_path(path, guess(path, OPTIONS).text).rows("surveys")
    assert [row["score"] for row in answers] == [5, 1, 5]
    assert len({row["survey_id"] for row in answers}) == 3  # what the lake keeps one row of


def test_an_answer_that_came_later_is_still_that_of_its_invitation(tmp_path: Path) -> None:
    mapping = '[file]\nkind = "surveys"\n[columns]\nconversation_id = "No"\nsent_at = "Kirim"\nscore = "Skor"\n[constants]\nkind = "csat"\n'
    ids = set()
    for score in ("", "5", "4"):
        path = write(tmp_path, f"No,Kirim,Skor\nT1,2026-06-13,{score}\n")
        ids |= {row["survey_id"] for row in read_path(path, mapping).rows("surveys")}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("Tanggal Ulasan,Bintang\n2026-06-13,5\n2026-06-13,5\n2026-06-13,4\n", "1 of 3 rows"),
        ("Tanggal Survei,Kepuasan\n2026-06-13,5\n2026-06-13,5\n2026-06-13,5\n", "2 of 3 rows"),
        ("Tanggal Survei,No Tiket,Kepuasan\n2026-06-13,T1,5\n2026-06-13,T1,4\n", "1 of 2 rows"),
        ("Tanggal Survei,No Tiket,Kepuasan\n2026-06-13,T1,5\n2026-06-13,T2,5\n", ""),
        ("Tanggal Survei,ID Survei,Kepuasan\n2026-06-13,1,5\n2026-06-13,2,5\n", ""),
    ],
)
def test_rows_that_will_count_once_are_told(tmp_path: Path, sheet: str, told: str) -> None:
    doubts = [doubt for doubt in guess(write(tmp_path, sheet), OPTIONS).unsure if "count once" in doubt]
    assert [told in doubt for doubt in doubts] == ([True] if told else [])
