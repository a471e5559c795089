"""What stands in addresses: ids of rows, and the page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.routing import IntegerConverter, Map

T = TypeVar("T")

MOST_ROWS = 2**63 - 1
"""Both databases count rows in 64 bits."""


class RowNumber(IntegerConverter):
    """``<int:...>`` in an address: a number that can name a row; a greater one is no page."""

    def __init__(self, map: Map, max: int = MOST_ROWS, **options: Any) -> None:  # noqa: A002 - the router's names
        super().__init__(map, max=max, **options)


def row_asked(name: str) -> int | None:
    """Return the number of a row that the request's parameter *name* gives; ``None``: it can name no row."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= MOST_ROWS else None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, as the component for paging knows it.  Pages count from 1; there is always one."""

    number: int
    last: int
    size: int
    items: Sequence[T] = ()
    query: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Sequence[T], *, size: int, **query: Any) -> "Page[T]":
        """Return the page of *items* that the request asks for; *query* instead of the request's own parameters."""
        page = cls.counted(len(items), size=size, **query)
        first = (page.number - 1) * size
        return cls(page.number, page.last, size, items[first : first + size], page.query)

    @classmethod
    def counted(cls, total: int, *, size: int, **query: Any) -> "Page[T]":
        """Return the page that the request asks for of a list of *total*; its items are read elsewhere."""
        last = max(1, -(-total // size))
        asked = request.args.get("page", 1, type=int)
        return cls(min(max(1, asked), last), last, size, (), query or request.args.to_dict())

    @property
    def previous_url(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._url(self.number + 1) if self.number < self.last else None

    def _url(self, number: int) -> str:
        # The query is put in after `url_for`, which would take what a visitor calls "_scheme" for an option of its own.
        address = url_for(request.endpoint or "", **(request.view_args or {}))
        return f"{address}?{urlencode({**self.query, 'page': number})}"
