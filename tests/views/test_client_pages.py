"""The registrar's pages about clients, and about versions in the field; what oversight finds on record."""

import re

import pytest
from sqlalchemy import select

from tests.views.asking import question
from tests.views.page_forms import filled
from training_app.models.clients import Client, ClientCredential, ClientGrant
from training_app.models.recorded import RecordedDecision

NEW = {
    "name": "Lockpick lab",
    "kind": "tool",
    "scopes": ["evaluate", "announce"],
    "reach": "named",
    "tools": ["lockpick"],
    "requests_per_minute": "60",
}


@pytest.fixture
def registrar(agency):
    return agency.browser("registrar")


def ask(agency, token, **changed):
    headers = {"Authorization": f"Bearer {token}"}
    return agency.app.test_client().post("/access/v1/evaluation", json=question(**changed), headers=headers)


def register(registrar, **changed):
    return registrar.post("/registrar/clients/register", {**NEW, **changed})


def token_on(page) -> str:
    [token] = re.findall(r"<pre[^>]*>(tk-[0-9a-f]{64})</pre>", page.text)
    return token


def issue(registrar, client_id):
    address = f"/registrar/clients/{client_id}/issue-token"
    sent = filled(registrar.get(address), label="Server")
    return registrar.post(address, sent), sent


def test_the_registrar_is_told_unasked_of_a_client_that_nothing_lets_in_soon(agency, registrar):
    register(registrar, name="Short-lived")
    client = agency.id_of(Client, name="Short-lived")
    address = f"/registrar/clients/{client}/issue-token"
    assert registrar.post(address, filled(registrar.get(address), label="Server", days="10")).status_code == 201
    page = registrar.get("/registrar/tools").text
    assert "Clients whose last token or key ends" in page
    assert f'<a href="/registrar/clients/{client}"><bdi>Short-lived</bdi></a>: Until' in page
    assert "Short-lived" not in agency.browser("oversight").get("/registrar/tools").text


def test_a_client_is_registered_let_in_rotated_revoked_and_closed(agency, registrar):
    assert register(registrar).status_code == 302
    client = agency.id_of(Client, name="Lockpick lab")
    page = registrar.get(f"/registrar/clients/{client}")
    assert "Nothing lets it in" in page.text
    shown, sent = issue(registrar, client)
    token = token_on(shown)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (201, "no-store")
    lockpick = {"type": "tool", "id": "lockpick", "properties": {"version": "5.0"}}
    assert ask(agency, token, resource=lockpick).status_code == 200
    assert [one["code"] for one in ask(agency, token).get_json()["context"]["grounds"]] == ["tool-unknown"]

    assert "Clients whose last token or key ends" not in registrar.get("/registrar/tools").text

    again = registrar.post(f"/registrar/clients/{client}/issue-token", sent)
    assert token_on(again) == token, "a second click shows the same token"
    credential = agency.id_of(ClientCredential, client_id=client)
    address = f"/registrar/clients/{client}/credentials/{credential}"
    rotated = registrar.post(f"{address}/rotate", filled(registrar.get(f"{address}/rotate"), overlap_hours="24"))
    newer = token_on(rotated)
    assert [ask(agency, one).status_code for one in (token, newer)] == [200, 200]
    assert "Being replaced" in registrar.get(f"/registrar/clients/{client}").text
    assert registrar.post(f"{address}/revoke", {}).status_code == 302
    assert [ask(agency, one).status_code for one in (token, newer)] == [401, 200]
    assert registrar.post(f"/registrar/clients/{client}/close", {}).status_code == 302
    assert ask(agency, newer).status_code == 401
    assert "It may ask nothing since" in registrar.get(f"/registrar/clients/{client}").text
    for page in ("issue-token", "may-do", "close"):
        assert registrar.post(f"/registrar/clients/{client}/{page}", {**NEW, **sent}).status_code == 422


def test_a_token_is_on_no_page_but_the_one_that_issued_it(agency, registrar):
    register(registrar)
    client = agency.id_of(Client, name="Lockpick lab")
    token = token_on(issue(registrar, client)[0])
    for page in ("/registrar/clients", f"/registrar/clients/{client}"):
        assert token not in registrar.get(page).text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "Sightline at the control room"}, "is registered already"),
        ({"kind": "", "name": "x"}, "Choose what the client is."),
        ({"scopes": []}, "Choose at least one thing that the client may do."),
        ({"tools": []}, "Choose at least one tool"),
        ({"reach": "every"}, "A tool asks about itself"),
        ({"kind": "oversight"}, "This kind of client cannot be given"),
        ({"requests_per_minute": "0"}, "Enter a whole number from 1 to 10,000,000."),
    ],
)
def test_what_is_wrong_with_a_registration_is_said_and_nothing_is_registered(agency, registrar, changed, sentence):
    before = agency.count(Client)
    response = register(registrar, **changed)
    assert (response.status_code, agency.count(Client)) == (422, before)
    assert sentence in response.text


def test_what_a_client_may_do_is_changed_and_an_overtaken_page_changes_nothing(agency, registrar):
    register(registrar)
    client = agency.id_of(Client, name="Lockpick lab")
    address = f"/registrar/clients/{client}/may-do"
    sent = filled(registrar.get(address), requests_per_minute="5")
    assert registrar.post(address, sent).status_code == 302
    assert registrar.post(address, sent).status_code == 422
    with agency.database.reading() as session:
        rates = session.scalars(
            select(ClientGrant.requests_per_minute).filter_by(client_id=client).order_by(ClientGrant.id)
        ).all()
    assert rates == [60, 5]


