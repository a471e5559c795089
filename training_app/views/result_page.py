"""What came of a quiz, in words: by objective, never by key; and in practice, why each option is right or wrong."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext, pgettext
from sqlalchemy.orm import Session

from courses.module import Lesson
from training_app import wording
from training_app.models.people import Person
from training_app.models.training import Mode
from training_app.services import admissions, content, gather, officer_desk, sittings
from training_app.services.sittings import EarnedAward, Outcome, PaperQuestion, Sitting
from training_app.views import after_quiz, desk, quiz_terms
from training_app.views.desk import Reader
from training_app.views.module_page import percent, points
from training_app.views.next_step import StepShown, step_shown
from training_app.wording import GroundText
from training_app.wording import items as wording_of_items
from training_app.wording.items import Line


@dataclass(frozen=True, slots=True)
class LineShown:
    text: str
    why: str
    look: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class PromptShown:
    stem: str
    """Empty where the page's heading says it already."""
    answers: list[str]
    lines: list[LineShown]


_CHOSEN = {
    (True, True): ("ok", "certified", _l("Right, and you chose it")),
    (True, False): ("warn", "triangle", _l("Right, and you did not choose it")),
    (False, True): ("stop", "blocked", _l("Not right, and you chose it")),
    (False, False): ("no", "dash", _l("Not right, and you left it out")),
}


#: Where the officer had to say something, and not to choose it or leave it.
_SAID = {
    True: ("ok", "certified", _l("Right")),
    False: ("stop", "blocked", _l("Not what you answered")),
}


def prompts_shown(question: PaperQuestion) -> list[PromptShown]:
    """Return what was asked, line by line what is right and why; in practice only."""
    alone = len(question.prompts) == 1
    return [
        PromptShown(
            "" if alone else prompt.text.stem,
            [] if isinstance(prompt.interaction, wording_of_items.CHOSEN) else wording_of_items.said(prompt),
            [
                _line(line, chosen=isinstance(prompt.interaction, wording_of_items.CHOSEN))
                for line in wording_of_items.lines(prompt)
            ],
        )
        for prompt in question.prompts
    ]


def _line(line: Line, *, chosen: bool) -> LineShown:
    look, icon, word = _CHOSEN[line.right, line.given] if chosen else _SAID[line.given]
    return LineShown(line.text, line.why, look, icon, str(word))


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    number: int
    stem: str
    answers: list[str]
    """What was answered; empty where there is nothing yet."""
    whole: bool
    """Whether nothing of it is left blank."""
    action: Link


def address_of(found: Sitting, number: int) -> str:
    """Return where a question of the open attempt is answered."""
    if found.all_at_once:
        return url_for("whole_paper.paper", attempt_id=found.attempt.id, _anchor=f"question-{number}")
    return url_for("quiz.question", attempt_id=found.attempt.id, number=number)


def check_rows(found: Sitting) -> list[CheckRow]:
    """Return every question with what was answered, the blanks named."""

    def row(question: PaperQuestion) -> CheckRow:
        href = address_of(found, question.number)
        about = _("question %(number)s", number=question.number)
        action = Link(href, _("Change") if question.chosen else pgettext("to a question", "Answer"), about)
        given = [answer for prompt in question.prompts for answer in wording_of_items.said(prompt)]
        return CheckRow(question.number, question.text.stem, given, question.answered, action)

    return [row(question) for question in found.questions]


def lessons_for(found: Sitting, objective: str, language: str) -> list[Link]:
    """Return links to the lessons that teach *objective*."""
    _used, lessons = found.published.module.lessons_in(language)
    return [_lesson_link(found, lesson) for lesson in lessons if lesson.objective == objective]


def _lesson_link(found: Sitting, lesson: Lesson) -> Link:
    slug = found.published.module.slug
    return Link(url_for("officer.module_lesson", slug=slug, lesson=lesson.slug), lesson.title)


@dataclass(frozen=True, slots=True)
class ObjectiveShown:
    label: str
    value: float
    max: int
    text: str
    """The points in words."""
    lessons: list[Link]


@dataclass(frozen=True, slots=True)
class Earned:
    """An award that the attempt earned, with today's answer for its version."""

    sentence: str
    allowed: bool
    grounds: list[GroundText]
    certificate: str


