"""What holds for a quiz, said before it begins; and in words, what stands against beginning it."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from quizzes.admission import Admission
from quizzes.bank import Bank, CutScoreStandard, Layout
from training_app.agency import moment
from training_app.models.training import Attempt, Mode
from training_app.services import accommodations, admissions, sittings, training
from training_app.services.officer_desk import DeskModule
from training_app.views.desk import Reader
from training_app.views.module_page import percent


@dataclass(frozen=True, slots=True)
class RefusalShown:
    sentence: str
    way_out: str
    href: str = ""
    action: str = ""


def row(term: str, description: str) -> dict[str, str]:
    return {"term": term, "description": description}


# -- before the start --------------------------------------------------------------------------------------------------


def terms(
    found: DeskModule, mode: Mode, state: Admission, *, extra_percent: int, reader: Reader
) -> list[dict[str, str]]:
    """Return what holds for an attempt that is opened now."""
    bank, plan = found.published.bank, found.published.bank.plan
    practice = mode is Mode.PRACTICE
    closes = training.closes_at(plan, mode, extra_percent=extra_percent, at=reader.at)
    rows = [
        row(
            _("Counts"),
            _("For nothing. After each question you are told what is right and why.")
            if practice
            else _("Yes. A pass is on record and can earn a certificate."),
        ),
        row(_("Questions"), _questions(bank, practice=practice)),
        row(_("Time"), _time(bank, practice=practice, extra_percent=extra_percent)),
        row(_("Closes, if you start now"), moment(closes)),
    ]
    if practice:
        return rows
    rows.append(row(_("To pass"), to_pass(bank)))
    if state.left is not None or plan.cooling_off_hours:
        rows.append(row(_("Attempts"), _attempts(state, hours=plan.cooling_off_hours)))
    return rows


def _questions(bank: Bank, *, practice: bool) -> str:
    count = bank.plan.length
    if practice:
        return ngettext("Up to %(num)s, one on each page", "Up to %(num)s, one on each page", count)
    if bank.plan.layout is Layout.ALL_AT_ONCE:
        return ngettext("%(num)s, on one page", "%(num)s, all on one page", count)
    return ngettext("%(num)s, on a page of its own", "%(num)s, one on each page", count)


def _time(bank: Bank, *, practice: bool, extra_percent: int) -> str:
    minutes = bank.plan.minutes
    if practice or minutes is None:
        return _("No clock runs. You can stop and come back.")
    if not extra_percent:
        return ngettext(
            "%(num)s minute from when you start. The clock runs on if you leave.",
            "%(num)s minutes from when you start. The clock runs on if you leave.",
            minutes,
        )
    allowed = minutes * (100 + extra_percent) // 100
    return _(
        "%(allowed)s minutes from when you start: %(minutes)s, and %(percent)s%% more that is recorded for you. The "
        "clock runs on if you leave.",
        allowed=allowed,
        minutes=minutes,
        percent=extra_percent,
    )


def to_pass(bank: Bank) -> str:
    """Return what a pass asks for."""
    share = percent(bank.plan.cut_score)
    asked = (
        _("At least %(share)s of the points; how many more depends on how hard your questions are.", share=share)
        if bank.plan.standard is CutScoreStandard.ANGOFF
        else _("%(share)s of the points.", share=share)
    )
    if any(item.critical for item in bank.examined().items):
        return f"{asked} {_('Some questions must be right, whatever the total.')}"
    return asked


def _attempts(state: Admission, *, hours: int) -> str:
    said = []
    if state.left is not None:
        said.append(left(state))
    if hours:
        said.append(
            ngettext(
                "After a failed one the next opens %(num)s hour later.",
                "After a failed one the next opens %(num)s hours later.",
                hours,
            )
        )
    return " ".join(said)


def left(state: Admission) -> str:
    """Return how many attempts are left; empty without a limit."""
    if state.left is None:
        return ""
    if not state.left:
        return _("You have no attempt left.")
    return ngettext("You have %(num)s attempt left.", "You have %(num)s attempts left.", state.left)


def promises(found: DeskModule, mode: Mode) -> list[str]:
    """Return what happens to answers: when they are saved, offline, on another machine, after the deadline."""
    practice = mode is Mode.PRACTICE
    said = [
        _(
            "Each answer is saved as you give it, and the page says when. Without scripts in your browser, its button "
            "saves it."
        ),
        _(
            "Without a connection your answers stay on this device and are sent when it is back. They are erased from "
            "the device once they are saved, and when you sign out: sign out only when all is saved."
        ),
        _("You can go on from another device: sign in there. Of two answers to a question the later one counts."),
        _("Until you submit you can change every answer. Questions that are still blank are named before."),
    ]
    if practice:
        said.append(
            _("Questions of a quiz that you did not pass are left out, since practice would tell their answers.")
        )
        return said
    said += [
        _(
            "When it closes, what is saved counts as submitted. An answer that arrives later is kept, shown as late "
            "and not counted, unless an assessor decides otherwise."
        ),
        _("Afterwards you see your points by objective. Which answers were right is not told, whatever the result."),
    ]
    return said


# -- what stands against it --------------------------------------------------------------------------------------------


def against(
    session: Session, officer_id: int, found: DeskModule, mode: Mode, state: Admission, *, reader: Reader
) -> RefusalShown | None:
    """Return what stands against opening an attempt now, as the service would refuse it, or ``None``."""
    if found.progress.open_attempt is not None and mode is Mode.ASSESSMENT:
        return None
    if mode is Mode.ASSESSMENT:
        closed = found.progress.closed_attempt
        return result_waits(closed) if closed is not None else against_another(state)
    if sittings.practice_waits(session, officer_id, found.slug, at=reader.at):
        return practice_waits()
    return None


def result_waits(closed: Attempt) -> RefusalShown:
    return RefusalShown(
        _("The time of your last quiz on this module has ended."),
        _("What you had saved counts. See its result first."),
        url_for("quiz.result", attempt_id=closed.id),
        _("Go to the result"),
    )


def practice_waits() -> RefusalShown:
    return RefusalShown(_("Your quiz on this module is open."), _("Submit it first; then you can practise again."))


def nothing_to_practise() -> RefusalShown:
    return RefusalShown(
        _("Every question of this module stood on a quiz that you did not pass."),
        _("Practice would tell their answers. The result names the lessons that are worth reading again."),
    )


def against_another(state: Admission) -> RefusalShown | None:
    """Return what stands against another assessment: none is left, or a failed one lets it wait."""
    if state.used_up:
        return RefusalShown(
            ngettext(
                "You have used your %(num)s attempt at this quiz.",
                "You have used all %(num)s attempts at this quiz.",
                state.used,
            ),
            _("Ask your trainer: a lead trainer can open one more for you. The lessons stay open."),
        )
    if state.opens_at is not None:
        return RefusalShown(
            _("After a quiz that was not passed there is a pause."),
            _("You can take it again from %(when)s on.", when=moment(state.opens_at)),
        )
    return None


def another(state: Admission) -> str:
    """Return whether the quiz can be taken again, as one sentence."""
    refusal = against_another(state)
    if refusal is not None:
        return f"{refusal.sentence} {refusal.way_out}"
    return f"{_('You can take it again.')} {left(state)}".strip()


def extra_percent(session: Session, officer_id: int, reader: Reader) -> int:
    return accommodations.extra_percent(session, officer_id, reader.on)


def admission_to(session: Session, officer_id: int, found: DeskModule, reader: Reader) -> Admission:
    return admissions.admission_to(session, officer_id, found.published, at=reader.at)


def clock(found: sittings.Sitting, reader: Reader) -> dict[str, Any]:
    """Return when a clock ends the open attempt, and the whole seconds until then; empty where only days count."""
    if not found.timed:
        return {"closes": "", "seconds": 0}
    closes = found.attempt.closes_at
    return {"closes": moment(closes), "seconds": max(0, int((closes - reader.at).total_seconds()))}
