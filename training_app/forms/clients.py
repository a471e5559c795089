"""Programs that ask: registering one, saying what it may do, and giving it credentials."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import IntegerField, TickBoxes, needed, stripped, text
from training_app.rules.clients import ClientKind, Scope
from training_app.services.client_credentials import (
    DEFAULT_DAYS,
    DEFAULT_OVERLAP_HOURS,
    MOST_DAYS,
    MOST_OVERLAP_HOURS,
    NewCredential,
)
from training_app.services.clients import DEFAULT_REQUESTS_PER_MINUTE, MOST_REQUESTS_PER_MINUTE, Grant
from training_app.wording import clients as words

NAMED, EVERY = "named", "every"


def _whole_number(label: Any, message: Any, *, least: int, most: int, default: int, description: Any) -> IntegerField:
    return IntegerField(
        label,
        [validators.InputRequired(message), validators.NumberRange(least, most, message)],
        invalid_value_message=message,
        default=default,
        description=description,
        render_kw={"inputmode": "numeric"},
    )


def _scopes(label: Any, message: Any) -> TickBoxes:
    choices = [SelectChoice(scope.value, words.SCOPES[scope]) for scope in Scope]
    return TickBoxes(label, needed(message), choices=choices)


class MayDo(FlaskForm):
    """What a client may do."""

    scopes = _scopes(_l("What it may do"), _l("Choose at least one thing that the client may do."))
    reach = RadioField(
        _l("Which tools may it ask about?"),
        needed(_l("Choose which tools it may ask about.")),
        choices=[
            SelectChoice(NAMED, _l("Those chosen below; every other one is unknown to it")),
            SelectChoice(EVERY, _l("Every tool, also those that are registered later")),
        ],
        default=NAMED,
        invalid_choice_message=_l("Choose which tools it may ask about."),
    )
    tools = TickBoxes(_l("Tools"), choices=[])
    requests_per_minute = _whole_number(
        _l("Questions in a minute, at most"),
        _l("Enter a whole number from 1 to 10,000,000."),
        least=1,
        most=MOST_REQUESTS_PER_MINUTE,
        default=DEFAULT_REQUESTS_PER_MINUTE,
        description=_l("What comes beyond is not answered, which is a no. Each question of a batch counts."),
    )
    after = HiddenField(default="0")
    """Number of the grant that the page showed."""

    def offering(self, tools: Iterable[tuple[str, str]]) -> "Any":
        """Return the form with *tools*, by short name and name, to choose from."""
        self.tools.choices = [SelectChoice(slug, name) for slug, name in tools]
        return self

    @property
    def last_seen(self) -> int:
        found = self.after.data or ""
        return int(found) if found.isascii() and found.isdecimal() and len(found) < 18 else -1

    def grant(self) -> Grant:
        """Return what was chosen; only for a valid form."""
        tools = None if self.reach.data == EVERY else frozenset(self.tools.data or ())
        return Grant(frozenset(map(Scope, self.scopes.data or ())), tools, self.requests_per_minute.data or 1)


def shown(grant: Grant) -> dict[str, Any]:
    """Return *grant* as the fields of `MayDo` start with it."""
    return {
        "scopes": [scope.value for scope in grant.scopes],
        "reach": EVERY if grant.tools is None else NAMED,
        "tools": sorted(grant.tools or ()),
        "requests_per_minute": grant.requests_per_minute,
    }


class ClientForm(MayDo):
    name = StringField(
        _l("Name"),
        text(_l("Enter a name."), most=80, too_long=_l("Enter a name of at most 80 characters.")),
        filters=[stripped],
        description=_l("For example Face matching, control room. It stands beside everything that the client asked."),
    )
    kind = RadioField(
        _l("What is it?"),
        needed(_l("Choose what the client is.")),
        choices=[SelectChoice(kind.value, words.KINDS[kind]) for kind in ClientKind],
        invalid_choice_message=_l("Choose what the client is."),
    )


class CredentialForm(FlaskForm):
    """Where a credential is used, what can be done with it, and for how long."""

    label = StringField(
        _l("Where it is used"),
        text(_l("Say where it is used."), most=80, too_long=_l("Say it in at most 80 characters.")),
        filters=[stripped],
        description=_l("For example Server in the basement. It tells this one from others when one must be revoked."),
    )
    scopes = _scopes(_l("What can be done with it"), _l("Choose at least one thing that can be done with it."))
    days = _whole_number(
        _l("Days until it expires"),
        _l("Enter a whole number of days from 1 to 366."),
        least=1,
        most=MOST_DAYS,
        default=DEFAULT_DAYS,
        description=_l("It expires by itself. Rotate it before: the new one and the old one then overlap."),
    )

    def only(self, scopes: Iterable[Scope]) -> "Any":
        """Return the form with those of its client's *scopes* to choose from, all of them chosen at first."""
        names = [scope.value for scope in Scope if scope in set(scopes)]
        self.scopes.choices = [SelectChoice(name, words.SCOPES[Scope(name)]) for name in names]
        if not self.is_submitted():
            self.scopes.data = names
        return self

    def new(self) -> NewCredential:
        """Return what was entered; only for a valid form."""
        scopes = frozenset(map(Scope, self.scopes.data or ()))
        return NewCredential(self.label.data or "", scopes, self.days.data or 1)


class TokenForm(CredentialForm):
    nonce = HiddenField(validators=[validators.Length(min=20, max=100)])
    """Of the page: sent twice, it issues one token."""


class KeyForm(CredentialForm):
    public_key = TextAreaField(
        _l("Public key"),
        text(_l("Paste the public key."), most=6000, too_long=_l("This is too long for a public key.")),
        filters=[stripped],
        description=_l("As PEM or as a JWK: Ed25519, P-256, or RSA with at least 2,048 bits. Never the private key."),
    )


class RotateForm(FlaskForm):
    days = _whole_number(
        _l("Days until the new token expires"),
        _l("Enter a whole number of days from 1 to 366."),
        least=1,
        most=MOST_DAYS,
        default=DEFAULT_DAYS,
        description="",
    )
    overlap_hours = _whole_number(
        _l("Hours for which the old token still opens"),
        _l("Enter a whole number of hours from 0 to 168."),
        least=0,
        most=MOST_OVERLAP_HOURS,
        default=DEFAULT_OVERLAP_HOURS,
        description=_l("Time to put the new one in place. 0: the old one stops at once."),
    )
    nonce = HiddenField(validators=[validators.Length(min=20, max=100)])


class ConfirmForm(FlaskForm):
    """A page of one button."""
