"""XML from strangers as a small tree with line numbers: no document type, no entities, no great depth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, InputSource

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from quizzes.exchange.report import MOST_DEPTH, Fault, Unreadable, decoded


@dataclass(slots=True)
class Node:
    """An element."""

    name: str
    line: int
    attributes: dict[str, str]
    children: "list[Node]" = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The pieces of text that stand in it itself."""

    @property
    def text(self) -> str:
        return "".join(self.said)

    def all(self, name: str) -> "Iterator[Node]":
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Node | None":
        return next(self.all(name), None)

    def value(self, name: str, default: str = "") -> str:
        """Return the text of the first child called *name*, without blanks around it."""
        found = self.first(name)
        return default if found is None else found.text.strip()


def parse(content: bytes) -> Node:
    """Return the root of the document.

    :raises Unreadable: if it is no XML in UTF-8, declares anything, is too deep or too large.
    """
    source = InputSource()
    source.setCharacterStream(StringIO(decoded(content)))
    tree = _Tree()
    parser = make_parser()
    parser.forbid_dtd = parser.forbid_entities = parser.forbid_external = True
    parser.setContentHandler(tree)
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise Unreadable(Fault.DECLARATIONS, line=tree.line) from None
    except SAXException as error:
        line = error.getLineNumber() if hasattr(error, "getLineNumber") else tree.line
        raise Unreadable(Fault.NOT_XML, line=line or 0) from None
    return tree.root.children[0]


class _Tree(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", 0, {})
        self._open = [self.root]
        self._locator = None

    def setDocumentLocator(self, locator: object) -> None:  # noqa: N802 - the name that the parser calls
        self._locator = locator  # type: ignore[assignment]

    @property
    def line(self) -> int:
        return 1 if self._locator is None else self._locator.getLineNumber() or 1

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name that the parser calls
        if len(self._open) > MOST_DEPTH:
            raise Unreadable(Fault.TOO_DEEP, line=self.line)
        node = Node(name, self.line, dict(attrs))
        self._open[-1].children.append(node)
        self._open.append(node)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name that the parser calls
        self._open.pop()

    def characters(self, content: str) -> None:
        # What stands in a file is a picture in letters: nothing here reads it.
        if self._open[-1].name != "file":
            self._open[-1].said.append(content)
