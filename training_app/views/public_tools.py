"""The public register as its pages and its file show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import wording
from training_app.rules.civil_time import CivilInstant
from training_app.rules.disclosure import Published
from training_app.rules.facts import ToolFacts
from training_app.services import public_register
from training_app.services.public_register import PublicRegister, PublicTool, PublicVersion
from training_app.views import card_page
from training_app.views.card_page import MeasureShown, TestShown
from training_app.views.way_into_use import state_badge
from training_app.wording import BadgeText, policies
from training_app.wording import cards as card_words
from training_app.wording import public as words

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FORMAT = "public-register"
FORMAT_VERSION = 1


def register(session: Session, *, on: CivilInstant) -> PublicRegister:
    """Return the register of the installation; in a request."""
    extensions = current_app.extensions

    def counting(session: Session, tool: ToolFacts, at: CivilInstant) -> int:
        counted: int = extensions["people_with_access"].of(session, tool, on=at)
        return counted

    return public_register.register(
        session, on=on, counting=counting, unpublished=extensions["config"].unpublished_tools
    )


@dataclass(frozen=True, slots=True)
class VersionShown:
    version: PublicVersion
    badge: BadgeText
    days: str
    """From when to when it was in use, as a sentence."""
    measures: list[MeasureShown]
    tests: list[TestShown]
    training: list[str]
    """What officers learn, as sentences."""
    modules: list[tuple[str, str, str | None]]
    """Of what they are taught: slug, title, and where it can be read."""
    learned_anew: list[tuple[str, str, str | None]]


@dataclass(frozen=True, slots=True)
class ToolShown:
    tool: PublicTool
    badge: BadgeText
    rows: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    """What came of reports, as the component for summaries knows it."""
    incidents: list[dict[str, Any]]
    """The same of citizens' incidents."""
    newest: VersionShown | None
    """The newest version, whose figures and instructions stand in full."""
    versions: list[VersionShown]


Titles = Mapping[str, str]
"""Titles of the modules that everybody may read, by slug."""


def tool_shown(register: PublicRegister, tool: PublicTool, titles: Titles, *, on: CivilInstant) -> ToolShown:
    versions = [_version(one, titles, on) for one in tool.versions]
    current = [one for one in versions if one.version in tool.in_use] or versions
    return ToolShown(
        tool=tool,
        badge=words.standing(tool.standing),
        rows=rows(register, tool),
        reports=[
            {
                "term": _("Version %(label)s, %(day)s", label=one.version, day=wording.civil(one.closed)),
                "description": one.sentence,
            }
            for one in tool.reports
        ],
        incidents=[
            {"term": _("Closed on %(when)s", when=wording.civil(one.closed)), "description": one.sentence}
            for one in tool.incidents
        ],
        newest=current[0] if current else None,
        versions=versions,
    )


def rows(register: PublicRegister, tool: PublicTool) -> list[dict[str, Any]]:
    """Return what is said of the tool itself, as the component for summaries knows it."""
    parts = card_words.PARTS
    said = tool.said
    unsaid = _("Not written down yet")
    stated = [
        (parts["legal_basis"], said.legal_basis if said else unsaid),
        (parts["risk_class"], str(card_words.RISK_CLASSES[said.risk_class]) if said else unsaid),
        (parts["personal_data"], said.personal_data if said else unsaid),
        (parts["special_categories"], said.special_categories if said else unsaid),
        (parts["retention"], (said.retention if said else None) or unsaid),
    ]
    if tool.with_access is not None:
        stated += [(_("Officers who can use it"), words.figure(tool.with_access))]
        if tool.most_seats is not None:
            stated += [(_("At most"), _("%(seats)s officers at a time", seats=tool.most_seats))]
        stated += [
            (_("Psychological evaluation"), policies.evaluation(tool.asks_evaluation, register.agency_asks_evaluation)),
            (_("Update training put off"), policies.graces(tool.graces)),
        ]
    if tool.offers_emergencies or tool.emergencies:
        stated += [(_("Used in an emergency"), emergencies(tool))]
    return [{"term": str(term), "description": text} for term, text in stated]


def emergencies(tool: PublicTool) -> str:
    """Say how often emergency access was confirmed, year by year."""
    return ", ".join(
        _("%(year)s: %(count)s", year=year, count=words.figure(count).lower()) for year, count in tool.emergencies
    )


def _version(one: PublicVersion, titles: Titles, on: CivilInstant) -> VersionShown:
    return VersionShown(
        version=one,
        badge=state_badge(one.state),
        days=_days(one),
        measures=card_page.measures(one.card.figures) if one.card else [],
        tests=card_page.tests(one.card.tests, on=on) if one.card else [],
        training=_training(one),
        modules=_named(one.taught.modules if one.taught else (), titles),
        learned_anew=_named(one.update.modules if one.update else (), titles),
    )


