"""The demonstration brought on until every page has something to show: quizzes in every state, versions under way."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.module import revision_digest
from quizzes.interactions import Response
from quizzes.item import Item
from tests.browser import listening_agency, platform_steps, session_steps
from tests.browser import registrar_steps as registrar
from tests.browser.authoring_agency import writing
from tests.browser.bank import nothing, right
from tests.browser.conduct_steps import conduct_of_trainers
from tests.browser.demo_server import REPOSITORY, DemoServer
from tests.browser.drafts import write_drafts
from tests.browser.gateway import answer, sent, sightline
from tests.browser.import_steps import send
from tests.browser.officer_steps import (
    answer_every_question,
    confirm,
    confirm_and_leave,
    give,
    start,
    take_quiz,
)
from tests.browser.signing import sign_in
from tests.quizzes import every_kind
from tests.services import practised, taken, version_life
from tests.services.recorded import ZONE
from training_app import demo
from training_app.clock import now
from training_app.db import Database
from training_app.demo.people import FORMER_NUMBER
from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.rulings import AppealOutcome
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import TrainerQualification
from training_app.models.training import Attempt, Mode, ModuleRevision
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.emergency import Danger
from training_app.rules.facts import EvaluationOutcome, Level, Prohibition
from training_app.rules.observed_practice import Outcome as Seen
from training_app.rules.qualifying import EvidenceKind
from training_app.rules.trainers import QualificationLevel, Scope
from training_app.rules.version_suspensions import Cause
from training_app.services import (
    accommodations,
    appeals,
    award_reviews,
    checklists,
    content,
    emergencies,
    evaluations,
    oversight_suspensions,
    policies,
    prohibitions,
    rebases,
    requirements,
    rulings,
    standard_setting,
    trainer_registry,
    training,
    withdrawals,
)
from training_app.services.assessments import Verdict
from training_app.services.award_reviews import Doubt, Upheld
from training_app.services.evaluations import Outcome
from training_app.services.prohibitions import Corrected
from training_app.services.trainer_registry import Asked, Evidence

NOTHING: tuple[str, ...] = ()


def bring_on(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """Let the people of the demonstration work; *pages* are browsers by mailbox.

    :returns: what addresses name, by what it stands for in `PAGES` of the test of every route.
    """
    for mailbox, page in pages.items():
        sign_in(page, server, mailbox)
    _soon_without_evaluation(server)
    names = _officers(server, pages) | _passes(server, pages["officer1"])
    to_come = {"day to come": (datetime.now(UTC) + timedelta(days=300)).date().isoformat()}
    return {
        **names,
        **_after_the_quiz(server, names),
        **_whole_papers(server),
        **_versions(server, pages),
        **_life_of_versions(server),
        **_decisions(server),
        **_seats(server),
        **_reviews(server),
        **_emergencies(server),
        **_waiting_for_a_second_registrar(server),
        **_people(server, pages),
        **writing(server),  # publishes what a draft is opened of next
        **_drafts(server, pages["trainer"]),
        **_statistics(server),
        **_panels(server),
        **_practice(server),
        **_trainers(server),
        **session_steps.bring_on(server),
        **conduct_of_trainers(server),
        **listening_agency.streams_of(server),
        **platform_steps.platforms_of(server),
        **to_come,
    }


def _passes(server: DemoServer, officer: Page) -> dict[str, str]:
    """Let an officer take a pass along for the version that they may use."""
    officer.goto("/tools/sightline")
    officer.get_by_role("link", name="Take it with you for use without a network").click()
    officer.get_by_role("button", name="Get a pass").click()
    expect(officer.get_by_role("img", name="Your pass as a QR code")).to_be_visible()
    version = "SELECT id FROM tool_version WHERE label = '{}'"
    return {
        "usable version": str(server.value(version.format("3.1"))),
        "intrusive version": str(server.value(version.format("5.0"))),
    }


def _officers(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """One officer passed, fails, practises and is in the middle of a quiz; another let the time of one run out."""
    officer, other = pages["officer"], pages["officer1"]
    officer.goto("/modules/ai-limits")
    take_quiz(officer, right)
    names = {"passed": _attempt(officer)}
    officer.goto("/modules/ai-limits")
    start(officer, "practice")
    practice = _attempt(officer)
    give(officer, lambda _item: {"a"})
    confirm(officer)
    expect(officer).to_have_url(re.compile("/feedback$"))

    other.goto("/modules/ai-limits")
    start(other)
    answer_every_question(other, nothing)
    other.locator("#blanks").check()
    confirm(other)
    names |= {"failed": _attempt(other), "practice": practice}
    other.goto("/modules/ai-limits")
    start(other)
    give(other, right)
    confirm_and_leave(other)
    names |= {"open": _attempt(other), "overtaken": _overtaken_by_its_deadline(server)}
    return names | {"award": str(server.value("SELECT max(id) FROM award"))}


def _whole_papers(server: DemoServer) -> dict[str, str]:
    """One officer has a paper with all its questions on one page; another has failed, and no attempt is left."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    plan = ('layout = "all-at-once"', "minutes = 40", "attempts = 1", "cooling_off_hours = 24")
    with database.transaction() as session, TemporaryDirectory() as folder:
        published = every_kind.publish(session, Path(folder), *plan, at=at, items=every_kind.ITEMS)
        opened, failed = (
            training.open_attempt(
                session,
                session.scalars(select(Person).where(Person.service_number == number)).one(),
                published,
                Mode.ASSESSMENT,
                language="en",
                seed=1,
                at=at,
                extra_percent=200,
            )
            for number in ("DP-1001", "DP-1002")
        )
        training.submit(session, failed, published, blanks_accepted=True, at=at)
        names = {"whole paper": str(opened.id)}
    database.dispose()
    return names


