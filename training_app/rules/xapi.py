"""What is stated of officers' learning to a record store, as statements of xAPI.

Stated are: an assessment begun, completed, passed or failed; an award, and its end.  Officers have a name that leads
nobody back to them who has not the database.  Nothing else is ever stated: no answer, no item, no practice, no lesson
read, no evaluation, no reason for which an award ended, no unit, no seat.

Sources: Experience API 1.0.3, part two (statements); cmi5 1.0 "Quartz", section 9.3 (verbs).
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from training_app.rules.canonical import digest, instant

API_VERSION = "1.0.3"
PLATFORM = "training-app"
_EXTENSION = "urn:training-app:extension:"
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")

Statement = dict[str, Any]


class Verb(StrEnum):
    """Those of cmi5 where it has one."""

    INITIALIZED = "http://adlnet.gov/expapi/verbs/initialized"
    COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
    PASSED = "http://adlnet.gov/expapi/verbs/passed"
    FAILED = "http://adlnet.gov/expapi/verbs/failed"
    SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
    VOIDED = "http://adlnet.gov/expapi/verbs/voided"
    REVOKED = "urn:training-app:verb:revoked"
    """An award holds no longer: neither cmi5 nor xAPI has a word for that."""

    @property
    def display(self) -> str:
        return self.value.replace(":", "/").rsplit("/", 1)[-1]


class Activity(StrEnum):
    MODULE = "http://adlnet.gov/expapi/activities/module"
    CERTIFICATION = "https://w3id.org/xapi/cmi5/activitytype/course"
    """What is asked of who uses a tool's version: in the words of cmi5 a course, which an award satisfies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """An officer, as this installation names them to others."""

    home: str
    """Public address of the installation."""
    name: str

    def to_json(self) -> Statement:
        return {"objectType": "Agent", "account": {"homePage": self.home, "name": self.name}}


