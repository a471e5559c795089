"""Launches of learning platforms: what is let in, and that everything else is refused with a sentence."""

import logging
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.lti_platform import CLAIM, INSTRUCTOR, Platform, key_pair, state_of
from tests.views.launching import ALONE, FRAMED, LaunchingBrowser
from training_app.clock import now
from training_app.models.lti import LtiKeySet, LtiLaunch, LtiLink, LtiLogin, LtiPlacement, LtiSeenDeployment
from training_app.models.people import AccountChange, AccountFact, Credential, RoleAssignment
from training_app.rules.permissions import Role
from training_app.views.lti import FETCHES_PER_MINUTE

ACADEMY = "https://lms.academy.example"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


@pytest.fixture
def officer(make_person):
    return make_person(Role.OFFICER)


@pytest.fixture
def stated(officer):
    """Claims by which the platform says whose account it is."""
    return {CLAIM + "lis": {"person_sourcedid": officer.service_number}}


@pytest.fixture
def browser(launched_app):
    return LaunchingBrowser(launched_app)


def refused_for(answer) -> str:
    """Return the check that a page names as failed."""
    assert answer.status_code == 400, answer.text
    assert "This could not be opened" in answer.text
    return answer.text.partition("Failed check</dt><dd>")[2].partition("<")[0].partition(" ")[0]


def test_a_launch_signs_the_officer_in_without_a_password(browser, platform, officer, stated):
    answer = browser.launch(platform, claims=stated)
    assert answer.status_code == 303
    assert browser.follow(answer).status_code == 200
    assert browser.signed_in_as() == officer.name


def test_a_token_as_the_library_signs_it_is_taken(browser, key_server, database, officer):
    platform = Platform(key_server)
    platform.register(database, claim="sub")
    authorization = browser.authorization(platform)
    token = platform.library_token(authorization, subject=officer.service_number)
    browser.follow(browser.send(token, state_of(authorization)))
    assert browser.signed_in_as() == officer.name


def test_who_never_had_a_password_can_be_launched_and_not_sign_in_with_one(
    browser, platform, officer, stated, database
):
    with database.transaction() as session:
        session.delete(session.get_one(Credential, officer.id))
    browser.follow(browser.launch(platform, claims=stated))
    assert browser.signed_in_as() == officer.name
    browser.post("/sign-out")
    for password in ("-", "", "anything"):
        assert browser.sign_in(officer, password).status_code == 422


def test_a_launch_ends_another_persons_session_and_keeps_ones_own(browser, platform, officer, stated, make_person):
    browser.sign_in(make_person(Role.OFFICER))
    browser.follow(browser.launch(platform, claims=stated))
    assert browser.signed_in_as() == officer.name
    own = browser.cookie()
    browser.follow(browser.launch(platform, claims=stated))
    assert browser.cookie() == own


@pytest.mark.parametrize(
    ("custom", "leads_to"),
    [
        ({"training_target": "module:ai-limits"}, "/modules/ai-limits"),
        ({"training_target": "course:sightline"}, "/tools/sightline"),
        ({"training_target": "certification:sightline"}, "/tools/sightline"),
        ({"training_target": "//evil.example"}, "/"),
        ({}, "/"),
    ],
)
def test_a_launch_leads_to_what_was_placed(browser, platform, stated, custom, leads_to):
    answer = browser.launch(platform, claims=stated, custom=custom)
    assert browser.client.get(answer.location).location == leads_to


def test_in_a_frame_one_button_opens_a_window(launched_app, platform, officer, stated):
    browser = LaunchingBrowser(launched_app, framed=True)
    page = browser.launch(platform, claims=stated)
    assert (officer.name in page.text, "Limits of face search" in page.text) == (True, True)
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors https://lms.academy.example")
    assert "X-Frame-Options" not in page.headers
    assert browser.signed_in_as() is None
    assert browser.press(page).status_code == 303
    assert browser.signed_in_as() == officer.name


