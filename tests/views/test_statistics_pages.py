"""The trainer's pages of item statistics: silent, tentative and firm, drawn as well as tabled, and as a file."""

import csv
import io
from dataclasses import replace

import pytest

from courses.module import revision_digest
from tests.services import taken
from training_app.clock import now
from training_app.models.training import ModuleRevision
from training_app.services import content

SLUG = "sightline-3-2"


@pytest.fixture
def trainer(agency):
    return agency.browser("trainer")


def take(agency, officers, answering=None):
    with agency.database.transaction() as session:
        published = content.newest(session, SLUG)
        if answering is None:
            taken.many(session, published, officers)
        else:
            for seed in range(officers):
                taken.take(session, published, answering, seed=seed)
        return published


def test_with_few_officers_the_page_says_that_nothing_can_be_said(agency, trainer):
    take(agency, 12)
    page = trainer.get(f"/content/{SLUG}/statistics").text
    assert "Nothing can be said yet" in page
    assert "Nothing is said of the paper below 30 first attempts at this revision; there are 12." in page
    assert '<svg viewBox="-62' not in page


def test_an_item_that_30_officers_met_is_drawn_and_tabled_as_tentative(agency, trainer):
    take(agency, 110)
    page = trainer.get(f"/content/{SLUG}/statistics").text
    assert "110 officers took this revision for the first time." in page
    assert '<g class="dot tentative' in page
    assert "Tentative" in page
    assert "Coefficient alpha of drawn papers" in page


def test_an_item_that_the_best_get_wrong_is_named_first(agency, trainer):
    with agency.database.transaction() as session:
        published = content.newest(session, SLUG)
        bad = published.bank.items[0]
        for seed in range(150):
            able = seed % 2 == 0

            def answering(item, able=able):
                return taken.right(item) if able != (item.id == bad.id) else taken.wrong(item)

            taken.take(session, published, answering, seed=seed)
    page = trainer.get(f"/content/{SLUG}/statistics").text
    first = page.partition("Look at these first")[2].partition("</ul>")[0]
    assert bad.texts["en"].stem.split(".")[0] in first
    assert "Check the key." in first
    item = trainer.get(f"/content/{SLUG}/statistics/{bad.id}").text
    assert "What was answered" in item
    assert "The best officers choose a wrong answer more often than the weakest" in item
    assert '<rect class="fill"' in item


def test_an_item_with_too_few_officers_says_how_many_are_needed(agency, trainer):
    published = take(agency, 3, taken.right)
    page = trainer.get(f"/content/{SLUG}/statistics/{published.bank.items[0].id}").text
    assert "30 are needed" in page
    assert "What was answered" not in page


def test_every_item_of_the_starter_content_has_its_page(agency, trainer):
    for slug in ("ai-limits", "sightline-3-3"):
        with agency.database.reading() as session:
            items = content.newest(session, slug).bank.items
        assert {trainer.get(f"/content/{slug}/statistics/{item.id}").status_code for item in items} == {200}


def test_an_earlier_revision_keeps_its_own_page(agency, trainer):
    published = take(agency, 3, taken.right)
    with agency.database.transaction() as session:
        written = replace(published.bank, items=published.bank.items[:-1]).to_json()
        digest = revision_digest(published.revision.content, written)
        stamp = {"effective_at": now(), "recorded_at": now(), "recorded_by_id": None}
        session.add(ModuleRevision(**stamp, slug=SLUG, digest=digest, content=published.revision.content, bank=written))
    assert "0 officers took this revision" in trainer.get(f"/content/{SLUG}/statistics").text
    earlier = published.revision.digest[:12]
    page = trainer.get(f"/content/{SLUG}/statistics?revision={earlier}").text
    assert "3 officers took this revision" in page
    assert f"statistics.csv?revision={earlier}" in page


def test_the_file_holds_a_row_for_each_item_and_is_silent_where_the_page_is(agency, trainer):
    published = take(agency, 110)
    answer = trainer.get(f"/content/{SLUG}/statistics.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["item"] for row in rows] == [item.id for item in published.bank.items]
    for row in rows:
        told = int(row["officers"]) >= 30
        assert (row["facility"] != "") == told
        assert row["weight"] == ("tentative" if told else "silent")
    assert sum(int(row["officers"]) for row in rows) == 110 * published.bank.plan.length
    assert any(row["facility"] for row in rows)


@pytest.mark.parametrize("address", ["/content/no-such/statistics", f"/content/{SLUG}/statistics/no-such-item"])
def test_what_is_not_there_is_not_found(trainer, address):
    assert trainer.get(address).status_code == 404


def test_a_revision_that_is_not_there_is_not_found(trainer):
    assert trainer.get(f"/content/{SLUG}/statistics?revision=ffffffffffff").status_code == 404


def test_officers_see_no_statistics(agency):
    officer = agency.browser("officer")
    for address in ("statistics", "statistics.csv", "statistics/x"):
        assert officer.get(f"/content/{SLUG}/{address}").status_code == 403
