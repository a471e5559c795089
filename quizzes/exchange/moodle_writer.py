"""Writing Moodle XML: what Moodle's own export looks like, with our items in it."""

from collections.abc import Iterable, Iterator
from html import escape

from quizzes.exchange import cloze, tags
from quizzes.exchange.building import percent, verdict_pairs, weights
from quizzes.exchange.plain_text import as_html
from quizzes.exchange.questions import as_questions, marked_rows, tell_common_losses, tell_own_losses, text_of
from quizzes.exchange.report import NO_TEXT, NotCarried, Notes, What, Written
from quizzes.interactions import (
    Case,
    Choice,
    Interaction,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    ReasonedVerdict,
    Simple,
    TextEntry,
    decimal,
)
from quizzes.item import Item
from quizzes.item_text import ItemText

LISTED = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20})
"""How many keys may share the credit, so that Moodle knows the percentage: it knows only those of its own list."""

Loss = tuple[What, str]
Asked = tuple[Interaction, list[str]]


def write(items: Iterable[Item], *, module: str, language: str, words: tuple[str, str]) -> Written:
    """Return *items* as Moodle XML in one *language*.

    :param module: names the category that the questions come into; below it is one for each objective.
    :param words: for true and for false, in that language.
    """
    notes, category = Notes(), ""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    carried: list[Item] = []
    for item in items:
        noted: list[Loss] = []
        try:
            questions = list(_questions(item, language, words, noted))
        except NotCarried as left:
            notes.add(0, left.what, left.about, title=item.id)
            continue
        if item.objective != category:
            category = item.objective
            path = _text(f"$course$/top/{module}/{category}")
            lines += ['<question type="category">', f"  <category>{path}</category>", "</question>"]
        line = len(lines) + 1
        for what, about in noted:
            notes.add(line, what, about, title=item.id)
        tell_own_losses(item, line, notes)
        for asked, question in questions:
            said = tags.written(item, asked, line=line, notes=notes)
            tagged = [f"    <tag>{_text(tag)}</tag>" for tag in said]
            lines += [*question, "  <tags>", *tagged, "  </tags>", "</question>"]
        carried.append(item)
    tell_common_losses(carried, language, notes)
    return Written("\n".join([*lines, "</quiz>", ""]), len(carried), notes.all())


def _questions(item: Item, language: str, words: tuple[str, str], noted: list[Loss]) -> Iterator[Asked]:
    """Yield the questions of *item*, each with its lines without the end.

    :raises NotCarried: if the item has no text in *language*.
    """
    case, text = item.interaction, text_of(item, language)
    if isinstance(case, Case) and cloze.fits(case):
        noted += [(What.UNIT, text.parts[part.id].unit) for part in case.parts if text.parts[part.id].unit]
        yield case, _head("cloze", item.id, cloze.written(case, text), None)
        return
    asked = as_questions(item, language)
    if len(asked) > 1:
        noted.append((What.CASE_SPLIT, str(len(asked))))
    for one in asked:
        kind, lines = _body(one.interaction, one.text, words, noted)
        yield one.interaction, [*_head(kind, one.name, as_html(one.text.stem), one.points), *lines]


def _head(kind: str, name: str, html: str, points: int | None) -> list[str]:
    return [
        f'<question type="{kind}">',
        f"  <name>{_text(name)}</name>",
        f'  <questiontext format="html">{_text(html)}</questiontext>',
        f'  <generalfeedback format="html">{_text("")}</generalfeedback>',
        *([] if points is None else [f"  <defaultgrade>{points}</defaultgrade>"]),
        "  <penalty>0</penalty>",
        "  <hidden>0</hidden>",
        f"  <idnumber>{_escaped(name)}</idnumber>",
    ]


def _body(asked: Simple, text: ItemText, words: tuple[str, str], noted: list[Loss]) -> tuple[str, list[str]]:
    """Return Moodle's name of the question's type, and the lines of its answers."""
    match asked:
        case Choice(options=options, key=key, several=several):
            said = [(text.options[one], one in key, text.feedback.get(one, "")) for one in options]
            return "multichoice", _options(said, several, noted)
        case MarkingUp(rows=rows, key=key):
            noted.append((What.MARKING_UP, ""))
            shown = marked_rows(text)
            return "multichoice", _options(
                [(shown[row], row in key, text.feedback.get(row, "")) for row in rows], True, noted
            )
        case ReasonedVerdict():
            noted.append((What.REASONED_VERDICT, ""))
            return "multichoice", _options(verdict_pairs(asked, text, words), False, noted)
        case Matching():
            return "matching", _pairs(asked, text, noted)
        case Ordering():
            return "ordering", _steps(asked, text, noted)
        case NumericEntry():
            return "numerical", _number(asked, text)
        case TextEntry():
            return "shortanswer", _words(text)


