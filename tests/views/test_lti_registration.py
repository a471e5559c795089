"""A platform that registers itself: what it is told, what is kept of it, and what it cannot do."""

import logging
import re
import threading
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from tests.lti import registering
from tests.lti.registering import CONFIGURATION, REGISTRATION, TOKEN
from tests.lti.test_registration import SAYS_NOTHING
from tests.patience import PATIENCE_SECONDS
from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from tests.views.page_forms import filled
from training_app import outgoing
from training_app.clock import now
from training_app.models.lti import LinkBy, LtiInvitation, LtiPlatform, RegisteredHow
from training_app.rules.lti_registration import PLATFORM, TOOL
from training_app.services.lti import deployments, invitations, platforms
from training_app.views import lti_registration

PUBLIC = "https://training.police.example:8443"
LAUNCH = f"{PUBLIC}/lti/launch"


@pytest.fixture
def agency(applications, database):
    """The demo agency, reached by a public address, which may call platforms on this machine."""
    settings = {"demo": True, "agency_zone": "Europe/Brussels", "public_address": PUBLIC}
    with applications.lent(database, **settings, lti_private_hosts=("127.0.0.1",)) as app:
        yield Agency(app, app.extensions["database"])


@pytest.fixture
def platform():
    with registering.serving() as serving:
        yield serving


@pytest.fixture
def invitation(agency) -> str:
    return invite(agency.browser("registrar"))


def invite(registrar: Browser) -> str:
    """Make an invitation, and return its token."""
    made = registrar.post("/registrar/platforms/connect", filled(registrar.get("/registrar/platforms/connect")))
    assert made.status_code == 201
    [token] = re.findall(rf"<pre[^>]*>{re.escape(PUBLIC)}/lti/register\?invitation=([0-9a-f]{{64}})</pre>", made.text)
    return token


def opens(agency, platform, invitation: str, /, **changed: str):
    """Open the address as the platform's page does."""
    sent = platform.opened({"invitation": invitation} | changed)
    return agency.app.test_client().get("/lti/register", query_string=sent)


def says(page) -> str:
    text = re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])
    return " ".join(unescape(text).split())


def kept(agency) -> list[platforms.Registered]:
    with agency.database.reading() as session:
        return platforms.every(session)


def test_a_platform_like_moodle_is_registered_and_waits_for_the_registrar(agency, platform, invitation):
    page = opens(agency, platform, invitation)
    assert page.status_code == 200, says(page)
    assert "The registrar of the agency approves the platform. It is listed as 127.0.0.1" in says(page)
    assert "close-registration.js" in page.text
    [found] = kept(agency)
    assert (found.issuer, found.client_id, found.how) == (
        platform.address,
        "Gf4Wq8ZbT2mKx1P",
        RegisteredHow.DYNAMICALLY,
    )
    assert (found.authorization_url, found.token_url, found.key_set_url) == tuple(
        f"{platform.address}/mod/lti/{name}.php" for name in ("auth", "token", "certs")
    )
    assert (found.approved, found.deployments, found.link_by, found.keeps_names) == (
        False,
        frozenset(),
        LinkBy.SIGN_IN,
        False,
    )
    with agency.database.reading() as session:
        assert [one.deployment_id for one in deployments.unapproved(session, found.id)] == ["7"]
        row = session.get_one(LtiPlatform, found.id)
        assert row.recorded_by_id == session.scalars(select(LtiInvitation.made_by_id)).one()


