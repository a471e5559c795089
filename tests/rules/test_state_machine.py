"""An agency at work, one fact after another: what may never happen, whatever people do and in whatever order.

Awards are made as the services make them: from the duties that passes, signatures and sign-offs have met.
"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.rules.factories import BRUSSELS, facts, full, local, officer, policy, requirements, sightline, version
from training_app.rules.access import ALLOWING, Question, decide
from training_app.rules.awarding import AwardDue, awards_due
from training_app.rules.certification import history
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import SET, Passed, Signed
from training_app.rules.facts import (
    Assessment,
    AwardEnded,
    AwardEndKind,
    AwardKind,
    AwardReviewed,
    AwardUpheld,
    Level,
    Rebased,
    Reinstated,
    RetrainingOrdered,
    Suspended,
    VersionChange,
    VersionChanged,
)
from training_app.rules.observed_practice import SignOff

LABELS = ("1", "2", "3")
MODULES = ("ai-limits", "delta-a", "delta-b")
CHANGES = (VersionChange.ANNOUNCED, VersionChange.RELEASED, VersionChange.RELEASED, VersionChange.WITHDRAWN)
SHORT = policy(revision=2, validity_months=6, window_months=2)


class AgencyAtWork(RuleBasedStateMachine):
    """Time only moves forward; every fact is recorded when it happens, as outside of corrections it is."""

    def __init__(self):
        super().__init__()
        self.now = local("2026-02-01 08:00")
        self.serial = 0
        self.tool = sightline(
            versions=tuple(version(label, before) for label, before in zip(LABELS, (None, *LABELS), strict=False)),
            changes=(), assessments=(), requirements=tuple(requirements(label) for label in LABELS),
            policies=(policy(validity_months=12),),
        )  # fmt: skip
        self.officer = officer()
        self.passed, self.signed, self.observed, self.told = [], [], [], []

    @initialize(known=st.sampled_from([1, 2, 3]), certified=st.booleans())
    def some_versions_are_in_use(self, known, certified):
        for label in LABELS[:known]:
            self.a_version_changes(label, VersionChange.RELEASED)
            if certified:
                self.a_quiz_is_passed("ai-limits")

    # -- what happens --------------------------------------------------------------------------------------------------

    def stamp(self):
        self.now += timedelta(minutes=1)
        self.serial += 1
        return {"effective_at": self.now, "recorded_at": self.now}

    def named(self, kind):
        return f"{kind}:{self.serial}"

    def record(self, name, fact):
        holder = "tool" if hasattr(self.tool, name) else "officer"
        whole = getattr(self, holder)
        setattr(self, holder, replace(whole, **{name: (*getattr(whole, name), fact)}))

    @rule(hours=st.sampled_from([1, 24, 24 * 20, 24 * 100]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(label=st.sampled_from(LABELS), change=st.sampled_from(CHANGES))
    def a_version_changes(self, label, change):
        stamp = self.stamp()
        self.record("changes", VersionChanged(**stamp, id=self.named("change"), version=label, change=change))

    @rule(
        edge=st.sampled_from([("1", "2"), ("2", "3"), ("1", "3")]),
        level=st.sampled_from([None, *Level]),
        modules=st.sets(st.sampled_from(MODULES[1:])),
        grace=st.sampled_from([0, 30]),
    )
    def an_edge_is_assessed(self, edge, level, modules, grace):
        stamp = self.stamp()
        found = Assessment(
            **stamp, id=str(self.serial), start=edge[0], end=edge[1], level=level, grace_days=grace,
            modules=tuple(sorted(modules)),
        )  # fmt: skip
        self.record("assessments", found)

    @rule(
        label=st.sampled_from(LABELS),
        level=st.sampled_from(Level),
        module=st.sampled_from(MODULES[1:]),
        observed=st.booleans(),
    )
    def what_a_version_asks_is_revised(self, label, level, module, observed):
        stamp = self.stamp()
        revision = 1 + sum(one.version == label for one in self.tool.requirements)
        asked = requirements(
            label, revision=revision, id=str(self.serial), level=level, modules=(module,),
            full_observed=observed, renewal_observed=observed,
        )  # fmt: skip
        self.record("requirements", replace(asked, **stamp))

    @rule()
    def the_running_terms_are_rebased(self):
        stamp = self.stamp()
        self.record("rebases", Rebased(**stamp, id=self.named("rebase"), policy=SHORT))

    @rule(module=st.sampled_from(MODULES))
    def a_quiz_is_passed(self, module):
        opened, self.now = self.now, self.now + timedelta(hours=1)
        self.stamp()
        self.passed.append(Passed(self.named("submission"), module, opened, self.now))
        self.awards_are_made()

    @rule()
    def every_note_is_signed(self):
        self.stamp()
        notes = [one.id for one in self.tool.assessments] + [f"{SET}{one.id}" for one in self.tool.requirements]
        self.signed += [Signed(f"{self.named('signature')}:{note}", note, self.now) for note in notes]
        self.awards_are_made()

    @rule(label=st.sampled_from(LABELS), signed=st.booleans())
    def the_officer_is_observed(self, label, signed):
        begun = self.now
        self.now += timedelta(hours=1)
        self.stamp()
        self.awards_are_made()  # what time alone has earned
        before = len(self.officer.awards)
        met_at = self.now if signed else None
        self.observed.append(SignOff(self.named("sign-off"), "sightline", label, begun, met_at))
        self.awards_are_made()
        assert signed or len(self.officer.awards) == before, "what the officer did not sign earns nothing"

    @precondition(lambda self: len(self.officer.awards) > len(self.officer.award_ends))
    @rule(kind=st.sampled_from(AwardEndKind), data=st.data())
    def an_award_is_ended(self, kind, data):
        award = data.draw(st.sampled_from(self.officer.awards))
        before = self.allowed()
        self.record("award_ends", AwardEnded(**self.stamp(), award=award.id, kind=kind))
        assert self.allowed() <= before, "ending an award never widens"

    @precondition(lambda self: self.officer.awards)
    @rule(data=st.data())
    def an_award_comes_under_review(self, data):
        award = data.draw(st.sampled_from(self.officer.awards))
        before, stamp = self.allowed(), self.stamp()
        self.record("award_reviews", AwardReviewed(**stamp, id=self.named("review"), award=award.id))
        assert self.allowed() <= before, "a review never widens"

    @precondition(lambda self: self.officer.award_reviews)
    @rule(data=st.data())
    def a_review_is_ended(self, data):
        review = data.draw(st.sampled_from(self.officer.award_reviews))
        self.record("award_upholdings", AwardUpheld(**self.stamp(), review=review.id))

    @rule(module=st.sampled_from(MODULES), days=st.sampled_from([0, 30]))
    def retraining_is_ordered(self, module, days):
        before, stamp = self.allowed(), self.stamp()
        due = (self.now + timedelta(days=days)).date()
        order = RetrainingOrdered(**stamp, id=self.named("order"), modules=(module,), due=due)
        self.record("retraining_orders", order)
        assert self.allowed() <= before, "an order never widens"

    @rule()
    def the_officer_is_suspended_for_a_while(self):
        before, stamp = self.allowed(), self.stamp()
        suspended = Suspended(**stamp, id=self.named("suspension"))
        self.record("suspensions", suspended)
        assert not self.allowed()
        self.record("reinstatements", Reinstated(**self.stamp(), suspension=suspended.id))
        assert self.allowed() <= before

    # -- awards, as the services make them -----------------------------------------------------------------------------

    def due(self) -> tuple[AwardDue, ...]:
        on = CivilInstant(self.now, BRUSSELS)
        return awards_due(
            self.officer, self.tool, passed=self.passed, signed=self.signed, observed=self.observed, on=on
        )

    def awards_are_made(self):
        while earned := self.due():
            for one in earned:
                self.award(one)

    def award(self, one):
        self.serial += 1
        award = full(
            one.version, "2026-01-01", id=self.named("award"), kind=one.kind, policy=one.policy, steps=one.steps,
            effective_at=one.met_at, recorded_at=self.now, attempts_from=one.attempts_from,
            base=one.base.id if one.base else None, evidence=one.evidence, modules=one.modules,
        )  # fmt: skip
        before = self.last_day()
        self.record("awards", award)
        if one.kind is AwardKind.DELTA:
            assert self.last_day() == before, "a delta never moves the last day"
        elif before is not None:
            assert self.last_day() >= before or one.kind is AwardKind.FULL

    # -- what holds after every step -----------------------------------------------------------------------------------

    def answers(self, at, known_at):
        known = facts(self.officer, self.tool)
        return {
            label: decide(Question("DP-1001", "sightline", label), known, at=at, known_at=known_at) for label in LABELS
        }

    def allowed(self):
        return {label for label, decision in self.answers(self.now, self.now).items() if decision.allowed}

    def last_day(self):
        term = history(self.officer, self.tool, on=CivilInstant(self.now, BRUSSELS)).latest
        return term.last_day if term else None

    @invariant()
    def an_award_once_made_is_not_due_again(self):
        """One that covers further steps is another award: a young pass counts for a later set that asks its module."""
        made = {(award.version, award.kind, award.evidence, award.steps) for award in self.officer.awards}
        assert not made & {(one.version, one.kind, one.evidence, one.steps) for one in self.due()}

    @invariant()
    def use_is_allowed_exactly_where_the_badge_says_so(self):
        for decision in self.answers(self.now, self.now).values():
            assert decision.allowed == (not decision.grounds) == (decision.badge in ALLOWING)

    @invariant()
    def what_was_answered_once_is_answered_again_for_the_same_instant_as_known_then(self):
        self.told.append((self.now, self.answers(self.now, self.now)))
        for at, told in self.told[-5:]:
            assert self.answers(at, at) == told


AgencyAtWork.TestCase.settings = settings(max_examples=20, stateful_step_count=25)
TestAgencyAtWork = AgencyAtWork.TestCase
