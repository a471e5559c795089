"""A decision in words to the officer's supervisor: what the officer, or the supervisor, can do about each ground."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.rules.access import Decision, Ground
from training_app.rules.civil_time import CivilInstant, ends_at, first_instant
from training_app.rules.facts import Level
from training_app.rules.outlook import lasting_grounds
from training_app.rules.paths import Path
from training_app.wording.decisions import GroundText, civil, civil_of
from training_app.wording.decisions import grounds as to_anybody

_WAYS_OUT: Mapping[Ground, Any] = {
    Ground.ACCOUNT_CLOSED: _l("Ask a registrar if it should be opened again."),
    Ground.REVOKED: _l("The officer takes the whole course again, with quizzes begun after the revocation."),
    Ground.SUSPENDED: _l("Reinstate the officer once the reason is settled. The certification stays as it is."),
    Ground.EXPIRED: _l("The officer takes the whole course again to be certified anew."),
    Ground.NEVER_CERTIFIED: _l("The officer takes the course and passes its quiz."),
    Ground.IN_TRAINING: _l("The officer completes the course and passes its quiz."),
    Ground.NOT_COVERED: _l(
        "The officer uses a version that the certification covers, or you ask a registrar to assess the way."
    ),
    Ground.ASSESSMENT_MISSING: _l("Ask a registrar to assess it. Otherwise the officer takes the whole course."),
    Ground.VERSION_SUSPENDED: _l(
        "The officer uses another version that is in use, or waits until this one is resumed."
    ),
    Ground.VERSION_WITHDRAWN: _l("The officer uses a version that is in use."),
    Ground.VERSION_PROHIBITED: _l("Nobody may use it. Tell a registrar if the answer on prohibited practice is wrong."),
    Ground.TOOL_PROHIBITED: _l("Nobody may use it. Tell a registrar if the answer on prohibited practice is wrong."),
    Ground.EVALUATION_NOT_IN_FORCE: _l("The officer asks the evaluation service for an appointment."),
    Ground.NO_SEAT: _l("Grant a seat if the officer's work needs this tool."),
    Ground.PURPOSE_MISSING: _l("The officer states the purpose at each use."),
    Ground.PURPOSE_NOT_PERMITTED: _l(
        "Where the tool permits this purpose and the officer's work needs it, grant a new seat that names it."
    ),
}


#: What may hold up an officer who was ever certified, in the few words that a cell has room for.
_IN_SHORT: Mapping[Ground, Any] = {
    Ground.ACCOUNT_CLOSED: _l("Account closed"),
    Ground.AWARD_UNDER_REVIEW: _l("Award under review"),
    Ground.VERSION_NOT_RELEASED: _l("Not released"),
    Ground.VERSION_SUSPENDED: _l("Version suspended"),
    Ground.VERSION_WITHDRAWN: _l("Version withdrawn"),
    Ground.EVALUATION_NOT_IN_FORCE: _l("No evaluation"),
    Ground.NO_SEAT: _l("No seat"),
    Ground.PURPOSE_NOT_PERMITTED: _l("Purpose not permitted"),
}


def in_short(decision: Decision) -> str:
    """Return in a few words what holds the officer up; empty where the badge says it."""
    return ", ".join(str(_IN_SHORT[ground]) for ground in lasting_grounds(decision) if ground in _IN_SHORT)


def grounds(decision: Decision, *, zone: ZoneInfo) -> list[GroundText]:
    """Return every ground of a refusal in words to the supervisor, in the decision's order; empty where none stands."""
    return [
        _to_supervisor(ground, text, decision)
        for ground, text in zip(decision.grounds, to_anybody(decision, zone=zone), strict=True)
    ]


def lasting(decision: Decision, *, zone: ZoneInfo) -> list[GroundText]:
    """Return the grounds without those that each single use answers; see `training_app.rules.outlook`."""
    kept = lasting_grounds(decision)
    return [text for ground, text in zip(decision.grounds, grounds(decision, zone=zone), strict=True) if ground in kept]


def _to_supervisor(ground: Ground, text: GroundText, decision: Decision) -> GroundText:
    if ground is Ground.OVERDUE:
        return replace(text, way_out=_training(decision))
    way_out = _WAYS_OUT.get(ground)
    return text if way_out is None else replace(text, way_out=str(way_out))


