"""What the pages on reports share: the agency's terms, and a report with its steps as its readers see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from config import Config
from training_app import wording
from training_app.agency import holidays, moment, on_now, zone
from training_app.db import reading_session
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.models.training import ModuleRevision
from training_app.rules import versions
from training_app.rules.facts import Level
from training_app.rules.permissions import Permission
from training_app.rules.reports import StepKind, Terms
from training_app.rules.wishes import WishState
from training_app.security import current_person, may
from training_app.services import gather, report_desk, reports, requirements, wishes
from training_app.services.report_desk import EndShown, Row, StepShown, Waiting
from training_app.services.reports import NamedBy, Words
from training_app.services.requirements import AskedAfter
from training_app.services.second_signatures import names_of
from training_app.services.wishes import Wanted
from training_app.views.registrar_desk import modules_by_slug, title_of
from training_app.wording import reports as words
from training_app.wording import wishes as wish_words


def terms() -> Terms:
    """Return by when the agency acknowledges and closes reports, and how long it keeps their words."""
    config: Config = current_app.extensions["config"]
    return Terms(
        config.report_acknowledge_days,
        config.report_close_days,
        config.report_months,
        config.report_training_days,
        holidays(),
    )


def waiting_for(person: Person) -> Waiting:
    """Return what the home pages of registrars and of the oversight body say of reports."""
    return report_desk.waiting(reading_session(), person, terms=terms(), on=on_now())


def reports_on(version: ToolVersion) -> list[Row]:
    """Return the reports on the version's tool, but the own ones, which another registrar answers."""
    rows = report_desk.rows(reading_session(), current_person(), terms=terms(), on=on_now())
    return [row for row in rows if row.tool.id == version.tool_id]


def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"moment": moment, "words": words, "wording": wording, "zone": zone(), "terms": terms()}
    return shown | {"wish_words": wish_words}


@dataclass(frozen=True, slots=True)
class Event:
    """One step of what is handled, as a report, an incident or a request, on a page."""

    at: datetime
    title: str
    by: str = ""
    text: str = ""
    """As a person wrote it."""
    note: str = ""
    href: str = ""
    action: str = ""


def titles() -> dict[str, str]:
    """Return the title of every published module, by slug."""
    return {slug: title_of(one) for slug, one in modules_by_slug().items()}


def for_reporter(row: Row, said: Words | None) -> list[Event]:
    """Return what whoever reported is shown: every step but the notes and the names of who works on it."""
    session = reading_session()
    named = [one for one in reports.named_by(session, row.report) if one.signed_at is not None]
    first = Event(row.report.effective_at, _("You reported it"))
    steps = [event for step in report_desk.steps(session, row.report, said) for event in _told(step)]
    ended = [
        Event(one.signed_at, str(words.OUTCOMES[one.outcome]), text=one.told)
        for one in report_desk.ends(session, row.report)
        if one.signed_at is not None
    ]
    changed = [event for one in row.wishes for event in _changed(one, linked=False)]
    asked = [_asked(one, linked=False) for one in requirements.asked_after(session, row.report.id) if one.signed_at]
    return _in_order([first, *steps, *ended, *(_assessed(one, linked=False) for one in named), *changed, *asked])


def _told(step: StepShown) -> Iterator[Event]:
    """Yield what whoever reported is told of a step; whose retraining was ordered is not theirs to know."""
    match step.kind:
        case StepKind.TAKEN:
            yield Event(step.at, _("A registrar looks into it"))
        case StepKind.GIVEN_BACK:
            yield Event(step.at, _("It waits for another registrar"))
        case StepKind.ASKED:
            yield Event(step.at, _("You were asked"), text=step.text)
        case StepKind.ANSWERED:
            yield Event(step.at, _("You answered"), text=step.text)
        case StepKind.SUSPENDED:
            yield Event(step.at, _("Version %(version)s was suspended for safety", version=step.version))
        case StepKind.RETRAINING:
            yield Event(step.at, _("Retraining was ordered"))
        case StepKind.LESSON:
            yield Event(step.at, _with_title(_("The training is to be changed: %(module)s"), step.module))
        case StepKind.PROVIDER:
            yield Event(step.at, _("The provider was told on %(day)s", day=wording.civil(step.told_on)))


def for_handlers(row: Row, said: Words | None) -> list[Event]:
    """Return everything that was done, with who did it; words only where they may be shown."""
    session = reading_session()
    first = Event(row.report.effective_at, _("Reported"))
    steps = [_done(step) for step in report_desk.steps(session, row.report, said)]
    decided = [event for one in report_desk.ends(session, row.report) for event in _decided(one)]
    named = [_assessed(one, linked=True) for one in reports.named_by(session, row.report)]
    changed = [event for one in row.wishes for event in _changed(one, linked=True)]
    asked = [_asked(one, linked=True) for one in requirements.asked_after(session, row.report.id)]
    return _in_order([first, *steps, *decided, *named, *changed, *asked])


def _done(step: StepShown) -> Event:
    at, by, text = step.at, step.by, step.text
    match step.kind:
        case StepKind.SUSPENDED:
            return Event(at, _("Version %(version)s was suspended for safety", version=step.version), by)
        case StepKind.RETRAINING:
            href = url_for("people.person", service_number=step.officer_number)
            return Event(at, _("Retraining was ordered: %(officer)s", officer=step.officer), by, href=href)
        case StepKind.LESSON:
            href = url_for("wishes.wish", wish_id=step.id) if may(Permission.CONTENT_READ) else ""
            title = _with_title(_("The training is to be changed: %(module)s"), step.module)
            return Event(at, title, by, text, href=href, action=_("Open the wish as authors see it"))
        case StepKind.PROVIDER:
            note = _("Reference: %(reference)s", reference=step.reference)
            day = wording.civil(step.told_on)
            return Event(at, _("The provider was told on %(day)s", day=day), by, note=note)
        case _:
            return Event(at, _plain(step.kind), by, text)


