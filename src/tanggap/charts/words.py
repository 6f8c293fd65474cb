"""Every word of the interface that is not a figure's own label, in Indonesian and English.

A key has both languages or the tests fail. ``{name}`` is filled in by :func:`word`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    # what is said in place of a figure
    "no_data": {"id": "belum ada data", "en": "no data"},
    "too_few": {"id": "terlalu sedikit", "en": "too few"},
    "none": {"id": "tidak ada", "en": "none"},
    "unknown": {"id": "tidak diketahui", "en": "unknown"},
    "unknown.agent": {"id": "tanpa agen", "en": "no agent"},
    "unknown.team": {"id": "tanpa tim", "en": "no team"},
    "no_target": {"id": "tanpa target", "en": "no target"},
    # units
    "unit.day": {"id": "hari", "en": "d"},
    "unit.hour": {"id": "jam", "en": "h"},
    "unit.minute": {"id": "mnt", "en": "min"},
    "unit.second": {"id": "dtk", "en": "s"},
    "compact.thousand": {"id": "rb", "en": "K"},
    "compact.million": {"id": "jt", "en": "M"},
    "compact.billion": {"id": "M", "en": "B"},
    "compact.trillion": {"id": "T", "en": "T"},
    "points": {"id": "{number} poin", "en": "{number} pts"},
    "per_day": {"id": "{number} / hari", "en": "{number} / day"},
    "to": {"id": "s.d.", "en": "to"},
    "n": {"id": "n = {n}", "en": "n = {n}"},
    # the scorecard's columns
    "figure": {"id": "Ukuran", "en": "Figure"},
    "this_period": {"id": "Periode ini", "en": "This period"},
    "rows": {"id": "Jumlah (n)", "en": "Rows (n)"},
    "previous": {"id": "Sebelumnya", "en": "Previous"},
    "change": {"id": "Perubahan", "en": "Change"},
    "target": {"id": "Target", "en": "Target"},
    "week_by_week": {"id": "Per minggu", "en": "By week"},
    "overall": {"id": "Semua", "en": "Overall"},
    "overall_line": {"id": "Semua: {value}", "en": "Overall: {value}"},
    # what a change or a difference is worth
    "better": {"id": "membaik", "en": "better"},
    "worse": {"id": "memburuk", "en": "worse"},
    "differs": {"id": "berubah", "en": "changed"},
    "by_chance": {"id": "mungkin kebetulan", "en": "may be chance"},
    "by_days": {"id": "karena jumlah harinya berbeda", "en": "because the days differ in number"},
    "group_better": {"id": "lebih baik dari keseluruhan", "en": "better than overall"},
    "group_worse": {"id": "lebih buruk dari keseluruhan", "en": "worse than overall"},
    "group_differs": {"id": "berbeda dari keseluruhan", "en": "differs from overall"},
    "group_same": {"id": "setara keseluruhan; selisihnya mungkin kebetulan",
                   "en": "as overall; the difference may be chance"},
    "met": {"id": "tercapai", "en": "met"},
    "missed": {"id": "meleset", "en": "missed"},
    # headings
    "scorecard": {"id": "Kartu skor", "en": "Scorecard"},
    "summary": {"id": "Ringkasan", "en": "Summary"},
    "contents": {"id": "Isi laporan", "en": "In this report"},
    "by_heading": {"id": "Menurut {name}", "en": "By {name}"},
    "trend": {"id": "Dari minggu ke minggu", "en": "Week by week"},
    "load": {"id": "Beban dan janji layanan", "en": "Load and promises"},
    "surveys": {"id": "Suara pelanggan", "en": "What customers said"},
    "routing": {"id": "Siapa yang menjawab, dan mengapa", "en": "Who answered, and why"},
    "routing_lead": {
        "id": "Keputusan bot atau orang. Uangnya adalah perkiraan pada saat keputusan; keputusan tanpa perkiraan tidak"
              " dihitung di sana.",
        "en": "Decisions between bot and person. The money is what was expected at the decision; decisions without such"
              " an expectation are not counted there.",
    },
    "routing_reason": {"id": "Alasan", "en": "Reason"},
    "routing_share": {"id": "Bagian", "en": "Share"},
    "reviews": {"id": "Ulasan: yang tampak dibeli, dan siapa yang dapat diminta",
                "en": "Reviews: what looks bought, and whom to ask for one"},
    "reviews.short": {"id": "Ulasan", "en": "Reviews"},
    "reviews.standing": {"id": "{count} ulasan sejak semula; yang terbaru bertanggal {day}.",
                         "en": "{count} reviews since the first; the newest is of {day}."},
    "reviews.none": {"id": "Belum ada ulasan.", "en": "There are no reviews yet."},
    "reviews.by_week": {"id": "Ulasan per minggu", "en": "Reviews by week"},
    "reviews.week": {"id": "Minggu mulai", "en": "Week of"},
    "reviews.count": {"id": "Ulasan", "en": "Reviews"},
    "reviews.usual": {"id": "Minggu lain (median)", "en": "Other weeks (median)"},
    "reviews.chance": {"id": "Peluang sebanyak itu", "en": "Chance of so many"},
    "reviews.one_in": {"id": "1 dari {n}", "en": "1 in {n}"},
    "reviews.below_one_in": {"id": "kurang dari 1 dari {n}", "en": "less than 1 in {n}"},
    "reviews.bought": {"id": "tampak dibeli", "en": "looks bought"},
    "reviews.others": {"id": "minggu lain", "en": "other weeks"},
    "reviews.bought_note": {
        "id": "Minggu di atas berisi lebih banyak ulasan daripada yang dijelaskan minggu lain toko ini (peluangnya di "
              "bawah 1 dari 1.000). Itu petunjuk, bukan bukti: bacalah ulasannya sebelum menuduh.",
        "en": "The weeks above hold more reviews than the shop's other weeks explain (a chance below 1 in 1,000). That "
              "is a hint and no proof: read the reviews before accusing anybody.",
    },
    "reviews.clean": {"id": "Tidak ada minggu yang tampak dibeli, dari {weeks} minggu penuh.",
                      "en": "No week looks bought, of {weeks} whole weeks."},
    "reviews.too_few": {
        "id": "Baru {weeks} minggu penuh: terlalu sedikit untuk menilai apakah satu di antaranya tampak dibeli "
              "(perlu {need}).",
        "en": "There are only {weeks} whole weeks: too few to judge whether one looks bought ({need} are needed).",
    },
    "reviews.ask": {"id": "Promotor yang dapat diminta ulasan", "en": "Promoters to ask for a review"},
    "reviews.no_promoters": {"id": "Tidak ada promotor (NPS) yang menjawab pada periode ini.",
                             "en": "No promoter (NPS) answered in this period."},
    "reviews.promoters": {
        "id": "{count} promotor menjawab pada periode ini. Sejak itu {asked} diminta ulasan dan {wrote} menulisnya, "
              "{both} di antaranya yang diminta; {left} belum diminta dan belum menulis.",
        "en": "{count} promoters answered in this period. Since then {asked} were asked for a review and {wrote} "
              "wrote one, {both} of them among those asked; {left} have neither been asked nor written.",
    },
    "reviews.latest": {"id": "Di atas: {n} yang terakhir menjawab. Semuanya: tanggap reviews --promoters FILE.csv",
                       "en": "Above: the {n} who answered last. All of them: tanggap reviews --promoters FILE.csv"},
    "reviews.customer": {"id": "Pelanggan", "en": "Customer"},
    "reviews.score": {"id": "Nilai", "en": "Score"},
    "reviews.answered": {"id": "Menjawab", "en": "Answered"},
    "reviews.asked": {"id": "Diminta", "en": "Asked"},
    "reviews.wrote": {"id": "Mengulas", "en": "Reviewed"},
    "standing": {"id": "Posisi penjual di lokapasar", "en": "Seller standing"},
    "quality": {"id": "Mutu data", "en": "Data quality"},
    "method": {"id": "Cara membaca laporan ini", "en": "How to read this report"},
    # families
    "family.chatbot": {"id": "Chatbot", "en": "Chatbot"},
    "family.ticket": {"id": "Tiket", "en": "Tickets"},
    "family.survey": {"id": "Survei", "en": "Surveys"},
    "family.shop": {"id": "Toko", "en": "Shop"},
    "family.routing": {"id": "Pengarahan", "en": "Routing"},
    # break-downs, and the names that their groups commonly have
    "by.channel": {"id": "kanal", "en": "channel"},
    "by.brand": {"id": "merek", "en": "brand"},
    "by.team": {"id": "tim", "en": "team"},
    "by.agent": {"id": "agen", "en": "agent"},
    "by.intent": {"id": "keperluan", "en": "intent"},
    "by.category": {"id": "kategori", "en": "category"},
    "by.complexity": {"id": "kerumitan", "en": "complexity"},
    "by.language": {"id": "bahasa", "en": "language"},
    "by.priority": {"id": "prioritas", "en": "priority"},
    "by.first_responder": {"id": "penjawab pertama", "en": "first responder"},
    "by.tier": {"id": "tingkat pelanggan", "en": "customer tier"},
    "by.handoff_reason": {"id": "alasan pengalihan", "en": "reason of the hand-over"},
    "by.target": {"id": "janji", "en": "promise"},
    "by.stage": {"id": "tahap", "en": "stage"},
    "by.reason": {"id": "alasan", "en": "reason"},
    "by.arm": {"id": "pilihan", "en": "arm"},
    "by.policy": {"id": "aturan", "en": "policy"},
    "arm.human": {"id": "Orang", "en": "Person"},
    "arm.bot": {"id": "Bot", "en": "Bot"},
    "reason.safety": {"id": "Keselamatan", "en": "Safety"},
    "reason.fraud": {"id": "Penipuan", "en": "Fraud"},
    "reason.legal": {"id": "Ancaman hukum", "en": "Legal threat"},
    "reason.vulnerable": {"id": "Orang yang rentan", "en": "A vulnerable person"},
    "reason.human_requested": {"id": "Orang diminta", "en": "A person was asked for"},
    "reason.bot_failed": {"id": "Bot gagal dua kali", "en": "The bot failed twice"},
    "reason.out_of_depth": {"id": "Di luar kemampuan bot", "en": "Out of the bot's depth"},
    "reason.anger": {"id": "Kemarahan meningkat", "en": "Rising anger"},
    "reason.bot_down": {"id": "Bot mati", "en": "The bot was down"},
    "reason.nobody_on_shift": {"id": "Tidak ada yang bertugas", "en": "Nobody on shift"},
    "reason.wait_broken": {"id": "Janji tunggu terlewat", "en": "The promised wait was broken"},
    "reason.value": {"id": "Nilai jawaban", "en": "What the answer is worth"},
    "reason.exploration": {"id": "Percobaan", "en": "Exploration"},
    "reason.complexity": {"id": "Kerumitan (aturan lama)", "en": "Complexity (a past rule)"},
    "reason.priority": {"id": "Prioritas (aturan lama)", "en": "Priority (a past rule)"},
    "reason.tier": {"id": "Tingkat pelanggan (aturan lama)", "en": "Customer tier (a past rule)"},
    "channel.chat": {"id": "Obrolan web", "en": "Web chat"},
    "channel.whatsapp": {"id": "WhatsApp", "en": "WhatsApp"},
    "channel.email": {"id": "Surel", "en": "E-mail"},
    "channel.marketplace": {"id": "Lokapasar", "en": "Marketplace"},
    "channel.phone": {"id": "Telepon", "en": "Phone"},
    "channel.own_shop": {"id": "Toko sendiri", "en": "Own shop"},
    "complexity.low": {"id": "Rendah", "en": "Low"},
    "complexity.medium": {"id": "Sedang", "en": "Medium"},
    "complexity.high": {"id": "Tinggi", "en": "High"},
    "complexity.simple": {"id": "Sederhana", "en": "Simple"},
    "complexity.normal": {"id": "Biasa", "en": "Normal"},
    "complexity.complex": {"id": "Rumit", "en": "Complex"},
    "priority.low": {"id": "Rendah", "en": "Low"},
    "priority.normal": {"id": "Biasa", "en": "Normal"},
    "priority.high": {"id": "Tinggi", "en": "High"},
    "priority.urgent": {"id": "Mendesak", "en": "Urgent"},
    "tier.new": {"id": "Baru", "en": "New"},
    "tier.regular": {"id": "Tetap", "en": "Regular"},
    "tier.vip": {"id": "VIP", "en": "VIP"},
    "language.id": {"id": "Indonesia", "en": "Indonesian"},
    "language.en": {"id": "Inggris", "en": "English"},
    "target.first_response": {"id": "Respons pertama", "en": "First response"},
    "target.next_reply": {"id": "Balasan berikutnya", "en": "Next reply"},
    "target.resolution": {"id": "Penyelesaian", "en": "Resolution"},
    "handoff_reason.anger": {"id": "Kemarahan", "en": "Anger"},
    "handoff_reason.bot_failed": {"id": "Bot gagal", "en": "The bot failed"},
    "handoff_reason.customer_request": {"id": "Diminta pelanggan", "en": "The customer asked"},
    "handoff_reason.out_of_scope": {"id": "Di luar cakupan bot", "en": "Out of the bot's scope"},
    "handoff_reason.reopened": {"id": "Dibuka kembali", "en": "Reopened"},
    "handoff_reason.safety": {"id": "Keselamatan", "en": "Safety"},
    "first_responder.bot": {"id": "Bot", "en": "Bot"},
    "first_responder.agent": {"id": "Agen", "en": "Agent"},
    # sentences of the summary
    "opening": {
        "id": "{better} membaik dan {worse} memburuk melebihi kebetulan. Sisanya tetap, atau bergerak tidak lebih dari "
              "kebetulan.",
        "en": "{better} got better and {worse} got worse by more than chance. The rest held, or moved no more than "
              "chance would.",
    },
    "opening_held": {
        "id": "Tidak ada ukuran yang membaik atau memburuk melebihi kebetulan.",
        "en": "No figure got better or worse by more than chance.",
    },
    "opening_alone": {"id": "Tidak ada periode pembanding.", "en": "There is no period to compare with."},
    "opening_missed": {"id": "{missed} meleset dari targetnya.", "en": "Off target: {missed}."},
    "figures": {"id": "{n} ukuran", "en": "{n} figures"},
    "figures.one": {"id": "1 ukuran", "en": "1 figure"},
    "got_better": {"id": "Yang membaik", "en": "What got better"},
    "got_worse": {"id": "Yang memburuk", "en": "What got worse"},
    "misses_target": {"id": "Yang meleset dari target", "en": "What misses its target"},
    "nothing_better": {"id": "Tidak ada yang membaik melebihi kebetulan.", "en": "Nothing, beyond chance."},
    "nothing_worse": {"id": "Tidak ada yang memburuk melebihi kebetulan.", "en": "Nothing, beyond chance."},
    "nothing_missed": {"id": "Semua target tercapai.", "en": "Every target is met."},
    "no_targets": {"id": "Belum ada target: tulis di [targets] tanggap.toml.",
                   "en": "No target is set: write them in [targets] of tanggap.toml."},
    "rose": {"id": "naik dari {previous} menjadi {value}", "en": "rose from {previous} to {value}"},
    "fell": {"id": "turun dari {previous} menjadi {value}", "en": "fell from {previous} to {value}"},
    "off_target": {"id": "{value}, target {target}", "en": "{value}, target {target}"},
    "and_more": {"id": "dan {n} lainnya, lihat kartu skor", "en": "and {n} more, see the scorecard"},
    # what stands under a figure
    "definition": {"id": "Definisi", "en": "Definition"},
    "dated_by": {"id": "Ditanggali menurut", "en": "Dated by"},
    "rows_behind": {"id": "Baris di baliknya", "en": "Rows behind it"},
    "rows_previous": {"id": "pada periode sebelumnya {n}", "en": "{n} in the period before"},
    "maturing": {"id": "Belum matang", "en": "Maturing"},
    "maturing_note": {"id": "{n} yang hasilnya belum dapat diketahui", "en": "{n} whose outcome cannot be known yet"},
    "foreign": {"id": "Mata uang lain", "en": "Other currency"},
    "foreign_note": {"id": "{n} dalam mata uang lain tidak dihitung", "en": "{n} in another currency left out"},
    "key": {"id": "Kunci", "en": "Key"},
    "unit": {"id": "Satuan", "en": "Unit"},
    "direction": {"id": "Arah yang baik", "en": "Which way is better"},
    "direction.higher": {"id": "lebih tinggi", "en": "higher"},
    "direction.lower": {"id": "lebih rendah", "en": "lower"},
    "direction.neither": {"id": "tidak keduanya", "en": "neither"},
    "interval": {"id": "Selang 95 %", "en": "95 % interval"},
    # charts
    "chart.interval": {"id": "selang 95 %", "en": "95 % interval"},
    "chart.this": {"id": "periode ini", "en": "this period"},
    "chart.previous": {"id": "periode sebelumnya", "en": "the period before"},
    "chart.target": {"id": "target", "en": "target"},
    "chart.overall": {"id": "keseluruhan", "en": "overall"},
    "chart.gap": {"id": "celah: belum ada data", "en": "a gap: no data"},
    "partial": {
        "id": "Ujung periode memotong minggu pertama atau terakhir: jumlahnya tidak penuh, maka tidak digambar "
              "sebagai garis.",
        "en": "The period's ends cut the first or last week short: its counts are not whole, and not drawn as a line.",
    },
    "chart.trend_desc": {
        "id": "{label}, {count} titik. Terakhir {last}; terendah {low}, tertinggi {high}.",
        "en": "{label}, {count} points. Latest {last}; lowest {low}, highest {high}.",
    },
    "chart.bars_desc": {"id": "{label} menurut kelompok: {groups}.", "en": "{label} by group: {groups}."},
    "chart.spark_desc": {"id": "{label} per minggu, terakhir {last}", "en": "{label} by week, latest {last}"},
    "chart.backlog": {"id": "Tiket terbuka, masuk dan selesai", "en": "Tickets open, created and resolved"},
    "chart.open": {"id": "terbuka di akhir minggu", "en": "open at the week's end"},
    "chart.created": {"id": "masuk", "en": "created"},
    "chart.resolved": {"id": "selesai", "en": "resolved"},
    "chart.sla": {"id": "Target SLA per minggu", "en": "SLA targets by week"},
    "chart.met": {"id": "tercapai", "en": "met"},
    "chart.missed": {"id": "meleset", "en": "missed"},
    "chart.maturing": {"id": "belum matang", "en": "maturing"},
    "chart.answers": {"id": "{n} jawaban", "en": "{n} answers"},
    "chart.distribution_desc": {
        "id": "{label}: {classes}, dari {n} jawaban.", "en": "{label}: {classes}, of {n} answers.",
    },
    "class.nps.low": {"id": "pengkritik (0–6)", "en": "detractors (0–6)"},
    "class.nps.middle": {"id": "pasif (7–8)", "en": "passives (7–8)"},
    "class.nps.high": {"id": "promotor (9–10)", "en": "promoters (9–10)"},
    "class.csat.low": {"id": "tidak puas (1–2)", "en": "dissatisfied (1–2)"},
    "class.csat.middle": {"id": "netral (3)", "en": "neutral (3)"},
    "class.csat.high": {"id": "puas (4–5)", "en": "satisfied (4–5)"},
    "class.ces.low": {"id": "sulit", "en": "hard"},
    "class.ces.middle": {"id": "di tengah", "en": "in between"},
    "class.ces.high": {"id": "mudah", "en": "easy"},
    "survey.nps": {"id": "NPS: bersedia merekomendasikan", "en": "NPS: would recommend"},
    "survey.csat": {"id": "CSAT: kepuasan", "en": "CSAT: satisfaction"},
    "survey.ces": {"id": "CES: kemudahan", "en": "CES: ease"},
    # seller standing
    "rule": {"id": "Aturan", "en": "Rule"},
    "now": {"id": "Sekarang", "en": "Now"},
    "limit": {"id": "Batas", "en": "Limit"},
    "state": {"id": "Keadaan", "en": "State"},
    "headroom": {"id": "Sisa ruang", "en": "Headroom"},
    "valid_from": {"id": "Berlaku sejak", "en": "In force since"},
    "state.pass": {"id": "lolos", "en": "pass"},
    "state.fail": {"id": "gagal", "en": "fail"},
    "state.no_data": {"id": "belum ada data", "en": "no data"},
    "sentence_standing": {"id": "{passed} aturan lolos, {failed} gagal, {unknown} belum ada data.",
                          "en": "{passed} rules pass, {failed} fail, {unknown} without data."},
    # data quality and method
    "quality_clean": {"id": "Tidak ada yang perlu dicatat.", "en": "Nothing to note."},
    "groups_note": {
        "id": "▲▼ hanya di mana selisih dari keseluruhan lebih dari kebetulan (setelah koreksi untuk banyaknya "
              "kelompok); ≈ di mana kebetulan dapat menjelaskannya. Kelompok berurut abjad, bukan peringkat.",
        "en": "▲▼ only where the difference from the overall figure is more than chance (corrected for the number of "
              "groups); ≈ where chance explains it. Groups are in alphabetical order, not ranked.",
    },
    "group_order_note": {
        "id": "▲▼ hanya di mana selisih dari keseluruhan lebih dari kebetulan (setelah koreksi untuk banyaknya "
              "kelompok); ≈ di mana kebetulan dapat menjelaskannya.",
        "en": "▲▼ only where the difference from the overall figure is more than chance (corrected for the number of "
              "groups); ≈ where chance explains it.",
    },
    "method.interval": {
        "id": "Di bawah tiap angka ada selang 95 %: nilai yang masih masuk akal bila jumlah barisnya diperhitungkan. "
              "Kurang dari 5 baris ditandai “terlalu sedikit”; tanpa baris sama sekali “belum ada data”, bukan nol.",
        "en": "Under each figure stands its 95 % interval: the values still believable given how many rows there are. "
              "Under 5 rows it is marked “too few”; with no rows at all it says “no data”, never zero.",
    },
    "method.change": {
        "id": "Sebuah perubahan diberi warna hanya bila selang 95 %-nya tidak memuat nol. Dari {figures} ukuran, "
              "kira-kira {expected} akan melewati batas itu karena kebetulan semata; yang penting terlihat juga di "
              "minggu berikutnya.",
        "en": "A change is coloured only if its own 95 % interval leaves out zero. Of {figures} figures about "
              "{expected} would cross that line by chance alone; what matters will show again next week.",
    },
    "method.maturing": {
        "id": "Yang hasilnya belum dapat diketahui (percakapan masih terbuka, jangka 7 hari belum lewat) dihitung "
              "sebagai “belum matang” dan tidak masuk ke dalam angka.",
        "en": "What cannot be known yet (a conversation still open, a 7-day window not over) is counted as "
              "“maturing” and is not part of the figure.",
    },
    "method.time": {
        "id": "Hari dan minggu dipotong menurut zona waktu {timezone}. Diketahui sampai {as_of}.",
        "en": "Days and weeks are cut in the time zone {timezone}. Known up to {as_of}.",
    },
    "method.where": {"id": "Hanya baris di mana {where}.", "en": "Only rows where {where}."},
    "generated": {"id": "dibuat {instant}", "en": "made {instant}"},
    "compared_with": {"id": "dibandingkan dengan {period}", "en": "compared with {period}"},
    # the page's own controls
    "theme": {"id": "Terang / gelap", "en": "Light / dark"},
    "skip": {"id": "Langsung ke kartu skor", "en": "Skip to the scorecard"},
    "more_plots": {"id": "{n} grafik lainnya", "en": "{n} more plots"},
    "scroll": {"id": "tabel {name}, dapat digulir ke samping", "en": "table {name}, scrolls sideways"},
    "legend": {"id": "Keterangan", "en": "Key"},
    # the terminal
    "terminal.legend": {
        "id": "Di bawah tiap angka: selang 95 %. ▲▼ dan warna = perubahan melebihi kebetulan; ≈ = mungkin kebetulan.",
        "en": "Under each figure: its 95 % interval. ▲▼ and colour = changed by more than chance; ≈ = may be chance.",
    },
    "terminal.explain": {
        "id": "Definisi sebuah ukuran: tanggap explain KUNCI. Baris di baliknya: tanggap rows KUNCI.",
        "en": "What a figure means: tanggap explain KEY. The rows behind it: tanggap rows KEY.",
    },
    # sheets of a workbook
    "sheet.scorecard": {"id": "Kartu skor", "en": "Scorecard"},
    "sheet.trend": {"id": "Tren", "en": "Trend"},
    "sheet.definitions": {"id": "Definisi", "en": "Definitions"},
    "sheet.standing": {"id": "Posisi penjual", "en": "Standing"},
    "sheet.routing": {"id": "Pengarahan", "en": "Routing"},
    "sheet.reasons": {"id": "Alasan pengarahan", "en": "Routing reasons"},
    "sheet.promoters": {"id": "Promotor", "en": "Promoters"},
    "low": {"id": "Batas bawah 95 %", "en": "95 % low"},
    "high": {"id": "Batas atas 95 %", "en": "95 % high"},
    "status": {"id": "Status", "en": "Status"},
    "more_than_chance": {"id": "Melebihi kebetulan", "en": "More than chance"},
    "on_target": {"id": "Target tercapai", "en": "Target met"},
    "family": {"id": "Kelompok ukuran", "en": "Family"},
    "start": {"id": "Mulai", "en": "Start"},
    "yes": {"id": "ya", "en": "yes"},
    "no": {"id": "tidak", "en": "no"},
    "status.ok": {"id": "cukup", "en": "ok"},
    "sheet.about": {"id": "Tentang", "en": "About"},
    "about.shop": {"id": "Toko", "en": "Shop"},
    "about.period": {"id": "Periode", "en": "Period"},
    "about.compared": {"id": "Dibandingkan dengan", "en": "Compared with"},
    "about.timezone": {"id": "Zona waktu", "en": "Time zone"},
    "about.currency": {"id": "Mata uang", "en": "Currency"},
    "about.known": {"id": "Diketahui sampai", "en": "Known up to"},
    "about.made": {"id": "Dibuat", "en": "Made"},
    "about.where": {"id": "Hanya baris di mana", "en": "Only rows where"},
    "about.durations": {
        "id": "Lama waktu ditulis j:mm:dd; perubahannya dalam detik, sebab Excel tidak mengenal lama waktu negatif.",
        "en": "Durations are written h:mm:ss; their changes in seconds, for Excel knows no negative duration.",
    },
    "about.points": {
        "id": "Persen disimpan sebagai bagian (0,812 tampil 81,2%); perubahannya dalam poin (+2,1 berarti dari 79,1% "
              "ke 81,2%).",
        "en": "Per cents are stored as shares (0.812 shows as 81.2%); their changes in points (+2.1 means from 79.1% "
              "to 81.2%).",
    },
    "about.money": {"id": "Uang dalam satuan utuh mata uang itu.", "en": "Money is in whole units of the currency."},
    "unit_name.seconds": {"id": "lama waktu", "en": "duration"},
    "unit_name.share": {"id": "persen", "en": "per cent"},
    "unit_name.score": {"id": "skor −100 … 100", "en": "score −100 … 100"},
    "unit_name.count": {"id": "jumlah", "en": "count"},
    "unit_name.per_day": {"id": "per hari kerja", "en": "a day worked"},
    "unit_name.mean_count": {"id": "rata-rata jumlah", "en": "so many each"},
    "unit_name.money": {"id": "uang", "en": "money"},
    "p_chance": {"id": "Peluang (p)", "en": "Chance (p)"},
}  # fmt: skip


def word(key: str, language: str, **values: object) -> str:
    """The word of that key in ``language``, with ``{name}`` filled in from ``values``.

    Raises:
        KeyError: no such key or language.
    """
    text = WORDS[key][language]
    return text.format(**values) if values else text


def word_or(key: str, language: str, default: str) -> str:
    """The word of that key, or ``default`` where the catalogue has none (a user's own channel, a new family)."""
    return WORDS[key][language] if key in WORDS else default
