"""Rulings on items: what one would do, the decision, and what every ruling did; officers stand here by number."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from quizzes.interactions import Interaction
from quizzes.item import Item
from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.rulings import KeyForm, KindForm, RulingForm, key_form
from training_app.models.rulings import ItemRuling, ItemRulingKind
from training_app.models.training import ModuleRevision
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import content, marks, ruled_marks
from training_app.services import rulings as service
from training_app.services.content import Published
from training_app.services.people import numbers_of
from training_app.services.rulings import DryRun
from training_app.services.second_signatures import names_of
from training_app.views.after_quiz import score
from training_app.views.officer import new_code
from training_app.views.pages import Page
from training_app.wording import items as wording_of_items
from training_app.wording.rulings import RULINGS, key_words

bp = Blueprint("rulings", __name__, url_prefix="/judging")

LISTED = 100
"""So many officers of each kind stand on the page of a dry run; the ruling's own page lists everybody."""
MARKS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {
        "moment": moment,
        "score": score,
        "kinds": RULINGS,
        "item_kinds": wording_of_items.KINDS,
        "key_words": key_words,
        "page_language": str(get_locale()),
    }


@dataclass(frozen=True, slots=True)
class RulableItem:
    """An item of a revision with the key that holds."""

    published: Published
    item: Item
    interaction: Interaction | None
    """``None`` where the item is void."""
    ruled: bool

    @property
    def key(self) -> Interaction:
        """The key that holds, or of a void item the one that it had."""
        return self.interaction or self.item.interaction


def _revision(revision_id: int) -> Published:
    row = reading_session().get(ModuleRevision, revision_id) or abort(404)
    return content.published(row)


def _item(revision_id: int, item_id: str) -> RulableItem:
    published = _revision(revision_id)
    found = published.bank.by_id().get(item_id) or abort(404)
    in_force = marks.in_force(reading_session(), revision_id)
    return RulableItem(published, found, in_force.get(item_id, found.interaction), item_id in in_force)


# -- what there is to rule on ------------------------------------------------------------------------------------------


@bp.get("/revisions")
@requires(Permission.ATTEMPT_JUDGE)
def revisions() -> ResponseReturnValue:
    rows = service.revisions_in_use(reading_session())
    found = {row.revision.id: content.published(row.revision).module for row in rows}
    return render_template("rulings/revisions.html", rows=rows, modules=found)


@bp.get("/revisions/<int:revision_id>")
@requires(Permission.ATTEMPT_JUDGE)
def revision(revision_id: int) -> ResponseReturnValue:
    session, published = reading_session(), _revision(revision_id)
    made = service.rulings(session, revision_id)
    return render_template(
        "rulings/revision.html",
        published=published,
        in_force=marks.in_force(session, revision_id),
        assessments=service.submitted_assessments(session, revision_id),
        newest=_is_newest(published),
        **_listed(made),
    )


def _is_newest(published: Published) -> bool:
    newest = content.newest(reading_session(), published.revision.slug)
    return newest is not None and newest.revision.id == published.revision.id


@bp.get("/revisions/<int:revision_id>/items/<item_id>")
@requires(Permission.ATTEMPT_JUDGE)
def item(revision_id: int, item_id: str) -> ResponseReturnValue:
    found = _item(revision_id, item_id)
    return _item_page(found, key_form(found.item, found.key, str(get_locale())))


def _item_page(found: RulableItem, form: KeyForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "rulings/item.html",
        found=found,
        form=form,
        appeal=_appeal_id(),
        newest=_is_newest(found.published),
        fault="; ".join(str(error) for error in form.form_errors),
    ), status


def _appeal_id() -> int | None:
    """Return the appeal from which who decides came, to lead back to it."""
    return request.values.get("appeal", type=int)


# -- what a ruling would do, and the decision --------------------------------------------------------------------------


@bp.post("/revisions/<int:revision_id>/items/<item_id>/dry-run")
@requires(Permission.ATTEMPT_JUDGE)
def dry_run(revision_id: int, item_id: str) -> ResponseReturnValue:
    """Foresee what it would do; nothing is written."""
    found, kind = _item(revision_id, item_id), KindForm()
    form = key_form(found.item, found.key, str(get_locale()))
    if not kind.validate():
        abort(400)
    if not kind.voids and not form.validate():
        return _item_page(found, form, 422)
    return _dry_run_page(found, form, RulingForm(formdata=None, kind=kind.kind.data))


