"""What a trainer does in the pages when writing a module, as the pages themselves lead."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.browser.officer_steps import confirm, heading

IN_A_DRAFT = re.compile(r"/content/drafts/\d+(#\w+)?$")
AN_ITEM = re.compile(r"/content/drafts/\d+/items/item-\d+$")

OUTLINE = {
    "summary_en": "When a body camera records, and who may see what it recorded.",
    "subject_area": "data-protection",
    "law_as_of": "2026-11-22",
    "objectives-0-id": "when-to-record",
    "objectives-0-text_en": "decide when to record",
    "sources-0-id": "led-4",
    "sources-0-text": "Directive (EU) 2016/680 (Law Enforcement Directive), art. 4",
}
LESSON = {
    "minutes": "4",
    "body": "A camera records people who did nothing. Record where the rules say so [@led-4].\n\n"
    "## Before you press record\n\nSay that you record. Look at who else is in the picture.",
}
PLAN = {"blueprint-0-items": "3", "cut_score": "80", "open_days": "14"}

Typed = Mapping[str, str]


def choice(stem: str, *options: str) -> Typed:
    """Return what is typed for a question whose second option is right."""
    typed = {"question-stem_en": stem}
    for number, option in enumerate(options):
        typed[f"question-options-{number}-text_en"] = option
        typed[f"question-options-{number}-feedback_en"] = "Yes." if number == 1 else "No: read the rules again."
    return typed


TOLD = {"question-right_en": "Yes.", "question-wrong_en": "Read the lesson again."}

ITEMS: tuple[tuple[str, Typed, tuple[str, ...]], ...] = (
    ("single-choice", choice("When do you record?", "Always", "Where the rules say so", "Never"), ("question-key-1",)),
    ("single-choice", choice("Who is told?", "Nobody", "Who is recorded"), ("question-key-1",)),
    ("single-choice", choice("Who may delete?", "You", "Who keeps the records"), ("question-key-1",)),
    (
        "multiple-response",
        choice("What is personal data?", "A tree", "A face", "A number plate"),
        ("question-key-1", "question-key-2"),
    ),
    (
        "true-false-reason",
        {
            "question-stem_en": "A camera that is on records everybody in sight.",
            "question-true_en": "Yes.",
            "question-false_en": "It does not choose.",
            "question-reasons-0-text_en": "It does not choose",
            "question-reasons-0-feedback_en": "Yes.",
            "question-reasons-1-text_en": "It follows the suspect",
            "question-reasons-1-feedback_en": "It does not know who that is.",
        },
        ("question-verdict-0", "question-reason-0"),
    ),
    (
        "matching",
        {
            "question-stem_en": "Who may see it?",
            "question-matches-0-text_en": "The court",
            "question-matches-1-text_en": "Nobody",
            "question-prompts-0-text_en": "A recording that is evidence",
            "question-prompts-0-feedback_en": "The court.",
            "question-prompts-1-text_en": "A recording that was deleted",
            "question-prompts-1-feedback_en": "Nobody.",
        },
        ("question-prompts-0-match=m1", "question-prompts-1-match=m2"),
    ),
    (
        "ordering",
        {
            "question-stem_en": "In which order?",
            **{f"question-options-{n}-text_en": step for n, step in enumerate(("Look", "Say it", "Record"))},
            **{f"question-options-{n}-feedback_en": "In this order." for n in range(3)},
        },
        (),
    ),
    (
        "numeric",
        {
            "question-stem_en": "How many days is it kept?",
            "question-value": "30",
            "question-tolerance": "0",
            "question-unit_en": "days",
            **TOLD,
        },
        (),
    ),
    ("short-text", {"question-stem_en": "What is on the shoulder?", "question-accepted_en": "camera", **TOLD}, ()),
    (
        "marking-up",
        {
            "question-stem_en": "Mark the unit that records too much.",
            "question-columns-0-heading_en": "Unit",
            "question-columns-1-heading_en": "Hours",
            "question-rows-0-cells_en-0": "North",
            "question-rows-0-cells_en-1": "3",
            "question-rows-0-feedback_en": "As much as is asked.",
            "question-rows-1-cells_en-0": "South",
            "question-rows-1-cells_en-1": "300",
            "question-rows-1-feedback_en": "A hundred times as much.",
        },
        ("question-key-1",),
    ),
)
"""Ten items, each with its kind, what is typed, and what is ticked or chosen."""


def type_in(page: Page, typed: Typed) -> None:
    for name, text in typed.items():
        page.locator(f"#{name}").fill(text)


def do_next(page: Page, title: str) -> None:
    """Follow what the draft's page says to do next, which is *title*."""
    expect(page.locator("main .next h2")).to_have_text(title)
    page.locator("main .next a").click()


def write_item(page: Page, kind: str, typed: Typed, chosen: tuple[str, ...], *, then: str) -> None:
    """On the page that adds an item, add and write one of *kind*, and press the button *then*."""
    page.locator(f"input[name=kind][value={kind}]").check()
    page.locator("#objective").select_option("when-to-record")
    page.locator("#level").select_option("apply")
    confirm(page)
    expect(page).to_have_url(AN_ITEM)
    type_in(page, typed)
    for one in chosen:
        name, _equals, option = one.partition("=")
        if option:
            page.locator(f"#{name}").select_option(option)
        else:
            page.locator(f"#{name}").check()
    page.locator("input[name=sources]").first.check()
    page.get_by_role("button", name=then, exact=True).click()


def write_module(page: Page) -> str:
    """From the list of content, write a whole module as the pages lead; return the address of its draft."""
    page.get_by_role("link", name="Write a new module").click()
    type_in(page, {"title": "Body cameras", "slug": "body-cameras", "subject_area": OUTLINE["subject_area"]})
    confirm(page)
    expect(page).to_have_url(IN_A_DRAFT)
    draft = page.url
    do_next(page, "Say what the module teaches")
    type_in(page, OUTLINE)
    confirm(page)
    do_next(page, "Write the lessons")
    type_in(page, {"title": "When to record"})
    confirm(page)
    type_in(page, LESSON)
    page.locator("#objective").select_option("when-to-record")
    page.locator("input[name=sources]").first.check()
    confirm(page)
    do_next(page, "Write the items of the quiz")
    for number, (kind, typed, chosen) in enumerate(ITEMS, start=1):
        write_item(page, kind, typed, chosen, then="Save" if number == len(ITEMS) else "Save and add the next item")
    do_next(page, "Say how papers are drawn")
    page.locator("#blueprint-0-objective").select_option("when-to-record")
    type_in(page, PLAN)
    confirm(page)
    expect(page.locator("main .next h2")).to_have_text("Put it up for review")
    assert heading(page) == "Body cameras"
    return draft
