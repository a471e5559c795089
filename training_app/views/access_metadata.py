"""What programs can find out about the access API before they ask: where it is, and what it takes and gives."""

from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from training_app.security import requires

bp = Blueprint("access_metadata", __name__)

SECONDS_KEPT = 3_600


@bp.get("/.well-known/authzen-configuration")
@requires(None)
def configuration() -> ResponseReturnValue:
    """Return the metadata of this policy decision point, as AuthZEN defines them."""
    answer = jsonify(
        policy_decision_point=here(),
        access_evaluation_endpoint=here() + url_for("api.evaluation"),
        access_evaluations_endpoint=here() + url_for("api.evaluations"),
        search_subject_endpoint=here() + url_for("searches.subjects"),
        search_resource_endpoint=here() + url_for("searches.resources"),
        search_action_endpoint=here() + url_for("searches.actions"),
    )
    return _kept(answer)


@bp.get("/access/v1/openapi.json")
@requires(None)
def openapi() -> ResponseReturnValue:
    """Return the OpenAPI 3.1 document of the access API."""
    return _kept(Response(_document(), content_type="application/json"))


def here() -> str:
    """Return the address of this server, as it was asked."""
    return request.host_url.rstrip("/")


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={SECONDS_KEPT}"
    return answer


@cache
def _document() -> bytes:
    return files("training_app").joinpath("openapi.json").read_bytes()
