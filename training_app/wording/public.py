"""The public register in words that need no knowledge of the agency: standings, counts, training, what is banned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.public_contacts import Overseer
from training_app.rules.disclosure import Form, Published
from training_app.rules.facts import Level
from training_app.services.public_register import Standing
from training_app.wording.decisions import BadgeText

_STANDINGS: Mapping[Standing, tuple[str, Any]] = {
    Standing.IN_USE: ("certified", _l("In use")),
    Standing.SUSPENDED: ("suspended", _l("Suspended for safety")),
    Standing.WITHDRAWN: ("not-covered", _l("No longer in use")),
    Standing.PROHIBITED: ("prohibited", _l("Prohibited")),
}


def standing(found: Standing) -> BadgeText:
    code, text = _STANDINGS[found]
    return BadgeText(code, str(text))


def figure(published: Published) -> str:
    """Return a count as everybody may know it."""
    match published.form:
        case Form.FEWER_THAN:
            return _("Fewer than %(limit)s", limit=published.number)
        case Form.ABOUT:
            return _("About %(number)s", number=published.number)
        case Form.AT_LEAST:
            return _("At least %(number)s", number=published.number)
        case Form.EXACT:
            return str(published.number) if published.number else _("None")


#: What an officer who was certified on the version before did for the next.
UPDATES: Mapping[Level | None, Any] = {
    None: _l("No training on the differences is enough: officers take the whole course."),
    Level.CARRY_OVER: _l("Two people examined the change and signed that it asks nothing new of officers."),
    Level.FAMILIARISATION: _l("Officers read what changed and signed that they had."),
    Level.DIFFERENCES: _l("Officers take lessons on what changed and pass a test on them."),
    Level.DIFFERENCES_OBSERVED: _l(
        "Officers take lessons on what changed, pass a test, and are watched at work by an assessor."
    ),
    Level.FULL: _l("Officers take the whole course again."),
}


@dataclass(frozen=True, slots=True)
class Ban:
    """A use that no tool of the agency may be put to, and what forbids it."""

    use: Any
    source: Any


BANNED_BY_LAW: Sequence[Ban] = (
    Ban(
        _l(
            "Scoring people by their behaviour or traits, so that they are treated badly elsewhere or out of proportion"
        ),
        _l("AI Act, art. 5(1)(c)"),
    ),
    Ban(
        _l("Predicting that a person will commit a crime from a profile or personality traits alone"),
        _l("AI Act, art. 5(1)(d)"),
    ),
    Ban(
        _l("Building a database of faces by collecting pictures from the internet or from cameras without aim"),
        _l("AI Act, art. 5(1)(e)"),
    ),
    Ban(
        _l("Reading emotions at work or in education, other than for medical or safety reasons"),
        _l("AI Act, art. 5(1)(f)"),
    ),
    Ban(
        _l(
            "Sorting individuals by biometric data to deduce race, political opinions, union membership, "
            "religion or belief, sex life or sexual orientation"
        ),
        _l("AI Act, art. 5(1)(g)"),
    ),
    Ban(
        _l(
            "Identifying people live and at a distance in public places, outside the few cases that the law "
            "and a prior authorisation allow"
        ),
        _l("AI Act, art. 5(1)(h) and 5(2) to (5)"),
    ),
    Ban(
        _l("Making intimate pictures of people without consent, or material of child sexual abuse"),
        _l("AI Act, art. 5(1)(ba) and (bb), from 2 December 2026"),
    ),
    Ban(
        _l(
            "Profiling that leads to discrimination against people on the ground of special categories of personal data"
        ),
        _l("Directive (EU) 2016/680, art. 11(3), as put into national law"),
    ),
    Ban(
        _l(
            "Deciding against a person by a machine alone, unless a law allows it and gives safeguards, at "
            "least that a human steps in"
        ),
        _l("Directive (EU) 2016/680, art. 11(1), as put into national law"),
    ),
)

BANNED_BY_POLICY: Sequence[Ban] = (
    Ban(
        _l(
            "Categorising people by biometric data by ethnic origin, gender, sexual orientation or any other "
            "protected ground, also where the law would allow it"
        ),
        _l("The agency's own ban, as the popAI project recommends (January 2024)"),
    ),
)

#: Who oversees the tools: title, and what they do.
OVERSEERS: Mapping[Overseer, tuple[Any, Any]] = {
    Overseer.OVERSIGHT: (
        _l("Independent oversight"),
        _l(
            "Stands outside the agency's chain of command. It reads every record here, has any decision worked out "
            "again from what was recorded, checks that nothing was changed afterwards, and judges certifications and "
            "trainers that are in doubt."
        ),
    ),
    Overseer.AGENCY: (
        _l("The agency"),
        _l(
            "Decides which tools are used and for what, says on each tool's card what it does and to whom, "
            "and answers for it."
        ),
    ),
    Overseer.DATA_PROTECTION_OFFICER: (
        _l("Data protection officer"),
        _l(
            "Advises the agency, checks that it keeps the law on personal data, and is your first contact "
            "about data on you (Directive (EU) 2016/680, art. 32 to 34)."
        ),
    ),
    Overseer.SUPERVISORY_AUTHORITY: (
        _l("Data protection authority"),
        _l(
            "Independent of the police. You can complain to it, and it can use your rights for you where the "
            "police may not answer you directly (Directive (EU) 2016/680, art. 17, 46, 47 and 52)."
        ),
    ),
    Overseer.MARKET_SURVEILLANCE: (
        _l("Market surveillance authority"),
        _l(
            "Watches over AI systems themselves. Anybody may complain to it that a tool breaks the AI Act "
            "(Regulation (EU) 2024/1689, art. 85)."
        ),
    ),
}
