"""Emergency access in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.emergency import Danger, State

DANGERS: Mapping[Danger, Any] = {
    Danger.LIFE: _l("Danger to a life"),
    Danger.ATTACK: _l("An attack, under way or about to begin"),
    Danger.MISSING_PERSON: _l("A missing person in danger"),
    Danger.HOSTAGE: _l("A hostage-taking or an abduction"),
    Danger.DISASTER: _l("A disaster or a major accident"),
    Danger.OTHER: _l("Another danger, named below"),
}

STATES: Mapping[State, Any] = {
    State.WAITING: _l("Waits to be confirmed"),
    State.LAPSED: _l("Lapsed, not confirmed in time"),
    State.CALLED_OFF: _l("Called off before it began"),
    State.RUNNING: _l("Runs now"),
    State.OVER: _l("Over"),
    State.ENDED: _l("Ended early"),
}
