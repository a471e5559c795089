"""Whether a module is fit to publish: what reading its files alone cannot tell."""

from collections.abc import Collection, Iterator

from courses.errors import ContentError
from courses.fields import repeated
from courses.glossary import Glossary
from courses.module import Lesson, Module, figure_file, lesson_file
from courses.render import faults_in, figures_in


def module_faults(module: Module, *, catalogue: Collection[Module], glossary: Glossary) -> list[ContentError]:
    """Return every reason why *module* is not fit to publish; empty where there is none.

    :param catalogue: all modules that its lessons may link to and its prerequisites name, itself included or not.
    :param glossary: the terms that all modules share; its own hold before them.
    """
    known = {entry.slug: entry for entry in [*catalogue, module]}
    terms = glossary.joined(module.glossary)
    return [
        *_outline_faults(module, known),
        *_translation_faults(module),
        *_figure_faults(module),
        *(
            fault
            for lang, lessons in module.lessons.items()
            for lesson in lessons
            for fault in _lesson_faults(module, lang, lesson, known, terms)
        ),
    ]


def _outline_faults(module: Module, known: dict[str, Module]) -> Iterator[ContentError]:
    """Faults of what ``module.toml`` says."""
    file = f"{module.slug}/module.toml"
    objectives = [objective.id for objective in module.objectives]
    for name, ids in (("objective", objectives), ("source", [source.id for source in module.sources])):
        if not ids:
            yield ContentError(file, f"has no {name}")
        for twice in repeated(ids):
            yield ContentError(file, f"has the {name} '{twice}' twice")
    taught = {lesson.objective for lesson in module.lessons[module.source_language]}
    for objective in objectives:
        if objective not in taught:
            yield ContentError(file, f"has the objective '{objective}', which no lesson teaches")
    for prerequisite in module.prerequisites:
        if prerequisite not in known:
            yield ContentError(file, f"has the prerequisite '{prerequisite}', which is not a module")
        elif module.slug in _all_prerequisites(prerequisite, known):
            yield ContentError(file, f"has the prerequisite '{prerequisite}', which itself needs '{module.slug}'")


def _all_prerequisites(slug: str, known: dict[str, Module]) -> set[str]:
    """Return *slug* and every module that must be taken before it, at any remove."""
    found: set[str] = set()
    waiting = [slug]
    while waiting:
        current = waiting.pop()
        if current in known and current not in found:
            found.add(current)
            waiting.extend(known[current].prerequisites)
    return found


def _translation_faults(module: Module) -> Iterator[ContentError]:
    """Faults between languages: a declared language is complete and has the same lessons in the same order."""
    source = [lesson.slug for lesson in module.lessons[module.source_language]]
    if not source:
        yield ContentError(f"{module.slug}/{module.source_language}", "has no lesson")
    for twice in repeated(source):
        yield ContentError(lesson_file(f"{module.slug}/{module.source_language}", twice), "is there twice")
    for lang, lessons in module.lessons.items():
        translated = [lesson.slug for lesson in lessons]
        if translated != source:
            different = sorted(set(source) ^ set(translated)) or ["their order"]
            problem = f"differs from '{module.source_language}' in its lessons: {', '.join(different)}"
            yield ContentError(f"{module.slug}/{lang}", problem)


def _figure_faults(module: Module) -> Iterator[ContentError]:
    if not module.figures:
        return
    bodies = [lesson.body for lessons in module.lessons.values() for lesson in lessons]
    shown = {name for body in bodies for name in figures_in(body)}
    for name in sorted(set(module.figures) - shown):
        yield ContentError(figure_file(module.slug, name), "is shown in no lesson")


def _lesson_faults(
    module: Module, lang: str, lesson: Lesson, known: dict[str, Module], glossary: Glossary
) -> Iterator[ContentError]:
    file = lesson_file(f"{module.slug}/{lang}", lesson.slug)

    def has_lesson(slug: str, lesson_slug: str) -> bool:
        return slug in known and known[slug].lesson_in(lang, lesson_slug) is not None

    if lesson.objective not in {objective.id for objective in module.objectives}:
        yield ContentError(file, f"teaches the objective '{lesson.objective}', which module.toml does not have")
    if not lesson.sources:
        yield ContentError(file, "names no source")
    for name, text in (("title", lesson.title), ("text", lesson.body), ("translates", lesson.translates)):
        if text != text.strip() or "\r" in text or (name != "text" and "\n" in text):
            yield ContentError(file, f"has a {name} with a blank around it or a line break that a file cannot keep")
    sources = module.sources_of(lesson)
    for unknown in sorted(set(lesson.sources) - {source.id for source in sources}):
        yield ContentError(file, f"names the source '{unknown}', which module.toml does not have")
    for problem in faults_in(
        lesson.body, lang=lang, glossary=glossary, sources=sources, has_lesson=has_lesson, figures=module.figures
    ):
        yield ContentError(file, problem)
