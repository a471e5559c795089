"""What a trainer writes about an item: what it tests and what it rests on, and its question, or those of its case.

As with every part of a draft, an item may be unfinished: only what has no form at all is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField, validators

from courses.fields import SLUG
from quizzes.interaction_fields import ItemKind
from quizzes.parts import Content
from training_app.forms.authoring import SavedPart, choices, day_text, objectives_of, read_day
from training_app.forms.fields import DateField, IfGiven, IntegerField, TickBoxes, needed
from training_app.forms.question_kinds import question_form, question_start
from training_app.forms.questions import QuestionForm, Texts, fresh_id, numbered, texts_in
from training_app.wording.items import KINDS, LEVELS

MOST_PARTS = 12
_QUESTION, _PART = "question", "part_"
_POINTS = (1, 100)
_FRAME = {"id", "kind", "objective", "level", "points", "sources", "law_as_of", "review_by", "critical", "enemies"}
_QUESTIONS = {"options", "key", "rows", "verdict", "reasons", "reason", "prompts", "matches", "value", "tolerance"}
_WRITTEN_HERE = _FRAME | _QUESTIONS | {"parts", "texts"}
"""The fields of an item that its form writes."""
SIMPLE = tuple(kind for kind in ItemKind if kind is not ItemKind.CASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a page about an item asks for: its kind, and of a case the parts."""

    kind: ItemKind
    parts: Mapping[str, ItemKind]

    def __str__(self) -> str:
        return ",".join(f"{name}:{kind}" for name, kind in self.parts.items())

    def with_part(self, kind: ItemKind) -> "Shape":
        return Shape(self.kind, {**self.parts, fresh_id(self.parts, numbered("q")): kind})


def shape_of(content: Content) -> Shape | None:
    """Return the shape of an item as it was saved; ``None`` where it says no kind that there is."""
    kind = _kind(content.get("kind"))
    parts = {part.get("id", ""): _kind(part.get("kind")) for part in content.get("parts", [])}
    there = {name: of for name, of in parts.items() if of in SIMPLE and SLUG.fullmatch(name)}
    return None if kind is None else Shape(kind, there)


def sent_shape(form: MultiDict[str, str]) -> Shape | None:
    """Return the shape of the page from which *form* was sent; ``None`` where it tells none."""
    kind = _kind(form.get("kind"))
    pairs = [entry.partition(":") for entry in form.get("shape", "").split(",")][:MOST_PARTS]
    parts = {name: _kind(of) for name, _colon, of in pairs if SLUG.fullmatch(name)}
    there = {name: of for name, of in parts.items() if of in SIMPLE}
    return None if kind is None else Shape(kind, there)


def _kind(written: object) -> ItemKind | None:
    return next((kind for kind in ItemKind if kind == written), None)


class NewItemForm(FlaskForm):
    """A new item: what decides about its page."""

    item_id = HiddenField()
    """The name that it will have, so that a double click adds one item."""
    kind = RadioField(_l("Kind"), needed(_l("Choose the kind.")), invalid_choice_message=_l("Choose the kind."))
    objective = SelectField(_l("Objective that it tests"), validate_choice=False)
    level = SelectField(_l("What it asks of an officer"), validate_choice=False)

    def content(self, name: str, module: Content) -> dict[str, Any]:
        """Return the first state of the item called *name*: as its page would save it with nothing written yet."""
        kind, languages = ItemKind(self.kind.data), tuple(module.get("languages") or ["en"])
        given: dict[str, Any] = {
            "objective": self.objective.data or None,
            "level": self.level.data or None,
            "law_as_of": module.get("law_as_of"),
        }
        if kind is ItemKind.CASE:
            given["parts"] = []
        else:
            given |= {"points": 1, **question_form(kind, languages)().interaction()}
        first: dict[str, Any] = {"id": name, "kind": kind.value, "sources": [], "texts": {}, "review_by": None}
        return first | {key: value for key, value in given.items() if value is not None}


def new_item_form(item_id: str, module: Content, **chosen: str) -> NewItemForm:
    """Return the form of a new item; *chosen* are its kind, objective and level at first."""
    form = NewItemForm(data={"item_id": item_id, **chosen})
    form.kind.choices = choices(KINDS.items())
    form.objective.choices = choices([("", _l("Choose")), *objectives_of(module)])
    form.level.choices = choices([("", _l("Choose")), *LEVELS.items()])
    return form


