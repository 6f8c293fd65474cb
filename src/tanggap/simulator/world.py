"""The shop's world as data: intents, channels, promises, prices and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

CHANNELS: Final = ("chat", "whatsapp", "email", "marketplace", "phone")
CHAT, WHATSAPP, EMAIL, MARKETPLACE, PHONE = range(5)
COMPLEXITIES: Final = ("simple", "medium", "complex")
PRIORITIES: Final = ("low", "normal", "high", "urgent")
LANGUAGES: Final = ("id", "en")
TIERS: Final = ("new", "regular", "vip")
TIER_SHARES: Final = (0.25, 0.65, 0.10)
FACTS: Final = ("order_number", "product", "city", "email")
BRAND: Final = "Rumah Tanggap"
BOT: Final = "bot-1"
TEAMS: Final = ("Garda Depan", "Surel & Eskalasi")
FRONT, BACK = 0, 1


@dataclass(frozen=True)
class Intent:
    """One thing customers want.

    ``share`` is its weight among arrivals. ``contained``, ``misled`` and ``asks_person`` are the chances that the bot
    solves it, believes it solved it with a wrong answer, or is asked for a person. ``buys_human``/``buys_bot`` and
    ``leaves_human``/``leaves_bot`` are the chances that the customer buys within 30 days, or leaves, after a good
    answer of a person or of the bot. ``basket`` multiplies what they then spend. ``urgent`` is the chance of a high
    priority. ``about_order`` says that it is about an order already placed.
    """

    key: str
    category: str
    complexity: str
    share: float
    contained: float
    misled: float
    asks_person: float
    buys_human: float
    buys_bot: float
    leaves_human: float
    leaves_bot: float
    basket: float = 1.0
    urgent: float = 0.05
    about_order: bool = True


INTENTS: Final = (
    Intent(
        "product_availability", "product", "simple", 7.5, 0.59, 0.05, 0.05, 0.34, 0.22, 0.02, 0.04, 1.0, 0.02, False
    ),
    Intent("product_question", "product", "simple", 6.5, 0.53, 0.08, 0.06, 0.32, 0.19, 0.02, 0.04, 1.1, 0.02, False),
    Intent("product_advice", "product", "medium", 4.0, 0.34, 0.09, 0.12, 0.42, 0.18, 0.02, 0.05, 1.6, 0.02, False),
    Intent("price_discount", "product", "simple", 6.0, 0.59, 0.05, 0.04, 0.30, 0.25, 0.02, 0.03, 0.9, 0.02, False),
    Intent("bulk_order", "product", "complex", 1.2, 0.10, 0.06, 0.30, 0.48, 0.12, 0.03, 0.12, 6.0, 0.20, False),
    Intent("order_status", "order", "simple", 13.0, 0.64, 0.04, 0.05, 0.12, 0.11, 0.03, 0.04, 1.0, 0.03),
    Intent("change_order", "order", "medium", 3.5, 0.35, 0.08, 0.14, 0.12, 0.08, 0.04, 0.07, 1.0, 0.15),
    Intent("cancel_order", "order", "simple", 4.0, 0.48, 0.06, 0.10, 0.10, 0.05, 0.08, 0.12, 1.0, 0.08),
    Intent("payment_failed", "order", "medium", 4.0, 0.38, 0.08, 0.14, 0.40, 0.24, 0.03, 0.08, 1.2, 0.15),
    Intent("payment_confirmation", "order", "simple", 3.5, 0.61, 0.04, 0.06, 0.14, 0.13, 0.02, 0.03, 1.0, 0.04),
    Intent("invoice_request", "order", "simple", 2.0, 0.64, 0.03, 0.05, 0.14, 0.13, 0.02, 0.02, 1.4, 0.02),
    Intent("shipping_cost", "delivery", "simple", 4.5, 0.66, 0.04, 0.03, 0.26, 0.24, 0.02, 0.03, 1.0, 0.01, False),
    Intent("delivery_late", "delivery", "medium", 8.5, 0.37, 0.09, 0.15, 0.10, 0.06, 0.08, 0.14, 1.0, 0.18),
    Intent("wrong_address", "delivery", "medium", 1.8, 0.32, 0.09, 0.18, 0.10, 0.07, 0.04, 0.08, 1.0, 0.25),
    Intent("lost_parcel", "delivery", "complex", 1.8, 0.11, 0.10, 0.28, 0.10, 0.03, 0.12, 0.30, 1.0, 0.45),
    Intent("damaged_parcel", "delivery", "complex", 2.6, 0.13, 0.09, 0.24, 0.12, 0.04, 0.10, 0.26, 1.0, 0.35),
    Intent("return_request", "return", "medium", 4.2, 0.37, 0.08, 0.14, 0.13, 0.08, 0.07, 0.12, 1.0, 0.10),
    Intent("refund_status", "return", "medium", 4.4, 0.40, 0.08, 0.16, 0.11, 0.08, 0.08, 0.14, 1.0, 0.18),
    Intent("exchange_size", "return", "medium", 2.6, 0.38, 0.07, 0.12, 0.16, 0.10, 0.04, 0.07, 1.0, 0.06),
    Intent("warranty_claim", "return", "complex", 1.8, 0.14, 0.09, 0.20, 0.12, 0.06, 0.07, 0.15, 1.2, 0.15),
    Intent("login_problem", "account", "simple", 3.0, 0.56, 0.06, 0.08, 0.18, 0.15, 0.02, 0.05, 1.0, 0.06, False),
    Intent("account_change", "account", "simple", 1.6, 0.54, 0.05, 0.08, 0.12, 0.11, 0.02, 0.03, 1.0, 0.03, False),
    Intent("loyalty_points", "account", "simple", 1.8, 0.58, 0.06, 0.06, 0.22, 0.18, 0.02, 0.03, 1.1, 0.02, False),
    Intent("complaint_product", "complaint", "complex", 3.0, 0.10, 0.08, 0.28, 0.10, 0.03, 0.14, 0.30, 1.0, 0.35),
    Intent("complaint_service", "complaint", "complex", 1.8, 0.06, 0.07, 0.40, 0.08, 0.02, 0.18, 0.36, 1.0, 0.40),
    Intent("fraud_report", "complaint", "complex", 0.9, 0.03, 0.04, 0.45, 0.06, 0.02, 0.15, 0.35, 1.0, 0.80, False),
)
FRAUD: Final = next(i for i, intent in enumerate(INTENTS) if intent.key == "fraud_report")
INTENT_NUMBER: Final = {intent.key: number for number, intent in enumerate(INTENTS)}


@dataclass(frozen=True)
class Channel:
    """How people behave on one channel.

    ``share`` of arrivals; ``hours`` 24 weights; ``weekend`` multiplies Saturday and Sunday. ``pickup`` is the median
    seconds until a free person reacts, ``spread`` its sigma (log-normal); ``customer_gap``/``agent_gap`` the median
    seconds between two messages; ``work`` the median seconds of an agent's act. ``patience`` is the mean seconds a
    customer waits in the queue (0: as long as it takes). ``fee`` is the channel's price a conversation (minor units).
    """

    share: float
    hours: tuple[float, ...]
    weekend: float
    bot: bool
    pickup: float
    spread: float
    customer_gap: float
    agent_gap: float
    work: float
    patience: float
    fee: int


_DAY = (
    0.6,
    0.35,
    0.2,
    0.15,
    0.2,
    0.5,
    1.0,
    1.6,
    2.6,
    3.6,
    4.0,
    3.9,
    3.6,
    3.7,
    3.8,
    3.7,
    3.5,
    3.2,
    3.3,
    4.0,
    4.4,
    3.8,
    2.4,
    1.2,
)
_OFFICE = (
    0.2,
    0.1,
    0.1,
    0.1,
    0.1,
    0.3,
    0.8,
    2.0,
    4.2,
    5.4,
    5.2,
    4.6,
    3.2,
    4.4,
    4.8,
    4.4,
    3.8,
    2.4,
    1.4,
    1.4,
    1.5,
    1.2,
    0.8,
    0.4,
)
_CALLS = (0, 0, 0, 0, 0, 0, 0, 0, 3.0, 5.2, 5.6, 5.0, 3.6, 4.6, 4.8, 4.4, 3.8, 3.0, 2.6, 2.4, 1.6, 0, 0, 0)

#: In the order of ``CHANNELS``. Bots answer three of the five.
CHANNEL: Final = (
    Channel(0.29, _DAY, 1.05, True, 35, 0.7, 40, 110, 360, 600, 0),
    Channel(0.29, _DAY, 1.00, True, 150, 0.9, 420, 330, 390, 0, 35_000),
    Channel(0.13, _OFFICE, 0.55, False, 7_000, 0.95, 12_600, 5_400, 540, 0, 2_000),
    Channel(0.22, _DAY, 1.15, True, 260, 0.9, 600, 420, 360, 0, 0),
    Channel(0.07, _CALLS, 0.60, False, 14, 0.6, 60, 60, 250, 210, 120_000),
)

#: Rates per minute, answer and conversation in minor units: before and after the change half-way.
AGENT_MINUTE: Final = (60_000, 66_000)
BOT_ANSWER: Final = (15_000, 12_000)

#: Promises in seconds of the working clock, by priority from low to urgent: first response by channel, next reply,
#: and resolution, longer by e-mail.
FIRST_RESPONSE: Final = {
    "chat": (300, 180, 120, 90),
    "whatsapp": (3_600, 1_800, 900, 600),
    "email": (57_600, 28_800, 14_400, 7_200),
    "marketplace": (7_200, 3_600, 1_800, 900),
    "phone": (90, 60, 60, 60),
}
NEXT_REPLY: Final = (14_400, 7_200, 3_600, 1_800)
RESOLUTION: Final = {
    "*": (14_400, 5_400, 3_600, 2_400),
    "email": (100_000, 57_600, 36_000, 18_000),
}
PAUSE_STATES: Final = ("pending", "on_hold")
SLA_POLICY: Final = "janji-layanan"

OFFICE, SERVICE = "kantor", "layanan"
_SERVICE_WEEK = {day: [["08:00", "22:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
#: Office hours have a lunch break, longer on Friday; the service desk is open every day.
WEEKS: Final[dict[str, dict[str, list[list[str]]]]] = {
    OFFICE: {
        **{day: [["08:00", "12:00"], ["13:00", "17:30"]] for day in ("mon", "tue", "wed", "thu")},
        "fri": [["08:00", "11:30"], ["13:00", "17:30"]],
        "sat": [["09:00", "13:00"]],
        "sun": [],
    },
    SERVICE: _SERVICE_WEEK,
}

#: National holidays of Indonesia (joint decree of three ministers); joint leave days are not among them.
_MOVING: Final = {
    2024: ("02-08", "02-10", "03-11", "03-29", "03-31", "04-10", "04-11", "05-09", "05-23", "06-17", "07-07", "09-16"),
    2025: ("01-27", "01-29", "03-29", "03-31", "04-01", "04-18", "04-20", "05-12", "05-29", "06-06", "06-27", "09-05"),
    2026: ("01-16", "02-17", "03-19", "03-21", "03-22", "04-03", "04-05", "05-14", "05-27", "05-31", "06-16", "08-25"),
}
_FIXED: Final = ("01-01", "05-01", "06-01", "08-17", "12-25")


def holidays(first: date, last: date) -> list[date]:
    """National holidays from ``first`` to ``last``; years before 2024 and after 2026 know the fixed dates only."""
    days = [
        date.fromisoformat(f"{year}-{day}")
        for year in range(first.year, last.year + 1)
        for day in sorted((*_FIXED, *_MOVING.get(year, ())))
    ]
    return [day for day in days if first <= day <= last]


@dataclass(frozen=True)
class ProductLine:
    """A line of products: its key, four tiers of product names from plain to fine, and the plain one's rupiah."""

    key: str
    names: tuple[str, str, str, str]
    price: int


