"""What happened at the demo agency besides, so that the oversight body's overviews show something: all of it invented.

It changes no answer that `docs/demo.md` promises, and is apart from the rest so that tests begin without it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.demo.agency import Loader, instant_of
from training_app.demo.people import STAFF
from training_app.models.conduct import ConcernText, ConductCase, ConductHandling, ConductOutcome
from training_app.models.emergencies import EmergencyGrant, EmergencyRequest, EmergencySetting
from training_app.models.people import Person
from training_app.models.tools import AgencyPolicy, AssessmentSignature, ImpactAssessment, Tool, ToolVersion
from training_app.rules.conduct import CaseOutcome, ConcernKind
from training_app.rules.emergency import Danger
from training_app.rules.facts import Level, Prohibition


def load(session: Session) -> None:
    """Add it to the demo agency, in the order in which it would have been recorded; once."""
    loader = Loader(session, "")
    known = {one.service_number: one for one in session.scalars(select(Person))}
    mailboxes = {one.mailbox: one.service_number for one in STAFF}
    loader.people |= known | {mailbox: known[number] for mailbox, number in mailboxes.items()}
    _evaluations(loader)
    _emergency(loader)
    _conduct(loader)
    _grace(loader)


def _tool(loader: Loader, slug: str) -> Tool:
    return loader.session.scalars(select(Tool).where(Tool.slug == slug)).one()


def _version(loader: Loader, slug: str, label: str) -> ToolVersion:
    wanted = select(ToolVersion).where(ToolVersion.tool_id == _tool(loader, slug).id, ToolVersion.label == label)
    return loader.session.scalars(wanted).one()


def _evaluations(loader: Loader) -> None:
    """The agency asked for no evaluation until it had an evaluator; no tool was in use then."""
    loader.add(
        AgencyPolicy(
            **loader.by("registrar", "2025-11-10"),
            revision=1,
            evaluation_required=False,
            reason="There is no evaluator yet. No tool is in use before there is one.",
        ),
        AgencyPolicy(
            **loader.by("registrar", "2025-12-08"),
            revision=2,
            evaluation_required=True,
            reason="The evaluator has begun.",
        ),
    )


def _emergency(loader: Loader) -> None:
    """One emergency, before the officer was certified; emergency access was switched off afterwards."""
    tool, officer = _tool(loader, "lockpick"), loader.people["DP-1007"]
    on = {**loader.by("registrar", "2026-06-01"), "tool_id": tool.id}
    loader.add(EmergencySetting(**on, most_minutes=120, reason="One officer alone was certified."))
    asked_at = instant_of("2026-09-14", 3)
    request = EmergencyRequest(
        **_stamp(loader, "DP-1007", asked_at),
        officer_id=officer.id,
        version_id=_version(loader, "lockpick", "5.0").id,
        danger=Danger.LIFE,
        words="",
        minutes=60,
    )
    loader.add(request)
    given_at = asked_at + timedelta(minutes=4)
    loader.add(
        EmergencyGrant(
            **_stamp(loader, "supervisor", given_at),
            officer_id=officer.id,
            request_id=request.id,
            version_id=request.version_id,
            until=given_at + timedelta(minutes=60),
        )
    )
    off = {**loader.by("registrar", "2026-11-19"), "tool_id": tool.id}
    loader.add(EmergencySetting(**off, most_minutes=None, reason="Three officers are certified. It is enough."))


def _stamp(loader: Loader, who: str, at: datetime) -> dict[str, Any]:
    return {"effective_at": at, "recorded_at": at, "recorded_by_id": loader.people[who].id}


def _conduct(loader: Loader) -> None:
    """A concern about a trainer that ended with a caution; the lead had qualified the trainer, so oversight looked."""
    trainer = loader.people["trainer"].id
    received = {**loader.by("registrar", "2026-03-09"), "recorded_by_id": None}
    case = ConductCase(**received, person_id=trainer, kind=ConcernKind.FALSE_TEACHING)
    loader.add(case)
    words = "In the session, a score above 0.9 was called as good as proof. The lesson says the opposite."
    of = {"person_id": trainer, "case_id": case.id}
    loader.add(
        ConcernText(case_id=case.id, raised_by_id=loader.people["DP-1005"].id, text=words),
        ConductHandling(**loader.by("oversight2", "2026-03-10"), **of, number=1, taken=True),
    )
    loader.add(ConductOutcome(**loader.by("oversight2", "2026-03-23"), **of, outcome=CaseOutcome.CAUTION))


def _grace(loader: Loader) -> None:
    """Version 5.1 is registered and on no way into use yet; its way from 5.0 is assessed, with grace."""
    tool, before = _tool(loader, "lockpick"), _version(loader, "lockpick", "5.0")
    version = ToolVersion(
        **loader.by("registrar", "2026-11-12"),
        tool_id=tool.id,
        label="5.1",
        predecessor_id=before.id,
        prohibition=Prohibition.NONE,
        what_changed="Reads a further family of telephones. What it sorts out, it now marks instead of hiding it.",
        how_to_stop=before.how_to_stop,
    )
    loader.add(version)
    assessment = ImpactAssessment(
        **loader.by("registrar", "2026-11-16"),
        tool_id=tool.id,
        start_id=before.id,
        end_id=version.id,
        level=int(Level.DIFFERENCES),
        grace_days=7,
        modules=["ai-limits"],
        what_changed=version.what_changed,
        grace_reason="Three officers work in shifts, and one of them must be able to open a device each night.",
    )
    loader.add(assessment)
    loader.add(
        AssessmentSignature(
            **loader.by("registrar2", "2026-11-18"),
            assessment_id=assessment.id,
            author_id=loader.people["registrar"].id,
            reason="Agreed: what changed makes nothing worse meanwhile, and the training is an hour.",
        )
    )
