"""Observed practice in the demo agency: an author for the tool, and the checklist of its newest version."""

from datetime import timedelta

from sqlalchemy import select

from training_app.demo.agency import Loader, instant_of
from training_app.demo.trainers import FOUNDED_AGAIN, FOUNDED_AGAIN_THROUGH, qualify_specially
from training_app.models.observed_practice import Checklist, ChecklistApproval
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import LevelName

WRITTEN = "2026-11-20"

BEHAVIOURS = (
    "Says which offence and which purpose the search is for before starting it",
    "Looks at the quality of the picture, and stops where it is too poor",
    "Reads out what the score means, and what it does not prove",
    "Compares the picture with at least three candidates, not only with the first",
    "Asks a second trained person, who decides without knowing the first opinion",
    "Writes down what was searched, what came back and why it was or was not followed",
)


def load(loader: Loader) -> None:
    """Add who writes checklists for the tool, and the checklist that its assessor approved."""
    tool = loader.session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    version = loader.session.scalars(
        select(ToolVersion).where(ToolVersion.tool_id == tool.id, ToolVersion.label == "3.2")
    ).one()
    qualify_specially(
        loader,
        "trainer",
        FOUNDED_AGAIN,
        FOUNDED_AGAIN_THROUGH,
        level=LevelName.AUTHOR,
        tool=tool,
        version=version,
    )
    written = Checklist(
        **loader.by("trainer", WRITTEN),
        version_id=version.id,
        revision=1,
        behaviours=[{"id": f"b{number}", "text": text} for number, text in enumerate(BEHAVIOURS, 1)],
        based_on_id=None,
    )
    loader.add(written)
    approved_at = instant_of(WRITTEN) + timedelta(hours=2)
    loader.add(
        ChecklistApproval(
            effective_at=approved_at,
            recorded_at=approved_at,
            recorded_by_id=loader.people["trainer2"].id,
            checklist_id=written.id,
            author_id=written.recorded_by_id,
        )
    )
