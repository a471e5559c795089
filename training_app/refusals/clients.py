"""What stood against a client, or against one of its credentials."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import client_credentials, client_keys, clients
from training_app.wording import clients as words


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case clients.ClientExists():
            return _(
                "A client called %(name)s is registered already. Closed ones keep their names too.", name=error.name
            )
        case clients.ClientClosed():
            return _("%(name)s is closed. Nothing was changed.", name=error.name)
        case clients.ScopesUnfit():
            scopes = ", ".join(str(words.SCOPES[scope]) for scope in error.scopes)
            return _("This kind of client cannot be given: %(scopes)s", scopes=scopes)
        case clients.ToolsMissing():
            return _("Choose at least one tool that the client may ask about.")
        case clients.EveryToolUnfit():
            return _("A tool asks about itself: choose the tools, not every tool.")
        case clients.GrantOvertaken():
            return _("Somebody changed what this client may do since you opened the page. Read it again.")
    return _of_credentials(error)


def _of_credentials(error: TrainingError) -> str | None:
    match error:
        case client_credentials.CredentialOver():
            return _("%(label)s opens nothing any more. Nothing was changed.", label=error.label)
        case client_credentials.NothingToDo():
            return _("Choose at least one thing that the client itself may do.")
        case client_credentials.KeyKnown():
            return _("This key is registered already, for this or for another client. Make a new one.")
        case client_keys.NotAPublicKey():
            return _(
                "This is no public key that is taken here. Paste one as PEM or as a JWK: Ed25519, P-256, or RSA with "
                "at least 2,048 bits."
            )
        case client_keys.PrivateKeyPasted():
            return _(
                "This is a private key, and it has left its machine. Make a new pair, and paste the public key only."
            )
    return None
