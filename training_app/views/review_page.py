"""What the page of a review shows: what changed, place by place, with the comments."""

from collections.abc import Mapping
from typing import Any

from courses.module import Module
from quizzes.bank import Bank
from quizzes.changes import PartChange, compare, paragraphs
from quizzes.parts import split
from training_app.db import reading_session
from training_app.models.authoring import Draft, ReviewRequest
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.services import drafts, reviews
from training_app.services.second_signatures import names_of
from training_app.views import draft_advice, wish_page
from training_app.views.revision_changes import of_parts


def shown(request: ReviewRequest, person: Person) -> dict[str, Any]:
    """Return the context of a review's page."""
    session = reading_session()
    draft = session.get_one(Draft, request.draft_id)
    base = None if draft.based_on_id is None else session.get_one(ModuleRevision, draft.based_on_id)
    before = {} if base is None else split(base.content, base.bank)
    parts = compare(before, split(request.content, request.bank))
    comments, verdict = reviews.comments(session, request), reviews.verdict_of(session, request)
    people = {*request.author_ids, request.recorded_by_id, verdict.recorded_by_id if verdict else None}
    people |= {one.written_by_id for written in comments.values() for one in written}
    return {
        "review": request,
        "draft": draft,
        "wishes": wish_page.of_draft(draft.id),
        "base": base,
        "title": str(next(iter(request.content["title"].values()), request.slug)),
        **of_parts(parts),
        "advice": _advice(request, {part.name: part for part in parts}),
        "comments": comments,
        "verdict": verdict,
        "names": names_of(session, people),
        "own": not reviews.may_review(request, person),
        "anchor": anchor,
        "place_of": place_of,
        "whole": reviews.WHOLE,
    }


def _advice(request: ReviewRequest, parts: Mapping[str, PartChange]) -> list[tuple[PartChange, str]]:
    """Return what the reviewer should look at too, of what was put up: each part with a sentence."""
    module, bank = Module.from_json(request.content), Bank.from_json(request.bank)
    found = drafts.advice_on(module, bank, drafts.other_modules(reading_session(), {request.slug}))
    told = draft_advice.by_part(request.slug, found)
    return [(parts[name], one.sentence) for name, advised in told.items() for one in advised]


def place_of(part: str, number: int) -> str:
    """Return the place of a paragraph of what is under review, as a comment names it."""
    return f"{part}#{number}"


def places(request: ReviewRequest) -> set[str]:
    """Return every place at which a comment can stand."""
    parts = split(request.content, request.bank)
    return {place_of(name, number) for name, part in parts.items() for number in range(len(paragraphs(name, part)))}


def anchor(place: str) -> str:
    """Return the id of a place on the page."""
    return "at-" + "".join(letter if letter.isalnum() else "-" for letter in place)
