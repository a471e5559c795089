"""A wish for changed training reaches authors, is answered by what they publish or declined, and comes back; who owns a
tool comes first and never signs."""

from datetime import timedelta

import pytest

from quizzes.parts import MODULE, item_part
from tests.services import qualified
from tests.services.doubting import person
from tests.services.test_reports import NOW, TERMS, Agency, on
from training_app import demo
from training_app.models.people import AccountChange, AccountFact
from training_app.models.reports import ReportStepText, ReportText
from training_app.models.wishes import WishStep
from training_app.rules.reports import Bar
from training_app.rules.wishes import WishState
from training_app.services import drafts, report_desk, reports, reviews, revisions, tool_owners, wishes
from training_app.services import report_handling as handling
from training_app.services.reports import Period
from training_app.services.trainer_acts import NotAllowed
from training_app.services.wishes import OtherModule, TooEarly, WishEnded

LESSON = "With a dark picture a high score is no lead."


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


@pytest.fixture
def staff(agency):
    """Return an author, a reviewer and a lead."""
    return [person(agency.session, number) for number in ("DP-4001", "DP-4002", "DP-4003")]


def wanted(agency, report, module="ai-limits"):
    handling.want_lesson(agency.session, report, module, LESSON, on=on(), by=agency.first)
    return wishes.of_reports(agency.session, [report.id])[-1]


def fresh(agency, wish):
    return wishes.one(agency.session, wish.id)


def written_and_published(agency, draft, author, reviewer, *, day: int):
    """Add an item and change the title; put it up and publish it."""
    at = NOW + timedelta(days=day)
    stands = drafts.part(agency.session, draft, MODULE)
    title = {**stands.content, "title": {**stands.content["title"], "en": f"Another title {day}"}}
    how = {"at": at, "zone": demo.ZONE, "by": author}
    drafts.save(agency.session, draft, MODULE, title, made_from=stands.version, **how)
    existing = drafts.parts(agency.session, draft)
    model = next(part.content for name, part in existing.items() if name.startswith("item/"))
    drafts.save(agency.session, draft, item_part("dark-picture"), {**model, "id": "dark-picture"}, made_from=0, **how)
    request = reviews.put_up(agency.session, draft, "Dark pictures.", **how)
    return reviews.approve(agency.session, request, "", at=at, zone=demo.ZONE, by=reviewer)


def test_what_is_published_from_the_draft_answers_the_report(agency, staff):
    author, reviewer, _lead = staff
    report = agency.taken()
    wish = wanted(agency, report)
    assert wish.id in {one.id for one in wishes.waiting(agency.session)}
    assert wishes.texts(agency.session, [wish]) == {wish.id: LESSON}
    draft = wishes.open_draft(agency.session, wish.id, on=on(1), by=author)
    assert wishes.open_draft(agency.session, wish.id, on=on(1), by=author).id == draft.id
    wishes.tie(agency.session, wish.id, draft, on=on(1), by=author)
    assert agency.count(WishStep) == 1, "tied once, whatever is clicked"
    assert fresh(agency, wish).state is WishState.IN_WORK
    assert [one.report_id for one in wishes.of_draft(agency.session, draft.id)] == [report.id]
    revision = written_and_published(agency, draft, author, reviewer, day=3)
    answered = fresh(agency, wish)
    assert (answered.state, answered.revision_id) == (WishState.ANSWERED, revision.id)
    came = wishes.what_came(agency.session, revision)
    assert (came.lessons, came.items, came.others) == (0, 1, 1)
    latest, *before = revisions.of_module(agency.session, "ai-limits")
    assert latest.reports == (report.id,)
    assert {one.reports for one in before} <= {()}
    for act in (
        lambda: wishes.untie(agency.session, wish.id, draft, on=on(4), by=author),
        lambda: wishes.decline(agency.session, wish.id, "No.", on=on(4), by=staff[2]),
    ):
        with pytest.raises(WishEnded):
            act()
    wanted(agency, report)
    assert len(wishes.of_reports(agency.session, [report.id])) == 2, "more may be wanted once the first is answered"


