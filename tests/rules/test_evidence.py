"""Evidence: facts into a document and back, and what is refused."""

import json
import re
from copy import deepcopy
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.any_facts import EXPORTED, any_facts
from tests.rules.factories import (
    assessed,
    delta,
    ended,
    facts,
    full,
    local,
    officer,
    purpose,
    seat,
    sightline,
    version,
)
from tests.rules.histories import instants, officers, questions, tools
from tools import evidence_schema
from training_app.rules import facts as kinds
from training_app.rules.access import decide
from training_app.rules.evidence import (
    FORMAT_VERSION,
    Evidence,
    EvidenceFault,
    Origin,
    evidence,
    from_document,
    from_text,
    in_order,
    needed,
    shape,
    to_document,
    to_text,
)
from training_app.rules.facts import (
    AttemptOpened,
    AwardEndKind,
    Fact,
    Facts,
    GuidelineCase,
    Level,
    Reinstated,
)

ORIGIN = Origin("DP-1001", "sightline", EXPORTED)


def origin_of(found: Facts) -> Origin:
    return Origin(
        found.officer.number if found.officer else "DP-1001", found.tool.slug if found.tool else "sightline", EXPORTED
    )


def an_ordinary_officer() -> Facts:
    base = full("3.1", "2026-02-12")
    case = GuidelineCase(
        crime_types=frozenset({"terrorism", "abduction"}),
        circumstances=frozenset(),
        authorisation=True,
        sentence="Only with a judge's leave.",
        source="Code, art. 1",
    )
    tool = sightline(purposes=(purpose("missing-person", cases=(case,)),))
    return facts(officer(base, delta(base, "3.2", "2026-11-04"), seats=(seat(purposes=frozenset({"b", "a"})),)), tool)


@given(any_facts)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_facts_come_back_from_their_document_as_they_were(found):
    origin = origin_of(found)
    text = to_text(found, origin)
    assert from_text(text) == Evidence(origin, in_order(needed(found)))
    assert to_text(from_text(text).facts, origin) == text


def test_every_kind_of_fact_is_among_the_random_ones():
    """A guard for the property above: what the strategies do not make, it does not test."""
    known = {one for one in vars(kinds).values() if isinstance(one, type) and issubclass(one, Fact) and one is not Fact}
    made = set()
    pending: list[Any] = [kinds.ToolFacts, kinds.OfficerFacts]
    while pending:
        kind = pending.pop()
        made.add(kind)
        for hint in shape(kind).values():
            pending += [
                one for one in getattr(hint, "__args__", ()) if hasattr(one, "__dataclass_fields__") and one not in made
            ]
    assert known <= made


def test_an_ordinary_officers_facts_survive_whole():
    found = an_ordinary_officer()
    assert from_text(to_text(found, ORIGIN)).facts == in_order(found)
    assert from_document(to_document(found, ORIGIN)) == in_order(found)


def test_the_same_facts_give_the_same_text_whatever_their_order():
    found = an_ordinary_officer()
    turned = replace(
        found,
        tool=replace(found.tool, versions=found.tool.versions[::-1], changes=found.tool.changes[::-1]),
        officer=replace(found.officer, awards=found.officer.awards[::-1]),
    )
    assert turned != found
    assert to_text(turned, ORIGIN) == to_text(found, ORIGIN)


def test_the_order_of_modules_and_steps_is_kept():
    found = facts(officer(), sightline(assessments=(assessed("3.1", "3.2", Level.DIFFERENCES, "z", "a"),)))
    [assessment] = from_text(to_text(found, ORIGIN)).facts.tool.assessments
    assert assessment.modules == ("z", "a")


def test_what_was_recorded_after_the_export_is_not_in_it():
    late = version("3.3", "3.2", effective_at=local("2026-01-01"), recorded_at=EXPORTED + timedelta(microseconds=1))
    found = facts(officer(), sightline(versions=(version("3.1"), late)))
    assert [one["label"] for one in to_document(found, ORIGIN)["tool"]["versions"]] == ["3.1"]


def test_an_officer_or_tool_that_nobody_knows_is_null():
    document = to_document(Facts(zone=facts(None).zone, tool=None, officer=None), ORIGIN)
    assert document["tool"] is None
    assert document["officer"] is None
    assert (document["format_version"], document["zone"]) == (FORMAT_VERSION, "Europe/Brussels")
    assert evidence(document).origin == ORIGIN


