"""Evidence packs in words: what each part holds and what asks for it, and why something is not in one.

The clauses are named by their gist and number; nothing here claims conformity with a standard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.services.evidence_pack import Missing


@dataclass(frozen=True, slots=True)
class PartFile:
    path: str
    """The file or folder, as it is called in the pack."""
    holds: Any
    table: bool = True
    """Whether it is a table, whose rows are counted."""


@dataclass(frozen=True, slots=True)
class Part:
    title: Any
    asked_by: Any
    """Which norm asks for it."""
    files: Sequence[PartFile]


PARTS: Sequence[Part] = (
    Part(
        _l("What officers are taught"),
        _l(
            "AI Act (Regulation (EU) 2024/1689), art. 4: measures for AI literacy. ISO/IEC 17024:2012, clause 8: the "
            "scheme, its competences and criteria."
        ),
        (
            PartFile("revisions.csv", _l("Each revision of each module, with its authors and its reviewer")),
            PartFile("curricula", _l("The lessons, objectives and sources of each, and the plan of its exam"), False),
            PartFile("requirements.csv", _l("What each version asks of officers, with both signatures")),
        ),
    ),
    Part(
        _l("Who was certified, when, on what"),
        _l(
            "AI Act, art. 26(2): people with the necessary competence, training and authority. ISO/IEC 17024:2012, "
            "clauses 9.4 to 9.6: decision, suspension and withdrawal, recertification."
        ),
        (
            PartFile(
                "awards.csv", _l("Each award with its last day, its state at the end of the period, its evidence")
            ),
            PartFile("award-changes.csv", _l("What was revoked, voided, put under review or upheld, by whom and why")),
        ),
    ),
    Part(
        _l("Who taught and examined"),
        _l(
            "ISO/IEC 17024:2012, clause 6: competent personnel and examiners; clause 4.3: impartiality. AI Act, art. 4."
        ),
        (
            PartFile("trainers.csv", _l("Qualifications with level, validity, evidence, and who granted them")),
            PartFile("trainer-declarations.csv", _l("Declarations of ethics, and of interests in vendors")),
            PartFile("trainer-education.csv", _l("Continuing education")),
            PartFile("trainer-measures.csv", _l("Suspensions, revocations and reinstatements, with their reason")),
            PartFile("sessions.csv", _l("Sessions that were taught in the period, and how many attended")),
        ),
    ),
    Part(
        _l("What each version changed"),
        _l(
            "ISO/IEC 17024:2012, clause 9.6: recertification where the technology changes. AI Act, art. 26(5): use is "
            "suspended where a risk is suspected."
        ),
        (
            PartFile("versions.csv", _l("The versions of the tool, what changed, and how an officer stops it")),
            PartFile("version-changes.csv", _l("When each was announced, released, suspended, resumed or withdrawn")),
            PartFile(
                "assessments.csv",
                _l("The verdict on each way between two versions: level, method, grace, why, and both signatures"),
            ),
        ),
    ),
    Part(
        _l("How the exams did"),
        _l("ISO/IEC 17024:2012, clauses 9.1 to 9.3: examinations that are fair, valid and reliable."),
        (
            PartFile("exams.csv", _l("How many sat and passed in the period; reliability, from 30 officers on")),
            PartFile("items.csv", _l("Figures of each item, from 30 officers on; neither its question nor its key")),
        ),
    ),
    Part(
        _l("What the tool was told"),
        _l(
            "AI Act, art. 26(2): whether only such people could use it. Directive (EU) 2016/680, art. 25: logging in "
            "automated systems."
        ),
        (
            PartFile("decisions.csv", _l("Each decision of the period, with the command that answers it again")),
            PartFile("decisions.jsonl", _l("The same decisions, whole, as they were recorded"), False),
            PartFile("officers", _l("The facts behind the answers, a file for each officer"), False),
            PartFile("tool.json", _l("The facts about the tool alone"), False),
        ),
    ),
    Part(
        _l("What proves it"),
        _l("ISO/IEC 17024:2012, clauses 7 and 10: records that are kept safe, and can be audited."),
        (
            PartFile("journal/checkpoint", _l("The head of the agency's journal, signed"), False),
            PartFile("journal/entries.jsonl", _l("The proof that every fact shown stands in that journal"), False),
            PartFile("journal/payloads.jsonl", _l("What was recorded about nobody in particular, whole"), False),
            PartFile(
                "people.csv", _l("Service numbers of those who recorded something, by their number in the journal")
            ),
            PartFile("SHA256SUMS", _l("The checksum of every file"), False),
            PartFile("SHA256SUMS.note", _l("The signature over these checksums"), False),
            PartFile("left-out.csv", _l("What is not in the pack, how much of it, and since when")),
        ),
    ),
)

MISSING: Mapping[Missing, Any] = {
    Missing.EXAM_ITEMS: _l(
        "Items of the exams: their questions, options and keys. Whoever had them could pass without having learned."
    ),
    Missing.OFFICER_FILES: _l(
        "Evidence files of officers: left out as was asked. The decisions about them cannot be answered again from "
        "this pack alone."
    ),
    Missing.OTHER_REACH: _l(
        "Files for decisions on questions of clients that had no right to ask about this tool. The decisions are "
        "listed; each was answered as if the tool were unknown."
    ),
    Missing.DECISIONS_LET_GO: _l(
        "Decisions of the period, about this or another tool, that were deleted when the time for which they are kept "
        "was over. The journal still proves that they were there."
    ),
    Missing.CONTENT_ERASED: _l(
        "Decisions about people whose data was erased since. The journal still proves that they were there."
    ),
    Missing.AWARDS_GONE: _l(
        "Awards, qualifications and measures, about this or another tool, that were erased since. The journal still "
        "proves that they were there."
    ),
}
