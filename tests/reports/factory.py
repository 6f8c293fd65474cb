"""A made-up shop's scorecards with realistic figures, for tests and for looking at."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tanggap.charts.formats import Language
from tanggap.core.periods import buckets, days_period, preceding
from tanggap.metrics.model import Better, Cell, MetricInfo, Scorecard, Status, Unit
from tanggap.reports.content import Report, Standing, StandingRow

ZONE = "Asia/Jakarta"
PERIOD = days_period(date(2026, 1, 1), date(2026, 3, 31), ZONE)
PREVIOUS = preceding(PERIOD, ZONE)
AS_OF = PERIOD.end

CHANNELS = ("chat", "whatsapp", "email", "marketplace", "phone")
TEAMS = ("Pesanan", "Pengembalian", "Pembayaran")
AGENTS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", None)
COMPLEXITIES = ("low", "medium", "high")
NAMES = {
    "agent": dict(
        zip(
            AGENTS[:-1],
            ("Sari Wulandari", "Budi Santoso", "Ayu Lestari", "Dewi Anggraini", "Rizky Pratama", "Putri Maharani",
             "Agus Salim", "Nur Hidayah", "Joko Susilo", "Maya Sari", "Fajar Nugroho"),
            strict=True,
        )
    )
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """One made-up figure: what it is called, its value now and before, its rows, half its interval, its target."""

    key: str
    family: str
    id: str
    en: str
    meaning_id: str
    meaning_en: str
    unit: Unit
    better: Better
    now: float | None
    before: float | None
    n: int
    half: float
    target: float | None = None
    maturing: int = 0
    dated_by: str = "resolved_at"


_H, _L, _N = Better.HIGHER, Better.LOWER, Better.NEITHER
# fmt: off
MADE: Sequence[Made] = (
    Made("bot_response_time", "chatbot", "Waktu respons bot, median", "Bot response time, median",
         "Dari pesan pelanggan pertama yang belum dijawab sampai jawaban bot.",
         "From the first unanswered customer message to the bot's answer.",
         Unit.SECONDS, _L, 2.4, 2.5, 31_204, 0.1, 5, 0, "answered_at"),
    Made("bot_resolution_rate", "chatbot", "Terselesaikan tanpa orang", "Solved without a person",
         "Percakapan bersama bot yang selesai tanpa balasan agen, tanpa permintaan bicara dengan orang yang "
         "terabaikan, dan tanpa pelanggan kembali untuk keperluan yang sama dalam 7 hari.",
         "Conversations the bot took part in, resolved, with no agent reply, no unanswered request for a person and no "
         "return of the customer with the same intent within 7 days.",
         Unit.SHARE, _H, 0.412, 0.386, 12_480, 0.0087, 0.40, 318),
    Made("bot_abandonment_rate", "chatbot", "Pergi begitu saja dari bot", "Left the bot",
         "Pelanggan berhenti menjawab sebelum ada jalan keluar.", "The customer left before there was a solution.",
         Unit.SHARE, _L, 0.081, 0.079, 12_480, 0.0048),
    Made("handoff_rate", "chatbot", "Dialihkan ke orang", "Handed to a person",
         "Percakapan bersama bot yang dialihkan.", "Conversations the bot took part in that were handed off.",
         Unit.SHARE, _N, 0.447, 0.471, 12_480, 0.0087),
    Made("interactions", "chatbot", "Percakapan", "Conversations",
         "Jumlah percakapan yang dibuka.", "How many conversations were opened.",
         Unit.COUNT, _N, 18_240, 17_655, 18_240, 0, None, 0, "opened_at"),
    Made("cost_per_interaction", "chatbot", "Biaya per percakapan", "Cost per conversation",
         "Jawaban bot, menit kerja agen dan biaya kanal, dibagi jumlah percakapan.",
         "Bot answers, agents' minutes and channel fees over conversations.",
         Unit.MONEY, _L, 432_155, 451_020, 18_240, 6_100, 450_000),
    Made("first_response_time", "ticket", "Respons pertama, median", "First response, median",
         "Dari pesan pertama pelanggan sampai balasan terbuka yang pertama.",
         "The customer's first message to the first public reply.",
         Unit.SECONDS, _L, 131, 158, 17_904, 4, 120, 12, "first_replied_at"),
    Made("first_response_time_p90", "ticket", "Respons pertama, persentil ke-90", "First response, 90th percentile",
         "Sembilan dari sepuluh pelanggan menunggu paling lama ini.", "Nine in ten customers wait at most this.",
         Unit.SECONDS, _L, 2_950, 2_710, 17_904, 160, 1_800, 12, "first_replied_at"),
    Made("resolution_time", "ticket", "Waktu penyelesaian, rata-rata (MTTR)", "Time to resolve, mean (MTTR)",
         "Dari dibuka sampai penyelesaian terakhir.", "Opened to last resolved.",
         Unit.SECONDS, _L, 41_040, 42_300, 15_877, 1_380, 43_200, 612),
    Made("sla_met_rate", "ticket", "SLA tercapai", "SLA met",
         "Target tercapai dari target yang hasilnya sudah diketahui; terlambat berarti meleset.",
         "Targets met of those whose outcome is known; answered late is missed.",
         Unit.SHARE, _H, 0.913, 0.928, 34_120, 0.003, 0.95, 841, "due_at"),
    Made("open_tickets", "ticket", "Tiket terbuka", "Open tickets",
         "Jumlah yang masih terbuka di akhir periode.", "The stock at the period's end.",
         Unit.COUNT, _L, 612, 548, 612, 0, 600, 0, "period end"),
    Made("created_tickets", "ticket", "Tiket masuk", "Created tickets",
         "Dibuka dalam periode.", "Opened in the period.",
         Unit.COUNT, _N, 18_240, 17_655, 18_240, 0, None, 0, "opened_at"),
    Made("resolved_tickets", "ticket", "Tiket selesai", "Resolved tickets",
         "Diselesaikan dalam periode.", "Resolved in the period.", Unit.COUNT, _N, 18_176, 17_702, 18_176, 0),
    Made("reopen_rate", "ticket", "Dibuka kembali", "Reopened",
         "Dibuka kembali dari yang selesai.", "Reopened of those resolved.",
         Unit.SHARE, _L, 0.062, 0.064, 15_877, 0.0038, 0.07, 96),
    Made("first_contact_resolution", "ticket", "Selesai di kontak pertama", "First contact resolution",
         "Selesai dengan satu agen, tanpa dibuka kembali, tanpa kembali dalam 7 hari.",
         "Resolved with one agent, no reopening and no return in 7 days.",
         Unit.SHARE, _H, 0.704, 0.701, 15_877, 0.0071),
    Made("tickets_handled", "ticket", "Tiket per hari kerja", "Tickets handled per day worked",
         "Percakapan yang dibalas agen, per hari kerja menurut jadwal.",
         "Conversations an agent replied to, per day worked from the shifts.", Unit.PER_DAY, _N, 18.2, 17.6, 682, 0.5),
    Made("messages_to_resolve", "ticket", "Pesan sampai selesai", "Messages to resolve",
         "Pesan pelanggan sampai selesai.", "Customer messages until resolved.",
         Unit.MEAN_COUNT, _L, 4.1, 4.2, 15_877, 0.05),
    Made("abandonment_rate", "ticket", "Menyerah dalam antrean", "Abandoned in the queue",
         "Pergi sebelum dijawab dari yang antre.", "Left before an answer of those queued.",
         Unit.SHARE, _L, None, None, 0, 0, 0.05),
    Made("csat", "survey", "CSAT", "CSAT", "Jawaban 4 dan 5 pada skala 1–5.", "Share of 4 and 5 on 1–5.",
         Unit.SHARE, _H, 0.841, 0.822, 3_980, 0.0114, 0.85, 40, "answered_at"),
    Made("ces", "survey", "CES", "CES", "Jawaban 4 dan 5 dikurangi 1 dan 2.", "Share of 4 and 5 less share of 1 and 2.",
         Unit.SCORE, _H, 48, 47, 2_117, 2.9, 45, 0, "answered_at"),
    Made("nps", "survey", "NPS", "NPS", "Jawaban 9 dan 10 dikurangi 0 sampai 6.", "Share of 9 and 10 less 0 to 6.",
         Unit.SCORE, _H, 32, 38, 1_204, 4.3, 35, 0, "answered_at"),
    Made("response_rate", "survey", "Yang menjawab survei", "Who answered",
         "Terjawab dari yang terkirim.", "Answered of those sent.", Unit.SHARE, _H, 0.236, 0.231, 16_870, 0.0064),
    Made("negative_feedback_rate", "shop", "Ulasan negatif", "Negative reviews",
         "Ulasan bintang 1–2 dari semua ulasan.", "1–2 stars of all reviews.",
         Unit.SHARE, _L, 0.047, 0.051, 2_904, 0.0077, 0.05, 0, "reviewed_at"),
    Made("repeat_sales", "shop", "Penjualan kepada pelanggan lama", "Sales to returning buyers",
         "Nilai pesanan pembeli yang pernah membeli.", "Value of orders by customers who had bought before.",
         Unit.MONEY, _H, 125_480_000_00 * 10, 118_200_000_00 * 10, 9_412, 3_900_000_00 * 10, None, 0, "ordered_at"),
    Made("cross_sell_rate", "shop", "Penjualan silang", "Cross-sell",
         "Pelanggan yang lalu membeli lini lain.", "Customers who then bought another product line.",
         Unit.SHARE, _H, 0.5, 0.25, 4, 0.4, None, 0, "ordered_at"),
)
# fmt: on


def infos() -> list[MetricInfo]:
    """What is known of every made-up figure."""
    return [
        MetricInfo(m.key, m.family, {"id": m.id, "en": m.en}, {"id": m.meaning_id, "en": m.meaning_en}, m.unit,
                   m.better, "conversation_facts", m.dated_by, ("channel", "team", "agent", "complexity"))
        for m in MADE
    ]  # fmt: skip


def _bounds(m: Made, value: float, half: float) -> tuple[float | None, float | None]:
    if not half:
        return None, None
    low, high = value - half, value + half
    return (max(low, 0.0), min(high, 1.0)) if m.unit == Unit.SHARE else (low, high)


def cell(m: Made, by: Mapping[str, str | None], bucket: int | None, factor: float, part: float) -> Cell:
    """The figure's cell scaled by ``factor`` for a group with ``part`` of the rows."""
    n = round(m.n * part)
    if m.now is None or n == 0:
        return Cell(m.key, by, bucket, None, 0, None, None, Status.NO_DATA, target=m.target)
    additive = m.unit == Unit.COUNT or m.key == "repeat_sales"
    scale = (part if additive else 1.0) * factor
    value = min(m.now * scale, 1.0) if m.unit == Unit.SHARE else m.now * scale
    before = None if m.before is None else m.before * (part if additive else 1.0)
    if m.unit == Unit.COUNT and m.key != "open_tickets":
        value, n = float(round(value)), round(value)
    half = 0.0 if m.unit == Unit.COUNT else m.half / math.sqrt(max(part, 1e-6)) * (part if additive else 1.0)
    low, high = _bounds(m, value, half)
    change = None if before is None else value - before
    spread = half * 1.4 if half else (math.sqrt(value + (before or 0)) * 1.96 if before else 0.0)
    return Cell(
        m.key, by, bucket, value, n, low, high, Status.OK if n >= 5 else Status.TOO_FEW, round(m.maturing * part),
        before, n if before is not None else 0, change,
        None if change is None else change - spread, None if change is None else change + spread,
        None if change is None else abs(change) > spread, m.target,
        None if m.target is None or m.better == Better.NEITHER else (value >= m.target) == (m.better == Better.HIGHER),
    )  # fmt: skip