def account_name(person_id: int, *, salt: bytes) -> str:
    """Return the name of an officer's account in statements: always the same, and unlinkable without *salt*.

    It is another one than in the journal, which may leave the house too.
    """
    return digest(f"xapi {person_id}", salt=salt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """An assessment of one revision of a module."""

    attempt: int
    module: str
    """Slug."""
    revision: str
    """Digest of the revision."""
    titles: Mapping[str, str]
    """By language."""
    language: str
    """In which it was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """An award for one version of a tool."""

    award: int
    tool: str
    """Slug."""
    name: str
    version: str
    """Label, as the vendor writes it."""
    kind: str


def begun(learner: Learner, sat: Sat, *, at: datetime) -> Statement:
    """Return that an assessment was opened."""
    return _of_module(learner, sat, Verb.INITIALIZED, f"attempt:{sat.attempt}", at=at)


def completed(learner: Learner, sat: Sat, *, submission: int, took: timedelta, at: datetime) -> Statement:
    """Return that an assessment was submitted, or closed by its deadline, *took* after it was opened.

    Whether it was passed is a statement of its own, as cmi5 has it.
    """
    result = {"completion": True, "duration": f"PT{max(int(took.total_seconds()), 0)}S"}
    return _of_module(learner, sat, Verb.COMPLETED, f"submission:{submission}", result, at=at)


def marked(learner: Learner, sat: Sat, *, fact: str, passed: bool, share: Fraction, at: datetime) -> Statement:
    """Return how an assessment was marked.

    :param fact: the submission, or the mark made anew, as ``submission:<id>``.
    :param share: of the points, from 0 to 1; stated in four decimals, never rounded up to what was not reached.
    """
    result = {"success": passed, "score": {"scaled": floor(share * 10_000) / 10_000}}
    return _of_module(learner, sat, Verb.PASSED if passed else Verb.FAILED, fact, result, at=at)


def satisfied(learner: Learner, award: Certified, *, at: datetime) -> Statement:
    """Return that an officer met what is asked of who uses a version."""
    return _of_version(learner, award, Verb.SATISFIED, _award(award), at=at)


def revoked(learner: Learner, award: Certified, *, end: int, at: datetime) -> Statement:
    """Return that an award holds no longer from then on."""
    return _of_version(learner, award, Verb.REVOKED, f"award_end:{end}", at=at)


def voided(learner: Learner, award: Certified, *, end: int, at: datetime) -> Statement:
    """Return that an award was never valid: the statement of it is voided, by its id."""
    about = {"objectType": "StatementRef", "id": statement_id(learner, _award(award), Verb.SATISFIED)}
    return _statement(learner, Verb.VOIDED, f"award_end:{end}", about, at=at)


def statement_id(learner: Learner, fact: str, verb: Verb) -> str:
    """Return the id of the statement of a fact: the same whenever and wherever it is made.

    :param fact: the fact's table and id, as ``award:12``.
    """
    return str(_uuid(learner, f"{fact} {verb.value}"))


def _award(award: Certified) -> str:
    return f"award:{award.award}"


def _uuid(learner: Learner, name: str) -> UUID:
    """Return a UUID in the installation's own namespace; with the learner's name in it, for a database may be made anew
    under the same address."""
    return uuid5(uuid5(NAMESPACE_URL, learner.home), f"{learner.name} {name}")


def _of_module(
    learner: Learner, sat: Sat, verb: Verb, fact: str, result: Statement | None = None, *, at: datetime
) -> Statement:
    about = _activity(learner.home, f"modules/{_quoted(sat.module)}", Activity.MODULE, dict(sat.titles))
    context = {
        "registration": str(_uuid(learner, f"attempt:{sat.attempt}")),
        "platform": PLATFORM,
        "language": sat.language,
        "revision": sat.revision,
        "extensions": {f"{_EXTENSION}module": sat.module},
    }
    return _statement(learner, verb, fact, about, context, result, at=at)


def _of_version(learner: Learner, award: Certified, verb: Verb, fact: str, *, at: datetime) -> Statement:
    path = f"tools/{_quoted(award.tool)}/versions/{_quoted(award.version)}"
    about = _activity(learner.home, path, Activity.CERTIFICATION, {"und": f"{award.name} {award.version}"})
    context = {
        "platform": PLATFORM,
        "extensions": {
            f"{_EXTENSION}tool": award.tool,
            f"{_EXTENSION}tool-version": award.version,
            f"{_EXTENSION}award-kind": award.kind,
        },
    }
    return _statement(learner, verb, fact, about, context, at=at)


def _activity(home: str, path: str, kind: Activity, names: Mapping[str, str]) -> Statement:
    return {
        "objectType": "Activity",
        "id": f"{home}/xapi/{path}",
        "definition": {"type": kind.value, "name": dict(names)},
    }


def _statement(
    learner: Learner,
    verb: Verb,
    fact: str,
    about: Statement,
    context: Statement | None = None,
    result: Statement | None = None,
    *,
    at: datetime,
) -> Statement:
    made: Statement = {
        "id": statement_id(learner, fact, verb),
        "actor": learner.to_json(),
        "verb": {"id": verb.value, "display": {"en": verb.display}},
        "object": about,
        "timestamp": instant(at),
        "version": "1.0.0",
    }
    added = {"context": context, "result": result}
    return made | {name: part for name, part in added.items() if part is not None}


def _quoted(text: str) -> str:
    """Return *text* as a segment of an address."""
    return "".join(
        letter if letter in _UNRESERVED else "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in text
    )


def same(ours: Statement, theirs: Mapping[str, Any]) -> bool:
    """Tell whether the store's statement says what ours does: who did what with what, how it went.

    A store adds to a statement and may write it differently; these parts it may not change.
    """
    return all(_said(ours, path) == _said(theirs, path) for path in _SAID)


_SAID = (
    ("id",),
    ("actor", "account"),
    ("verb", "id"),
    ("object", "id"),
    ("result", "success"),
    ("result", "score", "scaled"),
)


def _said(statement: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        statement = statement.get(name) if isinstance(statement, Mapping) else None
    return statement
