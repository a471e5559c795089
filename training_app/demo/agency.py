"""The people of the demo agency and its first tool as facts, in the order in which they would have been recorded."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.demo.marks import TOKEN, digest_of
from training_app.demo.people import CENTRAL, HARBOUR, MAIL_DOMAIN, OFFICERS, STAFF, Officer
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
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolPolicy,
    ToolVersion,
    VersionFact,
)
from training_app.models.training import Mode
from training_app.rules.clients import ClientKind, Scope
from training_app.rules.facts import AwardKind, EvaluationOutcome, Level, Prohibition, VersionChange
from training_app.rules.permissions import Role
from training_app.services import client_credentials, clients, content, training
from training_app.services.client_credentials import NewCredential
from training_app.services.clients import MOST_REQUESTS_PER_MINUTE, Grant

ZONE = ZoneInfo("Europe/Brussels")
PUBLISHED_AT = datetime(2025, 11, 10, 8, tzinfo=UTC)
"""When the starter content was published, in the demonstration's own calendar."""
SEED = 20_261_120
CLIENT = "Sightline at the control room"
DAYS_OF_TOKEN = 10_000
"""The demonstration outlives any lifetime that a registrar can choose."""


def instant_of(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=ZONE).astimezone(UTC)


class Loader:
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

    def add(self, *facts: object) -> None:
        self.session.add_all(facts)
        self.session.flush()

    def _person(self, number: str, name: str, mailbox: str | None, role: Role) -> Person:
        stamp = {"effective_at": instant_of("2025-11-03"), "recorded_at": instant_of("2025-11-03")}
        email = f"{mailbox}@{MAIL_DOMAIN}" if mailbox else None
        person = Person(**stamp, service_number=number, name=name, email=email)
        self.add(person)
        self.add(
            AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED),
            RoleAssignment(**stamp, person_id=person.id, role=role, granted=True),
        )
        if mailbox:
            self.add(Credential(person_id=person.id, password_hash=self.password_hash))
        self.people[mailbox or number] = self.people[number] = person
        return person

    def _staff(self) -> None:
        for staff in STAFF:
            self._person(staff.service_number, staff.name, staff.mailbox, staff.role)

    def by(self, mailbox: str, day: str, recorded: str | None = None) -> dict[str, object]:
        return {
            "effective_at": instant_of(day),
            "recorded_at": instant_of(recorded or day),
            "recorded_by_id": self.people[mailbox].id,
        }

    def _units(self) -> dict[str, Unit]:
        stamp = self.by("registrar", "2025-11-03")
        agency = Unit(**stamp, name="Demo Police")
        self.add(agency)
        units = {name: Unit(**stamp, name=name, parent_id=agency.id) for name in (CENTRAL, HARBOUR)}
        self.add(*units.values())
        self.add(UnitAssignment(**stamp, person_id=self.people["supervisor"].id, unit_id=agency.id))
        return units

    def _tool(self) -> tuple[Tool, dict[str, ToolVersion], ToolPolicy]:
        registered = self.by("registrar", "2025-12-01")
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
        self.add(tool)
        policy = ToolPolicy(
            **registered, tool_id=tool.id, revision=1, validity_months=24, window_months=3, pass_age_months=12,
            evaluation_required=True, seats_required=True, seat_review_months=None,
        )  # fmt: skip
        self.add(policy, SeatCap(**registered, tool_id=tool.id, seats=8))
        self._client()
        versions = {
            "3.1": self._version(tool, "3.1", None, "First version used by the agency.", "2025-12-01", "2026-01-12"),
        }
        versions["3.2"] = self._version(
            tool, "3.2", versions["3.1"], "New matching model: scores have a new scale, and the candidate list ends "
            "at the threshold. Thresholds validated for 3.1 no longer hold.", "2026-10-05", "2026-11-03",
        )  # fmt: skip
        return tool, versions, policy

    def _client(self) -> None:
        """Let a gateway ask about every tool; its token is the one of the demonstration."""
        at, by = instant_of("2025-12-01"), self.people["registrar"]
        scopes = frozenset({Scope.EVALUATE, Scope.SEARCH, Scope.ANNOUNCE, Scope.EVENTS})
        may = Grant(scopes, tools=None, requests_per_minute=MOST_REQUESTS_PER_MINUTE)
        client = clients.register(self.session, CLIENT, ClientKind.GATEWAY, may, at=at, by=by)
        new = NewCredential("Token of the demonstration", scopes, days=DAYS_OF_TOKEN)
        client_credentials.issue_token(self.session, client, TOKEN, new, at=at, by=by)

    def _version(
        self, tool: Tool, label: str, predecessor: ToolVersion | None, changed: str, registered: str, released: str
    ) -> ToolVersion:
        stamp = self.by("registrar", registered)
        version = ToolVersion(
            **stamp,
            tool_id=tool.id,
            label=label,
            predecessor_id=predecessor.id if predecessor else None,
            prohibition=Prohibition.NONE,
            what_changed=changed,
            how_to_stop="Press Stop search at the top right; to set a result aside, choose Not a match and say why.",
        )
        self.add(version)
        modules = ["ai-limits"]
        requirements = RequirementSet(
            **stamp, version_id=version.id, revision=1, full_modules=modules, renewal_modules=modules
        )
        self.add(requirements)
        self.add(
            RequirementSetSignature(
                **self.by("registrar2", registered),
                requirement_set_id=requirements.id,
                author_id=self.people["registrar"].id,
            ),
            VersionFact(**stamp, version_id=version.id, change=VersionChange.ANNOUNCED),
            VersionFact(
                **self.by("registrar", released),
                version_id=version.id,
                change=VersionChange.RELEASED,
                forecast=digest_of("demo agency"),
            ),
        )
        return version

    def _assess(self, versions: dict[str, ToolVersion]) -> None:
        assessment = ImpactAssessment(
            **self.by("registrar", "2026-10-19"),
            tool_id=versions["3.2"].tool_id,
            start_id=versions["3.1"].id,
            end_id=versions["3.2"].id,
            level=int(Level.DIFFERENCES),
            grace_days=0,
            modules=["sightline-3-2"],
            what_changed="Scores have a new scale and lists end at the threshold; one kept from 3.1 misleads in 3.2.",
        )
        self.add(assessment)
        self.add(
            AssessmentSignature(
                **self.by("registrar2", "2026-10-26"),
                assessment_id=assessment.id,
                author_id=self.people["registrar"].id,
            )
        )

    def _officer(self, officer: Officer, tool: Tool, units: dict[str, Unit]) -> None:
        person = self._person(officer.number, officer.name, officer.mailbox, Role.OFFICER)
        unit = units[officer.unit]
        self.add(UnitAssignment(**self.by("registrar", "2025-11-03"), person_id=person.id, unit_id=unit.id))
        if officer.cleared_through:
            outcome = EvaluationOutcome.RESTRICTED if officer.restriction else EvaluationOutcome.CLEARED
            self.add(
                Evaluation(
                    **self.by("evaluator", "2025-12-15"),
                    officer_id=person.id,
                    outcome=outcome,
                    restriction=officer.restriction,
                    through=date.fromisoformat(officer.cleared_through),
                )
            )
        if officer.seat:
            self.add(
                SeatGrant(
                    **self.by("supervisor", "2026-01-12"),
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
            stamp = self.by("supervisor", officer.suspended)
            self.add(OfficerSuspension(**stamp, officer_id=person.id, tool_id=None, reason_code="inquiry-open"))
        if officer.in_training:
            published = content.newest(self.session, "ai-limits")
            if published is not None:
                at = instant_of(officer.in_training)
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
            effective_at=instant_of(day, 11),
            recorded_at=instant_of(day, 11),
            officer_id=person.id,
            version_id=version.id,
            kind=kind,
            policy_id=policy.id,
            base_id=base.id if base else None,
            steps=steps if base else [],
            attempts_from=instant_of(day),
            evidence={"import": line},
            evidence_key=f"import:{digest_of(line)}",
            holder_name=person.name,
            code=digest_of(f"certificate of {line}")[:20],
        )
        self.add(award)
        return award
