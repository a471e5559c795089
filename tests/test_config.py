"""An installation starts only when it is told what has no safe default, and is told in a sentence what is missing."""

import ast
import os
import stat
from dataclasses import FrozenInstanceError
from datetime import timedelta
from pathlib import Path

import pytest

import config
from config import Config, ConfigurationError

SECRET = "x" * 32


@pytest.fixture
def environ(tmp_path):
    """An environment that says enough to start outside demo mode."""
    key = tmp_path / "journal-key.pem"
    key.write_text("a key")
    return {
        "TRAINING_DATA": str(tmp_path),
        "TRAINING_SECRET_KEY": SECRET,
        "TRAINING_AGENCY_ZONE": "Europe/Athens",
        "TRAINING_JOURNAL_KEY_FILE": str(key),
    }


def test_what_is_not_said_has_a_safe_default(environ, tmp_path):
    made = Config.from_environment(environ)
    assert not made.demo
    assert made.secure_cookies
    assert made.host == "127.0.0.1"
    assert made.database_url == f"sqlite:///{tmp_path}/training.sqlite3"
    assert (made.session_idle_minutes, made.session_absolute_hours, made.kept_answer_days) == (30, 12, 14)
    assert made.max_cache_seconds == 60
    assert made.offline_keys == tmp_path / "offline-keys"
    assert (made.longest_pass, made.longest_status_list) == (timedelta(hours=8), timedelta(hours=4))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRAINING_PASS_HOURS", "0"),
        ("TRAINING_PASS_HOURS", "25"),
        ("TRAINING_STATUS_LIST_MINUTES", "14"),
        ("TRAINING_STATUS_LIST_MINUTES", "1441"),
        ("TRAINING_PUBLIC_ADDRESS", "training.police.example"),
        ("TRAINING_PUBLIC_ADDRESS", "https://training.police.example/"),
        ("TRAINING_PUBLIC_ADDRESS", "https://training.police.example/lms"),
        ("TRAINING_PUBLIC_ADDRESS", "ftp://training.police.example"),
        ("TRAINING_PUBLIC_ADDRESS", "https://[x"),
    ],
)
def test_what_cannot_be_meant_for_offline_use_is_refused_by_name(environ, name, value):
    with pytest.raises(ConfigurationError, match=name):
        Config.from_environment({**environ, name: value})


@pytest.fixture
def stating(environ, tmp_path):
    """An environment with a record store."""
    credentials = tmp_path / "credentials"
    credentials.write_text("name:password")
    return {
        **environ,
        "TRAINING_PUBLIC_ADDRESS": "https://training.police.example",
        "TRAINING_XAPI_ENDPOINT": "https://records.ministry.example/xapi",
        "TRAINING_XAPI_CREDENTIALS_FILE": str(credentials),
    }


def test_nothing_is_stated_unless_a_record_store_is_named(environ, stating):
    assert Config.from_environment(stating).learning_records_from == "https://training.police.example"
    unnamed = {name: value for name, value in stating.items() if name != "TRAINING_XAPI_ENDPOINT"}
    assert Config.from_environment(unnamed).learning_records_from == ""
    assert Config.from_environment(environ).learning_records_from == ""


@pytest.mark.parametrize("name", ["TRAINING_PUBLIC_ADDRESS", "TRAINING_XAPI_CREDENTIALS_FILE"])
def test_a_record_store_needs_an_address_of_ours_and_a_password(stating, name):
    with pytest.raises(ConfigurationError, match=name):
        Config.from_environment({**stating, name: ""})


def test_a_file_of_credentials_that_is_not_there_is_refused(stating):
    with pytest.raises(ConfigurationError, match="name:password"):
        Config.from_environment({**stating, "TRAINING_XAPI_CREDENTIALS_FILE": "/no/such/file"})


@pytest.mark.parametrize(
    "address",
    [
        "http://records.ministry.example/xapi",
        "http://127.0.0.1:8100/xapi",
        "https://records.ministry.example/xapi/",
        "https://records.ministry.example/",
        "https://name:password@records.ministry.example/xapi",
        "https://records.ministry.example/xapi?key=1",
        "https://records.ministry.example/xapi#x",
        "https://records.ministry.example:port/xapi",
        "https://records.ministry.example/x api",
        "https:///xapi",
        "https://[x",
        "records.ministry.example",
    ],
)
def test_a_password_is_sent_only_to_where_nobody_reads_along(stating, address):
    with pytest.raises(ConfigurationError, match="TRAINING_XAPI_ENDPOINT"):
        Config.from_environment({**stating, "TRAINING_XAPI_ENDPOINT": address})


def test_in_the_demonstration_a_store_on_this_machine_will_do(stating):
    on_loopback = {**stating, "TRAINING_DEMO": "1", "TRAINING_XAPI_ENDPOINT": "http://127.0.0.1:8100/xAPI"}
    assert Config.from_environment(on_loopback).xapi_endpoint == "http://127.0.0.1:8100/xAPI"
    elsewhere = {**on_loopback, "TRAINING_XAPI_ENDPOINT": "http://records.ministry.example/xAPI"}
    with pytest.raises(ConfigurationError, match="TRAINING_XAPI_ENDPOINT"):
        Config.from_environment(elsewhere)


