"""What leads judge after a quiz: appeals, oldest first, and answers that came late.  Officers stand here by number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields import SelectChoice

from quizzes.interactions import Response
from quizzes.item import Item
from quizzes.paper import Paper
from quizzes.prompts import prompts_of
from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.appeals import AppealDecisionForm, AppealMessageForm
from training_app.forms.late_answers import AcceptForm
from training_app.models.people import Person
from training_app.models.rulings import Appeal, AppealOutcome, ItemRuling
from training_app.models.training import Attempt, Submission
from training_app.rules.appeals import days_waiting
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import appeals, certification, content, late_answers, marks, requirements
from training_app.services.appeals import AppealRow
from training_app.services.second_signatures import names_of
from training_app.views.after_quiz import about, score
from training_app.views.officer import new_code
from training_app.views.trainer import key_of
from training_app.wording import items as wording_of_items
from training_app.wording.rulings import HANDS, LATENESS, OUTCOMES, RULINGS

bp = Blueprint("judging", __name__, url_prefix="/judging")

DECIDED_LISTED = 20
DISMISS = "dismiss"


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {
        "moment": moment,
        "about": about,
        "outcomes": OUTCOMES,
        "why_late": LATENESS,
        "page_language": str(get_locale()),
        "key_of": key_of,
    }


@bp.get("")
@requires(Permission.ATTEMPT_JUDGE)
def desk() -> ResponseReturnValue:
    session, at = reading_session(), now()
    on, me = CivilInstant(at, zone()), current_person()
    waiting = appeals.open_appeals(session)
    return render_template(
        "judging/desk.html",
        titles=_titles(session),
        appeals=waiting,
        days={row.appeal.id: _days(days_waiting(row.appeal.recorded_at, on=on)) for row in waiting},
        hands={row.appeal.id: appeals.hand_against(session, row.appeal, me) for row in waiting},
        late=late_answers.waiting(session, at=at),
        decided=appeals.decided_lately(session, most=DECIDED_LISTED),
        listed_days=late_answers.LISTED_DAYS,
    )


def _days(days: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", days) if days else _("since today")


def _titles(session: Session) -> dict[str, str]:
    """Return the titles of the published modules by slug, in the reader's language."""
    found = [content.published(row).module for row in requirements.published_modules(session)]
    return {module.slug: module.title_in(str(get_locale())) for module in found}


# -- appeals -----------------------------------------------------------------------------------------------------------


def _appeal(appeal_id: int) -> Appeal:
    return reading_session().get(Appeal, appeal_id) or abort(404)


@bp.get("/appeals/<int:appeal_id>")
@requires(Permission.ATTEMPT_JUDGE)
def appeal(appeal_id: int) -> ResponseReturnValue:
    return _appeal_page(_appeal(appeal_id), AppealMessageForm(formdata=None), _decision_form(_appeal(appeal_id)))


