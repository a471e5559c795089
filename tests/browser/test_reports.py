"""The loop of a report in a real browser: from an officer's two minutes to a new version whose assessment names it."""

import re

from playwright.sync_api import Page, expect

from tests.browser import registrar_steps as registrar
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.officer_steps import confirm
from tests.browser.signing import sign_in
from tests.browser.test_conduct import check

HAPPENED = "Two women with a headscarf came first, and neither looks like the picture."
WITH_A_NUMBER = f"{HAPPENED} DP-1003 saw it too."
LESSON = "With a dark picture a high score is no lead: stop, and say why."
TOLD = "You were right: 3.2 cannot tell headscarves apart. It is suspended, and the vendor mends it."


def test_a_report_ends_in_a_new_version_whose_assessment_names_it(own_server: DemoServer, open_page: Open):
    server = own_server
    officer, first, second = (open_page(server) for _ in range(3))
    sign_in(officer, server, "officer1")
    sign_in(first, server, "registrar")
    sign_in(second, server, "registrar2")

    number = _report(officer)
    _take_and_ask(first, number)
    _answer(officer, number)
    _suspend(first, number)
    _have_the_training_changed(first, number)
    _decide(first, number)
    _sign(second, number)
    _see_the_end(officer, number)
    _answer_it_with_a_revision(open_page(server), open_page(server), server, number)
    _see_what_was_changed_and_ask_officers_for_it(officer, first, number)
    _name_it_in_the_assessment_of_a_new_version(first, second, number)

    officer.goto(f"/my-reports/{number}")
    named = "The assessment of the way from 3.2 to 3.3 names this report"
    expect(officer.get_by_text(named)).to_be_visible()
    check(officer)
    first.goto(f"/reports/{number}")
    first.get_by_role("link", name=re.compile("^Read the assessment.*names this report")).click()
    expect(first.get_by_role("link", name=re.compile(f"^Report {number}: Biased result"))).to_be_visible()
    check(first)


def _report(officer: Page) -> str:
    officer.goto("/modules/ai-limits/lessons/04-thresholds-and-scores")
    expect(officer.get_by_text("Have you met such a result at work?")).to_be_visible()
    officer.goto("/tools/sightline")
    officer.get_by_role("link", name=re.compile(r"^Report a wrong or biased result.*3\.2$")).click()
    check(officer)
    expect(officer.get_by_label("Which tool and version?")).not_to_have_value("")
    officer.get_by_label("A biased result").check()
    officer.get_by_label("What happened?").fill(WITH_A_NUMBER)
    officer.get_by_label("Nothing was done on it").check()
    officer.get_by_label("What did you do instead?").fill("Set both aside and asked a colleague.")
    officer.get_by_label("Religion or belief").check()
    officer.get_by_role("button", name="Send the report").click()
    expect(officer.get_by_text("“DP-1003” looks like a service number")).to_be_visible()
    check(officer)
    officer.get_by_label("What happened?").fill(HAPPENED)
    officer.get_by_role("button", name="Send the report").click()
    expect(officer.get_by_text("You reported it")).to_be_visible()
    check(officer)
    return officer.url.rpartition("/")[2]


def _take_and_ask(first: Page, number: str) -> None:
    first.goto("/registrar/tools")
    expect(first.get_by_text("2 reports wait to be acknowledged.")).to_be_visible()
    first.get_by_role("link", name="See the reports").click()
    first.get_by_role("link", name=re.compile(f"^Report {number}")).click()
    expect(first.get_by_text(HAPPENED)).to_have_count(0)
    first.get_by_role("button", name="Take this report").click()
    expect(first.get_by_text(HAPPENED)).to_be_visible()
    first.get_by_role("link", name="Ask whoever reported").click()
    check(first)
    first.get_by_label("What do you need to know?").fill("Which threshold was set?")
    first.get_by_role("button", name="Send the question").click()
    expect(first.get_by_text("Question open")).to_be_visible()
    check(first)


def _answer(officer: Page, number: str) -> None:
    officer.goto("/tools")
    officer.get_by_role("link", name=f"Answer the question on report {number}").click()
    officer.get_by_label("Your answer").fill("80, the agency's own.")
    officer.get_by_role("button", name="Send the answer").click()
    expect(officer.get_by_text("Your answer is sent.")).to_be_visible()
    check(officer)


def _suspend(first: Page, number: str) -> None:
    first.goto(f"/reports/{number}")
    expect(first.get_by_text("80, the agency's own.")).to_be_visible()
    first.get_by_role("link", name="Suspend version 3.2 at once").click()
    first.get_by_label("What is unsafe?").fill("Women with a headscarf come back for one another.")
    first.get_by_role("button", name="Suspend 3.2 now").click()
    expect(first.get_by_text("Version 3.2 was suspended for safety")).to_be_visible()
    check(first)


