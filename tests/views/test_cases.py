"""Reading never records anything, whatever the page and whoever reads it; oversight apart, whose looks are recorded.

What oversight's looks record, and that they record nothing else: `test_oversight_looks`.
"""

from sqlalchemy import func, select

from tests.views.addresses import addresses
from tests.views.demo_agency import Agency
from training_app.models.base import Fact
from training_app.models.oversight import JournalEntry

READERS = ("officer1", "supervisor", "registrar", "trainer", "evaluator")


def recorded(agency: Agency) -> dict[str, int]:
    """Return how many rows every table of facts has, and the journal with them."""
    kinds = [mapper.class_ for mapper in Fact.registry.mappers if issubclass(mapper.class_, Fact)]
    with agency.database.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind.__table__)) or 0
            for kind in (*kinds, JournalEntry)
        }


def test_reading_any_page_writes_no_fact(agency):
    opened: set[str] = set()
    before = recorded(agency)
    for reader in READERS:
        browser = agency.browser(reader)
        for rule, address in addresses(agency.app):
            if "GET" in rule.methods and rule.endpoint != "static":
                answer = browser.client.get(address, buffered=True, environ_overrides=browser.environ)
                opened |= {rule.endpoint} if answer.status_code == 200 else set()
    assert recorded(agency) == before
    assert len(before) > 40
    assert len(opened) > 50
