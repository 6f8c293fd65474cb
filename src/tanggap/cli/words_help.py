"""What ``--help`` says, in Indonesian: English text as the commands give it → the same in Indonesian."""
# ruff: noqa: E501

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# fmt: off
HELP: Final[dict[str, str]] = {
    "Measure customer service: events in, figures out that one can trace to the row.\n\nBegin with 'tanggap demo'; with your own data, 'tanggap init' and 'tanggap import'.":
        "Mengukur layanan pelanggan: peristiwa masuk, ukuran keluar, dan setiap angka dapat ditelusuri sampai barisnya.\n\nMulai dengan 'tanggap demo'; dengan data sendiri, 'tanggap init' dan 'tanggap import'.",
    "Show the version and stop.": "Tampilkan versinya, lalu berhenti.",
    "Show this message and exit.": "Tampilkan pesan ini, lalu berhenti.",
    # every command
    "Machine-readable output; nothing else on stdout.": "Keluaran untuk mesin; tidak ada yang lain di stdout.",
    "Language of the output; else the lake's, else the computer's.": "Bahasa keluaran; bila tidak, bahasa lake, lalu bahasa komputer.",
    "The lake: a folder or an object-store URL.": "Lake-nya: folder atau URL penyimpanan objek.",
    "duckdb, spark (this machine), or spark://HOST:PORT.": "duckdb, spark (mesin ini), atau spark://HOST:PORT.",
    # demo, init
    "Simulate two quarters of a shop, show its scorecard and write its report: the first minute with Tanggap.":
        "Menyimulasikan dua triwulan sebuah toko, menampilkan kartu skornya dan menulis laporannya: menit pertama bersama Tanggap.",
    "How many conversations to simulate.": "Berapa percakapan yang disimulasikan.",
    "The same seed gives the same shop.": "Benih yang sama menghasilkan toko yang sama.",
    "Where the sample shop's lake is made.": "Tempat lake toko contoh dibuat.",
    "Make a lake: a folder with a tanggap.toml in which every setting is explained.\n\nAsks nothing and overwrites nothing.":
        "Membuat lake: folder dengan tanggap.toml yang menjelaskan setiap pengaturan.\n\nTidak bertanya dan tidak menimpa apa pun.",
    "What the shop is called.": "Nama tokonya.",
    "Where its days are cut (IANA).": "Zona waktu tempat harinya dipotong (IANA).",
    "Its currency (ISO 4217).": "Mata uangnya (ISO 4217).",
    # import
    "Bring exports of other systems into the lake; repeated or resumed, nothing is doubled.\n\nRows that break their schema are kept in quarantine with file, line, column and reason; the rest goes on.\nA stopped import goes on where it was when the same command is run again.\nAll that a sheet's mapping may say is in docs/MAPPING.md.\n\nExit code 1 if every row of an input was refused.":
        "Memasukkan ekspor sistem lain ke lake; diulang atau dilanjutkan, tidak ada yang terhitung dua kali.\n\nBaris yang melanggar skema disimpan di karantina dengan berkas, baris, kolom dan alasannya; sisanya berlanjut.\nImpor yang terhenti dilanjutkan dari tempatnya bila perintah yang sama dijalankan lagi.\nSemua yang dapat ditulis dalam pemetaan sebuah tabel ada di docs/MAPPING.md.\n\nKode keluar 1 bila semua baris sebuah masukan ditolak.",
    "zendesk, csv, events; or auto: look at each path.": "zendesk, csv, events; atau auto: tiap lintasan diperiksa.",
    "Files or folders; - is standard input (events).": "Berkas atau folder; - adalah masukan standar (events).",
    "The mapping (csv) or settings (zendesk) to read with.": "Pemetaan (csv) atau pengaturan (zendesk) untuk membacanya.",
    "csv: write a mapping to be checked (to --map FILE, else shown) and stop.": "csv: tulis pemetaan untuk diperiksa (ke --map BERKAS, atau ditampilkan), lalu berhenti.",
    "Where times without a zone were written; else the lake's.": "Tempat jam tanpa zona ditulis; bila tidak, zona lake.",
    "What bare amounts are in (ISO 4217); else the lake's.": "Mata uang jumlah tanpa tanda (ISO 4217); bila tidak, mata uang lake.",
    "Read once more what is in the lake already.": "Baca sekali lagi yang sudah ada di lake.",
    # score, explain, rows
    "Show the scorecard: every figure with its interval, n, change and target.\n\nWithout --from and --to: the newest 91 days if the 91 days before are covered too, else 28 days, else 7, else\nall there is; so that whole weeks are compared with whole weeks.":
        "Menampilkan kartu skor: setiap ukuran dengan selang, n, perubahan dan targetnya.\n\nTanpa --from dan --to: 91 hari terbaru bila 91 hari sebelumnya juga ada, kalau tidak 28 hari, kalau tidak 7, kalau\ntidak semuanya; agar minggu penuh dibandingkan dengan minggu penuh.",
    "Break down by channel, team, agent, …": "Rinci menurut channel, team, agent, …",
    "One value per hour, day, week, month, quarter, year.": "Satu nilai per hour, day, week, month, quarter, year.",
    "First day (or instant) of the period.": "Hari (atau saat) pertama periode.",
    "Last day of the period, included.": "Hari terakhir periode, termasuk.",
    "previous, none, or another period as DAY..DAY.": "previous, none, atau periode lain berbentuk HARI..HARI.",
    'Only such rows: channel=chat|email,team!=Returns; or channel="a,b"|c': 'Hanya baris ini: channel=chat|email,team!=Retur; atau channel="a,b"|c',
    "Only this figure; a family's name or all. May be repeated.": "Hanya ukuran ini; nama kelompok atau all. Boleh diulang.",
    "Where days are cut (IANA); else the lake's.": "Zona waktu tempat hari dipotong (IANA); bila tidak, zona lake.",
    "The cells as CSV on stdout.": "Sel-selnya sebagai CSV di stdout.",
    "Explain a figure: what it counts, its unit, which way is better, what dates it, how it can be broken down.":
        "Menjelaskan sebuah ukuran: apa yang dihitung, satuannya, arah yang baik, penanggalannya, rinciannya.",
    "The figure's key; left out: a list of every figure.": "Kunci ukurannya; bila tidak: daftar semua ukuran.",
    "Also the SQL that computes it on this lake.": "Juga SQL yang menghitungnya pada lake ini.",
    "Show the rows behind a cell of the scorecard: as many as its n.\n\nThe column counts_as tells the rows that a share counts at its top (yes) from those at its bottom only (no).\nThe period is that of 'tanggap score' unless --from and --to say otherwise. JSON gives one object a line.":
        "Menampilkan baris di balik sebuah sel kartu skor: sebanyak n-nya.\n\nKolom counts_as membedakan baris pembilang sebuah bagian (yes) dari yang hanya penyebut (no).\nPeriodenya seperti 'tanggap score', kecuali --from dan --to menyebut lain. JSON memberi satu objek per baris.",
    "The figure's key.": "Kunci ukurannya.",
    "The cell: channel=chat; channel= is unknown.": "Selnya: channel=chat; channel= berarti tidak diketahui.",
    "Of a share: yes or no; of a score: positive, neutral, negative.": "Untuk bagian: yes atau no; untuk skor: positive, neutral, negative.",
    "With --bucket: its length (hour, day, week, month, quarter, year).": "Dengan --bucket: panjangnya (hour, day, week, month, quarter, year).",
    "One bucket of the period: a day (or instant) in it.": "Satu bucket dari periode itu: satu hari (atau saat) di dalamnya.",
    "At most so many rows (shown: 20; CSV and JSON: all).": "Paling banyak sekian baris (ditampilkan: 20; CSV dan JSON: semua).",
    "Every column, not only those that the figure is computed from.": "Semua kolom, bukan hanya yang dipakai menghitung ukurannya.",
    "The rows as CSV on stdout.": "Baris-barisnya sebagai CSV di stdout.",
    # facts, report
    "Refresh the facts, list them, or export them.\n\nInstants are UTC (ISO 8601), durations microseconds, money minor units. JSON of a table is one object a line;\nwithout a table it is the list.":
        "Memperbarui fakta, mendaftarnya, atau mengekspornya.\n\nSaat dalam UTC (ISO 8601), lama waktu mikrodetik, uang satuan terkecil. JSON sebuah tabel satu objek per baris;\ntanpa tabel berupa daftarnya.",
    "The fact table; left out: all of them (--out is then a folder).": "Tabel faktanya; bila tidak: semuanya (--out lalu berupa folder).",
    "Export as CSV.": "Ekspor sebagai CSV.",
    "Export as Parquet (needs --out).": "Ekspor sebagai Parquet (memerlukan --out).",
    "Where to; CSV and JSON of one table else to stdout.": "Ke mana; CSV dan JSON satu tabel bila tidak ke stdout.",
    "Bring the facts up to date first.": "Mutakhirkan fakta lebih dulu.",
    "Make all facts anew from the events.": "Buat ulang semua fakta dari peristiwanya.",
    "Write the report: scorecard, break-downs, course, surveys and data quality; without a file, show it here.\n\nThe period is that of 'tanggap score' unless --from and --to say otherwise.":
        "Menulis laporan: kartu skor, rincian, jalannya, survei dan mutu data; tanpa berkas, ditampilkan di sini.\n\nPeriodenya seperti 'tanggap score', kecuali --from dan --to menyebut lain.",
    "One HTML file that refers to nothing else.": "Satu berkas HTML yang tidak merujuk ke mana pun.",
    "A workbook.": "Buku kerja.",
    "The scorecard's cells as CSV, for programs; a spreadsheet reads --xlsx.": "Sel-sel kartu skor sebagai CSV, untuk program; lembar sebar membaca --xlsx.",
    "Its title.": "Judulnya.",
    # doctor
    "Look through the lake: rows, period, sources, gaps, overlaps, late data, quarantine, clocks, files.\n\nExit code 1 if something needs attention.":
        "Memeriksa lake: baris, periode, sumber, celah, tumpang tindih, data terlambat, karantina, jam, berkas.\n\nKode keluar 1 bila ada yang perlu diperhatikan.",
    "Show the rows in quarantine instead: place, reason, the row itself.": "Tampilkan baris di karantina saja: tempat, alasan, dan barisnya.",
    "With --quarantine: also rows that were read well since, or dismissed.": "Dengan --quarantine: juga baris yang sejak itu terbaca, atau dibiarkan.",
    "At most so many of them (shown: 20; CSV and JSON: all).": "Paling banyak sekian (ditampilkan: 20; CSV dan JSON: semua).",
    "The rows in quarantine as CSV on stdout.": "Baris di karantina sebagai CSV di stdout.",
    "Rows of FILE may stay out: ask for them no more. Or: all.": "Baris BERKAS boleh tertinggal: jangan ditanyakan lagi. Atau: all.",
    "First merge small files and sort what is out of order.": "Gabungkan dulu berkas kecil dan urutkan yang tidak berurutan.",
    "First delete files that no version of the last --keep hours needs.": "Hapus dulu berkas yang tidak diperlukan versi mana pun dalam --keep jam terakhir.",
    "What --vacuum keeps.": "Yang disimpan --vacuum.",
    # reviews, vectors
    "Show how fresh the reviews are, which weeks look bought, and which promoters to ask for a review.":
        "Menampilkan seberapa baru ulasannya, minggu mana yang tampak dibeli, dan promotor mana yang pantas diminta mengulas.",
    "Write the whole list of promoters to this file.": "Tulis seluruh daftar promotor ke berkas ini.",
    "Replay test vectors: a line a case with id, agree | differs | skipped, expected and got.\n\nExit code 1 if a case differs that was not meant to.":
        "Memutar ulang vektor uji: satu baris per kasus dengan id, agree | differs | skipped, yang diharapkan dan yang didapat.\n\nKode keluar 1 bila ada kasus berbeda yang tidak disengaja.",
    "Files of vectors, or folders of them.": "Berkas vektor, atau foldernya.",
    "Taken as by every command; cases bring their own events.": "Diterima seperti pada semua perintah; kasus membawa peristiwanya sendiri.",
    # simulate
    "How many conversations open.": "Berapa percakapan yang dibuka.",
    "Over so many days; else 92, and 8 where policies are compared.": "Selama sekian hari; bila tidak 92, dan 8 bila kebijakan dibandingkan.",
    "The first day.": "Hari pertamanya.",
    "Write the words of messages.": "Tulis juga kata-kata pesannya.",
    "Compare this policy, or all; may be repeated.": "Bandingkan kebijakan ini, atau all; boleh diulang.",
    "… in this world, or all; may be repeated.": "… di dunia ini, atau all; boleh diulang.",
    "Policies: people planned for.": "Kebijakan: jumlah orang yang direncanakan.",
    "Policies: so many seeds, from --seed on.": "Kebijakan: sekian benih, mulai dari --seed.",
    "How fast learning catches up: with a wrong_prior, or a drift.": "Seberapa cepat belajarnya mengejar: dengan wrong_prior, atau drift.",
    "Policies: where runs are kept, to go on with, and drawn.": "Kebijakan: tempat hasil disimpan, untuk dilanjutkan, dan digambar.",
    "The lake to make or go on with.": "Lake yang dibuat atau dilanjutkan.",
    "Simulate an Indonesian online shop whose truth is known, as a lake.\n\nWith --policy or --world: no lake, but policies side by side on the same conversations, each with its share of the\nmost that anybody could have earned. Policies: bot_first, everyone_human, random, complexity_fifo,\ncomplexity_controlled, clv_only, static_threshold, tanggap, tanggap_true. Worlds: base, value_follows_complexity,\nsales_heavy, demand_up, agents_down, slack, drift. With --learning: what Tanggap earns night by night while it\nlearns what it was told wrong, or what has moved, as a share of what it would earn knowing better. A stopped\nsimulation goes on where it was when the same command is run again.":
        "Menyimulasikan toko daring Indonesia yang kebenarannya diketahui, sebagai lake.\n\nDengan --policy atau --world: tanpa lake, tetapi kebijakan berdampingan pada percakapan yang sama, masing-masing\ndengan bagiannya dari yang paling banyak dapat dihasilkan. Kebijakan: bot_first, everyone_human, random,\ncomplexity_fifo, complexity_controlled, clv_only, static_threshold, tanggap, tanggap_true. Dunia: base,\nvalue_follows_complexity, sales_heavy, demand_up, agents_down, slack, drift. Dengan --learning: yang dihasilkan\nTanggap malam demi malam selagi mempelajari yang salah diberitahukan, atau yang bergeser, sebagai bagian dari yang\ndihasilkannya bila tahu lebih baik. Simulasi yang terhenti dilanjutkan bila perintah yang sama dijalankan lagi.",
    # learn, replay, route, staff
    "Learn from the lake what routing needs: rates, minutes, patience, customers' values, the price of a minute.\n\nThe model is kept in the lake, under models/, and is what 'tanggap route' decides with. Exit code 1 where there\nwas no conversation to learn from.":
        "Mempelajari dari lake yang diperlukan pengarahan: peluang, menit, kesabaran, nilai pelanggan, harga satu menit.\n\nModelnya disimpan di lake, di models/, dan dipakai 'tanggap route' untuk memutuskan. Kode keluar 1 bila tidak ada\npercakapan untuk dipelajari.",
    "Only what was known by then; else all there is.": "Hanya yang diketahui sampai saat itu; bila tidak, semuanya.",
    "Every intent, not only the most frequent.": "Semua maksud, bukan hanya yang paling sering.",
    "Show what other rules for bot-or-person would have earned on the decisions of this lake, and how sure that is.\n\nCompares everyone to the bot, everyone to a person, the hardest to people, and the worthiest to people, the last two\nwith the hours of people that were used. Only decisions that were drawn by lot (exploration, or a past policy with\na known probability) can tell; where they are too few, it says how many more are needed instead of a figure.":
        "Menampilkan yang akan dihasilkan aturan lain untuk bot-atau-orang pada keputusan lake ini, dan seberapa pasti.\n\nMembandingkan semua ke bot, semua ke orang, yang tersulit ke orang, dan yang terbernilai ke orang, dua terakhir\ndengan jam kerja orang yang terpakai. Hanya keputusan yang diundi (percobaan, atau kebijakan lama dengan peluang yang\ndiketahui) dapat menjawab; bila terlalu sedikit, disebut berapa lagi yang diperlukan, bukan angka.",
    "Decide bot or person by what a person's answer is worth, with what 'tanggap learn' has learnt.\n\nA conversation's fields: conversation_id, customer_id, intent, category, channel, language, customer_value, margin\n(minor units of currency), currency, hazard, human_requested, bot_failures, out_of_depth, anger_rising,\nopen_complaint, explored_at, waiting_since, promised_by, text or messages, floor. A line that cannot be read is\nleft out and told; exit code 1 then.":
        "Memutuskan bot atau orang menurut nilai jawaban orang, dengan yang dipelajari 'tanggap learn'.\n\nIsian sebuah percakapan: conversation_id, customer_id, intent, category, channel, language, customer_value, margin\n(satuan terkecil mata uang), currency, hazard, human_requested, bot_failures, out_of_depth, anger_rising,\nopen_complaint, explored_at, waiting_since, promised_by, text atau messages, floor. Baris yang tidak dapat dibaca\nditinggalkan dan diberitahukan; kode keluarnya lalu 1.",
    "Conversations, a JSON object a line; - is standard input.": "Percakapan, satu objek JSON per baris; - adalah masukan standar.",
    "One customer's words instead of a file, explained.": "Kata-kata satu pelanggan alih-alih berkas, dengan penjelasan.",
    "With --text: what they want; else it is read.": "Dengan --text: maksudnya; bila tidak, dibaca.",
    "With --text: where they write.": "Dengan --text: kanal tempat ia menulis.",
    "With --text: the customer's worth, in whole units of the currency.": "Dengan --text: nilai pelanggan, dalam satuan utuh mata uang.",
    "With --text: the margin they are about to bring, likewise.": "Dengan --text: marjin yang akan dibawanya, sama satuannya.",
    "Places on shift now.": "Tempat yang sedang bertugas.",
    "… of them free.": "… yang bebas di antaranya.",
    "Minutes left in what a busy one is answering.": "Sisa menit pada yang sedang dijawab orang yang sibuk.",
    "A person's minutes that wait in the line.": "Menit orang yang menunggu di antrean.",
    "Whether the bot answers.": "Apakah bot menjawab.",
    "Minutes until somebody is on shift, if nobody is.": "Menit sampai ada yang bertugas, bila tidak ada.",
    "When (ISO 8601); else now.": "Kapan (ISO 8601); bila tidak, sekarang.",
    "Which decisions explore; the same seed, the same ones.": "Keputusan mana yang mencoba; benih yang sama, keputusan yang sama.",
    "Show what numbers of people do to waits, giving up and earnings, by hour of the day.\n\nDemand, minutes and patience are what 'tanggap learn' has learnt; the waits are Erlang-A's.":
        "Menampilkan pengaruh jumlah orang pada waktu tunggu, yang menyerah dan penghasilan, per jam.\n\nPermintaan, menit dan kesabaran dari 'tanggap learn'; waktu tunggunya menurut Erlang-A.",
    "Numbers of people to compare; else those of the past.": "Jumlah orang yang dibandingkan; bila tidak, jumlah di masa lalu.",
    "A wait longer than so many minutes is a long one.": "Menunggu lebih lama dari sekian menit disebut lama.",
}
#: What exit codes mean.
EXITS: Final[dict[int, str]] = {
    0: "selesai",
    1: "selesai, tetapi ada yang perlu diperhatikan (doctor: temuan; import: semua baris sebuah masukan ditolak; route: baris yang tidak terbaca; learn: tidak ada yang dipelajari; vectors: kasus berbeda yang tidak disengaja)",
    2: "perintah, pemetaan atau pengaturan salah",
    3: "berkas masukan tidak dapat dibaca",
    4: "lake tidak ada, sedang dipakai, penuh, rusak, atau hanya dapat dibaca",
    5: "mesin kueri gagal atau tidak terpasang",
    6: "sebuah saat di luar kalender",
    130: "dihentikan dengan Ctrl-C; jalankan perintah yang sama untuk melanjutkan",
}
# fmt: on
#: Headings of Typer's own.
_PANELS: Final = {
    "ARGUMENTS_PANEL_TITLE": "Argumen",
    "OPTIONS_PANEL_TITLE": "Pilihan",
    "COMMANDS_PANEL_TITLE": "Perintah",
    "ERRORS_PANEL_TITLE": "Galat",
    "DEFAULT_STRING": "[bawaan: {}]",
    "ENVVAR_STRING": "[variabel: {}]",
    "REQUIRED_LONG_STRING": "[wajib]",
}  # fmt: skip


def commands_of(command: Any) -> Iterator[Any]:
    """The program and each of its commands."""
    yield command
    yield from command.commands.values()


def in_indonesian(command: Any) -> None:
    """Puts the help of every command and option into Indonesian; what has no Indonesian stays as it is."""
    from typer import rich_utils

    for name, text in _PANELS.items():
        setattr(rich_utils, name, text)
    told = "; ".join(f"{code} {meaning}" for code, meaning in EXITS.items())
    for one in commands_of(command):
        one.help = HELP.get(one.help or "", one.help)
        one.epilog = (one.epilog or "").replace("Example:", "Contoh:", 1)
        # The command keeps the help option that it makes, so that the one shown is this.
        helping = one.get_help_option(one.context_class(one, **one.context_settings))
        for parameter in (*one.params, helping):
            if getattr(parameter, "help", None):
                parameter.help = HELP.get(parameter.help, parameter.help)
    command.epilog = f"Kode keluar: {told}."
