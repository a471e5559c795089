"""What is kept about a person, in words: the sections of their page, and why something is not given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.own_data import Section, Why


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section in plain words."""

    title: Any
    what: Any
    why: Any
    """Purpose and legal basis."""
    seen_by: Any
    """Who else can see it."""


_TASK = _l(
    "To train and certify the people who use AI tools, and to answer a tool that asks whether they may: a task in "
    "the public interest (GDPR, art. 6(1)(e), with the law that gives your agency the task)."
)
_STAFF = _l("Registrars, and supervisors as far as it is about their unit.")

SECTIONS: Mapping[Section, SectionText] = {
    Section.IDENTITY: SectionText(
        _l("Who you are"),
        _l("Service number, name and e-mail address as they were registered, and every correction since."),
        _TASK,
        _l("Registrars; supervisors, trainers and evaluators see name and service number of those they work with."),
    ),
    Section.ACCOUNT: SectionText(
        _l("Account and roles"),
        _l("When your account was opened or closed, a password was set, and a role was given or taken back."),
        _l("So that nobody reads or changes more than their work asks (GDPR, art. 32, and art. 6(1)(e))."),
        _l("Registrars and the oversight body."),
    ),
    Section.UNIT: SectionText(
        _l("Your unit"), _l("The units to which you were assigned, and since when."), _TASK, _STAFF
    ),
    Section.SEATS: SectionText(
        _l("Seats"),
        _l("Which tools you were given a seat for, for which purposes, why, and when a seat was reviewed or released."),
        _l(
            "So that few people, each with a reason, reach personal data with a tool (GDPR, art. 6(1)(e); "
            "Directive (EU) 2016/680, art. 4(1)(c) and 29)."
        ),
        _l("Supervisors of your unit, registrars and the oversight body."),
    ),
    Section.EVALUATIONS: SectionText(
        _l("Psychological evaluations"),
        _l("Outcome and validity, and a restriction by its code. Findings are kept nowhere in this system."),
        _l(
            "Assessment of working capacity by a professional bound to secrecy, as your national law provides "
            "(GDPR, art. 9(2)(b) and (h), and 9(3))."
        ),
        _l(
            "You and the evaluators; registrars and the oversight body only in the file of facts behind a "
            "decision. Supervisors and tools learn that the requirement is met or not, never why."
        ),
    ),
    Section.TRAINING: SectionText(
        _l("Training and quizzes"),
        _l(
            "Lessons that you marked as read, every attempt and every answer, marks, appeals, more time that you "
            "were given, and retraining that was ordered."
        ),
        _TASK,
        _l("Assessors who judge appeals or late answers; authors see figures of many people, never one person's."),
    ),
    Section.PRACTICE: SectionText(
        _l("Observed practice"),
        _l("What an assessor saw you do, also before it is signed, and your own signature under it."),
        _TASK,
        _l("The assessor who observed you."),
    ),
    Section.AWARDS: SectionText(
        _l("Certifications"),
        _l(
            "Every certification, what it rests on, whether it was put under review, upheld, revoked or declared "
            "void, your objections, and passes for use without a network."
        ),
        _TASK,
        _l(
            "Supervisors of your unit, registrars and the oversight body; whoever has the code of a certificate "
            "and may check it; tools that ask."
        ),
    ),
    Section.SUSPENSIONS: SectionText(
        _l("Suspensions"),
        _l("When you were suspended from a tool or from all, for which reason by its code, and when that ended."),
        _TASK,
        _l("Supervisors of your unit, registrars and the oversight body; tools learn the ground by its code."),
    ),
    Section.EMERGENCIES: SectionText(
        _l("Emergency access"),
        _l("What you asked for in an emergency, who confirmed it by their role, and when it ended."),
        _l("To account for each use outside the rules (GDPR, art. 5(2) and 6(1)(e))."),
        _l("Supervisors and the oversight body."),
    ),
    Section.SESSIONS: SectionText(
        _l("Training sessions"),
        _l("Sessions that you joined, attended or were to hold, and the address of your calendar feed."),
        _TASK,
        _l("The instructor of the session, and supervisors of your unit."),
    ),
    Section.TRAINER: SectionText(
        _l("Your work as a trainer"),
        _l(
            "Qualifications with what they rest on, measures, outcomes of concerns that led to something, "
            "declarations of ethics and interests, and continuing education."
        ),
        _l("So that trainers are qualified, independent and of good conduct (GDPR, art. 6(1)(e))."),
        _l("Leads, registrars and the oversight body. Officers see that you are qualified."),
    ),
    Section.REPORTS: SectionText(
        _l("Your reports and concerns"),
        _l(
            "What you reported about a tool's results or about a trainer, in your words, and the steps that you "
            "are told of."
        ),
        _l("So that errors and bias are found and mended (GDPR, art. 6(1)(e))."),
        _l("In confidence: who handles it. Nobody else learns that it was you."),
    ),
    Section.PLATFORMS: SectionText(
        _l("Learning platforms"),
        _l("Accounts that are linked to you, and the grades that were sent there."),
        _l("So that your training at the academy's platform counts here (GDPR, art. 6(1)(e))."),
        _l("The platform receives your grades; registrars see whether they arrived."),
    ),
    Section.DECISIONS: SectionText(
        _l("What tools asked about you"),
        _l("Every time that a tool or another program asked whether you may use it, with the answer and its grounds."),
        _l("So that each answer can be checked later, and a wrong refusal put right (GDPR, art. 5(2) and 6(1)(e))."),
        _l("The oversight body. Who asked received the answer."),
    ),
    Section.LOOKS: SectionText(
        _l("Who looked at your record"),
        _l("When somebody of the oversight body opened a page about you, and whether and why your name was shown."),
        _l("So that those who supervise are supervised, too (GDPR, art. 5(2) and 32)."),
        _l("The oversight body."),
    ),
    Section.RECTIFICATION: SectionText(
        _l("Corrections that you asked for"),
        _l("What you said is wrong, and what was done about it."),
        _l("The law asks for it (GDPR, art. 16, 12 and 6(1)(c))."),
        _l("Registrars; the oversight body sees deadlines, and neither your words nor your name."),
    ),
    Section.SIGN_IN: SectionText(
        _l("Signing in"),
        _l(
            "Browsers in which you were signed in, attempts to sign in to your account, and what was kept for you "
            "while you were signed out."
        ),
        _l("Security of the system (GDPR, art. 32 and 6(1)(e))."),
        _l("Nobody through these pages; the operator can read it in the database."),
    ),
    Section.WRITTEN: SectionText(
        _l("What you wrote for modules, and files that wait"),
        _l(
            "When you saved a part of a draft or made a remark on one, and files that you sent and have not "
            "imported yet."
        ),
        _TASK,
        _l("Authors and reviewers of the module."),
    ),
    Section.ACTS: SectionText(
        _l("What you recorded"),
        _l("How often you recorded something about tools, content or other people, by kind; not about whom."),
        _l("So that it is known who did what (GDPR, art. 5(2) and 32)."),
        _l("The oversight body, in the journal."),
    ),
    Section.OTHER: SectionText(
        _l("Other records"), _l("What has no section of its own yet."), _TASK, _l("Registrars and the oversight body.")
    ),
}

WHYS: Mapping[Why, Any] = {
    Why.EXAM: _l(
        "Questions with their keys, the paper that was drawn for you and the mark of each single question, and "
        "texts of drafts: a test that is known tests nothing, and would be unfair to those who come after you. "
        "You get your answers and your marks by objective."
    ),
    Why.OTHERS: _l(
        "Names and service numbers of other people: they are named by their role. Lists that you sent about "
        "others, and who authorised a single use (GDPR, art. 15(4))."
    ),
    Why.CONFIDENCE: _l(
        "Whether a concern about you as a trainer is being looked into, in which words, and who raised it. An "
        "outcome that changes anything is shown (GDPR, art. 15(4))."
    ),
    Why.SECURITY: _l(
        "The hash of your password, keys of your sessions and feeds, and the random number that keeps you apart "
        "from your pseudonym in the journal: with them somebody could act as you."
    ),
    Why.THEIR_ACT: _l(
        "Records about other people that name you for what you did. You see how many there are under “What you "
        "recorded”."
    ),
    Why.TECHNICAL: _l(
        "Copies for technical reasons that say nothing which is not here, and messages on their way to other systems."
    ),
}
