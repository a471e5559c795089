"""Ralph, which others wrote: a learning record store over loopback, and the models that it holds statements against."""

import base64
import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.counterparts import ROOT, python_of
from tests.counterparts.ralph_store import NAME, PASSWORD
from tests.patience import PATIENCE_SECONDS

HERE = ROOT / "tests" / "counterparts"
CREDENTIALS = f"{NAME}:{PASSWORD}"


def faults_in(statements: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Return what ralph's models find wrong with each statement."""
    lines = "".join(json.dumps(one) + "\n" for one in statements)
    command = [python_of("ralph"), "-P", HERE / "ralph_models.py"]
    ran = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


class Store:
    """A record store that runs."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.endpoint = f"http://127.0.0.1:{port}/xAPI"

    def statements(self) -> list[dict[str, Any]]:
        """Return everything that it has, in the order in which it came."""
        secret = base64.b64encode(CREDENTIALS.encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "X-Experience-API-Version": "1.0.3"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/xAPI/statements", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        found = json.load(answer)["statements"]
        connection.close()
        return sorted(found, key=lambda one: one["stored"])


@contextmanager
def storing(folder: Path) -> Iterator[Store]:
    """Give a store that keeps what it gets in *folder*."""
    command = [python_of("ralph"), "-P", HERE / "ralph_store.py", folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Store(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(PATIENCE_SECONDS)
