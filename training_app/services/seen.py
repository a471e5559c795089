"""What somebody was shown before confirming it: which awards, and when; as a text that a form carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from training_app.rules.canonical import canonical


@dataclass(frozen=True, slots=True)
class Seen:
    """Some awards as they were known *at* a moment.

    Facts are appended, so which awards were shown then can be found again, and compared with those of now.
    """

    at: datetime
    digest: str

    @classmethod
    def of(cls, awards: Iterable[int], about: object, *, at: datetime) -> "Seen":
        told = canonical({"about": about, "awards": sorted(awards)})
        return cls(at, sha256(told.encode()).hexdigest())

    @classmethod
    def read(cls, text: str) -> "Seen | None":
        """Return what *text* says, or ``None`` where it says nothing that was ever shown."""
        moment, _, digest = text.partition(" ")
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            return None
        return cls(at, digest) if at.tzinfo is not None else None

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()} {self.digest}"
