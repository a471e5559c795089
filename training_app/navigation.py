"""The main navigation: sections of pages, of which everybody sees what their roles permit.

Who has few pages sees them all in one row.  Who has many sees the sections, and below them the pages of the one where
they are: a row that wraps is read by nobody.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the main navigation."""

    permission: Permission
    endpoint: str
    label: Any
    belonging: tuple[str, ...]
    """Starts of the endpoints of the pages that belong to it."""

    def holds(self, endpoint: str) -> bool:
        return endpoint.startswith(self.belonging)


@dataclass(frozen=True, slots=True)
class Section:
    """Pages on one subject; never empty."""

    label: Any
    entries: tuple[Entry, ...]

    def holds(self, endpoint: str) -> bool:
        return any(entry.holds(endpoint) for entry in self.entries)


MOST_IN_ONE_ROW = 8
"""Pages that stand side by side on a desk's screen; labels are two words long at most."""

SECTIONS = (
    Section(
        _l("My training"),
        (
            Entry(
                Permission.TRAINING_TAKE,
                "officer.tools",
                _l("My AI tools"),
                (
                    "officer.tool",
                    "officer.certificate",
                    "offline.",
                    "tools.card",
                    "my_observations.",
                    "my_emergencies.",
                ),
            ),
            Entry(
                Permission.TRAINING_TAKE,
                "officer.modules",
                _l("Modules"),
                ("officer.module", "quiz.", "quiz_start.", "whole_paper.", "appeals."),
            ),
            Entry(
                Permission.TRAINING_TAKE, "my_qualifications.for_me", _l("My trainers"), ("my_qualifications.for_me",)
            ),
            Entry(Permission.TRAINING_TAKE, "training_sessions.overview", _l("Sessions"), ("training_sessions.",)),
        ),
    ),
    Section(
        _l("My unit"),
        (
            Entry(
                Permission.UNIT_READ,
                "supervisor.unit",
                _l("Who may use what"),
                ("supervisor.unit", "supervisor.officer", "supervisor.who_may_use", "suspensions.", "as_of.of_unit"),
            ),
            Entry(Permission.UNIT_READ, "seats.unit_seats", _l("Seats"), ("seats.",)),
            Entry(
                Permission.UNIT_READ,
                "unit_sessions.overview",
                _l("Sessions"),
                (
                    "unit_sessions.",
                    "capacity.of_unit",
                    "lti_rosters.of_unit",
                    "lti_rosters.for_supervisor",
                    "lti_rosters.ask_for_supervisor",
                ),
            ),
            Entry(Permission.UNIT_READ, "supervisor.losing_access", _l("Losing access"), ("supervisor.losing_access",)),
            Entry(Permission.UNIT_READ, "supervisor.digest", _l("Weekly digest"), ("supervisor.digest",)),
        ),
    ),
    Section(
        _l("Oversight"),
        (
            Entry(Permission.OVERSIGHT_DESK, "oversight_desk.home", _l("Overview"), ("oversight_desk.", "overviews.")),
            Entry(Permission.INCIDENT_HANDLE, "incidents.desk", _l("Incidents"), ("incidents.",)),
            Entry(Permission.OVERSIGHT_DESK, "oversight_questions.every", _l("Questions"), ("oversight_questions.",)),
            Entry(
                Permission.AWARD_JUDGE,
                "award_reviews.under_review",
                _l("Award reviews"),
                ("award_reviews.", "measure_reviews.", "objections.judge"),
            ),
        ),
    ),
    Section(
        _l("Tools"),
        (
            Entry(
                Permission.TOOL_READ,
                "registrar.tools",
                _l("Tools and versions"),
                (
                    "registrar.",
                    "requirements.",
                    "releases.",
                    "withdrawals.",
                    "tools.",
                    "policies.",
                    "purposes.",
                    "prohibitions.",
                    "seat_caps.",
                    "emergency_settings.",
                    "tool_owners.",
                ),
            ),
            Entry(Permission.REPORT_READ, "reports.desk", _l("Reports"), ("reports.",)),
            Entry(
                Permission.INCIDENT_STATE,
                "incident_statements.requests",
                _l("Statements"),
                ("incident_statements.",),
            ),
            Entry(
                Permission.EMERGENCY_READ,
                "emergencies.everybodys",
                _l("Emergencies"),
                ("emergencies.everybodys", "emergencies.one"),
            ),
            Entry(Permission.CLIENT_READ, "field.versions", _l("In the field"), ("field.",)),
        ),
    ),
    Section(
        _l("People"),
        (
            Entry(
                Permission.PEOPLE_MANAGE,
                "people.people",
                _l("People"),
                ("people.", "erasures.overview", "erasures.order", "erasures.one", "imports.", "accommodations."),
            ),
            Entry(Permission.RECTIFICATION_READ, "rectifications.desk", _l("Corrections"), ("rectifications.",)),
            Entry(Permission.EVALUATION_RECORD, "evaluator.evaluations", _l("Evaluations"), ("evaluator.",)),
        ),
    ),
    Section(
        _l("Records"),
        (
            Entry(
                Permission.JOURNAL_READ,
                "oversight.journal",
                _l("Journal"),
                ("oversight.journal", "oversight_entries."),
            ),
            Entry(
                Permission.JOURNAL_READ,
                "oversight.decisions",
                _l("Decisions"),
                ("oversight.decision", "oversight.searches"),
            ),
            Entry(Permission.RECORD_READ, "as_of.of_anybody", _l("As of"), ("as_of.of_anybody",)),
            Entry(Permission.RECORD_READ, "evidence_packs.page", _l("Evidence packs"), ("evidence_packs.",)),
            Entry(
                Permission.JOURNAL_READ,
                "oversight_looks.looks",
                _l("Looks"),
                ("oversight_looks.", "oversight_names."),
            ),
        ),
    ),
    Section(
        _l("Training"),
        (
            Entry(
                Permission.CONTENT_READ,
                "trainer.modules",
                _l("Content"),
                (
                    "trainer.",
                    "authoring.",
                    "items.",
                    "draft_",
                    "reviews.",
                    "wishes.",
                    "exchange.",
                    "statistics.",
                    "standards.",
                    "further_attempts.",
                ),
            ),
            Entry(
                Permission.PRACTICE_ASSESS,
                "observations.desk",
                _l("Observed practice"),
                ("observations.", "checklists."),
            ),
            Entry(
                Permission.SESSION_HOLD,
                "teaching.desk",
                _l("Teaching"),
                ("teaching.", "attendance.", "capacity.overview", "capacity.version"),
            ),
            Entry(Permission.ATTEMPT_JUDGE, "judging.desk", _l("Appeals"), ("judging.", "accommodations.")),
            Entry(Permission.RULING_READ, "rulings.rulings", _l("Rulings"), ("rulings.",)),
        ),
    ),
    Section(
        _l("Trainers"),
        (
            Entry(
                Permission.TRAINER_SELF,
                "my_qualifications.mine",
                _l("My qualifications"),
                ("my_qualifications.mine", "my_qualifications.declaration", "my_qualifications.interest"),
            ),
            Entry(
                Permission.TRAINER_READ,
                "trainer_registry.registry",
                _l("Trainers"),
                ("trainer_registry.", "trainer_measures."),
            ),
            Entry(Permission.TRAINER_JUDGE, "conduct.cases", _l("Conduct"), ("conduct.case",)),
        ),
    ),
    Section(
        _l("Connections"),
        (
            Entry(Permission.CLIENT_READ, "clients.clients", _l("Clients"), ("clients.",)),
            Entry(
                Permission.CLIENT_READ,
                "platforms.platforms",
                _l("Learning platforms"),
                ("platforms.", "lti_grades.", "lti_rosters.for_registrar", "lti_rosters.ask_for_registrar"),
            ),
            Entry(Permission.CLIENT_READ, "event_streams.all_streams", _l("Event streams"), ("event_streams.",)),
        ),
    ),
    Section(
        _l("Reports and questions"),
        (
            Entry(Permission.RESULT_REPORT, "my_reports.mine", _l("My reports"), ("my_reports.",)),
            Entry(Permission.CONCERN_RAISE, "conduct.concerns", _l("Concerns"), ("conduct.concern",)),
            Entry(Permission.QUESTION_ANSWER, "questions.put_to_me", _l("Questions"), ("questions.",)),
        ),
    ),
)


