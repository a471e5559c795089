"""Searches: every result is one that the evaluation endpoint allows, page by page, and each page is on record."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.conftest import BACKENDS
from tests.rules.factories import local
from tests.views.asking import NOW, Asking, answering, question, set_clock
from training_app import demo
from training_app.models.recorded import RecordedSearch
from training_app.rules.clients import Scope

SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{what}" for what in ("subject", "resource", "action"))
WHO = {
    "subject": {"type": "officer"},
    "action": {"name": "use"},
    "resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}},
}
WHAT = {"subject": {"type": "officer", "id": "DP-1003"}, "action": {"name": "use"}, "resource": {"type": "tool"}}
EVERYBODY = [officer.number for officer in demo.OFFICERS]


@pytest.fixture(scope="module", params=BACKENDS)
def agency(request, tmp_path_factory) -> Iterator[Asking]:
    loaded = request.getfixturevalue(f"demo_{request.param}")
    with loaded() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        yield asking


@pytest.fixture
def asking(agency, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    return agency


def found(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one.get("id") or one["name"] for one in response.get_json()["results"]]


def page_of(response) -> dict:
    return response.get_json()["page"]


def last_search(asking) -> RecordedSearch:
    with asking.database.reading() as session:
        return session.scalars(select(RecordedSearch).order_by(RecordedSearch.id.desc())).first()


@pytest.mark.parametrize("version", ["3.1", "3.2", "9.9"])
@pytest.mark.parametrize("purpose", [None, "missing-person", "crowd-control"])
def test_officers_are_found_whom_an_evaluation_would_allow_and_no_others(asking, version, purpose):
    resource = {"type": "tool", "id": "sightline", "properties": {"version": version}}
    context = {"context": {"purpose": purpose}} if purpose else {}
    response = asking.post(SUBJECT, json=WHO | {"resource": resource} | context)
    allowed = [
        number for number in EVERYBODY if asking.send(json=question(number, version, **context)).get_json()["decision"]
    ]
    assert found(response) == allowed
    assert (version == "9.9" or purpose == "crowd-control") is (allowed == [])
    assert page_of(response) == {"next_token": "", "count": len(allowed)}


def test_versions_are_found_that_an_evaluation_would_allow(asking):
    response = asking.post(RESOURCE, json=WHAT)
    assert response.get_json()["results"] == [
        {"type": "tool", "id": "sightline", "properties": {"version": "3.1"}},
        {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}},
    ]
    for other, expected in (("DP-1001", ["3.1"]), ("DP-1007", ["3.2"]), ("DP-1002", []), ("DP-9999", [])):
        results = asking.post(RESOURCE, json=WHAT | {"subject": {"type": "officer", "id": other}}).get_json()["results"]
        assert [one["properties"]["version"] for one in results] == expected


def test_what_a_guideline_asks_is_stated_with_a_search_too(asking):
    leave = {"issuer": "Court of Demo City", "reference": "JI-17/2026", "valid_until": "2026-11-30"}
    context = {"purpose": "extract-evidence", "crime_type": "homicide", "circumstance": "seized-device"}
    tools = {
        (one["id"], one["properties"]["version"])
        for one in asking.post(RESOURCE, json=WHAT | {"context": context | {"authorisation": leave}}).get_json()[
            "results"
        ]
    }
    assert tools == {("lockpick", "5.0")}
    assert asking.post(RESOURCE, json=WHAT | {"context": context}).get_json()["results"] == []


@pytest.mark.parametrize(("officer", "expected"), [("DP-1003", ["use"]), ("DP-1001", []), ("DP-9999", [])])
def test_the_one_action_is_found_where_it_is_allowed(asking, officer, expected):
    body = {"subject": {"type": "officer", "id": officer}, "resource": WHO["resource"]}
    assert found(asking.post(ACTION, json=body)) == expected


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (SUBJECT, WHO | {"subject": {"type": "spaceship"}}),
        (SUBJECT, WHO | {"resource": {"type": "account", "id": "sightline"}}),
        (SUBJECT, WHO | {"action": {"name": "delete"}}),
        (SUBJECT, WHO | {"resource": {"type": "tool", "id": "sightline"}}),
        (RESOURCE, WHAT | {"resource": {"type": "spaceship"}}),
        (RESOURCE, WHAT | {"action": {"name": "delete"}}),
        (ACTION, {"subject": {"type": "user", "id": "DP-1003"}, "resource": WHO["resource"]}),
    ],
)
def test_what_is_not_registered_finds_nothing_and_is_no_error(asking, address, body):
    response = asking.post(address, json=body)
    assert (found(response), page_of(response)["next_token"]) == ([], "")


def test_an_id_of_what_is_searched_for_is_ignored(asking):
    assert found(asking.post(SUBJECT, json=WHO | {"subject": {"type": "officer", "id": "DP-1001"}})) == found(
        asking.post(SUBJECT, json=WHO)
    )


def test_pages_together_are_the_whole_and_the_last_has_no_next(asking):
    whole = found(asking.post(SUBJECT, json=WHO))
    body, pages = WHO | {"page": {"limit": 1}}, []
    while True:
        response = asking.post(SUBJECT, json=body)
        pages.append(found(response))
        token = page_of(response)["next_token"]
        if not token:
            break
        body = WHO | {"page": {"token": token}}  # the limit goes on as it was
    assert [len(page) for page in pages] == [1] * len(whole)
    assert [number for page in pages for number in page] == whole
    assert last_search(asking).continued


def test_pages_of_versions_go_on_where_they_ended(asking):
    first = asking.post(RESOURCE, json=WHAT | {"page": {"limit": 1}})
    rest = asking.post(RESOURCE, json=WHAT | {"page": {"token": page_of(first)["next_token"], "limit": 5}})
    versions = [one["properties"]["version"] for answer in (first, rest) for one in answer.get_json()["results"]]
    assert versions == ["3.1", "3.2"]
    assert page_of(rest)["next_token"] == ""


def test_a_token_is_good_for_its_client_and_its_search_only(asking):
    token = page_of(asking.post(SUBJECT, json=WHO | {"page": {"limit": 1}}))["next_token"]
    asking.register("Another searcher", "searching-token", scopes=[Scope.SEARCH])
    page = {"page": {"token": token}}
    other_version = {"resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.1"}}}
    wrong = [
        asking.post(SUBJECT, json=WHO | other_version | page),
        asking.post(SUBJECT, json=WHO | {"context": {"purpose": "missing-person"}} | page),
        asking.post(SUBJECT, token="searching-token", json=WHO | page),
        asking.post(RESOURCE, json=WHAT | page),
        asking.post(SUBJECT, json=WHO | {"page": {"token": token[:-2] + "xx"}}),
        asking.post(SUBJECT, json=WHO | {"page": {"token": "next"}}),
        asking.post(SUBJECT, json=WHO | {"page": {"token": 7}}),
    ]
    assert [response.status_code for response in wrong] == [400] * 7
    assert all(response.get_json()["message"].startswith("page.token") for response in wrong)
    assert asking.post(SUBJECT, json=WHO | page).status_code == 200


@pytest.mark.parametrize("limit", [0, -1, "10", 1.5, True])
def test_a_limit_is_a_whole_number_from_1_on(asking, limit):
    response = asking.post(SUBJECT, json=WHO | {"page": {"limit": limit}})
    assert (response.status_code, response.get_json()["message"]) == (
        400,
        "page.limit must be a whole number from 1 on.",
    )


@pytest.mark.parametrize(
    ("address", "body", "names"),
    [
        (SUBJECT, {key: value for key, value in WHO.items() if key != "action"}, "action"),
        (SUBJECT, WHO | {"resource": {"type": "tool"}}, "resource.id"),
        (SUBJECT, WHO | {"subject": {}}, "subject.type"),
        (RESOURCE, {key: value for key, value in WHAT.items() if key != "subject"}, "subject"),
        (RESOURCE, WHAT | {"subject": {"type": "officer"}}, "subject.id"),
        (ACTION, {"subject": {"type": "officer", "id": "DP-1003"}}, "resource"),
        (SUBJECT, WHO | {"page": []}, "page"),
    ],
)
def test_a_missing_member_is_an_error(asking, address, body, names):
    response = asking.post(address, json=body)
    assert response.status_code == 400
    assert response.get_json()["message"].startswith(f"{names} must be")


def test_a_client_finds_its_own_tools_only(asking):
    asking.register("Lockpick alone", "own-tool-token", tools=["lockpick"], scopes=[Scope.SEARCH])
    assert found(asking.post(SUBJECT, token="own-tool-token", json=WHO)) == []
    assert found(asking.post(RESOURCE, token="own-tool-token", json=WHAT)) == []


def test_a_search_is_on_record_as_who_asked_what_and_how_many_came(asking):
    asking.post(SUBJECT, json=WHO | {"context": {"purpose": "missing-person"}})
    kept = last_search(asking)
    assert (kept.kind.value, kept.officer_id, kept.continued, kept.effective_at) == ("subject", None, False, NOW)
    assert kept.question == {"tool": "sightline", "version": "3.2", "action": "use", "purpose": "missing-person"}
    assert kept.found == 3
    response = asking.post(RESOURCE, json=WHAT)
    kept = last_search(asking)
    assert (kept.found, kept.question["officer"]) == (2, "DP-1003")
    assert kept.officer_id is not None
    assert response.get_json()["context"] == {"id": str(kept.id), "evaluated_at": "2026-11-22T11:00:00Z"}


def test_a_suspension_or_a_day_takes_an_officer_out_of_the_next_search(asking, monkeypatch):
    assert "DP-1008" in found(
        asking.post(SUBJECT, json=WHO | {"resource": {**WHO["resource"], "properties": {"version": "3.1"}}})
    )
    set_clock(monkeypatch, local("2027-01-08 00:00"))
    assert "DP-1008" not in found(
        asking.post(SUBJECT, json=WHO | {"resource": {**WHO["resource"], "properties": {"version": "3.1"}}})
    )
