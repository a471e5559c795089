"""A version's way into use, as the role that docs/database.md gives to the application on PostgreSQL."""

import pytest

from courses.catalogue import STARTER_CONTENT as MODULES
from quizzes.catalogue import STARTER_CONTENT as BANKS
from tests.rules.factories import local
from tests.services.test_database_role import as_application  # noqa: F401 - a fixture
from tests.services.test_demo_agency import NOW, person, prepare_3_3
from training_app import demo
from training_app.services import content, releases

pytestmark = pytest.mark.postgresql


def test_the_role_can_prepare_and_release_a_version(as_application):  # noqa: F811
    with as_application.transaction() as session:
        content.load_catalogue(session, MODULES, BANKS, at=local("2025-12-01"))
        demo.load(session, password_hash="no password is asked here")
    digest = "0" * 64
    with as_application.transaction() as session:
        version, by = prepare_3_3(session, at=NOW), person(session, "DP-3002")
        terms = {"effective_at": NOW, "at": NOW, "seen": digest, "foreseen": digest, "zone": demo.ZONE}
        assert releases.release(session, version, by=by, **terms).effective_at == NOW
