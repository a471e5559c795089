"""After a quiz, in the pages: appeal, dry run, ruling, decision; late answers; more time."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services import qualified
from tests.views.demo_agency import Agency
from tests.views.officer_walk import Officer, right, words, wrong
from training_app.clock import now
from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.rulings import (
    Appeal,
    AppealDecision,
    AppealMessage,
    ItemRuling,
    LateAcceptance,
    NewMark,
    TimeAccommodation,
)
from training_app.models.training import Attempt, Mode
from training_app.rules.permissions import Role
from training_app.services import content, rulings, training

REASON = "It can be read in two ways."


@pytest.fixture
def officer(agency) -> Officer:
    return Officer(agency, "officer", "DP-1002")


def items_of(agency: Agency, attempt: int) -> list[str]:
    with agency.database.reading() as session:
        return [one["item"] for one in session.get_one(Attempt, attempt).paper["items"]]


def take(officer: Officer, *missed: int) -> int:
    """Take the quiz with all answers right but those to these questions; return the attempt."""
    attempt = officer.open()
    for number in range(1, 9):
        officer.answer(attempt, number, wrong if number in missed else right)
    officer.follow(officer.post(f"/attempts/{attempt}/submit"))
    return attempt


def item_address(agency: Agency, attempt: int, number: int) -> str:
    with agency.database.reading() as session:
        revision = session.get_one(Attempt, attempt).revision_id
    return f"/judging/revisions/{revision}/items/{items_of(agency, attempt)[number - 1]}"


def foreseen(answer) -> str:
    found = re.search(r'name="foreseen"[^>]*value="([0-9a-f]{64})"', answer.text)
    assert found, words(answer)
    return found[1]


def void(agency: Agency, lead, attempt: int, number: int, **also):
    """Void the item of a question after a dry run; return the answer to the decision."""
    address = item_address(agency, attempt, number)
    lead.get(address)
    run = lead.post(f"{address}/dry-run", {"kind": "voided", **also})
    assert run.status_code == 200, words(run)
    return lead.post(f"{address}/decide", {"kind": "voided", "foreseen": foreseen(run), "reason": REASON, **also})


# -- the way of an appeal ----------------------------------------------------------------------------------------------


def test_an_appeal_leads_over_a_dry_run_and_a_ruling_to_a_certificate(agency, officer):
    attempt = take(officer, 1, 2)
    page = officer.get(f"/attempts/{attempt}/result")
    assert "Not passed: 6 of 8 points" in page
    assert "you can appeal through" in page
    officer.get(f"/attempts/{attempt}/appeal")
    made = officer.follow(officer.post(f"/attempts/{attempt}/appeal", about="1", text="Two answers are right."))
    assert "Question 1" in made
    assert "Not decided yet" in made

    lead = agency.browser("lead")
    desk = words(lead.get("/judging"))
    assert "DP-1002" in desk
    assert "since today" in desk
    appeal = agency.id_of(Appeal)
    seen = words(lead.get(f"/judging/appeals/{appeal}"))
    assert "Two answers are right." in seen
    assert "first void or re-key the item" in seen

    address = item_address(agency, attempt, 1)
    lead.get(f"{address}?appeal={appeal}")
    run = lead.post(f"{address}/dry-run", {"kind": "voided", "appeal": appeal})
    assert "Officers who pass now Officer Mark that stands New mark DP-1002 6 of 8 points 6 of 7 points" in words(run)
    assert agency.count(ItemRuling) == 0
    decided = lead.post(
        f"{address}/decide", {"kind": "voided", "foreseen": foreseen(run), "reason": REASON, "appeal": appeal}
    )
    assert decided.location == f"/judging/appeals/{appeal}"
    assert officer.awards() == [("3.2", "full")]

    lead.get(decided.location)
    follows = f"ruling-{agency.id_of(ItemRuling)}"
    ended = lead.post(f"/judging/appeals/{appeal}/decision", {"follows": follows, "reason": "You are right."})
    assert ended.status_code == 303
    page = officer.get(f"/attempts/{attempt}/result")
    for said in ("Passed: 6 of 7 points", "First mark 6 of 8 points", "Question 1 counts for nobody", REASON,
                 "You are certified on Sightline Face Matching 3.2", "You are right.", "Upheld"):  # fmt: skip
        assert said in page
    assert "You are right." in officer.get(f"/appeals/{appeal}")
    assert "You passed on" in officer.get("/modules/ai-limits")


def test_a_failed_quiz_never_reveals_a_key_through_an_appeal(agency, officer):
    attempt = take(officer, 1, 2)
    officer.get(f"/attempts/{attempt}/appeal")
    officer.post(f"/attempts/{attempt}/appeal", about="1", text="It is wrong.")
    pages = [officer.get(path) for path in (f"/attempts/{attempt}/appeal", f"/appeals/{agency.id_of(Appeal)}")]
    item = officer.items[items_of(agency, attempt)[0]]
    text = item.texts["en"]
    for page in pages:
        assert text.stem in page
        assert f"You answered: {text.options[wrong(item)[0]]}" in page
        for key in item.interaction.key:
            assert text.options[key] not in page
        assert not any(why in page for why in text.feedback.values())
    seen = words(agency.browser("lead").get(f"/judging/appeals/{agency.id_of(Appeal)}"))
    assert text.options[next(iter(item.interaction.key))] in seen


def test_a_rekeyed_question_is_not_named_to_the_officer(agency, officer):
    attempt = take(officer, 1, 2)
    item = officer.items[items_of(agency, attempt)[0]]
    lead, address = agency.browser("lead"), item_address(agency, attempt, 1)
    lead.get(address)
    key = {"kind": "rekeyed", "key": wrong(item)}
    run = lead.post(f"{address}/dry-run", key)
    assert "Officers who pass now" in words(run)
    done = lead.post(f"{address}/decide", {**key, "foreseen": foreseen(run), "reason": REASON})
    assert done.status_code == 303
    page = officer.get(f"/attempts/{attempt}/result")
    assert "A question was given another key" in page
    assert "Question 1" not in page


def test_an_appeal_sent_twice_is_one_and_so_is_a_message(agency, officer):
    attempt = take(officer, 1, 2)
    officer.get(f"/attempts/{attempt}/appeal")
    for _click in range(2):
        assert officer.post(f"/attempts/{attempt}/appeal", about="whole", text="All of it.").status_code == 303
    appeal = agency.id_of(Appeal)
    officer.get(f"/appeals/{appeal}")
    for _click in range(2):
        officer.post(f"/appeals/{appeal}/messages", text="And one more thing.")
    assert (agency.count(Appeal), agency.count(AppealMessage)) == (1, 2)


def test_an_appeal_needs_its_words_and_what_it_is_about(agency, officer):
    attempt = take(officer, 1, 2)
    officer.get(f"/attempts/{attempt}/appeal")
    answer = officer.post(f"/attempts/{attempt}/appeal", about="99", text="")
    assert answer.status_code == 422
    assert "Say what is wrong with it." in words(answer)
    assert "Choose a question, or the whole mark." in words(answer)


def test_other_peoples_attempts_and_appeals_look_like_none(agency, officer):
    attempt = take(officer, 1, 2)
    officer.get(f"/attempts/{attempt}/appeal")
    officer.post(f"/attempts/{attempt}/appeal", about="1", text="It is wrong.")
    other = agency.browser("officer1")
    for path in (f"/attempts/{attempt}/appeal", f"/appeals/{agency.id_of(Appeal)}", "/appeals/99999"):
        assert other.get(path).status_code == 404


def test_practice_has_no_mark_to_appeal_against(officer):
    attempt = officer.open(mode="practice")
    officer.post(f"/attempts/{attempt}/submit")
    assert "appeal" not in officer.get(f"/attempts/{attempt}/result").lower()
    officer.get(f"/attempts/{attempt}/appeal", status=404)


def test_who_ruled_on_the_quiz_before_is_told_who_decides(agency, officer, make_person):
    attempt = take(officer, 1, 2)
    lead, other = agency.browser("lead"), make_person(Role.LEAD, name="Another Lead")
    with agency.database.transaction() as session:
        qualified.qualify(session, session.get_one(Person, other.id), at=now())
    void(agency, lead, attempt, 3)
    officer.get(f"/attempts/{attempt}/appeal")
    officer.post(f"/attempts/{attempt}/appeal", about="1", text="It is wrong.")
    appeal = agency.id_of(Appeal)
    page = words(lead.get(f"/judging/appeals/{appeal}"))
    assert "You ruled on an item of this quiz, so somebody else decides the appeal." in page
    assert f"It can be decided by {other.name}." in page
    refused = lead.post(f"/judging/appeals/{appeal}/decision", {"follows": "dismiss", "reason": "No."})
    assert refused.status_code == 422
    assert agency.count(AppealDecision) == 0


def test_awards_of_more_officers_than_go_into_one_transaction_are_all_made(agency, officer, monkeypatch):
    monkeypatch.setattr(rulings, "AWARDS_AT_ONCE", 1)
    attempt = take(officer, 1, 2)
    officers = ["DP-1001", "DP-1011"]
    with agency.database.transaction() as session:
        like = session.get_one(Attempt, attempt)
        published = content.newest(session, "ai-limits")
        for number in officers:
            person = session.scalars(select(Person).where(Person.service_number == number)).one()
            columns = {"revision_id": like.revision_id, "mode": like.mode, "number": 1, "language": "en", "seed": 7}
            stamp = {"effective_at": now(), "recorded_at": now(), "officer_id": person.id}
            same = Attempt(**stamp, **columns, paper=like.paper, closes_at=like.closes_at)
            session.add(same)
            session.flush()
            for place, entry in enumerate(like.paper["items"], start=1):
                choose = wrong if place in {1, 2} else right
                marks = choose(officer.items[entry["item"]])
                training.save_answer(session, same, entry["item"], marks, sequence=None, at=now())
            training.submit(session, same, published, blanks_accepted=False, at=now())
    before = agency.count(Award)
    assert void(agency, agency.browser("lead"), attempt, 1).status_code == 303
    with agency.database.reading() as session:
        made = session.scalars(select(Award.officer_id).where(Award.requirement_set_id.is_not(None))).all()
    assert len(made) == agency.count(Award) - before
    assert set(made) >= {officer.person.id, agency.person("DP-1011").id}


# -- rulings -----------------------------------------------------------------------------------------------------------


def test_who_would_not_pass_any_more_keeps_the_certificate_and_is_listed_with_the_way_to_end_it(agency, officer):
    attempt = take(officer, 1)
    assert officer.awards() == [("3.2", "full")]
    item = officer.items[items_of(agency, attempt)[1]]
    lead, address = agency.browser("lead"), item_address(agency, attempt, 2)
    lead.get(address)
    key = {"kind": "rekeyed", "key": wrong(item)}
    run = lead.post(f"{address}/dry-run", key)
    assert "Would not pass now" in words(run)
    assert "They keep their pass and what was awarded for it." in words(run)
    lead.post(f"{address}/decide", {**key, "foreseen": foreseen(run), "reason": REASON})
    ruling = f"/judging/rulings/{agency.id_of(ItemRuling)}"
    assert officer.awards() == [("3.2", "full")]
    page = officer.get(f"/attempts/{attempt}/result")
    assert "Passed: a later mark takes nothing back" in page
    assert "You are certified on Sightline Face Matching 3.2" in page
    assert "a registrar revokes it" in words(lead.get(ruling))
    award = next(one for one in _awards(agency, officer) if one.requirement_set_id)
    ends = {"registrar": f"/registrar/people/DP-1002/certificates/{award.id}/revoke",
            "oversight": f"/oversight/awards/{award.id}/review"}  # fmt: skip
    for mailbox, link in ends.items():
        browser = agency.browser(mailbox)
        assert f'href="{link}"' in browser.get(ruling).text
        assert browser.get(link).status_code == 200


def _awards(agency: Agency, officer: Officer) -> list[Award]:
    with agency.database.reading() as session:
        return list(session.scalars(select(Award).where(Award.officer_id == officer.person.id).order_by(Award.id)))


def test_who_saw_something_else_is_shown_what_would_happen_now(agency, officer):
    attempt = take(officer, 1, 2)
    lead, address = agency.browser("lead"), item_address(agency, attempt, 1)
    lead.get(address)
    run = lead.post(f"{address}/dry-run", {"kind": "voided"})
    void(agency, agency.browser("lead"), attempt, 2)
    answer = lead.post(f"{address}/decide", {"kind": "voided", "foreseen": foreseen(run), "reason": REASON})
    assert answer.status_code == 422
    assert "Nothing was decided." in words(answer)
    assert foreseen(answer) != foreseen(run)
    assert agency.count(ItemRuling) == 1


def test_deciding_twice_decides_once_and_leads_to_the_ruling(agency, officer):
    attempt = take(officer, 1, 2)
    lead = agency.browser("lead")
    first = void(agency, lead, attempt, 1)
    address = item_address(agency, attempt, 1)
    again = lead.post(f"{address}/decide", {"kind": "voided", "foreseen": "0" * 64, "reason": REASON})
    assert (again.status_code, again.location) == (303, first.location)
    assert (agency.count(ItemRuling), agency.count(NewMark)) == (1, 1)


def test_a_key_that_is_none_is_refused_at_its_field(agency, officer):
    attempt = take(officer, 1)
    item = officer.items[items_of(agency, attempt)[0]]
    lead, address = agency.browser("lead"), item_address(agency, attempt, 1)
    lead.get(address)
    for key, said in (
        ([], "Choose what is right."),
        (list(item.interaction.options), "If every option is right, the item tests nothing."),
        (right(item), "This is the key that the item has."),
    ):
        answer = lead.post(f"{address}/dry-run", {"kind": "rekeyed", "key": key})
        assert answer.status_code == 422
        assert said in words(answer)
    assert lead.post(f"{address}/dry-run", {"kind": "anything"}).status_code == 400


def test_what_is_not_there_is_not_found(agency):
    lead = agency.browser("lead")
    for path in ("/judging/revisions/999", "/judging/revisions/1/items/none", "/judging/appeals/999",
                 "/judging/late-answers/999", "/judging/rulings/999"):  # fmt: skip
        assert lead.get(path).status_code == 404


# -- late answers ------------------------------------------------------------------------------------------------------


def test_late_answers_count_once_an_assessor_says_so(agency, officer):
    attempt = _overtaken(agency, officer)
    officer.follow(officer.post(f"/attempts/{attempt}/submit"))
    assert "They are kept and not counted." in officer.get(f"/attempts/{attempt}/result")
    lead = agency.browser("lead")
    assert "DP-1002" in words(lead.get("/judging"))
    page = lead.get(f"/judging/late-answers/{attempt}")
    assert "No answer" in words(page)
    for _click in range(2):
        done = lead.post(f"/judging/late-answers/{attempt}", {"reason": "outage", "foreseen": foreseen(page)})
        assert done.status_code == 303
    assert (agency.count(LateAcceptance), agency.count(NewMark)) == (1, 1)
    result = officer.get(f"/attempts/{attempt}/result")
    assert "Passed: 8 of 8 points" in result
    assert "Late answers count" in result
    assert "The service or the network was down" in result
    assert "not counted" not in result
    assert officer.awards() == [("3.2", "full")]


def test_late_answers_need_a_reason_and_nobody_accepts_their_own(agency, officer):
    attempt = _overtaken(agency, officer)
    lead = agency.browser("lead")
    page = lead.get(f"/judging/late-answers/{attempt}")
    answer = lead.post(f"/judging/late-answers/{attempt}", {"foreseen": foreseen(page)})
    assert answer.status_code == 422
    assert "Choose why they count." in words(answer)
    assert agency.count(LateAcceptance) == 0


def _overtaken(agency: Agency, officer: Officer) -> int:
    """Answer six questions in time and two an hour after the deadline, all right."""
    with agency.database.transaction() as session:
        published = content.newest(session, "ai-limits")
        at = now() - timedelta(days=published.bank.plan.open_days, hours=2)
        attempt = training.open_attempt(
            session, officer.person, published, Mode.ASSESSMENT, language="en", seed=7, at=at
        )
        for number, entry in enumerate(attempt.paper["items"]):
            arrived = at if number < 6 else attempt.closes_at + timedelta(hours=1)
            key = right(officer.items[entry["item"]])
            training.save_answer(session, attempt, entry["item"], key, sequence=None, at=arrived)
        return attempt.id


# -- more time ---------------------------------------------------------------------------------------------------------


def test_a_registrar_gives_more_time_and_a_lead_ends_it(agency):
    browser, lead = agency.browser("registrar"), agency.browser("lead")
    assert browser.get("/more-time?officer=dp-1002").location == "/more-time/DP-1002"
    browser.get("/more-time/DP-1002")
    for _click in range(2):
        assert browser.post("/more-time/DP-1002", {"percent": "25"}).status_code == 303
    assert "DP-1002 25% Until it is ended" in words(browser.get("/more-time"))
    lead.get("/more-time/DP-1002")
    assert lead.post("/more-time/DP-1002/end").status_code == 303
    assert "Nobody has more time now." in words(browser.get("/more-time"))
    assert agency.count(TimeAccommodation) == 2


def test_more_time_that_is_none_is_refused(agency):
    browser = agency.browser("lead")
    browser.get("/more-time/DP-1002")
    for sent, said in (
        ({"percent": ""}, "Enter a number from 1 to 200."),
        ({"percent": "0"}, "Enter a number from 1 to 200."),
        ({"percent": "a lot"}, "Enter a number from 1 to 200."),
        ({"percent": "25", "through": "2020-01-01"}, "That day has passed."),
        ({"percent": "25", "through": "2099-01-01"}, "The last day is within 5 years."),
    ):
        answer = browser.post("/more-time/DP-1002", sent)
        assert answer.status_code == 422
        assert said in words(answer)
    assert agency.count(TimeAccommodation) == 0


def test_whose_time_is_not_there_is_said(agency):
    browser = agency.browser("lead")
    answer = browser.get("/more-time?officer=XX-9")
    assert answer.status_code == 404
    assert "Nobody here has the service number XX-9." in words(answer)
    assert browser.get("/more-time/DP-3001").status_code == 404