def card(cells: Sequence[Cell], by: Sequence[str] = (), grain: str | None = None) -> Scorecard:
    """A scorecard of the made-up shop that holds ``cells``."""
    return Scorecard(infos(), PERIOD, PREVIOUS, ZONE, grain, by, AS_OF, "IDR", cells)


def overall() -> Scorecard:
    """The whole desk."""
    return card([cell(m, {}, None, 1.0, 1.0) for m in MADE])


def broken_down(column: str, values: Sequence[str | None], seed: int = 7) -> Scorecard:
    """Every figure by the values of one column, of very different sizes."""
    chance = random.Random(seed + len(values))
    weights = [chance.uniform(0.02, 1.0) for _ in values]
    parts = [weight / sum(weights) for weight in weights]
    cells = []
    for m in MADE:
        for value, part in zip(values, parts, strict=True):
            real = chance.choice((0.0, 0.0, 0.0, 0.12)) * chance.choice((-1, 1))
            noise = chance.gauss(0, 0.5) * (m.half / m.now if m.now else 0) / math.sqrt(part)
            cells.append(cell(m, {column: value}, None, max(0.05, 1 + real + noise), part))
    return card(cells, (column,))


def weekly(gap: int = 5) -> Scorecard:
    """Every figure week by week, with week number ``gap`` missing."""
    chance, spans = random.Random(3), list(buckets(PERIOD, "week", ZONE))
    cells = []
    for m in MADE:
        for index, span in enumerate(spans):
            if index == gap:
                continue
            part = span.days / PERIOD.days
            drift = ((m.now or 0) - (m.before or 0)) / (m.now or 1) * (index / len(spans) - 0.5)
            noise = chance.gauss(0, 0.5) * (m.half / m.now if m.now else 0) / math.sqrt(part)
            made = replace(m, before=None if m.before is None else m.before * (1 + chance.gauss(0, 0.03)))
            one = cell(made, {}, span.start, 1 + drift + noise, 1.0 if m.key == "open_tickets" else part)
            cells.append(replace(one, maturing=round(m.maturing * 2 ** (index - len(spans)))))
    return card(cells, (), "week")


