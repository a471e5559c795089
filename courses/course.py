"""A course: modules in the order in which they are taken, for a purpose; where one is asked for, its modules are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from courses.fields import SLUG, Fields


@dataclass(frozen=True, slots=True)
class CourseText:
    """A course as it is called in one language, and what it is for."""

    title: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Course:
    slug: str
    modules: tuple[str, ...]
    """Slugs, at least one, each once."""
    texts: Mapping[str, CourseText]
    """By language; the first is its source language."""

    def text_in(self, lang: str) -> tuple[str, CourseText]:
        """Return the language really used for a reader of *lang*, and the text in it."""
        used = lang if lang in self.texts else next(iter(self.texts))
        return used, self.texts[used]


def expanded(chosen: Iterable[str], courses: Iterable[Course]) -> list[str]:
    """Return the modules that *chosen*, slugs of modules and names of courses, stand for, each once and in order."""
    by_name = {name_of(course): course.modules for course in courses}
    return list(dict.fromkeys(slug for one in chosen for slug in by_name.get(one, (one,))))


def name_of(course: Course) -> str:
    """Return what a course is called among modules; no module's slug has a colon."""
    return f"course:{course.slug}"


def read_courses(fields: Fields, *, modules: Collection[str]) -> tuple[Course, ...]:
    """Return the courses that *fields* describe: by slug, ``modules`` and by language ``title`` and ``purpose``.

    :param modules: slugs of the modules that there are.
    """
    found = []
    for slug in fields.names():
        if not SLUG.fullmatch(slug):
            fields.note(f"has the course '{slug}'; use small letters, digits and single hyphens")
        table = fields.table(slug, place=f"'{slug}'")
        listed = table.optional_strings("modules")
        if not listed:
            table.note("lists no module")
        for module in dict.fromkeys(listed):
            if module not in modules:
                table.note(f"lists the module '{module}', which there is not")
            if listed.count(module) > 1:
                table.note(f"lists the module '{module}' twice")
        texts = {lang: _text(table, lang) for lang in table.names() if lang != "modules"}
        if not texts:
            table.note("is in no language")
        found.append(Course(slug, listed, texts))
    return tuple(found)


def _text(table: Fields, lang: str) -> CourseText:
    fields = table.table(lang, place=f"{table.place} in '{lang}'")
    text = CourseText(title=fields.text("title"), purpose=fields.text("purpose"))
    fields.close()
    return text
