"""Words for wishes for changed training that came of reports."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from quizzes.changes import Tally
from training_app.rules.wishes import WishState
from training_app.wording import BadgeText

STATES: Mapping[WishState, Any] = {
    WishState.OPEN: _l("Nobody writes on it yet"),
    WishState.IN_WORK: _l("Being written"),
    WishState.ANSWERED: _l("Training changed"),
    WishState.DECLINED: _l("Declined"),
}

#: The badge whose look fits each state.
_LOOKS = {
    WishState.OPEN: "due",
    WishState.IN_WORK: "in-training",
    WishState.ANSWERED: "certified",
    WishState.DECLINED: "not-certified",
}


def state_badge(state: WishState) -> BadgeText:
    return BadgeText(_LOOKS[state], str(STATES[state]))


def came(found: Tally) -> str:
    """Return what a revision brought, in a sentence: lessons and questions that are new, and what else changed."""
    said = []
    if found.lessons:
        said.append(ngettext("%(num)d lesson added", "%(num)d lessons added", found.lessons))
    if found.items:
        said.append(ngettext("%(num)d question added", "%(num)d questions added", found.items))
    if found.others:
        said.append(ngettext("%(num)d part changed", "%(num)d parts changed", found.others))
    return _("What came of it: %(list)s.", list=", ".join(said)) if said else ""
