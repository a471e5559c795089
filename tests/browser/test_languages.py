"""Every language that is offered is whole: no page shows a sentence that is the same as in English."""

import re
from collections.abc import Collection, Iterator

import pytest
from playwright.sync_api import Page, expect

from config import Config
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.officer_steps import confirm, start
from tests.browser.routes import PAGES, VISITOR
from tests.browser.signing import sign_in
from training_app import languages

#: Which page, and everything that it says.
Said = tuple[str, set[str]]

ENGLISH = languages.SOURCE_LANGUAGE

#: For developers, in English only.
NOT_TRANSLATED = {"styleguide.styleguide"}

#: Everything that a page says in its own language: text, title, names for screen readers, and what scripts will say.
#: Names of people, codes, and text marked as being in another language are left out, and the title of a page whose
#: heading is so marked.
SAID = """() => {
    const page = document.documentElement.lang;
    const left_out = (element) =>
        element.closest("[lang]").lang !== page || element.closest("bdi, code, pre, script");
    const heading = document.querySelector("h1 [lang]") ?? document.querySelector("h1");
    const said = heading && left_out(heading) ? [] : [document.title];
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) if (!left_out(nodes.currentNode.parentElement)) said.push(nodes.currentNode.data);
    const spoken = ["aria-label", "alt"];
    spoken.push("data-saved", "data-unsaved", "data-signed-out", "data-outdated", "data-closed");
    for (const name of spoken)
        for (const element of document.querySelectorAll(`[${name}]`))
            if (!left_out(element)) said.push(element.getAttribute(name));
    return said.map((text) => text.replace(/\\s+/g, " ").trim());
}"""

#: What people of the agency wrote; it is shown as they wrote it.
WRITTEN = {
    "person": ("name",),
    "unit": ("name",),
    "continuing_education": ("title",),
    "client": ("name",),
    "client_credential": ("label",),
    "field_report": ("place", "label"),
    "lti_platform": ("name",),
    "name_disclosure_text": ("reference",),
    "tool": ("name", "vendor", "description", "prohibition_source"),
    "tool_card": (
        "purpose",
        "legal_basis",
        "personal_data",
        "special_categories",
        "overridden_by",
        "overridden_how",
        "retention",
    ),
    "tool_purpose": ("code", "name"),
    "tool_version": ("what_changed", "how_to_stop"),
    "version_card": ("training_data", "known_limits"),
    "impact_assessment": ("what_changed", "grace_reason"),
    "assessment_signature": ("reason",),
    "agency_policy": ("reason",),
    "emergency_setting": ("reason",),
    "oversight_question": ("text",),
    "oversight_answer": ("text",),
    "oversight_follow_up": ("text",),
    "oversight_question_closed": ("text",),
    "report_text": ("happened", "done_instead", "which_group"),
    "report_step": ("reference", "module"),
    "report_step_text": ("text",),
    "report_decision": ("told", "published"),
    "wish_step": ("reason",),
    "incident_text": ("happened", "when_about", "meant", "wanted"),
    "incident_step": ("published",),
    "incident_step_text": ("text",),
    "rectification_text": ("wrong", "proposed"),
    "rectification_step_text": ("text",),
    "seat_grant": ("justification",),
}

#: The same, inside of JSON.
WRITTEN_INSIDE = {
    "tool": ("purposes",),
    "tool_purpose": ("cases",),
    "checklist": ("behaviours",),
    "version_card": ("vendor_figures", "group_tests"),
}


#: Pages about a tool, on which what the agency wrote of it is marked with the language in which it writes (WCAG 3.1.2).
ABOUT_A_TOOL = re.compile(r"/(public/)?tools/[a-z-]+(/card)?")
MARKED = ("tool_card", "version_card", "tool_purpose")

#: Pages that need no preparation, by who opens them.
ADDRESSES: dict[str, list[str]] = {}
for who, address in sorted(place for endpoint in PAGES.keys() - NOT_TRANSLATED for place in PAGES[endpoint]):
    if "{" not in address:
        ADDRESSES.setdefault(who, []).append(address)


