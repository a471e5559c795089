"""Versions in the field."""

from training_app.clock import now  # noqa: F401
