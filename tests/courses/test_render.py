from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.errors import ContentError
from courses.render import BOXES, Heading, render
from tests.courses.factories import GLOSSARY, source

SOURCES = (source("first"), source("second"), source("third"))
TAGS = {
    *("a", "blockquote", "br", "code", "dfn", "div", "em", "hr", "li", "ol", "p", "pre", "strong", "sup", "ul"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "aria-label",
    "aria-labelledby",
    "class",
    "href",
    "id",
    "lang",
    "rel",
    "role",
    "scope",
    "start",
    "tabindex",
}


class Elements(HTMLParser):
    """Collects the start tags of a page and its text, as a browser would see them."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def attributes(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def shown(body, lang="en", sources=SOURCES):
    return render(
        body,
        lang=lang,
        glossary=GLOSSARY,
        sources=sources,
        link=lambda module, lesson: f"/modules/{module}/{lesson}",
        glossary_link=lambda term: f"/glossary#{term}",
    )


def test_headings_carry_ids_that_no_page_around_uses():
    rendered = shown("## Main\n\n### What *is* it?\n\n## Main\n\n## Wie groß")
    assert rendered.headings == (
        Heading(2, "section-main", "Main"),
        Heading(3, "section-what-is-it", "What is it?"),
        Heading(2, "section-main_1", "Main"),
        Heading(2, "section-wie-groß", "Wie groß"),
    )
    assert '<h3 id="section-what-is-it">What <em>is</em> it?</h3>' in rendered.html


def test_the_text_of_a_heading_is_what_a_reader_sees():
    assert shown("## R&amp;D in [[recall]] < 1 \\*").headings[0].text == "R&D in recall < 1 *"


def test_the_first_use_of_a_term_links_to_the_glossary_and_later_ones_are_plain():
    html = shown("A [[false-positive]], a [[false-positive|wrong alarm]], and [[recall]].").html
    assert html == (
        '<p>A <dfn><a href="/glossary#false-positive">false positive</a></dfn>, a wrong alarm, '
        'and <dfn><a href="/glossary#recall">recall</a></dfn>.</p>'
    )


def test_a_term_in_a_heading_or_a_link_is_plain_and_is_not_its_first_use():
    html = shown("## On [[recall]]\n\n[see [[recall]]](https://a.example/) and [[recall|it]]").html
    assert html.count("<dfn>") == 1
    assert '<dfn><a href="/glossary#recall">it</a></dfn>' in html


def test_a_term_is_shown_in_the_lessons_language_where_the_glossary_has_it():
    assert ">faux positif</a></dfn>" in shown("Un [[false-positive]].", lang="fr").html


def test_a_term_from_another_language_is_marked_as_such():
    assert '<dfn lang="en"><a href="/glossary#recall">recall</a></dfn>' in shown("Le [[recall]].", lang="fr").html
    assert "<dfn><a" in shown("Le [[recall|rappel]].", lang="fr").html


def test_a_term_the_glossary_lost_is_shown_as_text():
    assert shown("A [[gone]] and [[gone|a lost term]].").html == "<p>A gone and a lost term.</p>"


def test_a_term_with_its_own_text_stands_in_a_table_and_across_lines():
    html = shown("See:\n\n| a | b |\n|---|---|\n| [[recall|found\\*]] | 1 |\n\nA [[false-positive|wrong\nalarm]].").html
    assert '<td><dfn><a href="/glossary#recall">found*</a></dfn></td>\n<td>1</td>' in html
    assert ">wrong alarm</a>" in html


def test_marks_in_code_are_shown_as_they_are_written():
    html = shown("`[[recall|x]] [@first] <b>`\n\n    [[recall|y]]").html
    assert "<code>[[recall|x]] [@first] &lt;b&gt;</code>" in html
    assert "[[recall|y]]" in html


def test_citations_are_numbered_by_first_use_and_named_for_a_screen_reader():
    rendered = shown("One [@second]. Two [@first]. Again [@second].")
    links = Elements(rendered.html).attributes("a")
    assert links == [
        {"aria-label": "Source 1", "href": "#source-second"},
        {"aria-label": "Source 2", "href": "#source-first"},
        {"aria-label": "Source 1", "href": "#source-second"},
    ]
    assert '<sup><a aria-label="Source 1" href="#source-second">[1]</a></sup>' in rendered.html
    assert rendered.cited == ("second", "first")


def test_the_list_of_sources_begins_with_the_cited_ones_so_that_its_numbers_agree():
    assert [entry.id for entry in shown("Text [@third] [@first].").sources] == ["third", "first", "second"]


@pytest.mark.parametrize("kind", BOXES)
def test_a_box_is_a_note_named_by_its_title(kind):
    html = shown(f'!!! {kind} "What *holds*"\n    Text with [[recall]].\n\n    - item').html
    box, title = Elements(html).attributes("div")[0], Elements(html).attributes("p")[0]
    assert box == {"class": f"box box-{kind}", "role": "note", "aria-labelledby": "box-1"}
    assert title == {"class": "box-title", "id": "box-1"}
    assert "What <em>holds</em></p>" in html
    assert "<li>item</li>" in html


def test_each_box_is_named_by_its_own_title():
    html = shown('!!! law "A"\n    x\n\n!!! case "B"\n    y').html
    assert [box["aria-labelledby"] for box in Elements(html).attributes("div")] == ["box-1", "box-2"]


def test_a_table_scrolls_in_a_region_of_its_own_name():
    table = "Numbers:\n\n| a | n |\n|---|--:|\n| x | 2 |\n\n"
    html = shown(f"{table}## Errors & odds\n\n{table}").html
    regions = Elements(html).attributes("div")
    assert [region["aria-label"] for region in regions] == ["Table 1", "Table 2: Errors & odds"]
    assert {(region["class"], region["role"], region["tabindex"]) for region in regions} == {("scroll", "region", "0")}
    assert '<th class="align-right" scope="col">n</th>' in html
    assert '<td class="align-right">2</td>' in html


def test_a_table_is_named_in_the_lessons_language():
    html = shown("## Erreurs\n\nChiffres :\n\n| a | b |\n|---|---|\n| 1 | 2 |", lang="fr").html
    assert 'aria-label="Tableau 1 : Erreurs"' in html


def test_links_lead_to_lessons_web_pages_and_mail_addresses():
    html = shown("[a](lesson:ai-limits/02-errors) <https://a.example/?x=1&y=2> [m](mailto:a@b.example)").html
    assert Elements(html).attributes("a") == [
        {"href": "/modules/ai-limits/02-errors"},
        {"href": "https://a.example/?x=1&y=2", "rel": "external noopener noreferrer"},
        {"href": "mailto:a@b.example", "rel": "external noopener noreferrer"},
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('!!! lore "Title"\n    x', "has a box of the unknown kind 'lore'"),
        ('!!! law danger "Title"\n    x', "has a box of the unknown kind 'law danger'"),
        ("!!! law\n    x", "has a box without a title"),
        ('!!! law ""\n    x', "has a box without a title"),
        ('!!! law "Title\n    x', "has a box that is not written as"),
        ("# Title", "has a heading of the first level, 'Title'"),
        ("Title\n=====", "has a heading of the first level, 'Title'"),
        ("![map](map.png)", "has the picture 'map.png'; a lesson shows drawings of its module, figure:<name>"),
        ("Text [@fourth].", "cites 'fourth', which its front matter does not list"),
        ("## Text [@first]", "cites 'first' within a heading or a link"),
    ],
)
def test_a_body_that_cannot_be_shown_as_meant_is_refused_with_its_file_and_the_reason(body, message):
    with pytest.raises(ContentError) as refused:
        render(
            body,
            lang="en",
            glossary=GLOSSARY,
            sources=SOURCES,
            link=lambda module, lesson: "/",
            glossary_link=lambda term: "/",
            file="errors/en/01-x.md",
        )
    assert str(refused.value).startswith(f"errors/en/01-x.md: {message}")


def test_an_empty_body_is_an_empty_page():
    assert shown("").html == ""
    assert shown("").sources == SOURCES


def test_the_sign_that_stands_for_a_bar_inside_cannot_be_brought_in():
    assert shown("a\ue000b [[recall\ue000x]]").html == "<p>ab recallx</p>"


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<p style='color:red' onclick=alert(1)>x</p>",
    "<div class='box box-law' role='note'>forged</div>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>body{display:none}</style>",
    "<form action='//evil.example'><input name=a></form>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href='//evil.example'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/sign-out)",
    "[x][ref]\n\n[ref]: javascript:alert(1)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example 'title\" onclick=\"alert(1)')",
    "<javascript:alert(1)>",
    "## x {: onclick=alert(1) style=color:red }",
    "[[recall|<img src=x onerror=alert(1)>]]",
    '[[recall|x" onclick="alert(1)]]',
    '[["><script>alert(1)</script>]]',
    '!!! law "<script>alert(1)</script>"\n    <b onclick=alert(1)>x</b>',
    "|a<script>|b|\n|:-:|-|\n|<img src=x onerror=alert(1)>|c|",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0001\x03",
    "\ue000[[recall\ue000x]]",
]


def assert_harmless(html):
    page = Elements(html)
    assert {tag for tag, _ in page.found} <= TAGS
    for tag, attributes in page.found:
        assert set(attributes) <= ATTRIBUTES, (tag, attributes)
        target = attributes.get("href", "#")
        assert target.startswith(("#source-", "/modules/", "/glossary#", "https://", "http://", "mailto:")) or (
            target == "#"
        ), target


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_text_comes_out_harmless(body):
    assert_harmless(shown(body).html)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(HOSTILE),
            st.text(max_size=12),
            st.sampled_from(
                ["\n\n", "\n", "    ", "- ", "> ", "|", "[", "](", ")", "`", "*", "\\", "[[", "]]", '"', "&"]
            ),
        ),
        max_size=8,
    ).map("".join)
)
def test_any_text_is_refused_or_comes_out_harmless(body):
    try:
        html = shown(body).html
    except ContentError:
        return
    assert_harmless(html)


def test_html_is_shown_as_the_text_it_is_so_that_nothing_an_author_wrote_is_lost():
    page = Elements(shown("if x <y and z> 3 <b>bold</b>").html)
    assert page.text == "if x <y and z> 3 <b>bold</b>"


def test_a_link_to_anything_else_keeps_its_text_and_loses_its_target():
    assert shown("[read this](javascript:alert(1))").html == "<p>read this</p>"


def test_boxes_cannot_be_forged():
    assert Elements(shown("<div class='box box-law' role='note'>x</div>").html).attributes("div") == []
