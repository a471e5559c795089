"""Reports of wrong or biased results: confidential, acted on, closed by two, counted, and let go."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.rules.factories import local
from tests.services.doubting import person
from training_app import demo
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.models.people import AccountChange, AccountFact, RetrainingOrder, RoleAssignment
from training_app.models.reports import (
    AnsweredReport,
    ReportDecision,
    ReportDecisionSignature,
    ReportStep,
    ReportStepText,
    ReportText,
    ResultReport,
)
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.access import Ground, Question
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level, Prohibition
from training_app.rules.permissions import Role
from training_app.rules.reports import Acted, Bar, Group, Late, Problem, ReportOutcome, State, StepKind, Terms, state
from training_app.services import (
    access,
    assessments,
    releases,
    report_desk,
    reports,
    retraining,
    withdrawals,
)
from training_app.services import report_handling as handling
from training_app.services.assessments import Verdict
from training_app.services.report_handling import Ending
from training_app.services.reports import Period, Said
from training_app.services.retraining import RetrainingReason

NOW = local("2026-11-23 12:00")
"""A Monday."""
TERMS = Terms(3, 30, 12)
HAPPENED = "The first three candidates were all women with a headscarf, and none looked like the picture."


def on(text_or_days: str | int = 0) -> CivilInstant:
    at = local(text_or_days) if isinstance(text_or_days, str) else NOW + timedelta(days=text_or_days)
    return CivilInstant(at, demo.ZONE)


class Agency:
    """The demo agency without the reports that are in it already."""

    def __init__(self, session) -> None:
        self.session = session
        self.tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
        rows = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == self.tool.id))
        self.versions = {row.label: row for row in rows}
        self.officer, self.other = person(session, "DP-1003"), person(session, "DP-1012")
        self.first, self.second = person(session, "DP-3001"), person(session, "DP-3002")
        self.oversight = person(session, "DP-6001")

    def reported(self, by=None, at=NOW, **given) -> ResultReport:
        said = {
            "version_id": self.versions["3.2"].id,
            "problem": Problem.BIASED,
            "acted": Acted.NO,
            "groups": (Group.RELIGION,),
            "happened": HAPPENED,
            "done_instead": "Set them aside.",
        }
        made, _new = reports.report(self.session, Said(**{**said, **given}), at=at, by=by or self.officer)
        return made

    def taken(self, **given) -> ResultReport:
        report = self.reported(**given)
        handling.take(self.session, report, TERMS, on=on(), by=self.first)
        return report

    def decided(self, report, *, published=None, at=0) -> ReportDecision:
        ending = Ending(ReportOutcome.CAUSE_FOUND, "You were right.", published)
        return handling.decide(self.session, report, ending, on=on(at), by=self.first)

    def closed(self, *, at=1, published=None, **given) -> ResultReport:
        report = self.taken(**given)
        decision = self.decided(report, published=published, at=at)
        handling.sign(self.session, decision, on=on(at), by=self.second)
        return report

    def state(self, report) -> State:
        return state(reports.history_of(self.session, report))

    def a_registrar(self, who) -> None:
        stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9)}
        self.session.add(RoleAssignment(**stamp, person_id=who.id, role=Role.REGISTRAR, granted=True))
        self.session.flush()

    def count(self, kind) -> int:
        return self.session.scalar(select(func.count()).select_from(kind))


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


# -- made --------------------------------------------------------------------------------------------------------------


def test_who_reported_and_what_was_said_stand_in_no_fact_and_not_in_the_journal(agency):
    report = agency.taken()
    handling.ask(agency.session, report, "Which setting?", on=on(), by=agency.first)
    handling.answer(agency.session, report, "Setting 80, I was alone.", on=on(), by=agency.officer)
    payloads = agency.session.execute(
        select(JournalEntry.fact_kind, JournalEntry.actor_id, JournalPayload.payload)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(JournalEntry.fact_kind.in_(("result_report", "report_step")), JournalEntry.recorded_at >= NOW)
    ).all()
    assert len(payloads) == 4
    assert agency.officer.id not in {row.actor_id for row in payloads}
    for row in payloads:
        assert not {HAPPENED, "Which setting?", "Setting 80, I was alone."} & set(row.payload.split('"'))
        assert f'"recorded_by_id":{agency.officer.id}' not in row.payload


def test_the_tables_refuse_a_report_and_an_answer_in_somebodys_name(agency):
    report = agency.taken()
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": agency.officer.id}
    for fact in (
        ResultReport(**stamp, version_id=report.version_id, problem=Problem.WRONG, acted=Acted.NO, groups=[]),
        ReportStep(**stamp, report_id=report.id, number=2, kind=StepKind.ANSWERED),
    ):
        with pytest.raises(IntegrityError), agency.session.begin_nested():
            agency.session.add(fact)


def test_the_same_words_sent_twice_are_one_report_until_it_is_closed(agency):
    report = agency.reported()
    assert agency.reported().id == report.id
    assert agency.reported(by=agency.other).id != report.id
    assert agency.reported(version_id=agency.versions["3.1"].id).id != report.id
    handling.take(agency.session, report, TERMS, on=on(), by=agency.first)
    handling.sign(agency.session, agency.decided(report), on=on(), by=agency.second)
    assert agency.reported().id != report.id, "it has happened again"


def test_a_version_that_is_not_registered_is_refused(agency):
    with pytest.raises(reports.NothingToReportOn):
        agency.reported(version_id=10_000)


# -- who handles and who reads -----------------------------------------------------------------------------------------


def test_a_registrar_takes_it_others_do_not_and_who_reported_never(agency):
    report = agency.reported()
    for other in (agency.officer, agency.other, agency.oversight):
        with pytest.raises(handling.MayNotHandle):
            handling.take(agency.session, report, TERMS, on=on(), by=other)
    agency.a_registrar(agency.officer)
    with pytest.raises(handling.MayNotHandle) as held:
        handling.take(agency.session, report, TERMS, on=on(), by=agency.officer)
    assert held.value.bars == (Bar.REPORTED_IT,)
    for _ in range(2):
        handling.take(agency.session, report, TERMS, on=on(), by=agency.first)
    assert agency.session.scalars(select(ReportStep.kind).where(ReportStep.report_id == report.id)).all() == ["taken"]
    with pytest.raises(handling.TakenAlready):
        handling.take(agency.session, report, TERMS, on=on(), by=agency.second)
    handling.give_back(agency.session, report, on=on(), by=agency.first)
    handling.take(agency.session, report, TERMS, on=on(), by=agency.second)
    with pytest.raises(handling.NotYours):
        handling.note(agency.session, report, "Seen.", on=on(), by=agency.first)


def test_a_report_is_taken_over_from_who_has_left(agency):
    report = agency.taken()
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    agency.session.add(AccountFact(**stamp, person_id=agency.first.id, change=AccountChange.CLOSED))
    agency.session.flush()
    assert handling.lacks_people(agency.session, report, on=on())
    assert report_desk.row(agency.session, report.id, agency.second, terms=TERMS, on=on()).free
    handling.take(agency.session, report, TERMS, on=on(), by=agency.second)
    with pytest.raises(handling.MayNotHandle):
        handling.note(agency.session, report, "Seen.", on=on(), by=agency.first)


def reads(agency, report, by) -> bool:
    row = report_desk.row(agency.session, report.id, by, terms=TERMS, on=on())
    return row is not None and report_desk.reads_words(agency.session, row, by, on=on())


def test_the_words_are_read_by_who_handles_who_signs_and_oversight_and_the_name_by_who_handles(agency):
    report = agency.reported()
    assert [reads(agency, report, one) for one in (agency.first, agency.second, agency.oversight)] == [0, 0, 1]
    handling.take(agency.session, report, TERMS, on=on(), by=agency.first)
    assert [reads(agency, report, one) for one in (agency.first, agency.second, agency.oversight)] == [1, 0, 1]
    decision = agency.decided(report)
    assert [reads(agency, report, one) for one in (agency.first, agency.second)] == [1, 1]
    handling.sign(agency.session, decision, on=on(), by=agency.second)
    assert [reads(agency, report, one) for one in (agency.first, agency.second)] == [1, 1]
    words = reports.words_of(agency.session, report, months=12, on=on())
    for who, name in ((agency.first, agency.officer.name), (agency.second, ""), (agency.oversight, "")):
        row = report_desk.row(agency.session, report.id, who, terms=TERMS, on=on())
        assert report_desk.reporter_for(agency.session, row, words, who) == name


def test_ones_own_report_is_on_no_desk_of_ones_own(agency):
    report = agency.reported()
    agency.a_registrar(agency.officer)
    assert report_desk.row(agency.session, report.id, agency.officer, terms=TERMS, on=on()) is None
    assert report.id not in {
        row.report.id for row in report_desk.rows(agency.session, agency.officer, terms=TERMS, on=on())
    }
    assert report_desk.own_row(agency.session, report.id, agency.other, terms=TERMS, on=on()) is None
    assert report_desk.own_row(agency.session, report.id, agency.officer, terms=TERMS, on=on()).report.id == report.id


# -- steps -------------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_once_by_who_reported(agency):
    report = agency.taken()
    for _ in range(2):
        handling.ask(agency.session, report, "Which setting?", on=on(), by=agency.first)
    assert agency.state(report) is State.ASKED
    assert report.id in report_desk.questions(agency.session, agency.officer.id)
    with pytest.raises(handling.QuestionOpen):
        handling.ask(agency.session, report, "And when?", on=on(), by=agency.first)
    with pytest.raises(handling.NotYours):
        handling.answer(agency.session, report, "80", on=on(), by=agency.other)
    for _ in range(2):
        handling.answer(agency.session, report, "80", on=on(), by=agency.officer)
    with pytest.raises(handling.NoQuestion):
        handling.answer(agency.session, report, "No, 90", on=on(), by=agency.officer)
    assert agency.state(report) is State.HANDLED
    words = reports.words_of(agency.session, report, months=12, on=on())
    assert list(words.steps.values()) == ["Which setting?", "80"]
    steps = report_desk.steps(agency.session, report, words)
    assert [(one.kind, one.by) for one in steps][-1] == (StepKind.ANSWERED, "")


def suspended_by_another(session) -> None:
    agency = Agency(session)
    handling.suspend(session, agency.taken(), agency.versions["3.2"], reason="Biased.", on=on(), by=agency.second)


def test_who_has_not_taken_the_report_suspends_nothing_by_it(demo_database):
    with pytest.raises(handling.NotYours), demo_database.transaction() as session:
        suspended_by_another(session)
    with demo_database.reading() as session:
        assert session.scalars(select(VersionFact).where(VersionFact.reason == "Biased.")).all() == []


def test_a_suspension_is_a_step_that_names_it(agency):
    report = agency.taken()
    fact = handling.suspend(agency.session, report, agency.versions["3.2"], reason="Biased.", on=on(), by=agency.first)
    question, later = Question("DP-1007", "sightline", "3.2"), NOW + timedelta(seconds=1)
    before = NOW - timedelta(seconds=1)
    assert access.answer(agency.session, question, zone=demo.ZONE, at=before, known_at=before).allowed
    decision = access.answer(agency.session, question, zone=demo.ZONE, at=later, known_at=later)
    assert Ground.VERSION_SUSPENDED in decision.grounds
    [step] = [one for one in report_desk.steps(agency.session, report, None) if one.kind is StepKind.SUSPENDED]
    assert step.version == "3.2"
    assert agency.session.scalars(select(ReportStep.suspension_id).where(ReportStep.id == step.id)).one() == fact.id
    with pytest.raises(withdrawals.AlreadyDone):
        handling.suspend(agency.session, report, agency.versions["3.2"], reason="Biased.", on=on(), by=agency.first)
    assert agency.session.scalar(select(func.count()).where(VersionFact.reason == "Biased.")) == 1


def test_a_version_of_another_tool_is_not_suspended_for_it(agency):
    report = agency.taken()
    other = agency.session.scalars(
        select(ToolVersion).join(Tool, Tool.id == ToolVersion.tool_id).where(Tool.slug == "lockpick")
    ).first()
    with pytest.raises(handling.OtherTool):
        handling.suspend(agency.session, report, other, reason="Biased.", on=on(), by=agency.first)


def test_retraining_is_ordered_with_the_report_as_its_source(agency):
    report = agency.taken()
    asked = retraining.Order(agency.tool, ["ai-limits"], date(2027, 1, 15), RetrainingReason.ERRORS)
    news = [
        handling.order_retraining(agency.session, report, agency.other, asked, on=on(), by=agency.first)
        for _ in range(2)
    ]
    assert news == [True, False]
    order = agency.session.scalars(select(RetrainingOrder).where(RetrainingOrder.officer_id == agency.other.id)).one()
    assert reports.sources_of_orders(agency.session, agency.other.id) == {order.id: report.id}
    assert reports.sources_of_orders(agency.session, agency.officer.id) == {}


def test_what_is_sent_twice_is_done_once(agency):
    report = agency.taken()
    for _ in range(2):
        handling.note(agency.session, report, "Seen again.", on=on(), by=agency.first)
        handling.want_lesson(agency.session, report, "ai-limits", "Dark pictures.", on=on(), by=agency.first)
        handling.notify_provider(agency.session, report, "SL-1", date(2026, 11, 23), on=on(), by=agency.first)
    kinds = agency.session.scalars(
        select(ReportStep.kind).where(ReportStep.report_id == report.id).order_by(ReportStep.number)
    ).all()
    assert kinds == [StepKind.TAKEN, StepKind.NOTED, StepKind.LESSON, StepKind.PROVIDER]
    with pytest.raises(handling.ToldLater):
        handling.notify_provider(agency.session, report, "SL-2", date(2026, 11, 24), on=on(), by=agency.first)


# -- its end -----------------------------------------------------------------------------------------------------------


def test_it_is_closed_by_an_independent_second_person_and_by_nobody_else(agency):
    report = agency.taken()
    decision = agency.decided(report)
    assert agency.state(report) is State.DECIDED
    with pytest.raises(handling.DecidedAlready):
        agency.decided(report)
    for other in (agency.first, agency.officer, agency.oversight):
        with pytest.raises(handling.MayNotHandle):
            handling.sign(agency.session, decision, on=on(), by=other)
    handling.sign(agency.session, decision, on=on(), by=agency.second)
    assert agency.state(report) is State.CLOSED
    for act in (
        lambda: handling.sign(agency.session, decision, on=on(), by=agency.second),
        lambda: handling.note(agency.session, report, "Late.", on=on(), by=agency.first),
        lambda: handling.take(agency.session, report, TERMS, on=on(), by=agency.second),
        lambda: handling.answer(agency.session, report, "Late.", on=on(), by=agency.officer),
    ):
        with pytest.raises(handling.ReportClosed):
            act()


def test_the_database_keeps_the_two_signatures_apart(agency):
    decision = agency.decided(agency.taken())
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": agency.first.id}
    with pytest.raises(IntegrityError), agency.session.begin_nested():
        agency.session.add(ReportDecisionSignature(**stamp, decision_id=decision.id, author_id=agency.first.id))


def test_who_once_held_it_signs_nothing_of_it(agency):
    report = agency.taken()
    handling.give_back(agency.session, report, on=on(), by=agency.first)
    handling.take(agency.session, report, TERMS, on=on(), by=agency.second)
    ending = Ending(ReportOutcome.NO_FAULT, "As it should be.")
    decision = handling.decide(agency.session, report, ending, on=on(), by=agency.second)
    with pytest.raises(handling.MayNotHandle) as held:
        handling.sign(agency.session, decision, on=on(), by=agency.first)
    assert held.value.bars == (Bar.HANDLED_IT,)
    assert handling.lacks_people(agency.session, report, on=on())
    waiting = report_desk.waiting(agency.session, agency.oversight, terms=TERMS, on=on())
    assert waiting.lacking == 1


def test_a_decision_that_is_sent_back_is_made_anew(agency):
    report = agency.taken()
    first = agency.decided(report)
    handling.send_back(agency.session, first, "No test per group yet.", on=on(), by=agency.second)
    assert agency.state(report) is State.HANDLED
    with pytest.raises(handling.NothingToSign):
        handling.sign(agency.session, first, on=on(), by=agency.second)
    second = agency.decided(report)
    with pytest.raises(handling.NothingToSign):
        handling.sign(agency.session, first, on=on(), by=agency.second)
    handling.sign(agency.session, second, on=on(), by=agency.second)
    ends = report_desk.ends(agency.session, report)
    assert [(one.sent_back, one.signed_by) for one in ends] == [(True, ""), (False, agency.second.name)]


def test_a_new_versions_assessment_names_the_report_that_it_answers(agency):
    report = agency.closed()
    new = releases.NewVersion("3.3", agency.versions["3.2"].id, "Retrained.", "Stop.", Prohibition.NONE)
    version = releases.register_version(agency.session, agency.tool, new, at=NOW, by=agency.first)
    verdict = Verdict(Level.DIFFERENCES, 0, ("sightline-3-3",), "Answers what was reported.", None)
    edge = assessments.assess(agency.session, agency.versions["3.2"], version, verdict, at=NOW, by=agency.first)
    handling.name_in_assessment(agency.session, edge, report, on=on(), by=agency.first)
    assert [one.signed_at for one in reports.named_by(agency.session, report)] == [None]
    assessments.sign_assessment(agency.session, edge, reason=None, at=NOW, by=agency.second, zone=demo.ZONE)
    [named] = reports.named_by(agency.session, report)
    assert (named.assessment.end.label, named.signed_at) == ("3.3", NOW)
    assert [one.id for one in reports.answered_by(agency.session, edge)] == [report.id]
    with pytest.raises(IntegrityError), agency.session.begin_nested():
        handling.name_in_assessment(agency.session, edge, report, on=on(), by=agency.first)
    assert agency.count(AnsweredReport) == 1


# -- deadlines and figures ---------------------------------------------------------------------------------------------


def test_the_overdue_stand_first_then_what_is_due_next_and_the_closed_last(agency):
    closed, open_, urgent = agency.closed(), agency.reported(at=NOW), agency.taken(acted=Acted.STANDS, happened="x")
    rows = report_desk.rows(agency.session, agency.oversight, terms=TERMS, on=on(2))
    order = [row.report.id for row in rows]
    assert [bool(row.late) for row in rows] == sorted((bool(row.late) for row in rows), reverse=True)
    assert order.index(urgent.id) < order.index(open_.id) < order.index(closed.id)
    late = report_desk.row(agency.session, open_.id, agency.oversight, terms=TERMS, on=on("2026-11-27 00:00")).late
    assert late == (Late.ACKNOWLEDGEMENT,)


def test_what_waits_is_counted_for_who_looks(agency):
    before = {
        who: report_desk.waiting(agency.session, who, terms=TERMS, on=on()) for who in (agency.first, agency.second)
    }
    agency.reported()
    agency.decided(agency.taken(by=agency.other))
    first, second = (report_desk.waiting(agency.session, who, terms=TERMS, on=on()) for who in before)
    assert first.to_acknowledge == before[agency.first].to_acknowledge + 1
    assert (first.to_sign, second.to_sign) == (before[agency.first].to_sign, before[agency.second].to_sign + 1)


def test_the_figures_of_a_period_are_as_they_stood_at_its_end(agency):
    agency.closed(published="Found.", at=1)
    agency.reported(by=agency.other, at=NOW, groups=(), problem=Problem.WRONG)
    agency.reported(by=agency.other, at=NOW + timedelta(days=20))
    period = Period(local("2026-11-23 00:00"), local("2026-12-01 00:00"))
    found = reports.counts(agency.session, agency.tool, period, terms=TERMS, on=on(60))
    assert (found.received, found.acknowledged, found.acknowledged_in_time) == (2, 1, 1)
    assert (found.closed, found.closed_in_time) == (1, 1)
    assert found.by_problem == {Problem.WRONG: 1, Problem.BIASED: 1, Problem.BOTH: 0}
    assert found.by_group[Group.RELIGION] == 1
    assert found.by_outcome == {ReportOutcome.CAUSE_FOUND: 1, ReportOutcome.NO_FAULT: 0}
    assert (found.suspensions, found.retraining_orders, found.named_by_assessments) == (0, 0, 0)
    earlier = Period(period.start, NOW + timedelta(hours=1))
    assert reports.counts(agency.session, agency.tool, earlier, terms=TERMS, on=on(60)).closed == 0
    assert reports.published(agency.session, agency.tool)[0].sentence == "Found."


def test_of_a_report_that_is_not_signed_nothing_is_published(agency):
    before = len(reports.published(agency.session, agency.tool))
    agency.decided(agency.taken(), published="Not yet.")
    assert len(reports.published(agency.session, agency.tool)) == before


# -- let go ------------------------------------------------------------------------------------------------------------


def test_the_words_go_when_their_time_is_over_and_the_facts_and_proofs_stay(agency):
    report, fresh = agency.taken(), agency.reported(by=agency.other)
    handling.ask(agency.session, report, "Which setting?", on=on(), by=agency.first)
    handling.sign(agency.session, agency.decided(report), on=on(), by=agency.second)
    last = local("2027-11-23 23:59:59")
    later = CivilInstant(last + timedelta(seconds=1), demo.ZONE)
    shown = [
        reports.words_of(agency.session, report, months=12, on=at) is not None
        for at in (CivilInstant(last, demo.ZONE), later)
    ]
    assert shown == [True, False], "it is not shown any more, even before it is deleted"
    assert reports.purge(agency.session, months=12, on=CivilInstant(last, demo.ZONE)) == 1, "the demonstration's own"
    assert agency.session.get(ReportText, report.id) is not None
    assert reports.purge(agency.session, months=12, on=later) == 1
    assert agency.session.get(ReportText, report.id) is None
    kept = select(ReportStepText).join(ReportStep).where(ReportStep.report_id == report.id)
    assert agency.session.scalars(kept).all() == []
    assert agency.session.get(ReportText, fresh.id) is not None, "it is not closed"
    assert agency.state(report) is State.CLOSED
    assert report.id not in {one.id for one in reports.own(agency.session, agency.officer.id)}


def test_a_step_cannot_be_changed_and_its_words_can_be_deleted(demo_database):
    with demo_database.transaction() as session:
        agency = Agency(session)
        handling.note(session, report := agency.taken(), "Seen.", on=on(), by=agency.first)
        number = report.id
    for statement in ("UPDATE report_step SET number = 9", "DELETE FROM result_report"):
        with pytest.raises(Exception, match="append-only"), demo_database.transaction() as session:
            session.execute(text(statement))
    with demo_database.transaction() as session:
        session.execute(text("DELETE FROM report_step_text"))
        assert session.get_one(ResultReport, number)
