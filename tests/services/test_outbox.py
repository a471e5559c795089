"""The outbox: claimed by one, kept until it is delivered, given up by a rule and taken up again by a person."""

from datetime import timedelta
from itertools import count

import pytest

from tests.services.recorded import NOW
from training_app.models.outbox import OutboxState
from training_app.rules.retries import MOST_REFUSALS, Outcome
from training_app.services import outbox
from training_app.services.outbox import CLAIM, NewMessage

CHANNEL, THERE = "test", "there"
_serial = count(1)


def put(session, number=1, destination=THERE):
    """Put messages into the outbox, and return their ids."""
    messages = [NewMessage(f"message-{next(_serial)}", CHANNEL, destination, {"says": "hello"}) for _ in range(number)]
    assert outbox.put(session, messages, at=NOW) == number
    return [one.message_id for one in messages]


def claimed(session, at=NOW):
    row = outbox.next_to(session, CHANNEL, THERE, at=at)
    return None if row is None else outbox.claim(session, row, at=at)


def test_messages_go_in_their_order_and_one_that_is_being_sent_holds_up_the_next(session):
    first, second = put(session, 2)
    message = claimed(session)
    assert (message.message_id, message.payload, message.attempts) == (first, {"says": "hello"}, 0)
    assert claimed(session) is None
    outbox.ended(session, message, Outcome.TAKEN, "", at=NOW, chance=0.5)
    assert claimed(session).message_id == second


def test_a_claim_runs_out_so_that_who_died_is_followed_by_another(session):
    [only] = put(session)
    claimed(session)
    assert claimed(session, at=NOW + CLAIM - timedelta(seconds=1)) is None
    assert claimed(session, at=NOW + CLAIM).message_id == only


def test_what_was_not_taken_waits_and_is_sent_again(session):
    put(session)
    message = claimed(session)
    assert not outbox.ended(session, message, Outcome.UNREACHED, "HTTP 503", at=NOW, chance=0.5)
    stands = outbox.queue(session, CHANNEL, THERE)
    assert (stands.waiting, stands.attempts, stands.fault) == (1, 1, "HTTP 503")
    assert stands.next_at == NOW + timedelta(seconds=5)
    assert claimed(session, at=NOW + timedelta(seconds=4)) is None
    assert claimed(session, at=NOW + timedelta(seconds=5)).attempts == 1


def test_what_is_refused_is_given_up_soon_lets_the_next_one_by_and_begins_anew_when_a_person_says_so(session):
    refused, following = put(session, 2)
    at = NOW
    for attempt in range(1, MOST_REFUSALS + 1):
        message = claimed(session, at=at)
        assert message.message_id == refused
        given_up = outbox.ended(session, message, Outcome.REFUSED, "HTTP 400", at=at, chance=0.5)
        assert given_up is (attempt == MOST_REFUSALS)
        at += timedelta(minutes=5)
    assert outbox.number_failed(session) == 1
    assert [one.fault for one in outbox.failed(session, CHANNEL, THERE, most=9)] == ["HTTP 400"]
    message = claimed(session, at=at)
    assert message.message_id == following
    outbox.ended(session, message, Outcome.TAKEN, "", at=at, chance=0.5)
    assert outbox.try_again(session, CHANNEL, THERE, at=at) == 1
    again = claimed(session, at=at)
    assert (again.message_id, again.attempts) == (refused, 0)


def test_a_person_can_dismiss_what_was_given_up_and_nothing_else(session):
    [given_up, waits] = put(session, 2)
    assert outbox.refused(session, CHANNEL, THERE, {given_up: "invalid_key", "of-another": "?"}, at=NOW) == 1
    assert outbox.dismiss(session, CHANNEL, THERE) == 1
    assert [one.message_id for one in outbox.oldest(session, CHANNEL, THERE, most=9)] == [waits]


def test_who_fetches_acknowledges_their_own_messages_only(session):
    [mine] = put(session)
    [of_others] = put(session, destination="elsewhere")
    outbox.fetched(session, CHANNEL, THERE, [mine, of_others, "unknown"], at=NOW)
    assert outbox.queue(session, CHANNEL, THERE).waiting == 0
    assert outbox.queue(session, CHANNEL, "elsewhere").waiting == 1


def test_what_was_delivered_by_another_meanwhile_stays_delivered(session):
    put(session)
    late = claimed(session)
    other = claimed(session, at=NOW + CLAIM)
    outbox.ended(session, other, Outcome.TAKEN, "", at=NOW, chance=0.5)
    assert not outbox.ended(session, late, Outcome.UNREACHED, "too late", at=NOW, chance=0.5)
    stands = outbox.queue(session, CHANNEL, THERE)
    assert (stands.waiting, stands.failed, stands.delivered_at) == (0, 0, NOW)


def test_delivered_messages_are_deleted_after_a_week_and_others_never(session):
    [delivered, waits] = put(session, 2)
    outbox.fetched(session, CHANNEL, THERE, [delivered], at=NOW)
    assert outbox.prune(session, at=NOW + outbox.KEPT_AFTER_DELIVERY - timedelta(seconds=1)) == 0
    assert outbox.prune(session, at=NOW + outbox.KEPT_AFTER_DELIVERY) == 1
    assert outbox.oldest(session, CHANNEL, THERE, most=9)[0].message_id == waits
    assert outbox.oldest(session, CHANNEL, THERE, most=9)[0].state is OutboxState.WAITING


@pytest.mark.postgresql
def test_two_processes_that_claim_at_once_do_not_wait_for_each_other_and_one_gets_it(migrated_postgresql):
    with migrated_postgresql() as database:
        with database.transaction() as session:
            put(session)
        with database.transaction() as first, database.transaction() as second:
            row = outbox.next_to(first, CHANNEL, THERE, at=NOW)
            assert outbox.next_to(second, CHANNEL, THERE, at=NOW) == row
            assert outbox.claim(first, row, at=NOW) is not None
            assert outbox.claim(second, row, at=NOW) is None
