"""`docs/public.md` is right about addresses, the file and the rule for figures."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from tests.docs.documents import ROOT, codes, section, table, tables
from training_app.rules.disclosure import LIMIT, Form
from training_app.views.public_tools import FORMAT, FORMAT_VERSION, LICENCE

SCHEMA = json.loads((ROOT / "training_app" / "public_register.schema.json").read_text("utf-8"))
COUNT = Draft202012Validator({**SCHEMA["$defs"]["count"], "$schema": SCHEMA["$schema"]})


def test_every_address_for_citizens_is_listed_and_no_other():
    listed = {codes(row["address"])[0] for row in tables(section("public.md", "Pages for citizens"))[0]}
    views = ROOT / "training_app" / "views"
    files = [views / f"{name}.py" for name in ("citizens", "incident_reports", "public_figures")]
    source = "".join(file.read_text("utf-8") for file in files)
    routes = [route.replace("<int:", "<") for route in re.findall(r'@bp\.(?:get|route)\("([^"]+)"', source)]
    known = {
        "/public" + route.replace("training/<slug>", "training/<module>").replace("<slug>", "<tool>")
        for route in routes
    }
    assert listed == known


def test_every_field_of_the_file_is_explained_and_no_other():
    explained = [code for row in table(section("public.md", "The file")) for code in codes(row["field"])]
    assert explained == list(SCHEMA["properties"])


def test_the_file_names_what_the_schema_names():
    assert SCHEMA["properties"]["format"] == {"const": FORMAT}
    assert SCHEMA["properties"]["format_version"] == {"const": FORMAT_VERSION}
    assert SCHEMA["properties"]["licence"]["const"] == LICENCE


def test_the_schema_is_one_and_says_something_of_every_field_of_a_tool():
    Draft202012Validator.check_schema(SCHEMA)
    fields = SCHEMA["$defs"]["tool"]["properties"]
    assert [name for name, field in fields.items() if not field.get("description")] == []


def test_the_limit_is_the_one_on_the_page():
    figures = section("public.md", "Figures")
    assert f"The limit is {LIMIT}." in figures
    assert [one.value for one in Form] == codes(figures.rpartition("In the file")[2].partition("and `number`")[0])[1:]


@pytest.mark.parametrize(
    ("form", "number", "fits"),
    [
        ("exact", 0, True),
        ("exact", 4, False),
        ("exact", 5, True),
        ("fewer-than", 5, True),
        ("fewer-than", 3, False),
        ("about", 15, True),
        ("about", 13, False),
        ("at-least", 13, True),
        ("nearly", 13, False),
    ],
)
def test_the_schema_itself_refuses_a_count_under_the_limit(form, number, fits):
    assert COUNT.is_valid({"form": form, "number": number}) is fits
