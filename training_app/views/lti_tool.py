"""This product as learning platforms are told of it: its addresses, its names, and which platforms it may call."""

from flask import current_app, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from config import Config
from training_app.lti.calls import CallRules
from training_app.lti.registration import Tool, plain_hosts


def configured() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def address() -> str:
    """Return scheme and host by which platforms reach this site."""
    return configured().public_address or request.root_url.rstrip("/")


def call_rules() -> CallRules:
    return CallRules(frozenset(host.lower() for host in configured().lti_private_hosts))


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
    return Tool(address(), address() + url_for("static", filename="mark.svg"), names, descriptions)
