"""What is wrong with content, and what its author should look at, as sentences that say what to do."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from courses.advice import Advice, Look
from courses.errors import ContentError

FIELDS: Mapping[str, Any] = {
    "accepted": _l("accepted answers"),
    "body": _l("text"),
    "cut_score": _l("cut score"),
    "feedback": _l("feedback"),
    "key": _l("key"),
    "kind": _l("kind"),
    "law_as_of": _l("law as of"),
    "level": _l("level"),
    "minutes": _l("minutes"),
    "objective": _l("objective"),
    "open_days": _l("days until an attempt closes"),
    "options": _l("options"),
    "points": _l("points"),
    "reason": _l("right reason"),
    "sources": _l("sources"),
    "stem": _l("question"),
    "subject_area": _l("subject area"),
    "summary": _l("summary"),
    "term": _l("term"),
    "text": _l("text"),
    "title": _l("title"),
    "tolerance": _l("tolerance"),
    "value": _l("value"),
}

_PLAN = _l("How papers are drawn is not written yet. Say how many items on each objective a paper holds.")

Say = Callable[[re.Match[str]], str]
_FAULTS: tuple[tuple[str, Say], ...] = (
    (
        r"lacks '(\w+)' in '([\w-]+)'",
        lambda m: _("The %(field)s in “%(language)s” is missing. Write it.", field=_field(m[1]), language=m[2]),
    ),
    (r"lacks '(paper|languages|blueprint|length)'", lambda m: str(_PLAN)),
    (
        r"lacks '(options|feedback)' for option '([\w-]+)'",
        lambda m: (
            _("Option %(option)s has no text. Write it, or take the option out.", option=m[2])
            if m[1] == "options"
            else _("“%(option)s” has no feedback. Say why it is right or wrong.", option=m[2])
        ),
    ),
    (r"lacks '(\w+)'", lambda m: _("The %(field)s is missing. Fill it in.", field=_field(m[1]))),
    (r"has an empty '(\w+)'", lambda m: _("The %(field)s is empty. Fill it in.", field=_field(m[1]))),
    (r"has no objective", lambda _m: _("There is no objective. Say what an officer can do after the module.")),
    (
        r"has no source",
        lambda _m: _("There is no source. Name what the module rests on: law, research, good practice."),
    ),
    (r"has no lesson", lambda _m: _("There is no lesson. Add one.")),
    (r"names no source", lambda _m: _("No source is named. Choose at least one of the module's.")),
    (
        r"has the objective '([\w-]+)', which no lesson teaches",
        lambda m: _("No lesson teaches “%(name)s”. Choose it in a lesson, or take the objective out.", name=m[1]),
    ),
    (
        r"(?:teaches|has) the objective '([\w-]*)', which (?:module.toml|its module) does not have",
        lambda m: _("The module has no objective “%(name)s”. Choose one that it has.", name=m[1]),
    ),
    (
        r"names the source '([\w-]+)', which (?:module.toml|its module) does not have",
        lambda m: _("The module has no source “%(name)s”. Choose one that it has, or add this one.", name=m[1]),
    ),
    (
        r"cites '([\w-]+)', which its front matter does not list",
        lambda m: _(
            "“%(name)s” is cited and not chosen as a source of this lesson. Tick it, or cite another.", name=m[1]
        ),
    ),
    (
        r"uses the term '([^']+)', which is not in the glossary",
        lambda m: _("The glossary has no “%(name)s”. Add the term, or write the word without brackets.", name=m[1]),
    ),
    (
        r"links to lesson:(\S+), which does not exist",
        lambda m: _("There is no lesson %(name)s. Correct the link, or take it out.", name=m[1]),
    ),
    (
        r"blueprint draws (\d+) of (\d+) items on '([\w-]+)'; (\d+) are needed",
        lambda m: _(
            "“%(name)s” has %(there)s items, and %(needed)s are needed: three for each that a paper draws. "
            "Write more, or draw fewer.",
            name=m[3],
            there=m[2],
            needed=m[4],
        ),
    ),
    (
        r"has the prerequisite '([\w-]*)', which is not a module",
        lambda m: _("No module is called “%(name)s”. Correct what is to be taken before.", name=m[1]),
    ),
    (
        r"differs from '([\w-]+)' in its lessons: (.+)",
        lambda m: _("Not every lesson is translated: %(names)s. Translate them, or take the language out.", names=m[2]),
    ),
    (
        r"has no text in '([\w-]+)'|lacks the language '([\w-]+)', in which its module is complete",
        lambda m: _("The text in “%(language)s” is missing. Translate it.", language=m[1] or m[2]),
    ),
    (r"has no key", lambda _m: _("No answer is marked as right. Mark the key.")),
    (
        r"has no wrong (?:option|row)",
        lambda _m: _("Every answer is marked as right. Leave one at least that is wrong."),
    ),
    (r"is single-choice and has more than one key", lambda _m: _("Two answers are marked as right. Mark one only.")),
    (r"has fewer than two options", lambda _m: _("There are fewer than two options. Write another.")),
    (
        r"shows the drawing '([\w-]+)' without a text alternative.*",
        lambda m: _("The figure “%(name)s” has no text in its square brackets. Say there what it shows.", name=m[1]),
    ),
    (
        r"shows the drawing '([\w-]+)', which the module does not have",
        lambda m: _("The module has no figure “%(name)s”. Add it, or take it out of the text.", name=m[1]),
    ),
    (r"is shown in no lesson", lambda _m: _("No lesson shows this figure. Show it in one, or take it out.")),
    (
        r"has HTML, which is shown as text: (.+)",
        lambda m: _("HTML does not work here and is shown as it stands: %(found)s. Write it in Markdown.", found=m[1]),
    ),
    (
        r"skips a level before the heading '(.+)'",
        lambda m: _("The heading “%(name)s” skips a level. Give it one # less.", name=m[1]),
    ),
    (
        r"has a table without a sentence before it that says what it shows",
        lambda _m: _("A table stands alone. Write a sentence before it that says what it shows."),
    ),
)
_KNOWN = [(re.compile(rf"(?:.* )?{pattern}"), says) for pattern, says in _FAULTS]


def _field(name: str) -> str:
    return str(FIELDS.get(name, name))


def fault(error: ContentError) -> str | None:
    """Return what *error* asks its author to do; ``None`` where it speaks for itself only, in English."""
    for pattern, says in _KNOWN:
        if match := pattern.fullmatch(error.problem):
            return says(match)
    return None


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


def advice(found: Advice) -> str:
    """Return what there is to look at, and what to do about it."""
    return str(_ADVICE[found.look]) % dict(found.values)
