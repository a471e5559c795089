"""A module's quiz, taken in the pages as they are without scripts."""

import re

from requests import Response

from tests.browser.bank import starter_items
from tests.interop.visitor import Visitor

MOST_QUESTIONS = 40


def take(visitor: Visitor, module_page: Response, *, wrong: int = 0) -> Response:
    """Take the quiz of the module, from its page to its result, which is returned.

    :param wrong: how many questions, from the first one on, are answered wrongly; the others are answered by the key.
    """
    start = visitor.open(f"{module_page.url}/quiz?mode=assessment")
    page = visitor.submit(start, to="/attempts")
    for number in range(MOST_QUESTIONS):
        if "/questions/" not in page.url:
            break
        found = re.search(r'data-item="([^"]+)"', page.text)
        assert found, page.url
        options, key = starter_items()[found[1]].interaction.options, starter_items()[found[1]].interaction.key
        chosen = [next(one for one in options if one not in key)] if number < wrong else sorted(key)
        page = visitor.submit(page, answer=chosen)
    assert page.url.endswith("/check"), page.url
    result = visitor.submit(page, to="/submit")
    assert result.url.endswith("/result"), result.url
    return result
