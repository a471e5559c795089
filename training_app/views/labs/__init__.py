"""Labs as a lesson shows them: a form that asks for the same page again, a drawing, a table; nothing is stored."""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template, request
from flask_babel import force_locale, get_locale

from courses.labs import BaseRate, BiasThreshold, FeedbackLoop, Placed, ReviewAMatch, SpotTheBias
from training_app.languages import IN_ADDRESS
from training_app.views.labs import exercises, models
from training_app.views.labs.writing import writing

PREFIX = "lab-"
"""Of what a lab's form sends, so that it meets nothing else that an address says."""


def in_lesson(language: str) -> Callable[[Placed], str]:
    """Return what gives the HTML of a lab in a lesson written in *language*, with what the request's address sets.

    The lab's own words are in the lesson's language where the product is offered in it, else in the page's.
    """

    def shown(placed: Placed) -> str:
        if language in current_app.extensions["languages"]:
            with force_locale(language):
                return _rendered(placed, language)
        return _rendered(placed, language)

    return shown


def _rendered(placed: Placed, lesson_language: str) -> str:
    sent = _sent_to(placed)
    context: dict[str, Any] = {
        "lab": placed.lab,
        "placed": placed,
        "kept": [(name, value) for name, value in request.args.items(multi=True) if _is_of_another(placed, name)],
        "language": str(get_locale()),
        "lesson_language": lesson_language,
        "write": writing(),
    }
    match placed.lab:
        case BaseRate() as lab:
            context |= models.base_rate(lab, sent)
        case BiasThreshold() as lab:
            context |= models.bias_threshold(lab, sent)
        case FeedbackLoop() as lab:
            context |= models.feedback_loop(lab, sent)
        case SpotTheBias() as lab:
            context |= exercises.spot_the_bias(lab, sent)
        case ReviewAMatch() as lab:
            context |= exercises.review_a_match(lab, sent)
    return render_template(f"labs/{placed.lab.kind.replace('-', '_')}.html", **context)


def _sent_to(placed: Placed) -> dict[str, str]:
    """Return what the address says to this lab, by the names of its fields."""
    own = f"{placed.id}-"
    return {name.removeprefix(own): value for name, value in request.args.items() if name.startswith(own)}


def _is_of_another(placed: Placed, name: str) -> bool:
    """Tell whether the form must send *name* along: it is another lab's, or says in which language the page is."""
    return name == IN_ADDRESS or (name.startswith(PREFIX) and not name.startswith(f"{placed.id}-"))