def test_a_key_is_registered_and_a_private_one_refused(agency, registrar):
    from joserfc.jwk import OKPKey

    register(registrar)
    client, key = agency.id_of(Client, name="Lockpick lab"), OKPKey.generate_key("Ed25519")
    address = f"/registrar/clients/{client}/register-key"
    sent = filled(registrar.get(address), label="Server")
    refused = registrar.post(address, {**sent, "public_key": key.as_pem(private=True).decode()})
    assert (refused.status_code, "This is a private key" in refused.text) == (422, True)
    public = {**sent, "public_key": key.as_pem(private=False).decode()}
    assert registrar.post(address, public).status_code == 302
    assert "is registered already" in registrar.post(address, public).text


def test_oversight_reads_and_changes_nothing(agency, registrar):
    register(registrar)
    client = agency.id_of(Client, name="Lockpick lab")
    oversight = agency.browser("oversight")
    assert "Lockpick lab" in oversight.get("/registrar/clients").text
    page = oversight.get(f"/registrar/clients/{client}")
    assert (page.status_code, "Issue a token" in page.text) == (200, False)
    for address in ("register", f"{client}/may-do", f"{client}/issue-token", f"{client}/close"):
        assert oversight.get(f"/registrar/clients/{address}").status_code == 403


def test_a_version_that_nobody_registered_is_on_the_registrars_desk(agency, registrar):
    assert "Runs in the field" not in registrar.get("/registrar/tools").text
    resource = {"type": "tool", "id": "sightline", "properties": {"version": "3.3-beta"}}
    headers = {"Authorization": "Bearer demo-tool-token"}
    body = {"resource": resource, "place": "Laptop 7"}
    agency.app.test_client().post("/access/v1/field-reports", json=body, headers=headers)
    for address in ("/registrar/tools", "/registrar/versions-in-the-field"):
        page = registrar.get(address)
        assert "Runs in the field and is not registered" in page.text
        assert "Sightline Face Matching 3.3-beta, in Laptop 7" in page.text
        assert "/registrar/tools/sightline/register-version" in page.text


# -- on record ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(agency):
    for officer, version in (("DP-1003", "3.2"), ("DP-1001", "3.2"), ("DP-1001", "3.1"), ("DP-9999", "3.1")):
        ask(agency, "demo-tool-token", officer=officer, version=version)
    return agency.browser("oversight")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 4),
        ("officer=DP-1001", 2),
        ("officer=dp-1001&version=3.2", 1),
        ("officer=DP-9999", 1),
        ("tool=sightline", 4),
        ("tool=lockpick", 0),
        ("version=3.1", 2),
        ("answer=allowed", 2),
        ("answer=refused&ground=overdue", 1),
        ("ground=officer-unknown", 1),
        ("ground=unknown", 0),
        ("client=1", 4),
        ("client=99", 0),
        ("since=2000-01-01&through=2000-01-02", 0),
        ("since=2000-01-01", 4),
        ("officer=%25&version=_", 0),
    ],
)
def test_oversight_finds_decisions_by_what_was_asked_and_answered(asked, query, expected):
    page = asked.get(f"/oversight/decisions?{query}")
    assert page.status_code == 200
    assert len(re.findall(r'href="/oversight/decisions/\d+"', page.text)) == expected


def test_the_list_says_in_words_why_a_tool_was_told_to_refuse(asked):
    listed = asked.get("/oversight/decisions?ground=overdue").text.partition("<tbody>")[2]
    assert "Update training was overdue" in listed
    assert ">overdue<" not in listed


def test_a_day_that_is_none_is_said_and_a_page_goes_on_with_what_is_looked_for(asked, monkeypatch):
    assert asked.get("/oversight/decisions?since=yesterday").status_code == 422
    assert asked.get("/oversight/decisions?since=2026-01-02&through=2026-01-01").status_code == 422
    monkeypatch.setattr("training_app.views.oversight.ROWS_A_PAGE", 1)
    page = asked.get("/oversight/decisions?officer=DP-1001")
    assert "officer=DP-1001&amp;page=2" in page.text


def test_a_decision_is_replayed_from_its_record_and_can_be_replayed_elsewhere(agency, asked):
    with agency.database.reading() as session:
        kept = session.scalars(select(RecordedDecision).order_by(RecordedDecision.id)).first()
    page = asked.get(f"/oversight/decisions/{kept.id}")
    assert "The same answer" in page.text
    assert "The same as then, by their digest" in page.text
    assert "training-app evidence DP-1003 sightline --out facts.json" in page.text
    assert f"--version=3.2 --at={kept.effective_at:%Y-%m-%dT%H:%M:%S.%fZ}" in page.text
    assert "/as-of/evidence?officer=DP-1003&amp;tool=sightline" in page.text


def test_searches_are_listed_without_who_was_found(agency, asked):
    body = {
        "subject": {"type": "officer"},
        "action": {"name": "use"},
        "resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}},
    }
    headers = {"Authorization": "Bearer demo-tool-token"}
    agency.app.test_client().post("/access/v1/search/subject", json=body, headers=headers)
    page = asked.get("/oversight/decisions/searches")
    assert "Who may use a version" in page.text
    assert "sightline 3.2" in page.text
    assert "DP-1003" not in page.text
