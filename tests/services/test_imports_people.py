"""Units and people from a file: dry run, all or nothing, and the same file again."""

import pytest
from sqlalchemy import func, select

from tests.services import recorded
from tests.services.importing import carry_out, context, dry_run, lines
from training_app.models.base import Fact
from training_app.models.people import DataImport, Person, PersonCorrection, RoleAssignment, Unit, UnitAssignment
from training_app.rules.permissions import Role
from training_app.services import accounts, imports, units
from training_app.services.imports import DryRunOutdated, Kind, NotReady, Outcome, Wrong

UNITS = lines("name,parent", "Pier,Harbour", "Harbour,Police", "Police,")
HEADER = "service_number,name,email,unit,roles"


def people(*rows: str) -> bytes:
    return lines(HEADER, *rows)


def rows_of(session, kind: type[Fact]) -> int:
    return session.scalar(select(func.count()).select_from(kind))


def faults(session, kind: Kind, content: bytes, by: Person | None = None) -> list[tuple[int, str, Wrong]]:
    return [(one.line, one.column, one.wrong) for one in dry_run(session, kind, content, by).faults]


def outcomes(session, kind: Kind, content: bytes) -> list[Outcome]:
    return [entry.outcome for entry in dry_run(session, kind, content).entries]


@pytest.fixture
def registrar(session) -> Person:
    return recorded.person(session, service_number="R-1")


@pytest.fixture
def harbour(session) -> Unit:
    return recorded.unit(session, name="Harbour")


# -- units -------------------------------------------------------------------------------------------------------------


def test_units_are_recorded_below_their_parents_whatever_their_order(session, registrar):
    assert carry_out(session, Kind.UNITS, UNITS, registrar).recorded == 3
    found = {unit.name: unit for unit in session.scalars(select(Unit))}
    assert found["Pier"].parent_id == found["Harbour"].id
    assert found["Harbour"].parent_id == found["Police"].id
    assert found["Police"].parent_id is None
    assert {unit.recorded_by_id for unit in found.values()} == {registrar.id}


def test_the_same_units_again_change_nothing_and_leave_no_import(session):
    carry_out(session, Kind.UNITS, UNITS)
    assert outcomes(session, Kind.UNITS, UNITS) == [Outcome.UNCHANGED] * 3
    assert carry_out(session, Kind.UNITS, UNITS) is None
    assert (rows_of(session, Unit), rows_of(session, DataImport)) == (3, 1)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(["Pier,Nowhere"], [(2, "parent", Wrong.UNIT_UNKNOWN)], id="unknown"),
        pytest.param(["A,B", "B,A"], [(2, "parent", Wrong.UNIT_CIRCLE), (3, "parent", Wrong.UNIT_CIRCLE)], id="circle"),
        pytest.param(["A,A"], [(2, "parent", Wrong.UNIT_CIRCLE)], id="itself"),
        pytest.param(["A,", "A,"], [(3, "name", Wrong.TWICE)], id="twice"),
        pytest.param([",Harbour"], [(2, "name", Wrong.MISSING)], id="no-name"),
        pytest.param(["X,", "Harbour,X"], [(3, "parent", Wrong.UNIT_ELSEWHERE)], id="moved"),
    ],
)
def test_each_fault_of_a_unit_names_its_line_and_column(session, harbour, rows, found):
    assert faults(session, Kind.UNITS, lines("name,parent", *rows)) == found


# -- people ------------------------------------------------------------------------------------------------------------


def test_a_new_officer_has_an_open_account_a_unit_and_the_roles_of_the_file(session, registrar, harbour):
    carry_out(session, Kind.PEOPLE, people("N-1,Nora Nes,Nora@Police.test,Harbour,officer Supervisor"), registrar)
    nora = accounts.find(session, "nora@police.test")
    at = context().at
    assert (nora.service_number, nora.name, nora.recorded_by_id) == ("N-1", "Nora Nes", registrar.id)
    assert accounts.is_open(session, nora.id, at=at)
    assert units.unit_of(session, nora.id, at=at).id == harbour.id
    assert accounts.roles_of(session, nora.id, at=at) == {Role.OFFICER, Role.SUPERVISOR}


def test_the_same_people_again_change_nothing(session, harbour):
    content = people("N-1,Nora Nes,nora@police.test,Harbour,officer", "N-2,Nils Nes,,,")
    carry_out(session, Kind.PEOPLE, content)
    before = [rows_of(session, kind) for kind in (Person, UnitAssignment, RoleAssignment, PersonCorrection)]
    assert outcomes(session, Kind.PEOPLE, content) == [Outcome.UNCHANGED] * 2
    assert carry_out(session, Kind.PEOPLE, content) is None
    assert [rows_of(session, kind) for kind in (Person, UnitAssignment, RoleAssignment, PersonCorrection)] == before


