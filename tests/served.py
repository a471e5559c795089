"""The demonstration as its command leaves it, and a browser, for tests that start a server on a copy of it."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.demo_server import DemoServer
from training_app.clock import now
from training_app.db import Database
from training_app.services import content

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The browser of this machine, one for all tests."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("The browser tests need Chromium on the PATH; on Debian: apt-get install chromium", pytrace=False)
    from playwright.sync_api import sync_playwright  # not needed by most tests, and slow to load

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
