"""Statistics in words: what to look at first in an item, and how much a figure can bear."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask_babel import format_decimal, format_percent, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from quizzes.differential_functioning import Comparison, SizeClass
from quizzes.reliability import AIM, Coefficient, Reliability
from quizzes.scored_papers import Weight
from quizzes.statistics import (
    IDLE_ALTERNATIVE,
    TOO_EASY,
    TOO_HARD,
    WEAK_CORRELATION,
    Estimate,
    ItemStatistics,
    is_right,
    strongest_wrong,
)
from training_app.services.item_statistics import ItemRecord

WEIGHTS: Mapping[Weight, Any] = {
    Weight.SILENT: _l("Too few officers"),
    Weight.TENTATIVE: _l("Tentative"),
    Weight.FIRM: _l("Firm"),
}

COEFFICIENTS: Mapping[Coefficient, Any] = {
    Coefficient.KR_20: _l("KR-20"),
    Coefficient.ALPHA: _l("Coefficient alpha"),
    Coefficient.ALPHA_OF_DRAWN_PAPERS: _l("Coefficient alpha of drawn papers"),
}

SIZES: Mapping[SizeClass, Any] = {
    SizeClass.A: _l("A: negligible"),
    SizeClass.B: _l("B: moderate, look at it"),
    SizeClass.C: _l("C: large, mend it or say why not"),
}

OFTEN_LEFT_BLANK = 0.10

UNKNOWN = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that says what to look at."""

    text: str
    urgency: int
    """3: something may be wrong with the item; 2: it does little for the paper; 1: it could be better."""


def share(value: float | None) -> str:
    """Return a share from 0 to 1 in whole percent; a dash where it is not known."""
    return UNKNOWN if value is None else str(format_percent(value, "#,##0%"))


def figure(value: float | None) -> str:
    """Return a coefficient with two places; a dash where it is not known."""
    return UNKNOWN if value is None else str(format_decimal(value, "0.00"))


def between(estimate: Estimate | None, written: Any = figure) -> str:
    """Return the interval around *estimate*; empty where it is not known."""
    if estimate is None:
        return ""
    return _("%(low)s to %(high)s", low=written(estimate.low), high=written(estimate.high))


def language_name(tag: str) -> str:
    """Return what a language is called in that of the reader."""
    return str(Locale.parse(tag, sep="-").get_display_name(str(get_locale())) or tag)


def remarks(record: ItemRecord, said: Mapping[str, str]) -> list[Remark]:
    """Return what to look at in an item, the most urgent first; empty where nothing is known or all is well.

    :param said: what each mark of an answer says, in the reader's language.
    """
    if record.void or record.statistics.weight is Weight.SILENT:
        return []
    found = [*_of_key(record, said), *_of_facility(record.statistics), *_of_alternatives(record, said)]
    found += [*_of_blanks(record.statistics), *_of_groups(record)]
    return sorted(found, key=lambda remark: -remark.urgency)


def _of_key(record: ItemRecord, said: Mapping[str, str]) -> Iterator[Remark]:
    correlation = record.statistics.rest_correlation
    if correlation is not None and correlation.value < 0:
        text = _(
            "Officers who do well on the rest of the paper get this wrong more often than the others. Check the key."
        )
        yield Remark(text, 3)
    elif correlation is not None and correlation.value < WEAK_CORRELATION:
        yield Remark(_("It hardly tells officers who do well on the rest of the paper from those who do not."), 2)
    wrong = strongest_wrong(record.statistics, record.item.interaction)
    if wrong is not None:
        answer = said.get(wrong.mark, wrong.mark)
        text = _("The best officers choose a wrong answer more often than the weakest: “%(answer)s”.", answer=answer)
        yield Remark(text + " " + _("Perhaps it can be defended, or the question misleads."), 3)


def _of_facility(found: ItemStatistics) -> Iterator[Remark]:
    value = found.facility.value if found.facility else None
    if value is None:
        return
    if value < TOO_HARD:
        yield Remark(_("Fewer than three in ten points are earned. Is it taught, and is the question clear?"), 2)
    elif value < 0.5:
        yield Remark(_("Fewer than half of the points are earned. Look at what the lesson says about it."), 1)
    elif value > TOO_EASY:
        yield Remark(_("Nearly everybody gets it right, so it says little about anybody."), 1)


def _of_alternatives(record: ItemRecord, said: Mapping[str, str]) -> Iterator[Remark]:
    idle = [
        said.get(one.mark, one.mark)
        for one in record.statistics.alternatives
        if one.share < IDLE_ALTERNATIVE and not is_right(record.item.interaction, one.mark)
    ]
    if idle:
        answers = ", ".join(_("“%(answer)s”", answer=answer) for answer in idle)
        yield Remark(_("Fewer than one in twenty choose: %(answers)s.", answers=answers), 1)


def _of_blanks(found: ItemStatistics) -> Iterator[Remark]:
    if found.omission is not None and found.omission > OFTEN_LEFT_BLANK:
        yield Remark(_("%(share)s leave it blank, or a part of it.", share=share(found.omission)), 2)


def _of_groups(record: ItemRecord) -> Iterator[Remark]:
    for one in record.comparisons:
        if one.found is not None and one.found.size is not SizeClass.A:
            urgent = one.found.size is SizeClass.C and one.weight is Weight.FIRM
            yield Remark(harder_for(one), 3 if urgent else 2)


def harder_for(one: Comparison) -> str:
    """Return who finds an item harder, at the same standing on the rest; only of a comparison that found something."""
    assert one.found is not None
    harder, easier = (one.group, one.reference) if one.found.delta < 0 else (one.reference, one.group)
    text = _(
        "At the same standing it is harder in %(harder)s than in %(easier)s. Compare the two texts.",
        harder=language_name(harder),
        easier=language_name(easier),
    )
    return f"{text} {_('Tentative.')}" if one.weight is Weight.TENTATIVE else text


def of_reliability(found: Reliability) -> str:
    """Return what a paper's reliability means for who decides by it."""
    if found.alpha is None:
        return ""
    if found.alpha.value >= AIM:
        return _("Another paper from this bank would rank officers much the same.")
    if found.alpha.high >= AIM:
        return _("It may reach 0.80, which decisions on people ask for, or fall short of it: more papers will tell.")
    return _(
        "It falls short of 0.80, which decisions on people ask for. Longer papers, and items that tell more, raise it."
    )


def seconds(value: float | None) -> str:
    """Return a time as minutes and seconds; a dash where it is not known."""
    if value is None:
        return UNKNOWN
    minutes, rest = divmod(round(value), 60)
    return (
        _("%(seconds)s s", seconds=rest)
        if not minutes
        else _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)
    )
