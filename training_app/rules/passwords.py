"""What a local password must be.

Source: NIST SP 800-63B-4 (2025), on passwords as the only factor: at least 15 characters, any character allowed, no
rules of composition, no change by the calendar, and a comparison with values that are common, expected or compromised.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

LEAST_CHARACTERS = 15
MOST_CHARACTERS = 256

#: Fewest characters that must remain once words to be expected, runs and repetitions are taken out.
LEAST_UNEXPECTED = 8

_WORDS = """
password passwort motdepasse wachtwoord contrasena parola haslo kodikos secret geheim azerty qwerty qwertz welcome
willkommen bienvenue letmein admin administrator police polizei politie policia polizia policja training certificate
officer login signin access change changeme default summer winter spring autumn sommer printemps football dragon monkey
iloveyou master sunshine princess superman batman trustno
"""
_EXPECTED = frozenset(_WORDS.split())
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm")
_LEAST_RUN = 4


class Weakness(Enum):
    """Why a password is refused; the value is the sentence for its owner."""

    TOO_SHORT = (
        f"Choose a password of at least {LEAST_CHARACTERS} characters, such as four words that have nothing in common."
    )
    TOO_LONG = f"Choose a password of at most {MOST_CHARACTERS} characters."
    EXPECTED = (
        "Choose a password that is harder to guess: leave out names, the agency's words, common passwords, "
        "rows of keys and repetitions."
    )

    @property
    def sentence(self) -> str:
        return self.value


def normalised(password: str) -> str:
    """Return *password* in the form that is judged and hashed: Unicode NFKC, the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def weaknesses(password: str, *, about: Iterable[str] = ()) -> tuple[Weakness, ...]:
    """Return why *password* is refused; empty where it is not.

    :param about: what is known of its owner (name, address, service number); their parts do not count as secret.
    """
    text = normalised(password)
    if len(text) < LEAST_CHARACTERS:
        return (Weakness.TOO_SHORT,)
    if len(text) > MOST_CHARACTERS:
        return (Weakness.TOO_LONG,)
    return (Weakness.EXPECTED,) if len(_unexpected(text, about)) < LEAST_UNEXPECTED else ()


def _unexpected(text: str, about: Iterable[str]) -> str:
    """Return what remains of *text* without the words, runs and repetitions that a guesser tries first."""
    rest = text.casefold()
    personal = {part for fact in about for part in re.findall(r"\w{3,}", fact.casefold())}
    for word in sorted(personal.union(_EXPECTED), key=len, reverse=True):
        rest = rest.replace(word, " ")
    rest = re.sub(r"\s+", " ", _without_runs(rest)).strip()
    return re.sub(r"(.{1,7}?)\1+", r"\1", rest)


def _without_runs(text: str) -> str:
    """Return *text* without rows of neighbouring keys, letters or digits, forwards or backwards."""
    for row in _RUNS:
        for way in (row, row[::-1]):
            for length in range(len(way), _LEAST_RUN - 1, -1):
                for start in range(len(way) - length + 1):
                    text = text.replace(way[start : start + length], " ")
    return text