def test_what_the_platform_is_told(agency, platform, invitation):
    opens(agency, platform, invitation)
    [sent] = platform.registered
    tool = sent.pop(TOOL)
    assert {name: sent[name] for name in sent if not name.startswith("client_name")} == {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{PUBLIC}/lti/login",
        "redirect_uris": [LAUNCH],
        "jwks_uri": f"{PUBLIC}/lti/jwks.json",
        "logo_uri": sent["logo_uri"],
        "client_uri": PUBLIC,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(
            [
                *(f"https://purl.imsglobal.org/spec/lti-ags/scope/{one}" for one in ("lineitem", "result.readonly")),
                "https://purl.imsglobal.org/spec/lti-ags/scope/score",
                "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
            ]
        ),
    }
    assert sent["client_name"] == "AI tool training"
    routes = agency.app.url_map.bind("localhost")
    assert [
        routes.match(urlsplit(url).path, method=method)[0]
        for url, method in ((sent["initiate_login_uri"], "POST"), (LAUNCH, "POST"), (sent["jwks_uri"], "GET"))
    ] == ["lti.login", "lti.launch", "lti.key_set"]
    assert (tool["domain"], tool["target_link_uri"]) == ("training.police.example:8443", LAUNCH)
    assert tool["claims"] == ["iss", "sub"], "neither names nor mail addresses"
    assert tool["custom_parameters"] == {"service_number": "$Person.sourcedId"}
    assert [(one["type"], one["target_link_uri"], one.get("placements")) for one in tool["messages"]] == [
        ("LtiResourceLinkRequest", LAUNCH, None),
        ("LtiDeepLinkingRequest", LAUNCH, ["ContentArea"]),
    ], "what the platform does not know it is not offered"
    assert agency.app.test_client().get(urlsplit(sent["logo_uri"]).path, buffered=True).status_code == 200


def test_a_platform_that_does_not_say_what_it_knows_is_offered_everything(agency, platform, invitation):
    platform.configuration = {PLATFORM: {"product_family_code": "other"}, "scopes_supported": None}
    assert opens(agency, platform, invitation).status_code == 200
    [sent] = platform.registered
    assert [one["type"] for one in sent[TOOL]["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
        "LtiSubmissionReviewRequest",
        "DataPrivacyLaunchRequest",
    ]
    assert len(sent["scope"].split()) == 4
    assert sent[TOOL]["custom_parameters"] == {"service_number": "$Person.sourcedId"}


def test_a_platform_like_canvas_shows_its_configuration_to_the_token_and_gives_no_deployment(
    agency, platform, invitation
):
    platform.like = "canvas"
    page = opens(agency, platform, invitation)
    assert page.status_code == 200, says(page)
    assert "At the first launch the registrar is shown it" in says(page)
    [found] = kept(agency)
    assert (found.name, found.client_id, found.deployments) == ("Test Academy", "10000000000001", frozenset())
    assert found.token_audience == urlsplit(platform.address).netloc
    assert platform.asked == [
        ("GET", CONFIGURATION, f"Bearer {TOKEN}"),
        ("POST", REGISTRATION, f"Bearer {TOKEN}"),
    ]
    [sent] = platform.registered
    assert sent[TOOL]["custom_parameters"] == {}, "it does not fill in the variable"
    assert sent[TOOL]["messages"][1]["placements"] == ["assignment_selection", "link_selection"]


def test_an_invitation_serves_once(agency, platform, invitation):
    assert opens(agency, platform, invitation).status_code == 200
    again = opens(agency, platform, invitation)
    assert again.status_code == 400
    assert "This invitation was used already" in says(again)
    assert len(platform.asked) == 2, "nothing is fetched for it"
    assert len(kept(agency)) == 1


def test_of_two_who_use_an_invitation_at_once_one_is_served(agency, platform, invitation):
    platform.holds = CONFIGURATION
    answers = []
    first = threading.Thread(target=lambda: answers.append(opens(agency, platform, invitation)))
    first.start()
    assert platform.asked_to_hold.wait(PATIENCE_SECONDS)
    second = opens(agency, platform, invitation)
    platform.let_go.set()
    first.join(PATIENCE_SECONDS)
    assert second.status_code == 400
    assert "used already" in says(second)
    assert [answer.status_code for answer in answers] == [200]
    assert len(kept(agency)) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"invitation": ""}, "This address lacks its invitation"),
        ({"invitation": "another"}, "There is no such invitation"),
        ({"openid_configuration": ""}, "This address is opened by a learning platform"),
        ({"openid_configuration": "http://lms.academy.example/"}, "This address is opened by a learning platform"),
        ({"openid_configuration": "file:///etc/passwd"}, "This address is opened by a learning platform"),
    ],
)
def test_what_lacks_something_is_told_what(agency, platform, invitation, changed, sentence):
    page = opens(agency, platform, invitation, **changed)
    assert page.status_code == 400
    assert sentence in says(page)
    assert platform.asked == []
    assert opens(agency, platform, invitation).status_code == 200, "the invitation is still good"


