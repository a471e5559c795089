"""Golden files: what is read from a file, question by question, and what is told of it; see ``golden/README.md``.

A file is written down anew with ``python -m tests.quizzes.exchange.test_golden_files``; look at what changed.
"""

import json
from pathlib import Path

import pytest

from quizzes.exchange import formats
from quizzes.exchange.report import Reading
from quizzes.interaction_fields import interaction_json, kind_of

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(file.name for file in GOLDEN.iterdir() if file.suffix in (".gift", ".xml"))


def written_down(reading: Reading) -> dict[str, object]:
    return {
        "questions": [
            {
                "line": question.line,
                "title": question.title,
                "name": question.name,
                "category": question.category,
                "tags": list(question.tags),
                "points": question.points,
                "kind": kind_of(question.interaction).value,
                **interaction_json(question.interaction),
                "text": question.text.to_json(),
            }
            for question in reading.questions
        ],
        "notes": [[note.line, note.what.value, note.about, note.title] for note in reading.notes],
    }


def read(name: str) -> dict[str, object]:
    return written_down(formats.read((GOLDEN / name).read_bytes(), words=("True", "False")))


@pytest.mark.parametrize("name", FILES)
def test_a_golden_file_is_read_as_it_was(name: str):
    assert read(name) == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def test_the_golden_files_are_there():
    assert len(FILES) == 7


if __name__ == "__main__":
    for one in FILES:
        (GOLDEN / f"{one}.json").write_text(json.dumps(read(one), ensure_ascii=False, indent=1) + "\n", "utf-8")