def test_the_code_of_a_frame_serves_once_and_only_from_our_own_page(launched_app, platform, stated):
    browser = LaunchingBrowser(launched_app, framed=True)
    page = browser.launch(platform, claims=stated)
    code = page.text.partition('name="code" value="')[2].partition('"')[0]
    for headers in (FRAMED, ALONE, {"Origin": "https://lms.academy.example"}, {"Origin": "null"}, {}):
        assert refused_for(browser.client.post("/lti/continue", data={"code": code}, headers=headers)) == "launch"
    assert browser.press(page).status_code == 303
    other = LaunchingBrowser(launched_app)
    assert refused_for(other.press(page)) == "launch"
    assert browser.press(page).status_code == 303  # the same officer, in the same browser, is led on
    assert other.signed_in_as() is None


def test_two_tabs_can_log_in_at_once(browser, platform, officer, stated):
    first, second = browser.authorization(platform), browser.authorization(platform)
    for authorization in (first, second):
        assert browser.send(platform.id_token(authorization, claims=stated), state_of(authorization)).status_code == 303


def test_the_cookie_can_be_kept_in_a_frame(browser, platform):
    cookie = browser.login(platform).headers["Set-Cookie"]
    assert {part.strip() for part in cookie.split(";")[1:]} >= {
        "SameSite=None", "Secure", "Partitioned", "HttpOnly", "Path=/lti", "Max-Age=600",
    }  # fmt: skip


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_another_browser_gets_nothing_by_the_same_form(browser, platform, stated, launched_app):
    authorization = browser.authorization(platform)
    token = platform.id_token(authorization, claims=stated)
    thief = LaunchingBrowser(launched_app)
    assert refused_for(thief.send(token, state_of(authorization))) == "browser"
    assert browser.send(token, state_of(authorization)).status_code == 303


def test_the_same_form_twice_is_refused(browser, platform, stated):
    authorization = browser.authorization(platform)
    token = platform.id_token(authorization, claims=stated)
    assert browser.send(token, state_of(authorization)).status_code == 303
    assert refused_for(browser.send(token, state_of(authorization))) == "state-used"


def test_a_state_has_one_try_even_if_it_fails(browser, platform, stated):
    authorization = browser.authorization(platform)
    bad = platform.id_token(authorization, claims={**stated, "aud": "other"})
    assert refused_for(browser.send(bad, state_of(authorization))) == "audience"
    good = platform.id_token(authorization, claims=stated)
    assert refused_for(browser.send(good, state_of(authorization))) == "state-used"


def test_the_same_nonce_in_another_login_is_refused(browser, platform, stated):
    first, second = browser.authorization(platform), browser.authorization(platform)
    nonce = dict(parse_qsl(urlsplit(first).query))["nonce"]
    token = platform.id_token(second, claims={**stated, "nonce": nonce})
    assert refused_for(browser.send(token, state_of(second))) == "nonce"


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ({"claims": {"aud": ["client", "evil"]}}, "audience"),
        ({"claims": {"iss": "https://evil.example"}}, "issuer"),
        ({"claims": {"azp": "evil"}}, "authorized-party"),
        ({"lives": timedelta(seconds=-61)}, "expired"),
        ({"lives": timedelta(hours=2)}, "lifetime"),
        ({"without": ("iat",)}, "issued-at"),
        ({"without": ("nonce",)}, "nonce"),
        ({"without": ("sub",)}, "subject"),
        ({"claims": {CLAIM + "version": "1.1"}}, "version"),
        ({"claims": {CLAIM + "target_link_uri": "http://localhost/elsewhere"}}, "target"),
        ({"claims": {CLAIM + "message_type": "Other"}}, "message-type"),
        ({"claims": {CLAIM + "resource_link": {}}}, "message"),
        ({"signed_by": key_pair(1)}, "key"),
        ({"signed_by": key_pair(1), "header": {"kid": key_pair().kid}}, "signature"),
        ({"header": {"kid": ""}}, "key"),
        ({"header": {"typ": "at+jwt"}}, "token"),
        ({"algorithm": "RS512"}, "algorithm"),
        ({"algorithm": "none"}, "algorithm"),
        ({"without": (CLAIM + "lis",)}, "claim"),
        ({"claims": {CLAIM + "lis": {"person_sourcedid": "$Person.sourcedId"}}}, "claim"),
        ({"claims": {CLAIM + "lis": {"person_sourcedid": "nobody"}}}, "officer"),
        ({"claims": {CLAIM + "deployment_id": "2"}}, "deployment-approval"),
    ],
)
def test_the_failing_check_is_named(browser, platform, stated, said, check):
    said = {"claims": stated} | said
    said["claims"] = stated | said["claims"]
    assert refused_for(browser.launch(platform, **said)) == check
    assert browser.signed_in_as() is None


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "e30.e30.", "e30.e30.e30", "bnVsbA.bnVsbA.x", "x" * 70_000, "é.é.é"]
)
def test_what_is_no_token_is_refused(browser, platform, token):
    authorization = browser.authorization(platform)
    assert refused_for(browser.send(token, state_of(authorization))) in {"token", "request", "algorithm"}


