"""The formats by name: which one a file is in, and reading and writing it."""

import re
from collections.abc import Iterable
from enum import StrEnum

from quizzes.exchange import gift_reader, gift_writer, moodle_reader, moodle_writer
from quizzes.exchange.report import Reading, Written
from quizzes.item import Item

_XML = re.compile(rb"\s*<(\?xml|!DOCTYPE|!--|quiz[\s>/])")


class ExchangeFormat(StrEnum):
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"

    @property
    def ending(self) -> str:
        """Return how the name of such a file ends; Moodle looks for these."""
        return ".gift.txt" if self is ExchangeFormat.GIFT else ".xml"

    @property
    def media_type(self) -> str:
        return "text/plain" if self is ExchangeFormat.GIFT else "application/xml"


def format_of(content: bytes) -> ExchangeFormat:
    """Return the format that *content* begins as."""
    begins = content.removeprefix(b"\xef\xbb\xbf")[:1000]
    return ExchangeFormat.MOODLE_XML if _XML.match(begins) else ExchangeFormat.GIFT


def read(content: bytes, *, words: tuple[str, str]) -> Reading:
    """Return the questions of a file, whichever format it is in.

    :param words: for true and for false, in the language of the file.
    :raises Unreadable: if nothing of it can be used.
    """
    if format_of(content) is ExchangeFormat.GIFT:
        return gift_reader.read(content, words=words)
    return moodle_reader.read(content, words=words)


def write(
    form: ExchangeFormat, items: Iterable[Item], *, module: str, language: str, words: tuple[str, str]
) -> Written:
    """Return *items* as a file in one *language*; see `gift_writer.write` and `moodle_writer.write`."""
    if form is ExchangeFormat.GIFT:
        return gift_writer.write(items, module=module, language=language, words=words)
    return moodle_writer.write(items, module=module, language=language, words=words)
