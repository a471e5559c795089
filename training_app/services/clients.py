"""Programs that may ask: registered by a registrar, given scopes and tools, closed again; each of it a fact."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.clients import Client, ClientClosure, ClientGrant
from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.rules.clients import MAY_SEE_EVERY_TOOL, ClientKind, Scope, unfit_scopes
from training_app.services.locks import one_at_a_time

MOST_REQUESTS_PER_MINUTE = 10_000_000
DEFAULT_REQUESTS_PER_MINUTE = 6_000
"""A hundred in a second: a busy gateway asks less, and one that runs wild cannot hold up the others."""


class ClientExists(TrainingError):
    def __init__(self, name: str) -> None:
        super().__init__(f"A client called {name} is registered already. Closed ones keep their names too.")
        self.name = name


class ClientClosed(TrainingError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is closed. Nothing was changed.")
        self.name = name


class ScopesUnfit(TrainingError):
    """The kind of client cannot be given these scopes."""

    def __init__(self, kind: ClientKind, scopes: Iterable[Scope]) -> None:
        self.kind, self.scopes = kind, sorted(scopes)
        super().__init__(f"A client of the kind {kind} cannot be given: {', '.join(self.scopes)}.")


class ToolsMissing(TrainingError):
    """The client was given no tool to ask about."""

    def __init__(self) -> None:
        super().__init__("Name at least one tool that the client may ask about.")


class EveryToolUnfit(TrainingError):
    def __init__(self) -> None:
        super().__init__("A tool asks about itself: name the tools, not every tool.")


class GrantOvertaken(TrainingError):
    def __init__(self) -> None:
        super().__init__("Somebody changed what this client may do since you opened the page. Read it again.")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client may do."""

    scopes: frozenset[Scope]
    tools: frozenset[str] | None
    """Slugs; ``None``: every tool, those registered later included."""
    requests_per_minute: int = DEFAULT_REQUESTS_PER_MINUTE


NOTHING = Grant(frozenset(), frozenset(), 1)


def register(session: Session, name: str, kind: ClientKind, grant: Grant, *, at: datetime, by: Person | None) -> Client:
    """Register a client and say what it may do; it is let in once it has a credential.

    :raises ClientExists: if a client has that name, be it closed;
    :raises ScopesUnfit: :raises EveryToolUnfit: :raises ToolsMissing: as `give`.
    """
    one_at_a_time(session, "clients", name)
    if session.scalar(select(Client.id).where(Client.name == name)) is not None:
        raise ClientExists(name)
    _refuse_unfit(session, kind, grant)
    client = Client(**_stamp(at, by), name=name, kind=kind)
    session.add(client)
    session.flush()
    session.add(_granted(client, grant, at=at, by=by))
    session.flush()
    return client


def give(session: Session, client: Client, grant: Grant, *, after: int, at: datetime, by: Person | None) -> ClientGrant:
    """Say anew what *client* may do, whole, from now on; what it is not given it may do no longer.

    :param after: id of the grant that *by* was shown, 0 for none.
    :raises ClientClosed: if it is closed; :raises GrantOvertaken: if another grant was made since;
    :raises ScopesUnfit: if its kind cannot have a scope; :raises EveryToolUnfit: if a tool is given every tool;
    :raises ToolsMissing: if there is no tool in the grant, or one that is not registered.
    """
    refuse_closed(session, client, at=at)
    last = latest_grant(session, client.id)
    if (last.id if last else 0) != after:
        raise GrantOvertaken
    _refuse_unfit(session, client.kind, grant)
    fact = _granted(client, grant, at=at, by=by)
    session.add(fact)
    session.flush()
    return fact


def close(session: Session, client: Client, *, at: datetime, by: Person | None) -> ClientClosure:
    """Let *client* ask no more: every credential of it opens nothing from now on.

    :raises ClientClosed: if it is closed.
    """
    refuse_closed(session, client, at=at)
    fact = ClientClosure(**_stamp(at, by), client_id=client.id)
    session.add(fact)
    session.flush()
    return fact


def refuse_closed(session: Session, client: Client, *, at: datetime) -> None:
    """Take the client's lock, and go on only if it is open.

    :raises ClientClosed: if it is closed.
    """
    one_at_a_time(session, "client", client.id)
    if closure(session, client.id) is not None:
        raise ClientClosed(client.name)


def closure(session: Session, client_id: int) -> ClientClosure | None:
    return session.scalar(select(ClientClosure).where(ClientClosure.client_id == client_id))


def latest_grant(session: Session, client_id: int) -> ClientGrant | None:
    """Return what governs the client; ``None``: it may do nothing.

    The last one recorded governs from its commit on, also where a machine's clock is behind.
    """
    return session.scalars(
        select(ClientGrant).where(ClientGrant.client_id == client_id).order_by(ClientGrant.id.desc()).limit(1)
    ).first()


def granted(fact: ClientGrant | None) -> Grant:
    """Return the value of a grant on record; `NOTHING` where there is none."""
    if fact is None:
        return NOTHING
    tools = None if fact.every_tool else frozenset(fact.tools)
    return Grant(scopes_in(fact.scopes), tools, fact.requests_per_minute)


def scopes_in(written: Collection[str]) -> frozenset[Scope]:
    """Return the scopes that are known here; one that a later version wrote is not given."""
    known = {scope.value for scope in Scope}
    return frozenset(Scope(one) for one in written if one in known)


def in_order(scopes: Collection[Scope]) -> list[Scope]:
    return [scope for scope in Scope if scope in scopes]


def by_name(session: Session) -> Sequence[Client]:
    """Return every client that was ever registered, by name."""
    return session.scalars(select(Client).order_by(Client.name)).all()


def _refuse_unfit(session: Session, kind: ClientKind, grant: Grant) -> None:
    if unfit := unfit_scopes(kind, grant.scopes):
        raise ScopesUnfit(kind, unfit)
    if grant.tools is None:
        if kind not in MAY_SEE_EVERY_TOOL:
            raise EveryToolUnfit
        return
    registered = set(session.scalars(select(Tool.slug).where(Tool.slug.in_(grant.tools))))
    if not grant.tools or registered != grant.tools:
        raise ToolsMissing


def _granted(client: Client, grant: Grant, *, at: datetime, by: Person | None) -> ClientGrant:
    return ClientGrant(
        **_stamp(at, by),
        client_id=client.id,
        scopes=[scope.value for scope in in_order(grant.scopes)],
        every_tool=grant.tools is None,
        tools=sorted(grant.tools or ()),
        requests_per_minute=grant.requests_per_minute,
    )


def _stamp(at: datetime, by: Person | None) -> dict[str, object]:
    return {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id if by else None}