def test_the_number_on_the_page_is_in_the_log_and_the_token_is_not(browser, platform, stated, caplog):
    with caplog.at_level(logging.INFO):
        page = browser.launch(platform, claims=stated | {"aud": "other"}).text
    number = page.partition("Number</dt><dd>")[2].partition("<")[0]
    assert f"launch {number} refused: audience, platform '{platform.name}'" in caplog.text
    assert "eyJ" not in caplog.text


def test_an_expired_login_is_refused(browser, platform, stated, database):
    authorization = browser.authorization(platform)
    with database.transaction() as session:
        session.execute(update(LtiLogin).values(expires_at=now() - timedelta(seconds=1)))
    token = platform.id_token(authorization, claims=stated)
    assert refused_for(browser.send(token, state_of(authorization))) == "state-expired"


def test_clients_of_one_issuer_are_told_apart(browser, key_server, database, officer, stated):
    first, second = (Platform(key_server, client_id=name) for name in ("first", "second"))
    for one in (first, second):
        one.register(database, claim="lis.person_sourcedid")
    second.publish(key_pair(1))
    assert browser.launch(second, claims=stated, signed_by=key_pair(1)).status_code == 303
    authorization = browser.authorization(first)
    token = first.id_token(authorization, claims=stated | {"aud": "second", "azp": "second"})
    assert refused_for(browser.send(token, state_of(authorization))) == "audience"
    assert refused_for(browser.launch(first, claims=stated, signed_by=key_pair(1))) == "key"
    assert refused_for(browser.login(first, client_id=None)) == "client-id"


def test_the_only_client_of_an_issuer_need_not_be_named(browser, platform):
    assert browser.login(platform, client_id=None).status_code == 303


@pytest.mark.parametrize(
    ("registered", "check"), [({"approved": False}, "approval"), ({"deployed": False}, "deployment-approval")]
)
def test_what_the_registrar_has_not_approved_is_refused(browser, key_server, database, stated, registered, check):
    platform = Platform(key_server)
    platform.register(database, claim="lis.person_sourcedid", **registered)
    answer = browser.login(platform)
    if answer.status_code == 303:
        authorization = answer.location
        answer = browser.send(platform.id_token(authorization, claims=stated), state_of(authorization))
    assert refused_for(answer) == check
    with database.reading() as session:
        seen = session.scalars(select(LtiSeenDeployment.deployment_id)).all()
        assert seen == (["1"] if check == "deployment-approval" else [])
        assert session.scalar(select(func.count()).select_from(LtiLaunch)) == 0


def test_a_closed_platform_launches_nobody_not_even_who_is_on_the_way(browser, platform, stated, database):
    authorization = browser.authorization(platform)
    token = platform.id_token(authorization, claims=stated)
    going = browser.launch(platform, claims=stated)
    platform.close(database)
    assert refused_for(browser.send(token, state_of(authorization))) == "closed"
    assert refused_for(browser.get(going.location)) == "closed"
    assert refused_for(browser.login(platform)) == "closed"


def test_who_is_signed_in_by_a_platform_stays_no_longer_than_its_link(browser, platform, officer, stated, database):
    browser.follow(browser.launch(platform, claims=stated))
    by_password = LaunchingBrowser(browser.client.application)
    by_password.sign_in(officer)
    assert [one.signed_in_as() for one in (browser, by_password)] == [officer.name, officer.name]
    link = by_password.get("/my-platforms").text.partition('name="link" value="')[2].partition('"')[0]
    by_password.post("/my-platforms/unlink", {"link": link})
    assert [one.signed_in_as() for one in (browser, by_password)] == [None, officer.name]


