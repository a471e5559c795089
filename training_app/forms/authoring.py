"""What a trainer writes: the module, its lessons, the plan of its papers.

A draft may be unfinished: nothing is demanded here but what has no form at all.  What stands between a draft and its
publication is told on the draft's page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markdown.extensions.toc import slugify
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
)
from wtforms.fields import SelectChoice

from courses.fields import LANGUAGE, SLUG
from courses.module import ModuleKind, SourceStanding
from quizzes.bank import CutScoreStandard, Layout
from quizzes.item import CognitiveLevel
from quizzes.parts import Content
from training_app.forms.fields import DateField, IfGiven, IntegerField, TickBoxes, needed, stripped, text
from training_app.forms.repeated import OneMoreRow

MOST_ROWS = 60

KINDS = {ModuleKind.MODULE: _l("A module"), ModuleKind.DELTA: _l("A delta module: what changed in one tool version")}
STANDINGS: Mapping[SourceStanding, Any] = {
    SourceStanding.LAW: _l("Law"),
    SourceStanding.CASE: _l("Case law"),
    SourceStanding.RECOMMENDATION: _l("Recommendation"),
    SourceStanding.GUIDANCE: _l("Guidance"),
    SourceStanding.RESEARCH: _l("Research"),
    SourceStanding.PRACTICE: _l("Good practice"),
    SourceStanding.ILLUSTRATIVE: _l("Illustrative, invented"),
}
CUT_SCORES: Mapping[CutScoreStandard, Any] = {
    CutScoreStandard.PROVISIONAL: _l("Provisional: chosen by the author"),
    CutScoreStandard.STANDARD_SET: _l("Set by a panel: the same share for every paper"),
    CutScoreStandard.ANGOFF: _l("Set by a panel: from the ratings of the items that are drawn"),
}
LAYOUTS: Mapping[Layout, Any] = {
    Layout.ONE_AT_A_TIME: _l("One question a page"),
    Layout.ALL_AT_ONCE: _l("All questions on one page"),
}
NO_SUBJECT_AREA = _l("Name the subject area: who may write the module depends on it.")
SUBJECT_AREAS = _l("For example: ai, data-protection, rights")
_NAME = _l("Use small letters, digits and hyphens only, for example base-rates.")


class SavedPart(FlaskForm):
    """A form that saves one part of a draft."""

    made_from = HiddenField()
    """The version that the page showed; what somebody else saved since is not overwritten."""

    @property
    def version(self) -> int:
        """Return the version that the page showed; -1 where the field is none, which no part ever has."""
        found = self.made_from.data or ""
        return int(found) if found.isascii() and found.isdecimal() and len(found) < 10 else -1


def _name(field: Any) -> None:
    if field.data and not SLUG.fullmatch(field.data):
        raise ValidationError(str(_NAME))


def refuse_no_name(_form: Any, field: Any) -> None:
    """Refuse what cannot name a term, a figure or the like."""
    _name(field)


class NewModuleForm(FlaskForm):
    title = StringField(
        _l("Title"),
        text(_l("Give the module a title."), most=120, too_long=_l("Use at most 120 characters.")),
        filters=[stripped],
    )
    slug = StringField(
        _l("Short name"),
        text(_l("Give the module a short name."), most=60, too_long=_l("Use at most 60 characters.")),
        filters=[stripped],
        description=_l("In addresses and in requirements. It can never change. For example: body-cameras"),
    )
    subject_area = StringField(
        _l("Subject area"),
        text(NO_SUBJECT_AREA, most=60, too_long=_l("Use at most 60 characters.")),
        filters=[stripped],
        description=SUBJECT_AREAS,
    )
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    language = StringField(
        _l("Language in which you write it"),
        text(_l("Name the language."), most=20, too_long=_l("Use a tag such as en or fr.")),
        filters=[stripped],
        description=_l("Its tag, such as en or fr. Translations are added later."),
        default="en",
    )

    def validate_slug(self, field: Any) -> None:
        _name(field)

    def validate_language(self, field: Any) -> None:
        if not LANGUAGE.fullmatch(field.data or ""):
            raise ValidationError(str(_l("Use a tag such as en or fr.")))

    def content(self) -> dict[str, Any]:
        """Return the first state of the part ``module``."""
        language = self.language.data or "en"
        return {
            "kind": self.kind.data,
            "subject_area": self.subject_area.data,
            "languages": [language],
            "title": {language: self.title.data},
            "prerequisites": [],
            "objectives": [],
            "sources": [],
        }


class SourceRow(Form):
    id = StringField(_l("Name"), filters=[stripped], description=_l("For example: led-10"))
    standing = SelectField(_l("Standing"), choices=[SelectChoice(one.value, label) for one, label in STANDINGS.items()])
    text = StringField(_l("Full citation"), filters=[stripped])

    def validate_id(self, field: Any) -> None:
        _name(field)


class ModuleForm(SavedPart, OneMoreRow):
    """The part ``module``; `module_form` adds a title, a summary and an objective's text for each language."""

    subject_area = StringField(
        _l("Subject area"), needed(NO_SUBJECT_AREA), filters=[stripped], description=SUBJECT_AREAS
    )
    law_as_of = DateField(_l("Law as of"), [IfGiven()], description=_l("The law is stated as on this day."))
    languages = StringField(
        _l("Languages"),
        filters=[stripped],
        description=_l("Tags with commas between them, the one you write in first: en, fr"),
    )
    prerequisites = TextAreaField(
        _l("To be taken before"), [validators.Optional()], description=_l("Short names of modules, one a line.")
    )
    objectives: FieldList
    sources = FieldList(FormField(SourceRow), max_entries=MOST_ROWS)

    def validate_languages(self, field: Any) -> None:
        for tag in tags(field.data):
            if not LANGUAGE.fullmatch(tag):
                raise ValidationError(str(_l("“%(tag)s” is not a language tag such as en or fr.", tag=tag)))

    def content(self, before: Content) -> dict[str, Any]:
        """Return the part as it was filled in; what is empty is left out."""
        languages = tags(self.languages.data) or list(before.get("languages", []))
        written = {
            "kind": before.get("kind"),
            "languages": languages,
            "subject_area": self.subject_area.data,
            "law_as_of": day_text(self.law_as_of.data),
            "prerequisites": lines(self.prerequisites.data),
            "title": self._in_each("title", before),
            "summary": self._in_each("summary", before),
            "objectives": [
                {
                    "id": row["id"],
                    **{name.removeprefix("text_"): value for name, value in row.items() if name != "id" and value},
                }
                for row in (entry.data for entry in self.objectives)
                if row["id"] or any(row.values())
            ],
            "sources": [dict(row) for row in (entry.data for entry in self.sources) if row["id"] or row["text"]],
        }
        return {name: value for name, value in written.items() if value not in (None, "")}

    def _in_each(self, name: str, before: Content) -> dict[str, str]:
        given = {field.name.removeprefix(f"{name}_"): field.data for field in self if field.name.startswith(f"{name}_")}
        return {language: value for language, value in {**before.get(name, {}), **given}.items() if value}


