"""The certificate as a page: what was awarded, and what it is worth today."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app import wording
from training_app.models.training import ModuleRevision
from training_app.rules.certificates import CertificateState
from training_app.rules.facts import AwardKind
from training_app.services.certificates import Certificate
from training_app.views.desk import Reader
from training_app.wording import BadgeText

KINDS = {
    AwardKind.FULL: _l("Whole course"),
    AwardKind.RENEWAL: _l("Renewal"),
    AwardKind.DELTA: _l("What changed"),
}

_BADGES = {
    CertificateState.IN_FORCE: ("certified", _l("In force today")),
    CertificateState.OVERDUE: ("overdue", _l("Update training missing")),
    CertificateState.NOT_COVERED: ("not-covered", _l("Version not covered any more")),
    CertificateState.EXPIRED: ("expired", _l("Expired")),
    CertificateState.REVOKED: ("revoked", _l("Revoked")),
    CertificateState.VOIDED: ("revoked", _l("Void")),
    CertificateState.REPLACED: ("not-covered", _l("Replaced by a later certification")),
}


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    description: Any


def shown(found: Certificate, reader: Reader) -> dict[str, Any]:
    """Return the context of the certificate's page."""
    code, label = _BADGES[found.state]
    return {
        "found": found,
        "badge": BadgeText(code, str(label)),
        "in_force": found.state is CertificateState.IN_FORCE,
        "today": reader.day(reader.at),
        "facts": _facts(found, reader),
        "studied": [_studied(revision, reader) for revision in found.studied],
    }


def _facts(found: Certificate, reader: Reader) -> list[Fact]:
    last_day = found.standing.last_day
    facts = [
        Fact(_("Service number"), found.holder.service_number),
        Fact(_("Awarded for"), KINDS[found.award.kind]),
        Fact(_("Day of the award"), reader.day(found.award.effective_at)),
    ]
    if found.state is CertificateState.IN_FORCE:
        facts.append(Fact(_("Valid through"), wording.civil(last_day)))
    elif found.state is CertificateState.EXPIRED:
        facts.append(Fact(_("Was valid through"), wording.civil(last_day)))
    agency = current_app.extensions["config"].agency_name
    return [*facts, Fact(_("Issued by"), agency), Fact(_("Code"), found.award.code)]


def _studied(revision: ModuleRevision, reader: Reader) -> tuple[str, str]:
    """Return the title of a module as it was studied, and the digest that names its content."""
    titles: dict[str, str] = revision.content["title"]
    return titles.get(reader.language) or next(iter(titles.values())), revision.digest