def test_who_has_no_invitation_cannot_show_the_answer_in_a_frame(agency, platform):
    page = opens(agency, platform, "another")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_the_platform_alone_may_show_the_answer_in_a_frame(agency, platform, invitation):
    for page in (opens(agency, platform, invitation), opens(agency, platform, invitation)):
        policy = page.headers["Content-Security-Policy"]
        assert policy.endswith(f"; frame-ancestors {platform.address}"), policy
        assert "script-src 'self'" in policy
        assert "X-Frame-Options" not in page.headers
        assert "Cross-Origin-Opener-Policy" not in page.headers, "it tells the window that opened it"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"


# -- what is refused, and can be tried again ---------------------------------------------------------------------------


def foreign_issuer(platform):
    platform.configuration = {"issuer": "https://trusted-academy.example"}
    return "trusted-academy.example, which is not of 127.0.0.1"


def foreign_keys(platform):
    platform.configuration = {"jwks_uri": "https://keys.evil.example/jwks"}
    return "under jwks_uri is on keys.evil.example"


def foreign_registration(platform):
    platform.configuration = {"registration_endpoint": "https://evil.example/register"}
    return "under registration_endpoint is on evil.example"


def foreign_audience(platform):
    platform.configuration = {"authorization_server": "https://token.evil.example"}
    return "under authorization_server is on token.evil.example"


def lacks_a_member(platform):
    platform.configuration = {"token_endpoint": None}
    return "lacks token_endpoint"


def no_learning_platform(platform):
    platform.configuration = {PLATFORM: None}
    return "no configuration of a learning platform"


def points_elsewhere(platform):
    platform.moved = True
    return "it points elsewhere, and that is not followed"


def has_no_end(platform):
    platform.huge = True
    return "The answer is longer than"


def no_json(platform):
    platform.raw = b"<html>"
    return "no configuration of a learning platform"


def nested_json(platform):
    platform.raw = b"[" * 100_000
    return "no configuration of a learning platform"


def refuses_us(platform):
    platform.statuses = {REGISTRATION: 401}
    return "The platform did not register this tool: HTTP 401"


def gives_no_configuration(platform):
    platform.holds = CONFIGURATION
    return "could not be fetched"


