"""The marked boxes of a module by their weight: what the law says, and apart from it what is only good practice."""

import re
from collections.abc import Iterable, Mapping

from courses.module import Lesson

_BOX = re.compile(r'^!!! (?P<kind>\S+) "[^"]*"\n(?:(?: {4}.*)?(?:\n|$))+', re.MULTILINE)


def by_weight(lessons: Iterable[Lesson], headings: Mapping[str, str]) -> str:
    """Return, as the body of a lesson, every box of the kinds in *headings*: kind by kind, lesson by lesson.

    :param headings: what stands above the boxes of a kind, by kind, in the order wanted; a kind without a box is left
        out.
    """
    read = [(lesson.title, list(_BOX.finditer(lesson.body))) for lesson in lessons]
    parts = []
    for kind, heading in headings.items():
        found = [(title, [box[0].strip() for box in boxes if box["kind"] == kind]) for title, boxes in read]
        shown = [f"### {title}\n\n" + "\n\n".join(boxes) for title, boxes in found if boxes]
        if shown:
            parts += [f"## {heading}", *shown]
    return "\n\n".join(parts)
