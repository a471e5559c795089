"""The commands with which a recorded decision is answered again elsewhere, as they can be pasted into a shell."""

import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from training_app.packs.decided import replay_command

FILE = "facts.json"


def replay_commands(question: Mapping[str, Any], at: datetime) -> str:
    """Return two lines: one that takes the facts out, one that answers *question* from them as of *at*."""
    export = ["training-app", "evidence", question["officer"], question["tool"], "--out", FILE]
    return f"{shlex.join(export)}\n{replay_command(question, at, file=FILE)}"
