"""Learning platforms: registered once per client of an issuer, governed by what was said last, closed for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.services import platform_agency, recorded
from tests.services.platform_agency import ISSUER, SETTING
from tests.services.recorded import NOW
from training_app.models.lti import LinkBy, LtiInvitation, LtiPlatform, LtiSeenDeployment, RegisteredHow
from training_app.services.lti import deployments, invitations, platforms

LATER = NOW + timedelta(hours=1)


def governing(session, platform: LtiPlatform) -> platforms.Registered:
    found = platforms.registered(session, platform.id)
    assert found is not None
    return found


# -- platforms ---------------------------------------------------------------------------------------------------------


def test_a_platform_launches_from_its_approval_to_its_closure(session):
    platform = platform_agency.platform(session)
    assert [governing(session, platform).launches, governing(session, platform).approved] == [False, False]
    platforms.approve(session, platform, at=NOW, by=None)
    assert governing(session, platform).launches
    platforms.close(session, platform, at=NOW, by=None)
    found = governing(session, platform)
    assert (found.launches, found.approved, found.closed) == (False, True, True)


def test_it_is_governed_by_all_that_was_said_last(session):
    platform = platform_agency.platform(session)
    first = governing(session, platform)
    assert (first.link_by, first.claim, first.keeps_names) == (LinkBy.SIGN_IN, None, False)
    assert first.token_audience == first.token_url == SETTING.token_url
    said = replace(
        SETTING,
        token_audience="https://lms.academy.example/oauth",
        link_by=LinkBy.CLAIM,
        claim="lis.person_sourcedid",
        keeps_names=True,
        page_origins=("https://pages.academy.example",),
    )
    # Recorded last, though by a machine whose clock is behind.
    platforms.set_up(session, platform, said, after=first.setting_id, at=NOW - timedelta(minutes=5), by=None)
    found = governing(session, platform)
    assert (found.token_audience, found.claim, found.keeps_names) == (
        "https://lms.academy.example/oauth",
        "lis.person_sourcedid",
        True,
    )
    assert found.origins == (ISSUER, "https://pages.academy.example")


def test_settings_that_somebody_changed_meanwhile_are_not_overwritten(session):
    platform = platform_agency.platform(session)
    seen = governing(session, platform).setting_id
    platforms.set_up(session, platform, replace(SETTING, keeps_names=True), after=seen, at=NOW, by=None)
    with pytest.raises(platforms.SettingOvertaken):
        platforms.set_up(session, platform, SETTING, after=seen, at=NOW, by=None)
    assert governing(session, platform).keeps_names


@pytest.mark.parametrize("changed", [{"link_by": LinkBy.CLAIM}, {"claim": "email"}])
def test_a_claim_is_named_exactly_where_accounts_are_linked_by_one(session, changed):
    with pytest.raises(IntegrityError):
        platform_agency.platform(session, replace(SETTING, **changed))


def test_one_client_of_an_issuer_is_registered_once_also_after_its_closure(session):
    platform = platform_agency.platform(session, name="Academy", client_id="abc")
    platforms.close(session, platform, at=NOW, by=None)
    with pytest.raises(platforms.PlatformExists) as refused:
        platform_agency.platform(session, client_id="abc")
    assert refused.value.name == "Academy"
    platform_agency.platform(session, client_id="abc", issuer="https://other.example")
    with pytest.raises(platforms.PlatformNameTaken):
        platform_agency.platform(session, name="Academy")


def test_several_clients_of_one_issuer_are_told_apart(session):
    one, other = (platform_agency.platform(session) for _ in range(2))
    platform_agency.platform(session, issuer="https://other.example")
    assert {found.id for found in platforms.of_issuer(session, ISSUER)} == {one.id, other.id}
    assert [found.id for found in platforms.of_issuer(session, ISSUER, one.client_id)] == [one.id]
    assert platforms.of_issuer(session, ISSUER + "/", one.client_id) == [], "issuers are compared by character"
    assert platforms.registered(session, 0) is None


def test_a_closed_platform_is_changed_no_more(session):
    platform = platform_agency.platform(session)
    seen = governing(session, platform).setting_id
    platforms.close(session, platform, at=NOW, by=None)
    for attempt in (
        lambda: platforms.close(session, platform, at=NOW, by=None),
        lambda: platforms.approve(session, platform, at=NOW, by=None),
        lambda: platforms.set_up(session, platform, SETTING, after=seen, at=NOW, by=None),
        lambda: deployments.approve(session, platform, "1", at=NOW, by=None),
    ):
        with pytest.raises(platforms.PlatformClosed):
            attempt()


def test_a_platform_is_approved_once(session):
    platform = platform_agency.platform(session)
    platforms.approve(session, platform, at=NOW, by=None)
    with pytest.raises(platforms.PlatformApproved):
        platforms.approve(session, platform, at=NOW, by=None)


def test_frames_are_allowed_to_the_pages_of_platforms_that_launch_and_to_no_other(session):
    hosted = replace(
        SETTING,
        authorization_url="https://sso.canvas.example/api/lti/authorize_redirect",
        page_origins=("https://academy.canvas.example",),
    )
    launches = platform_agency.platform(session, hosted, issuer="https://canvas.example")
    platform_agency.platform(session, issuer="https://pending.example")
    closed = platform_agency.platform(session, issuer="https://closed.example")
    assert platforms.frame_origins(platforms.every(session)) == ()
    for platform in (launches, closed):
        platforms.approve(session, platform, at=NOW, by=None)
    platforms.close(session, closed, at=NOW, by=None)
    assert platforms.frame_origins(platforms.every(session)) == (
        "https://academy.canvas.example",
        "https://canvas.example",
        "https://sso.canvas.example",
    )


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://lms.example/a/b?c", "https://lms.example"),
        ("https://user@lms.example:8443", "https://lms.example:8443"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
        ("urn:lms:academy", None),
        ("https://", None),
        ("https://[", None),
        ("https://lms.example:port", None),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, origin):
    assert platforms.origin_of(url) == origin


def test_a_name_that_is_taken_gets_a_number(session):
    assert platforms.free_name(session, "Moodle") == "Moodle"
    for name in ("Moodle", "Moodle (2)", "Moodle_"):
        platform_agency.platform(session, name=name)
    assert platforms.free_name(session, "Moodle") == "Moodle (3)"
    assert platforms.free_name(session, "M%") == "M%"


# -- deployments -------------------------------------------------------------------------------------------------------


def test_a_deployment_that_came_by_waits_until_it_is_approved(session):
    platform = platform_agency.platform(session)
    for at in (NOW, LATER):
        deployments.note_seen(session, platform.id, "7", at=at)
    (seen,) = deployments.unapproved(session, platform.id)
    session.refresh(seen)
    assert (seen.deployment_id, seen.first_seen_at, seen.last_seen_at) == ("7", NOW, LATER)
    assert governing(session, platform).deployments == frozenset()
    deployments.approve(session, platform, "7", at=LATER, by=None)
    assert deployments.unapproved(session, platform.id) == []
    assert governing(session, platform).deployments == {"7"}
    with pytest.raises(deployments.DeploymentApproved):
        deployments.approve(session, platform, "7", at=LATER, by=None)


def test_a_deployment_is_approved_for_its_platform_only_and_unseen_too(session):
    one, other = (platform_agency.platform(session) for _ in range(2))
    deployments.note_seen(session, other.id, "1", at=NOW)
    deployments.approve(session, one, "1", at=NOW, by=None)
    assert [seen.deployment_id for seen in deployments.unapproved(session, other.id)] == ["1"]
    assert (governing(session, one).deployments, governing(session, other).deployments) == ({"1"}, frozenset())
    assert [fact.deployment_id for fact in deployments.approved(session, one.id)] == ["1"]


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (255, True), (256, False)])
def test_a_deployment_id_has_the_length_that_the_standard_allows(session, length, fits):
    platform, name = platform_agency.platform(session), "d" * length
    deployments.note_seen(session, platform.id, name, at=NOW)
    assert [seen.deployment_id for seen in deployments.unapproved(session, platform.id)] == [name] * fits
    if fits:
        deployments.approve(session, platform, name, at=NOW, by=None)
    else:
        with pytest.raises(deployments.DeploymentUnfit):
            deployments.approve(session, platform, name, at=NOW, by=None)


def test_a_platform_that_invents_deployments_fills_no_table(session, monkeypatch):
    monkeypatch.setattr(deployments, "MOST_SEEN", 3)
    one, other = (platform_agency.platform(session) for _ in range(2))
    for name in "abcd":
        deployments.note_seen(session, one.id, name, at=NOW)
    deployments.note_seen(session, one.id, "a", at=LATER)
    deployments.note_seen(session, other.id, "d", at=NOW)
    rows = session.execute(select(LtiSeenDeployment.platform_id, LtiSeenDeployment.deployment_id))
    assert {tuple(row) for row in rows} == {*((one.id, name) for name in "abc"), (other.id, "d")}
    (first, *_rest) = deployments.unapproved(session, one.id)
    session.refresh(first)
    assert first.last_seen_at == LATER


# -- invitations -------------------------------------------------------------------------------------------------------


@pytest.fixture
def registrar(session):
    return recorded.person(session)


def test_an_invitation_serves_once_and_is_kept_as_its_digest_only(session, registrar):
    made = invitations.make(session, "secret", at=NOW, by=registrar)
    assert "secret" not in {made.token_digest, str(made.made_by_id)}
    assert invitations.make(session, "secret", at=LATER, by=registrar) is made, "a second click"
    taken = invitations.take(session, "secret", at=NOW)
    assert taken == invitations.Invitation(made.token_digest, registrar.id)
    assert invitations.waiting(session, at=NOW) == []
    with pytest.raises(invitations.InvitationUsed):
        invitations.take(session, "secret", at=NOW)
    with pytest.raises(invitations.InvitationUnknown):
        invitations.take(session, "another", at=NOW)


def test_an_invitation_that_registered_nothing_serves_again(session, registrar):
    invitations.make(session, "secret", at=NOW, by=registrar)
    invitations.give_back(session, invitations.take(session, "secret", at=NOW))
    assert len(invitations.waiting(session, at=NOW)) == 1
    invitations.take(session, "secret", at=LATER)


def test_an_invitation_ends_after_a_day(session, registrar):
    made = invitations.make(session, "secret", at=NOW, by=registrar)
    last = made.expires_at - timedelta(microseconds=1)
    assert made.expires_at - made.made_at == timedelta(hours=24)
    for act in (invitations.take, invitations.refuse_unfit):
        with pytest.raises(invitations.InvitationExpired):
            act(session, "secret", at=made.expires_at)
    assert [len(invitations.waiting(session, at=at)) for at in (last, made.expires_at)] == [1, 0]
    invitations.refuse_unfit(session, "secret", at=last)
    invitations.take(session, "secret", at=last)


def test_an_invitation_that_is_taken_back_opens_nothing(session, registrar):
    made = invitations.make(session, "secret", at=NOW, by=registrar)
    invitations.take_back(session, made.token_digest, at=NOW)
    with pytest.raises(invitations.InvitationUnknown):
        invitations.take(session, "secret", at=NOW)
    used = invitations.make(session, "used", at=NOW, by=registrar)
    invitations.take(session, "used", at=NOW)
    for digest in (made.token_digest, used.token_digest):
        with pytest.raises(invitations.InvitationOver):
            invitations.take_back(session, digest, at=NOW)


def test_invitations_are_forgotten_a_week_after_their_end(session, registrar):
    made = invitations.make(session, "old", at=NOW, by=registrar)
    over = made.expires_at + timedelta(days=7)
    invitations.make(session, "new", at=over - timedelta(microseconds=1), by=registrar)
    with pytest.raises(invitations.InvitationExpired):
        invitations.take(session, "old", at=over)
    invitations.make(session, "newer", at=over, by=registrar)
    with pytest.raises(invitations.InvitationUnknown):
        invitations.take(session, "old", at=over)
    assert len(session.scalars(select(LtiInvitation)).all()) == 2


def test_tokens_are_256_bits_that_follow_from_the_forms_nonce_and_our_secret():
    made = invitations.token_from("our secret", "nonce")
    assert len(bytes.fromhex(made)) == 32
    assert made == invitations.token_from("our secret", "nonce")
    assert made not in {invitations.token_from("our secret", "other"), invitations.token_from("another", "nonce")}


def test_how_it_was_registered_and_by_whom_is_on_record(session, registrar):
    made = platforms.register(session, platform_agency.new(), SETTING, RegisteredHow.DYNAMICALLY, at=NOW, by=registrar)
    assert (made.how, made.recorded_by_id) == (RegisteredHow.DYNAMICALLY, registrar.id)