def test_what_is_about_other_tools_stays_out():
    award = full("3.1", "2026-02-12")
    other = full("9", "2026-02-12")
    opened = local("2026-02-01")
    found = facts(
        officer(
            award,
            award_ends=(
                ended(award, AwardEndKind.REVOKED, "2026-03-01"),
                ended(other, AwardEndKind.VOIDED, "2026-03-01"),
            ),
            attempts=tuple(
                AttemptOpened(effective_at=opened, recorded_at=opened, module=module)
                for module in ("ai-limits", "another-tools-module")
            ),
            reinstatements=(Reinstated(effective_at=opened, recorded_at=opened, suspension="of another tool"),),
        )
    )
    exported = to_document(found, ORIGIN)["officer"]
    assert [one["award"] for one in exported["award_ends"]] == [award.id]
    assert [one["module"] for one in exported["attempts"]] == ["ai-limits"]
    assert exported["reinstatements"] == []


@given(questions(), tools(), officers(), instants, instants)
@settings(max_examples=100)
def test_an_answer_from_the_document_is_the_answer_from_the_facts(question, tool, holder, instant, known_at):
    found = facts(holder, tool)
    replayed = from_text(to_text(found, ORIGIN)).facts
    assert decide(question, replayed, at=instant, known_at=known_at) == decide(
        question, in_order(found), at=instant, known_at=known_at
    )
    live = decide(question, found, at=instant, known_at=known_at)
    again = decide(question, replayed, at=instant, known_at=known_at)
    assert (live.grounds, live.badge, live.stable_until) == (again.grounds, again.badge, again.stable_until)


def test_no_name_is_anywhere_in_the_document():
    members = re.findall(r'"(\w+)":', to_text(an_ordinary_officer(), ORIGIN))
    assert not {"name", "holder_name", "email", "recorded_by", "reason", "reason_code"} & set(members)


# -- what is refused ---------------------------------------------------------------------------------------------------


