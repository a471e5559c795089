"""Trainers as the registry knows them: qualified, declared, with an account."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models.authoring import Draft, ReviewOutcome, ReviewRequest, ReviewVerdict
from training_app.models.people import AccountChange, AccountFact, Person, RoleAssignment
from training_app.models.tools import Tool
from training_app.models.trainers import ContinuingEducation, EthicsDeclaration, LevelName, TrainerQualification
from training_app.models.training import ModuleRevision
from training_app.rules import qualifying
from training_app.rules.permissions import Role
from training_app.services.trainer_acts import ETHICS_TEXT

SUBJECTS = ("ai", "biometrics", "data-protection", "intrusive-tools", "rights", "training")
"""The subject areas of the starter set."""
THROUGH = date(9999, 12, 30)


def trainer(
    session: Session,
    *,
    level: LevelName = LevelName.LEAD,
    tool: Tool | None = None,
    subject: str | None = None,
    declared: bool = True,
    at: datetime = NOW,
    by: Person | None = None,
    **columns: object,
) -> Person:
    """Return a new person who is qualified for *tool*, or for *subject*, or (neither) for every subject area."""
    person = recorded.person(session, **columns)
    return qualify(session, person, level=level, tool=tool, subject=subject, declared=declared, at=at, by=by)


def qualify(
    session: Session,
    person: Person,
    *,
    level: LevelName = LevelName.LEAD,
    tool: Tool | None = None,
    subject: str | None = None,
    declared: bool = True,
    at: datetime = NOW,
    by: Person | None = None,
) -> Person:
    """Qualify *person*, by *by* or somebody who is no trainer, since the day before *at*."""
    stamp = {"effective_at": at - timedelta(days=1), "recorded_at": at - timedelta(days=1)}
    scopes = [{"tool_id": tool.id}] if tool else [{"subject": one} for one in ([subject] if subject else SUBJECTS)]
    by = by or recorded.person(session)
    facts = [AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED)]
    facts += [
        TrainerQualification(
            **stamp, **scope, recorded_by_id=by.id, person_id=person.id, level=level, through=THROUGH, special=False,
            evidence=[],
        )
        for scope in scopes
    ]  # fmt: skip
    if declared:
        facts.append(declaration(person, **stamp))
    session.add_all(facts)
    session.flush()
    return person


def signs_in_as(session: Session, person: Person, role: Role, *, at: datetime = NOW) -> Person:
    """Let *person*, who has an account, act in that office."""
    stamp = {"effective_at": at - timedelta(days=1), "recorded_at": at - timedelta(days=1)}
    session.add(RoleAssignment(**stamp, person_id=person.id, role=role, granted=True))
    session.flush()
    return person


def made_current(session: Session, person: Person, *, subject: str = "ai", at: datetime = NOW) -> Person:
    """Record what renews a qualification of *person* that was granted the day before: modules, and education."""
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": recorded.person(session).id}
    for number in range(qualifying.RENEWAL_ACTS):
        slug = f"module-{person.id}-{number}"
        draft = Draft(slug=slug, opened_by_id=person.id, opened_at=at)
        session.add(draft)
        session.flush()
        request = ReviewRequest(
            **stamp | {"recorded_by_id": person.id}, draft_id=draft.id, number=1, slug=slug, digest=slug,
            content={"subject_area": subject}, bank={}, note="", author_ids=[person.id],
        )  # fmt: skip
        revision = ModuleRevision(**stamp, slug=slug, digest=slug, content={"subject_area": subject}, bank={})
        session.add_all([request, revision])
        session.flush()
        session.add(
            ReviewVerdict(
                **stamp, request_id=request.id, requested_by_id=person.id, outcome=ReviewOutcome.APPROVED, note="",
                revision_id=revision.id,
            )
        )  # fmt: skip
    education = {
        "title": "A refresher",
        "held_on": at.date(),
        "hours": qualifying.RENEWAL_HOURS,
        "document_sha256": None,
    }
    session.add(ContinuingEducation(**stamp, **education, person_id=person.id))
    session.flush()
    return person


def declaration(person: Person, **stamp: object) -> EthicsDeclaration:
    return EthicsDeclaration(
        **stamp, person_id=person.id, recorded_by_id=person.id, text_version=ETHICS_TEXT, text_digest="", language="en"
    )
