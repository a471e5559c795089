"""The file itself: a ZIP archive that is the same, byte for byte, whenever and wherever the same module is packed."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from courses.errors import ContentError
from courses.glossary import Glossary
from courses.labs import Placed
from courses.module import Module
from courses.scorm.manifest import FIRST, manifest
from courses.scorm.pages import Pages, Words

#: Any clock reading would make another file of the same module; this is the first day that the format can say.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
ON_UNIX = 3
READABLE = 0o644 << 16
#: A file at the top or in one folder.
_PATH = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*/)?[A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9]+")

Lab = Callable[[Placed], str]


def package(
    module: Module,
    digest: str,
    *,
    glossary: Glossary,
    words: Mapping[str, Words],
    lab: Callable[[str], Lab],
    assets: Mapping[str, bytes],
) -> bytes:
    """Return *module* as a package of SCORM 1.2.

    :param digest: names the revision.
    :param glossary: all terms that the lessons may use.
    :param words: what pages say beside the lessons, by language; each of the module's languages.
    :param lab: gives, for a language, what gives the HTML of a lab.
    :param assets: style sheets, fonts and scripts by their path: those that `pages` names.
    :raises ContentError: if a lesson cannot be shown, or the module's languages or lessons have names that no file may
        have.
    """
    pages = Pages(module, digest, glossary=glossary, words=words, lab=lab)
    files = {name: text.encode() for name, text in pages.all().items()} | dict(assets)
    for name in files:
        if not _PATH.fullmatch(name):
            raise ContentError(module.slug, f"cannot be packed: no file may be called {name!r}")
    title = module.title[module.source_language]
    files["imsmanifest.xml"] = manifest(module.slug, title, files).encode()
    return _archive(files)


def _archive(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of *files*, the manifest and the first page first; stored, since compressors differ."""
    order = sorted(files, key=lambda name: (name != "imsmanifest.xml", name != FIRST, name))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in order:
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.create_system, entry.external_attr = ON_UNIX, READABLE
            archive.writestr(entry, files[name])
    return written.getvalue()
