"""How each kind of question is written; what the forms share: `questions`."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice

from quizzes.interaction_fields import ItemKind
from quizzes.interactions import FALSE, TRUE
from quizzes.parts import Content
from training_app.forms.fields import IfGiven, IntegerField, TickBoxes
from training_app.forms.question_entries import MarkingUpForm, NumericForm, ShortTextForm
from training_app.forms.questions import (
    FEEDBACK,
    LETTERS,
    MOST_ROWS,
    TOLD,
    QuestionForm,
    Row,
    Texts,
    by_id,
    numbered,
    row_list,
    rows_start,
    start_of,
    texts_in,
)


class ChoiceForm(QuestionForm):
    """One or several of the options are right."""

    lists: ClassVar[Mapping[str, Sequence[str]]] = {"options": LETTERS}
    several: ClassVar[bool]

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        key = TickBoxes if cls.several else RadioField
        return {"options": row_list(languages, text=_l("Text"), feedback=TOLD), "key": key(validate_choice=False)}

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        key = list(content.get("key", []))
        return {
            "options": rows_start(content.get("options", []), texts, languages),
            "key": key if cls.several else next(iter(key), None),
        }

    def offer(self) -> None:
        self["key"].choices = [SelectChoice(row["id"].data, _l("This is right")) for row in self["options"]]

    def interaction(self) -> dict[str, Any]:
        options = [row["id"] for row in self.filled("options")]
        key = self["key"].data or [] if self.several else [self["key"].data]
        return {"options": options, "key": [option for option in options if option in key]}

    def more_text(self, language: str) -> dict[str, Any]:
        rows = self.filled("options")
        return {"options": by_id(rows, "text", language), FEEDBACK: by_id(rows, FEEDBACK, language)}


class SingleChoiceForm(ChoiceForm):
    several = False


class MultipleResponseForm(ChoiceForm):
    several = True


class ReasonedVerdictForm(QuestionForm):
    lists: ClassVar[Mapping[str, Sequence[str]]] = {"reasons": LETTERS}

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        verdicts = [SelectChoice(TRUE, _l("True")), SelectChoice(FALSE, _l("False"))]
        return {
            "verdict": RadioField(_l("The statement is"), choices=verdicts, validate_choice=False),
            **texts_in(TRUE, _l("What an officer is told about “true”"), languages),
            **texts_in(FALSE, _l("What an officer is told about “false”"), languages),
            "reasons": row_list(languages, text=_l("Text"), feedback=TOLD),
            "reason": RadioField(validate_choice=False),
        }

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        verdict = content.get("verdict")
        return {
            "verdict": None if verdict is None else TRUE if verdict else FALSE,
            **start_of(TRUE, {TRUE: FEEDBACK}, texts, languages),
            **start_of(FALSE, {FALSE: FEEDBACK}, texts, languages),
            "reasons": rows_start(content.get("reasons", []), texts, languages),
            "reason": content.get("reason"),
        }

    def offer(self) -> None:
        self["reason"].choices = [SelectChoice(row["id"].data, _l("This is the reason")) for row in self["reasons"]]

    def interaction(self) -> dict[str, Any]:
        reasons = [row["id"] for row in self.filled("reasons")]
        found: dict[str, Any] = {"reasons": reasons}
        if self["verdict"].data in (TRUE, FALSE):
            found["verdict"] = self["verdict"].data == TRUE
        if self["reason"].data in reasons:
            found["reason"] = self["reason"].data
        return found

    def more_text(self, language: str) -> dict[str, Any]:
        rows = self.filled("reasons")
        verdicts = {mark: self[f"{mark}_{language}"].data for mark in (TRUE, FALSE)}
        told = {mark: why for mark, why in verdicts.items() if why}
        return {"options": by_id(rows, "text", language), FEEDBACK: told | by_id(rows, FEEDBACK, language)}


class MatchingForm(QuestionForm):
    lists: ClassVar[Mapping[str, Sequence[str]]] = {"matches": numbered("m"), "prompts": numbered("p")}

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        match = {"match": SelectField(_l("Belongs to"), validate_choice=False)}
        return {
            "matches": row_list(languages, text=_l("Text")),
            "prompts": row_list(languages, match, text=_l("Text"), feedback=TOLD),
        }

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        key, prompts = content.get("key", {}), content.get("prompts", [])
        return {
            "matches": rows_start(content.get("matches", []), texts, languages, feedback=False),
            "prompts": [{**row, "match": key.get(row["id"])} for row in rows_start(prompts, texts, languages)],
        }

    def offer(self) -> None:
        matches = [(row["id"].data, row[f"text_{self.languages[0]}"].data) for row in self["matches"]]
        options = [SelectChoice(name, f"{name}: {text}" if text else name) for name, text in matches]
        for row in self["prompts"]:
            row["match"].choices = [SelectChoice("", _l("Choose")), *options]

    def interaction(self) -> dict[str, Any]:
        matches, prompts = [row["id"] for row in self.filled("matches")], self.filled("prompts")
        return {
            "prompts": [row["id"] for row in prompts],
            "matches": matches,
            "key": {row["id"]: row["match"] for row in prompts if row["match"] in matches},
        }

    def more_text(self, language: str) -> dict[str, Any]:
        prompts, matches = self.filled("prompts"), self.filled("matches")
        return {
            "options": by_id([*prompts, *matches], "text", language),
            FEEDBACK: by_id(prompts, FEEDBACK, language),
        }


class OrderingForm(QuestionForm):
    lists: ClassVar[Mapping[str, Sequence[str]]] = {"options": LETTERS}

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        place = {"place": IntegerField(_l("Place"), [IfGiven()], description=_l("1 comes first."))}
        return {"options": row_list(languages, place, text=_l("Text"), feedback=_l("What the officer is told"))}

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        rows = rows_start(content.get("options", []), texts, languages)
        return {"options": [{**row, "place": place} for place, row in enumerate(rows, start=1)]}

    def blank(self) -> Row:
        return {"place": max((row["place"].data or 0 for row in self["options"]), default=0) + 1}

    def _in_order(self) -> list[Row]:
        """Return the steps by their place; of those with one place the upper comes first, those without come last."""
        return sorted(self.filled("options"), key=lambda row: row["place"] if row["place"] is not None else MOST_ROWS)

    def interaction(self) -> dict[str, Any]:
        return {"options": [row["id"] for row in self._in_order()]}

    def more_text(self, language: str) -> dict[str, Any]:
        rows = self._in_order()
        return {"options": by_id(rows, "text", language), FEEDBACK: by_id(rows, FEEDBACK, language)}


_FORMS: Mapping[ItemKind, type[QuestionForm]] = {
    ItemKind.SINGLE_CHOICE: SingleChoiceForm,
    ItemKind.MULTIPLE_RESPONSE: MultipleResponseForm,
    ItemKind.REASONED_VERDICT: ReasonedVerdictForm,
    ItemKind.MATCHING: MatchingForm,
    ItemKind.ORDERING: OrderingForm,
    ItemKind.NUMERIC: NumericForm,
    ItemKind.SHORT_TEXT: ShortTextForm,
    ItemKind.MARKING_UP: MarkingUpForm,
}
_STEMS = {
    ItemKind.REASONED_VERDICT: _l("The statement"),
    ItemKind.MARKING_UP: _l("What is to be marked, and what the table shows"),
}


def question_form(
    kind: ItemKind, languages: Sequence[str], more: Mapping[str, Any] | None = None
) -> type[QuestionForm]:
    """Return the form of a question of *kind* with its texts in *languages*.

    :param kind: any but a case, whose parts are questions.
    :param more: further fields, which stand before the others.
    """
    stem = texts_in("stem", _STEMS.get(kind, _l("The question")), languages, lines=3)
    fields = {**(more or {}), **stem, **_FORMS[kind].fields(languages), "languages": tuple(languages)}
    return type(f"{_FORMS[kind].__name__}InItsLanguages", (_FORMS[kind],), fields)


def question_start(kind: ItemKind, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
    """Return what the form of `question_form` shows of a question."""
    stems = {f"stem_{one}": texts.get(one, {}).get("stem", "") for one in languages}
    return {**stems, **_FORMS[kind].start(content, texts, languages)}
