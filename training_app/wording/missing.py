"""What is missing in a draft, as sentences for who writes it.

The checks of the pure core name fields as files have them, for who keeps content in files.  Here each of them that the
pages of a draft can leave open becomes a sentence about what stands on the page.  What has no sentence here is shown
as the check says it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from courses.errors import ContentError


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing."""

    problem: str
    language: str | None = None
    """Of *problem*, where that is not the page's."""


def sentences(faults: Iterable[ContentError], languages: Sequence[str] = ()) -> list[Missing]:
    """Return each of *faults* once, as what is to be done about it.

    :param languages: of the module; where there are several, a sentence about a text says in which one.
    """
    return list(dict.fromkeys(_sentence(fault, languages) for fault in faults))


def _sentence(fault: ContentError, languages: Sequence[str]) -> Missing:
    where, language = _WHERE.match(fault.problem), _language_of(fault, languages)
    part, said = (where["part"] or "", fault.problem[where.end() :]) if where else ("", fault.problem)
    if in_one := _IN_LANGUAGE.fullmatch(said):
        said, language = in_one["said"], in_one["tag"] if len(languages) > 1 else ""
    for pattern, sentence in _SENTENCES:
        found = pattern.fullmatch(said)
        if found:
            text = sentence(found) if callable(sentence) else str(sentence)
            return Missing(_located(text, part, language))
    return Missing(fault.problem, "en")


def _language_of(fault: ContentError, languages: Sequence[str]) -> str:
    found = PurePosixPath(fault.file)
    tag = found.stem if found.suffix == ".toml" else found.parent.name
    return tag if len(languages) > 1 and tag in languages else ""


def _located(text: str, part: str, language: str) -> str:
    if part and language:
        return _("Question %(part)s, in “%(language)s”: %(text)s", part=part, language=language, text=text)
    if part:
        return _("Question %(part)s: %(text)s", part=part, text=text)
    return _("In “%(language)s”: %(text)s", language=language, text=text) if language else text


_WHERE = re.compile(r"(?:(?:item )?'[^']*' |front matter |paper )(?:part '(?P<part>[^']*)' )?")
"""What a problem begins with: the item, the part of its case; or the head of a lesson, or the plan of papers."""

_IN_LANGUAGE = re.compile(r"(?P<said>.+) in '(?P<tag>[^']+)'")

_OPTIONS = _l("Write at least two options.")
_REASONS = _l("Write at least two reasons.")
_PAIRS = _l("Write at least two to be matched, and at least two to choose from.")
_STEPS = _l("Write at least three steps.")
_ROWS = _l("Fill in at least two rows of the table.")
_HEADINGS = _l("Give each column a heading.")
_QUESTIONS = _l("Add at least two questions.")
_KEY = _l("Mark what is right.")
_ACCEPTED = _l("Write at least one answer that is right.")
_SOURCE = _l("Tick at least one source.")
_PAPERS = _l("Say how papers are drawn.")
_TOLD = _l("Say what the officer is told about each answer.")

_UNRATED = _l("The judges have not rated it, and ratings set the cut score.")

_TOLD_ABOUT = {
    "right": _l("Say what an officer is told whose answer is right."),
    "wrong": _l("Say what an officer is told whose answer is not right."),
    "true": _l("Say what an officer is told about “true”."),
    "false": _l("Say what an officer is told about “false”."),
}


def _told_about(found: re.Match[str]) -> str:
    name = found["name"]
    return (
        str(_TOLD_ABOUT[name]) if name in _TOLD_ABOUT else _("Say what the officer is told about %(name)s.", name=name)
    )


def _too_few(found: re.Match[str]) -> str:
    more = int(found["needed"]) - int(found["there"])
    return ngettext(
        "Papers draw %(drawn)s of %(there)s items on “%(objective)s”. Write %(num)s more, so that a second attempt "
        "meets other ones.",
        "Papers draw %(drawn)s of %(there)s items on “%(objective)s”. Write %(num)s more, so that a second attempt "
        "meets other ones.",
        more,
        **found.groupdict(),
    )