STANDING = (
    StandingRow({"id": "Tingkat respons pesan dalam 7 hari", "en": "Messages answered over 7 days"}, 0.934, 0.90,
                Better.HIGHER, Standing.PASS, {"id": "masih boleh 12 pesan tak terjawab minggu ini",
                "en": "12 more unanswered messages this week"}, date(2025, 6, 1)),
    StandingRow({"id": "Rata-rata waktu respons dalam 7 hari", "en": "Mean response over 7 days"}, 342, 300,
                Better.LOWER, Standing.FAIL, {"id": "perlu 42 detik lebih cepat", "en": "42 seconds too slow"},
                date(2025, 6, 1), Unit.SECONDS),
    StandingRow({"id": "Pesanan cacat", "en": "Order defect rate"}, 0.0062, 0.01, Better.LOWER, Standing.PASS,
                {"id": "masih boleh 7 pesanan", "en": "7 more orders"}, date(2024, 1, 1)),
    StandingRow({"id": "Terkirim tepat waktu", "en": "On-time delivery"}, None, 0.99, Better.HIGHER, Standing.NO_DATA,
                {"id": "", "en": ""}, None),
)  # fmt: skip

DISTRIBUTIONS = {
    "nps": list(zip(map(str, range(11)), (31, 9, 14, 21, 28, 74, 86, 141, 166, 248, 386), strict=True)),
    "csat": list(zip("12345", (212, 141, 280, 1204, 2143), strict=True)),
    "ces": list(zip("12345", (128, 170, 410, 702, 707), strict=True)),
}

