"""Receipt codes: what a citizen without an account shows to follow a report, typed from paper or a screen.

A code is 24 characters in six groups of four.  The first 22 hold 106 random bits; the last two check the others, so
that any one or two wrong characters, and any two that changed places, are found before anything is looked up: with
weights that differ, a code over a field of prime size has distance 3.  Source of the idea: ISO/IEC 7064 and ISBN-10,
which weigh positions modulo a prime with one check character.
"""

import hashlib
import unicodedata

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXYZ"
"""29 characters, a prime number: of 0 and O, 1 and I and L none; of 5 and S, 8 and B only the digit."""
MEANT = str.maketrans({"S": "5", "B": "8"})
"""What somebody reads who takes a digit for the letter like it, which no code holds."""
RANDOM, CHECKS, GROUP = 22, 2, 4
LENGTH = RANDOM + CHECKS
_SIZE = len(ALPHABET)


class Mistyped(ValueError):
    """What was typed is no code: too long or short, with another character, or its check characters do not fit."""


def code_of(entropy: bytes) -> str:
    """Return the code, in groups, that 32 random bytes stand for.

    :raises ValueError: if they are fewer, which would leave some codes likelier than others.
    """
    if len(entropy) < 32:
        raise ValueError("a code is made of 32 random bytes")
    number, places = int.from_bytes(entropy, "big"), []
    for _ in range(RANDOM):
        number, place = divmod(number, _SIZE)
        places.append(place)
    return in_groups("".join(ALPHABET[one] for one in (*places, *_checks(places))))


def read(typed: str) -> str:
    """Return the code that was *typed*, in groups; case, blanks and strokes between the characters do not matter.

    :raises Mistyped: if it is none.
    """
    folded = unicodedata.normalize("NFKC", typed).upper().translate(MEANT)
    kept = "".join(one for one in folded if one.isalnum())
    places = [ALPHABET.find(one) for one in kept]
    if len(kept) != LENGTH or -1 in places or _checks(places[:RANDOM]) != (places[-2], places[-1]):
        raise Mistyped
    return in_groups(kept)


def in_groups(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def digest(code: str) -> str:
    """Return what is kept in place of the code; of 106 random bits no salt and no slow hash is needed."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def _checks(places: list[int]) -> tuple[int, int]:
    """Return the two that make both the sum of all 24 and their sum weighted from 1 to 24 a multiple of 29."""
    plain, weighted = sum(places), sum(weight * one for weight, one in enumerate(places, start=1))
    last = ((LENGTH - 1) * plain - weighted) % _SIZE
    return (-plain - last) % _SIZE, last
