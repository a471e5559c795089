"""The card with the one thing to do next, and the sentence above it."""

from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app import wording
from training_app.agency import moment
from training_app.rules.access import Badge, Decision, Ground
from training_app.rules.certification import Validity
from training_app.rules.facts import RetrainingOrdered
from training_app.rules.next_step import NEEDS_ATTENTION, Action, Step, Urgency
from training_app.services import sign_offs
from training_app.services.officer_desk import Desk, DeskTool
from training_app.views.desk import Reader, effort_of, grounds, sentence_of


@dataclass(frozen=True, slots=True)
class StepShown:
    title: str
    text: str
    eyebrow: str | None = None
    detail: str = ""
    href: str = ""
    """Where the action leads."""
    action: str = ""
    post: str = ""
    """Where the action is sent instead, where it changes something."""


def lede(desk: Desk) -> str:
    """Return how many tools need attention, in a sentence."""
    needing = [step for step in desk.steps if step.urgency in NEEDS_ATTENTION]
    tools = sum(step.tool is not None for step in needing)
    if tools:
        return ngettext("One tool needs your attention.", "%(num)s tools need your attention.", tools)
    if needing:
        return _("One of your quizzes waits for you.")
    return _("Nothing needs your attention.")


def step_shown(desk: Desk, reader: Reader) -> StepShown:
    """Return the card: the most urgent step, or that there is nothing to do and until when."""
    if not desk.steps:
        return _nothing(desk, reader)
    step = desk.steps[0]
    found = desk.tool(step.tool) if step.tool else None
    if step.action is Action.COUNTERSIGN and found is not None:
        return _countersign(step, found)
    if step.urgency in {Urgency.RESULT, Urgency.RESUME} or found is None:
        return _attempt(step, desk, reader)
    if step.urgency is Urgency.ASK:
        return _ask(step, found, reader)
    shown = _training(step, found, reader)
    detail = sentence_of(effort_of(step.duty, desk.modules)) if step.duty else ""
    return _with_action(replace(shown, detail=detail), step, desk)


def _countersign(step: Step, found: DeskTool) -> StepShown:
    names = {"tool": found.tool.name, "version": step.version or ""}
    return StepShown(
        _("One click is missing: sign what was observed"),
        _(
            "An assessor watched you work with %(tool)s and signed that everything was met. Your training for "
            "%(version)s is complete only when you have signed, too.",
            **names,
        ),
        href=url_for("my_observations.one", practice_id=int((step.subject or "").removeprefix(sign_offs.PREFIX))),
        action=_("Read it and sign"),
    )


def _nothing(desk: Desk, reader: Reader) -> StepShown:
    later = _("You will see it here when a tool is updated.")
    change = desk.next_change()
    text = f"{_change(*change, reader)} {later}" if change else later
    return StepShown(_("Nothing to do"), text, eyebrow=_("Up to date"))


def _change(found: DeskTool, then: Decision, reader: Reader) -> str:
    """Return what time alone will bring next."""
    names = {"tool": found.tool.name, "version": then.question.version or "", "day": reader.day(then.at)}
    if then.badge is Badge.RENEWAL_OPEN:
        return _("From %(day)s on you can renew your certification on %(tool)s.", **names)
    if Ground.EVALUATION_NOT_IN_FORCE in then.grounds:
        return _("Next: from %(day)s on you need a new psychological evaluation to use %(tool)s.", **names)
    names["badge"] = wording.badge(then.badge).label
    return _("Next: on %(day)s %(tool)s %(version)s changes to: %(badge)s.", **names)


def _training(step: Step, found: DeskTool, reader: Reader) -> StepShown:
    names = {"tool": found.tool.name, "version": step.version or ""}
    day = wording.civil(step.duty.by) if step.duty else ""
    if step.duty is not None and step.duty.order is not None:
        return _ordered(step.duty.order, names, late=step.urgency is Urgency.REGAIN)
    match step.urgency:
        case Urgency.REGAIN:
            return StepShown(_("Train for %(tool)s %(version)s", **names), _regain(step, found, reader))
        case Urgency.KEEP:
            return StepShown(
                _("Train for %(tool)s %(version)s by %(day)s", day=day, **names),
                _("You may use it until then. After that day it is refused until you have covered what changed."),
            )
        case Urgency.RENEW:
            return StepShown(
                _("Renew your certification on %(tool)s", **names),
                _("It runs through %(day)s. Renew now and no day is lost.", day=day),
            )
        case Urgency.PREPARE:
            return StepShown(
                _("Get ready for %(tool)s %(version)s", **names),
                _("It is announced. Train now, and you can use it from its first day."),
                eyebrow=_("When you have time"),
            )
        case Urgency.CHOOSE:
            return StepShown(
                _("You can take the course for %(tool)s", **names),
                _("Nothing is asked of you. To use the tool you also need a seat, which your supervisor grants."),
                eyebrow=_("If you want to"),
            )
        case _:
            return _certify(step, found)


def _ordered(order: RetrainingOrdered, names: dict[str, str], *, late: bool) -> StepShown:
    title = _("Take the retraining that was ordered for %(tool)s", **names)
    day = wording.civil(order.due)
    if late:
        return StepShown(title, _("Its last day was %(day)s. You may not use the tool until it is done.", day=day))
    return StepShown(title, _("Pass its modules again by %(day)s. You may use the tool until then.", day=day))


def _regain(step: Step, found: DeskTool, reader: Reader) -> str:
    decision = found.decisions.get(step.version or "")
    if decision is not None and decision.allowed:  # in an emergency, which takes nothing off the training
        return _("You may use it in an emergency for now. Then it is refused until you have covered what changed.")
    path = step.duty.path if step.duty else None
    if path is None or path.refused_from is None:
        return _("You may not use it until you have covered what changed.")
    return _(
        "Since %(day)s you may not use it: first cover what changed since %(old)s.",
        day=reader.day(path.refused_from),
        old=path.labels[0],
    )


