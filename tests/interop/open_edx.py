"""Open edX's platform as a process: started, asked what it knows, told how to meet scores, ended."""

import select
import subprocess
from pathlib import Path
from typing import Any

import requests

from tests.counterparts import ROOT, python_of
from tests.patience import PATIENCE_SECONDS

PROGRAM = ROOT / "tests" / "counterparts" / "open_edx" / "serve.py"


class OpenEdx:
    """A platform with one course, two members, "student" and "staff", and three clients, "first" to "third"."""

    def __init__(self, tool: str, data_folder: Path) -> None:
        self._tool, self._data_folder = tool, data_folder
        self._process: subprocess.Popen[str] | None = None
        self.origin = ""

    def start(self) -> None:
        """Start the program and return once it is ready.

        :raises RuntimeError: with what it printed, if it ends instead or is silent for too long.
        """
        command = [python_of("open-edx"), PROGRAM, "--tool", self._tool, "--data", self._data_folder]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # so that Ctrl-C, which ends the tests, leaves it to them to end it
            )
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], PATIENCE_SECONDS)
        self.origin = self._process.stdout.readline().strip() if readable else ""
        if not self.origin:
            self.stop()
            raise RuntimeError(f"Open edX does not serve:\n{self._log.read_text()}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_SECONDS)
            assert self._process.stdout is not None
            self._process.stdout.close()
        self._process = None

    def state(self) -> dict[str, Any]:
        """Return everything that the platform knows of the tool."""
        answer = requests.get(f"{self.origin}/state", timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def of(self, kind: str, block: str) -> list[dict[str, Any]]:
        """Return what is known of one *kind*, such as ``scores``, at one *block*."""
        return [one for one in self.state()[kind] if one["block"] == block]

    def member(self, name: str) -> str:
        """Return the id by which the tool knows a member."""
        return str(self.state()["members"][name])

    def client(self, name: str = "first") -> dict[str, str]:
        """Return what the registrar types in to register one of the tool's clients."""
        found: dict[str, str] = self.state()["clients"][name]
        return found

    def mint(self, claims: dict[str, Any], client: str = "first") -> str:
        """Return *claims* as a token, signed with the key of a client."""
        answer = requests.post(f"{self.origin}/mint?client={client}", json=claims, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        return answer.text

    def meet_scores(self, how: str) -> None:
        """Have scores met as ``takes``, ``refuses`` or ``keeps-silent`` from now on."""
        requests.post(f"{self.origin}/meet", {"meets": how}, timeout=PATIENCE_SECONDS).raise_for_status()

    @property
    def _log(self) -> Path:
        return self._data_folder / "open-edx.log"
