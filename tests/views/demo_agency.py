"""The demo agency in an application of the test's own, and browsers in which its people are signed in."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from tests.passwords import PASSWORD
from tests.views.browser import Browser
from training_app import demo
from training_app.db import Database
from training_app.models.base import Fact
from training_app.models.people import Person


@dataclass(frozen=True)
class Agency:
    app: Flask
    database: Database

    def browser(self, mailbox: str) -> Browser:
        """Return a browser in which the person with this mailbox is signed in."""
        browser = Browser(self.app)
        browser.get("/sign-in")
        address = f"{mailbox}@{demo.MAIL_DOMAIN}"
        answer = browser.post("/sign-in", {"identifier": address, "password": PASSWORD})
        assert answer.status_code == 302, f"{address} could not sign in"
        browser.get("/accessibility")  # any page: its forms carry the new session's token
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
