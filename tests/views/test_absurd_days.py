"""Days in an address that no agency's calendar has: every page refuses them or leaves them out, and none fails."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
import wtforms
from sqlalchemy import select
from wtforms.form import Form

from training_app import forms
from training_app.forms.fields import DateField, IntegerField
from training_app.models.tools import ToolVersion

REFUSED, LEFT_OUT = 422, 200
ADDRESSES = [
    ("oversight", "/trainers/DP-4002/measures/new?kind=revoked&qualification=all&reason=conduct&since={}", REFUSED),
    ("oversight", "/oversight/decisions?since={}", REFUSED),
    ("oversight", "/oversight/decisions?through={}", REFUSED),
    ("oversight", "/as-of?officer=DP-1003&tool=sightline&version=3.1&clock=12:00&day={}", REFUSED),
    (
        "oversight",
        "/as-of?officer=DP-1003&tool=sightline&version=3.1&clock=12:00&day=2026-03-12&valid_until={}",
        REFUSED,
    ),
    ("registrar", "/registrar/versions/{version}/release?when=later&clock=12:00&day={}", REFUSED),
    ("supervisor", "/unit/digest?through={}", LEFT_OUT),
]
"""Addresses that take a day; those that leave it out show what they show without one."""
EARLY, NEVER = ["0001-01-01", "1899-12-31"], ["9999-12-31", "10000-01-01", "2026-02-30", "-1"]


def test_no_page_fails_on_an_absurd_day_and_one_before_1900_is_refused_with_a_sentence(agency):
    with agency.database.reading() as session:
        version = session.scalars(select(ToolVersion.id).order_by(ToolVersion.id.desc())).first()
    readers = {reader: agency.browser(reader) for reader, _, _ in ADDRESSES}
    for reader, address, status in ADDRESSES:
        for day in (*EARLY, *NEVER):
            answer = readers[reader].get(address.replace("{version}", str(version)).format(day))
            assert answer.status_code in (200, 422), (address, day)
            if day in EARLY:
                assert answer.status_code == status, (address, day)
                assert ("Enter a day of the year 1900 or later." in answer.text) is (status == REFUSED), (address, day)


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "x", ""])
def test_a_case_that_nobody_can_have_is_none(agency, number):
    address = (
        f"/trainers/DP-4002/measures/new?case={number}&kind=revoked&qualification=all&reason=conduct&since=2026-01-15"
    )
    browser = agency.browser("oversight")
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"seen": "x"}).status_code < 500


@pytest.mark.parametrize(
    ("theirs", "ours"), [(wtforms.DateField, DateField), (wtforms.IntegerField, IntegerField)], ids=["days", "numbers"]
)
def test_every_form_takes_them_by_the_field_that_refuses_absurd_ones(theirs, ours):
    fields = {
        (kind.__name__, name): field.field_class
        for module in iter_modules(forms.__path__)
        for kind in vars(import_module(f"{forms.__name__}.{module.name}")).values()
        if isinstance(kind, type) and issubclass(kind, Form)
        for name, field in vars(kind).items()
        if hasattr(field, "field_class") and issubclass(field.field_class, theirs)
    }
    assert len(fields) > 15
    assert {name for name, used in fields.items() if not issubclass(used, ours)} == set()


@pytest.mark.parametrize("number", ["9" * 10, "9" * 400, "-" + "9" * 400, "9" * 5_000], ids=len)
def test_a_number_that_no_database_keeps_is_none(agency, number):
    browser = agency.browser("registrar")
    browser.get("/registrar/clients/register")
    sent = {"name": "Lab", "kind": "tool", "scopes": ["evaluate"], "reach": "all", "requests_per_minute": number}
    assert browser.post("/registrar/clients/register", sent).status_code == REFUSED
