"""Forms without the application: an empty one that knows neither database nor forgery."""

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture(scope="session")
def form_app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for forms", WTF_CSRF_ENABLED=False)
    Babel(app)
    return app
