"""Conduct of trainers in words: concerns, outcomes, measures, what awards rest on, objections."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.conduct import Bar, CaseOutcome, ConcernKind, Step
from training_app.rules.doubts import BasisKind, Concerned
from training_app.rules.objections import ObjectionOutcome
from training_app.services.trainer_measures import Mended, Why

CONCERNS: Mapping[ConcernKind, Any] = {
    ConcernKind.UNFAIR: _l("Treats people unequally"),
    ConcernKind.HARASSMENT: _l("Harassment"),
    ConcernKind.SIGNED_UNSEEN: _l("Signed for what was not observed"),
    ConcernKind.HELPED: _l("Gave away answers, or marked by favour"),
    ConcernKind.INTEREST: _l("An interest in a vendor that is not declared"),
    ConcernKind.FALSE_TEACHING: _l("Teaches what is not so, or against the law"),
    ConcernKind.CONFIDENTIALITY: _l("Disclosed what was confidential"),
    ConcernKind.OTHER: _l("Something else"),
}

STEPS: Mapping[Step, Any] = {
    Step.RECEIVED: _l("Received"),
    Step.LOOKED_AT: _l("Being looked at"),
    Step.ENDED: _l("Ended"),
}

OUTCOMES: Mapping[CaseOutcome, Any] = {
    CaseOutcome.NONE: _l("Nothing was found against the trainer"),
    CaseOutcome.CAUTION: _l("Caution"),
    CaseOutcome.SUSPENDED: _l("Suspended"),
    CaseOutcome.REVOKED: _l("Revoked"),
}

BARS: Mapping[Bar, Any] = {
    Bar.TRAINER: _l("It is about you."),
    Bar.RAISED_IT: _l("You raised it yourself."),
    Bar.QUALIFIED_BY_THE_TRAINER: _l("Your own qualification rests on this trainer's signature."),
    Bar.QUALIFIED_THE_TRAINER: _l("You qualified this trainer, so your own judgement would be looked at."),
    Bar.NO_LEAD: _l("You lead none of the fields in which this trainer is qualified."),
    Bar.A_LEAD_IS_THERE: _l("A lead who is not concerned can handle it."),
}

WHYS: Mapping[Why, Any] = {
    Why.CONDUCT: _l("Conduct"),
    Why.EVIDENCE_FALSE: _l("The evidence for the qualification was false"),
    Why.SIGNED_UNSEEN: _l("Signed for what was not observed"),
    Why.INTEREST: _l("An interest in a vendor that is not declared"),
    Why.NOT_COMPETENT: _l("Not competent for it any more"),
    Why.BEING_LOOKED_AT: _l("Until a concern is looked at"),
    Why.OWN_REQUEST: _l("At the trainer's own request"),
}

FOR_A_SUSPENSION = _l("Only a suspension runs until a concern is looked at. Suspend, or choose another reason.")

MENDED: Mapping[Mended, Any] = {
    Mended.UNFOUNDED: _l("It was unfounded"),
    Mended.MENDED: _l("What was missing has been made good"),
    Mended.OBJECTION: _l("The trainer's objection was right"),
}

ACTS: Mapping[BasisKind, Any] = {
    BasisKind.SIGNED_OFF: _l("Signed for observed practice"),
    BasisKind.WROTE: _l("Wrote a module"),
    BasisKind.PUBLISHED: _l("Reviewed and published a module"),
    BasisKind.RATED: _l("Rated items for a cut score"),
    BasisKind.RULED: _l("Voided or re-keyed an item"),
    BasisKind.ACCEPTED_LATE: _l("Accepted late answers"),
    BasisKind.DECIDED_APPEAL: _l("Upheld an appeal"),
}

CONCERNED: Mapping[Concerned, Any] = {
    Concerned.OWN: _l("This is your own. Somebody else of the oversight body judges it."),
    Concerned.TRAINER: _l("It is your own work as a trainer that is in doubt. Somebody else judges it."),
    Concerned.RECORDED_AWARD: _l("You recorded this award yourself. Somebody else of the oversight body judges it."),
    Concerned.RECORDED_MEASURE: _l(
        "You recorded the measure, or raised the concern that led to it. Somebody else of the oversight body judges "
        "what follows."
    ),
    Concerned.HANDLED_CONCERN: _l(
        "You took part in handling the concern that led to the measure. Somebody else of the oversight body judges "
        "what follows."
    ),
    Concerned.VOIDED: _l(
        "You put this award under review, or voided it. Somebody else of the oversight body decides the objection."
    ),
}

OBJECTION_OUTCOMES: Mapping[ObjectionOutcome, Any] = {
    ObjectionOutcome.UPHELD: _l("The objection was right"),
    ObjectionOutcome.DISMISSED: _l("The decision stands"),
}
