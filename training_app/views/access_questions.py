"""What programs send: JSON objects in the words of AuthZEN, read member by member; what else they hold is ignored."""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import request
from werkzeug.exceptions import BadRequest

from training_app.rules.access import USE, Question
from training_app.rules.access_documents import validity_in
from training_app.rules.purposes import Authorisation

MOST_CHARACTERS = 200
"""Of any name in a question; longer ones name nothing that is registered."""
OFFICER, TOOL = "officer", "tool"
"""The types of subjects and resources that are registered here."""


class Malformed(ValueError):
    """What was sent is no question; the text says what is wrong with it."""


class Entity(NamedTuple):
    type: str
    id: str


def sent() -> dict[str, Any]:
    """Return the JSON object that is the request's body.

    :raises Malformed: if it is none, or does not call itself JSON.
    """
    if request.mimetype != "application/json":
        raise Malformed("Send the body as application/json, and say so in Content-Type.")
    try:
        return object_in(request.get_json(), "The body")
    except (BadRequest, RecursionError):  # not JSON, or nested so deep that nobody means it
        raise Malformed("The body must be a JSON object.") from None


def question_in(body: Mapping[str, Any]) -> Question:
    """Return the question that *body* puts.

    A subject that is no officer, or a resource that is no tool, is one that nobody has registered.

    :raises Malformed: if a required field is missing, or a field has another type than it must.
    """
    subject, resource = entity_in(body, "subject"), entity_in(body, "resource")
    return _question(body, subject, resource, action_in(body))


def officers_asked_for(body: Mapping[str, Any]) -> tuple[str, Question]:
    """Return the type of subject that is searched for, and what is asked about each; an ``id`` is ignored."""
    kind, resource = type_in(body, "subject"), entity_in(body, "resource")
    return kind, _question(body, Entity(kind, ""), resource, action_in(body))


def tools_asked_for(body: Mapping[str, Any]) -> tuple[str, Question]:
    """Return the type of resource that is searched for, and what is asked about each; an ``id`` is ignored."""
    subject, kind = entity_in(body, "subject"), type_in(body, "resource")
    return kind, _question(body, subject, Entity(kind, ""), action_in(body))


def actions_asked_for(body: Mapping[str, Any]) -> Question:
    """Return the question whether the officer may use the version: use is the one action that there is."""
    return _question(body, entity_in(body, "subject"), entity_in(body, "resource"), USE)


def _question(body: Mapping[str, Any], subject: Entity, resource: Entity, action: str) -> Question:
    properties = optional_object(body["resource"], "properties", "resource.properties")
    context = optional_object(body, "context", "context")
    return Question(
        officer=subject.id if subject.type == OFFICER else "",
        tool=resource.id if resource.type == TOOL else "",
        version=optional_text(properties, "version", "resource.properties.version"),
        action=action,
        purpose=optional_text(context, "purpose", "context.purpose"),
        crime_type=optional_text(context, "crime_type", "context.crime_type"),
        circumstance=optional_text(context, "circumstance", "context.circumstance"),
        authorisation=_authorisation(context),
    )


def _authorisation(context: Mapping[str, Any]) -> Authorisation | None:
    """Return the leave that the caller states; its reference is recorded, its truth is not ours to tell."""
    if context.get("authorisation") is None:
        return None
    name = "context.authorisation"
    stated = object_in(context["authorisation"], name)
    issuer, reference = text_in(stated, "issuer", f"{name}.issuer"), text_in(stated, "reference", f"{name}.reference")
    until = text_in(stated, "valid_until", f"{name}.valid_until")
    try:
        valid_until = validity_in(until)
    except ValueError:
        raise Malformed(f"{name}.valid_until must be a day, or an RFC 3339 instant with its offset.") from None
    return Authorisation(issuer, reference, valid_until)


def action_in(body: Mapping[str, Any]) -> str:
    return text_in(object_in(body.get("action"), "action"), "name", "action.name")


def entity_in(body: Mapping[str, Any], name: str) -> Entity:
    found = object_in(body.get(name), name)
    return Entity(text_in(found, "type", f"{name}.type"), text_in(found, "id", f"{name}.id"))


def type_in(body: Mapping[str, Any], name: str) -> str:
    return text_in(object_in(body.get(name), name), "type", f"{name}.type")


def object_in(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{name} must be a JSON object.")
    return value


def optional_object(table: Mapping[str, Any], key: str, name: str) -> dict[str, Any]:
    return {} if table.get(key) is None else object_in(table[key], name)


def text_in(table: Mapping[str, Any], key: str, name: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_CHARACTERS or not _is_text(value):
        raise Malformed(f"{name} must be a text of 1 to {MOST_CHARACTERS} characters, without control characters.")
    return value


def _is_text(value: str) -> bool:
    """Tell whether there are neither control characters nor half characters in it, which no database keeps."""
    if value.isascii() and value.isprintable():
        return True
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in value)


def optional_text(table: Mapping[str, Any], key: str, name: str) -> str | None:
    return None if table.get(key) is None else text_in(table, key, name)
