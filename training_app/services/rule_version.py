"""Which state of the rules decides: named in every decision on record, so that a replay says with what it was made."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from training_app import rules

DIGITS = 16


@cache
def rule_version() -> str:
    """Return the first hexadecimal digits of the SHA-256 over the sources of `training_app.rules`, file by file.

    It changes with every change of a rule, and with some that change no answer.
    """
    found = sha256()
    for file in sorted(Path(rules.__path__[0]).glob("*.py")):
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)}\n".encode() + content)
    return found.hexdigest()[:DIGITS]
