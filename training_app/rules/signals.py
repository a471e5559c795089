"""Which facts ask tools to ask again, about whom, and what a stream is told of it.

An event says "ask again" and nothing else: neither a ground nor an outcome.  A change of a tool or a version is one
event about the tool, however many officers it concerns.  What time alone changes has no event: every answer says with
`stable_until` and `cache_until` how long it may be held.

Sources: OpenID Shared Signals Framework 1.0 (subjects, streams); OpenID CAEP 1.0 (``session-revoked``); RFC 9493
(subject identifiers).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

MOST_OFFICERS_AT_ONCE = 200
"""Where more officers are concerned at once, as by an import, tools are told to ask again about everybody."""


class EventType(StrEnum):
    ASK_AGAIN = "urn:training-app:event-type:ask-again"
    """Answers about the subject may differ from those given before."""
    SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
    """CAEP: what an officer has open in the tools rests on leave that was, or may have been, taken back."""
    VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
    STREAM_UPDATED = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated"


OFFERED = (EventType.ASK_AGAIN, EventType.SESSION_REVOKED)
"""What a receiver may ask for; the other two come by themselves."""

REASON_FOR_ADMINISTRATORS = "Leave to use the tools may have been taken back. Ask again before the next use."
"""The same whatever happened, so that it tells nothing."""


class Reach(StrEnum):
    """About what an event is."""

    OFFICER = "officer"
    """One officer, and the tools that the fact names."""
    TOOL = "tool"
    EVERY_TOOL = "every-tool"
    """Each tool there is: one event for each."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a kind of fact sets off."""

    reach: Reach
    takes_back: bool = False
    """Whether it can only take leave away from an officer."""
    where: tuple[str, str] | None = None
    """Column and value: it takes back only where the fact says so."""


#: By the name of the fact's table.  Every kind of fact stands here or in `WITHOUT_EVENT`.
CAUSES: Mapping[str, Cause] = {
    "account_fact": Cause(Reach.OFFICER, takes_back=True, where=("change", "closed")),
    "agency_policy": Cause(Reach.EVERY_TOOL),
    "assessment_signature": Cause(Reach.TOOL),
    "award": Cause(Reach.OFFICER),
    "award_end": Cause(Reach.OFFICER, takes_back=True),
    "award_review": Cause(Reach.OFFICER, takes_back=True),
    "award_upholding": Cause(Reach.OFFICER),
    "emergency_end": Cause(Reach.OFFICER, takes_back=True),
    "emergency_grant": Cause(Reach.OFFICER),
    "emergency_setting": Cause(Reach.TOOL),
    "evaluation": Cause(Reach.OFFICER),
    "officer_reinstatement": Cause(Reach.OFFICER),
    "officer_suspension": Cause(Reach.OFFICER, takes_back=True),
    "prohibition_correction_signature": Cause(Reach.TOOL),
    "release_cancellation": Cause(Reach.TOOL),
    "requirement_set_signature": Cause(Reach.TOOL),
    "retraining_order": Cause(Reach.OFFICER),
    "seat_grant": Cause(Reach.OFFICER),
    "seat_release": Cause(Reach.OFFICER, takes_back=True),
    "seat_review": Cause(Reach.OFFICER),
    "terms_rebase_signature": Cause(Reach.TOOL),
    "tool_policy": Cause(Reach.TOOL),
    "tool_purpose": Cause(Reach.TOOL),
    "trainer_measure": Cause(Reach.EVERY_TOOL),
    "unit_assignment": Cause(Reach.OFFICER),
    "version_fact": Cause(Reach.TOOL),
}

_NEW = "nothing was allowed before it, and it allows nothing by itself"
_UNSIGNED = "nothing follows from it until it is signed"
_AWARD = "the award that it may earn is a fact of its own"
_CONTENT = "of what is taught, not of who may use what"
_TRAINER = "of who may teach and assess, not of who may use what"
_RECORD = "a record, from which no answer follows"

