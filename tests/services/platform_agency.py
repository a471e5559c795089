"""A learning platform to connect, with what does not matter filled in."""

from itertools import count

from sqlalchemy.orm import Session

from tests.services.recorded import NOW
from training_app.models.lti import LtiPlatform, RegisteredHow
from training_app.services.lti import platforms
from training_app.services.lti.platforms import NewPlatform, PlatformSetting

ISSUER = "https://lms.academy.example"
SETTING = PlatformSetting(
    authorization_url=f"{ISSUER}/mod/lti/auth.php",
    token_url=f"{ISSUER}/mod/lti/token.php",
    key_set_url=f"{ISSUER}/mod/lti/certs.php",
)
_serial = count(1)


def new(**changed: str) -> NewPlatform:
    number = next(_serial)
    return NewPlatform(**{"name": f"Academy {number}", "issuer": ISSUER, "client_id": f"client-{number}"} | changed)


def platform(session: Session, setting: PlatformSetting = SETTING, **changed: str) -> LtiPlatform:
    """Register one that nobody has approved."""
    return platforms.register(session, new(**changed), setting, RegisteredHow.BY_HAND, at=NOW, by=None)
