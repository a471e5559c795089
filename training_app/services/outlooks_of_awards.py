"""What officers could use if something about their awards were different; for lists of many."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from training_app.rules import versions
from training_app.rules.access import Question, ToolNow, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, OfficerFacts, as_known
from training_app.rules.outlook import usable
from training_app.services import gather

Change = Callable[[int, OfficerFacts], OfficerFacts]
"""Makes of an officer's facts those that are assumed; gets the id of the person."""
Usable = Mapping[tuple[int, str], frozenset[str]]
"""For each officer (by id) and tool (by slug) the labels of the versions in use that could be used."""


def could_use(
    session: Session, officers: Mapping[str, Collection[int]], changes: Sequence[Change], *, on: CivilInstant
) -> tuple[Usable, ...]:
    """Return, for each of *changes*, what each officer could use at *on*, by the tool, with their facts so changed.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.  A fixed number of
    statements for every tool and 10,000 officers.

    :param officers: by the slug of the tool, the ids of the officers asked about.
    """
    found: tuple[dict[tuple[int, str], frozenset[str]], ...] = tuple({} for _ in changes)
    for slug, people in officers.items():
        tool = gather.tool(session, slug)
        if tool is None:
            continue
        labels = versions.in_use(tool, at=on.instant)
        now = ToolNow(tool, on)
        for person_id, facts in gather.officers(session, people, slug).items():
            asked = {label: Question(facts.number, slug, label) for label in labels}
            for change, usables in zip(changes, found, strict=True):
                known = as_known(Facts(zone=on.zone, tool=tool, officer=change(person_id, facts)), on.instant)
                usables[person_id, slug] = frozenset(
                    label for label, question in asked.items() if usable(judge(question, known, on=on, now=now))
                )
    return found


def unchanged(_: int, facts: OfficerFacts) -> OfficerFacts:
    return facts


def added(facts: OfficerFacts, **more: tuple[object, ...]) -> OfficerFacts:
    """Return *facts* with more on timelines of the officer's."""
    longer: dict[str, Any] = {name: (*getattr(facts, name), *new) for name, new in more.items()}
    return replace(facts, **longer)
