"""Where customers are: Indonesia's larger cities with their time zones, and a shop's own places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tanggap.core.settings import PlaceSetting

_WIB, _WITA, _WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"

#: Latitude and longitude to a tenth of a degree (about eleven kilometres).
_CITIES: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    _WIB: {
        "banda aceh": (5.6, 95.3), "bandar lampung": (-5.4, 105.3), "bandung": (-6.9, 107.6), "batam": (1.1, 104.0),
        "banyuwangi": (-8.2, 114.4), "bekasi": (-6.2, 107.0), "bengkulu": (-3.8, 102.3), "binjai": (3.6, 98.5),
        "bogor": (-6.6, 106.8), "bukittinggi": (-0.3, 100.4), "cilacap": (-7.7, 109.0), "cilegon": (-6.0, 106.0),
        "cirebon": (-6.7, 108.6), "depok": (-6.4, 106.8), "dumai": (1.7, 101.4), "gresik": (-7.2, 112.7),
        "jakarta": (-6.2, 106.8), "jambi": (-1.6, 103.6), "jember": (-8.2, 113.7), "karawang": (-6.3, 107.3),
        "kediri": (-7.8, 112.0), "lubuklinggau": (-3.3, 102.9), "madiun": (-7.6, 111.5), "magelang": (-7.5, 110.2),
        "malang": (-8.0, 112.6), "medan": (3.6, 98.7), "metro": (-5.1, 105.3), "padang": (-0.9, 100.4),
        "palangkaraya": (-2.2, 113.9), "palembang": (-3.0, 104.8), "pangkalpinang": (-2.1, 106.1),
        "pekalongan": (-6.9, 109.7), "pekanbaru": (0.5, 101.4), "pematangsiantar": (3.0, 99.1),
        "pontianak": (0.0, 109.3), "probolinggo": (-7.8, 113.2), "purwokerto": (-7.4, 109.2),
        "salatiga": (-7.3, 110.5), "semarang": (-7.0, 110.4), "serang": (-6.1, 106.2), "sidoarjo": (-7.4, 112.7),
        "singkawang": (0.9, 109.0), "solo": (-7.6, 110.8), "sukabumi": (-6.9, 106.9), "surabaya": (-7.3, 112.7),
        "surakarta": (-7.6, 110.8), "tangerang": (-6.2, 106.6), "tanjungpinang": (0.9, 104.5),
        "tasikmalaya": (-7.3, 108.2), "tegal": (-6.9, 109.1), "yogyakarta": (-7.8, 110.4),
    },
    _WITA: {
        "balikpapan": (-1.3, 116.8), "banjarbaru": (-3.4, 114.8), "banjarmasin": (-3.3, 114.6), "bima": (-8.5, 118.7),
        "bitung": (1.4, 125.2), "bontang": (0.1, 117.5), "denpasar": (-8.7, 115.2), "gorontalo": (0.5, 123.1),
        "kendari": (-4.0, 122.5), "kupang": (-10.2, 123.6), "labuan bajo": (-8.5, 119.9), "makassar": (-5.1, 119.4),
        "mamuju": (-2.7, 118.9), "manado": (1.5, 124.8), "mataram": (-8.6, 116.1), "palopo": (-3.0, 120.2),
        "palu": (-0.9, 119.9), "parepare": (-4.0, 119.6), "samarinda": (-0.5, 117.1), "singaraja": (-8.1, 115.1),
        "tarakan": (3.3, 117.6),
    },
    _WIT: {
        "ambon": (-3.7, 128.2), "jayapura": (-2.5, 140.7), "manokwari": (-0.9, 134.1), "merauke": (-8.5, 140.4),
        "sorong": (-0.9, 131.3), "ternate": (0.8, 127.4), "timika": (-4.5, 136.9),
    },
}  # fmt: skip
CITIES: Final[Mapping[str, PlaceSetting]] = {
    name: PlaceSetting(latitude, longitude, zone)
    for zone, cities in _CITIES.items()
    for name, (latitude, longitude) in cities.items()
}
_BEFORE: Final = re.compile(r"^(kota|kab\.?|kabupaten|dki|daerah khusus)\s+")


def place_of(city: str | None, own: Mapping[str, PlaceSetting] | None = None) -> PlaceSetting | None:
    """Where a city lies; None where it is not known. ``own`` places (by name) come before the cities known here.

    "Kota Bandung" is Bandung, and "Jakarta Selatan" lies in Jakarta.
    """
    name = " ".join((city or "").lower().split())
    known = {**CITIES, **{" ".join(key.lower().split()): place for key, place in (own or {}).items()}}
    if name in known:
        return known[name]
    words = _BEFORE.sub("", name).split()
    return next((known[part] for size in range(len(words), 0, -1) if (part := " ".join(words[:size])) in known), None)