def put(place: str, value: Any) -> dict[str, Any]:
    """Return the ordinary document with *value* at *place*; ``...`` takes the member away."""
    document = deepcopy(to_document(an_ordinary_officer(), ORIGIN))
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", place)]
    target: Any = document
    for step in steps[:-1]:
        target = target[step]
    if value is ...:
        del target[steps[-1]]
    else:
        target[steps[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        pytest.param("format", "another", "it must be", id="another-format"),
        pytest.param("format_version", 4, "4 is unknown here", id="later-version"),
        pytest.param("format_version", True, "True is unknown here", id="version-that-is-no-number"),
        pytest.param("origin", ..., "missing", id="missing-at-the-top"),
        pytest.param("notes", "x", "not known", id="unknown-at-the-top"),
        pytest.param("zone", "Mars/Olympus", "no time zone", id="unknown-zone"),
        pytest.param("zone", "../etc/passwd", "no time zone", id="zone-that-is-a-path"),
        pytest.param("tool", [], "an object", id="list-for-an-object"),
        pytest.param("tool.versions", {}, "a list", id="object-for-a-list"),
        pytest.param("tool.versions[0].label", 3.1, "a text", id="number-for-a-text"),
        pytest.param("tool.max_cache_seconds", 60.0, "a whole number", id="fraction-for-a-number"),
        pytest.param("tool.max_cache_seconds", True, "a whole number", id="truth-for-a-number"),
        pytest.param("tool.max_cache_seconds", -1, "a whole number", id="below-zero"),
        pytest.param("tool.purpose_required", 0, "true or false", id="number-for-a-truth"),
        pytest.param("tool.assessments[0].level", 5, "one of 0, 1, 2, 3, 4", id="no-such-level"),
        pytest.param("tool.assessments[0].level", True, "one of 0, 1", id="truth-for-a-level"),
        pytest.param("tool.assessments[0].modules", None, "a list", id="null-for-a-list"),
        pytest.param("tool.changes[1].effective_at", "2026-03-12T13:03:00", "no instant in UTC", id="naive-time"),
        pytest.param("tool.changes[1].effective_at", "2026-03-12T13:03:00+01:00", "no instant in UTC", id="offset"),
        pytest.param("tool.changes[1].effective_at", "2026-13-12T13:03:00Z", "no instant in UTC", id="no-such-month"),
        pytest.param("tool.changes[1].effective_at", "2026-03-12T13:03:00Z\n", "no instant in UTC", id="line-end"),
        pytest.param("tool.changes[1].recorded_at", "2030-01-01T00:00:00.000001Z", "after the document", id="too-late"),
        pytest.param("tool.recorded_at", "2030-01-02T00:00:00Z", "after the document", id="tool-too-late"),
        pytest.param("tool.slug", "another", "not the tool", id="another-tool"),
        pytest.param("officer.number", "DP-1002", "not whom", id="another-officer"),
        pytest.param("officer.evaluations[0].through", "2027-2-31", "no day", id="no-day"),
        pytest.param("officer.evaluations[0].outcome", "fine", "one of 'cleared'", id="unknown-outcome"),
        pytest.param("officer.awards[0].policy.revision", ..., "missing", id="missing-deep-inside"),
        pytest.param("officer.awards[0].policy.colour", "red", "not known", id="unknown-deep-inside"),
        pytest.param("officer.seats[0].purposes", ["a", "a"], "twice", id="twice-in-a-set"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_must_be_is_refused_with_its_place(place, value, said):
    document = put(place, value)
    with pytest.raises(EvidenceFault, match=re.escape(said)) as refused:
        from_document(document)
    assert refused.value.where == place
    assert str(refused.value).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is no JSON"),
        ("{", "this is no JSON"),
        ("[]", "it must be an object"),
        ('{"format": "a", "format": "b"}', "names this member twice"),
        ('{"format": NaN}', "NaN is no number"),
        ("[" * 100_000, "this is no JSON"),
    ],
)
def test_what_is_no_such_json_is_refused(text, said):
    with pytest.raises(EvidenceFault, match=said):
        from_text(text)


# -- the schema --------------------------------------------------------------------------------------------------------


def test_the_schema_in_the_documents_is_that_of_the_facts():
    written = evidence_schema.FILE.read_text("utf-8")
    assert written == evidence_schema.text(), "run: python -m tools.evidence_schema"


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(evidence_schema.FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@given(any_facts)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_document_is_as_the_schema_says(found):
    validator().validate(json.loads(to_text(found, origin_of(found))))


@given(st.sampled_from(["tool.versions[0].label", "officer.awards[0].policy.revision", "zone", "officer.seats"]))
def test_the_schema_refuses_what_the_program_refuses(place):
    for broken in (put(place, ...), put(place, 1.5)):
        assert not validator().is_valid(broken)
        with pytest.raises(EvidenceFault):
            from_document(broken)


def test_the_schema_closes_every_object():
    open_ones = [
        name
        for name, definition in evidence_schema.schema()["$defs"].items()
        if definition.get("type") == "object" and definition["additionalProperties"] is not False
    ]
    assert open_ones == []
    assert {field.name for field in fields(kinds.Award)} == set(evidence_schema.schema()["$defs"]["Award"]["required"])


def as_first_version(document):
    """Return *document* as the first version of the format wrote it: requirement sets knew nothing of observations."""
    sets = [
        {name: value for name, value in one.items() if name not in {"full_observed", "renewal_observed"}}
        for one in document["tool"]["requirements"]
    ]
    before = as_second_version(document)
    return before | {"format_version": 1, "tool": before["tool"] | {"requirements": sets}}


def as_second_version(document):
    """Return *document* as the second version of the format wrote it: nobody knew emergencies."""
    new = {"emergency_settings", "emergencies", "emergency_ends"}
    told = {
        holder: {name: value for name, value in document[holder].items() if name not in new}
        for holder in ("tool", "officer")
    }
    return document | {"format_version": 2} | told


def test_a_document_of_the_first_version_is_read_as_asking_no_observation():
    known = facts(officer(), sightline())
    document = to_document(known, ORIGIN)
    assert from_document(as_first_version(document)) == from_document(document)
    with pytest.raises(EvidenceFault, match=r"tool.requirements\[0\].full_observed: this member is not known"):
        from_document(document | {"format_version": 1})


def test_a_document_of_the_second_version_is_read_as_knowing_no_emergency():
    document = to_document(facts(officer(), sightline()), ORIGIN)
    assert from_document(as_second_version(document)) == from_document(document)
    assert from_document(as_second_version(document) | {"officer": None}).officer is None
    with pytest.raises(EvidenceFault, match=r"tool.emergency_settings: this member is not known"):
        from_document(document | {"format_version": 2})
