"""The starter content with three short quizzes, for tests of what is done with a quiz.

How long its papers are, which kinds of item they hold and which languages they have is for the authors of the starter
content to decide, and for `tests/courses` to hold them to; other tests count on what stands here.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from courses import catalogue as courses
from courses.module import Module
from courses.writing import module_files
from quizzes import catalogue as quizzes
from quizzes.bank import Bank
from quizzes.writing import bank_files

#: Of each module how many items on each objective a paper holds, the cut score, and how many items the bank holds.
SHORT = {
    "ai-limits": (
        {
            "what-a-tool-does": 1,
            "errors": 1,
            "base-rates": 2,
            "thresholds-and-scores": 1,
            "when-tools-meet-the-street": 1,
            "text-speech-deepfakes": 1,
            "what-went-wrong": 1,
        },
        "4/5",
        45,
    ),
    "sightline-3-2": ({"new-scores": 2, "shorter-list": 2}, "3/4", 14),
    "sightline-3-3": ({"night-images": 2, "stop-and-record": 2}, "3/4", 14),
}
CHOICES = {"single-choice", "multiple-response"}


def write_short(folder: Path) -> tuple[Path, Path]:
    """Write the starter content into *folder* with the short quizzes, in English alone; return modules and banks."""
    modules, banks = folder / "courses", folder / "quizzes"
    shutil.copytree(courses.STARTER_CONTENT, modules)
    shutil.copytree(quizzes.STARTER_CONTENT, banks)
    for slug, (blueprint, cut_score, most) in SHORT.items():
        module = Module.from_json(_english(courses.load_module(modules / slug).to_json()))
        bank = _english(quizzes.load_bank(banks / slug).to_json())
        items = [item for item in bank["items"] if item["kind"] in CHOICES][:most]
        kept = {item["id"] for item in items}
        for item in items:
            if "enemies" in item:
                item["enemies"] = [one for one in item["enemies"] if one in kept]
        bank["items"] = items
        bank["paper"] |= {
            "length": sum(blueprint.values()),
            "cut_score": cut_score,
            "blueprint": [{"objective": objective, "items": number} for objective, number in blueprint.items()],
        }
        _write(modules / slug, module_files(module))
        _write(banks / slug, bank_files(Bank.from_json(bank)))
    return modules, banks


def _english(value: Any) -> Any:
    """Return JSON values without what is in French."""
    if isinstance(value, Mapping):
        return {
            name: ["en"] if name == "languages" else _english(entry) for name, entry in value.items() if name != "fr"
        }
    return [_english(entry) for entry in value] if isinstance(value, list) else value


def _write(folder: Path, files: Mapping[str, str]) -> None:
    shutil.rmtree(folder)
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