def sections_for(permissions: Collection[Permission]) -> list[Section]:
    """Return the sections that hold anything for somebody with *permissions*, with that and no more."""
    permitted = (
        Section(section.label, tuple(entry for entry in section.entries if entry.permission in permissions))
        for section in SECTIONS
    )
    return [section for section in permitted if section.entries]


def entries_for(permissions: Collection[Permission]) -> list[Entry]:
    """Return the entries for somebody with *permissions*; the first is their home."""
    return [entry for section in sections_for(permissions) for entry in section.entries]


@dataclass(frozen=True, slots=True)
class Rows:
    """The navigation as it is laid out for one page."""

    main: tuple[Entry | Section, ...]
    """Entries where all find room, else sections; one that holds a single entry is that entry."""
    within: Section | None
    """The section whose entries stand below; ``None`` where there is no such row."""


def rows_for(permissions: Collection[Permission], endpoint: str) -> Rows:
    """Return the navigation of somebody with *permissions* on the page of *endpoint*, which may be empty."""
    sections = sections_for(permissions)
    entries = entries_for(permissions)
    if len(entries) <= MOST_IN_ONE_ROW:
        return Rows(tuple(entries), None)
    main = tuple(section if len(section.entries) > 1 else section.entries[0] for section in sections)
    return Rows(main, next((one for one in main if isinstance(one, Section) and one.holds(endpoint)), None))
