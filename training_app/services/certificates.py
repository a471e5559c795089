"""The certificate of an award: what it says of the day it was made, and what it is worth today."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import Attempt, ModuleRevision, Submission
from training_app.rules.certificates import CertificateState, certificate_state
from training_app.rules.certification import Standing, standing
from training_app.rules.civil_time import CivilInstant
from training_app.rules.erasure import is_erased
from training_app.services import gather

_SUBMISSION = "submission:"


@dataclass(frozen=True, slots=True)
class Certificate:
    award: Award
    holder: Person
    version: ToolVersion
    tool: Tool
    standing: Standing
    """On the award's version, as of the instant asked about."""
    state: CertificateState
    studied: tuple[ModuleRevision, ...]
    """The revisions whose quiz earned it; empty where it was imported or earned by a signature."""


def holder_of(session: Session, code: str) -> str | None:
    """Return the service number of the holder of the certificate with this *code*, ``None`` if there is none.

    Of a holder who was erased it is what stands in the number's place: the certificate is no longer available.
    """
    wanted = code.strip()
    if not wanted:
        return None
    return session.scalar(
        select(Person.service_number).join(Award, Award.officer_id == Person.id).where(Award.code == wanted)
    )


def is_gone(session: Session, award_id: int) -> bool:
    """Tell whether the holder of an award was erased, so that no certificate can be shown of it."""
    number = session.scalar(
        select(Person.service_number).join(Award, Award.officer_id == Person.id).where(Award.id == award_id)
    )
    return number is not None and is_erased(number)


def certificate(
    session: Session, officer_id: int, award_id: int, *, zone: ZoneInfo, at: datetime
) -> Certificate | None:
    """Return the certificate of the officer's award, or ``None`` if there is none or it is somebody else's."""
    award = session.get(Award, award_id)
    if award is None or award.officer_id != officer_id:
        return None
    version = session.get_one(ToolVersion, award.version_id)
    facts = gather.tool(session, version.tool.slug)
    officer = gather.officer(session, officer_id, version.tool.slug)
    if facts is None or officer is None:
        return None
    on = CivilInstant(at, zone)
    found = standing(officer, facts, version.label, on=on)
    return Certificate(
        award=award,
        holder=session.get_one(Person, officer_id),
        version=version,
        tool=version.tool,
        standing=found,
        state=certificate_state(str(award.id), officer, found, on=on),
        studied=_studied(session, award),
    )


def _studied(session: Session, award: Award) -> tuple[ModuleRevision, ...]:
    evidence: list[str] = award.evidence.get("met_by", [])
    ids = [int(proof.removeprefix(_SUBMISSION)) for proof in evidence if proof.startswith(_SUBMISSION)]
    rows = session.scalars(
        select(ModuleRevision)
        .join(Attempt, Attempt.revision_id == ModuleRevision.id)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .where(Submission.id.in_(ids))
        .order_by(ModuleRevision.id)
    )
    return tuple(rows)
