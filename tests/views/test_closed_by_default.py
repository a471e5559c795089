"""A view that says nothing is open to nobody; what a view asks is asked of everybody, in one place."""

import pytest

from tests.views.addresses import addresses
from tests.views.browser import Browser
from training_app.rules.clients import Scope
from training_app.rules.permissions import Permission, Role, permissions_of
from training_app.security import requires

PUBLIC = {
    "access_metadata.configuration",
    "access_metadata.openapi",
    "auth.choose_language",
    "auth.sign_in",
    "auth.sign_out",
    "calendars.feed",
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
    "event_api.metadata",
    "incident_reports.answer",
    "incident_reports.follow",
    "incident_reports.new",
    "lti.again",
    "lti.hop",
    "lti.key_set",
    "lti.launch",
    "lti.launch_by_hand",
    "lti.login",
    "lti_continue.by_hand",
    "lti_continue.from_frame",
    "lti_continue.go",
    "lti_deep_linking.by_hand",
    "lti_deep_linking.pick",
    "lti_registration.register",
    "oauth.metadata",
    "oauth.token",
    "public.accessibility",
    "public.glossary",
    "public.home",
    "public.robots",
    "public.tools_in_use",
    "static",
    "status_lists.all_lists",
    "status_lists.keys",
    "status_lists.one_list",
}


def test_every_endpoint_declares_what_it_asks(app):
    assert [name for name, view in app.view_functions.items() if not hasattr(view, "required")] == []


def test_only_these_are_open_to_the_public(app):
    assert {name for name, view in app.view_functions.items() if view.required is None} == PUBLIC


def test_a_view_that_declares_nothing_answers_nobody(make_app, make_person):
    app = make_app()
    app.add_url_rule("/forgotten", view_func=lambda: "open")
    browser = Browser(app)
    assert browser.get("/forgotten").status_code == 403
    browser.sign_in(make_person(*Role))
    assert browser.get("/forgotten").status_code == 403


def of_clients(app, rule) -> bool:
    return isinstance(app.view_functions[rule.endpoint].required, Scope)


def test_what_clients_ask_is_open_to_nobody_without_a_token_whoever_is_signed_in(app, make_person):
    browser = Browser(app)
    browser.sign_in(make_person(*Role))
    for rule, address in addresses(app):
        if of_clients(app, rule):
            assert browser.post(address, {}).status_code == 401, address


def test_visitors_are_sent_to_sign_in_from_everything_else(app):
    for rule, address in addresses(app):
        if rule.endpoint in PUBLIC or of_clients(app, rule):
            continue
        for method in rule.methods - {"OPTIONS"}:
            response = app.test_client().open(address, method=method)
            assert (response.status_code, response.location.partition("?")[0]) == (302, "/sign-in"), (
                f"{method} {address}"
            )


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_own_pages_only(app, make_person, role):
    browser = Browser(app)
    browser.sign_in(make_person(role))
    permitted = permissions_of({role})
    for rule, address in addresses(app):
        required = app.view_functions[rule.endpoint].required
        if required is None or of_clients(app, rule) or rule.endpoint == "auth.end_other_sessions":
            continue
        if "GET" in rule.methods:
            refused = browser.client.get(address).status_code == 403
            assert refused is (required not in permitted), address


def test_somebody_without_any_role_can_only_be_signed_in(browser, make_person):
    person = make_person()
    assert browser.sign_in(person).location == "/"
    assert browser.get("/").location == "/my-sessions"
    assert permissions_of(set()) == {Permission.SIGNED_IN}


def test_a_role_that_is_taken_back_closes_its_pages_at_the_next_request(make_app, make_person, database):
    from training_app.clock import now
    from training_app.models.people import RoleAssignment

    app = make_app()
    app.add_url_rule("/units", view_func=requires(Permission.UNIT_READ)(lambda: "the unit"))
    person, browser = make_person(Role.SUPERVISOR), Browser(app)
    browser.sign_in(person)
    assert browser.get("/units").status_code == 200
    at = now()
    with database.transaction() as session:
        session.add(
            RoleAssignment(person_id=person.id, role=Role.SUPERVISOR, granted=False, effective_at=at, recorded_at=at)
        )
    assert browser.get("/units").status_code == 403


def test_a_form_without_its_token_is_refused(make_app, make_person):
    app = make_app()
    app.add_url_rule("/change", view_func=requires(Permission.SIGNED_IN)(lambda: "changed"), methods=["POST"])
    browser = Browser(app)
    browser.sign_in(make_person(Role.OFFICER))
    assert browser.client.post("/change").status_code == 400
    browser.get("/accessibility")
    assert browser.post("/change").text == "changed"


def test_the_token_of_one_person_is_not_taken_from_another(make_app, make_person):
    app = make_app()
    app.add_url_rule("/change", view_func=requires(Permission.SIGNED_IN)(lambda: "changed"), methods=["POST"])
    mine, theirs = Browser(app), Browser(app)
    for browser in (mine, theirs):
        browser.sign_in(make_person(Role.OFFICER))
        browser.get("/accessibility")
    mine.token = theirs.token
    assert mine.post("/change").status_code == 400


def test_programs_are_asked_for_no_token_against_forgery(app):
    """They bring a bearer token of their own, and no cookie is read there."""
    assert app.test_client().post("/access/v1/evaluation", json={}).status_code == 401
