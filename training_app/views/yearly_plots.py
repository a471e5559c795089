"""The yearly figures as pictures and tables: each picture is a table too, and each number stands in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from training_app.rules.disclosure import Form
from training_app.rules.yearly_figures import Figure, Row
from training_app.rules.yearly_report import Report
from training_app.wording import figures as words


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture, as the component for bars knows it."""

    caption: str
    label_heading: str
    value_heading: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by tool, the last column their total."""

    caption: str
    row_heading: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Section:
    """*left_out*: what stands in place of a picture where there is nothing to show."""

    id: str
    title: str
    text: str
    bars: list[Bars] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    left_out: str = ""


def of_agency(report: Report) -> list[Section]:
    """Return the sections of the agency's page: totals over its tools, and the tools beside each other."""
    pick = _Picked(report)
    return [
        Section(
            "training",
            _("Training and certification"),
            _training_text() + " " + _("Officers count once for every tool."),
            bars=[
                pick.by_tool(Figure.TRAINED, _("Officers trained")),
                pick.by_part(None, Figure.CERTIFIED, _("Officers certified, all tools"), _("What for")),
            ],
            tables=pick.tables((Figure.CERTIFIED, _("Officers certified, by tool"), _("What for")), whole=False),
        ),
        pick.refusals(None, tables=True),
        pick.updates([tool.slug for tool in report.tools]),
        Section(
            "emergencies",
            _("Used in an emergency"),
            _emergency_text(),
            bars=[pick.by_tool(Figure.EMERGENCIES, _("Emergency accesses confirmed"))],
        ),
        Section(
            "reports",
            _("Reports and incidents"),
            _reports_text(),
            bars=[
                pick.by_part(None, Figure.REPORTS, _("Reports by officers"), _("What came of them")),
                pick.by_part(None, Figure.INCIDENTS, _("Incidents reported by citizens"), _("What came of them")),
                pick.whole(None, (Figure.INCIDENTS_NO_TOOL,), _("Incidents of which nobody could name the tool")),
            ],
            tables=pick.tables(
                (Figure.REPORTS, _("Reports by officers, by tool"), _("What came of them")),
                (Figure.INCIDENTS, _("Incidents reported by citizens, by tool"), _("What came of them")),
                whole=True,
            ),
        ),
    ]


def of_tool(report: Report, tool: str) -> list[Section]:
    """Return the sections of one tool's page."""
    pick = _Picked(report)
    return [
        Section(
            "training",
            _("Training and certification"),
            _training_text(),
            bars=[
                pick.whole(tool, (Figure.TRAINED,), _("Officers trained")),
                pick.by_part(tool, Figure.CERTIFIED, _("Officers certified"), _("What for")),
            ],
        ),
        pick.refusals(tool, tables=False),
        pick.updates([tool]),
        Section(
            "emergencies",
            _("Used in an emergency"),
            _emergency_text(),
            bars=[pick.whole(tool, (Figure.EMERGENCIES,), _("Emergency accesses"))],
        ),
        Section(
            "reports",
            _("Reports and incidents"),
            _reports_text(),
            bars=[
                pick.by_part(tool, Figure.REPORTS, _("Reports by officers"), _("What came of them")),
                pick.by_part(tool, Figure.INCIDENTS, _("Incidents reported by citizens"), _("What came of them")),
            ],
        ),
    ]


def _training_text() -> str:
    return _(
        "Trained is who passed a test that the tool asks for, signed to have read what changed, or was signed off at "
        "work by an assessor. Certified is who met all that is asked."
    )


def _emergency_text() -> str:
    return _(
        "In a danger to life a supervisor can let an officer use a tool for some minutes while something is missing. "
        "Each time two people act, and it is recorded."
    )


def _reports_text() -> str:
    return _(
        "Officers report results that were wrong, or that treated a group worse than others; citizens report what a "
        "tool did to them. Counted is what was reported in the year, as it stood at its end."
    )


