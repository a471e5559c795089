"""Citizens' incidents in words: plain ones for whoever reported, short ones for who handles them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from training_app.rules.incidents import Bar, Effect, Outcome, SpamSign, State
from training_app.rules.reports import Late
from training_app.wording import BadgeText
from training_app.wording.reports import identifier

__all__ = [
    "BARS",
    "EFFECTS",
    "LATE",
    "OUTCOMES",
    "PLAIN_OUTCOMES",
    "SIGNS",
    "STATES",
    "badge_for_citizen",
    "badge_for_oversight",
    "identifier",
]

EFFECTS: Mapping[Effect, Any] = {
    Effect.MISTAKEN: _l("Somebody was taken for another person"),
    Effect.STOPPED: _l("Somebody was stopped, questioned or searched"),
    Effect.HELD: _l("Somebody was held, arrested or accused"),
    Effect.WATCHED: _l("Somebody was watched, followed or recorded"),
    Effect.GROUP: _l("A group of people is treated worse than others"),
    Effect.DATA: _l("Data were wrong, or were passed on"),
    Effect.OTHER: _l("Something else, or I cannot say"),
}

OUTCOMES: Mapping[Outcome, Any] = {
    Outcome.NO_FAULT: _l("No fault was found"),
    Outcome.TOOL: _l("A fault of the tool"),
    Outcome.USE: _l("A fault in how the tool was used"),
    Outcome.DATA: _l("A fault in the data that the tool worked on"),
    Outcome.NO_AI: _l("No AI tool had a part in it"),
    Outcome.UNCLEAR: _l("It could not be cleared up"),
}

#: For whoever reported, as sentences.
PLAIN_OUTCOMES: Mapping[Outcome, Any] = {
    Outcome.NO_FAULT: _l("Oversight looked into it and found no fault."),
    Outcome.TOOL: _l("The tool was at fault."),
    Outcome.USE: _l("The tool was used wrongly."),
    Outcome.DATA: _l("The data that the tool worked on were wrong."),
    Outcome.NO_AI: _l("No tool with artificial intelligence had a part in it."),
    Outcome.UNCLEAR: _l("Oversight could not find out what happened."),
}

STATES: Mapping[State, Any] = {
    State.RECEIVED: _l("Received"),
    State.HELD: _l("Held as possible spam"),
    State.REJECTED: _l("Rejected as spam"),
    State.HANDLED: _l("Being handled"),
    State.ASKED: _l("Question open"),
    State.STATEMENT: _l("Statement of the agency asked"),
    State.CLOSED: lazy_pgettext("report", "Closed"),
}

_FOR_CITIZENS: Mapping[State, Any] = {
    State.RECEIVED: _l("Received"),
    State.HELD: _l("A person looks at it first"),
    State.REJECTED: _l("Set aside"),
    State.HANDLED: _l("Being looked into"),
    State.ASKED: _l("You are asked something"),
    State.STATEMENT: _l("Being looked into"),
    State.CLOSED: lazy_pgettext("report", "Answered"),
}

#: The badge whose look fits each state.
_LOOKS = {
    State.RECEIVED: "due",
    State.HELD: "due",
    State.REJECTED: "not-covered",
    State.HANDLED: "in-training",
    State.ASKED: "in-training",
    State.STATEMENT: "in-training",
    State.CLOSED: "certified",
}

LATE: Mapping[Late, Any] = {
    Late.ACKNOWLEDGEMENT: _l("Overdue: nobody has taken it in time"),
    Late.CLOSE: _l("Overdue: not answered in time"),
}

SIGNS: Mapping[SpamSign, Any] = {
    SpamSign.TRAP: _l("A field was filled in that no person sees."),
    SpamSign.LINKS: _l("It has links in it, and little else or several of them."),
    SpamSign.NO_SENSE: _l("It has hardly any words in it."),
    SpamSign.SAME_AGAIN: _l("The same text had arrived within the last 30 days."),
    SpamSign.TOO_MANY: _l("More reports than ever expected arrived within a day."),
}

BARS: Mapping[Bar, Any] = {
    Bar.NO_OVERSIGHT: _l("The oversight body handles incidents."),
    Bar.LOOKS_AFTER_TOOLS: _l("You look after the tools yourself, or gave the agency's statement."),
    Bar.NO_REGISTRAR: _l("Registrars give the agency's statement."),
    Bar.HANDLED_IT: _l("You handled it for the oversight body yourself."),
}


def badge_for_oversight(state: State) -> BadgeText:
    return BadgeText(_LOOKS[state], str(STATES[state]))


def badge_for_citizen(state: State) -> BadgeText:
    look = "due" if state is State.ASKED else _LOOKS[state]
    return BadgeText("in-training" if state in {State.RECEIVED, State.HELD} else look, str(_FOR_CITIZENS[state]))
