"""Items as trainers write them: one of each kind, in two languages, finished; and as a page sends them."""

import json
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from quizzes.interaction_fields import ItemKind
from training_app.forms.items import ItemForm

MODULE = {
    "subject_area": "rights",
    "languages": ["en", "fr"],
    "law_as_of": "2026-11-22",
    "objectives": [{"id": "record", "en": "decide when to record", "fr": "décider quand filmer"}],
    "sources": [{"id": "led-4", "standing": "law", "text": "Art. 4"}, {"id": "led-7", "standing": "law", "text": "7"}],
}

TOLD = {"right": "Yes.", "wrong": "Count again."}
QUESTIONS: dict[ItemKind, tuple[dict[str, Any], dict[str, Any]]] = {
    ItemKind.SINGLE_CHOICE: (
        {"options": ["a", "c"], "key": ["c"]},
        {"stem": "When?", "options": {"a": "Now", "c": "Later"}, "feedback": {"a": "No.", "c": "Yes:\nlater."}},
    ),
    ItemKind.MULTIPLE_RESPONSE: (
        {"options": ["a", "b", "d"], "key": ["a", "d"]},
        {
            "stem": "Which?",
            "options": {"a": "One", "b": "Two", "d": "Three"},
            "feedback": {"a": "Yes.", "b": "No.", "d": "Yes."},
        },
    ),
    ItemKind.REASONED_VERDICT: (
        {"verdict": False, "reasons": ["a", "b"], "reason": "b"},
        {
            "stem": "It records always.",
            "options": {"a": "It is on", "b": "It is off at times"},
            "feedback": {"true": "No.", "false": "Yes.", "a": "No.", "b": "Yes."},
        },
    ),
    ItemKind.MATCHING: (
        {"prompts": ["p1", "p2"], "matches": ["m1", "m2", "m3"], "key": {"p1": "m3", "p2": "m3"}},
        {
            "stem": "Who sees what?",
            "options": {"p1": "Street", "p2": "Home", "m1": "All", "m2": "None", "m3": "Court"},
            "feedback": {"p1": "The court.", "p2": "The court."},
        },
    ),
    ItemKind.ORDERING: (
        {"options": ["b", "a", "c"]},
        {
            "stem": "In which order?",
            "options": {"b": "First", "a": "Then", "c": "Last"},
            "feedback": {"b": "1.", "a": "2.", "c": "3."},
        },
    ),
    ItemKind.NUMERIC: (
        {"value": "91.7", "tolerance": "0.5"},
        {"stem": "How many?", "unit": "days", "feedback": TOLD},
    ),
    ItemKind.SHORT_TEXT: ({}, {"stem": "What is it called?", "accepted": ["a hit", "match"], "feedback": TOLD}),
    ItemKind.MARKING_UP: (
        {"rows": ["r1", "r3"], "key": ["r3"]},
        {
            "stem": "Mark the bias.",
            "columns": ["Unit", "Share"],
            "rows": {"r1": ["North", ""], "r3": ["South", "45 %"]},
            "feedback": {"r1": "As many as live there.", "r3": "Twice as many."},
        },
    ),
}


def written(kind: ItemKind, **changed: Any) -> dict[str, Any]:
    """Return a finished item of *kind* as `quizzes.item.Item.to_json` would write it."""
    return json.loads(json.dumps(_written(kind, changed)))


def _written(kind: ItemKind, changed: dict[str, Any]) -> dict[str, Any]:
    frame = {
        "id": "item-07",
        "kind": kind.value,
        "objective": "record",
        "level": "judge",
        "points": 2,
        "sources": ["led-7", "led-4"],
        "law_as_of": "2026-11-22",
        "review_by": "2027-06-01",
    }
    if kind is ItemKind.CASE:
        kinds = {"q1": ItemKind.NUMERIC, "first-look": ItemKind.MARKING_UP}
        parts = [{"id": name, "kind": of.value, "points": 1, **QUESTIONS[of][0]} for name, of in kinds.items()]
        of_parts = {name: QUESTIONS[of][1] for name, of in kinds.items()}
        text = {"stem": "A shift ends.\n\nTwo calls wait.", "parts": of_parts}
        return {**frame, "parts": parts, "texts": {"en": text, "fr": text}, **changed}
    interaction, text = QUESTIONS[kind]
    return {**frame, **interaction, "texts": {"en": text, "fr": text}, **changed}


def sent(form: ItemForm, **changed: Any) -> MultiDict[str, str]:
    """Return what a browser would send of the page that shows *form*, with some fields *changed* by their name."""
    found: dict[str, list[str]] = {}
    _collect(form, found)
    for name, value in changed.items():
        found[name] = [value] if isinstance(value, str) else value
    return MultiDict([(name, value) for name, values in found.items() for value in values])


def _collect(form: Any, found: dict[str, list[str]]) -> None:
    for field in form:
        if field.type in ("FormField", "FieldList"):
            _collect(field, found)
        elif field.type == "BooleanField":
            found[field.name] = ["y"] if field.data else []
        elif isinstance(field.data, list):
            found[field.name] = list(field.data)
        elif isinstance(field.data, date):
            found[field.name] = [field.data.isoformat()]
        elif field.data is None and field.type == "RadioField":
            found[field.name] = []
        else:
            found[field.name] = ["" if field.data is None else str(field.data)]
