"""What of a platform's services can be held without calling one: tokens apart, addresses, pages, words."""

import pytest

from training_app.lti.calls import CallRules
from training_app.lti.connector import LEEWAY_SECONDS, Client, Connector, Signing, Tokens, _next, with_path

LMS = "https://lms.academy.example"
SCOPES = ["b", "a"]


def client(**changed: str) -> Client:
    of = {"issuer": LMS, "client_id": "c", "deployment_id": "1", "token_url": f"{LMS}/token", "token_audience": LMS}
    return Client(**of | changed)


def connector(tokens: Tokens, of: Client) -> Connector:
    return Connector(of, Signing("no key is needed", "kid"), CallRules(), tokens)


@pytest.mark.parametrize(
    "other",
    [{"client_id": "d"}, {"deployment_id": "2"}, {"issuer": "https://other.example"}, {"token_url": f"{LMS}/else"}],
    ids=lambda one: next(iter(one)),
)
def test_no_client_is_given_the_token_of_another(other):
    tokens = Tokens()
    first, second = connector(tokens, client()), connector(tokens, client(**other))
    tokens.keep(first._scope_key(SCOPES), "a token", 3600)
    assert first.token(["a", "b"]) == "a token", "in whatever order the scopes are named"
    assert tokens.get(second._scope_key(SCOPES)) is None
    assert tokens.get(first._scope_key(["a"])) is None


def test_a_token_is_used_until_shortly_before_it_ends():
    at = [0.0]
    tokens = Tokens(clock=lambda: at[0])
    tokens.keep("key", "a token", 3600)
    at[0] = 3600 - LEEWAY_SECONDS - 1
    assert tokens.get("key") == "a token"
    at[0] += 1
    assert tokens.get("key") is None


@pytest.mark.parametrize("seconds", [0, LEEWAY_SECONDS, -5])
def test_a_token_that_ends_at_once_is_not_kept(seconds):
    tokens = Tokens()
    tokens.keep("key", "a token", seconds)
    assert tokens.get("key") is None


@pytest.mark.parametrize(
    ("url", "scores"),
    [
        (f"{LMS}/2/lineitems/11/lineitem?type_id=1", f"{LMS}/2/lineitems/11/lineitem/scores?type_id=1"),
        (f"{LMS}/items/11", f"{LMS}/items/11/scores"),
        (f"{LMS}/items/11/", f"{LMS}/items/11/scores"),
        (f"{LMS}/items/11?a=1&b=?", f"{LMS}/items/11/scores?a=1&b=?"),
    ],
)
def test_the_path_is_extended_before_the_query(url, scores):
    assert with_path(url, "scores") == scores


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param(f'<{LMS}/m?from=2>; rel="next"', f"{LMS}/m?from=2", id="as-the-standard-has-it"),
        pytest.param(f'<{LMS}/m>; rel="prev", <{LMS}/m?from=4>; rel="next"', f"{LMS}/m?from=4", id="of-several"),
        pytest.param(f"<{LMS}/m?a=1&amp;from=2>; rel=“next”", None, id="moodles-typographic-quotes"),
        pytest.param('<https://elsewhere.example/m>; rel="next"', None, id="another-site"),
        pytest.param('<http://lms.academy.example/m>; rel="next"', None, id="without-encryption"),
        pytest.param("garbage", None, id="nothing-to-read"),
        pytest.param("", None, id="none"),
    ],
)
def test_the_next_page_is_on_the_same_site_or_there_is_none(header, found):
    assert _next(header, of=f"{LMS}/m") == found
