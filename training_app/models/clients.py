"""Programs that ask: registered clients, what they may do, and the credentials that they show.

What was registered, granted, issued and ended are facts.  Access tokens, used assertions and times of use are ordinary
rows: they come by the minute and are deleted when they have served.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, one_of
from training_app.models.browser_session import DIGEST_LENGTH
from training_app.rules.clients import ClientKind


class Gateway(Fact):
    """What asked before there were clients: one token, every tool.  Each has been carried over as a `Client`."""

    __tablename__ = "gateway"

    name: Mapped[str] = mapped_column(unique=True)
    token_digest: Mapped[str] = mapped_column(unique=True)


class GatewayClosure(Fact):
    __tablename__ = "gateway_closure"

    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateway.id"), unique=True)


class Client(Fact):
    """A program that is registered to ask.  It may do nothing before its first `ClientGrant`."""

    __tablename__ = "client"

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ClientKind] = mapped_column(one_of(ClientKind))
    gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateway.id"), unique=True)
    """The gateway that it was carried over from."""

    @property
    def identifier(self) -> str:
        """What the client calls itself where OAuth 2.0 asks for a ``client_id``."""
        return f"client-{self.id}"


class ClientGrant(Fact):
    """What a client may do from then on, whole; the latest governs."""

    __tablename__ = "client_grant"
    __table_args__ = (CheckConstraint("requests_per_minute > 0", name="rate_is_positive"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    scopes: Mapped[list[str]]
    every_tool: Mapped[bool]
    """Also those that are registered later."""
    tools: Mapped[list[str]]
    """Slugs; not read where *every_tool* holds."""
    requests_per_minute: Mapped[int]


class ClientClosure(Fact):
    """The client asks no more; nothing opens it again."""

    __tablename__ = "client_closure"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), unique=True)


class CredentialKind(StrEnum):
    TOKEN = "token"  # noqa: S105 - a kind, no secret
    """A bearer token, of which the digest is kept."""
    KEY = "key"
    """A public key, with whose private half the client signs assertions (``private_key_jwt``)."""


class ClientCredential(Fact):
    """Something by which a client is known; its end is a fact of its own."""

    __tablename__ = "client_credential"
    __table_args__ = (
        CheckConstraint("(kind = 'token') = (token_digest IS NOT NULL)", name="a_token_has_a_digest"),
        CheckConstraint("(kind = 'key') = (thumbprint IS NOT NULL)", name="a_key_has_a_thumbprint"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[CredentialKind] = mapped_column(one_of(CredentialKind))
    label: Mapped[str]
    """What the registrar calls it, for example where it is installed."""
    scopes: Mapped[list[str]]
    """What can be done through it, as far as the client may do it."""
    token_digest: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH), unique=True)
    """SHA-256, in hexadecimal, of a token with 256 bits of chance, which is shown once and kept nowhere."""
    public_key: Mapped[dict[str, Any] | None]
    """As a JWK."""
    thumbprint: Mapped[str | None] = mapped_column(unique=True)
    """Of the public key, as RFC 7638 computes it; its ``kid``."""
    expires_at: Mapped[datetime | None]
    """From then on it opens nothing; empty only for tokens that were carried over."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("client_credential.id"))


class CredentialEndReason(StrEnum):
    ROTATED = "rotated"
    REVOKED = "revoked"


class ClientCredentialEnd(Fact):
    """A credential opens nothing from *effective_at* on; where there are several, from the earliest."""

    __tablename__ = "client_credential_end"

    credential_id: Mapped[int] = mapped_column(ForeignKey("client_credential.id"), index=True)
    reason: Mapped[CredentialEndReason] = mapped_column(one_of(CredentialEndReason))


class ClientAccessToken(Base):
    """A short-lived token that a client got for a signed assertion.  Worth nothing once its key has ended."""

    __tablename__ = "client_access_token"

    token_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("client_credential.id"), index=True)
    scopes: Mapped[list[str]]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class UsedAssertion(Base):
    """An assertion that was taken once, kept until after it would have expired by itself."""

    __tablename__ = "used_assertion"

    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    """SHA-256 of the client and the assertion's ``jti``."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CredentialUse(Base):
    """When a credential was used last, to the minute."""

    __tablename__ = "credential_use"

    credential_id: Mapped[int] = mapped_column(ForeignKey("client_credential.id"), primary_key=True)
    last_used_at: Mapped[datetime]
