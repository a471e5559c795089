"""Signing in with a local password: guessing is slowed, nobody is told whether an account exists.

Failures are counted by account and address together, by account over all addresses, and by address.  An account is
one person, whether their e-mail address or their service number was typed.  Only the first
limit is strict: at a station many officers share one address, and anybody can type a colleague's service number; so
whoever has signed in from an address before is held to the first limit alone.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.browser_session import SignInAttempt
from training_app.models.people import Credential, Person
from training_app.rules.passwords import MOST_CHARACTERS, normalised
from training_app.services import accounts
from training_app.services.deleted import deleted
from training_app.services.locks import one_at_a_time

WINDOW = timedelta(minutes=15)
MOST_FAILURES_OF_ACCOUNT_AT_ADDRESS = 5
MOST_FAILURES_OF_ACCOUNT = 50
MOST_FAILURES_AT_ADDRESS = 300

#: How long an address counts as one from which the account's owner signs in.
ADDRESS_REMEMBERED = timedelta(days=30)

#: Each verification takes 64 MiB for a fifth of a second; more at a time than this wait, and at last give up.
CONCURRENT_VERIFICATIONS = 4
LONGEST_WAIT_SECONDS = 5.0


class TooManyAttempts(TrainingError):
    """Signing in is held back until `until`; the text is the same whether the account exists or not."""

    def __init__(self, until: datetime) -> None:
        super().__init__("There were too many attempts to sign in.")
        self.until = until


class SignInBusy(TrainingError):
    def __init__(self) -> None:
        super().__init__("Too many people are signing in at this moment. Try again in a few seconds.")


class Passwords:
    """Hashes and verifies passwords with argon2id, a bounded number at a time.

    :param hasher: its parameters are those of new hashes; hashes with others verify, and `outdated` says so.
    """

    def __init__(self, hasher: PasswordHasher, *, concurrent: int = CONCURRENT_VERIFICATIONS) -> None:
        self._hasher = hasher
        self._slots = BoundedSemaphore(concurrent)
        self._of_nobody = _hash_of_nothing(hasher)

    def hash(self, password: str) -> str:
        with self._slot():
            return self._hasher.hash(normalised(password))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Return whether *password* belongs to *password_hash*.

        Without a hash, the answer is no, after as much work as any other answer takes.

        :raises SignInBusy: if no slot came free in time.
        """
        with self._slot():
            try:
                held = self._hasher.verify(password_hash or self._of_nobody, normalised(password[:MOST_CHARACTERS]))
            except (VerificationError, InvalidHashError):
                return False
        return held and password_hash is not None and len(password) <= MOST_CHARACTERS

    def outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise SignInBusy
        try:
            yield
        finally:
            self._slots.release()


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return a hash that no password has, with the parameters of *hasher*: verifying it takes as long as any."""
    salt, tag = (b64encode(bytes(length)).rstrip(b"=").decode() for length in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${tag}"


def new_passwords() -> Passwords:
    """Return `Passwords` with the parameters of RFC 9106 for memory-constrained use: 3 passes, 64 MiB, 4 lanes."""
    return Passwords(PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A person says who they are; nothing is verified yet."""

    attempt_id: int
    account_digest: str
    """Under the installation's secret: of the person, or of what was typed where nobody is called that."""
    person_id: int | None
    """Empty where there is no such account, or it is closed."""
    password_hash: str | None
    epoch: int


def receive(session: Session, identifier: str, *, address: str, key: bytes, at: datetime) -> Claim:
    """Count an attempt to sign in, before anything is verified, and return what to hold the password against.

    :param address: of the browser, as far as the installation can know it.
    :param key: secret of the installation, under which account and address are digested.
    :raises TooManyAttempts: if too many failed in the last 15 minutes; the attempt is then not counted.
    """
    person = accounts.find(session, identifier)
    typed = keyed_digest(key, "account", identifier.strip().casefold())
    account = typed if person is None else keyed_digest(key, "person", str(person.id))
    place = keyed_digest(key, "address", network_of(address))
    one_at_a_time(session, "sign-in", account)
    until = _held_until(session, account, place, at=at)
    if until is not None:
        raise TooManyAttempts(until)
    sweep(session, at=at)
    attempt = SignInAttempt(account_digest=account, address_digest=place, at=at, succeeded=False)
    session.add(attempt)
    session.flush()
    if person is None or not accounts.is_open(session, person.id, at=at):
        return Claim(attempt_id=attempt.id, account_digest=account, person_id=None, password_hash=None, epoch=0)
    credential = session.get(Credential, person.id)
    return Claim(
        attempt_id=attempt.id,
        account_digest=account,
        person_id=person.id,
        password_hash=accounts.password_hash_of(session, person),
        epoch=credential.epoch if credential else 0,
    )


def accept(session: Session, claim: Claim, *, better_hash: str | None = None) -> Person | None:
    """Note that the password of *claim* fitted; return the person, or ``None`` if the password has changed meanwhile.

    :param better_hash: the password under today's parameters, where its hash was made under older ones.
    """
    if claim.person_id is None:
        return None
    credential = session.get(Credential, claim.person_id)
    if credential is None or (credential.password_hash, credential.epoch) != (claim.password_hash, claim.epoch):
        return None
    if better_hash is not None:
        credential.password_hash = better_hash
    session.execute(update(SignInAttempt).where(SignInAttempt.id == claim.attempt_id).values(succeeded=True))
    session.flush()
    return session.get(Person, claim.person_id)


def network_of(address: str) -> str:
    """Return what one place of work is counted as: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def keyed_digest(key: bytes, purpose: str, value: str) -> str:
    return hmac.new(key, f"{purpose}:{value}".encode(), sha256).hexdigest()


def _held_until(session: Session, account: str, place: str, *, at: datetime) -> datetime | None:
    """Return when the next attempt may be made; ``None`` for now."""
    of_account, at_place = SignInAttempt.account_digest == account, SignInAttempt.address_digest == place
    last_success = session.scalar(
        select(func.max(SignInAttempt.at)).where(
            of_account, at_place, SignInAttempt.succeeded, SignInAttempt.at > at - ADDRESS_REMEMBERED
        )
    )
    since_success = () if last_success is None else (SignInAttempt.at > last_success,)
    limits = [((of_account, at_place, *since_success), MOST_FAILURES_OF_ACCOUNT_AT_ADDRESS)]
    if last_success is None:
        limits += [((of_account,), MOST_FAILURES_OF_ACCOUNT), ((at_place,), MOST_FAILURES_AT_ADDRESS)]
    waits = []
    for conditions, most in limits:
        failed = session.scalars(
            select(SignInAttempt.at)
            .where(*conditions, SignInAttempt.succeeded.is_(False), SignInAttempt.at > at - WINDOW)
            .order_by(SignInAttempt.at.desc())
            .limit(most)
        ).all()
        if len(failed) == most:
            waits.append(failed[-1] + WINDOW)
    return max(waits, default=None)


def sweep(session: Session, *, at: datetime) -> int:
    """Delete attempts that no limit looks at any more; return how many."""
    return deleted(
        session,
        delete(SignInAttempt).where(
            (SignInAttempt.at <= at - ADDRESS_REMEMBERED)
            | (SignInAttempt.succeeded.is_(False) & (SignInAttempt.at <= at - WINDOW))
        ),
    )
