"""What the words of closed columns mean, in English and Indonesian."""

from __future__ import annotations

from typing import Final

from tanggap.sources.csv.guessing.headings import plain


def _words(**meanings: str) -> dict[str, str]:
    return {plain(word): meant for meant, words in meanings.items() for word in words.split(",")}


STATUS: Final = _words(
    open="open, new, baru, terbuka, buka, dibuka, diproses, proses, dalam proses, sedang diproses, in progress, active,"
    " aktif, reopened, dibuka kembali, assigned, ditugaskan",
    pending="pending, tertunda, menunggu, menunggu pelanggan, menunggu balasan, waiting, waiting for customer",
    on_hold="on hold, hold, ditahan, ditunda",
    resolved="resolved, solved, selesai, diselesaikan, terselesaikan, beres, done, completed, tuntas, teratasi",
    closed="closed, ditutup, tutup, tertutup",
    spam="spam", test="test, tes, uji coba", deleted="deleted, dihapus", merged="merged, digabung, duplicate, duplikat",
)  # fmt: skip
CHANNEL: Final = _words(
    chat="chat, live chat, obrolan, web chat", whatsapp="whatsapp, wa, whats app", email="email, e-mail, surel",
    phone="phone, telepon, telp, call, panggilan", marketplace="marketplace, shopee, tokopedia, lazada, bukalapak,"
                        " tiktok"
    " shop, blibli, tiktok", web="web, website, form, formulir, situs", instagram="instagram, ig, dm instagram",
    facebook="facebook, fb, messenger", twitter="twitter, x", telegram="telegram",
)  # fmt: skip
PRIORITY: Final = _words(
    low="low, rendah", normal="normal, medium, sedang, biasa, menengah", high="high, tinggi, penting",
    urgent="urgent, mendesak, critical, kritis, darurat, sangat tinggi",
)  # fmt: skip
OUTCOME: Final = _words(
    answered="answered, agent, dijawab, terjawab, diangkat, connected, tersambung, berhasil",
    abandoned="abandoned, hang, hangup, ditinggalkan, terputus, tidak terjawab, tidak dijawab, no answer, missed,"
                        " putus,"
    " tidak diangkat",
    resolved="resolved, selesai, solved",
    other="phantom, busy, failed, sibuk, gagal",
)  # fmt: skip
ACTOR: Final = _words(
    customer="customer, pelanggan, pembeli, user, pengguna, in, incoming, inbound, masuk, client, visitor, konsumen,"
                        " buyer,"
    " requester, end user, nasabah",
    agent="agent, agen, admin, cs, out, outgoing, outbound, keluar, operator, staff, staf, penjual, seller, petugas,"
                        " toko,"
    " support",
    bot="bot, chatbot, robot, asisten virtual", system="system, sistem, automation, otomatis",
)  # fmt: skip
ACTIVITY: Final = _words(
    opened="opened, created, create, ticket created, dibuat, tiket dibuat, dibuka, buka, insert ticket, new",
    message="message, reply, replied, comment, balas, dibalas, pesan, komentar, public reply, balasan",
    note="note, internal note, catatan, catatan internal", queued="queued, antri, masuk antrian",
    assigned="assigned, assign, ditugaskan, ditangani, take in charge ticket, diambil, claimed",
    unassigned="unassigned, dilepas", handed_off="handed off, transferred, transfer, dialihkan, dipindahkan",
    escalated="escalated, escalate, eskalasi, dieskalasi, require upgrade",
    resolved="resolved, resolve, solved, resolve ticket, selesai, diselesaikan", closed="closed, close, ditutup, tutup",
    reopened="reopened, reopen, dibuka kembali, buka kembali", abandoned="abandoned, ditinggalkan, disconnect",
    status_changed="status changed, status, wait, menunggu", priority_changed="priority changed, assign seriousness",
)  # fmt: skip
ORDER_STATUS: Final = _words(
    placed="placed, baru, new, pending, menunggu pembayaran, belum dibayar, dipesan, diproses",
    paid="paid, dibayar, sudah dibayar, lunas, perlu dikirim", shipped="shipped, dikirim, dalam pengiriman,"
                        " sedang dikirim",
    delivered="delivered, diterima, selesai, completed, complete, tiba, terkirim",
    cancelled="cancelled, canceled, dibatalkan, batal", returned="returned, dikembalikan, retur, refund, pengembalian",
)  # fmt: skip
CANCELLED_BY: Final = _words(
    seller="seller, penjual, toko, admin, merchant, shop, kami",
    customer="customer, pembeli, pelanggan, buyer, user, pengguna, konsumen",
    system="system, sistem, otomatis, automatic, marketplace, platform, kurir, courier, shopee, tokopedia, lazada,"
    " tiktok",
)  # fmt: skip
SHIFT: Final = _words(
    work="work, kerja, masuk, hadir, pagi, siang, sore, malam, shift pagi, shift siang, shift malam, morning,"
                        " evening, night,"
    " regular, normal",
    leave="leave, cuti, izin, ijin, libur, off, vacation", sick="sick, sakit",
)  # fmt: skip

VOCABULARIES: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("tickets", "status"): STATUS,
    ("calls", "outcome"): OUTCOME,
    ("events", "kind"): ACTIVITY,
    ("messages", "actor_kind"): ACTOR,
    ("orders", "status"): ORDER_STATUS,
    ("order_lines", "status"): ORDER_STATUS,
    ("*", "cancelled_by"): CANCELLED_BY,
    ("shifts", "kind"): SHIFT,
    ("*", "channel"): CHANNEL,
    ("*", "priority"): PRIORITY,
}

#: Where an unknown word may stay as it is; in the other vocabularies it would be refused.
OPEN: Final = frozenset({"channel", "priority"})


def vocabulary(kind: str, field: str) -> dict[str, str] | None:
    """The known words of a field, or None for one without a vocabulary."""
    return VOCABULARIES.get((kind, field)) or VOCABULARIES.get(("*", field))
