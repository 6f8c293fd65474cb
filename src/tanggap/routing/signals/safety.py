"""Danger, fraud, legal threat, a vulnerable person: what always goes to a person (guardrail 1).

Phrases over normalised text in Indonesian and English. Finding too much costs some minutes of a person; missing one
can cost far more, so patterns are wide, and what merely looks like one ("polisi tidur", "obat nyamuk") is blanked out
first.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from tanggap.routing.signals.normalise import normalise

Hazard = Literal["safety", "fraud", "legal", "vulnerable"]

_END: Final = 1_000  # characters looked at from either end of a long text

_FALSE_FRIENDS: Final = re.compile(
    r"\b(?:"
    # safety
    r"(?:obat|racun|semprotan|lotion|raket|jebakan) (?:anti )?(?:nyamuk|tikus|semut|serangga|kecoa|lalat|rumput|"
    r"hama|gatal|mata|kuat|kutu)\w*(?: (?:bakar|elektrik|semprot))?"
    r"|(?:nyamuk|tikus|kecoa|semut|hama|kuman|bakteri|jamur|lalat|ikan|tanaman|bunga|daun) (?:\w+ )?mati|(?:rat|"
    r"mouse|insect|bug|weed|mosquito|ant) (?:poison|killer|repellent)"
    r"|(?:ayam|ikan|sate|jagung|roti|daging|kue|rasa|sosis|bumbu|saus|kembang|kayu|bakso|cumi|bebek|terasi|iga|"
    r"batu|semangat|lemak|sambal) (?:ter)?bakar\w*"
    r"|(?:pem)?bakar (?:lemak|kalori|sate|ayam|ikan|jagung)|burn(?:s|ing|ed|er)? (?:fat|calories|cd|dvd|wood|disc|"
    r"incense|candle)s?|fat burn\w*|burning (?:man|question|love)|burn ?out"
    r"|(?:meledak|explod\w+) (?:di pasaran|laris|penjualan|in popularity|with flavou?r)|(?:penjualan|orderan|"
    r"pesanan|laris|rasa)(?:nya)? meledak|mie? (?:meledak|ledak)|(?:cokelat|coklat) meledak"
    r"|bom (?:mandi|waktu game)|bath bombs?|photo ?bomb|(?:bikin|buat|sampai) (?:saya )?mati penasaran|"
    r"mati (?:gaya|rasa|kutu|lampu|listrik|suri|penasaran|total|layar)"
    r"|(?:lampu|layar|hp|listrik|mesin|baterai|tv|laptop|jam|remote|sinyal|kipas|ac|wifi|kulkas|cctv|suara|mic|"
    r"charger|server)(?:nya|ku)? (?:\w+ )?mati(?! aku)"
    r"|harga mati|hidup mati|gila mati|mati-matian|cinta mati|mati lampu|dead (?:stock|line|sea|lift|pool|"
    r"on arrival|pixel|battery|tired)|die(?:-| )?cut|die(?:-| )?hard|die ?cast|(?:battery|phone|it|screen|laptop|"
    r"light) (?:just )?(?:died|is dead|dies)"
    r"|to die for|drop dead gorgeous|killer (?:deal|price|looks?)|kill(?:s|ed|ing)? (?:it|time|the lights?|germs|"
    r"bacteria|weeds|bugs|mosquitoes)|love it to death|sakit hati|sakit kepala (?:mikir|lihat|ngurus)"
    r"|luka bakar nya? obat|obat luka|salep luka|plester luka|(?:krim|salep|obat|sabun|bedak|"
    r"lotion) (?:\w+ )?(?:gatal|luka|ruam|alergi|bakar)\w*|(?:allergy|rash|burn|itch|wound) (?:cream|relief|"
    r"medicine|gel|care|ointment|dressing|tablets?)"
    r"|(?:voucher|kupon|promo|poin|link|kode|otp|diskon|sesi|pembayaran|invoice|va|coupon|points?|code|session|"
    r"offer|discount|gift card|membership|token)(?:nya|ku)? (?:\w+ ){0,2}(?:expired?|kadaluarsa|kedaluwarsa|hangus|"
    r"basi|bakar|burn\w*)|(?:cd|dvd)(?:nya| nya)? (?:\w+ )?(?:di)?bakar|(?:candles?|incense|wood|lilin|"
    r"dupa) (?:\w+ )?burns?|kulit sintetis|shock(?:proof| absorber| resistant)|(?:culture|sticker|price) shock|"
    r"anti ?(?:alergi|ledak|api|bakar|racun|karat|setrum|sengat)|tahan api|fire ?(?:proof|place|stick|tablet|tv|"
    r"resistant|wire|fox|fly|works?|alarm|extinguisher)|hypo-?allergenic|allergen free"
    r"|alat pemadam\w*|korek api|kembang api|kereta api|gunung api|cahaya api|api unggun|smoke(?:d)? (?:salmon|"
    r"beef|meat|flavou?r|gray|grey)|smoke detector|asap cair|daging asap|ikan asap"
    r"|luka di hati|toxic (?:boyfriend|relationship|masculinity)|non-?toxic|bebas racun|tidak beracun|detox\w*|"
    r"racun (?:belanja|shopee|tiktok|skincare|nih|banget)|keracunan (?:belanja|skincare|konten)"
    r"|cut(?:ting)? (?:board|price|costs?|off|sleeve|size)|choker|tersedak game|bleeding edge|shots? (?:glass|"
    r"glasses)|bunuh (?:diri game|waktu|kuman|bakteri|kutu)|pembunuh kuman"
    # fraud
    r"|anti ?(?:penipuan|maling|hack\w*|fraud|theft)|anti-theft|life ?hacks?|hack ?saw|hackathon|(?:growth|"
    r"kitchen) hack\w*|penipuan tidak ada|fraud detection (?:book|course)|penyadap\w* karet|"
    r"(?:robin|neighbor)hood|(?:colong|curi|steal|stole) (?:start|perhatian|the show|my heart|hati)|such a steal|"
    r"(?:a|what a|total) steal|(?:buku|film|novel|movie|book|poster) (?:\w+ ){0,2}(?:penipu|hacker|mafia|scam|"
    r"fraud|polisi|police|detektif|court|lawyer)\w*"
    # legal
    r"|polisi tidur|(?:kostum|baju|mainan|mobil|seragam|topi|lego|sepatu|kaos|rompi|gelang|peluit|"
    r"jaket) (?:\w+ )?(?:polisi|police|hakim|tentara|pengacara)\w*|police (?:costume|car|toy|lego|hat|uniform|set|"
    r"badge|siren)|bima polisi"
    r"|hukum (?:karma|alam|newton|islam|fisika|rimba|ohm|jual beli|murphy)|buku hukum(?: \w+)?|fakultas hukum|"
    r"kuliah hukum|anak hukum|jurusan hukum|law (?:book|student|school|of)|brother-?in-?law|(?:mother|father|"
    r"sister|son|daughter)s?(?:-| )in(?:-| )law"
    r"|(?:tennis|badminton|basketball|food|squash|volley|futsal|padel) courts?|court (?:shoes?|heels?|vintage|"
    r"size)|(?:suit|suits) (?:me|my|you|her|him|jacket|size|case|for|and|well)|swim ?suits?|wet ?suits?|"
    r"law(?:n)? (?:mower|chair)|bathing suit|jump ?suit|"
    r"legal (?:size|pad|paper|tender|name|age)|kertas (?:legal|hvs)|ukuran legal|bpom|halal|sue(?=d(?:e)\b)|"
    r"attorney(?:-| )client mug|kapan lapor(?:an)?|lapor (?:pajak|spt)|(?:case|kasus) (?:hp|iphone|kosmetik)"
    # vulnerable
    r"|tas kulit buaya|kulit buaya|(?:baju|mainan|sepatu|sepeda|buku|susu|popok|kursi|kado|celana|topi|tas|masker|"
    r"obat|ukuran|kaos|perlengkapan|vitamin|kacamata|helm|sandal|boneka) (?:untuk |buat )?(?:\w+ )?(?:anak|bayi|"
    r"balita|lansia|orang tua)\w*"
    r"|anak (?:kos|tangga|panah|rantau|timbangan|muda|band|kunci|saya suka|perusahaan|gunung|sma|kuliah)|"
    r"kids? (?:size|shoes|toys?|bike|shirt|section|wear|meal)|child(?:ren)?'?s (?:size|book|bike|toy|shoes)|"
    r"(?:baby|child|kid) (?:seat|proof|lock|monitor|shampoo|carrier)"
    r"|(?:mati|kehabisan|krisis) (?:ide|gaya|stok)|kehilangan (?:resi|paket|barang|kardus|struk|kunci|voucher|"
    r"nomor)|(?:lost|losing) my (?:package|parcel|receipt|tracking|password|mind|order|patience|temper|voucher|"
    r"keys?)"
    r"|(?:funeral|black) (?:dress|hat)|kursi roda (?:mainan|kantor)|meja roda|tuna (?:kaleng|segar|sandwich|salad|"
    r"mayo)|disable(?:d)? (?:my account|notifications?|the|auto|cookies|button|feature)|(?:account|button|feature|"
    r"akun|option|link) (?:is|was|got|has been) disabled"
    r"|old (?:version|model|phone|order|address|account|school|navy|number)|buta (?:warna nya|arah|map)|"
    r"blind (?:box|bag|date|spot)s?|(?:roller|window|venetian) blinds|deaf(?:en|ening)|grief (?:counsel book)|"
    r"good grief|poor (?:quality|service|packaging|design|signal)|barang (?:miskin|murah)"
    r")\b"
)

_SAFETY: Final = (
    # things that burn, explode, smoke, give shocks
    r"\b(?:ter|ke|di)?bakar(?:an)?\b|\bkebakar\w*|\bmeledak|\bledakan|\bmeletus|\bmeleduk|\bledak\b|\bkonslet\w*|"
    r"\bkorslet\w*|\bkorsleting|\bpercikan api|\bkeluar (?:api|asap)|\bapi keluar|\bberasap|\bngebul|\bgosong|"
    r"\bhangus(?! poin)|"
    r"\bmeleleh|\bkesetrum|\bkestrum|\bkena setrum|\btersengat|\bnyetrum|\bkebocoran gas|\bbau gas|\bgas bocor|"
    r"\btabung\w* bocor|\bbocor gas|\bbau (?:hangus|gosong|terbakar|sangit)|"
    r"\bmenggelembung|\bbaterai\w* (?:\w+ )?(?:kembung|bengkak|gembung|menggembung|panas sekali|panas sangat|bocor|"
    r"mengembang|melendung|hamil)|\b(?:kembung|bengkak) baterai|\bpanas (?:sekali|sangat|banget) (?:sampai|hampir)|"
    r"\bmenyala sendiri|\bnyala api|\bapi (?:besar|menyala|dari)|\bkorban|\bblong\b|\bambruk|\broboh",
    r"\b(?:caught|catch|catching|on|set|started a|started) (?:on )?fire\b|\bfire (?:hazard|broke|started|in my)|"
    r"\bflames?\b|\bburn(?:t|ed|ing|s)?\b|\bexplo(?:d|s)\w*|\bblew up|\bblown up|\bsmok(?:e|ing|es|ed)\b|"
    r"\bsparks?\b|\bsparking|\bsparked|\belectrocut\w*|"
    r"\belectric(?:al)? shock|\bgot (?:a |an )?(?:\w+ )?shock|\bshock(?:ed|s) me|\bzapped|\bgas (?:leak|smell)\w*|"
    r"\bleak\w* gas|\bsmell(?:s|ing)? (?:of )?(?:gas|burning|smoke)|\boverheat\w*|\bmelt(?:ed|ing|s)?\b|"
    r"\bswollen batter\w*|\bbatter(?:y|ies) (?:\w+ ){0,3}(?:swell\w*|swollen|bulg\w*|leak\w*|puff\w*|hot|"
    r"expand\w*)|"
    r"\b(?:swell|bulg|leak)\w* batter\w*|\bshort ?circuit\w*|\bhot to (?:touch|hold)|\bbrakes? (?:\w+ )?fail\w*|"
    r"\bcollaps(?:ed|ing)|\bdangerous\b|\bhazard\w*|\bcarbon monoxide|\bbahaya\b|\bberbahaya|\bmembahayakan|"
    r"\bunsafe\b|\bfatal\b",
    # bodies hurt
    r"\b(?:luka|terluka|melukai|berdarah|pendarahan|perdarahan|cedera|cidera|patah tulang|tergores|tersayat|"
    r"teriris|kesayat|keiris|lecet|memar|lebam|melepuh|iritasi|ruam|bentol\w*|biduran|gatal-gatal|gatal\w*|alergi|"
    r"bengkak|"
    r"keracunan|beracun|racun|muntah\w*|mual|diare|mencret|pingsan|sesak|sesak napas|sesak nafas|kejang\w*|demam|"
    r"tersedak|keselek|tertelan|ketelan|menelan|masuk (?:rumah sakit|rs|ugd|igd)|(?:ke|dibawa ke|"
    r"dilarikan ke) (?:ugd|igd|rumah sakit|dokter)|dirawat (?:karena|gara\S*|akibat|setelah|habis)|"
    r"operasi gara-gara|jatuh gara-gara|kecelakaan|celaka|perih|mata\w* (?:merah|perih|sakit)|(?:kulit|tangan|"
    r"badan|muka|wajah)\w* (?:\w+ )?(?:merah-merah|merah|mengelupas|terkelupas|panas|melepuh|rusak|terbakar)|"
    r"wajah\w* (?:merah|bengkak|rusak|panas)|muka\w* (?:merah|bengkak|rusak|panas|jerawatan parah)|pecahan kaca|"
    r"beling|belatung|ulat|silet|jarum di|kaca di dalam|basi|kadaluarsa|kedaluwarsa|kadaluwarsa|berjamur|jamuran)\b",
    r"\b(?:injur\w+|wound\w*|bleed\w*|blood\b|bled|hurt (?:me|my|himself|herself|his|her|our|a|badly)|hurts? (?:my|"
    r"his|her) \w+|got hurt|stitches|fractur\w+|broke (?:my|his|her|a) (?:arm|leg|finger|wrist|tooth|bone|hip|"
    r"ankle|nose)|"
    r"(?:cut|sliced|gashed) (?:my|his|her|our|their|myself|himself|herself|me)|scald\w*|blister\w*|rash(?:es)?\b|"
    r"hives|itch\w*|allerg\w+|anaphyla\w*|swollen|swelling|irritat(?:ed|ion|ing)|poison\w*|toxic|vomit\w*|threw up|"
    r"throwing up|nausea|diarrh\w+|food poisoning|faint(?:ed|ing)?|passed out|"
    r"chok(?:e|ed|ing)\b|swallow(?:ed|ing)?|hospitali[sz]ed|(?:ended up|end up|landed|sent|put|rushed|went|go|"
    r"taken) (?:\w+ ){0,2}(?:in|to) (?:the )?(?:hospital|er|doctor)|emergency room|er visit|ambulance|seizure|"
    r"can not breathe|cannot breathe|trouble breathing|hard to breathe|difficulty breathing|unconscious|"
    r"glass (?:in|inside|shards?|pieces?)|shards?|needle in|razor|maggots?|mou?ld(?:y)?|expired|spoiled|accident|"
    r"eyes? (?:\w+ )?(?:burning|red|stinging|hurt)|skin (?:\w+ )?(?:peel\w*|red|burn\w*|broke out|reaction)|"
    r"reaction to (?:the|this|your)|side effects?|sick after|ill after|made (?:me|him|her|us|my \w+) (?:very |"
    r"really )?(?:sick|ill))\b",
    # lives in danger
    r"\b(?:bunuh diri|mau mati|ingin mati|pengin mati|pengen mati|lebih baik mati|mending mati|mati saja|aku mati|"
    r"mengakhiri hidup|akhiri hidup\w*|tidak (?:mau|ingin|sanggup|kuat) hidup|capek hidup|lelah hidup|"
    r"menyakiti diri|melukai diri|gantung diri|loncat dari|lompat dari (?:gedung|jembatan|lantai|atas)|"
    r"putus asa|overdosis|minum (?:racun|baygon|semua obat)|tidak ada gunanya hidup|nyawa|hampir mati|sekarat|"
    r"dibunuh|membunuh|ancam\w* (?:bunuh|nyawa)|nyayat|self ?harm)\b",
    r"\b(?:suicid\w+|kill (?:my|him|her|your)self|end(?:ing)? (?:my|it all|my own) ?(?:life)?|want to die|"
    r"wanna die|wish i (?:was|were) dead|better off dead|do not want to (?:live|be alive|be here anymore)|"
    r"self-?harm\w*|hurt(?:ing)? myself|cut(?:ting)? myself|overdos\w+|no reason to live|can not go on|"
    r"cannot go on|"
    r"nearly died|almost died|could have (?:died|killed)|almost killed|nearly killed|life-?threatening|kill me|"
    r"death threat\w*|going to die)\b",
)

_FRAUD: Final = (
    r"\b(?:penipu\w*|menipu|nipu|ditipu|tertipu|tipu-tipu|kena tipu|penipuan|scam\w*|phish?ing|pishing|modus|"
    r"ada yang (?:login|masuk|pakai|akses|belanja|order)|(?:dipakai|digunakan|dibeli|diakses|dibuka|"
    r"diganti) orang(?: lain)?|dibobol|bobol|kebobolan|dibajak|diretas|peretas|hacker|(?:di|ke|kena )?hack(?:ed|"
    r"er)?|ngehack|dicuri|pencuri\w*|mencuri|kecurian|digelapkan|penggelapan|palsu(?:kan|an)?|dipalsukan|pemalsuan|"
    r"disalahgunakan|"
    r"(?:bukan saya|tanpa (?:izin|ijin|sepengetahuan|persetujuan) saya|tidak pernah (?:saya )?(?:pesan|order|beli|"
    r"belanja|transaksi|melakukan|merasa)|saya tidak (?:pernah )?(?:melakukan|merasa|buat) (?:transaksi|pembelian|"
    r"pesan\w*|order\w*|transfer|beli))|transaksi (?:mencurigakan|tidak (?:dikenal|wajar)|asing|aneh)|mencurigakan|"
    r"(?:minta|meminta|ditanya|dimintai|kasih|kirim|share|bocor\w*) (?:\w+ ){0,3}(?:otp|pin|cvv|kode verifikasi|"
    r"password|kata sandi)|otp (?:\w+ )?(?:padahal|tanpa|sendiri|terus)|(?:login|masuk|akses|dipakai|diakses|"
    r"dibuka|dikuasai) (?:\w+ )?(?:orang (?:lain|tak dikenal|tidak dikenal|asing))|orang (?:lain|tidak dikenal|"
    r"asing) (?:\w+ ){0,2}(?:masuk|login|pakai|akses|order|belanja|beli)|"
    r"mengatasnamakan|atas nama (?:toko|kalian|tanggap) (?:minta|menghubungi|menelepon)|ngaku-ngaku|"
    r"mengaku (?:dari|sebagai|admin|cs|pihak|kurir|toko)|cs palsu|admin palsu|akun palsu|toko palsu|website palsu|"
    r"link palsu|uang saya hilang|saldo\w* (?:[\w-]+ ){0,2}(?:hilang|lenyap|raib|terkuras|habis sendiri|"
    r"berkurang sendiri|dikuras)|(?:kartu|rekening)\w* (?:\w+ )?(?:dibobol|terdebit|disalahgunakan|dipakai orang|"
    r"didebet|tertagih)|"
    r"ditagih padahal|terdebit (?:dua kali|sendiri)|diambil alih|ambil alih akun|pencurian|"
    r"identitas (?:saya )?(?:dicuri|dipakai|disalahgunakan)|data (?:\w+ ){0,3}(?:bocor|dicuri|disebar|dijual)|"
    r"pembajakan|skimming|judi online|pemerasan|diperas)\b",
    r"\b(?:scam\w*|fraud\w*|phish\w*|hack(?:ed|er|ers|ing)?|hijack\w*|compromised|identity theft|stol(?:e|en)|"
    r"steal(?:ing)?|thief|theft|unauthori[sz]ed|impersonat\w+|pretend(?:ing|ed|s)? to be|claim(?:ing|ed|"
    r"s)? to be (?:from )?|fake (?:site|website|account|agent|seller|link|email|call|page|shop|store|support|"
    r"invoice|cs)|counterfeit\w*|"
    r"(?:never|did not|do not) (?:make|made|place|placed|order(?:ed)?|buy|bought|authori[sz]e[d]?|approve[d]?|"
    r"recogni[sz]e|remember (?:making|placing|ordering))(?: \w+){0,4} (?:this|that|these|those|it|any|charges?|"
    r"orders?|purchases?|transactions?|payments?)|suspicious|"
    r"(?:not|was not|were not) (?:mine|me|made by me|authori[sz]ed)|without my (?:permission|consent|knowledge|"
    r"approval)|(?:someone|somebody|a stranger|strangers?)(?: else)? (?:\w+ ){0,2}(?:logged|accessed|used|using|"
    r"got into|changed|took over|ordered|bought|charged|is in|opened|signed in)|"
    r"(?:ask(?:ed|ing|s)?|asks|gave|share[d]?|want(?:ed|s)?|sent) (?:me )?(?:\w+ ){0,4}(?:otp|cvv|pin code|my pin|"
    r"verification code|one-?time (?:code|password)|my password|card details|bank details|gift cards?)|taken over|"
    r"took over my|(?:charged|debited|billed) (?:\w+ ){0,4}(?:i did not|i never|without|not me|unknown|"
    r"that is not)|card (?:was |got )?(?:cloned|skimmed|misused)|"
    r"money (?:is |has |was )?(?:gone|vanished|disappeared|missing)|data (?:breach|leak\w*)|leaked my|blackmail\w*|"
    r"extort\w*|strange (?:charge|login|transaction)s?|unknown (?:charge|login|transaction|device)s?|ripped off|"
    r"con ?(?:artist|man|men)|swindl\w*|cheated me|laundering)\b",
)

_LEGAL: Final = (
    r"\b(?:polisi|kepolisian|polda|polres|polsek|bareskrim|pengacara\w*|advokat|kuasa hukum|lawyer|somasi|gugat\w*|"
    r"menggugat|digugat|tuntut|menuntut|tuntutan|dituntut|pengadilan|meja hijau|persidangan|sidang|hakim|jaksa|"
    r"jalur hukum|ranah hukum|proses hukum|langkah hukum|tindakan hukum|secara hukum|"
    r"upaya hukum|melanggar hukum|melanggar uu|pelanggaran hukum|hukum(?:an)?|dipidana|pidana|pidanakan|perdata|"
    r"dipenjara|penjara|ylki|bpkn|bpsk|lpksm|ojk|kominfo|ombudsman|kppu|kemendag|perlindungan konsumen|"
    r"lembaga konsumen|uu konsumen|uu ite|undang-undang|pasal|lbh|notaris|mediasi|arbitrase|"
    r"(?:me)?lapor(?:kan|in|an)? (?:\w+ ){0,3}(?:ke|kepada) (?:\w+ ){0,2}(?:polisi|ylki|bpkn|ojk|pihak berwajib|"
    r"pihak berwenang|yang berwajib|kominfo|kementerian|dinas|bpom|pemerintah|konsumen)|berwajib|"
    r"ganti rugi (?:lewat|melalui|secara) hukum|laporan polisi|viralkan|saya viralin|media massa|wartawan|"
    r"surat pembaca)\b",
    r"\b(?:polic(?:e)|cops?|lawyers?|attorneys?|solicitors?|barristers?|legal(?:ly)?|illegal\w*|su(?:e|ed|ing)\b|"
    r"lawsuit\w*|litigat\w*|(?:small claims|class action|in|to|the|high|supreme|district|civil|take you to|"
    r"see you in) court|courts?|courthouse|tribunal|judge|prosecut\w*|press charges|criminal (?:complaint|charges?|"
    r"case)|"
    r"consumer (?:protection|agency|affairs|rights?|authority|council|commission|watchdog|foundation|law|ombudsman|"
    r"court|body)|ombudsman|trading standards|regulators?|better business bureau|bbb|ftc|ylki|bpkn|bpsk|ojk|"
    r"breach of contract|cease and desist|damages|liable|liability|negligence|subpoena|"
    r"arbitration|my rights|statutory|report (?:you|this|your \w+|the shop) to (?:the )?(?:\w+ )?(?:authorit\w+|"
    r"police|government|agency|ministry|bank)|authorities|go to the press|journalist|newspaper)\b",
)

_VULNERABLE: Final = (
    r"\b(?:lansia|manula|lanjut usia|jompo|sudah tua|sudah sepuh|sepuh|kakek|nenek|eyang|oma|opa|"
    r"orang tua saya (?:sakit|sendiri|tidak)|umur (?:6\d|7\d|8\d|9\d)|usia (?:6\d|7\d|8\d|9\d)|(?:6\d|7\d|8\d|"
    r"9\d) tahun|pikun|demensia|alzheimer|"
    r"anak (?:saya|kecil|di bawah umur|dibawah umur|aku|kami)? ?(?:\w+ ){0,3}(?:beli tanpa|belanja tanpa|"
    r"pesan tanpa|order tanpa|tidak sengaja|sakit|autis|masuk rs|berumur|umur|usia|memesan|kepencet|pakai kartu|"
    r"hilang|disabilitas)|masih di bawah umur|di bawah umur|dibawah umur|saya masih (?:sd|smp|anak|kecil)|"
    r"umur saya (?:8|9|1[0-6])|saya (?:berumur |umur |usia )(?:8|9|1[0-6])(?: tahun)?|bayi (?:saya|kami|aku|baru|"
    r"prematur)|balita saya|yatim\w*|"
    r"meninggal|wafat|almarhum\w*|mendiang|berduka|duka|belasungkawa|kehilangan (?:ibu|ayah|bapak|suami|istri|anak|"
    r"orang tua|keluarga|adik|kakak|mama|papa|bayi|pekerjaan|kerja)|pemakaman|keguguran|janda|duda|tiada|"
    r"telah berpulang|berpulang|kemalangan|"
    r"difabel|disabilitas|penyandang|cacat(?= (?:fisik|tubuh|mental|sejak))|saya cacat|tuna ?(?:netra|rungu|wicara|"
    r"daksa|grahita)|buta|tuli|bisu|lumpuh|kursi roda|stroke|autis\w*|down syndrome|tidak bisa (?:melihat|"
    r"mendengar|berjalan|baca tulis)|buta huruf|low vision|disleksia|"
    r"kanker|cuci darah|kemo\w*|sakit keras|sakit parah|penyakit kronis|sedang sakit|lagi sakit|dirawat|opname|"
    r"habis operasi|rumah sakit|koma|kritis|hamil|melahirkan|depresi|trauma|panic attack|serangan panik|"
    r"gangguan (?:jiwa|mental|cemas\w*)|bipolar|kdrt|dipukul\w* suami|dilecehkan|pelecehan|"
    r"phk|kena phk|di phk|dipecat|nganggur|menganggur|tidak punya uang|tidak ada uang|uang (?:terakhir|"
    r"satu-satunya|tabungan terakhir)|tidak bisa makan|belum makan|kelaparan|bangkrut|pinjol|terlilit|terjerat|"
    r"utang|hutang|susah makan|kesulitan (?:ekonomi|keuangan)|miskin|tidak mampu|kurang mampu|(?:kena|korban|"
    r"akibat|musibah) (?:banjir|gempa|kebakaran|bencana)|kebanjiran|banjir|(?:untuk|buat|beli) (?:makan|beras|"
    r"susu anak|obat)(?: \w+)? (?:saja|aja|susah)|(?:untuk|buat) (?:beli )?(?:makan|beras|obat)|(?:masih|"
    r"baru) (?:8|9|1[0-6]) tahun|pengungsi\w*|mengungsi|tunawisma|diusir)\b",
    r"\b(?:elderly|senior citizen|pensioner|old (?:lady|man|woman|age)|my (?:\w+ )?(?:grandma|grandmother|"
    r"grandfather|grandpa|nan|granny|gran)|grandmother|grandfather|(?:6\d|7\d|8\d|9\d)(?:-| )years?(?:-| )old|"
    r"(?:i am|he is|she is|aged) (?:6\d|7\d|8\d|9\d)\b|dementia|alzheimer\w*|frail|care home|nursing home|carer|"
    r"caregiver|"
    r"(?:my|our|a) (?:[\w-]+ ){0,4}(?:child|son|daughter|kid|toddler|baby|newborn|infant|"
    r"minor)(?: \w+){0,3} (?:bought|ordered|used|purchased|is sick|is ill|accidentally|by accident|without|"
    r"was charged|autistic|disabled|needs|need)|(?:i am|i'm|im) (?:only )?(?:[7-9]|1[0-6])(?: years old| yo|"
    r"\b)(?! (?:days|weeks|hours|minutes|months|%|percent|orders|items|cm|kg))|underage|a minor|"
    r"my mom does not know|orphan\w*|"
    r"passed away|pass away|died|death|deceased|dead (?:husband|wife|father|mother|son|daughter)|late (?:husband|"
    r"wife|father|mother|son|daughter|dad|mum|mom|brother|sister)|funeral|griev\w+|grief|mourning|bereave\w*|"
    r"widow\w*|miscarriage|stillbirth|lost my (?:\w+ )?(?:husband|wife|dad|father|mum|mom|mother|son|daughter|"
    r"child|baby|brother|sister|job|home|house|partner|parents?)|"
    r"disab(?:led|ility|ilities)|wheelchair|blind|visually impaired|deaf|hard of hearing|hearing impaired|autis\w+|"
    r"down syndrome|paraly[sz]ed|can not (?:see|hear|walk|read)|cannot (?:see|hear|walk|read)|dyslexi\w+|"
    r"screen reader|special needs|mobility|epilep\w*|"
    r"cancer|chemo\w*|dialysis|terminal(?:ly)? ill\w*|seriously ill|very ill|in (?:the |a )?hospital|surgery|"
    r"stroke|depress(?:ed|ion)|anxiety|panic attacks?|mental health|trauma\w*|ptsd|bipolar|pregnan\w+|"
    r"domestic (?:abuse|violence)|abusive|abus(?:ed|es) me|harass\w*|"
    r"unemployed|laid off|lost (?:my|his|her) job|fired from|can not afford|cannot afford|could not afford|"
    r"no money|last (?:money|of my money|savings)|my savings|starving|can not (?:eat|feed)|cannot feed|feed my|"
    r"bankrupt\w*|in debt|debts?|homeless|evict\w*|hardship|struggling (?:financially|to pay|with money)|"
    r"single (?:mother|mom|mum|parent)|on benefits|refugee|flood(?:s|ed|ing)?\b|house fire|lost everything|"
    r"earthquake|desperate)\b",
)

_KINDS: Final[tuple[tuple[Hazard, re.Pattern[str]], ...]] = (
    ("safety", re.compile("|".join(_SAFETY))),
    ("fraud", re.compile("|".join(_FRAUD))),
    ("legal", re.compile("|".join(_LEGAL))),
    ("vulnerable", re.compile("|".join(_VULNERABLE))),
)
# "tidak berbahaya kan?", "apakah aman dari alergi", "no allergy so far": said not to be so.
_NEGATED: Final = re.compile(
    r"\b(?:tidak|bukan|tanpa|bebas|belum pernah|belum|anti|jangan sampai|cegah|mencegah|biar tidak|supaya tidak|"
    r"agar tidak|no|not|never|without|free of|free from|"
    r"does not|did not|is not|was not|will not|prevents?|avoid|against|proof|non)(?: (?:pernah|ada|akan|bikin|"
    r"membuat|menyebabkan|mengandung|mudah|gampang|cepat|any|a|an|cause|get|got|contain|the|been|so|at all|easily|"
    r"sampai|kena|"
    r"ter|jadi|lagi|terlalu|seem|look|feel|be))* $"
)
# A negation within these says the danger itself, not its absence.
_OWN_NEGATION: Final = re.compile(r"^(?:tidak|tanpa|never|did not|do not|not|without|no |can|bukan)")
_BEFORE: Final = 45


def hazard(text: str) -> Hazard | None:
    """What makes a message one for a person at once, or None; of several the first kind.

    The kinds in order: safety, fraud, legal, vulnerable. Of a long text the beginning and the end are read.
    """
    shown = text if len(text) <= 2 * _END else f"{text[:_END]} {text[-_END:]}"
    plain = normalise(shown)
    # Most messages hold none of it: only the others are searched for false friends.
    return _first(_FALSE_FRIENDS.sub(" _ ", plain)) if _first(plain) else None


def _first(plain: str) -> Hazard | None:
    for kind, pattern in _KINDS:
        for match in pattern.finditer(plain):
            before = plain[max(0, match.start() - _BEFORE) : match.start()]
            if _OWN_NEGATION.match(match.group()) or not _NEGATED.search(before):
                return kind
    return None
