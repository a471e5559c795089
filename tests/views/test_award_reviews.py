"""Oversight's pages for the review of awards."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.people import Person
from training_app.rules.access import Ground, Question
from training_app.services import access

LIST = "/oversight/award-reviews"


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def award_of(agency: Agency, number: str = "DP-1003") -> int:
    """The officer's first award: full, for 3.1."""
    with agency.database.reading() as session:
        wanted = select(Award.id).join(Person, Person.id == Award.officer_id).where(Person.service_number == number)
        return session.scalars(wanted.order_by(Award.id)).first()


def doubt(browser, award: int) -> str:
    """Put the award under review and return the address of the review."""
    answer = browser.post(f"/oversight/awards/{award}/review", {"doubt": "evidence-doubted"})
    assert answer.status_code == 302
    return answer.location


def grounds(agency: Agency) -> tuple[Ground, ...]:
    at = now()
    with agency.database.reading() as session:
        question = Question("DP-1003", "sightline", "3.2")
        return access.answer(session, question, zone=demo.ZONE, at=at, known_at=at).grounds


def test_a_review_is_opened_from_the_officers_awards_and_then_listed(agency):
    oversight, award = agency.browser("oversight"), award_of(agency)
    assert "No award is under review." in words_on(oversight.get(LIST))
    assert 'href="/oversight/award-reviews"' in oversight.get("/oversight/").text
    page = oversight.get(f"{LIST}/awards?officer=dp-1003")
    assert "Awards of DP-1003" in words_on(page)
    assert f'href="/oversight/awards/{award}/review"' in page.text
    assert "The officer is refused at once" in words_on(oversight.get(f"/oversight/awards/{award}/review"))
    review = doubt(oversight, award)
    assert grounds(agency) == (Ground.AWARD_UNDER_REVIEW,)
    listed = oversight.get(LIST)
    assert f'href="{review}"' in listed.text
    assert "DP-1003" in words_on(listed)
    assert "The evidence behind it is in doubt" in words_on(listed)
    assert f'href="{review}"' in oversight.get(f"{LIST}/awards?officer=DP-1003").text
    assert "Luca Conti" not in listed.text, "oversight reads numbers"


def test_before_the_end_of_a_review_both_ends_are_foreseen(agency):
    oversight = agency.browser("oversight")
    shown = words_on(oversight.get(doubt(oversight, award_of(agency))))
    assert "3.2 On hold Certified Not certified" in shown
    assert "it counts for nothing from 10 February 2026 on" in shown
    assert "Why the officer would be refused for 3.2 There has been no certification on this tool yet." in shown


def test_an_award_is_upheld_once_however_often_the_button_is_pressed(agency):
    oversight = agency.browser("oversight")
    review = doubt(oversight, award_of(agency))
    for said in ("The award is upheld. Answers rest on it again from now on.", "This review has ended already"):
        answer = oversight.post(f"{review}/uphold", {"upheld": "doubt-unfounded"})
        assert (answer.status_code, answer.location) == (302, review)
        shown = words_on(oversight.get(review))
        assert said in shown
        assert "The award was upheld." in shown
    assert grounds(agency) == ()
    assert agency.count(AwardUpholding) == 1
    assert "Void this award" not in shown


def test_an_award_is_voided_once_however_often_the_button_is_pressed(agency):
    oversight, award = agency.browser("oversight"), award_of(agency)
    review = doubt(oversight, award)
    for _press in range(2):
        answer = oversight.post(f"{review}/void", {"voided": "deception"})
        assert (answer.status_code, answer.location) == (302, review)
    assert agency.count(AwardEnd) == 1
    assert grounds(agency) == (Ground.NEVER_CERTIFIED,)
    assert "The award is void: it counts for nothing, and never did." in words_on(oversight.get(review))
    assert "None: it is void" in words_on(oversight.get(f"{LIST}/awards?officer=DP-1003"))
    assert "There is nothing left to review." in words_on(oversight.get(f"/oversight/awards/{award}/review"))
    refused = oversight.post(f"/oversight/awards/{award}/review", {"doubt": "evidence-doubted"})
    assert refused.status_code == 422
    assert "This award is void already." in words_on(refused)


