"""Every reason to look is said in a sentence that names what it is about."""

import pytest

from courses.advice import Advice, Look
from training_app.wording import advice

VALUES = {
    "lix": 52,
    "most": 45,
    "stated": 1,
    "read": 4,
    "language": "fr",
    "source": "en",
    "module": "errors",
    "lesson": "01-kinds",
    "target": "07-gone",
    "term": "recall",
    "objective": "say-so",
}


@pytest.mark.parametrize("look", Look)
def test_every_reason_to_look_has_a_sentence_that_says_what_to_do(look):
    said = advice.sentence(Advice("base-rates/module.toml", look, VALUES))
    assert said.endswith(".")
    assert said.count(".") >= 2, "what there is, and what to do about it"
    assert "%" not in said
