"""`docs/api.md` is right: its examples are sent, its tables are compared with the code."""

import json
import shlex
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.docs.documents import blocks, codes, section, table, tables
from tests.views import authzen
from tests.views.asking import NOW, Asking, answering, set_clock
from training_app.rules.access import Ground
from training_app.rules.certification import Coverage, Validity
from training_app.rules.clients import Scope
from training_app.views.api import Semantic

LOOPBACK = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def agency(demo_sqlite, tmp_path_factory) -> Iterator[Asking]:
    with demo_sqlite() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        yield asking


@pytest.fixture
def asking(agency, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    return agency


@pytest.fixture
def server(asking) -> Iterator[str]:
    """Where the demo agency is served."""
    served = make_server("127.0.0.1", 0, asking.app, threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


def sent_by(command: str) -> dict[str, Any]:
    """Return what a ``curl`` command sends, as Flask's client takes it."""
    program, silent, address, *options = shlex.split(command.replace("\\\n", " "))
    assert (program, silent) == ("curl", "-s")
    pairs = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for option, value in pairs if option == "-H")
    [data] = [value for option, value in pairs if option == "-d"]
    return {"path": address.removeprefix(LOOPBACK), "headers": headers, "data": data}


def test_the_command_is_answered_as_the_page_shows(asking):
    [command] = blocks(section("api.md", "Ask"))
    shown, _guidance = blocks(section("api.md", "The answer"), "json")
    answer = asking.client.post(**sent_by(command)).get_json()
    promised = json.loads(shown)
    assert list(promised["context"]) == ["id", *authzen.CONTEXT.schema["required"]]
    for told in (answer, promised):
        del told["context"]["id"]
    assert answer == promised


def test_the_question_on_the_page_is_one(asking):
    [shown] = blocks(section("api.md", "Ask"), "json")
    authzen.REQUEST.validate(json.loads(shown))
    assert asking.send(json=json.loads(shown)).get_json()["decision"] is False


def test_the_guidance_on_the_page_is_that_of_the_question_without_its_authorisation(asking):
    [shown] = blocks(section("api.md", "Ask"), "json")
    _answer, guidance = blocks(section("api.md", "The answer"), "json")
    question = json.loads(shown)
    question["subject"]["id"] = "DP-1003"
    assert asking.send(json=question).get_json()["decision"] is True
    del question["context"]["authorisation"]
    refused = asking.send(json=question).get_json()["context"]
    assert [ground["code"] for ground in refused["grounds"]] == ["authorisation-missing"]
    assert {"guidance": refused["guidance"]} == json.loads(guidance)


def test_every_member_of_the_question_is_explained(asking):
    explained = {codes(row["member"])[0] for row in table(section("api.md", "Ask"))}
    [shown] = blocks(section("api.md", "Ask"), "json")
    assert explained == set(paths(json.loads(shown)))


def paths(value: object, before: str = "") -> Iterator[str]:
    if not isinstance(value, dict):
        yield before
        return
    for name, inner in value.items():
        yield from paths(inner, f"{before}.{name}" if before else name)


def test_every_member_of_the_answer_is_explained():
    rows = table(section("api.md", "The answer"))
    assert [codes(row["member of `context`"])[0] for row in rows] == ["id", *authzen.CONTEXT.schema["required"]]
    meanings = {codes(row["member of `context`"])[0]: codes(row["meaning"]) for row in rows}
    assert meanings["validity"] == [one.value for one in Validity]
    assert meanings["coverage"] == [one.value for one in Coverage]


def test_every_ground_is_explained_in_the_order_in_which_grounds_are_given():
    rows = table(section("api.md", "Grounds"))
    assert [codes(row["code"])[0] for row in rows] == [ground.value for ground in Ground]
    assert all(row["meaning"] and row["way out"] for row in rows)


def test_errors_are_those_of_the_page(asking):
    told = {(row["status"], codes(row["`error`"])[0]) for row in table(section("api.md", "Errors"))}
    asking.register("Asks once", "once-token", per_minute=1)
    asking.register("Searches", "search-token", scopes=[Scope.SEARCH])
    responses = [
        asking.send(data=b"{"),
        asking.send(token=None),
        asking.send(token="search-token"),
        asking.client.get("/access/v1/evaluation"),
        asking.send(data=b" " * (256 * 1024 + 1), content_type="application/json"),
        *(asking.send(token="once-token", data=b"{") for _ in range(2)),
    ]
    met = {(str(response.status_code), response.get_json()["error"]) for response in responses}
    assert told == met


def test_every_address_is_in_the_table_with_the_scope_that_it_asks_for(asking):
    rows = tables(section("api.md", "The access question over HTTP"))[0]
    told = {(codes(row["address"])[0], *codes(row["scope"])) for row in rows}
    views = asking.app.view_functions
    answered = {
        (f"{method} {rule.rule}", *([views[rule.endpoint].required.value] if views[rule.endpoint].required else []))
        for rule in asking.app.url_map.iter_rules()
        if rule.rule.startswith(("/access/", "/oauth/", "/.well-known/"))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert told == answered


def test_the_batch_on_the_page_is_answered_as_it_says(asking):
    [shown] = blocks(section("api.md", "Many questions at once"), "json")
    answers = asking.post("/access/v1/evaluations", json=json.loads(shown)).get_json()["evaluations"]
    assert [one["decision"] for one in answers] == [True, False, False]
    assert answers[2]["context"]["error"]["status"] == 400
    told = [codes(row["`evaluations_semantic`"])[0] for row in table(section("api.md", "Many questions at once"))]
    assert told == [semantic.value for semantic in Semantic]


def test_the_search_on_the_page_finds_a_page_and_its_next(asking):
    [command] = blocks(section("api.md", "Searches"))
    answer = asking.client.post(**sent_by(command)).get_json()
    assert [one["id"] for one in answer["results"]] == ["DP-1003", "DP-1007"]
    assert answer["page"]["next_token"]


def test_the_report_on_the_page_is_one(asking):
    [shown] = blocks(section("api.md", "Versions in the field"), "json")
    told = asking.post("/access/v1/field-reports", json=json.loads(shown)).get_json()
    assert (told["registered"], told["state"]) == (True, "in-use")


def test_the_python_example_runs_and_tells(server, capsys):
    [example] = blocks(section("api.md", "From Python"), "python")
    assert LOOPBACK in example
    exec(compile(example.replace(LOOPBACK, server), "docs/api.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.splitlines() == [
        "(True, [])",
        "(False, ['Take only what changed, with its quiz. The rest of the course stays valid.'])",
    ]


def test_the_python_example_takes_no_answer_for_a_no(server, capsys):
    [example] = blocks(section("api.md", "From Python"), "python")
    stranger = example.replace(LOOPBACK, server).replace("demo-tool-token", "another-token")
    exec(compile(stranger, "docs/api.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.splitlines() == ["(False, ['Ask again later.'])"] * 2
