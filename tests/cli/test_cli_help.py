"""The commands as a stranger meets them: help, exit codes, docs, words."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import Tanggap

from tanggap.cli import words
from tanggap.cli.common import EXIT_CODES
from tanggap.cli.main import COMMANDS
from tanggap.cli.reference import markdown, parameters
from tanggap.core import errors

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pyarrow", "numpy", "duckdb", "ibis", "deltalake", "babel", "scipy", "jinja2", "vl_convert")


def test_help_comes_without_heavy_libraries() -> None:
    script = (
        "import sys\nsys.argv = ['tanggap', '--help']\nfrom tanggap.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "loaded: []" in done.stderr
    assert "Exit codes" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_lake_and_json(name: str, tanggap: Tanggap) -> None:
    shown = tanggap(name, "--help")
    assert shown.code == 0
    assert f"Example: tanggap {name}" in " ".join(shown.out.split())
    assert "--json" in shown.out
    assert "--lake" in shown.out


def test_help_lists_every_exit_code_that_an_error_can_have(tanggap: Tanggap) -> None:
    shown = re.sub(r"\s+", " ", tanggap("--help").out)
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.TanggapError)
    }
    assert codes <= set(EXIT_CODES)
    for code, meaning in EXIT_CODES.items():
        assert f" {code} {meaning}" in shown


def test_docs_are_those_of_the_commands() -> None:
    assert (ROOT / "docs" / "CLI.md").read_text(encoding="utf-8") == markdown(), "run: make docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_with_words(name: str) -> None:
    section = markdown().split(f"## tanggap {name}\n")[1].split("\n## ")[0]
    for parameter in parameters(COMMANDS[name].command):
        assert parameter.info.help
        assert all(spelling in section for spelling in parameter.spellings)


def test_an_unknown_command_and_no_command_are_usage_errors(tanggap: Tanggap) -> None:
    assert tanggap("nope").code == 2
    assert tanggap().code == 2


def test_version_is_told(tanggap: Tanggap) -> None:
    assert re.fullmatch(r"tanggap \d+\.\d+\.\d+\n", tanggap("--version").out)


# The catalogue of words


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", words.WORDS)
def test_words_come_in_both_languages_with_the_same_blanks(key: str) -> None:
    texts = words.WORDS[key]
    assert set(texts) == {"id", "en"}
    assert all(text.strip() for text in texts.values())
    assert placeholders(texts["id"]) == placeholders(texts["en"])


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    """A key is used if it stands somewhere as a whole, or if its head is put together with a tail that does."""
    texts: set[str] = set()
    said: set[str] = set()
    heads = {"find.", "fix.", "unit.", "better.", "grain."}
    for path in (ROOT / "src" / "tanggap").rglob("*.py"):
        if path.parent.name == "cli" and path.name.startswith("words"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.Call) and node.args and "cli" in path.parts:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                first = node.args[0]
                if name in ("say", "note") and isinstance(first, ast.Constant):
                    said.add(str(first.value))
                if (
                    name in ("say", "note")
                    and isinstance(first, ast.JoinedStr)
                    and isinstance(first.values[0], ast.Constant)
                ):
                    heads.add(str(first.values[0].value))
    assert said <= set(words.WORDS)
    composed = {
        key for key in words.WORDS for head in heads if key.startswith(head) and key.removeprefix(head) in texts
    }
    assert set(words.WORDS) - texts - composed == set()


def test_the_language_is_asked_for_else_the_lakes_else_the_computers(
    tanggap: Tanggap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    assert "Next:" in tanggap("init", "--lake", lake).out
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    assert "Semua ukuran" in tanggap("explain", "--lake", lake).out
    settings = lake / "tanggap.toml"
    settings.write_text(settings.read_text().replace('#language = "id"', 'language = "en"'))
    assert "Every figure" in tanggap("explain", "--lake", lake).out
    assert "Semua ukuran" in tanggap("explain", "--lake", lake, "--lang", "id").out
