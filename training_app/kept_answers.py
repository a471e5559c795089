"""No answer is lost to an expired session: it is kept for its officer and stored once they have signed in again.

A view that stores answers is marked with `keeps_answers`, which names the function that stores one without the view.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import current_app, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from config import Config
from training_app import refusals
from training_app.clock import now
from training_app.db import transaction
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.services import kept_answers
from training_app.services.browser_sessions import Known
from training_app.sessions import state_of_browser

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one kept answer."""

    page: str | None = None
    """Path of the page to show; ``None`` for that on which the answer was given."""
    refusal: str | None = None
    """The sentence that says why it was not taken, or does not count."""


#: Stores one kept answer: ``replay(session, person, view_args, form, at)``, *at* being when it arrived.  It raises a
#: `TrainingError` where no answer is taken any more.
Replay = Callable[[Session, Person, Mapping[str, Any], MultiDict[str, str], datetime], Replayed]

FORGERY_FIELD = "csrf_token"
FORGERY_HEADER = "X-CSRFToken"
FORGERY_SALT = "wtf-csrf-token"


def keeps_answers(*, replay: Replay) -> Callable[[V], V]:
    """Declare that a view stores an answer, and that *replay* stores one that was kept."""

    def mark(view: V) -> V:
        view.keeps_answers = True  # type: ignore[attr-defined]
        view.replay = replay  # type: ignore[attr-defined]
        return view

    return mark


def keep_from_request(*, page: str | None) -> bool:
    """Keep the answer that this request carries, if it comes from an expired session; return whether it is kept.

    :param page: path of the page on which it was given.
    """
    state = state_of_browser()
    view = current_app.view_functions[request.endpoint or ""]
    if request.method != "POST" or state is None or state.expired is None or not hasattr(view, "keeps_answers"):
        return False
    if not _sent_from(state.expired):
        return False
    with transaction() as session:
        return kept_answers.keep(
            session,
            state.expired.person_id,
            endpoint=request.endpoint or "",
            view_args=request.view_args or {},
            path=request.path,
            page=page or request.path,
            form=[(name, value) for name, value in request.form.items(multi=True) if name != FORGERY_FIELD],
            at=now(),
        )


def window_of(config: Config) -> timedelta:
    return timedelta(days=config.kept_answer_days)


def replay_for(person: Person, permissions: frozenset[Permission], *, window: timedelta, at: datetime) -> str | None:
    """Store every answer kept for *person* and say so; return the path of the page of the last, ``None`` without any.

    Each is stored in a transaction of its own, exactly once, as of the instant at which it arrived.
    """
    with transaction() as session:
        waiting = kept_answers.waiting(session, person.id, window=window, at=at)
    outcomes = [_replay_one(post_id, person, permissions, at=at) for post_id in waiting]
    replayed = [outcome for outcome in outcomes if outcome is not None]
    for refusal in dict.fromkeys(outcome.refusal for outcome in replayed if outcome.refusal):
        flash(refusal, "stop")
    if saved := sum(outcome.refusal is None for outcome in replayed):
        flash(
            ngettext(
                "The answer that you gave after your session had ended is saved.",
                "The %(num)s answers that you gave after your session had ended are saved.",
                saved,
            ),
            "ok",
        )
    return replayed[-1].page if replayed else None


def _replay_one(post_id: int, person: Person, permissions: frozenset[Permission], *, at: datetime) -> Replayed | None:
    """Store one kept answer; ``None`` where another process has taken it."""
    page = "/"
    try:
        with transaction() as session:
            post = kept_answers.claim(session, post_id, at=at)
            if post is None:
                return None
            page = post.page
            view: Any = current_app.view_functions.get(post.endpoint)
            if view is None or view.required not in permissions:
                raise AnswerNotTaken
            form = MultiDict((name, value) for name, value in post.form or [])
            done: Replayed = view.replay(session, person, post.view_args, form, post.kept_at)
            return Replayed(done.page or page, done.refusal)
    except TrainingError as error:
        with transaction() as session:
            kept_answers.claim(session, post_id, at=at)
        return Replayed(page, _("An answer could not be saved. %(reason)s", reason=refusals.sentence(error)))


class AnswerNotTaken(TrainingError):
    def __init__(self) -> None:
        super().__init__("You may not answer here any more.")


def _sent_from(expired: Known) -> bool:
    """Return whether the form carries the token against forgery of the session that expired."""
    token = request.form.get(FORGERY_FIELD) or request.headers.get(FORGERY_HEADER, "")
    try:
        sent = URLSafeTimedSerializer(current_app.secret_key or "", salt=FORGERY_SALT).loads(token)
    except BadData:
        return False
    return hmac.compare_digest(str(sent), str(expired.data.get(FORGERY_FIELD, "")))