def test_who_is_signed_in_by_a_platform_is_signed_out_by_its_closure_and_another_stays(
    browser, platform, officer, stated, database, key_server
):
    browser.follow(browser.launch(platform, claims=stated))
    going = browser.launch(platform, claims=stated)
    platform.close(database)
    assert browser.signed_in_as() is None
    assert refused_for(browser.get(going.location)) == "closed"


def test_a_launch_whose_account_was_unlinked_on_the_way_signs_nobody_in(browser, platform, officer, stated, database):
    browser.follow(browser.launch(platform, claims=stated))
    late = LaunchingBrowser(browser.client.application)
    going = late.launch(platform, claims=stated)
    link = browser.get("/my-platforms").text.partition('name="link" value="')[2].partition('"')[0]
    browser.post("/my-platforms/unlink", {"link": link})
    assert refused_for(late.get(going.location)) == "launch"


def test_a_stranger_is_told_no_platform_and_a_platform_reads_why_in_its_frame(browser, platform, launched_app):
    policy = launched_app.test_client().get("/lti/launch").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'none'")
    for named in ({"Origin": ACADEMY}, {"Referer": f"{ACADEMY}/course/7"}):
        answer = launched_app.test_client().post("/lti/launch", headers=named)
        assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors {ACADEMY}")
    state = state_of(browser.authorization(platform))
    refused = launched_app.test_client().post("/lti/launch", data={"state": state})
    assert refused.headers["Content-Security-Policy"].endswith(f"frame-ancestors {ACADEMY}")


@pytest.mark.parametrize("missing", ["iss", "login_hint", "target_link_uri"])
def test_a_login_that_lacks_something_is_refused(browser, platform, missing):
    assert refused_for(browser.login(platform, **{missing: None})) == "request"


def test_a_login_for_another_address_or_of_nobody_known_is_refused(browser, platform):
    assert refused_for(browser.login(platform, target_link_uri="https://evil.example/lti/launch")) == "target"
    assert refused_for(browser.login(platform, iss="https://evil.example")) == "platform"


def test_an_error_of_the_platform_is_told(browser, platform):
    state = state_of(browser.authorization(platform))
    answer = browser.client.post("/lti/launch", data={"state": state, "error": "login_required"}, headers=ALONE)
    assert refused_for(answer) == "platform-error"


