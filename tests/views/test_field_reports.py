"""Tools report what they run: a claim that is kept, that grants nothing, and that alerts where nobody registered it."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import BACKENDS
from tests.views.asking import NOW, Asking, answering, set_clock
from training_app.models.field import FieldPlace, FieldReport
from training_app.rules.clients import Scope
from training_app.services import field_reports

REPORTS = "/access/v1/field-reports"


@pytest.fixture(params=BACKENDS)
def backend(request) -> str:
    return request.param


@pytest.fixture
def asking(demo_database, tmp_path, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    with answering(demo_database, tmp_path) as found:
        yield found


def report(asking, version="3.2", place="Control room", tool="sightline", **sent):
    resource = {"type": "tool", "id": tool, "properties": {"version": version}}
    return asking.post(REPORTS, json={"resource": resource, "place": place}, **sent)


def in_the_field(asking, at=NOW):
    with asking.database.reading() as session:
        return {found.tool.slug: found for found in field_reports.in_the_field(session, at=at)}


def alarms(asking, at=NOW):
    with asking.database.reading() as session:
        return [(tool.slug, version.label) for tool, version in field_reports.alarms(session, at=at)]


def count(asking, kind) -> int:
    with asking.database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind))


def test_a_tool_is_told_what_holds_of_the_version_that_it_reports(asking):
    assert report(asking).get_json() == {"registered": True, "state": "in-use", "heard_at": "2026-11-22T11:00:00Z"}
    told = report(asking, version="3.3").get_json()
    assert (told["registered"], told["state"]) == (False, None)


def test_a_version_that_nobody_registered_alerts_the_registrar_and_stays_refused(asking, caplog):
    report(asking)
    assert alarms(asking) == []
    with caplog.at_level(logging.WARNING):
        report(asking, version="3.3", place="Laptop 7")
        report(asking, version="3.3", place="Laptop 7")
    assert [record.message for record in caplog.records if "registered" in record.message] == [
        "client-1 reports a version of sightline that nobody registered"
    ]
    assert alarms(asking) == [("sightline", "3.3")]
    assert asking.codes("DP-1003", "3.3") == ["version-unknown"]


def test_a_report_that_says_nothing_new_moves_the_time_only(asking, monkeypatch):
    report(asking)
    later = NOW + timedelta(hours=2)
    set_clock(monkeypatch, later)
    report(asking)
    assert count(asking, FieldReport) == 1
    [place] = next(one for one in in_the_field(asking)["sightline"].versions if one.label == "3.2").places
    assert (place.since, place.heard_at) == (NOW, later)
    report(asking, version="3.1")
    report(asking, place="Harbour")
    assert (count(asking, FieldReport), count(asking, FieldPlace)) == (3, 2)
    versions = {one.label: [place.name for place in one.places] for one in in_the_field(asking)["sightline"].versions}
    assert versions == {"3.2": ["Harbour"], "3.1": ["Control room"]}


def test_a_place_that_was_not_heard_of_for_long_alerts_nobody(asking):
    report(asking, version="3.3")
    assert alarms(asking, at=NOW + field_reports.SILENT_AFTER) == [("sightline", "3.3")]
    later = NOW + field_reports.SILENT_AFTER + timedelta(seconds=1)
    assert alarms(asking, at=later) == []
    [stranger, *_] = in_the_field(asking, at=later)["sightline"].versions
    assert (stranger.label, stranger.places[0].silent) == ("3.3", True)


def test_a_tool_that_the_client_does_not_see_is_not_there(asking):
    asking.register("Lockpick alone", "own-tool-token", tools=["lockpick"], scopes=[Scope.ANNOUNCE])
    for tool in ("sightline", "elsewhere"):
        response = report(asking, tool=tool, token="own-tool-token")
        assert (response.status_code, response.get_json()["error"]) == (404, "not-found")
    assert report(asking, tool="lockpick", version="5.0", token="own-tool-token").status_code == 200


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"place": "x"}, "resource"),
        ({"resource": {"type": "tool", "id": "sightline"}, "place": "x"}, "resource.properties.version"),
        ({"resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}}, "place"),
        ({"resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}, "place": ""}, "place"),
    ],
)
def test_a_report_without_version_or_place_is_none(asking, body, names):
    response = asking.post(REPORTS, json=body)
    assert response.status_code == 400
    assert response.get_json()["message"].startswith(f"{names} must be")


def test_a_client_reports_so_many_places_and_no_more(asking, monkeypatch):
    monkeypatch.setattr(field_reports, "MOST_PLACES", 2)
    answers = [report(asking, place=place).status_code for place in ("a", "b", "c", "a")]
    assert answers == [200, 200, 409, 200]
