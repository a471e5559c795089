"""How the question of an item is written: what the forms of every kind share; the kinds: `question_kinds`.

The names of options, rows and parts are ours.  A page carries them along with what is written in each row, empty rows
included, so that an option keeps its name however often it is saved.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, HiddenField, TextAreaField

from courses.fields import SLUG
from quizzes.parts import Content

MOST_ROWS = 100
LEAST_ROWS = 4
"""How many rows a list shows at first, filled in or not."""

LETTERS = (*ascii_lowercase, *(f"{one}{two}" for one in ascii_lowercase for two in ascii_lowercase))

FEEDBACK = "feedback"
TOLD = _l("What the officer is told about it")

Texts = Mapping[str, Content]
"""What a question says, by language, in the form of ``<language>.toml``."""
Row = dict[str, Any]


def numbered(letter: str) -> tuple[str, ...]:
    """Return the names ``p1``, ``p2`` and so on."""
    return tuple(f"{letter}{number}" for number in range(1, 1000))


def fresh_id(taken: Collection[str], names: Sequence[str]) -> str:
    """Return the first of *names* after all of them that are *taken*, so that no gap between them is filled."""
    last = max((place for place, name in enumerate(names) if name in taken), default=-1)
    later = names[last + 1 :]
    return later[0] if later else next(name for name in names if name not in taken)


def as_kept(text: str | None) -> str:
    """Return *text* as it is kept: lines end in one way, and nothing stands around it."""
    return re.sub(r"\r\n?", "\n", text or "").strip()


def in_language(label: Any, language: str, languages: Sequence[str]) -> Any:
    return label if len(languages) == 1 else _l("%(label)s (%(language)s)", label=label, language=language)


def texts_in(name: str, label: Any, languages: Sequence[str], *, lines: int = 2, hint: Any = "") -> dict[str, Any]:
    """Return a field for a text in each of *languages*, by its name."""
    return {
        f"{name}_{one}": TextAreaField(
            in_language(label, one, languages),
            filters=[as_kept],
            description=hint,
            render_kw={"rows": lines, "lang": one},
        )
        for one in languages
    }


def row_list(languages: Sequence[str], more: Mapping[str, Any] | None = None, **labels: Any) -> FieldList:
    """Return a list of rows, each with a name of ours and a text in each language for each of *labels*."""
    fields: dict[str, Any] = {"id": HiddenField(), **(more or {})}
    for name, label in labels.items():
        fields |= texts_in(name, label, languages)
    return FieldList(FormField(type("NamedRow", (Form,), fields)), max_entries=MOST_ROWS)


def rows_start(ids: Iterable[str], texts: Texts, languages: Sequence[str], *, feedback: bool = True) -> list[Row]:
    """Return what the rows with *ids* say: of each its text, and where asked for its feedback."""
    keys = {"text": "options"} | ({FEEDBACK: FEEDBACK} if feedback else {})
    return [{"id": one, **start_of(one, keys, texts, languages)} for one in ids]


def start_of(one: str, keys: Mapping[str, str], texts: Texts, languages: Sequence[str]) -> Row:
    """Return the texts of *one*, in each language from the tables that *keys* name, by the name of their field."""
    return {
        f"{name}_{language}": texts.get(language, {}).get(key, {}).get(one, "")
        for name, key in keys.items()
        for language in languages
    }


def by_id(rows: Iterable[Row], name: str, language: str) -> dict[str, str]:
    """Return the text called *name* of each of *rows* that has one."""
    return {row["id"]: row[f"{name}_{language}"] for row in rows if row[f"{name}_{language}"]}


class QuestionForm(Form):
    """One question; `question_kinds.question_form` adds the fields that its kind and its languages ask for."""

    languages: ClassVar[tuple[str, ...]]
    lists: ClassVar[Mapping[str, Sequence[str]]] = {}
    """The lists of rows, each with the names that are given to its rows."""

    @classmethod
    def fields(cls, languages: Sequence[str]) -> dict[str, Any]:
        """Return the fields of this kind by name, the stem aside."""
        raise NotImplementedError

    @classmethod
    def start(cls, content: Content, texts: Texts, languages: Sequence[str]) -> dict[str, Any]:
        """Return what the fields of this kind show of *content*, the fields of ``bank.toml``, and of *texts*."""
        raise NotImplementedError

    def interaction(self) -> dict[str, Any]:
        """Return the fields of ``bank.toml`` that say how the question is answered, finished or not."""
        raise NotImplementedError

    def more_text(self, language: str) -> dict[str, Any]:
        """Return what the question says in *language*, the stem aside; what is empty may be there."""
        raise NotImplementedError

    def offer(self) -> None:
        """Fill the lists to choose from with the rows as they stand."""

    def text(self, language: str) -> dict[str, Any]:
        """Return what the question says in *language*, without what is empty."""
        found = {"stem": self[f"stem_{language}"].data, **self.more_text(language)}
        return {name: value for name, value in found.items() if value}

    def ready(self) -> None:
        """Let an empty row stand in each list, and as many as make a few; and fill the lists to choose from."""
        for name in self.lists:
            no_room = all(_filled(row.data) for row in self[name])
            self.add_rows(name, max(int(no_room), LEAST_ROWS - len(self[name])))
        self.offer()

    def grow(self, name: str) -> bool:
        """Add an empty row to the list *name*, and tell whether there is such a list."""
        if name not in self.lists:
            return False
        self.add_rows(name, 1)
        return True

    def add_rows(self, name: str, number: int) -> None:
        for _row in range(min(number, MOST_ROWS - len(self[name]))):
            self[name].append_entry({"id": fresh_id(self._taken(), self.lists[name]), **self.blank()})

    def blank(self) -> Row:
        """Return what an empty row begins with besides its name."""
        return {}

    def _taken(self) -> set[str]:
        return {row["id"].data or "" for name in self.lists for row in self[name]}

    def filled(self, name: str) -> list[Row]:
        """Return the rows of the list *name* that are filled in, each with a name of its own."""
        found: list[Row] = []
        taken: set[str] = set()
        for row in (entry.data for entry in self[name]):
            if not _filled(row):
                continue
            own = row["id"] or ""
            if own in taken or not SLUG.fullmatch(own):
                own = fresh_id(self._taken() | taken, self.lists[name])
            taken.add(own)
            found.append({**row, "id": own})
        return found

    def is_empty(self) -> bool:
        """Tell whether nothing is written, in no language and in no row."""
        return not any(self.text(one) for one in self.languages) and not any(self.filled(name) for name in self.lists)


def _filled(row: Row) -> bool:
    return any(_says(value) for name, value in row.items() if name not in ("id", "match", "place"))


def _says(value: object) -> bool:
    return any(map(_says, value)) if isinstance(value, list) else bool(value)
