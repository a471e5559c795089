"""The application for any WSGI server, configured by the environment: ``gunicorn training_app.wsgi:app``."""

from training_app import create_app

app = create_app()
app.extensions["courier"].tell(app.extensions["database"])  # what an earlier process left in the outbox
