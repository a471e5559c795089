"""Figures, terms and advice in a draft, and what changed between revisions: for trainers and for officers."""

import re
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from courses.translations import digest_of, lesson_text
from quizzes.parts import MODULE, figure_part, item_part, lesson_part
from tests.services.recorded import ZONE
from tests.views.officer_walk import Officer, words
from training_app.clock import now
from training_app.models.authoring import Draft
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.services import drafts, reviews

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect x="1" y="1" width="90" height="58"'
    ' class="ink"/><text x="20" y="35">Wrong alert</text></svg>'
)
FIRST = "01-what-changed"
LESSON = lesson_part("en", FIRST)


@pytest.fixture
def trainer(agency):
    return agency.browser("trainer")


@pytest.fixture
def draft(trainer):
    """The address of a draft on sightline-3-3."""
    trainer.get("/content/sightline-3-3")
    return trainer.post("/content/drafts/of/sightline-3-3").location


def text_of(answer):
    return unescape(words(answer))


def version_on(page):
    return re.search(r'name="made_from"[^>]*value="(\d+)"', page.text)[1]


def saved(agency, name, **content):
    """Save a part of the one open draft as the first trainer, over what stands."""
    with agency.database.transaction() as session:
        row = session.scalars(select(Draft)).one()
        by = session.scalars(select(Person).where(Person.service_number == "DP-4001")).one()
        stands = drafts.part(session, row, name)
        whole = {**(stands.content or {}), **content}
        drafts.save(session, row, name, whole, made_from=stands.version, at=now(), zone=ZONE, by=by)


def publish(agency, note="Plainer words."):
    with agency.database.transaction() as session:
        row = session.scalars(select(Draft).order_by(Draft.id.desc())).first()
        author, reviewer = (
            session.scalars(select(Person).where(Person.service_number == number)).one()
            for number in ("DP-4001", "DP-4002")
        )
        request = reviews.put_up(session, row, note, at=now(), zone=ZONE, by=author)
        return reviews.approve(session, request, "", at=now(), zone=ZONE, by=reviewer).id


def lesson_body(agency):
    with agency.database.reading() as session:
        row = session.scalars(select(Draft)).one()
        return drafts.part(session, row, LESSON).content["body"]


# -- figures -----------------------------------------------------------------------------------------------------------


def test_a_figure_is_pasted_shown_as_officers_see_it_replaced_by_a_file_and_taken_out(trainer, draft):
    trainer.get(f"{draft}/figures/new")
    added = trainer.post(f"{draft}/figures/new", {"name": "alerts", "svg": SVG})
    assert added.status_code == 303
    page = trainer.get(added.location)
    assert 'role="img" aria-label="alerts"' in page.text
    assert "![What the figure shows](figure:alerts)" in page.text
    assert "No lesson shows it yet." in page.text
    file = (BytesIO(SVG.replace("Wrong alert", "Missed alert").encode()), "alerts.svg")
    replaced = trainer.post(
        added.location, {"made_from": version_on(page), "file": file}, content_type="multipart/form-data"
    )
    assert replaced.status_code == 303
    assert "Missed alert" in trainer.get(added.location).text
    assert "Show this figure in a lesson, or take it out." in text_of(trainer.get(draft))
    trainer.post(f"{added.location}/remove")
    assert trainer.get(added.location).status_code == 404


def test_a_drawing_that_could_do_more_than_be_looked_at_is_not_saved_and_stays_on_the_page(trainer, draft):
    trainer.get(f"{draft}/figures/new")
    refused = trainer.post(f"{draft}/figures/new", {"name": "alerts", "svg": SVG.replace("<rect", "<script/><rect")})
    assert refused.status_code == 422
    assert "has the element <script>" in unescape(refused.text)
    assert "Wrong alert" in unescape(refused.text)
    assert trainer.get(f"{draft}/figures/alerts").status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "Two errors", "svg": SVG}, "Use small letters, digits and hyphens only"),
        ({"name": "alerts"}, "Choose a file, or paste a drawing."),
        ({"svg": SVG}, "Give the figure a name."),
    ],
)
def test_a_figure_needs_a_name_and_a_drawing(trainer, draft, sent, sentence):
    trainer.get(f"{draft}/figures/new")
    refused = trainer.post(f"{draft}/figures/new", {"name": "", **sent})
    assert (refused.status_code, sentence in unescape(refused.text)) == (422, True)


