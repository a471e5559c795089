"""Every answer carries the same protection, whatever the address and whoever asks."""

import pytest

from tests.views.addresses import addresses
from tests.views.browser import Browser
from training_app.rules.permissions import Role

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def faults(response):
    headers = response.headers
    wanted = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    yield from (name for name, value in wanted.items() if headers.getlist(name) != [value])
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        yield "Permissions-Policy"
    if "Cache-Control" not in headers:
        yield "Cache-Control"


@pytest.mark.parametrize("mailbox", [None, "officer1", "supervisor", "registrar", "trainer", "evaluator", "oversight"])
def test_every_address_answers_everybody_with_every_header(agency, mailbox):
    browser = Browser(agency.app) if mailbox is None else agency.browser(mailbox)
    wrong, pages = {}, 0
    left_out = {"OPTIONS"} if mailbox is None else {"OPTIONS", "HEAD"}  # HEAD runs the page once more
    for rule, address in addresses(agency.app):
        for method in rule.methods - left_out:
            if rule.endpoint == "auth.sign_out":
                continue  # it would end the walk
            response = browser.client.open(address, method=method, buffered=True)
            pages += method == "GET" and response.status_code == 200
            if found := list(faults(response)):
                wrong[f"{method} {address} ({response.status_code})"] = found
            assert response.status_code < 500, f"{method} {address}"
    assert wrong == {}
    assert pages >= 5


#: Say nothing about anybody, and are fetched by the device.
MAY_BE_KEPT = {
    "access_metadata.configuration",
    "access_metadata.openapi",
    "citizens.accessibility",
    "citizens.figures",
    "citizens.glossary",
    "citizens.lesson",
    "citizens.module",
    "citizens.oversight",
    "citizens.register_file",
    "citizens.register_schema",
    "citizens.rights",
    "citizens.start",
    "citizens.tool",
    "citizens.tools",
    "citizens.training",
    "public_figures.csv_file",
    "public_figures.json_file",
    "public_figures.schema",
    "public_figures.signature",
    "public_figures.tool",
    "public_figures.year",
    "public_figures.years",
    "event_api.key_set",
    "incident_reports.follow",
    "lti.key_set",
    "static",
    "status_lists.all_lists",
    "status_lists.keys",
    "status_lists.one_list",
}


def test_pages_are_kept_by_nobody(agency, make_person):
    browser = Browser(agency.app)
    browser.sign_in(make_person(*Role))
    kept = {
        address: value
        for rule, address in addresses(agency.app)
        if "GET" in rule.methods and rule.endpoint not in MAY_BE_KEPT
        if (value := browser.client.get(address, buffered=True).headers["Cache-Control"]) != "no-store"
    }
    assert kept == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("GET", "/sign-out", 405),
        ("POST", "/language", 400),
        ("GET", "/static/none", 404),
    ],
)
def test_a_page_that_says_what_went_wrong_has_them_too(browser, method, path, status):
    response = browser.client.open(path, method=method)
    assert response.status_code == status
    assert list(faults(response)) == []


def test_what_went_wrong_is_said_to_programs_as_json(browser):
    response = browser.client.get("/access/no-such-question")
    assert response.status_code == 404
    assert response.json["error"] == "not-found"
    assert response.headers.getlist("Set-Cookie") == []


def test_a_method_that_is_not_allowed_names_those_that_are(browser):
    assert "POST" in browser.client.get("/sign-out").headers["Allow"]


def test_too_much_is_refused(browser):
    browser.get("/sign-in")
    response = browser.post("/sign-in", {"identifier": "x" * 300_000, "password": "y"})
    assert response.status_code == 413


def test_https_is_demanded_for_a_year_outside_the_demonstration(make_app):
    browser = Browser(make_app(secure_cookies=True))
    assert (
        browser.client.get("/accessibility").headers["Strict-Transport-Security"]
        == "max-age=31536000; includeSubDomains"
    )


def test_plain_http_on_loopback_does_not_demand_it(browser):
    assert "Strict-Transport-Security" not in browser.client.get("/accessibility").headers


def test_a_fault_of_ours_shows_nothing_of_its_cause(make_app):
    app = make_app()
    app.testing = False

    def fail():
        raise RuntimeError("the secret cause")

    fail.required = None
    app.add_url_rule("/fault", view_func=fail)
    response = Browser(app).get("/fault")
    assert response.status_code == 500
    assert "secret cause" not in response.text
    assert list(faults(response)) == []


# -- static files --------------------------------------------------------------------------------------------------


def test_a_file_that_is_asked_for_by_its_content_is_kept_for_a_year(app, browser):
    with app.test_request_context():
        address = app.url_for("static", filename="css/app.css")
    assert "v=" in address
    assert browser.client.get(address, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("version", ["", "?v=of-another-day"])
def test_any_other_address_of_it_is_asked_for_anew(browser, version):
    assert browser.client.get(f"/static/css/app.css{version}", buffered=True).headers["Cache-Control"] == "no-cache"


def test_a_file_that_changes_changes_its_address(tmp_path):
    from training_app.static_files import Contents

    (tmp_path / "app.css").write_text("a{}")
    contents = Contents(tmp_path)
    before = contents.digest("app.css")
    (tmp_path / "app.css").write_text("b{}")
    assert contents.digest("app.css") != before
    assert contents.digest("none.css") is None


def test_pages_name_their_files_by_content(browser):
    page = browser.get("/accessibility").text
    assert page.count("css/app.css?v=") == 1


# -- the host ------------------------------------------------------------------------------------------------------


def test_a_host_name_that_is_not_ours_is_refused(make_app):
    app = make_app(host_names=("training.police.test",))
    assert app.test_client().get("/accessibility", headers={"Host": "evil.test"}).status_code == 400
    assert app.test_client().get("/accessibility", headers={"Host": "training.police.test"}).status_code == 200


def test_forwarded_addresses_are_believed_only_behind_a_proxy(make_app):
    from flask import request

    def address():
        return request.remote_addr

    address.required = None
    told = []
    for proxies in (0, 1):
        app = make_app(proxies=proxies)
        app.add_url_rule("/address", view_func=address)
        told.append(app.test_client().get("/address", headers={"X-Forwarded-For": "203.0.113.5"}).text)
    assert told == ["127.0.0.1", "203.0.113.5"]


def test_an_address_or_a_form_that_no_database_can_hold_is_answered_and_not_a_fault(agency):
    browser = agency.browser("officer1")
    assert browser.get("/certificates/99999999999999999999").status_code == 404
    assert browser.get("/tools/sight%00line").status_code == 400
    assert Browser(agency.app).post("/sign-in", {"identifier": "a\0b", "password": "x"}).status_code == 400