@pytest.mark.parametrize("who", ADDRESSES)
def test_no_page_of_another_language_has_an_english_sentence_left(
    shipped_server: DemoServer, open_page: Open, who: str
):
    server = shipped_server
    config = Config.for_demo({"TRAINING_DATA": str(server.data_folder)})
    offered = languages.offered(config.offered_languages)
    others = [language for language in offered if language != ENGLISH]
    assert others, "no catalogue is compiled, so that there is nothing to compare: make test compiles them"
    written = [config.brand_name, "Chrome, Linux", *written_by_people(server)]
    names = written_by_people(server, ["tool"])  # a tool and its vendor are called the same in every language
    marked = {" ".join(text.split()) for text in written_by_people(server, MARKED) - names}
    own = re.compile("|".join(re.escape(text) for text in sorted(written, key=len, reverse=True)))
    english = dict(walk(server, open_page, who, ENGLISH, offered))
    for language in others:
        left = {
            f"{text!r} on {page}"
            for page, said in walk(server, open_page, who, language, offered)
            for text in said & english[page]
            if is_sentence(own.sub(" ", text)) or (text in marked and ABOUT_A_TOOL.fullmatch(page))
        }
        assert not left, "\n".join([f"In {language}:", *sorted(left)])


def written_by_people(server: DemoServer, tables: Collection[str] = (*WRITTEN, *WRITTEN_INSIDE)) -> set[str]:
    plain = [f"SELECT {column} FROM {table}" for table in tables for column in WRITTEN.get(table, ())]
    inside = [
        f"SELECT atom FROM {table}, json_tree({column}) WHERE json_tree.type = 'text'"
        for table in tables
        for column in WRITTEN_INSIDE.get(table, ())
    ]
    return {text for (text,) in server.rows(" UNION ".join([*plain, *inside])) if text}


def is_sentence(text: str) -> bool:
    """Return whether there is more than an address, a name or a word, which two languages may well share."""
    return len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\S+@\S+", " ", text))) > 1


def walk(
    server: DemoServer, open_page: Open, who: str, language: str, offered: tuple[str, ...]
) -> Iterator[tuple[str, set[str]]]:
    """Yield what every page that needs no preparation says, and some that do: errors, a question, the check."""
    page = open_page(server)
    page.goto("/sign-in")
    choose(page, language, offered)
    if who:
        sign_in(page, server, who)
    for address in ADDRESSES[who]:
        page.goto(in_language(address, language))
        yield address, said_on(page, language)
    page.goto("/there-is-none")
    yield "a page that is not there", said_on(page, language)
    yield from on_the_way(page, who, language)
    page.context.close()


def in_language(address: str, language: str) -> str:
    """Return where to read *address* in *language*: citizens' pages name it, the others remember the choice."""
    if not address.startswith(languages.FOR_CITIZENS):
        return address
    return f"{address.partition('?')[0]}?{languages.IN_ADDRESS}={language}"


def choose(page: Page, language: str, offered: tuple[str, ...]) -> None:
    """Choose the language at the foot of the page, where there is a choice."""
    if len(offered) > 1:
        shown = page.locator("footer button[name=language]")
        assert {button.get_attribute("value") for button in shown.all()} == set(offered)
        page.locator(f"footer button[name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def on_the_way(page: Page, who: str, language: str) -> Iterator[Said]:
    """Yield what pages say that have no address of their own."""
    if who == VISITOR:
        page.goto("/sign-in")
        confirm(page)
        yield "nothing filled in", said_on(page, language)
    if who == "officer":
        page.goto("/modules/ai-limits")
        if page.locator("main a[href$='/quiz?mode=assessment']").count():
            start(page)
        else:  # it was started in another language, and stays as it was
            page.locator("main a[href^='/attempts/']").first.click()
        yield "a question", said_on(page, language)
        page.goto(re.sub(r"/questions/\d+$", "/check", page.url))
        yield "the check", said_on(page, language)
        confirm(page)
        yield "the check, refused", said_on(page, language)


def said_on(page: Page, language: str) -> set[str]:
    assert page.locator("html").get_attribute("lang") == language, page.url
    return set(page.evaluate(SAID))
