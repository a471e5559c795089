"""A citizen's incident in a real browser without scripts: reported, asked about, stated on, closed, and read."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations, sideways_scroll
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in
from training_app.demo.incidents import ASKED

HAPPENED = "At the gate of the station two officers said that a machine had found me, and kept me for an hour."
SUMMARY = "Somebody was kept for an hour after a match. Which version and score led to it?"
STATEMENT = "Version 3.1, score 0.66: below the threshold in force."
TOLD = "The score was too low to stop anybody. The unit has been told so."
PUBLIC = "Officers now need a second person before they stop anybody."


def test_a_citizen_reports_follows_and_gets_an_answer(own_server: DemoServer, open_page: Open):
    server = own_server
    citizen = open_page(server, scripts=False, width=390)
    oversight, registrar = (open_page(server, scripts=False) for _ in range(2))
    sign_in(oversight, server, "oversight")
    sign_in(registrar, server, "registrar")

    code = _report(citizen)
    number = _take_and_ask(oversight)
    _answer(citizen, code)
    _ask_for_a_statement(oversight, number)
    _state(registrar, number)
    _close(oversight, number)
    _read_the_outcome(citizen, code)
    assert citizen.context.cookies() == [], "nothing follows whoever reported"
    _read_by_anybody_else(open_page(server, width=320, scheme="dark"), code)


def check(page: Page) -> None:
    """What can be looked at without scripts; axe looks at every page that has an address in `test_every_route`."""
    assert sideways_scroll(page) == []
    assert page.locator("h1").count() == 1


def _read_by_anybody_else(reader: Page, code: str) -> None:
    reader.goto("/public/tools/sightline")  # the citizen's browser may show for minutes what it has kept
    expect(reader.get_by_text(PUBLIC)).to_be_visible()
    _open(reader, code)
    expect(reader.get_by_text(TOLD).first).to_be_visible()
    assert axe_violations(reader) + sideways_scroll(reader) == []
    _open(reader, ASKED)
    expect(reader.get_by_label("Your answer")).to_be_visible()
    assert axe_violations(reader) + sideways_scroll(reader) == []
    reader.goto("/public/report-an-incident")
    reader.get_by_label("What happened?").fill("They asked for me by my number, +32 470 12 34 56.")
    reader.get_by_label("Something else, or I cannot say").check()
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_label("Send it as it is")).to_be_visible()
    assert axe_violations(reader) + sideways_scroll(reader) == []
    reader.get_by_label("Send it as it is").check()
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    assert axe_violations(reader) + sideways_scroll(reader) == []


def _report(citizen: Page) -> str:
    citizen.goto("/public/")
    citizen.get_by_role("link", name="Tools in use").first.click()
    citizen.get_by_role("link", name="Sightline Face Matching").first.click()
    citizen.get_by_role("link", name="Report an incident with this tool").click()
    check(citizen)
    citizen.get_by_role("button", name="Send the report").click()
    expect(citizen.get_by_role("link", name="Say what happened.")).to_be_visible()
    check(citizen)
    citizen.get_by_label("What happened?").fill(HAPPENED)
    citizen.get_by_label("Somebody was held, arrested or accused").check()
    citizen.get_by_label("What would you like?").fill("To know why.")
    citizen.get_by_role("button", name="Send the report").click()
    expect(citizen.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    check(citizen)
    code = citizen.locator(".receipt-code").inner_text().strip()
    assert len(re.findall(r"[2-9A-Z]{4}", code)) == 6, code
    assert not re.search(r"[2-9A-Z]{4}-", citizen.url)
    return code


def _take_and_ask(oversight: Page) -> str:
    oversight.goto("/oversight/")
    oversight.get_by_role("link", name="2 incidents that citizens reported wait to be taken").click()
    expect(oversight).to_have_url(re.compile("/oversight/incidents$"))
    check(oversight)
    oversight.get_by_role("link", name="Incident 5").click()
    expect(oversight.get_by_text(HAPPENED)).to_be_visible()
    oversight.get_by_role("button", name="Take this incident").click()
    oversight.get_by_role("link", name="Ask whoever reported").click()
    oversight.get_by_label("What do you need to know?").fill("Was it in the morning or in the evening?")
    oversight.get_by_role("button", name="Send the question").click()
    expect(oversight.get_by_text("Question open")).to_be_visible()
    check(oversight)
    return oversight.url.rpartition("/")[2]


def _open(citizen: Page, code: str) -> None:
    citizen.goto("/public/report-an-incident")
    citizen.get_by_role("link", name="I have a code already").click()
    check(citizen)
    citizen.get_by_label("Receipt code").fill(code.lower())
    citizen.get_by_role("button", name="Show the report").click()


def _answer(citizen: Page, code: str) -> None:
    _open(citizen, code[:-1])
    expect(citizen.get_by_role("link", name="This is no receipt code")).to_be_visible()
    _open(citizen, code)
    check(citizen)
    citizen.get_by_label("Your answer").fill("In the evening.")
    citizen.get_by_role("button", name="Send the answer").click()
    expect(citizen.get_by_text("Your answer is sent.")).to_be_visible()
    check(citizen)


def _ask_for_a_statement(oversight: Page, number: str) -> None:
    oversight.goto(f"/oversight/incidents/{number}")
    expect(oversight.get_by_text("In the evening.")).to_be_visible()
    oversight.get_by_role("link", name="Ask the agency for a statement").click()
    oversight.get_by_label("What the registrars read").fill(SUMMARY)
    check(oversight)
    oversight.get_by_role("button", name="Send the summary").click()
    expect(oversight.get_by_text("Asked. The statement appears here.")).to_be_visible()


def _state(registrar: Page, number: str) -> None:
    registrar.goto("/registrar/tools")
    registrar.get_by_role("link", name="See what is asked").click()
    check(registrar)
    registrar.get_by_role("link", name=re.compile(f"^Incident {number}")).click()
    expect(registrar.get_by_text(SUMMARY)).to_be_visible()
    expect(registrar.get_by_text("kept me for an hour")).to_have_count(0)
    check(registrar)
    registrar.get_by_label("Statement of the agency").fill(STATEMENT)
    registrar.get_by_role("button", name="Send the statement").click()
    expect(registrar.get_by_text("Sent to the oversight body.")).to_be_visible()


def _close(oversight: Page, number: str) -> None:
    oversight.goto(f"/oversight/incidents/{number}")
    expect(oversight.get_by_text(STATEMENT)).to_be_visible()
    oversight.get_by_role("link", name="Close it with an outcome").click()
    oversight.get_by_label("A fault in how the tool was used").check()
    oversight.get_by_label("What whoever reported reads").fill(TOLD)
    oversight.get_by_label("A sentence for the public").fill(PUBLIC)
    check(oversight)
    oversight.get_by_role("button", name="Close the incident").click()
    expect(oversight.get_by_text("Closed. Whoever reported can read the outcome.")).to_be_visible()
    check(oversight)


def _read_the_outcome(citizen: Page, code: str) -> None:
    _open(citizen, code)
    for told in ("The tool was used wrongly.", TOLD, "Oversight asked the agency for a statement"):
        expect(citizen.get_by_text(told).first).to_be_visible()
    expect(citizen.get_by_text(STATEMENT)).to_have_count(0)
    check(citizen)
