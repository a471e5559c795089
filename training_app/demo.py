"""The demo agency: fixed people, one tool, and answers that anyone can check (`docs/demo.md`).

Loaded only in demo mode; `is_present` lets the product refuse to start outside it with a demo account or token.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import Award
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Credential,
    Evaluation,
    OfficerSuspension,
    Person,
    RoleAssignment,
    SeatCap,
    SeatGrant,
    Unit,
    UnitAssignment,
)
from training_app.models.tools import (
    AssessmentSignature,
    Gateway,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolPolicy,
    ToolVersion,
    VersionFact,
)
from training_app.models.training import Mode
from training_app.rules.facts import AwardKind, EvaluationOutcome, Level, Prohibition, VersionChange
from training_app.rules.permissions import Role
from training_app.services import content, training

ZONE = ZoneInfo("Europe/Brussels")
TOKEN = "demo-tool-token"  # noqa: S105 - known to everybody on purpose; refused outside demo mode
MAIL_DOMAIN = "demo.example"
PUBLISHED_AT = datetime(2025, 11, 10, 8, tzinfo=UTC)
"""When the starter content was published, in the demonstration's own calendar."""
SEED = 20_261_120


class OtherPeople(TrainingError):
    def __init__(self) -> None:
        super().__init__(
            "This database holds people who are not of the demonstration. Nothing was changed. "
            "Give the demonstration a database of its own."
        )


def digest_of(token: str) -> str:
    """Return the form in which a bearer token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Staff:
    mailbox: str
    service_number: str
    name: str
    role: Role


STAFF = (
    Staff("supervisor", "DP-2001", "Mara Claes", Role.SUPERVISOR),
    Staff("registrar", "DP-3001", "Ilse Verbeke", Role.REGISTRAR),
    Staff("registrar2", "DP-3002", "Jonas Lemaire", Role.REGISTRAR),
    Staff("trainer", "DP-4001", "Petra Nowak", Role.TRAINER),
    Staff("trainer2", "DP-4002", "Karim Haddad", Role.TRAINER),
    Staff("lead", "DP-4003", "Sofie Janssens", Role.LEAD),
    Staff("evaluator", "DP-5001", "Dr Anke Roth", Role.EVALUATOR),
    Staff("oversight", "DP-6001", "Henri Dupuis", Role.OVERSIGHT),
)


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer of the demonstration; days as ISO dates, an empty one means that there is no such fact."""

    number: str
    name: str
    unit: str
    mailbox: str | None = None
    full: tuple[str, str] | None = None
    """Version and day of a full award."""
    delta: str = ""
    """Day of a delta award on 3.2."""
    cleared_through: str = "2027-12-31"
    restriction: str | None = None
    seat: bool = True
    suspended: str = ""
    in_training: str = ""


CENTRAL, HARBOUR = "Central district", "Harbour unit"