def test_a_second_click_on_put_under_review_leads_to_the_same_review(agency):
    oversight, award = agency.browser("oversight"), award_of(agency)
    assert doubt(oversight, award) == doubt(oversight, award)
    assert agency.count(AwardReview) == 1


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("uphold", "Choose why the award stands."),
        ("void", "Choose why the award was never valid."),
    ],
)
def test_without_a_reason_nothing_ends(agency, action, said):
    oversight = agency.browser("oversight")
    review = doubt(oversight, award_of(agency))
    answer = oversight.post(f"{review}/{action}", {})
    assert answer.status_code == 422
    assert words_on(answer).count(said) == 2, "in the summary and at the question"
    assert (agency.count(AwardUpholding), agency.count(AwardEnd)) == (0, 0)


def test_without_a_reason_no_review_begins(agency):
    oversight, award = agency.browser("oversight"), award_of(agency)
    answer = oversight.post(f"/oversight/awards/{award}/review", {"doubt": "a grudge"})
    assert answer.status_code == 422
    assert "Choose why the award is in doubt." in words_on(answer)
    assert agency.count(AwardReview) == 0


def test_nobody_judges_their_own_award_or_one_that_they_recorded(agency):
    own, recorded = award_of(agency), award_of(agency, "DP-1007")
    judge = agency.person("DP-6001")
    with agency.database.reading() as session:
        kept = {one: session.get_one(Award, one) for one in (own, recorded)}
        rows = {
            one: {c.name: getattr(award, c.name) for c in Award.__table__.columns if c.name != "id"}
            for one, award in kept.items()
        }
    with agency.database.transaction() as session:
        session.add(Award(**rows[own] | {"officer_id": judge.id, "code": "own", "evidence_key": "own"}))
        session.add(Award(**rows[recorded] | {"recorded_by_id": judge.id, "code": "rec", "evidence_key": "rec"}))
    for code, said in (("own", "This is your own award."), ("rec", "You recorded this award yourself.")):
        award = agency.id_of(Award, code=code)
        answer = agency.browser("oversight").post(f"/oversight/awards/{award}/review", {"doubt": "evidence-doubted"})
        assert answer.status_code == 422
        assert said in words_on(answer)
    assert agency.count(AwardReview) == 0


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 422, "Enter the officer's service number."),
        ("?officer=XX-9", 404, "Nobody here has the service number XX-9."),
        ("?officer=DP-1011", 200, "DP-1011 has no award."),
    ],
)
def test_whose_awards_are_not_there_is_said(agency, query, status, said):
    answer = agency.browser("oversight").get(f"{LIST}/awards{query}")
    assert answer.status_code == status
    assert said in words_on(answer)


def test_what_is_not_there_is_not_found(agency):
    oversight = agency.browser("oversight")
    for path in (f"{LIST}/99999", "/oversight/awards/99999/review"):
        assert oversight.get(path).status_code == 404
    for path, reason in (
        (f"{LIST}/99999/uphold", {"upheld": "doubt-unfounded"}),
        (f"{LIST}/99999/void", {"voided": "deception"}),
    ):
        assert oversight.post(path, reason).status_code == 404


@pytest.mark.parametrize("mailbox", ["registrar", "supervisor", "officer", "trainer", "evaluator"])
def test_nobody_but_oversight_judges_awards(agency, mailbox):
    browser, award = agency.browser(mailbox), award_of(agency)
    for path in (LIST, f"{LIST}/awards?officer=DP-1003", f"/oversight/awards/{award}/review", f"{LIST}/1"):
        assert browser.get(path).status_code == 403
    for path in (f"/oversight/awards/{award}/review", f"{LIST}/1/uphold", f"{LIST}/1/void"):
        assert browser.post(path, {"doubt": "evidence-doubted"}).status_code == 403
    assert agency.count(AwardReview) == 0
