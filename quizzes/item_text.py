"""What an item says in one language: its question, its options, and why each is right or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from courses.fields import Fields
from quizzes.interaction_fields import texts_needed
from quizzes.interactions import Case, Interaction, MarkingUp, NumericEntry, Simple, TextEntry


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item, or a part of a case, in one language.

    What an interaction has no use for stays empty.
    """

    stem: str
    """The question; of a case its scenario."""
    options: Mapping[str, str]
    """By the id of an option, a reason, a prompt or a match."""
    feedback: Mapping[str, str]
    """By the id of an option, a reason, a verdict, a prompt or a row; where something is entered, ``right`` and
    ``wrong``."""
    columns: tuple[str, ...] = ()
    """Headings of a table to be marked up."""
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Cells of such a table, one for each heading, by the id of the row."""
    unit: str = ""
    """What a number counts, behind its field."""
    accepted: tuple[str, ...] = ()
    """Right answers in words, the best first."""
    parts: Mapping[str, "ItemText"] = field(default_factory=dict)
    """The parts of a case by their id."""
    translates: str = ""
    """Of a translation: which text of the source language it says, by `courses.translations.digest_of`."""

    def to_json(self) -> dict[str, object]:
        """Return the text as JSON values, in the form of ``<language>.toml``, without what is empty."""
        written: dict[str, object] = {"stem": self.stem}
        if self.options:
            written["options"] = dict(self.options)
        if self.feedback:
            written["feedback"] = dict(self.feedback)
        if self.columns:
            written["columns"] = list(self.columns)
            written["rows"] = {row: list(cells) for row, cells in self.rows.items()}
        if self.unit:
            written["unit"] = self.unit
        if self.accepted:
            written["accepted"] = list(self.accepted)
        if self.parts:
            written["parts"] = {part: text.to_json() for part, text in self.parts.items()}
        if self.translates:
            written["translates"] = self.translates
        return written


def read_text(fields: Fields, interaction: Interaction) -> ItemText:
    """Return the text that *fields* hold for *interaction*; fit for use only without faults."""
    if isinstance(interaction, Case):
        return _case_text(fields, interaction)
    options, feedback = texts_needed(interaction)
    text = ItemText(
        stem=fields.text("stem"),
        options=_by_id(fields, "options", options),
        feedback=_by_id(fields, "feedback", feedback),
        columns=fields.strings("columns") if isinstance(interaction, MarkingUp) else (),
        rows=_rows(fields, interaction),
        unit=fields.text("unit") if isinstance(interaction, NumericEntry) and fields.has("unit") else "",
        accepted=fields.strings("accepted") if isinstance(interaction, TextEntry) else (),
        translates=fields.text("translates") if fields.has("translates") else "",
    )
    if isinstance(interaction, TextEntry) and not text.accepted:
        fields.note("has no accepted answer")
    for row, cells in text.rows.items():
        if len(cells) != len(text.columns):
            fields.note(f"has {len(cells)} cells in row '{row}' for {len(text.columns)} columns")
    fields.close()
    return text


def _case_text(fields: Fields, case: Case) -> ItemText:
    translates = fields.text("translates") if fields.has("translates") else ""
    stem, by_part = fields.text("stem"), fields.table("parts", place=f"{fields.place} parts".strip())
    there, texts = by_part.names(), {}
    for part in case.parts:
        if part.id in there:
            texts[part.id] = read_text(
                by_part.table(part.id, place=f"{fields.place} part '{part.id}'"), part.interaction
            )
        else:
            fields.note(f"lacks part '{part.id}'")
    for unknown in sorted(set(there) - {part.id for part in case.parts}):
        fields.note(f"has part '{unknown}', which its case does not have")
    fields.close()
    return ItemText(stem=stem, options={}, feedback={}, parts=texts, translates=translates)


def _by_id(fields: Fields, name: str, needed: tuple[str, ...]) -> dict[str, str]:
    written = fields.texts(name) if needed else fields.optional_texts(name)
    for entry in needed:
        if entry not in written:
            fields.note(f"lacks '{name}' for option '{entry}'")
    for unknown in sorted(set(written) - set(needed)):
        fields.note(f"has '{name}' for '{unknown}', which is not an option")
    return written


def _rows(fields: Fields, interaction: Simple) -> dict[str, tuple[str, ...]]:
    if not isinstance(interaction, MarkingUp):
        return {}
    by_row = fields.table("rows", place=f"{fields.place} rows".strip())
    there = by_row.names()
    for missing in [row for row in interaction.rows if row not in there]:
        fields.note(f"lacks row '{missing}'")
    for unknown in sorted(set(there) - set(interaction.rows)):
        fields.note(f"has row '{unknown}', which its item does not have")
    return {row: by_row.cells(row) for row in interaction.rows if row in there}