def test_a_figure_added_twice_is_there_once_and_another_of_its_name_replaces_nothing(trainer, draft):
    trainer.get(f"{draft}/figures/new")
    for _click in range(2):
        assert trainer.post(f"{draft}/figures/new", {"name": "alerts", "svg": SVG}).status_code == 303
    other = trainer.post(f"{draft}/figures/new", {"name": "alerts", "svg": SVG.replace("Wrong", "Other")})
    assert (other.status_code, "There is a figure of this name already" in other.text) == (422, True)


def test_what_a_colleague_replaced_meanwhile_is_shown_and_not_written_over(agency, trainer, draft):
    saved(agency, figure_part("alerts"), svg=SVG)
    seen = version_on(trainer.get(f"{draft}/figures/alerts"))
    colleague = agency.browser("trainer2")
    colleague.get(f"{draft}/figures/alerts")
    colleague.post(f"{draft}/figures/alerts", {"made_from": seen, "svg": SVG.replace("Wrong", "Theirs")})
    late = trainer.post(f"{draft}/figures/alerts", {"made_from": seen, "svg": SVG.replace("Wrong", "Mine")})
    assert "What Karim Haddad saved" in unescape(late.text)
    assert "Theirs alert" in trainer.get(f"{draft}/figures/alerts").text


# -- terms -------------------------------------------------------------------------------------------------------------


def test_a_term_of_its_own_is_written_used_and_read_by_officers(agency, trainer, draft):
    page = trainer.get(f"{draft}/terms")
    row = {"terms-0-term_en": "dark frame", "terms-0-text_en": "A picture with too little light."}
    assert trainer.post(f"{draft}/terms", {"made_from": version_on(page), **row}).status_code == 303
    saved(agency, LESSON, body=f"{lesson_body(agency)}\n\nWatch for a [[dark-frame]].")
    assert 'href="/glossary#sightline-3-3--dark-frame"' in trainer.get(f"{draft}/lessons/en/{FIRST}").text
    publish(agency)
    public = trainer.get("/glossary")
    assert 'id="sightline-3-3--dark-frame"' in public.text
    assert "A picture with too little light. (in “Sightline 3.3: what changed”)" in text_of(public)
    read = trainer.get(f"/content/sightline-3-3/lessons/{FIRST}")
    assert 'href="/glossary#sightline-3-3--dark-frame"' in read.text


def test_a_term_that_everybody_shares_is_told_as_advice(agency, trainer, draft):
    page = trainer.get(f"{draft}/terms")
    row = {"terms-0-id": "base-rate", "terms-0-term_en": "base rate", "terms-0-text_en": "Ours."}
    trainer.post(f"{draft}/terms", {"made_from": version_on(page), **row})
    assert "The shared glossary has “base-rate” too." in text_of(trainer.get(f"{draft}/terms"))
    assert "The shared glossary has “base-rate” too." in text_of(trainer.get(draft))


def test_a_name_that_stands_twice_is_refused_and_both_rows_stay(trainer, draft):
    page = trainer.get(f"{draft}/terms")
    rows = {
        "terms-0-term_en": "dark frame",
        "terms-0-text_en": "One.",
        "terms-1-id": "dark-frame",
        "terms-1-text_en": "Two.",
    }
    refused = trainer.post(f"{draft}/terms", {"made_from": version_on(page), **rows})
    assert refused.status_code == 422
    assert "There is a term of this name already. Give it another." in refused.text
    assert "One." in refused.text
    assert "Two." in refused.text


