"""The picker in a real browser, in the frame of a platform on another site: with scripts and without."""

from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlencode

import jwt
import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import sideways_scroll
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_lti_frames import faults, inside, open_course, two_sites  # noqa: F401  fixtures
from tests.lti_platform import CLAIM, INSTRUCTOR

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"


@pytest.fixture
def choosing(two_sites):  # noqa: F811
    """A platform whose course asks for content, and that takes what comes back."""
    _, academy = two_sites
    received: list[str] = []

    def authorize(asked: dict[str, str]) -> str:
        settings = {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe"],
            "accept_multiple": True,
            "deep_link_return_url": f"{academy.origin}/return?sesskey=secret",
            "data": "from-the-course",
        }
        claims = {f"{CLAIM}message_type": "LtiDeepLinkingRequest", DL: settings}
        address = f"{academy.origin}/authorize?{urlencode(asked)}"
        token = academy.platform.id_token(
            address, roles=(INSTRUCTOR,), claims=claims, without=(f"{CLAIM}resource_link",)
        )
        return _page(asked["redirect_uri"], {"id_token": token, "state": asked["state"]})

    class Taking(academy.server.RequestHandlerClass):  # type: ignore[misc, name-defined]
        def do_POST(self: BaseHTTPRequestHandler) -> None:  # noqa: N802  as the library calls it
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            received.append(form["JWT"][0])
            body = b"<!doctype html><title>Course</title><h1>The course has it</h1>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    academy.server.RequestHandlerClass = Taking
    academy.pages["/authorize"] = authorize
    return academy, received


def _page(action: str, fields: dict[str, str]) -> str:
    inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    send = "<script>document.forms[0].submit()</script>"
    return f'<form method="post" action="{action}">{inputs}<button>Go on</button></form>{send}'


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_several_are_found_ticked_and_placed_from_inside_the_frame(choosing, open_course, scheme):  # noqa: F811
    academy, received = choosing
    page = open_course(f"{academy.origin}/course", scheme=scheme)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Choose training")).to_be_visible(timeout=PATIENCE_MS)
    assert faults(inside(page)) == []
    assert not sideways_scroll(inside(page))
    frame.get_by_label("Certification:").first.check()
    frame.get_by_label("Search by name").fill("limits")
    frame.get_by_role("button", name="Search").click()
    expect(frame.get_by_text("1 more is chosen.")).to_be_visible()
    frame.locator('input[value="module:ai-limits"]').check()
    frame.get_by_role("button", name="Place what is chosen").click()
    expect(frame.get_by_role("heading", name="The course has it")).to_be_visible(timeout=PATIENCE_MS)
    [message] = received
    claims = jwt.decode(message, options={"verify_signature": False})
    items = claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]
    assert [item["custom"]["training_target"].partition(":")[0] for item in items] == ["certification", "module"]


def test_without_scripts_each_step_has_its_button(choosing, open_course):  # noqa: F811
    academy, received = choosing
    page = open_course(f"{academy.origin}/start", scripts=False)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Search by name").fill("limits")
    page.get_by_role("button", name="Search").click()
    page.locator('input[value="module:ai-limits"]').check()
    page.get_by_role("button", name="Place what is chosen").click()
    page.get_by_role("button", name="Send it to the platform").click()
    expect(page.get_by_role("heading", name="The course has it")).to_be_visible(timeout=PATIENCE_MS)
    assert len(received) == 1
