"""The answer on prohibited practice corrected, of a tool or a version: by two registrars and from a source.

Nothing else lifts a prohibition, and nothing else sets one on what is registered.  Releases to come of what is found to
be prohibited are called off with the second signature: else, were it corrected back after their day, a version would be
in use through no gate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import (
    ProhibitionCorrection,
    ProhibitionCorrectionSignature,
    ReleaseCancellation,
    Tool,
    ToolVersion,
)
from training_app.rules.facts import Prohibition, VersionChange
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import AlreadyDone, Superseded, second_person, sign_once
from training_app.services.tool_versions import facts_of


class NothingToCorrect(TrainingError):
    def __init__(self) -> None:
        super().__init__("This is the answer on record already. There is nothing to correct.")


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a registrar proposes: the right answer, why the one on record is wrong, and where that can be read."""

    prohibition: Prohibition
    reason: str
    source: str


def answer_on_record(session: Session, tool: Tool, version: ToolVersion | None) -> Prohibition:
    """Return the answer in force for *version*, or of the *tool* itself where there is none."""
    registered = tool.prohibition if version is None else version.prohibition
    signed = session.scalars(
        select(ProhibitionCorrection)
        .join(
            ProhibitionCorrectionSignature,
            ProhibitionCorrectionSignature.correction_id == ProhibitionCorrection.id,
        )
        .where(
            ProhibitionCorrection.tool_id == tool.id,
            _of_version(None if version is None else version.id),
        )
        .order_by(
            ProhibitionCorrectionSignature.effective_at.desc(),
            ProhibitionCorrectionSignature.recorded_at.desc(),
            ProhibitionCorrectionSignature.id.desc(),
        )
    ).first()
    return registered if signed is None else signed.prohibition


def propose(
    session: Session, tool: Tool, version: ToolVersion | None, corrected: Corrected, *, at: datetime, by: Person
) -> ProhibitionCorrection:
    """Write the right answer for *version*, or (``None``) for the *tool*; in force once another registrar signs.

    :raises NothingToCorrect: if that is the answer on record; :raises AlreadyDone: if the same person's same answer
    waits for its signature.
    """
    one_at_a_time(session, "tool", tool.id)
    if corrected.prohibition is answer_on_record(session, tool, version):
        raise NothingToCorrect
    waiting = pending(session, tool, version)
    if waiting is not None and (waiting.prohibition, waiting.recorded_by_id) == (corrected.prohibition, by.id):
        raise AlreadyDone("You have written this already. It waits for another registrar's signature.")
    fact = ProhibitionCorrection(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=tool.id,
        version_id=None if version is None else version.id,
        prohibition=corrected.prohibition,
        reason=corrected.reason,
        source=corrected.source,
    )
    session.add(fact)
    session.flush()
    return fact


def sign(session: Session, correction: ProhibitionCorrection, *, at: datetime, by: Person) -> None:
    """Sign as the second registrar; the corrected answer holds from then on, and a release it forbids never comes.

    :raises SameSigner: if *by* wrote it; :raises AlreadyDone: if it is signed;
    :raises Superseded: if a later correction of the same answer was written.
    """
    second_person(correction.recorded_by_id, by)
    one_at_a_time(session, "tool", correction.tool_id)
    if signature_of(session, correction) is not None:
        raise AlreadyDone("This is signed already.")
    if not is_latest(session, correction):
        raise Superseded
    signature = ProhibitionCorrectionSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        correction_id=correction.id,
        author_id=correction.recorded_by_id,
    )
    sign_once(session, signature)
    if correction.prohibition is not Prohibition.NONE:
        _call_off_releases(session, correction, at=at, by=by)


def _call_off_releases(session: Session, correction: ProhibitionCorrection, *, at: datetime, by: Person) -> None:
    """Call off every release to come of the version, or of all versions of the tool, for the correction's reason."""
    facts = facts_of(session, session.get_one(Tool, correction.tool_id))
    version = None if correction.version_id is None else session.get_one(ToolVersion, correction.version_id)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
    session.add_all(
        ReleaseCancellation(**stamp, release_id=int(change.id), reason=correction.reason)
        for change in facts.standing_changes
        if change.change is VersionChange.RELEASED
        and change.effective_at > at
        and (version is None or change.version == version.label)
    )
    session.flush()


def corrections_of(session: Session, tool: Tool) -> Sequence[ProhibitionCorrection]:
    """Return every correction that was written for *tool* or a version of it, the latest first."""
    return session.scalars(
        select(ProhibitionCorrection)
        .where(ProhibitionCorrection.tool_id == tool.id)
        .order_by(ProhibitionCorrection.id.desc())
    ).all()


def signature_of(session: Session, correction: ProhibitionCorrection) -> ProhibitionCorrectionSignature | None:
    return session.scalar(
        select(ProhibitionCorrectionSignature).where(ProhibitionCorrectionSignature.correction_id == correction.id)
    )


def is_latest(session: Session, correction: ProhibitionCorrection) -> bool:
    """Tell whether no later correction of the same answer was written."""
    return _latest(session, correction.tool_id, correction.version_id) is correction


def pending(session: Session, tool: Tool, version: ToolVersion | None) -> ProhibitionCorrection | None:
    """Return the latest correction of one answer if it waits for its second signature."""
    last = _latest(session, tool.id, None if version is None else version.id)
    return last if last is not None and signature_of(session, last) is None else None


def _latest(session: Session, tool_id: int, version_id: int | None) -> ProhibitionCorrection | None:
    return session.scalars(
        select(ProhibitionCorrection)
        .where(ProhibitionCorrection.tool_id == tool_id, _of_version(version_id))
        .order_by(ProhibitionCorrection.id.desc())
    ).first()


def _of_version(version_id: int | None) -> ColumnElement[bool]:
    column = ProhibitionCorrection.version_id
    return column.is_(None) if version_id is None else column == version_id
