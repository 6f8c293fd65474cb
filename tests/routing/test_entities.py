"""Facts a customer has given: found, normalised, in their place; card numbers covered."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import SettingsError
from tanggap.routing.signals.entities import EntityRules, entities, facts_given, luhn, without_cards

TODAY = date(2026, 11, 22)
CARD = "4111 1111 1111 1111"  # the schemes' published test number


def _found(text: str, kind: str, rules: EntityRules | None = None) -> list[str]:
    return [entity.value for entity in entities(text, rules, today=TODAY) if entity.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("pesanan TG1000000042 mana", "order", "TG1000000042"),
        ("tg1000000042", "order", "TG1000000042"),
        ("order #88213", "order", "88213"),
        ("ke Budi.S@Mail.co.id ya", "email", "budi.s@mail.co.id"),
        ("hp 0812-3456-7890", "phone", "+6281234567890"),
        ("wa +62 812 3456 7890", "phone", "+6281234567890"),
        ("62 81234567890", "phone", "+6281234567890"),
        ("0811.2233.4455", "phone", "+6281122334455"),
        ("kantor 021-5551234", "phone", "+62215551234"),
        ("call +1 (415) 555-2671", "phone", "+14155552671"),
        ("harga Rp 150.000 kan", "money", "15000000 IDR"),
        ("Rp1.500.000,50", "money", "150000050 IDR"),
        ("kurang 150rb", "money", "15000000 IDR"),
        ("1,5 juta", "money", "150000000 IDR"),
        ("50 ribu rupiah", "money", "5000000 IDR"),
        ("20k aja", "money", "2000000 IDR"),
        ("$12.50", "money", "1250 USD"),
        ("1,234.50 usd", "money", "123450 USD"),
        ("kemarin", "date", "2026-11-21"),
        ("dikirim tgl 5", "date", "2026-11-05"),
        ("dikirim tanggal 3 mei 2026", "date", "2026-05-03"),
        ("on the 12th of May", "date", "2026-05-12"),
        ("tgl 12/05/2026 belum", "date", "2026-05-12"),
        ("tgl 5/6", "date", "2026-06-05"),
        ("tgl 30 belum", "date", "2026-10-30"),
        ("2026-11-03", "date", "2026-11-03"),
        ("3/11/2026", "date", "2026-11-03"),
        ("5 november", "date", "2026-11-05"),
        ("25 desember", "date", "2025-12-25"),
        ("Nov 7, 2025", "date", "2025-11-07"),
        ("3 hari yang lalu", "date", "2026-11-19"),
        ("2 days ago", "date", "2026-11-20"),
        ("no resi: 000123456789", "tracking", "000123456789"),
        ("JP1234567890 kok belum jalan", "tracking", "JP1234567890"),
        ("kirim ke Jl. Merdeka No. 10 RT 02/03, Bandung", "address", "Jl. Merdeka No. 10 RT 02/03, Bandung"),
        ("kartu 4111 1111 1111 1111", "card", "••••••••••••1111"),
    ],
)
def test_a_fact_is_found_and_normalised(text: str, kind: str, value: str) -> None:
    assert _found(text, kind) == [value]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5 km 20 kg", "money"), ("ukuran 42", "money"), ("2026-13-45", "date"), ("31/02/2026", "date"),
        ("jalan terus ga sih", "address"), ("4111 1111 1111 1112", "card"), ("2026-11-03", "phone"),
        ("resi nya mana", "tracking"), ("a@b", "email"), ("TG12", "order"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_fact_is_none(text: str, kind: str) -> None:
    assert _found(text, kind) == []


def test_without_today_a_date_says_what_is_left_out() -> None:
    assert [e.value for e in entities("kemarin, tgl 5, 5 november, hari ini")] == ["-1", "---05", "--11-05", "0"]


def test_order_numbers_and_products_are_the_shops_own() -> None:
    rules = EntityRules(order_patterns=(r"XY-\d{4}",), products=("Kopi Susu Aren", "Kopi"))
    assert _found("xy-1234 TG1000000042", "order", rules) == ["XY-1234"]
    assert _found("kopi  susu aren dan kopi", "product", rules) == ["Kopi Susu Aren", "Kopi"]
    assert _found("kopi", "product") == []


def test_amounts_are_counted_in_the_currencys_own_minor_units() -> None:
    assert _found("150rb", "money", EntityRules(currency="VND")) == ["150000 VND"]


def test_an_impossible_order_pattern_names_its_remedy() -> None:
    with pytest.raises(SettingsError, match="order_patterns"):
        entities("x", EntityRules(order_patterns=("(",)))


def test_a_card_number_is_covered_and_never_kept() -> None:
    text = f"kartu saya {CARD} exp 12/28"
    assert without_cards(text) == "kartu saya •••• •••• •••• 1111 exp 12/28"
    assert "4111" not in "".join(entity.value for entity in entities(text))
    assert "card" not in facts_given(entities(text))


def test_facts_given_are_listed_once_by_kind() -> None:
    found = entities("TG1000000042, a@b.co, TG1000000042, TG1000000043")
    assert facts_given(found) == {"order": ("TG1000000042", "TG1000000043"), "email": ("a@b.co",)}


def test_luhn_of_known_numbers() -> None:
    assert luhn("79927398713")
    assert not any(luhn(f"7992739871{digit}") for digit in "012456789")


PIECES = st.sampled_from(
    ["TG1000000042", "a@b.co", "0812 3456 7890", "Rp 1.000", "tgl 5", CARD, "resi ABC12345678", "Jl. Mawar 3", " ", ",",
     "99999999999999999999", "²³", "٣٤٥", "\u0660812345678", "1/1/1", "0/0/00", "٠٨١٢٣٤٥٦٧٨٩٠", "İ", "K"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.one_of(st.none(), st.just(TODAY)))
def test_any_text_gives_facts_that_lie_in_it_in_order_and_apart(text: str, today: date | None) -> None:
    end = 0
    for entity in entities(text, EntityRules(products=("Mawar",)), today=today):
        assert end <= entity.start < entity.end <= len(text)
        assert entity.value
        end = entity.end


@given(st.lists(PIECES).map("".join))
def test_covering_cards_keeps_the_length_and_leaves_no_card(text: str) -> None:
    covered = without_cards(text)
    assert len(covered) == len(text)
    assert not _found(covered, "card")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_written_day_is_read_as_that_day(day: date) -> None:
    for written in (day.isoformat(), f"{day.day}/{day.month}/{day.year}", f"{day.day} {day:%B} {day.year}"):
        assert _found(written, "date") == [day.isoformat()]


@given(st.integers(1_000, 999_999_999))
def test_a_written_amount_is_read_as_that_amount(rupiah: int) -> None:
    assert _found(f"Rp {rupiah:,}".replace(",", "."), "money") == [f"{rupiah * 100} IDR"]
