"""Tools report which version they run, and where.  What they say grants nothing; an unknown version alerts."""

import logging

from flask import Blueprint, current_app, jsonify, make_response
from flask.typing import ResponseReturnValue

from training_app.bearer import calling_client, note_use
from training_app.clock import now
from training_app.db import transaction
from training_app.rules.clients import Scope
from training_app.security import requires
from training_app.services import field_reports
from training_app.services.field_reports import ToolNotKnownToClient, TooManyPlaces
from training_app.views.access_answers import rfc3339
from training_app.views.access_questions import TOOL, Malformed, entity_in, optional_object, sent, text_in
from training_app.views.api import bad_request

bp = Blueprint("field_reports", __name__)
logger = logging.getLogger(__name__)


@bp.post("/access/v1/field-reports")
@requires(Scope.ANNOUNCE)
def report() -> ResponseReturnValue:
    """Note the version that a tool runs; say whether it is registered, and what holds of it."""
    try:
        body = sent()
        resource = entity_in(body, "resource")
        properties = optional_object(body["resource"], "properties", "resource.properties")
        label, place = text_in(properties, "version", "resource.properties.version"), text_in(body, "place", "place")
    except Malformed as error:
        return bad_request(error)
    caller, at = calling_client(), now()
    slug = resource.id if resource.type == TOOL else ""
    try:
        with transaction(then=current_app.extensions["sealer"].tell) as session:
            found = field_reports.report(session, caller, slug, label, place, at=at)
            note_use(session, at=at)
    except ToolNotKnownToClient as error:
        return make_response(jsonify(error="not-found", message=str(error)), 404)
    except TooManyPlaces as error:
        return make_response(jsonify(error="too-many-places", message=str(error)), 409)
    if found.state is None and found.changed:
        logger.warning("client-%d reports a version of %s that nobody registered", caller.client_id, slug)
    state = found.state.value if found.state else None
    return jsonify(registered=found.state is not None, state=state, heard_at=rfc3339(at))