@pytest.mark.parametrize("name", ["TRAINING_SECRET_KEY", "TRAINING_AGENCY_ZONE", "TRAINING_JOURNAL_KEY_FILE"])
def test_it_does_not_start_without(environ, name):
    del environ[name]
    with pytest.raises(ConfigurationError, match=f"Set {name} to"):
        Config.from_environment(environ)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TRAINING_SECRET_KEY", "x" * 31, "Set TRAINING_SECRET_KEY to at least 32"),
        ("TRAINING_AGENCY_ZONE", "Europe/Atlantis", "no time zone 'Europe/Atlantis'"),
        ("TRAINING_AGENCY_ZONE", "../etc/passwd", "no time zone"),
        ("TRAINING_JOURNAL_KEY_FILE", "/no/such/key.pem", "there is no such file"),
        ("TRAINING_PORT", "eighty", "Set TRAINING_PORT to a whole number; it is 'eighty'"),
        ("TRAINING_PORT", "70000", "no port 70000"),
        ("TRAINING_SESSION_IDLE_MINUTES", "0", "session_idle_minutes must be at least 1"),
        ("TRAINING_CONDUCT_MONTHS", "0", "conduct_months must be at least 1"),
        ("TRAINING_REPORT_ACKNOWLEDGE_DAYS", "0", "report_acknowledge_days must be at least 1"),
        ("TRAINING_REPORT_CLOSE_DAYS", "0", "report_close_days must be at least 1"),
        ("TRAINING_REPORT_MONTHS", "0", "report_months must be at least 1"),
        ("TRAINING_INCIDENT_ACKNOWLEDGE_DAYS", "0", "incident_acknowledge_days must be at least 1"),
        ("TRAINING_INCIDENT_ANSWER_DAYS", "0", "incident_answer_days must be at least 1"),
        ("TRAINING_INCIDENT_MONTHS", "0", "incident_months must be at least 1"),
        ("TRAINING_KEPT_ANSWER_DAYS", "0", "kept_answer_days must be at least 1"),
        ("TRAINING_PROXIES", "-1", "may not be negative"),
    ],
)
def test_it_does_not_start_with_what_cannot_be_meant(environ, name, value, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        Config.from_environment({**environ, name: value})


def test_what_is_said_is_taken(environ):
    made = Config.from_environment(
        {
            **environ,
            "TRAINING_DATABASE_URL": "postgresql://database.police.test/training",
            "TRAINING_PORT": "8080",
            "TRAINING_KEPT_ANSWER_DAYS": "3",
            "TRAINING_HOST": "0.0.0.0",
            "TRAINING_HOST_NAMES": "training.police.test  training",
            "TRAINING_LANGUAGES": "el en",
            "TRAINING_DEFAULT_LANGUAGE": "el",
            "TRAINING_AGENCY_NAME": "Police of Somewhere",
        }
    )
    assert made.database_url == "postgresql://database.police.test/training"
    assert (made.host, made.port) == ("0.0.0.0", 8080)
    assert made.host_names == ("training.police.test", "training")
    assert made.kept_answer_days == 3
    assert (made.offered_languages, made.default_language) == (("el", "en"), "el")
    assert made.agency_name == "Police of Somewhere"


def test_nothing_can_change_it_afterwards(environ):
    with pytest.raises(FrozenInstanceError):
        Config.from_environment(environ).demo = True


def test_the_secret_does_not_show_when_it_is_printed(environ):
    assert SECRET not in repr(Config.from_environment(environ))


# -- the demonstration ---------------------------------------------------------------------------------------------


def test_the_demonstration_asks_for_nothing_and_keeps_the_secret_that_it_makes(tmp_path):
    environ = {"TRAINING_DEMO": "1", "TRAINING_DATA": str(tmp_path / "new" / "folder")}
    first, second = Config.from_environment(environ), Config.from_environment(environ)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert first.agency_zone == "Europe/Brussels"
    assert not first.secure_cookies
    kept = tmp_path / "new" / "folder" / "demo-secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in kept.parent.iterdir()] == ["demo-secret"]


def test_two_demonstrations_have_two_secrets(tmp_path):
    made = {Config.for_demo({"TRAINING_DATA": str(tmp_path / name)}).secret_key for name in ("one", "two")}
    assert len(made) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_demonstration_is_served_on_loopback(tmp_path, host):
    assert Config.for_demo({"TRAINING_DATA": str(tmp_path), "TRAINING_HOST": host}).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "training.police.test"])
def test_the_demonstration_is_served_nowhere_else(tmp_path, host):
    with pytest.raises(ConfigurationError, match="this machine only"):
        Config.for_demo({"TRAINING_DATA": str(tmp_path), "TRAINING_HOST": host})


@pytest.mark.parametrize("value", ["", "0", "true", "yes"])
def test_demo_mode_is_one_and_nothing_else(environ, value):
    assert not Config.from_environment({**environ, "TRAINING_DEMO": value}).demo


# -- where settings come from --------------------------------------------------------------------------------------

ROOT = Path(config.__file__).parent


def test_the_configuration_imports_nothing_of_the_product():
    tree = ast.parse((ROOT / "config.py").read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in imported if name.split(".")[0] in {"courses", "quizzes", "training_app", "flask"}}


def test_the_environment_is_read_nowhere_else():
    found = []
    for folder in ("courses", "quizzes", "training_app"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                name = (
                    node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
                )
                if name in {"environ", "environb", "getenv", "getenvb"} and not _of_a_request(node):
                    found.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def _of_a_request(node):
    """Whether it is the WSGI environment: ``request.environ``."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "request"


def test_this_test_would_see_the_environment_being_read():
    names = {node.attr for node in ast.walk(ast.parse("import os\nos.environ['A']")) if isinstance(node, ast.Attribute)}
    assert "environ" in names
    assert os.environ is not None
