"""A draft's quiz as an officer practises it, for those who write it: drawn, answered, marked at once, stored nowhere.

The page carries the seed of its paper, so that the same paper is drawn again to mark what was answered.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from courses.errors import ContentError
from courses.module import revision_digest
from quizzes.bank import Bank
from quizzes.interactions import Response
from quizzes.mark import Result, mark
from quizzes.paper import Paper
from quizzes.parts import MODULE
from training_app.db import reading_session
from training_app.forms import quiz as forms
from training_app.forms.quiz import AnswerForm
from training_app.models.authoring import Draft
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import draft_items, drafts
from training_app.services.draft_items import Askable
from training_app.services.sittings import PaperQuestion
from training_app.views import draft_page, result_page
from training_app.views.module_page import percent, points
from training_app.views.quiz_start import SEEDS
from training_app.wording import missing

bp = Blueprint("draft_practice", __name__, url_prefix="/content/drafts/<int:draft_id>/practice")

PAPER, EVERY = "paper", "every"


@dataclass(frozen=True, slots=True)
class Tried:
    """The paper that is tried."""

    paper: Paper
    bank: Bank
    digest: str
    """Of the bank from which it was drawn: a paper is marked by nothing else."""
    questions: tuple[PaperQuestion, ...]
    forms: list[AnswerForm]


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def practice(draft_id: int) -> ResponseReturnValue:
    found = reading_session().get(Draft, draft_id) or abort(404)
    askable = draft_items.askable(reading_session(), found)
    every = request.values.get("which") == EVERY
    language = _language(found)
    seed = request.values.get("seed", "")
    number = int(seed) if seed.isascii() and seed.isdecimal() and len(seed) < 12 else secrets.randbelow(SEEDS)
    problem: ContentError | None = None
    tried = None
    try:
        tried = _tried(askable, every=every, seed=number, language=language)
    except ContentError as error:
        problem = error
    shown = {"which": EVERY if every else PAPER, "seed": number, "language": language, "problem": problem}
    if tried and tried.questions and request.method == "POST":
        if request.form.get("digest") != tried.digest:
            shown["changed"] = True
        elif all(form.validate() for form in tried.forms):
            return _marked(found, tried, shown)
    return _page(found, askable, tried, shown)


def _language(found: Draft) -> str:
    """Return the language to try it in: the one that was asked for, or the page's, where the module has it."""
    outline = drafts.part(reading_session(), found, MODULE).content or {}
    languages = outline.get("languages") or ["en"]
    asked = request.values.get("language") or str(get_locale())
    return asked if asked in languages else str(languages[0])


def _tried(askable: Askable, *, every: bool, seed: int, language: str) -> Tried:
    paper, bank = draft_items.try_out(askable, every=every, seed=seed)
    items = bank.by_id()
    questions: list[PaperQuestion] = []
    answers: list[AnswerForm] = []
    for number, entry in enumerate(paper.items, start=1):
        item = items[entry.item_id]
        used, text = item.text_in(language)
        blank = PaperQuestion(number, item, entry.options, used, text, Response(), None)
        answers.append(forms.answer_form(blank, sequence=0, prefix=_prefix(number)))
        given = forms.given_answer(_own(number), blank).marks if request.method == "POST" else ()
        questions.append(PaperQuestion(number, item, entry.options, used, text, Response(given), None))
    digest = revision_digest({}, bank.to_json())
    return Tried(paper, bank, digest, tuple(questions), answers)


def _prefix(number: int) -> str:
    return f"q{number}-"


def _own(number: int) -> MultiDict[str, str]:
    """Return what was sent about one question, under the names that its form has alone."""
    prefix = _prefix(number)
    sent = request.form.items(multi=True)
    return MultiDict([(name.removeprefix(prefix), value) for name, value in sent if name.startswith(prefix)])


def _page(found: Draft, askable: Askable, tried: Tried | None, shown: dict[str, Any]) -> ResponseReturnValue:
    outline = drafts.part(reading_session(), found, MODULE).content or {}
    languages = outline.get("languages") or ["en"]
    wrong = [error for form in (tried.forms if tried else []) for error in _errors(form)]
    page = render_template(
        "authoring/practice.html",
        draft=found,
        title=draft_page.title(found),
        left_out={name: missing.sentences(faults, languages) for name, faults in askable.left_out.items()},
        against=missing.sentences(askable.against_paper, languages),
        tried=tried,
        asked=[forms.asked(*pair) for pair in zip(tried.forms, tried.questions, strict=True)] if tried else [],
        languages=languages,
        wrong=wrong,
        form=FlaskForm(formdata=None),
        page_language=str(get_locale()),
        **shown,
    )
    return page, 422 if wrong else 200


def _errors(form: AnswerForm) -> list[result_page.Link]:
    """Return what is wrong with an answer, each linked to its field."""
    return [result_page.Link(f"#{field.id}", str(error)) for field in form for error in field.errors]


def _marked(found: Draft, tried: Tried, shown: dict[str, Any]) -> str:
    """Return the page that says what the answers came to, and at each question what is right and why."""
    responses = {question.item.id: question.chosen for question in tried.questions}
    if not all(question.item.interaction.admits(question.chosen) for question in tried.questions):
        abort(422)  # no page of ours sends that
    result = mark(tried.paper, tried.bank, responses)
    return render_template(
        "authoring/practice_result.html",
        draft=found,
        title=draft_page.title(found),
        headline=_headline(result, every=shown["which"] == EVERY),
        questions=[(question, result_page.prompts_shown(question)) for question in tried.questions],
        page_language=str(get_locale()),
        **shown,
    )


def _headline(result: Result, *, every: bool) -> str:
    said = {"points": points(result.points), "of": result.of}
    if every:
        return _("%(points)s of %(of)s points.", **said)
    said |= {"needed": percent(result.cut_score)}
    if result.passed:
        return _("An officer would pass: %(points)s of %(of)s points, and %(needed)s are needed.", **said)
    if result.critical_missed:
        return _("An officer would not pass: %(points)s of %(of)s points, and a critical item was missed.", **said)
    return _("An officer would not pass: %(points)s of %(of)s points, and %(needed)s are needed.", **said)
