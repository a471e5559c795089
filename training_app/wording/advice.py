"""What the author of content should look at, as sentences that say what to do about it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from courses.advice import Advice, Look

_ADVICE: Mapping[Look, Any] = {
    Look.HARD_TO_READ: _l(
        "Hard to read: its readability index (LIX) is %(lix)s, and above %(most)s officers tire. Split long"
        " sentences and use shorter words."
    ),
    Look.TOO_FEW_MINUTES: _l(
        "Minutes stated: %(stated)s; for reading alone: %(read)s. State more, or shorten the text."
    ),
    Look.TOO_MANY_MINUTES: _l(
        "Minutes stated: %(stated)s; for reading: %(read)s. State fewer, unless officers have more to do than to read."
    ),
    Look.OLDER_THAN_SOURCE: _l(
        "The translation into “%(language)s” is older than its source: the text in “%(source)s” was changed since."
        " Bring it up to date, or confirm that it is still right."
    ),
    Look.ORIGIN_UNKNOWN: _l(
        "Nobody recorded which text in “%(source)s” the translation into “%(language)s” says. Compare the two, and"
        " confirm that it is right."
    ),
    Look.LEADS_HERE: _l(
        "The lesson %(module)s/%(lesson)s links to %(target)s, which is not here. Keep that lesson's name, or change"
        " the link there."
    ),
    Look.SOURCE_UNUSED: _l(
        "No lesson and no item names the source “%(source)s”. Name it where it is used, or take it out."
    ),
    Look.TERM_UNUSED: _l("No lesson uses the term “%(term)s”. Write [[%(term)s]] where it is needed, or take it out."),
    Look.TERM_SHARED: _l(
        "The shared glossary has “%(term)s” too. Officers read yours in this module. Take it out if the shared"
        " one will do."
    ),
    Look.OBJECTIVE_UNTESTED: _l(
        "No paper asks about “%(objective)s”. Give it items, or say in the note why it is not tested."
    ),
    Look.LAYOUT: _l(
        "A revision keeps neither comments nor layout, and an export writes this file in another form. Export it to see"
        " how."
    ),
}


def sentence(found: Advice) -> str:
    """Return what there is to look at, and what to do about it."""
    return str(_ADVICE[found.look]) % dict(found.values)
