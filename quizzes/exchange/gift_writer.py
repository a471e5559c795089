"""Writing GIFT: what other systems and trainers with a text editor can read of our items."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from quizzes.exchange import tags
from quizzes.exchange.building import percent, verdict_pairs, weights
from quizzes.exchange.questions import Single, as_questions, marked_rows, tell_common_losses, tell_own_losses
from quizzes.exchange.report import NotCarried, Notes, What, Written
from quizzes.interactions import (
    Choice,
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

_ESCAPED = str.maketrans({**{sign: f"\\{sign}" for sign in "\\:#={}~"}, "\n": "\\n"})
ARROW = "->"


def write(items: Iterable[Item], *, module: str, language: str, words: tuple[str, str]) -> Written:
    """Return *items* as a GIFT file in one *language*.

    :param module: names the category that the questions come into; below it is one for each objective.
    :param words: for true and for false, in that language.
    """
    notes, lines, category = Notes(), [""], ""
    carried: list[Item] = []
    for item in items:
        try:
            written, noted = _item(item, language, words)
        except NotCarried as left:
            notes.add(0, left.what, left.about, title=item.id)
            continue
        if item.objective != category:
            category = item.objective
            lines += [f"$CATEGORY: $course$/top/{module}/{category}", ""]
        line = len(lines)
        for what, about in noted:
            notes.add(line, what, about, title=item.id)
        tell_own_losses(item, line, notes)
        for one, question in written:
            tagged = "".join(f" [tag:{tag}]" for tag in _tags(item, one, line, notes))
            lines += [f"// [id:{one.name}]{tagged}", *question.split("\n"), ""]
        carried.append(item)
    tell_common_losses(carried, language, notes)
    return Written("\n".join(lines[1:]), len(carried), notes.all())


def _tags(item: Item, asked: Single, line: int, notes: Notes) -> list[str]:
    points = [f"points:{asked.points}"] if asked.points != 1 else []
    return [*tags.written(item, asked.interaction, line=line, notes=notes), *points]


Loss = tuple[What, str]


def _item(item: Item, language: str, words: tuple[str, str]) -> tuple[list[tuple[Single, str]], list[Loss]]:
    """Return the questions of *item* as they are written, and what is lost.

    :raises NotCarried: if GIFT has nothing like it, or the item has no text in *language*.
    """
    noted: list[Loss] = []
    if len(asked := as_questions(item, language)) > 1:
        noted.append((What.CASE_SPLIT, str(len(asked))))
    return [(one, _question(one.name, one.interaction, one.text, words, noted)) for one in asked], noted


def _question(name: str, asked: Simple, text: ItemText, words: tuple[str, str], noted: list[Loss]) -> str:
    if isinstance(asked, NumericEntry) and text.unit:
        noted.append((What.UNIT, text.unit))
        text = replace(text, stem=f"{text.stem} ({text.unit})")
    answers = "\n".join(f"\t{line}" for line in _answers(asked, text, words, noted))
    start = "{#" if isinstance(asked, NumericEntry) else "{"
    return f"::{_escaped(name)}::[plain]{_escaped(text.stem)}{start}\n{answers}\n}}"


def _answers(asked: Simple, text: ItemText, words: tuple[str, str], noted: list[Loss]) -> list[str]:
    match asked:
        case Choice(options=options, key=key, several=several):
            return _options([(text.options[one], one in key, text.feedback.get(one, "")) for one in options], several)
        case MarkingUp(rows=rows, key=key):
            noted.append((What.MARKING_UP, ""))
            shown = marked_rows(text)
            return _options([(shown[row], row in key, text.feedback.get(row, "")) for row in rows], several=True)
        case ReasonedVerdict():
            noted.append((What.REASONED_VERDICT, ""))
            return _options(verdict_pairs(asked, text, words), several=False)
        case Matching():
            return _pairs(asked, text, noted)
        case NumericEntry(value=value, tolerance=tolerance):
            return [
                f"=%100%{decimal(value)}:{decimal(tolerance)}#{_said(text.feedback.get('right', ''))}",
                f"~#{_said(text.feedback.get('wrong', ''))}",
            ]
        case TextEntry():
            return _words(text, noted)
        case Ordering():
            raise NotCarried(What.NOT_IN_FORMAT)


def _options(options: Sequence[tuple[str, bool, str]], several: bool) -> list[str]:
    share: dict[str, Fraction] = {}
    if several:
        names = [str(number) for number in range(len(options))]
        share = weights([name for name, option in zip(names, options, strict=True) if option[1]], names)
    written = []
    for number, (text, right, why) in enumerate(options):
        sign = f"~%{percent(share[str(number)])}" if several else "=" if right else "~"
        written.append(f"{sign}{_said(text)}#{_said(why)}")
    return written


def _pairs(asked: Matching, text: ItemText, noted: list[Loss]) -> list[str]:
    said = [why for why in text.feedback.values() if why]
    if said:
        noted.append((What.PAIRS_FEEDBACK, str(len(said))))
    pairs = dict(mark.split(":", 1) for mark in asked.key)
    taken = set(pairs.values())
    prompts = [(_without_arrow(text.options[one], noted), text.options[pairs[one]]) for one in asked.prompts]
    others = [("", text.options[match]) for match in asked.matches if match not in taken]
    return [f"={_said(prompt)} -> {_escaped(' '.join(match.split()))}" for prompt, match in prompts + others]


def _words(text: ItemText, noted: list[Loss]) -> list[str]:
    """Return the accepted answers.

    Only signs tell GIFT's kinds apart: with an arrow in it, a question with short answers would be one of pairs.
    """
    if any(ARROW in answer for answer in text.accepted):
        raise NotCarried(What.ARROW_IN_ANSWER)
    right, wrong = (_without_arrow(text.feedback.get(one, ""), noted) for one in ("right", "wrong"))
    accepted = [f"=%100%{_said(answer.replace('*', chr(92) + '*'))}#{_said(right)}" for answer in text.accepted]
    return [*accepted, f"=%0%*#{_said(wrong)}"]


def _without_arrow(text: str, noted: list[Loss]) -> str:
    if ARROW in text:
        noted.append((What.ARROW, ""))
    return text.replace(ARROW, "\u2192")


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _said(text: str) -> str:
    """Return *text* so that its beginning is read as nothing else: as a weight, or as the name of a format."""
    return f"[plain]{_escaped(text)}" if text.startswith(("%", "[")) else _escaped(text)
