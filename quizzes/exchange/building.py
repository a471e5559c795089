"""From answers as other systems write them to interactions with their texts, whatever the format was.

Credit is where systems differ most.  Ours follows rules (`quizzes.interactions`), theirs is a percentage for each
answer; where the two come to something else, it is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from string import ascii_lowercase

from quizzes.exchange.plain_text import normal
from quizzes.exchange.report import MOST_ANSWERS, MOST_CHARACTERS, NotCarried, Notes, What
from quizzes.interactions import (
    FALSE,
    LONGEST_TEXT,
    TRUE,
    Choice,
    Matching,
    NumericEntry,
    Ordering,
    ReasonedVerdict,
    Response,
    Simple,
    TextEntry,
    folded,
)
from quizzes.item_text import ItemText

FULL, NOTHING = Fraction(100), Fraction(0)
NEAR = Fraction(1, 1000)
"""Percentages are rounded to five places by who writes them."""
ANYTHING = "*"
"""As an accepted answer: whatever else was written."""
LARGEST = 10**12
"""Numbers have at most twelve digits before their point."""

Built = tuple[Simple, ItemText]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was written, in plain text."""

    line: int
    text: str
    percent: Fraction
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question has."""

    line: int
    title: str
    stem: str
    general_feedback: str = ""


def choice(asked: Asked, answers: Sequence[Answer], *, several: bool, notes: Notes) -> Built:
    """Return a question with options.

    :raises NotCarried: if its key cannot be told.
    """
    _refuse_a_wrong_count(answers)
    names = names_of(len(answers))
    key = _keys(asked, answers, several=several, notes=notes)
    interaction = Choice(names, Response(name for name, right in zip(names, key, strict=True) if right), several)
    feedback = {name: answer.feedback for name, answer in zip(names, answers, strict=True)}
    first = next(name for name, right in zip(names, key, strict=True) if right)
    texts = {name: answer.text for name, answer in zip(names, answers, strict=True)}
    return interaction, _text(asked, texts, feedback, first, notes)


def _keys(asked: Asked, answers: Sequence[Answer], *, several: bool, notes: Notes) -> list[bool]:
    """Return for each answer whether it is right; tell where its percentage means something else here."""
    if several:
        key = [answer.percent > 0 for answer in answers]
        if all(key):
            raise NotCarried(What.NO_WRONG_ANSWER)
        share = FULL / sum(key) if any(key) else NOTHING
        expected = [share if right else -share for right in key]
    else:
        key = [answer.percent >= FULL - NEAR for answer in answers]
        if sum(key) > 1:
            raise NotCarried(What.SEVERAL_KEYS, str(sum(key)))
        expected = [FULL if right else NOTHING for right in key]
    if not any(key):
        raise NotCarried(What.NO_KEY)
    for answer, credit in zip(answers, expected, strict=True):
        if abs(answer.percent - credit) > NEAR:
            notes.add(answer.line, What.CREDIT, f"{percent(answer.percent)} / {percent(credit)}", title=asked.title)
    return key


def reasoned_verdict(asked: Asked, answers: Sequence[Answer], *, notes: Notes) -> Built | None:
    """Return true or false with the reason, if *answers* are its pairs as `verdict_pairs` writes them."""
    half, odd = divmod(len(answers), 2)
    right = [number for number, answer in enumerate(answers) if answer.percent == FULL]
    said = [answer.text.partition(": ") for answer in answers]
    verdicts = {first for first, _colon, _reason in said[:half]}, {first for first, _colon, _reason in said[half:]}
    reasons = [reason for _first, _colon, reason in said]
    if (
        odd
        or half < 2
        or len(right) != 1
        or reasons[:half] != reasons[half:]
        or [len(one) for one in verdicts] != [1, 1]
    ):
        return None
    names = names_of(half)
    interaction = ReasonedVerdict(right[0] < half, names, names[right[0] % half])
    feedback = {TRUE: "", FALSE: ""}
    for number, answer in enumerate(answers):
        of_verdict, _break, of_reason = answer.feedback.partition("\n")
        feedback[TRUE if number < half else FALSE] = of_verdict
        feedback[names[number % half]] = of_reason
    texts = dict(zip(names, reasons[:half], strict=True))
    return interaction, _text(asked, texts, feedback, interaction.reason, notes)


def verdict_pairs(item: ReasonedVerdict, text: ItemText, words: tuple[str, str]) -> list[tuple[str, bool, str]]:
    """Return every verdict with every reason as the options of a choice: text, whether it is right, feedback.

    :param words: for true and for false, in the language of the text.
    """
    return [
        (
            f"{word}: {text.options[reason]}",
            (verdict == TRUE) is item.verdict and reason == item.reason,
            "{}\n{}".format(*(" ".join(text.feedback.get(mark, "").split()) for mark in (verdict, reason))),
        )
        for verdict, word in zip((TRUE, FALSE), words, strict=True)
        for reason in item.reasons
    ]


def true_false(
    asked: Asked, *, verdict: bool, feedback: tuple[str, str], words: tuple[str, str], notes: Notes
) -> Built:
    """Return a statement that is true or false, without reasons, as a choice between the two.

    :param feedback: for who says true, and for who says false.
    """
    notes.add(asked.line, What.TRUE_FALSE, title=asked.title)
    answers = [
        Answer(asked.line, word, FULL if says is verdict else NOTHING, why)
        for says, word, why in zip((True, False), words, feedback, strict=True)
    ]
    return choice(asked, answers, several=False, notes=notes)


def short_text(asked: Asked, answers: Sequence[Answer], *, notes: Notes) -> Built:
    """Return a question that is answered in a few words."""
    accepted: dict[str, str] = {}
    right = wrong = ""
    for answer in answers:
        said = _without_wildcards(answer.text)
        if answer.text == ANYTHING:
            wrong = wrong or answer.feedback
        elif said is None:
            notes.add(answer.line, What.WILDCARD, answer.text, title=asked.title)
        elif answer.percent < FULL - NEAR:
            _partly_right(asked, answer, notes)
        elif not said or len(said) > LONGEST_TEXT:
            raise NotCarried(What.TOO_LONG if said else What.NO_KEY, line=answer.line)
        else:
            accepted.setdefault(folded(said), said)
            if right and answer.feedback not in ("", right):
                notes.add(answer.line, What.ANSWER_FEEDBACK, answer.feedback, title=asked.title)
            right = right or answer.feedback
    if not accepted:
        raise NotCarried(What.NO_KEY)
    text = _text(asked, {}, {"right": right, "wrong": wrong}, "right", notes)
    words = tuple(accepted.values())
    return TextEntry(Response(words)), _with_accepted(text, words)


def _partly_right(asked: Asked, answer: Answer, notes: Notes) -> None:
    said = f"{answer.text} ({percent(answer.percent)})"
    notes.add(
        answer.line, What.PARTLY_RIGHT, said + (f": {answer.feedback}" if answer.feedback else ""), title=asked.title
    )


def _without_wildcards(text: str) -> str | None:
    r"""Return *text* with ``\*`` as the sign itself; nothing where an asterisk stands for anything."""
    parts = text.split("\\*")
    return None if any("*" in part for part in parts) else normal("*".join(parts))


def numeric(asked: Asked, answers: Sequence[Answer], *, unit: str = "", notes: Notes) -> Built:
    """Return a question that is answered by a number; the text of an answer is ``value:tolerance`` or ``from..to``."""
    found: NumericEntry | None = None
    right = wrong = ""
    for answer in answers:
        if answer.text in ("", ANYTHING):
            wrong = wrong or answer.feedback
        elif answer.percent < FULL - NEAR or found is not None:
            _partly_right(asked, answer, notes)
        else:
            found, right = _number(answer), answer.feedback
    if found is None:
        raise NotCarried(What.NO_KEY)
    text = _text(asked, {}, {"right": right, "wrong": wrong}, "right", notes)
    return found, ItemText(stem=text.stem, options={}, feedback=text.feedback, unit=unit)


def _number(answer: Answer) -> NumericEntry:
    low, dots, high = answer.text.partition("..")
    if dots:
        least, most = _decimal(low, answer), _decimal(high, answer)
        value, tolerance = (least + most) / 2, abs(most - least) / 2
    else:
        said, _colon, margin = answer.text.partition(":")
        value, tolerance = _decimal(said, answer), abs(_decimal(margin or "0", answer))
    if any(abs(one) >= LARGEST or (one * 10**6).denominator != 1 for one in (value, tolerance)):
        raise NotCarried(What.NOT_A_NUMBER, answer.text, answer.line)
    return NumericEntry(value, tolerance)


def _decimal(written: str, answer: Answer) -> Fraction:
    try:
        number = Decimal(written.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    # An exponent of thousands of digits would be written out before it could be refused.
    if not number.is_finite() or number.adjusted() > 12 or len(number.as_tuple().digits) > 40:
        raise NotCarried(What.NOT_A_NUMBER, answer.text, answer.line)
    return Fraction(number) if number.adjusted() > -40 else NOTHING


def matching(asked: Asked, pairs: Sequence[tuple[str, str, str]], *, notes: Notes) -> Built:
    """Return prompts to match, from *pairs* of prompt, match and feedback; no prompt: a distractor."""
    matches = list(dict.fromkeys(match for _prompt, match, _why in pairs))
    prompted = [pair for pair in pairs if pair[0]]
    if len(prompted) < 2 or len(matches) < 2 or not all(matches):
        raise NotCarried(What.TOO_FEW)
    prompts = tuple(f"p{number}" for number in range(1, len(prompted) + 1))
    names = {match: f"m{number}" for number, match in enumerate(matches, start=1)}
    key = Response(f"{name}:{names[pair[1]]}" for name, pair in zip(prompts, prompted, strict=True))
    texts = {name: pair[0] for name, pair in zip(prompts, prompted, strict=True)}
    texts |= {name: match for match, name in names.items()}
    feedback = {name: pair[2] for name, pair in zip(prompts, prompted, strict=True)}
    return Matching(prompts, tuple(names.values()), key), _text(asked, texts, feedback, prompts[0], notes)


def ordering(asked: Asked, steps: Sequence[tuple[str, str]], *, notes: Notes) -> Built:
    """Return steps to put in order, from their texts and feedback in the right order."""
    if len(steps) < 3:
        raise NotCarried(What.TOO_FEW)
    names = names_of(len(steps))
    texts = {name: step for name, (step, _why) in zip(names, steps, strict=True)}
    feedback = {name: why for name, (_step, why) in zip(names, steps, strict=True)}
    return Ordering(names), _text(asked, texts, feedback, names[0], notes)


def _text(asked: Asked, options: dict[str, str], feedback: dict[str, str], key: str, notes: Notes) -> ItemText:
    """Return the texts; what is said to everybody stands with *key*, and missing feedback is told."""
    if not asked.stem:
        raise NotCarried(What.NO_QUESTION)
    if asked.general_feedback:
        feedback[key] = normal(f"{feedback[key]}\n{asked.general_feedback}")
        notes.add(asked.line, What.GENERAL_FEEDBACK, title=asked.title)
    if not all(options.values()):
        raise NotCarried(What.TOO_FEW)
    if any(len(text) > MOST_CHARACTERS for text in (asked.stem, *options.values(), *feedback.values())):
        raise NotCarried(What.TOO_LONG)
    there = {name: text for name, text in feedback.items() if text}
    if missing := len(feedback) - len(there):
        notes.add(asked.line, What.NO_FEEDBACK, missing, title=asked.title)
    return ItemText(stem=asked.stem, options=options, feedback=there)


def _with_accepted(text: ItemText, accepted: tuple[str, ...]) -> ItemText:
    return ItemText(stem=text.stem, options={}, feedback=text.feedback, accepted=accepted)


def _refuse_a_wrong_count(answers: Sequence[Answer]) -> None:
    if len(answers) < 2:
        raise NotCarried(What.TOO_FEW)
    if len(answers) > MOST_ANSWERS:
        raise NotCarried(What.TOO_LONG)


def names_of(count: int) -> tuple[str, ...]:
    """Return ids for *count* options: ``a``, ``b``, and so on; after ``z`` comes ``aa``."""
    return tuple(_name(number) for number in range(count))


def _name(number: int) -> str:
    before, last = divmod(number, len(ascii_lowercase))
    return (_name(before - 1) if before else "") + ascii_lowercase[last]


def percent(value: Fraction) -> str:
    """Return *value* as who writes such files would: ``50%``, ``33.33333%``."""
    return f"{float(round(value, 5)):.5f}".rstrip("0").rstrip(".") + "%"


def weights(key: Iterable[str], options: Iterable[str]) -> dict[str, Fraction]:
    """Return the percentage of each option by which others come to our credit: right ones less wrong ones."""
    right = set(key)
    share = FULL / len(right)
    return {option: share if option in right else -share for option in options}
