import pytest

from courses.reading import lix, minutes_to_read, plain_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 8 words, 2 sentences, no word of more than 6 letters: 8/2 + 0.
        pytest.param("The cat sat. Then the cat ate fish.", 4, id="short-words"),
        # 10 words, 1 sentence, 3 of more than 6 letters (evening, officer, crowded): 10 + 30.
        pytest.param("One late evening an officer saw a very crowded bus.", 40, id="three-in-ten"),
        # "seven" letters begin at 7: "police" has 6 and is short, "stations" has 8 and is long: 2 + 50.
        pytest.param("police stations", 52, id="six-letters-are-short"),
        pytest.param("", 0, id="empty"),
        pytest.param("123 456 - 789", 0, id="no-word"),
    ],
)
def test_lix_worked_by_hand(text, expected):
    assert lix(text) == expected


def test_an_abbreviation_before_a_number_ends_no_sentence():
    assert lix("See art. 5 of the law today.") == lix("See art 5 of the law today.")


def test_the_block_of_a_lab_is_nothing_to_read():
    assert plain_text('Before.\n\n```base-rate\ntitle = "T"\n\n[[x]]\n```\n\nAfter.').split() == ["Before.", "After."]


def test_headings_list_items_and_boxes_count_as_sentences():
    body = '## Two words\n\n- one item\n- two items\n\n!!! law "The law"\n    Says so.'
    assert lix(body) == 2


def test_a_sentence_that_runs_over_two_lines_is_one():
    assert lix("The cat sat\non the mat today.") == 7


def test_marks_are_not_read():
    body = (
        "See **the** [[false-positive|wrong alarm]] [@crowd], [here](lesson:a/01-b).\n\n| a | b |\n|---|--:|\n| c | d |"
    )
    assert plain_text(body).split() == ["See", "the", "wrong", "alarm", ",", "here.", "a", "b", "c", "d"]


def test_the_figures_of_a_lab_are_not_read():
    assert plain_text('Try it.\n\n```base-rate\ntitle = "Wrong?"\npeople = 100000\n```\n\nAnd now?').split() == [
        "Try",
        "it.",
        "And",
        "now?",
    ]


def test_of_a_drawing_its_text_alternative_is_read():
    assert plain_text('![A crowd of ten](figure:crowd "The crowd")') == "A crowd of ten"


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (200, 1), (201, 2), (400, 2)])
def test_minutes_are_words_at_two_hundred_a_minute_rounded_up(words, minutes):
    assert minutes_to_read("word " * words) == minutes


def test_numbers_take_time_to_read():
    assert minutes_to_read("10,000 " * 201) == 2
