"""Each example in front of a dummy tool, started as its reader would start it, and asked as an officer."""

import os
import shutil
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
KNOCK_SECONDS = 0.05
PASSWORD = "only for tests"
FRONTS = ("nginx", "wsgi", "asgi", "command")


class Front:
    """One example; *through* tells whether an officer reaches the tool behind it."""

    def __init__(self, port: int = 0, environ: Mapping[str, str] | None = None, adapter: object = None) -> None:
        self.port, self.environ = port, environ
        self.adapter = adapter
        """The process that nginx asks."""

    def through(self, officer: str | None) -> bool:
        if self.environ is not None:
            return self._by_command(officer or "")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {}
        if officer is not None:
            password = b64encode(f"{officer}:{PASSWORD}".encode()).decode()
            headers = {"X-Officer": officer, "Authorization": f"Basic {password}"}
        try:
            connection.request("GET", "/", headers=headers)
            response = connection.getresponse()
            status, body = response.status, response.read()
        finally:
            connection.close()
        assert (status == 200) == (body == b"the tool"), (status, body)
        assert status == 200 or status >= 400, status
        return status == 200

    def _by_command(self, officer: str) -> bool:
        command = [sys.executable, EXAMPLES / "check_access.py", officer]
        done = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert done.returncode in {0, 1, 2}, done.stderr
        assert "Traceback" not in done.stderr
        return done.returncode == 0


class _Tool(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"the tool")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def front(name: str, folder: Path, server: str, token: str, *, officers: tuple[str, ...] = ()) -> Iterator[Front]:
    """Start the example *name* in front of Sightline 3.2, asking *server*; what was started ends with it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("ACCESS_", "TRAINING_"))}
    environ |= {
        "ACCESS_SERVER": server,
        "ACCESS_TOKEN": token,
        "ACCESS_TOOL": "sightline",
        "ACCESS_VERSION": "3.2",
        "ACCESS_TIMEOUT_SECONDS": "1",
    }
    with ExitStack() as running:
        port = free_port()
        match name:
            case "command":
                yield Front(environ=environ)
            case "wsgi":
                command = [sys.executable, ROOT / "tests/examples/wsgi_tool.py", str(port)]
                running.enter_context(process(command, port, environ))
                yield Front(port)
            case "asgi":
                command = [
                    sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
                    "--no-ws", "--working-dir", ROOT / "tests/examples", "asgi_tool:app",
                ]  # fmt: skip
                running.enter_context(process(command, port, environ))
                yield Front(port)
            case "nginx":
                ports = free_port(), free_port()
                tool = ThreadingHTTPServer(("127.0.0.1", ports[0]), _Tool)
                running.enter_context(serving(tool))
                command = [sys.executable, EXAMPLES / "auth_endpoint.py", str(ports[1])]
                adapter = running.enter_context(process(command, ports[1], environ))
                running.enter_context(process(_nginx(folder, port, *ports, officers), port, environ))
                yield Front(port, adapter=adapter)


def _nginx(folder: Path, port: int, tool: int, adapter: int, officers: tuple[str, ...]) -> list[str]:
    """Write the example's configuration, with ports of this test's own, into *folder*; return the command."""
    text = (EXAMPLES / "nginx" / "nginx.conf").read_text("utf-8")
    for written, own in (("127.0.0.1:8080", port), ("127.0.0.1:9000", tool), ("127.0.0.1:9001", adapter)):
        assert text.count(written) == 1, written
        text = text.replace(written, f"127.0.0.1:{own}")
    (folder / "nginx.conf").write_text(text, "utf-8")
    (folder / "officers.htpasswd").write_text("".join(f"{one}:{{PLAIN}}{PASSWORD}\n" for one in officers), "ascii")
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None, "run tools/install-nginx"
    directives = "daemon off;" + (" user root;" if os.getuid() == 0 else "")
    return [
        program,
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
        "-g",
        directives,
    ]


@contextmanager
def process(command: list[object], port: int, environ: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Start *command*, wait until something listens on *port*, and end the process afterwards."""
    started = subprocess.Popen(list(map(str, command)), env=environ, stdin=subprocess.DEVNULL)
    try:
        for _ in range(int(PATIENCE_SECONDS / KNOCK_SECONDS)):
            if started.poll() is not None:
                raise RuntimeError(f"ended instead of serving: {command}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS).close()
                break
            except OSError:
                try:
                    started.wait(KNOCK_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        yield started
    finally:
        started.terminate()
        started.wait(PATIENCE_SECONDS)


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[str]:
    """Serve in a thread; the value is the address."""
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
