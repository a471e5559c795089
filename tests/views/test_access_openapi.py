"""The OpenAPI document is served, says what there is, and holds for whatever is asked of the endpoints."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.views.asking import Asking, answering
from training_app import demo

ADDRESS = "/access/v1/openapi.json"
DOCUMENT = json.loads(files("training_app").joinpath("openapi.json").read_text("utf-8"))
OPERATIONS = [(method, path) for path, item in DOCUMENT["paths"].items() for method in item]
ASKED_WITH = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or "requestBody" in DOCUMENT["paths"][path][method] or "{" in path
]
"""What takes nothing cannot be asked wrongly."""
EXAMPLES = 15


@pytest.fixture(scope="module")
def asking(demo_sqlite, tmp_path_factory) -> Iterator[Asking]:
    with demo_sqlite() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        yield asking


def test_the_document_is_served_to_everybody(asking):
    response = asking.client.get(ADDRESS)
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.get_json() == DOCUMENT
    assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_every_address_of_programs_is_in_the_document(asking):
    answered = {
        (method.lower(), re.sub(r"<int:(\w+)>", r"{\1}", rule.rule))
        for rule in asking.app.url_map.iter_rules()
        if rule.rule.startswith(("/access/", "/oauth/")) and rule.rule != ADDRESS
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert answered == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path", "mode"), ASKED_WITH)
def test_whatever_is_sent_the_answer_is_as_documented(asking, method, path, mode):
    api = schemathesis.openapi.from_wsgi(ADDRESS, asking.app)
    api.config.generation.update(with_security_parameters=False)  # who may ask is tested beside
    headers = {} if path.startswith("/oauth/") else {"Authorization": f"Bearer {demo.TOKEN}"}

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
    def holds(case):
        case.call_and_validate(headers=headers)

    holds()