def module_form(content: Content, version: int) -> ModuleForm:
    """Return the form of the part ``module`` with what *content* says."""
    languages = content.get("languages", [])
    row = type(
        "ObjectiveRow",
        (Form,),
        {
            "id": StringField(_l("Name"), filters=[stripped], description=_l("For example: base-rates")),
            **{
                f"text_{one}": StringField(_in(_l("The officer can"), one, languages), filters=[stripped])
                for one in languages
            },
        },
    )
    texts = {
        f"{name}_{one}": kind(_in(label, one, languages), filters=[stripped])
        for one in languages
        for name, kind, label in (("title", StringField, _l("Title")), ("summary", TextAreaField, _l("Summary")))
    }
    form: type[ModuleForm] = type(
        "ModuleFormInItsLanguages",
        (ModuleForm,),
        {**texts, "objectives": FieldList(FormField(row), max_entries=MOST_ROWS)},
    )
    start: dict[str, Any] = {
        "made_from": str(version),
        "subject_area": content.get("subject_area", ""),
        "law_as_of": read_day(content.get("law_as_of")),
        "languages": ", ".join(languages),
        "prerequisites": "\n".join(content.get("prerequisites", [])),
        "sources": list(content.get("sources", [])),
        "objectives": [
            {"id": one.get("id", ""), **{f"text_{tag}": one.get(tag, "") for tag in languages}}
            for one in content.get("objectives", [])
        ],
    }
    for one in languages:
        start |= {f"{name}_{one}": content.get(name, {}).get(one, "") for name in ("title", "summary")}
    return form(data=start)


