"""How a number of a lab is shown: to one decimal, halves away from zero, a whole one without its decimal."""

from dataclasses import dataclass
from fractions import Fraction


def rounded(value: Fraction, *, decimals: int = 0) -> int:
    """Return *value* in units of its last decimal, halves away from zero: 9/4 to one decimal is 23."""
    scaled = abs(value) * int(10**decimals)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole


@dataclass(frozen=True, slots=True)
class Writing:
    """How numbers are written in a language."""

    decimal: str = "."
    group: str = ","
    percent: str = "%"
    """With the blank before it, where the language has one."""
    minus: str = "-"

    def number(self, value: Fraction | int, *, decimals: int = 1) -> str:
        """Return *value* to *decimals* places, without the noughts at its end."""
        units = rounded(Fraction(value), decimals=decimals)
        whole, part = divmod(abs(units), 10**decimals)
        digits = f"{whole:,}".replace(",", self.group)
        behind = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
        sign = self.minus if units < 0 else ""
        return f"{sign}{digits}{self.decimal}{behind}" if behind else f"{sign}{digits}"

    def share(self, value: Fraction, *, decimals: int = 1) -> str:
        """Return *value* as a percentage, to *decimals* places of a per cent."""
        return self.number(value * 100, decimals=decimals) + self.percent
