from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.catalogue import load_module, read_catalogue
from courses.check import module_faults
from courses.errors import ContentError
from courses.figures import CLASSES, ELEMENTS, Figure, read_figure
from courses.module import Module, revision_digest
from courses.render import figures_in, render
from quizzes.parts import joined, split
from tests.courses.factories import GLOSSARY, LESSON_MD, content, lesson, module, source

ARROW = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120">
  <defs>
    <marker id="head" viewBox="0 0 10 10" orient="auto" refX="9" refY="5" markerWidth="8" markerHeight="8">
      <path class="fill-ink" d="M 0 0 L 10 5 L 0 10 z"/>
    </marker>
  </defs>
  <line class="accent" marker-end="url(#head)" x1="10" y1="60" x2="300" y2="60"/>
  <text class="strong" x="10" y="40">1 in <tspan class="bad">12</tspan> is right</text>
</svg>
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="5" cy="5" r="4"/></svg>'


def drawing(inside="<circle r='1'/>", head='viewBox="0 0 100 100"'):
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{inside}</svg>'


def figure(svg=DOT):
    read, faults = read_figure(svg)
    assert faults == []
    return read


def shown(body, **figures):
    return render(
        body,
        lang="en",
        glossary=GLOSSARY,
        sources=(source(),),
        link=lambda *_: "",
        glossary_link=lambda _: "",
        figures=figures,
    ).html


def test_a_drawing_in_canonical_form_is_kept_letter_by_letter():
    assert figure(ARROW) == Figure(ARROW, 320)


def test_blanks_order_comments_and_the_size_a_program_wrote_make_no_other_drawing():
    other = '<?xml version="1.0"?>\n' + ARROW.replace(
        '<svg xmlns="http://www.w3.org/2000/svg"',
        '<!-- drawn by hand --><svg width="10cm" height="3" version="1.1" xmlns="http://www.w3.org/2000/svg"',
    )
    other = other.replace('x1="10" y1="60"', 'y1="60"\n\n x1="10"').replace("1 in ", "\n   1   in ")
    assert figure(other) == figure(ARROW)


@pytest.mark.parametrize(
    ("svg", "fault"),
    [
        ("", "is not a drawing in SVG"),
        ("<p>x</p>", "does not begin with <svg"),
        ('<svg viewBox="0 0 9 9"/>', "does not begin with <svg"),
        (drawing(head=""), "has no viewBox of four numbers"),
        (drawing(head='viewBox="0 0 100"'), "has no viewBox of four numbers"),
        (drawing(head='viewBox="0 0 0 100"'), "has a viewBox whose width or height"),
        (drawing(head='viewBox="0 0 100 9000"'), "has a viewBox whose width or height"),
        (drawing(""), "is empty"),
        (drawing("<script>alert(1)</script>"), "has the element <script>"),
        (drawing("<style>*{}</style>"), "has the element <style>"),
        (drawing("<foreignObject/>"), "has the element <foreignObject>"),
        (drawing("<image href='x'/>"), "has the element <image>"),
        (drawing("<use href='#a'/>"), "has the element <use>"),
        (drawing("<a href='https://evil.example'><circle r='1'/></a>"), "has the element <a>"),
        (drawing("<svg/>"), "has the element <svg>"),
        (drawing("<p xmlns='http://www.w3.org/1999/xhtml'>x</p>"), "has the element <other:p>"),
        (drawing("<circle r='1' onclick='x'/>"), "has 'onclick' on <circle>"),
        (
            drawing("<circle r='1' style='fill:red'/>"),
            "has 'style' on <circle>, which may not stand there; colours are",
        ),
        (drawing("<circle r='1' fill='red'/>"), "has 'fill' on <circle>, which may not stand there; colours are"),
        (drawing("<circle r='calc(1px)'/>"), "has 'r' on <circle> with a value"),
        (drawing("<circle r='1' class='hidden'/>"), "has the unknown class 'hidden'"),
        (drawing("<circle r='1' id='a'/><circle r='2' id='a'/>"), "has the id 'a' twice"),
        (drawing("<line marker-end='url(#none)'/>"), "refers to '#none', which it does not have"),
        (drawing("<line marker-end='url(https://evil.example/#a)'/>"), "has 'marker-end' on <line> with a value"),
        (drawing("<g xml:space='preserve'/>"), "has 'space' on <g>"),
        (drawing("words"), "has words in <svg>, outside <text>"),
        (drawing("<text>a<circle r='1'/></text>"), "has <circle> within <text>"),
        (drawing("<g>" * 20 + "</g>" * 20), "has elements within one another more than"),
        (drawing("<g/>" * 1500), "has 1501 elements; the most is 1500"),
        (drawing("<!--" + "x" * 60_000 + "-->"), "has 60"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + DOT, "is not a drawing in SVG: it has a document type or an entity"),
        ('<!DOCTYPE svg SYSTEM "x">' + DOT, "is not a drawing in SVG: it has a document type or an entity"),
    ],
)
def test_whatever_could_do_more_than_be_looked_at_is_a_fault(svg, fault):
    _read, faults = read_figure(svg)
    assert any(found.startswith(fault) for found in faults), faults


