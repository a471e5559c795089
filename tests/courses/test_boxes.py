"""What a module says in marked boxes, by its weight."""

from types import SimpleNamespace

from courses.boxes import by_weight

LAW = '!!! law "What the law says"\n    One. [@led-4]\n\n    Two.'
PRACTICE = '!!! practice "In practice"\n    Three.'
FIRST = SimpleNamespace(title="The rule", body=f"Text.\n\n{LAW}\n\n{PRACTICE}\n\nMore.")
SECOND = SimpleNamespace(title="On duty", body='!!! takeaway "Remember"\n    Four.\n\n!!! law "Law"\n    Five.')


def test_boxes_stand_by_kind_and_then_by_lesson_and_nothing_else_does():
    body = by_weight([FIRST, SECOND], {"practice": "Good practice", "recommended": "Advice", "law": "Law"})
    assert body.split("\n\n### ") == [
        "## Good practice",
        f"The rule\n\n{PRACTICE}\n\n## Law",
        f"The rule\n\n{LAW}",
        'On duty\n\n!!! law "Law"\n    Five.',
    ]


def test_without_a_box_there_is_nothing():
    assert by_weight([SimpleNamespace(title="None", body="Text.")], {"law": "Law"}) == ""
