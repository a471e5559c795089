"""What roles at a learning platform say there.  Here they grant nothing: neither sight of a record nor a right.

Source: 1EdTech LTI Core 1.3, appendix A.2 (vocabularies of roles); platforms also write the short names alone.
"""

from collections.abc import Iterable

LEARNER = "Learner"
_PLACES = frozenset({"Instructor", "ContentDeveloper", "Administrator", "Manager", "SysAdmin", "AccountAdmin"})


def principal(role: str) -> str:
    """Return the principal role: of ``...membership/Instructor#TeachingAssistant`` it is Instructor."""
    path, mark, name = role.rpartition("#")
    if mark and "/membership/" in path:
        return path.rpartition("/")[2]
    return name.partition("/")[0]


def learns(roles: Iterable[str]) -> bool:
    """Tell whether one of the roles is a learner's in the course: only then a platform takes grades for the account."""
    return any(principal(role) == LEARNER for role in roles)


def may_place(roles: Iterable[str]) -> bool:
    """Tell whether the account arranges courses there, and so may choose what stands in one; learners never."""
    return any(principal(role) in _PLACES for role in roles)
