"""What is said whatever the intent: by role, in Indonesian and English; and reviews and comments by score."""

from __future__ import annotations

from typing import Final

from tanggap.simulator.ledger import Role

#: Greetings put before an answer of the intent.
BOT_GREETINGS: Final = (("Hai kak {name}! ", "Halo kak, Tara di sini 😊 "), ("Hi {name}! ",))
AGENT_GREETINGS: Final = (
    ("Halo kak {name}, ", "Dengan {agent} di sini kak. "),
    ("Hello {name}, ", "This is {agent}. "),
)

#: Role: (Indonesian, English).
ROLE_PHRASES: Final[dict[Role, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    Role.DETAIL: (
        (
            "ini kak {order}",
            "{order} ya min",
            "yang {product} kak",
            "kirim ke {city}, atas nama {name}",
            "udah aku kirim fotonya barusan",
            "oke sebentar ya, aku cek dulu",
        ),
        ("It is {order}.", "The {product}, please.", "I live in {city}.", "Here you are."),
    ),
    Role.FOLLOW_UP: (
        (
            "oh gitu, terus kapan kira2 kak?",
            "beneran ya kak? soalnya mau dipake",
            "klo yg lain ada ga kak?",
            "trus aku harus ngapain lagi?",
            "baik, saya tunggu kabarnya",
            "kok bisa gitu sih kak",
            "sip, berarti tinggal nunggu ya",
        ),
        ("I see, and when will that be?", "Are you sure?", "What do I have to do next?", "Alright, I will wait."),
    ),
    Role.ANGRY: (
        (
            "bukan itu yg aku tanya",
            "gak nyambung deh jawabannya",
            "duh muter2 terus, gak ngebantu",
            "salah kak, baca dulu dong",
            "ini bot ya? gak jelas bgt",
        ),
        ("That is not what I asked.", "You are not helping.", "No, please read my question."),
    ),
    Role.HUMAN_REQUEST: (
        (
            "mau ngomong sama orang dong",
            "cs nya mana? mau sama manusia aja",
            "admin mana sih, jangan bot",
            "tolong sambungkan ke petugas",
            "bisa bicara dgn CS asli kak?",
        ),
        ("I want to talk to a person.", "Can I speak to a human please?", "Agent please."),
    ),
    Role.THANKS: (
        ("makasih kak 🙏", "oke siap, thx min", "sip makasih infonya", "terima kasih banyak"),
        ("Thanks!", "Great, thank you."),
    ),
    Role.REOPENING: (
        (
            "kak kok masih belum beres ya?",
            "min ternyata masih sama aja",
            "Maaf, masalahnya muncul lagi",
            "kak mau nanya lagi soal yg kemarin",
        ),
        ("It is still not solved.", "Sorry, the problem is back."),
    ),
    Role.RETURNING: (
        (
            "kak yg kemarin soal {order} gimana kelanjutannya?",
            "min aku nanya lagi nih, blm beres juga",
            "Saya menghubungi lagi untuk masalah yang sama",
            "katanya kemarin udah beres, ternyata blm kak",
        ),
        ("I am writing again about {order}.", "Same problem as before, it was not solved."),
    ),
    Role.BOT_WRONG: (
        (
            "Pesanan kakak sudah selesai ya, silakan cek di menu Pesanan.",
            "Untuk itu silakan hubungi kurir kak, nomornya ada di resi.",
            "Stok dan harga bisa dilihat di halaman produk ya kak.",
        ),
        (
            "Your order is complete, please see the Orders page.",
            "Please contact the courier, the number is on the label.",
        ),
    ),
    Role.BOT_CLARIFY: (
        (
            "Maaf, Tara belum paham. Bisa dijelaskan lagi kak?",
            "Kakak mau tanya soal pesanan, pembayaran, atau pengiriman?",
            "Pilih salah satu ya kak: 1. Pesanan 2. Pembayaran 3. Retur",
        ),
        ("Sorry, I did not get that. Could you say it differently?", "Is it about an order, a payment or a return?"),
    ),
    Role.BOT_HANDOFF: (
        (
            "Baik kak, Tara sambungkan ke rekan kami ya.",
            "Sebentar ya kak, petugas kami akan melanjutkan percakapan ini.",
        ),
        ("One moment, I am passing you to a colleague.",),
    ),
    Role.BOT_CLOSING: (("Sama-sama kak! 😊", "Siap kak, senang bisa membantu."), ("You're welcome!",)),
    Role.AGENT_FOLLOW_UP: (
        (
            "Sudah saya cek kak, paling lambat besok sore ya.",
            "Betul kak, tinggal ditunggu saja ya.",
            "Untuk itu sudah saya bantu prosesnya kak {name}.",
            "Siap kak, sudah saya teruskan ke gudang.",
            "Mohon maaf menunggu kak, datanya sudah saya perbarui.",
            "Ada lagi yang bisa dibantu kak?",
        ),
        (
            "I have checked it, it will be tomorrow afternoon.",
            "That is right, there is nothing more you need to do.",
            "I have passed it on to our warehouse.",
            "Is there anything else?",
        ),
    ),
    Role.AGENT_TAKES_OVER: (
        (
            "Halo kak {name}, saya {agent} melanjutkan ya. Riwayatnya sudah saya baca.",
            "Kak {name}, dengan {agent} dari tim khusus. Kasusnya saya tangani sekarang.",
        ),
        ("Hello {name}, {agent} here, I have read your case and take it from here.",),
    ),
    Role.AGENT_APOLOGY: (
        (
            "Mohon maaf kak {name}, kami cek ulang dan sekarang sudah beres ya.",
            "Maaf ya kak masih terkendala, sudah saya perbaiki sekarang.",
        ),
        ("I am sorry, {name}. I have looked again and it is settled now.",),
    ),
    Role.NOTE: (
        (
            "Sudah dicek di gudang, stok cocok.",
            "Pelanggan sudah dua kali menghubungi, mohon diprioritaskan.",
            "Menunggu jawaban kurir untuk {order}.",
            "Voucher Rp 10.000 diberikan.",
        ),
        ("Checked with the warehouse.", "Waiting for the courier about {order}."),
    ),
    Role.AUTO_REPLY: (
        ("Terima kasih telah menghubungi Rumah Tanggap. Email Anda akan kami jawab pada jam kerja.",),
        ("Thank you for writing to Rumah Tanggap. We will answer within office hours.",),
    ),
    Role.SPAM: (
        ("PINJAMAN CEPAT CAIR tanpa jaminan, hubungi kami sekarang!!!", "Jual followers murah bergaransi, cek bio"),
        ("Dear sir, we offer SEO services at the best price.",),
    ),
}

#: What is asked for, in the order of world.FACTS.
ASK_PHRASES: Final = (
    (
        ("Boleh minta nomor pesanannya kak?", "Nomor pesanannya berapa ya kak?"),
        ("Could you give me the order number?",),
    ),
    (("Produk yang mana ya kak?", "Boleh kirim nama atau foto produknya?"), ("Which product is it about?",)),
    (("Alamat kirimnya di kota mana kak?",), ("Which city should it go to?",)),
    (("Boleh minta alamat email yang terdaftar kak?",), ("Which e-mail address is your account under?",)),
)

#: Reviews for one to five stars; as many for each.
REVIEW_PHRASES: Final = (
    ("Kecewa, barang tidak sesuai foto.", "Parah, respon lama dan barang rusak.", "Jangan beli di sini."),
    ("Kurang sesuai, pengiriman lama.", "Kualitas di bawah harapan.", "Kemasan penyok, isi lecet."),
    ("Biasa saja, sesuai harga.", "Lumayan, tapi kirimnya agak lama.", "Oke lah untuk harga segini."),
    ("Bagus, sesuai deskripsi.", "Barang oke, respon penjual baik.", "Sesuai pesanan, makasih kak."),
    (
        "Mantap! Barang bagus, pengiriman cepat.",
        "Recommended seller, adminnya ramah.",
        "Puas banget, pasti order lagi 👍",
    ),
)
#: Comments on surveys, by satisfaction from low to high; as many for each.
COMMENT_PHRASES: Final = (
    ("lama banget dan gak solutif", "muter-muter sama bot, capek", "jawabannya salah"),
    ("lumayan tapi lama", "bisa lebih cepat lagi", "cukup"),
    ("cepat dan ramah", "mantap kak, makasih", "sangat membantu"),
)
