"""What is stated of an officer's learning, to the letter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules import xapi
from training_app.rules.canonical import pseudonym
from training_app.rules.xapi import Certified, Learner, Sat, Verb

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OFFICER = Learner(home="https://training.police.example", name="3f" * 32)
SAT = Sat(attempt=7, module="ai-limits", revision="ab" * 32, titles={"en": "Limits", "fr": "Limites"}, language="fr")
AWARD = Certified(award=5, tool="sightline", name="Sightline", version="3.2", kind="full")


def passed(share: Fraction = Fraction(7, 8), **changed: object) -> xapi.Statement:
    return xapi.marked(OFFICER, SAT, **{"fact": "submission:9", "passed": True, "share": share, "at": AT} | changed)


def test_a_pass_is_stated_whole():
    assert passed() == {
        "id": "56e47931-6475-52e3-882b-f42256f4f545",
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://training.police.example", "name": "3f" * 32},
        },
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
        "object": {
            "objectType": "Activity",
            "id": "https://training.police.example/xapi/modules/ai-limits",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/module",
                "name": {"en": "Limits", "fr": "Limites"},
            },
        },
        "result": {"success": True, "score": {"scaled": 0.875}},
        "context": {
            "registration": "67753bb8-497c-5bab-9c15-4e418372dac0",
            "platform": "training-app",
            "language": "fr",
            "revision": "ab" * 32,
            "extensions": {"urn:training-app:extension:module": "ai-limits"},
        },
        "timestamp": "2026-03-01T09:00:00.000000Z",
        "version": "1.0.0",
    }


def test_a_fail_has_its_own_verb_and_id():
    failed = passed(passed=False)
    assert (failed["verb"]["id"], failed["result"]["success"]) == (Verb.FAILED, False)
    assert failed["id"] != passed()["id"]


def test_completion_says_how_long_it_took_and_nothing_of_the_mark():
    stated = xapi.completed(OFFICER, SAT, submission=9, took=timedelta(minutes=12, seconds=5.9), at=AT)
    assert stated["result"] == {"completion": True, "duration": "PT725S"}


@pytest.mark.parametrize(
    ("share", "scaled"),
    [(Fraction(0), 0), (Fraction(1), 1), (Fraction(2, 3), 0.6666), (Fraction(79_999, 100_000), 0.7999)],
)
def test_a_score_is_never_rounded_up_to_a_pass(share, scaled):
    assert passed(share)["result"]["score"] == {"scaled": scaled}


def test_what_belongs_to_one_attempt_has_one_registration():
    begun = xapi.begun(OFFICER, SAT, at=AT)
    assert begun["context"]["registration"] == passed()["context"]["registration"]
    another = xapi.begun(OFFICER, replace(SAT, attempt=8), at=AT)
    assert another["context"]["registration"] != begun["context"]["registration"]


def test_an_award_names_the_version_and_its_end_gives_no_reason():
    award, end = xapi.satisfied(OFFICER, AWARD, at=AT), xapi.revoked(OFFICER, AWARD, end=2, at=AT)
    assert award["object"] == end["object"]
    assert award["object"]["id"].endswith("/xapi/tools/sightline/versions/3.2")
    assert award["context"]["extensions"] == {
        "urn:training-app:extension:tool": "sightline",
        "urn:training-app:extension:tool-version": "3.2",
        "urn:training-app:extension:award-kind": "full",
    }
    assert (end["verb"]["id"], end["verb"]["display"]) == ("urn:training-app:verb:revoked", {"en": "revoked"})
    assert "result" not in end


def test_what_was_never_valid_voids_the_statement_of_it():
    voided = xapi.voided(OFFICER, AWARD, end=2, at=AT)
    assert voided["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert voided["object"] == {"objectType": "StatementRef", "id": xapi.satisfied(OFFICER, AWARD, at=AT)["id"]}


def test_a_statement_has_the_same_id_whenever_it_is_made_and_another_in_another_installation():
    assert passed()["id"] == passed(at=AT + timedelta(days=1))["id"]
    assert UUID(passed()["id"]).version == 5
    ids = {
        xapi.statement_id(learner, fact, verb)
        for learner in (OFFICER, replace(OFFICER, home="https://other.example"), replace(OFFICER, name="another"))
        for fact in ("submission:9", "submission:10", "award:9")
        for verb in Verb
    }
    assert len(ids) == 3 * 3 * len(Verb)


def test_an_account_has_another_name_than_the_journal_gives_and_none_without_the_salt():
    name = xapi.account_name(1002, salt=b"a" * 32)
    assert name == xapi.account_name(1002, salt=b"a" * 32)
    assert name != xapi.account_name(1002, salt=b"b" * 32)
    assert name != pseudonym(1002, salt=b"a" * 32)
    assert "1002" not in name


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_whatever_a_vendor_calls_a_version_is_one_segment_of_an_address(label):
    about = xapi.satisfied(OFFICER, replace(AWARD, version=label), at=AT)["object"]["id"]
    parts = urlsplit(about)
    assert (parts.query, parts.fragment) == ("", "")
    assert parts.path.count("/") == len(["", "xapi", "tools", "sightline", "versions", "x"]) - 1
    assert unquote(parts.path.rsplit("/", 1)[1]) == label


def test_a_store_may_add_to_a_statement_and_not_say_something_else():
    ours = passed()
    assert xapi.same(ours, {**ours, "stored": "2026-03-01T09:00:01Z", "timestamp": "2026-03-01T10:00:00+01:00"})
    for theirs in (passed(passed=False), passed(Fraction(1, 2)), xapi.begun(OFFICER, SAT, at=AT), {}):
        assert not xapi.same(ours, theirs)
    stranger = {**ours, "actor": {"objectType": "Agent", "account": {**ours["actor"]["account"], "name": "x"}}}
    assert not xapi.same(ours, stranger)
