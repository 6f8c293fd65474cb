"""What customers ask and what they are told, by intent, in Indonesian and English.

Slots: ``{order}`` ``{product}`` ``{city}`` ``{name}`` ``{agent}``; three at most with the greeting.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Phrases(NamedTuple):
    """Openings and answers of one intent in both languages."""

    asks_id: tuple[str, ...]
    asks_en: tuple[str, ...]
    answers_id: tuple[str, ...]
    answers_en: tuple[str, ...]


INTENT_PHRASES: Final[dict[str, Phrases]] = {
    "product_availability": Phrases(
        (
            "kak {product} ready gak?",
            "Min, stok {product} masih ada?",
            "Selamat siang, apakah {product} tersedia?",
            "gan {product} warna hitam msh ada ga ya",
        ),
        ("Hi, is the {product} in stock?", "Do you still have the {product} in blue?"),
        (
            "{product} ready kak, stok masih banyak. Langsung diorder aja ya 🙏",
            "Stok {product} masih ada, dikirim hari ini kalau bayar sebelum jam 15.00.",
        ),
        ("Yes, the {product} is in stock and ships today if you pay before 3 pm.",),
    ),
    "product_question": Phrases(
        (
            "kak {product} bahannya apa ya?",
            "{product} ukuran M lebar dadanya brp min?",
            "Mau tanya, {product} ada garansinya tidak?",
            "gan {product} ori kan?",
        ),
        ("What is the {product} made of?", "Which sizes does the {product} come in?"),
        (
            "{product} bahannya adem dan tidak luntur kak, tabel ukuran ada di foto ke-3 ya.",
            "Untuk {product} ukurannya S sampai XXL kak, garansi toko 7 hari.",
        ),
        ("The {product} comes in S to XXL; the size chart is in the third photo.",),
    ),
    "product_advice": Phrases(
        (
            "kak bagusan {product} apa yg lain ya buat kado?",
            "Min rekomendasi dong, cari yg kayak {product} tapi lebih bagus",
            "Saya bingung pilih {product} atau yang di atasnya, bisa dibantu?",
        ),
        (
            "Would you recommend the {product} as a gift?",
            "I can't decide between the {product} and the better one, any advice?",
        ),
        (
            "Kalau untuk kado, {product} paling sering dipilih kak, bisa sekalian dibungkus kado.",
            "Menurut saya {product} sudah pas, tapi kalau dipakai tiap hari naik satu tipe lebih awet kak.",
        ),
        ("For a gift I would take the {product}; we can wrap it for you.",),
    ),
    "price_discount": Phrases(
        (
            "{product} bisa kurang gak kak?",
            "min ada voucher ga utk {product}?",
            "promo gratis ongkirnya masih berlaku gak ya?",
            "gan nego dong {product} nya",
        ),
        ("Is there a discount on the {product}?", "Do you have a voucher for new customers?"),
        (
            "Harga {product} sudah pas kak, tapi bisa pakai voucher HEMAT10 di keranjang.",
            "Ada diskon 10% kalau beli dua {product} kak, otomatis di keranjang ya.",
        ),
        ("Use the voucher HEMAT10 in your cart for 10% off the {product}.",),
    ),
    "bulk_order": Phrases(
        (
            "Selamat pagi, kami mau pesan {product} 50 pcs untuk kantor, bisa minta penawaran?",
            "kak klo grosir {product} min brp pcs ya?",
            "Bisa kirim {product} 100 pcs ke {city} sebelum akhir bulan?",
        ),
        ("We need 60 pieces of the {product} for our office in {city}, can you quote?",),
        (
            "Bisa kak, untuk {product} di atas 24 pcs dapat harga grosir. Penawaran saya kirim hari ini.",
            "Siap kak, {product} bisa dikirim bertahap ke {city}, harganya saya hitungkan dulu ya.",
        ),
        ("Gladly, above 24 pieces the {product} has a wholesale price; the quote follows today.",),
    ),
    "order_status": Phrases(
        (
            "kak pesanan {order} udah dikirim blm?",
            "min cek {order} dong udah sampe mana",
            "Mohon info status pesanan {order}",
            "paket {order} kok blm update ya gan",
        ),
        ("Where is my order {order}?", "Has {order} been shipped yet?"),
        (
            "Pesanan {order} sudah di kurir kak, perkiraan sampai di {city} besok.",
            "{order} sedang dikemas kak, resinya muncul malam ini ya.",
        ),
        ("Order {order} is with the courier and should reach {city} tomorrow.",),
    ),
    "change_order": Phrases(
        (
            "kak {order} bisa ganti warna gak? salah pilih hehe",
            "Min mau ubah alamat {order} ke {city} bisa?",
            "Saya ingin menambah jumlah barang di {order}, apakah masih bisa?",
        ),
        ("Can I change the size in order {order}?", "Please change the address of {order} to {city}."),
        (
            "Bisa kak, {order} belum dikemas, sudah saya ubah ya.",
            "Untuk {order} sudah saya catat perubahannya, mohon dicek di aplikasi kak.",
        ),
        ("Done, I have changed order {order}; please check it in the app.",),
    ),
    "cancel_order": Phrases(
        (
            "kak mau cancel {order} dong",
            "Tolong batalkan pesanan {order}, salah pesan",
            "min {order} bisa dibatalin gak? blm dikirim kan",
        ),
        ("Please cancel my order {order}.", "I ordered twice, can you cancel {order}?"),
        (
            "{order} sudah dibatalkan kak, dana kembali 1-3 hari kerja.",
            "Baik kak, pembatalan {order} sudah diajukan, tinggal konfirmasi di aplikasi ya.",
        ),
        ("Order {order} is cancelled; the money is back within three working days.",),
    ),
    "payment_failed": Phrases(
        (
            "kak bayar {order} gagal terus, saldo udah kepotong",
            "Pembayaran {order} ditolak padahal saldo cukup, mohon bantuannya",
            "min VA nya {order} ga bisa dibayar",
        ),
        ("My payment for {order} keeps failing.", "I was charged but {order} still says unpaid."),
        (
            "Maaf ya kak, kode bayar {order} sudah saya perbarui, silakan coba lagi.",
            "Dana {order} yang terpotong akan otomatis kembali dalam 1x24 jam kak, boleh bayar ulang ya.",
        ),
        ("Sorry, I have renewed the payment code of {order}; please try once more.",),
    ),
    "payment_confirmation": Phrases(
        (
            "kak aku udah transfer utk {order} ya, tolong dicek",
            "Min {order} udah dibayar kok statusnya blm berubah",
            "Saya sudah membayar {order}, mohon konfirmasinya",
        ),
        ("I have paid for {order}, please confirm.",),
        (
            "Pembayaran {order} sudah masuk kak, terima kasih. Segera kami proses ya.",
            "{order} sudah terkonfirmasi kak 🙏",
        ),
        ("We have received your payment for {order}, thank you.",),
    ),
    "invoice_request": Phrases(
        (
            "kak minta invoice {order} buat reimburse kantor",
            "Mohon dikirimkan faktur untuk pesanan {order}",
            "min nota {order} bs dikirim ke email?",
        ),
        ("Could you send me the invoice of {order}?",),
        (
            "Invoice {order} sudah dikirim ke email kakak ya.",
            "Faktur {order} bisa diunduh di menu Pesanan, sudah saya kirim juga lewat email kak.",
        ),
        ("The invoice of {order} is in your mailbox.",),
    ),
    "shipping_cost": Phrases(
        (
            "ongkir ke {city} brp kak?",
            "min kirim ke {city} bisa same day gak",
            "Berapa lama pengiriman ke {city}?",
            "gan ongkirnya kok mahal bgt ke {city}",
        ),
        ("How much is shipping to {city}?", "How long does delivery to {city} take?"),
        (
            "Ongkir ke {city} mulai Rp 12.000 kak, sampai 2-3 hari.",
            "Untuk {city} bisa reguler 2-3 hari atau kilat besok sampai kak.",
        ),
        ("Shipping to {city} starts at Rp 12,000 and takes two to three days.",),
    ),
    "delivery_late": Phrases(
        (
            "kak {order} kok blm nyampe2 sih, udah lewat estimasi",
            "Paket {order} terlambat, kapan sampai di {city}?",
            "min lama bgt {order} nya, mau dipake besok",
            "udah seminggu {order} gak gerak resinya",
        ),
        ("My order {order} is late, when will it arrive?", "{order} has not moved for days."),
        (
            "Maaf kak, {order} tertahan di gudang transit, sudah kami dorong ke kurir, besok sampai {city}.",
            "Mohon maaf atas keterlambatan {order}, kurir menjadwalkan ulang hari ini kak.",
        ),
        ("I am sorry, {order} was held at the hub; the courier delivers to {city} tomorrow.",),
    ),
    "wrong_address": Phrases(
        (
            "kak alamat {order} salah, harusnya {city}",
            "Min {order} kekirim ke alamat lama gimana dong",
            "Alamat pesanan {order} keliru, mohon diperbaiki",
        ),
        ("I gave the wrong address for {order}, it should go to {city}.",),
        (
            "Alamat {order} sudah saya ubah ke {city} dan kurir sudah dikabari kak.",
            "Untuk {order} kami minta kurir retur dulu, lalu dikirim ulang ke {city} ya kak.",
        ),
        ("The courier now has the address in {city} for {order}.",),
    ),
    "lost_parcel": Phrases(
        (
            "kak {order} statusnya diterima tapi aku gak terima apa2!",
            "Paket {order} hilang, tolong segera dibantu",
            "min {order} katanya udah sampe, tetangga jg ga ada yg terima",
        ),
        ("{order} is marked delivered but I never got it.",),
        (
            "Mohon maaf kak, laporan kehilangan {order} sudah dibuat, investigasi kurir paling lama 3 hari, dana aman.",
            "Saya ajukan klaim {order} ke ekspedisi ya kak, kalau tidak ketemu kami kirim ulang.",
        ),
        ("I have opened a claim for {order}; if it is not found we send a new one.",),
    ),
    "damaged_parcel": Phrases(
        (
            "kak {product} nya pecah pas dibuka :( {order}",
            "Barang dari {order} rusak, ada foto, minta solusi",
            "min kardus {order} penyok isinya rusak, gimana ini",
        ),
        ("The {product} from {order} arrived broken.",),
        (
            "Maaf sekali kak, {order} kami ganti baru tanpa biaya, barang rusak dijemput kurir.",
            "Mohon maaf ya kak, boleh kirim video unboxing {order}? Setelah itu langsung kami ganti.",
        ),
        ("I am sorry, we replace {order} free of charge and collect the broken one.",),
    ),
    "return_request": Phrases(
        (
            "kak mau retur {order}, ga sesuai foto",
            "Bagaimana cara mengembalikan {product}?",
            "min {order} mau dibalikin, kekecilan",
        ),
        ("I would like to return {order}.", "How do I send the {product} back?"),
        (
            "Bisa kak, retur {order} sudah saya buatkan, kode jemputnya ada di aplikasi.",
            "Untuk retur {order} silakan serahkan ke gerai kurir terdekat di {city}, gratis kak.",
        ),
        ("I have opened the return of {order}; dropping it off in {city} is free.",),
    ),
    "refund_status": Phrases(
        (
            "kak refund {order} udah sampe mana? blm masuk",
            "Dana {order} kok belum kembali, sudah 5 hari",
            "min duit {order} kapan balik",
        ),
        ("When will I get the refund for {order}?",),
        (
            "Refund {order} sudah diproses bank kak, masuk paling lambat besok.",
            "Saya cek dulu ya kak... refund {order} disetujui tadi pagi, 1-2 hari kerja masuk.",
        ),
        ("The refund for {order} was approved and arrives within two working days.",),
    ),
    "exchange_size": Phrases(
        (
            "kak {product} kekecilan, bisa tuker ukuran L?",
            "Min {order} mau tukar size bisa ga",
            "Ukuran {product} tidak pas, apakah bisa ditukar?",
        ),
        ("The {product} is too small, can I swap it for a larger size?",),
        (
            "Bisa kak, ukuran yang baru kami kirim setelah {order} kami terima.",
            "Stok ukuran itu ada kak, tukarnya {order} sudah saya jadwalkan.",
        ),
        ("Of course, we send the new size for {order} once we have the old one.",),
    ),
    "warranty_claim": Phrases(
        (
            "kak {product} baru 2 minggu udah mati, klaim garansi gimana?",
            "Saya ingin mengajukan garansi untuk {product} dari {order}",
            "min {product} nya error, msh garansi kan",
        ),
        ("My {product} stopped working, is it under warranty?",),
        (
            "Masih garansi kak, {product} dari {order} bisa dikirim ke pusat servis, ongkirnya kami tanggung.",
            "Klaim garansi {order} sudah dibuat kak, teknisi menghubungi 1x24 jam.",
        ),
        ("It is under warranty; the service centre will take the {product} from {order}.",),
    ),
    "login_problem": Phrases(
        (
            "kak gak bisa login, kode otp ga masuk2",
            "Akun saya terkunci, mohon bantuannya",
            "min lupa password, email lama udh gak aktif",
        ),
        ("I can't log in, the code never arrives.",),
        (
            "Kode OTP baru sudah dikirim kak, mohon cek SMS dan jangan dibagikan ke siapa pun.",
            "Akun kakak sudah saya buka lagi, silakan atur ulang kata sandi lewat tautan di email.",
        ),
        ("I have unlocked your account; please reset the password by the link we sent.",),
    ),
    "account_change": Phrases(
        (
            "kak mau ganti no hp akun gimana ya",
            "Saya ingin mengubah email akun saya",
            "min alamat utama pindah ke {city}, ubahnya dimana?",
        ),
        ("How do I change the phone number of my account?",),
        (
            "Bisa diubah di Profil > Data Diri kak, verifikasinya lewat kode SMS.",
            "Data sudah saya perbarui kak, mohon keluar lalu masuk lagi.",
        ),
        ("You can change it under Profile; a code by SMS confirms it.",),
    ),
    "loyalty_points": Phrases(
        ("kak poin ku kok ilang?", "min poin dari {order} blm masuk", "Bagaimana cara menukar poin jadi voucher?"),
        ("How do I use my points?",),
        (
            "Poin masuk otomatis 3 hari setelah pesanan selesai kak.",
            "Poin bisa ditukar di menu Hadiah kak, 1.000 poin jadi voucher Rp 10.000.",
        ),
        ("Points arrive three days after the order is complete; swap them under Rewards.",),
    ),
    "complaint_product": Phrases(
        (
            "kecewa bgt kak, {product} kualitasnya jelek, baru sekali pake rusak",
            "Barang {order} tidak sesuai deskripsi, saya minta tanggung jawab",
            "min {product} nya beda sama foto, nipu ya?",
        ),
        ("The {product} is nothing like the picture, I am very disappointed.",),
        (
            "Mohon maaf atas kekecewaannya kak, untuk {order} kami tawarkan ganti baru atau dana kembali penuh.",
            "Maaf ya kak, ini kesalahan kami. {product} bisa kami ganti hari ini juga.",
        ),
        ("I am very sorry; we offer a new {product} or all of your money back.",),
    ),
    "complaint_service": Phrases(
        (
            "adminnya jutek bgt sih, nanya {order} malah dicuekin",
            "Sudah tiga kali saya chat soal {order} tidak ada jawaban, payah",
            "min CS nya lempar2an terus, capek",
        ),
        ("I have written three times about {order} and nobody helps.",),
        (
            "Mohon maaf kak atas pelayanan kami, {order} saya tangani sendiri sampai selesai.",
            "Maaf sekali kak, sudah saya teruskan ke atasan dan {order} kami prioritaskan.",
        ),
        ("I apologise; I will look after {order} myself until it is settled.",),
    ),
    "fraud_report": Phrases(
        (
            "kak ada yg ngaku2 dari toko ini minta kode otp, penipuan kah?",
            "Saya ditagih untuk pesanan yang tidak pernah saya buat, tolong blokir",
            "min akunku dibobol, ada transaksi aneh",
        ),
        ("Someone used my account to order, please block it.",),
        (
            "Terima kasih laporannya kak, akun sudah kami amankan dan transaksinya dibekukan.",
            "Itu bukan dari kami kak, mohon jangan berikan kode apa pun. Akun kakak sudah kami kunci sementara.",
        ),
        ("Thank you for telling us; the account is blocked and the payment frozen.",),
    ),
}
