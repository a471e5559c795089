"""Ralph's learning record store, over loopback: run with the Python of its own environment, never imported.

Takes a folder for what it keeps; says on its standard output at which port it is, and ends with its standard input.
The name and the password that it lets in are `NAME` and `PASSWORD`.
"""

import json
import os
import socket
import sys
import threading
from pathlib import Path

NAME, PASSWORD = "training", "a password: with a colon"


def set_up(folder: Path) -> None:
    """Say by the environment, which ralph reads as it is imported, that files in *folder* are the store."""
    import bcrypt

    users = [
        {
            "username": NAME,
            "hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
            "scopes": ["all"],
            "agent": {"mbox": "mailto:store@lrs.example"},
        }
    ]
    (folder / "auth.json").write_text(json.dumps(users), "utf-8")
    os.environ |= {
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder),
    }


def append_to_the_file() -> None:
    """Let a second statement be written: by default ralph makes its file anew for each, and fails at the second."""
    from ralph.backends.data.base import BaseOperationType
    from ralph.backends.lrs.fs import FSLRSBackend

    write = FSLRSBackend.write

    def append(self, data, target=None, chunk_size=None, ignore_errors=False, operation_type=None):
        return write(self, data, target, chunk_size, ignore_errors, BaseOperationType.APPEND)

    FSLRSBackend.write = append


def main() -> None:
    set_up(Path(sys.argv[1]))
    append_to_the_file()
    import uvicorn
    from ralph.api import app

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))

    def end_with_input() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_input, daemon=True).start()
    listening.listen()
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
