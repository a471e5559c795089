"""What a trainer is qualified on, who can be founded, and what is renewed: every rule by a table."""

from datetime import date

import pytest

from tests.rules.test_trainers import SPECIAL, SUBJECT, TODAY, TOOL, measure, qualified, trainer
from training_app.rules.qualifying import (
    NEEDED,
    AgainstRenewal,
    Currency,
    EvidenceKind,
    against_renewal,
    evidence_missing,
    last_day_allowed,
    special_allowed,
)
from training_app.rules.trainers import MeasureKind, QualificationLevel


@pytest.mark.parametrize("level", QualificationLevel)
def test_each_level_asks_for_its_evidence(level):
    assert evidence_missing(level, (), special=False) == tuple(kind for kind in EvidenceKind if kind in NEEDED[level])
    assert evidence_missing(level, NEEDED[level], special=False) == ()


def test_who_founds_a_scope_needs_experience_and_a_conduct_check_only():
    assert evidence_missing(QualificationLevel.LEAD, (), special=True) == (
        EvidenceKind.EXPERIENCE,
        EvidenceKind.CONDUCT_CHECK,
    )


@pytest.mark.parametrize(("special", "last"), [(False, date(2029, 11, 30)), (True, date(2027, 11, 30))])
def test_a_qualification_runs_for_three_years_at_most_and_a_special_one_for_a_year(special, last):
    assert last_day_allowed(TODAY.day, special=special) == last


CURRENCY = [(3, 6, None, True), (3, 6, True, True), (2, 6, None, False), (3, 5, None, False), (9, 99, False, False)]


@pytest.mark.parametrize(("acts", "hours", "certified", "enough"), CURRENCY)
def test_a_renewal_asks_for_acts_education_and_the_own_certification(acts, hours, certified, enough):
    assert Currency(acts, hours, certified).enough is enough


RENEWALS = {
    "the only grant": ((qualified(),), (), None),
    "there is no such grant": ((qualified(id="q2"),), (), AgainstRenewal.ON_EVIDENCE),
    "a special one": ((qualified(**SPECIAL),), (), AgainstRenewal.ON_EVIDENCE),
    "it has run out": ((qualified(through=date(2026, 11, 29)),), (), None),
    "granted again since": ((qualified(), qualified(on="2026-06-01", id="q2")), (), AgainstRenewal.NOT_THE_NEWEST),
    "granted before": ((qualified(on="2025-06-01", id="q0"), qualified()), (), None),
    "granted in another scope since": ((qualified(), qualified(on="2026-06-01", id="q2", scope=SUBJECT)), (), None),
    "founded for a new version since": ((qualified(), qualified(on="2026-06-01", id="q2", **SPECIAL)), (), None),
    "suspended": ((qualified(),), (measure(MeasureKind.SUSPENDED),), AgainstRenewal.ON_EVIDENCE),
    "revoked": ((qualified(),), (measure(MeasureKind.REVOKED, qualification="q1"),), AgainstRenewal.ON_EVIDENCE),
    "reinstated": (
        (qualified(),),
        (measure(MeasureKind.SUSPENDED), measure(MeasureKind.REINSTATED, "2026-11-20", ends="m-suspended")),
        None,
    ),
}


@pytest.mark.parametrize("case", RENEWALS)
def test_only_the_newest_ordinary_grant_of_a_scope_without_a_measure_is_renewed(case):
    grants, measures, expected = RENEWALS[case]
    assert against_renewal(trainer(*grants, measures=measures), "q1", on=TODAY) is expected


LEADS = [
    ([], {}, True),
    ([("l", qualified())], {}, False),
    ([("l", qualified(QualificationLevel.ASSESSOR))], {}, True),
    ([("l", qualified(scope=SUBJECT))], {}, True),
    ([("l", qualified(through=date(2026, 11, 29)))], {}, True),
    ([("p", qualified())], {}, True),
    ([("l", qualified())], {"l": {"p"}}, True),
    ([("l", qualified())], {"l": {"a"}, "a": {"p"}}, True),
]


@pytest.mark.parametrize(("others", "qualified_by", "allowed"), LEADS)
def test_a_special_qualification_is_for_where_nobody_else_could_grant_one(others, qualified_by, allowed):
    facts = [trainer(one, person=person) for person, one in others]
    assert special_allowed(facts, "p", TOOL, qualified_by, on=TODAY) is allowed
