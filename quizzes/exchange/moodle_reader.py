"""Reading Moodle XML: the types of question that there is an item for; of the others it is told that they are not."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from quizzes.exchange import building, cloze, tags
from quizzes.exchange.building import NOTHING, Answer, Asked
from quizzes.exchange.plain_text import Format, as_plain
from quizzes.exchange.report import (
    MOST_CHARACTERS,
    Fault,
    NotCarried,
    Notes,
    Question,
    Reading,
    Unreadable,
    What,
    limited,
)
from quizzes.exchange.xml_tree import Node, parse
from quizzes.interaction_fields import ItemKind
from quizzes.interactions import Interaction
from quizzes.item_text import ItemText

_FORMATS = {
    "moodle_auto_format": Format.MOODLE,
    "html": Format.HTML,
    "plain_text": Format.PLAIN,
    "wiki_like": Format.PLAIN,
    "markdown": Format.MARKDOWN,
}
_SETTINGS = ("penalty", "shuffleanswers", "answernumbering", "showstandardinstruction", "shownumcorrect")
_OVERALL = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_LEFT_OUT = {"essay": What.ESSAY, "description": What.DESCRIPTION}
MOST_POINTS = 100
OURS = "RELATIVE_NEXT_EXCLUDE_LAST"
"""Moodle's name for our credit of an order: the share of neighbours that follow each other."""

Asking = tuple[Interaction, ItemText, int | None]
"""What is asked, and its points where the type of question has its own."""


def read(content: bytes, *, words: tuple[str, str] = ("True", "False")) -> Reading:
    """Return the questions of a Moodle XML file.

    :param words: for true and for false, in the language of the file.
    :raises Unreadable: if nothing of it can be used.
    """
    root = parse(content)
    if root.name != "quiz":
        raise Unreadable(Fault.NOT_MOODLE, line=root.line)
    notes = Notes()
    questions = limited(_questions(root, words, notes))
    if any(node.first(name) is not None for node in root.all("question") for name in _SETTINGS):
        notes.add(0, What.SETTINGS)
    return Reading(questions, notes.all())


