"""What ``--guess`` says of a file, in Indonesian and English."""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# fmt: off
SAYINGS: Final[Mapping[str, Mapping[str, str]]] = {
    # what a row is, by kind of sheet
    "kind.events": {"id": "satu baris adalah satu kejadian pada sebuah percakapan", "en": "a row is something that happened to a conversation"},
    "kind.messages": {"id": "satu baris adalah satu pesan; yang pertama membuka percakapannya", "en": "a row is a message; the first opens its conversation"},
    "kind.tickets": {"id": "satu baris adalah satu tiket", "en": "a row is a ticket"},
    "kind.calls": {"id": "satu baris adalah satu panggilan telepon", "en": "a row is a telephone call"},
    "kind.order_lines": {"id": "satu baris adalah satu barang dari sebuah pesanan; pesanannya diturunkan", "en": "a row is a product of an order; orders are derived"},
    "kind.orders": {"id": "satu baris adalah satu pesanan", "en": "a row is an order"},
    "kind.reviews": {"id": "satu baris adalah satu ulasan", "en": "a row is a review"},
    "kind.surveys": {"id": "satu baris adalah satu undangan atau jawaban survei", "en": "a row is an invitation or an answer"},
    "kind.shifts": {"id": "satu baris adalah satu giliran kerja", "en": "a row is a shift"},
    "kind.customers": {"id": "satu baris adalah satu pelanggan", "en": "a row is a customer"},
    "kind.agents": {"id": "satu baris adalah satu agen", "en": "a row is an agent"},
    "kind.rates": {"id": "satu baris adalah satu biaya", "en": "a row is a cost"},
    "kind.conversations": {"id": "satu baris adalah apa yang diketahui tentang sebuah percakapan", "en": "a row is what is known of a conversation"},
    # the head
    "guess": {"id": "Tebakan: {meaning}. Periksa dulu, lalu impor dengannya.", "en": "A guess: {meaning}. Check it, then import with it."},
    "page": {"id": "Semua yang dapat ditulis di sini, dengan contoh: docs/MAPPING.md", "en": "All that can be written here, with examples: docs/MAPPING.md"},
    "unsure": {"id": "Belum pasti", "en": "Unsure"},
    # [file]
    "titles": {"id": "di atas judul kolom: {shown}", "en": "above the headings: {shown}"},
    "both_rows": {"id": "termasuk kedua baris judul kolom", "en": "both rows of headings included"},
    "joined_headings": {"id": "BELUM PASTI: judul kolom dari dua baris, disatukan", "en": "UNSURE: headings of two rows, joined"},
    "timezone": {"id": "untuk jam tanpa zona: zona Anda, berkasnya tidak menyebut", "en": "of times without a zone: yours, the file does not say"},
    "date.dmy": {"id": "hari di depan: angka pertama di atas 12 membuktikannya", "en": "day first: a first number above 12 proves it"},
    "date.mdy": {"id": "bulan di depan: angka kedua di atas 12 membuktikannya", "en": "month first: a second number above 12 proves it"},
    "date.named": {"id": "nama bulannya tertulis: tidak ada yang perlu dibedakan", "en": "the months are named: there is nothing to tell apart"},
    "date.written": {"id": "seperti tertulis pada nilainya", "en": "as the values are written"},
    "date.either": {"id": "BELUM PASTI: dmy atau mdy; tidak ada angka di atas 12 yang membuktikan", "en": "UNSURE: dmy or mdy; no number above 12 tells"},
    "missing": {"id": "berarti tidak ada, di semua kolom; ditemukan pada {columns}", "en": "stands for nothing, in every column; seen in {columns}"},
    "point_zero": {"id": "tertulis seperti 17850.0", "en": "written like 17850.0"},
    "decimal.groups": {"id": "BELUM PASTI: {sign} di depan tiga angka memisahkan ribuan", "en": "UNSURE: {sign} before three digits groups"},
    "decimal.nothing": {"id": "BELUM PASTI: tidak ada yang membuktikannya", "en": "UNSURE: nothing proves it"},
    "currency.seen": {"id": "tandanya ada pada nilainya", "en": "its sign is in the values"},
    "currency.yours": {"id": "mata uang Anda, berkasnya tidak menyebut", "en": "yours, the file does not say"},
    # [columns]
    "sure": {"id": "pasti", "en": "sure"},
    "likely": {"id": "mungkin", "en": "likely"},
    "a guess": {"id": "tebakan", "en": "a guess"},
    "needed": {"id": "wajib ada, dan tidak ada kolom yang mirip", "en": "needed, and nothing looks like it"},
    "not_used": {"id": "tidak dipakai", "en": "not used"},
    "closed_is_solved": {"id": "BELUM PASTI: yang ditutup dianggap selesai juga", "en": "UNSURE: closed is taken for solved too"},
    "first_row_opens": {"id": "sebuah kasus mulai dengan baris pertamanya", "en": "a case begins with its first row"},
    # a column's values
    "empty": {"id": "{n} dari {of} kosong", "en": "{n} of {of} empty"},
    "example": {"id": "mis. {value}", "en": "e.g. {value}"},
    "always_empty": {"id": "selalu kosong", "en": "always empty"},
    "dates.dmy": {"id": "tanggal, hari di depan", "en": "dates, day first"},
    "dates.mdy": {"id": "tanggal, bulan di depan", "en": "dates, month first"},
    "dates.ymd": {"id": "tanggal, tahun di depan", "en": "dates, year first"},
    "dates.named": {"id": "tanggal, dengan nama bulan", "en": "dates, months named"},
    "dates.other": {"id": "tanggal, {style}", "en": "dates, {style}"},
    "other_way": {"id": " (atau sebaliknya)", "en": " (or the other way round)"},
    "emails": {"id": "alamat surel", "en": "e-mail addresses"},
    "phones": {"id": "nomor telepon", "en": "phone numbers"},
    "clocks": {"id": "jam", "en": "times of day"},
    "amounts": {"id": "jumlah uang {currency} dari {low} sampai {high}", "en": "amounts in {currency} from {low} to {high}"},
    "numbers": {"id": "angka dari {low} sampai {high}", "en": "numbers from {low} to {high}"},
    "different": {"id": "{n} macam: {shown}", "en": "{n} different: {shown}"},
    "long_texts": {"id": "teks panjang", "en": "long texts"},
    "texts": {"id": "{n} teks berbeda", "en": "{n} different texts"},
    "sheet": {"id": "lembar yang dibaca", "en": "the sheet that is read"},
    "clock.proved": {"id": "sebagian punya tiga bagian, maka yang dua adalah menit dan detik", "en": "some have three parts, so two are minutes and seconds"},
    "clock.either": {"id": "BELUM PASTI: mm:ss atau hh:mm", "en": "UNSURE: mm:ss or hh:mm"},
    # [constants], [values]
    "score.named": {"id": "disebut pada judul kolom", "en": "named in a heading"},
    "score.range": {"id": "BELUM PASTI: menurut rentangnya", "en": "UNSURE: by its range"},
    "answers.words": {"id": "BELUM PASTI: kata sebagai angka, dari 1 (terburuk) sampai 5 (terbaik)", "en": "UNSURE: words as numbers, from 1 (worst) to 5 (best)"},
    "answers.numbered": {"id": "angkanya ada pada jawabannya", "en": "the number is in the answer"},
    "also_asked": {"id": "pertanyaan lain pada formulir yang sama", "en": "another question of the same form"},
    "row": {"id": "1 baris", "en": "1 row"},
    "rows": {"id": "{n} baris", "en": "{n} rows"},
    "kept": {"id": "BELUM PASTI: dibiarkan seperti aslinya", "en": "UNSURE: kept as it is"},
    "what_is_it": {"id": 'BELUM PASTI: apa artinya? "" mengabaikannya', "en": 'UNSURE: what is it? "" leaves it out'},
    # what it is unsure of
    "doubt.first_row": {"id": "apakah judul kolom ada di baris {line}: isinya jauh lebih sedikit daripada baris di bawahnya; bila tidak, isi skip_rows", "en": "whether the headings stand in row {line}: it holds far less than the rows below; if they do not, set skip_rows"},
    "doubt.two_rows": {"id": "judul kolom tampaknya menempati dua baris ({above} dan {line}): disatukan dalam header, periksa urutannya", "en": "the headings seem to take two rows ({above} and {line}): they are joined in header, look at their order"},
    "doubt.groups_of_columns": {"id": "baris {above} ({shown}) tampaknya mengelompokkan kolom: yang dibaca sebagai judul kolom hanya baris {line}", "en": "row {above} ({shown}) seems to group the columns: only row {line} is read as headings"},
    "doubt.sheets": {"id": "apakah lembar lain juga diimpor ({others}): satu pemetaan membaca satu lembar", "en": "whether the other sheets are to be imported too ({others}): a mapping reads one sheet"},
    "doubt.clock": {"id": "apakah 05:32 pada {columns} berarti menit dan detik (mm:ss), seperti yang dianggap di sini, atau jam dan menit (hh:mm)", "en": "whether 05:32 in {columns} is minutes and seconds (mm:ss), as is taken for granted, or hours and minutes (hh:mm)"},
    "doubt.kind": {"id": "jenisnya: bisa juga {other}", "en": "the kind: it could also be {other}"},
    "doubt.lacking": {"id": "kolom mana yang menjadi {name}?", "en": "which column is {name}?"},
    "doubt.mixed_dates": {"id": "sebagian kolom tanggal menaruh hari di depan, sebagian lagi bulan", "en": "some date columns have the day first, others the month"},
    "doubt.day_or_month": {"id": "hari atau bulan di depan pada {columns}? Tidak ada angka di atas 12 yang membuktikan (atau keduanya ada)", "en": "day or month first in {columns}? No number above 12 tells (or both do)"},
    "doubt.groups": {"id": "apakah {sign} pada {column} memisahkan ribuan, seperti yang dianggap di sini", "en": "whether {sign} in {column} groups thousands, as is taken for granted"},
    "doubt.dash": {"id": "apakah {value} pada {column} berarti tidak ada, seperti yang dianggap di sini, atau 0: kalau 0, ganti dengan [values.{name}] {value} = \"0\"", "en": "whether {value} in {column} is nothing, as is taken for granted, or 0: if so, have [values.{name}] {value} = \"0\" in its place"},
    "doubt.decimal": {"id": "tanda desimalnya: tidak ada yang membuktikan titik atau koma", "en": "the decimal sign: nothing proves point or comma"},
    "doubt.decimals_differ": {"id": "tanda desimalnya: kolom-kolomnya berbeda, padahal sebuah berkas hanya punya satu", "en": "the decimal sign: columns differ in it, and a file has one"},
    "doubt.closed": {"id": "apakah tiket yang ditutup juga selesai (resolved_at)", "en": "whether a closed ticket was also solved (resolved_at)"},
    "doubt.repeats": {"id": "{column} berulang ({distinct} untuk {count} baris): gabungkan dengan kolom lain, sebagai daftar", "en": "{column} repeats ({distinct} for {count} rows): join it with another column, as a list"},
    "doubt.nobody": {"id": "apakah {value} pada {column} berarti bukan siapa-siapa", "en": "whether {value} in {column} means nobody"},
    "doubt.column": {"id": "apakah {column} benar {name}?", "en": "is {column} really {name}?"},
    "doubt.score": {"id": "apa arti nilainya: {kind}, dari {low} sampai {high}?", "en": "what the score is: {kind}, from {low} to {high}?"},
    "doubt.alike": {"id": "apakah {n} dari {of} baris, yang mengulang {columns} baris lain, adalah jawaban yang sama: tanpa kolom untuk {name} hanya dihitung sekali", "en": "whether {n} of {of} rows that repeat {columns} of another are the same answer: without a column for {name} they count once"},
    "doubt.answers": {"id": "berapa nilai kata-kata pada {column}, dari 1 (terburuk) sampai 5 (terbaik)", "en": "what the words in {column} are worth, from 1 (worst) to 5 (best)"},
    "doubt.same_question": {"id": "apakah {column} juga diimpor: pertanyaan kedua berjenis {kind} perlu bagian [[also]] dengan question sendiri", "en": "whether {column} is to be imported too: a second question of kind {kind} needs an [[also]] with a question of its own"},
    "doubt.value": {"id": "apa arti {name} {value} ({rows})", "en": "what {name} {value} means ({rows})"},
    "doubt.by_values": {"id": "menurut nilainya saja", "en": "by its values only"},
    "doubt.by_values_or": {"id": "menurut nilainya saja; bisa juga {other}", "en": "by its values only; it could also be {other}"},
    "doubt.which_date": {"id": "tanggal mana pasangannya: {dates}", "en": "which date goes with it: {dates}"},
}
# fmt: on


def say(key: str, language: str, **values: object) -> str:
    """What that key says in ``language`` (``id`` or ``en``), with ``{name}`` filled in from ``values``.

    Raises:
        KeyError: no such key or language.
    """
    text = SAYINGS[key][language]
    return text.format(**values) if values else text


@dataclass(frozen=True)
class Saying:
    """Something to be said once the language is known: the key, and what is filled in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def of(self, language: str) -> str:
        """It, in ``language``."""
        return say(self.key, language, **self.values)
