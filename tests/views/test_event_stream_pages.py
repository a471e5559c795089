"""The registrar's pages about event streams: what waits, what needs a person, who may pause one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services import listening
from training_app.clock import now
from training_app.models.clients import Client
from training_app.models.event_streams import EventStream, StreamStatus
from training_app.models.outbox import OutboxMessage
from training_app.services import clients, outbox
from training_app.services.event_streams import overview, streams
from training_app.services.event_streams.overview import Standing
from training_app.services.event_streams.streams import CHANNEL

PAGES = "/registrar/event-streams"
REGISTRAR, OVERSIGHT, OFFICER = "registrar", "oversight", "officer1"


@pytest.fixture
def stream(agency) -> EventStream:
    """A stream with one event that waits."""
    with agency.database.transaction() as session:
        made = listening.stream(session, at=now(), description="Control room")
        streams.verify(session, made, None, at=now())
    return made


def page(stream) -> str:
    return f"{PAGES}/{stream.public_id}"


def given_up(agency, stream) -> None:
    with agency.database.transaction() as session:
        [message] = listening.waiting(session, stream)
        faults = {message.message_id: "invalid_key No such key"}
        assert outbox.refused(session, CHANNEL, stream.public_id, faults, at=now()) == 1


def stands(agency, stream) -> Standing:
    with agency.database.reading() as session:
        return overview.one_stream(session, stream.public_id, at=now()).standing


def test_the_page_says_that_nobody_listens_yet(agency):
    assert "No program listens yet." in agency.browser(REGISTRAR).get(PAGES).text


def test_streams_are_listed_with_what_waits(agency, stream):
    shown = agency.browser(REGISTRAR).get(PAGES).text
    assert "1 event waits to be taken." in shown
    assert "Control room" in shown
    assert "Working" in shown


def test_oversight_reads_and_changes_nothing_and_officers_see_nothing(agency, stream):
    browser = agency.browser(OVERSIGHT)
    assert browser.get(page(stream)).status_code == 200
    assert "Pause the stream" not in browser.get(page(stream)).text
    assert browser.post(f"{page(stream)}/hold", {"reason": "Why"}).status_code == 403
    assert agency.browser(OFFICER).get(PAGES).status_code == 403


def test_a_registrar_pauses_a_stream_with_a_reason_and_lets_it_go_on(agency, stream):
    browser = agency.browser(REGISTRAR)
    browser.get(page(stream))
    refused = browser.post(f"{page(stream)}/hold", {"reason": ""})
    assert (refused.status_code, "Write why" in refused.text) == (422, True)
    browser.post(f"{page(stream)}/hold", {"reason": "Being examined"})
    assert stands(agency, stream) is Standing.HELD
    shown = browser.get(page(stream)).text
    assert "Reason: Being examined" in shown
    browser.post(f"{page(stream)}/let-go", {})
    assert stands(agency, stream) is Standing.WORKING


def test_what_was_not_taken_is_shown_with_the_receivers_words_and_tried_again(agency, stream):
    given_up(agency, stream)
    browser = agency.browser(REGISTRAR)
    assert "1 event was not taken and needs a person." in browser.get(PAGES).text
    shown = browser.get(page(stream)).text
    assert "Needs a person" in shown
    assert "invalid_key No such key" in shown
    browser.post(f"{page(stream)}/try-again", {})
    assert stands(agency, stream) is Standing.WORKING


def test_what_was_not_taken_can_be_dismissed(agency, stream):
    given_up(agency, stream)
    browser = agency.browser(REGISTRAR)
    browser.get(page(stream))
    browser.post(f"{page(stream)}/dismiss", {})
    with agency.database.reading() as session:
        assert session.scalars(select(OutboxMessage)).all() == []


def test_a_stream_is_deleted_here_only_once_its_client_has_ended(agency, stream):
    browser = agency.browser(REGISTRAR)
    browser.get(page(stream))
    assert browser.post(f"{page(stream)}/delete", {}).status_code == 409
    with agency.database.transaction() as session:
        clients.close(session, session.get_one(Client, stream.client_id), at=now(), by=None)
    assert stands(agency, stream) is Standing.CLIENT_ENDED
    browser.post(f"{page(stream)}/delete", {})
    assert browser.get(page(stream)).status_code == 404


def test_how_a_stream_stands(session):
    at = listening.NOW
    stream = listening.stream(session, push_to="https://gateway.example/")
    fetched = listening.stream(session)

    def standing(of, when=at):
        return overview.one_stream(session, of.public_id, at=when).standing

    streams.verify(session, stream, None, at=at)
    streams.verify(session, fetched, None, at=at)
    assert (standing(stream), standing(fetched)) == (Standing.WORKING, Standing.WORKING)
    assert standing(fetched, at + timedelta(minutes=61)) is Standing.UNFETCHED
    message = outbox.claim(session, outbox.next_to(session, CHANNEL, stream.public_id, at=at), at=at)
    outbox.ended(session, message, outbox.Outcome.UNREACHED, "HTTP 503", at=at, chance=0.5)
    assert standing(stream) is Standing.UNREACHED
    streams.set_status(session, stream, StreamStatus.PAUSED, None, at=at)
    assert standing(stream) is Standing.PAUSED
    streams.set_status(session, stream, StreamStatus.DISABLED, None, at=at)
    assert standing(stream) is Standing.DISABLED
    assert standing(fetched, at + timedelta(days=400)) is Standing.NO_CREDENTIAL