def _options(options: list[tuple[str, bool, str]], several: bool, noted: list[Loss]) -> list[str]:
    names = [str(number) for number in range(len(options))]
    right = [name for name, option in zip(names, options, strict=True) if option[1]]
    if several and len(right) not in LISTED:
        noted.append((What.WEIGHTS, str(len(right))))
    share = {name: percent(weight).removesuffix("%") for name, weight in weights(right, names).items()}
    lines = [
        f"  <single>{'false' if several else 'true'}</single>",
        "  <shuffleanswers>true</shuffleanswers>",
        "  <answernumbering>none</answernumbering>",
    ]
    for name, (said, is_right, why) in zip(names, options, strict=True):
        fraction = share[name] if several else "100" if is_right else "0"
        lines += _answer(fraction, as_html(said), why, form=' format="html"')
    return lines


def _answer(fraction: str, said: str, why: str, *, form: str = "", more: str = "") -> list[str]:
    return [
        f'  <answer fraction="{fraction}"{form}>{_text(said)}',
        f'    <feedback format="html">{_text(as_html(why))}</feedback>{more}',
        "  </answer>",
    ]


def _pairs(asked: Matching, text: ItemText, noted: list[Loss]) -> list[str]:
    """Return the pairs; a feedback stands where Moodle looks for none, so that a later import here finds it."""
    if said := [why for why in text.feedback.values() if why]:
        noted.append((What.PAIRS_FEEDBACK, str(len(said))))
    pairs = dict(mark.split(":", 1) for mark in asked.key)
    taken = set(pairs.values())
    prompts = [(text.options[one], text.options[pairs[one]], text.feedback.get(one, "")) for one in asked.prompts]
    others = [("", text.options[match], "") for match in asked.matches if match not in taken]
    lines = ["  <shuffleanswers>true</shuffleanswers>"]
    for prompt, match, why in prompts + others:
        feedback = f'<feedback format="html">{_text(as_html(why))}</feedback>' if why else ""
        answer = f"<answer>{_text(match)}</answer>"
        lines.append(f'  <subquestion format="html">{_text(as_html(prompt))}{answer}{feedback}</subquestion>')
    return lines


def _steps(asked: Ordering, text: ItemText, noted: list[Loss]) -> list[str]:
    if said := [why for why in text.feedback.values() if why]:
        noted.append((What.STEPS_FEEDBACK, str(len(said))))
    lines = [
        "  <layouttype>VERTICAL</layouttype>",
        "  <selecttype>ALL</selecttype>",
        "  <selectcount>0</selectcount>",
        "  <gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>",
        "  <showgrading>SHOW</showgrading>",
        "  <numberingstyle>none</numberingstyle>",
    ]
    for place, option in enumerate(asked.options, start=1):
        step = as_html(text.options[option])
        lines += _answer(f"{place}.0000000", step, text.feedback.get(option, ""), form=' format="html"')
    return lines


def _number(asked: NumericEntry, text: ItemText) -> list[str]:
    margin = f"<tolerance>{decimal(asked.tolerance)}</tolerance>"
    right, wrong = text.feedback.get("right", ""), text.feedback.get("wrong", "")
    lines = [*_answer("100", decimal(asked.value), right, more=margin), *_answer("0", "*", wrong)]
    if not text.unit:
        return lines
    unit = f"<unit><multiplier>1</multiplier><unit_name>{_escaped(text.unit)}</unit_name></unit>"
    return [
        *lines,
        "  <unitgradingtype>0</unitgradingtype>",
        "  <unitpenalty>0</unitpenalty>",
        "  <showunits>0</showunits>",
        "  <unitsleft>0</unitsleft>",
        f"  <units>{unit}</units>",
    ]


def _words(text: ItemText) -> list[str]:
    right, wrong = text.feedback.get("right", ""), text.feedback.get("wrong", "")
    lines = ["  <usecase>0</usecase>"]
    for accepted in text.accepted:
        lines += _answer("100", accepted.replace("*", "\\*"), right)
    return [*lines, *_answer("0", "*", wrong)]


def _text(text: str) -> str:
    return f"<text>{_escaped(text)}</text>"


def _escaped(text: str) -> str:
    return escape(NO_TEXT.sub("", text), quote=False)