_TABLE: Sequence[tuple[str, Any]] = (
    # An item
    (r"(?:lacks|has an empty) 'objective'", _l("Choose the objective that it tests or teaches.")),
    (r"lacks 'level'", _l("Choose what it asks of an officer.")),
    (r"lacks 'points'", _l("Say how many points it earns.")),
    (r"has \d+ points, but its parts have \d+", _l("Say how many points each question earns.")),
    (r"names no source|lacks 'sources'", _SOURCE),
    (r"lacks 'law_as_of'", _l("Give the day on which you last checked the law.")),
    (r"has a 'review_by' that is not after its 'law_as_of'", _l("Its review must come after the day of its law.")),
    (r"has no text", _l("Write the question and its answers.")),
    (r"lacks 'stem'", _l("Write the question.")),
    (r"lacks 'options' for option '(?P<name>[^']+)'", lambda m: _("Write the text of %(name)s.", name=m["name"])),
    (r"lacks 'feedback' for option '(?P<name>[^']+)'", _told_about),
    (r"lacks 'feedback'", _TOLD),
    (r"lacks 'options'|has fewer than two options", _OPTIONS),
    (r"lacks 'key'|has no key", _KEY),
    (r"is single-choice and has more than one key", _l("Mark one option as right, not several.")),
    (r"has no wrong (?:option|row)", _l("Leave at least one unmarked: not everything can be right.")),
    (r"lacks 'reasons'|has fewer than two reasons", _REASONS),
    (r"lacks 'verdict'", _l("Say whether the statement is true or false.")),
    (r"lacks 'reason'", _l("Mark the reason why it is so.")),
    (r"lacks '(?:prompts|matches)'|has fewer than two prompts or fewer than two matches", _PAIRS),
    (r"has no match for: (?P<names>.+)", lambda m: _("Say what belongs to %(names)s.", names=m["names"])),
    (r"has fewer than three options to put in order", _STEPS),
    (r"lacks 'value'", _l("Write the right number.")),
    (r"lacks 'tolerance'", _l("Say how far off a right answer may be; 0 for this number only.")),
    (r"lacks 'accepted'|has no accepted answer", _ACCEPTED),
    (r"lacks 'rows'|has fewer than two rows", _ROWS),
    (r"lacks row '(?P<name>[^']+)'", lambda m: _("Fill in row %(name)s.", name=m["name"])),
    (
        r"lacks 'columns'|has a 'columns' that is not a list of texts|has \d+ cells in row '[^']+' for \d+ columns",
        _HEADINGS,
    ),
    (r"lacks 'parts'|is a case with fewer than two parts", _QUESTIONS),
    (r"lacks part '(?P<name>[^']+)'", lambda m: _("Write question %(name)s.", name=m["name"])),
    (
        r"has the enemy '(?P<name>[^']+)', which is not in the bank",
        lambda m: _("It is never to stand on one paper with %(name)s, which is not in the bank.", name=m["name"]),
    ),
    (
        r"has no rating, by which the cut score is set",
        _UNRATED,
    ),
    (
        r"(?:has|teaches) the objective '[^']+', which (?:its module|module\.toml) does not have",
        _l("Choose another objective: the module does not have this one any more."),
    ),
    (
        r"names the source '(?P<name>[^']+)', which (?:its module|module\.toml) does not have",
        lambda m: _("Take the source %(name)s out: the module does not have it any more.", name=m["name"]),
    ),
    # A lesson
    (r"(?:lacks|has an empty) 'title'", _l("Give it a title.")),
    (r"lacks 'minutes'", _l("Say how many minutes it takes.")),
    (r"(?:lacks|has an empty) 'body'", _l("Write its text.")),
    (
        r"cites '(?P<name>[^']+)', which its front matter does not list",
        lambda m: _("Tick the source %(name)s, which its text cites, or cite another.", name=m["name"]),
    ),
    (
        r"links to lesson:(?P<name>\S+), which does not exist",
        lambda m: _("Correct the link to %(name)s: there is no such lesson.", name=m["name"]),
    ),
    (
        r"links to '(?P<name>.+)'; use lesson:.*",
        lambda m: _("Correct the link to “%(name)s”: it leads to no lesson, web page or mail address.", name=m["name"]),
    ),
    (
        r"uses the term '(?P<name>[^']+)', which is not in the glossary",
        lambda m: _("Add the term “%(name)s” to the module, or write it without brackets.", name=m["name"]),
    ),
    (
        r"shows the drawing '(?P<name>[^']+)' without a text alternative; .*",
        lambda m: _("Say in the square brackets what the figure %(name)s shows.", name=m["name"]),
    ),
    (
        r"shows the drawing '(?P<name>[^']+)', which the module does not have",
        lambda m: _("Add the figure %(name)s, or take it out of the text.", name=m["name"]),
    ),
    (
        r"has HTML, which is shown as text: (?P<found>.+)",
        lambda m: _("Write %(found)s in Markdown: HTML is shown as it stands.", found=m["found"]),
    ),
    (
        r"has a heading of the first level, '(?P<name>.+)'; begin at ##",
        lambda m: _("Give the heading “%(name)s” another #: the page's title is above it.", name=m["name"]),
    ),
    (
        r"skips a level before the heading '(?P<name>.+)'",
        lambda m: _("Give the heading “%(name)s” one # less: it skips a level.", name=m["name"]),
    ),
    (
        r"has a table without a sentence before it that says what it shows",
        _l("Write a sentence before the table that says what it shows."),
    ),
    # A figure and a term
    (r"is shown in no lesson", _l("Show this figure in a lesson, or take it out.")),
    (r"in '[^']+' (?:lacks|has an empty) 'term'", _l("Write the term.")),
    (r"in '[^']+' (?:lacks|has an empty) 'text'", _l("Write what the term means.")),
    # The module
    (
        r"differs from '[^']+' in its lessons: (?P<names>.+)",
        lambda m: _("Translate every lesson, or take the language out: %(names)s.", names=m["names"]),
    ),
    (
        r"has the prerequisite '(?P<name>[^']*)', which is not a module",
        lambda m: _("Correct what is to be taken before: no module is called %(name)s.", name=m["name"]),
    ),
    (r"lacks 'subject_area'", _l("Name the subject area.")),
    (r"lacks 'summary'", _l("Write a summary.")),
    (r"has no objective", _l("Write at least one objective.")),
    (r"has no source", _l("Name at least one source.")),
    (r"has no lesson", _l("Write at least one lesson.")),
    (r"objective \d+ lacks 'id'", _l("Give each objective a name.")),
    (r"source \d+ lacks 'id'", _l("Give each source a name.")),
    (
        r"objective '(?P<name>[^']+)' lacks 'text'",
        lambda m: _("Write what the objective %(name)s is.", name=m["name"]),
    ),
    (
        r"source '(?P<name>[^']+)' (?:lacks|has an empty) 'text'",
        lambda m: _("Write the citation of the source %(name)s.", name=m["name"]),
    ),
    (
        r"has the objective '(?P<name>[^']+)', which no lesson teaches",
        lambda m: _("Write a lesson that teaches the objective %(name)s.", name=m["name"]),
    ),
    # How papers are drawn
    (r"lacks '(?:languages|paper|length|standard|blueprint)'|has the length 0; the least is 1", _PAPERS),
    (
        r"lacks the language '(?P<name>[^']+)', in which its module is complete",
        lambda m: _("Save how papers are drawn, so that the quiz is in “%(name)s” too.", name=m["name"]),
    ),
    (r"lacks 'cut_score'", _l("Say what share of the points it takes to pass.")),
    (r"lacks 'open_days'", _l("Say after how many days an attempt closes.")),
    (
        r"blueprint draws (?P<drawn>\d+) of (?P<there>\d+) items on '(?P<objective>[^']+)'; (?P<needed>\d+) are needed",
        _too_few,
    ),
    (
        r"a paper asks for (?P<wanted>\d+) items on '(?P<objective>[^']+)', and the bank has (?P<there>\d+)",
        lambda m: _(
            "A paper asks for %(wanted)s items on “%(objective)s”, and %(there)s can be asked.", **m.groupdict()
        ),
    ),
)
_SENTENCES: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], str] | Any]] = tuple(
    (re.compile(pattern), sentence) for pattern, sentence in _TABLE
)
