"""Wishes for changed training as pages show them: to authors, to reviewers, to registrars and to whoever reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from training_app.agency import on_now
from training_app.db import reading_session
from training_app.models.authoring import Draft
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.rules import wishes as rule
from training_app.rules.wishes import WishState
from training_app.services import drafts, wishes
from training_app.services.second_signatures import names_of
from training_app.services.wishes import Wanted
from training_app.views.registrar_desk import modules_by_slug, title_of
from training_app.views.report_pages import terms


@dataclass(frozen=True, slots=True)
class WishShown:
    """A wish in a list of the authors' desk, on a draft or on a review."""

    wanted: Wanted
    title: str
    """Of the module."""
    text: str
    """What officers are to learn; empty once it was deleted."""
    by: str
    """The registrar who recorded it."""
    late: bool

    @property
    def state(self) -> WishState:
        return self.wanted.state


def several(found: Sequence[Wanted]) -> list[WishShown]:
    """Return these wishes as lists show them."""
    session = reading_session()
    if not found:
        return []
    said, modules = wishes.texts(session, found), modules_by_slug()
    names, on, days = names_of(session, {one.by_id for one in found}), on_now(), terms().training_days
    return [
        WishShown(
            wanted=one,
            title=title_of(modules[one.module]) if one.module in modules else one.module,
            text=said.get(one.id, ""),
            by=names.get(one.by_id, ""),
            late=rule.is_late(one.wish, days, on=on),
        )
        for one in found
    ]


def of(wanted: Wanted) -> WishShown:
    return several([wanted])[0]


def waiting() -> list[WishShown]:
    """Return the wishes that wait, for the authors' desk: the overdue first."""
    return sorted(several(wishes.waiting(reading_session())), key=lambda one: (not one.late, one.wanted.id))


def of_draft(draft_id: int) -> list[WishShown]:
    """Return the wishes that a draft is to answer."""
    return several(wishes.of_draft(reading_session(), draft_id))


def whole(wanted: Wanted, person: Person) -> dict[str, Any]:
    """Return the context of the page of one wish."""
    session = reading_session()
    since = wishes.revisions_since(session, wanted)
    running = session.scalars(select(Draft).where(Draft.slug == wanted.module).order_by(Draft.id.desc())).all()
    open_draft = next((one for one in running if drafts.is_open(session, one)), None)
    answer = None if wanted.revision_id is None else session.get_one(ModuleRevision, wanted.revision_id)
    opened_by = set() if open_draft is None else {open_draft.opened_by_id}
    return {
        "shown": of(wanted),
        "wanted": wanted,
        "open_draft": open_draft,
        "tied": wanted.wish.tied,
        "since": since,
        "answer": answer,
        "came": None if answer is None else wishes.what_came(session, answer),
        "names": names_of(session, {wanted.declined_by_id} | opened_by),
        "may_decline": not wanted.ended and not wishes.unmet_to_decline(session, wanted, person, on=on_now()),
    }
