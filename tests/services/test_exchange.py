"""Questions from elsewhere in a draft: added once, as items of their own, and nothing that stands is changed."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from courses.fields import Fields
from quizzes.exchange import formats
from quizzes.exchange.formats import ExchangeFormat
from quizzes.exchange.placing import Placement
from quizzes.exchange.report import Unreadable, What
from quizzes.item import CognitiveLevel, read_item
from quizzes.parts import MODULE, item_part
from tests.services import qualified
from tests.services.recorded import NOW, ZONE
from training_app.models.authoring import DraftSave
from training_app.models.imports import WaitingQuestions
from training_app.services import content, drafts, exchange
from training_app.services.exchange import NoQuestionsWait, QuestionsChanged, Wanted

ROOT = Path(__file__).parents[2]
WORDS = ("True", "False")
PLACEMENT = Placement({"": "errors"}, CognitiveLevel.RECALL, sources=("aia-3",))
TWO = b"""
::Alarms::Is every alarm right?{=No#Most faces are innocent. ~Yes#Then no innocent person passes by.}

::Alarms::Is a miss seen on the spot?{=No ~Yes}
"""


@pytest.fixture
def session(demo_session):
    """The starter content is in it, too."""
    return demo_session


@pytest.fixture
def author(session):
    return qualified.trainer(session)


@pytest.fixture
def draft(session, author):
    return drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=author)


def planned(session, draft, file: bytes = TWO):
    return exchange.plan(session, draft, file, language="en", words=WORDS)


def keep(session, draft, author, file: bytes = TWO, *, at=NOW):
    return exchange.keep(session, draft, author.id, file, language="en", file_name="bank.gift", at=at)


def add(session, draft, author, *, numbers=(1, 2), seen=None, at=NOW):
    wanted = Wanted(PLACEMENT, numbers, planned(session, draft).digest if seen is None else seen)
    return exchange.add_waiting(session, draft, wanted, words=WORDS, at=at, zone=ZONE, by=author)


def test_questions_become_items_of_the_draft_with_what_was_chosen(session, draft, author):
    keep(session, draft, author)
    assert add(session, draft, author) == ["alarms", "alarms-2"]
    item = drafts.part(session, draft, item_part("alarms")).content
    assert item["texts"] == {
        "en": {
            "stem": "Is every alarm right?",
            "options": {"a": "No", "b": "Yes"},
            "feedback": {"a": "Most faces are innocent.", "b": "Then no innocent person passes by."},
        }
    }
    assert (item["kind"], item["key"], item["objective"]) == ("single-choice", ["a"], "errors")
    assert (item["level"], item["sources"], item["points"]) == ("recall", ["aia-3"], 1)
    whole = drafts.whole(session, draft)
    assert not [fault for fault in whole.faults if "'alarms'" in fault.problem and "law_as_of" not in fault.problem]


def test_only_what_was_chosen_is_added_and_the_file_is_gone(session, draft, author):
    keep(session, draft, author)
    assert add(session, draft, author, numbers=(2,)) == ["alarms-2"]
    assert session.scalar(select(func.count()).select_from(WaitingQuestions)) == 0
    with pytest.raises(NoQuestionsWait):
        add(session, draft, author)


def test_the_same_file_again_adds_nothing(session, draft, author):
    keep(session, draft, author)
    add(session, draft, author)
    again = planned(session, draft)
    assert again.new == []
    assert [entry.twin for entry in again.twins] == ["alarms", "alarms-2"]


def test_a_question_that_was_reworded_since_it_was_added_is_recognised(session, draft, author):
    keep(session, draft, author)
    add(session, draft, author)
    part = drafts.part(session, draft, item_part("alarms"))
    reworded = {**part.content, "texts": {"en": {**part.content["texts"]["en"], "stem": "Can an alarm be wrong?"}}}
    drafts.save(session, draft, part.name, reworded, made_from=part.version, at=NOW, zone=ZONE, by=author)
    assert [entry.twin for entry in planned(session, draft).twins] == ["alarms", "alarms-2"]


def test_a_question_whose_item_was_taken_out_can_be_added_again_under_another_name(session, draft, author):
    keep(session, draft, author)
    add(session, draft, author)
    drafts.save(session, draft, item_part("alarms"), None, made_from=1, at=NOW, zone=ZONE, by=author)
    [entry] = planned(session, draft).new
    assert entry.name == "alarms-3"


def test_a_question_that_stands_twice_in_a_file_is_added_once(session, draft, author):
    [first, second] = planned(session, draft, b"Is it so?{~No =Yes}\n\nis it  SO?{=yes ~no}").entries
    assert (first.twin, second.twin, second.in_file) == ("", "Is it so?", True)


@pytest.mark.parametrize("form", ExchangeFormat)
def test_an_exported_bank_is_recognised_item_by_item_when_it_comes_back(session, draft, author, form):
    bank = content.newest(session, "ai-limits").bank
    written = exchange.written(form, bank.items, module="ai-limits", language="en", words=WORDS)
    assert written.carried == len(bank.items)
    found = planned(session, draft, written.text.encode())
    assert found.new == []
    assert [entry.twin for entry in found.twins] == [
        item.id for cell in bank.plan.blueprint for item in bank.items if item.objective == cell.objective
    ]


def test_an_exported_bank_fills_the_draft_of_another_module_without_a_fault(session, draft, author):
    bank = content.newest(session, "ai-limits").bank
    written = exchange.written(ExchangeFormat.MOODLE_XML, bank.items, module="ai-limits", language="en", words=WORDS)
    other = drafts.open_draft(session, "another", at=NOW, zone=ZONE, by=author)
    outline = {**drafts.part(session, draft, MODULE).content, "law_as_of": "2026-11-22"}
    drafts.save(session, other, MODULE, outline, made_from=0, at=NOW, zone=ZONE, by=author)
    found = planned(session, other, written.text.encode())
    placement = Placement(exchange.guessed(found, outline, "en"), CognitiveLevel.RECALL)
    exchange.add(session, other, found.new, placement, language="en", at=NOW, zone=ZONE, by=author)
    for item in bank.items:
        back = drafts.part(session, other, item_part(item.id)).content
        faults = []
        read = read_item(Fields(back, file="bank.toml", faults=faults), module="another", languages=("en",))
        assert (faults, read.level, read.sources) == ([], item.level, item.sources)
        assert (read.objective, read.law_as_of, read.review_by) == (item.objective, item.law_as_of, item.review_by)


def test_nothing_is_added_where_the_draft_got_the_question_meanwhile(session, draft, author):
    keep(session, draft, author)
    seen = planned(session, draft).digest
    [first, _second] = planned(session, draft).new
    exchange.add(session, draft, [first], PLACEMENT, language="en", at=NOW, zone=ZONE, by=author)
    with pytest.raises(QuestionsChanged):
        add(session, draft, author, seen=seen)


def test_nothing_is_added_to_a_draft_that_was_given_up(session, draft, author):
    keep(session, draft, author)
    seen = planned(session, draft).digest
    drafts.give_up(session, draft, at=NOW, by=author)
    with pytest.raises(drafts.DraftClosed):
        add(session, draft, author, seen=seen)
    assert session.scalar(select(func.count()).select_from(DraftSave)) == 0


def test_a_file_waits_a_day_for_who_sent_it_and_for_nobody_else(session, draft, author):
    keep(session, draft, author)
    other = qualified.trainer(session)
    almost, later = NOW + exchange.KEPT - timedelta(seconds=1), NOW + exchange.KEPT
    assert exchange.waiting(session, draft.id, author.id, at=almost) is not None
    assert exchange.waiting(session, draft.id, author.id, at=later) is None
    assert exchange.waiting(session, draft.id, other.id, at=NOW) is None
    keep(session, draft, other, at=later)
    assert session.scalars(select(WaitingQuestions.person_id)).all() == [other.id]


def test_a_second_file_takes_the_place_of_the_first(session, draft, author):
    keep(session, draft, author)
    keep(session, draft, author, b"Another?{=yes ~no}")
    kept = exchange.waiting(session, draft.id, author.id, at=NOW)
    assert formats.read(kept.content, words=WORDS).questions[0].title == "Another?"


def test_what_of_a_draft_is_unfinished_is_told_and_the_rest_is_written(session, draft, author):
    keep(session, draft, author, b"Is it so?{=yes ~no}")
    found = planned(session, draft, b"Is it so?{=yes ~no}")
    exchange.add(session, draft, found.new, PLACEMENT, language="en", at=NOW, zone=ZONE, by=author)
    written = exchange.written_draft(session, draft, ExchangeFormat.GIFT, language="en", words=WORDS)
    [unfinished] = [note for note in written.notes if note.what is What.UNFINISHED]
    assert (unfinished.title, unfinished.left_out) == ("is-it-so", True)
    assert written.carried == len(content.newest(session, "ai-limits").bank.items)


def test_a_file_that_cannot_be_read_is_refused_before_it_is_kept(session, draft):
    with pytest.raises(Unreadable):
        planned(session, draft, b"\xff\xfe")
