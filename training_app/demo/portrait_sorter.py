"""The tool that the demo agency registered only to have its prohibition on record."""

from training_app.demo.agency import Loader
from training_app.models.tools import Tool
from training_app.rules.facts import Prohibition


def load(loader: Loader) -> None:
    """Add the tool: sorting people by protected ground is what the AI Act, art. 5(1)(g), forbids."""
    loader.add(
        Tool(
            **loader.by("registrar", "2026-03-02"),
            slug="portrait-sorter",
            name="Portrait Sorter",
            vendor="Portrait Demo Vendor",
            description="Sorts pictures of people by religion and sexual orientation that it reads from their faces.",
            prohibition=Prohibition.LAW,
            prohibition_source="Regulation (EU) 2024/1689 (AI Act), art. 5(1)(g).",
            purposes=[],
            purpose_required=False,
            max_cache_seconds=0,
        )
    )
