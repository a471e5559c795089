"""An officer's browser on the way from a learning platform: login, authorization, launch, and on."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.lti_platform import Platform, state_of
from tests.views.browser import Browser

ALONE = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}
FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
OURS = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}


class LaunchingBrowser(Browser):
    """A browser that a platform sends here.

    :param framed: whether the platform shows us in a frame.
    """

    def __init__(self, app: Flask, *, framed: bool = False, **environ: str) -> None:
        super().__init__(app, **environ)
        self.headers = FRAMED if framed else ALONE

    def login(self, platform: Platform, **changed: str | None) -> TestResponse:
        return self.client.post(
            "/lti/login", data=platform.login(**changed), headers=self.headers, environ_overrides=self.environ
        )

    def authorization(self, platform: Platform, **changed: str | None) -> str:
        """Begin a login; return the address at the platform to which the browser is sent in the end."""
        answer = self.login(platform, **changed)
        assert answer.status_code == 303, answer.text
        if answer.location.startswith("/lti/login/hop"):
            answer = self.client.get(answer.location.partition("#")[0], headers=self.headers)
            assert answer.status_code == 303, answer.text
        return str(answer.location).partition("#")[0]

    def send(self, id_token: str, state: str, **more: str) -> TestResponse:
        """Post a launch as the platform's page makes the browser do it."""
        form = {"id_token": id_token, "state": state, **more}
        return self.client.post("/lti/launch", data=form, headers=self.headers, environ_overrides=self.environ)

    def launch(self, platform: Platform, **said: Any) -> TestResponse:
        """Go from the platform to the first answer to the launch."""
        authorization = self.authorization(platform)
        return self.send(platform.id_token(authorization, **said), state_of(authorization))

    def follow(self, answer: TestResponse) -> TestResponse:
        """Go on from a launch at the top level to the page that it leads to."""
        while answer.status_code in {302, 303}:
            answer = self.get(answer.location)
        return answer

    def press(self, answer: TestResponse) -> TestResponse:
        """Press the button of the page in the frame, which opens a new window."""
        code = answer.text.partition('name="code" value="')[2].partition('"')[0]
        return self.client.post("/lti/continue", data={"code": code}, headers=OURS, environ_overrides=self.environ)
