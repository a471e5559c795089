"""Launches in a real browser, on two sites: a platform whose pages embed us, with and without cookies and scripts.

The product is at 127.0.0.1 and the platform at localhost: to browsers these are two sites, whatever their ports.
"""

import threading
from collections.abc import Callable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Browser, Frame, Page, expect
from werkzeug.serving import make_server

from config import Config
from tests.browser.accessibility import axe_violations, sideways_scroll, small_targets, structural_faults
from tests.browser.conftest import PATIENCE_MS
from tests.databases import Databases
from tests.lti_platform import CLAIM, HERE, KeyServer, Platform
from tests.passwords import PASSWORD, QUICK
from training_app import create_app
from training_app.db import Database

OFFICER = "DP-1001"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
STORAGE = """
const kept = new Map();
addEventListener("message", (event) => {
  const told = event.data;
  const answer = (more) => event.source.postMessage(
    { subject: `${told.subject}.response`, message_id: told.message_id, ...more }, event.origin);
  if (told.subject === "lti.capabilities") {
    answer({ supported_messages: [{ subject: "lti.put_data" }, { subject: "lti.get_data" }] });
  } else if (told.subject === "lti.put_data") {
    kept.set(`${event.origin} ${told.key}`, told.value);
    answer({ key: told.key, value: told.value });
  } else if (told.subject === "lti.get_data") {
    answer({ key: told.key, value: kept.get(`${event.origin} ${told.key}`) });
  }
});
"""


class Academy:
    """The platform's pages: a course that embeds us, the form that begins a login, and the one that answers it."""

    def __init__(self, keys: KeyServer) -> None:
        academy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                body = academy.pages[path]({name: one[0] for name, one in parse_qs(query).items()}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer((HERE, 0), Handler)
        self.origin = f"http://localhost:{self.server.server_address[1]}"
        self.keys = keys
        self.platform: Platform
        self.pages: dict[str, Callable[[dict[str, str]], str]] = {
            "/favicon.ico": lambda _: "",
            "/course": self._course,
            "/start": self._start,
            "/authorize": self._authorize,
        }

    def _course(self, asked: dict[str, str]) -> str:
        script = f"<script>{STORAGE}</script>" if "storage" in asked else ""
        return f'{script}<h1>Course</h1><iframe width="900" height="700" src="/start?{urlencode(asked)}"></iframe>'

    def _start(self, asked: dict[str, str]) -> str:
        more = {"lti_storage_target": "_parent"} if "storage" in asked else {}
        return _form(f"{self.product}/lti/login", self.platform.login(**more))

    def _authorize(self, asked: dict[str, str]) -> str:
        said = {CLAIM + "lis": {"person_sourcedid": OFFICER}}
        token = self.platform.id_token(f"{self.origin}/authorize?{urlencode(asked)}", claims=said)
        return _form(asked["redirect_uri"], {"id_token": token, "state": asked["state"]})


def _form(action: str, fields: dict[str, str]) -> str:
    """Return a page whose form is sent by a script, and by its button without scripts."""
    inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(one)}">' for name, one in fields.items())
    send = "<script>document.forms[0].submit()</script>"
    return f'<form method="post" action="{action}">{inputs}<button>Go on</button></form>{send}'