class ItemForm(SavedPart):
    """An item; `item_form` adds its question, or the scenario and the parts of its case."""

    kind = HiddenField()
    shape = HiddenField()
    objective = SelectField(_l("Objective that it tests"), validate_choice=False)
    level = SelectField(
        _l("What it asks of an officer"),
        validate_choice=False,
        description=_l("Recall: to know it. Apply: to use it as it was taught. Judge: to weigh what is new."),
    )
    points = IntegerField(
        _l("Points"),
        [IfGiven(), validators.NumberRange(*_POINTS, _l("Between 1 and 100 points."))],
        description=_l("What an answer that is right in every way earns."),
    )
    sources = TickBoxes(_l("Sources that it rests on"), validate_choice=False)
    law_as_of = DateField(_l("Law as of"), [IfGiven()], description=_l("The day on which you last checked the law."))
    review_by = DateField(
        _l("To be reviewed by"),
        [validators.Optional()],
        description=_l("Only where it tests a date, or an article that is to change."),
    )
    critical = BooleanField(_l("Critical: who does not get it wholly right fails, whatever the total"))
    enemies = TickBoxes(
        _l("Never on one paper with"),
        [validators.Optional()],
        validate_choice=False,
        description=_l("Items that would give this one away, or ask the same."),
    )
    new_kind = SelectField(_l("Kind of the next question"), validate_choice=False)

    languages: ClassVar[tuple[str, ...]]
    asks: ClassVar[Shape]

    @property
    def questions(self) -> dict[str, QuestionForm]:
        """The questions: one under an empty name, or those of a case by the name of their part."""
        if self.asks.kind is not ItemKind.CASE:
            return {"": self[_QUESTION].form}
        return {name: self[f"{_PART}{name}"].form for name in self.asks.parts}

    def ready(self) -> None:
        """Make it ready to be shown, whether it was sent or not."""
        for question in self.questions.values():
            question.ready()

    def grow(self, asked: str) -> None:
        """Add a row to the list that was *asked* for, as ``question-options``."""
        name, _dash, rows = asked.rpartition("-")
        field = self._fields.get(name)
        if isinstance(field, FormField):
            field.form.grow(rows)

    def content(self, name: str, before: Content) -> dict[str, Any]:
        """Return the item called *name* as it was filled in.

        What is not written here, such as the judges' rating, stays as it was *before*.
        """
        kept = {key: value for key, value in before.items() if key not in _WRITTEN_HERE}
        found = {
            "id": name,
            "kind": self.asks.kind.value,
            "objective": self.objective.data or None,
            "level": self.level.data or None,
            **self._asked(),
            "sources": _in_order(self.sources.data, before.get("sources", [])),
            "law_as_of": day_text(self.law_as_of.data),
            "texts": self._texts(before.get("texts", {})),
            "critical": self.critical.data or None,
            "enemies": _in_order(self.enemies.data, before.get("enemies", [])) or None,
        }
        written = {key: value for key, value in found.items() if value is not None}
        return {**written, "review_by": day_text(self.review_by.data), **kept}

    def _asked(self) -> dict[str, Any]:
        if self.asks.kind is not ItemKind.CASE:
            return {"points": self.points.data, **self[_QUESTION].form.interaction()}
        parts = [
            {
                "id": name,
                "kind": self.asks.parts[name].value,
                **_given(points=part["points"].data),
                **part.interaction(),
            }
            for name, part in self._parts().items()
        ]
        return {"points": sum(part.get("points", 0) for part in parts) or None, "parts": parts}

    def _parts(self) -> dict[str, QuestionForm]:
        """Return the parts of a case that are there and stay, in their order."""
        there = {name: part for name, part in self.questions.items() if not part["remove"].data and not part.is_empty()}
        place = {name: part["place"].data or MOST_PARTS for name, part in there.items()}
        return {name: there[name] for name in sorted(there, key=lambda one: place[one])}

    def _texts(self, before: Texts) -> dict[str, Content]:
        """Return the texts of each language that says anything; those of languages given up stay as they were."""
        found = {one: self._text(one) for one in self.languages}
        others = {one: text for one, text in before.items() if one not in self.languages}
        return {**{one: text for one, text in found.items() if text}, **others}

    def _text(self, language: str) -> dict[str, Any]:
        if self.asks.kind is not ItemKind.CASE:
            return self[_QUESTION].form.text(language)
        parts = {name: part.text(language) for name, part in self._parts().items()}
        found = {"stem": self[f"stem_{language}"].data, "parts": {name: text for name, text in parts.items() if text}}
        return {name: value for name, value in found.items() if value}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _in_order(ticked: Sequence[str] | None, before: Sequence[str]) -> list[str]:
    """Return what was *ticked*: what was there before in its order, then the rest."""
    chosen = list(dict.fromkeys(one for one in ticked or [] if one))
    return [*(one for one in before if one in chosen), *(one for one in chosen if one not in before)]


