"""The custom parameter that says what stands behind a link, and what roles at a platform say there."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules import lti_roles
from training_app.rules.lti_targets import NoTarget, Target, TargetKind, parse

slugs = st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,10}){0,3}", fullmatch=True)


@given(st.sampled_from(TargetKind), slugs)
def test_what_is_written_is_read_again(kind, slug):
    target = Target(kind, slug)
    assert parse(str(target)) == parse(f"  {target}\n") == target


@pytest.mark.parametrize(
    "text",
    [None, 7, [], "", "module", "module:", ":ai-limits", "officer:7", "Module:ai-limits", "module:AI", "module:a--b",
     "module:../x", "module:a/b", "module:a b", "certification:a:b", "module:-a", "$ResourceLink.title",
     "module:" + "a" * 100, "module:a\0"],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(NoTarget):
        parse(text)


@given(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text())))
def test_nothing_else_than_a_refusal_is_ever_raised(text):
    with suppress(NoTarget):
        assert str(parse(text)) == text.strip()


def test_a_column_is_known_by_kind_and_slug_and_where_it_is_one_versions_by_its_label():
    target = parse("certification:sightline")
    assert target.resource_id == "certification/sightline"
    assert target.of_version("3.2") == "certification/sightline/3.2"


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("http://purl.imsglobal.org/vocab/lis/v2/membership#Learner", "Learner"),
        ("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant", "Instructor"),
        ("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator", "Administrator"),
        ("Learner", "Learner"),
        ("Instructor/GuestInstructor", "Instructor"),
        ("", ""),
    ],
)
def test_the_principal_role_is_found_in_the_long_form_and_the_short(role, name):
    assert lti_roles.principal(role) == name


def test_a_learner_places_nothing_and_a_teacher_gets_no_grade():
    assert lti_roles.learns(["Learner"])
    assert not lti_roles.may_place(["Learner", "Mentor", "Instructorish"])
    assert lti_roles.may_place(["Instructor"])
    assert not lti_roles.learns(["Instructor"])
