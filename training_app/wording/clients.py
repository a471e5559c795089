"""What kinds of clients, their scopes and the states of their credentials are called."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.rules.clients import ClientKind, Scope

KINDS: Mapping[ClientKind, Any] = {
    ClientKind.TOOL: _l("Tool"),
    ClientKind.GATEWAY: _l("Gateway"),
    ClientKind.OVERSIGHT: _l("System of the oversight body"),
}

KIND_HINTS: Mapping[ClientKind, Any] = {
    ClientKind.TOOL: _l("The AI tool itself, which asks about named tools only."),
    ClientKind.GATEWAY: _l("Stands in front of tools and lets officers through, or not."),
    ClientKind.OVERSIGHT: _l(
        "Looks, and lets nobody through: it can search, be told of changes and fetch status lists."
    ),
}

SCOPES: Mapping[Scope, Any] = {
    Scope.EVALUATE: _l("Ask whether an officer may use a version"),
    Scope.SEARCH: _l("Search: who may use a version, what an officer may use"),
    Scope.ANNOUNCE: _l("Report which version runs where"),
    Scope.EVENTS: _l("Be told when answers may have changed"),
}


def scopes(found: Any) -> str:
    """Return the names of scopes in their order, one sentence each."""
    return "; ".join(str(SCOPES[scope]) for scope in Scope if scope in found) or _("Nothing")
