"""Observed practice in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.observed_practice import Outcome
from training_app.services.signed_practice import Status

OUTCOMES: Mapping[Outcome, Any] = {
    Outcome.MET: _l("Met"),
    Outcome.NOT_MET: _l("Not met"),
    Outcome.NOT_SEEN: _l("Not seen"),
}

LOOKS: Mapping[Outcome, str] = {Outcome.MET: "done", Outcome.NOT_MET: "wrong", Outcome.NOT_SEEN: "to-do"}
"""Of a task list, by outcome."""

STATUSES: Mapping[Status, Any] = {
    Status.WAITING: _l("Waits for the officer's signature"),
    Status.COUNTS: _l("Counts: both signed"),
    Status.NOT_ALL_MET: _l("Not everything was met"),
    Status.DISAGREED: _l("Does not count: the officer did not agree"),
    Status.DOUBTED: _l("Does not count: the assessor may not have been allowed to sign"),
}

STATUS_BADGES: Mapping[Status, str] = {
    Status.WAITING: "due",
    Status.COUNTS: "certified",
    Status.NOT_ALL_MET: "not-covered",
    Status.DISAGREED: "on-hold",
    Status.DOUBTED: "on-hold",
}
"""Look of a badge, by status."""
