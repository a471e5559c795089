"""What the author of a bank should look at before it is reviewed; see `courses.advice`."""

from collections.abc import Iterator

from courses.advice import Advice, Look, translation_advice
from courses.module import Module
from quizzes.bank import Bank


def bank_advice(bank: Bank, module: Module) -> list[Advice]:
    """Return what to look at in *bank* and in its fit with *module*; empty where there is nothing."""
    return [*_untested(bank, module), *_translations(bank)]


def _untested(bank: Bank, module: Module) -> Iterator[Advice]:
    for objective in module.objectives:
        if objective.id not in bank.plan.objectives:
            yield Advice(f"{bank.module}/bank.toml", Look.OBJECTIVE_UNTESTED, {"objective": objective.id})


def _translations(bank: Bank) -> Iterator[Advice]:
    source, *others = bank.languages or ("",)
    for item in bank.items:
        if source not in item.texts:
            continue
        original = item.texts[source].to_json()
        for lang in others:
            if lang in item.texts:
                file, names = f"{bank.module}/{lang}.toml", {"language": lang, "source": source}
                yield from translation_advice(file, original, item.texts[lang].translates, names, item=item.id)
