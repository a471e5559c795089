"""Labs in a real browser: the script counts as Python does, draws as the server does, and is not needed."""

import re
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from courses.labs import Placed, read_lab
from courses.labs.rounding import Writing
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from training_app.views.labs import models
from training_app.views.sample_lesson import SAMPLE_LESSON

BLOCKS = re.findall(r"^```([a-z-]+)\n(.*?)^```$", SAMPLE_LESSON, re.MULTILINE | re.DOTALL)
LABS: dict[str, Any] = {
    kind: Placed(read_lab(kind, text)[0], number, 2) for number, (kind, text) in enumerate(BLOCKS, start=1)
}
VERDICTS = {"met": "at least 80%", "failed": "below 80%", "none": "everybody is flagged"}
OUTPUTS = {
    "base-rate": models.base_rate_outputs,
    "bias-threshold": lambda lab, chosen, write: models.bias_threshold_outputs(lab, chosen, write, VERDICTS),
    "feedback-loop": models.feedback_loop_outputs,
}
GRIDS: dict[str, dict[str, range | tuple[int, ...]]] = {
    "base-rate": {"wanted": range(15), "found": range(10), "flagged": range(0, 13, 2)},
    "bias-threshold": {"threshold": range(102)},
    "feedback-loop": {
        "first": (0, 3, 4, 11, 19),
        "second": (0, 4, 10),
        "reported": (0, 3, 10),
        "method": (0, 1, 2),
        "month": (0, 1, 12),
    },
}
SET_AND_READ = """([id, settings]) => settings.map((chosen) => {
    const lab = document.getElementById(id);
    for (const [name, index] of Object.entries(chosen)) {
        for (const dial of lab.querySelectorAll(`[data-dial="${name}"]`)) {
            if (dial.type === "radio") dial.checked = Number(dial.value) === index;
            else dial.value = index;
        }
    }
    lab.querySelector("[data-dial]").dispatchEvent(new Event("input", { bubbles: true }));
    const shown = {};
    for (const place of lab.querySelectorAll("[data-out]")) {
        const name = place.dataset.out;
        if (name in shown && shown[name] !== place.textContent) return `two values of ${name}`;
        shown[name] = place.textContent;
    }
    return shown;
})"""
DRAWN = """(id) => {
    const PLACES = ["x1", "y1", "y2", "cy", "points", "transform"];
    const numbers = (text) => (text ?? "").match(/-?[0-9.]+/g)?.map(Number) ?? [];
    return [...document.querySelectorAll(`#${id} .lab-drawing > svg *, #${id} tr`)].map((part) => [
        part.tagName, part.getAttribute("class"), part.getAttribute("visibility") === "hidden", part.hidden ?? false,
        ...PLACES.map((name) => numbers(part.getAttribute(name))),
    ]);
}"""


@pytest.fixture
def guide(server: DemoServer, open_page: Open) -> Page:
    page = open_page(server)
    page.goto("/styleguide")
    expect(page.locator("html")).to_have_attribute("data-labs", "live")
    return page


@pytest.mark.parametrize("kind", GRIDS)
def test_the_script_shows_every_number_as_python_counts_it(guide: Page, kind: str):
    placed, grid = LABS[kind], GRIDS[kind]
    settings = [dict(zip(grid, chosen, strict=True)) for chosen in product(*grid.values())]
    shown = guide.evaluate(SET_AND_READ, [placed.id, settings])
    assert isinstance(shown[0], dict), shown[0]
    named = set(shown[0])
    for chosen, found in zip(settings, shown, strict=True):
        counted = OUTPUTS[kind](placed.lab, chosen, Writing())
        assert found == {name: text for name, text in counted.items() if name in named}, chosen


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("base-rate", {"wanted": 12, "found": 2, "flagged": 4}),
        ("bias-threshold", {"threshold": 41}),
        ("feedback-loop", {"first": 3, "second": 5, "reported": 1, "method": 1, "month": 7}),
    ],
)
def test_the_script_draws_what_the_server_draws(guide: Page, kind: str, chosen: dict[str, int]):
    lab = LABS[kind].id
    before = guide.evaluate(DRAWN, lab)
    guide.evaluate(SET_AND_READ, [lab, [chosen]])
    by_script = guide.evaluate(DRAWN, lab)
    guide.goto("/styleguide?" + "&".join(f"{lab}-{name}={index}" for name, index in chosen.items()))
    assert by_script == guide.evaluate(DRAWN, lab)
    assert by_script != before


def test_a_dial_is_moved_by_keys_and_by_its_buttons_and_says_what_it_came_to(guide: Page):
    lab = guide.locator("#lab-2")
    dial = lab.get_by_role("slider", name="Threshold")
    dial.focus()
    guide.keyboard.press("ArrowLeft")
    expect(dial).to_have_attribute("aria-valuetext", "62")
    lab.get_by_role("button", name="More: Threshold").click()
    lab.get_by_role("button", name="More: Threshold").click()
    expect(dial).to_have_value("64")
    finding = lab.locator("[data-finding]")
    expect(finding).to_contain_text("Threshold 64.")
    expect(lab.get_by_role("status")).to_have_text(finding.inner_text(), use_inner_text=False)
    expect(lab.get_by_role("button", name="Show the result")).to_be_hidden()
    assert guide.url.endswith("/styleguide")


def test_all_of_it_works_without_the_script(server: DemoServer, open_page: Open):
    page = open_page(server, scripts=False, width=320)
    page.goto("/styleguide")
    page.locator("#lab-2").get_by_role("button", name="More: Threshold").click()
    expect(page.locator("#lab-2 [data-finding]")).to_contain_text("Threshold 64.")
    assert page.url.endswith("#lab-2")
    page.locator("#lab-2 input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#lab-2").get_by_role("button", name="Show the result").click()
    expect(page.locator("#lab-2 [data-finding]")).to_contain_text("Threshold 65.")
    page.locator("#lab-4").get_by_role("button", name="Run all twelve months").click()
    expect(page.locator("#lab-4 [data-finding]")).to_contain_text("Month 12:")
    expect(page.locator("#lab-2 [data-finding]")).to_contain_text("Threshold 65.")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_is_checked_at_its_place_and_an_officers_rate_is_theirs_alone(
    server: DemoServer, open_page: Open, scripts: bool
):
    page = open_page(server, scripts=scripts)
    page.goto("/styleguide")
    spot, review = page.locator("#lab-3"), page.locator("#lab-5")
    spot.get_by_label("Tool 2").check()
    spot.get_by_label("False positive rate").check()
    spot.get_by_role("button", name="Check my answer").click()
    expect(spot).to_contain_text("Right: that tool, and that measure")
    for number in range(1, 6):
        review.get_by_role("group", name=f"Hit {number}:").get_by_label("Accept").check()
    review.get_by_role("button", name="See how I did").click()
    expect(review).to_contain_text("You accepted 3 of 3 suggestions that should not be accepted.")
    if scripts:
        expect(review).to_be_focused()
        assert page.url.endswith("/styleguide")
        expect(spot).to_contain_text("Right: that tool, and that measure")
    else:
        assert page.url.endswith("#lab-5")