LINES: Final = (
    ProductLine("batik", ("Kemeja Batik Harian", "Kemeja Batik Cap", "Kemeja Batik Premium", "Batik Tulis"), 149_000),
    ProductLine("hijab", ("Hijab Segi Empat", "Hijab Voal", "Hijab Silk", "Hijab Sutra"), 45_000),
    ProductLine("sepatu", ("Sandal Santai", "Sepatu Kanvas", "Sepatu Lari", "Sepatu Kulit"), 119_000),
    ProductLine("dapur", ("Wajan Baja", "Wajan Anti Lengket", "Set Panci", "Set Masak Granit"), 89_000),
    ProductLine("kopi", ("Kopi Robusta 200 g", "Kopi Gayo 200 g", "Kopi Toraja 200 g", "Kopi Luwak 100 g"), 48_000),
    ProductLine("gawai", ("Earphone Kabel", "TWS Basic", "TWS Pro", "Headphone ANC"), 79_000),
    ProductLine("perawatan", ("Sabun Sereh", "Serum Wajah", "Paket Perawatan", "Paket Perawatan Mewah"), 35_000),
    ProductLine("tas", ("Tas Kain", "Ransel Harian", "Ransel Laptop", "Tas Kulit"), 69_000),
)
TIER_PRICE: Final = (1.0, 1.7, 2.9, 5.2)
MARKETPLACES: Final = ("own_shop", "PasarKita", "TokoRaya", "LapakNusa")
HANDOFF_REASONS: Final = (
    "customer_request", "bot_failed", "out_of_scope", "anger", "safety", "reopened", "transfer", "escalation",
)  # fmt: skip
ESCALATED_TO: Final = ("supervisor", "warehouse", "finance")
