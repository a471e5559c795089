"""Questions from and for other systems: sending them, placing them in a module, choosing what to write."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, TextAreaField, validators
from wtforms.fields import SelectChoice

from quizzes.exchange.formats import ExchangeFormat
from quizzes.exchange.placing import Placement, spoken
from quizzes.item import CognitiveLevel
from quizzes.parts import Content
from training_app.forms.fields import DateField, IfGiven, TickBoxes
from training_app.wording.exchange import FORMATS
from training_app.wording.items import LEVELS


class SendForm(FlaskForm):
    """A file, or pasted text."""

    file = FileField(
        _l("File"),
        [IfGiven()],
        description=_l("GIFT or Moodle XML in UTF-8, told apart by itself. At most 5 MB."),
    )
    text = TextAreaField(
        _l("Or paste the questions"),
        [IfGiven()],
        description=_l("Up to some 200 questions; more as a file."),
    )
    language = SelectField(_l("In which language they are written"), validate_choice=True)

    def sent(self) -> tuple[bytes, str]:
        """Return what was sent, with the name of the file; empty where nothing was, or both."""
        upload = self.file.data
        if upload is not None and upload.filename:
            with upload.stream:
                content = upload.stream.read()
            return (b"", "") if (self.text.data or "").strip() else (content, upload.filename)
        return (self.text.data or "").encode(), ""


def send_form(languages: Sequence[str]) -> SendForm:
    form = SendForm()
    form.language.choices = [SelectChoice(tag, tag) for tag in languages]
    return form


class PlacingForm(FlaskForm):
    """What the questions are given; `placing_form` adds an objective for each category."""

    level = SelectField(
        _l("Level, where the file names none"),
        choices=[SelectChoice(level.value, label) for level, label in LEVELS.items()],
    )
    law_as_of = DateField(_l("Law as of, where the file names no day"), [validators.Optional()])
    sources = TickBoxes(_l("Sources, where the file names none of this module"), [validators.Optional()])
    chosen = TickBoxes(_l("Questions to add"), validate_choice=False)
    seen = HiddenField()

    def placement(self, categories: Iterable[str]) -> Placement:
        return Placement(
            objectives={category: self[f"objective_{number}"].data or "" for number, category in enumerate(categories)},
            level=CognitiveLevel(self.level.data),
            sources=tuple(self.sources.data or ()),
            law_as_of=self.law_as_of.data,
        )

    def numbers(self) -> set[int]:
        return {int(one) for one in self.chosen.data or () if one.isascii() and one.isdecimal() and len(one) < 6}


def placing_form(
    categories: Mapping[str, str], outline: Content, language: str, *, law_as_of: date | None, numbers: Iterable[int]
) -> PlacingForm:
    """Return the form with an objective for each of *categories*, as guessed; every question is chosen.

    A category without a name is what stood in none.
    """
    listed = [one for one in outline.get("objectives", []) if one.get("id")]
    choices = [
        SelectChoice("", _l("Choose later")),
        *(SelectChoice(one["id"], one.get(language) or one["id"]) for one in listed),
    ]
    fields: dict[str, Any] = {
        f"objective_{number}": SelectField(
            _l("Objective of “%(category)s”", category=spoken(category)) if spoken(category) else _l("Objective"),
            choices=choices,
        )
        for number, category in enumerate(categories)
    }
    start = {f"objective_{number}": guess for number, guess in enumerate(categories.values())}
    form: type[PlacingForm] = type("PlacingFormOfCategories", (PlacingForm,), fields)
    made = form(
        data={
            **start,
            "level": CognitiveLevel.APPLY.value,
            "law_as_of": law_as_of,
            "chosen": [str(number) for number in numbers],
        }
    )
    made.sources.choices = [
        SelectChoice(one["id"], one.get("text") or one["id"]) for one in outline.get("sources", []) if one.get("id")
    ]
    made.chosen.choices = [SelectChoice(str(number), str(number)) for number in numbers]
    return made


class ExportForm(FlaskForm):
    """Which file to write; it is sent by GET, and changes nothing."""

    class Meta:
        csrf = False

    format = RadioField(
        _l("Format"),
        choices=[SelectChoice(form.value, FORMATS[form]) for form in ExchangeFormat],
        default=ExchangeFormat.GIFT.value,
    )
    language = SelectField(_l("Language"))


def export_form(query: Any, languages: Sequence[str]) -> ExportForm:
    form = ExportForm(query)
    form.language.choices = [SelectChoice(tag, tag) for tag in languages]
    if not form.language.data:
        form.language.data = languages[0] if languages else ""
    return form
