"""A session begins at sign-in, really ends at sign-out, and lasts no longer than it may."""

from datetime import timedelta

import pytest
from flask import request
from sqlalchemy import func, select, update

from tests.views.browser import Browser
from training_app.clock import now
from training_app.models.browser_session import BrowserSession
from training_app.models.people import AccountChange, AccountFact, Credential
from training_app.rules.permissions import Role
from training_app.services import browser_sessions


def rows(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(BrowserSession))


def test_visitors_leave_no_row(browser, database):
    for path in ("/", "/sign-in", "/glossary", "/accessibility"):
        browser.get(path)
    assert rows(database) == 0


def test_who_signed_in_is_signed_in_on_the_next_page(browser, make_person):
    person = make_person(Role.OFFICER)
    assert browser.signed_in_as() is None
    browser.sign_in(person)
    assert browser.signed_in_as() == person.name


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, browser, make_person):
    browser.sign_in(make_person(Role.OFFICER))
    stolen = browser.cookie()
    browser.get("/accessibility")
    browser.post("/sign-out")
    thief = Browser(app)
    thief.client.set_cookie("training", stolen)
    assert thief.signed_in_as() is None
    assert thief.get("/my-sessions").status_code == 302


def test_signing_out_forgets_what_the_session_held(browser, make_person, database):
    browser.sign_in(make_person(Role.OFFICER))
    browser.get("/accessibility")
    browser.post("/sign-out")
    with database.reading() as session:
        (left,) = session.scalars(select(BrowserSession)).all()
    assert left.ended_at is not None
    assert left.data == {}


def test_a_token_given_before_signing_in_is_not_the_token_after(browser, make_person):
    browser.get("/sign-in")
    before = browser.cookie()
    browser.sign_in(make_person(Role.OFFICER))
    assert browser.cookie() != before


def test_signing_in_again_ends_the_session_before(app, make_person, database):
    person = make_person(Role.OFFICER)
    browser = Browser(app)
    browser.sign_in(person)
    first = browser.cookie()
    browser.get("/accessibility")
    browser.post("/sign-out")
    browser.sign_in(person)
    with database.reading() as session:
        ended = session.get_one(BrowserSession, browser_sessions.digest_of(first)).ended_at
    assert ended is not None
    assert browser.cookie() != first


def test_the_database_does_not_hold_what_is_in_the_cookie(browser, make_person, database):
    browser.sign_in(make_person(Role.OFFICER))
    with database.reading() as session:
        (row,) = session.scalars(select(BrowserSession)).all()
    assert row.token_digest == browser_sessions.digest_of(browser.cookie())
    assert browser.cookie() not in repr(vars(row))


@pytest.mark.parametrize(
    ("idle", "signed_in"),
    [
        pytest.param(timedelta(minutes=29), True, id="just-within"),
        pytest.param(timedelta(minutes=30), False, id="at-the-limit"),
    ],
)
def test_a_session_ends_when_it_was_not_used(browser, make_person, let_pass, idle, signed_in):
    person = make_person(Role.OFFICER)
    browser.sign_in(person)
    let_pass(idle=idle)
    assert (browser.signed_in_as() == person.name) is signed_in


@pytest.mark.parametrize(
    ("age", "signed_in"),
    [
        pytest.param(timedelta(hours=11, minutes=59), True, id="just-within"),
        pytest.param(timedelta(hours=12), False, id="at-the-limit"),
    ],
)
def test_a_session_ends_even_when_it_is_used_all_the_time(browser, make_person, let_pass, age, signed_in):
    person = make_person(Role.OFFICER)
    browser.sign_in(person)
    let_pass(since_sign_in=age)
    assert (browser.signed_in_as() == person.name) is signed_in


def test_using_a_session_moves_its_idle_limit(browser, make_person, let_pass, database):
    browser.sign_in(make_person(Role.OFFICER))
    let_pass(idle=timedelta(minutes=20))
    browser.get("/accessibility")
    with database.reading() as session:
        (row,) = session.scalars(select(BrowserSession)).all()
    assert now() - row.seen_at < timedelta(minutes=1)


def test_reading_pages_within_a_minute_writes_nothing(browser, make_person, database):
    browser.sign_in(make_person(Role.OFFICER))
    browser.get("/accessibility")
    with database.reading() as session:
        before = session.scalars(select(BrowserSession.seen_at)).one()
    browser.get("/accessibility")
    with database.reading() as session:
        assert session.scalars(select(BrowserSession.seen_at)).one() == before


def test_raising_the_epoch_ends_every_session_of_the_person_at_once(app, make_person, database):
    person, other = make_person(Role.OFFICER), make_person(Role.OFFICER)
    at_desk, on_phone, of_other = Browser(app), Browser(app), Browser(app)
    for browser, who in ((at_desk, person), (on_phone, person), (of_other, other)):
        browser.sign_in(who)
    with database.transaction() as session:
        browser_sessions.end_all(session, person.id)
    assert [browser.signed_in_as() for browser in (at_desk, on_phone, of_other)] == [None, None, other.name]


