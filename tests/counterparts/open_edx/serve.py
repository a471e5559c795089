"""Open edX as a learning platform: its own LTI consumer, in a process of its own, with as little of Open edX around it
as it asks for.

Run by the Python of `tools/install-counterparts`, never imported by ours: the consumer is under the AGPL.

    .venv-open-edx/bin/python tests/counterparts/open_edx/serve.py --tool http://127.0.0.1:8000 --data FOLDER

It prints its address when it is ready: at ``localhost``, while the tool is at ``127.0.0.1``, to a browser another site.
"""

import argparse
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command


class Server(ThreadingMixIn, WSGIServer):
    """Threads, because a browser opens connections before it has anything to ask."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: what came of a request is asked at ``/state``."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True, help="scheme, host and port of the product")
    parser.add_argument("--data", required=True, type=Path, help="folder of the platform's database")
    parser.add_argument("--port", type=int, default=0, help="default: one that is free")
    wanted = parser.parse_args()
    server = make_server("127.0.0.1", wanted.port, None, server_class=Server, handler_class=Silent)
    origin = f"http://localhost:{server.server_port}"
    _configure(origin, wanted.tool, wanted.data)
    server.set_app(_application())
    sys.stdout.write(f"{origin}\n")
    sys.stdout.flush()
    server.serve_forever()


def _configure(origin: str, tool: str, data: Path) -> None:
    """Set what the consumer reads; its issuer is `LTI_API_BASE`."""
    settings.configure(
        SECRET_KEY="of no worth",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="pages",
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "config_models",
            "waffle",
            "rest_framework",
            "lti_consumer",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            "pages.ScoresAsTheyCome",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": data / "open-edx.sqlite3",
                "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE"},
            }
        },
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["stderr"], "level": "ERROR"},
            "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
        },
        # As the consumer asks it of its operators, for what tools post back from another site.
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
        PLATFORM_NAME="Police academy",
        LMS_ROOT_URL=origin,
        LTI_BASE=origin,
        LTI_API_BASE=origin,
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        FEATURES={},
        OPENEDX_TELEMETRY=[],
        TOOL=tool,
    )


def _application() -> object:
    django.setup()
    call_command("migrate", verbosity=0)

    import campus  # after the settings: it reads them
    from django.core.wsgi import get_wsgi_application

    campus.open_campus()
    return get_wsgi_application()


if __name__ == "__main__":
    main()
