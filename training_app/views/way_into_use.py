"""A version's way into use in words: what is done and what is not, and the one next step for who is looking."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from training_app import wording
from training_app.agency import moment
from training_app.rules.versions import VersionState
from training_app.services.way_into_use import Journey, NextStep, Proposal, Stamp, StepKind, WayFrom
from training_app.wording import BadgeText
from training_app.wording import cards as card_words

#: The badge whose look fits each state.
_LOOKS = {
    VersionState.REGISTERED: "not-certified",
    VersionState.ANNOUNCED: "in-training",
    VersionState.IN_USE: "certified",
    VersionState.SUSPENDED: "suspended",
    VersionState.WITHDRAWN: "not-covered",
    VersionState.PROHIBITED: "prohibited",
}


def state_badge(state: VersionState) -> BadgeText:
    return BadgeText(_LOOKS[state], str(wording.VERSION_STATES[state]))


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the task list; *code* as the component knows it: done, started, to-do or blocked."""

    title: str
    code: str
    label: str
    note: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """The one next step; where *post* is given, a button that sends to it, else a link to *href*."""

    title: str
    text: str
    action: str = ""
    href: str | None = None
    post: str | None = None
    eyebrow: str | None = None
    """Instead of "Do this next"."""


def tasks(journey: Journey, *, zone: ZoneInfo, may_manage: bool) -> list[Task]:
    """Return everything that a version needs on its way into use, in order, with who did what when."""
    words = _Words(journey, zone, may_manage)
    if journey.state is VersionState.PROHIBITED:
        return [words.registered(), words.release()]
    return [words.registered(), words.requirements(), words.card(), words.announced(), *words.ways(), words.release()]


class _Words:
    def __init__(self, journey: Journey, zone: ZoneInfo, may_manage: bool) -> None:
        self.journey, self.zone, self.may_manage = journey, zone, may_manage
        self.version_id, self.label = journey.version.id, journey.version.label

    def registered(self) -> Task:
        note = self._stamp(self.journey.registered)
        if self.journey.predecessor:
            replaced = _("It replaces %(version)s.", version=self.journey.predecessor.label)
            note = f"{note} {replaced}"
        return Task(_("Registered"), "done", _("Done"), note)

    def requirements(self) -> Task:
        title, asked = _("What earns a certification"), self.journey.requirements
        if asked is None:
            note = _("Modules for a first certification and for a renewal, signed by two registrars.")
            return Task(title, "to-do", _("To do"), note, self._to_manage("requirements.propose"))
        href = url_for("requirements.requirement_set", set_id=asked.id)
        return Task(title, *self._signing(asked), self._proposal(asked), href)

    def card(self) -> Task:
        title, found = _("The card that officers read"), self.journey.card
        href = url_for("tools.card", slug=self.journey.version.tool.slug, _anchor=f"version-{self.version_id}")
        if not found.gaps:
            return Task(title, "done", _("Filled in"), _("Training data, limits, figures and tests by group."), href)
        if found.waiver is not None:
            waived = url_for("tools.waiver", waiver_id=found.waiver.id)
            written = _("Released without: the reason was written by %(name)s.", name=found.waiver.author)
            state = ("done", _("Signed")) if found.waiver.signed else ("started", _("Waits for a second signature"))
            return Task(title, *state, written, waived)
        missing = _("Missing: %(parts)s.", parts=card_words.gaps(found.gaps))
        return Task(title, "to-do", _("To do"), missing, self._to_manage("tools.version_card") or href)

    def announced(self) -> Task:
        title, stamp = _("Announced to officers"), self.journey.announced
        if stamp is None:
            note = _("From then on officers see it coming and may train for it.")
            return Task(title, "to-do", _("To do"), note)
        return Task(title, "done", _("Done"), self._stamp(stamp))

    def ways(self) -> Iterator[Task]:
        for way in self.journey.ways:
            if self.journey.releasable or way.assessment or way.way.path:
                yield self._way(way)

    def _way(self, way: WayFrom) -> Task:
        title, found = _("The way from %(version)s", version=way.start.label), way.assessment
        if found is not None and (found.signed is None or way.way.blocked or not way.by_way_of):
            code, label = self._signing(found)
            level = (
                _("No way from here.")
                if way.verdict is None
                else _("Level %(level)s.", level=wording.LEVELS[way.verdict])
            )
            href = url_for("registrar.assessment", assessment_id=found.id)
            return Task(title, code, label, f"{level} {self._proposal(found)}", href)
        to_assess = self._to_manage("registrar.assess", start_id=way.start.id)
        if way.settled:
            note = _("By way of %(versions)s, assessed.", versions=", ".join(way.by_way_of))
            return Task(title, "done", _("Assessed"), note)
        if way.follows:
            note = _("By way of %(version)s, as soon as the way from there is signed.", version=way.follows)
            return Task(title, "blocked", _("Follows"), note, to_assess)
        note = _("Say what officers certified on %(version)s must do. Two registrars sign.", version=way.start.label)
        return Task(title, "to-do", _("To do"), note, to_assess)

    def release(self) -> Task:
        title, href = _("Forecast and release"), url_for("releases.forecast", version_id=self.version_id)
        released, scheduled = self.journey.released, self.journey.scheduled_for
        if scheduled is not None and self.journey.schedule and self.journey.schedule.obstacles:
            note = _("In use from %(when)s on. Something stands against it: see above.", when=moment(scheduled))
            return Task(title, "blocked", _("Scheduled"), note, href)
        if scheduled is not None:
            return Task(title, "started", _("Scheduled"), _("In use from %(when)s on.", when=moment(scheduled)), href)
        if self.journey.state is VersionState.PROHIBITED:
            return Task(title, "blocked", _("Never"), _("This version is prohibited. Nothing lifts that."))
        if released is not None:
            return Task(title, "done", _("Done"), self._stamp(released))
        if self.journey.obstacles:
            note = _("See who will be able to use it and who will not. The release opens once all the rest is done.")
            return Task(title, "blocked", _("Not yet"), note, href)
        return Task(
            title, "to-do", _("Ready"), _("See who will be able to use it and who will not, then decide."), href
        )

    def _to_manage(self, endpoint: str, **values: Any) -> str | None:
        return url_for(endpoint, version_id=self.version_id, **values) if self.may_manage else None

    def _signing(self, found: Proposal) -> tuple[str, str]:
        return ("done", _("Signed")) if found.signed else ("started", _("Waits for a second signature"))

    def _proposal(self, found: Proposal) -> str:
        written = _("Written by %(name)s on %(day)s.", name=found.written.by, day=self._day(found.written))
        if found.signed is None:
            return written
        signed = _("Signed by %(name)s on %(day)s.", name=found.signed.by, day=self._day(found.signed))
        return f"{written} {signed}"

    def _stamp(self, stamp: Stamp) -> str:
        if not stamp.by:
            return _("On %(day)s.", day=self._day(stamp))
        return _("By %(name)s on %(day)s.", name=stamp.by, day=self._day(stamp))

    def _day(self, stamp: Stamp) -> str:
        return wording.civil_of(stamp.at, self.zone)