@bp.post("/revisions/<int:revision_id>/items/<item_id>/decide")
@requires(Permission.ATTEMPT_JUDGE)
def decide(revision_id: int, item_id: str) -> ResponseReturnValue:
    """Decide as it was foreseen, and make the awards that follow in the same transaction, the first few dozen."""
    found, form, at = _item(revision_id, item_id), RulingForm(), now()
    key = key_form(found.item, found.key, str(get_locale()))
    complete = form.validate()
    if "kind" in form.errors:
        abort(400)
    if not form.voids and not key.validate():
        return _item_page(found, key, 422)
    if not complete:
        return _dry_run_page(found, key, form)
    interaction = None if form.voids else key.interaction()
    try:
        with transaction() as session:
            made = service.rule(
                session,
                content.revision(session, revision_id),
                item_id,
                interaction,
                form.reason.data,
                foreseen=form.foreseen.data or "",
                at=at,
                by=current_person(),
            )
            passed = service.marked_as_passed(session, made)
            service.award(session, passed[: service.AWARDS_AT_ONCE], zone=zone(), new_code=new_code, at=at)
    except service.AlreadyRuled as error:
        flash(refusals.sentence(error), "info")
        return redirect(url_for(".ruling", ruling_id=error.ruling_id), 303)
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _dry_run_page(found, key, form)
    for first in range(service.AWARDS_AT_ONCE, len(passed), service.AWARDS_AT_ONCE):
        with transaction() as session:
            some = passed[first : first + service.AWARDS_AT_ONCE]
            service.award(session, some, zone=zone(), new_code=new_code, at=at)
    flash(_("It is decided, and every quiz that it changes is marked anew."), "ok")
    if appeal := _appeal_id():
        return redirect(url_for("judging.appeal", appeal_id=appeal), 303)
    return redirect(url_for(".ruling", ruling_id=made.id), 303)


def _dry_run_page(found: RulableItem, key: KeyForm, form: RulingForm) -> ResponseReturnValue:
    """Show what would happen as of now, and take the decision on just that."""
    session = reading_session()
    interaction = None if form.voids else key.interaction()
    try:
        run = service.dry_run(session, found.published, found.item.id, interaction)
    except service.AlreadyRuled as error:
        flash(refusals.sentence(error), "info")
        return redirect(url_for(".ruling", ruling_id=error.ruling_id), 303)
    except TrainingError as error:
        key.form_errors.append(refusals.sentence(error))
        return _item_page(found, key, 422)
    form.foreseen.data = run.digest
    shown = [*run.now_pass[:LISTED], *run.would_fail[:LISTED], *run.points_only[:LISTED]]
    return render_template(
        "rulings/dry_run.html",
        found=found,
        interaction=interaction,
        run=run,
        bars=_bars(run),
        numbers=numbers_of(session, [one.officer_id for one in shown]),
        listed=LISTED,
        sent=[] if form.voids else list(key.sent()),
        form=form,
        appeal=_appeal_id(),
    ), 422 if form.errors else 200


def _bars(run: DryRun) -> list[dict[str, Any]]:
    parts = {
        _("Pass now"): len(run.now_pass),
        _("Would not pass now, and keep what they hold"): len(run.would_fail),
        _("Other points only"): len(run.points_only),
        _("Nothing changes"): run.concerned - len(run.effects),
    }
    return [{"label": label, "value": value, "max": run.concerned} for label, value in parts.items()]


# -- what rulings did --------------------------------------------------------------------------------------------------


@bp.get("/rulings")
@requires(Permission.RULING_READ)
def rulings() -> ResponseReturnValue:
    made = service.rulings(reading_session())
    return render_template("rulings/rulings.html", may_judge=may(Permission.ATTEMPT_JUDGE), **_listed(made))


def _listed(made: Any) -> dict[str, Any]:
    session = reading_session()
    return {
        "made": made,
        "counts": ruled_marks.counts(session, [one.id for one in made]),
        "names": names_of(session, {one.recorded_by_id for one in made}),
        "of": {one.revision_id: _revision(one.revision_id).module for one in made},
    }


@bp.get("/rulings/<int:ruling_id>")
@requires(Permission.RULING_READ)
def ruling(ruling_id: int) -> ResponseReturnValue:
    session = reading_session()
    found = session.get(ItemRuling, ruling_id) or abort(404)
    published = _revision(found.revision_id)
    counts = ruled_marks.counts(session, [found.id]).get(found.id, ruled_marks.Counts(0, 0, 0))
    page: Page[Any] = Page.counted(counts.all, size=MARKS_A_PAGE)
    rows = ruled_marks.page_of(session, found, first=(page.number - 1) * page.size, size=page.size)
    asked = published.bank.by_id()[found.item_id]
    return render_template(
        "rulings/ruling.html",
        found=found,
        published=published,
        item=asked,
        interaction=marks.key_of(found, asked.interaction),
        voided=found.kind is ItemRulingKind.VOIDED,
        overtaken=_overtaken(found),
        counts=counts,
        page=page,
        rows=rows,
        names=names_of(session, {found.recorded_by_id}),
        may_judge=may(Permission.ATTEMPT_JUDGE),
        may_revoke=may(Permission.PEOPLE_MANAGE),
        may_void=may(Permission.AWARD_JUDGE),
    )


def _overtaken(found: ItemRuling) -> ItemRuling | None:
    """Return the ruling on the same item that governs in place of *found*, or ``None``."""
    of_item = (one for one in service.rulings(reading_session(), found.revision_id) if one.item_id == found.item_id)
    latest = next(of_item)
    return None if latest.id == found.id else latest
