"""Modules, courses and the glossary as they lie in a content folder.

``<root>/glossary.toml``, ``<root>/courses.toml``, ``<root>/<module>/module.toml``,
``<root>/<module>/<language>/01-<lesson>.md``,
``<root>/<module>/figures/<drawing>.svg`` and, with terms of the module's own, ``<root>/<module>/glossary.toml``.
Reading a folder that it is given is all the outside world this package touches; `courses.writing` says what stands in
the files.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from courses.check import module_faults
from courses.course import Course, read_courses
from courses.errors import ContentError
from courses.fields import LANGUAGE, Fields
from courses.glossary import Glossary, read_glossary
from courses.module import Module, lesson_file, read_module

STARTER_CONTENT = Path(__file__).parent / "content"
"""The modules that come with the product."""

_FRONT_MATTER = re.compile(r"---\n(.*?\n)---(?:\n|$)(.*)", re.DOTALL)


def load_module(folder: Path) -> Module:
    """Return the module in *folder*.

    It is well formed, but may still be unfit to publish: see `courses.check.module_faults`.

    :raises ContentError: for the first fault of its files.
    """
    faults: list[ContentError] = []
    module = _module(folder, faults)
    if module is None or faults:
        raise faults[0]
    return module


def load_catalogue(root: Path) -> list[Module]:
    """Return all modules under *root*, by slug; empty where there is none.

    :raises ContentError: for the first fault of their files.
    """
    return [load_module(folder) for folder in module_folders(root)]


def load_glossary(root: Path) -> Glossary:
    """Return the glossary under *root*; empty where it has none.

    :raises ContentError: for its first fault.
    """
    faults: list[ContentError] = []
    glossary = _glossary(root, faults)
    if faults:
        raise faults[0]
    return glossary


def load_courses(root: Path) -> tuple[Course, ...]:
    """Return the courses under *root*, as they are written; empty where there is none.

    :raises ContentError: for the first fault.
    """
    faults: list[ContentError] = []
    courses = _courses(root, [folder.name for folder in module_folders(root)], faults)
    if faults:
        raise faults[0]
    return courses


def read_catalogue(
    root: Path, *, others: Collection[Module] = (), shared: Glossary | None = None
) -> tuple[list[Module], list[ContentError]]:
    """Return the well-formed modules under *root*, by slug, and every fault of modules, courses and the glossary.

    A module whose files are faulty is not looked at further.

    :param others: modules elsewhere that these may link to; one of the same slug under *root* stands in its place.
    :param shared: the glossary to hold them against, in place of the one under *root*.
    """
    found: list[ContentError] = []
    glossary = _glossary(root, found) if shared is None else shared
    modules = []
    for folder in module_folders(root):
        of_files: list[ContentError] = []
        module = _module(folder, of_files)
        if module is not None and not of_files:
            modules.append(module)
        found.extend(of_files)
    _courses(root, {folder.name for folder in module_folders(root)} | {module.slug for module in others}, found)
    for module in modules:
        found.extend(module_faults(module, catalogue=[*others, *modules], glossary=glossary))
    return modules, found


def module_folders(root: Path) -> list[Path]:
    """Return the folders directly under *root*, by name, but those whose name begins with a dot or an underscore."""
    return sorted(folder for folder in root.iterdir() if folder.is_dir() and folder.name[0] not in "._")


def read_toml(path: Path, *, file: str, faults: list[ContentError]) -> dict[str, object] | None:
    """Return the content of the TOML file at *path*, called *file* in messages; ``None`` where it cannot be read."""
    text = _text(path, file=file, faults=faults)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(ContentError(file, f"is not TOML: {error}"))
        return None


def _glossary(root: Path, faults: list[ContentError]) -> Glossary:
    path = root / "glossary.toml"
    if not path.exists():
        return Glossary()
    table = read_toml(path, file=path.name, faults=faults)
    return Glossary() if table is None else read_glossary(Fields(table, file=path.name, faults=faults))


def _courses(root: Path, modules: Collection[str], faults: list[ContentError]) -> tuple[Course, ...]:
    path = root / "courses.toml"
    if not path.exists():
        return ()
    table = read_toml(path, file=path.name, faults=faults)
    return () if table is None else read_courses(Fields(table, file=path.name, faults=faults), modules=modules)


def _module(folder: Path, faults: list[ContentError]) -> Module | None:
    """Return the module in *folder*; fit for use only where *faults* stays empty."""
    file = f"{folder.name}/module.toml"
    table = read_toml(folder / "module.toml", file=file, faults=faults)
    if table is None:
        return None
    languages = table.get("languages")
    lessons = {
        lang: list(_lessons(folder / lang, faults))
        for lang in (languages if isinstance(languages, list) else [])
        if isinstance(lang, str) and LANGUAGE.fullmatch(lang)
    }
    beside: dict[str, object] = {"lessons": lessons, "figures": dict(_figures(folder / "figures", faults))}
    if (folder / "glossary.toml").exists():
        beside["glossary"] = (
            read_toml(folder / "glossary.toml", file=f"{folder.name}/glossary.toml", faults=faults) or {}
        )
    for name in beside.keys() & table.keys():
        faults.append(ContentError(file, f"has an unknown field '{name}'"))
    module = read_module(Fields({**table, **beside}, file=file, faults=faults))
    if module.slug and module.slug != folder.name:
        faults.append(ContentError(file, f"has the slug '{module.slug}', but its folder is '{folder.name}'"))
    return module


def _lessons(folder: Path, faults: list[ContentError]) -> Iterator[dict[str, object]]:
    """Yield the fields of each lesson in *folder*, by number: slug, front matter, body."""
    for path in sorted(folder.glob("*.md")):
        file = lesson_file(f"{folder.parent.name}/{folder.name}", path.stem)
        text = _text(path, file=file, faults=faults)
        if text is None:
            continue
        if parts := _FRONT_MATTER.fullmatch(text):
            yield {**_front_matter(parts[1], file, faults), "slug": path.stem, "body": parts[2].strip()}
        else:
            faults.append(ContentError(file, "has no front matter between two lines ---"))


def _figures(folder: Path, faults: list[ContentError]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each drawing in *folder*, by name."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        file = f"{folder.parent.name}/{folder.name}/{path.name}"
        if path.name.startswith("."):
            continue
        if path.suffix != ".svg":
            faults.append(ContentError(file, "is not a drawing: only .svg files stand there"))
        elif (text := _text(path, file=file, faults=faults)) is not None:
            yield path.stem, text


def _front_matter(text: str, file: str, faults: list[ContentError]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for line in filter(str.strip, text.split("\n")):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name in {*fields, "slug", "body"}:
            faults.append(ContentError(file, f"front matter has a line that is not a new 'name: value': {line}"))
        fields[name] = _value(name, value)
    return fields


def _value(name: str, value: str) -> object:
    """Return what the text *value* of a front matter line stands for: a number, a list, or the text."""
    if name == "minutes" and value.isdecimal():
        return int(value)
    if name == "sources":
        return [source.strip() for source in value.split(",") if source.strip()]
    return value or None


def _text(path: Path, *, file: str, faults: list[ContentError]) -> str | None:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        faults.append(ContentError(file, "is missing"))
    except UnicodeDecodeError:
        faults.append(ContentError(file, "is not UTF-8"))
    return None
