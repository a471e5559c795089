"""A permitted purpose, and for an intrusive tool the rows of the agency's guideline for it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import IfGiven, stripped, text
from training_app.rules.facts import GuidelineCase
from training_app.services.purposes import CODE

MOST_ROWS = 40
MOST_CODES = 100
YES, NO = "yes", "no"
_NO_CODE = _l("Use small letters, digits and hyphens only, for example missing-person.")


def _codes(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _one_a_line(field: TextAreaField) -> None:
    found = _codes(field.data)
    if len(found) > MOST_CODES or any(len(code) > 60 or not CODE.fullmatch(code) for code in found):
        raise validators.ValidationError(
            _l("Write one code a line, in small letters, digits and hyphens, for example human-trafficking.")
        )


class CaseForm(Form):
    """One row of the guideline; one that is left wholly empty is none."""

    crime_types = TextAreaField(
        _l("Crime types"),
        [IfGiven()],
        description=_l("One code a line, as the tool sends them. Left empty: any crime."),
    )
    circumstances = TextAreaField(
        _l("Circumstances"),
        [IfGiven()],
        description=_l("One code a line, as the tool sends them. Left empty: any circumstance."),
    )
    authorisation = RadioField(
        _l("Authorisation"),
        [IfGiven()],
        choices=[
            SelectChoice(YES, _l("Needed: issuer, reference and validity are asked with each use")),
            SelectChoice(NO, _l("Not needed in this case")),
        ],
        invalid_choice_message=_l("Choose whether an authorisation is needed."),
    )
    sentence = TextAreaField(
        _l("The guideline's sentence"),
        [IfGiven(), validators.Length(max=1000, message=_l("Quote the sentence in at most 1,000 characters."))],
        filters=[stripped],
        description=_l("As it is written there. It is quoted to whoever is refused."),
    )
    source = StringField(
        _l("Its legal source"),
        [IfGiven(), validators.Length(max=300, message=_l("Name the source in at most 300 characters."))],
        filters=[stripped],
        description=_l("The number in the guideline, and the provision of law behind it."),
    )

    def validate_crime_types(self, field: TextAreaField) -> None:
        _one_a_line(field)

    def validate_circumstances(self, field: TextAreaField) -> None:
        _one_a_line(field)

    @property
    def empty(self) -> bool:
        """Whether nothing is written in the row; a radio button that was chosen cannot be emptied and says nothing."""
        return not any(
            (field.data or "").strip() for field in (self.crime_types, self.circumstances, self.sentence, self.source)
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.empty:
            return valid
        for field, missing in (
            (self.authorisation, _l("Choose whether an authorisation is needed.")),
            (self.sentence, _l("Quote the sentence of the guideline.")),
            (self.source, _l("Name the source of the sentence.")),
        ):
            if not field.data and not field.errors:
                field.errors = [missing]
        return not self.errors

    def case(self) -> GuidelineCase:
        """Return the row; only of a valid form that is not empty."""
        return GuidelineCase(
            crime_types=frozenset(_codes(self.crime_types.data)),
            circumstances=frozenset(_codes(self.circumstances.data)),
            authorisation=self.authorisation.data == YES,
            sentence=self.sentence.data or "",
            source=self.source.data or "",
        )


class PurposeForm(FlaskForm):
    code = StringField(
        _l("Code"),
        [
            validators.InputRequired(_l("Enter a code for the purpose.")),
            validators.Length(max=60, message=_l("Enter a code of at most 60 characters.")),
            validators.Regexp(rf"^{CODE.pattern}$", message=_NO_CODE),
        ],
        filters=[stripped],
        description=_l("The tool sends exactly this with each use. Small letters, digits and hyphens."),
    )
    name = StringField(
        _l("In plain words"),
        text(
            _l("Say in a few words what the purpose is."),
            most=200,
            too_long=_l("Name the purpose in at most 200 characters."),
        ),
        filters=[stripped],
    )
    after = HiddenField()
    """Id of the fact that the page showed; 0 for none."""
    cases = FieldList(FormField(CaseForm), max_entries=MOST_ROWS)

    def guideline(self) -> tuple[GuidelineCase, ...]:
        """Return the rows that say something; only of a valid form."""
        return tuple(entry.form.case() for entry in self.cases if not entry.form.empty)

    @property
    def last_seen(self) -> int:
        found = self.after.data or ""
        return int(found) if found.isascii() and found.isdecimal() and len(found) < 19 else -1


class EndPurposeForm(FlaskForm):
    after = HiddenField()

    last_seen = PurposeForm.last_seen


def shown(cases: tuple[GuidelineCase, ...]) -> list[dict[str, str]]:
    """Return the rows as the fields of `CaseForm` start with them."""
    return [
        {
            "crime_types": "\n".join(sorted(case.crime_types)),
            "circumstances": "\n".join(sorted(case.circumstances)),
            "authorisation": YES if case.authorisation else NO,
            "sentence": case.sentence,
            "source": case.source,
        }
        for case in cases
    ]
