"""A panel on its pages, without script: opened by a lead, rated by judges alone, closed, adopted into the draft."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from quizzes.bank import CutScoreStandard
from quizzes.parts import PAPER
from tests.services.recorded import ZONE
from tests.views.browser import Browser
from training_app.clock import now
from training_app.models.authoring import Draft
from training_app.models.people import Person
from training_app.models.standard_setting import StandardRating, StandardSetting
from training_app.services import content, drafts, standard_setting

SLUG = "sightline-3-2"
JUDGES = {"trainer": "DP-4001", "trainer2": "DP-4002", "lead": "DP-4003"}
FETCHED = {"X-Requested-With": "fetch", "Accept": "application/json"}


@pytest.fixture
def bank(agency):
    with agency.database.reading() as session:
        return content.newest(session, SLUG).bank


class Panel:
    """The demo agency's three, each in a browser, and the setting that the lead opened for all of them."""

    def __init__(self, agency, bank):
        self.agency, self.bank = agency, bank
        self.browsers = {mailbox: agency.browser(mailbox) for mailbox in JUDGES}
        ids = [agency.person(number).id for number in JUDGES.values()]
        lead = self.browsers["lead"]
        lead.get(f"/content/{SLUG}/standard")
        answer = lead.post(f"/content/{SLUG}/standard", {"judges": ids})
        assert answer.status_code == 303, answer.text
        self.address = answer.location
        self.setting = agency.id_of(StandardSetting)

    def page(self, mailbox):
        return self.browsers[mailbox].get(self.address).text

    def rate(self, mailbox, number, percents, *, round_=1, **options):
        browser, address = self.browsers[mailbox], f"{self.address}/ratings/{number}"
        browser.get(address)
        form = {f"item_{place}": str(percent) for place, percent in percents.items()}
        return browser.post(address, {"round": str(round_), "made_from": "0", **form}, **options)

    def rate_all(self, mailbox, percent, *, round_=1):
        for start in range(0, len(self.bank.items), 10):
            places = range(start + 1, min(start + 10, len(self.bank.items)) + 1)
            assert self.rate(mailbox, start // 10 + 1, dict.fromkeys(places, percent), round_=round_).status_code == 303

    def close(self, round_):
        self.page("lead")
        return self.browsers["lead"].post(f"{self.address}/close", {"round": str(round_)})

    def ratings(self, mailbox):
        person = self.agency.person(JUDGES[mailbox])
        with self.agency.database.reading() as session:
            rows = session.scalars(select(StandardRating).where(StandardRating.recorded_by_id == person.id))
            return [(row.round, row.item_id, row.percent) for row in rows.all()]


@pytest.fixture
def panel(agency, bank):
    return Panel(agency, bank)


def test_a_lead_opens_a_panel_and_a_trainer_cannot(agency):
    trainer = agency.browser("trainer")
    page = trainer.get(f"/content/{SLUG}/standard").text
    assert "A lead opens it." in page
    assert trainer.post(f"/content/{SLUG}/standard", {"judges": [1]}).status_code == 403


def test_a_panel_without_judges_is_not_opened(agency):
    lead = agency.browser("lead")
    lead.get(f"/content/{SLUG}/standard")
    answer = lead.post(f"/content/{SLUG}/standard", {})
    assert answer.status_code == 422
    assert "Choose who judges." in answer.text
    assert agency.count(StandardSetting) == 0


def test_judges_find_the_panel_on_their_content_page(panel, agency):
    assert "Panels that wait for your ratings" in panel.browsers["trainer"].get("/content").text
    assert "Panels that wait for your ratings" not in agency.browser("registrar").get("/content").text


def test_what_a_judge_saves_is_there_again_and_nobody_else_sees_it(panel):
    panel.rate("trainer", 1, {1: 63, 2: 71})
    own = panel.browsers["trainer"].get(f"{panel.address}/ratings/1").text
    assert re.findall(r'name="item_[12]"[^>]* value="(\d+)"', own) == ["63", "71"]
    for other in ("trainer2", "lead"):
        seen = panel.browsers[other].get(f"{panel.address}/ratings/1").text + panel.page(other)
        assert 'value="63"' not in seen
        assert "63%" not in seen
    assert f"2 of {len(panel.bank.items)} items rated" in panel.page("lead")


def test_a_figure_that_is_none_does_not_cost_the_others(panel):
    answer = panel.rate("trainer", 1, {1: 63, 2: "lots", 3: 140, 4: 80})
    assert answer.status_code == 422
    assert answer.text.count("Enter a whole number from 1 to 100.") >= 2
    assert 'value="lots"' in answer.text
    first, fourth = panel.bank.items[0].id, panel.bank.items[3].id
    assert panel.ratings("trainer") == [(1, first, 63), (1, fourth, 80)]


def test_a_field_left_empty_takes_nothing_back(panel):
    panel.rate("trainer", 1, {1: 63})
    panel.rate("trainer", 1, {1: "", 2: 70})
    assert [percent for _round, _item, percent in panel.ratings("trainer")] == [63, 70]


def test_the_script_saves_as_one_types_and_is_told_what_is_wrong(panel):
    answer = panel.rate("trainer", 1, {1: 63}, headers=FETCHED)
    assert (answer.status_code, set(answer.json)) == (200, {"saved_at", "version"})
    wrong = panel.rate("trainer", 1, {1: 63, 2: 900}, headers=FETCHED)
    assert wrong.status_code == 422
    assert "The others are saved" in wrong.json["error"]
    assert len(panel.ratings("trainer")) == 1


def test_ratings_that_meet_an_expired_session_are_kept_and_saved_at_the_next_sign_in(panel, agency, let_pass):
    browser = panel.browsers["trainer"]
    browser.get(f"{panel.address}/ratings/1")
    let_pass(idle=timedelta(days=1))
    form = {"round": "1", "made_from": "0", "item_1": "63"}
    answer = browser.post(f"{panel.address}/ratings/1", form)
    assert "/sign-in" in answer.location
    assert panel.ratings("trainer") == []
    assert Browser(agency.app).sign_in(agency.person(JUDGES["trainer"])).status_code == 302
    assert panel.ratings("trainer") == [(1, panel.bank.items[0].id, 63)]


def test_a_round_is_not_closed_before_three_have_finished(panel):
    panel.rate_all("trainer", 60)
    panel.rate_all("trainer2", 70)
    assert "Close the first round" not in panel.page("lead")
    answer = panel.close(1)
    assert answer.status_code == 422
    assert "2 judges have rated every item. At least 3 are needed" in answer.text


def test_a_trainer_closes_no_round_and_invites_nobody(panel):
    trainer = panel.browsers["trainer"]
    panel.page("trainer")
    assert trainer.post(f"{panel.address}/close", {"round": "1"}).status_code == 403
    assert trainer.post(f"{panel.address}/judges", {"judges": [1]}).status_code == 403
    assert trainer.get(f"{panel.address}/adopt").status_code == 403


@pytest.fixture
def second_round(panel):
    for mailbox, percent in zip(JUDGES, (60, 70, 80), strict=True):
        panel.rate_all(mailbox, percent)
    assert panel.close(1).status_code == 303
    return panel


def test_in_the_second_round_judges_see_the_spread_without_names(second_round):
    page = second_round.browsers["trainer"].get(f"{second_round.address}/ratings/1").text
    assert "First round: mean 70%, from 60 to 80." in page
    assert 'value="60"' in page
    assert "Karim Haddad" not in page


def test_a_rating_for_a_round_that_was_closed_meanwhile_is_told(second_round):
    answer = second_round.rate("trainer", 1, {1: 99}, round_=1)
    assert answer.status_code == 422
    assert "This round was closed meanwhile." in answer.text
    assert 'value="99"' in answer.text


def test_who_was_not_invited_comes_back_to_the_panel(agency, bank):
    lead = agency.browser("lead")
    lead.get(f"/content/{SLUG}/standard")
    judges = [agency.person(number).id for number in ("DP-4001", "DP-4002")]
    address = lead.post(f"/content/{SLUG}/standard", {"judges": judges}).location
    assert lead.get(f"{address}/ratings/1").location == address
    lead.get(address)
    assert lead.post(f"{address}/judges", {"judges": [agency.person("DP-4003").id]}).status_code == 303
    assert lead.get(f"{address}/ratings/1").status_code == 200


def test_an_adopted_outcome_stands_in_the_draft_with_its_minutes(second_round, agency):
    second_round.rate("trainer", 1, {1: 66}, round_=2)
    assert second_round.close(2).status_code == 303
    lead = second_round.browsers["lead"]
    page = lead.get(f"{second_round.address}/adopt").text
    assert "Judges: Petra Nowak, Karim Haddad, Sofie Janssens." in page
    form = {"standard": "angoff", "least": "55", "share": "70", "minutes": ""}
    assert "Write the minutes." in lead.post(f"{second_round.address}/adopt", form).text
    answer = lead.post(f"{second_round.address}/adopt", {**form, "minutes": "We talked about item 1."})
    assert answer.status_code == 303, answer.text
    assert "/content/drafts/" in answer.location
    with agency.database.reading() as session:
        draft = session.scalars(select(Draft).where(Draft.slug == SLUG)).one()
        whole = drafts.whole(session, draft)
        plan = drafts.part(session, draft, PAPER).content["paper"]
    assert whole.faults == ()
    assert str(whole.bank.items[0].rating) == "18/25"
    assert (plan["standard"], plan["cut_score"]) == (CutScoreStandard.ANGOFF, "11/20")
    told = second_round.page("trainer")
    assert "We talked about item 1." in told
    assert "never for less than 55%" in told
    assert lead.get(f"{second_round.address}/adopt").status_code == 303


def test_every_kind_of_item_can_be_rated(agency):
    with agency.database.transaction() as session:
        lead = session.scalars(select(Person).where(Person.service_number == "DP-4003")).one()

        published = content.newest(session, "ai-limits")
        setting = standard_setting.open_setting(session, published, [lead.id], at=now(), zone=ZONE, by=lead)
        address, pages = f"/content/standards/{setting.id}", -(-len(published.bank.items) // 10)
    browser = agency.browser("lead")
    assert {browser.get(f"{address}/ratings/{page}").status_code for page in range(1, pages + 1)} == {200}
    assert browser.get(f"{address}/ratings/{pages + 1}").status_code == 404
