"""What a browser complains about while a test uses it; a test that ends with a complaint has failed."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

#: The browser says this of every answer with an error status; `Watch` looks at the answers themselves.
ABOUT_A_STATUS = "Failed to load resource"

#: The page was left before the request had ended; nothing is wrong with either.
ABANDONED = "net::ERR_ABORTED"


class Watch:
    """Notes violations of the content security policy, errors of scripts, and requests that failed or left the site."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.complaints: list[str] = []
        self._expected: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def expect(self, pattern: str) -> None:
        """Take complaints that match *pattern* as part of the test, whenever they come."""
        self._expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(re.search(one, text) for one in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and ABOUT_A_STATUS not in message.text:
            self.complaints.append(f"console {message.type} on {message.page and message.page.url}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"script error on {error.page and error.page.url}: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.complaints.append(f"request to another site: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure and request.failure != ABANDONED:
            self.complaints.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        asked_by_page = response.request.resource_type == "document"
        if response.status >= (500 if asked_by_page else 400):
            self.complaints.append(f"status {response.status}: {response.request.method} {response.url}")