def _questions(root: Node, words: tuple[str, str], notes: Notes) -> Iterator[Question]:
    category = ""
    for node in root.all("question"):
        kind = node.attributes.get("type", "").strip()
        if kind == "category":
            found = node.first("category")
            category = "" if found is None else found.value("text")
            continue
        own = Notes()
        title = " ".join((named.value("text") if (named := node.first("name")) else "").split())[:200]
        try:
            question = _Reader(node, kind, title, words, own).question(category)
        except NotCarried as left:
            notes.add(left.line or node.line, left.what, left.about, title=title)
        else:
            notes.take(own)
            yield question


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one question."""

    node: Node
    kind: str
    title: str
    words: tuple[str, str]
    notes: Notes

    def question(self, category: str) -> Question:
        if self.kind in _LEFT_OUT:
            raise NotCarried(_LEFT_OUT[self.kind])
        said = tuple(" ".join(tag.value("text").split()) for tag in self._tags())
        told = tags.told(said)
        stem = "" if self.kind in ("cloze", "multianswer") else self._text("questiontext")
        title = self.title or stem.split("\n")[0][:80]
        asked = Asked(self.node.line, title, stem, self._text("generalfeedback"))
        interaction, text, points = self._asking(asked, told.kind)
        self._tell_the_rest(told)
        name = self.node.value("idnumber")
        return Question(self.node.line, title, name, category, said, interaction, text, points or self._points())

    def _tags(self) -> Iterator[Node]:
        for holder in self.node.all("tags"):
            yield from holder.all("tag")

    def _asking(self, asked: Asked, kind: ItemKind | None) -> Asking:
        match self.kind:
            case "multichoice" | "multichoiceset":
                return *self._choice(asked, kind), None
            case "truefalse":
                return *self._true_false(asked), None
            case "shortanswer":
                return *self._short_text(asked), None
            case "numerical":
                return *self._numeric(asked), None
            case "matching" | "match":
                return *self._matching(asked), None
            case "ordering":
                return *self._ordering(asked), None
            case "cloze" | "multianswer":
                return self._cloze(asked)
        raise NotCarried(What.UNKNOWN_TYPE, self.kind[:40])

    # -- texts ---------------------------------------------------------------------------------------------------------

    def _text(self, name: str) -> str:
        found = self.node.first(name)
        return "" if found is None else self._said(found)

    def _said(self, holder: Node, *, plain: bool = False) -> str:
        """Return the text that stands in *holder*, and tell what it loses; *plain*: where Moodle has no format."""
        for file in holder.all("file"):
            self.notes.add(file.line, What.FILE, file.attributes.get("name", "")[:80], title=self.title)
        written = found.text if (found := holder.first("text")) is not None else holder.text
        form = Format.PLAIN if plain else _FORMATS.get(holder.attributes.get("format", ""), Format.HTML)
        return self._plain(written, form, holder.line)

    def _plain(self, written: str, form: Format, line: int) -> str:
        if len(written) > MOST_CHARACTERS:
            raise NotCarried(What.TOO_LONG, line=line)
        said, losses = as_plain(written, form)
        for what, about in losses:
            self.notes.add(line, what, about, title=self.title)
        return said

    def _answers(self, *, plain: bool, margin: bool = False) -> list[Answer]:
        found = []
        for node in self.node.all("answer"):
            said, why = self._said(node, plain=plain), node.first("feedback")
            tolerance = node.value("tolerance") if margin else ""
            found.append(
                Answer(
                    node.line,
                    f"{said}:{tolerance}" if tolerance and said != building.ANYTHING else said,
                    _percent(node.attributes.get("fraction", "")),
                    "" if why is None else self._said(why),
                )
            )
        return found

    # -- types of question ---------------------------------------------------------------------------------------------

    def _choice(self, asked: Asked, kind: ItemKind | None) -> building.Built:
        answers = self._answers(plain=False)
        several = self.kind == "multichoiceset" or self.node.value("single", "true") in ("false", "0", "")
        if kind is ItemKind.REASONED_VERDICT and not several:
            built = building.reasoned_verdict(asked, answers, notes=self.notes)
            if built is not None:
                return built
        return building.choice(asked, answers, several=several, notes=self.notes)

    def _true_false(self, asked: Asked) -> building.Built:
        answers = self._answers(plain=True)
        if len(answers) != 2:
            raise NotCarried(What.TOO_FEW)
        # Old files have the words in their own language: the first is true.
        first_is_true = answers[0].text.casefold() != "false"
        says_true, says_false = answers if first_is_true else reversed(answers)
        if (says_true.percent > 0) is (says_false.percent > 0):
            raise NotCarried(What.NO_KEY)
        feedback = (says_true.feedback, says_false.feedback)
        verdict = says_true.percent > 0
        return building.true_false(asked, verdict=verdict, feedback=feedback, words=self.words, notes=self.notes)

    def _short_text(self, asked: Asked) -> building.Built:
        if self.node.value("usecase", "0") == "1":
            self.notes.add(self.node.line, What.CAPITALS, title=self.title)
        return building.short_text(asked, self._answers(plain=True), notes=self.notes)

    def _numeric(self, asked: Asked) -> building.Built:
        units = [
            (unit.value("unit_name"), unit.value("multiplier", "1"))
            for one in self.node.all("units")
            for unit in one.all("unit")
        ]
        own = next((name for name, factor in units if _percent(factor) == 1), "")
        if others := [name for name, _factor in units if name != own]:
            self.notes.add(self.node.line, What.UNITS, ", ".join(others), title=self.title)
        return building.numeric(asked, self._answers(plain=True, margin=True), unit=own[:40], notes=self.notes)

    def _matching(self, asked: Asked) -> building.Built:
        pairs = []
        for node in self.node.all("subquestion"):
            answer, why = node.first("answer"), node.first("feedback")
            match = "" if answer is None else self._said(answer, plain=True)
            pairs.append((self._said(node), match, "" if why is None else self._said(why)))
        return building.matching(asked, pairs, notes=self.notes)

    def _ordering(self, asked: Asked) -> building.Built:
        grading = self.node.value("gradingtype", OURS)
        if grading.upper() not in (OURS, "1", "RELATIVE", "REL"):
            self.notes.add(self.node.line, What.ORDER_CREDIT, grading[:40], title=self.title)
        if self.node.value("selecttype", "ALL").upper() not in ("ALL", "EXACT", "0"):
            self.notes.add(self.node.line, What.ORDER_SUBSET, self.node.value("selectcount")[:10], title=self.title)
        # The fraction is the place of a step; old files only have the steps in their order.
        steps = sorted(self._answers(plain=False), key=lambda answer: answer.percent)
        return building.ordering(asked, [(step.text, step.feedback) for step in steps], notes=self.notes)

    def _cloze(self, asked: Asked) -> Asking:
        holder = self.node.first("questiontext")
        if holder is None:
            raise NotCarried(What.NO_QUESTION)
        self._said(holder)
        form = _FORMATS.get(holder.attributes.get("format", ""), Format.HTML)
        written = found.text if (found := holder.first("text")) is not None else holder.text
        asking = cloze.read(written, asked, lambda text: self._plain(text, form, holder.line), self.notes)
        if asked.general_feedback:
            self.notes.add(self.node.line, What.OVERALL_FEEDBACK, asked.general_feedback, title=self.title)
        return asking

    # -- what is told --------------------------------------------------------------------------------------------------

    def _tell_the_rest(self, told: tags.Told) -> None:
        line = self.node.line
        if told.others:
            self.notes.add(line, What.TAGS, ", ".join(told.others), title=self.title)
        for name in _OVERALL:
            if said := self._text(name):
                self.notes.add(line, What.OVERALL_FEEDBACK, said, title=self.title)
        if hints := list(self.node.all("hint")):
            self.notes.add(line, What.HINTS, len(hints), title=self.title)
        for name in ("image", "image_base64"):
            if (old := self.node.first(name)) is not None and old.text.strip():
                self.notes.add(old.line, What.FILE, old.text.strip()[:80] if name == "image" else "", title=self.title)

    def _points(self) -> int:
        grade = _percent(self.node.value("defaultgrade", "1"))
        points = min(max(ceil(grade), 1), MOST_POINTS)
        if points != grade:
            self.notes.add(self.node.line, What.GRADE, f"{float(grade):g} / {points}", title=self.title)
        return points


def _percent(written: str) -> Fraction:
    """Return the number in an attribute; nothing where there is none."""
    try:
        number = float(written)
    except ValueError:
        return NOTHING
    return Fraction(round(number * 10**7), 10**7) if abs(number) <= 10**6 else NOTHING
