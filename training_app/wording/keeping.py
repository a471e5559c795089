"""The retention policy and the erasure of people in words: what each kind is, how long it is kept, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from training_app.rules.erasure import ErasureReason, Hold
from training_app.rules.keeping import POLICY, Keeping, Since, Source, Time, Unit


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of record is, and why it is kept so long."""

    name: Any
    what: Any
    reason: Any


KINDS: Mapping[str, Kind] = {
    "identity": Kind(
        _l("Who people are"),
        _l("Name, service number, e-mail address, unit, roles, when the account was opened and closed."),
        _l("Certificates and signatures must be somebody's for as long as they can be asked about."),
    ),
    "certification": Kind(
        _l("Certificates and seats"),
        _l("Awards and what ended them, reviews, suspensions, ordered retraining, seats."),
        _l(
            "Bodies that certify people keep their records for a cycle of certification at least (an idea of ISO/IEC "
            "17024); claims about what was done with a tool come later."
        ),
    ),
    "learning": Kind(
        _l("Training"),
        _l("Lessons read, quizzes with their answers and marks, observed practice, sessions attended, appeals."),
        _l("A certificate can be defended only with what earned it."),
    ),
    "evaluation": Kind(
        _l("Psychological evaluations"),
        _l("The outcome and its dates. Findings are not recorded."),
        _l("They explain why a tool could be used, and why not. Nothing else of an evaluation is here."),
    ),
    "trainer": Kind(
        _l("Trainers"),
        _l("Qualifications, declarations, concerns and how they ended, measures, objections."),
        _l("Other people's certificates rest on what trainers signed. The number of the trainer stays with them."),
    ),
    "emergency": Kind(
        _l("Emergency access"),
        _l("Who asked for it and why, who confirmed it, when it ended."),
        _l("It set a rule aside, so it can be asked about as long as the use itself."),
    ),
    "offline": Kind(
        _l("Passes for use without a network"),
        _l("When a pass was given, and its place on the status list."),
        _l("A place that was given once must not be given to somebody else."),
    ),
    "decisions": Kind(
        _l("Questions of programs"),
        _l("What a tool asked about an officer, and what it was answered."),
        _l(
            "Deployers of high-risk AI systems keep logs for six months at least (AI Act art. 26(6)). Complaints about "
            "a use come within three years."
        ),
    ),
    "concern-words": Kind(
        _l("Words of a concern about a trainer"),
        _l("What was said, and who said it."),
        _l("Long enough for an objection. After that the outcome is enough."),
    ),
    "report-words": Kind(
        _l("Words of a report of a wrong result"),
        _l("What happened, questions and answers, and who reported."),
        _l("Long enough to see whether it happens again. After that what was done is enough."),
    ),
    "reports": Kind(
        _l("Reports without their words"),
        _l("Which version, what kind of fault, what was done and by whom. Not who reported."),
        _l("Later versions are judged by them."),
    ),
    "incident-words": Kind(
        _l("Words of a citizen's incident report"),
        _l("What happened, questions and answers. No name is asked for."),
        _l("Long enough to read the outcome and to take it further."),
    ),
    "incidents": Kind(
        _l("Incident reports without their words"),
        _l("Which tool, what was done and by whom, how it ended, and the sentence that was published."),
        _l("Later versions are judged by them."),
    ),
    "incident-limits": Kind(
        _l("How often incidents were sent"),
        _l("Digests of addresses under a key that is another each day, without the addresses."),
        _l("To slow down who sends the same many times."),
    ),
    "rectifications": Kind(
        _l("Requests to put something right"),
        _l("Which record, what was corrected or why it was not."),
        _l("That a right was answered in time must be shown (GDPR art. 5(2) and 12(3))."),
    ),
    "rectification-words": Kind(
        _l("Words of a request to put something right"),
        _l("What is wrong and what would be right, and what was answered."),
        _l("Long enough for a complaint. After that what was corrected is enough."),
    ),
    "oversight": Kind(
        _l("What the oversight body did"),
        _l("What it looked at, whose name it was shown and why, its questions and their answers, packs taken out."),
        _l("Who oversees must be accountable, too. Of who was looked at, a bare number is left after an erasure."),
    ),
    "disclosure-words": Kind(
        _l("References of names that were shown"),
        _l("The case that the oversight body named when it asked for somebody's name."),
        _l("It could name the person."),
    ),
    "sign-in": Kind(
        _l("Browser sessions"),
        _l("When a browser was signed in and used last."),
        _l("To keep people signed in, and to recognise an answer that comes late."),
    ),
    "sign-in-attempts": Kind(
        _l("Attempts to sign in"),
        _l("Digests of account and address, without either of them."),
        _l("To slow down who guesses passwords."),
    ),
    "credentials": Kind(
        _l("Passwords and calendar addresses"),
        _l("Digests only."),
        _l("They serve as long as the account does."),
    ),
    "interrupted-answers": Kind(
        _l("Answers that met an expired session"),
        _l("What was sent, until its officer signs in again."),
        _l("So that no answer is lost."),
    ),
    "waiting-files": Kind(
        _l("Files that wait to be imported"),
        _l("The file as it was sent."),
        _l("To read it once more before it is imported."),
    ),
    "platform-visits": Kind(
        _l("Visits from a learning platform"),
        _l("That a platform sent somebody here, and what it said of them."),
        _l("To let them in once."),
    ),
    "invitations": Kind(
        _l("Invitations of learning platforms"),
        _l("Digests of links by which a platform may register itself, and who made them."),
        _l("To say that a link is used or expired."),
    ),
    "program-tokens": Kind(
        _l("Tokens of programs"),
        _l("Digests only."),
        _l("So that none is used twice."),
    ),
    "messages": Kind(
        _l("Messages that were sent"),
        _l("What programs and platforms were told. What could not be delivered stays until somebody sees to it."),
        _l("To find out what went wrong."),
    ),
    "journal": Kind(
        _l("The journal"),
        _l("Numbers, times and digests. Without the content that they were made of they tell nothing of anybody."),
        _l("It proves that nothing was changed unseen, and would prove nothing if parts of it went."),
    ),
    "journal-content": Kind(
        _l("Content of the journal"),
        _l("Every record as it was made, and the salt of each person's digests."),
        _l("It goes with the record that it repeats."),
    ),
    "tools": Kind(
        _l("Tools and their versions"),
        _l("What was registered, assessed, released and withdrawn, with who signed."),
        _l("What a tool was then must be known as long as anybody asks what was done with it."),
    ),
    "content": Kind(
        _l("What is taught"),
        _l("Modules, their reviews, checklists and standards, with who wrote and signed them."),
        _l("Certificates rest on it."),
    ),
    "agency": Kind(
        _l("Units and sessions"),
        _l("Units, and the sessions that were held in them. Who took part is under training."),
        _l("Other records name them."),
    ),
    "programs": Kind(
        _l("Programs and learning platforms"),
        _l("Which ones may ask, with what, and since when."),
        _l("Decisions name them."),
    ),
}