def test_an_emptied_row_takes_its_term_out_and_a_term_of_any_script_is_kept(trainer, draft):
    page = trainer.get(f"{draft}/terms")
    greek = {"terms-0-term_en": "σκοτεινό", "terms-0-text_en": "Dark."}
    trainer.post(f"{draft}/terms", {"made_from": version_on(page), **greek})
    page = trainer.get(f"{draft}/terms")
    assert "σκοτεινό" in page.text
    trainer.post(f"{draft}/terms", {"made_from": version_on(page), "terms-0-term_en": ""})
    assert "σκοτεινό" not in trainer.get(f"{draft}/terms").text


# -- what to look at ---------------------------------------------------------------------------------------------------


def test_advice_stands_at_its_place_never_blocks_and_reaches_the_reviewer(agency, trainer, draft):
    saved(agency, LESSON, minutes=1)
    told = "Minutes stated: 1; for reading alone: 3."
    assert told in text_of(trainer.get(draft))
    assert told in text_of(trainer.get(f"{draft}/lessons/en/{FIRST}"))
    trainer.get(draft)
    review = trainer.post(f"{draft}/review", {"note": "Shorter."})
    assert review.status_code == 303
    assert told in text_of(agency.browser("trainer2").get(review.location))


@pytest.fixture
def translated(agency, trainer, draft):
    """The draft in two languages, with one lesson and one item translated."""
    with agency.database.reading() as session:
        outline = drafts.part(session, session.scalars(select(Draft)).one(), MODULE).content
        item = drafts.part(session, session.scalars(select(Draft)).one(), item_part("s33-night-01")).content
    saved(
        agency,
        MODULE,
        languages=["en", "fr"],
        title={**outline["title"], "fr": "Ce qui a changé"},
        summary={**outline["summary"], "fr": "Images de nuit."},
        objectives=[{**one, "fr": one["en"]} for one in outline["objectives"]],
    )
    saved(agency, lesson_part("fr", FIRST), slug=FIRST, title="Ce qui a changé", body="Regardez.", sources=[])
    saved(agency, item_part("s33-night-01"), texts={**item["texts"], "fr": {**item["texts"]["en"], "stem": "Quoi ?"}})
    return draft


def contents(agency, name):
    with agency.database.reading() as session:
        return drafts.part(session, session.scalars(select(Draft)).one(), name).content


def test_a_translation_falls_behind_its_source_until_somebody_confirms_it(agency, trainer, translated):
    before = contents(agency, lesson_part("fr", FIRST))["translates"]
    with agency.database.transaction() as session:
        row = session.scalars(select(Draft)).one()
        assert drafts.whole(session, row).faults
    saved(agency, LESSON, title="Something else changed")
    saved(agency, lesson_part("fr", FIRST), title="Une faute de frappe")
    assert contents(agency, lesson_part("fr", FIRST))["translates"] == before
    read = contents(agency, LESSON)
    said = {"part": lesson_part("fr", FIRST), "language": "fr", "read": digest_of(lesson_text(read))}
    trainer.get(translated)
    stale = trainer.post(f"{translated}/translations/confirm", {**said, "read": before})
    assert stale.status_code == 303
    assert contents(agency, lesson_part("fr", FIRST))["translates"] == before
    trainer.post(f"{translated}/translations/confirm", said)
    assert contents(agency, lesson_part("fr", FIRST))["translates"] == said["read"] != before


def test_the_page_of_a_translation_is_of_that_language_and_takes_out_that_one_only(agency, trainer, translated):
    page = trainer.get(f"{translated}/lessons/fr/{FIRST}")
    assert "Lesson in “fr”" in text_of(page)
    [remove] = re.findall(r'action="([^"]+/remove)"', page.text)
    trainer.post(remove)
    assert contents(agency, lesson_part("fr", FIRST)) is None
    assert contents(agency, LESSON) is not None


def test_a_quiz_is_tried_in_the_language_that_was_chosen(trainer, translated):
    page = trainer.get(f"{translated}/practice?language=fr")
    assert re.search(r'<a [^>]*language=fr[^>]*aria-current="true" lang="fr"', page.text)
    assert "language=en" in page.text
    assert 'name="language" value=""' not in page.text, "the module's languages are not those of the pages"


