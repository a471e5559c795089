"""Learning platforms: adding one by hand, saying what governs it, approving it and its deployments."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import TickBoxes, needed, stripped, text
from training_app.models.lti import LinkBy
from training_app.rules.lti_accounts import is_path
from training_app.rules.lti_registration import Origin, RegistrationRefused, belongs, origin
from training_app.services.lti.platforms import NewPlatform, PlatformSetting, Registered
from training_app.wording import platforms as words

MOST_ORIGINS = 20


def _url(label: Any, missing: Any, example: str) -> StringField:
    return StringField(
        label,
        text(missing, most=2000, too_long=_l("This is too long for an address.")),
        filters=[stripped],
        description=_l("For example %(example)s", example=example),
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )


class _Identity(FlaskForm):
    """What a platform is known by; stands before the rest, on the page and where errors are listed."""

    name = StringField(
        _l("Name"),
        text(_l("Enter a name."), most=80, too_long=_l("Enter a name of at most 80 characters.")),
        filters=[stripped],
        description=_l("What officers and trainers call it here, for example Police academy."),
    )
    issuer = StringField(
        _l("Issuer, also called platform id"),
        text(_l("Copy the issuer from the platform."), most=2000, too_long=_l("This is too long for an issuer.")),
        filters=[stripped],
        description=_l("Character by character as the platform writes it, for example https://lms.academy.example"),
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )
    client_id = StringField(
        _l("Client id"),
        text(_l("Copy the client id from the platform."), most=255, too_long=_l("Enter at most 255 characters.")),
        filters=[stripped],
        description=_l("What the platform calls this product."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    deployment_id = StringField(
        _l("Deployment id"),
        [validators.Optional(), validators.Length(max=255, message=_l("Enter at most 255 characters."))],
        filters=[stripped],
        description=_l("If the platform shows one. Otherwise you are shown it after the first launch."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class SettingForm(FlaskForm):
    """What governs a platform."""

    authorization_url = _url(
        _l("Authentication request address"),
        _l("Copy the authentication request address from the platform."),
        "https://lms.academy.example/mod/lti/auth.php",
    )
    token_url = _url(
        _l("Access token address"),
        _l("Copy the access token address from the platform."),
        "https://lms.academy.example/mod/lti/token.php",
    )
    key_set_url = _url(
        _l("Public key set address"),
        _l("Copy the public key set address from the platform."),
        "https://lms.academy.example/mod/lti/certs.php",
    )
    other_hosts = BooleanField(
        _l("The addresses are on several hosts, and I have checked at the platform that all of them are its own")
    )
    token_audience = StringField(
        _l("Audience for access tokens"),
        [validators.Optional(), validators.Length(max=255, message=_l("Enter at most 255 characters."))],
        filters=[stripped],
        description=_l("Only where the platform names one that differs from its access token address."),
        render_kw={"autocomplete": "off"},
    )
    link_by = RadioField(
        _l("How an account at the platform becomes an officer's here"),
        needed(_l("Choose how accounts are linked.")),
        choices=[SelectChoice(way.value, words.LINKS[way]) for way in words.LINKS],
        default=LinkBy.SIGN_IN.value,
        invalid_choice_message=_l("Choose how accounts are linked."),
    )
    claim = StringField(
        _l("Claim that states the service number"),
        [validators.Optional(), validators.Length(max=255, message=_l("Enter at most 255 characters."))],
        filters=[stripped],
        description=_l(
            "Only where the platform states it. Moodle: lis.person_sourcedid (the ID number of the account). Connected "
            "with one address: custom.service_number."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    keeps_names = BooleanField(
        _l("Show and keep the names and mail addresses that the platform lists of a course"),
        description=_l("Without it, rosters show service numbers of linked officers, and nothing of others."),
    )
    page_origins = TextAreaField(
        _l("Other addresses of its pages"),
        [validators.Optional(), validators.Length(max=2000, message=_l("This is too long."))],
        filters=[stripped],
        description=_l(
            "One on each line, only where officers open the platform under another host than its issuer's, for example "
            "https://academy.instructure.com. Pages there may show launches in a frame."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    after = HiddenField(default="0")
    """Number of the setting that the page showed."""

    issued_by: str = ""
    plain: Collection[str] = ()

    def of(self, issuer: str, plain: Collection[str]) -> "Any":
        """Return the form for a platform with that *issuer*; *plain*: hosts for which http will do."""
        self.issued_by, self.plain = issuer, plain
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        return self._addresses_fit() & self._linking_fits() & fits

    @property
    def last_seen(self) -> int:
        found = self.after.data or ""
        return int(found) if found.isascii() and found.isdecimal() and len(found) < 18 else -1

    def setting(self) -> PlatformSetting:
        """Return what was entered; only for a valid form."""
        link_by = LinkBy(self.link_by.data)
        return PlatformSetting(
            authorization_url=self.authorization_url.data or "",
            token_url=self.token_url.data or "",
            key_set_url=self.key_set_url.data or "",
            token_audience=self.token_audience.data or None,
            link_by=link_by,
            claim=self.claim.data if link_by is LinkBy.CLAIM else None,
            keeps_names=bool(self.keeps_names.data),
            page_origins=tuple(dict.fromkeys((self.page_origins.data or "").split())),
        )

    def _issuer(self) -> Origin | None:
        try:
            return origin(self.issued_by, "issuer", plain=self.plain)
        except RegistrationRefused:
            return None

    def _addresses_fit(self) -> bool:
        own, fits = self._issuer(), True
        for field in (self.authorization_url, self.token_url, self.key_set_url):
            named = _origin_in(field, self.plain)
            if named is None:
                fits = False
            elif own is not None and not self.other_hosts.data and not belongs(named, own):
                _add(field, _other_host(named, own))
                fits = False
        for line in (self.page_origins.data or "").split()[: MOST_ORIGINS + 1]:
            if not _is_origin(line, self.plain):
                _add(self.page_origins, _("Enter scheme and host only, for example https://academy.instructure.com."))
                return False
        if len((self.page_origins.data or "").split()) > MOST_ORIGINS:
            _add(self.page_origins, _("Enter %(most)s addresses at most.", most=MOST_ORIGINS))
            return False
        return fits

    def _linking_fits(self) -> bool:
        if self.link_by.data == LinkBy.CLAIM and not is_path(self.claim.data or ""):
            _add(self.claim, _("Name the claim, for example lis.person_sourcedid, or let officers sign in once."))
            return False
        return True


class PlatformForm(_Identity, SettingForm):
    """A platform to add by hand."""

    def validate(self, extra_validators: Any = None) -> bool:
        self.issued_by = self.issuer.data or ""
        fits = super().validate(extra_validators)
        if self.issued_by and (self._issuer() is None or "?" in self.issued_by):
            _add(self.issuer, _unfit_address(self.issuer))
            return False
        return fits

    def new(self) -> NewPlatform:
        """Return what was entered; only for a valid form."""
        return NewPlatform(self.name.data or "", self.issuer.data or "", self.client_id.data or "")


class ApproveForm(FlaskForm):
    deployments = TickBoxes(_l("Approve these deployments with it"), choices=[])

    def offering(self, ids: Collection[str]) -> "Any":
        """Return the form with the deployments that came by to choose from, all of them chosen at first."""
        self.deployments.choices = [SelectChoice(one, one) for one in ids]
        if not self.is_submitted():
            self.deployments.data = list(ids)
        return self


class DeploymentForm(FlaskForm):
    deployment_id = StringField(
        _l("Deployment id"),
        text(_l("Copy the deployment id from the platform."), most=255, too_long=_l("Enter at most 255 characters.")),
        filters=[stripped],
        description=_l("As the platform shows it among the settings of the tool."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class InvitationForm(FlaskForm):
    nonce = HiddenField(validators=[validators.Length(min=20, max=100)])
    """Of the page: sent twice, it makes one invitation."""


class ConfirmForm(FlaskForm):
    """A page of one button."""


def shown(platform: Registered, plain: Collection[str]) -> dict[str, Any]:
    """Return what governs *platform* as the fields of `SettingForm` start with it."""
    urls = (platform.authorization_url, platform.token_url, platform.key_set_url)
    return {
        "authorization_url": platform.authorization_url,
        "token_url": platform.token_url,
        "key_set_url": platform.key_set_url,
        "other_hosts": not _all_belong(urls, platform.issuer, plain),
        "token_audience": "" if platform.token_audience == platform.token_url else platform.token_audience,
        "link_by": platform.link_by.value,
        "claim": platform.claim or "",
        "keeps_names": platform.keeps_names,
        "page_origins": "\n".join(platform.page_origins),
        "after": str(platform.setting_id),
    }


def _all_belong(urls: Collection[str], issuer: str, plain: Collection[str]) -> bool:
    try:
        own, *named = (origin(url, "", plain=plain) for url in (issuer, *urls))
    except RegistrationRefused:
        return False
    return all(belongs(one, own) for one in named)


def _origin_in(field: Field, plain: Collection[str]) -> Origin | None:
    """Return the origin of the address in *field*; one that is none is said beside it."""
    if not field.data:
        return None
    try:
        return origin(field.data, field.name, plain=plain)
    except RegistrationRefused:
        _add(field, _unfit_address(field))
        return None


def _is_origin(line: str, plain: Collection[str]) -> bool:
    try:
        return str(origin(line, "page_origins", plain=plain)) == line
    except RegistrationRefused:
        return False


def _unfit_address(field: Field) -> str:
    """Return a sentence that names the field: where errors are listed, several of these stand below each other."""
    return _(
        "%(field)s: enter an address that begins with https:// and has neither a user nor a fragment.",
        field=field.label.text,
    )


def _other_host(named: Origin, own: Origin) -> str:
    return _(
        "This address is on %(host)s, the issuer on %(own)s. Copy it again; if the platform does have several hosts, "
        "tick the box below the addresses.",
        host=str(named),
        own=str(own),
    )


def _add(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
