"""The oversight body's desk in words: questions and how they stand, why a version was suspended, how tests stand."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.rules.cards import GroupTesting
from training_app.rules.oversight_questions import Closing, Office, State
from training_app.rules.version_suspensions import Cause
from training_app.services.overviews.conduct_outcomes import Objected
from training_app.wording.decisions import BadgeText

CAUSES: Mapping[Cause, Any] = {
    Cause.WRONG: _l("Wrong results"),
    Cause.BIASED: _l("Results that treat a group worse than others"),
    Cause.BEYOND_THE_LAW: _l("Used for what the law or the guideline does not permit"),
    Cause.DATA: _l("Data protection"),
    Cause.UNTESTED: _l("Tests by group are missing, too old, or were not acted on"),
    Cause.TRAINING: _l("Officers were not taught what they need for it"),
    Cause.NO_ANSWER: _l("A question on the record was not answered"),
}

OFFICES: Mapping[Office, Any] = {
    Office.REGISTRARS: _l("The registrars"),
    Office.LEADS: _l("The leads of the trainers"),
    Office.SUPERVISORS: _l("The supervisors"),
}

CLOSINGS: Mapping[Closing, Any] = {
    Closing.ANSWERED: _l("The answer is enough"),
    Closing.ACTED_ON: _l("Something was done because of it"),
    Closing.NOT_ANSWERED: _l("Not answered, or not well enough"),
    Closing.WITHDRAWN: _l("It need not be answered any more"),
}

STATES: Mapping[State, BadgeText] = {
    State.WAITS: BadgeText("due", _l("Waits for an answer")),
    State.ANSWERED: BadgeText("in-training", _l("Answered")),
    State.CLOSED: BadgeText("certified", _l("Closed")),
}
OVERDUE = BadgeText("overdue", _l("Overdue"))

OBJECTED: Mapping[Objected, Any] = {
    Objected.OPEN: _l("Objected to; not decided yet"),
    Objected.UPHELD: _l("Objected to; the objection was right"),
    Objected.DISMISSED: _l("Objected to; the measure stands"),
}

TESTING: Mapping[GroupTesting, BadgeText] = {
    GroupTesting.MISSING: BadgeText("overdue", _l("Never tested by group")),
    GroupTesting.OUTDATED: BadgeText("due", _l("Past its date")),
    GroupTesting.CURRENT: BadgeText("certified", _l("Tested within 12 months")),
}


def office(asked: Office, unit: str) -> str:
    """Return to whom a question is put; *unit*: name of the unit of the supervisors."""
    return _("The supervisors of %(unit)s", unit=unit) if asked is Office.SUPERVISORS else str(OFFICES[asked])
