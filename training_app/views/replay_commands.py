"""The commands with which a recorded decision is answered again elsewhere, as they can be pasted into a shell."""

import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from training_app.rules.access import USE
from training_app.rules.canonical import instant

FILE = "facts.json"


def replay_commands(question: Mapping[str, Any], at: datetime) -> str:
    """Return two lines: one that takes the facts out, one that answers *question* from them as of *at*."""
    export = ["training-app", "evidence", question["officer"], question["tool"], "--out", FILE]
    leave = question.get("authorisation") or {}
    stated = {
        "version": question.get("version"),
        "at": instant(at),
        "known-at": instant(at),
        "action": None if question["action"] == USE else question["action"],
        "purpose": question.get("purpose"),
        "crime-type": question.get("crime_type"),
        "circumstance": question.get("circumstance"),
        "authorisation-issuer": leave.get("issuer"),
        "authorisation-reference": leave.get("reference"),
        "authorisation-valid-until": leave.get("valid_until"),
    }
    replay = ["python", "-m", "training_app.replay", FILE]
    replay += [f"--{option}={value}" for option, value in stated.items() if value is not None]
    return f"{shlex.join(export)}\n{shlex.join(replay)}"
