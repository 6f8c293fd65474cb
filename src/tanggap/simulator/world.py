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


# fmt: off
INTENTS: Final = (
    Intent("product_availability", "product", "simple", 7.5, .74, .05, .05, .34, .22, .02, .04, 1.0, .02, False),
    Intent("product_question", "product", "simple", 6.5, .66, .08, .06, .32, .19, .02, .04, 1.1, .02, False),
    Intent("product_advice", "product", "medium", 4.0, .42, .09, .12, .42, .18, .02, .05, 1.6, .02, False),
    Intent("price_discount", "product", "simple", 6.0, .74, .05, .04, .30, .25, .02, .03, 0.9, .02, False),
    Intent("bulk_order", "product", "complex", 1.2, .12, .06, .30, .48, .12, .03, .12, 6.0, .20, False),
    Intent("order_status", "order", "simple", 13.0, .80, .04, .05, .12, .11, .03, .04, 1.0, .03),
    Intent("change_order", "order", "medium", 3.5, .44, .08, .14, .12, .08, .04, .07, 1.0, .15),
    Intent("cancel_order", "order", "simple", 4.0, .60, .06, .10, .10, .05, .08, .12, 1.0, .08),
    Intent("payment_failed", "order", "medium", 4.0, .48, .08, .14, .40, .24, .03, .08, 1.2, .15),
    Intent("payment_confirmation", "order", "simple", 3.5, .76, .04, .06, .14, .13, .02, .03, 1.0, .04),
    Intent("invoice_request", "order", "simple", 2.0, .80, .03, .05, .14, .13, .02, .02, 1.4, .02),
    Intent("shipping_cost", "delivery", "simple", 4.5, .82, .04, .03, .26, .24, .02, .03, 1.0, .01, False),
    Intent("delivery_late", "delivery", "medium", 8.5, .46, .09, .15, .10, .06, .08, .14, 1.0, .18),
    Intent("wrong_address", "delivery", "medium", 1.8, .40, .09, .18, .10, .07, .04, .08, 1.0, .25),
    Intent("lost_parcel", "delivery", "complex", 1.8, .14, .10, .28, .10, .03, .12, .30, 1.0, .45),
    Intent("damaged_parcel", "delivery", "complex", 2.6, .16, .09, .24, .12, .04, .10, .26, 1.0, .35),
    Intent("return_request", "return", "medium", 4.2, .46, .08, .14, .13, .08, .07, .12, 1.0, .10),
    Intent("refund_status", "return", "medium", 4.4, .50, .08, .16, .11, .08, .08, .14, 1.0, .18),
    Intent("exchange_size", "return", "medium", 2.6, .48, .07, .12, .16, .10, .04, .07, 1.0, .06),
    Intent("warranty_claim", "return", "complex", 1.8, .18, .09, .20, .12, .06, .07, .15, 1.2, .15),
    Intent("login_problem", "account", "simple", 3.0, .70, .06, .08, .18, .15, .02, .05, 1.0, .06, False),
    Intent("account_change", "account", "simple", 1.6, .68, .05, .08, .12, .11, .02, .03, 1.0, .03, False),
    Intent("loyalty_points", "account", "simple", 1.8, .72, .06, .06, .22, .18, .02, .03, 1.1, .02, False),
    Intent("complaint_product", "complaint", "complex", 3.0, .12, .08, .28, .10, .03, .14, .30, 1.0, .35),
    Intent("complaint_service", "complaint", "complex", 1.8, .08, .07, .40, .08, .02, .18, .36, 1.0, .40),
    Intent("fraud_report", "complaint", "complex", 0.9, .04, .04, .45, .06, .02, .15, .35, 1.0, .80, False),
)
# fmt: on
FRAUD: Final = next(i for i, intent in enumerate(INTENTS) if intent.key == "fraud_report")
INTENT_NUMBER: Final = {intent.key: number for number, intent in enumerate(INTENTS)}


@dataclass(frozen=True)
class Channel:
    """How people behave on one channel.

    ``share`` of arrivals; ``hours`` 24 weights; ``weekend`` multiplies Saturday and Sunday. ``pickup`` is the median
    seconds until a free person reacts, ``spread`` its sigma (log-normal); ``customer_gap``/``agent_gap`` the median
    seconds between two messages; ``work`` the median seconds of an agent's act. ``patience`` is the mean seconds a
    customer waits in the queue (0: as long as it takes). ``fee`` is the channel's price per conversation, in minor units.
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


_DAY = (.6, .35, .2, .15, .2, .5, 1.0, 1.6, 2.6, 3.6, 4.0, 3.9, 3.6, 3.7, 3.8, 3.7, 3.5, 3.2, 3.3, 4.0, 4.4, 3.8, 2.4, 1.2)
_OFFICE = (.2, .1, .1, .1, .1, .3, .8, 2.0, 4.2, 5.4, 5.2, 4.6, 3.2, 4.4, 4.8, 4.4, 3.8, 2.4, 1.4, 1.4, 1.5, 1.2, .8, .4)
_CALLS = (0, 0, 0, 0, 0, 0, 0, 0, 3.0, 5.2, 5.6, 5.0, 3.6, 4.6, 4.8, 4.4, 3.8, 3.0, 2.6, 2.4, 1.6, 0, 0, 0)

#: In the order of ``CHANNELS``. Bots answer three of the five.
CHANNEL: Final = (
    Channel(0.29, _DAY, 1.05, True, 35, 0.7, 40, 60, 75, 600, 0),
    Channel(0.29, _DAY, 1.00, True, 150, 0.9, 420, 330, 90, 0, 35_000),
    Channel(0.13, _OFFICE, 0.55, False, 8_400, 0.95, 12_600, 5_400, 330, 0, 2_000),
    Channel(0.22, _DAY, 1.15, True, 260, 0.9, 600, 420, 80, 0, 0),
    Channel(0.07, _CALLS, 0.60, False, 14, 0.6, 60, 60, 250, 210, 120_000),
)

#: Rates per minute, answer and conversation in minor units: before and after the change half-way.
AGENT_MINUTE: Final = (60_000, 66_000)
BOT_ANSWER: Final = (15_000, 12_000)

#: First response within (seconds) by channel and priority; resolution and next reply by priority. Working clock.
FIRST_RESPONSE: Final = {
    "chat": (300, 180, 120, 90),
    "whatsapp": (3_600, 1_800, 900, 600),
    "email": (57_600, 28_800, 14_400, 7_200),
    "marketplace": (7_200, 3_600, 1_800, 900),
    "phone": (90, 60, 60, 60),
}
NEXT_REPLY: Final = (28_800, 14_400, 7_200, 3_600)
RESOLUTION: Final = (144_000, 86_400, 57_600, 28_800)
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
    "customer_request", "bot_failed", "out_of_scope", "anger", "safety", "bot_down", "reopened", "transfer", "escalation",
)  # fmt: skip
ESCALATED_TO: Final = ("supervisor", "warehouse", "finance")
