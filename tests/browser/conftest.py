"""A real server with the demonstration, a real browser, and pages that fail the test when the browser complains."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.demo_server import DemoServer
from tests.browser.watch import Watch
from training_app.clock import now
from training_app.db import Database
from training_app.services import content

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
HEIGHT = 900
PATIENCE_MS = 60_000

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine, one for all tests."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("The browser tests need Chromium on the PATH; on Debian: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> DemoServer:
    """The demonstration as its command leaves it, stopped; its data is there to be copied."""
    server = DemoServer(tmp_path_factory.mktemp("demo") / "data")
    server.data_folder.mkdir()
    server.start()
    server.stop()
    return server


@pytest.fixture(scope="session")
def prepared(shipped: DemoServer, folders: Iterator[Path], starter: tuple[Path, Path]) -> DemoServer:
    """The same with the short quizzes of `tests.starter`, published last."""
    server = shipped.copied_to(next(folders))
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        content.load_catalogue(session, *starter, at=now())
    database.dispose()
    return server


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a new name for a data folder each time."""
    return (tmp_path_factory.mktemp("server") / f"data-{number}" for number in count(1))


@pytest.fixture(scope="module")
def server(prepared: DemoServer, folders: Iterator[Path]) -> Iterator[DemoServer]:
    """A server for all tests of a module."""
    yield from _served(prepared.copied_to(next(folders)))


@pytest.fixture(scope="module")
def shipped_server(shipped: DemoServer, folders: Iterator[Path]) -> Iterator[DemoServer]:
    """A server for all tests of a module, on the content as it is shipped."""
    yield from _served(shipped.copied_to(next(folders)))


@pytest.fixture
def own_shipped_server(shipped: DemoServer, folders: Iterator[Path]) -> Iterator[DemoServer]:
    """A server for one test, on the content as it is shipped."""
    yield from _served(shipped.copied_to(next(folders)))


@pytest.fixture
def own_server(prepared: DemoServer, folders: Iterator[Path]) -> Iterator[DemoServer]:
    """A server for one test, which may do with it what it likes."""
    yield from _served(prepared.copied_to(next(folders)))


def _served(server: DemoServer) -> Iterator[DemoServer]:
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Open a browser of one's own on a server: ``open_page(server, width=390, scheme="dark", scripts=False)``.

    Whatever the browser complains about fails the test at its end, except what the test was to cause: ``expected``,
    a pattern.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(server: DemoServer, *, expected: str | None = None, **wanted: Any) -> Page:
        context, watch = watched_context(chromium, server, **wanted)
        if expected:
            watch.expect(expected)
        opened.append((context, watch))
        return context.new_page()

    yield open_one
    for context, _watch in opened:
        context.close()
    assert [text for _context, watch in opened for text in watch.unexpected()] == []


def watched_context(
    chromium: Browser,
    server: DemoServer,
    *,
    width: int = 1280,
    scheme: str = "light",
    scripts: bool = True,
    **more: Any,
) -> tuple[BrowserContext, Watch]:
    context = chromium.new_context(
        base_url=server.origin,
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        java_script_enabled=scripts,
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context, Watch(context, server.origin)