def shown(session: Session, person: Person, found: Sitting, outcome: Outcome, reader: Reader) -> dict[str, Any]:
    """Return the context of the page with a result."""
    counted = found.attempt.mode is Mode.ASSESSMENT
    module = found.published.module
    told = counted or all(sittings.told_in_practice(session, found, one, at=reader.at) for one in found.questions)
    state = admissions.admission_to(
        session, person.id, content.newest(session, module.slug) or found.published, at=reader.at
    )
    return {
        "found": found,
        "module": module,
        "written_in": module.language_for(reader.language),
        "page_language": reader.language,
        "practice": not counted,
        "passed": outcome.marks.passed,
        "headline": _headline(outcome, counted=counted) if told else _("Practice: finished"),
        "needed": _needed(outcome),
        "blanks": _blanks(found),
        "late": "" if any(one.acceptance_id for one in outcome.marks.anew) else late_answers(found),
        "submitted": reader.day(outcome.submission.effective_at),
        "critical": _critical(outcome) if counted else "",
        "again": quiz_terms.against_another(state),
        "left": quiz_terms.left(state),
        "objectives": _objectives(found, outcome, reader) if told else [],
        "earned": [_earned(session, person, one, reader) for one in outcome.awards],
        "step": _next(session, person, reader) if outcome.marks.passed else None,
        **after_quiz.shown(session, found, outcome, reader),
    }


def _headline(outcome: Outcome, *, counted: bool) -> str:
    score = _("%(points)s of %(of)s points", points=points(outcome.result.points), of=outcome.result.of)
    if not counted:
        return _("Practice: %(score)s", score=score)
    if outcome.marks.passed and not outcome.result.passed:
        return _("Passed: a later mark takes nothing back")
    return _("Passed: %(score)s", score=score) if outcome.marks.passed else _("Not passed: %(score)s", score=score)


def _needed(outcome: Outcome) -> str:
    cut = outcome.result.cut_score
    return _(
        "At least %(points)s points are needed (%(share)s).",
        points=points(cut * outcome.result.of),
        share=percent(cut),
    )


def _critical(outcome: Outcome) -> str:
    """Return that a question that must be right was not, without a word on which."""
    missed = len(outcome.result.critical_missed)
    if not missed:
        return ""
    return ngettext(
        "%(num)s question that must be right was not. Without it no total is a pass.",
        "%(num)s questions that must be right were not. Without them no total is a pass.",
        missed,
    )


def _blanks(found: Sitting) -> str:
    blanks = len(found.blanks)
    if not blanks:
        return ""
    return ngettext(
        "%(num)s question was left without an answer.", "%(num)s questions were left without an answer.", blanks
    )


def late_answers(found: Sitting) -> str:
    """Return the sentence about answers that came past the deadline; empty without any."""
    late = len(found.late)
    if not late:
        return ""
    return ngettext(
        "An answer to %(num)s question came after the quiz had closed. It is kept and not counted.",
        "Answers to %(num)s questions came after the quiz had closed. They are kept and not counted.",
        late,
    )


def _objectives(found: Sitting, outcome: Outcome, reader: Reader) -> list[ObjectiveShown]:
    module = found.published.module
    weak = {entry.objective: lessons for entry, lessons in outcome.weak}

    def row(objective: str, value: Any, most: int) -> ObjectiveShown:
        lessons = [_lesson_link(found, lesson) for lesson in weak.get(objective, ())]
        text = ngettext("%(points)s of %(num)s point", "%(points)s of %(num)s points", most, points=points(value))
        return ObjectiveShown(module.objective_in(reader.language, objective), float(value), most, text, lessons)

    return [row(entry.objective, entry.points, entry.of) for entry in outcome.result.by_objective]


def _earned(session: Session, person: Person, one: EarnedAward, reader: Reader) -> Earned:
    award, version, tool, decision = one.award, one.version, one.tool, one.decision
    names = {"tool": tool.name, "version": version.label}
    last_day = decision.standing.last_day if decision.standing else None
    officer = gather.officer(session, person.id, tool.slug)
    if decision.allowed and last_day is not None:
        sentence = _("You are certified on %(tool)s %(version)s through %(day)s.", day=wording.civil(last_day), **names)
    elif decision.allowed:
        sentence = _("You are certified on %(tool)s %(version)s.", **names)
    else:
        sentence = _("Your training for %(tool)s %(version)s is done. You may not use it yet.", **names)
    return Earned(
        sentence=sentence,
        allowed=decision.allowed,
        grounds=desk.grounds(decision, officer, reader) if officer else [],
        certificate=url_for("officer.certificate", award_id=award.id),
    )


def _next(session: Session, person: Person, reader: Reader) -> StepShown | None:
    """Return what is still to do after a pass, or ``None``."""
    whole = officer_desk.desk(session, person, zone=reader.zone, at=reader.at)
    return step_shown(whole, reader) if whole.steps else None