def test_the_counts_of_a_period_say_what_became_of_the_training(agency, staff):
    author, reviewer, lead = staff
    report = agency.taken()
    wish, other = wanted(agency, report), wanted(agency, report, "sightline-3-3")
    draft = wishes.open_draft(agency.session, wish.id, on=on(1), by=author)
    written_and_published(agency, draft, author, reviewer, day=3)
    wishes.decline(agency.session, other.id, "It says so already.", on=on(4), by=lead)
    start = NOW - timedelta(hours=1)
    for days, expected in ((2, (2, 0, 0)), (4, (2, 1, 0)), (5, (2, 1, 1))):
        period = Period(start, NOW + timedelta(days=days))
        found = reports.counts(agency.session, agency.tool, period, terms=TERMS, on=on(60))
        assert (found.training_wanted, found.training_changed, found.training_declined) == expected


def test_a_draft_that_was_published_since_can_be_tied_and_an_earlier_or_another_one_cannot(agency, staff):
    author, reviewer, _lead = staff
    early = drafts.open_draft(agency.session, "ai-limits", at=NOW, zone=demo.ZONE, by=author)
    written_and_published(agency, early, author, reviewer, day=-1)
    wish = wanted(agency, agency.taken())
    with pytest.raises(TooEarly):
        wishes.tie(agency.session, wish.id, early, on=on(1), by=author)
    elsewhere = drafts.open_draft(agency.session, "sightline-3-3", at=NOW, zone=demo.ZONE, by=author)
    with pytest.raises(OtherModule):
        wishes.tie(agency.session, wish.id, elsewhere, on=on(1), by=author)
    given_up = drafts.open_draft(agency.session, "ai-limits", at=NOW, zone=demo.ZONE, by=author)
    wishes.tie(agency.session, wish.id, given_up, on=on(1), by=author)
    drafts.give_up(agency.session, given_up, at=NOW + timedelta(days=2), by=author)
    assert fresh(agency, wish).state is WishState.OPEN, "it waits for another draft"
    with pytest.raises(TooEarly):
        wishes.tie(agency.session, wish.id, given_up, on=on(2), by=author)
    second = wishes.open_draft(agency.session, wish.id, on=on(2), by=author)
    wishes.untie(agency.session, wish.id, second, on=on(2), by=author)
    assert fresh(agency, wish).state is WishState.OPEN


def test_a_lead_declines_with_a_reason_and_nobody_else(agency, staff):
    author, _reviewer, lead = staff
    wish = wanted(agency, agency.taken())
    with pytest.raises(NotAllowed):
        wishes.decline(agency.session, wish.id, "No.", on=on(1), by=author)
    with pytest.raises(NotAllowed):
        wishes.open_draft(agency.session, wish.id, on=on(1), by=agency.officer)
    wishes.decline(agency.session, wish.id, "It says so already.", on=on(1), by=lead)
    declined = fresh(agency, wish)
    assert (declined.state, declined.reason, declined.declined_by_id) == (
        WishState.DECLINED,
        "It says so already.",
        lead.id,
    )
    with pytest.raises(WishEnded):
        wishes.open_draft(agency.session, wish.id, on=on(2), by=author)