def _practice(server: DemoServer) -> dict[str, str]:
    """One observation is under way, one waits for its officer, one was not all met; a changed checklist waits."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        unsigned = practised.observed(session, officer="DP-1001", at=at)
        not_met = practised.observed(session, officer="DP-1002", last=Seen.NOT_MET, at=at)
        under_way = practised.begun(session, officer="DP-1003", at=at)
        version = version_life.version(session, "3.2")
        author = version_life.person(session, practised.AUTHOR)
        checklists.write(
            session,
            version,
            [("b1", "Says which offence it is"), (None, "Says who decides")],
            made_from=checklists.start_of(session, version).id,
            on=practised.on(at),
            by=author,
        )
        names = {
            "unsigned practice": str(unsigned.id),
            "practice not met": str(not_met.id),
            "observation": str(under_way.id),
            "listed": str(version.id),
        }
    database.dispose()
    return names


def _attempt(page: Page) -> str:
    """Return the id in the address of a page of an attempt."""
    return page.url.partition("/attempts/")[2].partition("/")[0]


def _overtaken_by_its_deadline(server: DemoServer) -> str:
    """Open an attempt so long ago that it has closed by itself."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        officer = session.scalars(select(Person).where(Person.service_number == "DP-1001")).one()
        published = content.newest(session, "sightline-3-2")
        assert published is not None
        at = now() - timedelta(days=published.bank.plan.open_days + 1)
        attempt = training.open_attempt(session, officer, published, Mode.ASSESSMENT, language="en", seed=1, at=at)
        opened = str(attempt.id)
    database.dispose()
    return opened


def _after_the_quiz(server: DemoServer, names: dict[str, str]) -> dict[str, str]:
    """One appeal is dismissed, one waits for the lead who voided its item, one for somebody else; answers came late."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    zone = ZoneInfo("Europe/Brussels")
    with database.transaction() as session:
        lead = session.scalars(select(Person).where(Person.service_number == "DP-4003")).one()
        other = session.scalars(select(Person).where(Person.service_number == "DP-1003")).one()
        failed, passed, late = (session.get_one(Attempt, int(names[one])) for one in ("failed", "passed", "overtaken"))
        submission = training.submission_of(session, failed)
        assert submission is not None
        first, second = (entry["item"] for entry in failed.paper["items"][:2])
        ended, _new = appeals.appeal(session, submission, "", "All of it is wrong.", at=at, zone=zone)
        appeals.decide(session, ended, AppealOutcome.DISMISSED, "The sources say so.", at=at, zone=ZONE, by=lead)
        waiting, _new = appeals.appeal(session, submission, first, "Two answers are right.", at=at, zone=zone)
        published = content.revision(session, failed.revision_id)
        foreseen = rulings.dry_run(session, published, first, None).digest
        ruling = rulings.rule(session, published, first, None, "Two are right.", foreseen=foreseen, at=at, by=lead)
        of_other = training.submission_of(session, passed)
        assert of_other is not None
        on_paper = next(entry["item"] for entry in passed.paper["items"] if entry["item"] != first)
        for_others, _new = appeals.appeal(session, of_other, on_paper, "I would say so.", at=now(), zone=zone)
        entry = late.paper["items"][0]
        training.save_answer(session, late, entry["item"], entry["options"][:1], sequence=None, at=at)
        accommodations.give(session, other, 25, None, at=at, by=lead, zone=zone)
        ids = {"open appeal": waiting, "ended appeal": ended, "appeal for others": for_others, "ruling": ruling}
        found = {name: str(row.id) for name, row in ids.items()} | {"void item": first, "other item": second}
        found["tested revision"] = str(failed.revision_id)
    database.dispose()
    return found


def _soon_without_evaluation(server: DemoServer) -> None:
    """Let the evaluation of one officer run out in three weeks."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        evaluator = session.scalars(select(Person).where(Person.service_number == "DP-5001")).one()
        zone = ZoneInfo("Europe/Brussels")
        soon = Outcome(EvaluationOutcome.CLEARED, through=now().astimezone(zone).date() + timedelta(days=21))
        evaluations.record(session, "DP-1012", soon, at=now(), by=evaluator, zone=zone)
    database.dispose()


