"""A new lake and its settings."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from cli_runner import Tanggap

from tanggap.cli.init import settings_template
from tanggap.core.settings import Conventions, Measures, Settings, Shop, parse_settings

TEMPLATE = settings_template(name="Toko", timezone="Asia/Makassar", currency="idr")
UNCOMMENTED = re.sub(r"(?m)^#(?=[a-z\[])", "", TEMPLATE)


def test_an_untouched_template_changes_nothing_but_what_was_asked() -> None:
    assert parse_settings(TEMPLATE) == Settings(shop=Shop(name="Toko", timezone="Asia/Makassar", currency="IDR"))


def test_the_template_explains_every_setting_at_its_default() -> None:
    settings = parse_settings(UNCOMMENTED)
    assert settings.measures == Measures()
    assert settings.conventions == Conventions()
    for kind in (Shop, Measures, Conventions):
        for field in fields(kind):
            assert re.search(rf"(?m)^# .+(?:\n#.*)*\n#?{field.name} = ", TEMPLATE) or field.name == "name", field.name
    assert settings.calendars
    assert settings.sla
    assert settings.targets
    assert settings.csat_weights
    assert settings.standing
    assert settings.metrics_files


def test_names_with_quotes_and_backslashes_survive() -> None:
    name = 'Toko "Melati" \\ Kopi'
    assert parse_settings(settings_template(name=name, timezone="UTC", currency="USD")).shop.name == name


def test_init_makes_a_lake_and_refuses_to_overwrite_one(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = tmp_path / "a" / "lake"
    made = tanggap("init", "--lake", lake, "--name", "Toko Melati", "--json")
    assert made.code == 0
    assert Path(made.json["settings"]).read_text().count("Toko Melati") == 1
    before = (lake / "tanggap.toml").read_bytes()
    again = tanggap("init", "--lake", lake)
    assert again.code == 2
    assert (lake / "tanggap.toml").read_bytes() == before


@pytest.mark.parametrize("wrong", [("--timezone", "Asia/Nowhere"), ("--currency", "Rupiah")])
def test_init_with_an_impossible_value_makes_nothing(wrong: tuple[str, str], tanggap: Tanggap, tmp_path: Path) -> None:
    assert tanggap("init", "--lake", tmp_path / "lake", *wrong).code == 2
    assert not (tmp_path / "lake").exists()


def test_a_broken_settings_file_names_the_setting(tanggap: Tanggap, tmp_path: Path) -> None:
    (tmp_path / "tanggap.toml").write_text('[measures]\nreturn_days = "seven"\n')
    failed = tanggap("score", "--lake", tmp_path)
    assert failed.code == 2
    assert "return_days" in failed.err
    assert failed.out == ""