def item_form(shape: Shape, content: Content, version: int, module: Content, others: Mapping[str, str]) -> ItemForm:
    """Return the form of an item of *module* with what *content* says.

    :param others: the stems of the other items in the bank, by id.
    """
    languages = tuple(module.get("languages") or ["en"])
    texts: Texts = content.get("texts", {})
    start: dict[str, Any] = {
        **{name: value for name, value in content.items() if name in ("objective", "level", "points", "critical")},
        "sources": list(content.get("sources", [])),
        "enemies": list(content.get("enemies", [])),
        "law_as_of": read_day(content.get("law_as_of")),
        "review_by": read_day(content.get("review_by")),
        "made_from": str(version),
        "kind": shape.kind.value,
        "shape": str(shape),
    }
    if shape.kind is ItemKind.CASE:
        fields, of_kind = _case_fields(shape, languages), _case_start(shape, content, texts, languages)
    else:
        fields = {_QUESTION: FormField(question_form(shape.kind, languages))}
        of_kind = {_QUESTION: question_start(shape.kind, content, texts, languages)}
    of_item: type[ItemForm] = type("OneItemForm", (ItemForm,), {**fields, "languages": languages, "asks": shape})
    form = of_item(data={**start, **of_kind})
    form.kind.data, form.shape.data = shape.kind.value, str(shape)
    _offer(form, content, module, others)
    form.level.choices = choices([("", _l("Choose")), *LEVELS.items()])
    form.new_kind.choices = choices((kind, KINDS[kind]) for kind in SIMPLE)
    return form


def _case_fields(shape: Shape, languages: Sequence[str]) -> dict[str, Any]:
    fields = texts_in("stem", _l("The scenario"), languages, lines=8)
    for name, kind in shape.parts.items():
        more = {
            "place": IntegerField(_l("Place"), [IfGiven()], description=_l("1 comes first.")),
            "points": IntegerField(
                _l("Points"), [IfGiven(), validators.NumberRange(*_POINTS, _l("Between 1 and 100 points."))]
            ),
            "remove": BooleanField(_l("Take this question out of the case")),
        }
        fields[f"{_PART}{name}"] = FormField(question_form(kind, languages, more))
    return fields


def _case_start(shape: Shape, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
    written = {part.get("id"): (place, part) for place, part in enumerate(content.get("parts", []), start=1)}
    start: dict[str, Any] = {f"stem_{one}": texts.get(one, {}).get("stem", "") for one in languages}
    for number, (name, kind) in enumerate(shape.parts.items(), start=1):
        place, part = written.get(name, (number, {}))
        of_part = {one: text.get("parts", {}).get(name, {}) for one, text in texts.items()}
        own = {"place": place, "points": part.get("points", 1)}
        start[f"{_PART}{name}"] = {**own, **question_start(kind, part, of_part, languages)}
    return start


def _offer(form: ItemForm, content: Content, module: Content, others: Mapping[str, str]) -> None:
    """Fill the lists to choose from; what is chosen and stands in no list any more is there to be seen and given up."""
    objectives = objectives_of(module)
    form.objective.choices = choices([("", _l("Choose")), *_and_lost(objectives, [content.get("objective") or ""])])
    sources = [(one["id"], one.get("text") or one["id"]) for one in module.get("sources", []) if one.get("id")]
    form.sources.choices = choices(_and_lost(sources, content.get("sources", [])))
    form.enemies.choices = choices(_and_lost(list(others.items()), content.get("enemies", [])))


def _and_lost(options: Sequence[tuple[str, Any]], chosen: Iterable[str]) -> list[tuple[str, Any]]:
    known = {value for value, _label in options}
    return [*options, *((one, one) for one in chosen if one and one not in known)]