#: Why the other kinds of fact change no answer.
WITHOUT_EVENT: Mapping[str, str] = {
    "answered_report": _RECORD,
    "appeal": _RECORD,
    "appeal_decision": _RECORD,
    "appeal_message": _RECORD,
    "asked_after_report": _RECORD,
    "attempt": "of an officer who is not certified: not allowed before, and not by it",
    "checklist": _UNSIGNED,
    "checklist_approval": "by it an officer can be observed; the award that follows is a fact of its own",
    "client": _RECORD,
    "client_closure": "its streams end with it",
    "client_credential": _RECORD,
    "client_credential_end": "what its streams are sent ends with it",
    "client_grant": "who asks about a tool that it may not ask about any more is told so",
    "conduct_case": _RECORD,
    "conduct_handling": _RECORD,
    "conduct_outcome": "a measure that follows is a fact of its own",
    "continuing_education": _TRAINER,
    "data_import": "its lines are facts of their own",
    "declared_interest": _TRAINER,
    "declared_interest_end": _TRAINER,
    "emergency_request": "nothing follows from it until a supervisor confirms it",
    "ethics_declaration": _TRAINER,
    "evaluation_review": "the evaluation is a fact of its own",
    "event_stream_change": _RECORD,
    "evidence_pack_made": _RECORD,
    "familiarisation": _AWARD,
    "field_report": _RECORD,
    "further_attempt": _CONTENT,
    "gateway": _RECORD,
    "gateway_closure": _RECORD,
    "impact_assessment": _UNSIGNED,
    "incident": _RECORD,
    "incident_step": _RECORD,
    "item_ruling": _CONTENT,
    "late_acceptance": _AWARD,
    "lti_deployment": _RECORD,
    "lti_link": "of who launches whom, not of who may use what",
    "lti_platform": _RECORD,
    "lti_platform_approval": _RECORD,
    "lti_platform_closure": _RECORD,
    "lti_platform_setting": _RECORD,
    "lti_unlink": "of who launches whom, not of who may use what",
    "module_revision": _CONTENT,
    "name_disclosure": _RECORD,
    "new_mark": _AWARD,
    "objection": _RECORD,
    "objection_decision": "an award that comes of it is a fact of its own",
    "objection_message": _RECORD,
    "observed_practice": _AWARD,
    "observed_practice_signature": _AWARD,
    "offline_pass": _RECORD,
    "oversight_answer": _RECORD,
    "oversight_follow_up": _RECORD,
    "oversight_look": _RECORD,
    "oversight_question": _RECORD,
    "oversight_question_closed": _RECORD,
    "oversight_suspension": "the suspension of the version is a fact of its own",
    "password_set": _RECORD,
    "person": _NEW,
    "person_correction": _RECORD,
    "person_erased": "the account was closed before, and nothing was allowed since",
    "person_erasure": _UNSIGNED,
    "person_erasure_signature": _RECORD,
    "person_erasure_withdrawal": _RECORD,
    "prohibition_correction": _UNSIGNED,
    "record_expiry": _RECORD,
    "recorded_decision": _RECORD,
    "recorded_search": _RECORD,
    "rectification_request": _RECORD,
    "rectification_step": "what puts something right is a fact of its own",
    "report_decision": _RECORD,
    "report_decision_signature": _RECORD,
    "report_step": "a suspension or an order that it names is a fact of its own",
    "requirement_change": _UNSIGNED,
    "requirement_familiarisation": _AWARD,
    "requirement_set": _UNSIGNED,
    "result_report": _RECORD,
    "resumption_proposal": _UNSIGNED,
    "review_request": _CONTENT,
    "review_verdict": _CONTENT,
    "role_assignment": "of pages, not of tools",
    "seat_cap": "caps bind who grants a seat; a seat that was granted stands",
    "session_attendance": _RECORD,
    "session_cancellation": _RECORD,
    "session_change": _RECORD,
    "session_enrolment": _RECORD,
    "session_withdrawal": _RECORD,
    "standard_judge": _CONTENT,
    "standard_outcome": _CONTENT,
    "standard_rating": _CONTENT,
    "standard_round_closing": _CONTENT,
    "standard_setting": _CONTENT,
    "status_index": _RECORD,
    "submission": _AWARD,
    "terms_rebase": _UNSIGNED,
    "time_accommodation": _CONTENT,
    "tool": _NEW,
    "tool_card": _RECORD,
    "tool_owner": _RECORD,
    "tool_version": _NEW,
    "trainer_qualification": _TRAINER,
    "trainer_qualification_signature": _TRAINER,
    "training_session": _RECORD,
    "unit": _RECORD,
    "unit_seat_cap": "caps bind who grants a seat; a seat that was granted stands",
    "version_card": "asked for before a release, not before a use",
    "version_card_waiver": _UNSIGNED,
    "version_card_waiver_signature": "asked for before a release, not before a use",
    "wish_step": _CONTENT,
}


@dataclass(frozen=True, slots=True)
class Concern:
    """Answers that may differ from now on: about one officer, or (*officer* empty) about everybody."""

    officer: str | None
    """Service number."""
    tools: frozenset[str] | None
    """Slugs; ``None`` for every tool."""
    takes_back: bool = False


def merged(concerns: Iterable[Concern]) -> tuple[Concern, ...]:
    """Return the same concerns with one for each tool, then one for each officer, in the order of their names.

    More officers than `MOST_OFFICERS_AT_ONCE` become the tools that they are concerned with.  A concern about every
    tool and everybody stays one, without a name.
    """
    tools: set[str] = set()
    everything = False
    officers: dict[str, Concern] = {}
    for one in concerns:
        if one.officer is None:
            everything |= one.tools is None
            tools |= one.tools or frozenset()
        else:
            officers[one.officer] = _both(officers.get(one.officer), one)
    if len(officers) > MOST_OFFICERS_AT_ONCE:
        everything |= any(one.tools is None for one in officers.values())
        tools = tools.union(*(one.tools or frozenset() for one in officers.values()))
        officers = {}
    about_tools = [Concern(None, None)] if everything else [Concern(None, frozenset({slug})) for slug in sorted(tools)]
    return (*about_tools, *(officers[number] for number in sorted(officers)))


