"""Units from a file: each with the unit above it, in any order."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Unit
from training_app.services.imports.plans import Change, Context, Entry, Kind, Outcome, Plan, Waves, What
from training_app.services.imports.reading import Fault, Line, Sheet, Wrong

COLUMNS = ("name", "parent")


def plan(session: Session, sheet: Sheet, context: Context) -> Plan:
    """Return what the file would record.  A unit that is there stays where it is: no file moves it."""
    there = {row.name: row for row in session.execute(select(Unit.id, Unit.name, Unit.parent_id))}
    names = {row.id: name for name, row in there.items()}
    parents: dict[str, str] = {}
    lines: dict[str, Line] = {}
    entries, faults = [], list(sheet.faults)
    for line in sheet.lines:
        name, parent = line["name"], line["parent"]
        if not name:
            faults.append(Fault(line.number, "name", Wrong.MISSING))
        elif name in lines:
            faults.append(Fault(line.number, "name", Wrong.TWICE, found=name, about=str(lines[name].number)))
        elif name in there:
            above = names.get(there[name].parent_id, "")
            if above != parent:
                faults.append(Fault(line.number, "parent", Wrong.UNIT_ELSEWHERE, found=parent, about=above))
            entries.append(Entry(line.number, name, Outcome.UNCHANGED))
        else:
            parents[name] = parent
            entries.append(Entry(line.number, name, Outcome.NEW, (Change(What.UNIT, name, parent),)))
        lines.setdefault(name, line)
    faults += _unknown_or_circular(parents, there, lines)
    ids = {name: row.id for name, row in there.items()}
    return Plan(
        kind=Kind.UNITS,
        file_digest=sheet.digest,
        entries=tuple(entries),
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        to_map={},
        unmapped=(),
        waves=lambda: _waves(parents, ids, context),
        facts=len(parents),
    )


def _unknown_or_circular(
    parents: Mapping[str, str], there: Mapping[str, object], lines: Mapping[str, Line]
) -> Sequence[Fault]:
    faults = []
    for name, parent in parents.items():
        if parent and parent not in there and parent not in lines:
            faults.append(Fault(lines[name].number, "parent", Wrong.UNIT_UNKNOWN, found=parent))
        elif _circular(name, parents):
            faults.append(Fault(lines[name].number, "parent", Wrong.UNIT_CIRCLE, found=parent))
    return faults


def _circular(name: str, parents: Mapping[str, str]) -> bool:
    seen, above = {name}, parents[name]
    while above in parents:
        if above in seen:
            return above == name
        seen.add(above)
        above = parents[above]
    return False


def _waves(parents: Mapping[str, str], known: Mapping[str, int], context: Context) -> Waves:
    """Yield the new units level by level, so that each finds the one above it."""
    ids, waiting = dict(known), dict(parents)
    while waiting:
        level = {name: parent for name, parent in waiting.items() if not parent or parent in ids}
        assert level, "every unit above is known, and none is below itself"
        made = [Unit(**context.stamp, name=name, parent_id=ids.get(parent)) for name, parent in level.items()]
        yield made
        ids |= {unit.name: unit.id for unit in made}
        waiting = {name: parent for name, parent in waiting.items() if name not in level}
