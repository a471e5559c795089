"""The registrar's pages about learning platforms: adding one by hand, approving, changing and closing it; invitations."""

import pytest
from sqlalchemy import select

from tests.services import platform_agency
from tests.views.page_forms import filled
from training_app.clock import now
from training_app.models.lti import LinkBy, LtiInvitation, LtiPlatform
from training_app.services.lti import deployments, platforms

PLATFORMS = "/registrar/platforms"
LMS = "https://lms.academy.example"
NEW = {
    "name": "Police academy",
    "issuer": LMS,
    "client_id": "abc",
    "deployment_id": "7",
    "authorization_url": f"{LMS}/auth",
    "token_url": f"{LMS}/token",
    "key_set_url": f"{LMS}/keys",
    "link_by": "sign-in",
}


@pytest.fixture
def registrar(agency):
    return agency.browser("registrar")


@pytest.fixture
def waiting(agency) -> str:
    """The address of a platform that nobody has approved, with a deployment that came by."""
    with agency.database.transaction() as session:
        made = platform_agency.platform(session, name="Academy")
        deployments.note_seen(session, made.id, "1", at=now())
    return f"{PLATFORMS}/{made.id}"


def governing(agency, address: str) -> platforms.Registered:
    with agency.database.reading() as session:
        return platforms.registered(session, int(address.rpartition("/")[2]))


def add(registrar, **changed):
    registrar.get(f"{PLATFORMS}/add")
    return registrar.post(f"{PLATFORMS}/add", NEW | changed)


def test_a_platform_is_added_by_hand_approved_with_its_deployment_changed_and_closed(agency, registrar):
    added = add(registrar)
    address = added.location
    assert governing(agency, address).launches is False
    page = registrar.get(address).text
    assert "Waits for approval" in page
    for ours in ("/lti/login", "/lti/launch", "/lti/jwks.json"):
        assert f"<code>http://localhost{ours}</code>" in page, "what is pasted into the platform"

    approve = registrar.get(f"{address}/approve")
    assert registrar.post(f"{address}/approve", filled(approve)).location == address
    found = governing(agency, address)
    assert (found.launches, found.deployments) == (True, {"7"})

    settings = registrar.get(f"{address}/settings")
    changed = filled(settings, link_by="claim", claim="lis.person_sourcedid", keeps_names="y")
    assert registrar.post(f"{address}/settings", changed).location == address
    found = governing(agency, address)
    assert (found.link_by, found.claim, found.keeps_names) == (LinkBy.CLAIM, "lis.person_sourcedid", True)

    registrar.get(f"{address}/close")
    assert registrar.post(f"{address}/close").location == PLATFORMS
    assert governing(agency, address).closed
    assert "launches nobody and is told nothing any more" in registrar.get(address).text
    assert registrar.post(f"{address}/approve").status_code == 422


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"issuer": "http://lms.academy.example"}, "begins with https://"),
        ({"issuer": f"{LMS}?a=b"}, "begins with https://"),
        ({"token_url": "lms.academy.example/token"}, "begins with https://"),
        ({"key_set_url": "http://127.0.0.1:8000/keys"}, "begins with https://"),
        ({"key_set_url": "https://user@lms.academy.example/"}, "begins with https://"),
        ({"authorization_url": ""}, "Copy the authentication request address"),
        ({"key_set_url": "https://keys.other.example/"}, "This address is on https://keys.other.example"),
        ({"link_by": "claim"}, "Name the claim"),
        ({"link_by": "claim", "claim": "a b"}, "Name the claim"),
        ({"link_by": "by-name"}, "Choose how accounts are linked"),
        ({"page_origins": "https://academy.example/courses"}, "Enter scheme and host only"),
        ({"page_origins": "\n".join(f"https://a{n}.example" for n in range(21))}, "Enter 20 addresses at most"),
        ({"client_id": ""}, "Copy the client id"),
        ({"deployment_id": "d" * 256}, "at most 255 characters"),
    ],
)
def test_what_is_unfit_is_said_beside_its_field(agency, registrar, changed, sentence):
    page = add(registrar, **changed)
    assert page.status_code == 422
    assert sentence in page.text
    assert agency.count(LtiPlatform) == 0