OFFICERS = (
    Officer("DP-1001", "Ruben Almeida", CENTRAL, "officer1", full=("3.1", "2026-02-10")),
    Officer("DP-1002", "Julie Bakker", CENTRAL, "officer"),
    Officer("DP-1003", "Luca Conti", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05"),
    Officer(
        "DP-1004", "Marie Dubois", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05", cleared_through="2026-09-30"
    ),
    Officer("DP-1005", "Tove Eriksen", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05", seat=False),
    Officer("DP-1006", "Anna Fischer", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05", suspended="2026-11-10"),
    Officer("DP-1007", "Nikos Georgiou", HARBOUR, full=("3.2", "2026-11-06")),
    Officer("DP-1008", "Ivan Horvat", HARBOUR, full=("3.1", "2026-03-17"), restriction="two-hours-a-day"),
    Officer("DP-1009", "Dana Ionescu", HARBOUR, in_training="2026-11-20", seat=False),
    Officer("DP-1010", "Kees Jansen", HARBOUR, full=("3.1", "2026-04-02"), delta="2026-11-12", seat=False),
    Officer("DP-1011", "Zofia Kowalska", HARBOUR, cleared_through="", seat=False),
    Officer("DP-1012", "Paul Leclerc", HARBOUR, full=("3.2", "2026-11-18")),
)  # fmt: skip


def accounts() -> list[tuple[str, Role]]:
    """Return the e-mail address and role of everybody who can sign in."""
    officers = [(officer.mailbox, Role.OFFICER) for officer in OFFICERS if officer.mailbox]
    officers.sort()
    return [
        (f"{mailbox}@{MAIL_DOMAIN}", role) for mailbox, role in [*officers, *((one.mailbox, one.role) for one in STAFF)]
    ]


def is_present(session: Session) -> bool:
    """Tell whether the database holds a demo account or the demo token."""
    demo_person = select(Person.id).where(Person.email.endswith(f"@{MAIL_DOMAIN}")).exists()
    demo_token = select(Gateway.id).where(Gateway.token_digest == digest_of(TOKEN)).exists()
    return bool(session.scalar(select(or_(demo_person, demo_token))))


def refuse_other_people(session: Session) -> None:
    """Let the demonstration into no database that is used for real.

    :raises OtherPeople: if the database holds anybody who is not of the demo agency.
    """
    ours = [one.service_number for one in STAFF] + [officer.number for officer in OFFICERS]
    if session.scalars(select(Person.id).where(Person.service_number.not_in(ours))).first() is not None:
        raise OtherPeople


def load(session: Session, *, password_hash: str) -> bool:
    """Load the demo agency, unless it is there; return whether it was loaded.

    The starter content must be loaded before.  Everything is dated as `docs/demo.md` says, whatever today is.

    :raises OtherPeople: if the database holds anybody else.
    """
    refuse_other_people(session)
    if is_present(session):
        return False
    _Loader(session, password_hash).load()
    return True


def _at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=ZONE).astimezone(UTC)


class _Loader:
    """Adds the facts in the order in which they would have been recorded."""

    def __init__(self, session: Session, password_hash: str) -> None:
        self.session, self.password_hash = session, password_hash
        self.people: dict[str, Person] = {}

    def load(self) -> None:
        self._staff()
        tool, versions, policy = self._tool()
        units = self._units()
        for officer in OFFICERS:
            self._officer(officer, tool, units)
        self._assess(versions)
        for officer in OFFICERS:
            self._history(officer, versions, policy)

    def _add(self, *facts: object) -> None:
        self.session.add_all(facts)
        self.session.flush()

    def _person(self, number: str, name: str, mailbox: str | None, role: Role) -> Person:
        stamp = {"effective_at": _at("2025-11-03"), "recorded_at": _at("2025-11-03")}
        email = f"{mailbox}@{MAIL_DOMAIN}" if mailbox else None
        person = Person(**stamp, service_number=number, name=name, email=email)
        self._add(person)
        self._add(
            AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED),
            RoleAssignment(**stamp, person_id=person.id, role=role, granted=True),
        )
        if mailbox:
            self._add(Credential(person_id=person.id, password_hash=self.password_hash))
        self.people[mailbox or number] = self.people[number] = person
        return person

    def _staff(self) -> None:
        for staff in STAFF:
            self._person(staff.service_number, staff.name, staff.mailbox, staff.role)

    def _by(self, mailbox: str, day: str, recorded: str | None = None) -> dict[str, object]:
        return {
            "effective_at": _at(day),
            "recorded_at": _at(recorded or day),
            "recorded_by_id": self.people[mailbox].id,
        }

    def _units(self) -> dict[str, Unit]:
        stamp = self._by("registrar", "2025-11-03")
        agency = Unit(**stamp, name="Demo Police")
        self._add(agency)
        units = {name: Unit(**stamp, name=name, parent_id=agency.id) for name in (CENTRAL, HARBOUR)}
        self._add(*units.values())
        self._add(UnitAssignment(**stamp, person_id=self.people["supervisor"].id, unit_id=agency.id))
        return units

    def _tool(self) -> tuple[Tool, dict[str, ToolVersion], ToolPolicy]:
        registered = self._by("registrar", "2025-12-01")
        tool = Tool(
            **registered,
            slug="sightline",
            name="Sightline Face Matching",
            vendor="Sightline Demo Vendor",
            description="Compares a face in a still image with the agency's custody pictures and lists look-alikes.",
            prohibition=Prohibition.NONE,
            purposes=["identify-suspect", "missing-person"],
            purpose_required=False,
            max_cache_seconds=60,
        )
        self._add(tool)
        policy = ToolPolicy(
            **registered, tool_id=tool.id, revision=1, validity_months=24, window_months=3, pass_age_months=12,
            evaluation_required=True, seats_required=True, seat_review_months=None,
        )  # fmt: skip
        gateway = Gateway(**registered, name="Sightline at the control room", token_digest=digest_of(TOKEN))
        self._add(policy, SeatCap(**registered, tool_id=tool.id, seats=8), gateway)
        versions = {
            "3.1": self._version(tool, "3.1", None, "First version used by the agency.", "2025-12-01", "2026-01-12"),
        }
        versions["3.2"] = self._version(
            tool, "3.2", versions["3.1"], "New matching model: scores have a new scale, and the candidate list ends "
            "at the threshold. Thresholds validated for 3.1 no longer hold.", "2026-10-05", "2026-11-03",
        )  # fmt: skip
        return tool, versions, policy

    def _version(
        self, tool: Tool, label: str, predecessor: ToolVersion | None, changed: str, registered: str, released: str
    ) -> ToolVersion:
        stamp = self._by("registrar", registered)
        version = ToolVersion(
            **stamp,
            tool_id=tool.id,
            label=label,
            predecessor_id=predecessor.id if predecessor else None,
            prohibition=Prohibition.NONE,
            what_changed=changed,
            how_to_stop="Press Stop search at the top right; to set a result aside, choose Not a match and say why.",
        )
        self._add(version)
        modules = ["ai-limits"]
        requirements = RequirementSet(
            **stamp, version_id=version.id, revision=1, full_modules=modules, renewal_modules=modules
        )
        self._add(requirements)
        self._add(
            RequirementSetSignature(
                **self._by("registrar2", registered),
                requirement_set_id=requirements.id,
                author_id=self.people["registrar"].id,
            ),
            VersionFact(**stamp, version_id=version.id, change=VersionChange.ANNOUNCED),
            VersionFact(
                **self._by("registrar", released),
                version_id=version.id,
                change=VersionChange.RELEASED,
                forecast=digest_of("demo agency"),
            ),
        )
        return version

    def _assess(self, versions: dict[str, ToolVersion]) -> None:
        assessment = ImpactAssessment(
            **self._by("registrar", "2026-10-19"),
            tool_id=versions["3.2"].tool_id,
            start_id=versions["3.1"].id,
            end_id=versions["3.2"].id,
            level=int(Level.DIFFERENCES),
            grace_days=0,
            modules=["sightline-3-2"],
            what_changed="Scores have a new scale and lists end at the threshold; one kept from 3.1 misleads in 3.2.",
        )
        self._add(assessment)
        self._add(
            AssessmentSignature(
                **self._by("registrar2", "2026-10-26"),
                assessment_id=assessment.id,
                author_id=self.people["registrar"].id,
            )
        )

    def _officer(self, officer: Officer, tool: Tool, units: dict[str, Unit]) -> None:
        person = self._person(officer.number, officer.name, officer.mailbox, Role.OFFICER)
        unit = units[officer.unit]
        self._add(UnitAssignment(**self._by("registrar", "2025-11-03"), person_id=person.id, unit_id=unit.id))
        if officer.cleared_through:
            outcome = EvaluationOutcome.RESTRICTED if officer.restriction else EvaluationOutcome.CLEARED
            self._add(
                Evaluation(
                    **self._by("evaluator", "2025-12-15"),
                    officer_id=person.id,
                    outcome=outcome,
                    restriction=officer.restriction,
                    through=date.fromisoformat(officer.cleared_through),
                )
            )
        if officer.seat:
            self._add(
                SeatGrant(
                    **self._by("supervisor", "2026-01-12"),
                    officer_id=person.id,
                    tool_id=tool.id,
                    unit_id=unit.id,
                    purposes=list(tool.purposes),
                    justification="Works on identification requests.",
                )
            )

    def _history(self, officer: Officer, versions: dict[str, ToolVersion], policy: ToolPolicy) -> None:
        person = self.people[officer.number]
        if officer.full:
            label, day = officer.full
            full = self._award(person, versions[label], policy, AwardKind.FULL, day)
            if officer.delta:
                self._award(person, versions["3.2"], policy, AwardKind.DELTA, officer.delta, base=full)
        if officer.suspended:
            stamp = self._by("supervisor", officer.suspended)
            self._add(OfficerSuspension(**stamp, officer_id=person.id, tool_id=None, reason_code="inquiry-open"))
        if officer.in_training:
            published = content.newest(self.session, "ai-limits")
            if published is not None:
                at = _at(officer.in_training)
                training.open_attempt(self.session, person, published, Mode.ASSESSMENT, language="en", seed=SEED, at=at)

    def _award(
        self,
        person: Person,
        version: ToolVersion,
        policy: ToolPolicy,
        kind: AwardKind,
        day: str,
        base: Award | None = None,
    ) -> Award:
        line = f"demo agency: {person.service_number} {kind} {version.label} {day}"
        steps = [{"start": "3.1", "end": "3.2", "level": int(Level.DIFFERENCES), "modules": ["sightline-3-2"]}]
        award = Award(
            effective_at=_at(day, 11),
            recorded_at=_at(day, 11),
            officer_id=person.id,
            version_id=version.id,
            kind=kind,
            policy_id=policy.id,
            base_id=base.id if base else None,
            steps=steps if base else [],
            attempts_from=_at(day),
            evidence={"import": line},
            evidence_key=f"import:{digest_of(line)}",
            holder_name=person.name,
            code=digest_of(f"certificate of {line}")[:20],
        )
        self._add(award)
        return award


def curl_example(origin: str) -> str:
    """Return a command that asks the access question of the demonstration, for the terminal."""
    body = (
        '{"subject": {"type": "officer", "id": "DP-1001"}, "action": {"name": "use"}, '
        '"resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}}'
    )
    return (
        f"curl -s {origin}/access/v1/evaluation -H 'Authorization: Bearer {TOKEN}' "
        f"-H 'Content-Type: application/json' -d '{body}'"
    )
