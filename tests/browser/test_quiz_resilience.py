"""No answer is lost and nothing counts twice: offline, over an expired session, in two tabs, after a crash."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bank import right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.officer_steps import (
    AT_THE_CHECK,
    AT_THE_RESULT,
    IN_A_QUESTION,
    answer_every_question,
    confirm,
    confirm_and_leave,
    follow,
    go_to,
    start,
)
from tests.browser.signing import sign_in, sign_out

MODULE = "/modules/ai-limits"
NO_CONNECTION = "ERR_INTERNET_DISCONNECTED"
SIGNED_OUT = "status 401"


def at_first_question(page: Page, server: DemoServer) -> Page:
    """Sign in and start the quiz."""
    sign_in(page, server, "officer")
    page.goto(MODULE)
    start(page)
    return page


def go_on_to_single_choice(page: Page) -> None:
    """Go on until a question has one answer only; the paper is drawn by lot."""
    while page.locator("input[name=answer][type=radio]").count() == 0:
        address, _, number = page.url.rpartition("/")
        page.goto(f"{address}/{int(number) + 1}")


def option(page: Page, number: int) -> Locator:
    return page.locator("input[name=answer]").nth(number)


def status_line(page: Page) -> Locator:
    return page.locator("[data-save-status]")


def saved(server: DemoServer) -> list[list[str]]:
    """Return the options of every answer that the server has, in the order of their sequence."""
    return [json.loads(options) for (options,) in server.rows("SELECT options FROM answer ORDER BY sequence")]


def end_session(server: DemoServer) -> None:
    """Let more time pass than a session may be idle."""
    server.write("UPDATE browser_session SET seen_at = strftime('%Y-%m-%d %H:%M:%f000', seen_at, '-2 hours')")


def test_an_answer_given_without_connection_is_kept_and_sent_when_it_is_back(own_server: DemoServer, open_page: Open):
    page = at_first_question(open_page(own_server, expected=NO_CONNECTION), own_server)
    go_on_to_single_choice(page)
    page.context.set_offline(True)
    option(page, 0).check()
    expect(status_line(page)).to_contain_text("Not saved yet. Your answer is kept on this device")
    option(page, 1).check()
    expect(status_line(page)).to_contain_text("Not saved yet")
    assert saved(own_server) == []
    page.context.set_offline(False)
    expect(status_line(page)).to_contain_text("Saved at")
    assert saved(own_server)[-1] == [option(page, 1).get_attribute("value")]
    page.reload()
    expect(option(page, 1)).to_be_checked()
    expect(option(page, 0)).not_to_be_checked()


def test_an_answer_kept_on_the_device_is_sent_from_the_next_page_of_the_attempt(
    own_server: DemoServer, open_page: Open
):
    page = at_first_question(open_page(own_server, expected=NO_CONNECTION), own_server)
    chosen, address = option(page, 0).get_attribute("value"), page.url
    page.context.set_offline(True)
    option(page, 0).check()
    expect(status_line(page)).to_contain_text("Not saved yet")
    page.close()
    page.context.set_offline(False)
    assert saved(own_server) == []
    later = page.context.new_page()
    with later.expect_response(lambda response: response.request.method == "POST") as sent:
        later.goto(address.replace("/questions/1", "/check"))
    assert sent.value.ok
    assert saved(own_server) == [[chosen]]


def test_signing_out_sends_first_asks_where_that_fails_and_leaves_nothing_on_the_device(
    own_server: DemoServer, open_page: Open
):
    page = at_first_question(open_page(own_server, expected="ERR_FAILED"), own_server)
    page.route("**/questions/*", lambda route: route.abort())
    option(page, 0).check()
    expect(status_line(page)).to_contain_text("Not saved yet")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("[data-sign-out] button").click()
    expect(page.locator("[data-sign-out]")).to_be_visible()
    assert "on this device only" in asked[0]
    assert saved(own_server) == []
    page.unroute("**/questions/*")
    chosen = option(page, 0).get_attribute("value")
    sign_out(page)
    assert saved(own_server) == [[chosen]]
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_cannot_be_sent_is_deleted_once_its_officer_is_signed_out_and_chose_so(
    own_server: DemoServer, open_page: Open
):
    page = at_first_question(open_page(own_server, expected="ERR_FAILED"), own_server)
    page.route("**/questions/*", lambda route: route.abort())
    page.route("**/sign-out", lambda route: route.abort())
    option(page, 0).check()
    expect(status_line(page)).to_contain_text("Not saved yet")
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/sign-out")):
        page.locator("[data-sign-out] button").click()
    page.wait_for_function("location.protocol === 'chrome-error:'")
    page.unroute("**/sign-out")
    page.goto("/tools")
    assert page.evaluate("Object.keys(localStorage)") != [], "signing out failed, so that it is still theirs"
    sign_out(page)
    page.wait_for_function("Object.keys(localStorage).length === 0")


def test_coming_back_resumes_at_the_first_question_without_an_answer(own_server: DemoServer, open_page: Open):
    page = at_first_question(open_page(own_server), own_server)
    for _question in range(2):
        option(page, 0).check()
        confirm_and_leave(page)
    page.close()
    back = page.context.new_page()
    back.goto("/tools")
    back.locator("main .next a").click()
    expect(back).to_have_url(re.compile("/questions/3$"))
    back.goto(back.url.replace("/questions/3", "/questions/1"))
    expect(option(back, 0)).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_answer_that_meets_an_expired_session_is_there_after_signing_in_again(
    own_server: DemoServer, open_page: Open, scripts: bool
):
    page = at_first_question(open_page(own_server, scripts=scripts, expected=SIGNED_OUT), own_server)
    chosen = option(page, 1).get_attribute("value")
    end_session(own_server)
    option(page, 1).check()
    if scripts:
        expect(status_line(page)).to_contain_text("You are signed out. Your answer is kept.")
    confirm(page)
    expect(page.get_by_text("Your session ended. Sign in and your answer is saved.")).to_be_visible()
    assert saved(own_server) == []
    sign_in(page, own_server, "officer")
    expect(page).to_have_url(IN_A_QUESTION)
    assert saved(own_server)[-1] == [chosen]
    page.goto(re.sub(r"/questions/\d+$", "/questions/1", page.url))
    expect(option(page, 1)).to_be_checked()


def test_submitting_in_two_tabs_makes_one_award(own_server: DemoServer, open_page: Open):
    page = at_first_question(open_page(own_server), own_server)
    withdrawn = "SELECT version_id FROM version_fact WHERE change = 'withdrawn'"
    tools = own_server.value(
        "SELECT count(DISTINCT v.tool_id) FROM tool_version v JOIN version_fact f ON f.version_id = v.id "
        f"WHERE f.change = 'released' AND v.id NOT IN ({withdrawn})"
    )
    before = own_server.value("SELECT count(*) FROM award")
    answer_every_question(page, right)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.evaluate("document.querySelector('main form').requestSubmit()")
    for tab in (page, other):
        expect(tab).to_have_url(AT_THE_RESULT)
        expect(tab.get_by_text("You are certified on Sightline Face Matching 3.2")).to_be_visible()
    assert own_server.value("SELECT count(*) FROM award") == before + tools  # every tool in use asks for this module
    assert own_server.value("SELECT count(*) FROM submission") == 1


def test_going_back_after_submitting_shows_the_result_and_changes_nothing(own_server: DemoServer, open_page: Open):
    page = at_first_question(open_page(own_server), own_server)
    answer_every_question(page, right)
    confirm(page)
    expect(page).to_have_url(AT_THE_RESULT)
    result = page.url
    page.go_back()
    if AT_THE_CHECK.search(page.url):  # the browser may show what it had
        confirm(page)
    expect(page).to_have_url(result)
    page.goto(result.replace("/result", "/questions/1"))
    expect(page).to_have_url(result)
    assert own_server.value("SELECT count(*) FROM submission") == 1


def test_an_answer_saved_before_a_crash_of_the_server_is_there_after_it(own_server: DemoServer, open_page: Open):
    page = at_first_question(open_page(own_server), own_server)
    option(page, 1).check()
    expect(status_line(page)).to_contain_text("Saved at")
    own_server.kill()
    assert not own_server.answers()
    own_server.start()
    page.reload()
    expect(option(page, 1)).to_be_checked()
    go_to(page, "/tools")
    follow(page, "*=/attempts/")
    expect(page).to_have_url(re.compile("/questions/2$"))
