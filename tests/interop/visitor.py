"""Somebody's browser without a screen and without scripts: it keeps cookies, follows redirections and posts forms."""

from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import requests

from tests.patience import PATIENCE_SECONDS


class Forms(HTMLParser):
    """Every form in the main part of a page: where it goes, and what it sends if nobody touched it."""

    def __init__(self, page: requests.Response) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._base = page.url
        self.feed(page.text.partition("<main")[2] or page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((urljoin(self._base, given.get("action", "")), {}))
        elif tag == "input" and given.get("name") and self.forms and given.get("type") not in {"radio", "checkbox"}:
            self.forms[-1][1][given["name"]] = given.get("value", "")


class Visitor(requests.Session):
    """A browser of one's own.  Over plain http on loopback it sends secure cookies too, as real ones do."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare with the session's own jar: the one that `requests` makes for each request forgets the policy."""
        prepared = super().prepare_request(request)
        prepared.headers.pop("Cookie", None)
        prepared.prepare_cookies(self.cookies)
        return prepared

    def open(self, address: str) -> requests.Response:
        return self.get(address, timeout=PATIENCE_SECONDS)

    def submit(self, page: requests.Response, *, to: str = "", **typed: str | list[str]) -> requests.Response:
        """Send the first form of *page* whose address holds *to*, once some fields were *typed* in."""
        address, fields = next(form for form in Forms(page).forms if to in form[0])
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        sent_from = {"Origin": origin, "Referer": page.url}
        return self.post(address, {**fields, **typed}, headers=sent_from, timeout=PATIENCE_SECONDS)
