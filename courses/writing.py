"""A module as the files of its folder: one canonical form, so that what is read and written again is the same bytes.

Comments and layout of a file that a person wrote are not part of a revision and are not kept.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import tomlkit

from courses.module import Lesson, Module


def module_files(module: Module) -> dict[str, str]:
    """Return the text of every file in the folder of *module*, by its path there: ``module.toml``, ``en/01-name.md``.

    `courses.catalogue.load_module` reads the very module back from them, if it is fit to publish.
    """
    files = {"module.toml": toml(_outline(module))}
    if module.glossary.terms:
        files["glossary.toml"] = toml(module.glossary.to_json())
    for lang, lessons in module.lessons.items():
        files |= {f"{lang}/{lesson.slug}.md": _lesson(lesson) for lesson in lessons}
    return files | {f"figures/{name}.svg": figure.svg for name, figure in sorted(module.figures.items())}


def toml(table: Mapping[str, object]) -> str:
    """Return *table* in TOML: what is no table itself first, the rest in the order given."""
    return tomlkit.dumps(dict(table))


def by_language(texts: Mapping[str, object], languages: Iterable[str]) -> dict[str, object]:
    """Return *texts* in the order of *languages*, then whatever else there is."""
    return {lang: texts[lang] for lang in dict.fromkeys([*languages, *sorted(texts)]) if lang in texts}


def _outline(module: Module) -> dict[str, object]:
    return {
        "slug": module.slug,
        "kind": module.kind.value,
        "subject_area": module.subject_area,
        "law_as_of": module.law_as_of,
        "prerequisites": list(module.prerequisites),
        "languages": list(module.languages),
        "title": by_language(module.title, module.languages),
        "summary": by_language(module.summary, module.languages),
        "objectives": [
            {"id": objective.id, **by_language(objective.texts, module.languages)} for objective in module.objectives
        ],
        "sources": [
            {"id": source.id, "standing": source.standing.value, "text": source.text} for source in module.sources
        ],
    }


def _lesson(lesson: Lesson) -> str:
    front: dict[str, str | int | date] = {
        "title": lesson.title,
        "objective": lesson.objective,
        "minutes": lesson.minutes,
        "sources": ", ".join(lesson.sources),
        "law_as_of": lesson.law_as_of,
    }
    if lesson.translates:
        front["translates"] = lesson.translates
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return f"---\n{lines}---\n{lesson.body}\n"
