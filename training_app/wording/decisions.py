"""Codes into words: the one place where a decision becomes sentences, for pages, for lists and for machines alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.rules.access import Badge, Decision, Ground
from training_app.rules.facts import Level, RetrainingOrdered
from training_app.rules.permissions import Role
from training_app.rules.releases import Obstacle, ObstacleKind
from training_app.rules.versions import VersionState

BADGES: Mapping[Badge, Any] = {
    Badge.PROHIBITED: _l("Prohibited"),
    Badge.REVOKED: _l("Revoked"),
    Badge.SUSPENDED: _l("Suspended"),
    Badge.EXPIRED: _l("Expired"),
    Badge.OVERDUE: _l("Update training missing"),
    Badge.NOT_COVERED: _l("Version not covered"),
    Badge.ON_HOLD: _l("On hold"),
    Badge.EMERGENCY: _l("Emergency use"),
    Badge.DUE: _l("Update training due"),
    Badge.RENEWAL_OPEN: _l("Renew soon"),
    Badge.CERTIFIED: _l("Certified"),
    Badge.IN_TRAINING: _l("In training"),
    Badge.NOT_CERTIFIED: _l("Not certified"),
}

LEVELS: Mapping[Level, Any] = {
    Level.CARRY_OVER: _l("0: carry over, nothing to do"),
    Level.FAMILIARISATION: _l("1: familiarisation, read what changed and sign"),
    Level.DIFFERENCES: _l("2: differences, a delta module and its quiz"),
    Level.DIFFERENCES_OBSERVED: _l("3: differences, observed by an assessor"),
    Level.FULL: _l("4: the whole course again"),
}

ROLES: Mapping[Role, Any] = {
    Role.OFFICER: _l("Officer"),
    Role.TRAINER: _l("Trainer"),
    Role.LEAD: _l("Lead trainer"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.REGISTRAR: _l("Registrar"),
    Role.EVALUATOR: _l("Evaluator"),
    Role.OVERSIGHT: _l("Oversight"),
}

VERSION_STATES: Mapping[VersionState, Any] = {
    VersionState.REGISTERED: _l("Registered"),
    VersionState.ANNOUNCED: _l("Announced"),
    VersionState.IN_USE: _l("In use"),
    VersionState.SUSPENDED: _l("Suspended for safety"),
    VersionState.WITHDRAWN: _l("Withdrawn"),
    VersionState.PROHIBITED: _l("Prohibited"),
}


@dataclass(frozen=True, slots=True)
class BadgeText:
    """A badge as the components show it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class GroundText:
    """One ground: its code, why, and the way out."""

    code: str
    sentence: str
    way_out: str


def badge(found: Badge) -> BadgeText:
    return BadgeText(found.value, str(BADGES[found]))


def sentence(decision: Decision, *, officer: str, tool: str, stating_purpose: bool = False) -> str:
    """Return the answer in one sentence; *officer* and *tool* as the reader knows them.

    :param stating_purpose: where the answer takes as stated what each single use asks for.
    """
    names = {"officer": officer, "tool": tool, "version": decision.question.version or _("of unknown version")}
    if decision.allowed and decision.emergency is not None:
        return _("%(officer)s may use %(tool)s %(version)s now, in an emergency.", **names)
    if decision.allowed and stating_purpose:
        return _("%(officer)s may use %(tool)s %(version)s now, for a purpose that is stated at each use.", **names)
    if decision.allowed:
        return _("%(officer)s may use %(tool)s %(version)s now.", **names)
    return _("%(officer)s may not use %(tool)s %(version)s now.", **names)


def civil(day: date | None) -> str:
    """Return *day* as it is written out, for example 14 March 2027."""
    if day is None:
        return ""
    language = get_locale().language
    if language == "en":  # that of the catalogue is European: Babel's plain "en" would write March 14, 2027
        return format_date(day, "d MMMM y")
    if language == "fr" and day.day == 1:  # the first of a month is an ordinal in French, which Babel does not know
        return format_date(day, "d'er' MMMM y")
    return format_date(day, "long")


