"""What a teacher chooses here for a course at Open edX is what the platform keeps, and where its officers are led."""

from requests import Response

from tests.interop.conftest import Academy
from tests.interop.visitor import Visitor

CERTIFICATION, MODULE = "certification:sightline", "module:ai-limits"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def test_a_certification_that_a_teacher_chooses_is_kept_by_the_course_and_leads_officers_to_it(academy: Academy):
    launch = academy.begin("staff", dl="1", block="chosen")
    saved = _placed(launch.visitor, launch.go(), CERTIFICATION)
    assert "successfully saved" in saved.text

    [item] = academy.platform.of("content_items", "chosen")
    assert item["type"] == "ltiResourceLink"
    assert item["url"].startswith(f"{academy.server.origin}/lti/launch")
    assert item["custom"] == {"training_target": CERTIFICATION}
    assert "Sightline" in item["title"]
    assert item["lineItem"]["scoreMaximum"] == 100

    officer = academy.begin(block="chosen", item="1")
    page = officer.visitor.submit(officer.go(), to="/lti/continue")
    assert (page.status_code, page.url) == (200, f"{academy.server.origin}/tools/sightline")


def test_several_are_kept_in_one_go(academy: Academy):
    launch = academy.begin("staff", dl="1", block="several")
    _placed(launch.visitor, launch.go(), CERTIFICATION, MODULE)
    kept = [item["custom"]["training_target"] for item in academy.platform.of("content_items", "several")]
    assert kept == [CERTIFICATION, MODULE]


def test_a_choice_serves_once(academy: Academy):
    launch = academy.begin("staff", dl="1", block="once")
    picker = launch.go()
    _placed(launch.visitor, picker, MODULE)
    again = launch.visitor.submit(picker, to="/lti/deep-linking", target=[CERTIFICATION], do="place")
    assert 400 <= again.status_code < 500
    [item] = academy.platform.of("content_items", "once")
    assert item["custom"]["training_target"] == MODULE


def test_a_learner_of_the_course_chooses_nothing(academy: Academy):
    """Open edX itself lets no learner choose, so that it is made to say that it does."""
    launch = academy.begin("staff", dl="1", block="learner")
    learner = academy.platform.mint(
        {**launch.claims, f"{LTI}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]}
    )
    refused = launch.go(id_token=learner)
    assert refused.status_code == 403
    assert "Ask a teacher of the course." in refused.text
    assert academy.platform.of("content_items", "learner") == []


def _placed(teacher: Visitor, picker: Response, *targets: str) -> Response:
    """Choose *targets* in the picker, and have the browser take them to the platform; return what it answers."""
    assert picker.status_code == 200, picker.text
    chosen = teacher.submit(picker, to="/lti/deep-linking", target=list(targets), do="place")
    assert chosen.status_code == 200, chosen.text
    saved = teacher.submit(chosen, to="/lti-dl/response")
    assert saved.status_code == 200, saved.text
    return saved
