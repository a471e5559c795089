"""The officer's own pages: what they may use and why not, what to do next, their modules and their certificates."""

import secrets
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app import wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.people import Person
from training_app.models.tools import ImpactAssessment, RequirementSet, ToolVersion
from training_app.models.training import ModuleRevision
from training_app.rules.duties import SET, TaskKind
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import (
    certificates,
    certification,
    marks,
    objections,
    officer_desk,
    readings,
    report_desk,
    revisions,
    signed_practice,
    sittings,
    trainer_doubts,
)
from training_app.services.officer_desk import Desk, DeskModule
from training_app.views import (
    card_page,
    certificate_page,
    desk,
    module_page,
    next_step,
    quiz_terms,
    revision_changes,
    status_lists,
    tool_page,
)
from training_app.views.desk import Reader

bp = Blueprint("officer", __name__)
bp.app_template_global("in_language")(desk.in_language)
bp.app_template_global("as_written")(desk.as_written)

CODE_BYTES = 15
"""Of a certificate's code: 120 bits of chance, in 20 characters."""


def new_code() -> str:
    """Return a fresh verification code for a certificate."""
    return secrets.token_urlsafe(CODE_BYTES)


def reader_of_request() -> Reader:
    """Return who reads the page of this request, at one instant for the whole page."""
    return Reader(str(get_locale()), zone(), now())


def _desk(reader: Reader) -> Desk:
    return officer_desk.desk(reading_session(), current_person(), zone=reader.zone, at=reader.at)


def _module(slug: str, reader: Reader) -> DeskModule:
    return officer_desk.module(reading_session(), current_person(), slug, zone=reader.zone, at=reader.at) or abort(404)


@bp.get("/tools")
@requires(Permission.TRAINING_TAKE)
def tools() -> ResponseReturnValue:
    reader = reader_of_request()
    found = _desk(reader)
    return render_template(
        "officer/tools.html",
        lede=next_step.lede(found),
        step=next_step.step_shown(found, reader),
        rows=desk.tool_rows(found, reader),
        unsigned=signed_practice.unsigned(reading_session(), current_person().id),
        asked=report_desk.questions(reading_session(), current_person().id),
    )


@bp.get("/tools/<slug>")
@requires(Permission.TRAINING_TAKE)
def tool(slug: str) -> ResponseReturnValue:
    reader, session, person = reader_of_request(), reading_session(), current_person()
    whole = _desk(reader)
    found = whole.tool(slug) or abort(404)
    return render_template(
        "officer/tool.html",
        tool=found.tool,
        versions=tool_page.versions_shown(session, whole, found, reader),
        awards=[row for row in certification.awards_of(session, person.id) if row[2].id == found.tool.id],
        kinds=certificate_page.KINDS,
        ordered=tool_page.ordered(whole, found, reader),
        lost=objections.lost(session, person.id, found.tool.id),
        under_review=trainer_doubts.under_review(session, person.id, slug, on=reader.on),
        history=tool_page.history(session, whole, found, person.id, reader),
        day=reader.day,
        passes_offered=status_lists.signing_key() is not None,
        about=card_page.shown(session, found.tool, on=reader.on, whole=False, only=found.decisions),
    )


@bp.post("/tools/<slug>/changes/<subject>/read")
@requires(Permission.TRAINING_TAKE)
def sign_change(slug: str, subject: str) -> ResponseReturnValue:
    """Sign that what changed was read, which may earn the award."""
    person = current_person()
    with transaction() as session:
        reader = reader_of_request()
        found = officer_desk.desk(session, person, zone=reader.zone, at=reader.at).tool(slug) or abort(404)
        readings = {task.subject for duty in found.duties for task in duty.tasks if task.kind is TaskKind.READING}
        if subject in readings:
            _sign(session, person, subject, at=reader.at)
        made = certification.award_what_is_due(
            session, person, at=reader.at, zone=reader.zone, new_code=new_code, recorded_at=reader.at
        )
        versions = [session.get_one(ToolVersion, award.version_id) for award in made]
        tell_of_awards(versions)
    return redirect(url_for(".tool", slug=slug), 303)


def _sign(session: Session, person: Person, subject: str, *, at: datetime) -> None:
    """Sign what a task to read names: a later requirement set, or an assessment."""
    if subject.startswith(SET):
        requirement_set = session.get_one(RequirementSet, int(subject.removeprefix(SET)))
        readings.sign_requirement_change(session, person, requirement_set, at=at)
    else:
        readings.sign_familiarisation(session, person, session.get_one(ImpactAssessment, int(subject)), at=at)


@bp.post("/tools/<slug>/collect")
@requires(Permission.TRAINING_TAKE)
def collect(slug: str) -> ResponseReturnValue:
    """Make the awards whose last requirement was met by somebody else's fact, such as a signature."""
    person = current_person()
    with transaction() as session:
        reader = reader_of_request()
        made = certification.award_what_is_due(
            session, person, at=reader.at, zone=reader.zone, new_code=new_code, recorded_at=reader.at
        )
        tell_of_awards([session.get_one(ToolVersion, award.version_id) for award in made])
    return redirect(url_for(".tool", slug=slug), 303)


def tell_of_awards(versions: list[ToolVersion]) -> None:
    """Say which training is on record now; whether the tool may be used, the page's own answer says."""
    for version in versions:
        names = {"tool": version.tool.name, "version": version.label}
        flash(_("Your training for %(tool)s %(version)s is on record.", **names), "ok")


