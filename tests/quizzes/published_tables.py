"""Tables that others published, with what came of them."""

from collections.abc import Iterable

from quizzes.scored_papers import PaperSet, ScoredItem, ScoredPaper

#: Law School Admission Test, section 6, five items, 1,000 people: how often each pattern of right answers was given.
#: Bock & Lieberman (1970), Psychometrika 35: 179-197.
LSAT_6 = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4,
    "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15, "10111": 80,
    "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip

#: Ten students on ten items: K. Wuensch, East Carolina University, "The Kuder-Richardson 20".
TEN_STUDENTS = (
    "1111110110", "1011011101", "1111011001", "0010001000", "0000010010",
    "1110111111", "1101110111", "1111111101", "0101111101", "1101101110",
)  # fmt: skip

#: Ten students from the best to the weakest, ten items: a teachers' "Item Analysis Worksheet" (studylib.net, 25270846).
WORKSHEET = (
    "1111111111", "1111111101", "1101111100", "0111110101", "1110111001",
    "1110110100", "0110110101", "0111001010", "1110100001", "0100010010",
)  # fmt: skip
WORKSHEET_PERCENT = (100, 90, 70, 70, 70, 60, 60, 50, 50, 30)
WORKSHEET_DISCRIMINATION = (0.4, 0, 0, 0.6, 0.4, 0.4, 0.6, 0.4, -0.2, 0.4)

#: Applicants to six departments of Berkeley, 1973: men admitted and not, women admitted and not.  Bickel, Hammel &
#: O'Connell (1975), Science 187: 398-404.
BERKELEY = (
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391),
    (138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317),
)  # fmt: skip

#: Rabbits by dose of penicillin, treated at once or late, cured and not: Mantel (1963), Journal of the American
#: Statistical Association 58: 690-700.
RABBITS = ((0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0))

#: Six targets, each rated by the same four judges: Shrout & Fleiss (1979), Psychological Bulletin 86: 420-428, table 2.
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def papers(rows: Iterable[str]) -> PaperSet:
    """Return a paper for each row of right (1) and wrong (0) answers; items are named from ``"1"`` on."""
    return PaperSet(
        [ScoredPaper({str(item): ScoredItem(int(right), 1) for item, right in enumerate(row, 1)}) for row in rows]
    )


def lsat_6() -> PaperSet:
    return papers(row for row, number in LSAT_6.items() for _ in range(number))
