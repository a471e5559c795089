"""The library's view of who may launch: our tables, with many clients for an issuer.

Only platforms that are approved and not closed are found, and of their deployments those that the registrar approved.
"""

from typing import Any

from pylti1p3.deployment import Deployment
from pylti1p3.exception import ToolConfException
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.tool_config import ToolConfAbstract
from sqlalchemy.orm import Session

from training_app.rules.signing_keys import ToolKey
from training_app.services.lti import platforms
from training_app.services.lti.platforms import Registered


class ToolConf(ToolConfAbstract[Request]):
    """What the library asks of registrations, answered from the database.

    :param key: signs what is sent to platforms; not needed to read what they send.
    """

    def __init__(self, session: Session, key: ToolKey | None = None) -> None:
        self._session, self._key = session, key

    # The library keeps these two answers in an attribute of the class, shared by all instances.
    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def find_registration_by_issuer(self, iss: str, *_: Any, **__: Any) -> Registration:
        raise ToolConfException("A registration is found by issuer and client id only.")

    def find_registration_by_params(self, iss: str, client_id: str, *_: Any, **__: Any) -> Registration:
        """Return the registration as the library knows it.

        :raises ToolConfException: if there is none that launches.
        """
        found = self._launching(iss, client_id)
        if found is None:
            raise ToolConfException("No platform that launches has this issuer and this client id.")
        return registration(found, self._key)

    def find_deployment(self, iss: str, deployment_id: str) -> Deployment | None:
        raise ToolConfException("A deployment is found by issuer and client id only.")

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *_: Any, **__: Any
    ) -> Deployment | None:
        found = self._launching(iss, client_id)
        if found is None or deployment_id not in found.deployments:
            return None
        return Deployment().set_deployment_id(deployment_id)

    def _launching(self, issuer: str, client_id: str) -> Registered | None:
        return next((one for one in platforms.of_issuer(self._session, issuer, client_id) if one.launches), None)


def registration(of: Registered, key: ToolKey | None = None) -> Registration:
    """Return a platform as the library knows it; with *key*, it can sign for it."""
    made = Registration()
    made.set_issuer(of.issuer).set_client_id(of.client_id)
    made.set_auth_login_url(of.authorization_url).set_auth_token_url(of.token_url)
    made.set_auth_audience(of.token_audience).set_key_set_url(of.key_set_url)
    if key is not None:
        made.set_tool_private_key(key.private_pem).set_tool_public_key(key.public_pem)
    return made