TEXTS = st.text(max_size=60) | st.sampled_from(["\0", "x" * 9000, "https://lms.academy.example", "1"])
FIELDS = st.sampled_from(
    ["iss", "login_hint", "target_link_uri", "client_id", "state", "id_token", "error", "browser", "code", "name"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from(["/lti/login", "/lti/launch", "/lti/login/hop", "/lti/login/again", "/lti/continue"]),
    st.dictionaries(FIELDS, st.lists(TEXTS, min_size=1, max_size=2), max_size=6),
    st.booleans(),
)
def test_whatever_is_sent_gets_a_sentence_and_never_a_fault(launched_app, platform, path, sent, posted):
    client = launched_app.test_client()
    launched_app.extensions["rate_limits"]._buckets.clear()
    clean = {name: [one.encode("utf-8", "replace").decode() for one in values] for name, values in sent.items()}
    answer = client.post(path, data=clean) if posted else client.get(path, query_string=clean)
    assert answer.status_code in {400, 405}
    assert "<h1>" in answer.text


def test_many_requests_from_one_address_are_held_back(launched_app, platform, monkeypatch):
    monkeypatch.setattr("training_app.views.lti.REQUESTS_PER_MINUTE", 2)
    browser = LaunchingBrowser(launched_app)
    assert [browser.login(platform).status_code for _ in range(3)] == [303, 303, 429]


# -- keys --------------------------------------------------------------------------------------------------------------


def test_a_platforms_new_key_is_fetched_once_a_minute_at_most(browser, platform, stated, key_server, database):
    assert browser.launch(platform, claims=stated).status_code == 303
    assert key_server.asked[platform.key_path] == 1
    platform.publish(key_pair(), key_pair(1))
    assert refused_for(browser.launch(platform, claims=stated, signed_by=key_pair(1))) == "key"
    assert key_server.asked[platform.key_path] == 1
    age(database, minutes=2)
    assert browser.launch(platform, claims=stated, signed_by=key_pair(1)).status_code == 303
    assert browser.launch(platform, claims=stated).status_code == 303
    assert key_server.asked[platform.key_path] == 2


def test_a_key_that_the_platform_took_back_opens_nothing_after_an_hour(browser, platform, stated, database):
    assert browser.launch(platform, claims=stated).status_code == 303
    platform.publish(key_pair(1))
    age(database, hours=1, minutes=1)
    assert refused_for(browser.launch(platform, claims=stated)) == "key"


def test_while_the_platform_cannot_be_reached_its_last_keys_do_for_a_day(
    browser, platform, stated, key_server, database
):
    assert browser.launch(platform, claims=stated).status_code == 303
    key_server.sets[platform.key_path] = None
    age(database, hours=23)
    assert browser.launch(platform, claims=stated).status_code == 303
    age(database, hours=2)
    assert refused_for(browser.launch(platform, claims=stated)) == "keys"


def test_a_platform_that_is_down_is_not_asked_for_its_keys_without_end(browser, platform, key_server):
    key_server.sets[platform.key_path] = None
    for _ in range(FETCHES_PER_MINUTE + 5):
        assert refused_for(browser.launch(platform, header={"kid": "made-up"})) == "keys"
    assert key_server.asked[platform.key_path] <= FETCHES_PER_MINUTE + 1


def age(database, **by) -> None:
    """Let the keys have been fetched that much longer ago."""
    with database.transaction() as session:
        for row in session.scalars(select(LtiKeySet)):
            row.fetched_at -= timedelta(**by)


def test_our_own_keys_are_for_everybody_to_fetch(launched_app):
    answer = launched_app.test_client().get("/lti/jwks.json")
    (key,) = answer.json["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert "d" not in key
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert launched_app.test_client().get("/lti/jwks.json").json == answer.json


# -- accounts ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def asking(key_server, database):
    """A platform whose accounts are linked by signing in here once."""
    made = Platform(key_server)
    made.register(database)
    return made


def links_of(database):
    with database.reading() as session:
        return [(one.subject, one.person_id) for one in session.scalars(select(LtiLink))]


def test_the_first_launch_asks_to_sign_in_and_links(browser, asking, officer, database):
    answer = browser.get(browser.launch(asking, custom={"training_target": "module:ai-limits"}).location)
    address = answer.location
    asked = browser.get(address).location
    assert asked.startswith("/sign-in?next=/lti/link/")
    assert "Your academy's course sent you here" in browser.get(asked).text
    assert "course sent you here" not in browser.get("/sign-in").text
    assert browser.sign_in(officer, path=f"/sign-in?next={address}").status_code in {200, 302}
    page = browser.get(address)
    assert f"Link this account of {asking.name} with yours?" in page.text
    assert browser.post(address).location == "/modules/ai-limits"
    assert links_of(database) == [("42", officer.id)]
    browser.post("/sign-out")
    browser.follow(browser.launch(asking))
    assert browser.signed_in_as() == officer.name


def test_nobody_can_be_sent_a_link_that_ties_a_strangers_account_to_theirs(browser, asking, officer, launched_app):
    address = browser.get(browser.launch(asking).location).location
    victim = LaunchingBrowser(launched_app)
    victim.sign_in(officer)
    assert refused_for(victim.get(address)) == "launch"
    victim.get("/accessibility")
    assert refused_for(victim.post(address)) == "launch"


def test_linking_serves_once(browser, asking, officer, database):
    browser.sign_in(officer)
    address = browser.get(browser.launch(asking).location).location
    browser.get(address)
    assert browser.post(address).status_code == 303
    assert refused_for(browser.post(address)) == "launch"
    assert len(links_of(database)) == 1


def test_an_account_is_one_persons(browser, asking, officer, make_person, database):
    """Two windows were opened before either was linked, and two people sign in."""
    first, second = (browser.get(browser.launch(asking).location).location for _ in range(2))
    browser.sign_in(officer)
    browser.get(first)
    assert browser.post(first).status_code == 303
    browser.post("/sign-out")
    browser.sign_in(make_person(Role.OFFICER))
    browser.get(second)
    assert refused_for(browser.post(second)) == "linked"
    assert links_of(database) == [("42", officer.id)]


def test_a_platform_that_states_another_number_for_a_linked_account_is_refused(browser, platform, stated, make_person):
    assert browser.launch(platform, claims=stated).status_code == 303
    other = {CLAIM + "lis": {"person_sourcedid": make_person(Role.OFFICER).service_number}}
    assert refused_for(browser.launch(platform, claims=other)) == "linked"


def test_a_second_account_that_states_the_number_of_an_officer_is_not_believed(
    browser, platform, officer, stated, database, launched_app
):
    """Where people can set what the platform states of them, one would be signed in as a colleague."""
    browser.follow(browser.launch(platform, claims=stated))
    other = LaunchingBrowser(launched_app)
    page = other.follow(other.launch(platform, claims=stated, subject="43"))
    assert "/sign-in" in page.request.path
    assert other.signed_in_as() is None
    assert links_of(database) == [("42", officer.id)]
    other.sign_in(officer)
    assert other.follow(other.launch(platform, claims=stated, subject="43")).request.path.startswith("/lti/link/")
    assert other.post(other.follow(other.launch(platform, claims=stated, subject="43")).request.path).status_code == 303
    assert links_of(database) == [("42", officer.id), ("43", officer.id)]


def test_a_closed_account_is_refused_at_launch_and_on_the_way(browser, platform, officer, stated, database):
    going = browser.launch(platform, claims=stated)
    at = now()
    with database.transaction() as session:
        session.add(AccountFact(person_id=officer.id, change=AccountChange.CLOSED, effective_at=at, recorded_at=at))
    assert refused_for(browser.get(going.location)) == "account-closed"
    assert refused_for(browser.launch(platform, claims=stated)) == "account-closed"


def test_one_unlinks_ones_own_accounts_and_nobody_elses(browser, platform, officer, stated, make_person, database):
    browser.follow(browser.launch(platform, claims=stated))
    page = browser.get("/my-platforms")
    link = page.text.partition('name="link" value="')[2].partition('"')[0]
    other = LaunchingBrowser(browser.client.application)
    other.sign_in(make_person(Role.OFFICER))
    other.get("/my-platforms")
    other.post("/my-platforms/unlink", {"link": link})
    assert platform.name in browser.get("/my-platforms").text
    browser.post("/my-platforms/unlink", {"link": link})
    browser.sign_in(officer)
    assert "No account of a learning platform is linked with yours." in browser.get("/my-platforms").text


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.TRAINER, Role.SUPERVISOR])
def test_a_stated_number_opens_no_other_desk_than_an_officers(browser, platform, make_person, officer, role, database):
    powerful = make_person(Role.OFFICER, role)
    claims = {CLAIM + "lis": {"person_sourcedid": powerful.service_number}}
    address = browser.get(browser.launch(platform, claims=claims).location).location
    assert (browser.signed_in_as(), links_of(database)) == (None, [])
    browser.sign_in(officer)
    browser.get(address)
    assert refused_for(browser.post(address)) == "linked"
    browser.get("/accessibility")
    browser.post("/sign-out")
    address = browser.get(browser.launch(platform, claims=claims).location).location
    browser.sign_in(powerful)
    browser.get(address)
    assert browser.post(address).status_code == 303
    assert links_of(database) == [("42", powerful.id)]
    browser.post("/sign-out")
    browser.follow(browser.launch(platform, claims=claims))
    assert browser.signed_in_as() == powerful.name


