r"""Questions with gaps inside of their text, Moodle's "embedded answers": ``{2:MULTICHOICE_VS:=yes#why~no#why not}``.

A case with parts is written as one, and read from one.  ``\} \~ \# \\`` are the signs themselves.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizzes.exchange import building
from quizzes.exchange.building import FULL, NOTHING, Answer, Asked, Built, percent, weights
from quizzes.exchange.plain_text import as_html
from quizzes.exchange.report import NotCarried, Notes, What
from quizzes.interactions import Case, Choice, Interaction, NumericEntry, Part, Simple, TextEntry, decimal
from quizzes.item_text import ItemText

_GAP = re.compile(r"\{([0-9]{0,3}):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_START = re.compile(r"\{[0-9]{0,3}:[A-Z_]+:")
_BROKEN = re.compile(r"\{[^{}]{0,20}[A-Z]{2}[^{}=~]{0,20}:[^{}=~]{0,200}[=~][^{}]{0,200}\}")
"""What its author surely meant for a gap: officers would read its answers in the question."""
_ALTERNATIVE = re.compile(r"(?:\\.|[^\\~])+", re.DOTALL)
_WEIGHT = re.compile(r"\s*(?:=|%(-?[0-9]{1,3}(?:[.,][0-9]{1,10})?)%)")
_SIGN = re.compile(r'\\([\\}~=#/"%{])')
_ESCAPED = re.compile(r"([\\}~#])")
_SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_SINGLE = re.compile("MULTICHOICE(_(V|H|S|VS|HS))?|MC(V|H|S|VS|HS)?")
_SEVERAL = re.compile("MULTIRESPONSE(_(H|S|HS))?|MR(H|S|HS)?")
_NUMERIC = {"NUMERICAL", "NM"}

MARK = "\ue000{}\ue001"
"""Where a gap stood, in characters that have no meaning but a private one."""
_MARKED = re.compile("\ue000([0-9]+)\ue001")
BLANK = "_____"
MOST_GAPS = 30

Plain = Callable[[str], str]
"""From a text as it stands in the file to plain text."""


def fits(case: Case) -> bool:
    """Tell whether every part of *case* can be written as a gap."""
    return all(isinstance(part.interaction, Choice | NumericEntry | TextEntry) for part in case.parts)


def written(case: Case, text: ItemText) -> str:
    """Return the HTML of *case*: its scenario, then each part with its gap."""
    parts = [
        f"<p>{_in_one_paragraph(text.parts[part.id].stem)}<br>{_gap(part, text.parts[part.id])}</p>"
        for part in case.parts
    ]
    return f"<p>{_without_gaps(text.stem)}</p>" + "".join(parts)


def _in_one_paragraph(stem: str) -> str:
    return _without_gaps(re.sub(r"\n+", "\n", stem))


def _without_gaps(text: str) -> str:
    return as_html(text).replace("{", "&#123;")


def _gap(part: Part, text: ItemText) -> str:
    name, alternatives = _alternatives(part.interaction, text)
    unit = f" {as_html(text.unit)}" if text.unit else ""
    return f"{{{part.points}:{name}:{'~'.join(alternatives)}}}{unit}"


def _alternatives(asked: Simple, text: ItemText) -> tuple[str, list[str]]:
    right, wrong = (_said(text.feedback.get(one, "")) for one in ("right", "wrong"))
    match asked:
        case Choice(options=options, key=key, several=several):
            share = weights(key, options) if several else {}
            signs = {one: f"%{_bare(share[one])}%" if several else "=" if one in key else "%0%" for one in options}
            said = [f"{signs[one]}{_said(text.options[one])}#{_said(text.feedback.get(one, ''))}" for one in options]
            return "MULTIRESPONSE_S" if several else "MULTICHOICE_VS", said
        case NumericEntry(value=value, tolerance=tolerance):
            return "NUMERICAL", [f"={decimal(value)}:{decimal(tolerance)}#{right}", f"%0%*#{wrong}"]
        case _:
            accepted = [answer.replace("*", "\\*") for answer in text.accepted]
            return "SHORTANSWER", [*(f"={_said(answer)}#{right}" for answer in accepted), f"%0%*#{wrong}"]


def _bare(share: Fraction) -> str:
    return percent(share).removesuffix("%")


def _said(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", as_html(text))


@dataclass(frozen=True, slots=True)
class _Gap:
    points: int
    kind: str
    inside: str


def read(source: str, asked: Asked, plain: Plain, notes: Notes) -> tuple[Interaction, ItemText, int]:
    """Return what a text with gaps asks, with its points: a case, or with a single gap a question.

    :param source: the text as it stands in the file.
    :param asked: with a title, and a stem that is not looked at.
    :raises NotCarried: if a gap cannot be read.
    """
    if len(_START.findall(source)) > MOST_GAPS:
        raise NotCarried(What.TOO_LONG)
    gaps: list[_Gap] = []

    def mark(found: re.Match[str]) -> str:
        gaps.append(_Gap(int(found[1] or 1) or 1, found[2], found[3]))
        return MARK.format(len(gaps) - 1)

    marked = _GAP.sub(mark, source)
    if broken := _BROKEN.search(marked):
        raise NotCarried(What.GAP, broken[0][:80])
    text = plain(marked)
    # Markup may have swallowed a gap, or the text have held such characters itself.
    if not gaps or _MARKED.findall(text) != [str(number) for number in range(len(gaps))]:
        raise NotCarried(What.GAP)
    scenario, stems = _stems(text)
    built = [
        _built(gap, Asked(asked.line, asked.title, stem), plain, notes) for gap, stem in zip(gaps, stems, strict=True)
    ]
    points = sum(gap.points for gap in gaps)
    if len(gaps) == 1:
        interaction, own = built[0]
        stem = f"{scenario}\n\n{own.stem}".strip()
        return interaction, _with_stem(own, stem), points
    names = building.names_of(len(gaps))
    parts = tuple(Part(name, gap.points, one[0]) for name, gap, one in zip(names, gaps, built, strict=True))
    texts = {name: one[1] for name, one in zip(names, built, strict=True)}
    return Case(parts), ItemText(stem=scenario or asked.title, options={}, feedback={}, parts=texts), points


def _with_stem(text: ItemText, stem: str) -> ItemText:
    return ItemText(stem, text.options, text.feedback, unit=text.unit, accepted=text.accepted)


def _stems(text: str) -> tuple[str, list[str]]:
    """Return the scenario, which is what stands before the first paragraph with a gap, and the stem of each gap."""
    scenario: list[str] = []
    stems: list[str] = []
    for paragraph in text.split("\n\n"):
        there = _MARKED.findall(paragraph)
        if there:
            stems += _stems_of(paragraph)
        elif stems:
            stems[-1] = f"{stems[-1]}\n{paragraph}".strip()
        else:
            scenario.append(paragraph)
    return "\n\n".join(scenario).strip(), stems


def _stems_of(paragraph: str) -> Iterator[str]:
    """Yield a stem for each gap: its line with those before it that have no gap; other gaps of the line are numbers."""
    before: list[str] = []
    for line in paragraph.split("\n"):
        there = _MARKED.findall(line)
        for number in there:
            own = [*before, line if len(there) > 1 or line.strip() != MARK.format(number) else ""]
            yield _with_blanks("\n".join(own), number).strip()
        before = [] if there else [*before, line]


def _with_blanks(text: str, own: str) -> str:
    only = len(_MARKED.findall(text)) == 1
    if only and text.rstrip().endswith(MARK.format(own)):
        return text.rstrip().removesuffix(MARK.format(own))
    return _MARKED.sub(lambda found: BLANK if found[1] == own else f"({int(found[1]) + 1})", text)


def _built(gap: _Gap, asked: Asked, plain: Plain, notes: Notes) -> Built:
    answers = [_answer(found[0], asked.line, plain) for found in _ALTERNATIVE.finditer(gap.inside)]
    several = _SEVERAL.fullmatch(gap.kind) is not None
    if several or _SINGLE.fullmatch(gap.kind):
        return building.choice(asked, answers, several=several, notes=notes)
    if gap.kind in _NUMERIC:
        return building.numeric(asked, answers, notes=notes)
    if gap.kind in _SHORT:
        if gap.kind.endswith("C"):
            notes.add(asked.line, What.CAPITALS, title=asked.title)
        return building.short_text(asked, answers, notes=notes)
    raise NotCarried(What.GAP, gap.kind)


def _answer(written: str, line: int, plain: Plain) -> Answer:
    share, found = NOTHING, _WEIGHT.match(written)
    if found:
        share = FULL if found[1] is None else Fraction(found[1].replace(",", "."))
        written = written[found.end() :]
    said, why = _split_at_feedback(written)
    return Answer(line, plain(_SIGN.sub(r"\1", said)), share, plain(_SIGN.sub(r"\1", why)))


def _split_at_feedback(written: str) -> Sequence[str]:
    found = re.search(r"(?<!\\)(?:\\\\)*#", written)
    return (written, "") if found is None else (written[: found.end() - 1], written[found.end() :])
