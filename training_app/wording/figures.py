"""The yearly figures in words that need no knowledge of the agency."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from training_app.rules.decision import Ground
from training_app.rules.facts import AwardKind
from training_app.rules.yearly_figures import FEWEST_FOR_A_SHARE, OPEN, Figure, Row, Unit, Unsaid
from training_app.wording import incidents, public, reports

AWARDS: Mapping[AwardKind, Any] = {
    AwardKind.FULL: _l("For the whole course"),
    AwardKind.RENEWAL: _l("Renewed"),
    AwardKind.DELTA: _l("For what a new version changed"),
}

#: Why the tool was told to refuse, as a heading of a row.
GROUNDS: Mapping[Ground, Any] = {
    Ground.INTERNAL_ERROR: _l("The answer could not be worked out"),
    Ground.TOOL_UNKNOWN: _l("The tool was not known"),
    Ground.OFFICER_UNKNOWN: _l("Nobody has the service number"),
    Ground.VERSION_UNKNOWN: _l("The version was not known"),
    Ground.ACTION_NOT_PERMITTED: _l("Something else than use was asked for"),
    Ground.TOOL_PROHIBITED: _l("The tool was prohibited"),
    Ground.VERSION_PROHIBITED: _l("The version was prohibited"),
    Ground.ACCOUNT_CLOSED: _l("The account was closed"),
    Ground.REVOKED: _l("The certification had been revoked"),
    Ground.SUSPENDED: _l("The officer was suspended"),
    Ground.EXPIRED: _l("The certification had expired"),
    Ground.NEVER_CERTIFIED: _l("Never certified on the tool"),
    Ground.IN_TRAINING: _l("Still in training"),
    Ground.OVERDUE: _l("Update training was overdue"),
    Ground.ASSESSMENT_MISSING: _l("The change had not been assessed"),
    Ground.NOT_COVERED: _l("Not trained on this version"),
    Ground.AWARD_UNDER_REVIEW: _l("The certification was under review"),
    Ground.VERSION_NOT_RELEASED: _l("The version was not in use yet"),
    Ground.VERSION_SUSPENDED: _l("The version was suspended for safety"),
    Ground.VERSION_WITHDRAWN: _l("The version was no longer in use"),
    Ground.EVALUATION_NOT_IN_FORCE: _l("No psychological evaluation in force"),
    Ground.NO_SEAT: _l("No supervisor had granted the use"),
    Ground.PURPOSE_MISSING: _l("No purpose was stated"),
    Ground.PURPOSE_NOT_PERMITTED: _l("The purpose was not permitted"),
    Ground.AUTHORISATION_MISSING: _l("An authorisation was missing"),
}

_OPEN = _l("Not closed by the end of the year")
#: What came of reports, and of incidents.
_OUTCOMES: Mapping[str, Any] = {**{one.value: text for one, text in reports.OUTCOMES.items()}, OPEN: _OPEN}
_OF_INCIDENTS: Mapping[str, Any] = {**{one.value: text for one, text in incidents.OUTCOMES.items()}, OPEN: _OPEN}


def part(row: Row) -> str:
    """Return what a part of a figure is of: the kind of award, the ground, the outcome; a version as it is labelled."""
    match row.figure:
        case Figure.CERTIFIED:
            return str(AWARDS[AwardKind(row.part)])
        case Figure.OFFICERS_REFUSED | Figure.REFUSALS:
            return str(GROUNDS[Ground(row.part)])
        case Figure.INCIDENTS:
            return str(_OF_INCIDENTS[row.part])
        case Figure.REPORTS:
            return str(_OUTCOMES[row.part])
        case _:
            return row.part


def value(row: Row) -> str:
    """Return the figure as everybody may know it."""
    match row.form:
        case Unsaid.TOO_FEW:
            return _("Fewer than %(fewest)s officers: too few to say", fewest=FEWEST_FOR_A_SHARE)
        case Unsaid.NOT_REACHED:
            return _("Not by the end of the year")
        case Unsaid.NOT_KEPT:
            return _("Not known any more")
    if row.unit is Unit.DAYS:
        return ngettext("%(num)s day", "%(num)s days", row.number or 0)
    return public.figure(row.published) if row.published else ""
