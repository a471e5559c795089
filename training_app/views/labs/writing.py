"""How the numbers of labs are written in the language of the moment, by the page and by its script alike."""

from fractions import Fraction

from babel import numbers
from flask_babel import get_locale
from flask_babel import gettext as _

from courses.labs.rounding import Writing

NOBODY = "\u2013"
"""Stands for a share where there is nobody to count."""


def writing() -> Writing:
    locale = get_locale()
    pattern = locale.percent_formats[None].pattern
    return Writing(
        decimal=numbers.get_decimal_symbol(locale),
        group=numbers.get_group_symbol(locale),
        percent=pattern.rpartition("0")[2],
        minus=numbers.get_minus_sign_symbol(locale),
    )


def share(write: Writing, value: Fraction | None) -> str:
    return NOBODY if value is None else write.share(value)


def points(write: Writing, value: Fraction | None) -> str:
    """Return a gap between two shares in percentage points, without the unit."""
    return NOBODY if value is None else write.number(value * 100)


def one_in(write: Writing, value: Fraction) -> str:
    """Return a small share as a percentage and as one in so many."""
    shown = write.share(value, decimals=3)
    return _("%(share)s, or 1 in %(number)s", share=shown, number=write.number(1 / value, decimals=0))
