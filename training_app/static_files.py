"""Addresses of static files name the content, so that a browser may keep it for a year and never shows an old one."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

CHARACTERS = 16
KEPT_A_YEAR = "public, max-age=31536000, immutable"


class Contents:
    """Digests of the files in one folder, taken anew when a file has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[int, str]] = {}

    def digest(self, name: str) -> str | None:
        """Return the digest of the file *name*; ``None`` where there is none."""
        try:
            changed = (self._folder / name).stat().st_mtime_ns
        except OSError:
            return None
        if self._known.get(name, (0, ""))[0] != changed:
            content = (self._folder / name).read_bytes()
            self._known[name] = (changed, sha256(content).hexdigest()[:CHARACTERS])
        return self._known[name][1]


def init_app(app: Flask) -> None:
    """Let ``url_for("static", filename=...)`` name the content, and let what was asked for by its content be kept."""
    contents = Contents(Path(app.static_folder or ""))

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and (digest := contents.digest(values["filename"])):
            values.setdefault("v", digest)

    @app.after_request
    def let_it_be_kept(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304} and request.view_args:
            named = request.args.get("v")
            if named and named == contents.digest(request.view_args["filename"]):
                response.headers["Cache-Control"] = KEPT_A_YEAR
        return response
