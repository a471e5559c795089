"""Requests for rectification in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from training_app.rules.rectification import Bar, Path, Refusal, State, StepKind
from training_app.wording import BadgeText

STATES: Mapping[State, Any] = {
    State.RECEIVED: _l("Received"),
    State.HANDLED: _l("Being handled"),
    State.REFERRED: _l("Judged elsewhere first"),
    State.CORRECTED: _l("Corrected"),
    State.REFUSED: _l("Not changed"),
    State.WITHDRAWN: _l("Withdrawn"),
}

#: The badge whose look fits each state.
_LOOKS = {
    State.RECEIVED: "due",
    State.HANDLED: "in-training",
    State.REFERRED: "in-training",
    State.CORRECTED: "certified",
    State.REFUSED: "not-certified",
    State.WITHDRAWN: "not-covered",
}

STEPS: Mapping[StepKind, Any] = {
    StepKind.TAKEN: _l("A registrar looks into it"),
    StepKind.GIVEN_BACK: _l("It waits for another registrar"),
    StepKind.EXTENDED: _l("The time for the answer was extended by two months"),
    StepKind.REFERRED: _l("Somebody else judges it first"),
    StepKind.CORRECTED: lazy_pgettext("rectification", "It was corrected"),
    StepKind.REFUSED: _l("Nothing was changed"),
    StepKind.WITHDRAWN: _l("The request was withdrawn"),
}

PATHS: Mapping[Path, Any] = {
    Path.APPEAL: _l("A mark: by an appeal"),
    Path.SECOND_OPINION: _l("An evaluation: by a second opinion of another evaluator"),
    Path.OBJECTION: _l("A certification declared void, or a measure: by an objection to the oversight body"),
    Path.AWARD_REVIEW: _l("A certification: by a review of the oversight body"),
    Path.SUPERVISOR: _l("A seat or a suspension: by a supervisor of the unit"),
    Path.OPERATOR: _l("A role or a service number: by the operator of this system"),
}

#: What the person does on each path.
WAYS: Mapping[Path, Any] = {
    Path.APPEAL: _l("Open the result of the quiz and appeal. An assessor decides who had no hand in the mark."),
    Path.SECOND_OPINION: _l("Ask the service that evaluates for a second opinion. Another evaluator gives it."),
    Path.OBJECTION: _l("Open the page of the tool, or My qualifications, and object. The oversight body decides."),
    Path.AWARD_REVIEW: _l("You need not do anything. The oversight body looks at the certification."),
    Path.SUPERVISOR: _l("Talk to a supervisor of your unit, who grants, releases, suspends and reinstates."),
    Path.OPERATOR: _l("You need not do anything. The registrar asks the operator."),
}

REFUSALS: Mapping[Refusal, Any] = {
    Refusal.ACCURATE: _l("What is recorded is right"),
    Refusal.JUDGED: _l("It is a judgement, and whoever judged it anew has confirmed it"),
    Refusal.ELSEWHERE: _l("Another system holds it, and has to be corrected there first"),
    Refusal.UNFOUNDED: _l("The request is manifestly unfounded, or repeats one that was answered"),
}

BARS: Mapping[Bar, Any] = {
    Bar.OWN: _l("This is your own request. Another registrar handles it."),
    Bar.NO_REGISTRAR: _l("Registrars handle these requests."),
}


def state_badge(state: State) -> BadgeText:
    return BadgeText(_LOOKS[state], str(STATES[state]))
