"""Everything can be done with the keyboard alone, and one always sees where one is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bank import asked, right, starter_items
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.keyboard_steps import MOST_STOPS, answer_by_keys, tab_to
from tests.browser.officer_steps import AT_THE_CHECK, AT_THE_RESULT, IN_A_QUESTION
from tests.browser.signing import sign_in

PAGES = [
    ("", "/sign-in"),
    ("officer", "/tools"),
    ("officer", "/tools/sightline"),
    ("officer", "/modules/ai-limits"),
    ("officer", "/modules/ai-limits/lessons/03-base-rates"),
    ("supervisor", "/unit"),
    ("supervisor", "/unit/officers/DP-1004"),
    ("registrar", "/registrar/tools"),
    ("registrar", "/registrar/tools/sightline/register-version"),
    ("evaluator", "/evaluations/record"),
    ("trainer", "/content/ai-limits"),
    ("oversight", "/oversight/journal"),
]

#: Marks what the Tab key must reach: of the radio buttons of one name only one, since arrow keys reach the others.
MARK_STOPS = """() => {
    const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const names = new Set();
    let number = 0;
    for (const element of document.querySelectorAll(focusable)) {
        if (element.disabled || !element.checkVisibility()) continue;
        if (element.type === "radio") {
            const checked = document.querySelector(`input[type=radio][name="${element.name}"]:checked`);
            if (names.has(element.name) || (checked && checked !== element)) continue;
            names.add(element.name);
        }
        element.dataset.stop = number++;
    }
    return number;
}"""

#: The stop that has the focus, and what is wrong with how it shows that.
AT_STOP = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const shows = (one) => {
        const style = one && getComputedStyle(one);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    const box = element.getBoundingClientRect();
    const over = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), box.y + box.height / 2);
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const faults = [];
    if (!shows(element) && !shows(element.closest("label"))) faults.push("no visible focus");
    if (!inside) faults.push("focused out of sight");
    else if (over && !element.contains(over) && !over.contains(element)) faults.push("focused below something else");
    const which = element.outerHTML.slice(0, 120);
    return { stop: element.dataset.stop ?? null, faults: faults.map((fault) => `${fault}: ${which}`) };
}"""


@pytest.fixture
def page(server: DemoServer, open_page: Open) -> Page:
    return open_page(server)


def stops(page: Page) -> Iterator[dict]:
    """Press Tab until the focus leaves the page or comes round; yield where it is each time.

    A field for a date has a stop for each of its parts, and yet is one stop.
    """
    seen: list[str] = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(AT_STOP)
        if found is None or found["stop"] in seen[:-1]:
            return
        if found["stop"] not in seen:
            seen.append(found["stop"])
            yield found
    raise AssertionError(f"more than {MOST_STOPS} stops on {page.url}")


def open_as(page: Page, server: DemoServer, who: str, address: str) -> None:
    if who:
        sign_in(page, server, who)
    page.goto(address)


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_the_tab_key_reaches_every_control_and_one_sees_which(page: Page, server: DemoServer, who: str, address: str):
    open_as(page, server, who, address)
    expected = page.evaluate(MARK_STOPS)
    found = list(stops(page))
    assert [fault for stop in found for fault in stop["faults"]] == []
    assert [int(stop["stop"]) for stop in found] == list(range(expected)), "each once, in the order of the page"


@pytest.mark.parametrize(("who", "address"), [("", "/sign-in"), ("officer", "/tools"), ("supervisor", "/unit")])
def test_the_first_stop_skips_to_the_content(page: Page, server: DemoServer, who: str, address: str):
    open_as(page, server, who, address)
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_whole_quiz_is_done_by_keys_alone(own_server: DemoServer, open_page: Open):
    page = open_page(own_server)
    page.goto("/sign-in")
    tab_to(page, page.locator("#identifier"))
    page.keyboard.type("officer@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type(own_server.password)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("main .next a"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("main a[href$='/quiz?mode=assessment']"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("form:has(input[name=mode][value=assessment]) button"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(IN_A_QUESTION)
    while IN_A_QUESTION.search(page.url):
        address = page.url
        item = starter_items()[asked(page).get_attribute("data-item") or ""]
        answer_by_keys(page, asked(page), item, right(item))
        tab_to(page, page.locator("main button.primary"))
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, left=address: url != left)
    expect(page).to_have_url(AT_THE_CHECK)
    tab_to(page, page.locator("main button.primary"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(AT_THE_RESULT)
    expect(page.get_by_role("main")).to_contain_text("Passed: 8 of 8 points")
