"""The page in an evidence pack that explains it: read from a folder, without this system, a network or scripts."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from training_app import wording
from training_app.agency import moment
from training_app.packs.layout import OFFICERS
from training_app.services.evidence_pack import Contents
from training_app.wording.evidence_packs import MISSING, PARTS


def index(found: Contents) -> str:
    """Return the page, in the language that was asked for, or in English; in an application's context."""
    offered = found.order.language in current_app.extensions["languages"]
    with force_locale(found.order.language if offered else "en"):
        return render_template("evidence_packs/pack_index.html", **_context(found))


def _context(found: Contents) -> Mapping[str, Any]:
    most = max((count for _ground, count in found.grounds), default=1)
    return {
        "found": found,
        "order": found.order,
        "agency": current_app.extensions["config"].agency_name,
        "first": wording.civil(found.order.first),
        "last": wording.civil(found.order.last),
        "known_at": moment(found.order.known_at, seconds=True),
        "parts": PARTS,
        "missing": MISSING,
        "moment": moment,
        "bars": [(ground, count, round(100 * count / most, 1)) for ground, count in found.grounds],
        "others": found.refusals - len(found.commands),
        "first_command": next(
            (one for one in found.commands if OFFICERS in one.command), next(iter(found.commands), None)
        ),
    }
