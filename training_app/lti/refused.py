"""Why a login or a launch went no further."""

from training_app.errors import TrainingError
from training_app.rules.lti_claims import Check


class LaunchRefused(TrainingError):
    """A check failed; `check` says which.  The sentence for the user is made from it, in their language.

    :param detail: for the log, and for who administers the platform; holds nothing secret and nothing of a person.
    :param platform: name of the platform, where it is known.
    """

    def __init__(self, check: Check, detail: str = "", *, platform: str | None = None) -> None:
        super().__init__(f"The launch failed the check {check}. {detail}".rstrip())
        self.check, self.detail, self.platform = check, detail, platform
