"""The review of awards in words: kinds of award, what became of one, and the reasons that a person gives."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.facts import AwardEndKind, AwardKind
from training_app.services.award_reviews import Doubt, Upheld, Voided

AWARD_KINDS: Mapping[AwardKind, Any] = {
    AwardKind.FULL: _l("Full"),
    AwardKind.RENEWAL: _l("Renewal"),
    AwardKind.DELTA: _l("What changed"),
}

ENDS: Mapping[AwardEndKind, Any] = {
    AwardEndKind.REVOKED: _l("Revoked"),
    AwardEndKind.VOIDED: _l("Void"),
}

DOUBTS: Mapping[Doubt, Any] = {
    Doubt.TRAINER_NOT_QUALIFIED: _l("A trainer who signed was not qualified"),
    Doubt.IDENTITY_DOUBTED: _l("It is in doubt who took the quiz or was observed"),
    Doubt.EVIDENCE_DOUBTED: _l("The evidence behind it is in doubt"),
    Doubt.IRREGULAR_SITTING: _l("The quiz was not taken as it must be"),
    Doubt.RECORDED_IN_ERROR: _l("It may have been recorded in error"),
}

UPHELD: Mapping[Upheld, Any] = {
    Upheld.DOUBT_UNFOUNDED: _l("The doubt was unfounded"),
    Upheld.OTHER_EVIDENCE: _l("It rests on enough besides what was doubted"),
}

VOIDED: Mapping[Voided, Any] = {
    Voided.REQUIREMENTS_NOT_MET: _l("The requirements were not met"),
    Voided.ANOTHER_PERSON: _l("Somebody else took the quiz or was observed"),
    Voided.DECEPTION: _l("It was obtained by deception"),
    Voided.RECORDED_IN_ERROR: _l("It was recorded in error"),
}
