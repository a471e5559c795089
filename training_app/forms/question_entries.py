"""How questions are written whose answer is entered, and those that are answered in a table."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, HiddenField, StringField, ValidationError, validators
from wtforms.fields import SelectChoice

from quizzes.interactions import NumericEntry, Response, decimal
from quizzes.parts import Content
from training_app.forms.authoring import lines
from training_app.forms.fields import TickBoxes
from training_app.forms.questions import (
    FEEDBACK,
    MOST_ROWS,
    TOLD,
    QuestionForm,
    Row,
    Texts,
    as_kept,
    by_id,
    in_language,
    numbered,
    start_of,
    texts_in,
)
from training_app.forms.quiz import number_mark

MOST_COLUMNS, LEAST_COLUMNS = 20, 3
_NUMBER = _l("Write a number, such as 12 or 12.5.")
_ANY_NUMBER = NumericEntry(value=Fraction(0), tolerance=Fraction(0))


class EntryForm(QuestionForm):
    """Something is entered; the officer is told one thing if it is right and another if not."""

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        return {
            **texts_in("right", _l("What an officer is told whose answer is right"), languages),
            **texts_in("wrong", _l("What an officer is told whose answer is not right"), languages),
        }

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        return {
            **start_of("right", {"right": FEEDBACK}, texts, languages),
            **start_of("wrong", {"wrong": FEEDBACK}, texts, languages),
        }

    def more_text(self, language: str) -> dict[str, Any]:
        told = {one: self[f"{one}_{language}"].data for one in ("right", "wrong")}
        return {FEEDBACK: {one: why for one, why in told.items() if why}}


class NumericForm(EntryForm):
    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        unit = _l("What it counts")
        return {
            "value": StringField(_l("The right number"), [_a_number], filters=[as_kept]),
            "tolerance": StringField(
                _l("Give or take"),
                [_a_number],
                filters=[as_kept],
                description=_l("How far off a right answer may be, both ends included; 0 for this number only."),
            ),
            **{
                f"unit_{one}": StringField(
                    in_language(unit, one, languages),
                    [validators.Optional()],
                    filters=[as_kept],
                    description=_l("It stands behind the field, for example: officers"),
                )
                for one in languages
            },
            **super().fields(languages),
        }

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        return {
            "value": content.get("value", ""),
            "tolerance": content.get("tolerance", ""),
            **{f"unit_{one}": texts.get(one, {}).get("unit", "") for one in languages},
            **super().start(content, texts, languages),
        }

    def interaction(self) -> dict[str, Any]:
        given = {name: number_mark(self[name].data or "") for name in ("value", "tolerance")}
        return {name: decimal(Fraction(mark)) for name, mark in given.items() if _is_number(mark)}

    def more_text(self, language: str) -> dict[str, Any]:
        return {"unit": self[f"unit_{language}"].data, **super().more_text(language)}


def _a_number(_form: Form, field: Any) -> None:
    if field.data and not _is_number(number_mark(field.data)):
        raise ValidationError(str(_NUMBER))


def _is_number(mark: str) -> bool:
    return bool(mark) and _ANY_NUMBER.admits(Response({mark}))


class ShortTextForm(EntryForm):
    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        hint = _l("One a line, the best first. Capitals and spaces do not matter.")
        return {
            **texts_in("accepted", _l("Answers that are right"), languages, lines=4, hint=hint),
            **super().fields(languages),
        }

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        accepted = {one: texts.get(one, {}).get("accepted", []) for one in languages}
        return {
            **{f"accepted_{one}": "\n".join(answers) for one, answers in accepted.items()},
            **super().start(content, texts, languages),
        }

    def interaction(self) -> dict[str, Any]:
        return {}

    def more_text(self, language: str) -> dict[str, Any]:
        accepted = list(dict.fromkeys(lines(self[f"accepted_{language}"].data)))
        return {"accepted": accepted, **super().more_text(language)}


class MarkingUpForm(QuestionForm):
    """A table; a column that is empty from head to foot is none."""

    lists: ClassVar[Mapping[str, Sequence[str]]] = {"rows": numbered("r")}

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        headings = {
            f"heading_{one}": StringField(in_language(_l("Heading"), one, languages), filters=[as_kept])
            for one in languages
        }
        cells = {
            f"cells_{one}": FieldList(StringField(filters=[as_kept]), max_entries=MOST_COLUMNS) for one in languages
        }
        row = {"id": HiddenField(), **cells, **texts_in(FEEDBACK, TOLD, languages)}
        return {
            "columns": FieldList(FormField(type("Column", (Form,), headings)), max_entries=MOST_COLUMNS),
            "rows": FieldList(FormField(type("TableRow", (Form,), row)), max_entries=MOST_ROWS),
            "key": TickBoxes(validate_choice=False),
        }

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        headings = {one: list(texts.get(one, {}).get("columns", [])) for one in languages}
        width = max(LEAST_COLUMNS, *map(len, headings.values()))
        rows = [
            {
                "id": row,
                **{
                    f"cells_{one}": _padded(texts.get(one, {}).get("rows", {}).get(row, []), width) for one in languages
                },
                **start_of(row, {FEEDBACK: FEEDBACK}, texts, languages),
            }
            for row in content.get("rows", [])
        ]
        columns = [
            {f"heading_{one}": _padded(headings[one], width)[place] for one in languages} for place in range(width)
        ]
        return {"columns": columns, "rows": rows, "key": list(content.get("key", []))}

    def grow(self, name: str) -> bool:
        """Add a row, or with ``columns`` a column."""
        if name == "columns" and len(self["columns"]) < MOST_COLUMNS:
            self["columns"].append_entry()
            return True
        return super().grow(name)

    def ready(self) -> None:
        if len(self["columns"]) == 0:
            for _column in range(LEAST_COLUMNS):
                self["columns"].append_entry()
        super().ready()
        for row in self["rows"]:
            for one in self.languages:
                while len(row[f"cells_{one}"]) < len(self["columns"]):
                    row[f"cells_{one}"].append_entry("")

    def blank(self) -> Row:
        return {f"cells_{one}": [""] * len(self["columns"]) for one in self.languages}

    def offer(self) -> None:
        self["key"].choices = [SelectChoice(row["id"].data, _l("This row is to be marked")) for row in self["rows"]]

    def interaction(self) -> dict[str, Any]:
        rows = [row["id"] for row in self.filled("rows")]
        return {"rows": rows, "key": [row for row in rows if row in (self["key"].data or [])]}

    def more_text(self, language: str) -> dict[str, Any]:
        rows, headings = self.filled("rows"), [column.data for column in self["columns"]]
        width = len(headings)
        cells = {row["id"]: _padded(row[f"cells_{language}"], width) for row in rows}
        kept = [
            place
            for place in range(width)
            if any(headings[place].values())
            or any(_padded(row[f"cells_{one}"], width)[place] for row in rows for one in self.languages)
        ]
        columns = [headings[place][f"heading_{language}"] or "" for place in kept]
        shown = {row: [found[place] for place in kept] for row, found in cells.items()}
        says = any(columns) or any(map(any, shown.values()))
        told = {FEEDBACK: by_id(rows, FEEDBACK, language)}
        return {"columns": columns, "rows": shown, **told} if says else told


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*(cell or "" for cell in cells), *[""] * width][:width]