FAULTS = [
    foreign_issuer,
    foreign_keys,
    foreign_registration,
    foreign_audience,
    lacks_a_member,
    no_learning_platform,
    points_elsewhere,
    has_no_end,
    no_json,
    nested_json,
    refuses_us,
    gives_no_configuration,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
def test_where_nothing_was_registered_the_same_address_can_be_tried_again(
    agency, platform, invitation, fault, monkeypatch
):
    monkeypatch.setattr(outgoing, "SECONDS_FOR_EACH_STEP", 0.5 if fault is gives_no_configuration else 5.0)
    sentence = fault(platform)
    page = opens(agency, platform, invitation)
    assert page.status_code == 400
    assert sentence in says(page)
    assert "use the same address at your platform again" in says(page)
    assert "close-registration.js" not in page.text, "the administrator reads what stood against it first"
    assert platform.registered == []
    assert kept(agency) == []
    platform.let_go.set()
    platform.configuration, platform.statuses, platform.raw = {}, {}, None
    platform.moved = platform.huge = False
    assert opens(agency, platform, invitation).status_code == 200


@pytest.mark.parametrize("answer", [{}, {"client_id": ["abc"]}, {"client_id": "abc", TOOL: {"deployment_id": {}}}])
def test_where_it_is_not_known_what_was_registered_a_new_address_is_needed(agency, platform, invitation, answer):
    platform.answer = answer
    page = opens(agency, platform, invitation)
    assert page.status_code == 400
    assert "delete it, and ask the registrar for a new address" in says(page)
    assert kept(agency) == []
    assert "used already" in says(opens(agency, platform, invitation))


def test_a_private_address_is_not_called_unless_the_operators_named_it(agency, platform, invitation):
    agency.app.extensions["config"] = replace(agency.app.extensions["config"], lti_private_hosts=())
    plain = opens(agency, platform, invitation)
    assert "This address is opened by a learning platform" in says(plain), "http will not do there"
    secured = platform.configuration_url.replace("http", "https")
    page = opens(agency, platform, invitation, openid_configuration=secured)
    assert page.status_code == 400
    assert "may not be called" in says(page)
    assert platform.asked == []


def test_the_platforms_token_is_kept_nowhere(agency, platform, invitation, caplog):
    caplog.set_level(logging.DEBUG)
    assert TOKEN not in opens(agency, platform, invitation).text
    platform.statuses = {REGISTRATION: 500}
    assert TOKEN not in opens(agency, platform, invite(agency.browser("registrar"))).text
    assert TOKEN not in caplog.text
    with agency.database.reading() as session:
        for table in (LtiPlatform, LtiInvitation):
            for row in session.scalars(select(table)):
                values = [str(getattr(row, column.key)) for column in row.__mapper__.column_attrs]
                assert not any(TOKEN in value or invitation in value for value in values)


def test_two_platforms_of_one_name_are_told_apart(agency, platform, invitation):
    opens(agency, platform, invitation)
    with registering.serving() as other:
        opens(agency, other, invite(agency.browser("registrar")))
    assert [one.name for one in kept(agency)] == ["127.0.0.1", "127.0.0.1 (2)"]


def test_one_client_of_an_issuer_does_not_register_itself_twice(agency, platform, invitation):
    opens(agency, platform, invitation)
    platform.registered.clear()
    page = opens(agency, platform, invite(agency.browser("registrar")))
    assert page.status_code == 400
    assert "registered already, as 127.0.0.1" in says(page)
    with agency.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LtiPlatform)) == 1


def test_an_invitation_is_not_tried_without_end(agency, platform, invitation):
    platform.raw = b"{}"
    answers = [opens(agency, platform, invitation).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]
    assert len(platform.asked) == 10


def test_invitations_are_not_guessed_without_end(agency, platform):
    limits = agency.app.extensions["rate_limits"]
    before = len(limits._buckets)
    most = lti_registration.REQUESTS_PER_MINUTE
    answers = [opens(agency, platform, f"{number:064x}").status_code for number in range(most + 5)]
    assert answers[:most] == [400] * most
    assert answers[-1] == 429
    assert len(limits._buckets) <= before + 1, "what a stranger makes up takes no room from callers who are known"


# -- an operator of several domains ------------------------------------------------------------------------------------

CANVAS = "https://canvas.instructure.com"


@pytest.mark.parametrize(
    ("issuer", "referrer", "kept_as"),
    [
        (CANVAS, "https://academy.instructure.com/accounts/1", ("https://academy.instructure.com",)),
        (CANVAS, f"{CANVAS}/accounts/1", ()),
        (CANVAS, "https://evil.example/", ()),
        (CANVAS, "http://academy.instructure.com/", ()),
        (CANVAS, None, ()),
        ("https://lms.academy.example", "https://academy.instructure.com/", ()),
        ("https://lms.academy.example", "https://pages.academy.example/", ()),
    ],
)
def test_the_page_that_opened_it_is_kept_where_it_is_the_operators(agency, issuer, referrer, kept_as):
    said = replace(SAYS_NOTHING, issuer=issuer)
    headers = {"Referer": referrer} if referrer else {}
    with agency.app.test_request_context("/lti/register", headers=headers):
        assert lti_registration._page_that_opened_it(said) == kept_as


def test_every_page_of_the_operator_may_show_the_answer(agency):
    invitation = invite(agency.browser("registrar"))
    sent = {"invitation": invitation, "openid_configuration": f"{CANVAS}/api/lti/security/openid-configuration"}
    client = agency.app.test_client()
    with agency.database.transaction() as session:
        invitations.take(session, invitation, at=now())  # so that nothing is fetched
    page = client.get("/lti/register", query_string=sent)
    assert page.headers["Content-Security-Policy"].endswith(
        f"; frame-ancestors {CANVAS} https://*.canvaslms.com https://*.instructure.com"
    )
