"""Two processes that work on the same reports at once: one takes each, one signs each, and two clicks are one."""

from sqlalchemy import func, select

from tests.rules.factories import local
from tests.services import recorded
from tests.services.recorded import NOW, ZONE
from tests.services.test_seat_processes import TURNS, won_by_both
from training_app.db import Database
from training_app.models.people import AccountChange, AccountFact, Person, RoleAssignment
from training_app.models.reports import ReportDecisionSignature, ReportStep, ReportText, ResultReport
from training_app.models.tools import ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Prohibition
from training_app.rules.permissions import Role
from training_app.rules.reports import Acted, Problem, ReportOutcome, StepKind, Terms
from training_app.services import report_handling, reports
from training_app.services.report_handling import Ending
from training_app.services.reports import Said

ON = CivilInstant(NOW, ZONE)
TERMS = Terms(3, 30, 12)
SAID = "The first candidate was somebody else."


def _person(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def _report(session, turn: int) -> ResultReport:
    return session.scalars(select(ResultReport).order_by(ResultReport.id).offset(turn)).first()


def _said(session, turn: int) -> Said:
    version = session.scalars(select(ToolVersion.id)).first()
    return Said(version, Problem.WRONG, Acted.NO, (), f"{SAID} {turn}", "Set it aside.")


def take_it(database: Database, name: str, turn: int) -> None:
    """Take the turn's report as a registrar of this process's own."""
    with database.transaction() as session:
        report_handling.take(session, _report(session, turn), TERMS, on=ON, by=_person(session, f"{name}-registrar"))


def sign_it(database: Database, name: str, turn: int) -> None:
    """Sign the end of the turn's report as a registrar of this process's own."""
    with database.transaction() as session:
        decision = report_handling.waiting_decision(session, _report(session, turn))
        if decision is None:
            raise report_handling.NothingToSign
        report_handling.sign(session, decision, on=ON, by=_person(session, f"{name}-registrar"))


def report_it(database: Database, name: str, turn: int) -> None:
    """Report, as the same officer in both processes, the same."""
    with database.transaction() as session:
        reports.report(session, _said(session, turn), at=NOW, by=_person(session, "officer"))


def people(session) -> None:
    stamp = {"effective_at": local("2025-01-01"), "recorded_at": local("2025-01-01")}
    for number, role in (
        ("officer", Role.OFFICER),
        ("left-registrar", Role.REGISTRAR),
        ("right-registrar", Role.REGISTRAR),
        ("handler", Role.REGISTRAR),
    ):
        one = recorded.person(session, service_number=number)
        session.add(AccountFact(**stamp, person_id=one.id, change=AccountChange.OPENED))
        session.add(RoleAssignment(**stamp, person_id=one.id, role=role, granted=True))
    columns = {"label": "1.0", "prohibition": Prohibition.NONE, "what_changed": "", "how_to_stop": ""}
    registered = {"effective_at": NOW, "recorded_at": NOW}
    session.add(ToolVersion(**registered, **columns, tool_id=recorded.tool(session).id, predecessor_id=None))


def rows(database: Database, model, *named) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*named))


def test_two_registrars_who_take_a_report_at_once_are_one_handler(database):
    with database.transaction() as session:
        people(session)
        for turn in range(TURNS):
            reports.report(session, _said(session, turn), at=NOW, by=_person(session, "officer"))
    assert won_by_both(database, take_it) == TURNS
    assert rows(database, ReportStep, ReportStep.kind == StepKind.TAKEN) == TURNS


def test_two_who_sign_an_end_at_once_make_one_signature(database):
    with database.transaction() as session:
        people(session)
        handler = _person(session, "handler")
        for turn in range(TURNS):
            made, _new = reports.report(session, _said(session, turn), at=NOW, by=_person(session, "officer"))
            report_handling.take(session, made, TERMS, on=ON, by=handler)
            report_handling.decide(session, made, Ending(ReportOutcome.NO_FAULT, "None."), on=ON, by=handler)
    assert won_by_both(database, sign_it) == TURNS
    assert rows(database, ReportDecisionSignature) == TURNS


def test_two_clicks_at_once_make_one_report(database):
    with database.transaction() as session:
        people(session)
    assert won_by_both(database, report_it) == 2 * TURNS, "neither is refused"
    assert rows(database, ResultReport) == TURNS
    assert rows(database, ReportText) == TURNS
