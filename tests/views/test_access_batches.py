"""Many access questions at once: defaults, the three semantics, and one statement for all records."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from tests.conftest import BACKENDS
from tests.views import authzen
from tests.views.asking import NOW, Asking, answering, codes, set_clock
from training_app.rules.clients import Scope

BATCH = "/access/v1/evaluations"
USE = {"name": "use"}


def of(version: str, tool: str = "sightline") -> dict:
    return {"type": "tool", "id": tool, "properties": {"version": version}}


def officer(number: str) -> dict:
    return {"type": "officer", "id": number}


@pytest.fixture(scope="module", params=BACKENDS)
def agency(request, tmp_path_factory) -> Iterator[Asking]:
    loaded = request.getfixturevalue(f"demo_{request.param}")
    with loaded() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        yield asking


@pytest.fixture
def asking(agency, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    return agency


def decisions(response) -> list[bool]:
    assert response.status_code == 200, response.text
    return [one["decision"] for one in response.get_json()["evaluations"]]


def test_each_element_is_answered_in_order_as_it_would_be_alone(asking):
    numbers = ["DP-1003", "DP-1001", "DP-9999", "DP-1007"]
    questions = [{"subject": officer(number), "action": USE, "resource": of("3.2")} for number in numbers]
    alone = [asking.send(json=one).get_json() for one in questions]
    together = asking.post(BATCH, json={"evaluations": questions}).get_json()["evaluations"]
    for one, other in zip(alone, together, strict=True):
        authzen.RESPONSE.validate(other)
        authzen.CONTEXT.validate(other["context"])
        assert one["context"].pop("id") != other["context"].pop("id")
        assert one == other


def test_defaults_stand_for_what_an_element_leaves_out_and_an_entity_replaces_the_whole_default(asking):
    body = {
        "subject": officer("DP-1003"),
        "action": USE,
        "resource": of("3.1"),
        "context": {"purpose": "crowd-control"},
        "evaluations": [
            {},
            {"context": {"purpose": "missing-person"}},
            {"subject": officer("DP-1002"), "context": {}},
            {"resource": {"id": "sightline"}},
            {"resource": {"properties": {"version": "3.2"}}, "context": {"other": 1}},
        ],
    }
    answers = asking.post(BATCH, json=body).get_json()["evaluations"]
    assert [codes(one) for one in answers] == [
        ["purpose-not-permitted"],
        [],
        ["never-certified"],
        ["version-unknown", "purpose-not-permitted"],  # the default's version went with the default's properties
        [],
    ]


MIXED = [officer("DP-1001"), officer("DP-1003"), officer("DP-1002"), officer("DP-1007")]  # no, yes, no, yes


@pytest.mark.parametrize(
    ("semantic", "first", "expected"),
    [
        (None, MIXED, [False, True, False, True]),
        ("execute_all", MIXED, [False, True, False, True]),
        ("deny_on_first_deny", MIXED, [False]),
        ("permit_on_first_permit", MIXED, [False, True]),
        ("deny_on_first_deny", MIXED[1:], [True, False]),
        ("permit_on_first_permit", [MIXED[0], MIXED[2]], [False, False]),
        ("deny_on_first_deny", [MIXED[1], MIXED[3]], [True, True]),
    ],
)
def test_a_batch_ends_as_its_semantic_says_and_only_what_was_answered_is_recorded(asking, semantic, first, expected):
    before = len(asking.recorded())
    body = {"action": USE, "resource": of("3.2"), "evaluations": [{"subject": one} for one in first]}
    if semantic:
        body["options"] = {"evaluations_semantic": semantic}
    assert decisions(asking.post(BATCH, json=body)) == expected
    assert [kept.allowed for kept in asking.recorded()[before:]] == expected


def test_an_element_that_is_no_question_is_denied_by_itself_and_not_recorded(asking):
    before = len(asking.recorded())
    asked = [{}, 5, None, {"subject": "DP-1003"}, {"subject": {"type": "officer"}}, {"subject": officer("DP-1003")}]
    answers = asking.post(BATCH, json={"action": USE, "resource": of("3.2"), "evaluations": asked}).get_json()
    *faulty, last = answers["evaluations"]
    assert last["decision"] is True
    for one in faulty:
        assert one["decision"] is False
        assert one["context"]["error"]["status"] == 400
    assert faulty[4]["context"]["error"]["message"].startswith("subject.id must be a text")
    assert len(asking.recorded()) == before + 1


@pytest.mark.parametrize("evaluations", [{}, {"evaluations": []}, {"evaluations": None}])
def test_without_elements_it_is_one_question(asking, evaluations):
    body = {"subject": officer("DP-1003"), "action": USE, "resource": of("3.2"), **evaluations}
    assert asking.post(BATCH, json=body).get_json()["decision"] is True


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"evaluations": "all"}, "evaluations must be an array"),
        ({"evaluations": [{}] * 1001}, "evaluations must have at most 1000"),
        ({"evaluations": [{}], "options": {"evaluations_semantic": "first"}}, "options.evaluations_semantic"),
        ({"evaluations": [{}], "options": []}, "options must be a JSON object"),
        ({"evaluations": [{}], "subject": "DP-1003"}, "subject must be a JSON object"),
        ({"evaluations": [{}], "context": 1}, "context must be a JSON object"),
        ({"evaluations": []}, "subject must be a JSON object"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_whole(asking, body, names):
    response = asking.post(BATCH, json=body)
    assert response.status_code == 400
    assert response.get_json()["message"].startswith(names)


def test_all_decisions_of_a_batch_are_recorded_with_one_statement(asking):
    written: list[str] = []

    def note(_connection, _cursor, statement, *_):
        if "INSERT INTO recorded_decision" in statement:
            written.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        asked = [{"subject": officer(f"DP-{1001 + number % 12}")} for number in range(200)]
        response = asking.post(BATCH, json={"action": USE, "resource": of("3.2"), "evaluations": asked})
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(decisions(response)) == 200
    assert len(written) == 1
    ids = [int(one["context"]["id"]) for one in response.get_json()["evaluations"]]
    by_id = {kept.id: kept for kept in asking.recorded()}
    assert [by_id[one].question["officer"] for one in ids] == [one["subject"]["id"] for one in asked]


def test_a_tool_beyond_the_clients_reach_is_unknown_to_it_alone_and_in_a_batch(asking):
    asking.register("Only Lockpick", "lockpick-token", tools=["lockpick"], scopes=[Scope.EVALUATE])
    question = {"subject": officer("DP-1003"), "action": USE, "resource": of("3.2")}
    alone = asking.send(token="lockpick-token", json=question).get_json()
    batch = asking.post(BATCH, token="lockpick-token", json={"evaluations": [question]}).get_json()["evaluations"]
    assert codes(alone) == codes(batch[0]) == ["tool-unknown"]
    assert asking.ask("DP-1003")["decision"] is True
    kept = asking.recorded()
    assert [(one.tool, one.within_reach) for one in kept[-3:]] == [("sightline", False)] * 2 + [("sightline", True)]


def test_a_fault_denies_the_whole_batch(asking, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("out of reach")

    monkeypatch.setattr("training_app.services.machine_questions._rows", broken)
    body = {"action": USE, "resource": of("3.2"), "evaluations": [{"subject": one} for one in MIXED]}
    response = asking.post(BATCH, json=body)
    assert decisions(response) == [False] * 4
    assert {code for one in response.get_json()["evaluations"] for code in codes(one)} == {"internal-error"}
