"""What another process commits is what the next request is answered from: there is no moment in which it is not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import BACKENDS
from tests.processes import PROCESSES
from tests.views.asking import NOW, answering, question, set_clock
from training_app.db import Database
from training_app.models.clients import ClientCredential
from training_app.models.people import OfficerSuspension, Person
from training_app.models.tools import ToolVersion, VersionFact
from training_app.rules.facts import VersionChange
from training_app.services import client_credentials


@pytest.fixture(params=BACKENDS)
def asking(request, tmp_path, monkeypatch):
    set_clock(monkeypatch, NOW)
    with request.getfixturevalue(f"demo_{request.param}")() as database, answering(database, tmp_path) as found:
        yield found


def stamp(**columns):
    return {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": None, **columns}


def suspend_version(session):
    version = session.scalars(select(ToolVersion.id).where(ToolVersion.label == "3.2")).one()
    session.add(VersionFact(**stamp(version_id=version, change=VersionChange.SUSPENDED)))


def suspend_officer(session):
    person = session.scalars(select(Person.id).where(Person.service_number == "DP-1003")).one()
    session.add(OfficerSuspension(**stamp(officer_id=person, tool_id=None, reason_code="-")))


def revoke(session):
    credential = session.scalars(select(ClientCredential).order_by(ClientCredential.id)).first()
    client_credentials.revoke(session, credential, at=NOW - timedelta(seconds=1), by=None)


def commit(url, happens):
    database = Database(url)
    with database.transaction() as session:
        happens(session)
    database.dispose()


def by_another_process(url, happens):
    other = PROCESSES.Process(target=commit, args=(url, happens))
    other.start()
    other.join()
    assert other.exitcode == 0


@pytest.mark.parametrize(
    ("happens", "somewhere"),
    [(suspend_version, by_another_process), (suspend_officer, commit), (revoke, commit)],
)
def test_the_next_request_knows_what_was_committed_elsewhere(asking, happens, somewhere):
    for _ in range(2):  # the second is answered from what the process keeps
        assert asking.ask("DP-1003")["decision"] is True
    somewhere(asking.database.url.render_as_string(hide_password=False), happens)
    response = asking.send(json=question("DP-1003"))
    if happens is revoke:
        assert response.status_code == 401
    else:
        assert response.get_json()["decision"] is False
    assert len(asking.recorded()) == (2 if happens is revoke else 3)