numbers = st.integers(-99, 999).map(str)
values = {
    "number": numbers,
    "numbers": st.lists(numbers, min_size=4, max_size=4).map(" ".join),
    "class": st.sets(st.sampled_from(sorted(CLASSES)), min_size=1, max_size=3).map(" ".join),
    "path": st.just("M0 0 L 1,1z"),
    "transform": st.just("translate(1 2) rotate(45)"),
    "dashes": st.just("4 2"),
    "anchor": st.just("middle"),
}


@st.composite
def elements(draw, depth=2):
    name = draw(st.sampled_from(sorted(set(ELEMENTS) - {"svg", "tspan", "marker"})))
    known = {attribute: kind for attribute, kind in ELEMENTS[name].items() if kind in values}
    chosen = draw(st.sets(st.sampled_from(sorted(known)), max_size=3)) if known else ()
    attributes = "".join(f' {attribute}="{draw(values[known[attribute]])}"' for attribute in sorted(chosen))
    if name == "text":
        words = draw(st.text("ab <&\"'>\u00e9\n", max_size=8)).replace("&", "&amp;").replace("<", "&lt;")
        return f"<text{attributes}>{words}<tspan>{words}</tspan></text>"
    inside = "".join(draw(st.lists(elements(depth - 1), max_size=2))) if depth and name == "g" else ""
    return f"<{name}{attributes}>{inside}</{name}>"


@settings(max_examples=80, deadline=None)
@given(st.lists(elements(), min_size=1, max_size=4))
def test_reading_a_drawing_again_gives_the_same_and_the_page_gets_all_of_it(parts):
    found = figure(drawing("".join(parts)))
    assert figure(found.svg) == found
    inline = fromstring(found.inline('a "name" <b>', prefix="p-"))
    assert inline.get("aria-label") == 'a "name" <b>'
    assert [one.tag for one in inline.iter()] == [one.tag.rpartition("}")[2] for one in fromstring(found.svg).iter()]
    assert "".join(inline.itertext()).split() == "".join(fromstring(found.svg).itertext()).split()


def test_a_drawing_is_an_image_with_its_alternative_and_its_caption():
    assert shown('![One dot & "more"](figure:dot "A dot")', dot=figure()) == (
        '<figure class="figure" role="group" aria-labelledby="figure-1-caption">'
        '<svg class="drawing" role="img" aria-label="One dot &amp; &quot;more&quot;" viewBox="0 0 100 100">'
        '<circle cx="5" cy="5" r="4"/>\n</svg>'
        '<figcaption id="figure-1-caption">A dot</figcaption></figure>'
    )


def test_a_drawing_that_is_shown_twice_has_ids_of_its_own_each_time():
    html = shown("![a](figure:arrow)\n\n![b](figure:arrow)", arrow=figure(ARROW))
    for number in (1, 2):
        assert f'<marker id="figure-{number}-head"' in html
        assert f'marker-end="url(#figure-{number}-head)"' in html


