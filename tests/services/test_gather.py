"""How facts are read: a fixed number of statements, each by an index, whatever there is besides."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from tests.rules.factories import local
from tests.services import recorded
from tests.services.counting import statements
from training_app import demo
from training_app.models.certification import Award, AwardReview, AwardUpholding
from training_app.models.people import RetrainingOrder
from training_app.models.tools import (
    AgencyPolicy,
    ProhibitionCorrection,
    ProhibitionCorrectionSignature,
    ReleaseCancellation,
    RequirementChange,
    RequirementSet,
    RequirementSetSignature,
    TermsRebase,
    TermsRebaseSignature,
    Tool,
    ToolPolicy,
    ToolPurpose,
    ToolVersion,
    VersionFact,
)
from training_app.rules import facts as known
from training_app.rules.facts import AwardKind, Level, Prohibition, RenewalBasis, VersionChange
from training_app.services import gather

#: Few rows whatever the agency's size; these may be read whole.
SMALL = {
    "agency_policy", "assessment_signature", "impact_assessment", "module_revision", "prohibition_correction_signature",
    "release_cancellation", "requirement_change", "requirement_set_signature", "terms_rebase_signature", "tool",
    "tool_version", "trainer_measure", "any_measure", "reinstatement",
}  # fmt: skip

#: Rows that another row names.
BY_KEY = {
    f"SEARCH {name} USING INTEGER PRIMARY KEY (rowid=?)" for name in ("person", "award_review", "trainer_qualification")
}


FACTS_OF_OFFICERS = {
    "account_fact", "unit_assignment", "officer_suspension", "officer_reinstatement", "evaluation", "seat_grant",
    "seat_release", "seat_review", "attempt", "award", "award_end", "award_review", "award_upholding",
    "retraining_order", "award_basis", "emergency_grant", "emergency_end",
}  # fmt: skip


@pytest.fixture
def agency(demo_session):
    return demo_session


def ask(session, number: str, slug: str = "sightline"):
    return gather.question(session, number=number, slug=slug, zone=demo.ZONE)


def test_a_question_takes_as_many_statements_for_a_long_history_as_for_none(agency):
    counts = set()
    for number in ("DP-1002", "DP-1003", "DP-1006"):
        with statements(agency) as seen:
            ask(agency, number)
        counts.add(len(seen))
    assert counts == {2}


def test_officers_are_read_with_as_many_statements_as_one(agency):
    with statements(agency) as for_one:
        gather.officers(agency, [1], "sightline")
    with statements(agency) as for_many:
        gather.officers(agency, range(1, 21), "sightline")
    assert len(for_many) == len(for_one)


def test_all_tools_are_read_with_one_statement_and_each_as_it_is_alone(agency):
    agency.add(AgencyPolicy(effective_at=EARLY, recorded_at=EARLY, revision=1, evaluation_required=False, reason="."))
    with statements(agency) as seen:
        found = gather.tools(agency)
    assert len([one for one in seen if "SELECT" in one[0]]) == 1
    assert set(found) == {"sightline", "lockpick", "portrait-sorter"}
    assert all(facts == gather.tool(agency, slug) for slug, facts in found.items())


def test_no_statement_of_a_question_reads_a_table_of_officers_facts_whole(migrated_sqlite):
    """On SQLite, which plans without statistics; PostgreSQL has them, and reads a table of a dozen rows whole."""
    with migrated_sqlite() as database, database.transaction() as agency:
        demo.load(agency, password_hash="no password is asked here")
        with statements(agency) as seen:
            ask(agency, "DP-1003")
        plans = [
            row[3]
            for statement, parameters in seen
            for row in agency.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    searches = [plan for plan in plans if plan.startswith(("SEARCH", "SCAN")) and plan.split()[1] not in SMALL]
    by_officer = ("officer_id=?", "person_id=?", "service_number=?")
    of_tools = ("tool_id=?", "version_id=?", "rowid=?")
    tables_of_tools = {
        "emergency_setting", "prohibition_correction", "requirement_set", "terms_rebase", "tool_policy", "tool_purpose",
        "version_fact",
    }  # fmt: skip
    strays = [
        plan
        for plan in searches
        if not any(key in plan for key in (of_tools if plan.split()[1] in tables_of_tools else by_officer))
        and plan.removesuffix(" LEFT-JOIN") not in BY_KEY
    ]
    assert strays == []
    assert {plan.split()[1] for plan in searches} >= FACTS_OF_OFFICERS


def test_a_question_about_nobody_or_nothing_finds_nothing(agency):
    assert ask(agency, "DP-9999").officer is None
    nothing = ask(agency, "DP-1003", "elsewhere")
    assert nothing.tool is None
    assert nothing.officer is not None
    assert (nothing.officer.awards, nothing.officer.seats) == ((), ())
    assert nothing.officer.accounts


def test_what_was_added_and_not_yet_flushed_is_read_too(agency):
    stamp = {"effective_at": local("2026-01-01"), "recorded_at": local("2026-01-01")}
    agency.add(
        Tool(
            **stamp, slug="plates", name="Plates", vendor="A vendor", description="Reads plates.",
            prohibition=Prohibition.NONE, purposes=["theft"], purpose_required=True, max_cache_seconds=30,
        )
    )  # fmt: skip
    found = gather.tool(agency, "plates")
    assert ([one.code for one in found.purposes], found.purpose_required, found.versions) == (["theft"], True, ())


def test_facts_of_another_tool_are_not_read(agency):
    agency.execute(
        text(
            "INSERT INTO officer_suspension (officer_id, tool_id, reason_code, effective_at, recorded_at) "
            "SELECT p.id, NULL, 'x', p.effective_at, p.recorded_at FROM person p WHERE p.service_number = 'DP-1003'"
        )
    )
    everywhere = ask(agency, "DP-1003", "elsewhere").officer
    assert len(everywhere.suspensions) == 1, "a suspension from every tool concerns every tool"
    assert (everywhere.awards, everywhere.seats) == ((), ())


# -- kinds of facts ----------------------------------------------------------------------------------------------------

EARLY, LATE, LATER = (local(day) for day in ("2026-02-02", "2026-02-09", "2026-02-16"))


def add(session, model, at=EARLY, **columns):
    """Add a fact whose other columns do not matter, recorded an hour after it took effect."""
    fact = model(effective_at=at, recorded_at=at + timedelta(hours=1), **columns)
    session.add(fact)
    session.flush()
    return fact


def stamp(at):
    return {"effective_at": at, "recorded_at": at + timedelta(hours=1)}


@pytest.fixture
def lockpick(session):
    """A tool of two versions with a policy; its author and its second signer."""
    tool = recorded.tool(session, slug="a-lockpick", purposes=["theft", "fraud"])
    old, new = (
        add(
            session, ToolVersion, tool_id=tool.id, label=label, prohibition=Prohibition.NONE, what_changed="-",
            how_to_stop="-",
        )
        for label in ("1.0", "2.0")
    )  # fmt: skip
    author, signer = recorded.person(session), recorded.person(session)
    policy = add(session, ToolPolicy, tool_id=tool.id, **TERMS)
    return SimpleNamespace(
        session=session, tool=tool, old=old, new=new, policy=policy, author=author.id, signer=signer.id,
        facts=lambda: gather.tool(session, "a-lockpick"),
    )  # fmt: skip


TERMS = {
    "revision": 1, "validity_months": 24, "window_months": 3, "pass_age_months": 12, "evaluation_required": True,
    "seats_required": True,
}  # fmt: skip


def test_a_policy_from_before_there_was_a_choice_counts_from_the_old_last_day(lockpick):
    chosen = {"renewal_basis": RenewalBasis.FIXED_DATE, "fixed_month": 6, "fixed_day": 30, "minimum_months": 6}
    add(lockpick.session, ToolPolicy, LATE, tool_id=lockpick.tool.id, **TERMS | {"revision": 2} | chosen,
        suspended_seats_count=False)  # fmt: skip
    first, second = lockpick.facts().policies
    assert (first.renewal_basis, first.suspended_seats_count) == (RenewalBasis.LAST_DAY, True)
    assert {name: getattr(second, name) for name in chosen} == chosen
    assert second.suspended_seats_count is False


def test_the_agencys_policy_is_read_with_every_tool(lockpick):
    add(lockpick.session, AgencyPolicy, LATE, revision=1, evaluation_required=False, reason="-")
    assert lockpick.facts().agency == (known.AgencyPolicy(**stamp(LATE), evaluation_required=False),)


def test_terms_are_rebased_from_the_second_signature_on(lockpick):
    written = {"tool_id": lockpick.tool.id, "policy_id": lockpick.policy.id, "recorded_by_id": lockpick.author}
    rebase = add(lockpick.session, TermsRebase, EARLY, reason="-", **written)
    assert lockpick.facts().rebases == ()
    add(
        lockpick.session, TermsRebaseSignature, LATE,
        rebase_id=rebase.id, author_id=lockpick.author, recorded_by_id=lockpick.signer,
    )  # fmt: skip
    found = lockpick.facts()
    assert found.rebases == (known.Rebased(**stamp(LATE), id=str(rebase.id), policy=found.policies[0]),)


def test_purposes_of_the_registration_come_before_those_that_were_set_later(lockpick):
    case = {
        "crime_types": ["theft"], "circumstances": [], "authorisation": True, "sentence": "Only with a warrant.",
        "source": "Article 1",
    }  # fmt: skip
    add(lockpick.session, ToolPurpose, LATE, tool_id=lockpick.tool.id, code="theft", name="Theft", permitted=True,
        cases=[case])  # fmt: skip
    add(lockpick.session, ToolPurpose, LATER, tool_id=lockpick.tool.id, code="fraud", name="Fraud", permitted=False,
        cases=[])  # fmt: skip
    theft, fraud, guided, ended = lockpick.facts().purposes
    assert (theft.code, fraud.code, theft.effective_at) == ("theft", "fraud", lockpick.tool.effective_at)
    assert guided.cases == (
        known.GuidelineCase(
            crime_types=frozenset({"theft"}), circumstances=frozenset(), authorisation=True,
            sentence="Only with a warrant.", source="Article 1",
        ),
    )  # fmt: skip
    assert (ended.code, ended.permitted, ended.effective_at) == ("fraud", False, LATER)


@pytest.mark.parametrize("of_version", [True, False])
def test_a_prohibition_is_corrected_from_the_second_signature_on(lockpick, of_version):
    correction = add(
        lockpick.session, ProhibitionCorrection, tool_id=lockpick.tool.id, recorded_by_id=lockpick.author,
        version_id=lockpick.new.id if of_version else None, prohibition=Prohibition.LAW, reason="-", source="-",
    )  # fmt: skip
    assert lockpick.facts().corrections == ()
    add(
        lockpick.session, ProhibitionCorrectionSignature, LATE,
        correction_id=correction.id, author_id=lockpick.author, recorded_by_id=lockpick.signer,
    )  # fmt: skip
    told = known.ProhibitionCorrected(
        **stamp(LATE), version="2.0" if of_version else None, prohibition=Prohibition.LAW
    )  # fmt: skip
    assert lockpick.facts().corrections == (told,)


def test_a_release_that_was_called_off_is_read_with_its_cancellation(lockpick):
    release = add(
        lockpick.session, VersionFact, LATER, version_id=lockpick.new.id, change=VersionChange.RELEASED, forecast="-"
    )
    add(lockpick.session, ReleaseCancellation, LATE, release_id=release.id, reason="-")
    found = lockpick.facts()
    assert found.cancellations == (known.ReleaseCancelled(**stamp(LATE), release=str(release.id)),)
    assert (len(found.changes), found.standing_changes) == (1, ())


def signed_set(lockpick, revision, at):
    written = {"full_modules": ["ai-limits"], "renewal_modules": [], "recorded_by_id": lockpick.author}
    asked = add(lockpick.session, RequirementSet, version_id=lockpick.new.id, revision=revision, **written)
    add(
        lockpick.session, RequirementSetSignature, at,
        requirement_set_id=asked.id, author_id=lockpick.author, recorded_by_id=lockpick.signer,
    )  # fmt: skip
    return asked


def test_a_later_requirement_set_is_in_force_only_with_what_it_asks_of_those_certified(lockpick):
    signed_set(lockpick, 1, EARLY)
    later = signed_set(lockpick, 2, LATE)
    assert [one.revision for one in lockpick.facts().requirements] == [1]
    add(
        lockpick.session, RequirementChange, requirement_set_id=later.id, level=2, grace_days=30, modules=["new-law"],
        what_changed="-", grace_reason="-",
    )  # fmt: skip
    first, second = lockpick.facts().requirements
    assert (first.level, first.grace_days, first.modules) == (Level.CARRY_OVER, 0, ())
    assert (second.revision, second.level, second.grace_days, second.modules) == (
        2,
        Level.DIFFERENCES,
        30,
        ("new-law",),
    )
    assert second.effective_at == LATE


def test_facts_of_another_tool_stay_with_it(lockpick):
    test_a_release_that_was_called_off_is_read_with_its_cancellation(lockpick)
    add(lockpick.session, ToolPurpose, tool_id=lockpick.tool.id, code="x", name="X", permitted=True, cases=[])
    signed_set(lockpick, 1, EARLY)
    recorded.tool(lockpick.session, slug="elsewhere", purposes=[])
    found = gather.tool(lockpick.session, "elsewhere")
    assert found.timeline() == (found,)


def award(lockpick, officer_id, **columns):
    made = {
        "officer_id": officer_id, "version_id": lockpick.new.id, "policy_id": lockpick.policy.id,
        "kind": AwardKind.FULL, "steps": [], "attempts_from": EARLY, "evidence": {"met_by": ["submission:1"]},
        "holder_name": "-",
        "evidence_key": f"test:{len(columns)}", "code": f"code {officer_id} {len(columns)}",
    }  # fmt: skip
    return add(lockpick.session, Award, **made | columns)


def test_an_award_tells_the_modules_passed_for_it_and_an_older_one_none(lockpick):
    officer = recorded.person(lockpick.session)
    award(lockpick, officer.id)
    award(lockpick, officer.id, evidence={"met_by": [], "modules": ["ai-limits"]})
    found = gather.officer(lockpick.session, officer.id, "a-lockpick")
    assert [(one.evidence, one.modules) for one in found.awards] == [(("submission:1",), ()), ((), ("ai-limits",))]
    assert {one.policy for one in found.awards} == set(lockpick.facts().policies)


def test_a_review_of_an_award_and_its_end_are_read(lockpick):
    officer = recorded.person(lockpick.session)
    made = award(lockpick, officer.id)
    review = add(lockpick.session, AwardReview, officer_id=officer.id, award_id=made.id, reason_code="-")
    add(lockpick.session, AwardUpholding, LATE, officer_id=officer.id, review_id=review.id, reason_code="-")
    found = gather.officer(lockpick.session, officer.id, "a-lockpick")
    assert found.award_reviews == (known.AwardReviewed(**stamp(EARLY), id=str(review.id), award=str(made.id)),)
    assert found.award_upholdings == (known.AwardUpheld(**stamp(LATE), review=str(review.id)),)


def test_retraining_is_ordered_for_the_tool_or_for_every_tool(lockpick):
    officer, other = recorded.person(lockpick.session), recorded.tool(lockpick.session)
    orders = {
        tool_id: add(lockpick.session, RetrainingOrder, officer_id=officer.id, tool_id=tool_id, modules=["ai-limits"],
                     due=date(2026, 3, 1), reason_code="-")
        for tool_id in (lockpick.tool.id, None, other.id)
    }  # fmt: skip
    found = gather.officer(lockpick.session, officer.id, "a-lockpick").retraining_orders
    assert [one.id for one in found] == [str(orders[lockpick.tool.id].id), str(orders[None].id)]
    assert (found[0].modules, found[0].due) == (("ai-limits",), date(2026, 3, 1))


def test_a_step_of_an_award_names_the_revision_of_a_requirement_set_where_it_is_one():
    old_row = {"start": "1.0", "end": "2.0", "level": 2, "modules": ["m"], "assessment": "7"}
    assert gather.covered_step(old_row).revision is None
    assert gather.step_row(gather.covered_step(old_row)) == old_row
    later = {"start": "2.0", "end": "2.0", "level": 1, "modules": [], "assessment": "9", "revision": 2}
    assert gather.covered_step(later).revision == 2
    assert gather.step_row(gather.covered_step(later)) == later
