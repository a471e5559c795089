"""The verifier gives the answer of every published vector, and never a yes to what was changed."""

import json
import re
import shutil
import subprocess
import sys
import zlib
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.docs.documents import DOCUMENTS, codes, section, table
from tools import offline_vectors
from training_app.offline import verifier
from training_app.rules import status_list

FILE = Path(verifier.__file__)
VECTORS = json.loads((DOCUMENTS / "offline-vectors.json").read_text("utf-8"))
KEYS, GOOD_PASS, GOOD_LIST = (
    VECTORS[kind]["published" if kind == "keys" else "good"] for kind in ("keys", "passes", "lists")
)
AT = offline_vectors.seconds(hours=1)


def asked(shown=GOOD_PASS, listed=GOOD_LIST, keys=KEYS, **other):
    return verifier.verify(shown, listed, keys, **{"tool": "sightline", "version": "3.2", "at": AT} | other)


def as_said(token):
    """Return what a token says, with its list unpacked: two libraries compress the same list in two ways."""
    try:
        header, claims = (json.loads(urlsafe_b64decode(part + "===")) for part in token.split(".")[:2])
        found = claims.get("status_list")
        if found and found["bits"] == 1:
            found["lst"] = zlib.decompress(urlsafe_b64decode(found["lst"] + "===")).hex()
    except (ValueError, zlib.error):
        return token
    return header, claims


def test_the_published_vectors_are_those_that_the_product_makes():
    made = offline_vectors.vectors()
    assert made["keys"] == VECTORS["keys"]
    assert made["cases"] == VECTORS["cases"]
    for kind in ("passes", "lists"):
        assert list(made[kind]) == list(VECTORS[kind])
        for name, token in made[kind].items():
            assert as_said(token) == as_said(VECTORS[kind][name]), name


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_verifier_gives_the_answer_of_the_vector(case):
    given_to_it = dict(case["asked"])
    keys = VECTORS["keys"][given_to_it.pop("keys")]
    verdict = verifier.verify(VECTORS["passes"][case["pass"]], VECTORS["lists"][case["list"]], keys, **given_to_it)
    expected = case["answer"] | {"obligations": tuple(case["answer"]["obligations"])}
    assert verdict == verifier.Verdict(**expected)


def test_the_vectors_and_the_page_have_every_reason_that_the_verifier_can_give():
    source = FILE.read_text("utf-8")
    reasons = set(re.findall(r'Denied\("([a-z-]+)"\)', source)) | {"allowed"}
    for ending in re.findall(r'Denied\(f"\{what\}-([a-z-]+)"\)', source):
        reasons |= {f"pass-{ending}", f"list-{ending}"}
    assert {case["answer"]["reason"] for case in VECTORS["cases"]} == reasons
    explained = {codes(row["reason"])[0] for row in table(section("offline.md", "Reasons"))}
    assert explained == reasons | {"internal-error"}


def test_a_fault_in_the_verifier_denies():
    assert asked(shown=None).reason == "internal-error"  # type: ignore[arg-type]
    assert not asked(shown=None).allowed  # type: ignore[arg-type]


def test_a_clock_that_gives_no_number_denies():
    assert asked(at=float("nan")).reason == "pass-expired"
    assert asked(list_not_before=float("nan")).reason == "list-older-than-seen"


@given(st.sampled_from(["pass", "list"]), st.data())
def test_a_token_with_any_character_changed_is_never_a_yes(which, data):
    token = {"pass": GOOD_PASS, "list": GOOD_LIST}[which]
    # The last character of the signature has bits that say nothing.
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.characters(codec="ascii").filter(lambda one: one != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    verdict = asked(**{"shown" if which == "pass" else "listed": changed})
    assert not verdict.allowed


@given(st.text(), st.text())
def test_no_text_whatever_is_a_yes_or_an_error(shown, listed):
    assert not asked(shown=shown).allowed
    assert not asked(listed=listed).allowed


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_a_token_cannot_choose_its_algorithm(algorithm):
    header = {"alg": algorithm, "kid": offline_vectors.NEW.kid, "typ": "officer-pass+jwt"}
    encoded = offline_vectors.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    _, claims, signature = GOOD_PASS.split(".")
    assert asked(shown=f"{encoded}.{claims}.{signature}").reason == "pass-unverifiable"


@pytest.mark.parametrize(
    ("bits", "lst", "values"),
    [
        (1, "eNrbuRgAAhcBXQ", [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]),
        (2, "eNo76fITAAPfAgc", [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]),
    ],
)
def test_the_examples_of_the_specification_are_read_as_it_says(bits, lst, values):
    found = {"bits": bits, "lst": lst}
    assert [verifier._status(found, place) for place in range(len(values))] == values
    if bits == 1:
        valid = [place for place, value in enumerate(values) if value == 0]
        assert status_list.compressed(status_list.packed(valid, size=len(values))) == lst


def test_the_verifier_is_one_short_file_that_runs_without_the_product(tmp_path):
    assert len(FILE.read_text("utf-8").splitlines()) < 200
    shutil.copy(FILE, tmp_path / "verifier.py")
    (tmp_path / "pass.jwt").write_text(GOOD_PASS + "\n", "ascii")
    (tmp_path / "list.jwt").write_text(GOOD_LIST, "ascii")
    (tmp_path / "jwks.json").write_text(json.dumps(KEYS), "utf-8")

    def run(*arguments, **other):
        fixed = ("--list", "list.jwt", "--keys", "jwks.json", "--tool", "sightline", "--version", "3.2")
        command = [sys.executable, "-I", "verifier.py", *arguments, *fixed]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, **other)

    yes = run("pass.jwt", "--at", str(AT), "--purpose", "missing-person")
    assert (yes.returncode, json.loads(yes.stdout)["allowed"]) == (0, True)
    no = run("-", input=GOOD_PASS)  # by this machine's clock
    assert (no.returncode, json.loads(no.stdout)["allowed"]) == (1, False)
    assert run("nothing.jwt").returncode == 2
    older = run("pass.jwt", "--at", str(AT), "--list-not-before", str(AT))
    assert (older.returncode, json.loads(older.stdout)["reason"]) == (1, "list-older-than-seen")
