"""Catalogues of the interface texts: bring them up to date, check them, compile them.

``update``   take the texts from code and templates into every catalogue; new ones are left empty for the translator
``check``    fail where a text is missing, fuzzy or empty, or a placeholder differs from the English text
``compile``  compile the finished catalogues; a language whose catalogue is not finished is not offered
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "training_app"
FOLDER = PACKAGE / "translations"
METHODS = [("**/static/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "pgettext": ((1, "c"), 2),  # type: ignore[dict-item]
    "lazy_pgettext": ((1, "c"), 2),  # type: ignore[dict-item]
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd%]|\{(\w*)\}")


def extracted() -> Catalog:
    """Return the texts as they stand in code and templates."""
    catalog = Catalog(project="training-app", fuzzy=False)
    found = extract_from_dir(
        str(PACKAGE), METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for file, _, text, comments, context in found:
        catalog.add(text, None, [(f"training_app/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def catalogues() -> Iterator[tuple[str, Path, Catalog]]:
    """Yield language, file and content of each catalogue."""
    for file in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        language = file.parent.parent.name
        with file.open("rb") as opened:
            yield language, file, read_po(opened, locale=language)


def faults(catalog: Catalog, texts: Catalog) -> Iterator[str]:
    """Yield what keeps *catalog* from being finished for *texts*."""
    for text in texts:
        if not text.id:
            continue
        message = catalog.get(text.id, text.context)
        if message is None:
            yield f"missing: {_first(text)!r}"
        elif message.fuzzy:
            yield f"fuzzy: {_first(text)!r}"
        elif not all(_translations(message)):
            yield f"not translated: {_first(text)!r}"
        elif different := _placeholders_differ(message):
            yield f"placeholders differ: {_first(text)!r}: {different}"
    wanted = {(text.context, _first(text)) for text in texts}
    for message in catalog:
        if message.id and (message.context, _first(message)) not in wanted:
            yield f"no longer used: {_first(message)!r}"


def update() -> int:
    texts = extracted()
    for language, file, catalog in catalogues():
        catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        with file.open("wb") as opened:
            write_po(opened, catalog, sort_output=True, include_lineno=False, width=110, ignore_obsolete=True)
        print(f"{language}: {sum(1 for _ in faults(catalog, texts))} texts to do")
    return 0


def check() -> int:
    texts = extracted()
    found = [f"{language}: {fault}" for language, _, catalog in catalogues() for fault in faults(catalog, texts)]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def compile_finished() -> int:
    texts = extracted()
    for language, file, catalog in catalogues():
        compiled = file.with_suffix(".mo")
        if any(True for _ in faults(catalog, texts)):
            print(f"The catalogue of {language} is not finished, so {language} is not offered.", file=sys.stderr)
            compiled.unlink(missing_ok=True)
            continue
        draft = compiled.with_suffix(".mo.new")
        with draft.open("wb") as opened:
            write_mo(opened, catalog)
        draft.replace(compiled)
    return 0


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def _placeholders_differ(message: Message) -> str | None:
    """Return the translation that lacks a placeholder of the English text or has one more; a singular may lack some."""
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    known = set().union(*(_placeholders(source) for source in sources))
    needed = _placeholders(sources[-1])
    for index, translation in enumerate(_translations(message)):
        has = _placeholders(translation)
        if has - known or (index == len(_translations(message)) - 1 and needed - has):
            return translation
    return None


def _placeholders(text: str) -> set[str]:
    return {match[0] for match in _PLACEHOLDER.finditer(text)}


if __name__ == "__main__":
    commands = {"update": update, "check": check, "compile": compile_finished}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
