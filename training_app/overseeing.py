"""What a request of the oversight body begins with: its look on record, and the names withheld from what it reads."""

from collections.abc import Collection
from typing import Any

from flask import Response, current_app, g, request, url_for

from training_app.clock import now
from training_app.db import transaction, withhold_names
from training_app.models.people import Person
from training_app.rules.oversight_looks import is_look, withholds_names
from training_app.rules.permissions import Permission, Role
from training_app.services import oversight_looks
from training_app.services.oversight_looks import Opened

READING = ("GET", "HEAD")
COMES_BACK = (409, 422)
"""What a form answers, beside 2xx, that shows its page again."""


def begin(person: Person, roles: Collection[Role], asked: Permission, view: Any) -> None:
    """Withhold names where they are to be, and put the look on record where it is one, before the page is answered.

    Whatever fails here fails the request: what cannot be recorded is not shown.  A form that is sent writes a fact of
    its own; one that only has something shown is a look, as `security.only_shows` says.  So is one whose page comes
    back, as `end` sees.
    """
    if not withholds_names(asked, roles):
        return
    looks = is_look(asked, roles)
    if looks and (request.method in READING or getattr(view, "only_shows", False)):
        disclosed = _record(person)
        g.look_recorded = True
    else:
        with current_app.extensions["database"].reading() as session:
            disclosed = oversight_looks.disclosed_to(session, person.id, at=now())
        if looks:
            g.may_have_looked = person
    withhold_names(but={person.id, *disclosed})


def end(response: Response) -> Response:
    """Put on record, as a look, a form whose page came back: whoever sends an empty one reads what a page shows.

    One that was done, and leads on to a page, is none: that page is.
    """
    person: Person | None = g.pop("may_have_looked", None)
    if person is not None and (response.status_code < 300 or response.status_code in COMES_BACK):
        _record(person)
    return response


def _record(person: Person) -> Collection[int]:
    """Record that *person* opens the request's page, and return the ids of the people whose names they are shown."""
    opened, at = Opened(request.endpoint or "", request.view_args or {}, list(request.args.items(multi=True))), now()
    with transaction() as session:
        disclosed = oversight_looks.disclosed_to(session, person.id, at=at)
        oversight_looks.record(session, opened, disclosed, at=at, by=person)
    return disclosed


def name_asked_at(number: str) -> str | None:
    """Return where a reason is given to see a person's name, then coming back; ``None`` for who looks at no record."""
    if not look_is_recorded():
        return None
    return url_for("oversight_names.name", number=number, next=request.full_path.rstrip("?"))


def look_is_recorded() -> bool:
    """Return whether opening the request's page was put on record as a look."""
    return bool(g.get("look_recorded", False))
