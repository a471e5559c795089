"""Cards in words: their parts, what is missing, risk classes, and how old a test is."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from training_app.models.tools import RiskClass
from training_app.rules.cards import Gap
from training_app.rules.facts import Prohibition

RISK_CLASSES: Mapping[RiskClass, Any] = {
    RiskClass.PROHIBITED: _l("Prohibited practice (art. 5)"),
    RiskClass.HIGH: _l("High-risk (art. 6 and Annex III)"),
    RiskClass.TRANSPARENCY: _l("Transparency duties (art. 50)"),
    RiskClass.MINIMAL: _l("Minimal: none of these"),
}

FORBIDDEN: Mapping[Prohibition, Any] = {
    Prohibition.LAW: _l("Forbidden by law"),
    Prohibition.POLICY: _l("Forbidden by agency policy"),
}

#: Parts of both cards, by the attribute that holds them.
PARTS: Mapping[str, Any] = {
    "purpose": _l("What it is for"),
    "legal_basis": _l("Legal basis"),
    "risk_class": _l("Risk class under the AI Act"),
    "personal_data": _l("Personal data"),
    "special_categories": _l("Special categories of personal data"),
    "overridden_by": _l("Who can override it"),
    "overridden_how": _l("How it is overridden"),
    "retention": _l("How long data are kept"),
    "training_data": _l("Training data"),
    "known_limits": _l("Known limits"),
    "figures": _l("Vendor's figures by group"),
    "tests": _l("Tests by group"),
}

_GAPS: Mapping[Gap, Any] = {
    Gap.TRAINING_DATA: _l("training data"),
    Gap.KNOWN_LIMITS: _l("known limits"),
    Gap.FIGURES: _l("vendor's figures by group"),
    Gap.TESTS: _l("tests by group"),
}


def gaps(found: Collection[Gap]) -> str:
    """Return the parts that are missing, with commas between."""
    return ", ".join(str(_GAPS[gap]) for gap in found)


def age(months: int) -> str:
    """Return how long ago a test was, in whole months."""
    if months == 0:
        return _("less than a month ago")
    return ngettext("%(num)d month ago", "%(num)d months ago", months)