def _training(decision: Decision) -> str:
    """Return what the officer must do about what changed."""
    path = _path(decision)
    if _is_ordered(decision):
        return _("The officer takes the modules that were ordered anew, with their quizzes.")
    if path is None:
        return _("The officer takes the training on what changed.")
    match path.level:
        case Level.FAMILIARISATION:
            return _("The officer reads what changed and signs.")
        case Level.FULL:
            return _("The officer takes the whole course again.")
        case Level.DIFFERENCES_OBSERVED:
            return _("The officer takes what changed, with its quiz, and is observed by an assessor.")
        case _:
            return _("The officer takes only what changed, with its quiz. The rest of the course stays valid.")


def _is_ordered(decision: Decision) -> bool:
    """Tell whether it is a retraining order that is overdue, and not the training on what changed."""
    path = _path(decision)
    late = path is not None and path.overdue(decision.at)
    return bool(decision.standing and decision.standing.orders) and not late


def _path(decision: Decision) -> Path | None:
    return decision.standing.path if decision.standing else None


# -- what is to come ---------------------------------------------------------------------------------------------------

_COMING: Mapping[Ground, tuple[Any, Any]] = {
    Ground.EVALUATION_NOT_IN_FORCE: (
        _l("No psychological evaluation will be in force."),
        _l("The officer asks the evaluation service for an appointment before then."),
    ),
    Ground.NO_SEAT: (
        _l("The seat ends."),
        _l("Review the seat before then, if the officer's work still needs it."),
    ),
    Ground.SUSPENDED: (_l("A suspension begins."), _l("Nothing, unless the suspension is no longer meant.")),
    Ground.ACCOUNT_CLOSED: (_l("The account closes."), _l("Ask a registrar if it should stay open.")),
    Ground.REVOKED: (
        _l("The certification is revoked."),
        _l("The officer takes the whole course again, with quizzes begun after the revocation."),
    ),
    Ground.VERSION_WITHDRAWN: (
        _l("The version is withdrawn."),
        _l("The officer moves to a version that stays in use."),
    ),
    Ground.VERSION_SUSPENDED: (
        _l("The version is suspended for safety."),
        _l("The officer moves to a version that stays in use."),
    ),
    Ground.PURPOSE_NOT_PERMITTED: (
        _l("The purpose is no longer permitted."),
        _l("The officer uses the tool for permitted purposes only."),
    ),
}


def coming(decision: Decision, *, zone: ZoneInfo) -> list[GroundText]:
    """Return the grounds of a refusal that is to come, each as what will happen and what to do before then.

    :param decision: the first answer that refuses, as of the instant from which it does.
    """
    texts = zip(decision.grounds, grounds(decision, zone=zone), strict=True)
    kept = lasting_grounds(decision)
    return [_ahead(ground, text, decision, zone) for ground, text in texts if ground in kept]


def _ahead(ground: Ground, text: GroundText, decision: Decision, zone: ZoneInfo) -> GroundText:
    if ground in _COMING:
        why, way_out = _COMING[ground]
        return replace(text, sentence=str(why), way_out=str(way_out))
    match ground:
        case Ground.EXPIRED:
            return replace(text, sentence=_("The certification ends."), way_out=_renewal(decision))
        case Ground.OVERDUE:
            return replace(text, sentence=_overdue(decision, zone), way_out=_training(decision))
    return text


def _renewal(decision: Decision) -> str:
    term = decision.standing.term if decision.standing else None
    if term is None:
        return _("The officer renews it before then.")
    return _(
        "The officer renews it, which is possible from %(first)s to %(last)s.",
        first=civil(term.window_opens_on),
        last=civil(term.last_day),
    )


def _overdue(decision: Decision, zone: ZoneInfo) -> str:
    path = _path(decision)
    if _is_ordered(decision):
        return _("The time for the retraining that was ordered ends.")
    if path is None or path.labels[0] == path.labels[-1]:
        return _("The time for the training that is asked anew ends.")
    names = {"old": path.labels[0], "new": path.labels[-1]}
    if path.due is not None and ends_at(path.due, zone) == decision.at:
        return _("The time to train on what changed from %(old)s to %(new)s ends.", **names)
    return _("Training on what changed from %(old)s to %(new)s is asked from then on.", **names)


def from_when(instant: datetime, *, zone: ZoneInfo) -> str:
    """Return from when on something is refused: a day where it is that day's first instant, else day and time."""
    if is_start_of_day(instant, zone):
        return _("from the first instant of %(day)s", day=civil_of(instant, zone))
    return _("from %(time)s on %(day)s", time=f"{instant.astimezone(zone):%H:%M}", day=civil_of(instant, zone))


def is_start_of_day(instant: datetime, zone: ZoneInfo) -> bool:
    return instant == first_instant(CivilInstant(instant, zone).day, zone)
