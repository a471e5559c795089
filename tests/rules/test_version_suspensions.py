"""Who may end a suspension: somebody else of the body in whose name it was made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.permissions import Role
from training_app.rules.version_suspensions import Bar, Body, bars, who_can_end

WHO, ANOTHER = 1, 2


@pytest.mark.parametrize(
    ("body", "suspended_by", "roles", "expected"),
    [
        pytest.param(Body.REGISTRARS, ANOTHER, {Role.REGISTRAR}, (), id="another-registrars-by-a-registrar"),
        pytest.param(Body.REGISTRARS, WHO, {Role.REGISTRAR}, (Bar.OWN,), id="own-by-a-registrar"),
        pytest.param(Body.OVERSIGHT, ANOTHER, {Role.OVERSIGHT}, (), id="another-overseers-by-an-overseer"),
        pytest.param(Body.OVERSIGHT, WHO, {Role.OVERSIGHT}, (Bar.OWN,), id="own-by-an-overseer"),
        pytest.param(
            Body.OVERSIGHT, ANOTHER, {Role.REGISTRAR}, (Bar.OVERSIGHT_ENDS_IT,), id="overseers-by-a-registrar"
        ),
        pytest.param(
            Body.REGISTRARS, ANOTHER, {Role.OVERSIGHT}, (Bar.REGISTRARS_END_IT,), id="registrars-by-an-overseer"
        ),
        pytest.param(Body.OVERSIGHT, WHO, set(), (Bar.OWN, Bar.OVERSIGHT_ENDS_IT), id="role-taken-back"),
        pytest.param(
            Body.OVERSIGHT, WHO, {Role.OVERSIGHT, Role.REGISTRAR}, (Bar.OWN,), id="both-roles-do-not-make-two-people"
        ),
        pytest.param(Body.OVERSIGHT, None, {Role.OVERSIGHT}, (), id="in-nobodys-name"),
    ],
)
def test_what_keeps_somebody_from_ending_it(body, suspended_by, roles, expected):
    assert bars(WHO, roles, suspended_by=suspended_by, body=body) == expected


@given(
    holders=st.frozensets(st.integers(1, 6)),
    suspended_by=st.integers(1, 6),
    roles=st.frozensets(st.sampled_from(Role)),
    body=st.sampled_from(Body),
)
def test_who_suspended_never_ends_it(holders, suspended_by, roles, body):
    assert Bar.OWN in bars(suspended_by, roles, suspended_by=suspended_by, body=body)
    assert who_can_end(holders, suspended_by=suspended_by) == holders - {suspended_by}
