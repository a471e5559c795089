"""What keeps a person signed in, what slows down guessing, and what waits for a person to sign in again.

Ordinary rows: none of this is a fact about anybody, and all of it is deleted when it has served.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Serial

#: Length of a SHA-256 digest in hexadecimal.
DIGEST_LENGTH = 64


class BrowserSession(Base):
    """A signed-in browser.  The token itself is in the cookie only; who reads this table cannot use it to sign in."""

    __tablename__ = "browser_session"

    token_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    """SHA-256 of the token, which has 256 random bits."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    epoch: Mapped[int]
    """The epoch of the person's credential at sign-in; the session is worth nothing under another."""
    data: Mapped[dict[str, Any]]
    browser: Mapped[str]
    """What the browser called itself, for the person's own list of sessions."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]
    """The latest request, to the minute."""
    ended_at: Mapped[datetime | None]
    """When it was signed out; nothing revives it."""
    lti_link_id: Mapped[int | None] = mapped_column(ForeignKey("lti_link.id"))
    """The learning platform's account by which it was opened; empty where the person signed in here."""


class KeptPost(Base):
    """An answer that arrived after its session had expired, kept until the same person signs in again.

    One is deleted, replayed or not, after the days that the installation sets.
    """

    __tablename__ = "kept_post"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str]
    view_args: Mapped[dict[str, Any]]
    path: Mapped[str]
    """Where the answer was sent."""
    page: Mapped[str]
    """The page that it was given on, to which the person returns."""
    form: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """Pairs of name and value, in the order sent; emptied once replayed."""
    kept_at: Mapped[datetime]
    replayed_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """An attempt to sign in, counted as a failure until it has succeeded.

    Account and address are digests under the installation's secret: enough to count, of no use to a reader.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_pair", "account_digest", "address_digest", "at"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    account_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    address_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool] = mapped_column(default=False)
