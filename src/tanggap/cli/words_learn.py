"""The words of ``tanggap learn``, Indonesian and English."""
# ruff: noqa: E501

from __future__ import annotations

from typing import Final

# fmt: off
LEARN_WORDS: Final[dict[str, dict[str, str]]] = {
    "learn.step.customers": {"id": "Menilai pelanggan", "en": "Valuing the customers"},
    "learn.step.history": {"id": "Membaca riwayat", "en": "Reading the history"},
    "learn.step.model": {"id": "Belajar", "en": "Learning"},
    "learn.done": {"id": "Dipelajari dari {conversations} percakapan sampai {until}: model {version}.",
                   "en": "Learnt from {conversations} conversations up to {until}: model {version}."},
    "learn.nothing": {"id": "Belum ada percakapan untuk dipelajari: model {version}.",
                      "en": "There is no conversation to learn from yet: model {version}."},
    "learn.intents": {"id": "Jawaban bot dan jawaban orang, menurut maksud (bot → orang)", "en": "The bot's answer and a person's, by intent (bot → person)"},
    "learn.intent": {"id": "maksud", "en": "intent"},
    "learn.all": {"id": "semua", "en": "all"},
    "learn.n": {"id": "percakapan", "en": "count"},
    "learn.buys": {"id": "membeli", "en": "buys"},
    "learn.leaves": {"id": "pergi", "en": "leaves"},
    "learn.ease": {"id": "kemudahan", "en": "ease"},
    "learn.minutes": {"id": "menit orang", "en": "minutes"},
    "learn.worth": {"id": "nilai orang", "en": "person's worth"},
    "learn.per_minute": {"id": "per menit", "en": "a minute"},
    "learn.intents_note": {
        "id": "Nilai orang: berapa jawaban orang lebih berharga daripada jawaban bot, bagi pelanggan yang nilainya rata-rata; ~ mungkin kebetulan.",
        "en": "A person's worth: by how much a person's answer is worth more than the bot's, for a customer of average value; ~ may be chance."},
    "learn.more": {"id": "{hidden} maksud lain: --all.", "en": "{hidden} more intents: --all."},
    "learn.patience": {"id": "Kesabaran menunggu orang", "en": "Patience while waiting for a person"},
    "learn.channel": {"id": "kanal", "en": "channel"},
    "learn.grace": {"id": "tenggang", "en": "grace"},
    "learn.then": {"id": "lalu rata-rata", "en": "then on average"},
    "learn.gone": {"id": "menyerah dalam 10 menit", "en": "gone within 10 minutes"},
    "learn.others": {"id": "lainnya", "en": "others"},
    "learn.days": {"id": "berhari-hari", "en": "for days"},
    "learn.prices": {"id": "Harga satu menit orang, menurut jam (0–23, waktu setempat)", "en": "Price of a person's minute, by hour (0–23, local time)"},
    "learn.prices_note": {"id": "tertinggi {most} sekitar pukul {hour}; rata-rata {mean}; kosong: tidak ada yang bertugas", "en": "highest {most} around {hour}; mean {mean}; blank: nobody on shift"},
    "learn.prices_zero": {"id": "nol: pada jam mana pun orang yang bertugas cukup untuk semua yang layak", "en": "nought: at every hour those on shift are enough for all that is worth it"},
    "learn.prices_none": {"id": "belum ada harga: giliran kerja tidak diketahui", "en": "no prices: shifts are not known"},
    "learn.customers": {"id": "Nilai pelanggan, 12 bulan ke depan", "en": "What customers are worth over the next 12 months"},
    "learn.method.bg_nbd": {"id": "{customers} pembeli, {repeat} membeli lagi; BG/NBD dan Gamma-Gamma", "en": "{customers} buyers, {repeat} bought again; BG/NBD and Gamma-Gamma"},
    "learn.method.shrunk_rate": {"id": "{customers} pembeli, {repeat} membeli lagi: terlalu sedikit untuk BG/NBD, laju yang ditarik ke rata-rata", "en": "{customers} buyers, {repeat} bought again: too few for BG/NBD, a rate pulled to the mean"},
    "learn.method.no_orders": {"id": "tidak ada pesanan: semua pelanggan bernilai nol", "en": "no orders: every customer counts as worth nothing"},
    "learn.values": {"id": "rata-rata {mean}; paling banyak dihitung {cap}; margin per pembelian {margin}", "en": "mean {mean}; at most {cap} is counted; margin of a purchase {margin}"},
    "learn.notes": {"id": "Yang perlu diketahui", "en": "Good to know"},
    "learn.kept": {"id": "Disimpan: {place}", "en": "Kept: {place}"},
    # what was strange, or is missing
    "learn.note.future": {"id": "{count} percakapan dimulai setelah saat itu dan tidak dihitung (periksa jamnya bila tidak disengaja)", "en": "{count} conversation(s) began after that instant and were left out (check the clock if that is not meant)"},
    "learn.note.no_arm": {"id": "{count} percakapan tidak pernah dijawab, diantrekan, atau dipegang bot: tidak dihitung", "en": "{count} conversation(s) were never answered, queued or held by a bot: left out"},
    "learn.note.other_currency": {"id": "{count} pesanan dalam mata uang lain: dihitung sebagai pembelian, marginnya tidak", "en": "{count} order(s) in another currency: they count as purchases, their margin does not"},
    "learn.note.orders_without_margin": {"id": "{count} pesanan tanpa margin: dihitung sebagai pembelian saja", "en": "{count} order(s) without a margin: they count as purchases only"},
    "learn.note.clock_went_back": {"id": "{count} waktu tunggu negatif (jam mundur): tidak dihitung", "en": "{count} negative wait(s) (a clock went back): left out"},
    "learn.note.no_customer": {"id": "{count} percakapan tanpa pelanggan yang dikenal: tidak diketahui apakah membeli", "en": "{count} conversation(s) without a known customer: whether they bought is not known"},
    "learn.note.orders_end_early": {"id": "pesanan terakhir {count} hari sebelum akhir: bila ekspornya terpotong, laju pembelian terlalu rendah", "en": "the last order is {count} days before the end: if their export is cut off, buying rates are too low"},
    "learn.note.orders_begin_late": {"id": "pesanan pertama {count} hari setelah percakapan pertama: bila ekspornya terpotong, laju pembelian terlalu rendah", "en": "the first order is {count} days after the first conversation: if their export is cut off, buying rates are too low"},
    "learn.note.no_conversations": {"id": "tidak ada percakapan untuk dipelajari: bot dan orang dianggap sama", "en": "there is no conversation to learn from: bot and person count as equal"},
    "learn.note.no_orders": {"id": "tidak ada pesanan: nilai jawaban orang hanya dari kemudahan dan biaya; impor pesanan agar penjualan ikut dihitung", "en": "there are no orders: a person's worth is of ease and cost only; import orders so that sales count"},
    "learn.note.nothing_known_of_buying": {"id": "belum ada jendela pembelian yang selesai: pembelian belum dihitung", "en": "no buying window is over yet: buying does not count yet"},
    "learn.note.nothing_known_of_leaving": {"id": "belum ada percakapan yang cukup lama untuk tahu siapa yang pergi (horizon_days): risiko kehilangan pelanggan belum dihitung", "en": "no conversation is old enough to tell who left (horizon_days): customers at risk do not count yet"},
    "learn.note.short_horizon": {"id": "riwayatnya masih pendek: pelanggan yang {count} hari tidak kembali dianggap pergi (bukan horizon_days); itu menghitung risiko kehilangan pelanggan terlalu kecil, bukan terlalu besar", "en": "the history is short: who did not come back within {count} days counts as having left (not horizon_days); that counts customers at risk too little, not too much"},
    "learn.note.no_ease": {"id": "tidak ada jawaban survei CES: kemudahan dianggap sama", "en": "no CES survey was answered: ease counts as equal"},
    "learn.note.no_minutes": {"id": "lama kerja orang tidak diketahui: dipakai perkiraan", "en": "how long people work on a conversation is not known: a guess is used"},
    "learn.note.nobody_compared": {"id": "hanya bot atau hanya orang yang menjawab lebih dulu: bedanya tidak diketahui dan dianggap nol; penjelajahan akan mengajarkannya", "en": "only the bot or only people answered first: how they differ is not known and counts as nought; exploration will teach it"},
    "learn.note.no_shifts": {"id": "giliran kerja tidak diketahui: setiap hari dihitung", "en": "shifts are not known: every day counts"},
    "learn.note.no_propensity": {"id": "tidak ada keputusan dengan peluang tercatat: siapa yang menjawab mungkin terkait dengan hasilnya; dibandingkan hanya di dalam maksud yang sama", "en": "no decision with a logged chance: who answered may go with what came of it; compared within the same intent only"},
}
# fmt: on
