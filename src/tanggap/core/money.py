"""Money is an integer of minor units beside an ISO 4217 currency; it is never a float in the records."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

#: Currencies whose minor unit is not one hundredth (ISO 4217). The rupiah keeps its two digits: marketplaces
#: and banks export sen, and a rounded one could not be reconciled.
_EXPONENTS: Final = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "IQD": 3, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0,
    "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit of ``currency`` stands for."""
    return _EXPONENTS.get(currency.upper(), 2)


def to_minor(amount: Decimal | int | str, currency: str) -> int:
    """``amount`` of major units as an integer of minor units, half up.

    Raises:
        decimal.InvalidOperation: ``amount`` is no number.
    """
    scaled = Decimal(amount).scaleb(exponent(currency))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_UP))


def to_major(minor: int | float, currency: str) -> float:
    """Minor units as major units, for showing and for ratios."""
    return float(minor) / float(10 ** exponent(currency))