def civil_of(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return the civil day of *instant* in *zone*, written out."""
    return civil(instant.astimezone(zone).date()) if instant else ""


def grounds(decision: Decision, *, zone: ZoneInfo) -> list[GroundText]:
    """Return every ground of a refusal as sentences, in the decision's order; empty where use is allowed."""
    return [_ground(ground, decision, zone) for ground in decision.grounds]


def _ground(ground: Ground, decision: Decision, zone: ZoneInfo) -> GroundText:
    if ground in _FIXED:
        why, way_out = _FIXED[ground]
        return GroundText(ground.value, str(why), str(way_out))
    return GroundText(ground.value, *_DERIVED[ground](decision, zone))


def _expired(decision: Decision, zone: ZoneInfo) -> tuple[str, str]:
    last_day = decision.standing.last_day if decision.standing else None
    return (
        _("The certification ended after its last day, %(day)s.", day=civil(last_day)),
        _("Take the whole course again to be certified anew."),
    )


def _ordered(orders: Sequence[RetrainingOrdered]) -> tuple[str, str]:
    first = min(orders, key=lambda order: order.due)
    return (
        _("Retraining was ordered, and its last day, %(day)s, has passed.", day=civil(first.due)),
        _("Take the modules that were ordered and pass their quizzes."),
    )


def _overdue(decision: Decision, zone: ZoneInfo) -> tuple[str, str]:
    standing = decision.standing
    path = standing.path if standing else None
    late = path is not None and path.overdue(decision.at)
    if standing is not None and standing.orders and not late:
        return _ordered(standing.orders)
    if path is None:
        return _("Training on what changed is missing."), _("Take the training on what changed.")
    names = {"old": path.labels[0], "new": path.labels[-1]}
    if path.due is not None and path.refused_from == path.overdue_from:
        why = _(
            "The time to train on what changed from %(old)s to %(new)s ended on %(day)s.", day=civil(path.due), **names
        )
    else:
        day = civil_of(path.refused_from, zone)
        why = _(
            "Version %(new)s needs training on what changed since %(old)s. It has been missing since %(day)s.",
            day=day,
            **names,
        )
    match path.level:
        case Level.FAMILIARISATION:
            return why, _("Read what changed and sign.")
        case Level.FULL:
            return why, _("Take the whole course again.")
        case Level.DIFFERENCES_OBSERVED:
            return why, _(
                "Take what changed, with its quiz, and be observed by an assessor. The rest of the course stays valid."
            )
        case _:
            return why, _("Take only what changed, with its quiz. The rest of the course stays valid.")


def _not_covered(decision: Decision, zone: ZoneInfo) -> tuple[str, str]:
    covered = dict.fromkeys(award.version for award in decision.standing.awards) if decision.standing else {}
    return (
        _(
            "The certification covers %(covered)s, and no training by differences leads from there to %(asked)s.",
            covered=", ".join(covered),
            asked=decision.question.version or "",
        ),
        _("Use a version that the certification covers, or ask the registrar to assess the way."),
    )


def _quoted(why: str, decision: Decision) -> str:
    """Return *why* with what the agency's guideline says, word for word."""
    rows = dict.fromkeys((case.sentence, case.source) for case in decision.guidance)
    quotes = [
        _("The guideline says: “%(sentence)s” (%(source)s)", sentence=sentence, source=source)
        for sentence, source in rows
    ]
    return " ".join([why, *quotes])


def _purpose_missing(decision: Decision, zone: ZoneInfo) -> tuple[str, str]:
    if decision.question.purpose is None:
        why = _("This tool may only be used for a stated purpose, and none was stated.")
        return why, _("State the purpose of this use.")
    why = _("For this purpose the guideline asks for the type of crime and the circumstance, and not both were stated.")
    return _quoted(why, decision), _("State the type of crime and the circumstance of this use.")


def _purpose_not_permitted(decision: Decision, zone: ZoneInfo) -> tuple[str, str]:
    if decision.guidance:
        why = _("This type of crime, in this circumstance, is not one for which the guideline permits the tool.")
        return _quoted(why, decision), _("Do not use the tool in this case.")
    return (
        _("This purpose is not permitted for the tool or for the officer's seat."),
        _("Use the tool for a permitted purpose only, or ask a supervisor about the seat."),
    )


def _authorisation_missing(decision: Decision, zone: ZoneInfo) -> tuple[str, str]:
    why = _("For this use the guideline asks for an authorisation, and none that holds was stated.")
    way_out = _("Obtain the authorisation first, and state its issuer, its reference and until when it is valid.")
    return _quoted(why, decision), way_out


_DERIVED: Mapping[Ground, Callable[[Decision, ZoneInfo], tuple[str, str]]] = {
    Ground.EXPIRED: _expired,
    Ground.OVERDUE: _overdue,
    Ground.NOT_COVERED: _not_covered,
    Ground.PURPOSE_MISSING: _purpose_missing,
    Ground.PURPOSE_NOT_PERMITTED: _purpose_not_permitted,
    Ground.AUTHORISATION_MISSING: _authorisation_missing,
}

_FIXED: Mapping[Ground, tuple[Any, Any]] = {
    Ground.INTERNAL_ERROR: (
        _l("The question could not be answered because of a fault in this system."),
        _l("Do not use the tool. The fault is reported; ask again later."),
    ),
    Ground.TOOL_UNKNOWN: (
        _l("No tool is registered under this name."),
        _l("Check the name, or ask a registrar to register the tool, or to let this client ask about it."),
    ),
    Ground.OFFICER_UNKNOWN: (
        _l("No officer is known under this service number."),
        _l("Check the service number, or ask a registrar to enter the officer."),
    ),
    Ground.VERSION_UNKNOWN: (
        _l("The tool named no version that is registered."),
        _l("Check the version, or ask a registrar to register it."),
    ),
    Ground.ACTION_NOT_PERMITTED: (
        _l("Only use of a tool can be permitted here, not another action."),
        _l('Ask with the action "use".'),
    ),
    Ground.TOOL_PROHIBITED: (
        _l("This tool is prohibited. Nothing lifts that."),
        _l(
            "Do not use it. If the answer on prohibited practice is wrong, two registrars can correct it with a source."
        ),
    ),
    Ground.VERSION_PROHIBITED: (
        _l("This version is prohibited. Nothing lifts that."),
        _l("Use another version. If the answer on prohibited practice is wrong, tell the registrar."),
    ),
    Ground.ACCOUNT_CLOSED: (
        _l("The officer's account is closed."),
        _l("Ask the registrar whether it should be opened again."),
    ),
    Ground.REVOKED: (
        _l("The certification was revoked."),
        _l("Take the whole course again, with attempts begun after the revocation."),
    ),
    Ground.SUSPENDED: (
        _l("The officer is suspended from using this tool."),
        _l("Ask the supervisor. The certification stays valid meanwhile."),
    ),
    Ground.NEVER_CERTIFIED: (
        _l("There has been no certification on this tool yet."),
        _l("Take the course and pass its quiz."),
    ),
    Ground.IN_TRAINING: (
        _l("The course is begun and not yet completed."),
        _l("Complete the course and pass its quiz."),
    ),
    Ground.ASSESSMENT_MISSING: (
        _l("Nobody has assessed yet what this version asks of officers."),
        _l("A registrar assesses it, or the officer takes the whole course."),
    ),
    Ground.VERSION_NOT_RELEASED: (
        _l("This version is not released for use."),
        _l("Wait for its release. Training may already be open."),
    ),
    Ground.VERSION_SUSPENDED: (
        _l("This version is suspended for safety."),
        _l("Use another version that is in use, or wait until it is resumed."),
    ),
    Ground.VERSION_WITHDRAWN: (
        _l("This version was withdrawn."),
        _l("Use a version that is in use."),
    ),
    Ground.EVALUATION_NOT_IN_FORCE: (
        _l("No psychological evaluation is in force."),
        _l("Ask the evaluation service for an appointment."),
    ),
    Ground.NO_SEAT: (
        _l("The officer holds no seat for this tool."),
        _l("Seats are granted by the supervisor."),
    ),
    Ground.AWARD_UNDER_REVIEW: (
        _l("A certificate that this rests on is under review."),
        _l("Wait until oversight upholds it, or take the training again."),
    ),
}

_OBSTACLES: Mapping[ObstacleKind, Any] = {
    ObstacleKind.NOT_REGISTERED: _l("The version is not registered."),
    ObstacleKind.PROHIBITED: _l("The version is prohibited. It can never be released."),
    ObstacleKind.IN_USE: _l("The version is in use already."),
    ObstacleKind.NOT_ANNOUNCED: _l("Announce it first, so that officers can train before it is in use."),
    ObstacleKind.NO_REQUIREMENTS: _l("What earns a certification on it must be signed by a second registrar."),
    ObstacleKind.NO_GUIDELINE: _l("Each purpose of this intrusive tool needs its rows of the guideline."),
    ObstacleKind.NO_CARD: _l("Its card must be filled in, or two registrars say why not."),
}


def obstacle(found: Obstacle) -> str:
    """Return what stands against a release, as a sentence that says what to do."""
    if found.kind is ObstacleKind.UNASSESSED:
        return _("The way from %(version)s must be assessed, and signed by a second registrar.", version=found.other)
    if found.kind is ObstacleKind.UNASSESSED_ONWARD:
        return _(
            "The way on to %(version)s, scheduled after it, must be assessed and signed by a second registrar.",
            version=found.other,
        )
    return str(_OBSTACLES[found.kind])
