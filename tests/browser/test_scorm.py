"""A package played in a learning platform: progress, resumption, completion; and without one, to be read all the same.

The platform is a page with the run-time of `scorm-again`, which others wrote, around the package.
"""

import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.accessibility import COLOURS_ONLY, axe_violations, small_targets, structural_faults
from tests.browser.conftest import Open
from tests.browser.demo_server import REPOSITORY, DemoServer
from tests.browser.signing import sign_in

MODULE = "ai-limits"
RUN_TIME = REPOSITORY / "tests" / "vendored" / "scorm-again" / "scorm12.min.js"

#: Keeps what the package told it, as a platform does between two visits.
PLATFORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A platform</title><link rel="icon" href="data:,">
<script src="scorm12.min.js"></script>
<script>
  window.API = new Scorm12API({ autocommit: false, logLevel: 5 });
  const kept = localStorage.getItem("cmi");
  if (kept) API.loadFromFlattenedJSON(JSON.parse(kept), "");
  window.calls = [];
  for (const name of ["LMSInitialize", "LMSFinish"]) API.on(name, () => calls.push(name));
  API.on("LMSCommit", () => localStorage.setItem("cmi", JSON.stringify(API.getFlattenedCMI())));
</script></head>
<body><iframe title="The package" src="package/index.html" width="100%" height="800"></iframe></body></html>
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


