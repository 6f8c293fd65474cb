"""The phrases in which people ask for a person, as patterns over normalised text; and what only looks like one.

Two steps: false friends ("agen pengiriman", "biaya admin", "travel agent") are blanked out first, then a text that
still holds an asking phrase, and does not turn it down ("tidak usah disambungkan ke cs"), asks for a person.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_BLANK: Final = " _ "

_FALSE_FRIENDS: Final = re.compile(
    r"\b(?:"
    r"agen (?:pengiriman|kurir|ekspedisi|jnt|j&t|jne|pos|resmi|travel|perjalanan|properti|asuransi|pulsa|lpg|gas|"
    r"terdekat|"
    r"wisata|tiket|brilink|drop|sicepat|penjual\w*|reseller|sabun|hayati|pembersih|rahasia|fbi|bola|beras|tunggal|"
    r"anteraja|"
    r"ninja|lion|sembako|pemasaran|di (?:kota|daerah|wilayah)|drop ?point|paket)"
    r"|(?:jadi|daftar|sebagai|lowongan|loker|lamar\w*|syarat|seragam|gaji|magang|kursus|pelatihan|pekerjaan|posisi) "
    r"(?:\w+ )?(?:agen|admin|cs|customer service|operator|petugas|staf|kasir)"
    r"|(?:biaya|fee|ongkos|potongan|tarif|bayar|gratis|bebas|kena|tanpa|uang|komisi) (?:\w+ )?admin(?:nya)?"
    r"|admin (?:fee|fees|bank|charge|charges|panel|page|dashboard|account|password|rights|cost|costs)"
    r"|(?:akun|halaman|panel|password|menu|login|grup|group) (?:admin|operator|agen)"
    r"|(?:kantor|koordinator|sistem|dokumen) admin\w*"
    r"|orang (?:tua|lain|rumah|dewasa|kantor|asing|sekitar|hamil|sakit|indonesia|jakarta|bandung|bule|gemuk|besar|"
    r"kurus|"
    r"banyak|kedua|ketiga|utan|pada|bilang|terdekat|serumah|gudang|kaya|miskin|jahat|yang (?:beli|pesan|pakai|"
    r"sama))(?:ku|nya|an)?"
    r"|(?:untuk|isi|muat|kapasitas|cukup|porsi|beberapa|banyak|semua|setiap|tiap|kata|per|ukuran|\d+|satu|dua|tiga|"
    r"empat|"
    r"lima|seorang|punya|dikira|sebagian|kebanyakan|banyaknya) orang(?!\w)(?! (?:asli|beneran|cs))"
    r"|operator (?:seluler|selular|telekomunikasi|pulsa|kartu|jaringan|apa|mesin|forklift|excavator|telkomsel|xl|"
    r"network|manual)"
    r"|(?:jaringan|kartu|pulsa|provider|mobile|network|phone|tour|crane) operator"
    r"|ngomong-ngomong|omong-omong|terima kasih"
    r"|(?:buku|kursus|pelatihan|training|seragam|headset|meja|kursi|kaos|novel) (?:\w+ )?(?:cs|call center|"
    r"customer service|operator|admin|agen)"
    r"|harga (?:agen|reseller)|(?:drop|titip|di|taruh|retur) (?:\w+ )?(?:di |ke )?agen(?! manusia)|(?:hak|rambut|"
    r"tubuh|model|darah|ukuran|gambar) (?:asasi )?(?:manusia|orang)"
    r"|(?:what time|when|what hours|which days?|until when|how late) (?:is|are|does|do|can) (?:the |"
    r"your )?(?:customer (?:service|support|care)|support|agents?|call center|live chat)"
    r"|(?:travel|shipping|delivery|cleaning|real estate|estate|insurance|forwarding|freight|secret|cleansing|"
    r"bleaching|"
    r"collection|drop-?off|anti-?caking|foaming|oxidi[sz]ing|user|booking|customs|fbi|free|estate|courier|pickup|"
    r"parcel) agents?"
    r"|agents? (?:code|number|discount|price|pricing|fee|commission|program(?:me)?|orange)"
    r"|human (?:hair|resources|rights|body|size|error|nature|anatomy|skeleton|figure|grade|race|consumption|"
    r"trafficking)"
    r"|(?:missed|per|each|every|another|wrong|different|tall|short|nice|kind|third|which|that|one|two|2|3|4|\d+|"
    r"thin|large|"
    r"small|shorter|taller|bigger|other) (?:person|people|persons)(?!\w)(?! (?:on|to talk|to speak))"
    r"|(?:be|become|hiring|hire|job as|jobs as|vacanc\w+ for|work as|apply as|salary of|salary for) (?:an? |any )?"
    r"(?:customer (?:service|support|care)|agents?|representatives?|sales rep\w*|operators?|admins?|managers?|staff)"
    r"|(?:customer (?:service|support|care)|agent|staff|manager|admin) (?:jobs?|vacanc\w+|positions?|careers?|"
    r"uniforms?|salary|"
    r"training|course)"
    r"|(?:customer service|customer care|customer support|cs|support|admin|layanan pelanggan|kalian)(?:nya)? "
    r"(?:hours|opening|buka|jam berapa|jam operasional|24 jam|libur|tutup|open|closed|available (?:on|24))"
    r"|(?:password|file|project|task|product|store|window|device|download|time|brand) manager"
    r"|(?:robot|mesin|ai) (?:vacuum|vakum|penyedot|pel|mainan|lego|cuci|jahit|kopi|toy|cleaner|mop|arm|kit|gundam|"
    r"pembersih)\w*"
    r"|(?:mainan|toy|lego|kaos|sablon|boneka|vacuum|vakum|model|tipe|stiker|motif|gambar) (?:robot|manusia|orang)"
    # Somebody else's telephone call.
    r"|(?:call|phone|ring|text|telepon|hubungi|chat) (?:me|saya|dulu)(?: \w+)? (?:when|if|before|once|kalau|"
    r"sebelum|jika|bila|saat|pas|setelah)"
    r"|(?:courier|driver|rider|delivery \w+|kurir\w*|driver\w*|ekspedisi|ojol|satpam|he|she|they) (?:[\w']+ ){0,4}"
    r"(?:call|calls|called|ring|phone|contact|telepon|hubungi|chat|menelepon|menghubungi) (?:me|saya)"
    r"|spokesperson|in person|per orang|staff discount|diskon (?:staf|karyawan)|chat (?:history|saya hilang)"
    r")\b"
)

_PERSON_ID: Final = (
    r"(?:(?:orang|manusia|cs|cso|admin|agen|operator|petugas|staf|staff|pegawai|penjual|seller|supervisor|spv|"
    r"manajer|"
    r"manager|atasan|human|agent|teknisi|penanggung jawab|pimpinan|tim|seseorang|pelayan|sales|owner|bos)(?: ?nya|"
    r"mu|an)?|"
    r"(?:tim|bagian|pihak|layanan|bantuan) (?:\w+ )?(?:cs|support|admin|pelanggan|konsumen|penjual|toko|komplain|"
    r"manusia|terkait)|"
    r"customer (?:service|care|support)(?: ?nya)?|call cent(?:er|re)|hotline|live ?(?:chat|agent|person)|"
    r"yang (?:asli|hidup|bukan (?:bot|robot|mesin)))"
)
_CONTACT_ID: Final = (
    r"(?:ngomong(?:nya)?|bicara|berbicara|bicarakan|chat|chatting|ngobrol|mengobrol|komunikasi|berkomunikasi|"
    r"terhubung|connect|konek|nyambung|bertemu|tatap muka|video call|nego|"
    r"konsultasi|diskusi|berdiskusi|tanya|bertanya|curhat|komplain|hubungi|dihubungi|menghubungi|kontak|telepon|"
    r"telepon-teleponan|"
    r"menelepon|ditelepon|call|ketemu|lapor|dilayani|dibantu|dijawab|dibalas|ditangani|diurus|direspon|dilayanin|"
    r"speak|talk)"
)
_HANDOVER_ID: Final = (
    r"(?:di)?(?:sambung|hubung|alih|pindah|terus|oper|transfer|panggil|lempar|forward|eskalasi|serah|switch|naik|"
    r"lapor|connect|sambungkan|"
    r"arah|lewat|ambung|undang|carik?)(?:kan|in|ke|an)?"
)
_WISH_ID: Final = (
    r"(?:mau|ingin|minta|tolong|bisa(?:kah)?|boleh(?:kah)?|mohon|coba|perlu|butuh|harus|biar|bisa tidak|gimana|"
    r"bagaimana|cara|"
    r"please|pilih|lebih baik|mending|mendingan|kepingin|hendak|maunya|butuhnya|izin|ijin|kasih|beri|berikan|"
    r"carikan|pengin|want|need)"
)
#: Whose service it is that is asked for, where it is not the shop's.
_OTHERS: Final = (
    r"(?:jne|jnt|j&t|sicepat|anteraja|ninja|lion|pos|tiki|ekspedisi|kurir|gojek|grab|bca|bri|bni|mandiri|dana|ovo|"
    r"gopay)"
)
_BOT: Final = (
    r"(?:bot|robot|mesin|ai|chatbot|otomatis|auto ?reply|autoreply|template|machine|automated|computer|komputer|"
    r"asisten virtual)(?:nya|mu)?"
)
_FEW: Final = r"(?:[\w'-]+ ){0,3}"
_POLITE_ID: Final = (
    r"(?:dong|deh|ya|yah|kak|kakak|min|please|tolong|sekarang|woi|woy|oi|mas|mbak|bang|gan|sis|pak|bu|aja|saja|sih|"
    r"asli|beneran|hidup|langsung|segera|[!?.,])"
)

_ASKS_ID: Final = (
    # "mau ngomong sama orang", "bisa chat langsung dengan cs-nya?"
    rf"\b{_WISH_ID} {_FEW}{_CONTACT_ID},? {_FEW}{_PERSON_ID}\b",
    # "sambungkan ke cs", "tolong alihkan saya ke operator"
    rf"\b{_HANDOVER_ID} {_FEW}(?:ke |dengan |sama |kepada )?{_FEW}{_PERSON_ID}\b",
    # "minta cs", "butuh manusia", "mau sama orang", "tolong admin"
    rf"\b(?:mau|ingin|minta|butuh|perlu|pengin|panggil|panggilkan|mohon|pilih|cari|mending|maunya|butuhnya|kasih|"
    rf"want|need) "
    rf"(?:sama |dengan |ke |ada |yang |bantuan |dari |aja |saja |langsung |saya |satu |seorang |tolong |nomor |"
    rf"kontak |wa |telepon |"
    rf"id |dilayani |dibantu )*{_PERSON_ID}\b(?! (?:yang tadi|kemarin))",
    # "admin mana", "mana csnya", "cs ke mana sih", "ada orang tidak", "tidak ada manusianya?"
    rf"\b{_PERSON_ID} (?:(?:toko|di sini|ini|kalian|kamu|tokonya|yang asli) )?(?:pada )?(?:ke ?mana|mana|di mana|"
    rf"ada tidak|ada (?:kah|\?)|adakah)\b",
    rf"\b(?:mana|ke ?mana) (?:sih |nih |ini |si |para )?{_PERSON_ID}\b",
    rf"\b(?:ada|adakah|tidak ada|apa ada|apakah ada)(?:kah)? {_FEW}(?:orang|manusia|cs|admin|petugas|operator|staf|"
    rf"agen|customer service)(?:nya)?"
    rf" ?(?:tidak|di sini|disini|yang (?:bisa|jaga|online|standby|balas|jawab|asli|respon)|online|standby|asli|"
    rf"beneran|\?|$)",
    # "nomor cs berapa", "kontak admin", "wa cs"
    rf"\b(?:nomor|kontak|wa|whatsapp|telepon|email) (?:telepon |hp |wa |untuk )?{_PERSON_ID}"
    rf"(?! (?:fee|bank|{_OTHERS}))\b",
    # only that: "cs", "cs dong", "operator please"
    rf"^(?:{_POLITE_ID} ?)*{_PERSON_ID}(?:[ ,]*{_POLITE_ID})*$",
    r"\b(?:cs|manusia|operator|orang asli|customer service|manusianya|csnya|adminnya|orangnya) (?:dong|please|"
    r"tolong|woi|woy|sekarang|aja|saja|jawab|keluar|muncul|nongol)\b",
    # "jangan bot", "capek sama robot", "bukan bot dong", "tidak mau dijawab mesin"
    rf"\b(?:jangan|bukan|tidak mau|ogah|malas|males|capek|cape|bosan|bosen|stop|berhenti|tanpa|selain|muak|"
    rf"tidak butuh|tidak suka|kesal|"
    rf"percuma|tidak guna|tidak berguna|tidak mengerti|tidak ngerti|lelah|emoh|matikan|"
    rf"skip) (?!yang )(?:[\w'-]+ ){{0,4}}{_BOT}(?! yang)\b",
    # "orang asli", "manusia beneran"
    r"\b(?:orang|manusia|cs|admin|human|agen)(?:nya)? (?:yang )?(?:asli|beneran|benar(?:an)?|sungguhan|hidup|nyata|"
    r"betulan)\b(?!\?)",
    # "minta ditelepon", "tolong telepon saya", "bisa hubungi saya"
    r"\b(?:minta|mau|tolong|bisa(?:kah)?|mohon|ingin|boleh|harap|please|bisa minta) (?:[\w'-]+ ){0,2}(?:ditelepon|"
    r"dihubungi|di telepon|di call|call ?back|"
    r"telepon (?:saya|aku|balik|langsung)|hubungi (?:saya|balik)|call (?:saya|me)|ditelepon balik)\b",
    rf"^(?:{_POLITE_ID} ?)*(?:telepon|hubungi|call) (?:saya|balik|aku|kami)\b(?! (?:terus|tidak|kemarin|tadi|salah|"
    rf"sudah|ganti|di|mau|hilang|rusak))",
    rf"\b{_PERSON_ID} (?:[\w'-]+ ){{0,2}}(?:hubungi|kontak|telepon|balas|jawab) (?:saya|aku|kami|dong|"
    rf"chat saya)\b(?! (?:kemarin|tadi|terus))",
    rf"\b(?:ganti|tukar|beralih) (?:ke|sama|dengan) {_PERSON_ID}\b",
    rf"\b{_PERSON_ID} (?:[\w'-]+ ){{0,2}}(?:ambil alih|turun tangan|masuk ke chat|gabung)\b",
    # "ada yang jaga?", "tekan berapa untuk ke operator", "live chat", "datangkan adminnya", "cs kok tidak ada"
    r"\bada yang (?:jaga|standby|online|on|bukan (?:bot|robot)|bisa (?:diajak|jawab|balas|bantu jawab))\b",
    rf"\b(?:tekan|pencet|pilih|ketik) (?:berapa|apa|mana|angka) .{{0,25}}{_PERSON_ID}\b",
    r"\blive ?(?:chat|agent|support|person)\b",
    rf"\b(?:datangkan|keluarkan|keluarin|hadirkan|suruh|tunggu|nunggu|menunggu|utus|munculkan) (?:saja |aja |si |"
    rf"dong )?{_PERSON_ID}(?: (?:saja|aja|yang|jawab|dong|buat|ke sini|untuk)|$|[!.?])",
    rf"\b{_PERSON_ID} (?:kok |kenapa )?(?:tidak|pada tidak|belum) (?:ada|muncul|jawab|balas|nongol|respon|bales|"
    rf"online)\b",
    r"\btidak ada (?:orang|manusia|cs|admin|petugas|agen|staf)(?:nya)? (?:yang |satupun |sama sekali )*(?:balas|"
    r"jawab|bantu|jaga|bisa|respon|apa|ya|di sini|menjawab|membalas)\b",
    # "bicara dengan cs" and nothing before it
    rf"^(?:{_POLITE_ID} ?)*(?:saya )?(?:langsung )?{_CONTACT_ID} (?:langsung )?(?:dengan|sama|ke|oleh|via|"
    rf"lewat) {_FEW}{_PERSON_ID}\b",
    r"\b(?:dibantu|dilayani|dijawab|dibalas|ditangani|diurus|bicara|ngomong|chat|ngobrol) (?:langsung )?(?:sama |"
    r"dengan |oleh )?(?:orang|manusia)(?:nya)?\b",
)

_PERSON_EN: Final = (
    r"(?:(?:actual |real |live |living |human |breathing |proper |senior |another |different )*"
    r"(?:human(?: being)?s?|person|people|someone|somebody|anyone|anybody|agents?|representatives?|reps?|operator|"
    r"advisers?|advisors?|"
    r"staff(?: member)?|employee|manager|supervisor|specialist|associate|assistant|colleague|csr?|admin|"
    r"(?:customer|client) (?:service|care|support|rep)s?(?: (?:agent|rep|representative|person|team|staff))?|"
    r"(?:support|service|sales|help ?desk|tech support|technical support|your|the|complaints?|billing) (?:team|"
    r"agent|person|staff|rep|department|desk)|"
    r"tech(?:nical)? support|help ?desk|live (?:chat|support|one)|team member|member of (?:the |your )?(?:staff|"
    r"team)|individual|owner|boss|"
    r"(?:man|woman|guy|lady) in charge|flesh and blood|one of you|someone real|real one|call cent(?:er|re)|"
    r"human (?:help|support|assistance|contact|touch)|seller))"
)
_ARTICLE: Final = (
    r"(?:an? |the |your |my |some |any |one of your |to |with |of |from |by |directly |real |actual |through |"
    r"over |on |in |line |phone |chat )*"
)
_SURE_PERSON_EN: Final = (
    r"(?:(?:actual |real |live |living |human |proper )*(?:human(?: being)?|agent|representative|rep|operator|"
    r"adviser|advisor|supervisor|manager|"
    r"customer (?:service|care|support)|live (?:chat|support)|support (?:agent|person|team)|csr?|staff member|"
    r"team member|specialist)"
    r"|(?:actual|real|live|living|human) (?:person|people|someone|one|individual|assistant))"
)
_WISH_EN: Final = (
    r"(?:want|need|like|wish|prefer|would love|rather|demand|require|request|insist on|looking for|look for|"
    r"waiting for|trying to (?:get|reach|find)|hoping for)"
)
_TALK_EN: Final = (
    r"(?:speak|talk|chat|connect|connected|transfer|transferred|escalate|escalated|communicate|converse|deal|"
    r"discuss|put through|call|contact|reach|message|get through|consult|get hold of|get in touch|patched|dealing|"
    r"speaking|talking|chatting|complain|ask|get a hold of)"
)

_ASKS_EN: Final = (
    # "can I speak to a real person", "talk with an agent"
    rf"\b(?:speak|talk|chat|connect me|transfer me|put me through|put me on|pass me|hand me(?: over)?|"
    rf"patch me(?: through)?|forward me|redirect me|"
    rf"route me|switch me|escalate (?:me|this|it|my \w+)|connect|transfer|get me through|refer me|direct me|"
    rf"move me|bring me|link me) (?:directly |now |please |right now |"
    rf"straight |over |through |on )*(?:to|with|onto|in touch with|2|w) {_ARTICLE}(?:{_PERSON_EN}|support)\b",
    # "I want a human", "need an agent now", "get me a manager", "give me a person"
    rf"\b(?:{_WISH_EN}|get me|give me|gimme|find me|send me to|bring me|fetch me|fetch|call me|let me have|get|"
    rf"may i have|can i have|could i have|can i get|i will take) "
    rf"{_ARTICLE}(?:help from |assistance from |support from |contact with |a word with |response from |"
    rf"reply from |answer from )?{_ARTICLE}{_SURE_PERSON_EN}\b",
    # "I need a person", "get someone", "there must be somebody I can talk to"
    r"\b(?:want|need|get(?: me)?|give me|prefer|rather have|would like|put|bring me|must be|surely|only|just|"
    r"find me) (?:an? |one |some |to |have |with )*"
    r"(?:actual |real )*(?:person|human|people|someone|somebody|manager|agent)(?: real)?(?:$|[ ,]*(?:please|now|"
    r"here|to (?:talk|speak|help|listen|answer|deal)|who (?:can|is)|"
    r"real|instead|on the|on now|on here|on$|for this|i can|asap|[.!?]))",
    r"\b(?:can|could|will|would) (?:any|some)(?:one|body) (?:please |actually |just )*(?:help|assist)(?: me|"
    r" us)?(?: please| here| now| out)*(?:$|[ ,]*[?.!])",
    r"\b(?:some|any)(?:one|body) (?:please )?(?:talk to|respond to|answer|call|listen to|reply to) me\b",
    r"\b(?:someone real|a real one|human (?:chat|support|help|being|agent))\b(?! (?:was|is))",
    rf"\b(?:press|type|dial|push|enter|button|hit) .{{0,25}}{_SURE_PERSON_EN}\b|\b(?:press|type|"
    rf"dial) .{{0,20}}(?:person|someone)\b",
    rf"\b(?:will not|not going to|refuse to|do not (?:want|wish) to|not gonna|tired of|sick of|"
    rf"wasting) .{{0,30}}(?:{_BOT}|bots|robots|machines|chatbots)\b(?! (?:vacuum|toy|mop))",
    rf"\b(?:change|switch|move|go) (?:me )?(?:over )?to {_ARTICLE}(?:{_SURE_PERSON_EN}|person|someone)\b",
    r"\b(?:book|schedule|request|arrange|want|need) a (?:phone )?call\b",
    # "can someone call me", "have somebody phone me", "I need someone to talk to"
    rf"\b(?:can|could|would|will|have|get|ask|let|need|want|please|make) {_ARTICLE}{_PERSON_EN} (?:please |just |"
    rf"to |from \w+ |there |on your team |actually )*"
    rf"(?:call|phone|ring|contact|talk|speak|take over|step in|look|get back|reach|handle|answer|reply|respond|"
    rf"help|assist|deal|message|chat|sort|review|read|check|confirm|verify|fix|explain)\b",
    rf"\b(?:want|need|like|rather|prefer|wish|would like|trying|how (?:do|can) i|can i|could i|may i|let me|"
    rf"allow me|possible|able|i must|i have to) (?:to |be |get |"
    rf"please |just |directly |it )*{_TALK_EN} {_ARTICLE}{_PERSON_EN}\b",
    # "is there a person there", "any humans around", "where is the agent", "anyone there"
    rf"\b(?:is|are) (?:there )?(?:any )?(?:an? )?{_PERSON_EN} (?:there|here|around|available|online|on duty|i can|"
    rf"who can|that can|to talk|to speak|to help|"
    rf"out there|alive|awake|working|free)\b",
    r"\b(?:any|anyone|anybody|somebody|someone) ?(?:real |live |actual )?(?:humans?|people|person|agents?|staff|"
    r"real)? ?(?:there|here|around|alive|home|out there)\b\??",
    rf"\bis there {_ARTICLE}(?:{_SURE_PERSON_EN}|person|human|someone|somebody|anyone)\b",
    rf"\bwhere (?:is|are|can i find|do i find) {_ARTICLE}{_PERSON_EN}\b",
    rf"\b(?:phone |contact |telephone |hotline |direct )?(?:number|line|contact|phone|email) (?:of|for|"
    rf"to) {_ARTICLE}(?:{_SURE_PERSON_EN}|support|person)\b",
    r"\b(?:customer service|customer care|customer support|support|help ?line)(?:'s)? (?:phone |contact |"
    r"telephone |hotline |direct )?(?:number|line|hotline)\b",
    # only that: "agent", "human please", "representative!!"
    rf"^(?:please|hi|hello|hey|ok|now|just|no|[!?.,]| )*{_ARTICLE}{_SURE_PERSON_EN}(?: (?:now|please|asap|pls|"
    rf"immediately|today|thanks|thank you|here|dammit|only|help)|[!?.,])*$",
    r"^(?:please|hi|hello|[!?.,]| )*(?:real |live |actual )?(?:person|people|someone real)(?: (?:now|please|asap|"
    r"only)|[!?.,])*$",
    rf"\b{_SURE_PERSON_EN} (?:please|now|asap|immediately|right now)\b",
    # "not a bot", "stop the robot", "sick of this machine"
    rf"\b(?:not|no|no more|stop|enough|enough of|enough with|sick of|tired of|hate|done with|skip|without|bypass|"
    rf"fed up with|instead of|rather than|quit|get rid of|turn off|"
    rf"do not want|do not need|other than|useless|stupid|dumb|past|against) (?:talking to |speaking to |talk to |"
    rf"speak to |chatting with |dealing with |to |with |wasting time with )?"
    rf"{_ARTICLE}(?:this |these |that |your |stupid |useless |dumb )*(?:{_BOT}|bots|robots|machines|chatbots|"
    rf"automation|automated \w+)\b(?! (?:vacuum|toy|kit))",
    r"\b(?:call|phone|ring) me(?: back| now| please| asap| on|$|[.!?])|\bgive me a (?:call|ring)\b|\b(?:a |"
    r"request (?:a )?)?call ?back\b(?! policy)",
    # "that does not help. agent", "skip the menu, operator"; "admin" there would be a form of address
    rf"[.,;!?] ?(?:saja |langsung |just |please |tolong )?(?:{_SURE_PERSON_EN}|cs|manusia|operator|orang asli|"
    rf"agen(?: manusia)?|customer service)(?: (?:dong|please|saja|now|langsung))?(?:$|[.!?])",
    r"\b(?:0|zero|nol) (?:for|untuk|ke|to get|to reach) (?:the |an? )?(?:operator|agent|agen|human|cs)\b",
    r"\bwho can i (?:talk|speak|complain) to\b",
    r"\b(?:human|real person|real people|real human|live person|live human|actual person|actual human) (?:please|"
    r"now|instead|only|help|to help|for this|not)\b",
)

_DECLINES: Final = re.compile(
    r"\b(?:tidak usah|tidak perlu|jangan|belum perlu|tidak butuh|tidak harus"
    r"|(?:do not|did not|does not|would not) (?:really |even )?(?:need|want|have)|no need|not necessary|"
    r"unnecessary|not asking"
    r"|without|rather not|instead of|prefer not|no longer need)\b(?: (?:to|for|a|an|be|lah|kok|lagi|saya|kak|me|"
    r"being))*"
)
# A turned-down *bot* is the wish itself; only what turns down a person is cut.
_ASKS: Final = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ASKS_ID, *_ASKS_EN)))
_NOT_BOT: Final = re.compile(rf"\b{_BOT}\b|\bbots|\brobots|\bmachines|\bchatbots|\bautomat")


def _shorter(word: str) -> tuple[str, ...]:
    return tuple(word[:at] + word[at + 1 :] for at in range(len(word)))


_KEYS: Final = """
manusia petugas operator customer service supervisor manager manajer sambungkan hubungkan hubungi ngomong ngobrol
telepon bicara person someone connect transfer representative speak human agent support admin pegawai seseorang
"""
_KEY_WORDS: Final = tuple(_KEYS.split())
# Words one slip away from a key word that are words themselves.
_NEIGHBOURS: Final = """
persen persons persona prison managed manages manage speaks spear speaker sneak steak spoke agents agen agency again
humans humane humas humor hunan admit adminnya supports seaport services operators managers telepati
"""
_ORDINARY: Final = frozenset(_NEIGHBOURS.split())
_LONG_WORD: Final = re.compile(r"[a-z]{5,15}")
_SLIPS: Final = {form: key for key in _KEY_WORDS for form in (key, *_shorter(key))}
# Every asking phrase holds one of these: a quick look that spares most messages the long one.
_HINT: Final = re.compile(
    r"\b(?:orang|manusia|cs|agen|agent|customer|admin|operator|petugas|staf|pegawai|penjual|seller|sup|spv|manaj|"
    r"manag|atasan|human|teknisi|penanggung|pimpin|tim\b|seseorang|pelayan|sales|owner|bos|bagian|pihak|layanan|"
    r"bantuan|"
    r"call|hotline|live|yang|telepon|ditelepon|hubungi|dihubungi|bot|robot|mesin|machine|ai\b|chatbot|otomatis|"
    r"auto|template|"
    r"computer|komputer|asisten|phone|ring|person|people|some|any|rep|advis|employ|special|associ|assist|colleag|"
    r"support|"
    r"service|help|team|your|the|billing|complaint|tech|member|individual|man\b|woman|guy|lady|flesh|one\b|real|"
    r"client|line)"
)
_PAST: Final = re.compile(r"\b(?:sudah|kemarin|tadi|semalam|minggu lalu|waktu itu|barusan)\b[^,.!?;]*$")
_TALK: Final = re.compile(
    r"(?:bicara|ngomong|chat|telepon|tanya|hubungi|kontak|wa|whatsapp|email|dibantu|dilayani|dijawab|dibalas|"
    r"ditangani|diurus)\b"
)
_BEFORE: Final = 40  # characters before a phrase in which a refusal is looked for
_WITHIN: Final = 14  # and of the phrase itself
_APART: Final = 1  # words that may stand between a refusal and what it turns down


def asks_in_words(normalised: str) -> bool:
    """Whether a normalised text holds a phrase that asks for a person and does not turn one down.

    The telling words may be mistyped by one letter ("petgas", "reprsentative").
    """
    text = _FALSE_FRIENDS.sub(_BLANK, _LONG_WORD.sub(_respelt, normalised))
    if not _HINT.search(text):
        return False
    return any(_NOT_BOT.search(match.group()) or not _told(text, match) for match in _ASKS.finditer(text))


def _told(text: str, match: re.Match[str]) -> bool:
    """Whether a phrase is turned down, or tells what has been ("kemarin sudah telepon cs")."""
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    return _declined(text, match.start()) or bool(_TALK.match(match.group()) and _PAST.search(before))


def _respelt(match: re.Match[str]) -> str:
    return _key_word(match.group())


@lru_cache(maxsize=20_000)
def _key_word(word: str) -> str:
    """The key word a word is one slip away from (a letter more, less, other, or two swapped); else the word."""
    if word in _KEY_WORDS or word in _ORDINARY:
        return word
    for form in (word, *_shorter(word)):
        key = _SLIPS.get(form)
        # One deletion on each side is also met by two slips far apart; only one slip is forgiven.
        if key and abs(len(key) - len(word)) <= 1 and (len(key) != len(word) or _one_slip(key, word)):
            return key
    return word


def _one_slip(key: str, word: str) -> bool:
    differ = [at for at, (a, b) in enumerate(zip(key, word, strict=True)) if a != b]
    if len(differ) == 2:
        first, second = differ
        return second == first + 1 and key[first] == word[second] and key[second] == word[first]
    return len(differ) == 1


def _declined(text: str, start: int) -> bool:
    for refusal in _DECLINES.finditer(text, max(0, start - _BEFORE), start + _WITHIN):
        between = text[refusal.end() : start]
        if refusal.start() <= start and len(between.split()) <= _APART and not any(mark in between for mark in ",.!?;"):
            return True
    return False