class Product:
    """The product on a port of its own; `keeps_cookies` off, none comes back from a frame."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.app = create_app(
            Config(
                data_folder=folder,
                database_url=database.url.render_as_string(hide_password=False),
                secret_key="only for tests, and long enough for them",
                journal_key_file=folder / "journal-key.pem",
                agency_zone="Europe/Brussels",
                secure_cookies=False,
                demo=True,
                lti_private_hosts=(HERE,),
            )
        )
        self.app.extensions["passwords"] = QUICK
        self.keeps_cookies = True
        self.server = make_server(HERE, 0, self._answer, threaded=True)
        self.origin = f"http://{HERE}:{self.server.server_port}"

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not self.keeps_cookies and environ.get("HTTP_SEC_FETCH_DEST") == "iframe":
            environ.pop("HTTP_COOKIE", None)
        return self.app(environ, start_response)


@pytest.fixture
def two_sites(demo_sqlite: Databases, tmp_path: Path) -> Iterator[tuple[Product, Academy]]:
    """The product and a platform that is registered with it."""
    with demo_sqlite() as database, KeyServer().running() as keys:
        product, academy = Product(database, tmp_path), Academy(keys)
        academy.product = product.origin
        academy.platform = Platform(
            keys,
            issuer=academy.origin,
            launch_address=f"{product.origin}/lti/launch",
        )
        academy.platform.register(database, claim="lis.person_sourcedid")
        threads = [threading.Thread(target=one.server.serve_forever, daemon=True) for one in (product, academy)]
        for thread in threads:
            thread.start()
        yield product, academy
        for one in (product, academy):
            one.server.shutdown()
            one.server.server_close()
        for thread in threads:
            thread.join()
        product.app.extensions["database"].dispose()


@pytest.fixture
def open_course(chromium: Browser) -> Iterator[Callable[..., Page]]:
    opened = []

    def open_one(address: str, *, scripts: bool = True, scheme: str = "light") -> Page:
        context = chromium.new_context(java_script_enabled=scripts, locale="en-GB", color_scheme=scheme)
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_one
    for context in opened:
        context.close()


def inside(page: Page) -> Frame:
    return page.frames[1]


def opened_by(page: Page, name: str) -> Page:
    """Press the one button, or link, in the frame; return the window that it opens, once it has come to rest."""
    control = page.frame_locator("iframe").locator(".btn.primary", has_text=name)
    with page.expect_popup() as popup:
        control.click()
    popup.value.wait_for_url("**/tools*")
    return popup.value


def test_in_a_frame_with_a_cookie_of_its_own(two_sites, open_course):
    _, academy = two_sites
    page = open_course(f"{academy.origin}/course")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("You go on as")).to_be_visible(timeout=PATIENCE_MS)
    assert faults(inside(page)) == []
    window = opened_by(page, "Open in a new window")
    assert window.locator("bdi").count() == 1
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["training"]["sameSite"] == "Lax"


def test_in_a_frame_by_the_platforms_storage(two_sites, open_course):
    product, academy = two_sites
    product.keeps_cookies = False
    page = open_course(f"{academy.origin}/course?storage=1")
    expect(page.frame_locator("iframe").get_by_text("You go on as")).to_be_visible(timeout=PATIENCE_MS)
    assert opened_by(page, "Open in a new window").locator("bdi").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_frame_without_cookie_and_storage_a_new_window_begins_anew(two_sites, open_course, scheme):
    product, academy = two_sites
    product.keeps_cookies = False
    page = open_course(f"{academy.origin}/course", scheme=scheme)
    expect(page.frame_locator("iframe").get_by_text("opens in a new window")).to_be_visible(timeout=PATIENCE_MS)
    assert faults(inside(page)) == []
    assert opened_by(page, "Open in a new window").locator("bdi").count() == 1


def test_without_scripts_the_storage_page_offers_a_new_window(two_sites, open_course):
    product, academy = two_sites
    product.keeps_cookies = False
    page = open_course(f"{academy.origin}/course?storage=1", scripts=False)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Go on").click()
    with page.expect_popup() as popup:
        frame.get_by_role("link", name="Open in a new window").click()
    popup.value.get_by_role("button", name="Go on").click()
    popup.value.wait_for_url("**/tools*")


def test_at_the_top_a_launch_goes_straight_on(two_sites, open_course):
    _, academy = two_sites
    page = open_course(f"{academy.origin}/start")
    page.wait_for_url("**/tools*")
    assert page.locator("bdi").count() == 1


def test_a_stranger_frames_nothing_of_a_launch(two_sites, open_course):
    _, academy = two_sites
    stranger = Academy(academy.keys)
    stranger.pages["/course"] = lambda asked: f'<iframe src="{academy.origin}/start"></iframe>'
    thread = threading.Thread(target=stranger.server.serve_forever, daemon=True)
    thread.start()
    page = open_course(f"{stranger.origin}/course")
    inside(page).wait_for_url("chrome-error://**", timeout=PATIENCE_MS)
    assert "You go on as" not in inside(page).content()
    stranger.server.shutdown()
    stranger.server.server_close()
    thread.join()


@pytest.mark.parametrize("address", ["/lti/launch", "/lti/continue", "/lti/login?iss=x"])
def test_a_refusal_can_be_read_by_everybody(two_sites, open_course, address):
    product, _ = two_sites
    page = open_course(product.origin + address)
    assert page.get_by_role("heading", name="This could not be opened").is_visible()
    assert faults(page) == []


def test_the_first_launch_is_confirmed_after_signing_in(two_sites, open_course):
    product, academy = two_sites
    asking = academy.platform = Platform(
        academy.keys, issuer=academy.origin, launch_address=f"{product.origin}/lti/launch"
    )
    asking.register(product.app.extensions["database"])
    page = open_course(f"{academy.origin}/start")
    page.locator("#identifier").fill(OFFICER)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.get_by_role("heading", name="Link this account").wait_for()
    page.set_viewport_size({"width": 320, "height": 900})
    assert [*faults(page), *sideways_scroll(page)] == []
    page.get_by_role("button", name="Link the accounts").click()
    page.get_by_text("The account is linked.").wait_for()
    page.goto(f"{product.origin}/my-platforms")
    assert [*faults(page), *sideways_scroll(page)] == []
    page.get_by_role("button", name="Unlink").click()
    page.get_by_text("No account of a learning platform is linked with yours.").wait_for()


@pytest.mark.parametrize(
    ("said", "without", "heading"),
    [
        ({"roles": (TEST_USER,)}, (), "You are a test student"),
        (
            {"claims": {CLAIM + "message_type": "DataPrivacyLaunchRequest", CLAIM + "for_user": {"user_id": "42"}}},
            (CLAIM + "resource_link", CLAIM + "context"),
            "What is kept about this account",
        ),
    ],
)
def test_other_pages_of_a_launch_can_be_read_by_everybody(two_sites, open_course, said, without, heading):
    _, academy = two_sites

    def authorize(asked: dict[str, str]) -> str:
        token = academy.platform.id_token(f"{academy.origin}/authorize?{urlencode(asked)}", without=without, **said)
        return _form(asked["redirect_uri"], {"id_token": token, "state": asked["state"]})

    academy.pages["/authorize"] = authorize
    page = open_course(f"{academy.origin}/course")
    expect(page.frame_locator("iframe").get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENCE_MS)
    assert faults(inside(page)) == []


def faults(page: Any) -> list[str]:
    return [*axe_violations(page), *structural_faults(page), *small_targets(page)]
