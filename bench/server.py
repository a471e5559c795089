"""The product as it is served, with one bare address beside it."""

from typing import TYPE_CHECKING

from flask import jsonify, request

from config import Config
from training_app import cli, create_app
from training_app.security import requires

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

BARE = "/access/bare"

#: About as long as an answer to the access question.
FILLER = "x" * 500


def load(config: Config) -> "Flask":
    """Return the product's application with a view that reads JSON, writes JSON, and does nothing in between."""
    app = create_app(config)
    view = requires(None)(_bare)
    app.add_url_rule(BARE, "bare", view, methods=["POST"])
    app.extensions["csrf"].exempt(view)
    return app


def _bare() -> "ResponseReturnValue":
    asked = request.get_json(force=True)
    return jsonify(decision=True, context={"officer": asked["subject"]["id"], "filler": FILLER})


def main() -> None:
    cli.run_server(Config.for_demo(), load)
