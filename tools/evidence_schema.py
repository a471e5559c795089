"""Write ``docs/evidence.schema.json`` anew, after a kind of fact was added or changed."""

import json
from pathlib import Path

from training_app.rules.evidence_schema import schema

FILE = Path(__file__).resolve().parent.parent / "docs" / "evidence.schema.json"


def text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
