"""The tables.  Importing this package knows them all, which `Base.metadata`, the migrations and the journal rely on."""

from training_app.models import (
    append_only,
    authoring,
    browser_session,
    certification,
    clients,
    event_streams,
    field,
    imports,
    outbox,
    oversight,
    people,
    recorded,
    rulings,
    standard_setting,
    tools,
    training,
)
from training_app.models.base import Base, Fact

__all__ = [
    "Base",
    "Fact",
    "append_only",
    "authoring",
    "browser_session",
    "certification",
    "clients",
    "event_streams",
    "field",
    "imports",
    "outbox",
    "oversight",
    "people",
    "recorded",
    "rulings",
    "standard_setting",
    "tools",
    "training",
]
