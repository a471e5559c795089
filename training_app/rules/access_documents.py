"""An access question as JSON keeps it with a recorded decision, and read back from there."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from training_app.rules.access import Question
from training_app.rules.purposes import Authorisation

OF_GUIDELINES = frozenset({"crime_type", "circumstance", "authorisation"})
LAST_YEAR = 9998
"""Of an instant; later ones have no civil day in every time zone."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def question_document(question: Question) -> dict[str, Any]:
    """Return *question* as JSON has it: a day as ``2027-03-14``, an instant as RFC 3339 in its own zone.

    What only a guideline asks for is left out where it was not stated.
    """
    stated = ((field.name, getattr(question, field.name)) for field in fields(Question))
    document = {name: value for name, value in stated if value is not None or name not in OF_GUIDELINES}
    leave = question.authorisation
    if leave is not None:
        document["authorisation"] = {
            "issuer": leave.issuer,
            "reference": leave.reference,
            "valid_until": leave.valid_until.isoformat(),
        }
    return document


def question_from(document: Mapping[str, Any]) -> Question:
    """Return the question that `question_document` wrote; what an older one does not hold was not asked then."""
    stated = {field.name: document[field.name] for field in fields(Question) if field.name in document}
    leave = stated.get("authorisation")
    if leave is not None:
        stated["authorisation"] = Authorisation(leave["issuer"], leave["reference"], validity_in(leave["valid_until"]))
    return Question(**stated)


def validity_in(text: str) -> date | datetime:
    """Return the last day (``2027-03-14``) or the instant (RFC 3339, with its offset) that *text* names.

    :raises ValueError: if it names neither, or an instant later than the year `LAST_YEAR`.
    """
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"neither a day nor an instant with its offset: {text!r}")
    found = datetime.fromisoformat(text.upper())
    if found.year > LAST_YEAR:
        raise ValueError(f"no calendar of a time zone goes on so long: {text!r}")
    return found