def _have_the_training_changed(first: Page, number: str) -> None:
    first.goto(f"/reports/{number}")
    first.get_by_role("link", name="Have the training changed").click()
    first.get_by_label("In which module?").select_option("ai-limits")
    first.get_by_label("What should officers learn from it?").fill(LESSON)
    check(first)
    first.get_by_role("button", name="Record it").click()
    expect(first.get_by_text("The training is to be changed: ").first).to_be_visible()


def _answer_it_with_a_revision(author: Page, reviewer: Page, server: DemoServer, number: str) -> None:
    """An author finds the wish without a word of the report and changes the module; another publishes it."""
    sign_in(author, server, "trainer")
    sign_in(reviewer, server, "trainer2")
    author.goto("/content")
    author.get_by_role("link", name=re.compile(f", report {number}$")).click()
    expect(author.get_by_text(LESSON)).to_be_visible()
    expect(author.get_by_text(HAPPENED)).to_have_count(0)
    check(author)
    author.get_by_role("button", name="Open a draft for it").click()
    expect(author.get_by_text(f"Answers report {number}").first).to_be_visible()
    check(author)
    draft = author.url
    author.get_by_role("link", name="Change title, objectives and sources").click()
    author.locator("#summary_en").fill("What AI tools get wrong, for whom, and what you do about it.")
    confirm(author)
    author.goto(draft)
    author.locator("#note").fill("Dark pictures are told now.")
    author.get_by_role("button", name="Put up for review").click()
    expect(author.get_by_text(f"Answers report {number}").first).to_be_visible()
    reviewer.goto(author.url)
    expect(reviewer.get_by_text(f"Answers report {number}").first).to_be_visible()
    reviewer.get_by_role("button", name=re.compile("^Approve")).click()
    expect(reviewer.get_by_text("Approved and published").first).to_be_visible()
    reviewer.goto("/content/ai-limits/changes")
    expect(reviewer.get_by_text(f"Answers report {number} of a wrong or biased result.")).to_be_visible()


def _see_what_was_changed_and_ask_officers_for_it(officer: Page, first: Page, number: str) -> None:
    for page in (officer, first):
        page.goto(f"/{'my-' if page is officer else ''}reports/{number}")
        expect(page.get_by_text("The training was changed: ").first).to_be_visible()
        expect(page.get_by_text("What came of it: 1 part changed.")).to_be_visible()
        check(page)
    first.get_by_role("link", name=re.compile("^Ask officers certified on 3.2: ")).click()
    expect(first.get_by_label(re.compile(f"^Report {number}: Biased result"))).to_be_checked()
    expect(first.locator("input[name=modules][value=ai-limits]")).to_be_checked()
    first.locator("input[name=level][value='1']").check()
    first.locator("input[name=modules][value=ai-limits]").uncheck()
    first.locator("#what_changed").fill("With a dark picture a high score is no lead.")
    check(first)
    confirm(first)
    expect(first.get_by_role("link", name=re.compile(f"^Report {number}: Biased result"))).to_be_visible()
    first.goto(f"/reports/{number}")
    expect(first.get_by_text("Officers certified on version 3.2 are asked for more").first).to_be_visible()


def _decide(first: Page, number: str) -> None:
    first.goto(f"/reports/{number}")
    first.get_by_role("link", name="Decide how it ends").click()
    first.get_by_label("A cause was found").check()
    first.get_by_label("What whoever reported reads").fill(TOLD)
    check(first)
    first.get_by_role("button", name="Send for the second signature").click()
    expect(first.get_by_text("Your decision waits for an independent registrar.")).to_be_visible()
    expect(first.get_by_role("button", name="Sign and close the report")).to_have_count(0)
    check(first)


def _sign(second: Page, number: str) -> None:
    second.goto(f"/reports/{number}")
    expect(second.get_by_text(HAPPENED)).to_be_visible()
    expect(second.get_by_text("Ruben Almeida")).to_have_count(0)
    check(second)
    second.get_by_role("button", name="Sign and close the report").click()
    expect(second.get_by_text("Signed and closed")).to_be_visible()
    check(second)


def _see_the_end(officer: Page, number: str) -> None:
    officer.goto(f"/my-reports/{number}")
    for told in ("Version 3.2 was suspended for safety", "A cause was found", TOLD):
        expect(officer.get_by_text(told)).to_be_visible()
    check(officer)


def _name_it_in_the_assessment_of_a_new_version(first: Page, second: Page, number: str) -> None:
    version_page = registrar.register(first, "3.3", replaces="3.2")
    registrar.open_way(first, version_page, "3.2")
    first.locator("input[name=level][value='2']").check()
    first.locator("input[name=modules][value=sightline-3-3]").check()
    first.locator("#what_changed").fill("Trained anew with pictures of people who cover their hair.")
    first.get_by_label(re.compile(f"^Report {number}: Biased result, version 3.2")).check()
    check(first)
    confirm(first)
    expect(first).to_have_url(version_page)
    registrar.sign_way(second, version_page, start="3.2")
