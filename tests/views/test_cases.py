"""Reading never records anything, whatever the page and whoever reads it; oversight apart, whose looks are recorded."""

from sqlalchemy import func, select
from werkzeug.routing import Rule

from tests.views.addresses import addresses
from tests.views.demo_agency import Agency
from training_app.models.base import Fact
from training_app.models.oversight import JournalEntry
from training_app.rules.oversight_looks import is_look
from training_app.rules.permissions import Permission, Role

READERS = ("officer1", "supervisor", "registrar", "trainer", "evaluator", "oversight")


def recorded(agency: Agency) -> dict[str, int]:
    """Return how many rows every table of facts has, and the journal with them."""
    kinds = [mapper.class_ for mapper in Fact.registry.mappers if issubclass(mapper.class_, Fact)]
    with agency.database.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind.__table__)) or 0
            for kind in (*kinds, JournalEntry)
        }


def looked_at(agency: Agency, rule: Rule) -> bool:
    """Return whether oversight looks as such where it opens the pages of *rule*."""
    asked = getattr(agency.app.view_functions[rule.endpoint], "required", None)
    return "GET" in (rule.methods or ()) and isinstance(asked, Permission) and is_look(asked, {Role.OVERSIGHT})


def test_reading_any_page_writes_no_fact(agency):
    opened: set[str] = set()
    before = recorded(agency)
    for reader in READERS:
        browser = agency.browser(reader)
        for rule, address in addresses(agency.app):
            if "GET" in rule.methods and rule.endpoint != "static":
                answer = browser.client.get(address, buffered=True, environ_overrides=browser.environ)
                opened |= {rule.endpoint} if answer.status_code == 200 else set()
    looks = sum(looked_at(agency, rule) for rule, _ in addresses(agency.app))
    assert looks > 50
    before["oversight_look"] += looks
    before["journal_entry"] += looks
    assert recorded(agency) == before
    assert len(before) > 40
    assert len(opened) > 50