def test_a_translated_item_is_confirmed_in_its_language(agency, trainer, translated):
    name = item_part("s33-night-01")
    before = contents(agency, name)["texts"]
    assert "translates" not in before["en"]
    saved(agency, name, texts={**before, "en": {**before["en"], "stem": "Which picture?"}})
    assert contents(agency, name)["texts"]["fr"]["translates"] == before["fr"]["translates"]
    read = digest_of(contents(agency, name)["texts"]["en"])
    trainer.get(translated)
    trainer.post(f"{translated}/translations/confirm", {"part": name, "language": "fr", "read": read})
    assert contents(agency, name)["texts"]["fr"]["translates"] == read


# -- what changed ------------------------------------------------------------------------------------------------------


def changed_lesson(agency):
    saved(agency, LESSON, body=lesson_body(agency).replace("Sightline", "Farsight", 1))
    saved(agency, item_part("s33-night-01"), points=2)
    return publish(agency, "Another name.")


def test_a_trainer_reads_the_note_first_and_then_every_part_that_changed(agency, trainer, draft):
    changed_lesson(agency)
    page = trainer.get("/content/sightline-3-3/changes")
    said = text_of(page)
    assert said.index("Another name.") < said.index("What changed, place by place")
    assert '<ins><span class="vh">added: </span>' in page.text
    assert '<del><span class="vh">removed: </span>' in page.text
    assert "removed: Sightline" in said
    assert "s33-night-01" in said
    assert "Written by Petra Nowak, approved by Karim Haddad" in said


def test_a_module_with_one_revision_says_so_and_strangers_to_it_are_not_found(trainer):
    assert "The module has one revision so far." in text_of(trainer.get("/content/ai-limits/changes"))
    assert trainer.get("/content/ai-limits/changes?earlier=1&later=999").status_code == 404
    assert trainer.get("/content/nothing/changes").status_code == 404


def test_two_revisions_are_compared_in_the_order_of_time_however_they_are_chosen(agency, trainer, draft):
    later = changed_lesson(agency)
    with agency.database.reading() as session:
        rows = session.scalars(select(ModuleRevision.id).where(ModuleRevision.slug == "sightline-3-3")).all()
    earlier = min(rows)
    one, other = (
        trainer.get(f"/content/sightline-3-3/changes?earlier={first}&later={second}").text
        for first, second in ((earlier, later), (later, earlier))
    )
    assert (
        re.sub(r'value="\d+" selected|selected value="\d+"', "", one).count("removed: ") == other.count("removed: ") > 0
    )


def test_an_officer_reads_what_changed_since_they_passed_and_no_key(agency, trainer):
    officer, slug = Officer(agency, "officer", "DP-1002"), "ai-limits"
    officer.take(slug)
    trainer.get(f"/content/{slug}")
    trainer.post(f"/content/drafts/of/{slug}")
    assert "See what changed since you passed" not in officer.get(f"/modules/{slug}")
    with agency.database.reading() as session:
        row = session.scalars(select(Draft)).one()
        parts = drafts.parts(session, row)
    lesson = next(name for name in parts if name.startswith("lesson/en/"))
    item = next(name for name in parts if name.startswith("item/"))
    body = parts[lesson].content["body"]
    saved(agency, lesson, body=f"{body}\n\nAsk **twice**.")
    saved(agency, item, points=parts[item].content["points"] + 1)
    publish(agency, "One more check.")
    assert "See what changed since you passed" in officer.get(f"/modules/{slug}")
    page = officer.browser.get(f"/modules/{slug}/changes")
    said = text_of(page)
    assert said.index("One more check.") < said.index("added: Ask twice")
    assert item.removeprefix("item/") not in page.text
    assert "points" not in said.lower()


def test_who_has_not_passed_has_nothing_to_compare(agency):
    assert agency.browser("officer1").get("/modules/sightline-3-3/changes").status_code == 404
