"""What is wrong with the page that a browser shows, as far as a machine can tell."""

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules whose outcome the colour scheme can change."""

LEAST_TARGET_PIXELS = 24
LEAST_PRIMARY_TARGET_PIXELS = 44

EVERYTHING = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
COLOURS_ONLY = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": OF_COLOUR}}

SCRIPTS_RUN = """() => {
    const inside = document.createElement("div");
    inside.innerHTML = "<noscript><p></p></noscript>";
    return inside.querySelector("p") === null;
}"""
"""Where scripts run, what is for browsers without them is read as text."""

_axe = Axe()


def axe_violations(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """Return what axe finds, each with the places on the page."""
    assert page.evaluate(SCRIPTS_RUN), "axe never ends on a page without scripts"
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe.axe_script)
    found = page.evaluate(f"axe.run({json.dumps(options)})")["violations"]
    return [f"{one['id']}: {', '.join(str(node['target'][0]) for node in one['nodes'][:5])}" for one in found]


def structural_faults(page: Page) -> list[str]:
    """Return what every page must have: a language, one main heading, a title."""
    return page.evaluate(
        """() => [
            ...(document.documentElement.lang ? [] : ["no language"]),
            ...(document.querySelectorAll("h1").length === 1 ? [] : ["not one main heading"]),
            ...(document.title.trim() ? [] : ["no title"]),
        ]"""
    )


def small_targets(page: Page) -> list[str]:
    """Return the controls that are smaller than WCAG 2.2 asks (2.5.8); links inside of text may be."""
    return page.evaluate(
        """([least, leastPrimary]) => {
            const seen = (element) => element.checkVisibility() && !element.closest(".vh");
            const target = (element) =>
                ["radio", "checkbox"].includes(element.type) ? element.closest("label") ?? element : element;
            return [...document.querySelectorAll("button, input, select, textarea, summary, a.btn, nav a")]
                .filter((element) => element.type !== "hidden" && seen(element))
                .map((element) => [element, target(element).getBoundingClientRect()])
                .filter(([element, { width, height }]) => {
                    const asked = element.matches(".btn.primary") ? leastPrimary : least;
                    return Math.round(width) < least || Math.round(height) < asked;
                })
                .map(([element, { width, height }]) =>
                    `target of ${Math.round(width)} by ${Math.round(height)}: ${element.outerHTML.slice(0, 120)}`);
        }""",
        [LEAST_TARGET_PIXELS, LEAST_PRIMARY_TARGET_PIXELS],
    )


def sideways_scroll(page: Page) -> list[str]:
    """Return the parts that make the whole page scroll sideways (WCAG 1.4.10); tables may scroll by themselves."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.scrollingElement.scrollWidth <= width) return [];
            const wide = [...document.body.querySelectorAll("*")].filter((element) =>
                element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll > *"));
            return [`scrolls sideways: ${document.scrollingElement.scrollWidth} of ${width}`,
                ...wide.slice(-3).map((element) => `too wide: ${element.outerHTML.slice(0, 120)}`)];
        }"""
    )


def clipped_text(page: Page) -> list[str]:
    """Return the elements that cut off their text."""
    return page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
            .filter((element) => !element.closest(".vh, svg, .skip") && element.textContent.trim())
            .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowY)
                || ["hidden", "clip"].includes(getComputedStyle(element).overflowX))
            .filter((element) => element.clientWidth > 1) // smaller is for screen readers only
            .filter((element) => element.scrollHeight > element.clientHeight + 1
                || element.scrollWidth > element.clientWidth + 1)
            .map((element) => `cut off: ${element.outerHTML.slice(0, 120)}`)"""
    )


def space_out(page: Page) -> None:
    """Set text as wide as WCAG 1.4.12 says that a reader may."""
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`
                * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
                p { margin-block-end: 2em !important }
            `);
            document.adoptedStyleSheets = [sheet];
        }"""
    )
