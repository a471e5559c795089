"""The picker that a platform opens: who sees it, what it offers, and what the platform gets as another reads it."""

import html
import re
from urllib.parse import urlsplit

import jwt
import pytest

from tests.lti_platform import CLAIM, HERE, INSTRUCTOR, LEARNER, Platform
from tests.views.launching import FRAMED, OURS, LaunchingBrowser

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RETURN = "https://lms.academy.example/mod/lti/contentitem_return.php?course=7&sesskey=Secret9"
PICKER = "/lti/deep-linking"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


@pytest.fixture
def app(applications, demo_database):
    with applications.lent(demo_database, demo=True, lti_private_hosts=(HERE,)) as app:
        yield app


@pytest.fixture
def platform(key_server, demo_database) -> Platform:
    made = Platform(key_server)
    made.register(demo_database)
    return made


def asks(**settings) -> dict:
    asked = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        "deep_link_return_url": RETURN,
        "data": "opaque-17",
    }
    return {f"{CLAIM}message_type": "LtiDeepLinkingRequest", f"{DL}deep_linking_settings": asked | settings}


def opened(app, platform, *, roles=(INSTRUCTOR,), **settings):
    browser = LaunchingBrowser(app, framed=True)
    answer = browser.launch(platform, roles=roles, claims=asks(**settings), without=(f"{CLAIM}resource_link",))
    return browser, answer


def code_in(answer) -> str:
    return answer.text.partition('name="code" value="')[2].partition('"')[0]


def sends(browser, code, *targets, do="place", headers=OURS | {"Sec-Fetch-Dest": "iframe"}, **more):
    form = {"code": code, "do": do, "target": list(targets), **more}
    return browser.client.post(PICKER, data=form, headers=headers)


def message_in(answer) -> str:
    return html.unescape(re.search(r'name="JWT" value="([^"]+)"', answer.text)[1])


def read_by_the_library(app, platform, message):
    """Return the content items as lti1p3platform reads them from a response that our published key verifies."""
    keys = app.test_client().get("/lti/jwks.json").json
    registration = platform.get_registration()
    kid = jwt.get_unverified_header(message)["kid"]
    [key] = [one for one in keys["keys"] if one["kid"] == kid]
    claims = jwt.decode(message, jwt.PyJWK(key), algorithms=["RS256"], audience=platform.issuer)
    registration.set_tool_key_set(keys)
    platform._registration = registration
    return claims, platform.validate_deeplinking_resp({"JWT": message})


def test_several_are_placed_with_columns_and_the_platforms_data_comes_back(app, platform):
    browser, answer = opened(app, platform)
    assert answer.status_code == 200
    assert 'type="checkbox"' in answer.text
    answer = sends(browser, code_in(answer), "module:ai-limits", "certification:sightline")
    assert answer.status_code == 200, answer.text
    claims, items = read_by_the_library(app, platform, message_in(answer))
    assert (claims["iss"], claims["aud"]) == (platform.client_id, [platform.issuer])
    assert (claims[f"{CLAIM}deployment_id"], claims[f"{DL}data"]) == (platform.deployment_id, "opaque-17")
    assert claims["nonce"]
    assert [item["custom"] for item in items] == [
        {"training_target": "certification:sightline"},
        {"training_target": "module:ai-limits"},
    ]
    assert items[0]["lineItem"] == {
        "scoreMaximum": 100,
        "label": items[0]["title"],
        "resourceId": "certification/sightline",
        "tag": "certification",
    }
    assert {item["url"] for item in items} == {"http://localhost/lti/launch"}
    assert {item["type"] for item in items} == {"ltiResourceLink"}


def test_the_answers_form_may_go_to_the_platform_and_only_there(app, platform):
    browser, answer = opened(app, platform)
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    answer = sends(browser, code_in(answer), "module:ai-limits")
    policy = answer.headers["Content-Security-Policy"]
    origin = "https://lms.academy.example"
    assert f"form-action {origin};" in policy
    assert f"frame-ancestors {origin}" in policy
    assert "X-Frame-Options" not in answer.headers
    action = html.unescape(re.search(r'<form method="post" action="([^"]+)"', answer.text)[1])
    assert action == RETURN
    assert "Set-Cookie" not in answer.headers


def test_the_return_address_holds_secrets_and_stands_in_no_log(app, platform, caplog):
    caplog.set_level("DEBUG")
    browser, answer = opened(app, platform)
    sends(browser, code_in(answer), "module:ai-limits")
    assert "Secret9" not in caplog.text


