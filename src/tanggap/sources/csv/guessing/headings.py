"""What headings are called, in English and Indonesian, by kind of sheet and field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Wants = Literal["instant", "id", "text", "words", "integer", "money", "duration", "email", "phone", "long"]


@dataclass(frozen=True)
class Called:
    """A field's usual names; ``wants`` is what its values look like, ``tells`` how strongly it tells the kind.

    ``asks`` are words of the questions a form asks for it.
    """

    wants: Wants
    names: tuple[str, ...]
    tells: float = 1.0
    asks: tuple[str, ...] = ()


def _called(wants: Wants, names: str, tells: float = 1.0, asks: str = "") -> Called:
    return Called(wants, _list(names), tells, _list(asks))


def _list(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


_CUSTOMER: Final = {
    "customer_id": _called("id", "customer id, id pelanggan, kode pelanggan, id pembeli, customer, pelanggan, pembeli,"
                           " requester, user id, konsumen, username pembeli, username (pembeli), nasabah"),
    "customer_name": _called("text", "customer name, nama pelanggan, nama pembeli, nama konsumen, nama penerima, nama"),
    "customer_email": _called("email", "email, e mail, surel, alamat email, customer email, email pelanggan"),
    "customer_phone": _called("phone", "phone, telepon, no telepon, nomor telepon, no hp, nomor hp, hp, handphone,"
                              " whatsapp, no wa, nomor wa, telp, no telp"),
    "customer_city": _called("words", "city, kota, kota kabupaten, kabupaten, kota pembeli"),
    "customer_country": _called("words", "country, negara"),
}  # fmt: skip
_AGENT: Final = _called("text", "agent, agent id, agen, nama agen, id agen, petugas, assignee, resource, operator,"
                        " ditangani oleh, penanggung jawab, cs, nama cs, admin, staf, server, handled by, karyawan,"
                        " pegawai, nama karyawan, nama petugas, pic")  # fmt: skip
_ABOUT: Final = {
    "priority": _called("words", "priority, prioritas, urgensi, urgency, severity, seriousness, tingkat", 1.5),
    "channel": _called("words", "channel, saluran, kanal, source, sumber, via, media, marketplace, platform"),
    "category": _called("words", "category, kategori, jenis, tipe, type, klasifikasi, jenis keluhan, kategori keluhan"),
    "intent": _called("words", "intent, complaint type, topik, topic, maksud, masalah, reason, alasan"),
    "team": _called("words", "team, tim, divisi, department, departemen, group, grup, bagian, agency name, unit"),
    "brand": _called("words", "brand, merek, toko, nama toko, shop, store"),
    "subject": _called("long", "subject, subjek, judul, perihal, title"),
}  # fmt: skip
_TICKET_ID: Final = _called("id", "ticket id, ticket number, ticket no, ticket, nomor tiket, no tiket, id tiket,"
                            " kode tiket, tiket, case id, case number, nomor kasus, id kasus, no kasus,"
                            " conversation id,"
                            " id percakapan, unique key, request id, issue key, nomor pengaduan,"
                            " no pengaduan", 1.5)  # fmt: skip
_ORDER_ID: Final = _called("id", "order id, order number, order no, order, pesanan, nomor pesanan, no pesanan,"
                    " id pesanan,"
                           " invoice, invoice no, invoiceno, nomor invoice, no invoice, nomor faktur, no faktur,"
                           " nomor order, no order, nomor transaksi, id transaksi", 1.5)  # fmt: skip
_ORDER_STATUS: Final = _called("words", "status pesanan, order status, status")
_FATE: Final = {
    "promised_by": _called("instant", "promised by, janji kirim, batas kirim, estimasi tiba, due date"),
    "delivered_at": _called("instant", "delivered at, delivered, diterima, tanggal diterima, tiba, tanggal tiba,"
                            " waktu diterima"),
    "cancelled_at": _called("instant", "cancelled at, cancelled, dibatalkan, tanggal batal, tanggal dibatalkan,"
                            " waktu pembatalan, tanggal pembatalan"),
    "cancelled_by": _called("words", "cancelled by, canceled by, dibatalkan oleh, pembatal, pihak pembatal,"
                            " pembatalan oleh, cancel by, cancellation initiator"),
}  # fmt: skip
_ORDERED: Final = _called("instant", "order date, ordered at, tanggal pesanan, tanggal pesan, tanggal order,"
                    " invoice date,"
                          " invoicedate, tanggal transaksi, waktu pesanan, waktu pesanan dibuat, tanggal pembelian,"
                          " tanggal faktur, tanggal, date, created at, dibuat, waktu")  # fmt: skip
_MESSAGE_AT: Final = _called("instant", "timestamp, time, waktu, occurred at, complete timestamp, tanggal, date,"
                    " sent at,"
                             " dikirim, waktu kirim, created at, event time, waktu kejadian,"
                             " tanggal waktu")  # fmt: skip
_SCORE: Final = _called("integer", "score, skor, nilai, rating, penilaian, csat, nps, ces, nilai kepuasan, kepuasan,"
                        " jawaban, answer, skor kepuasan, tingkat kepuasan, kepuasan pelanggan, satisfaction,"
                        " satisfaction score, satisfaction rating, customer satisfaction, skor csat, skor nps,"
                        " skor ces, nilai csat, nilai nps, csat score, nps score, ces score",
                        asks="seberapa puas, seberapa mudah, seberapa baik, seberapa besar kemungkinan,"
                        " seberapa mungkin, apakah anda puas, merekomendasikan, bagaimana penilaian,"
                        " bagaimana pelayanan, penilaian anda, penilaian kamu, kepuasan anda, tingkat kepuasan,"
                        " pelayanan kami secara keseluruhan, beri nilai,"
                        " berikan nilai, beri penilaian, how satisfied, how happy, how easy, how likely,"
                        " how would you rate, how do you rate, please rate, rate your, rate our, recommend us,"
                        " overall satisfaction, overall experience, satisfied are you, satisfied were you",
                        )  # fmt: skip

SHEETS: Final[dict[str, dict[str, Called]]] = {
    "tickets": {
        "conversation_id": _TICKET_ID,
        "opened_at": _called("instant", "created at, created date, created, opened at, opened, dibuat, tanggal dibuat,"
                             " waktu dibuat, tanggal buat, tanggal masuk, tanggal tiket, open date, tanggal lapor,"
                             " tanggal buka, dibuka, waktu masuk, tanggal pengaduan, tanggal, date, waktu"),
        "first_reply_at": _called("instant", "first reply at, first reply, first response at, first response, balasan"
                                  " pertama, respon pertama, respons pertama, tanggapan pertama, dibalas, waktu balasan"
                                  " pertama, tanggal respon, first replied at, waktu respon pertama, ditanggapi", 2),
        "resolved_at": _called("instant", "resolved at, resolved date, resolved, solved at, solved, selesai, tanggal"
                               " selesai, waktu selesai, diselesaikan, tanggal penyelesaian, completed at", 2),
        "closed_at": _called("instant", "closed at, closed date, closed, ditutup, tanggal tutup, waktu ditutup, tanggal"
                             " ditutup, waktu tutup, tutup", 2),
        "updated_at": _called("instant", "updated at, updated, last updated, diperbarui, tanggal diperbarui, terakhir"
                              " diubah, pembaruan terakhir, last modified"),
        "status": _called("words", "status, state, keadaan, status tiket", 1.5),
        "agent_id": _AGENT,
        "score": _SCORE,
        "text": _called("long", "description, deskripsi, keluhan, isi, isi pesan, pesan, message, uraian, keterangan"),
        **_ABOUT, **_CUSTOMER,
    },
    "calls": {
        "conversation_id": _called("id", "call id, id panggilan, nomor panggilan, no panggilan, id call, uniqueid", 2),
        "opened_at": _called("instant", "call start, started at, vru entry, waktu panggilan, mulai panggilan, tanggal"
                             " panggilan, call time, jam panggilan, waktu masuk, tanggal, date, waktu, jam masuk"),
        "queued_at": _called("instant", "queue start, q start, queued at, mulai antri, masuk antrian, waktu antri,"
        " mulai"
                             " antrian", 2),
        "queue_exit_at": _called("instant", "queue exit, q exit, queue end, keluar antrian, selesai antri", 2),
        "queue_duration": _called("duration", "queue time, q time, wait time, wait, waktu tunggu, lama tunggu,"
        " lama antri,"
                                  " durasi antrian, durasi tunggu, waiting time", 2),
        "answered_at": _called("instant", "answered at, answered, answer time, ser start, service start, diangkat,"
        " waktu"
                               " diangkat, mulai bicara, dijawab, waktu dijawab", 2),
        "ended_at": _called("instant", "ended at, ended, end time, ser exit, service exit, berakhir, waktu berakhir,"
                            " selesai bicara, hangup time, waktu selesai"),
        "service_duration": _called("duration", "talk time, ser time, service time, duration, durasi, durasi bicara,"
        " lama"
                                    " bicara, durasi panggilan, lama panggilan, handle time, billsec", 2),
        "outcome": _called("words", "outcome, disposition, hasil, hasil panggilan, status panggilan, call status,"
        " status",
                           1.5),
        "agent_id": _AGENT,
        "queue": _called("words", "queue, antrian, nama antrian"),
        **_ABOUT, **_CUSTOMER,
    },
    "events": {
        "conversation_id": _TICKET_ID,
        "occurred_at": _MESSAGE_AT,
        "kind": _called("words", "activity, aktivitas, event, kejadian, action, aksi, kegiatan, event type,"
        " event kind", 3),
        "actor_id": _AGENT,
        "customer_id": _CUSTOMER["customer_id"],
        **_ABOUT,
    },
    "messages": {
        "conversation_id": _called("id", "conversation id, id percakapan, percakapan, chat id, id chat, ticket id,"
        " nomor"
                                   " tiket, no tiket, session id, thread id"),
        "occurred_at": _MESSAGE_AT,
        "actor_kind": _called("words", "role, peran, sender type, author type, direction, arah, jenis pengirim,"
        " pengirim,"
                              " sender, author, dari, from", 2.5),
        "actor_id": _called("text", "sender id, sender name, nama pengirim, author id, agent, agen, nama"),
        "text": _called("long", "text, message, pesan, isi pesan, isi, body, content, teks", 2),
        "private": _called("words", "private, internal, catatan internal, is private"),
        "channel": _ABOUT["channel"],
    },
    "orders": {
        "order_id": _ORDER_ID,
        "ordered_at": _ORDERED,
        "value": _called("money", "total, total harga, total bayar, total pembayaran, grand total, amount,"
        " nilai pesanan,"
                         " nilai, jumlah, jumlah bayar, total pesanan, order total, order value, total belanja,"
                         " revenue,"
                         " omzet, total penjualan", 2),
        "margin": _called("money", "margin, laba, keuntungan, profit, laba kotor"),
        "status": _ORDER_STATUS,
        **_FATE,
        "channel": _ABOUT["channel"], "brand": _ABOUT["brand"],
        **_CUSTOMER,
    },
    "order_lines": {
        "order_id": _ORDER_ID,
        "ordered_at": _ORDERED,
        "product_id": _called("id", "product id, sku, stock code, stockcode, kode produk, kode barang, id produk,"
        " item id,"
                              " nomor sku", 2.5),
        "product_name": _called("long", "product name, product, nama produk, nama barang, produk, barang, description,"
                                " item", 1.5),
        "quantity": _called("integer", "quantity, qty, jumlah barang, jumlah produk, kuantitas, banyaknya, jumlah", 2),
        "unit_price": _called("money", "unit price, unitprice, harga setelah diskon,"
                              " harga, harga satuan, price, harga jual", 2),
        "value": _called("money", "line total, subtotal, total harga produk, total"),
        "status": _ORDER_STATUS,
        **_FATE,
        "channel": _ABOUT["channel"], "brand": _ABOUT["brand"],
        **_CUSTOMER,
    },
    "reviews": {
        "review_id": _called("id", "review id, id ulasan"),
        "order_id": _ORDER_ID,
        "product_id": _called("id", "product id, sku, kode produk, id produk, produk, product"),
        "customer_id": _CUSTOMER["customer_id"],
        "reviewed_at": _called("instant", "review date, reviewed at, tanggal ulasan, waktu ulasan, tanggal, date,"
        " waktu,"
                               " created at"),
        "stars": _called("integer", "stars, star, bintang, rating, penilaian, nilai, star rating", 2.5),
        "text": _called("long", "review, ulasan, isi ulasan, review text, komentar, comment, text, testimoni", 2.5),
        "channel": _ABOUT["channel"], "brand": _ABOUT["brand"],
    },
    "surveys": {
        "survey_id": _called("id", "survey id, id survei, id survey, response id, nomor survei", 1.5),
        "conversation_id": _TICKET_ID,
        "customer_id": _CUSTOMER["customer_id"],
        "sent_at": _called("instant", "sent at, sent, dikirim, tanggal kirim, waktu kirim, invited at,"
        " tanggal undangan, survey"
                           " sent, tanggal survei", 2),
        "answered_at": _called("instant", "answered at, answered, responded at, dijawab, tanggal jawab, waktu jawab,"
        " tanggal"
                               " respon, submitted at, timestamp, diisi, tanggal isi, tanggal, cap waktu,"
                               " stempel waktu, completion time, waktu penyelesaian, waktu pengisian,"
                               " tanggal pengisian, submission date, date submitted, response date, waktu, date", 2),
        "score": Called("integer", _SCORE.names, 2.5, _SCORE.asks),
        "comment": _called("long", "comment, comments, komentar, saran, masukan, feedback, alasan,"
                           " kritik dan saran, komentar saran, kritik saran", 1.5,
                           asks="apa yang, mengapa, ceritakan, apakah ada saran, saran untuk, what could, what can we,"
                           " why did, tell us, anything else, how can we, comments or"),
        "question": _called("words", "question, pertanyaan"),
        "channel": _ABOUT["channel"],
    },
    "shifts": {
        "shift_id": _called("id", "shift id, id shift, id jadwal"),
        "agent_id": _AGENT,
        "starts_at": _called("instant", "starts at, start, start time, mulai, jam mulai, jam masuk, masuk,"
        " waktu mulai, shift"
                             " start, dari, check in", 2.5),
        "ends_at": _called("instant", "ends at, end, end time, selesai, jam selesai, jam keluar, jam pulang, keluar,"
        " pulang,"
                           " waktu selesai, shift end, sampai, check out", 2.5),
        "kind": _called("words", "kind, jenis, tipe, status, keterangan, shift, type"),
    },
    "customers": {
        "customer_id": _CUSTOMER["customer_id"],
        "name": Called("text", (*_CUSTOMER["customer_name"].names, "name"), 1.5),
        "email": Called("email", _CUSTOMER["customer_email"].names, 2),
        "phone": Called("phone", _CUSTOMER["customer_phone"].names, 2),
        "city": _CUSTOMER["customer_city"],
        "country": _CUSTOMER["customer_country"],
        "tier": _called("words", "tier, tingkat, segmen, segment, membership, level, kelas", 1.5),
        "joined_at": _called("instant", "joined at, joined, bergabung, tanggal daftar, tanggal bergabung, terdaftar,"
        " created at", 2),
    },
}  # fmt: skip

_ASKED: Final = 0.8  # how sure a question's words are

#: Columns that are a clock beside a date.
CLOCK_NAMES: Final = frozenset({"jam", "time", "pukul", "waktu", "clock", "hour"})


def plain(heading: str) -> str:
    """A heading as it is compared: lower case, words and spaces only, camelCase taken apart."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return " ".join(re.sub(r"[^0-9a-z]+", " ", apart.lower()).split())


def closeness(heading: str, called: Called) -> float:
    """1 where the heading is one of the names, less where it only holds one, 0 where it does not."""
    words = plain(heading)
    joined = words.replace(" ", "")
    best = 0.0
    for i, name in enumerate(called.names):
        early = 0.02 * min(i, 10)  # earlier names are better names
        if words == name or joined == name.replace(" ", ""):
            best = max(best, 1.0 - early / 2)
        elif f" {name} " in f" {words} ":
            best = max(best, 0.4 + 0.3 * len(name) / len(words) - early / 2)
    return max(best, _ASKED if any(f" {asked} " in f" {words} " for asked in called.asks) else 0.0)
