"""The access question over HTTP: what is answered, to whom, and what is no question."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask_babel import force_locale

from tests.conftest import BACKENDS
from tests.rules.factories import local
from tests.views import authzen
from tests.views.asking import ADDRESS, NOW, Asking, answering, codes, question, set_clock
from training_app import demo
from training_app.rules.access import Ground
from training_app.services import clients, recorded
from training_app.wording import decisions


@pytest.fixture(scope="module", params=BACKENDS)
def agency(request, tmp_path_factory) -> Iterator[Asking]:
    """One agency for all tests of this module: asking adds decisions and changes nothing that is decided on."""
    loaded = request.getfixturevalue(f"demo_{request.param}")
    with loaded() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        yield asking


@pytest.fixture
def asking(agency, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    return agency


UNFIT = ["never-certified", "evaluation-not-in-force", "no-seat"]

# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("officer", "for_3_1", "for_3_2"),
    [
        ("DP-1001", [], ["overdue"]),
        ("DP-1002", ["never-certified"], ["never-certified"]),
        ("DP-1003", [], []),
        ("DP-1004", ["evaluation-not-in-force"], ["evaluation-not-in-force"]),
        ("DP-1005", ["no-seat"], ["no-seat"]),
        ("DP-1006", ["suspended"], ["suspended"]),
        ("DP-1007", ["not-covered"], []),
        ("DP-1011", UNFIT, UNFIT),
    ],
)
def test_the_answering_is_answered_as_promised_with_every_ground_said(asking, officer, for_3_1, for_3_2):
    for version, expected in (("3.1", for_3_1), ("3.2", for_3_2)):
        answer = asking.ask(officer, version)
        assert codes(answer) == expected
        assert answer["decision"] is (expected == [])
        assert all(ground["sentence"].endswith(".") for ground in answer["context"]["grounds"])
        assert all(ground["way_out"].endswith(".") for ground in answer["context"]["grounds"])
        may = "may" if answer["decision"] else "may not"
        assert answer["context"]["sentence"] == f"{officer} {may} use sightline {version} now."


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"officer": "DP-9999"}, ["officer-unknown"]),
        ({"resource": {"type": "tool", "id": "elsewhere", "properties": {"version": "1"}}}, ["tool-unknown"]),
        ({"version": "9.9"}, ["version-unknown"]),
        ({"version": None}, ["version-unknown"]),
        ({"version": "3.2 "}, ["version-unknown"]),
        ({"subject": {"type": "user", "id": "DP-1003"}}, ["officer-unknown"]),
        ({"resource": {"type": "account", "id": "sightline", "properties": {"version": "3.2"}}}, ["tool-unknown"]),
        ({"action": {"name": "delete"}}, ["action-not-permitted"]),
        ({"officer": "DP-9999", "version": "9.9"}, ["officer-unknown", "version-unknown"]),
    ],
)
def test_what_is_not_registered_is_refused_by_an_answer_and_not_by_an_error(asking, changed, expected):
    answer = asking.ask(**changed)
    assert answer["decision"] is False
    assert codes(answer) == expected


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [(None, []), ("missing-person", []), ("crowd-control", ["purpose-not-permitted"])],
)
def test_a_stated_purpose_must_be_permitted(asking, purpose, expected):
    assert asking.codes(context={"purpose": purpose}) == expected


LEAVE = {"issuer": "Court of Demo City", "reference": "JI-17/2026", "valid_until": "2026-11-22"}
LOCKPICK = {"type": "tool", "id": "lockpick", "properties": {"version": "5.0"}}
EXTRACTION = {"purpose": "extract-evidence", "crime_type": "homicide", "circumstance": "seized-device"}


def of_lockpick(asking, **context):
    return asking.ask("DP-1003", resource=LOCKPICK, context=context)


@pytest.mark.parametrize(
    ("valid_until", "expected"),
    [
        pytest.param("2026-11-22", [], id="its-last-day"),
        pytest.param("2026-11-21", ["authorisation-missing"], id="the-day-after"),
        pytest.param("2026-11-22T11:00:01Z", [], id="an-instant-to-come"),
        pytest.param("2026-11-22t12:00:01.5+01:00", [], id="an-instant-in-another-zone"),
        pytest.param("2026-11-22T12:00:00+01:00", ["authorisation-missing"], id="the-instant-at-which-it-ends"),
        pytest.param("9998-12-31T23:59:59-12:00", [], id="far-ahead"),
        pytest.param("9999-12-31", [], id="the-last-day-of-all"),
    ],
)
def test_an_intrusive_tool_asks_for_an_authorisation_that_still_holds(asking, valid_until, expected):
    answer = of_lockpick(asking, **EXTRACTION, authorisation=LEAVE | {"valid_until": valid_until})
    assert codes(answer) == expected


def test_a_refusal_for_its_purpose_quotes_the_guideline_and_an_allow_quotes_nothing(asking):
    assert of_lockpick(asking, **EXTRACTION, authorisation=LEAVE)["context"]["guidance"] == []
    refused = of_lockpick(asking, **EXTRACTION)["context"]
    [quoted] = refused["guidance"]
    assert quoted["sentence"].startswith("A seized device is opened for")
    assert quoted["source"].startswith("Demo Police guideline on device intrusion, 2.1")
    assert quoted["sentence"] in refused["grounds"][0]["sentence"] + refused["grounds"][0]["way_out"]


def test_the_authorisation_is_recorded_and_the_decision_replayed_with_it(asking):
    for until in ("2026-11-22", "2026-11-22T18:00:00+01:00"):
        leave = LEAVE | {"valid_until": until}
        of_lockpick(asking, **EXTRACTION, authorisation=leave)
        kept = asking.recorded()[-1]
        assert kept.question["authorisation"] == leave
        with asking.database.reading() as session:
            row = recorded.decision(session, kept.id)
            again = recorded.replay(session, row, zone=demo.ZONE)
        assert (again.allowed, again.same, again.same_facts, again.same_rule) == (True, True, True, True)


def test_a_prohibited_tool_is_refused_to_everybody(asking):
    answer = asking.ask("DP-1003", resource={"type": "tool", "id": "portrait-sorter", "properties": {"version": "1"}})
    assert "tool-prohibited" in codes(answer)
    assert answer["context"]["badge"]["code"] == "prohibited"


def test_an_allow_says_how_long_it_may_be_held_and_a_deny_is_never_held(asking):
    allowed, denied = asking.ask("DP-1003")["context"], asking.ask("DP-1001")["context"]
    assert allowed["evaluated_at"] == "2026-11-22T11:00:00Z"
    assert allowed["cache_until"] == "2026-11-22T11:01:00Z"
    assert denied["cache_until"] == denied["evaluated_at"]
    assert (allowed["validity"], allowed["coverage"], allowed["valid_through"]) == ("valid", "covered", "2028-02-10")
    assert allowed["stable_until"] == "2027-11-09T23:00:00Z", "renewal opens in Brussels on 10 November 2027"


def test_a_restriction_comes_back_as_an_obligation_of_an_allow_only(asking):
    assert asking.ask("DP-1008", "3.1")["context"]["obligations"] == ["two-hours-a-day"]
    assert asking.ask("DP-1008", "3.2")["context"]["obligations"] == []


def test_our_clock_decides_whatever_time_the_gateway_states(asking, monkeypatch):
    stated = {"time": "2027-01-15T12:00:00Z"}
    assert asking.ask(context=stated)["context"]["evaluated_at"] == "2026-11-22T11:00:00Z"
    set_clock(monkeypatch, local("2028-02-11 00:00"))
    assert asking.codes(context=stated) == ["expired", "evaluation-not-in-force"]


def test_attributes_that_the_gateway_claims_of_an_officer_grant_nothing(asking):
    claimed = {"type": "officer", "id": "DP-1002", "properties": {"certified": True, "seat": 1}}
    assert asking.codes(subject=claimed) == ["never-certified"]


def test_sentences_come_in_the_language_asked_for_and_codes_stay(asking):
    languages, told = asking.app.extensions["languages"], set()
    for language in languages:
        response = asking.send(json=question("DP-1005"), headers={"Accept-Language": language})
        ground = response.get_json()["context"]["grounds"][0]
        with asking.app.test_request_context(), force_locale(language):
            expected = str(decisions._FIXED[Ground.NO_SEAT][0])
        assert (ground["code"], ground["sentence"]) == ("no-seat", expected)
        assert response.headers["Content-Language"] == language
        told.add(ground["sentence"])
    assert len(told) == len(languages)


# -- who asks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        (None, 'Bearer realm="access"'),
        ("Basic ZGVtby10b29sLXRva2Vu", 'Bearer realm="access"'),
        ("Bearer", 'Bearer realm="access"'),
        ("Bearer ", 'Bearer realm="access"'),
        ("demo-tool-token", 'Bearer realm="access"'),
        ("Bearer another-token", 'Bearer realm="access", error="invalid_token"'),
        ("Bearer DEMO-TOOL-TOKEN", 'Bearer realm="access", error="invalid_token"'),
        ("Bearer d\xe9mo", 'Bearer realm="access", error="invalid_token"'),
    ],
)
def test_only_a_registered_client_is_answered(asking, authorization, challenge):
    headers = {} if authorization is None else {"Authorization": authorization}
    before = len(asking.recorded())
    response = asking.send(token=None, headers=headers, json=question())
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == challenge
    assert response.get_json()["error"] == "unauthorized"
    assert len(asking.recorded()) == before


def test_the_name_of_the_scheme_is_read_in_any_case(asking):
    response = asking.send(token=None, headers={"Authorization": "bearer demo-tool-token"}, json=question())
    assert response.status_code == 200


def test_a_client_is_answered_from_its_registration_until_it_is_closed(asking, monkeypatch):
    client = asking.register("Sightline in the harbour", "harbour-token")

    def status(at):
        set_clock(monkeypatch, at)
        return asking.send(token="harbour-token", json=question()).status_code

    closing = NOW + timedelta(hours=1)
    before = (client.effective_at - timedelta(seconds=1), client.effective_at, closing - timedelta(seconds=1))
    assert [status(at) for at in before] == [401, 200, 200]
    with asking.database.transaction() as session:
        clients.close(session, client, at=closing, by=None)
    behind = closing - timedelta(seconds=1)
    assert [status(at) for at in (closing, behind)] == [401, 401]


def test_a_malformed_question_of_a_stranger_is_met_with_the_demand_for_a_token(asking):
    assert asking.send(token=None, data="{").status_code == 401


def test_a_cookie_opens_nothing_here(asking):
    client = asking.client
    client.set_cookie("training", "demo-tool-token")
    assert client.post(ADDRESS, json=question()).status_code == 401


# -- what is no question -----------------------------------------------------------------------------------------------

LONG = "x" * 201


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", "The body must be a JSON object.", id="empty"),
        pytest.param(b"{", "The body must be a JSON object.", id="broken"),
        pytest.param(b"subject=DP-1001", "The body must be a JSON object.", id="form"),
        pytest.param(b'\xff\xfe{"', "The body must be a JSON object.", id="no-utf-8"),
        pytest.param(b"[" * 100_000, "The body must be a JSON object.", id="nested-without-end"),
        pytest.param(b"[]", "The body must be a JSON object.", id="array"),
        pytest.param(b'"DP-1001"', "The body must be a JSON object.", id="text"),
        pytest.param(b"null", "The body must be a JSON object.", id="null"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(asking, data, why):
    response = asking.send(data=data, content_type="application/json")
    assert (response.status_code, response.get_json()) == (400, {"error": "bad-request", "message": why})


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"subject": None}, "subject"),
        ({"action": None}, "action"),
        ({"resource": None}, "resource"),
        ({"subject": "DP-1001"}, "subject"),
        ({"subject": ["DP-1001"]}, "subject"),
        ({"subject": {"id": "DP-1001"}}, "subject.type"),
        ({"subject": {"type": "officer"}}, "subject.id"),
        ({"subject": {"type": "officer", "id": 1001}}, "subject.id"),
        ({"subject": {"type": "officer", "id": ""}}, "subject.id"),
        ({"subject": {"type": "officer", "id": LONG}}, "subject.id"),
        ({"subject": {"type": "officer", "id": "DP\x001001"}}, "subject.id"),
        ({"subject": {"type": "officer", "id": "DP\ud8001001"}}, "subject.id"),
        ({"action": {}}, "action.name"),
        ({"action": {"name": 123}}, "action.name"),
        ({"action": {"name": LONG}}, "action.name"),
        ({"resource": {"type": "tool", "id": None}}, "resource.id"),
        ({"resource": {"type": "tool", "id": "x", "properties": []}}, "resource.properties"),
        ({"resource": {"type": "tool", "id": "x", "properties": "3.2"}}, "resource.properties"),
        ({"version": 3.2}, "resource.properties.version"),
        ({"version": LONG}, "resource.properties.version"),
        ({"context": "missing-person"}, "context"),
        ({"context": []}, "context"),
        ({"context": {"purpose": ["missing-person"]}}, "context.purpose"),
        ({"context": {"purpose": LONG}}, "context.purpose"),
        ({"context": {"crime_type": 1}}, "context.crime_type"),
        ({"context": {"circumstance": ""}}, "context.circumstance"),
        ({"context": {"authorisation": "JI-17"}}, "context.authorisation"),
        ({"context": {"authorisation": LEAVE | {"issuer": None}}}, "context.authorisation.issuer"),
        ({"context": {"authorisation": LEAVE | {"reference": 17}}}, "context.authorisation.reference"),
        ({"context": {"authorisation": LEAVE | {"valid_until": None}}}, "context.authorisation.valid_until"),
        ({"context": {"authorisation": LEAVE | {"valid_until": "2026-11-31"}}}, "context.authorisation.valid_until"),
        ({"context": {"authorisation": LEAVE | {"valid_until": "2026-W47-7"}}}, "context.authorisation.valid_until"),
        ({"context": {"authorisation": LEAVE | {"valid_until": "22.11.2026"}}}, "context.authorisation.valid_until"),
        (
            {"context": {"authorisation": LEAVE | {"valid_until": "2026-11-22T12:00:00"}}},
            "context.authorisation.valid_until",
        ),
        (
            {"context": {"authorisation": LEAVE | {"valid_until": "9999-12-31T23:59:59Z"}}},
            "context.authorisation.valid_until",
        ),
    ],
)
def test_a_missing_or_mistyped_member_is_refused_by_its_name(asking, changed, names):
    before = len(asking.recorded())
    response = asking.send(json=question(**changed))
    assert response.status_code == 400
    assert response.get_json()["error"] == "bad-request"
    assert response.get_json()["message"].startswith(f"{names} must be a ")
    assert len(asking.recorded()) == before


def test_a_name_of_200_characters_is_still_a_name(asking):
    assert asking.codes("x" * 200) == ["officer-unknown"]


def _as(asking, content_type):
    data = b'{"subject": {"type": "officer", "id": "DP-1003"}, "action": {"name": "use"}, '
    data += b'"resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}}'
    return asking.send(data=data, content_type=content_type)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_read(asking, content_type):
    response = _as(asking, content_type)
    assert (response.status_code, response.get_json()["decision"]) == (200, True)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", None],
)
def test_a_body_that_does_not_call_itself_json_is_refused_as_the_conformance_scenario_has_it(asking, content_type):
    response = _as(asking, content_type)
    assert (response.status_code, response.get_json()["error"]) == (400, "bad-request")
    assert "application/json" in response.get_json()["message"]


def test_members_that_nobody_knows_are_ignored(asking):
    more = {"subject": {"type": "officer", "id": "DP-1003", "mood": 1}, "options": {"x": []}, "evaluations": 7}
    assert asking.ask(**more, context={"case": None})["decision"] is True


def test_too_much_at_once_is_refused(asking):
    response = asking.send(json=question(context={"note": "x" * 300_000}))
    assert (response.status_code, response.get_json()["error"]) == (413, "too-large")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_question_is_posted(asking, method):
    response = asking.client.open(ADDRESS, method=method, headers={"X-Request-ID": "r-1"})
    assert (response.status_code, response.get_json()["error"]) == (405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]
    assert response.headers["X-Request-ID"] == "r-1"


# -- the shape that the specification asks for -------------------------------------------------------------------------


def test_requests_and_answers_have_the_shape_of_the_specification(asking):
    for officer, version in (("DP-1001", "3.2"), ("DP-1003", "3.2"), ("DP-1008", "3.1"), ("DP-9999", "9.9")):
        asked = question(officer, version, context={"purpose": "missing-person"})
        authzen.REQUEST.validate(asked)
        response = asking.send(json=asked)
        assert response.content_type == "application/json"
        authzen.RESPONSE.validate(response.get_json())
        authzen.CONTEXT.validate(response.get_json()["context"])


def test_the_callers_request_id_comes_back_with_every_answer(asking):
    sent = {"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"}
    answers = [
        asking.send(json=question(), headers=sent),
        asking.send(json=question("DP-9999"), headers=sent),
        asking.send(data=b"{", content_type="application/json", headers=sent),
        asking.send(token=None, json=question(), headers=sent),
        asking.send(json=question(context={"note": "x" * 300_000}), headers=sent),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 400, 401, 413]
    assert {answer.headers["X-Request-ID"] for answer in answers} == set(sent.values())
    assert "X-Request-ID" not in asking.send(json=question()).headers


def test_no_answer_is_kept_on_the_way_and_none_sets_a_cookie(asking):
    for response in (asking.send(json=question()), asking.send(token=None, json=question()), asking.send(data=b"{")):
        assert response.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in response.headers
