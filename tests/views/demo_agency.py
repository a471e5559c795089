"""The demo agency in an application of the test's own, and browsers in which its people are signed in."""

import secrets
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from tests.views.browser import Browser
from training_app import demo
from training_app.clock import now
from training_app.db import Database
from training_app.models.base import Fact
from training_app.models.people import Credential, Person
from training_app.services.browser_sessions import begin
from training_app.sessions import BrowserSessions


@dataclass(frozen=True)
class Agency:
    app: Flask
    database: Database

    def browser(self, mailbox: str) -> Browser:
        """Return a browser in which the person with this mailbox is signed in, their session's token in its forms.

        The session is begun without the pages for it, which most tests would only wait for.
        """
        browser, sessions, token = Browser(self.app), self.app.session_interface, secrets.token_urlsafe()
        assert isinstance(sessions, BrowserSessions)
        address = f"{mailbox}@{demo.MAIL_DOMAIN}"
        with self.database.transaction() as session:
            person = session.scalars(select(Person).where(Person.email == address)).one()
            epoch = session.get_one(Credential, person.id).epoch
            agent = browser.environ["HTTP_USER_AGENT"]
            begin(session, person.id, token=token, epoch=epoch, browser=agent, limits=sessions.limits, at=now())
        browser.client.set_cookie(sessions.cookie, token)
        assert browser.signed_in_as() == person.name, f"{address} could not sign in"
        return browser

    def person(self, service_number: str) -> Person:
        with self.database.reading() as session:
            return session.scalars(select(Person).where(Person.service_number == service_number)).one()

    def id_of(self, model: type[Fact], **named: object) -> int:
        """Return the id of the one row of *model* with these values."""
        with self.database.reading() as session:
            return session.scalars(select(model.id).filter_by(**named)).one()

    def count(self, model: type[Fact]) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0
