"""The web application.  Flask is imported inside `create_app` only, so that commands and services can do without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from config import Config

MOST_BYTES_SENT = 256 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Return the application for *config*; without one, for what the environment says.

    :raises config.ConfigurationError: if the environment does not say enough to start.
    """
    from flask import Flask
    from flask_wtf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    from config import Config
    from training_app import (
        db,
        error_pages,
        holidays,
        languages,
        public_answers,
        public_contacts,
        readiness,
        security,
        sessions,
        static_files,
    )
    from training_app.clock import now
    from training_app.courier import courier_of, event_keys, push_rules
    from training_app.rate_limits import RateLimits
    from training_app.recorder import Recorder
    from training_app.sealer import Sealer
    from training_app.services.journal import seal
    from training_app.services.known_answers import KnownAnswers
    from training_app.services.people_with_access import PeopleWithAccess
    from training_app.services.sign_in import new_passwords
    from training_app.services.yearly_figures import YearlyReports
    from training_app.views import register

    config = config or Config.from_environment()
    app = Flask(__name__)
    app.config.update(_flask_settings(config))
    app.extensions["config"] = config
    app.extensions["passwords"] = new_passwords()
    if config.proxies:
        number = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)  # type: ignore[method-assign]

    database = db.Database(config.database_url)
    database.learning_records_from = config.learning_records_from
    readiness.refuse_unready(config, database)
    database.after_commit.append(lambda committed: seal(committed, at=now()))
    sealer, known = Sealer(database), KnownAnswers()
    app.extensions["sealer"], app.extensions["known_answers"] = sealer, known
    app.extensions["recorder"] = Recorder(database, sealer, known)
    app.extensions["rate_limits"] = RateLimits()
    app.extensions["people_with_access"] = PeopleWithAccess()
    app.extensions["holidays"] = holidays.of(config)
    app.extensions["yearly_reports"] = YearlyReports()
    app.extensions["public_contacts"] = public_contacts.of(config)
    app.extensions["event_keys"], app.extensions["push_rules"] = event_keys(config), push_rules(config)
    courier = app.extensions["courier"] = courier_of(config, database)
    database.after_messages.append(courier.tell)
    db.init_app(app, database)
    app.session_interface = sessions.BrowserSessions(config, database)
    languages.init_app(app, config)
    static_files.init_app(app)
    security.init_app(app, config)  # asks who it is before the next line asks where the form came from
    public_answers.init_app(app)  # before the headers that forbid keeping what says nothing of it
    forgery = CSRFProtect(app)
    error_pages.init_app(app)
    register(app, config, forgery)
    return app


def _flask_settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "MAX_CONTENT_LENGTH": MOST_BYTES_SENT,
        "MAX_FORM_MEMORY_SIZE": MOST_BYTES_SENT,
        "TRUSTED_HOSTS": list(config.host_names) or None,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_HEADERS": ["X-CSRFToken"],
    }
