"""A client that others wrote for the specification works with our endpoint, over a real connection."""

import threading
from collections.abc import Iterator

import pytest
from decern import Client, DecernError
from werkzeug.serving import make_server

from tests.conftest import BACKENDS
from tests.views.asking import answering
from training_app import demo

VERSION_3_2 = {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}


@pytest.fixture(scope="module", params=BACKENDS)
def address(request, tmp_path_factory) -> Iterator[str]:
    """Where the demo agency is served for the tests of this module."""
    loaded = request.getfixturevalue(f"demo_{request.param}")
    with loaded() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        server = make_server("127.0.0.1", 0, asking.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def evaluate(address: str, officer: str, token: str | None = demo.TOKEN, **asked):
    client = Client(address, token=token)
    return client.evaluate(
        {"type": "officer", "id": officer}, asked.get("action", "use"), VERSION_3_2, asked.get("context")
    )


def test_it_is_allowed_what_we_allow(address):
    decision = evaluate(address, "DP-1003", context={"purpose": "missing-person"})
    assert decision.allowed
    assert decision.context["badge"]["code"] == "certified"


def test_it_is_denied_what_we_deny_and_is_told_why(address):
    decision = evaluate(address, "DP-1001")
    assert not decision.allowed
    assert [ground["code"] for ground in decision.context["grounds"]] == ["overdue"]
    assert not evaluate(address, "DP-1003", action={"name": "delete"}).allowed


@pytest.mark.parametrize("token", [None, "another-token"])
def test_without_a_token_of_ours_it_is_told_that_it_is_not_authorised(address, token):
    with pytest.raises(DecernError) as refusal:
        evaluate(address, "DP-1003", token)
    assert refusal.value.status_code == 401


def test_a_question_that_is_none_is_an_error_to_it(address):
    with pytest.raises(DecernError) as refusal:
        evaluate(address, "")
    assert refusal.value.status_code == 400
    assert "subject.id must be a text" in refusal.value.body
