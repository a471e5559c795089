"""Trainers in words: levels, acts, what stands against an act and how that is mended, evidence, interests, measures."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.qualifying import AgainstRenewal, EvidenceKind
from training_app.rules.trainers import (
    LEVEL_FOR,
    Act,
    Condition,
    InterestKind,
    Matter,
    MeasureKind,
    QualificationLevel,
    Scope,
)
from training_app.services.trainer_desk import State
from training_app.wording.decisions import BadgeText

LEVELS: Mapping[QualificationLevel, Any] = {
    QualificationLevel.AUTHOR: _l("Author"),
    QualificationLevel.INSTRUCTOR: _l("Instructor"),
    QualificationLevel.ASSESSOR: _l("Assessor"),
    QualificationLevel.LEAD: _l("Lead"),
}

LEVELS_EXPLAINED: Mapping[QualificationLevel, Any] = {
    QualificationLevel.AUTHOR: _l("Writes and reviews modules, items and checklists."),
    QualificationLevel.INSTRUCTOR: _l("Also holds sessions, and rates items for a cut score."),
    QualificationLevel.ASSESSOR: _l("Also publishes, signs for observed practice, and hears appeals."),
    QualificationLevel.LEAD: _l("Also qualifies others, and looks into conduct."),
}

SUBJECTS: Mapping[str, Any] = {
    "ai": _l("AI and its limits"),
    "biometrics": _l("Biometric data"),
    "data-protection": _l("Data protection"),
    "intrusive-tools": _l("Intrusive tools"),
    "rights": _l("Fundamental rights and bias"),
    "training": _l("Teaching and examining"),
}
"""Subject areas of the starter set; one that an author adds is called as it is written."""

EVIDENCE: Mapping[EvidenceKind, Any] = {
    EvidenceKind.TRAINER_COURSE: _l("Passed “Train the trainers”"),
    EvidenceKind.EXPERIENCE: _l("Experience"),
    EvidenceKind.OBSERVED_LESSON: _l("Observed lesson"),
    EvidenceKind.DOCUMENT: _l("Document"),
    EvidenceKind.CONDUCT_CHECK: _l("Conduct check passed"),
}

AGAINST_RENEWAL: Mapping[AgainstRenewal, Any] = {
    AgainstRenewal.ON_EVIDENCE: _l(
        "A special qualification, or one that was suspended or revoked, is granted anew, on evidence."
    ),
    AgainstRenewal.NOT_THE_NEWEST: _l("This was renewed or granted again already. Look at the newest one."),
}

INTERESTS: Mapping[InterestKind, Any] = {
    InterestKind.EMPLOYED: _l("I work for the vendor, or did within the last two years"),
    InterestKind.PAID: _l("The vendor pays me or gives me benefits"),
    InterestKind.HOLDS_SHARES: _l("I hold a share of the vendor"),
    InterestKind.CLOSE_PERSON: _l("Somebody close to me works for the vendor or holds a share of it"),
}

INTERESTS_IN_BRIEF: Mapping[InterestKind, Any] = {
    InterestKind.EMPLOYED: _l("Employed by the vendor"),
    InterestKind.PAID: _l("Paid by the vendor"),
    InterestKind.HOLDS_SHARES: _l("Holds a share"),
    InterestKind.CLOSE_PERSON: _l("A close person's interest"),
}

MEASURES: Mapping[MeasureKind, Any] = {
    MeasureKind.SUSPENDED: _l("Suspended"),
    MeasureKind.REVOKED: _l("Revoked"),
    MeasureKind.REINSTATED: _l("Reinstated"),
}


def scope(of: Scope, tool_names: Mapping[str, str]) -> str:
    """Return a scope in words; *tool_names* by slug."""
    if of.tool is not None:
        return tool_names.get(of.tool, of.tool)
    return str(SUBJECTS.get(of.subject or "", of.subject or ""))


CONDITIONS: Mapping[Condition, Any] = {
    Condition.SELF: _l("This concerns yourself. Somebody else does it."),
    Condition.NOT_QUALIFIED: _l(
        "You are not qualified as a trainer for %(scope)s. A lead for it can qualify you; where there is none, two "
        "registrars can."
    ),
    Condition.LEVEL_TOO_LOW: _l(
        "This needs the level “%(level)s” for %(scope)s, and yours is lower. Ask a lead for it."
    ),
    Condition.LAPSED: _l("Your qualification for %(scope)s has run out. A lead for it can renew it."),
    Condition.SUSPENDED: _l(
        "You are suspended as a trainer for %(scope)s. Your page “My qualifications” says since when, and how to "
        "object."
    ),
    Condition.REVOKED: _l(
        "Your qualification for %(scope)s was revoked. A lead for it can qualify you anew, on new evidence."
    ),
    Condition.OTHER_VERSION: _l(
        "Your special qualification for %(scope)s is for another version. Ask a lead, or two registrars."
    ),
    Condition.DECLARATION_MISSING: _l(
        "You have not signed the declaration of ethics yet. Sign it on your page “My qualifications”."
    ),
    Condition.DECLARATION_OUTDATED: _l(
        "Your declaration of ethics is more than a year old, or its text has changed. Sign it anew on your page “My "
        "qualifications”."
    ),
    Condition.INTEREST: _l(
        "You have declared an interest in the vendor of a tool that this is about. Somebody without one does this."
    ),
    Condition.OWN_CERTIFICATION: _l(
        "Your own certification does not cover this version now. Renew it, or take what changed."
    ),
    Condition.OWN_SUSPENDED: _l(
        "You are suspended from using this tool yourself. You can do this again once you are reinstated: ask your "
        "supervisor."
    ),
    Condition.OWN_UNDER_REVIEW: _l(
        "Your own certification on this tool is under review. You can do this again once the oversight body has upheld "
        "it, or you have taken the whole course again."
    ),
    Condition.TAUGHT_THEM: _l(
        "You taught this officer on this tool within the last year, and for tools of this risk class nobody assesses "
        "whom they taught. Another assessor does it."
    ),
    Condition.CYCLE: _l(
        "Your own qualification rests on this person's signature, or on that of somebody whom this person qualified. "
        "Somebody else does this."
    ),
}
"""What is missing for an act, and how to mend it."""


def conditions(unmet: Iterable[Condition], act: Act, matter: Matter, tool_names: Mapping[str, str]) -> list[str]:
    """Return a sentence for each condition that is not met."""
    words = {"scope": scope(matter.scope, tool_names), "level": LEVELS[LEVEL_FOR[act]]}
    return [str(CONDITIONS[one]) % words for one in unmet]


ETHICS: tuple[Any, ...] = (
    _l("I teach and assess only what I am qualified for, and I keep what I know up to date."),
    _l("I treat every officer alike. I judge what I have seen, by the criteria that everybody can read."),
    _l("I tell nobody items or keys beforehand, and I do not train officers to pass a test instead of the task."),
    _l(
        "I do not assess myself, people close to me or people on whom I depend, and no tool whose vendor I gain from. "
        "I have declared every such interest."
    ),
    _l("I show a tool's limits and errors as plainly as what it can do, and I encourage no use that is forbidden."),
    _l("I keep to myself what I learn about officers, and I write down no more of it than the criteria ask."),
    _l("I report mistakes in what is taught or asked, and any pressure to let somebody pass or fail."),
)
"""The declaration of ethics and impartiality; changing it raises `training_app.services.trainer_acts.ETHICS_TEXT`."""


def ethics_text() -> str:
    """Return the declaration as it is shown and signed, in the reader's language."""
    return "\n".join(str(sentence) for sentence in ETHICS)


