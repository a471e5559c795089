"""Who may do what as a trainer: every condition by a table, and what holds whatever the facts are."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS, local, when
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import (
    ASSESSING,
    LEVEL_FOR,
    OWN_CERTIFICATION,
    Act,
    Condition,
    Declared,
    Interest,
    InterestEnded,
    InterestKind,
    Matter,
    Measure,
    MeasureKind,
    Qualification,
    QualificationLevel,
    Scope,
    Taught,
    TrainerFacts,
    ancestors,
    declared_through,
    last_revocation,
    standing_qualifications,
    too_close,
    unmet,
)

TOOL, SUBJECT = Scope(tool="sightline"), Scope(subject="ai")
TODAY = CivilInstant(local("2026-11-30"), BRUSSELS)
TEXT = 2
"""The declaration's text of today."""


def qualified(level=QualificationLevel.LEAD, on="2026-01-05", **given):
    facts = {"id": "q1", "scope": TOOL, "level": level, "through": date(2028, 1, 5), "by": frozenset({"lead"})}
    return Qualification(**when(on) | facts | given)


def measure(kind, on="2026-11-01", recorded=None, **given):
    return Measure(**when(on, recorded) | {"id": f"m-{kind}", "kind": kind} | given)


def trainer(*qualifications, **given):
    facts = {"person": "t", "qualifications": qualifications, "declarations": (declared(),)}
    return TrainerFacts(**facts | given)


def declared(on="2026-02-01", text=TEXT):
    return Declared(**when(on), text_version=text)


def about(**given):
    return Matter(**{"scope": TOOL, "version": "3.2", "vendors": frozenset({"Acme"})} | given)


def asked(act, who, matter, *, qualified_by=None, on=TODAY):
    return unmet(act, who, matter, text_version=TEXT, qualified_by=qualified_by or {}, on=on)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("level", QualificationLevel)
def test_each_act_asks_for_its_level_and_every_level_includes_those_before_it(act, level):
    expected = () if level >= LEVEL_FOR[act] else (Condition.LEVEL_TOO_LOW,)
    assert asked(act, trainer(qualified(level)), about()) == expected


SPECIAL = {"special": True, "version": "3.2"}

