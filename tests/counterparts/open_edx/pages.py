"""The platform's addresses: the consumer's own, and a few beside them for the tests.

``/start`` signs a member in and begins a launch; ``/course`` shows one in a frame on a page, as courses do; ``/state``
tells what the platform knows; ``/mint`` signs the claims it is given with the key of a client; ``/meet`` says how the
next scores are met.
"""

import json
from enum import StrEnum
from threading import Condition
from typing import Any

from campus import CLIENTS, COURSE, MEMBERS, configuration, grade_book, member
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt
from lti_consumer.api import get_lti_1p3_launch_info, get_lti_1p3_launch_start_url
from lti_consumer.data import Lti1p3LaunchData
from lti_consumer.lti_1p3.key_handlers import PlatformKeyHandler
from lti_consumer.models import Lti1p3Passport, LtiAgsLineItem, LtiAgsScore, LtiConfiguration, LtiDlContentItem

CUSTOM = "custom_"
LONGEST_HOLD_SECONDS = 60


class Meets(StrEnum):
    """How a score is met."""

    TAKES = "takes"
    REFUSES = "refuses"
    """503, as while it is being maintained; the consumer never sees it."""
    KEEPS_SILENT = "keeps-silent"
    """The consumer takes it, and the answer waits until scores are met in another way."""


received: list[dict[str, Any]] = []
"""Every score that was posted, with how it was answered, in order: of a member's, the consumer keeps the last only."""
meets = Meets.TAKES
changed = Condition()


class ScoresAsTheyCome:
    """Notes each score that is posted, and meets it as it was told."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.endswith("/scores"):
            return self.get_response(request)
        score = json.loads(request.body)
        response = HttpResponse(status=503) if meets is Meets.REFUSES else self.get_response(request)
        with changed:
            block = LtiConfiguration.objects.get(id=request.path.split("/")[5]).location.block_id
            received.append({"block": block, "status": response.status_code, "score": score})
            changed.wait_for(lambda: meets is not Meets.KEEPS_SILENT, LONGEST_HOLD_SECONDS)
        return response


@csrf_exempt
def meet(request: HttpRequest) -> HttpResponse:
    """Meet scores from now on as the posted field ``meets`` says."""
    global meets  # noqa: PLW0603 - the one thing that is set; the process has one campus
    with changed:
        meets = Meets(request.POST["meets"])
        changed.notify_all()
    return HttpResponse()


def start(request: HttpRequest) -> HttpResponse:
    """Begin a launch ``as`` a member, of a ``block``, for a ``client``; with ``dl`` to pick, with ``item`` of what was.

    ``grades`` says how a new block keeps them (see `configuration`), ``username`` what the member is called; every
    ``custom_…`` is a custom parameter of the block.
    """
    wanted = request.GET
    who = member(wanted["as"])
    login(request, who.user)
    tied = configuration(
        wanted.get("block", "one"), wanted.get("client", CLIENTS[0]), grades=wanted.get("grades", "programmatic")
    )
    launch = Lti1p3LaunchData(
        user_id=who.user.id,
        user_role=who.role,
        config_id=tied.config_id,
        resource_link_id=str(tied.location),
        external_user_id=who.external_id,
        name=who.full_name,
        email=who.mail,
        preferred_username=wanted.get("username", who.name),
        launch_presentation_document_target="iframe",
        context_id=str(COURSE),
        context_type=["course_offering"],
        context_title="AI tools in policing",
        context_label="AI",
        custom_parameters={
            name.removeprefix(CUSTOM): value for name, value in wanted.items() if name.startswith(CUSTOM)
        },
    )
    item = tied.ltidlcontentitem_set.get().id if "item" in wanted else None
    return HttpResponseRedirect(
        get_lti_1p3_launch_start_url(launch, deep_link_launch="dl" in wanted, dl_content_id=item)
    )


def course(request: HttpRequest) -> HttpResponse:
    """A page of the course with the launch in it, by the query of `start`."""
    return HttpResponse(
        format_html(
            '<!DOCTYPE html><html lang="en"><title>Course</title><h1>Course</h1>'
            '<iframe title="AI tools" src="/start?{}" width="900" height="700"></iframe>',
            request.META["QUERY_STRING"],
        )
    )


def state(_request: HttpRequest) -> HttpResponse:
    """Everything that the platform knows of the tool."""
    return JsonResponse(
        {
            "issuer": settings.LTI_API_BASE,
            "clients": {client: _client(client) for client in CLIENTS},
            "members": {one.name: one.external_id for one in MEMBERS.values()},
            "context": str(COURSE),
            "links": {tied.location.block_id: str(tied.location) for tied in LtiConfiguration.objects.all()},
            "content_items": list(map(_content_item, LtiDlContentItem.objects.order_by("id"))),
            "line_items": list(map(_line_item, LtiAgsLineItem.objects.order_by("id"))),
            "scores": list(map(_score, LtiAgsScore.objects.order_by("id"))),
            "received": list(received),
            "grade_book": list(grade_book),
        }
    )


def _client(client: str) -> dict[str, str]:
    """Return what a course's staff is shown, to register the platform at the tool."""
    tied = configuration("registered", client)
    shown = get_lti_1p3_launch_info(Lti1p3LaunchData(0, "staff", tied.config_id, str(tied.location)))
    return {
        "client_id": shown["client_id"],
        "deployment_id": shown["deployment_id"],
        "authorization_url": shown["oidc_callback"],
        "token_url": shown["token_url"],
        "key_set_url": shown["keyset_url"],
    }


def _content_item(item: LtiDlContentItem) -> dict[str, Any]:
    return {"block": item.lti_configuration.location.block_id, "type": item.content_type, **item.attributes}


def _line_item(item: LtiAgsLineItem) -> dict[str, Any]:
    return {
        "block": item.lti_configuration.location.block_id,
        "id": item.id,
        "resource_id": item.resource_id,
        "resource_link_id": str(item.resource_link_id or ""),
        "label": item.label,
        "maximum": item.score_maximum,
        "tag": item.tag,
    }


def _score(score: LtiAgsScore) -> dict[str, Any]:
    return {
        "block": score.line_item.lti_configuration.location.block_id,
        "line_item": score.line_item_id,
        "member": score.user_id,
        "given": score.score_given,
        "maximum": score.score_maximum,
        "activity": score.activity_progress,
        "grading": score.grading_progress,
        "comment": score.comment,
        "timestamp": score.timestamp.isoformat(),
    }


@csrf_exempt
def mint(request: HttpRequest) -> HttpResponse:
    """Return the posted claims signed as a launch is: a platform that says what it must not."""
    passport = Lti1p3Passport.objects.get(name=request.GET.get("client", CLIENTS[0]))
    keys = PlatformKeyHandler(passport.lti_1p3_private_key, passport.lti_1p3_private_key_id)
    return HttpResponse(keys.encode_and_sign(json.loads(request.body)), content_type="text/plain")


urlpatterns = [
    path("api/", include("lti_consumer.plugin.urls")),
    path("start", start),
    path("course", course),
    path("state", state),
    path("meet", meet),
    path("mint", mint),
]
