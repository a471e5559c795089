"""A year that is over: the traffic unit and its tool, both gone since, for the yearly figures to tell of.

The unit read number plates from January 2025 on; on 30 January 2026 it went to another force, with its people and its
tool.  Everything is invented.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.demo.agency import ZONE, instant_of
from training_app.demo.marks import digest_of
from training_app.demo.people import TRAFFIC_OFFICERS, TRAFFIC_STAFF
from training_app.models.certification import Award
from training_app.models.emergencies import EmergencyGrant, EmergencyRequest, EmergencySetting
from training_app.models.people import AccountChange, AccountFact, OfficerSuspension, Person, RoleAssignment
from training_app.models.reports import ReportDecision, ReportDecisionSignature, ResultReport
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    RiskClass,
    Tool,
    ToolCard,
    ToolPolicy,
    ToolPurpose,
    ToolVersion,
    VersionFact,
)
from training_app.models.training import Familiarisation
from training_app.rules.access import Question
from training_app.rules.clients import Caller, ClientKind, Scope
from training_app.rules.emergency import Danger
from training_app.rules.facts import AwardKind, Level, Prohibition, VersionChange
from training_app.rules.permissions import Role
from training_app.rules.reports import Acted, Problem, ReportOutcome
from training_app.services import clients, machine_questions
from training_app.services.clients import Grant
from training_app.services.machine_questions import Decided

SLUG = "platewatch"
BEGUN, GONE = "2025-01-06", "2026-01-30"
RELEASED, UPDATED = "2025-01-20", "2025-09-01"
NOT_TRAINED_SINCE = 3
"""The last officers of the list never signed what changed."""


@dataclass(frozen=True, slots=True)
class _About:
    """What is said of a tool; *purposes*: their names by code."""

    slug: str
    name: str
    description: str
    purposes: dict[str, str]
    card: dict[str, Any]


PLATES = _About(
    SLUG,
    "Platewatch Number-Plate Analytics",
    "Reads number plates in pictures of cameras and compares them with lists of wanted vehicles.",
    {"stolen-vehicle": "Find a stolen vehicle", "wanted-person": "Find a wanted person"},
    {
        "purpose": "To find stolen vehicles, and vehicles of people who are searched for, among those that pass a "
        "camera.",
        "legal_basis": "Demo Police Act, section 37 (invented).",
        "risk_class": RiskClass.HIGH,
        "personal_data": "Number plates with place, time and picture of the vehicle; the lists of wanted plates.",
        "special_categories": "None. Where a vehicle was seen can tell of religion or health, and is not searched.",
        "overridden_by": "Every officer at a camera.",
        "overridden_how": "Choose Not this vehicle. The hit is taken off the list, and the reason stays in the log.",
        "retention": "Plates without a hit: deleted at once. Hits: 14 days, then deleted unless they are evidence.",
    },
)
SPOKEN = _About(
    "wordfinder",
    "Wordfinder Transcription",
    "Writes down what is said in recordings, with the time of every word.",
    {"write-down": "Write down a recording"},
    {
        "purpose": "To write down interviews and emergency calls faster; the recording stays what counts.",
        "legal_basis": "Demo Police Act, section 29 (invented).",
        "risk_class": RiskClass.HIGH,
        "personal_data": "Voices of suspects, witnesses and callers, and everything that they say.",
        "special_categories": "Whatever is said, health and beliefs among it. The tool looks for none of it.",
        "overridden_by": "Whoever wrote the record, by hearing the recording again.",
        "overridden_how": "Choose Correct, and type what was said. Both versions stay in the file.",
        "retention": "The text: as the case file. The copy that the tool works on: deleted after 24 hours.",
    },
)


def load(session: Session) -> bool:
    """Add the unit, its tool and what happened in 2025, unless they are there; return whether they were added."""
    if session.scalar(select(Tool.id).where(Tool.slug == SLUG)) is not None:
        return False
    _TrafficUnit(session).load()
    return True


@dataclass(slots=True)
class _TrafficUnit:
    session: Session

    def load(self) -> None:
        staff = self._people(TRAFFIC_STAFF, Role.REGISTRAR)
        registrar, second = staff
        officers = self._people(TRAFFIC_OFFICERS, Role.OFFICER)
        tool, policy = self._tool(PLATES, registrar)
        first = self._version(tool, None, ("1.0", BEGUN, RELEASED), registrar, second)
        update = self._version(tool, first, ("1.1", "2025-08-04", UPDATED), registrar, second)
        versions = {"1.0": first, "1.1": update}
        finding = self._finding(tool, versions, registrar, second)
        firsts = [
            self._award(officer, versions["1.0"], policy, AwardKind.FULL, _day(RELEASED, number % 12 - 4))
            for number, officer in enumerate(officers)
        ]
        self.add(*firsts)
        self._retrain(officers[:-NOT_TRAINED_SINCE], firsts, finding, versions["1.1"], policy)
        self.add(
            *(
                OfficerSuspension(
                    **_stamp("2025-05-12", registrar), officer_id=officer.id, tool_id=None, reason_code="inquiry-open"
                )
                for officer in officers[:2]
            )
        )
        self._emergencies(officers[4:11], versions["1.0"], tool, registrar)
        self._reports(versions["1.0"], registrar, second)
        self._decisions(officers, registrar)
        spoken = self._second_tool(officers[12:26], registrar, second)
        self._leave([*officers, second, registrar], [*versions.values(), spoken], staff)

    def add(self, *facts: object) -> None:
        self.session.add_all(facts)
        self.session.flush()

    def _people(self, named: Iterable[tuple[str, str]], role: Role) -> list[Person]:
        stamp = _stamp(BEGUN, None)
        people = [Person(**stamp, service_number=number, name=name, email=None) for number, name in named]
        self.add(*people)
        for person in people:
            self.session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
            self.session.add(RoleAssignment(**stamp, person_id=person.id, role=role, granted=True))
        self.session.flush()
        return people

    def _tool(self, about: "_About", registrar: Person) -> tuple[Tool, ToolPolicy]:
        stamp = _stamp(BEGUN, registrar)
        tool = Tool(
            **stamp,
            slug=about.slug,
            name=about.name,
            vendor=f"{about.name.partition(' ')[0]} Demo Vendor",
            description=about.description,
            prohibition=Prohibition.NONE,
            purposes=list(about.purposes),
            purpose_required=False,
            max_cache_seconds=60,
        )
        self.add(tool)
        policy = ToolPolicy(
            **stamp, tool_id=tool.id, revision=1, validity_months=24, window_months=3, pass_age_months=12,
            evaluation_required=False, seats_required=False, seat_review_months=None,
        )  # fmt: skip
        purposes = [
            ToolPurpose(**stamp, tool_id=tool.id, code=code, name=name, permitted=True, cases=[])
            for code, name in about.purposes.items()
        ]
        self.add(policy, ToolCard(**stamp, tool_id=tool.id, revision=1, **about.card), *purposes)
        return tool, policy

    def _version(
        self, tool: Tool, before: ToolVersion | None, told: tuple[str, str, str], registrar: Person, second: Person
    ) -> ToolVersion:
        """Add a version; *told*: its label, and the days on which it was registered and released."""
        label, registered, released = told
        stamp = _stamp(registered, registrar)
        version = ToolVersion(
            **stamp,
            tool_id=tool.id,
            label=label,
            predecessor_id=before.id if before else None,
            prohibition=Prohibition.NONE,
            what_changed="Foreign number plates are read too, and mistaken for one another more often."
            if before
            else "First version used by the agency.",
            how_to_stop="Choose Pause at the top of the page. What is being worked on goes on without the tool.",
        )
        self.add(version)
        asked = RequirementSet(
            **stamp, version_id=version.id, revision=1, full_modules=["ai-limits"], renewal_modules=["ai-limits"]
        )
        self.add(asked)
        self.add(
            RequirementSetSignature(**_stamp(registered, second), requirement_set_id=asked.id, author_id=registrar.id),
            VersionFact(**stamp, version_id=version.id, change=VersionChange.ANNOUNCED),
            VersionFact(
                **_stamp(released, registrar),
                version_id=version.id,
                change=VersionChange.RELEASED,
                forecast=digest_of("traffic unit"),
            ),
        )
        return version

    def _finding(
        self, tool: Tool, versions: dict[str, ToolVersion], registrar: Person, second: Person
    ) -> ImpactAssessment:
        finding = ImpactAssessment(
            **_stamp("2025-08-11", registrar),
            tool_id=tool.id,
            start_id=versions["1.0"].id,
            end_id=versions["1.1"].id,
            level=int(Level.FAMILIARISATION),
            grace_days=14,
            modules=[],
            what_changed="Plates of four more countries are read; letters that look alike are mixed up in two of them.",
        )
        self.add(finding)
        self.add(AssessmentSignature(**_stamp("2025-08-18", second), assessment_id=finding.id, author_id=registrar.id))
        return finding

    def _retrain(
        self,
        officers: list[Person],
        firsts: list[Award],
        finding: ImpactAssessment,
        version: ToolVersion,
        policy: ToolPolicy,
    ) -> None:
        """Let the first six read what changed before the release, and the others one after the other until October."""
        for number, officer in enumerate(officers):
            at = _day(UPDATED, number - 6)
            read = {"effective_at": at, "recorded_at": at, "recorded_by_id": officer.id}
            self.session.add(Familiarisation(**read, officer_id=officer.id, assessment_id=finding.id))
            later = at + timedelta(minutes=1)
            self.session.add(self._award(officer, version, policy, AwardKind.DELTA, later, base=firsts[number]))
        self.session.flush()

    def _award(
        self,
        officer: Person,
        version: ToolVersion,
        policy: ToolPolicy,
        kind: AwardKind,
        at: datetime,
        base: Award | None = None,
    ) -> Award:
        line = f"traffic unit: {officer.service_number} {kind} {version.label}"
        steps = [{"start": "1.0", "end": "1.1", "level": int(Level.FAMILIARISATION), "modules": []}]
        return Award(
            effective_at=at,
            recorded_at=at,
            officer_id=officer.id,
            version_id=version.id,
            kind=kind,
            policy_id=policy.id,
            base_id=base.id if base else None,
            steps=steps if base else [],
            attempts_from=at - timedelta(hours=2),
            evidence={"import": line},
            evidence_key=f"import:{digest_of(line)}",
            holder_name=officer.name,
            code=digest_of(f"certificate of {line}")[:20],
        )

    def _emergencies(self, officers: list[Person], version: ToolVersion, tool: Tool, confirmer: Person) -> None:
        self.add(
            EmergencySetting(
                **_stamp("2025-02-03", confirmer), tool_id=tool.id, most_minutes=60, reason="Pursuits at night."
            )
        )
        for number, officer in enumerate(officers):
            at = _day("2025-03-10", 17 * number)
            of = {"effective_at": at, "recorded_at": at, "officer_id": officer.id, "version_id": version.id}
            asked = EmergencyRequest(**of, recorded_by_id=officer.id, danger=Danger.LIFE, words="", minutes=30)
            self.add(asked)
            until = at + timedelta(minutes=30)
            self.add(EmergencyGrant(**of, recorded_by_id=confirmer.id, request_id=asked.id, until=until))

    def _reports(self, version: ToolVersion, registrar: Person, second: Person) -> None:
        """Eight reports, whose words are deleted since: of six nothing was found, of two a cause."""
        for number in range(8):
            at = _day("2025-04-07", 26 * number)
            made = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
            report = ResultReport(
                **made, version_id=version.id, problem=Problem.WRONG, acted=next(iter(Acted)), groups=[]
            )
            self.add(report)
            outcome = ReportOutcome.NO_FAULT if number < 6 else ReportOutcome.CAUSE_FOUND
            handled = {"effective_at": at + timedelta(days=5), "recorded_at": at + timedelta(days=5)}
            decided = ReportDecision(
                **handled, recorded_by_id=registrar.id, report_id=report.id, number=1, outcome=outcome,
                told="The pictures were looked at again, together with whoever reads the plates.", published=None,
            )  # fmt: skip
            self.add(decided)
            self.add(
                ReportDecisionSignature(
                    **handled, recorded_by_id=second.id, decision_id=decided.id, author_id=registrar.id
                )
            )

    def _decisions(self, officers: list[Person], registrar: Person) -> None:
        """Record what the tool was told when it asked: every answer is the rule's own."""
        scopes = frozenset({Scope.EVALUATE})
        grant = Grant(scopes, tools=frozenset({SLUG}), requests_per_minute=60)
        at = instant_of(BEGUN)
        client = clients.register(
            self.session, "Platewatch at the traffic unit", ClientKind.GATEWAY, grant, at=at, by=registrar
        )
        caller = Caller(client.id, client.name, client.kind, scopes, grant.tools, 60, 0, None)
        for day, version, purpose, asking in (
            (RELEASED, "1.0", None, officers),
            ("2025-03-03", "1.0", "wanted-person", officers),
            ("2025-04-14", "1.0", "parking", officers[8:21]),
            ("2025-05-19", "1.0", None, officers[:6]),
            ("2025-09-22", "1.1", None, officers),
            ("2025-09-29", "1.1", None, officers[20:]),
        ):
            at = _day(day, 0, hour=14)
            questions = [Question(one.service_number, SLUG, version, purpose=purpose) for one in asking]
            answered = list(machine_questions.answers(self.session, caller.sees, questions, zone=ZONE, at=at))
            told: list[dict[str, Any]] = [{"decision": one.decision.allowed} for one in answered]
            machine_questions.record(self.session.connection(), [Decided(caller, answered, told, at)])
        clients.close(self.session, client, at=instant_of(GONE), by=registrar)

    def _second_tool(self, officers: list[Person], registrar: Person, second: Person) -> ToolVersion:
        """Add a tool that few of them used, which did not change in the year."""
        tool, policy = self._tool(SPOKEN, registrar)
        version = self._version(tool, None, ("1.4", BEGUN, RELEASED), registrar, second)
        self.add(
            *(
                self._award(officer, version, policy, AwardKind.FULL, _day("2025-05-05", number))
                for number, officer in enumerate(officers)
            )
        )
        return version

    def _leave(self, people: list[Person], versions: list[ToolVersion], staff: list[Person]) -> None:
        """Nobody closes their own account: the last one is closed by the other registrar."""
        registrar, second = staff
        stamp = _stamp(GONE, registrar)
        for version in versions:
            self.session.add(VersionFact(**stamp, version_id=version.id, change=VersionChange.WITHDRAWN))
        for person in people:
            by = _stamp(GONE, second if person is registrar else registrar)
            self.session.add(AccountFact(**by, person_id=person.id, change=AccountChange.CLOSED))
        self.session.flush()


def _stamp(day: str, by: Person | None) -> dict[str, Any]:
    at = instant_of(day)
    return {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id if by else None}


def _day(first: str, later: int, hour: int = 11) -> datetime:
    return instant_of((date.fromisoformat(first) + timedelta(days=later)).isoformat(), hour)