def action(journey: Journey, step: NextStep) -> Action:
    """Return the next step of *journey* in words, with where it leads."""
    version_id, names = journey.version.id, {"version": journey.version.label, "start": step.start or ""}
    match step.kind:
        case StepKind.PROPOSE_REQUIREMENTS:
            return Action(
                _("Choose what earns a certification on %(version)s", **names),
                _("Start from what the version before asks, and change it where this one needs it."),
                _("Choose the modules"),
                url_for("requirements.propose", version_id=version_id),
            )
        case StepKind.SIGN_REQUIREMENTS:
            return Action(
                _("Sign what earns a certification on %(version)s", **names),
                _("Another registrar wrote it. Read it, then sign as the second person."),
                _("Read and sign"),
                url_for("requirements.requirement_set", set_id=step.target_id),
            )
        case StepKind.FILL_IN_CARD | StepKind.SIGN_WAIVER:
            return _card_action(step, version_id, names)
        case StepKind.ANNOUNCE:
            return Action(
                _("Announce %(version)s to officers", **names),
                _("They see that it is coming and what changes, and may train for it. Nobody loses access by this."),
                _("Announce it"),
                post=url_for("registrar.announce", version_id=version_id),
            )
        case _:
            return _later_action(journey, step, names)


def _card_action(step: NextStep, version_id: int, names: dict[str, str]) -> Action:
    if step.kind is StepKind.SIGN_WAIVER:
        return Action(
            _("Agree that %(version)s goes without a complete card, or do not", **names),
            _("Another registrar wrote why. Read it, then sign as the second person and say why you agree."),
            _("Read and sign"),
            url_for("tools.waiver", waiver_id=step.target_id),
        )
    return Action(
        _("Fill in the card of %(version)s", **names),
        _("Officers read it in every standing: training data, known limits, figures and tests by group."),
        _("Fill in the card"),
        url_for("tools.version_card", version_id=version_id),
    )


def _later_action(journey: Journey, step: NextStep, names: dict[str, str]) -> Action:
    version_id = journey.version.id
    match step.kind:
        case StepKind.ASSESS:
            return Action(
                _("Assess the way from %(start)s to %(version)s", **names),
                _("Say what officers certified on %(start)s must do before they use %(version)s.", **names),
                _("Assess the way"),
                url_for("registrar.assess", version_id=version_id, start_id=step.target_id),
            )
        case StepKind.SIGN_ASSESSMENT:
            return Action(
                _("Sign the way from %(start)s to %(version)s", **names),
                _("Another registrar assessed it. Read it with its effect, then sign as the second person."),
                _("Read and sign"),
                url_for("registrar.assessment", assessment_id=step.target_id),
            )
        case StepKind.RELEASE:
            return Action(
                _("See the forecast, then release %(version)s", **names),
                _("Everything is written and signed. See who will be able to use it and who will not."),
                _("See the forecast"),
                url_for("releases.forecast", version_id=version_id),
            )
        case _:
            return Action(
                _("Another registrar signs now"),
                _("You wrote what waits for its second signature. Somebody else reads it and signs."),
                eyebrow=_("Nothing for you to do now"),
            )
