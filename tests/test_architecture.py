"""What the import contracts cannot see: clock, chance, commits, and Flask at start-up."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WITHOUT_CLOCK_AND_CHANCE = ("courses", "quizzes", "training_app/rules", "training_app/models", "training_app/services")
READS_THE_CLOCK = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}
CLOCKS = {"datetime", "date", "time", "clock"}
OF_CHANCE = {"random", "secrets", "uuid"}
#: Of these modules, what gives the same for the same.
WITHOUT_CHANCE = {"NAMESPACE_URL", "Random", "UUID", "uuid5"}

#: A salt is made where the entry is written, so that no caller can choose it; a message's id where facts are noticed,
#: which nobody calls.
MAY_USE_CHANCE = {"training_app/services/journal/entries.py", "training_app/services/outbox.py"}


def trees(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text("utf-8"))


def clock_readings(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that read a clock, as ``datetime.now()`` or ``time.time()``, or import what does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS_THE_CLOCK:
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if name in CLOCKS:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module in {"training_app.clock", "time"}:
            yield node.lineno


def uses_of_chance(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that use chance; a generator that is made from a seed is none."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module in OF_CHANCE:
                if not {alias.name for alias in node.names} <= WITHOUT_CHANCE:
                    yield node.lineno
            case ast.Call(func=ast.Name(id="Random") | ast.Attribute(attr="Random"), args=[]):
                yield node.lineno
            case ast.Attribute(attr="Random"):
                pass
            case ast.Attribute(value=ast.Name(id=owner)) if owner in OF_CHANCE:
                yield node.lineno
            case ast.Attribute(attr="urandom"):
                yield node.lineno


def test_clock_is_read_by_views_and_commands_only():
    found = [f"{file}:{line}" for file, tree in trees(*WITHOUT_CLOCK_AND_CHANCE) for line in clock_readings(tree)]
    assert found == []


def test_chance_comes_in_as_an_argument():
    found = [
        f"{file}:{line}"
        for file, tree in trees(*WITHOUT_CLOCK_AND_CHANCE)
        if file not in MAY_USE_CHANCE
        for line in uses_of_chance(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "clock", "chance"),
    [
        ("datetime.now(UTC)", True, False),
        ("datetime.datetime.utcnow()", True, False),
        ("date.today()", True, False),
        ("from training_app.clock import now", True, False),
        ("time.time()", True, False),
        ("random.choice(x)", False, True),
        ("from secrets import token_hex", False, True),
        ("random.Random()", False, True),
        ("os.urandom(8)", False, True),
        ("from uuid import uuid4, uuid5", False, True),
        ("from uuid import NAMESPACE_URL, uuid5", False, False),
        ("random.Random(seed).shuffle(x)", False, False),
        ("at.time()", False, False),
    ],
)
def test_these_checks_see_what_they_are_for(code, clock, chance):
    tree = ast.parse(code)
    assert (bool(list(clock_readings(tree))), bool(list(uses_of_chance(tree)))) == (clock, chance)


def test_only_the_database_module_commits():
    calls = [
        f"{file}:{node.lineno}"
        for file, tree in trees("courses", "quizzes", "training_app")
        if file != "training_app/db.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert calls == []


@pytest.mark.parametrize("module", ["training_app", "training_app.services.access", "courses", "quizzes", "config"])
def test_flask_is_not_imported_before_an_application_is_made(module):
    code = f"import sys, {module}; print('flask' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
