"""This product as learning platforms are told of it: its addresses, its names, and which platforms it may call."""

from flask import current_app, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from training_app.lti.calls import CallRules
from training_app.lti.registration import Tool, plain_hosts
from training_app.views import lti_pages as pages


def call_rules() -> CallRules:
    return CallRules(frozenset(host.lower() for host in pages.config().lti_private_hosts))


def hosts_without_tls() -> frozenset[str]:
    """Return the hosts for which http will do."""
    return plain_hosts(call_rules())


def tool() -> Tool:
    names, descriptions = {}, {}
    for language in ("en", *(one for one in current_app.extensions["languages"] if one != "en")):
        with force_locale(language.replace("-", "_")):
            names[language] = _("AI tool training")
            descriptions[language] = _(
                "Trains and certifies officers for AI tools, and tells who may use which version."
            )
    own = pages.own_address()
    return Tool(own, own + url_for("static", filename="mark.svg"), names, descriptions)
