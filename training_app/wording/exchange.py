"""Questions from and for other systems in words: why a file is refused, and what of it is not carried."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from quizzes.exchange.formats import ExchangeFormat
from quizzes.exchange.report import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_QUESTIONS,
    Fault,
    Note,
    Unreadable,
    What,
)

FORMATS: Mapping[ExchangeFormat, Any] = {
    ExchangeFormat.GIFT: _l("GIFT"),
    ExchangeFormat.MOODLE_XML: _l("Moodle XML"),
}

_FAULTS: Mapping[Fault, Callable[[int], str]] = {
    Fault.TOO_LARGE: lambda _line: _(
        "The file is larger than %(size)s MB. Send it in parts, or leave its pictures out.", size=MOST_BYTES // 1024**2
    ),
    Fault.EMPTY: lambda _line: _("Nothing stands there. Choose another file, or paste the questions."),
    Fault.NOT_UTF8: lambda line: _(
        "Line %(line)s is not in UTF-8. Save the file as UTF-8 and send it again.", line=line
    ),
    Fault.CHARACTER: lambda line: _("Line %(line)s holds a character that no text has. Remove it.", line=line),
    Fault.TOO_MANY: lambda line: _(
        "From line %(line)s on there are more than %(most)s questions. Send the file in parts.",
        line=line,
        most=MOST_QUESTIONS,
    ),
    Fault.TOO_DEEP: lambda line: _(
        "In line %(line)s more than %(most)s elements stand inside of each other. Moodle writes no such file.",
        line=line,
        most=MOST_DEPTH,
    ),
    Fault.NOT_XML: lambda line: _(
        "Line %(line)s is not well-formed XML. Export the questions from Moodle again.", line=line
    ),
    Fault.NOT_MOODLE: lambda _line: _(
        "This is XML, but not Moodle's. Export the questions from Moodle in its format “Moodle XML”."
    ),
    Fault.DECLARATIONS: lambda line: _(
        "Line %(line)s declares a document type or an entity. Moodle writes none, and nothing that does is read here.",
        line=line,
    ),
}


def unreadable(error: Unreadable) -> str:
    """Return why a whole file is refused, and what to do."""
    return _FAULTS[error.fault](error.line)


_WHATS: Mapping[What, Callable[[str], str]] = {
    What.ESSAY: lambda _about: _("Not carried: it asks for an essay, which no program marks."),
    What.DESCRIPTION: lambda _about: _("Not carried: it asks nothing. Put what it says into a lesson or a question."),
    What.UNKNOWN_TYPE: lambda about: _("Not carried: there is no item of the type “%(type)s”.", type=about),
    What.NO_QUESTION: lambda _about: _("Not carried: it has no question."),
    What.NO_KEY: lambda _about: _("Not carried: no answer is wholly right."),
    What.SEVERAL_KEYS: lambda about: _(
        "Not carried: one answer may be chosen, but %(count)s are wholly right. Let officers choose several.",
        count=about,
    ),
    What.NO_WRONG_ANSWER: lambda _about: _("Not carried: several may be chosen, and none of them is wrong."),
    What.TOO_FEW: lambda _about: _("Not carried: there is too little to choose from, or an answer is empty."),
    What.NOT_A_NUMBER: lambda about: _(
        "Not carried: “%(text)s” is not a number with at most 12 digits and 6 decimal places.", text=about
    ),
    What.BRACES: lambda _about: _(
        "Not carried: { and } do not stand in one pair. A blank line ends a question; write \\{ for the sign itself."
    ),
    What.NO_PAIR: lambda about: _("Not carried: “%(text)s” is no pair. Write it with -> between the two.", text=about),
    What.TOO_LONG: lambda _about: _(
        "Not carried: a text has more than %(most)s characters, or there are too many answers.", most=MOST_CHARACTERS
    ),
    What.GAP: lambda about: (
        _("Not carried: the gap %(gap)s cannot be read.", gap=about)
        if about
        else _("Not carried: no gap in its text can be read.")
    ),
    What.NOT_IN_FORMAT: lambda _about: _("Not carried: GIFT has nothing for putting in order. Moodle XML has."),
    What.ARROW_IN_ANSWER: lambda _about: _(
        "Not carried: an accepted answer holds “->”, which GIFT would take for a pair. Use Moodle XML."
    ),
    What.UNFINISHED: lambda about: _("Not carried: it is not finished (%(problem)s).", problem=about),
    What.NOT_IN_LANGUAGE: lambda about: _("Not carried: it has no text in “%(language)s”.", language=about),
    What.CREDIT: lambda about: _(
        "Credit differs: %(there)s there, %(here)s here.",
        **dict(zip(("there", "here"), about.split(" / "), strict=True)),
    ),
    What.PARTLY_RIGHT: lambda about: _(
        "Left out: the answer %(answer)s. Here one answer is right, wholly.", answer=about
    ),
    What.PICTURE: lambda about: (
        _("A picture is left out; its description “%(text)s” stands in its place.", text=about)
        if about
        else _("A picture without a description is left out.")
    ),
    What.FILE: lambda about: _("The file “%(name)s” is refused: questions are plain text.", name=about or _("no name")),
    What.LOOKS: lambda _about: _("Bold, italic and the like are left out: questions are plain text."),
    What.TABLE: lambda _about: _("A table became lines, its cells parted by bars."),
    What.FORMULA: lambda _about: _("A formula stays as it is typed; it is not drawn."),
    What.EMBEDDED: lambda about: _("Left out: something embedded (%(tag)s).", tag=about),
    What.MARKDOWN: lambda _about: _("Marks of Markdown are left out: questions are plain text."),
    What.GENERAL_FEEDBACK: lambda _about: _("What was said to everybody now stands with the right answer."),
    What.OVERALL_FEEDBACK: lambda about: _("Left out: feedback on the whole, “%(text)s”.", text=about),
    What.ANSWER_FEEDBACK: lambda about: _("Left out: a second feedback on right answers, “%(text)s”.", text=about),
    What.NO_FEEDBACK: lambda about: ngettext(
        "%(num)s place has no feedback. Write why before you put the draft up for review.",
        "%(num)s places have no feedback. Write why before you put the draft up for review.",
        int(about),
    ),
    What.HINTS: lambda _about: _("Left out: hints for a second try. Here an item is answered once."),
    What.SETTINGS: lambda _about: _("Left out: Moodle's settings for penalties, shuffling and numbering."),
    What.TAGS: lambda about: _("Left out: the tags %(tags)s.", tags=about),
    What.WILDCARD: lambda about: _(
        "Left out: the answer “%(answer)s”, whose * stands for anything. Write out what you accept.", answer=about
    ),
    What.CAPITALS: lambda _about: _("Capitals do not count here; there they did."),
    What.UNITS: lambda about: _("Left out: the units %(units)s. An item has one unit.", units=about),
    What.GRADE: lambda about: _(
        "Points differ: %(there)s there, %(here)s here. Points are whole numbers.",
        **dict(zip(("there", "here"), about.split(" / "), strict=True)),
    ),
    What.TRUE_FALSE: lambda _about: _("It asks for no reason, so it became a choice between true and false."),
    What.ORDER_CREDIT: lambda about: _(
        "Credit differs: there by “%(rule)s”, here by the neighbours that stand in the right order.", rule=about
    ),
    What.ORDER_SUBSET: lambda about: _(
        "There some steps (%(count)s) are shown to each person, here all of them.", count=about
    ),
    What.ONLY_TAGS: lambda _about: _(
        "Level, sources and days of the law are carried as tags, which only this system reads."
    ),
    What.OTHER_LANGUAGES: lambda about: _(
        "Left out: the texts in %(languages)s. A file holds one language.", languages=about
    ),
    What.CRITICAL: lambda _about: _("It is critical. There, missing it does not fail the attempt."),
    What.ENEMIES: lambda about: _("Left out: it is never on one paper with %(items)s.", items=about),
    What.RATING: lambda _about: _("Left out: how the judges rated it."),
    What.POINTS: lambda about: _("Points: %(points)s.", points=about),
    What.UNIT: lambda about: _("The unit “%(unit)s” stands beside the number's field or in the question.", unit=about),
    What.STEPS_FEEDBACK: lambda _about: _("Moodle shows no feedback on single steps."),
    What.PAIRS_FEEDBACK: lambda _about: _("There is no feedback on single pairs."),
    What.REASONED_VERDICT: lambda _about: _(
        "It became a choice: each verdict with each reason. The credit is the same."
    ),
    What.MARKING_UP: lambda _about: _(
        "The table became a choice of several; each row is an option that reads out its cells."
    ),
    What.CASE_SPLIT: lambda about: ngettext(
        "The case became %(num)s question, with the scenario before it.",
        "The case became %(num)s questions, each with the scenario before it.",
        int(about),
    ),
    What.WEIGHTS: lambda about: _(
        "Moodle has no percentage for 1 in %(count)s. When you import, choose “nearest grade if not listed”.",
        count=about,
    ),
    What.ARROW: lambda _about: _("“->” became an arrow sign, for GIFT would take it for a pair."),
    What.LONG_TAG: lambda about: _("Left out: the tag “%(tag)s”, which is too long for Moodle.", tag=about),
}


def sentence(note: Note) -> str:
    """Return what *note* tells."""
    return _WHATS[note.what](note.about)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is told, with every place that it is about."""

    sentence: str
    left_out: bool
    lines: list[int]
    titles: list[str]


def told(notes: Iterable[Note]) -> list[Told]:
    """Return *notes* with those that say the same put together; whole questions that are left out come first."""
    found: dict[tuple[str, bool], Told] = {}
    for note in notes:
        said = sentence(note)
        one = found.setdefault((said, note.left_out), Told(said, note.left_out, [], []))
        if note.line and note.line not in one.lines:
            one.lines.append(note.line)
        if note.title and note.title not in one.titles:
            one.titles.append(note.title)
    return sorted(found.values(), key=lambda one: not one.left_out)


def verdicts(language: str) -> tuple[str, str]:
    """Return the words for true and for false in *language*, in English where there is no such catalogue."""
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        language = "en"
    with force_locale(language.replace("-", "_")):
        return _("True"), _("False")
