"""The main navigation: one list, of which everybody sees what their roles permit."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the main navigation; *sections* are the starts of the endpoints that belong to it."""

    permission: Permission
    endpoint: str
    label: Any
    sections: tuple[str, ...]


ENTRIES = (
    Entry(
        Permission.TRAINING_TAKE,
        "officer.tools",
        _l("My AI tools"),
        ("officer.tool", "officer.certificate", "offline.", "tools.card", "my_observations.", "my_emergencies."),
    ),
    Entry(
        Permission.TRAINING_TAKE,
        "officer.modules",
        _l("Modules"),
        ("officer.module", "quiz.", "quiz_start.", "whole_paper.", "appeals."),
    ),
    Entry(Permission.TRAINING_TAKE, "my_qualifications.for_me", _l("My trainers"), ("my_qualifications.for_me",)),
    Entry(Permission.TRAINING_TAKE, "training_sessions.overview", _l("Sessions"), ("training_sessions.",)),
    Entry(
        Permission.UNIT_READ,
        "supervisor.unit",
        _l("Who may use what"),
        ("supervisor.unit", "supervisor.officer", "supervisor.who_may_use", "suspensions.", "as_of.of_unit"),
    ),
    Entry(Permission.UNIT_READ, "seats.unit_seats", _l("Seats"), ("seats.",)),
    Entry(
        Permission.EMERGENCY_READ,
        "emergencies.everybodys",
        _l("Emergencies"),
        ("emergencies.everybodys", "emergencies.one"),
    ),
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
    Entry(Permission.JOURNAL_READ, "oversight.journal", _l("Journal"), ("oversight.journal", "oversight_entries.")),
    Entry(
        Permission.JOURNAL_READ, "oversight.decisions", _l("Decisions"), ("oversight.decision", "oversight.searches")
    ),
    Entry(Permission.JOURNAL_READ, "oversight_looks.looks", _l("Looks"), ("oversight_looks.", "oversight_names.")),
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
        ),
    ),
    Entry(Permission.REPORT_READ, "reports.desk", _l("Reports"), ("reports.",)),
    Entry(Permission.CLIENT_READ, "clients.clients", _l("Clients"), ("clients.",)),
    Entry(
        Permission.CLIENT_READ,
        "platforms.platforms",
        _l("Learning platforms"),
        ("platforms.", "lti_grades.", "lti_rosters.for_registrar", "lti_rosters.ask_for_registrar"),
    ),
    Entry(Permission.CLIENT_READ, "field.versions", _l("In the field"), ("field.",)),
    Entry(Permission.CLIENT_READ, "event_streams.all_streams", _l("Event streams"), ("event_streams.",)),
    Entry(Permission.PEOPLE_MANAGE, "people.people", _l("People"), ("people.", "imports.", "accommodations.")),
    Entry(Permission.EVALUATION_RECORD, "evaluator.evaluations", _l("Evaluations"), ("evaluator.",)),
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
            "exchange.",
            "statistics.",
            "standards.",
            "further_attempts.",
        ),
    ),
    Entry(
        Permission.TRAINER_SELF,
        "my_qualifications.mine",
        _l("My qualifications"),
        ("my_qualifications.mine", "my_qualifications.declaration", "my_qualifications.interest"),
    ),
    Entry(
        Permission.TRAINER_READ, "trainer_registry.registry", _l("Trainers"), ("trainer_registry.", "trainer_measures.")
    ),
    Entry(Permission.RESULT_REPORT, "my_reports.mine", _l("My reports"), ("my_reports.",)),
    Entry(Permission.CONCERN_RAISE, "conduct.concerns", _l("Concerns"), ("conduct.concern",)),
    Entry(Permission.TRAINER_JUDGE, "conduct.cases", _l("Conduct"), ("conduct.case",)),
    Entry(Permission.PRACTICE_ASSESS, "observations.desk", _l("Observed practice"), ("observations.", "checklists.")),
    Entry(
        Permission.SESSION_HOLD,
        "teaching.desk",
        _l("Teaching"),
        ("teaching.", "attendance.", "capacity.overview", "capacity.version"),
    ),
    Entry(Permission.ATTEMPT_JUDGE, "judging.desk", _l("Appeals"), ("judging.", "accommodations.")),
    Entry(Permission.RULING_READ, "rulings.rulings", _l("Rulings"), ("rulings.",)),
    Entry(Permission.RECORD_READ, "as_of.of_anybody", _l("As of"), ("as_of.of_anybody",)),
    Entry(
        Permission.AWARD_JUDGE,
        "award_reviews.under_review",
        _l("Award reviews"),
        ("award_reviews.", "measure_reviews.", "objections.judge"),
    ),
)


def entries_for(permissions: Collection[Permission]) -> list[Entry]:
    """Return the entries for somebody with *permissions*; the first is their home."""
    return [entry for entry in ENTRIES if entry.permission in permissions]
