"""The part ``glossary`` of a draft: terms of a module's own, in each of its languages."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markdown.extensions.toc import slugify
from wtforms import FieldList, Form, FormField, StringField, TextAreaField

from quizzes.parts import Content
from training_app.forms.authoring import SavedPart, refuse_no_name
from training_app.forms.fields import stripped
from training_app.forms.repeated import OneMoreRow, find_fault

MOST_TERMS = 60

UNNAMED = "term"
"""Of a row without a name whose term has no letter that a name can have."""


class TermsForm(SavedPart, OneMoreRow):
    """`terms_form` adds a term and its meaning for each language."""

    terms: FieldList
    languages: Sequence[str] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a name that stands twice: one of the two would be lost."""
        sound: bool = super().validate(extra_validators)
        names: set[str] = set()
        for row in self.terms:
            name = _name(row.data, self.languages)
            if name and name in names:
                find_fault(self.terms, row.form.id, _("There is a term of this name already. Give it another."))
                sound = False
            names.add(name)
        return sound

    def content(self) -> dict[str, Any]:
        """Return the part as it was filled in; a row that was emptied is none."""
        return {
            name: {
                language: {"term": row[f"term_{language}"] or "", "text": row[f"text_{language}"] or ""}
                for language in self.languages
                if row[f"term_{language}"] or row[f"text_{language}"]
            }
            for row in (entry.data for entry in self.terms)
            if (name := _name(row, self.languages))
        }


def _name(row: Content, languages: Sequence[str]) -> str:
    """Return the name of a term: as it was given, else made of the term in the first language that has it."""
    said = [row[f"{field}_{language}"] for field in ("term", "text") for language in languages]
    terms = [row[f"term_{language}"] for language in languages if row[f"term_{language}"]]
    made = re.sub("-+", "-", slugify(terms[0], "-").replace("_", "-")).strip("-") if terms else ""
    return row["id"] or made or (UNNAMED if any(said) else "")


def terms_form(content: Content, version: int, languages: Sequence[str]) -> TermsForm:
    """Return the form of the part ``glossary`` in *languages*, with what *content* says."""
    fields: dict[str, Any] = {}
    for one in languages:
        several = {"language": one}
        term = _l("Term") if len(languages) == 1 else _l("Term in “%(language)s”", **several)
        text = _l("What it means") if len(languages) == 1 else _l("What it means in “%(language)s”", **several)
        fields |= {
            f"term_{one}": StringField(term, filters=[stripped]),
            f"text_{one}": TextAreaField(text, filters=[stripped]),
        }
    name = StringField(
        _l("Name"),
        [refuse_no_name],
        filters=[stripped],
        description=_l("How lessons name it. Left empty, it is made of the term."),
    )
    row = type("TermRow", (Form,), {**fields, "id": name})
    form: type[TermsForm] = type(
        "TermsFormInItsLanguages",
        (TermsForm,),
        {"terms": FieldList(FormField(row), max_entries=MOST_TERMS), "languages": tuple(languages)},
    )
    rows = [{"id": term, **_texts(entries)} for term, entries in content.items()]
    return form(data={"made_from": str(version), "terms": rows})


def _texts(entries: Content) -> dict[str, str]:
    return {
        f"{field}_{language}": entry.get(field, "") for language, entry in entries.items() for field in ("term", "text")
    }