class Site:
    """A site that holds a platform and a package."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.origin = folder, f"http://127.0.0.1:{port}"

    @property
    def lessons(self) -> list[str]:
        return sorted(file.stem for file in (self.folder / "package" / "en").glob("0*.html"))


@pytest.fixture(scope="module")
def site(shipped_server: DemoServer, chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The package that a trainer downloads, put up on a site of its own."""
    folder = tmp_path_factory.mktemp("platform")
    context = chromium.new_context(base_url=shipped_server.origin, accept_downloads=True)
    page = context.new_page()
    sign_in(page, shipped_server, "trainer")
    page.goto(f"/content/{MODULE}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a SCORM 1.2 package").click()
    assert download.value.suggested_filename.startswith(f"{MODULE}-")
    zipfile.ZipFile(download.value.path()).extractall(folder / "package")
    context.close()
    copy(RUN_TIME, folder)
    (folder / "platform.html").write_text(PLATFORM, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield Site(folder, server.server_port)
    server.shutdown()
    serving.join()
    server.server_close()


def launched(page: Page) -> FrameLocator:
    """Open the platform; return what is in the package's frame."""
    page.goto("/platform.html")
    return page.frame_locator("iframe").frame_locator("iframe")


def told(page: Page, name: str) -> str:
    return page.evaluate("(name) => API.getFlattenedCMI()[name]", f"cmi.{name}")


def read_lesson(shown: FrameLocator) -> None:
    shown.get_by_role("button", name="I have read this lesson").click()


def test_a_package_is_played_left_taken_up_again_and_completed(site: Site, open_page: Open) -> None:
    page = open_page(site)
    shown = launched(page)
    expect(shown.get_by_role("heading", level=1)).to_have_text("The limits of AI")
    expect(shown.get_by_text("Reading it certifies nobody.")).to_be_visible()
    assert (told(page, "core.lesson_status"), told(page, "core.lesson_location")) == ("incomplete", "en/index.html")

    first, second, *others = site.lessons
    shown.locator("ol a").first.click()
    read_lesson(shown)
    expect(shown.get_by_text(f"Lesson 2 of {len(site.lessons)}")).to_be_visible()
    assert told(page, "core.lesson_location") == f"en/{second}.html"
    assert told(page, "suspend_data").endswith(f":{first}")
    assert page.evaluate("calls") == ["LMSInitialize"], "to go on to a lesson ends nothing"

    page.goto("/package/index.html")  # away from the platform
    kept = page.evaluate("JSON.parse(localStorage.getItem('cmi'))")
    assert (kept["cmi.core.lesson_status"], kept["cmi.core.exit"]) == ("incomplete", "suspend")
    assert kept["cmi.core.session_time"].startswith("00:")

    shown = launched(page)
    expect(shown.get_by_text(f"Lesson 2 of {len(site.lessons)}")).to_be_visible()
    for lesson in (second, *others):
        assert told(page, "core.lesson_status") == "incomplete"
        expect(shown.locator(f"[data-read='{lesson}']")).to_be_visible()
        read_lesson(shown)
    expect(shown.get_by_text("Read", exact=True)).to_have_count(len(site.lessons))
    assert told(page, "core.lesson_status") == "completed"
    assert told(page, "core.score.raw") == "", "there is no question, so that there is no score"
    page.goto("/package/index.html")
    assert page.evaluate("JSON.parse(localStorage.getItem('cmi'))['cmi.core.exit']") == ""


def test_what_was_read_of_another_revision_is_read_again(site: Site, open_page: Open) -> None:
    page = open_page(site)
    page.goto("/package/index.html")
    page.evaluate(
        """(lesson) => localStorage.setItem("cmi", JSON.stringify({
            "cmi.suspend_data": `000000000000:${lesson}`, "cmi.core.lesson_location": `en/${lesson}.html`,
            "cmi.core.lesson_status": "incomplete" }))""",
        site.lessons[0],
    )
    shown = launched(page)
    expect(shown.get_by_role("heading", level=1)).to_have_text("The limits of AI")
    assert told(page, "suspend_data").split(":")[1] == ""


def test_a_lesson_read_in_one_language_is_read_in_the_other(site: Site, open_page: Open) -> None:
    page = open_page(site)
    shown = launched(page)
    shown.locator("ol a").first.click()
    read_lesson(shown)
    shown.locator(".back a").click()
    shown.get_by_role("link", name="Français").click()
    expect(shown.locator("[data-was-read]:visible")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_platform_every_page_reads_well_on_a_small_screen(site: Site, open_page: Open, scheme: str) -> None:
    page = open_page(site, width=320, scheme=scheme)
    pages = sorted(file.relative_to(site.folder).as_posix() for file in (site.folder / "package").rglob("*.html"))
    assert len(pages) == 1 + 2 * (2 + len(site.lessons))
    faults = {}
    for name in pages:
        page.goto(f"/{name}")
        expect(page.locator("[data-read]:visible")).to_have_count(0)
        found = axe_violations(page) if scheme == "light" else axe_violations(page, COLOURS_ONLY)
        found += structural_faults(page) + small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            found.append("wider than the screen")
        if found:
            faults[name] = found
    assert faults == {}


def test_in_a_platform_the_page_with_its_button_has_no_fault_either(site: Site, open_page: Open) -> None:
    page = open_page(site)
    shown = launched(page)
    shown.locator("ol a").first.click()
    button = shown.get_by_role("button", name="I have read this lesson")
    expect(button).to_be_visible()
    [lesson] = [frame for frame in page.frames if frame.name == "" and "/en/0" in frame.url]
    assert axe_violations(lesson) == []  # type: ignore[arg-type]
    [player] = [frame for frame in page.frames if frame.url.endswith("/package/index.html")]
    assert [one for one in axe_violations(player) if not one.startswith("page-has-heading-one")] == []  # type: ignore[arg-type]


def test_without_scripts_the_lessons_are_a_site_to_read(site: Site, open_page: Open) -> None:
    page = open_page(site, scripts=False)
    page.goto("/package/index.html")
    page.get_by_role("link", name="The limits of AI").click()
    page.locator("ol a").first.click()
    expect(page.get_by_text(f"Lesson 1 of {len(site.lessons)}")).to_be_visible()
    expect(page.locator("[data-read]")).to_be_hidden()
    page.get_by_role("link", name="Next lesson").click()
    expect(page.get_by_text(f"Lesson 2 of {len(site.lessons)}")).to_be_visible()
