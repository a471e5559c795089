"""A module that was revised, and one being written with a figure, for the pages that show them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizzes.parts import GLOSSARY, MODULE, Content, figure_part, lesson_part
from tests.browser.demo_server import DemoServer
from tests.services.recorded import ZONE
from training_app.clock import now
from training_app.db import Database
from training_app.models.authoring import Draft
from training_app.models.people import Person
from training_app.services import drafts, reviews

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 120">
  <rect x="10" y="10" width="200" height="100" rx="8" class="tint-ok line"/>
  <text x="110" y="65" text-anchor="middle">Day: enough light</text>
  <rect x="270" y="10" width="200" height="100" rx="8" class="tint-bad line"/>
  <text x="370" y="65" text-anchor="middle">Night: too little</text>
</svg>
"""
SHOWN = """

![By day there is enough light; at night there is too little.](figure:day-and-night "Day and night")

Such a picture is a [[dark-frame]]."""


def writing(server: DemoServer) -> dict[str, str]:
    """A revised module, and a draft with a figure, a term of its own and a translation that fell behind."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        author, reviewer = (
            session.scalars(select(Person).where(Person.service_number == number)).one()
            for number in ("DP-4001", "DP-4002")
        )
        revised = drafts.open_draft(session, "ai-limits", at=now(), zone=ZONE, by=author)
        _save(session, revised, author, lesson_part("en", "02-errors"), title="Two kinds of error")
        request = reviews.put_up(session, revised, "A title that says what is in it.", at=now(), zone=ZONE, by=author)
        reviews.approve(session, request, "", at=now(), zone=ZONE, by=reviewer)
        written = _illustrated(session, author)
        names = {"illustrated draft": str(written.id)}
    database.dispose()
    return names


def _illustrated(session: Session, author: Person) -> Draft:
    """A draft in two languages, one of them unfinished, with a figure and a term of its own."""
    draft = drafts.open_draft(session, "sightline-3-3", at=now(), zone=ZONE, by=author)
    name = "01-what-changed"
    lesson = drafts.part(session, draft, lesson_part("en", name)).content or {}
    outline = drafts.part(session, draft, MODULE).content or {}
    _save(session, draft, author, figure_part("day-and-night"), svg=DRAWING)
    terms = {"dark-frame": {"en": {"term": "dark frame", "text": "A picture with too little light."}}}
    _save(session, draft, author, GLOSSARY, **terms)
    _save(session, draft, author, lesson_part("en", name), body=lesson["body"] + SHOWN, minutes=1)
    _save(
        session,
        draft,
        author,
        MODULE,
        languages=["en", "fr"],
        title={**outline["title"], "fr": "Sightline 3.3 : ce qui change"},
        summary={**outline["summary"], "fr": "Images de nuit."},
        objectives=[{**one, "fr": one["en"]} for one in outline["objectives"]],
    )
    french: Content = {**lesson, "title": "Ce qui change", "body": "Regardez [@illustrative-sightline]."}
    _save(session, draft, author, lesson_part("fr", name), **french)
    _save(session, draft, author, lesson_part("en", name), title="What changed in 3.3")
    return draft


def _save(session: Session, draft: Draft, author: Person, name: str, **content: object) -> None:
    stands = drafts.part(session, draft, name)
    whole = {**(stands.content or {}), **content}
    drafts.save(session, draft, name, whole, made_from=stands.version, at=now(), zone=ZONE, by=author)
