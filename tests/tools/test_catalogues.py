"""A catalogue is finished when every text of code and templates is translated, with the same placeholders."""

import pytest
from babel.messages.catalog import Catalog

from tools.catalogues import catalogues, extracted, faults


def catalog(*messages, locale=None):
    made = Catalog(locale=locale)
    for text, translation in messages:
        made.add(text, translation)
    return made


TEXTS = catalog(("Sign in", None), ("Until %(day)s", None), (("%(num)s day", "%(num)s days"), None))
DONE = [
    ("Sign in", "Se connecter"),
    ("Until %(day)s", "Jusqu'au %(day)s"),
    (("%(num)s day", "%(num)s days"), ("un jour", "%(num)s jours")),
]


def test_everything_translated_is_finished():
    assert list(faults(catalog(*DONE, locale="fr"), TEXTS)) == []


@pytest.mark.parametrize(
    ("place", "message", "fault"),
    [
        (0, None, "missing: 'Sign in'"),
        (0, ("Sign in", ""), "not translated: 'Sign in'"),
        (1, ("Until %(day)s", "Jusqu'au bout"), "placeholders differ: 'Until %(day)s'"),
        (1, ("Until %(day)s", "Jusqu'au %(jour)s"), "placeholders differ: 'Until %(day)s'"),
        (2, (("%(num)s day", "%(num)s days"), ("un jour", "")), "not translated: '%(num)s day'"),
        (2, (("%(num)s day", "%(num)s days"), ("un jour", "des jours")), "placeholders differ: '%(num)s day'"),
    ],
)
def test_a_fault_is_found(place, message, fault):
    messages = [*DONE[:place], *([message] if message else []), *DONE[place + 1 :]]
    (found,) = faults(catalog(*messages, locale="fr"), TEXTS)
    assert found.startswith(fault)


def test_a_fuzzy_text_is_a_fault():
    fuzzy = catalog(*DONE, locale="fr")
    fuzzy["Sign in"].flags.add("fuzzy")
    assert list(faults(fuzzy, TEXTS)) == ["fuzzy: 'Sign in'"]


def test_a_text_that_nothing_uses_any_more_is_a_fault():
    assert list(faults(catalog(*DONE, ("Log in", "Ouvrir"), locale="fr"), TEXTS)) == ["no longer used: 'Log in'"]


def test_texts_are_taken_from_code_and_from_templates():
    texts = extracted()
    assert texts.get("Sign in") is not None
    assert texts.get("Page not found") is not None


def test_every_shipped_catalogue_is_finished():
    texts = extracted()
    assert [f"{language}: {fault}" for language, _, shipped in catalogues() for fault in faults(shipped, texts)] == []
