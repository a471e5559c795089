"""Which platforms can register themselves: those whose configuration is their own, and names what is theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.lti_registration import (
    PLATFORM,
    TOOL,
    Fault,
    PlatformConfiguration,
    RegistrationRefused,
    belongs,
    operators_pages,
    origin,
    platform_configuration,
    registered_as,
)

ACADEMY = "https://lms.academy.example"
MEMBERS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


def document(address: str = ACADEMY, **changed: object) -> dict[str, object]:
    made: dict[str, object] = {"issuer": address, **{member: f"{address}/{member}" for member in MEMBERS}, PLATFORM: {}}
    return {name: value for name, value in (made | changed).items() if value is not None}


def read(address: str = ACADEMY, fetched_from: str = "", **changed: object) -> PlatformConfiguration:
    return platform_configuration(document(address, **changed), fetched_from or f"{address}/configuration", plain=())


def fault(**changed: object) -> tuple[Fault, str]:
    with pytest.raises(RegistrationRefused) as refused:
        read(**changed)
    return refused.value.fault, refused.value.member


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://lms.academy.example", "https://lms.academy.example"),
        ("https://LMS.Academy.example:443/a/b.php?c=d&e", "https://lms.academy.example"),
        ("https://lms.academy.example:8443/", "https://lms.academy.example:8443"),
        ("https://xn--acadmie-dya.example/", "https://xn--acadmie-dya.example"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443"),
        ("https://192.0.2.1/", "https://192.0.2.1"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000"),
        ("http://[::1]/a", "http://[::1]"),
    ],
)
def test_what_a_platforms_address_is_on(url, found):
    assert str(origin(url, "issuer", plain={"127.0.0.1", "::1"})) == found


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        7,
        [],
        "lms.academy.example",
        "//lms.academy.example/",
        "https://",
        "https:///a",
        "http://lms.academy.example/",
        "http://127.0.0.2:8000/",
        "http://localhost.academy.example/",
        "ftp://lms.academy.example/",
        "javascript:alert(1)//https://lms.academy.example",
        "https://officer@lms.academy.example/",
        "https://lms.academy.example@evil.example/",
        "https://lms.academy.example\\@evil.example/",
        "https://lms.academy.example\\.evil.example/",
        "https://lms.academy.example/#here",
        "https://lms.academy.example:0/",
        "https://lms.academy.example:65536/",
        "https://lms.academy.example:port/",
        "https://lms.academy.example:/",
        "https://lms..academy.example/",
        "https://.academy.example/",
        "https://lms.academy.example./",
        "https://-lms.example/",
        "https://académie.example/",
        "https://lms%2eacademy.example/",
        "https://[::1",
        "https://[::1%25eth0]/",
        "https://[lms.example]/",
        "https://::1/",
        "https://lms.academy.example/a b",
        "https://lms.academy.example/\n",
        "https://lms.academy.example\t/",
        "https://lms.academy.example/\x00",
        "https://lms.academy.example/<script>",
        "https://lms.academy.example/" + "a" * 2_000,
    ],
)
def test_what_is_no_address_of_a_platform(url):
    with pytest.raises(RegistrationRefused) as refused:
        origin(url, "issuer", plain={"127.0.0.1"})
    assert (refused.value.fault, refused.value.member) == (Fault.ADDRESS, "issuer")


@pytest.mark.parametrize(
    ("named", "own", "does"),
    [
        ("https://lms.example", "https://lms.example", True),
        ("https://auth.lms.example", "https://lms.example", True),
        ("https://auth.lms.example:8443", "https://lms.example:8443", True),
        ("https://lms.example:8443", "https://lms.example", False),
        ("https://auth.lms.example:8443", "https://lms.example", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001", False),
        ("http://127.0.0.1", "https://127.0.0.1", False),
        ("https://lms.example", "https://auth.lms.example", False),
        ("https://evillms.example", "https://lms.example", False),
        ("https://a.hoster.example", "https://b.hoster.example", False),
        ("https://1.192.0.2.1", "https://192.0.2.1", False),
        ("https://sso.canvaslms.com", "https://canvas.instructure.com", True),
        ("https://canvas.beta.instructure.com", "https://sso.canvaslms.com", True),
        ("https://sso.canvaslms.com:8443", "https://canvas.instructure.com", False),
        ("https://canvaslms.com.evil.example", "https://canvas.instructure.com", False),
        ("https://evilcanvaslms.com", "https://canvas.instructure.com", False),
    ],
)
def test_what_belongs_to_a_platform(named, own, does):
    plain = {"127.0.0.1"}
    assert belongs(origin(named, "", plain=plain), origin(own, "", plain=plain)) is does


# -- configurations ----------------------------------------------------------------------------------------------------


def test_a_configuration_is_read():
    about = {
        "messages_supported": [
            {"type": "LtiResourceLinkRequest"},
            {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea", 7]},
            {"placements": []},
            "LtiDeepLinkingRequest",
        ],
        "variables": ["Person.sourcedId", None],
    }
    found = read(**{PLATFORM: about, "scopes_supported": ["openid", {}]})
    assert found == PlatformConfiguration(
        issuer=ACADEMY,
        authorization_url=f"{ACADEMY}/authorization_endpoint",
        token_url=f"{ACADEMY}/token_endpoint",
        key_set_url=f"{ACADEMY}/jwks_uri",
        registration_url=f"{ACADEMY}/registration_endpoint",
        token_audience=None,
        name="lms.academy.example",
        messages={"LtiResourceLinkRequest": frozenset(), "LtiDeepLinkingRequest": frozenset({"ContentArea"})},
        scopes=frozenset({"openid"}),
        variables=frozenset({"Person.sourcedId"}),
    )


def test_an_issuer_may_have_a_path_and_stays_as_it_is_written():
    written = f"{ACADEMY}/ilias"
    assert read(issuer=written).issuer == written
    assert fault(issuer=f"{ACADEMY}?a=b") == (Fault.ADDRESS, "issuer")


def test_canvas_has_two_domains_and_an_account():
    canvas, sso = "https://canvas.instructure.com", "https://sso.canvaslms.com"
    about = {"https://canvas.instructure.com/lti/account_name": " Police\n Academy "}
    found = read(
        canvas,
        authorization_endpoint=f"{sso}/api/lti/authorize_redirect",
        token_endpoint=f"{sso}/login/oauth2/token",
        jwks_uri=f"{sso}/api/lti/security/jwks",
        authorization_server="canvas.instructure.com",
        **{PLATFORM: about},
    )
    assert (found.name, found.token_audience) == ("Police Academy", "canvas.instructure.com")
    assert read(canvas, fetched_from="https://academy.instructure.com/configuration").issuer == canvas


@pytest.mark.parametrize(
    "fetched_from",
    [
        "https://evil.example/configuration",
        "https://lms.academy.example:8443/configuration",
        "https://a.lms.academy.example/configuration",
        "https://academy.example/configuration",
        "https://lms.academy.example.evil.example/configuration",
    ],
)
def test_nobody_claims_to_be_another_platform(fetched_from):
    assert fault(fetched_from=fetched_from) == (Fault.FOREIGN, "issuer")


def test_a_configuration_on_this_machine_cannot_claim_an_issuer_elsewhere():
    with pytest.raises(RegistrationRefused) as refused:
        platform_configuration(document(), "http://127.0.0.1:8000/configuration", plain={"127.0.0.1"})
    assert (refused.value.fault, refused.value.host, refused.value.expected) == (
        Fault.FOREIGN,
        "lms.academy.example",
        "127.0.0.1",
    )


@pytest.mark.parametrize("member", MEMBERS)
def test_each_address_is_there_and_is_the_platforms_own(member):
    assert fault(**{member: None}) == (Fault.MISSING, member)
    assert fault(**{member: ["https://lms.academy.example/"]}) == (Fault.MISSING, member)
    assert fault(**{member: ""}) == (Fault.MISSING, member)
    assert fault(**{member: "http://lms.academy.example/"}) == (Fault.ADDRESS, member)
    assert fault(**{member: "https://keys.evil.example/"}) == (Fault.FOREIGN, member)
    assert read(**{member: "https://auth.lms.academy.example/"})


@pytest.mark.parametrize(
    ("audience", "is_taken"),
    [
        ("lms.academy.example", True),
        ("https://lms.academy.example/oauth", True),
        ("", True),
        ("token.other.example", False),
        ("https://token.other.example/", False),
        ("urn:academy", False),
        (7, False),
    ],
)
def test_tokens_are_asked_for_in_the_name_of_no_other_platform(audience, is_taken):
    if is_taken:
        assert read(authorization_server=audience).token_audience == (audience or None)
    else:
        assert fault(authorization_server=audience)[1] == "authorization_server"


@pytest.mark.parametrize("found", [None, [], "text", 7, True, {}])
def test_what_is_no_configuration(found):
    with pytest.raises(RegistrationRefused):
        platform_configuration(found, f"{ACADEMY}/configuration")


def test_an_openid_provider_that_is_no_learning_platform_is_refused():
    assert fault(**{PLATFORM: None}) == (Fault.NO_CONFIGURATION, PLATFORM)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
URLS = JSON | st.sampled_from([ACADEMY, f"{ACADEMY}/a", "https://evil.example", "http://127.0.0.1:1", "https://[::1]/"])


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("issuer", *MEMBERS, "authorization_server", "scopes_supported", PLATFORM), URLS),
    )
    | JSON,
    st.text() | st.just(f"{ACADEMY}/configuration"),
)
def test_whatever_a_platform_says_is_read_or_refused(found, fetched_from):
    try:
        read = platform_configuration(found, fetched_from, plain={"127.0.0.1"})
    except RegistrationRefused:
        return
    own = origin(read.issuer, "issuer", plain={"127.0.0.1"})
    for url in (read.authorization_url, read.token_url, read.key_set_url, read.registration_url):
        assert belongs(origin(url, "", plain={"127.0.0.1"}), own)


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.from_regex(r"https?://[^/]*(/.*)?", fullmatch=True))
def test_whatever_is_called_an_address_has_an_origin_or_is_refused(url):
    try:
        found = origin(url, "issuer")
    except RegistrationRefused:
        return
    assert url.startswith("https://")
    assert origin(str(found), "issuer") == found


# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ({"client_id": "abc"}, ("abc", None)),
        ({"client_id": 10_000_000_000_001}, ("10000000000001", None)),
        ({"client_id": "abc", TOOL: {"deployment_id": "7"}}, ("abc", "7")),
        ({"client_id": "abc", TOOL: {"deployment_id": 7}}, ("abc", "7")),
        ({"client_id": "abc", "deployment_id": "8"}, ("abc", "8")),
        ({"client_id": "abc", TOOL: {"deployment_id": "7"}, "deployment_id": "8"}, ("abc", "7")),
        ({"client_id": "abc", TOOL: []}, ("abc", None)),
    ],
)
def test_ids_are_found_where_platforms_put_them(answer, ids):
    assert registered_as(answer) == ids


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"client_id": ""},
        {"client_id": True},
        {"client_id": 1.5},
        {"client_id": "a" * 256},
        {"client_id": "a\x00"},
        {"client_id": "abc", TOOL: {"deployment_id": []}},
        {"client_id": "abc", TOOL: {"deployment_id": "d" * 256}},
    ],
)
def test_an_answer_without_fit_ids_is_none(answer):
    with pytest.raises(RegistrationRefused) as refused:
        registered_as(answer)
    assert refused.value.fault is Fault.UNFIT_ANSWER


@given(JSON | st.fixed_dictionaries({"client_id": JSON, TOOL: JSON}))
def test_whatever_a_platform_answers_is_read_or_refused(answer):
    try:
        client_id, deployment_id = registered_as(answer)
    except RegistrationRefused:
        return
    assert 1 <= len(client_id) <= 255
    assert deployment_id is None or 1 <= len(deployment_id) <= 255


def test_pages_of_one_operator_are_on_both_of_its_domains():
    assert operators_pages(origin("https://academy.instructure.com", "")) == (
        "https://*.canvaslms.com",
        "https://*.instructure.com",
    )
    assert operators_pages(origin(ACADEMY, "")) == ()
