"""A figure of a draft: a drawing in SVG, sent as a file or pasted."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField

from courses.figures import MOST_CHARACTERS
from training_app.forms.authoring import SavedPart, refuse_no_name
from training_app.forms.fields import stripped, text


class FigureForm(SavedPart):
    file = FileField(_l("A file"), description=_l("A drawing in SVG, as a drawing program exports it."))
    svg = TextAreaField(
        _l("Or its text"), description=_l("The text of an SVG file. A file chosen above goes before it.")
    )

    def drawing(self) -> str:
        """Return the SVG that was sent, of a form that was validated: of the file where there is one."""
        return (self.svg.data or "").strip()

    def validate(self, extra_validators: Any = None) -> bool:
        """Take the file's text for the pasted one, so that it stays on the page whatever stands against it."""
        if self.file.data:
            # Four bytes a character at most: more than that is too much, and the check of the drawing says so.
            sent = self.file.data.read(4 * MOST_CHARACTERS + 4)
            self.svg.data = sent.decode("utf-8", errors="replace")
        sound: bool = super().validate(extra_validators)
        if sound and not self.drawing():
            self.svg.errors = [_("Choose a file, or paste a drawing.")]
            return False
        return sound


class NewFigureForm(FigureForm):
    name = StringField(
        _l("Name"),
        [*text(_l("Give the figure a name."), most=40, too_long=_l("Use at most 40 characters.")), refuse_no_name],
        filters=[stripped],
        description=_l("How lessons name it, for example two-errors."),
    )
