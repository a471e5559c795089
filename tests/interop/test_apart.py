"""Open edX's consumer is under the AGPL: it runs as a program of its own, and nothing of ours is made of it."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec

from tests.counterparts import ROOT

OURS = ("config.py", "bench", "courses", "examples", "quizzes", "tests", "tools", "training_app")
ITS_PROGRAM = ROOT / "tests" / "counterparts" / "open_edx"
ITS = {"lti_consumer", "opaque_keys", "django", "campus", "pages"}


def test_it_is_not_in_the_environment_of_the_product_and_its_tests():
    assert find_spec("lti_consumer") is None


def test_only_its_own_program_imports_it_and_nobody_imports_that_program():
    assert [found for found in imports() if found[1].partition(".")[0] in ITS or "open_edx.serve" in found[1]] == []


def imports() -> Iterator[tuple[str, str]]:
    """Yield each file of ours with what it imports; relative imports begin with their dots."""
    for name in OURS:
        top = ROOT / name
        for file in [top] if top.is_file() else sorted(top.rglob("*.py")):
            if file.is_relative_to(ITS_PROGRAM):
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((str(file), alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield str(file), "." * node.level + (node.module or "")
