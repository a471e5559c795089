"""The forms of a page as a browser would send them."""

from html.parser import HTMLParser
from typing import Any

Fields = dict[str, list[str]]


class FormsOnPage(HTMLParser):
    """Every form in the main part of a page: by its action, what it would send if nobody touched it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: dict[str, Fields] = {}
        self._fields: Fields = {}
        self._area = self._select = ""
        self.feed(text.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value")
        if tag == "form":
            self._fields = self.forms.setdefault(given.get("action") or "", {})
        elif tag == "textarea":
            self._area = name
            self._fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self._fields):
            self._fields[self._select] = [value or ""]
        elif tag == "input" and name and name != "csrf_token":
            if given.get("type") not in ("radio", "checkbox"):
                self._fields[name] = [value or ""]
            elif "checked" in given:
                self._fields.setdefault(name, []).append("y" if value is None else value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self._fields[self._area][0]
            self._fields[self._area] = [text.removeprefix("\r").removeprefix("\n").replace("\n", "\r\n")]
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._fields = {}

    def handle_data(self, data: str) -> None:
        if self._area:
            self._fields[self._area][0] += data


def filled(page: Any, action: str = "", **typed: str | list[str]) -> dict[str, Any]:
    """Return what the form of *page* that goes to *action* sends once some fields were *typed* in."""
    return {**FormsOnPage(page.text).forms[action], **typed}
