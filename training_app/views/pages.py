"""What stands in addresses: ids of rows, and the page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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
    parameter: str = "page"
    """What the request calls it: a page with two long lists names the second."""

    @classmethod
    def of(cls, items: Sequence[T], *, size: int, **query: Any) -> "Page[T]":
        """Return the page of *items* that the request asks for; *query* instead of the request's own parameters."""
        page = cls.counted(len(items), size=size, **query)
        return replace(page, items=items[page.first : page.first + size])

    @classmethod
    def counted(cls, total: int, *, size: int, **query: Any) -> "Page[T]":
        """Return the page that the request asks for of a list of *total*; its items are read elsewhere."""
        return cls._asked("page", total, size, query or request.args.to_dict())

    @classmethod
    def second(cls, parameter: str, total: int, *, size: int) -> "Page[T]":
        """Return the same of another list of the page, which the request asks for by *parameter*."""
        return cls._asked(parameter, total, size, request.args.to_dict())

    @classmethod
    def _asked(cls, parameter: str, total: int, size: int, query: dict[str, Any]) -> "Page[T]":
        last = max(1, -(-total // size))
        asked = request.args.get(parameter, 1, type=int)
        return cls(min(max(1, asked), last), last, size, (), query, parameter)

    @property
    def first(self) -> int:
        """Return how many stand on the pages before it."""
        return (self.number - 1) * self.size

    @property
    def previous_url(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._url(self.number + 1) if self.number < self.last else None

    def _url(self, number: int) -> str:
        # The query is put in after `url_for`, which would take what a visitor calls "_scheme" for an option of its own.
        address = url_for(request.endpoint or "", **(request.view_args or {}))
        return f"{address}?{urlencode({**self.query, self.parameter: number})}"