def _days(one: PublicVersion) -> str:
    since = wording.civil(one.released)
    if one.withdrawn is None:
        return _("In use since %(day)s", day=since)
    return _("In use from %(day)s to %(last)s", day=since, last=wording.civil(one.withdrawn))


def _training(one: PublicVersion) -> list[str]:
    """Say what is asked of officers: of those who come from the version before, and of those who are new."""
    said = []
    if one.update is not None:
        said.append(str(words.UPDATES[one.update.level]))
        if one.update.grace_days:
            said.append(_("They could use it for %(days)s days before they had done so.", days=one.update.grace_days))
    if one.taught is not None and one.taught.observed:
        said.append(_("Who is new to the tool must also be watched at work by an assessor."))
    return said


def _named(slugs: tuple[str, ...], titles: Titles) -> list[tuple[str, str, str | None]]:
    return [
        (slug, titles.get(slug, slug), url_for("citizens.module", slug=slug) if slug in titles else None)
        for slug in slugs
    ]


# -- the file ----------------------------------------------------------------------------------------------------------


def document(register: PublicRegister, agency: str, *, on: CivilInstant) -> dict[str, Any]:
    """Return the register as JSON values; `public_register.schema.json` says what each means."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "licence": LICENCE,
        "agency": agency,
        "as_of": on.day.isoformat(),
        "complete": not register.some_unpublished,
        "agency_asks_evaluation": register.agency_asks_evaluation,
        "tools": [_tool(one) for one in register.tools],
    }


def _tool(one: PublicTool) -> dict[str, Any]:
    said = one.said
    return {
        "id": one.slug,
        "name": one.name,
        "supplier": one.vendor,
        "description": one.description,
        "standing": one.standing.value,
        "prohibition": one.prohibition.value,
        "prohibition_source": one.prohibition_source or None,
        "purpose": said.purpose if said else None,
        "legal_basis": said.legal_basis if said else None,
        "risk_class": said.risk_class.value if said else None,
        "personal_data": said.personal_data if said else None,
        "special_categories": said.special_categories if said else None,
        "retention": said.retention if said else None,
        "overridden_by": said.overridden_by if said else None,
        "overridden_how": said.overridden_how if said else None,
        "permitted_purposes": [
            {
                "name": purpose.name,
                "guideline": [
                    {
                        "crime_types": sorted(case.crime_types),
                        "circumstances": sorted(case.circumstances),
                        "authorisation": case.authorisation,
                        "sentence": case.sentence,
                        "source": case.source,
                    }
                    for case in purpose.cases
                ],
            }
            for purpose in one.purposes
        ],
        "purpose_asked_with_each_use": one.intrusive,
        "asks_evaluation": one.asks_evaluation,
        "most_officers": one.most_seats,
        "officers_with_access": _count(one.with_access),
        "update_training_put_off_days": list(one.graces),
        "emergency_access_offered": one.offers_emergencies,
        "emergency_accesses": [{"year": year, "count": _count(count)} for year, count in one.emergencies],
        "reports": [
            {"version": report.version, "closed": report.closed.isoformat(), "sentence": report.sentence}
            for report in one.reports
        ],
        "incidents": [
            {"closed": incident.closed.isoformat(), "sentence": incident.sentence} for incident in one.incidents
        ],
        "versions": [_of_version(version) for version in one.versions],
    }


def _of_version(one: PublicVersion) -> dict[str, Any]:
    card = one.card
    return {
        "label": one.label,
        "state": one.state.value,
        "in_use_since": one.released.isoformat(),
        "in_use_until": _day(one.withdrawn),
        "what_changed": one.what_changed,
        "how_to_stop": one.how_to_stop,
        "known_limits": card.known_limits if card else None,
        "training_data": card.training_data if card else None,
        "figures_by_group": [
            {"group": figure.group, "measure": figure.measure, "value": figure.value}
            for figure in (card.figures if card else ())
        ],
        "tests_by_group": [
            {"date": test.date.isoformat(), "groups": test.groups, "finding": test.finding, "data_set": test.data_set}
            for test in (card.tests if card else ())
        ],
        "modules_taught": list(one.taught.modules) if one.taught else [],
        "observed_at_work": bool(one.taught and one.taught.observed),
        "update_training": None
        if one.update is None
        else {
            "since": one.update.since,
            "level": None if one.update.level is None else int(one.update.level),
            "modules": list(one.update.modules),
            "grace_days": one.update.grace_days,
        },
    }


def _count(published: Published | None) -> dict[str, Any] | None:
    return None if published is None else {"form": published.form.value, "number": published.number}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