@bp.get("/modules")
@requires(Permission.TRAINING_TAKE)
def modules() -> ResponseReturnValue:
    reader = reader_of_request()
    return render_template("officer/modules.html", rows=module_page.module_rows(_desk(reader), reader))


@bp.get("/modules/<slug>")
@requires(Permission.TRAINING_TAKE)
def module(slug: str) -> ResponseReturnValue:
    reader, session, person = reader_of_request(), reading_session(), current_person()
    found = _module(slug, reader)
    last = found.progress.last
    return render_template(
        "officer/module.html",
        found=found,
        module=found.published.module,
        written_in=found.published.module.language_for(reader.language),
        page_language=reader.language,
        kind=module_page.kind_of(found.published.module),
        uses=list(module_page.uses(_desk(reader), slug, reader)),
        effort=desk.sentence_of(desk.effort(found.published.module.minutes, found.questions)),
        step=module_page.step_in(found),
        lessons=module_page.lesson_tasks(found, reader),
        rules=module_page.quiz_rules(found, reader),
        provisional=module_page.is_provisional(found),
        practice_waits=sittings.practice_waits(session, person.id, slug, at=reader.at),
        last=last,
        last_passed=last is not None and marks.of(session, last).passed,
        again=quiz_terms.another(quiz_terms.admission_to(session, person.id, found, reader)),
        day=reader.day,
        changed_since=revisions.last_passed(session, person.id, slug) not in (None, found.published.revision),
    )


@bp.get("/modules/<slug>/changes")
@requires(Permission.TRAINING_TAKE)
def module_changes(slug: str) -> ResponseReturnValue:
    """Show an officer what changed since the revision that they passed."""
    reader, session = reader_of_request(), reading_session()
    published = _module(slug, reader).published
    passed = revisions.last_passed(session, current_person().id, slug) or abort(404)
    return render_template(
        "officer/changes.html",
        slug=slug,
        title=desk.in_language(
            published.module.title_in(reader.language), published.module.language_for(reader.language)
        ),
        page_language=reader.language,
        moment=moment,
        **revision_changes.for_officers(slug, passed, published.revision, reader.language),
    )


@bp.get("/modules/<slug>/lessons/<lesson>")
@requires(Permission.TRAINING_TAKE)
def module_lesson(slug: str, lesson: str) -> ResponseReturnValue:
    reader = reader_of_request()
    found = _module(slug, reader)
    module = found.published.module
    language, shown = module.lesson_in(reader.language, lesson) or abort(404)
    _used, lessons = module.lessons_in(reader.language)
    place = lessons.index(shown)
    return render_template(
        "officer/lesson.html",
        found=found,
        module=module,
        lesson=shown,
        written_in=language,
        page_language=reader.language,
        rendered=module_page.rendered(module, language, shown),
        standings=module_page.STANDINGS,
        minutes=module_page.about_minutes(shown.minutes),
        law_as_of=wording.civil(shown.law_as_of),
        place=place,
        lessons=lessons,
        read=shown.slug in found.progress.lessons_read,
    )


@bp.get("/modules/<slug>/references")
@requires(Permission.TRAINING_TAKE)
def references(slug: str) -> ResponseReturnValue:
    """Show what the module rests on: law, recommendation and good practice apart, and every source in full."""
    reader = reader_of_request()
    module = _module(slug, reader).published.module
    written_in = module.language_for(reader.language)
    return render_template(
        "officer/references.html",
        module=module,
        written_in=written_in,
        page_language=reader.language,
        rendered=module_page.references(module, written_in),
        cited_in=module_page.cited_in(module, written_in),
        standings=module_page.STANDINGS,
        law_as_of=wording.civil(module.law_as_of),
    )


@bp.post("/modules/<slug>/lessons/<lesson>/read")
@requires(Permission.TRAINING_TAKE)
def read_lesson(slug: str, lesson: str) -> ResponseReturnValue:
    """Mark a lesson of the revision that was on the page as read, and lead on."""
    reader = reader_of_request()
    module = _module(slug, reader).published.module
    _used, lessons = module.lessons_in(reader.language)
    names = [one.slug for one in lessons]
    if lesson not in names:
        abort(404)
    revision = reading_session().get(ModuleRevision, request.form.get("revision", 0, int))
    if revision is None or revision.slug != slug:
        abort(400)
    try:
        with transaction() as session:
            readings.mark_lesson_read(session, current_person().id, revision.id, lesson, at=now())
    except IntegrityError:
        pass  # another tab was first
    following = names[names.index(lesson) + 1 :]
    if following:
        return redirect(url_for(".module_lesson", slug=slug, lesson=following[0]), 303)
    return redirect(url_for(".module", slug=slug, _anchor="quiz"), 303)


@bp.get("/certificates/<int:award_id>")
@requires(Permission.TRAINING_TAKE)
def certificate(award_id: int) -> ResponseReturnValue:
    reader, person = reader_of_request(), current_person()
    if certificates.is_gone(reading_session(), award_id):
        abort(410)
    found = certificates.certificate(reading_session(), person.id, award_id, zone=reader.zone, at=reader.at) or abort(
        404
    )
    return render_template("officer/certificate.html", **certificate_page.shown(found, reader))
