"""Somebody who left the demo agency long ago: the records are past their time, and wait to be erased."""

from datetime import date
from typing import Any

from training_app.demo.agency import Loader, instant_of
from training_app.demo.people import FORMER_NAME, FORMER_NUMBER
from training_app.models.people import AccountChange, AccountFact, Evaluation, Person, RoleAssignment
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.permissions import Role

CAME, CLEARED, LEFT = "2017-03-01", "2017-03-20", "2019-08-30"


def load(loader: Loader) -> None:
    came: dict[str, Any] = {"effective_at": instant_of(CAME), "recorded_at": instant_of(CAME)}
    person = Person(**came, service_number=FORMER_NUMBER, name=FORMER_NAME)
    loader.add(person)
    loader.add(
        AccountFact(**came, person_id=person.id, change=AccountChange.OPENED),
        RoleAssignment(**came, person_id=person.id, role=Role.OFFICER, granted=True),
        Evaluation(
            **loader.by("evaluator", CLEARED), officer_id=person.id, outcome=EvaluationOutcome.CLEARED,
            restriction=None, through=date(2018, 3, 20),
        ),
        AccountFact(**loader.by("registrar", LEFT), person_id=person.id, change=AccountChange.CLOSED),
    )  # fmt: skip
