"""Oversight: every look on record before the page is answered, people by number, a name after a recorded reason."""

import re
from html import unescape

from sqlalchemy import func, select

from tests.views.addresses import addresses
from tests.views.demo_agency import Agency
from training_app.models.base import Fact
from training_app.models.oversight_looks import OversightLook
from training_app.models.people import Person
from training_app.rules.oversight_looks import is_look
from training_app.rules.permissions import Permission, Role

IDS = (1, 2, 3)
"""Rows that pages about one row are opened for."""


def opened_by_oversight(agency: Agency) -> list[tuple[str, str]]:
    """Return view and address of everything that oversight can open, pages about one row for several rows."""
    found = []
    for rule, address in addresses(agency.app):
        asked = getattr(agency.app.view_functions[rule.endpoint], "required", None)
        if "GET" in rule.methods and isinstance(asked, Permission) and is_look(asked, {Role.OVERSIGHT}):
            several = [re.sub(r"/1(?=/|$)", f"/{row}", address) for row in IDS] if "<int:" in rule.rule else [address]
            found += [(rule.endpoint, one) for one in several]
    return found


def names_of(agency: Agency) -> dict[str, str]:
    """Return everybody's name by service number."""
    with agency.database.reading() as session:
        return {row.service_number: row.name for row in session.execute(select(Person.service_number, Person.name))}


def facts(agency: Agency) -> dict[str, int]:
    kinds = [mapper.class_ for mapper in Fact.registry.mappers if issubclass(mapper.class_, Fact)]
    with agency.database.reading() as session:
        return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in kinds}


def looks(agency: Agency) -> list[OversightLook]:
    with agency.database.reading() as session:
        return list(session.scalars(select(OversightLook).order_by(OversightLook.id)))


def test_every_page_that_oversight_opens_is_one_look_and_names_nobody(agency):
    browser, names = agency.browser("oversight"), names_of(agency)
    own = next(name for number, name in names.items() if name == browser.signed_in_as())
    strangers = {name for name in names.values() if name != own}
    surnames = {name.split()[-1] for name in strangers}
    before, answered, named = facts(agency), set(), []
    pages = opened_by_oversight(agency)
    for endpoint, address in pages:
        answer = browser.client.get(address, environ_overrides=browser.environ, buffered=True)
        answered |= {endpoint} if answer.status_code == 200 else set()
        text = unescape(answer.data.decode("utf-8", "replace")).replace("\u00a0", " ")
        named += [(address, name) for name in strangers if name in text]
        named += [(address, name) for name in surnames if re.search(rf"\b{re.escape(name)}\b", text)]
        named += [(address, mail) for mail in re.findall(r"[\w.]+@demo\.example", text)]
    assert named == []
    assert len(answered) > 30
    assert [look.page for look in looks(agency)] == [endpoint for endpoint, _ in pages]
    after = facts(agency)
    assert after.pop("oversight_look") == before.pop("oversight_look") + len(pages)
    assert after == before
