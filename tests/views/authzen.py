"""The evaluation endpoint of OpenID AuthZEN Authorization API 1.0 as JSON Schema, written down from the specification.

Section 5 (information model), 6.1 and 6.2 (request and response of the Access Evaluation API).  A receiver ignores
members that it does not know, so that nothing is said here about others.
"""

from typing import Any

from jsonschema import Draft202012Validator

_ENTITY = {
    "type": "object",
    "required": ["type", "id"],
    "properties": {"type": {"type": "string"}, "id": {"type": "string"}, "properties": {"type": "object"}},
}

REQUEST = Draft202012Validator(
    {
        "type": "object",
        "required": ["subject", "action", "resource"],
        "properties": {
            "subject": _ENTITY,
            "action": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "properties": {"type": "object"}},
            },
            "resource": _ENTITY,
            "context": {"type": "object"},
        },
    }
)

RESPONSE = Draft202012Validator(
    {
        "type": "object",
        "required": ["decision"],
        "properties": {"decision": {"type": "boolean"}, "context": {"type": "object"}},
    }
)

_INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"
_TEXT = {"type": "string", "minLength": 1}
_LIFTED = {"enum": ["expired", "overdue", "no-seat"]}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


#: What stands in our context, as `docs/api.md` promises it; the id is missing where a fault of ours denied.
CONTEXT = Draft202012Validator(
    {
        "type": "object",
        "required": [
            "evaluated_at", "sentence", "badge", "grounds", "guidance", "obligations", "validity", "coverage",
            "valid_through", "awards", "policy_revision", "emergency", "stable_until",
            "cache_until",
        ],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": r"^\d+$"},
            "evaluated_at": {"type": "string", "pattern": _INSTANT},
            "sentence": _TEXT,
            "badge": {
                "type": "object",
                "required": ["code", "label"],
                "additionalProperties": False,
                "properties": {"code": _TEXT, "label": _TEXT},
            },
            "grounds": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "sentence", "way_out"],
                    "additionalProperties": False,
                    "properties": {"code": _TEXT, "sentence": _TEXT, "way_out": _TEXT},
                },
            },
            "guidance": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["sentence", "source"],
                    "additionalProperties": False,
                    "properties": {"sentence": _TEXT, "source": _TEXT},
                },
            },
            "obligations": {"type": "array", "items": _TEXT},
            "validity": _or_null(_TEXT),
            "coverage": _or_null(_TEXT),
            "valid_through": _or_null({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
            "awards": {"type": "array", "items": {"type": "string", "pattern": r"^\d+$"}},
            "policy_revision": _or_null({"type": "integer"}),
            "emergency": _or_null(
                {
                    "type": "object",
                    "required": ["id", "lifted", "until"],
                    "properties": {
                        "id": {"type": "string"},
                        "lifted": {"type": "array", "minItems": 1, "items": _LIFTED},
                        "until": {"type": "string", "pattern": _INSTANT},
                    },
                    "additionalProperties": False,
                }
            ),
            "stable_until": _or_null({"type": "string", "pattern": _INSTANT}),
            "cache_until": {"type": "string", "pattern": _INSTANT},
        },
    }
)  # fmt: skip