def _in(label: Any, language: str, languages: Sequence[str]) -> Any:
    return label if len(languages) == 1 else _l("%(label)s (%(language)s)", label=label, language=language)


class LessonForm(SavedPart):
    title = StringField(_l("Title"), filters=[stripped])
    objective = SelectField(_l("Objective that it teaches"), validate_choice=False)
    minutes = IntegerField(
        _l("Minutes"),
        [IfGiven(), validators.NumberRange(1, 300, _l("Between 1 and 300 minutes."))],
        description=_l("How long an officer needs."),
    )
    law_as_of = DateField(_l("Law as of"), [IfGiven()])
    sources = TickBoxes(_l("Sources of this lesson"), validate_choice=False)
    body = TextAreaField(_l("Text"), description=_l("In Markdown. What it can do stands below."))

    def content(self, slug: str) -> dict[str, Any]:
        """Return the lesson as it was filled in; what is empty is left out."""
        written = {
            "slug": slug,
            "title": self.title.data,
            "objective": self.objective.data,
            "minutes": self.minutes.data,
            "sources": list(self.sources.data or []),
            "law_as_of": day_text(self.law_as_of.data),
            "body": (self.body.data or "").replace("\r\n", "\n").strip(),
        }
        return {name: value for name, value in written.items() if value not in (None, "")}


def lesson_form(content: Content, version: int, module: Content) -> LessonForm:
    """Return the form of a lesson of *module* with what *content* says."""
    form = LessonForm(
        data={
            **content,
            "made_from": str(version),
            "law_as_of": read_day(content.get("law_as_of") or module.get("law_as_of")),
        }
    )
    form.objective.choices = choices([("", _l("Choose")), *objectives_of(module)])
    form.sources.choices = choices(
        (one["id"], one.get("text", "")) for one in module.get("sources", []) if one.get("id")
    )
    return form


class NewLessonForm(FlaskForm):
    title = StringField(
        _l("Title"),
        text(_l("Give the lesson a title."), most=120, too_long=_l("Use at most 120 characters.")),
        filters=[stripped],
    )

    def slug(self, taken: Iterable[str]) -> str:
        """Return the lesson's name: the next number, and the title in small letters."""
        numbers = [int(found[:2]) for found in taken if found[:2].isdecimal()]
        name = slugify(self.title.data or "", "-") or "lesson"
        return f"{max(numbers, default=0) + 1:02}-{re.sub('-+', '-', name.replace('_', '-')).strip('-')}"


class CellRow(Form):
    """How many items on one objective each paper holds."""

    objective = SelectField(_l("Objective"), validate_choice=False)
    level = SelectField(_l("Level"), validate_choice=False)
    items = IntegerField(
        _l("Items on each paper"),
        [IfGiven(), validators.NumberRange(0, 100, _l("Between 0 and 100 items."))],
    )


