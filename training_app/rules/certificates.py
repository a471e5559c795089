"""What a certificate is worth today: certification only, so that it never tells of an evaluation or a seat."""

from enum import StrEnum

from training_app.rules.certification import Coverage, Standing, Validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AwardEndKind, OfficerFacts


class CertificateState(StrEnum):
    IN_FORCE = "in-force"
    OVERDUE = "overdue"
    """Training on what changed is missing since."""
    NOT_COVERED = "not-covered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    VOIDED = "voided"
    REPLACED = "replaced"
    """A later certification took its place."""


def certificate_state(award: str, officer: OfficerFacts, found: Standing, *, on: CivilInstant) -> CertificateState:
    """Return what *award*, by its id, is worth as of *on*.

    :param found: the officer's standing on the award's own version, as of *on*.
    """
    ends = {end.kind: end.effective_at for end in officer.award_ends if end.award == award}
    if AwardEndKind.VOIDED in ends:
        return CertificateState.VOIDED
    revoked_at = ends.get(AwardEndKind.REVOKED)
    if (revoked_at is not None and revoked_at <= on.instant) or found.validity is Validity.REVOKED:
        return CertificateState.REVOKED
    if found.validity is Validity.EXPIRED:
        return CertificateState.EXPIRED
    if found.coverage is Coverage.OVERDUE:
        return CertificateState.OVERDUE
    if found.coverage is Coverage.NONE:
        return CertificateState.NOT_COVERED
    return CertificateState.IN_FORCE if any(held.id == award for held in found.awards) else CertificateState.REPLACED
