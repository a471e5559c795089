"""The few distributions that intervals and tests need: normal, bivariate normal, chi-square of one degree, and F.

Formulas: Abramowitz & Stegun (1964), Handbook of Mathematical Functions, chapter 26; the incomplete beta function by
its continued fraction (26.5.8), evaluated as Lentz (1976) does.
"""

import math
from statistics import NormalDist

_TINY = 1e-300
_PRECISE = 1e-14
_MOST_STEPS = 500
_STRIPS = 200
"""For Simpson's rule; even."""


def normal(z: float) -> float:
    """Return the share of a standard normal distribution below *z*."""
    return NormalDist().cdf(z)


def normal_quantile(share: float) -> float:
    """Return the *z* below which *share*, above 0 and below 1, of a standard normal distribution lies."""
    return NormalDist().inv_cdf(share)


def chi_square_above(value: float) -> float:
    """Return the share of the chi-square distribution with one degree of freedom above *value*, which is 0 or more."""
    return math.erfc(math.sqrt(value / 2))


def both_below(z: float, correlation: float) -> float:
    """Return the share of a standard bivariate normal distribution in which both values lie below *z*.

    :param correlation: from -1 to 1.

    The share at no correlation, and the integral of the density over the correlation (Plackett, 1954, Biometrika 41:
    351-360), here over its angle, by which it is smooth up to a correlation of 1.
    """
    angle = math.asin(max(-1.0, min(1.0, correlation)))

    def density(at: float) -> float:
        return math.exp(-(z**2) / (1 + math.sin(at))) if math.sin(at) > -1 else 0.0

    width = angle / _STRIPS
    inner = math.fsum((4 if strip % 2 else 2) * density(strip * width) for strip in range(1, _STRIPS))
    return normal(z) ** 2 + width / 3 * (density(0.0) + inner + density(angle)) / (2 * math.pi)


def f_below(value: float, above: float, below: float) -> float:
    """Return the share of the F distribution with *above* and *below* degrees of freedom that is under *value*."""
    if value <= 0:
        return 0.0
    return _beta_share(above * value / (above * value + below), above / 2, below / 2)


def f_quantile(share: float, above: float, below: float) -> float:
    """Return the value under which *share*, above 0 and below 1, of the F distribution lies."""
    low, high = 0.0, 1.0
    while f_below(high, above, below) < share:
        low, high = high, high * 2
    while high - low > _PRECISE * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if f_below(middle, above, below) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for step in range(1, _MOST_STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