def test_a_wide_drawing_is_scrolled_by_keyboard_in_a_named_region():
    wide = figure(DOT.replace("0 0 100 100", "0 0 640 100"))
    region = '<div class="scroll wide" role="region" tabindex="0" aria-label="Figure 1">'
    assert region in shown("![a](figure:w)", w=wide)
    assert region not in shown("![a](figure:w)", w=figure())


def test_a_drawing_stands_in_boxes_and_lists_too():
    html = shown('!!! case "A case"\n    ![a](figure:dot)\n\n- One\n\n    ![b](figure:dot)\n', dot=figure())
    assert html.count("<svg") == 2


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("![a](figure:none)", "shows the drawing 'none', which the module does not have"),
        ("![](figure:dot)", "shows the drawing 'dot' without a text alternative"),
        ("See ![a](figure:dot).", "has the drawing 'figure:dot' within a text; give it a line of its own"),
        ("![a](figure:../x)", "has the picture 'figure:../x'"),
        ("![a](dot.svg)", "has the picture 'dot.svg'"),
        ("![a](https://evil.example/x.png)", "has the picture 'https://evil.example/x.png'"),
    ],
)
def test_a_lesson_shows_nothing_else_and_says_why(body, fault):
    with pytest.raises(ContentError, match=f"lesson: {fault}"):
        shown(body, dot=figure())


def test_nobody_can_write_the_place_of_a_drawing_by_hand():
    html = shown('![a](figure:dot)\n\n<div data-slot="0"></div> `<div data-slot="0"></div>`', dot=figure())
    assert html.count("<svg") == 1


def test_a_drawing_that_no_lesson_shows_is_a_fault():
    used = module(figures={"dot": figure()}, lessons={"en": (lesson(body="![a](figure:dot)"),)})
    assert module_faults(used, catalogue=[], glossary=GLOSSARY) == []
    unused = module(figures={"dot": figure()})
    assert [str(fault) for fault in module_faults(unused, catalogue=[], glossary=GLOSSARY)] == [
        "base-rates/figures/dot.svg: is shown in no lesson"
    ]
    assert figures_in("`![a](figure:b)`\n\n![a](figure:dot)") == ["dot"]


def test_the_digest_of_a_module_without_drawings_is_as_it_was_before_there_were_any():
    assert "figures" not in module().to_json()
    assert revision_digest(module().to_json(), None) != revision_digest(
        module(figures={"dot": figure()}).to_json(), None
    )


def test_a_module_keeps_its_drawings_in_files_in_json_and_in_the_parts_of_a_draft(tmp_path):
    root = content(tmp_path, lesson=LESSON_MD + "\n![a](figure:arrow)\n")
    (root / "base-rates/figures").mkdir()
    (root / "base-rates/figures/arrow.svg").write_text(ARROW, "utf-8")
    assert read_catalogue(root)[1] == []
    read = load_module(root / "base-rates")
    assert read.figures == {"arrow": Figure(ARROW, 320)}
    assert Module.from_json(read.to_json()) == read
    parts = split(read.to_json(), {})
    assert parts["figure/arrow"] == {"svg": ARROW}
    assert joined("base-rates", parts)[0] == read.to_json()


def test_a_faulty_drawing_is_named_by_its_file(tmp_path):
    root = content(tmp_path)
    folder = root / "base-rates/figures"
    folder.mkdir()
    (folder / "bad.svg").write_text(drawing("<script/>"), "utf-8")
    (folder / "Bad Name.svg").write_text(DOT, "utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG")
    assert sorted(str(fault).split(";")[0] for fault in read_catalogue(root)[1]) == [
        "base-rates/figures/Bad Name.svg: has a name that is not small letters, digits and single hyphens",
        "base-rates/figures/bad.svg: has the element <script>",
        "base-rates/figures/photo.png: is not a drawing: only .svg files stand there",
    ]
