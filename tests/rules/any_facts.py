"""Any facts that could be recorded at all, made from the types of their fields, so that no kind is forgotten."""

from dataclasses import is_dataclass
from datetime import UTC, date, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from training_app.rules.evidence import shape
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts

EXPORTED = datetime(2030, 1, 1, tzinfo=UTC)

_INSTANTS = st.integers(0, 10**8).map(lambda seconds: EXPORTED - timedelta(seconds=seconds, microseconds=seconds % 7))
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.one_of(st.sampled_from(["a", "b", "c"]), st.text(max_size=5)),
    int: st.integers(0, 2**40),
    bool: st.booleans(),
    datetime: _INSTANTS,
    date: st.dates(date(2000, 1, 1), date(9999, 12, 31)),
    ZoneInfo: st.sampled_from(["Europe/Brussels", "Europe/Athens", "UTC"]).map(ZoneInfo),
}


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for what a field of *kind* may hold."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        [only] = [one for one in arguments if one is not NoneType]
        return st.none() | of(only)
    if origin is tuple:
        return st.lists(st.deferred(lambda: of(arguments[0])), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(of(arguments[0]), max_size=3)
    if is_dataclass(kind):
        return st.builds(kind, **{name: of(inner) for name, inner in shape(kind).items()})
    return _SIMPLE[kind] if kind in _SIMPLE else st.sampled_from(list(kind))


#: Facts recorded before `EXPORTED`, about a tool and an officer of whom nothing else need make sense.
any_facts = st.builds(
    Facts,
    zone=_SIMPLE[ZoneInfo],
    tool=st.none() | of(ToolFacts),
    officer=st.none() | of(OfficerFacts),
)
