"""What a program that asks is let do: its kind, its scopes, the tools that it may ask about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ClientKind(StrEnum):
    TOOL = "tool"
    """The AI tool itself; it asks about named tools only."""
    GATEWAY = "gateway"
    """What stands in front of tools and lets officers through."""
    OVERSIGHT = "oversight"
    """A system of the oversight body; it looks, and lets nobody through."""


class Scope(StrEnum):
    EVALUATE = "evaluate"
    """Ask whether an officer may use a version, alone or in batches."""
    SEARCH = "search"
    """Ask which officers may use a version, and which versions an officer may use."""
    ANNOUNCE = "announce"
    """Report which version runs, and where."""
    EVENTS = "events"
    """Be told when answers may have changed."""


#: What each kind of client can be given.
MAY_HAVE: Mapping[ClientKind, frozenset[Scope]] = {
    ClientKind.TOOL: frozenset(Scope),
    ClientKind.GATEWAY: frozenset(Scope),
    ClientKind.OVERSIGHT: frozenset({Scope.SEARCH, Scope.EVENTS}),
}

#: Kinds that can be let ask about every tool, those that are registered later included.
MAY_SEE_EVERY_TOOL = frozenset({ClientKind.GATEWAY, ClientKind.OVERSIGHT})


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that has shown a credential in force, with what it may do through that credential now."""

    client_id: int
    name: str
    kind: ClientKind
    scopes: frozenset[Scope]
    """What both the client and the credential are given."""
    tools: frozenset[str] | None
    """Slugs of the tools that it may ask about; ``None``: every tool."""
    requests_per_minute: int
    credential_id: int
    last_noted_at: datetime | None
    """When a use of the credential was written down last, to the minute; ``None`` for never."""

    def sees(self, tool: str) -> bool:
        """Tell whether the client may ask about the tool with this slug; any other is unknown to it."""
        return self.tools is None or tool in self.tools


def unfit_scopes(kind: ClientKind, scopes: frozenset[Scope]) -> frozenset[Scope]:
    """Return those of *scopes* that a client of this kind cannot be given."""
    return scopes - MAY_HAVE[kind]
