"""Content folders and modules for tests: the parts that matter named by the test, the rest fit to publish."""

from datetime import date
from pathlib import Path
from typing import Any

from courses.glossary import Entry, Glossary, Term
from courses.module import Lesson, Module, ModuleKind, Objective, Source, SourceStanding

MODULE_TOML = """\
slug = "base-rates"
kind = "module"
subject_area = "ai"
law_as_of = 2026-11-22
prerequisites = []
languages = ["en"]

[title]
en = "Base rates"

[summary]
en = "Why rare targets drown in false alarms."

[[objectives]]
id = "count-alarms"
en = "work out how many alarms are false"

[[sources]]
id = "crowd"
standing = "illustrative"
text = "A made-up crowd of 10,000"
"""

LESSON_MD = """\
---
title: Ten thousand faces
objective: count-alarms
minutes: 9
sources: crowd
law_as_of: 2026-11-22
---
## The crowd

Most alarms are a [[false-positive]] [@crowd].
"""

GLOSSARY_TOML = """\
[false-positive]
en.term = "false positive"
en.text = "An alarm for somebody who is not sought."
"""

FALSE_POSITIVE = Term(
    "false-positive",
    {"en": Entry("false positive", "A wrong alarm."), "fr": Entry("faux positif", "Une fausse alerte.")},
)
RECALL = Term("recall", {"en": Entry("recall", "The share of those sought who are found.")})
GLOSSARY = Glossary((RECALL, FALSE_POSITIVE))


def content(root: Path, **files: str) -> Path:
    """Write one module with one lesson and a glossary under *root*; *files* replace them: module, lesson, glossary."""
    folder = root / "base-rates"
    (folder / "en").mkdir(parents=True)
    (folder / "module.toml").write_text(files.get("module", MODULE_TOML), "utf-8")
    (folder / "en" / "01-ten-thousand-faces.md").write_text(files.get("lesson", LESSON_MD), "utf-8")
    (root / "glossary.toml").write_text(files.get("glossary", GLOSSARY_TOML), "utf-8")
    return root


def source(name: str = "crowd") -> Source:
    return Source(name, SourceStanding.ILLUSTRATIVE, f"The source {name}")


def lesson(**parts: Any) -> Lesson:
    defaults: dict[str, Any] = {
        "slug": "01-ten-thousand-faces",
        "title": "Ten thousand faces",
        "objective": "count-alarms",
        "minutes": 9,
        "sources": ("crowd",),
        "law_as_of": date(2026, 11, 22),
        "body": "## The crowd\n\nMost alarms are false [@crowd].",
    }
    return Lesson(**defaults | parts)


def module(**parts: Any) -> Module:
    defaults: dict[str, Any] = {
        "slug": "base-rates",
        "kind": ModuleKind.MODULE,
        "subject_area": "ai",
        "law_as_of": date(2026, 11, 22),
        "prerequisites": (),
        "languages": ("en",),
        "title": {"en": "Base rates"},
        "summary": {"en": "Why rare targets drown in false alarms."},
        "objectives": (Objective("count-alarms", {"en": "work out how many alarms are false"}),),
        "sources": (source(),),
        "lessons": {"en": (lesson(),)},
    }
    return Module(**defaults | parts)


def bilingual_module() -> Module:
    return module(
        languages=("en", "fr"),
        title={"en": "Base rates", "fr": "Taux de base"},
        summary={"en": "Rare targets.", "fr": "Cibles rares."},
        objectives=(Objective("count-alarms", {"en": "count false alarms", "fr": "compter les fausses alertes"}),),
        lessons={"en": (lesson(),), "fr": (lesson(title="Dix mille visages", body="Bonjour [@crowd]."),)},
    )
