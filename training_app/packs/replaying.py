"""Answering the decisions of a pack again, each from the facts in the pack, by the product's own rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from training_app.packs.archive import PackFault, PackReader
from training_app.packs.decided import RecordedLine
from training_app.packs.layout import TOOL, officer_file
from training_app.rules.access import decide
from training_app.rules.access_documents import question_from
from training_app.rules.canonical import instant
from training_app.rules.evidence import Evidence, EvidenceFault, facts_digest, from_text


class Replays:
    """Answers decisions again; those of one officer follow one another, so that each file is read once."""

    def __init__(self, pack: PackReader, manifest: Mapping[str, Any]) -> None:
        self._pack, self._manifest = pack, manifest
        self._open: tuple[str, Evidence | str] | None = None

    def compare(self, line: RecordedLine, payload: Mapping[str, Any]) -> str | None:
        """Return how a decision comes out otherwise than it was recorded; ``None`` where it does not, or has no file.

        :raises ValueError, KeyError, TypeError: if *payload* is not that of a decision.
        """
        if line.file is None:
            return None
        found = self._evidence(line.file, str(payload["question"].get("officer", "")))
        if isinstance(found, str):
            return found
        question, at = question_from(payload["question"]), datetime.fromisoformat(payload["effective_at"])
        by = f" It was decided by the rules {payload.get('rule_version') or 'of an earlier time'}."
        again = decide(question, found.facts, at=at, known_at=at)
        grounds = [ground.value for ground in again.grounds]
        if (again.allowed, grounds) != (payload["allowed"], payload["grounds"]):
            told = "allowed" if again.allowed else f"refused by {' '.join(grounds)}"
            return f"answered again from {line.file} it is {told}.{by}"
        stated = payload.get("facts_digest")
        if stated and facts_digest(found.facts, known_at=at) != stated:
            return f"the answer is the same, but {line.file} does not hold the facts that it was made from.{by}"
        return None

    def _evidence(self, file: str, number: str) -> Evidence | str:
        if self._open is None or self._open[0] != file:
            self._open = (file, self._read(file))
        found = self._open[1]
        if isinstance(found, str):
            return found
        if file == TOOL:
            return found if found.facts.officer is None else f"{file} must hold no officer."
        return found if found.origin.officer == number else f"{file} is about another officer."

    def _read(self, file: str) -> Evidence | str:
        try:
            found = from_text(self._pack.text(file))
        except (PackFault, EvidenceFault) as fault:
            return f"{file} cannot be used: {fault}"
        origin = found.origin
        if (origin.tool, instant(origin.exported_at)) != (self._manifest.get("tool"), self._manifest.get("known_at")):
            return f"{file} is from another pack."
        if file not in (TOOL, officer_file(origin.officer)):
            return f"{file} is about another officer."
        return found
