"""A real server with the demonstration, a real browser, and pages that fail the test when the browser complains."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.demo_server import DemoServer
from tests.browser.watch import Watch

HEIGHT = 900
PATIENCE_MS = 60_000

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


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