def _both(first: Concern | None, second: Concern) -> Concern:
    if first is None:
        return second
    tools = None if first.tools is None or second.tools is None else first.tools | second.tools
    return Concern(second.officer, tools, first.takes_back or second.takes_back)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Subjects that a receiver took out of its stream: an officer, a tool, or an officer on one tool."""

    officer: str | None
    tool: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one stream is to be told of."""

    types: frozenset[EventType]
    tools: frozenset[str] | None
    """Slugs of the tools that its client may ask about; ``None``: of every tool."""
    excluded: frozenset[Exclusion] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """One event for one stream."""

    type: EventType
    officer: str | None
    tools: frozenset[str] | None


def events_for(wanted: Wanted, concern: Concern, *, every_tool: Collection[str]) -> tuple[Event, ...]:
    """Return the events that a stream is sent about *concern*; none where it is not for its client's ears.

    :param every_tool: slugs of all registered tools, which "every tool" means where a client may not ask about each.
    """
    tools = _told(wanted, concern, every_tool)
    if concern.officer is None:
        types = [EventType.ASK_AGAIN] if EventType.ASK_AGAIN in wanted.types else []
        return tuple(Event(kind, None, frozenset({slug})) for kind in types for slug in sorted(tools or ()))
    if tools is not None and not tools:
        return ()
    types = [EventType.ASK_AGAIN, *([EventType.SESSION_REVOKED] if concern.takes_back else [])]
    return tuple(Event(kind, concern.officer, tools) for kind in types if kind in wanted.types)


def _told(wanted: Wanted, concern: Concern, every_tool: Collection[str]) -> frozenset[str] | None:
    """Return of which tools the stream is told; ``None``, for an officer only: of all there are or will be."""
    excluded = [one for one in wanted.excluded if one.officer in (None, concern.officer)]
    if any(one.tool is None for one in excluded):
        return frozenset()
    out = frozenset(one.tool for one in excluded if one.tool is not None)
    if concern.officer is not None and concern.tools is None and wanted.tools is None and not out:
        return None
    named = frozenset(every_tool) if concern.tools is None else concern.tools
    return (named if wanted.tools is None else named & wanted.tools) - out


# -- the security event token ------------------------------------------------------------------------------------------


def officer_subject(number: str, *, issuer: str) -> dict[str, Any]:
    """Return the subject identifier of an officer: their service number with us."""
    return {"format": "iss_sub", "iss": issuer, "sub": number}


def tool_subject(slug: str) -> dict[str, Any]:
    """Return the subject identifier of a whole tool."""
    return {"format": "complex", "application": {"format": "opaque", "id": slug}}


def stream_subject(stream_id: str) -> dict[str, Any]:
    return {"format": "opaque", "id": stream_id}


def content(event: Event, *, issuer: str, at: datetime) -> dict[str, Any]:
    """Return ``sub_id`` and ``events`` of the token that carries *event*; instants are in whole seconds."""
    tools: dict[str, list[str]] = {} if event.tools is None else {"tools": sorted(event.tools)}
    if event.officer is None:
        [slug] = tools.pop("tools")
        subject = tool_subject(slug)
    else:
        subject = officer_subject(event.officer, issuer=issuer)
    told: dict[str, Any] = {"event_timestamp": int(at.timestamp()), **tools}
    if event.type is EventType.SESSION_REVOKED:
        told["reason_admin"] = {"en": REASON_FOR_ADMINISTRATORS}
    return {"sub_id": subject, "events": {event.type.value: told}}


def subject_in(document: Any, *, issuer: str) -> Exclusion | None:
    """Return whom or what a subject identifier names: officer, tool, or both; ``None`` if it is no subject of ours."""
    if not isinstance(document, dict):
        return None
    if document.get("format") != "complex":
        officer = _officer(document, issuer)
        return Exclusion(officer, None) if officer else None
    members = {name: one for name, one in document.items() if name != "format"}
    if not members or not set(members) <= {"user", "application"}:
        return None
    officer, tool = _officer(members.get("user"), issuer), _tool(members.get("application"))
    if ("user" in members and officer is None) or ("application" in members and tool is None):
        return None
    return Exclusion(officer, tool)


def _officer(document: Any, issuer: str) -> str | None:
    if not isinstance(document, dict) or document.get("format") != "iss_sub" or document.get("iss") != issuer:
        return None
    return _name(document.get("sub"))


def _tool(document: Any) -> str | None:
    if not isinstance(document, dict) or document.get("format") != "opaque":
        return None
    return _name(document.get("id"))


def _name(value: Any) -> str | None:
    named = isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()  # else no database keeps it
    return value if named else None
