"""Cards: each change a revision, nothing overwritten unseen, and two persons where a complete one is missing."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models.tools import RiskClass, ToolCard, ToolVersion, VersionCard, VersionCardWaiverSignature
from training_app.rules.cards import Card, Gap, GroupFigure, GroupTest
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Prohibition
from training_app.services import cards

SAID = cards.ToolStatement(
    "Find look-alikes.", "Police Act.", RiskClass.HIGH, "Faces.", "Biometric data.", "All.", "So."
)
FIGURE = GroupFigure("Women", "False matches", "0.5 %")
TEST = GroupTest(date(2026, 2, 1), "Methods unit", "Sample", "women and men", "No difference.")
CARD = Card("Licensed portraits.", "Night pictures.", (FIGURE,), (TEST,))
ON = CivilInstant(NOW, ZoneInfo("Europe/Brussels"))


@pytest.fixture
def version(session):
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    row = ToolVersion(
        **stamp,
        tool_id=recorded.tool(session).id,
        label="1",
        prohibition=Prohibition.NONE,
        what_changed="All of it.",
        how_to_stop="Press Stop.",
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def registrars(session):
    return recorded.person(session), recorded.person(session)


def revise(session, version, said=CARD, *, seen=0, by=None):
    return cards.revise_version_card(session, version, said, seen=seen, at=NOW, by=by or recorded.person(session))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_card_comes_back_as_it_was_written(session, version):
    revise(session, version)
    session.expire_all()
    found = cards.card_of(session, version.id)
    assert (found.revision, found.card, found.gaps, found.allows_release) == (1, CARD, (), True)


def test_every_change_is_a_revision_that_says_what_changed_and_by_whom(session, version, registrars):
    revise(session, version, by=registrars[0])
    again = replace(CARD, known_limits="Night pictures and rain.")
    revise(session, version, again, seen=1, by=registrars[1])
    (revision,) = cards.revisions_of_version_card(session, version)
    assert revision.changes == (cards.Change("known_limits", "Night pictures.", "Night pictures and rain."),)
    assert (revision.number, revision.by) == (2, registrars[1].name)
    assert count(session, VersionCard) == 2


def test_who_started_from_an_older_revision_overwrites_nothing(session, version):
    revise(session, version)
    with pytest.raises(cards.CardChanged):
        revise(session, version, replace(CARD, known_limits="Rain."), seen=0)
    assert cards.card_of(session, version.id).card == CARD


def test_what_says_the_same_is_no_revision(session, version):
    revise(session, version)
    with pytest.raises(cards.NothingChanged):
        revise(session, version, seen=1)
    assert count(session, VersionCard) == 1


def test_a_complete_card_cannot_lose_a_part_again(session, version):
    revise(session, version)
    with pytest.raises(cards.CardStaysComplete) as refused:
        revise(session, version, replace(CARD, tests=()), seen=1)
    assert refused.value.gaps == (Gap.TESTS,)


def test_a_card_may_be_filled_in_bit_by_bit(session, version):
    revise(session, version, replace(CARD, tests=(), figures=()))
    found = cards.card_of(session, version.id)
    assert (found.gaps, found.allows_release) == ((Gap.FIGURES, Gap.TESTS), False)
    revise(session, version, seen=1)
    assert cards.card_of(session, version.id).allows_release


def test_a_tools_card_is_revised_the_same_way(session, registrars):
    tool, by = recorded.tool(session), registrars[0]
    cards.revise_tool_card(session, tool, SAID, seen=0, at=NOW, by=by)
    with pytest.raises(cards.NothingChanged):
        cards.revise_tool_card(session, tool, SAID, seen=1, at=NOW, by=by)
    with pytest.raises(cards.CardChanged):
        cards.revise_tool_card(session, tool, replace(SAID, purpose="Else."), seen=0, at=NOW, by=by)
    cards.revise_tool_card(session, tool, replace(SAID, risk_class=RiskClass.MINIMAL), seen=1, at=NOW, by=by)
    (revision,) = cards.revisions_of_tool_card(session, tool)
    assert revision.changes == (cards.Change("risk_class", RiskClass.HIGH, RiskClass.MINIMAL),)
    assert count(session, ToolCard) == 2


def test_without_a_card_two_different_persons_give_a_reason(session, version, registrars):
    first, second = registrars
    waiver = cards.waive(session, version, "No figures exist.", at=NOW, by=first)
    assert not cards.card_of(session, version.id).allows_release
    with pytest.raises(cards.OwnWaiver):
        cards.sign_waiver(session, waiver, "I agree.", at=NOW, by=first)
    cards.sign_waiver(session, waiver, "Tests follow in spring.", at=NOW, by=second)
    found = cards.card_of(session, version.id)
    assert found.allows_release
    assert (found.waiver.author, found.waiver.signer) == (first.name, second.name)
    assert found.waiver.signer_reason == "Tests follow in spring."


def test_a_reason_is_signed_once_and_only_the_latest(session, version, registrars):
    first, second = registrars
    old = cards.waive(session, version, "No figures.", at=NOW, by=first)
    new = cards.waive(session, version, "No figures and no tests.", at=NOW, by=first)
    with pytest.raises(cards.WaiverOutdated):
        cards.sign_waiver(session, old, "I agree.", at=NOW, by=second)
    cards.sign_waiver(session, new, "I agree.", at=NOW, by=second)
    with pytest.raises(cards.WaiverOutdated):
        cards.sign_waiver(session, new, "I agree again.", at=NOW, by=second)
    assert count(session, VersionCardWaiverSignature) == 1


def test_nothing_is_waived_where_nothing_is_missing(session, version, registrars):
    revise(session, version)
    with pytest.raises(cards.NotWaivable):
        cards.waive(session, version, "For no reason.", at=NOW, by=registrars[0])


def test_old_tests_of_a_card_are_found(session, version):
    old = replace(TEST, date=date(2025, 2, 28), groups="age")
    revise(session, version, replace(CARD, tests=(TEST, old)))
    assert cards.card_of(session, version.id).outdated_tests(on=ON) == (old,)


def test_every_version_that_is_asked_for_has_an_answer_with_or_without_a_card(session, version):
    assert cards.cards_of(session, [version.id, version.id + 1]).keys() == {version.id, version.id + 1}
    assert cards.cards_of(session, []) == {}