@bp.post("/appeals/<int:appeal_id>/messages")
@requires(Permission.ATTEMPT_JUDGE)
def write(appeal_id: int) -> ResponseReturnValue:
    found, form = _appeal(appeal_id), AppealMessageForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Appeal, found.id)
                appeals.write(session, row, form.text.data, at=now(), zone=zone(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return redirect(url_for(".appeal", appeal_id=found.id, _anchor="message"), 303)
    return _appeal_page(found, form, _decision_form(found)), 422


@bp.post("/appeals/<int:appeal_id>/decision")
@requires(Permission.ATTEMPT_JUDGE)
def decide(appeal_id: int) -> ResponseReturnValue:
    found = _appeal(appeal_id)
    form = _decision_form(found, sent=True)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Appeal, found.id)
                named = _named(session, row, form.follows.data)
                outcome = AppealOutcome.DISMISSED if form.follows.data == DISMISS else AppealOutcome.UPHELD
                appeals.decide(
                    session, row, outcome, form.reason.data, named, at=now(), zone=zone(), by=current_person()
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The appeal is decided. The officer reads your sentence with the result."), "ok")
            return redirect(url_for(".appeal", appeal_id=found.id), 303)
    return _appeal_page(found, AppealMessageForm(formdata=None), form), 422


def _named(session: Session, found: Appeal, code: str) -> appeals.Following | None:
    return next((one for one in appeals.followings(session, found) if _code(one) == code), None)


def _code(following: appeals.Following) -> str:
    return f"{'ruling' if isinstance(following, ItemRuling) else 'acceptance'}-{following.id}"


def _decision_form(found: Appeal, *, sent: bool = False) -> AppealDecisionForm:
    form = AppealDecisionForm() if sent else AppealDecisionForm(formdata=None)
    session = reading_session()
    following = appeals.followings(session, found)
    upholding = [SelectChoice(_code(one), _follows(one)) for one in following]
    dismissing = [SelectChoice(DISMISS, _("Dismiss it: the mark is right"))]
    form.follows.choices = [*(dismissing if _may_dismiss(following) else []), *upholding]
    return form


def _may_dismiss(following: Sequence[appeals.Following]) -> bool:
    """Tell whether who is signed in has not changed what the appeal is about since it was made."""
    return all(one.recorded_by_id != current_person().id for one in following)


def _follows(following: appeals.Following) -> str:
    if isinstance(following, ItemRuling):
        words = {"item": following.item_id, "kind": RULINGS[following.kind], "when": moment(following.recorded_at)}
        return _("Uphold it: %(item)s, %(kind)s, %(when)s", **words)
    return _("Uphold it: the late answers count, %(when)s", when=moment(following.recorded_at))


@dataclass(frozen=True, slots=True)
class Appealed:
    """An item of the officer's paper, with its key and what was answered."""

    number: int
    item: Item
    """With the key that holds now."""
    language: str
    stem: str
    void: bool
    given: list[str]
    earned: str


def _appeal_page(found: Appeal, message: AppealMessageForm, decision: AppealDecisionForm) -> str:
    session, me = reading_session(), current_person()
    row, submission = appeals.row_of(session, found), session.get_one(Submission, found.submission_id)
    written = appeals.messages(session, found)
    hand = appeals.hand_against(session, found, me)
    people = {one.recorded_by_id for one in written} - {found.officer_id}
    people |= {row.decision.recorded_by_id} if row.decision else set()
    following = appeals.followings(session, found)
    return render_template(
        "judging/appeal.html",
        row=row,
        titles=_titles(session),
        items=_appealed(session, row, submission),
        score=score(marks.of(session, submission).latest),
        passed=marks.of(session, submission).passed,
        revision_id=submission.attempt.revision_id,
        messages=written,
        names=names_of(session, people),
        me=me,
        hand=HANDS[hand] if hand else "",
        others=appeals.who_may_judge(session, found, at=now(), zone=zone()) if hand else [],
        dismissible=_may_dismiss(following),
        upholdable=bool(following),
        late=bool(late_answers.late(session, submission.attempt, str(get_locale()), at=now()).questions),
        message=message,
        decision=decision,
    )


def _appealed(session: Session, row: AppealRow, submission: Submission) -> list[Appealed]:
    """Return the item that the appeal is about, or each item of the paper where it is about the whole mark."""
    attempt = submission.attempt
    items = content.revision(session, attempt.revision_id).bank.by_id()
    in_force = marks.in_force(session, attempt.revision_id)
    held = marks.counted_answers(session, [attempt.id])[attempt.id]
    earned = {one.item_id: one for one in marks.of(session, submission).latest.items}
    found = []
    for number, entry in enumerate(Paper.from_json(attempt.paper).items, start=1):
        if row.number not in {0, number}:
            continue
        ruled = in_force.get(entry.item_id)
        item = replace(items[entry.item_id], interaction=ruled) if ruled else items[entry.item_id]
        language, text = item.text_in(str(get_locale()))
        prompts = prompts_of(item, text, entry.options, held.get(item.id, Response()))
        given = [said for prompt in prompts for said in wording_of_items.said(prompt)]
        one = earned.get(item.id)
        got = _("%(points)s of %(of)s", points=one.points, of=one.of) if one else ""
        void = item.id in in_force and ruled is None
        found.append(Appealed(number, item, language, text.stem, void, given, got))
    return found


# -- late answers ------------------------------------------------------------------------------------------------------


@bp.route("/late-answers/<int:attempt_id>", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_JUDGE)
def late(attempt_id: int) -> ResponseReturnValue:
    """Show what came late, and let it count; whether it is right is not shown, and is not the question."""
    session, at, me = reading_session(), now(), current_person()
    attempt = session.get(Attempt, attempt_id) or abort(404)
    found = late_answers.late(session, attempt, str(get_locale()), at=at)
    form = AcceptForm()
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                row = writing.get_one(Attempt, attempt_id)
                foreseen = form.foreseen.data or ""
                _fact, new = late_answers.accept(writing, row, form.why, foreseen=foreseen, at=at, by=me)
                officer = writing.get_one(Person, row.officer_id)
                certification.award_what_is_due(writing, officer, at=at, zone=zone(), new_code=new_code, recorded_at=at)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            said = (
                _("The late answers count. The quiz was marked anew.") if new else _("They had been accepted already.")
            )
            flash(said, "ok" if new else "info")
            return redirect(url_for(".late", attempt_id=attempt_id), 303)
    if not found.questions:
        abort(404)
    form.foreseen.data = found.digest
    shown = {
        "found": found,
        "officer": session.get_one(Person, attempt.officer_id),
        "module": content.revision(session, attempt.revision_id).module,
        "names": names_of(session, {found.acceptance.recorded_by_id} if found.acceptance else set()),
        "said": _said,
        "own": attempt.officer_id == me.id,
        "form": form,
    }
    return render_template("judging/late.html", **shown), 422 if form.errors else 200


def _said(question: late_answers.LateQuestion, response: Response) -> list[str]:
    return [said for prompt in question.prompts(response) for said in wording_of_items.said(prompt)]