def _plain(kind: StepKind) -> str:
    return {
        StepKind.TAKEN: _("Taken"),
        StepKind.GIVEN_BACK: _("Given back"),
        StepKind.NOTED: _("Note"),
        StepKind.ASKED: _("Question to whoever reported"),
        StepKind.ANSWERED: _("Answer of whoever reported"),
        StepKind.SENT_BACK: _("Decision not signed"),
    }[kind]


def _decided(one: EndShown) -> Iterator[Event]:
    public = _("For the public: %(sentence)s", sentence=one.published) if one.published else _("Nothing for the public")
    yield Event(
        one.at, _("Decided: %(outcome)s", outcome=words.OUTCOMES[one.outcome]), one.by, text=one.told, note=public
    )
    if one.signed_at is not None:
        yield Event(one.signed_at, _("Signed and closed"), one.signed_by)


def _assessed(one: NamedBy, *, linked: bool) -> Event:
    assessment = one.assessment
    edge = {"start": assessment.start.label, "end": assessment.end.label}
    title = _("The assessment of the way from %(start)s to %(end)s names this report", **edge)
    signed = (
        _("Signed on %(when)s.", when=moment(one.signed_at)) if one.signed_at else _("Waits for its second signature.")
    )
    href = url_for("registrar.assessment", assessment_id=assessment.id) if linked else ""
    at = assessment.effective_at if linked or one.signed_at is None else one.signed_at
    return Event(at, title, text=assessment.what_changed, note=signed, href=href, action=_("Read the assessment"))


def _changed(wanted: Wanted, *, linked: bool) -> Iterator[Event]:
    """Yield what became of a wish for changed training; *linked*: for who handles the report, with who did it."""
    session, answer = reading_session(), wanted.wish.answer
    begun = next((step.at for step in wanted.wish.steps if step.draft in wanted.wish.tied), None)
    if begun is not None and wanted.state in {WishState.IN_WORK, WishState.ANSWERED}:
        yield Event(begun, _with_title(_("Authors work on the training: %(module)s"), wanted.module))
    if answer is not None and wanted.revision_id is not None:
        revision = session.get_one(ModuleRevision, wanted.revision_id)
        day = wording.civil_of(revision.recorded_at, zone())
        title = _with_title(_("The training was changed: %(module)s, revision of %(day)s"), wanted.module, day=day)
        came = wish_words.came(wishes.what_came(session, revision))
        href = url_for("trainer.changes", slug=wanted.module) if linked and may(Permission.CONTENT_READ) else ""
        if not linked and may(Permission.TRAINING_TAKE):
            href = url_for("officer.module", slug=wanted.module)
        yield Event(answer[0], title, note=came, href=href, action=_("See what changed") if linked else _("Open it"))
    if wanted.state is WishState.DECLINED and wanted.wish.declined_at is not None:
        by = names_of(session, {wanted.declined_by_id}).get(wanted.declined_by_id, "") if linked else ""
        title = _with_title(_("The training stays as it is: %(module)s"), wanted.module)
        yield Event(wanted.wish.declined_at, title, by, wanted.reason)


def _asked(one: AskedAfter, *, linked: bool) -> Event:
    """Return that certified officers are asked for something because of the report."""
    label = reading_session().get_one(ToolVersion, one.asked.version_id).label
    level = wording.LEVELS[Level(one.change.level)]
    title = _("Officers certified on version %(version)s are asked for more: %(level)s", version=label, level=level)
    signed = (
        _("Signed on %(when)s.", when=moment(one.signed_at)) if one.signed_at else _("Waits for its second signature.")
    )
    href = url_for("requirements.requirement_set", set_id=one.asked.id) if linked else ""
    at = one.asked.effective_at if linked or one.signed_at is None else one.signed_at
    return Event(at, title, text=one.change.what_changed, note=signed, href=href, action=_("Read what is asked"))


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Officers who could be asked for the changed training."""

    title: Any
    """Of the module."""
    version: str
    href: str


def to_ask(row: Row) -> list[ToAsk]:
    """Return where the registrar asks certified officers for what was changed: each module, each version in use."""
    session = reading_session()
    known = gather.tool(session, row.tool.slug)
    labels = () if known is None else versions.in_use(known, at=on_now().instant)
    ids = {one.label: one.id for one in session.scalars(select(ToolVersion).where(ToolVersion.tool_id == row.tool.id))}
    changed = dict.fromkeys(one.module for one in row.wishes if one.state is WishState.ANSWERED)
    asking: dict[str, Any] = {"report": row.report.id}
    return [
        ToAsk(
            _title(slug),
            label,
            url_for("requirements.propose", version_id=ids[label], module=slug, **asking),
        )
        for slug in changed
        for label in reversed(labels)
    ]


def _with_title(said: str, slug: str, **names: str) -> str:
    """Return *said* with the title of a module, marked with its language."""
    return Markup(said) % {"module": _title(slug), **names}  # noqa: S704 - our own words; what goes in is escaped


def _title(slug: str) -> str:
    return titles().get(slug, slug)


def _in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda one: one.at)
