"""Lists of many officers: shared answers are each officer's own."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from tests.rules.factories import BRUSSELS, local
from tests.services import recorded
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    OfficerReinstatement,
    OfficerSuspension,
    RetrainingOrder,
    SeatGrant,
    SeatRelease,
    SeatReview,
    UnitAssignment,
)
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    ToolPolicy,
    ToolVersion,
    VersionFact,
)
from training_app.models.training import Attempt, Mode, ModuleRevision
from training_app.rules.access import Question
from training_app.rules.facts import AwardEndKind, AwardKind, EvaluationOutcome, Prohibition, VersionChange
from training_app.services import access, gather

AT = local("2026-11-22")
DAYS = [
    local(day) for day in ("2025-11-24", "2026-02-10", "2026-08-30", "2026-11-03", "2026-11-22 00:00", "2026-12-01")
]


def add(session, model, at, **columns):
    fact = model(effective_at=at, recorded_at=columns.pop("recorded_at", at), **columns)
    session.add(fact)
    session.flush()
    return fact


def signed(session, model, signature, key, at, author, signer, **columns):
    fact = add(session, model, at, recorded_by_id=author, **columns)
    add(session, signature, at, **{key: fact.id}, author_id=author, recorded_by_id=signer)


def tool_in_use(session, slug):
    """Add a tool with three versions in use, one assessed step in grace, one not assessed."""
    tool, (author, signer) = recorded.tool(session, slug=slug), (recorded.person(session).id for _ in range(2))
    terms = {"revision": 1, "validity_months": 12, "window_months": 3, "pass_age_months": 12}
    policy = add(
        session, ToolPolicy, DAYS[0], tool_id=tool.id, **terms, evaluation_required=True, seats_required=True,
        seat_review_months=6,
    )  # fmt: skip
    versions, before = [], None
    for label, released in (("1.0", DAYS[0]), ("2.0", DAYS[3]), ("3.0", DAYS[3])):
        version = add(
            session, ToolVersion, DAYS[0], tool_id=tool.id, label=label, predecessor_id=before, what_changed="-",
            how_to_stop="-", prohibition=Prohibition.NONE,
        )  # fmt: skip
        add(session, VersionFact, released, version_id=version.id, change=VersionChange.RELEASED, forecast="-")
        signed(
            session, RequirementSet, RequirementSetSignature, "requirement_set_id", DAYS[0], author, signer,
            version_id=version.id, revision=1, full_modules=["ai-limits"], renewal_modules=["ai-limits"],
        )  # fmt: skip
        versions.append(version)
        before = version.id
    signed(
        session, ImpactAssessment, AssessmentSignature, "assessment_id", DAYS[2], author, signer, tool_id=tool.id,
        start_id=versions[0].id, end_id=versions[1].id, level=2, grace_days=30, modules=["what-is-new"],
        what_changed="-", grace_reason="-",
    )  # fmt: skip
    return SimpleNamespace(id=tool.id, slug=slug, versions=versions, policy=policy.id)


class Histories:
    """Officers with histories drawn by lot from few days, so that some are alike and some are nearly so."""

    def __init__(self, session, tools, seed):
        self.session, self.tools, self.lot, self.gone = session, tools, Random(seed), []
        self.units = [recorded.unit(session).id for _ in range(2)]
        self.module = add(session, ModuleRevision, DAYS[0], slug="ai-limits", digest=str(seed), content={}, bank={})

    def officer(self):
        person = recorded.person(self.session).id
        self.add(AccountFact, at=DAYS[0], person_id=person, change=AccountChange.OPENED)
        self.add(UnitAssignment, at=DAYS[0], person_id=person, unit_id=self.lot.choice(self.units))
        self.add(Evaluation, at=DAYS[0], **self.outcome(), officer_id=person)
        seats = [
            self.add(
                SeatGrant, officer_id=person, tool_id=tool.id, unit_id=self.lot.choice(self.units), purposes=[],
                justification="-",
            )
            for tool in self.tools
        ]  # fmt: skip
        awards = [self.award(person, tool) for tool in self.tools]
        for _ in range(self.lot.choice((0, 0, 1, 2))):
            self.something(person, seats, awards)
        return person

    def add(self, model, at=None, **columns):
        moment = (at or self.lot.choice(DAYS[:5])) + timedelta(seconds=self.lot.randrange(100))
        return add(self.session, model, moment, recorded_at=moment + timedelta(seconds=1), **columns)

    def outcome(self):
        outcome = self.lot.choice([EvaluationOutcome.CLEARED] * 3 + [EvaluationOutcome.RESTRICTED])
        through = self.lot.choice((date(2027, 1, 1), date(2026, 11, 22), date(2026, 11, 21)))
        restriction = "supervised" if outcome is EvaluationOutcome.RESTRICTED else None
        return {"outcome": outcome, "through": through, "restriction": restriction}

    def award(self, person, tool, at=None, **columns):
        at, made = at or self.lot.choice(DAYS[:5]), self.lot.getrandbits(60)
        opened = at - timedelta(minutes=self.lot.randrange(1, 50))
        met_by = [f"submission:{made}"]
        given = {"version_id": self.lot.choice(tool.versions).id, "kind": AwardKind.FULL, "steps": []} | columns
        return self.add(
            Award, at=at, officer_id=person, policy_id=tool.policy, attempts_from=opened, evidence={"met_by": met_by},
            evidence_key=str(made), holder_name="-", code=str(made), **given,
        )  # fmt: skip

    def something(self, person, seats, awards):
        happened = (
            self.suspended, self.released, self.reviewed, self.ended, self.doubted, self.ordered, self.renewed,
            self.updated, self.attempt,
        )  # fmt: skip
        self.lot.choice(happened)(person, seats, awards)

    def suspended(self, person, _seats, _awards):
        tool_id = self.lot.choice((None, self.tools[0].id, self.tools[1].id))
        suspended = self.add(OfficerSuspension, officer_id=person, tool_id=tool_id, reason_code="-")
        if self.lot.random() < 0.5:
            self.add(OfficerReinstatement, officer_id=person, suspension_id=suspended.id, reason_code="-")

    def released(self, person, seats, _awards):
        seat = self.lot.choice(seats)
        if seat not in self.gone:
            self.gone.append(seat)
            self.add(SeatRelease, officer_id=person, seat_id=seat.id)

    def reviewed(self, person, seats, _awards):
        self.add(SeatReview, officer_id=person, seat_id=self.lot.choice(seats).id)

    def ended(self, person, _seats, awards):
        end = self.lot.choice(awards), self.lot.choice(list(AwardEndKind))
        if end not in self.gone:
            self.gone.append(end)
            self.add(AwardEnd, officer_id=person, award_id=end[0].id, kind=end[1], reason_code="-")

    def doubted(self, person, _seats, awards):
        review = self.add(AwardReview, officer_id=person, award_id=self.lot.choice(awards).id, reason_code="-")
        if self.lot.random() < 0.5:
            self.add(AwardUpholding, officer_id=person, review_id=review.id, reason_code="-")

    def ordered(self, person, _seats, _awards):
        due = self.lot.choice((date(2026, 11, 21), date(2026, 12, 24)))
        tool_id = self.lot.choice((None, self.tools[0].id))
        self.add(
            RetrainingOrder, officer_id=person, tool_id=tool_id, modules=["ai-limits"], due=due, reason_code="-"
        )  # fmt: skip

    def renewed(self, person, _seats, _awards):
        self.award(person, self.lot.choice(self.tools), kind=self.lot.choice((AwardKind.FULL, AwardKind.RENEWAL)))

    def updated(self, person, _seats, awards):
        step = {"start": "1.0", "end": "2.0", "level": 2, "modules": ["what-is-new"], "assessment": None}
        end = self.tools[0].versions[1].id
        self.award(person, self.tools[0], kind=AwardKind.DELTA, base_id=awards[0].id, steps=[step], version_id=end)

    def attempt(self, person, _seats, _awards):
        at = self.lot.choice(DAYS[:5])
        add(
            self.session, Attempt, at, officer_id=person, revision_id=self.module.id, mode=Mode.ASSESSMENT,
            number=self.lot.getrandbits(30), language="en", seed=1, paper={}, closes_at=at + timedelta(hours=1),
        )  # fmt: skip


@pytest.fixture
def agency(session):
    return SimpleNamespace(session=session, tools=[tool_in_use(session, slug) for slug in ("plates", "voices")])


def single(agency, number, slug, version):
    question = Question(number, slug, version)
    return access.answer(agency.session, question, zone=BRUSSELS, at=AT, known_at=AT)


@pytest.mark.parametrize("seed", range(3))
def test_a_list_says_of_every_officer_what_the_tool_is_answered(agency, seed):
    histories = Histories(agency.session, agency.tools, seed)
    people = {histories.officer() for _ in range(40)}
    for version in ("1.0", "2.0", "3.0"):
        listed = list(access.listed(agency.session, "plates", version, zone=BRUSSELS, at=AT))
        assert people <= {one.person_id for one in listed}
        for one in listed:
            decision = single(agency, one.number, "plates", version)
            standing = decision.standing
            assert (one.answer.grounds, one.answer.badge) == (decision.grounds, decision.badge)
            assert one.answer.obligations == decision.obligations
            if standing is not None:
                assert one.answer.validity is standing.validity
                assert one.answer.coverage is standing.coverage
                assert one.answer.last_day == standing.last_day
                assert one.answer.due == (standing.path.due if standing.path else None)
        assert len({id(one.answer) for one in listed}) < len(listed), "no two officers shared an answer"


@pytest.mark.parametrize("seed", range(3))
def test_the_matrix_holds_every_officers_own_decisions(agency, seed):
    histories = Histories(agency.session, agency.tools, seed)
    people = [histories.officer() for _ in range(30)]
    tools = [gather.tool(agency.session, slug) for slug in ("plates", "voices")]
    found = access.matrix(agency.session, people, tools, zone=BRUSSELS, at=AT)
    assert list(found) == people
    for decisions in found.values():
        assert [(one.question.tool, one.question.version) for one in decisions] == [
            (tool.slug, label) for tool, label in access.columns(tools, at=AT)
        ]
        for one in decisions:
            asked = single(agency, one.question.officer, one.question.tool, one.question.version)
            assert one == replace(asked, stable_until=one.stable_until, cache_until=one.cache_until)


def test_officers_of_one_class_share_one_answer_with_their_own_awards_in_it(agency):
    histories = Histories(agency.session, agency.tools, 0)
    unit, version = histories.units[0], agency.tools[0].versions[0]
    people, awards = [], []
    for _ in range(3):
        person = recorded.person(agency.session).id
        histories.add(AccountFact, at=DAYS[0], person_id=person, change=AccountChange.OPENED)
        histories.add(UnitAssignment, at=DAYS[1], person_id=person, unit_id=unit)
        awards.append(histories.award(person, agency.tools[0], at=DAYS[2], version_id=version.id))
        people.append(person)
    listed = list(access.listed(agency.session, "plates", "1.0", zone=BRUSSELS, at=AT, people=people))
    assert len({id(one.answer) for one in listed}) == 1
    tools = [gather.tool(agency.session, "plates")]
    decisions = access.matrix(agency.session, people, tools, zone=BRUSSELS, at=AT)
    assert [decisions[person][0].awards for person in people] == [(str(one.id),) for one in awards]


def test_who_may_use_names_only_those_who_may(agency):
    histories = Histories(agency.session, agency.tools, 7)
    people = [histories.officer() for _ in range(40)]
    told = {one.number for one in access.who_may_use(agency.session, "plates", "1.0", zone=BRUSSELS, at=AT)}
    numbers = {one.person_id: one.number for one in access.listed(agency.session, "plates", zone=BRUSSELS, at=AT)}
    allowed = {numbers[one] for one in people if single(agency, numbers[one], "plates", "1.0").allowed}
    assert told == allowed
    assert 0 < len(told) < len(people)


def test_a_list_of_some_people_is_of_them_alone_however_long(agency, monkeypatch):
    histories = Histories(agency.session, agency.tools, 1)
    people = [histories.officer() for _ in range(9)]
    whole = list(access.listed(agency.session, "plates", zone=BRUSSELS, at=AT, people=people[2:]))
    monkeypatch.setattr(access, "RUN", 2)
    monkeypatch.setattr(access, "PATTERNS", 2)
    assert list(access.listed(agency.session, "plates", zone=BRUSSELS, at=AT, people=people[2:])) == whole
    assert [one.person_id for one in whole] == people[2:]
    everybody = list(access.listed(agency.session, "plates", zone=BRUSSELS, at=AT))
    assert [one for one in everybody if one.person_id in people[2:]] == whole


def test_a_list_about_no_tool_or_no_version_in_use_is_empty(agency):
    recorded.tool(agency.session, slug="not-released")
    for slug in ("nothing", "not-released"):
        assert list(access.listed(agency.session, slug, zone=BRUSSELS, at=AT)) == []


def test_where_no_two_officers_are_alike_patterns_are_given_up_and_the_answers_stay(agency, monkeypatch):
    histories = Histories(agency.session, agency.tools, 2)
    people = [histories.officer() for _ in range(12)]
    shared = list(access.listed(agency.session, "plates", zone=BRUSSELS, at=AT, people=people))
    monkeypatch.setattr(access, "TRIED", 0)
    monkeypatch.setattr(access, "WORTH", 0.5)
    alone = list(access.listed(agency.session, "plates", zone=BRUSSELS, at=AT, people=people))
    assert alone == shared
    assert len({id(one.answer) for one in alone}) == len(people)
