"""Every language that is offered is whole: what an officer and a supervisor see has no English left in it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.officer_steps import confirm, start
from tests.browser.signing import sign_in
from training_app import languages
from training_app.migrate import newest

ENGLISH = languages.SOURCE_LANGUAGE
OFFERED = languages.offered(("en", "fr"))