def test_what_differs_is_corrected_moved_and_added_and_nothing_else(session, harbour):
    recorded.unit(session, name="Pier")
    carry_out(session, Kind.PEOPLE, people("N-1,Nora Nes,nora@police.test,Harbour,officer"))
    changed = people("N-1,Nora Berg,nora.berg@police.test,Pier,supervisor")
    assert outcomes(session, Kind.PEOPLE, changed) == [Outcome.CHANGED]
    carry_out(session, Kind.PEOPLE, changed)
    session.expire_all()
    nora, at = accounts.find(session, "nora.berg@police.test"), context().at
    assert (nora.name, nora.registered_name) == ("Nora Berg", "Nora Nes")
    assert units.unit_of(session, nora.id, at=at).name == "Pier"
    assert accounts.roles_of(session, nora.id, at=at) == {Role.OFFICER, Role.SUPERVISOR}
    assert rows_of(session, PersonCorrection) == 1


def test_empty_cells_say_nothing(session, harbour):
    carry_out(session, Kind.PEOPLE, people("N-1,Nora Nes,nora@police.test,Harbour,officer"))
    assert outcomes(session, Kind.PEOPLE, people("N-1,,,,")) == [Outcome.UNCHANGED]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([",Nora,,,"], [(2, "service_number", Wrong.MISSING)], id="no-number"),
        pytest.param(["N/1,Nora,,,"], [(2, "service_number", Wrong.CHARACTER)], id="number"),
        pytest.param(["N-1,,,,"], [(2, "name", Wrong.MISSING)], id="no-name"),
        pytest.param(["N-1,Nora,nora,,"], [(2, "email", Wrong.EMAIL)], id="address"),
        pytest.param(["N-1,Nora,known@police.test,,"], [(2, "email", Wrong.EMAIL_TAKEN)], id="taken"),
        pytest.param(["N-1,Nora,KNOWN@police.test,,"], [(2, "email", Wrong.EMAIL_TAKEN)], id="taken-in-capitals"),
        pytest.param(["N-1,Nora,,Nowhere,"], [(2, "unit", Wrong.UNIT_UNKNOWN)], id="unit"),
        pytest.param(["N-1,Nora,,,chief"], [(2, "roles", Wrong.ROLE_UNKNOWN)], id="role"),
        pytest.param(["N-1,A,,,", "n-1,B,,,"], [(3, "service_number", Wrong.TWICE)], id="number-twice"),
        pytest.param(["N-1,A,a@b.cd,,", "N-2,B,A@b.cd,,"], [(3, "email", Wrong.TWICE)], id="address-twice"),
    ],
)
def test_each_fault_of_a_person_names_its_line_and_column(session, harbour, rows, found):
    recorded.person(session, email="known@police.test")
    assert faults(session, Kind.PEOPLE, people(*rows)) == found


@pytest.mark.parametrize("role", ["registrar", "evaluator", "oversight", "trainer", "lead"])
def test_no_role_of_trust_is_given_by_file(session, role):
    found = faults(session, Kind.PEOPLE, people(f"N-1,Nora,,,officer {role}"))
    assert found == [(2, "roles", Wrong.ROLE_NOT_BY_FILE)]


def test_a_former_address_of_somebody_else_is_taken(session):
    old = recorded.person(session, email="shared@police.test")
    stamp = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW}
    session.add(PersonCorrection(**stamp, person_id=old.id, name=old.name, email=None))
    session.flush()
    assert faults(session, Kind.PEOPLE, people("N-1,Nora,shared@police.test,,")) == [(2, "email", Wrong.EMAIL_TAKEN)]


def test_nobody_imports_a_change_to_themselves(session, registrar):
    own = people(f"R-1,{registrar.name},,,officer")
    assert faults(session, Kind.PEOPLE, own, registrar) == [(2, "service_number", Wrong.ONESELF)]
    assert faults(session, Kind.PEOPLE, people(f"R-1,{registrar.name},,,"), registrar) == []


# -- all or nothing ----------------------------------------------------------------------------------------------------


def test_one_fault_and_nothing_of_the_file_is_recorded(session):
    content = people("N-1,Nora,,,officer", "N-2,Nils,,,chief")
    with pytest.raises(NotReady):
        carry_out(session, Kind.PEOPLE, content)
    assert rows_of(session, Person) == 0


def test_a_dry_run_writes_nothing(session):
    dry_run(session, Kind.PEOPLE, people("N-1,Nora,,,officer"))
    assert not session.new
    assert rows_of(session, Person) == 0


@pytest.mark.parametrize("other", ["file", "records"])
def test_what_changed_since_the_dry_run_is_shown_again_first(session, other):
    content = people("N-1,Nora,,,officer")
    seen = dry_run(session, Kind.PEOPLE, content).digest
    if other == "file":
        content = people("N-1,Nora Nes,,,officer")
    else:
        recorded.person(session, service_number="N-1", name="Nora")
    with pytest.raises(DryRunOutdated):
        imports.finish(imports.carry_out(session, Kind.PEOPLE, content, context(), seen=seen))


def test_an_import_is_a_fact_of_its_own(session, registrar):
    content = people("N-1,Nora,,,officer", "N-2,Nils,,,officer")
    done = carry_out(session, Kind.PEOPLE, content, registrar)
    assert (done.kind, done.lines, done.recorded, done.recorded_by_id) == ("people", 2, 2, registrar.id)
    assert [(one.id, by) for one, by in imports.earlier(session, most=5)] == [(done.id, registrar.name)]