class PaperForm(SavedPart, OneMoreRow):
    """The part ``paper``."""

    cut_score = IntegerField(
        _l("Cut score, in percent of the points"),
        [IfGiven(), validators.NumberRange(1, 100, _l("Between 1 and 100 percent."))],
    )
    standard = SelectField(
        _l("How the cut score came about"),
        choices=[SelectChoice(one.value, label) for one, label in CUT_SCORES.items()],
    )
    open_days = IntegerField(
        _l("Days until an attempt closes"),
        [IfGiven(), validators.NumberRange(1, 90, _l("Between 1 and 90 days."))],
    )
    minutes = IntegerField(
        _l("Minutes for a paper"),
        [validators.Optional(), validators.NumberRange(5, 480, _l("Between 5 and 480 minutes."))],
        description=_l("Left empty: no clock runs."),
    )
    cooling_off_hours = IntegerField(
        _l("Hours between a failed attempt and the next"),
        [validators.Optional(), validators.NumberRange(0, 720, _l("Between 0 and 720 hours."))],
    )
    attempts = IntegerField(
        _l("Most attempts until one is passed"),
        [validators.Optional(), validators.NumberRange(1, 20, _l("Between 1 and 20 attempts."))],
        description=_l("Left empty: no limit. Where they are used up, a lead can open one more."),
    )
    layout = SelectField(
        _l("How officers see a paper"), choices=[SelectChoice(one.value, label) for one, label in LAYOUTS.items()]
    )
    blueprint = FieldList(FormField(CellRow), max_entries=MOST_ROWS)

    def content(self, before: Content) -> dict[str, Any]:
        """Return the part as it was filled in."""
        cells = [
            {name: value for name, value in entry.data.items() if value}
            for entry in self.blueprint
            if entry.data["objective"] and entry.data["items"]
        ]
        plan = {
            "length": sum(cell["items"] for cell in cells),
            "cut_score": None if self.cut_score.data is None else _share(self.cut_score.data),
            "standard": self.standard.data,
            "open_days": self.open_days.data,
            "blueprint": cells,
            "minutes": self.minutes.data,
            "cooling_off_hours": self.cooling_off_hours.data or None,
            "attempts": self.attempts.data,
            "layout": None if self.layout.data == Layout.ONE_AT_A_TIME else self.layout.data,
        }
        return {**before, "paper": {name: value for name, value in plan.items() if value is not None}}


def paper_form(content: Content, version: int, module: Content, levels: Mapping[CognitiveLevel, Any]) -> PaperForm:
    """Return the form of the plan of the papers with what *content* says."""
    plan = content.get("paper", {})
    form = PaperForm(
        data={
            **plan,
            "made_from": str(version),
            "cut_score": _percent(plan.get("cut_score")),
            "blueprint": [{"level": "", **cell} for cell in plan.get("blueprint", [])],
            "open_days": plan.get("open_days", 14),
        }
    )
    offer_cells(form, module, levels)
    return form


def offer_cells(form: PaperForm, module: Content, levels: Mapping[CognitiveLevel, Any]) -> None:
    """Fill the lists of objectives and levels in every row of the blueprint."""
    objectives = objectives_of(module)
    for entry in form.blueprint:
        entry.form.objective.choices = choices([("", _l("Choose")), *objectives])
        entry.form.level.choices = choices([("", _l("Any")), *((one.value, label) for one, label in levels.items())])


def objectives_of(module: Content) -> list[tuple[str, Any]]:
    """Return the objectives of *module* to choose from: id, and text in the language in which it is written."""
    language = (module.get("languages") or ["en"])[0]
    return [(one["id"], one.get(language, one["id"])) for one in module.get("objectives", []) if one.get("id")]


def choices(options: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in options]


def _share(percent: int) -> str:
    return str(Fraction(percent, 100))


def _percent(share: str | None) -> int | None:
    return None if share is None else round(Fraction(share) * 100)


def tags(written: str | None) -> list[str]:
    return [tag.strip() for tag in (written or "").split(",") if tag.strip()]


def lines(written: str | None) -> list[str]:
    return [line.strip() for line in (written or "").splitlines() if line.strip()]


def day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def read_day(written: str | None) -> date | None:
    return None if not written else date.fromisoformat(written)
