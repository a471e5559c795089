"""The trainers of the demo agency: founded by two registrars, then qualified by the lead; one for the tool."""

from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import select

from training_app.demo.agency import Loader, instant_of
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import (
    ContinuingEducation,
    EthicsDeclaration,
    LevelName,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules.qualifying import EvidenceKind
from training_app.services.trainer_acts import ETHICS_TEXT

SUBJECTS = ("ai", "biometrics", "data-protection", "intrusive-tools", "rights", "training")
FOUNDED, FOUNDED_THROUGH = "2025-11-20", "2026-11-20"
FOUNDED_AGAIN, FOUNDED_AGAIN_THROUGH = "2026-11-19", "2027-11-19"
"""A special qualification runs for a year; nobody but the lead herself leads these subjects, so it is given anew."""
QUALIFIED, QUALIFIED_THROUGH = "2025-12-02", "2028-12-02"

_FOUNDING = (
    {"kind": EvidenceKind.EXPERIENCE, "note": "Eleven years in digital forensics, four of them as a trainer"},
    {"kind": EvidenceKind.CONDUCT_CHECK, "note": "Nothing stands against it", "day": "2025-11-18", "by": "DP-3001"},
)
_ORDINARY = (
    {"kind": EvidenceKind.TRAINER_COURSE, "note": "Train the trainers, at the police academy", "day": "2025-11-28"},
    {"kind": EvidenceKind.EXPERIENCE, "note": "Six years on identification requests"},
    {"kind": EvidenceKind.OBSERVED_LESSON, "note": "Base rates, second unit", "day": "2025-12-01", "by": "DP-4003"},
    {"kind": EvidenceKind.CONDUCT_CHECK, "note": "Nothing stands against it", "day": "2025-11-27", "by": "DP-3002"},
)


def load(loader: Loader) -> None:
    """Add the registry: a lead, an assessor and an instructor of every subject, and the tool's first assessor."""
    tool = loader.session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    version = loader.session.scalars(
        select(ToolVersion).where(ToolVersion.tool_id == tool.id, ToolVersion.label == "3.2")
    ).one()
    for day, through in ((FOUNDED, FOUNDED_THROUGH), (FOUNDED_AGAIN, FOUNDED_AGAIN_THROUGH)):
        for subject in SUBJECTS:
            qualify_specially(loader, "lead", day, through, level=LevelName.LEAD, subject=subject)
    for mailbox, level in (("trainer2", LevelName.ASSESSOR), ("trainer", LevelName.INSTRUCTOR)):
        for subject in SUBJECTS:
            loader.add(
                TrainerQualification(
                    **loader.by("lead", QUALIFIED),
                    person_id=loader.people[mailbox].id,
                    subject=subject,
                    level=level,
                    through=date.fromisoformat(QUALIFIED_THROUGH),
                    special=False,
                    evidence=[dict(one) for one in _ORDINARY],
                )
            )
    qualify_specially(
        loader, "trainer2", FOUNDED_AGAIN, FOUNDED_AGAIN_THROUGH, level=LevelName.ASSESSOR, tool=tool, version=version
    )
    for mailbox in ("lead", "trainer", "trainer2"):
        for day in (FOUNDED, FOUNDED_AGAIN):
            _declare(loader, mailbox, day)
    loader.add(
        ContinuingEducation(
            **loader.by("lead", "2026-09-14"),
            person_id=loader.people["trainer2"].id,
            title="Observing practice and telling what was seen",
            held_on=date(2026, 9, 11),
            hours=6,
            document_sha256=None,
        )
    )


def qualify_specially(
    loader: Loader,
    mailbox: str,
    day: str,
    through: str,
    *,
    level: LevelName,
    subject: str | None = None,
    tool: Tool | None = None,
    version: ToolVersion | None = None,
) -> None:
    stamp = loader.by("registrar", day)
    granted = TrainerQualification(
        **stamp,
        person_id=loader.people[mailbox].id,
        subject=subject,
        tool_id=tool.id if tool else None,
        version_id=version.id if version else None,
        level=level,
        through=date.fromisoformat(through),
        special=True,
        evidence=[dict(one) for one in _FOUNDING],
    )
    loader.add(granted)
    signed_at = instant_of(day) + timedelta(hours=2)
    loader.add(
        TrainerQualificationSignature(
            effective_at=signed_at,
            recorded_at=signed_at,
            recorded_by_id=loader.people["registrar2"].id,
            person_id=granted.person_id,
            qualification_id=granted.id,
            author_id=granted.recorded_by_id,
        )
    )


def _declare(loader: Loader, mailbox: str, day: str) -> None:
    person = loader.people[mailbox]
    loader.add(
        EthicsDeclaration(
            **loader.by(mailbox, day),
            person_id=person.id,
            text_version=ETHICS_TEXT,
            text_digest=sha256(b"as it was shown").hexdigest(),
            language="en",
        )
    )
