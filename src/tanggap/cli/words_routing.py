"""The words of the commands about routing, Indonesian and English."""
# ruff: noqa: E501

from __future__ import annotations

from typing import Final

# fmt: off
ROUTING_WORDS: Final[dict[str, dict[str, str]]] = {
    # route
    "route.revenue_potential": {"id": "penjualan", "en": "sales (revenue potential)"},
    "route.revenue_at_risk": {"id": "pelanggan yang tak hilang", "en": "customers kept (revenue at risk)"},
    "route.effort_value": {"id": "kemudahan bagi pelanggan", "en": "ease for the customer"},
    "route.cost_difference": {"id": "selisih biaya", "en": "cost difference"},
    "route.worth": {"id": "nilai jawaban orang", "en": "worth of a person's answer"},
    "route.loss": {"id": "rugi bila pelanggan menyerah menunggu", "en": "lost if the customer gives up waiting"},
    "route.minutes": {"id": "menit orang yang dipakai", "en": "a person's minutes it takes"},
    "route.minute_price": {"id": "harga satu menit orang saat ini", "en": "price of a person's minute now"},
    "route.wait": {"id": "perkiraan tunggu (menit)", "en": "expected wait (minutes)"},
    "route.gives_up": {"id": "peluang menyerah selama itu", "en": "chance of giving up meanwhile"},
    "route.gain": {"id": "untung bersih bila orang menjawab", "en": "net gain if a person answers"},
    "route.reason": {"id": "aturan yang memutuskan", "en": "the rule that decided"},
    "route.intent": {"id": "maksud yang terbaca", "en": "intent as read"},
    "route.unclear": {"id": "tidak jelas", "en": "not clear"},
    "route.bad_lines": {"id": "{count} baris tidak dapat dibaca dan dilewati; alasannya di atas.",
                        "en": "{count} line(s) could not be read and were left out; the reasons are above."},
    "route.done": {"id": "{count} keputusan: {human} ke orang, {bot} ke bot.", "en": "{count} decision(s): {human} to a person, {bot} to the bot."},
    # simulate --policy
    "floor.playing": {"id": "Memainkan kebijakan", "en": "Playing the policies"},
    "floor.note": {
        "id": "Nilai bersih dihitung terhadap bot yang menjawab semuanya, dengan jam orang yang sama. Dalam kurung: selang 95 % "
              "atas benih. Batas: yang tahu segala hal sebelumnya.",
        "en": "Net value counts against the bot answering everything, with equal hours of people. In brackets: 95 % intervals "
              "over seeds. The bound knows everything beforehand."},
    "floor.drawn": {"id": "Gambarnya: {path}", "en": "Drawn: {path}"},
    # staff
    "staff.title": {"id": "Satu hari biasa, per jam", "en": "A mean day, by the hour"},
    "staff.hour": {"id": "jam", "en": "hour"},
    "staff.agents": {"id": "orang", "en": "agents"},
    "staff.demand": {"id": "diminta", "en": "wanted"},
    "staff.answered": {"id": "dijawab", "en": "answered"},
    "staff.minute_price": {"id": "harga menit", "en": "minute price"},
    "staff.mean_wait": {"id": "tunggu", "en": "wait"},
    "staff.waits_long": {"id": "> {minutes} mnt", "en": "> {minutes} min"},
    "staff.gives_up": {"id": "menyerah", "en": "give up"},
    "staff.occupancy": {"id": "kesibukan", "en": "occupancy"},
    "staff.next_hour": {"id": "nilai satu jam lagi", "en": "one more hour earns"},
    "staff.minutes_note": {"id": "Diminta dan dijawab: menit kerja orang per jam. Tunggu, menyerah dan kesibukan menurut Erlang-A.",
                           "en": "Wanted and answered: a person's minutes an hour. Wait, give up and occupancy follow Erlang-A."},
    "staff.nobody": {"id": "Tidak diketahui siapa bertugas kapan, dan belum ada satu menit kerja orang per jam. Sebut jumlah orang dengan --agents 2,3, atau impor giliran kerja.",
                     "en": "Nobody is known to be on shift, and less than a minute of a person is wanted in any hour. Name numbers of people with --agents 2,3, or import shifts."},
    "staff.advice": {"id": "Satu jam orang lagi menghasilkan lebih dari upahnya ({wage}) pada jam: {hours}. Terbesar pukul {best}: {earns}.",
                     "en": "One more hour of a person would earn more than its wage ({wage}) at: {hours}. Most at {best}: {earns}."},
    "staff.enough": {"id": "Tidak ada jam di mana satu orang lagi menghasilkan lebih dari upahnya ({wage}).",
                     "en": "There is no hour in which one more person would earn more than the wage ({wage})."},
    "staff.no_wage": {"id": "Upah per jam tidak diketahui: isi wage_per_hour di [routing] tanggap.toml, atau impor tarif agent_minute.",
                      "en": "The wage is not known: set wage_per_hour in [routing] of tanggap.toml, or import agent_minute rates."},
}
# fmt: on
