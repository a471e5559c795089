"""Answers that arrived after their session had expired, kept for the officer who gave them.

Kept by person: who else signs in at the same desk neither sees nor discards them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, null, select, update
from sqlalchemy.orm import Session

from training_app.models.browser_session import KeptPost
from training_app.services.deleted import deleted

#: More answers than any quiz asks for; a bound, so that an expired session cannot fill the disk.
MOST_KEPT = 200


def keep(
    session: Session,
    person_id: int,
    *,
    endpoint: str,
    view_args: Mapping[str, Any],
    path: str,
    page: str,
    form: Sequence[tuple[str, str]],
    at: datetime,
) -> bool:
    """Keep one answer for *person_id*; return whether it is kept.

    One that is the same as the latest kept for its question is that one, sent again.  What was chosen earlier, left and
    chosen again is a later answer.

    :param form: names and values as sent, in their order, without the token against forgery.
    """
    pairs = [list(pair) for pair in form]
    there = session.scalars(
        select(KeptPost).where(KeptPost.person_id == person_id, KeptPost.replayed_at.is_(None)).order_by(KeptPost.id)
    ).all()
    latest = next((post for post in reversed(there) if post.path == path), None)
    if latest is not None and latest.form == pairs:
        return True
    if len(there) >= MOST_KEPT:
        return False
    session.add(
        KeptPost(
            person_id=person_id,
            endpoint=endpoint,
            view_args=dict(view_args),
            path=path,
            page=page,
            form=pairs,
            kept_at=at,
            replayed_at=None,
        )
    )
    session.flush()
    return True


def sweep(session: Session, *, window: timedelta, at: datetime) -> int:
    """Delete answers that nobody came back for within *window*; return how many."""
    return deleted(session, delete(KeptPost).where(KeptPost.kept_at <= at - window))


def waiting(session: Session, person_id: int, *, window: timedelta, at: datetime) -> Sequence[int]:
    """Return the ids of the answers of *person_id* to replay, in the order in which they arrived.

    They wait until they are replayed, and no longer than *window*: a quiz is closed by then.  Whatever is older is
    deleted.
    """
    sweep(session, window=window, at=at)
    return session.scalars(
        select(KeptPost.id).where(KeptPost.person_id == person_id, KeptPost.replayed_at.is_(None)).order_by(KeptPost.id)
    ).all()


def claim(session: Session, post_id: int, *, at: datetime) -> KeptPost | None:
    """Take an answer for replay, once; ``None`` where another process has taken it.

    Its form is emptied in the same transaction that stores the answer where it belongs.
    """
    post = session.scalar(
        select(KeptPost).where(KeptPost.id == post_id, KeptPost.replayed_at.is_(None)).with_for_update()
    )
    if post is None:
        return None
    session.expunge(post)
    session.execute(update(KeptPost).where(KeptPost.id == post_id).values(replayed_at=at, form=null()))
    return post
