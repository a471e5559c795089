"""An officer takes a pass along, a device fetches lists and keys: together they say yes where nobody can be asked."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path

import pytest
import segno
from sqlalchemy import func, select

from training_app import offline_keys
from training_app.clock import now
from training_app.models.offline import OfflinePass
from training_app.models.oversight import JournalEntry
from training_app.models.people import OfficerSuspension
from training_app.models.tools import Tool, ToolVersion
from training_app.offline import verifier

JWKS, LISTS = "/.well-known/jwks.json", "/access/v1/status-lists"


@pytest.fixture
def keys(agency):
    """The folder of keys, with one that signs."""
    folder = agency.app.extensions["config"].offline_keys
    offline_keys.make(folder, at=now() - timedelta(days=1))
    return folder


@pytest.fixture
def officer(agency, keys):
    """DP-1001, who may use Sightline 3.1 and not 3.2."""
    return agency.browser("officer1")


def version_id(agency, label, slug="sightline"):
    with agency.database.reading() as session:
        of_tool = select(ToolVersion.id).join(Tool).where(Tool.slug == slug, ToolVersion.label == label)
        return session.scalars(of_tool).one()


def page_of(agency, label, slug="sightline"):
    return f"/tools/{slug}/versions/{version_id(agency, label, slug)}/pass"


def entries(agency):
    with agency.database.reading() as session:
        return session.scalar(select(func.count()).select_from(JournalEntry))


class Device:
    """A laptop in a vehicle; it comes without a cookie."""

    def __init__(self, agency, label):
        self.client, self.label = agency.app.test_client(), label
        self.path = f"{LISTS}/{version_id(agency, label)}"

    def fetch(self):
        self.keys = self.client.get(JWKS).json
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        self.list = answer.text
        return answer

    def verdict(self, shown, *, at=None, **other):
        at = int((at or now()).timestamp())
        return verifier.verify(shown, self.list, self.keys, tool="sightline", version=self.label, at=at, **other)


def taken(officer, page):
    assert officer.post(page).status_code == 303
    answer = officer.get(f"{page}.jwt")
    assert answer.status_code == 200
    return answer


def test_an_officer_takes_a_pass_along_and_a_device_without_a_network_lets_them_in(agency, officer):
    page = page_of(agency, "3.1")
    assert page in officer.get("/tools/sightline").text
    before = entries(agency)
    assert "Get a pass" in officer.get(page).text
    assert entries(agency) == before, "reading the page recorded something"
    file = taken(officer, page)
    assert file.content_type == "application/jwt"
    assert file.headers["Content-Disposition"] == "attachment; filename=sightline-3.1-pass.jwt"
    shown = officer.get(page).text
    drawn = segno.make_qr(file.text, error="l", boost_error=False)
    assert drawn.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, lineclass=None) in shown
    assert "Your pass holds until" in shown
    device = Device(agency, "3.1")
    device.fetch()
    for purpose in (None, "missing-person"):
        verdict = device.verdict(file.text, purpose=purpose)
        assert verdict.allowed, verdict


def test_a_pass_is_shown_again_as_it_was_given(agency, officer):
    page = page_of(agency, "3.1")
    first = taken(officer, page).text
    assert officer.get(f"{page}.jwt").text == first


def test_who_may_not_use_the_version_is_told_so_and_given_nothing(agency, officer):
    page = page_of(agency, "3.2")
    assert page not in officer.get("/tools/sightline").text
    assert "You may not use Sightline Face Matching 3.2 now." in officer.get(page).text
    before = entries(agency)
    assert officer.post(page).status_code == 303
    assert "You cannot get a pass now." in officer.get(page).text
    assert officer.get(f"{page}.jwt").status_code == 404
    assert entries(agency) == before


def test_for_an_intrusive_tool_the_page_says_that_each_use_is_decided_anew(agency, officer):
    page = page_of(agency, "5.0", "lockpick")
    shown = officer.get(page).text
    assert "This tool needs a network" in shown
    assert "Get a pass" not in shown
    officer.post(page)
    assert agency.count(OfflinePass) == 0


def test_a_suspended_officer_sees_no_pass_any_more_and_the_next_list_refuses_it(agency, officer):
    page, device = page_of(agency, "3.1"), Device(agency, "3.1")
    shown = taken(officer, page).text
    first = device.fetch()
    with agency.database.transaction() as session:
        stamp = {"effective_at": now(), "recorded_at": now()}
        suspended = agency.person("DP-1001").id
        session.add(OfficerSuspension(**stamp, officer_id=suspended, tool_id=None, reason_code="inquiry-open"))
    assert "Your pass holds until" not in officer.get(page).text
    assert officer.get(f"{page}.jwt").status_code == 404
    assert device.fetch().headers["ETag"] != first.headers["ETag"]
    assert device.verdict(shown).reason == "status-invalid"


def test_with_the_database_gone_the_last_pass_and_list_hold_until_they_expire_and_no_longer(agency, officer):
    page, device = page_of(agency, "3.1"), Device(agency, "3.1")
    shown = taken(officer, page).text
    device.fetch()
    agency.database.dispose()
    file = Path(agency.database.url.database)
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    answer = device.client.get(device.path)
    assert (answer.status_code, answer.json["error"]) == (503, "unavailable")
    assert device.verdict(shown).allowed
    config = agency.app.extensions["config"]
    list_ends = json.loads(urlsafe_b64decode(device.list.split(".")[1] + "==="))["exp"]
    assert device.verdict(shown, at=now() + config.longest_status_list).reason == "list-expired"
    assert device.verdict(shown).until == list_ends
    assert device.verdict(shown, at=now() + config.longest_pass).reason == "pass-expired"


# -- lists and keys ----------------------------------------------------------------------------------------------------


def test_a_list_is_open_to_everybody_kept_shortly_and_not_sent_twice(agency, keys):
    device = Device(agency, "3.2")
    answer = device.fetch()
    assert answer.content_type == "application/statuslist+jwt"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    again = device.client.get(device.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_list_has_its_address_in_the_aggregation_and_says_the_same_of_itself(agency, keys):
    client = agency.app.test_client()
    for address in client.get(LISTS).json["status_lists"]:
        said = json.loads(urlsafe_b64decode(client.get(address).text.split(".")[1] + "==="))
        assert said["sub"] == address
        assert said["status_list"]["aggregation_uri"] == f"http://localhost{LISTS}"


@pytest.mark.parametrize(("query", "status"), [("999", 404), ("1?time=1767225600", 501), ("x", 404)])
def test_other_lists_there_are_none(agency, keys, query, status):
    answer = agency.app.test_client().get(f"{LISTS}/{query}")
    assert answer.status_code == status
    assert answer.is_json


def test_without_a_key_nothing_is_given_out_and_no_page_speaks_of_it(agency):
    officer, client = agency.browser("officer1"), agency.app.test_client()
    page = page_of(agency, "3.1")
    assert page not in officer.get("/tools/sightline").text
    assert officer.get(page).status_code == 404
    assert officer.post(page).status_code == 404
    assert client.get(f"{LISTS}/1").status_code == client.get(LISTS).status_code == 404
    assert client.get(JWKS).json == {"keys": []}


def test_when_a_new_key_signs_what_the_old_one_signed_still_holds(agency, officer, keys):
    page, device = page_of(agency, "3.1"), Device(agency, "3.1")
    shown = taken(officer, page).text
    device.fetch()
    before = device.list
    offline_keys.make(keys, at=now() - timedelta(seconds=2), waits=timedelta(0))
    device.fetch()
    assert len(device.keys["keys"]) == 2
    assert before.split(".")[0] != device.list.split(".")[0], "the list is signed with the new key"
    assert device.verdict(shown).allowed