def test_an_officer_who_is_made_a_trainer_confirms_the_link_then(browser, platform, officer, stated, database):
    assert browser.get(browser.launch(platform, claims=stated).location).location == "/"
    at = now()
    with database.transaction() as session:
        session.add(
            RoleAssignment(person_id=officer.id, role=Role.TRAINER, granted=True, effective_at=at, recorded_at=at)
        )
    browser.get("/accessibility")
    browser.post("/sign-out")
    address = browser.get(browser.launch(platform, claims=stated).location).location
    browser.sign_in(officer)
    browser.get(address)
    assert browser.post(address).status_code == 303
    assert browser.get(browser.launch(platform, claims=stated).location).location == "/"
    with database.reading() as session:
        assert [one.how for one in session.scalars(select(LtiLink).order_by(LtiLink.id))] == ["claim", "sign-in"]


REVIEW = {
    CLAIM + "message_type": "LtiSubmissionReviewRequest",
    CLAIM + "for_user": {"user_id": "42"},
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"lineitem": "https://lms.academy.example/items/1"},
}
PLACING = {
    CLAIM + "message_type": "LtiDeepLinkingRequest",
    "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "deep_link_return_url": "https://lms.academy.example/return",
    },
}


@pytest.mark.parametrize("message", [REVIEW, PLACING], ids=["review", "deep-linking"])
def test_no_other_message_opens_the_desk_of_who_has_not_confirmed_the_link(
    launched_app, platform, officer, stated, database, message
):
    browser = LaunchingBrowser(launched_app)
    browser.follow(browser.launch(platform, claims=stated))
    at = now()
    with database.transaction() as session:
        session.add(
            RoleAssignment(person_id=officer.id, role=Role.REGISTRAR, granted=True, effective_at=at, recorded_at=at)
        )
    forger = LaunchingBrowser(launched_app, framed=True)
    page = forger.launch(platform, claims=message, roles=(INSTRUCTOR,))
    assert officer.name not in page.text
    pressed = forger.press(page)
    assert pressed.status_code != 303 or pressed.location.startswith("/lti/link/")
    assert forger.signed_in_as() is None


