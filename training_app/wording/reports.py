"""Reports of wrong or biased results in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from training_app.rules.identifiers import Found, IdentifierKind
from training_app.rules.reports import Acted, Bar, Group, Late, Problem, ReportOutcome, State
from training_app.services.report_desk import Row
from training_app.wording import BadgeText

PROBLEMS: Mapping[Problem, Any] = {
    Problem.WRONG: _l("A wrong result"),
    Problem.BIASED: _l("A biased result: one group comes off worse than others"),
    Problem.BOTH: _l("Both, or I cannot tell"),
}

SHORT_PROBLEMS: Mapping[Problem, Any] = {
    Problem.WRONG: _l("Wrong result"),
    Problem.BIASED: _l("Biased result"),
    Problem.BOTH: _l("Wrong or biased result"),
}

GROUPS: Mapping[Group, Any] = {
    Group.ORIGIN: _l("Skin colour or ethnic origin"),
    Group.GENDER: _l("Women, men, or people of another gender"),
    Group.AGE: _l("Children, young or old people"),
    Group.DISABILITY: _l("People with a disability"),
    Group.RELIGION: _l("Religion or belief, also what people wear for it"),
    Group.ORIENTATION: _l("Sexual orientation"),
    Group.LANGUAGE: _l("Language or accent"),
    Group.PLACE: _l("People from one neighbourhood or place"),
    Group.OTHER: _l("Another group"),
}

ACTED: Mapping[Acted, Any] = {
    Acted.NO: _l("Nothing was done on it"),
    Acted.PUT_RIGHT: _l("Something was done on it, and has been put right"),
    Acted.STANDS: _l("Something was done on it, and is not put right yet"),
}

STATES: Mapping[State, Any] = {
    State.RECEIVED: _l("Received"),
    State.HANDLED: _l("Being handled"),
    State.ASKED: _l("Question open"),
    State.DECIDED: _l("Waits for the second signature"),
    State.CLOSED: lazy_pgettext("report", "Closed"),
}

#: The badge whose look fits each state.
_LOOKS = {
    State.RECEIVED: "due",
    State.HANDLED: "in-training",
    State.ASKED: "due",
    State.DECIDED: "in-training",
    State.CLOSED: "certified",
}

LATE: Mapping[Late, Any] = {
    Late.ACKNOWLEDGEMENT: _l("Overdue: not acknowledged in time"),
    Late.CLOSE: _l("Overdue: not closed in time"),
}

OUTCOMES: Mapping[ReportOutcome, Any] = {
    ReportOutcome.CAUSE_FOUND: _l("A cause was found"),
    ReportOutcome.NO_FAULT: _l("No fault of the tool was found"),
}

BARS: Mapping[Bar, Any] = {
    Bar.REPORTED_IT: _l("You reported it yourself."),
    Bar.NO_REGISTRAR: _l("Registrars handle reports."),
    Bar.FOR_OWNER: _l("It is for the owner of the tool first. Who that is and until when stands on the report."),
    Bar.HANDLED_IT: _l("You handled it yourself. The second signature is an independent registrar's."),
    Bar.OWNS_TOOL: _l("You own the tool, or did since the report was made. The second signature is independent of it."),
}

IDENTIFIERS: Mapping[IdentifierKind, Any] = {
    IdentifierKind.MAIL: _l("looks like a mail address"),
    IdentifierKind.BIRTH: _l("looks like a date of birth"),
    IdentifierKind.DOCUMENT: _l("looks like the number of a document or an account"),
    IdentifierKind.PLATE: _l("looks like a number plate"),
    IdentifierKind.SERVICE_NUMBER: _l("looks like a service number"),
    IdentifierKind.PHONE: _l("looks like a telephone number"),
}


def state_badge(state: State) -> BadgeText:
    return BadgeText(_LOOKS[state], str(STATES[state]))


def groups(codes: Sequence[str]) -> str:
    """Return the groups that a report names, in words, or that none is named."""
    return "; ".join(str(GROUPS[Group(code)]) for code in codes) or _("None named")


def named(row: Row) -> str:
    """Return the report in a line: its number, what it was, on which version, how far it is."""
    said = {"number": row.report.id, "what": SHORT_PROBLEMS[row.report.problem], "version": row.version.label}
    return _("Report %(number)s: %(what)s, version %(version)s, %(state)s", **said, state=STATES[row.state])


def identifier(found: Found) -> str:
    return f"“{found.text}” {IDENTIFIERS[found.kind]}"
