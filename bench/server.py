"""The product as it is served, with two addresses beside it that only a measurement has."""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from flask import jsonify, request

from config import Config
from training_app import cli, create_app
from training_app.recorder import Recorder
from training_app.security import requires
from training_app.services.machine_questions import Decided
from training_app.views import api

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

BARE = "/access/bare"
UNRECORDED = "/access/unrecorded"

#: About as long as an answer to the access question.
FILLER = "x" * 500


def load(config: Config) -> "Flask":
    """Return the product's application with two more views.

    One reads JSON, writes JSON, and does nothing in between; the other answers the access question without recording.
    """
    app = create_app(config)
    view = requires(None)(_bare)
    app.add_url_rule(BARE, "bare", view, methods=["POST"])
    app.extensions["csrf"].exempt(view)
    app.add_url_rule(UNRECORDED, "unrecorded", api.evaluation, methods=["POST"])
    app.extensions["csrf"].exempt(api.evaluation)
    app.extensions["recorder"] = _Selective(app.extensions["recorder"])
    return app


class _Selective:
    """Records what the product is asked, and not what the measurement's own address is."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._numbers: Iterator[int] = count(1)

    def record(self, decided: Decided) -> list[int]:
        if request.path == UNRECORDED:
            return [next(self._numbers) for _ in decided.answered]
        return self._recorder.record(decided)


def _bare() -> "ResponseReturnValue":
    asked = request.get_json(force=True)
    return jsonify(decision=True, context={"officer": asked["subject"]["id"], "filler": FILLER})


def main() -> None:
    cli.run_server(Config.for_demo(), load)