def _versions(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """3.3 is ready to be released; 3.4 waits for everything that a second registrar does; 3.5 is only registered."""
    first, second = pages["registrar"], pages["registrar2"]
    ready = registrar.register(first, "3.3", replaces="3.2")
    registrar.propose_requirements(first, ready)
    registrar.fill_in_card(first, ready)
    registrar.announce(first, ready)
    registrar.assess(first, ready, start="3.2", module="sightline-3-3")
    registrar.sign_requirements(second, ready)
    registrar.sign_way(second, ready, start="3.2")
    waiting = registrar.register(first, "3.4", replaces="3.3")
    registrar.propose_requirements(first, waiting)
    registrar.do_without_card(first, waiting)
    registrar.announce(first, waiting)
    registrar.assess(first, waiting, start="3.2", module="sightline-3-3")
    registered = registrar.register(first, "3.5", replaces="3.4")
    labels = {"ready": ready, "waiting": waiting, "registered": registered}
    ids = {name: address.rpartition("/")[2] for name, address in labels.items()}
    unsigned = "SELECT max(id) FROM {} WHERE id NOT IN (SELECT {}_id FROM {}_signature)"
    signed = "SELECT max({}_id) FROM {}_signature"
    for table in ("requirement_set", "assessment"):
        source = "impact_assessment" if table == "assessment" else table
        ids[f"unsigned {table}"] = str(server.value(unsigned.format(source, table, table)))
        ids[f"signed {table}"] = str(server.value(signed.format(table, table)))
    ids["waiver"] = str(server.value("SELECT max(id) FROM version_card_waiver"))
    ids["in use"] = str(server.value("SELECT id FROM tool_version WHERE label = '3.2'"))
    return ids


def _life_of_versions(server: DemoServer) -> dict[str, str]:
    """3.9 is scheduled, 3.1 suspended for safety, and a later requirement set of 3.2 waits for its signature."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        planned = version_life.prepare(session, "3.9", at=at)
        for start in ("3.2", "3.3"):
            version_life.assess(session, start, "3.9", Level.CARRY_OVER, at=at)
        released = version_life.release(session, planned, effective_at=at + timedelta(days=300), at=at)
        first, _second = version_life.registrars(session)
        oldest, in_use = version_life.version(session, "3.1"), version_life.version(session, "3.2")
        suspended = withdrawals.suspend(session, oldest, reason="It lists the wrong people.", at=at, by=first)
        overseer = version_life.person(session, "DP-6002")
        seen = {"reason": "It rates the old too high.", "at": at}
        by_oversight = oversight_suspensions.suspend(session, oldest, Cause.BIASED, **seen, by=overseer)
        oversight_suspensions.propose(session, by_oversight, reason="The threshold is set again.", at=at, by=first)
        change = Verdict(Level.FAMILIARISATION, 14, (), "Custody pictures of minors are left out.", None)
        later = requirements.propose_requirements(
            session, in_use, **version_life.MODULES, change=change, at=at, by=first
        )
        names = {"scheduled": planned, "planned release": released, "safety suspension": suspended, "oldest": oldest}
        names |= {"later requirement_set": later, "oversight suspension": by_oversight}
        ids = {name: str(row.id) for name, row in names.items()}
    database.dispose()
    return ids


def _seats(server: DemoServer) -> dict[str, str]:
    """Return a held seat, and the one suspension that stands."""
    suspended = (
        "SELECT max(s.id) FROM officer_suspension s JOIN person p ON p.id = s.officer_id WHERE p.service_number = "
    )
    statements = {"seat": "SELECT max(id) FROM seat_grant", "suspension": suspended + "'DP-1006'"}
    return {name: str(server.value(statement)) for name, statement in statements.items()}


def _emergencies(server: DemoServer) -> dict[str, str]:
    """One officer waits for a supervisor to confirm; another, who holds no seat, was let in."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:

        def person(number: str) -> Person:
            return session.scalars(select(Person).where(Person.service_number == number)).one()

        version = session.scalars(
            select(ToolVersion).join(Tool).where(Tool.slug == "sightline", ToolVersion.label == "3.2")
        ).one()
        emergencies.switch(session, version.tool, 120, "Night shifts.", at=now(), by=person("DP-3001"))
        waiting, running = (
            emergencies.request(session, person(number), version, danger, "", 60, zone=demo.ZONE, at=now())
            for number, danger in (("DP-1001", Danger.LIFE), ("DP-1005", Danger.HOSTAGE))
        )
        emergencies.confirm(session, running, at=now(), by=person("DP-2001"))
        names = {"waiting emergency": str(waiting.id), "running emergency": str(running.id)}
    database.dispose()
    return names


def _reviews(server: DemoServer) -> dict[str, str]:
    """One award is under review, of another the review has ended; a third is not doubted."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        judge = session.scalars(select(Person).where(Person.service_number == "DP-6001")).one()
        of_officers = select(Award).join(Person, Person.id == Award.officer_id).order_by(Award.id)
        doubted, upheld, other = (
            session.scalars(of_officers.where(Person.service_number == number).limit(1)).one()
            for number in ("DP-1010", "DP-1007", "DP-1012")
        )
        under, ended = (
            award_reviews.put_under_review(session, award, Doubt.EVIDENCE_DOUBTED, at=now(), by=judge)
            for award in (doubted, upheld)
        )
        award_reviews.uphold(session, ended, Upheld.DOUBT_UNFOUNDED, at=now(), by=judge)
        names = {"review": str(under.id), "ended review": str(ended.id), "award to doubt": str(other.id)}
    database.dispose()
    return names


def _waiting_for_a_second_registrar(server: DemoServer) -> dict[str, str]:
    """A re-base of running certifications and a correction of what is prohibited, each written by one registrar."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        registrar = session.scalars(select(Person).where(Person.service_number == "DP-3001")).one()
        sightline, sorter = (
            session.scalars(select(Tool).where(Tool.slug == slug)).one() for slug in ("sightline", "portrait-sorter")
        )
        policy = policies.policies_of(session, sightline)[0]
        seen = rebases.preview(session, sightline, policy, at=at, zone=ZoneInfo("Europe/Brussels")).digest
        said = {"reason": "One way of counting for everybody.", "seen": seen, "foreseen": seen}
        rebase = rebases.propose(session, sightline, policy, **said, at=at, by=registrar)
        answer = Corrected(Prohibition.POLICY, "It sorts by gender only.", "Vendor's statement, p. 4")
        correction = prohibitions.propose(session, sorter, None, answer, at=at, by=registrar)
        names = {"rebase": str(rebase.id), "correction": str(correction.id)}
    database.dispose()
    return names


def _statistics(server: DemoServer) -> dict[str, str]:
    """Many officers, who are not of the agency, took one module before: figures are tentative, and one item is bad."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        published = content.newest(session, "sightline-3-2")
        assert published is not None
        bad = published.bank.items[0]
        for number in range(130):
            able = number % 3 > 0

            def answering(item: Item, able: bool = able) -> Response:
                return taken.right(item) if able != (item.id == bad.id) else taken.wrong(item)

            language = "fr" if number % 2 else "en"
            taken.take(session, published, answering, seed=number, language=language, at=now() - timedelta(days=40))
    database.dispose()
    return {"telling item": bad.id}


def _panels(server: DemoServer) -> dict[str, str]:
    """Of three modules one panel is in each of its stages, with the three who may judge."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    names = {}
    with database.transaction() as session:
        staff = select(Person).where(Person.service_number.in_(("DP-4001", "DP-4002", "DP-4003")))
        judges = session.scalars(staff.order_by(Person.service_number)).all()
        lead = judges[-1]
        _publish_copy(session, "sightline-3-3", slug="notes-on-searches", title="Notes on searches")
        modules = {"first round": "notes-on-searches", "second round": "sightline-3-3", "rated panel": "sightline-3-2"}
        for closed, (name, slug) in enumerate(modules.items()):
            published = content.newest(session, slug)
            assert published is not None
            setting = standard_setting.open_setting(
                session, published, [judge.id for judge in judges], at=at, zone=ZONE, by=lead
            )
            names[name] = str(setting.id)
            for judge, percent in zip(judges, (55, 70, 81), strict=True):
                ratings = {item.id: percent for item in published.bank.items[: None if closed else 2]}
                standard_setting.rate(session, setting, ratings, round_=1, at=at, zone=ZONE, by=judge)
            for round_ in range(1, closed + 1):
                standard_setting.close_round(session, setting, round_, at=at, by=lead)
    database.dispose()
    return names


def _publish_copy(session: Session, original: str, *, slug: str, title: str) -> None:
    """Publish what a module says under another name."""
    published = content.newest(session, original)
    assert published is not None
    written = {**published.revision.content, "slug": slug, "title": {"en": title}}
    bank = {**published.revision.bank, "module": slug}
    stamp = {"effective_at": now(), "recorded_at": now(), "recorded_by_id": None}
    digest = revision_digest(written, bank)
    session.add(ModuleRevision(**stamp, slug=slug, digest=digest, content=written, bank=bank))
    session.flush()


def _decisions(server: DemoServer) -> dict[str, str]:
    """A client has asked, searched and reported; the values are the ids of its decisions, its own and its token's."""
    officers = {"allowed": "DP-1003", "denied": "DP-1004"}
    who = {"subject": {"type": "officer"}, "action": {"name": "use"}, "resource": sightline("3.2")}
    sent(server, "/access/v1/search/subject", who)
    for version, place in (("3.1", "Harbour"), ("3.2", "Control room"), ("3.3-beta", "Laptop 7")):
        sent(server, "/access/v1/field-reports", {"resource": sightline(version), "place": place})
    names = {name: answer(server, number, "3.2")["context"]["id"] for name, number in officers.items()}
    of_client = {"client": "SELECT min(id) FROM client", "client token": "SELECT min(id) FROM client_credential"}
    return names | {name: str(server.value(query)) for name, query in of_client.items()}


def order_erasure(registrar: Page, number: str) -> str:
    """Have the records of somebody erased who left long ago; return the number of the order."""
    registrar.goto(f"/people/erasures/order/{number}")
    registrar.get_by_label("The time for which records are kept is over").check()
    registrar.get_by_role("button", name="Order the erasure").click()
    expect(registrar.get_by_text("Another registrar signs it.")).to_be_visible()
    return registrar.url.rpartition("/")[2]


def _people(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """Two files wait to be imported: one with faults and a course to map, one in order; and an erasure waits too."""
    rows = ("DP-1002,Face search,2026-03-02,file 77", "DP-1003,Face search,2030-01-01,file 78")
    send(pages["registrar"], "legacy", *rows)
    send(pages["registrar2"], "people", "NX-1,Nora Nes,,Harbour unit,officer", "DP-1002,,,Harbour unit,supervisor")
    of_officer = "FROM award JOIN person ON person.id = officer_id WHERE service_number = 'DP-1003'"
    names = {"award of DP-1003": str(server.value(f"SELECT min(award.id) {of_officer}"))}
    return names | {"erasure": order_erasure(pages["registrar"], FORMER_NUMBER)}


def _drafts(server: DemoServer, page: Page) -> dict[str, str]:
    """Modules are being written; the questions of a Moodle file wait for one: some carried, with and without a loss."""
    names = write_drafts(server)
    page.goto(f"/content/drafts/{names['draft']}/questions/import")
    page.locator("input[type=file]").set_input_files(REPOSITORY / "tests/quizzes/exchange/golden/kinds.xml")
    confirm(page)
    expect(page).to_have_url(re.compile("/questions/import/dry-run$"))
    return names


def _trainers(server: DemoServer) -> dict[str, str]:
    """A special qualification waits for its second signature, and an ordinary one can be looked at for its renewal."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        people = {person.service_number: person for person in session.scalars(select(Person))}
        on = CivilInstant(now(), ZONE)
        evidence = (
            Evidence(EvidenceKind.EXPERIENCE, "Eight years in digital forensics"),
            Evidence(EvidenceKind.CONDUCT_CHECK, "", on.day, "DP-3001"),
        )
        wanted = Asked(
            Scope(tool="lockpick"), QualificationLevel.ASSESSOR, add_months(on.day, 6), evidence, special=True,
            version="5.0",
        )  # fmt: skip
        founding = trainer_registry.qualify_specially(session, people["DP-4001"], wanted, on=on, by=people["DP-3001"])
        held = session.scalars(
            select(TrainerQualification.id).where(
                TrainerQualification.person_id == people["DP-4002"].id, TrainerQualification.subject == "ai"
            )
        ).one()
        names = {"founding": str(founding.id), "qualification": str(held)}
    database.dispose()
    return names