MAY: Mapping[Act, Any] = {
    Act.WRITE: _l("Write"),
    Act.REVIEW: _l("Review"),
    Act.TEACH: _l("Hold sessions"),
    Act.RATE: _l("Rate items"),
    Act.PUBLISH: _l("Publish"),
    Act.SIGN_OFF: _l("Sign for practice"),
    Act.HEAR_APPEAL: _l("Hear appeals"),
    Act.DECLINE_WISH: _l("Decline wishes after reports"),
    Act.QUALIFY: _l("Qualify others"),
}
"""The acts as things that one may do."""

STATES: Mapping[State, BadgeText] = {
    State.IN_FORCE: BadgeText("certified", _l("In force")),
    State.RUNS_OUT: BadgeText("renewal-open", _l("Runs out soon")),
    State.WAITS: BadgeText("on-hold", _l("Waits for a signature")),
    State.RUN_OUT: BadgeText("expired", _l("Run out")),
    State.SUSPENDED: BadgeText("suspended", _l("Suspended")),
    State.REVOKED: BadgeText("revoked", _l("Revoked")),
}
"""Of a qualification, in the looks of the badges."""

LACKS: Mapping[Condition, Any] = {
    Condition.SELF: _l("it concerns the person"),
    Condition.NOT_QUALIFIED: _l("not qualified"),
    Condition.LEVEL_TOO_LOW: _l("needs a higher level"),
    Condition.LAPSED: _l("run out"),
    Condition.SUSPENDED: _l("suspended"),
    Condition.REVOKED: _l("revoked"),
    Condition.OTHER_VERSION: _l("for another version only"),
    Condition.DECLARATION_MISSING: _l("declaration not signed"),
    Condition.DECLARATION_OUTDATED: _l("declaration to be signed anew"),
    Condition.INTEREST: _l("has an interest in the vendor"),
    Condition.OWN_CERTIFICATION: _l("own certification not in force"),
    Condition.OWN_SUSPENDED: _l("suspended from the tool"),
    Condition.OWN_UNDER_REVIEW: _l("own certification under review"),
    Condition.TAUGHT_THEM: _l("taught the officer"),
    Condition.CYCLE: _l("own qualification rests on the person"),
}
"""What is missing, in a few words, about somebody else."""
