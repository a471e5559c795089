"""Modules under way in the demonstration: one half written, with an item of each kind, and one under review."""

from sqlalchemy import select

from quizzes.interaction_fields import ItemKind
from quizzes.parts import MODULE, item_part, lesson_part
from tests.browser.demo_server import DemoServer
from tests.forms.written_items import MODULE as OUTLINE
from tests.forms.written_items import written
from tests.services.recorded import ZONE
from training_app.clock import now
from training_app.db import Database
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.services import drafts, reviews, wishes

LESSON = {
    "slug": "01-when-to-record",
    "title": "When to record",
    "objective": "record",
    "minutes": 3,
    "body": "Record where the **rules** say so.",
}


def write_drafts(server: DemoServer) -> dict[str, str]:
    """Write the drafts; return their ids and that of the review."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        author, other = (
            session.scalars(select(Person).where(Person.service_number == number)).one()
            for number in ("DP-4001", "DP-4002")
        )
        draft = drafts.open_draft(session, "body-cameras", at=at, zone=ZONE, by=author)
        title = {"en": "Body cameras", "fr": "Caméras-piétons"}
        parts = {
            MODULE: {**OUTLINE, "kind": "module", "title": title},
            lesson_part("en", LESSON["slug"]): LESSON,
            **{item_part(f"of-{kind}"): written(kind, id=f"of-{kind}") for kind in ItemKind},
            item_part("begun"): {"id": "begun", "kind": "single-choice", "objective": "record", "texts": {}},
            item_part("gone"): written(ItemKind.NUMERIC, id="gone"),
        }
        for name, content in parts.items():
            drafts.save(session, draft, name, content, made_from=0, at=at, zone=ZONE, by=author)
        drafts.save(session, draft, item_part("gone"), None, made_from=1, at=at, zone=ZONE, by=author)

        changed = drafts.open_draft(session, "ai-limits", at=at, zone=ZONE, by=author)
        stands = drafts.part(session, changed, MODULE)
        content = {**(stands.content or {}), "title": {"en": "The limits of AI tools"}}
        drafts.save(session, changed, MODULE, content, made_from=0, at=at, zone=ZONE, by=author)
        [wish] = wishes.waiting(session)
        wishes.tie(session, wish.id, changed, on=CivilInstant(at, ZONE), by=author)
        review = reviews.put_up(session, changed, "A clearer title.", at=at, zone=ZONE, by=author)
        reviews.comment(session, review, reviews.WHOLE, "Which tools?", at=at, zone=ZONE, by=other)
        ids = {"draft": str(draft.id), "draft under review": str(changed.id), "content review": str(review.id)}
        ids["wish"] = str(wish.id)
    database.dispose()
    return ids
