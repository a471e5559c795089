"""What machines asked goes on record before it is answered: what several requests decided, with one commit."""

from collections.abc import Sequence

from training_app.db import Database
from training_app.models.recorded import RecordedDecision
from training_app.sealer import Sealer
from training_app.services import client_credentials, machine_questions
from training_app.services.journal import AtOnce
from training_app.services.known_answers import KnownAnswers
from training_app.services.machine_questions import Decided
from training_app.services.together import Together


class Recorder:
    """Records the decisions of one process; those of requests that come at the same time in one transaction."""

    def __init__(self, database: Database, sealer: Sealer, known: KnownAnswers) -> None:
        self._database, self._sealer, self._known = database, sealer, known
        self._at_once = AtOnce(RecordedDecision) if database.engine.dialect.name == "postgresql" else None
        self._together = Together(self._record)

    def record(self, decided: Decided) -> list[int]:
        """Put what a request decided on record, and return its numbers once that is on the disk."""
        return self._together(decided)

    def _record(self, some: Sequence[Decided]) -> list[list[int]]:
        by_credential = {one.caller.credential_id: one for one in some}
        used = [one for one in by_credential.values() if client_credentials.use_is_due(one.caller, at=one.at)]
        if self._at_once is not None and not used:
            with self._database.decisions.connect() as connection:
                numbers = machine_questions.record_at_once(connection, self._at_once, some)
            if numbers is not None:
                self._sealer.tell(self._database)
                return numbers
        if self._at_once is not None:
            self._at_once.begin_anew()
        with self._database.recording(then=self._sealer.tell) as connection:
            recorded = machine_questions.record(connection, some)
            for one in used:
                client_credentials.note_use(connection, one.caller, at=one.at)
        for one in used:
            self._known.noted(one.caller, at=one.at)
        return recorded