DOCTOR = {
    "id": ("37 baris dari 3 berkas ada di karantina (0,2 %); 21 di antaranya tanggal yang tidak terbaca.",
           "Tidak ada peristiwa dari 9 Feb 01.00 sampai 9 Feb 06.30 WIB."),
    "en": ("37 rows of 3 files are in quarantine (0.2 %); 21 of them are dates that cannot be read.",
           "No events from 9 Feb 01:00 to 9 Feb 06:30 WIB."),
}  # fmt: skip


def report(language: Language = "id") -> Report:
    """The whole made-up report."""
    lang = language
    return Report(
        title={"id": "Laporan layanan pelanggan", "en": "Customer service report"}[lang],
        shop_name="Toko Melati", language=lang, generated_at=AS_OF + 3_600_000_000, overall=overall(),
        by={
            "channel": broken_down("channel", CHANNELS), "team": broken_down("team", TEAMS),
            "agent": broken_down("agent", AGENTS), "complexity": broken_down("complexity", COMPLEXITIES),
        },
        trend=weekly(), distributions=DISTRIBUTIONS, standing=STANDING, doctor=DOCTOR[lang], names=NAMES,
    )  # fmt: skip


def empty_report(language: Language = "id") -> Report:
    """A report of a shop in which nothing happened."""
    nothing = [Cell(m.key, {}, None, None, 0, None, None, Status.NO_DATA) for m in MADE]
    full = report(language)
    return replace(full, overall=card(nothing), by={}, trend=None, distributions={}, standing=(), doctor=())
