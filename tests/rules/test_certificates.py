"""What a certificate is worth on the day it is looked at."""

import pytest

from tests.rules.factories import BRUSSELS, assessed, delta, ended, full, local, officer, sightline
from training_app.rules.certificates import CertificateState, certificate_state
from training_app.rules.certification import standing
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AwardEndKind, Level

FIRST = full("3.1", "2026-02-10")
UPDATE = delta(FIRST, "3.2", "2026-11-05")


def worth(award, holder, tool=None, *, on="2026-11-22"):
    at = CivilInstant(local(on), BRUSSELS)
    return certificate_state(award.id, holder, standing(holder, tool or sightline(), award.version, on=at), on=at)


def test_an_award_of_the_running_term_is_in_force_and_so_is_its_delta():
    holder = officer(FIRST, UPDATE)
    assert worth(FIRST, holder) is worth(UPDATE, holder) is CertificateState.IN_FORCE


def test_it_tells_nothing_of_seat_or_evaluation():
    assert worth(FIRST, officer(FIRST, seats=(), evaluations=())) is CertificateState.IN_FORCE


@pytest.mark.parametrize(
    ("on", "state"), [("2028-02-10", CertificateState.IN_FORCE), ("2028-02-11", CertificateState.EXPIRED)]
)
def test_it_holds_through_the_last_day(on, state):
    assert worth(FIRST, officer(FIRST), on=on) is state


def test_a_revocation_counts_from_its_instant_and_a_void_at_every_instant():
    revoked = officer(FIRST, award_ends=(ended(FIRST, AwardEndKind.REVOKED, "2026-11-20"),))
    assert worth(FIRST, revoked, on="2026-11-19") is CertificateState.IN_FORCE
    assert worth(FIRST, revoked) is CertificateState.REVOKED
    voided = officer(FIRST, award_ends=(ended(FIRST, AwardEndKind.VOIDED, "2026-11-20"),))
    assert worth(FIRST, voided, on="2026-11-19") is CertificateState.VOIDED


def test_a_delta_stops_covering_when_its_assessment_is_raised():
    raised = assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2", "more", on="2026-11-10")
    tool = sightline(assessments=(*sightline().assessments, raised))
    assert worth(UPDATE, officer(FIRST, UPDATE), tool) is CertificateState.OVERDUE


def test_an_award_of_an_ended_term_is_replaced_by_the_next_one_and_never_revived():
    old, new = full("3.2", "2024-11-20"), full("3.2", "2026-11-21")
    assert worth(old, officer(old, new)) is CertificateState.REPLACED
    assert worth(new, officer(old, new)) is CertificateState.IN_FORCE


def test_a_version_to_which_no_way_leads_any_more_is_not_covered():
    old, new = full("3.1", "2024-11-20"), full("3.2", "2026-11-21")
    assert worth(old, officer(old, new)) is CertificateState.NOT_COVERED
