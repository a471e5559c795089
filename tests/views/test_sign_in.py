"""Signing in: who gets in, what a stranger learns, and how guessing is slowed."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from tests.passwords import PASSWORD, QUICK
from tests.views.browser import Browser
from training_app.clock import now
from training_app.models.browser_session import SignInAttempt
from training_app.models.people import AccountChange, AccountFact, Credential
from training_app.rules.permissions import Role
from training_app.services import sign_in
from training_app.services.sign_in import Passwords

WRONG = "four loud lorries at night"


def fail(app, identifier, times, address="192.0.2.1"):
    browser = Browser(app, REMOTE_ADDR=address)
    browser.get("/sign-in")
    return [browser.post("/sign-in", {"identifier": identifier, "password": WRONG}).status_code for _ in range(times)]


def try_once(app, person, password=PASSWORD, address="192.0.2.1"):
    return Browser(app, REMOTE_ADDR=address).sign_in(person, password)


def counted_earlier(database, minutes):
    with database.transaction() as session:
        for attempt in session.scalars(select(SignInAttempt)):
            attempt.at -= timedelta(minutes=minutes)


@pytest.mark.parametrize("written", ["{email}", "{EMAIL}", " {email} ", "{number}", "{small_number}"])
def test_one_signs_in_by_address_or_service_number(browser, make_person, written):
    person = make_person(Role.OFFICER)
    identifier = written.format(
        email=person.email,
        EMAIL=person.email.upper(),
        number=person.service_number,
        small_number=person.service_number.lower(),
    )
    browser.get("/sign-in")
    browser.post("/sign-in", {"identifier": identifier, "password": PASSWORD})
    assert browser.signed_in_as() == person.name


def test_a_wrong_password_an_unknown_name_and_a_closed_account_get_the_same_answer(app, make_person, database):
    known, closed = make_person(Role.OFFICER), make_person(Role.OFFICER)
    at = now()
    with database.transaction() as session:
        session.add(AccountFact(person_id=closed.id, change=AccountChange.CLOSED, effective_at=at, recorded_at=at))

    def told(identifier, password):
        browser = Browser(app)
        browser.get("/sign-in")
        response = browser.post("/sign-in", {"identifier": identifier, "password": password})
        return response.status_code, response.text.replace(identifier, "").replace(browser.token, "")

    answers = {told(known.email, WRONG), told("nobody@police.test", WRONG), told(closed.email, PASSWORD)}
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_a_person_without_a_password_cannot_sign_in(browser, make_person, database):
    person = make_person(Role.OFFICER)
    with database.transaction() as session:
        session.delete(session.get_one(Credential, person.id))
    assert browser.sign_in(person).status_code == 422


def test_a_password_for_nobody_is_verified_with_as_much_work_as_any_other():
    """The stand-in hash has the parameters of new hashes, so that both take the same passes and memory."""
    hasher = PasswordHasher(time_cost=2, memory_cost=64, parallelism=2)
    stand_in = Passwords(hasher)._of_nobody
    assert not hasher.check_needs_rehash(stand_in)
    assert Passwords(hasher).fits(PASSWORD, None) is False


def test_a_hash_made_under_older_parameters_is_replaced_at_the_next_sign_in(app, make_person, database):
    person = make_person(Role.OFFICER)
    app.extensions["passwords"] = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert try_once(app, person).status_code == 302
    with database.reading() as session:
        assert "$m=16,t=2,p=1$" in session.get_one(Credential, person.id).password_hash
    assert try_once(app, person).status_code == 302


def test_a_password_fits_however_its_letters_were_composed(app, make_person, database):
    person = make_person(Role.OFFICER)
    with database.transaction() as session:
        session.get_one(Credential, person.id).password_hash = QUICK.hash("caf\u00e9 au lait de Li\u00e8ge")
    assert try_once(app, person, "cafe\u0301 au lait de Lie\u0300ge").status_code == 302


def test_a_null_character_or_an_endless_password_is_only_a_wrong_one(app, make_person):
    person = make_person(Role.OFFICER)
    for password in ("\0" + PASSWORD, PASSWORD + "x" * 100_000):
        assert try_once(app, person, password).status_code == 422


# -- guessing ------------------------------------------------------------------------------------------------------


def test_the_sixth_guess_at_an_account_from_one_address_is_held_back_and_told_when_to_try_again(app, make_person):
    person = make_person(Role.OFFICER)
    assert fail(app, person.email, 6) == [422] * 5 + [429]
    held = try_once(app, person)
    assert held.status_code == 429
    assert 0 < int(held.headers["Retry-After"]) <= 15 * 60
    assert "Try again at" in held.text


def test_after_a_quarter_of_an_hour_one_may_try_again(app, make_person, database):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 5)
    counted_earlier(database, minutes=14)
    assert try_once(app, person).status_code == 429
    counted_earlier(database, minutes=1)
    assert try_once(app, person).status_code == 302


def test_guessing_one_account_holds_back_nobody_else_at_the_station(app, make_person):
    victim, colleague = make_person(Role.OFFICER), make_person(Role.OFFICER)
    fail(app, victim.email, 5)
    assert try_once(app, colleague).status_code == 302


def test_guessing_from_elsewhere_does_not_hold_back_the_owner(app, make_person):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 5, address="198.51.100.9")
    assert try_once(app, person, address="192.0.2.1").status_code == 302


def test_writing_the_name_differently_is_the_same_account(app, make_person):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 3)
    assert fail(app, f" {person.email.upper()}", 3) == [422, 422, 429]


def test_five_guesses_at_a_person_are_five_whichever_of_their_names_is_typed(app, make_person):
    person = make_person(Role.OFFICER)
    assert fail(app, person.email, 3) == [422] * 3
    assert fail(app, person.service_number, 3) == [422, 422, 429]
    assert fail(app, person.email, 1) == [429]


def test_a_name_that_nobody_has_is_held_back_like_one_that_somebody_has(app, make_person):
    person = make_person(Role.OFFICER)
    assert fail(app, "nobody@police.test", 6) == fail(app, person.email, 6) == [422] * 5 + [429]
    pages = [Browser(app) for _ in range(2)]
    told = set()
    for browser, name in zip(pages, ("nobody@police.test", person.email), strict=True):
        browser.get("/sign-in")
        page = browser.post("/sign-in", {"identifier": name, "password": WRONG})
        text = page.text.replace(name, "").replace(browser.token, "")
        told.add((page.status_code, re.sub(r"Try again at [^<]*", "", text)))
    assert len(told) == 1


def test_fifty_failures_from_many_addresses_hold_an_account_back_from_new_ones(database, make_person):
    person = make_person(Role.OFFICER)
    at = now()
    for number in range(50):
        with database.transaction() as session:
            sign_in.receive(session, person.email, address=f"198.51.100.{number}", key=b"k", at=at)
    with database.transaction() as session, pytest.raises(sign_in.TooManyAttempts) as held:
        sign_in.receive(session, person.email, address="198.51.100.200", key=b"k", at=at)
    assert held.value.until == at + timedelta(minutes=15)


def test_the_owner_is_let_in_where_they_signed_in_before_whatever_others_try(database, make_person):
    person = make_person(Role.OFFICER)
    at = now()
    with database.transaction() as session:
        claim = sign_in.receive(session, person.email, address="192.0.2.1", key=b"k", at=at - timedelta(days=3))
        assert sign_in.accept(session, claim) is not None
    for number in range(50):
        with database.transaction() as session:
            sign_in.receive(session, person.email, address=f"198.51.100.{number}", key=b"k", at=at)
    with database.transaction() as session:
        assert sign_in.receive(session, person.email, address="192.0.2.1", key=b"k", at=at).person_id == person.id


def test_three_hundred_failures_hold_an_address_back_from_accounts_unknown_there(database, make_person):
    newcomer, regular = make_person(Role.OFFICER), make_person(Role.OFFICER)
    at = now()
    with database.transaction() as session:
        claim = sign_in.receive(session, regular.email, address="192.0.2.1", key=b"k", at=at - timedelta(hours=1))
        sign_in.accept(session, claim)
    for number in range(300):
        with database.transaction() as session:
            sign_in.receive(session, f"guess{number}", address="192.0.2.1", key=b"k", at=at)
    with database.transaction() as session, pytest.raises(sign_in.TooManyAttempts):
        sign_in.receive(session, newcomer.email, address="192.0.2.1", key=b"k", at=at)
    with database.transaction() as session:
        sign_in.receive(session, regular.email, address="192.0.2.1", key=b"k", at=at)


def test_signing_in_does_not_clear_the_count_of_others(app, make_person):
    victim, attacker = make_person(Role.OFFICER), make_person(Role.OFFICER)
    fail(app, victim.email, 4)
    try_once(app, attacker)
    assert fail(app, victim.email, 2) == [422, 429]


def test_signing_in_clears_ones_own_count(app, make_person):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 4)
    assert try_once(app, person).status_code == 302
    assert fail(app, person.email, 5) == [422] * 5


def test_attempts_are_kept_as_digests_that_name_nobody(app, make_person, database):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 1, address="192.0.2.77")
    with database.reading() as session:
        (attempt,) = session.scalars(select(SignInAttempt)).all()
    assert person.email not in repr(vars(attempt))
    assert "192.0.2.77" not in repr(vars(attempt))


def test_failures_are_forgotten_once_no_limit_looks_at_them(app, make_person, database):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 3)
    counted_earlier(database, minutes=16)
    try_once(app, person)
    with database.reading() as session:
        assert [attempt.succeeded for attempt in session.scalars(select(SignInAttempt))] == [True]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unix", "unix"),
    ],
)
def test_an_address_stands_for_a_place_of_work(address, network):
    assert sign_in.network_of(address) == network


# -- where one lands -----------------------------------------------------------------------------------------------


def test_after_signing_in_one_lands_where_one_was_going(browser, make_person):
    sent = browser.get("/my-sessions")
    assert sent.location == "/sign-in?next=/my-sessions"
    assert browser.sign_in(make_person(Role.OFFICER), path=sent.location).location == "/my-sessions"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "evil",
    ],
)
def test_nobody_is_led_to_another_site(browser, make_person, elsewhere):
    response = browser.sign_in(make_person(Role.OFFICER), path=f"/sign-in?next={quote(elsewhere)}")
    assert response.location == "/"


def test_a_sign_in_form_from_another_site_is_refused(app, make_person):
    person = make_person(Role.OFFICER)
    browser = Browser(app)
    response = browser.post("/sign-in", {"identifier": person.email, "password": PASSWORD})
    assert response.location == "/sign-in"
    assert browser.signed_in_as() is None


def test_a_sign_in_page_that_was_open_too_long_leads_to_a_fresh_one(browser, make_person):
    browser.get("/sign-in?next=/my-sessions")
    browser.client.delete_cookie("training")
    response = browser.post("/sign-in?next=/my-sessions", {"identifier": "x", "password": "y"})
    assert response.location == "/sign-in?next=/my-sessions"
    assert "open for too long" in browser.get(response.location).text


def test_a_language_that_is_chosen_before_signing_in_stays_with_the_browser(browser):
    browser.get("/sign-in")
    browser.post("/language", {"language": "en", "next": "/glossary"})
    assert browser.cookie("language") == "en"
    browser.post("/language", {"language": "xx"})
    assert browser.cookie("language") == "en"


def test_the_person_is_remembered_at_the_address_by_success_only(database, make_person):
    person = make_person(Role.OFFICER)
    at = now()
    with database.transaction() as session:
        sign_in.receive(session, person.email, address="192.0.2.1", key=b"k", at=at)
    with database.transaction() as session:
        session.execute(update(SignInAttempt).values(at=at - timedelta(days=31), succeeded=True))
    with database.transaction() as session:
        sign_in.receive(session, person.email, address="192.0.2.1", key=b"k", at=at)
    with database.reading() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 1


def test_a_refused_sign_in_is_logged_without_what_was_typed(app, make_person, caplog):
    person = make_person(Role.OFFICER)
    fail(app, person.email, 6, address="192.0.2.77")
    logged = [record.getMessage() for record in caplog.records if record.name == "training_app.views.auth"]
    assert sum("refused" in line and "192.0.2.77" in line for line in logged) == 5
    assert sum("held back" in line for line in logged) == 1
    assert person.email not in caplog.text
    assert WRONG not in caplog.text