CASES = {
    "everything is there": (trainer(qualified()), about(), ()),
    "never qualified": (trainer(), about(), (Condition.NOT_QUALIFIED,)),
    "qualified for something else": (trainer(qualified(scope=SUBJECT)), about(), (Condition.NOT_QUALIFIED,)),
    "only from tomorrow on": (trainer(qualified(on="2026-12-01")), about(), (Condition.NOT_QUALIFIED,)),
    "on its last day": (trainer(qualified(through=date(2026, 11, 30))), about(), ()),
    "the day after its last": (trainer(qualified(through=date(2026, 11, 29))), about(), (Condition.LAPSED,)),
    "suspended": (trainer(qualified(), measures=(measure(MeasureKind.SUSPENDED),)), about(), (Condition.SUSPENDED,)),
    "suspended from this one": (
        trainer(qualified(), measures=(measure(MeasureKind.SUSPENDED, qualification="q1"),)),
        about(),
        (Condition.SUSPENDED,),
    ),
    "suspended from another scope": (
        trainer(
            qualified(),
            qualified(id="q2", scope=SUBJECT),
            measures=(measure(MeasureKind.SUSPENDED, qualification="q2"),),
        ),
        about(),
        (),
    ),
    "suspended from a parallel grant": (
        trainer(qualified(), qualified(id="q2"), measures=(measure(MeasureKind.SUSPENDED, qualification="q2"),)),
        about(),
        (Condition.SUSPENDED,),
    ),
    "suspended, and granted the same anew": (
        trainer(
            qualified(),
            qualified(on="2026-11-15", id="q2"),
            measures=(measure(MeasureKind.SUSPENDED, qualification="q1"),),
        ),
        about(),
        (Condition.SUSPENDED,),
    ),
    "suspended from the level that a higher one includes": (
        trainer(
            qualified(QualificationLevel.LEAD),
            qualified(QualificationLevel.ASSESSOR, id="q2"),
            measures=(measure(MeasureKind.SUSPENDED, qualification="q2"),),
        ),
        about(),
        (Condition.SUSPENDED,),
    ),
    "suspended from a higher level": (
        trainer(
            qualified(QualificationLevel.LEAD),
            qualified(QualificationLevel.ASSESSOR, id="q2"),
            measures=(measure(MeasureKind.SUSPENDED, qualification="q1"),),
        ),
        about(),
        (),
    ),
    "suspended from a parallel grant, and reinstated": (
        trainer(
            qualified(),
            qualified(id="q2"),
            measures=(
                measure(MeasureKind.SUSPENDED, qualification="q2"),
                measure(MeasureKind.REINSTATED, "2026-11-20", ends="m-suspended"),
            ),
        ),
        about(),
        (),
    ),
    "revoked, with a parallel grant": (
        trainer(qualified(), qualified(id="q2"), measures=(measure(MeasureKind.REVOKED, qualification="q2"),)),
        about(),
        (Condition.REVOKED,),
    ),
    "this one was revoked, and granted anew on evidence": (
        trainer(
            qualified(),
            qualified(on="2026-11-15", id="q2"),
            measures=(measure(MeasureKind.REVOKED, qualification="q1"),),
        ),
        about(),
        (),
    ),
    "reinstated": (
        trainer(
            qualified(),
            measures=(
                measure(MeasureKind.SUSPENDED),
                measure(MeasureKind.REINSTATED, "2026-11-20", ends="m-suspended"),
            ),
        ),
        about(),
        (),
    ),
    "revoked": (trainer(qualified(), measures=(measure(MeasureKind.REVOKED),)), about(), (Condition.REVOKED,)),
    "revoked and then qualified anew": (
        trainer(qualified(), qualified(on="2026-11-15", id="q2"), measures=(measure(MeasureKind.REVOKED),)),
        about(),
        (),
    ),
    "suspended, and qualified anew all the same": (
        trainer(qualified(), qualified(on="2026-11-15", id="q2"), measures=(measure(MeasureKind.SUSPENDED),)),
        about(),
        (Condition.SUSPENDED,),
    ),
    "no declaration": (trainer(qualified(), declarations=()), about(), (Condition.DECLARATION_MISSING,)),
    "declared in an older text": (
        trainer(qualified(), declarations=(declared(text=1),)),
        about(),
        (Condition.DECLARATION_OUTDATED,),
    ),
    "declared a year ago today": (trainer(qualified(), declarations=(declared("2025-11-30"),)), about(), ()),
    "declared a year and a day ago": (
        trainer(qualified(), declarations=(declared("2025-11-29"),)),
        about(),
        (Condition.DECLARATION_OUTDATED,),
    ),
    "an interest in the vendor": (
        trainer(
            qualified(),
            interests=(Interest(**when("2026-03-01"), id="i", kind=InterestKind.EMPLOYED, vendor="Acme"),),
        ),
        about(),
        (Condition.INTEREST,),
    ),
    "an interest in another vendor": (
        trainer(
            qualified(),
            interests=(Interest(**when("2026-03-01"), id="i", kind=InterestKind.EMPLOYED, vendor="Other"),),
        ),
        about(),
        (),
    ),
    "an interest that ended": (
        trainer(
            qualified(),
            interests=(Interest(**when("2026-03-01"), id="i", kind=InterestKind.PAID, vendor="Acme"),),
            interest_ends=(InterestEnded(**when("2026-04-01"), interest="i"),),
        ),
        about(),
        (),
    ),
    "own certification not in force": (
        trainer(qualified()),
        about(own=frozenset({Condition.OWN_CERTIFICATION})),
        (Condition.OWN_CERTIFICATION,),
    ),
    "own certification under review, and suspended": (
        trainer(qualified()),
        about(own=frozenset({Condition.OWN_UNDER_REVIEW, Condition.OWN_SUSPENDED})),
        (Condition.OWN_SUSPENDED, Condition.OWN_UNDER_REVIEW),
    ),
    "a special one needs no own certification": (
        trainer(qualified(**SPECIAL)),
        about(own=frozenset({Condition.OWN_CERTIFICATION})),
        (),
    ),
    "suspended from the tool, with a special one": (
        trainer(qualified(**SPECIAL)),
        about(own=frozenset({Condition.OWN_CERTIFICATION, Condition.OWN_SUSPENDED})),
        (Condition.OWN_SUSPENDED,),
    ),
    "a special one for another version": (
        trainer(qualified(**SPECIAL)),
        about(version="3.3"),
        (Condition.OTHER_VERSION,),
    ),
    "themselves": (trainer(qualified()), about(persons=frozenset({"t"})), (Condition.SELF,)),
    "taught them within the year": (
        trainer(qualified(), taught=(Taught(**when("2025-11-30"), learner="o", tool="sightline"),)),
        about(persons=frozenset({"o"}), separation=True),
        (Condition.TAUGHT_THEM,),
    ),
    "taught them more than a year ago": (
        trainer(qualified(), taught=(Taught(**when("2025-11-29"), learner="o", tool="sightline"),)),
        about(persons=frozenset({"o"}), separation=True),
        (),
    ),
    "taught them on another tool": (
        trainer(qualified(), taught=(Taught(**when("2026-10-01"), learner="o", tool="lockpick"),)),
        about(persons=frozenset({"o"}), separation=True),
        (),
    ),
    "taught them where nothing is to be kept apart": (
        trainer(qualified(), taught=(Taught(**when("2026-10-01"), learner="o", tool="sightline"),)),
        about(persons=frozenset({"o"})),
        (),
    ),
    "all that is missing is told at once": (
        trainer(qualified(QualificationLevel.AUTHOR), declarations=()),
        about(persons=frozenset({"t"})),
        (Condition.SELF, Condition.LEVEL_TOO_LOW, Condition.DECLARATION_MISSING),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_signing_for_practice_asks_for_every_condition(case):
    who, matter, expected = CASES[case]
    assert asked(Act.SIGN_OFF, who, matter) == expected


@pytest.mark.parametrize("act", Act)
def test_teaching_and_signing_ask_for_the_own_certification_and_nothing_else_does(act):
    held = frozenset({Condition.OWN_CERTIFICATION, Condition.OWN_SUSPENDED, Condition.OWN_UNDER_REVIEW})
    assert set(asked(act, trainer(qualified()), about(own=held))) == (held if act in OWN_CERTIFICATION else set())


@pytest.mark.parametrize("version", [None, "3.2", "4.0"])
def test_who_leads_a_tool_from_its_first_version_on_qualifies_others_whatever_the_version(version):
    assert asked(Act.QUALIFY, trainer(qualified(**SPECIAL)), about(version=version)) == ()


@pytest.mark.parametrize("act", Act)
def test_an_interest_in_the_vendor_stands_against_assessing_only(act):
    interest = Interest(**when("2026-03-01"), id="i", kind=InterestKind.HOLDS_SHARES, vendor="Acme")
    found = asked(act, trainer(qualified(), interests=(interest,)), about())
    assert found == ((Condition.INTEREST,) if act in ASSESSING else ())
    several = about(vendors=frozenset({"Other", "Acme"}))
    assert asked(act, trainer(qualified(), interests=(interest,)), several) == found


def test_reviewing_is_deciding_by_what_somebody_passes():
    assert Act.REVIEW in ASSESSING


CYCLES = [
    ({"t": {"lead"}}, "o", False),
    ({"t": {"o"}}, "o", True),
    ({"t": {"a"}, "a": {"b"}, "b": {"o"}}, "o", True),
    ({"t": {"a"}, "a": {"b"}, "b": {"a"}}, "o", False),
    ({"t": {"a", "o"}, "a": {"t"}}, "o", True),
]


@pytest.mark.parametrize(("qualified_by", "person", "refused"), CYCLES)
@pytest.mark.parametrize("act", [Act.QUALIFY, Act.SIGN_OFF, Act.HEAR_APPEAL])
def test_nobody_decides_on_those_whom_their_own_qualification_rests_on(act, qualified_by, person, refused):
    found = asked(act, trainer(qualified()), about(persons=frozenset({person})), qualified_by=qualified_by)
    assert found == ((Condition.CYCLE,) if refused else ())


@pytest.mark.parametrize(("qualified_by", "person", "refused"), CYCLES)
def test_in_another_office_one_is_no_less_bound_by_who_qualified_one(qualified_by, person, refused):
    assert list(too_close("t", {person}, qualified_by)) == ([Condition.CYCLE] if refused else [])
    assert Condition.SELF in list(too_close("t", {"t"}, qualified_by))


people = st.sampled_from("abcdefg")
grants = st.lists(st.tuples(people, people), max_size=25)


@given(grants)
def test_grants_that_the_rule_allows_never_lead_back_to_who_gave_them(wanted):
    """Whatever is tried in whatever order: following "qualified by" from anybody never returns to them."""
    given_by: dict[str, set[str]] = {}
    for by, person in wanted:
        who = replace(trainer(qualified()), person=by)
        matter = about(persons=frozenset({person}))
        if not {Condition.SELF, Condition.CYCLE} & set(asked(Act.QUALIFY, who, matter, qualified_by=given_by)):
            given_by.setdefault(person, set()).add(by)
    assert all(person not in ancestors(person, given_by) for person in given_by)


@given(st.sampled_from(sorted(CASES)), st.sampled_from([MeasureKind.SUSPENDED, MeasureKind.REVOKED]))
def test_a_measure_never_allows_what_was_refused(case, kind):
    who, matter, _expected = CASES[case]
    stricter = replace(who, measures=(*who.measures, measure(kind, "2026-11-25", id="more")))
    assert set(asked(Act.SIGN_OFF, who, matter)) == set() or asked(Act.SIGN_OFF, stricter, matter)


def test_a_measure_from_a_past_date_counts_from_then_once_it_is_known():
    who = trainer(qualified(), measures=(measure(MeasureKind.REVOKED, "2026-06-01", recorded="2026-11-20"),))
    assert asked(Act.SIGN_OFF, who, about(), on=CivilInstant(local("2026-05-31"), BRUSSELS)) == ()
    assert asked(Act.SIGN_OFF, who, about(), on=CivilInstant(local("2026-06-02"), BRUSSELS)) == (Condition.REVOKED,)
    assert standing_qualifications(who, on=TODAY) == ()


def test_a_declaration_holds_through_the_same_day_of_the_next_year():
    who = trainer(declarations=(declared("2024-02-29"),))
    assert declared_through(who, TEXT, on=TODAY) == date(2025, 2, 28)
    assert declared_through(who, TEXT + 1, on=TODAY) is None


REVOCATIONS = [
    (measure(MeasureKind.REVOKED), TOOL, QualificationLevel.AUTHOR, True),
    (measure(MeasureKind.REVOKED, qualification="q1"), TOOL, QualificationLevel.LEAD, True),
    (measure(MeasureKind.REVOKED, qualification="q1"), TOOL, QualificationLevel.AUTHOR, False),
    (measure(MeasureKind.REVOKED, qualification="q1"), SUBJECT, QualificationLevel.LEAD, False),
    (measure(MeasureKind.SUSPENDED), TOOL, QualificationLevel.LEAD, False),
]


@pytest.mark.parametrize(("held", "scope", "level", "found"), REVOCATIONS)
def test_what_was_revoked_is_known_when_it_is_to_be_granted_anew(held, scope, level, found):
    who = trainer(qualified(QualificationLevel.ASSESSOR), measures=(held,))
    assert last_revocation(who, scope, level, on=TODAY) is (held if found else None)


@pytest.mark.parametrize("given", [{}, {"subject": "ai", "tool": "sightline"}])
def test_a_scope_is_a_subject_or_a_tool(given):
    with pytest.raises(ValueError, match="either"):
        Scope(**given)
