"""Programs of others that run beside the product, each in an environment of its own (`tools/install-counterparts`)."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def python_of(name: str) -> Path:
    """Return the Python of the environment of counterpart *name*; where it is not installed, skip the test."""
    python = ROOT / f".venv-{name}" / "bin" / "python"
    if not (python.parents[1] / ".installed").exists():
        pytest.skip(f"{name} is not installed; run tools/install-counterparts and see what it says")
    return python