def test_a_closed_account_is_refused_whatever_the_message(launched_app, platform, officer, stated, database):
    browser = LaunchingBrowser(launched_app)
    browser.follow(browser.launch(platform, claims=stated))
    at = now()
    with database.transaction() as session:
        session.add(AccountFact(person_id=officer.id, change=AccountChange.CLOSED, effective_at=at, recorded_at=at))
    assert refused_for(browser.launch(platform, claims=REVIEW)) == "account-closed"


def test_a_review_links_an_account_with_nobody_but_whom_the_platform_states(
    browser, platform, officer, make_person, stated, database
):
    framed = LaunchingBrowser(browser.client.application, framed=True)
    address = framed.press(framed.launch(platform, claims=stated | REVIEW, roles=(INSTRUCTOR,))).location
    framed.sign_in(make_person(Role.OFFICER))
    framed.get(address)
    assert refused_for(framed.post(address)) == "linked"
    assert links_of(database) == []


def test_a_test_student_is_told_so_whatever_the_message(launched_app, platform, database):
    browser = LaunchingBrowser(launched_app, framed=True)
    page = browser.launch(platform, claims=REVIEW, roles=(TEST_USER,))
    assert "You are a test student" in page.text
    assert 'name="code"' not in page.text


def test_roles_of_the_platform_grant_nothing(browser, platform, officer, stated):
    roles = (INSTRUCTOR, "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator")
    browser.follow(browser.launch(platform, claims=stated, roles=roles))
    assert browser.get("/registrar/tools").status_code == 403