def _certify(step: Step, found: DeskTool) -> StepShown:
    names = {"tool": found.tool.name, "version": step.version or ""}
    standing = next((one.standing for one in found.decisions.values() if one.standing), None)
    validity = standing.validity if standing else Validity.NEVER_CERTIFIED
    day = wording.civil(standing.last_day) if standing else ""
    title = _("Get certified on %(tool)s %(version)s", **names)
    match validity:
        case Validity.EXPIRED:
            return StepShown(
                title, _("Your certification ended after %(day)s. The course certifies you anew.", day=day)
            )
        case Validity.REVOKED:
            return StepShown(title, _("Your certification was revoked. The course certifies you anew."))
        case Validity.IN_TRAINING:
            return StepShown(title, _("You have begun the course. Go on where you left off."))
        case _:
            return StepShown(title, _("Take the course and pass its quiz. You can stop at any time and come back."))


def _attempt(step: Step, desk: Desk, reader: Reader) -> StepShown:
    """Return the card for an attempt that waits, or for an award that has only to be made."""
    found = desk.tool(step.tool) if step.tool else None
    if step.action is Action.COLLECT and found is not None:
        names = {"tool": found.tool.name, "version": step.version or ""}
        shown = StepShown(_("Get certified on %(tool)s %(version)s", **names), _("You have done all that it asks."))
        return _with_action(shown, step, desk)
    module = desk.modules[step.subject or ""]
    title = module.published.module.title_in(reader.language)
    if step.action is Action.SEE_RESULT:
        attempt = module.progress.closed_attempt
        closed = moment(attempt.closes_at) if attempt else ""
        text = _("The time for this quiz ended on %(day)s. What you had saved counts.", day=closed)
        return _with_action(StepShown(_("See your result: %(module)s", module=title), text), step, desk)
    attempt = module.progress.open_attempt
    text = _(
        "Your answers are saved. The quiz is open until %(day)s.", day=moment(attempt.closes_at) if attempt else ""
    )
    return _with_action(StepShown(_("Finish the quiz: %(module)s", module=title), text), step, desk)


def _ask(step: Step, found: DeskTool, reader: Reader) -> StepShown:
    names = {"tool": found.tool.name, "version": step.version or ""}
    decision = found.decisions[step.version or ""]
    texts = dict(zip(decision.grounds, grounds(decision, found.officer, reader), strict=True))
    text = texts[step.ground] if step.ground else next(iter(texts.values()))
    titles = {
        Ground.SUSPENDED: _("You are suspended from using %(tool)s", **names),
        Ground.EVALUATION_NOT_IN_FORCE: _("Ask for an evaluation to use %(tool)s", **names),
        Ground.NO_SEAT: _("Ask for a seat to use %(tool)s", **names),
    }
    title = titles.get(step.ground or Ground.NO_SEAT) or _("%(tool)s %(version)s is not open to you yet", **names)
    why = "" if step.ground is Ground.SUSPENDED else text.sentence
    page = url_for("officer.tool", slug=found.tool.slug, _anchor=f"version-{step.version}")
    eyebrow = _("Please note") if step.ground is Ground.SUSPENDED else None
    return StepShown(title, f"{why} {text.way_out}".strip(), eyebrow, href=page, action=_("See the details"))


def _with_action(shown: StepShown, step: Step, desk: Desk) -> StepShown:
    """Return *shown* with the link or the button that does the step."""
    page = url_for("officer.tool", slug=step.tool, _anchor=f"version-{step.version}") if step.tool else ""
    module = desk.modules.get(step.subject or "")
    match step.action:
        case Action.COLLECT:
            return replace(shown, post=url_for("officer.collect", slug=step.tool), action=_("Get my certificate"))
        case Action.SIGN:
            return replace(shown, href=page, action=_("Read what changed"))
        case Action.BE_OBSERVED:
            observed = url_for("my_observations.be_observed", slug=step.tool, label=step.subject)
            return replace(shown, href=observed, action=_("See who may observe you"))
        case Action.SEE_RESULT if module and module.progress.closed_attempt:
            attempt = module.progress.closed_attempt
            return replace(shown, post=url_for("quiz.submit", attempt_id=attempt.id), action=_("See my result"))
        case Action.RESUME if module and module.progress.open_attempt:
            attempt = module.progress.open_attempt
            return replace(shown, href=url_for("quiz.attempt", attempt_id=attempt.id), action=_("Resume the quiz"))
    return _with_module(shown, step, desk, page)


def _with_module(shown: StepShown, step: Step, desk: Desk, page: str) -> StepShown:
    module = desk.modules.get(step.subject or "")
    begun = module is not None and bool(module.progress.lessons_read)
    ordered = step.duty is not None and step.duty.order is not None
    if step.urgency in {Urgency.REGAIN, Urgency.KEEP, Urgency.PREPARE} and not begun and not ordered:
        return replace(shown, href=page, action=_("See what changed"))
    if step.action is Action.TAKE_QUIZ:
        return replace(
            shown, href=url_for("officer.module", slug=step.subject, _anchor="quiz"), action=_("Go to the quiz")
        )
    if module is not None and begun and module.for_rule.unread:
        lesson = module.for_rule.unread[0]
        return replace(
            shown,
            href=url_for("officer.module_lesson", slug=step.subject, lesson=lesson),
            action=_("Continue reading"),
        )
    action = _("Start the renewal") if step.urgency is Urgency.RENEW else _("Start the course")
    return replace(shown, href=url_for("officer.module", slug=step.subject), action=action)