SOURCES: Mapping[Source, Any] = {
    Source.LAW: _l("Law"),
    Source.RECOMMENDATION: _l("Recommendation"),
    Source.OURS: _l("Default of this product"),
}

REASONS: Mapping[ErasureReason, Any] = {
    ErasureReason.RETENTION_OVER: _l("The time for which records are kept is over"),
    ErasureReason.UNLAWFUL: _l("The data may not be processed, or not any more"),
    ErasureReason.LEGAL_OBLIGATION: _l("A law, a court or the supervisory authority asks for it"),
}

HOLDS: Mapping[Hold, Any] = {
    Hold.OWN: _l("This is your own record. Another registrar does that."),
    Hold.ACCOUNT_OPEN: _l("The account is open. Close it first."),
    Hold.NOT_DUE: _l("The time for which records are kept is not over yet. Choose another reason, or wait."),
    Hold.APPEAL: _l("An appeal against a mark is open. It is decided first."),
    Hold.OBJECTION: _l("An objection is open. The oversight body decides it first."),
    Hold.CASE: _l("A concern that the person raised, or that is about the person, is open. It is ended first."),
    Hold.REVIEW: _l("A certificate is under review. The oversight body upholds it or declares it void first."),
    Hold.MEASURE: _l("Certificates of others wait to be judged, because of a measure against this trainer."),
    Hold.REPORT: _l("A report of a wrong result by this person is open. It is closed first."),
    Hold.RECTIFICATION: _l("A request of this person to have something put right is open. It is answered first."),
}


def length(time: Time, set_to: int) -> str:
    """Return a length of time in words, *set_to* as many as the setting says or the policy fixes."""
    match time.unit:
        case Unit.YEARS:
            return ngettext("%(num)s year", "%(num)s years", set_to)
        case Unit.MONTHS:
            return ngettext("%(num)s month", "%(num)s months", set_to)
        case Unit.DAYS:
            return ngettext("%(num)s day", "%(num)s days", set_to)
        case Unit.HOURS:
            return ngettext("%(num)s hour", "%(num)s hours", set_to)


def kept(keeping: Keeping, settings: object) -> str:
    """Return how long a kind is kept and from when that counts, where *settings* are the installation's."""
    if keeping.time is None:
        return _("With the person") if keeping.since is Since.PERSON else _("For good")
    set_to = getattr(settings, keeping.time.setting) if keeping.time.setting else keeping.time.count
    told = {"length": length(keeping.time, set_to)}
    match keeping.since:
        case Since.LAST_RECORD:
            return _("%(length)s after the last record, once the account is closed", **told)
        case Since.ENDED:
            return _("%(length)s after the end of the case", **told)
        case Since.SENT:
            return _("%(length)s after it was used or sent", **told)
        case _:
            return _("%(length)s after it was recorded", **told)


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of record as the page, the command and the document show it."""

    code: str
    name: str
    what: str
    kept: str
    source: str
    reason: str


def lines(settings: object) -> list[Line]:
    """Return the policy as it holds with *settings*, in its order."""
    return [
        Line(
            code,
            str(KINDS[code].name),
            str(KINDS[code].what),
            kept(keeping, settings),
            str(SOURCES[keeping.source]),
            str(KINDS[code].reason),
        )
        for code, keeping in POLICY.items()
    ]
