"""What is kept about oneself in a real browser: read, taken along, contested; put right by a registrar, and seen."""

import json
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in
from tests.browser.test_conduct import check

WRONG, RIGHT = "My name is written without its accent.", "Julie Bàkker, as in my passport."


def test_an_officer_reads_takes_along_and_has_put_right_what_is_kept(own_server: DemoServer, open_page: Open):
    officer, registrar = open_page(own_server), open_page(own_server)
    sign_in(officer, own_server, "officer")
    sign_in(registrar, own_server, "registrar")

    officer.goto("/tools")
    officer.get_by_role("link", name="What is kept about me").click()
    officer.get_by_role("link", name="Who you are").click()
    expect(officer.get_by_text("a task in the public interest")).to_be_visible()
    check(officer)
    officer.go_back()
    _takes_it_along(officer)
    number = _asks(officer)
    _puts_it_right(registrar, number)

    officer.reload()
    expect(officer.get_by_text("It is written as you say from today on.")).to_be_visible()
    expect(officer.get_by_text("By: Name or e-mail address of a person corrected")).to_be_visible()
    check(officer)
    officer.goto("/my-data/sections/identity")
    expect(officer.get_by_role("cell", name="Julie Bàkker")).to_be_visible()
    check(officer)


def _takes_it_along(officer: Page) -> None:
    with officer.expect_download() as waiting:
        officer.get_by_role("link", name="Download everything").click()
    assert waiting.value.suggested_filename.startswith("my-data-DP-1002-")
    with zipfile.ZipFile(waiting.value.path()) as packed:
        document = json.loads(packed.read("my-data.json"))
        page = packed.read("my-data.html").decode()
    assert document["person"]["name"] == "Julie Bakker"
    assert "evaluation" in {one["kind"] for one in document["records"]}
    assert "Julie Bakker" in page


def _asks(officer: Page) -> str:
    officer.get_by_role("link", name="Say what is wrong").click()
    officer.get_by_role("button", name="Send the request").click()
    check(officer)
    officer.get_by_label("What is it about?").select_option("Who you are")
    officer.get_by_label("What is wrong, or missing?").fill(WRONG)
    officer.get_by_label("What is right?").fill(RIGHT)
    officer.get_by_role("button", name="Send the request").click()
    expect(officer.get_by_text("Received. You follow it here.")).to_be_visible()
    check(officer)
    return officer.url.rpartition("/")[2]


def _puts_it_right(registrar: Page, number: str) -> None:
    registrar.goto("/registrar/people")
    registrar.get_by_role("link", name="See the requests").click()
    check(registrar)
    registrar.get_by_role("link", name=f"Request {number}").click()
    registrar.get_by_role("button", name="Take this request").click()
    expect(registrar.get_by_text(WRONG)).to_be_visible()
    expect(registrar.get_by_text("Nothing was recorded about this person since the request.")).to_be_visible()
    check(registrar)
    registrar.get_by_role("link", name="Correct name or address").click()
    registrar.get_by_label("Name", exact=True).fill("Julie Bàkker")
    registrar.get_by_label("It was recorded wrongly").check()
    registrar.get_by_role("button", name="Record").click()
    expect(registrar.get_by_text("The person says that it is wrong.")).to_be_visible()
    check(registrar)
    registrar.get_by_role("link", name=f"Request {number}").click()
    registrar.get_by_role("link", name="Answer that it was corrected").click()
    registrar.get_by_label("Name or e-mail address of a person corrected").check()
    registrar.get_by_label("What the officer reads").fill("It is written as you say from today on.")
    check(registrar)
    registrar.get_by_role("button", name="Answer the request").click()
    expect(registrar.get_by_text("Answered. The officer reads what was corrected.")).to_be_visible()
    check(registrar)
