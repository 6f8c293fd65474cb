"""Indonesian and English chat slang and the words it stands for; written for this project, extend it freely.

Short forms that are ordinary words of the other language (``min``, ``hub``, ``gas``, ``air``) are left alone.
"""

from __future__ import annotations

from typing import Final

_LINES: Final = """
tidak: ga gak gk g ngga nggak nggk ngak engga enggak enggk kagak kaga kgk tdk tak ndak ndk nda gaa
tidak ada: gada gaada gaad nggada
tidak usah: gausah gusah ngusah
tidak bisa: gabisa gabs gbs gbisa nggabisa
tidak mau: gamau gmau nggamau
tidak tahu: gatau gtau gatw
bukan: bkn bukn
jangan: jgn jangn jngn
belum: blm blum blom belom blon belon
sudah: udah udh sdh dah uda sudh udahh
sudah belum: udahblm
saya: sy sya aku ak gw gue gua gwe w syaa
kamu: km kmu lu lo loe elu elo kau
kami: kmi
mereka: mrk mreka
yang: yg yng yag
dengan: dgn dg dngn sm
sama: ama sma
untuk: utk buat bwt untk tuk
dan: n dn
tapi: tp tpi tetapi
karena: krn karna krna soalnya
kalau: kalo klo kl klw klau kalu
seperti: kayak kyk kaya sprt spt kek kayk
bagaimana: gimana gmn gmna bgmn gimane gmana
kenapa: knp knapa napa kenp mengapa
kapan: kpn kpan
di mana: dimana dmn dmna
berapa: brp brapa brpa brpaan
apa: ap apaan
apakah: apkh apakh
siapa: sapa siape
ini: ni nih
itu: tu tuh
begini: gini gni bgini
begitu: gitu gtu bgitu gt
saja: aja aj doang doank sj aje
juga: jg jga
lagi: lg lgi
masih: msh msih
sangat: bgt banget bngt bgtt bget bgd sgt
terlalu: trlalu
lama: lm lma
baru: br bru
bisa: bs bsa isa
dapat: dpt dapet dpet
mau: mo pgn pengen pengin pingin kepengen kepingin mw
ingin: ingn
harus: hrs hrus kudu mesti msti
bilang: blg bilg
ngomong: ngmng ngomng ngmong ngomongg ngobrol ngbrol
bicara: bcr bicra bcara bcra
tanya: tny nanya nnya tnya
jawab: jwb jawb
balas: bls bales bals
tolong: tlg tlng tulung tolongin tolng tlong
minta: mnta minte mnt
coba: cb cba
kasih: ksh kasi ksih
lihat: liat lht lyat
ambil: ambl
beli: bli
bayar: byr byar bayr
kirim: krm kirm ngirim
terima: trima trm nerima
sampai: smp smpe sampe nyampe nyampai smpai
barang: brg brng barng
pesanan: psanan pesenan psnan orderan orderanku
pesan: psn pesen
paket: pkt paketan
rusak: rsk
gatal: gatel
enak: enk
uang: duit duwit uwang
harga: hrg hrga
hari: hr
jam: jm
orang: org orng oarng orag
teman: tmn temen
kakak: kk kaka kak ka
bapak: bpk
mas: masbro
admin: mimin atmin admn adminn adm
cs: cees
nomor: nmr nomer
telepon: telp tlp tlpn telpon telfon tlfn nelpon nelfon nlp
hubungi: hbngi hubngi
sambungkan: sambungin smbungin sambungn
hubungkan: hubungin hbungin
langsung: lgsg lgsung lngsng langsng
terus: trs trus trz
nanti: ntar nti entar ntr
kemarin: kmrn kmaren kemaren kmrin
sekarang: skrg skrng skarang skrang
besok: bsok bsk
tadi: td
memang: emang emg mmg emng
benar: bener bnr bner
semua: smua smw
banyak: bnyk byk
sedikit: dikit dkit
sebentar: bentar bntr
makin: mkin
cuma: cman cuman cma
pakai: pake pk pke
oleh: olh
pada: pd
dari: dr dri
ke: kpd
jadi: jd jdi
belanja: blanja
terima kasih: makasih makasi mksh mksih trims trimakasih trimakasi makaci maacih tengkyu terimakasih
maaf: maap sori maf
tidak apa-apa: gapapa gpp gppa
oke: okeh okey okee oce ok okay
iya: iye iyah yoi
bagus: bgus
jelek: jlek jelk
kecewa: kcewa kecewaa
marah: mrh
parah: prh
bohong: boong bo'ong
penipu: penipuu
tertipu: ketipu
please: pls plz plis pliss pliz plss plse
you: u yu
your: ur
are: r
thanks: thx tks tq ty thnx tnx thanx
because: cuz bcs becuz bcoz
people: ppl
speak: spek speek
someone: sum1 some1 smone
human: humam humna hooman
agent: agnet aget agnt
person: persn prson
customer: custmer costumer custumer cust kostumer kustomer kastemer kastamer customr cutomer
service: servis sevice srvice serivce
representative: representitive represenative
operator: oprator opertor
going to: gonna
want to: wanna
do not: dont don't
does not: doesnt doesn't
can not: cant can't cannot
is not: isnt isn't
did not: didnt didn't
will not: wont won't
"""

SLANG: Final[dict[str, str]] = {
    short: word.strip()
    for word, _, shorts in (line.partition(":") for line in _LINES.strip().splitlines())
    for short in shorts.split()
}
"""Short or misspelt form → the standard word or words."""
