"""The words of ``tanggap replay`` and of what the demo says of it, Indonesian and English."""
# ruff: noqa: E501

from __future__ import annotations

from typing import Final

# fmt: off
REPLAY_WORDS: Final[dict[str, dict[str, str]]] = {
    "replay.computing": {"id": "Memutar ulang riwayat", "en": "Replaying the history"},
    "replay.title": {"id": "Apa yang akan dihasilkan aturan lain, menurut riwayat toko ini sendiri",
                     "en": "What other rules would have earned, by this shop's own history"},
    "replay.counts": {
        "id": "{used} keputusan dibandingkan, dari {decided}: pada {forced} tidak ada pilihan, {maturing} belum lewat {days} hari, dan {unknown} tidak diketahui hasilnya.",
        "en": "{used} decisions are compared, of {decided}: in {forced} there was no choice, {maturing} are younger than {days} days, and of {unknown} the outcome is not known."},
    "replay.none": {"id": "Belum ada keputusan bot-atau-orang di lake ini, jadi tidak ada yang dapat diputar ulang.",
                    "en": "There are no bot-or-person decisions in this lake yet, so there is nothing to replay."},
    "replay.no_choice": {
        "id": "Tidak cukup keputusan yang bebas dan sudah matang pada kedua pilihan. Bot dan orang harus sesekali sama-sama dicoba (pengaturan exploration), lalu tunggu {days} hari.",
        "en": "There are not enough free decisions of both kinds whose outcome is known. Bot and person must both be tried now and then (setting exploration), and {days} days must pass."},
    "replay.done": {
        "id": "Yang terjadi: {share} ke orang, {minutes} menit orang dan {value} per percakapan (95 %: {interval}).",
        "en": "What was done: {share} to people, {minutes} minutes of people and {value} a conversation (95 %: {interval})."},
    "replay.policy": {"id": "aturan", "en": "rule"},
    "replay.share": {"id": "ke orang", "en": "to people"},
    "replay.minutes": {"id": "menit orang", "en": "minutes"},
    "replay.against": {"id": "selisih per percakapan", "en": "difference a conversation"},
    "replay.verdict": {"id": "kesimpulan", "en": "verdict"},
    "replay.bot_first": {"id": "semua ke bot", "en": "everyone to the bot"},
    "replay.everyone": {"id": "semua ke orang", "en": "everyone to a person"},
    "replay.complexity": {"id": "yang tersulit, jam orang sama", "en": "the hardest, same hours"},
    "replay.by_value": {"id": "yang paling bernilai, jam orang sama", "en": "the worthiest, same hours"},
    "replay.better": {"id": "lebih baik", "en": "better"},
    "replay.worse": {"id": "lebih buruk", "en": "worse"},
    "replay.chance": {"id": "mungkin kebetulan", "en": "may be chance"},
    "replay.withheld": {"id": "bukti belum cukup", "en": "not enough evidence"},
    "replay.needs": {"id": "perlu ± {more} keputusan lagi", "en": "about {more} more decisions needed"},
    "replay.never": {"id": "lebih banyak yang seperti ini tidak menolong", "en": "more like these would not help"},
    "replay.counted": {
        "id": "Dihitung: {parts}. Upah tidak: jam orang sudah dibayar, karena itu dibandingkan pada jam yang sama.",
        "en": "Counted: {parts}. Wages are not: people's hours are paid for anyway, which is why hours are held equal."},
    "replay.not_counted": {"id": "Tidak dihitung, karena belum cukup diketahui: {parts}.", "en": "Not counted, for too little is known of it: {parts}."},
    "replay.part_margin": {"id": "margin pembelian", "en": "margin of purchases"},
    "replay.part_leaving": {"id": "pelanggan yang pergi", "en": "customers who leave"},
    "replay.part_ease": {"id": "kemudahan", "en": "ease"},
    "replay.part_cost": {"id": "biaya bot dan kanal", "en": "bot and channel costs"},
    "replay.everyone_note": {
        "id": "Semua ke orang mengabaikan apakah orangnya ada: {minutes} menit per percakapan, bukan {now}.",
        "en": "Everyone to a person ignores whether there are so many people: {minutes} minutes a conversation, not {now}."},
    "replay.price": {"id": "Aturan nilai memakai jam orang sebanyak semula bila satu menit orang dihargai {price}.",
                     "en": "The rule by value needs the same hours where a person's minute is priced at {price}."},
    "replay.unpriced": {"id": "{count} pembelian tanpa margin yang diketahui dihitung dengan margin rata-rata.",
                        "en": "{count} purchase(s) of unknown margin count as the mean margin."},
    # the demo's last part
    "replay.demo_title": {"id": "Bagaimana bila jawaban orang diberikan menurut nilainya?", "en": "What if people's answers went where they are worth most?"},
    "replay.demo_compared": {
        "id": "Selama ini toko memberikan yang sulit kepada orang. Dari {used} keputusannya sudah diketahui hasilnya ({days} hari sudah lewat, dan bot atau orang sama-sama bisa menjawab). Andai orang, dengan jam yang sama, menjawab di mana jawabannya paling bernilai:",
        "en": "So far the shop has given the hard cases to people. Of {used} of its decisions the outcome is known ({days} days have passed, and bot or person could have answered). Had people spent the same hours where their answer is worth most:"},
    "replay.demo_difference": {
        "id": "{difference} per percakapan (dengan keyakinan 95 %: {interval})",
        "en": "{difference} a conversation (with 95 % confidence: {interval})"},
    "replay.demo_month": {
        "id": "{difference} sebulan, untuk {month} percakapan yang bisa dipilih siapa penjawabnya (95 %: {interval})",
        "en": "{difference} a month, for the {month} conversations in which there is a choice (95 %: {interval})"},
    "replay.demo_to_people": {"id": "Lebih sering langsung ke orang: {intents}.", "en": "To a person at once more often: {intents}."},
    "replay.demo_to_bot": {
        "id": "Lebih sering ke bot dulu: {intents}. Siapa yang minta orang, atau tidak tertolong bot, tetap dijawab orang.",
        "en": "To the bot first more often: {intents}. Whoever asks for a person, or is not helped by the bot, still gets one."},
    "replay.demo_caught": {
        "id": "Dari seluruh nilai yang bisa diberikan jawaban orang pada periode ini, {share} diraih; lihat \"Siapa yang menjawab, dan mengapa\" di laporan.",
        "en": "Of all that people's answers could have been worth in this period, {share} was caught; see \"Who answered, and why\" in the report."},
    "replay.demo_better": {"id": "Itu lebih dari kebetulan.", "en": "That is more than chance."},
    "replay.demo_worse": {"id": "Itu lebih buruk daripada yang dilakukan, dan bukan kebetulan.", "en": "That is worse than what was done, and not by chance."},
    "replay.demo_chance": {"id": "Itu masih mungkin kebetulan; kira-kira {more} keputusan lagi seperti ini akan menjawabnya.",
                           "en": "That may still be chance; about {more} more decisions like these would tell."},
    "replay.demo_open": {"id": "Itu masih mungkin kebetulan.", "en": "That may still be chance."},
    "replay.demo_withheld": {"id": "Buktinya belum cukup untuk sebuah angka; kira-kira {more} keputusan lagi seperti ini diperlukan.",
                             "en": "There is too little evidence for a figure; about {more} more decisions like these are needed."},
    "replay.demo_none": {"id": "Riwayatnya belum dapat menjawab: terlalu sedikit keputusan yang hasilnya sudah diketahui.",
                         "en": "The history cannot tell yet: of too few decisions the outcome is known."},
    "replay.demo_more": {"id": "semua aturan, dengan ketidakpastiannya", "en": "every rule, with its uncertainty"},
}
# fmt: on