def test_a_test_student_is_told_so_and_linked_with_nobody(browser, platform, stated, database):
    page = browser.launch(platform, claims=stated, roles=(TEST_USER,))
    assert (page.status_code, "You are a test student" in page.text) == (200, True)
    assert links_of(database) == []


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_what_a_launch_tells_of_its_place_is_kept_and_no_name(browser, platform, stated, database):
    endpoint = {
        "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
        "lineitem": "https://lms/li?type_id=2",
    }
    claims = stated | {"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpoint}
    browser.launch(platform, claims=claims)
    browser.launch(platform, claims=claims)
    with database.reading() as session:
        (placement,) = session.scalars(select(LtiPlacement))
        assert (placement.context_id, placement.resource_link_id) == ("course-1", "link-1")
        assert (placement.line_item_url, placement.scopes) == (endpoint["lineitem"], endpoint["scope"])
        assert (placement.context_title, placement.title) == ("AI tools in use", "Limits of face search")
        kept = str([one.claims for one in session.scalars(select(LtiLaunch))])
    assert not any(word in kept for word in ("Never Kept", "never@kept.example"))


def test_a_data_privacy_launch_says_what_is_kept(browser, platform, stated):
    browser.launch(platform, claims=stated)
    claims = {CLAIM + "message_type": "DataPrivacyLaunchRequest", CLAIM + "for_user": {"user_id": "42"}}
    page = browser.launch(platform, claims=claims, subject="1", without=(CLAIM + "resource_link", CLAIM + "context"))
    assert page.status_code == 200
    assert "What is kept about this account" in page.text
    assert "Links that were ever made</dt><dd>1<" in page.text


# -- as Moodle 4.5 behaves ---------------------------------------------------------------------------------------------


def test_moodles_login_with_a_plain_number_and_a_hint_in_json(browser, platform, stated):
    hint = '{"cmid":7,"launchid":"ltilaunch1_a&b=c"}'
    authorization = browser.authorization(platform, login_hint="5", lti_message_hint=hint)
    asked = dict(parse_qsl(urlsplit(authorization).query))
    assert (asked["login_hint"], asked["lti_message_hint"]) == ("5", hint)
    assert asked["scope"] == "openid"
    assert asked["redirect_uri"] == "http://localhost/lti/launch"
    assert set(asked) == {
        "scope", "response_type", "response_mode", "prompt", "client_id", "redirect_uri", "state", "nonce",
        "login_hint", "lti_message_hint",
    }  # fmt: skip


def test_moodles_token_lives_a_minute_and_may_come_after_a_hop_that_took_several(browser, platform, stated, database):
    authorization = browser.authorization(platform)
    with database.transaction() as session:  # the page that posts itself again waits for the user to sign in
        for login in session.scalars(select(LtiLogin)):
            login.begun_at, login.expires_at = (
                one - timedelta(minutes=9) for one in (login.begun_at, login.expires_at)
            )
    token = platform.id_token(authorization, claims=stated, lives=timedelta(seconds=60))
    assert browser.send(token, state_of(authorization)).status_code == 303


def test_what_moodle_adds_to_the_custom_parameters_does_no_harm(browser, platform, stated):
    custom = {
        "training_target": "module:ai-limits",
        "link_setting_url": "https://lms/toolsettings/{link_id}",
        "context_memberships_url": "https://lms/memberships",
        "service_number": "$Person.sourcedId",
    }
    claims = stated | {CLAIM + "context": {"id": "2", "type": ["CourseSection"]}}
    answer = browser.launch(platform, claims=claims, custom=custom)
    assert browser.client.get(answer.location).location == "/modules/ai-limits"


# -- without a cookie --------------------------------------------------------------------------------------------------


def test_without_cookie_and_storage_a_new_window_is_offered(launched_app, platform):
    browser = LaunchingBrowser(launched_app, framed=True)
    answer = browser.login(platform)
    stranger = launched_app.test_client()  # keeps no cookie of the first answer
    page = stranger.get(answer.location, headers=FRAMED)
    assert "The training opens in a new window" in page.text
    again = page.text.partition('href="/lti/login/again')[2].partition('"')[0].replace("&amp;", "&")
    window = stranger.get(f"/lti/login/again{again}", headers=ALONE)
    assert window.location.startswith(platform.authorization_url)
    asked = dict(parse_qsl(urlsplit(window.location).query))
    assert asked["lti_message_hint"] == "activity-7"


def test_the_platforms_storage_takes_the_place_of_a_cookie_once(launched_app, platform, stated):
    framed = {"lti_storage_target": "_parent"}
    answer = LaunchingBrowser(launched_app, framed=True).login(platform, **framed)
    hop, _, secret = answer.location.partition("#")
    cookieless = launched_app.test_client()
    page = cookieless.get(hop, headers=FRAMED)
    assert 'data-platform-storage="put"' in page.text
    assert secret not in page.text
    authorization = page.text.partition('data-then="')[2].partition('"')[0].replace("&amp;", "&")
    form = {"state": state_of(authorization), "id_token": platform.id_token(authorization, claims=stated)}
    page = cookieless.post("/lti/launch", data=form, headers=FRAMED)
    assert 'data-platform-storage="get"' in page.text
    assert secret not in page.text
    ours = {**FRAMED, "Sec-Fetch-Site": "same-origin"}
    assert refused_for(cookieless.post("/lti/launch", data=form | {"browser": secret}, headers=FRAMED)) == "browser"
    assert refused_for(cookieless.post("/lti/launch", data=form | {"browser": "guess"}, headers=ours)) == "browser"
    assert cookieless.post("/lti/launch", data=form | {"browser": secret}, headers=ours).status_code == 200
    assert refused_for(cookieless.post("/lti/launch", data=form | {"browser": secret}, headers=ours)) == "state-used"


def test_the_secret_is_not_handed_on_to_the_platform(launched_app, platform):
    browser = LaunchingBrowser(launched_app, framed=True)
    hop = browser.login(platform, lti_storage_target="_parent").location.partition("#")[0]
    assert browser.client.get(hop, headers=FRAMED).location.endswith("#lti")