def test_closing_an_account_ends_access_at_the_next_request(browser, make_person, database):
    person = make_person(Role.OFFICER)
    browser.sign_in(person)
    at = now()
    with database.transaction() as session:
        session.add(AccountFact(person_id=person.id, change=AccountChange.CLOSED, effective_at=at, recorded_at=at))
    assert browser.signed_in_as() is None


def test_a_request_under_way_cannot_revive_a_session_that_was_ended(browser, make_person, database):
    """Between reading the session and saving it, somebody else ends it."""
    browser.sign_in(make_person(Role.OFFICER))
    token_digest = browser_sessions.digest_of(browser.cookie())
    with database.transaction() as session:
        browser_sessions.end(session, token_digest, at=now())
    with database.transaction() as session:
        assert browser_sessions.keep(session, token_digest, {"language": "en"}, at=now()) is False
    with database.reading() as session:
        assert session.get_one(BrowserSession, token_digest).data == {}
    assert browser.signed_in_as() is None


def test_the_cookie_of_a_session_that_is_ended_during_a_request_is_taken_away(make_app, make_person, database):
    app = make_app()
    browser = Browser(app)

    @app.after_request
    def end_meanwhile(response):
        if request.endpoint == "auth.choose_language":
            with database.transaction() as session:
                browser_sessions.end(session, browser_sessions.digest_of(browser.cookie()), at=now())
        return response

    browser.sign_in(make_person(Role.OFFICER))
    browser.get("/accessibility")
    browser.post("/language", {"language": "en"})
    assert browser.cookie() is None


def test_one_sees_and_ends_ones_other_sessions(app, make_person):
    person = make_person(Role.OFFICER)
    here, elsewhere = Browser(app), Browser(app, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537")
    here.sign_in(person)
    elsewhere.sign_in(person)
    page = here.get("/my-sessions").text
    assert "Firefox, Linux" in page
    assert "Chrome, Windows" in page
    here.post("/my-sessions/end-others")
    assert elsewhere.signed_in_as() is None
    assert here.signed_in_as() == person.name


def test_nobody_ends_the_sessions_of_others(app, make_person):
    mine, theirs = make_person(Role.OFFICER), make_person(Role.OFFICER)
    here, there = Browser(app), Browser(app)
    here.sign_in(mine)
    there.sign_in(theirs)
    here.get("/my-sessions")
    here.post("/my-sessions/end-others")
    assert there.signed_in_as() == theirs.name


def test_sessions_that_nothing_recognises_are_swept_out_at_the_next_sign_in(app, make_person, let_pass, database):
    Browser(app).sign_in(make_person(Role.OFFICER))
    let_pass(idle=timedelta(hours=37))
    Browser(app).sign_in(make_person(Role.OFFICER))
    assert rows(database) == 1


@pytest.mark.parametrize("value", ["", "x", "visitor.", "visitor.e30.forged", "a" * 4000, "ünïcode"])
def test_a_made_up_cookie_opens_nothing(app, value):
    browser = Browser(app)
    browser.client.set_cookie("training", value)
    assert browser.signed_in_as() is None


def test_outside_the_demonstration_the_cookie_is_bound_to_this_host_and_to_https(make_app, make_person):
    browser = Browser(make_app(secure_cookies=True), **{"wsgi.url_scheme": "https"})
    browser.get("/sign-in", base_url="https://localhost")
    person = make_person(Role.OFFICER)
    response = browser.client.post(
        "/sign-in",
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
        data={"csrf_token": browser.token, "identifier": person.email, "password": "three quiet ferries at noon"},
    )
    (cookie,) = [value for value in response.headers.getlist("Set-Cookie") if value.startswith("__Host-training=")]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_when_the_records_cannot_be_reached_nobody_is_told_that_they_are_signed_out(app, browser, make_person):
    browser.sign_in(make_person(Role.OFFICER))
    engine = app.extensions["database"].engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE browser_session RENAME TO out_of_reach")
    response = browser.get("/my-sessions")
    assert response.status_code == 503
    assert "cannot be reached" in response.text


@pytest.mark.parametrize(
    ("table", "page"), [("tool", "/public/tools"), ("lti_platform", "/lti/login?iss=https://a.example")]
)
def test_pages_without_a_session_say_so_too_when_the_records_cannot_be_reached(app, browser, caplog, table, page):
    with app.extensions["database"].engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO out_of_reach")
    response = browser.get(f"{page}&login_hint=1&target_link_uri=http://localhost/lti/launch" if "?" in page else page)
    assert response.status_code == 503
    assert "cannot be reached" in response.text
    assert "out_of_reach" not in response.text
    assert f"no such table: {table}" in caplog.text


def test_an_epoch_that_was_raised_before_the_password_was_verified_refuses_the_sign_in(app, make_person, database):
    """A password changed between reading its hash and accepting it lets nobody in under the old one."""
    from training_app.services import sign_in

    person = make_person(Role.OFFICER)
    with database.transaction() as session:
        claim = sign_in.receive(session, person.email, address="192.0.2.1", key=b"k", at=now())
    with database.transaction() as session:
        session.execute(update(Credential).where(Credential.person_id == person.id).values(epoch=1))
    with database.transaction() as session:
        assert sign_in.accept(session, claim) is None
