"""A browser without a screen: it keeps cookies and sends forms."""

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.passwords import PASSWORD
from training_app.models.people import Person


class Browser:
    """A browser as a person uses it: it keeps cookies, and sends forms with what the page put into them."""

    def __init__(self, app: Flask, **environ: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.environ = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", **environ}
        self.page: TestResponse | None = None
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(path, environ_overrides=self.environ, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form from the page seen last, with its token against forgery."""
        headers = {
            "Referer": f"http://localhost{self.page.request.path}" if self.page else "",
            **options.pop("headers", {}),
        }
        form = {"csrf_token": self.token, **(data or {})}
        return self._seen(
            self.client.post(path, data=form, headers=headers, environ_overrides=self.environ, **options),
            keep_page=True,
        )

    def sign_in(self, person: Person, password: str = PASSWORD, path: str = "/sign-in") -> TestResponse:
        self.get(path)
        return self.post(path, {"identifier": person.email or person.service_number, "password": password})

    def signed_in_as(self) -> str | None:
        """Return the name that the page shows as signed in."""
        shown = re.search(r"<bdi>(.*?)</bdi>", self.get("/accessibility").text)
        return unescape(shown[1]) if shown else None

    def cookie(self, name: str = "training") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def _seen(self, response: TestResponse, keep_page: bool = False) -> TestResponse:
        if token := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.text):
            self.token = token[1]
        if not keep_page or response.status_code == 200:
            self.page = response
        return response
