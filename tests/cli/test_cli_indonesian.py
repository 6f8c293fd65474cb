"""Who reads Indonesian reads it in errors, refused rows and help too; no text is left without one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from cli_runner import Ran, Tanggap, event, ndjson, run, talk
from message_sites import templates

from tanggap.cli.common import EXIT_CODES
from tanggap.cli.main import app
from tanggap.cli.words_help import EXITS, HELP, commands_of
from tanggap.core.indonesian import TEXTS, translated

SITES = templates()


def gaps(meant: str) -> list[int]:
    """Which of the filled in texts an Indonesian template uses."""
    found = re.findall(r"\{(\d?)\}", meant)
    return sorted(int(one) if one else number for number, one in enumerate(found, 1))


def test_every_text_of_an_error_and_every_reason_has_an_indonesian_one() -> None:
    assert {text: place for text, place in SITES.items() if text not in TEXTS} == {}
    assert len(SITES) > 350  # the search still finds them


def test_no_text_is_translated_that_nobody_says() -> None:
    assert set(TEXTS) - set(SITES) == set()


@pytest.mark.parametrize("text", TEXTS)
def test_a_translation_uses_what_is_filled_in_and_is_another_text(text: str) -> None:
    meant = TEXTS[text]
    assert gaps(meant) == list(range(1, text.count("{}") + 1))
    assert meant != text


def test_what_is_filled_in_keeps_its_place_and_is_translated_where_it_is_a_text() -> None:
    assert translated("'x' is unknown; one of a, b", "id") == "'x' tidak dikenal; salah satu dari a, b"
    assert translated("the headings line holds a NUL byte", "id") == "baris judul kolomnya memuat bita NUL"
    assert translated("a deadline is after A to B, for which calendar 'c' is laid out", "id").endswith(
        "after A to B, rentang kalender 'c' yang tersusun"
    )
    assert translated("what nobody says", "id") == "what nobody says"
    assert translated("is empty", "en") == "is empty"


# On the command line


def _helps() -> Iterator[str]:
    for command in commands_of(typer.main.get_command(app)):
        yield command.help
        yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))


def test_every_help_text_has_an_indonesian_one_and_none_is_left_over() -> None:
    shown = set(_helps()) | {"Show this message and exit."}
    assert shown - set(HELP) == set()
    assert set(HELP) - shown == set()
    assert set(EXITS) == set(EXIT_CODES)


def _main(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from tanggap.cli.main import main; main()", *arguments], capture_output=True, text=True,
        env={"PATH": "/usr/bin", "COLUMNS": "90", **environment}, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["score", "--lang", "id", "--help"], {"LC_ALL": "en_US.UTF-8"}),
        (["score", "--help"], {"TANGGAP_LANG": "id", "LC_ALL": "en_US.UTF-8"}),
        (["score", "--help"], {"LC_ALL": "id_ID.UTF-8"}),
    ],
)
def test_help_is_indonesian_by_option_variable_or_locale(arguments: list[str], environment: dict[str, str]) -> None:
    shown = _main(*arguments, **environment)
    assert "Menampilkan kartu skor" in shown
    assert "Hari terakhir periode" in shown
    assert "Tampilkan pesan ini" in shown
    assert "Contoh:" in shown


def test_help_is_english_for_who_asks_for_it() -> None:
    assert "Show the scorecard" in _main("score", "--lang=en", "--help", TANGGAP_LANG="id", LC_ALL="id_ID.UTF-8")


def failing(lake: Path, *more: object) -> Ran:
    return run("score", "--from", "kemarin", "--lake", lake, *more)


def test_an_error_is_told_in_the_language_of_option_variable_or_lake(
    tanggap: Tanggap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    assert tanggap("import", "events", ndjson(tmp_path / "e.ndjson", *talk("c1")), "--lake", lake).code == 0
    assert "is no date" in failing(lake).err or "cannot read" in failing(lake).err
    assert "tidak dapat membaca 'kemarin'" in failing(lake, "--lang", "id").err
    (lake / "tanggap.toml").write_text('[shop]\nlanguage = "id"\n')
    assert "Galat: tidak dapat membaca" in failing(lake).err
    assert "Error: cannot read" in failing(lake, "--lang", "en").err
    monkeypatch.setenv("TANGGAP_LANG", "en")
    assert "Error: cannot read" in failing(lake).err
    assert json.loads(failing(lake, "--json", "--lang", "id").err)["error"]["code"] == "usage"


def test_what_the_system_says_and_every_part_of_a_hint_is_indonesian_too(tmp_path: Path) -> None:
    assert "coba: lihat 'tanggap explain'" in run("explain", "nonsense", "--lang", "id").err
    sheet = tmp_path / "t.csv"
    sheet.write_text("Nomor Tiket,Masuk\n1,2026-03-02 09:00\n")
    nowhere = ("--map", tmp_path / "nowhere" / "m.toml", "--lake", tmp_path / "lake", "--lang", "id")
    failed = run("import", "csv", sheet, "--guess", *nowhere)
    assert (failed.code, failed.err.splitlines()[0]) == (2, "Galat: berkas atau folder itu tidak ada")


def test_a_refused_row_says_why_in_indonesian(tanggap: Tanggap, tmp_path: Path) -> None:
    lake, bad = tmp_path / "lake", {**event("c2", 0, "opened"), "kind": "opend"}
    tanggap("import", "events", ndjson(tmp_path / "e.ndjson", *talk("c1"), bad), "--lake", lake)
    assert "'opend' tidak dikenal; salah satu dari" in tanggap("doctor", "--lang", "id", "--lake", lake).out
    shown = " ".join(tanggap("doctor", "--quarantine", "--lang", "id", "--lake", lake).out.split())
    assert "'opend' tidak dikenal; salah" in shown
