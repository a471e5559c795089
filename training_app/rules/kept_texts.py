"""For how long the words of a confidential case are shown after its end; then they are deleted.

Source: GDPR art. 5(1)(e) (storage limitation).
"""

from datetime import datetime

from training_app.rules.civil_time import CivilInstant, add_months, in_force


def text_is_shown(ended_at: datetime | None, months: int, *, on: CivilInstant) -> bool:
    """Tell whether the text of a case may still be shown: until its end, and through the last day after it.

    :param ended_at: when the end was recorded; ``None``: it has not ended yet.
    """
    return ended_at is None or in_force(add_months(on.at(ended_at).day, months), on=on)