def test_a_wish_that_waits_too_long_is_told_also_of_a_closed_report_and_not_to_who_reported(agency):
    report = agency.reported(by=agency.second)
    handling.take(agency.session, report, TERMS, on=on(), by=agency.first)
    wish = wanted(agency, report)
    agency.a_registrar(agency.other)
    handling.sign(agency.session, agency.decided(report), on=on(1), by=agency.other)
    for who, days, late in ((agency.first, 60, 0), (agency.first, 61, 1), (agency.oversight, 61, 1)):
        waiting = report_desk.waiting(agency.session, who, terms=TERMS, on=on(days))
        others = sum(one.id != wish.id for one in wishes.waiting(agency.session))
        assert waiting.late_wishes - others == late, "the demonstration's own wishes are older"
    row = report_desk.row(agency.session, report.id, agency.first, terms=TERMS, on=on(61))
    assert [one.id for one in row.late_wishes] == [wish.id]
    mine = report_desk.waiting(agency.session, agency.second, terms=TERMS, on=on(61))
    theirs = report_desk.waiting(agency.session, agency.first, terms=TERMS, on=on(61))
    assert mine.late_wishes == theirs.late_wishes - 1


def test_what_a_wish_is_to_teach_is_kept_until_the_wish_has_ended(agency):
    lead = qualified.trainer(agency.session, at=NOW + timedelta(days=400))
    report = agency.taken()
    wish = wanted(agency, report)
    handling.sign(agency.session, agency.decided(report), on=on(), by=agency.second)
    reports.purge(agency.session, months=12, on=on(400))
    assert agency.session.get(ReportText, report.id) is None
    assert agency.session.get(ReportStepText, wish.id) is not None, "authors need it still"
    wishes.decline(agency.session, wish.id, "Too late.", on=on(401), by=lead)
    reports.purge(agency.session, months=12, on=on(402))
    assert agency.session.get(ReportStepText, wish.id) is None


# -- who owns a tool ---------------------------------------------------------------------------------------------------


def test_a_report_goes_to_the_owner_first_and_the_owner_never_signs_its_end(agency):
    tool_owners.name(agency.session, agency.tool, agency.second, at=NOW - timedelta(days=1), by=agency.first)
    tool_owners.name(agency.session, agency.tool, agency.second, at=NOW - timedelta(days=1), by=agency.first)
    assert len(tool_owners.namings(agency.session, [agency.tool.id])[agency.tool.id]) == 1
    report = agency.reported()
    row = report_desk.row(agency.session, report.id, agency.first, terms=TERMS, on=on())
    assert row.kept_for_id == agency.second.id
    with pytest.raises(handling.MayNotHandle) as kept:
        handling.take(agency.session, report, TERMS, on=on(), by=agency.first)
    assert kept.value.bars == (Bar.FOR_OWNER,)
    handling.take(agency.session, report, TERMS, on=on(2), by=agency.first)
    decision = agency.decided(report, at=2)
    with pytest.raises(handling.MayNotHandle) as owning:
        handling.sign(agency.session, decision, on=on(2), by=agency.second)
    assert owning.value.bars == (Bar.OWNS_TOOL,)
    assert handling.lacks_people(agency.session, report, on=on(2))
    tool_owners.name(agency.session, agency.tool, None, at=NOW + timedelta(days=3), by=agency.first)
    assert handling.second_bars(agency.session, report, agency.second, on=on(3)) == (Bar.OWNS_TOOL,)
    agency.a_registrar(agency.other)
    assert not handling.lacks_people(agency.session, report, on=on(3))
    handling.sign(agency.session, decision, on=on(3), by=agency.other)


def test_only_a_registrar_owns_a_tool_and_one_who_left_holds_up_nothing(agency):
    with pytest.raises(tool_owners.NotARegistrar):
        tool_owners.name(agency.session, agency.tool, agency.officer, at=NOW, by=agency.first)
    tool_owners.name(agency.session, agency.tool, agency.second, at=NOW, by=agency.first)
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    agency.session.add(AccountFact(**stamp, person_id=agency.second.id, change=AccountChange.CLOSED))
    agency.session.flush()
    report = agency.reported(at=NOW + timedelta(hours=1))
    handling.take(agency.session, report, TERMS, on=on(1), by=agency.first)
    assert tool_owners.owner_of(agency.session, agency.tool, at=NOW).id == agency.second.id, "the page says who left"
