"""What customers of a shop want: the one list of intents, and the model trained on the text packaged beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from typing import Final, Literal, NamedTuple

from tanggap.routing.signals.classifier import NOTHING, TextModel, train
from tanggap.routing.signals.shipped import shipped

Complexity = Literal["simple", "medium", "complex"]


@dataclass(frozen=True)
class IntentKind:
    """One thing customers want: its key, the category it falls back to, how hard it is, and its names."""

    key: str
    category: str
    complexity: Complexity
    label_id: str
    label_en: str


CATEGORIES: Final = ("product", "order", "delivery", "return", "account", "complaint", "general")
LANGUAGES: Final = ("id", "en")
INTENTS: Final = (
    IntentKind("product_availability", "product", "simple", "Ketersediaan barang", "Product availability"),
    IntentKind("product_question", "product", "simple", "Pertanyaan tentang barang", "Question about a product"),
    IntentKind("product_advice", "product", "medium", "Minta saran pilihan", "Advice on what to buy"),
    IntentKind("price_discount", "product", "simple", "Harga dan diskon", "Price and discounts"),
    IntentKind("bulk_order", "product", "complex", "Pesanan jumlah besar", "Bulk order"),
    IntentKind(
        "stock_notification", "product", "simple", "Kabari bila stok ada lagi", "Tell me when it is back in stock"
    ),
    IntentKind("size_guide", "product", "simple", "Panduan ukuran", "Size guide"),
    IntentKind("product_authenticity", "product", "simple", "Keaslian barang", "Is it genuine"),
    IntentKind("product_manual", "product", "medium", "Cara pakai dan perawatan", "How to use and care for it"),
    IntentKind("preorder", "product", "simple", "Pre-order", "Pre-order"),
    IntentKind("live_shopping", "product", "simple", "Belanja saat siaran langsung", "Live shopping"),
    IntentKind("gift_wrap", "product", "simple", "Bungkus kado", "Gift wrapping"),
    IntentKind("order_status", "order", "simple", "Status pesanan", "Order status"),
    IntentKind("change_order", "order", "medium", "Ubah pesanan", "Change an order"),
    IntentKind("cancel_order", "order", "simple", "Batalkan pesanan", "Cancel an order"),
    IntentKind("payment_failed", "order", "medium", "Pembayaran gagal", "Payment failed"),
    IntentKind("payment_confirmation", "order", "simple", "Konfirmasi pembayaran", "Payment confirmation"),
    IntentKind("invoice_request", "order", "simple", "Minta faktur", "Invoice request"),
    IntentKind("voucher_not_working", "order", "simple", "Voucher tidak bisa dipakai", "Voucher does not work"),
    IntentKind("installment_payment", "order", "simple", "Cicilan", "Paying in instalments"),
    IntentKind("cod_available", "order", "simple", "Bayar di tempat", "Cash on delivery"),
    IntentKind("payment_methods", "order", "simple", "Cara pembayaran", "Payment methods"),
    IntentKind("double_charge", "order", "medium", "Tertagih dua kali atau berlebih", "Charged twice or too much"),
    IntentKind("how_to_order", "order", "simple", "Cara memesan", "How to order"),
    IntentKind("shipping_cost", "delivery", "simple", "Ongkos dan lama kirim", "Shipping cost and time"),
    IntentKind("delivery_late", "delivery", "medium", "Kiriman terlambat", "Late delivery"),
    IntentKind("wrong_address", "delivery", "medium", "Alamat kirim salah", "Wrong delivery address"),
    IntentKind("lost_parcel", "delivery", "complex", "Paket hilang", "Lost parcel"),
    IntentKind("damaged_parcel", "delivery", "complex", "Paket rusak", "Damaged parcel"),
    IntentKind("track_courier", "delivery", "simple", "Resi dan lacak kurir", "Tracking number and courier"),
    IntentKind("change_delivery_time", "delivery", "medium", "Ubah waktu antar", "Change the delivery time"),
    IntentKind("pickup_order", "delivery", "simple", "Ambil sendiri", "Pick up in person"),
    IntentKind("return_request", "return", "medium", "Pengembalian barang", "Return request"),
    IntentKind("refund_status", "return", "medium", "Status pengembalian dana", "Refund status"),
    IntentKind("exchange_size", "return", "medium", "Tukar ukuran", "Exchange for another size"),
    IntentKind("warranty_claim", "return", "complex", "Klaim garansi", "Warranty claim"),
    IntentKind("return_policy", "return", "simple", "Syarat pengembalian", "Return policy"),
    IntentKind("wrong_item", "return", "medium", "Barang yang datang salah", "Wrong item received"),
    IntentKind("missing_item", "return", "medium", "Isi paket kurang", "Item missing from the parcel"),
    IntentKind("login_problem", "account", "simple", "Tidak bisa masuk akun", "Cannot log in"),
    IntentKind("account_change", "account", "simple", "Ubah data akun", "Change account details"),
    IntentKind("loyalty_points", "account", "simple", "Poin dan keanggotaan", "Loyalty points and membership"),
    IntentKind("delete_account", "account", "simple", "Hapus akun", "Delete the account"),
    IntentKind("privacy_data", "account", "complex", "Data pribadi", "Personal data"),
    IntentKind("newsletter_unsubscribe", "account", "simple", "Berhenti dikirimi promosi", "Stop promotional messages"),
    IntentKind("complaint_product", "complaint", "complex", "Keluhan mutu barang", "Complaint about a product"),
    IntentKind("complaint_service", "complaint", "complex", "Keluhan pelayanan", "Complaint about service"),
    IntentKind("fraud_report", "complaint", "complex", "Laporan penipuan", "Fraud report"),
    IntentKind("review_problem", "complaint", "medium", "Ulasan dan penilaian", "Reviews and ratings"),
    IntentKind("website_problem", "complaint", "medium", "Gangguan situs atau aplikasi", "Website or app problem"),
    IntentKind("opening_hours", "general", "simple", "Jam buka", "Opening hours"),
    IntentKind("store_location", "general", "simple", "Lokasi toko", "Store location"),
    IntentKind("job_application", "general", "simple", "Lowongan kerja", "Job application"),
    IntentKind("reseller_partnership", "general", "complex", "Reseller dan kerja sama", "Reselling and partnership"),
    IntentKind("compliment", "general", "simple", "Pujian", "Compliment"),
    IntentKind("greeting", "general", "simple", "Salam", "Greeting"),
    IntentKind("thanks_goodbye", "general", "simple", "Terima kasih dan pamit", "Thanks and goodbye"),
)
INTENT: Final = {intent.key: intent for intent in INTENTS}

#: Below this probability nothing is said; what is less likely is wrong more often than right on lines held out.
THRESHOLD: Final = 0.4
MODEL: Final = "intents.npz"

_HEADING: Final = re.compile(r"\[(\w+)\]")
_ALTERNATIVES: Final = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "product": {
        "id": (
            "kemeja batik", "hijab voal", "sepatu lari", "wajan anti lengket", "kopi gayo", "headphone", "serum wajah",
            "ransel", "panci", "sandal", "tws", "blender", "gamis", "dompet kulit", "lampu meja", "celana chino",
            "mukena", "rice cooker", "jaket", "botol minum", "sprei", "jam tangan", "produk ini", "barang ini",
        ),
        "en": (
            "batik shirt", "scarf", "running shoes", "non stick frying pan", "gayo coffee", "headphones", "face serum",
            "backpack", "pot set", "sandals", "earbuds", "blender", "dress", "leather wallet", "desk lamp", "chinos",
            "mug", "rice cooker", "jacket", "water bottle", "bed sheet", "watch", "this product", "item",
        ),
    },
    "order": {
        "id": ("TG-10482", "#88213", "INV/2025/0931", "no 55120", "TGP-7718", "ORD20931"),
        "en": ("TG-20417", "#71225", "INV/2025/1187", "no. 60331", "TGP-4402", "ORD31877"),
    },
    "city": {
        "id": ("Medan", "Surabaya", "Makassar", "Bandung", "Pontianak", "Jayapura", "Semarang", "Denpasar"),
        "en": ("Medan", "Surabaya", "Makassar", "Bandung", "Jakarta", "Bali", "Semarang", "Yogyakarta"),
    },
}  # fmt: skip
#: What people put before and after what they want; one of each pair is put around each line once more.
_AROUND: Final = {
    "id": (
        ("halo kak, ", ""), ("min ", " ya"), ("permisi, ", " makasih"), ("kak mau tanya ", ""), ("", " dong kak"),
        ("selamat siang, ", " terima kasih"), ("gan ", ""), ("maaf kak ", " gimana ya"), ("sis ", " tolong dibantu"),
        ("hai min mau nanya, ", " ya kak"),
    ),
    "en": (
        ("hi, ", ""), ("hello, ", " thanks"), ("good morning, ", ""), ("", " please"), ("hey ", " thank you"),
        ("sorry, ", " please help"), ("hi team, ", ""), ("excuse me, ", ""), ("dear admin, ", " kindly assist"),
        ("quick question: ", ""),
    ),
}  # fmt: skip
_BARE: Final = frozenset({"greeting", "thanks_goodbye", "compliment", NOTHING})


class Example(NamedTuple):
    """A line of the training text: what is said, its intent and language, and the number of the line it is made of."""

    text: str
    intent: str
    language: str
    line: int


def lines() -> Iterator[tuple[str, str, str]]:
    """The packaged training text as written: (line, intent, language).

    A line may hold slots, ``{product}``, and alternatives, ``(stok|persediaan)``. Texts far from any shop have the
    intent ``NOTHING``.
    """
    folder = files("tanggap.routing.signals") / "training" / "intents"
    for language in LANGUAGES:
        for category in (*CATEGORIES, "nothing"):
            intent = NOTHING
            for line in (folder / f"{category}.{language}.txt").read_text(encoding="utf-8").splitlines():
                heading = _HEADING.fullmatch(line)
                if heading:
                    intent = heading[1] if heading[1] != "nothing" else NOTHING
                else:
                    yield line, intent, language


def examples() -> list[Example]:
    """The training text spelt out: slots filled and alternatives chosen in turn.

    A line with alternatives gives as many texts as its longest list has; any other line gives itself and itself
    within a greeting or thanks.
    """
    found = []
    turns = {slot: count() for slot in _SLOTS}
    for number, (line, intent, language) in enumerate(lines()):
        texts = _chosen(line)
        if len(texts) == 1 and intent not in _BARE:
            before, after = _AROUND[language][number % len(_AROUND[language])]
            texts = [line, f"{before}{line}{after}"]
        for text in texts:
            filled = text
            for slot, fillings in _SLOTS.items():
                if f"{{{slot}}}" in text:
                    known = fillings[language]
                    filled = filled.replace(f"{{{slot}}}", known[next(turns[slot]) % len(known)])
            found.append(Example(filled, intent, language, number))
    return found


def _chosen(line: str) -> list[str]:
    """The line with its alternatives chosen in turn: each is used, and lists of the same length go hand in hand."""
    parts = [part.split("|") for part in _ALTERNATIVES.split(line)]
    return ["".join(part[turn % len(part)] for part in parts) for turn in range(max(map(len, parts)))]


def default_intents() -> TextModel:
    """The model that comes with Tanggap, both languages in one."""
    return shipped(MODEL)


def train_intents() -> TextModel:
    """Trains it of the packaged text; about ten seconds."""
    known = examples()
    return train(
        [example.text for example in known],
        [example.intent for example in known],
        groups=[example.line for example in known],
        min_texts=2,
        threshold=THRESHOLD,
    )