def test_the_code_serves_once(app, platform):
    browser, answer = opened(app, platform)
    code = code_in(answer)
    assert sends(browser, code, "module:ai-limits").status_code == 200
    again = sends(browser, code, "module:ai-limits")
    assert again.status_code == 400
    assert "JWT" not in again.text


@pytest.mark.parametrize(
    "headers",
    [pytest.param(FRAMED, id="another-site"), pytest.param({}, id="a-browser-that-does-not-say")],
)
def test_a_form_of_another_site_places_nothing(app, platform, headers):
    browser, answer = opened(app, platform)
    assert sends(browser, code_in(answer), "module:ai-limits", headers=headers).status_code == 400


def test_where_one_is_taken_there_are_radio_buttons_and_two_are_refused(app, platform):
    browser, answer = opened(app, platform, accept_multiple=False)
    assert 'type="radio"' in answer.text
    assert 'type="checkbox"' not in answer.text
    code = code_in(answer)
    answer = sends(browser, code, "module:ai-limits", "course:sightline")
    assert answer.status_code == 422
    assert "takes one at a time" in answer.text
    assert sends(browser, code, "course:sightline").status_code == 200


def test_nothing_chosen_is_said_and_the_picker_stays(app, platform):
    browser, answer = opened(app, platform)
    answer = sends(browser, code_in(answer))
    assert answer.status_code == 422
    assert "Choose what to place." in answer.text
    assert sends(browser, code_in(answer), "module:ai-limits").status_code == 200


@pytest.mark.parametrize(
    "target", ["officer:7", "module:", "module:AI limits", "certification:../x", "module:nothing-here"]
)
def test_what_is_nothing_of_ours_is_not_placed(app, platform, target):
    browser, answer = opened(app, platform)
    assert sends(browser, code_in(answer), target).status_code in {400, 422}


def test_a_search_leaves_out_the_rest_and_keeps_what_was_ticked(app, platform):
    browser, answer = opened(app, platform)
    answer = sends(browser, code_in(answer), "module:ai-limits", do="search", words="sightline certif")
    assert answer.status_code == 200
    answer = sends(browser, code_in(answer), "module:ai-limits", do="search", words="SIGHT")
    assert 'value="certification:sightline"' in answer.text
    assert '<input type="hidden" name="target" value="module:ai-limits">' in answer.text
    assert 'value="certification:lockpick"' not in answer.text
    assert "Nothing has that in its name" in sends(browser, code_in(answer), do="search", words="zzz").text


@pytest.mark.parametrize(
    ("roles", "sees"),
    [
        pytest.param((LEARNER,), False, id="a-learner"),
        pytest.param((), False, id="nobody-says"),
        pytest.param(("http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor",), False, id="a-mentor"),
        pytest.param((INSTRUCTOR, LEARNER), True, id="a-teacher-who-learns-too"),
        pytest.param(("Instructor",), True, id="moodles-short-name"),
        pytest.param(
            ("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",), True, id="an-assistant"
        ),
        pytest.param(("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",), True, id="an-admin"),
        pytest.param((INSTRUCTOR, TEST_USER), False, id="a-test-student"),
    ],
)
def test_who_arranges_the_course_chooses_and_nobody_else(app, platform, roles, sees):
    _, answer = opened(app, platform, roles=roles)
    assert (answer.status_code == 200) is sees
    if not sees:
        assert "Only who arranges a course" in answer.text
        assert "code" not in re.findall(r'name="(\w+)"', answer.text)


def test_a_platform_that_asks_for_something_else_is_shown_no_picker(app, platform):
    _, answer = opened(app, platform, accept_types=["file", "html"])
    assert answer.status_code == 400
    assert "target" not in re.findall(r'name="(\w+)"', answer.text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example/x",
        "data:text/html,x",
        "ftp://lms.example/",
        "https://lms.example; frame-ancestors */x",
        "https://lms.example;sandbox/x",
        "https://*/x",
        "https://l\u0131ms.example/x",
    ],
)
def test_an_address_that_no_form_should_go_to_is_refused(app, platform, address):
    _, answer = opened(app, platform, deep_link_return_url=address)
    assert answer.status_code == 403


def test_without_columns_wanted_none_is_offered(app, platform):
    browser, answer = opened(app, platform, accept_lineitem=False)
    answer = sends(browser, code_in(answer), "course:sightline")
    _, [item] = read_by_the_library(app, platform, message_in(answer))
    assert "lineItem" not in item
    assert urlsplit(item["url"]).path == "/lti/launch"


def test_the_address_alone_places_nothing(app):
    assert app.test_client().get(PICKER).status_code == 400
    assert app.test_client().post(PICKER, data={"code": "made-up"}, headers=OURS).status_code == 400
