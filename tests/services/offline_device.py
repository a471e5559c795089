"""A device without a network: what it fetched last, and its verdict; and who signed that for it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from tests.rules.factories import BRUSSELS
from tools.offline_vectors import LISTS, OLD
from training_app.models.offline import OfflinePass, StatusIndex
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.offline import verifier
from training_app.rules import offline_pass, status_list
from training_app.rules.offline_pass import Terms
from training_app.services import offline
from training_app.services.status_lists import Issuer, StatusLists

KEY = OLD
KEYS = {"keys": [KEY.public()]}
ADDRESS = LISTS.rpartition("/access/")[0]
ISSUER = Issuer(
    address=ADDRESS,
    list_address=lambda version_id: f"{LISTS}/{version_id}",
    lists_address=LISTS,
    kid=KEY.kid,
    sign=lambda claims: KEY.sign(claims, kind=status_list.TYPE),
)
NOTHING = Terms((), ())
LONGEST = timedelta(hours=8)
LONGEST_LIST = timedelta(hours=4)


def person(session, number) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def version(session, slug, label) -> ToolVersion:
    of_tool = select(ToolVersion).join(Tool).where(Tool.slug == slug, ToolVersion.label == label)
    return session.scalars(of_tool).one()


def take(session, number, slug, label, *, at, lot=None, longest=LONGEST) -> OfflinePass:
    """Take a pass as the officer *number*."""
    draw = (lot or Random(f"{number} {label} {at}")).randrange
    officer, of = person(session, number), version(session, slug, label)
    return offline.take_pass(session, officer, of, zone=BRUSSELS, at=at, longest=longest, draw=draw)


def signed(given: OfflinePass, slug, label) -> str:
    return shown(given.index, slug, label, issued_at=given.effective_at, expires=given.expires_at)


def shown(index: StatusIndex, slug, label, *, issued_at, expires) -> str:
    """Return a pass for a place, whether it was given or not."""
    said = offline_pass.claims(
        Terms.read(index.terms), issuer=ADDRESS, tool=slug, version=label, place=index.place,
        uri=ISSUER.list_address(index.version_id), issued_at=issued_at, expires=expires,
    )  # fmt: skip
    return KEY.sign(said, kind=offline_pass.TYPE)


def place_given(session, number, slug, label, *, at, place, terms=NOTHING) -> StatusIndex:
    """Give the officer a place as if they had taken a pass before, whatever they may do now."""
    index = StatusIndex(
        effective_at=at, recorded_at=at, officer_id=person(session, number).id,
        version_id=version(session, slug, label).id, place=place, terms=str(terms),
    )  # fmt: skip
    session.add(index)
    session.flush()
    return index


@dataclass
class Device:
    """Knows which tool and version it is; keeps the list it fetched last."""

    session: object
    slug: str
    label: str
    lists: StatusLists = field(default_factory=StatusLists)
    kept: str = ""

    def fetch(self, at: datetime, **other):
        of = version(self.session, self.slug, self.label)
        asked = {"zone": BRUSSELS, "at": at, "longest": LONGEST_LIST} | other
        token = self.lists.token(self.session, of.id, ISSUER, **asked)
        self.kept = token.text if token else ""
        return token

    def verdict(self, given, at: datetime, **other):
        """Return what the device says of a pass, given as it was recorded or as a token."""
        shown = signed(given, self.slug, self.label) if isinstance(given, OfflinePass) else given
        asked = {"tool": self.slug, "version": self.label, "at": int(at.timestamp())} | other
        return verifier.verify(shown, self.kept, KEYS, **asked)
