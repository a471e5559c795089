"""The demonstration, served by the product's own command on a port of its own, from a data folder of its own."""

import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_SECONDS

REPOSITORY = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from training_app.cli import main; main()", "demo"]
BETWEEN_KNOCKS_SECONDS = 0.05


class DemoServer:
    """A server that is started, stopped and killed by the id of its own process; its data folder outlives it."""

    def __init__(self, data_folder: Path, **settings: str) -> None:
        self.data_folder = data_folder
        self.settings = settings
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def password(self) -> str:
        """Of every account of the demonstration, as the command prints it."""
        return (self.data_folder / "demo-password").read_text("ascii").strip()

    @property
    def database(self) -> Path:
        return self.data_folder / "training.sqlite3"

    def start(self) -> None:
        """Start the command and return once it answers.

        :raises RuntimeError: with what it printed, if it ends instead.
        """
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")}
        environ |= {"TRAINING_DATA": str(self.data_folder), "TRAINING_PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                COMMAND,
                cwd=REPOSITORY,
                env=environ | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that Ctrl-C, which ends the tests, leaves it to them to end it
            )
        for _ in range(int(PATIENCE_SECONDS / BETWEEN_KNOCKS_SECONDS)):
            try:
                self._process.wait(BETWEEN_KNOCKS_SECONDS)
            except subprocess.TimeoutExpired:
                if self.answers():
                    return
                continue
            raise RuntimeError(f"The server ended instead of serving:\n{self._log.read_text()}")
        self.kill()
        raise RuntimeError(f"The server did not answer within {PATIENCE_SECONDS:.0f} s:\n{self._log.read_text()}")

    def stop(self) -> None:
        """End it as an operator does, and wait until it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut does: nothing of it gets to tidy up."""
        if self._process is not None and self._process.poll() is None:
            for process_id in (self._process.pid, *children_of(self._process.pid)):
                kill_process(process_id)
            self._process.wait()
        self._process = None

    def answers(self) -> bool:
        """Tell whether anything answers at its address."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS) as connection:
                connection.sendall(b"GET /robots.txt HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                return connection.recv(len(b"HTTP/1.0 200")).endswith(b"200")
        except OSError:
            return False

    def copied_to(self, data_folder: Path, **settings: str) -> "DemoServer":
        """Return a server, not started, on a copy of the data of this one, which must not be running."""
        shutil.copytree(self.data_folder, data_folder)
        return DemoServer(data_folder, **settings)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what the database holds, read beside the server."""
        with self._connected() as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """Return the one value that *query* asks for."""
        ((found,),) = self.rows(query, *values)
        return found

    def write(self, statement: str, *values: object) -> None:
        """Change what is no fact, such as the time of a session's latest request."""
        with self._connected() as connection, connection:
            connection.execute(statement, values)

    @property
    def _log(self) -> Path:
        return self.data_folder / "server.log"

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.database, timeout=PATIENCE_SECONDS)) as connection:
            yield connection


def children_of(process_id: int) -> list[int]:
    """Return the processes that *process_id* has started; the one that serves is such a child, in its own group."""
    threads = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(child) for children in threads for child in children.read_text().split()]


def kill_process(process_id: int) -> None:
    """Kill the process and wait until it is gone."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process_id)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            select.select([handle], [], [], PATIENCE_SECONDS)
        finally:
            os.close(handle)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
