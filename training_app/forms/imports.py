"""Sending a file to import, and saying which version each course of an older system certifies."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed
from training_app.wording.imports import KINDS

LEAVE_OUT = "leave-out"


class FileForm(FlaskForm):
    kind = RadioField(
        _l("What does the file hold?"),
        needed(_l("Choose what the file holds.")),
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        invalid_choice_message=_l("Choose what the file holds."),
    )
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV in UTF-8, its cells parted by comma, semicolon or tab. At most 10 MB."),
    )


class ConfirmedForm(FlaskForm):
    """That the dry run was seen; it holds a digest and nothing of the file."""

    seen = HiddenField()


def mapping_form(courses: Iterable[str], versions: Mapping[int, str], mapped: Mapping[str, int | None]) -> FlaskForm:
    """Return a form with one choice for each course; what was chosen before is chosen."""
    missing = _l("Choose a version, or leave the course out.")
    choices = [
        SelectChoice("", _l("Choose")),
        SelectChoice(LEAVE_OUT, _l("Leave it out")),
        *(SelectChoice(str(version_id), name) for version_id, name in versions.items()),
    ]
    fields: dict[str, Any] = {
        f"course_{number}": SelectField(
            course,
            needed(missing),
            choices=choices,
            invalid_choice_message=missing,
            default=_chosen(mapped, course),
        )
        for number, course in enumerate(courses)
    }
    form: FlaskForm = type("MappingForm", (FlaskForm,), fields)()
    return form


def mapping_of(form: FlaskForm, courses: Iterable[str]) -> dict[str, int | None]:
    """Return what a valid form says of each course: the id of a version, or ``None`` to leave it out."""
    said = {course: form[f"course_{number}"].data for number, course in enumerate(courses)}
    return {course: None if chosen == LEAVE_OUT else int(chosen) for course, chosen in said.items()}


def _chosen(mapped: Mapping[str, int | None], course: str) -> str:
    if course not in mapped:
        return ""
    version_id = mapped[course]
    return LEAVE_OUT if version_id is None else str(version_id)
