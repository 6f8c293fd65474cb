"""The documentation says what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tanggap.metrics.catalog import catalog
from tanggap.records.tables.events import KINDS
from tanggap.reports.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_declares(name: str) -> None:
    page = (ROOT / "docs" / f"{name.upper()}.md").read_text(encoding="utf-8")
    assert page == PAGES[name](), f"run: python -m tanggap.reports.reference {name} > docs/{name.upper()}.md"


def test_every_figure_is_named_and_defined_in_both_languages() -> None:
    for metric in catalog().values():
        words = (metric.label_id, metric.label_en, metric.definition_id, metric.definition_en)
        assert all(word.strip() for word in words), metric.key
        assert metric.definition_id != metric.definition_en, metric.key


def test_every_kind_of_event_says_what_it_means() -> None:
    assert all(meaning for _, meaning in KINDS.values())


def test_the_readme_opens_with_the_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:30]
    assert any("make demo" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_package_is_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = {p.parent.name for p in (ROOT / "src" / "tanggap").glob("*/__init__.py")}
    assert {name for name in packages if f"`{name}/`" not in text} == set()


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    long = [
        str(path.relative_to(ROOT))
        for folder in ("src", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > 500
    ]
    assert long == []


def test_the_lock_names_no_address_and_no_place() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "/home/" not in lock
    assert "--hash=sha256:" in lock


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M))
    names = {re.split(r"[<>=!\[; ]", d, maxsplit=1)[0].lower().replace("_", "-") for d in declared}
    assert names - locked == set()
