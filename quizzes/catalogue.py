"""Banks as they lie in a content folder, and the check of all content: modules, glossary and banks together.

``<root>/<module>/bank.toml`` and ``<root>/<module>/<language>.toml``.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from courses.advice import Advice, Look, module_advice
from courses.catalogue import load_glossary, module_folders, read_catalogue, read_toml
from courses.errors import ContentError
from courses.fields import LANGUAGE, Fields
from courses.glossary import Glossary
from courses.module import Module
from courses.writing import module_files
from quizzes.advice import bank_advice
from quizzes.bank import Bank, read_bank
from quizzes.errors import BankTooSmall, EnemiesLeaveTooFew
from quizzes.paper import draw
from quizzes.writing import bank_files

STARTER_CONTENT = Path(__file__).parent / "content"
"""The banks that come with the product."""

ITEMS_PER_PLACE = 3
"""A bank holds at least this many items for each one that a paper draws, or a retake would meet the same ones."""


def load_bank(folder: Path) -> Bank:
    """Return the bank in *folder*.

    It is well formed, but may not fit its module yet: see `bank_faults`.

    :raises ContentError: for the first fault of its files.
    """
    found: list[ContentError] = []
    bank = _bank(folder, found)
    if bank is None or found:
        raise found[0]
    return bank


def load_banks(root: Path) -> dict[str, Bank]:
    """Return all banks under *root* by their module's slug; empty where there is none.

    :raises ContentError: for the first fault of their files.
    """
    banks = [load_bank(folder) for folder in module_folders(root)]
    return {bank.module: bank for bank in banks}


@dataclass(frozen=True, slots=True)
class Folders:
    """What was read from a folder of modules and one of banks."""

    modules: dict[str, Module]
    """The well-formed ones, by slug."""
    banks: dict[str, Bank]
    faults: list[ContentError]
    """Of all files, and of all that is well formed; empty where all is fit to publish."""


def read_folders(
    root: Path, banks_root: Path, *, others: Collection[Module] = (), shared: Glossary | None = None
) -> Folders:
    """Return the modules under *root* and the banks under *banks_root*, with every fault of them and of the glossary.

    A module or bank whose files are faulty is not looked at further.  *others* and *shared* are as in
    `courses.catalogue.read_catalogue`.
    """
    modules, found = read_catalogue(root, others=others, shared=shared)
    read = Folders({module.slug: module for module in modules}, {}, found)
    written = {folder.name for folder in module_folders(root)}
    for folder in module_folders(banks_root):
        of_files: list[ContentError] = []
        bank = _bank(folder, of_files)
        found.extend(of_files)
        if folder.name not in written:
            found.append(ContentError(f"{folder.name}/bank.toml", "belongs to no module"))
        elif bank is not None and not of_files:
            read.banks[folder.name] = bank
            if bank.module in read.modules:
                found.extend(bank_faults(bank, read.modules[bank.module]))
    return read


def faults(root: Path, banks_root: Path) -> list[ContentError]:
    """Return every fault of the modules and the glossary under *root* and the banks under *banks_root*.

    Empty where all is fit to publish.
    """
    return read_folders(root, banks_root).faults


def advice(root: Path, banks_root: Path) -> list[Advice]:
    """Return what the authors of what is well formed under *root* and *banks_root* should look at, module by module.

    :raises ContentError: for the first fault of the shared glossary.
    """
    read, glossary = read_folders(root, banks_root), load_glossary(root)
    found: list[Advice] = []
    for slug, module in read.modules.items():
        bank = read.banks.get(slug)
        cited = {source for item in bank.items for source in item.sources} if bank else set()
        found.extend(module_advice(module, catalogue=read.modules.values(), glossary=glossary, cited_by_items=cited))
        found.extend(_layout(root / slug, module_files(module)))
        if bank:
            found.extend([*bank_advice(bank, module), *_layout(banks_root / slug, bank_files(bank))])
    return found


def _layout(folder: Path, files: Mapping[str, str]) -> Iterator[Advice]:
    """Yield the files in *folder* that say the same as *files*, but not in the canonical form."""
    for name, text in files.items():
        if (folder / name).read_bytes() != text.encode("utf-8"):
            yield Advice(f"{folder.name}/{name}", Look.LAYOUT)


def bank_faults(bank: Bank, module: Module) -> list[ContentError]:
    """Return every reason why *bank* is not fit to be published with *module*; empty where there is none."""
    return [ContentError(f"{bank.module}/bank.toml", problem) for problem in _misfits(bank, module)]


def _misfits(bank: Bank, module: Module) -> Iterator[str]:
    objectives = {objective.id for objective in module.objectives}
    sources = {source.id for source in module.sources}
    for lang in module.languages:
        if lang not in bank.languages:
            yield f"lacks the language '{lang}', in which its module is complete"
    examined = bank.examined().items
    for cell in bank.plan.blueprint:
        there = sum(cell.holds(item) for item in examined)
        if cell.objective not in objectives:
            yield f"blueprint has the objective '{cell.objective}', which its module does not have"
        if there < ITEMS_PER_PLACE * cell.items:
            needed = ITEMS_PER_PLACE * cell.items
            yield f"blueprint draws {cell.items} of {there} items on '{cell.objective}'; {needed} are needed"
    yield from _trouble_with_enemies(bank)
    for item in bank.items:
        if item.objective not in objectives:
            yield f"item '{item.id}' has the objective '{item.objective}', which its module does not have"
        for source in item.sources:
            if source not in sources:
                yield f"item '{item.id}' names the source '{source}', which its module does not have"


def _trouble_with_enemies(bank: Bank) -> Iterator[str]:
    try:
        draw(bank.examined(), seed=0)
    except EnemiesLeaveTooFew as fault:
        yield fault.problem
    except BankTooSmall:
        pass  # said above, with what is needed


def _bank(folder: Path, found: list[ContentError]) -> Bank | None:
    """Return the bank in *folder*; fit for use only where *found* stays empty."""
    file = f"{folder.name}/bank.toml"
    table = read_toml(folder / "bank.toml", file=file, faults=found)
    if table is None:
        return None
    texts = dict(_texts(folder, table.get("languages"), found))
    written = table.get("items")
    items = [_with_texts(item, texts) for item in written] if isinstance(written, list) else written
    bank = read_bank(Fields({**table, "items": items}, file=file, faults=found))
    if bank.module and bank.module != folder.name:
        found.append(ContentError(file, f"is the bank of '{bank.module}', but its folder is '{folder.name}'"))
    known = {item.id for item in bank.items}
    for lang, by_item in texts.items():
        for unknown in sorted(set(by_item) - known):
            found.append(ContentError(f"{folder.name}/{lang}.toml", f"has the item '{unknown}', which bank.toml lacks"))
    return bank


def _texts(folder: Path, languages: object, found: list[ContentError]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each language with its file's content, by item id."""
    for lang in languages if isinstance(languages, list) else []:
        if isinstance(lang, str) and LANGUAGE.fullmatch(lang):
            content = read_toml(folder / f"{lang}.toml", file=f"{folder.name}/{lang}.toml", faults=found)
            if content is not None:
                yield lang, content


def _with_texts(item: object, texts: dict[str, dict[str, object]]) -> object:
    """Return the fields of an item of ``bank.toml`` with its text in each language put inside."""
    if not isinstance(item, dict):
        return item
    name = item.get("id")
    return {**item, "texts": {lang: by_item[name] for lang, by_item in texts.items() if name in by_item}}
