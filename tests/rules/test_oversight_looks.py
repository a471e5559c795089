"""What counts as a look of oversight, whose names it reads, and what a look keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import local
from tests.services.recorded import ZONE
from training_app.rules.oversight_looks import MOST_FIELDS, is_look, kept_of, shown_until, withholds_names
from training_app.rules.permissions import Permission, Role, permissions_of

ROLES = st.sets(st.sampled_from(Role))


@pytest.mark.parametrize(
    ("asked", "roles", "look", "withheld"),
    [
        (Permission.JOURNAL_READ, {Role.OVERSIGHT}, True, True),
        (Permission.TRAINER_READ, {Role.OVERSIGHT}, True, True),
        pytest.param(Permission.TRAINER_READ, {Role.OVERSIGHT, Role.LEAD}, False, False, id="a lead may anyway"),
        pytest.param(Permission.JOURNAL_READ, {Role.OVERSIGHT, Role.LEAD}, True, True, id="a lead may not"),
        pytest.param(Permission.SIGNED_IN, {Role.OVERSIGHT}, False, True, id="own pages are no look"),
        (Permission.SIGNED_IN, {Role.REGISTRAR}, False, False),
        (Permission.TOOL_READ, {Role.REGISTRAR}, False, False),
        pytest.param(Permission.TOOL_MANAGE, {Role.OVERSIGHT}, False, False, id="it may not at all"),
    ],
)
def test_a_look_is_what_is_opened_by_the_role_of_oversight_alone(asked, roles, look, withheld):
    assert is_look(asked, roles) is look
    assert withholds_names(asked, roles) is withheld


@given(st.sampled_from(Permission), ROLES)
def test_without_the_role_nothing_is_a_look_and_with_it_nothing_is_read_as_it_alone_may_without_one(asked, roles):
    if Role.OVERSIGHT not in roles:
        assert not is_look(asked, roles)
        assert not withholds_names(asked, roles)
    elif asked in permissions_of(roles):
        assert is_look(asked, roles) == (asked not in permissions_of(roles - {Role.OVERSIGHT}))
    if is_look(asked, roles):
        assert withholds_names(asked, roles)


def test_a_name_is_shown_through_the_civil_day_also_where_the_clocks_change():
    assert shown_until(local("2026-03-01 00:00:00"), ZONE) == local("2026-03-02 00:00")
    assert shown_until(local("2026-03-01 23:59:59"), ZONE) == local("2026-03-02 00:00")
    assert shown_until(local("2026-03-29 01:30:00"), ZONE) == local("2026-03-30 00:00"), "a day of 23 hours"


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ([("entry_id", "17"), ("since", "2026-03-01")], {"entry_id": "17", "since": "2026-03-01"}),
        ([("words", "Karim Haddad")], {"words": ""}),
        ([("kind", "award"), ("answer", "refused")], {"kind": "award", "answer": ""}),
        ([("since", "2026-W09-7")], {"since": ""}),
        ([("since", "2026-02-30")], {"since": ""}),
        ([("page", "")], {}),
        ([("Karim Haddad", "1"), ("a" * 60, "1")], {}),
        ([("number", "٣")], {"number": ""}),
        ([("number", "1" * 19)], {"number": ""}),
        ([("slug", "x"), ("slug", "17")], {"slug": ""}),
    ],
)
def test_a_look_keeps_numbers_days_and_known_codes_and_of_words_only_that_there_were_some(stated, kept):
    assert kept_of(stated, {"kind": {"award"}}) == kept


@given(st.lists(st.tuples(st.text(max_size=50), st.text(max_size=50)), max_size=40))
def test_no_word_that_somebody_typed_stays_in_a_look(stated):
    kept = kept_of(stated, {})
    assert len(kept) <= MOST_FIELDS
    assert all(not any(letter.isalpha() for letter in value) for value in kept.values())