def test_addresses_on_several_hosts_are_taken_once_the_registrar_has_checked_them(agency, registrar):
    address = add(registrar, token_url="https://auth.other.example/token", other_hosts="y").location
    assert governing(agency, address).token_url == "https://auth.other.example/token"
    sent = filled(registrar.get(f"{address}/settings"))
    assert sent["other_hosts"] == ["y"], "what was checked stays checked"
    assert registrar.post(f"{address}/settings", sent).status_code == 302


def test_a_client_of_an_issuer_and_a_name_are_taken_once(registrar):
    add(registrar)
    assert "registered already, as Police academy" in add(registrar, name="Another").text
    assert "A platform called Police academy is registered already" in add(registrar, client_id="other").text


def test_settings_that_another_registrar_changed_meanwhile_are_not_lost(agency, registrar, waiting):
    mine = filled(registrar.get(f"{waiting}/settings"), keeps_names="y")
    other = agency.browser("registrar2")
    other.post(f"{waiting}/settings", filled(other.get(f"{waiting}/settings"), token_audience="other"))
    assert "Somebody changed the settings" in registrar.post(f"{waiting}/settings", mine).text
    assert governing(agency, waiting).token_audience == "other"


def test_a_deployment_that_came_by_is_listed_and_approved(agency, registrar, waiting):
    assert f"{waiting}/deployments/approve?deployment=1" in registrar.get(waiting).text
    form = registrar.get(f"{waiting}/deployments/approve?deployment=1")
    sent = filled(form)
    assert sent["deployment_id"] == ["1"]
    assert registrar.post(f"{waiting}/deployments/approve", sent).location == waiting
    assert governing(agency, waiting).deployments == {"1"}
    again = registrar.post(f"{waiting}/deployments/approve", sent)
    assert again.status_code == 422
    assert "approved already" in again.text


def test_an_approval_without_a_deployment_launches_nobody_and_says_so(agency, registrar, waiting):
    registrar.get(f"{waiting}/approve")
    registrar.post(f"{waiting}/approve", {"deployments": []})
    assert governing(agency, waiting).deployments == frozenset()
    page = registrar.get(waiting).text
    assert "Needs a deployment" in page
    assert "No deployment is approved" in page


def test_an_invitation_is_shown_once_listed_while_it_is_open_and_taken_back(agency, registrar):
    form = filled(registrar.get(f"{PLATFORMS}/connect"))
    made = registrar.post(f"{PLATFORMS}/connect", form)
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    token = made.text.partition("/lti/register?invitation=")[2][:64]
    assert registrar.post(f"{PLATFORMS}/connect", form).text.count(token) == 1, "a second click makes no second one"
    page = registrar.get(PLATFORMS).text
    assert token not in page
    with agency.database.reading() as session:
        [digest] = session.scalars(select(LtiInvitation.token_digest))
    take_back = f"{PLATFORMS}/invitations/{digest}/take-back"
    assert take_back in page
    registrar.get(take_back)
    assert registrar.post(take_back).location == PLATFORMS
    assert "Open invitations" not in registrar.get(PLATFORMS).text
    assert registrar.get(take_back).status_code == 404


def test_oversight_reads_and_changes_nothing(agency, waiting):
    oversight = agency.browser("oversight")
    for address in (PLATFORMS, waiting):
        page = oversight.get(address)
        assert page.status_code == 200
        assert "Approve" not in page.text
        assert "Connect with one address" not in page.text
    for address in (f"{PLATFORMS}/connect", f"{PLATFORMS}/add", f"{waiting}/approve", f"{waiting}/close"):
        assert oversight.get(address).status_code == 403
    assert agency.browser("officer1").get(PLATFORMS).status_code == 403
