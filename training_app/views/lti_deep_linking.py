"""The picker that a platform opens for who arranges a course: what of ours is placed there (Deep Linking 2.0).

A page in the platform's frame, without a session: the code of the launch travels in its form, and serves once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.lti.admission import Admitted
from training_app.lti.connector import Client, Signing
from training_app.lti.deep_linking import Placing, Settings, response
from training_app.lti.login import new_secret
from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LtiLaunch
from training_app.rules import lti_roles
from training_app.rules.lti_claims import MOST_ID, Check, Message, identifier
from training_app.rules.lti_targets import NoTarget, TargetKind
from training_app.rules.lti_targets import parse as parse_target
from training_app.security import can_stand_in_policy, from_this_site, requires
from training_app.services.lti import launches, offers, platforms
from training_app.services.lti.offers import Offer
from training_app.services.lti.platforms import Registered, origin_of
from training_app.views import lti_pages as pages
from training_app.wording import grades as wording

bp = Blueprint("lti_deep_linking", __name__, url_prefix=f"{pages.PATH}/deep-linking")
pages.answer_refusals(bp)

MOST_AT_ONCE = 50
MOST_WORDS = 100


def show(admitted: Admitted, code: str) -> Response:
    """Return the picker for a launch, or a page that says why there is none."""
    settings = Settings.read(admitted.claims.get("deep_linking_settings", {}))
    refusal = _refusal(admitted.claims.get("roles", []), settings, test_student=admitted.test_student)
    if refusal is not None:
        return pages.framed_page(
            "lti/nothing_to_place.html", admitted.platform.origins, 403, platform=admitted.platform.name, why=refusal
        )
    longer = new_secret()
    with transaction() as session:  # choosing takes longer than following a link
        if not launches.change_code(session, code, longer, at=now()):
            raise LaunchRefused(Check.LAUNCH, platform=admitted.platform.name)
    return _picker(admitted.platform, settings, _Sent(longer, "", ()))


@bp.post("")
@requires(None)
def pick() -> ResponseReturnValue:
    """Search, or have what was chosen placed."""
    sent = _sent()
    launch, platform = _launch(sent.code)
    settings = Settings.read(launch.claims.get("deep_linking_settings", {}))
    if request.form.get("do") != "place":
        return _picker(platform, settings, sent)
    chosen = _chosen(sent)
    if not chosen:
        return _picker(platform, settings, sent, problem=_("Choose what to place."))
    if len(chosen) > 1 and not settings.takes_several:
        return _picker(platform, settings, sent, problem=_("The platform takes one at a time. Choose one."))
    with transaction() as session:
        if launches.take_launch(session, sent.code, at=now()) is None:
            raise LaunchRefused(Check.LAUNCH, platform=platform.name)
    return _answer(launch, platform, settings, chosen)


@bp.get("")
@requires(None)
def by_hand() -> ResponseReturnValue:
    """Say that this address is opened by a platform."""
    raise LaunchRefused(Check.LAUNCH)


@dataclass(frozen=True, slots=True)
class _Sent:
    code: str
    words: str
    """That are searched for."""
    targets: tuple[str, ...]
    """That are ticked, as their custom parameter names them."""


def _sent() -> _Sent:
    code = identifier(request.form.get("code"), most=MOST_ID)
    if code is None or not from_this_site():
        raise LaunchRefused(Check.LAUNCH)
    ticked = tuple(dict.fromkeys(request.form.getlist("target")[:MOST_AT_ONCE]))
    return _Sent(code, request.form.get("words", "")[:MOST_WORDS], ticked)


def _launch(code: str) -> tuple[LtiLaunch, Registered]:
    session = reading_session()
    launch = launches.launch_of(session, code)
    platform = platforms.registered(session, launch.platform_id) if launch else None
    good = launch is not None and launch.used_at is None and launch.expires_at > now()
    if launch is None or platform is None or not good or launch.message_type != Message.DEEP_LINKING:
        raise LaunchRefused(Check.LAUNCH, platform=platform.name if platform else None)
    if not platform.launches or launch.deployment_id not in platform.deployments:
        raise LaunchRefused(Check.CLOSED, platform=platform.name)
    settings = Settings.read(launch.claims.get("deep_linking_settings", {}))
    if _refusal(launch.claims.get("roles", []), settings) is not None:
        raise LaunchRefused(Check.LAUNCH, platform=platform.name)  # it was shown no picker
    return launch, platform


def _refusal(roles: Sequence[str], settings: Settings, *, test_student: bool = False) -> str | None:
    if test_student or not lti_roles.may_place(roles):
        return _("Only who arranges a course on the platform chooses what stands in it. Ask a teacher of the course.")
    if not settings.takes_links:
        return _(
            "The platform asks here for something else than a link to training. "
            "Add an activity of the type “external tool” instead."
        )
    if _returns_to(settings) is None:
        return _("The platform did not say where the choice is to be sent. Tell whoever runs the platform.")
    return None


def _returns_to(settings: Settings) -> str | None:
    """Return the origin to which the choice is sent, for the policy of that page alone."""
    origin = origin_of(settings.return_url)
    return origin if origin and can_stand_in_policy(origin) else None


def _chosen(sent: _Sent) -> list[Offer]:
    """Return what was ticked and can be placed, in the order of the list."""
    wanted = set()
    for text in sent.targets:
        try:
            wanted.add(parse_target(text))
        except NoTarget:
            raise LaunchRefused(Check.REQUEST, "target") from None
    return [one for one in offers.offers(reading_session(), at=now(), language=_language()) if one.target in wanted]


# -- pages -------------------------------------------------------------------------------------------------------------


def _picker(platform: Registered, settings: Settings, sent: _Sent, *, problem: str | None = None) -> Response:
    found = offers.offers(reading_session(), at=now(), words=sent.words, language=_language())
    shown = {str(one.target) for one in found}
    groups = [(_headings()[kind], [one for one in found if one.target.kind is kind]) for kind in _headings()]
    return pages.framed_page(
        "lti/picker.html",
        platform.origins,
        422 if problem else 200,
        platform=platform.name,
        code=sent.code,
        words=sent.words,
        groups=[(heading, rows) for heading, rows in groups if rows],
        found=len(found),
        several=settings.takes_several,
        ticked=set(sent.targets),
        kept=[one for one in sent.targets if one not in shown] if settings.takes_several else [],
        problem=problem,
        title_of=title_of,
        note_of=note_of,
    )


def _answer(launch: LtiLaunch, platform: Registered, settings: Settings, chosen: Sequence[Offer]) -> Response:
    client = Client(
        platform.issuer, platform.client_id, launch.deployment_id, platform.token_url, platform.token_audience
    )
    key = pages.signing_key()
    message = response(
        client,
        Signing(key.private_pem, key.kid),
        settings,
        [Placing(one.target, title_of(one)) for one in chosen],
        launch_address=pages.launch_address(),
    )
    answer = pages.framed_page(
        "lti/placed.html",
        platform.origins,
        platform=platform.name,
        address=settings.return_url,
        message=message,
        titles=[title_of(one) for one in chosen],
    )
    policy = answer.headers["Content-Security-Policy"]
    answer.headers["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", f"form-action {_returns_to(settings)}"
    )
    return answer


def _headings() -> dict[TargetKind, str]:
    return {
        TargetKind.CERTIFICATION: _("Certifications"),
        TargetKind.COURSE: _("Courses"),
        TargetKind.MODULE: _("Modules"),
    }


def title_of(offer: Offer) -> str:
    """Return what the activity, and its column, is called at the platform."""
    return wording.called(offer.target, offer.name)


def note_of(offer: Offer) -> str:
    """Return what the grade says, in the words of the list."""
    match offer.target.kind:
        case TargetKind.CERTIFICATION:
            return _(
                "100 points while certified. When a new version asks for training the grade is taken away, "
                "and set again once the training is done. Now for version %(label)s.",
                label=offer.version,
            )
        case TargetKind.COURSE:
            return _("100 points once every module is passed: %(modules)s.", modules=", ".join(offer.modules))
        case TargetKind.MODULE:
            return _("The points of the quiz. %(minutes)d minutes of lessons.", minutes=offer.minutes or 0)


def _language() -> str:
    return str(get_locale() or "en").partition("_")[0]