@dataclass(frozen=True, slots=True)
class _Picked:
    """Rows of a report, picked and put into pictures."""

    report: Report

    def rows(self, tool: str | None, figure: Figure) -> list[Row]:
        return [row for row in self.report.of(tool) if row.figure is figure]

    def by_tool(self, figure: Figure, caption: str) -> Bars:
        """Return a picture with one bar for each tool, of the figure as a whole."""
        found = [(one.name, row) for one in self.report.tools for row in self.rows(one.slug, figure) if not row.part]
        return _bars(caption, _("Tool"), found)

    def by_part(self, tool: str | None, figure: Figure, caption: str, heading: str) -> Bars:
        """Return a picture with one bar for each part; of nothing at all, with the whole alone."""
        rows = self.rows(tool, figure)
        parts = [row for row in rows if row.part]
        if any(row.number != 0 for row in parts) or len(parts) == len(rows):
            return _bars(caption, heading, [(words.part(row), row) for row in parts])
        return _bars(caption, heading, [(_("Together"), row) for row in rows if not row.part])

    def whole(self, tool: str | None, figures: Iterable[Figure], caption: str) -> Bars:
        names = {
            Figure.TRAINED: _("Trained"),
            Figure.EMERGENCIES: _("Confirmed"),
            Figure.INCIDENTS_NO_TOOL: _("Reported by citizens"),
        }
        found = [(names[figure], row) for figure in figures for row in self.rows(tool, figure) if not row.part]
        return _bars(caption, _("Figure"), found)

    def tables(self, *asked: tuple[Figure, str, str], whole: bool) -> list[Table]:
        """Return a table for each figure with its caption and heading, but of nothing at all.

        None where there is one tool: its own page says the same.
        """
        there = [one for one in asked if any(row.number != 0 for row in self.rows(None, one[0]))]
        return [self.table(*one, whole=whole) for one in there] if len(self.report.tools) > 1 else []

    def table(self, figure: Figure, caption: str, heading: str, *, whole: bool = False) -> Table:
        """Return parts by tool, with the total of each; *whole*: with the total of each tool as the last row."""
        parts = [row.part for row in self.rows(None, figure) if row.part] + ([""] if whole else [])
        columns: list[str | None] = [*(one.slug for one in self.report.tools), None]
        by_part = {(row.tool, row.part): row for row in self.report.rows if row.figure is figure}
        return Table(
            caption,
            heading,
            [*(one.name for one in self.report.tools), _("Together")],
            [
                (
                    words.part(by_part[None, part]) if part else _("Together"),
                    [words.value(by_part[tool, part]) for tool in columns],
                )
                for part in parts
            ],
        )

    def refusals(self, tool: str | None, *, tables: bool) -> Section:
        text = _(
            "A tool asks before each use whether this officer may. A refusal gives every ground that holds, and counts "
            "under each. Where fewer than five officers stand behind refusals, their number is not told either."
        )
        title = _("Refusals")
        if not self.report.refusals_kept:
            return Section("refusals", title, text, left_out=_refusals_let_go())
        if all(row.number == 0 for row in self.rows(tool, Figure.OFFICERS_REFUSED)):
            return Section("refusals", title, text, left_out=_("Nobody was refused in the year."))
        officers, decisions = Figure.OFFICERS_REFUSED, Figure.REFUSALS
        return Section(
            "refusals",
            title,
            text,
            bars=[
                self.by_part(tool, officers, _("Officers refused, by ground"), _("Ground")),
                self.by_part(tool, decisions, _("Refusals, by ground"), _("Ground")),
            ],
            tables=self.tables(
                (officers, _("Officers refused, by ground and tool"), _("Ground")),
                (decisions, _("Refusals, by ground and tool"), _("Ground")),
                whole=True,
            )
            if tables
            else [],
        )

    def updates(self, tools: Sequence[str]) -> Section:
        """Return how long it took until officers were retrained, and how many went on meanwhile in a grace."""
        text = _(
            "When a version came out, officers who were certified were trained on what it changed. The days count from "
            "its release until nine of ten officers had done so."
        )
        title = _("When a tool changed")
        names = {one.slug: one.name for one in self.report.tools}
        days = [(f"{names[tool]} {row.part}", row) for tool in tools for row in self.rows(tool, Figure.RETRAINED)]
        graces = [
            (f"{names[tool]} {row.part}", row) for tool in tools for row in self.rows(tool, Figure.GRACES) if row.part
        ]
        if not days and not graces:
            return Section("updates", title, text, left_out=_("No new version asked for training in the year."))
        asked = [(f"{names[tool]} {row.part}", row) for tool in tools for row in self.rows(tool, Figure.TO_RETRAIN)]
        pictures = [
            _bars(_("Days until 90 percent were retrained"), _("Version"), days),
            _bars(_("Officers who had to be retrained"), _("Version"), asked),
            _bars(_("Officers who went on in a grace before they were retrained"), _("Version"), graces),
        ]
        return Section("updates", title, text, bars=[one for one in pictures if one.rows])


def _refusals_let_go() -> str:
    return _(
        "These figures cannot be made any more: decisions of that year have been deleted after the time for which they "
        "are kept, and we count none of a part. A report that was made before has them."
    )


def _bars(caption: str, heading: str, found: Sequence[tuple[str, Row]]) -> Bars:
    """Return a picture in which a withheld number has no bar, and its words instead."""
    lengths = [_length(row) for _name, row in found]
    longest = max(lengths, default=0)
    rows = [
        {"label": name, "value": length, "max": longest, "text": words.value(row)}
        for (name, row), length in zip(found, lengths, strict=True)
    ]
    return Bars(caption, heading, _("Number"), rows)


def _length(row: Row) -> int:
    return 0 if row.number is None or row.form is Form.FEWER_THAN else row.number
