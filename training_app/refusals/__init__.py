"""Domain errors as sentences in the reader's language, for the forms that they come back to."""

from training_app.errors import TrainingError
from training_app.refusals import (
    attempts,
    authoring,
    award_reviews,
    clients,
    conduct,
    emergencies,
    evaluations,
    evidence,
    incidents,
    people,
    platforms,
    policies,
    practice,
    prohibitions,
    purposes,
    releases,
    reports,
    rulings,
    seats,
    standard_setting,
    tools,
    trainers,
    training_sessions,
)

_KNOWN = (
    attempts.sentence,
    authoring.sentence,
    releases.sentence,
    evaluations.sentence,
    tools.sentence,
    seats.sentence,
    emergencies.sentence,
    policies.sentence,
    purposes.sentence,
    prohibitions.sentence,
    people.sentence,
    clients.sentence,
    platforms.sentence,
    evidence.sentence,
    award_reviews.sentence,
    conduct.sentence,
    reports.sentence,
    incidents.sentence,
    rulings.sentence,
    practice.sentence,
    standard_setting.sentence,
    training_sessions.sentence,
    trainers.sentence,
)


def sentence(error: TrainingError) -> str:
    """Return what *error* says to the user; one that is not known here speaks for itself, in English."""
    return next((found for says in _KNOWN if (found := says(error))), str(error))
