"""The registry of trainers: a qualification with its evidence, its renewal, education, declarations."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, IntegerField, needed, stripped, text
from training_app.rules.qualifying import EvidenceKind
from training_app.rules.trainers import InterestKind, QualificationLevel, Scope
from training_app.services.trainer_registry import Asked, Evidence
from training_app.wording.trainers import INTERESTS, LEVELS

NO_DAY = _l("Enter a day, for example 31 12 2027.")
TOO_LONG = _l("Say it in at most 500 characters.")
NOTE = 500
MOST_BYTES = 10_000_000
"""Of a document: its SHA-256 is computed and it is not kept."""


class NumberForm(FlaskForm):
    """Whose record is looked at; sent with GET, it changes nothing."""

    class Meta:
        csrf = False

    person = StringField(_l("Service number"), needed(_l("Enter the person's service number.")), filters=[stripped])


class QualifyForm(FlaskForm):
    """A qualification as it is to be granted, with what it rests on."""

    scope = SelectField(
        _l("For what?"), needed(_l("Choose the subject area or the tool.")), choices=[],
        invalid_choice_message=_l("Choose the subject area or the tool."),
    )  # fmt: skip
    level = RadioField(
        _l("Level"),
        needed(_l("Choose the level.")),
        choices=[SelectChoice(level.name.lower(), LEVELS[level]) for level in QualificationLevel],
        invalid_choice_message=_l("Choose the level."),
    )
    through = DateField(
        _l("Last day"), [validators.InputRequired(NO_DAY)], description=_l("At most three years from today.")
    )
    experience = TextAreaField(
        _l("Experience"),
        [IfGiven(), validators.Length(max=NOTE, message=TOO_LONG)],
        filters=[stripped],
        description=_l(
            "Years in the work, deployments, publications. Nothing about health, and no judgement of character."
        ),
    )
    lesson = StringField(
        _l("Observed lesson"),
        [IfGiven(), validators.Length(max=NOTE, message=TOO_LONG)],
        filters=[stripped],
        description=_l("What was taught, and what was seen of it, in a sentence. Not needed for authors."),
    )
    lesson_day = DateField(_l("Day of the observed lesson"), [IfGiven()])
    lesson_by = StringField(_l("Who observed it, by service number"), filters=[stripped])
    conduct_day = DateField(
        _l("Day of the conduct check"), [IfGiven()], description=_l("Only that it was passed is kept.")
    )
    conduct_by = StringField(_l("Who checked, by service number"), filters=[stripped])
    document_name = StringField(
        _l("Diploma or certificate"),
        [IfGiven(), validators.Length(max=NOTE, message=TOO_LONG)],
        filters=[stripped],
        description=_l("What it is called. Needed for leads."),
    )
    document = FileField(
        _l("Its file"),
        description=_l(
            "At most 10 MB. It is not kept here: only its checksum, by which your own copy can be told later."
        ),
    )

    def offering(self, scopes: Iterable[tuple[str, Any]]) -> "QualifyForm":
        """Return the form with *scopes* to choose from: codes with their words."""
        self.scope.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(code, name) for code, name in scopes)]
        return self

    def validate_lesson_by(self, field: StringField) -> None:
        if self.lesson.data and not (field.data and self.lesson_day.data):
            raise validators.ValidationError(_l("Say who observed the lesson, and on which day."))

    def validate_conduct_by(self, field: StringField) -> None:
        if self.conduct_day.data and not field.data:
            raise validators.ValidationError(_l("Say who checked."))

    def validate_document(self, field: FileField) -> None:
        if bool(field.data) != bool(self.document_name.data):
            raise validators.ValidationError(_l("Give a document's name and its file together."))

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what was given; only of a valid form."""
        found: list[Evidence] = []
        if self.experience.data:
            found.append(Evidence(EvidenceKind.EXPERIENCE, self.experience.data))
        if self.lesson.data:
            found.append(
                Evidence(EvidenceKind.OBSERVED_LESSON, self.lesson.data, self.lesson_day.data, self.lesson_by.data)
            )
        if self.conduct_day.data:
            found.append(Evidence(EvidenceKind.CONDUCT_CHECK, "", self.conduct_day.data, self.conduct_by.data))
        if self.document_name.data and self.document.data:
            digest = sha256(self.document.data.read()).hexdigest()
            found.append(Evidence(EvidenceKind.DOCUMENT, self.document_name.data, sha256=digest))
        return tuple(found)

    def asked(self, *, special: bool) -> Asked:
        """Return the qualification; only of a valid form."""
        scope, version = scope_in(self.scope.data)
        through: date = self.through.data
        level = QualificationLevel[self.level.data.upper()]
        return Asked(scope, level, through, self.evidence(), special=special, version=version)


def scope_in(code: str) -> tuple[Scope, str | None]:
    """Return scope and version of a choice: ``subject:ai``, ``tool:sightline`` or ``tool:sightline@3.2``."""
    kind, _colon, name = code.partition(":")
    if kind == "subject":
        return Scope(subject=name), None
    slug, _at, version = name.partition("@")
    return Scope(tool=slug), version or None


class RenewForm(FlaskForm):
    through = DateField(
        _l("New last day"), [validators.InputRequired(NO_DAY)], description=_l("At most three years from today.")
    )
    note = StringField(
        _l("Note"),
        [IfGiven(), validators.Length(max=NOTE, message=TOO_LONG)],
        filters=[stripped],
        description=_l("What else the renewal rests on, if anything."),
    )

    def evidence(self) -> tuple[Evidence, ...]:
        return (Evidence(EvidenceKind.EXPERIENCE, self.note.data),) if self.note.data else ()


class ConfirmForm(FlaskForm):
    """A second signature: nothing to fill in."""


class EducationForm(FlaskForm):
    title = StringField(
        _l("What it was"), text(_l("Say what it was."), most=NOTE, too_long=TOO_LONG), filters=[stripped]
    )
    held_on = DateField(_l("Day"), [validators.InputRequired(NO_DAY)])
    hours = IntegerField(
        _l("Hours"),
        [
            validators.InputRequired(_l("Enter whole hours, from 1 to 200.")),
            validators.NumberRange(min=1, max=200, message=_l("Enter whole hours, from 1 to 200.")),
        ],
    )
    document = FileField(
        _l("Certificate of attendance"),
        description=_l("If there is one. Only its checksum is kept."),
    )

    def content(self) -> bytes | None:
        return self.document.data.read() if self.document.data else None


class DeclarationForm(FlaskForm):
    agreed = BooleanField(
        _l("I declare this, and sign it with my account"), [validators.InputRequired(_l("Tick the box to sign."))]
    )


class InterestForm(FlaskForm):
    kind = RadioField(
        _l("What is it?"),
        needed(_l("Choose what it is.")),
        choices=[SelectChoice(kind.value, words) for kind, words in INTERESTS.items()],
        invalid_choice_message=_l("Choose what it is."),
    )
    vendor = SelectField(
        _l("Vendor"), needed(_l("Choose the vendor.")), choices=[], invalid_choice_message=_l("Choose the vendor.")
    )

    def offering(self, vendors: Iterable[str]) -> "InterestForm":
        self.vendor.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(name, name) for name in vendors)]
        return self

    @property
    def interest(self) -> InterestKind:
        """Only of a valid form."""
        return InterestKind(self.kind.data)
