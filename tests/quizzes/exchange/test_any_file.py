"""Readers of files from strangers: whatever comes, it is read or refused in our own words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizzes.exchange import gift_reader, moodle_reader
from quizzes.exchange.plain_text import Format, as_plain
from quizzes.exchange.report import MOST_BYTES, MOST_DEPTH, MOST_QUESTIONS, Fault, Reading, Unreadable, What
from tests.quizzes.exchange.items import HARD_WORDS

gift_pieces = st.sampled_from(
    (*HARD_WORDS, "\n", "\n\n", "->", "= a", "~ b", "%100%", "%-1.5%", "1..5", "3:2", "1e9999999", "{>",
     "[tag:level:judge]",
     "// ", "[id:a]", "\t", "$CATEGORY: a/b", "####x", "\ufeff", "[markdown]", "<script>", "<![CDATA[", "<!", "<?php")
)  # fmt: skip

TAGS = (
    "question", "questiontext", "text", "answer", "feedback", "single", "subquestion", "units", "unit", "multiplier",
    "tolerance", "name", "tags", "tag", "defaultgrade", "hint", "file", "generalfeedback", "usecase", "selecttype",
)  # fmt: skip
TYPES = (
    "multichoice",
    "truefalse",
    "shortanswer",
    "numerical",
    "matching",
    "ordering",
    "cloze",
    "essay",
    "category",
    "x",
)
xml_words = st.sampled_from(
    ("", "true", "false", "100", "-50", "nan", "inf", "1e400", "*", "a", "&lt;p&gt;", "1:2", "{1:MC:=a~b}",
     "{2:NUMERICAL:=1:0#x~*#y}", "{:SA:}", "{1:MC:=a~b} {1:X:=y}", "&#xE000;5&#xE001; {1:SA:a}", "&lt;![x[", "1..2")
)  # fmt: skip


@st.composite
def nodes(draw: st.DrawFn, depth: int = 0) -> str:
    tag = draw(st.sampled_from(TAGS))
    inside = draw(xml_words)
    if depth < 2:
        inside += "".join(draw(st.lists(nodes(depth + 1), max_size=3)))
    fraction = draw(st.sampled_from(("", ' fraction="100"', ' fraction="x"', ' format="markdown"', ' type="cloze"')))
    return f"<{tag}{fraction}>{inside}</{tag}>"


@st.composite
def questions(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(TYPES))
    return f'<question type="{kind}">{"".join(draw(st.lists(nodes(), max_size=6)))}</question>'


@given(st.lists(gift_pieces | st.text(max_size=5), max_size=40).map("".join))
@example("{~=#}")
@example("::a::b{=%%->}")
@example("a{#1:1e5000000000}")
def test_any_text_is_read_as_gift_or_refused(text: str):
    reading = _read(gift_reader.read, text.encode("utf-8", "surrogatepass"))
    if reading:
        assert all(note.line >= 1 for note in reading.notes)
        assert all(question.text.stem for question in reading.questions)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes):
    _read(gift_reader.read, content)
    _read(moodle_reader.read, content)


@given(st.lists(questions(), max_size=2).map(lambda found: f"<quiz>{''.join(found)}</quiz>"))
def test_any_document_is_read_as_moodle_xml_or_refused(text: str):
    _read(moodle_reader.read, text.encode())


@given(st.text(max_size=60) | st.lists(gift_pieces, max_size=12).map("".join), st.sampled_from(Format))
def test_any_text_becomes_plain_once_and_for_all(text: str, form: Format):
    plain, _losses = as_plain(text, form)
    assert as_plain(plain, Format.PLAIN)[0] == plain


def _read(read, content: bytes) -> Reading | None:
    try:
        return read(content)
    except Unreadable:
        return None


def refused(read, content: bytes) -> tuple[Fault, int]:
    with pytest.raises(Unreadable) as error:
        read(content)
    return error.value.fault, error.value.line


BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE quiz [
 <!ENTITY lol "lol">
 <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
 <!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]>
<quiz><question type="essay"><name><text>&lol3;</text></name></question></quiz>"""
OUTSIDE = b"""<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<quiz><question type="essay"><name><text>&x;</text></name></question></quiz>"""


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        pytest.param(BILLION_LAUGHS, Fault.DECLARATIONS, 2, id="billion-laughs"),
        pytest.param(OUTSIDE, Fault.DECLARATIONS, 1, id="external-entity"),
        pytest.param(b'<!DOCTYPE quiz SYSTEM "http://x.example/q.dtd">\n<quiz/>', Fault.DECLARATIONS, 1, id="dtd"),
        pytest.param(b"<quiz>\n<question>\n</quiz>", Fault.NOT_XML, 3, id="not-closed"),
        pytest.param(b"<quiz>&nbsp;</quiz>", Fault.NOT_XML, 1, id="html-entity"),
        pytest.param(b"<html>\n</html>", Fault.NOT_MOODLE, 1, id="html"),
        pytest.param(b"<quiz>" + b"<a>" * MOST_DEPTH, Fault.TOO_DEEP, 1, id="deep"),
        pytest.param("<quiz>\né</quiz>".encode("latin-1"), Fault.NOT_UTF8, 2, id="latin-1"),
        pytest.param(b"<quiz>\n\n\x00</quiz>", Fault.CHARACTER, 3, id="null"),
        pytest.param(b"\xef\xbb\xbf \r\n", Fault.EMPTY, 0, id="empty"),
        pytest.param(b" " * (MOST_BYTES + 1), Fault.TOO_LARGE, 0, id="large"),
    ],
)
def test_a_file_that_is_refused_says_why_and_where(content: bytes, fault: Fault, line: int):
    assert refused(moodle_reader.read, content) == (fault, line)


def test_questions_are_counted():
    one = "Is it so?{~no =yes}\n\n"
    assert len(gift_reader.read((one * MOST_QUESTIONS).encode()).questions) == MOST_QUESTIONS
    assert refused(gift_reader.read, (one * (MOST_QUESTIONS + 1)).encode()) == (
        Fault.TOO_MANY,
        2 * MOST_QUESTIONS + 1,
    )


def test_an_encoding_that_the_declaration_names_wrongly_does_not_change_the_text():
    content = '<?xml version="1.0" encoding="ISO-8859-1"?><quiz><question type="é"/></quiz>'
    [note] = moodle_reader.read(content.encode()).notes
    assert (note.what, note.about) == (What.UNKNOWN_TYPE, "é")


def test_a_text_that_is_too_long_is_left_out_with_its_line():
    reading = gift_reader.read(f"Short?{{~no =yes}}\n\nLong?{{\n~{'x' * 10_001}\n=yes}}".encode())
    assert [question.title for question in reading.questions] == ["Short?"]
    assert [(note.line, note.what) for note in reading.notes if note.left_out] == [(4, What.TOO_LONG)]
