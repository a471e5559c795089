"""Figures into a table: medians with their ranges, and ratios taken round by round."""

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

from bench.client import Found
from bench.installation import IN_A_BATCH, Round

PACKAGES = ("granian", "flask", "sqlalchemy", "psycopg")


def machine() -> str:
    """Return what the figures were taken on."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores ({_processor()}), load before {load}\n"
        f"Python {platform.python_version()}, {versions}"
    )


def table(system: str, rounds: Mapping[int, list[Round]]) -> str:
    """Return a Markdown table: one column for each number of officers."""
    sizes = sorted(rounds)
    rows: list[tuple[str, Callable[[Round], float], str]] = [
        ("bare endpoint, requests/s", lambda one: _rate(one.bare), ",.0f"),
        ("access question, not recorded, requests/s", lambda one: _rate(one.unrecorded), ",.0f"),
        ("access question, requests/s", lambda one: _rate(one.asked), ",.0f"),
        ("access question, not recorded : bare, ratio", lambda one: _rate(one.unrecorded) / _rate(one.bare), ".3f"),
        ("access question : bare, ratio", _ratio, ".3f"),
        ("access question, median ms", lambda one: _quantile(one.asked.milliseconds, 0.5), ".1f"),
        ("access question, 99th percentile ms", lambda one: _quantile(one.asked.milliseconds, 0.99), ".1f"),
        ("at half the rate: bare endpoint, 99th percentile ms", lambda one: _p99(one.bare_at_half), ".1f"),
        ("at half the rate: access question, 99th percentile ms", lambda one: _p99(one.asked_at_half), ".1f"),
        ("at half the rate: ratio", lambda one: _p99(one.asked_at_half) / _p99(one.bare_at_half), ".2f"),
        ("in batches of 1,000, questions/s", lambda one: _rate(one.batches) * IN_A_BATCH, ",.0f"),
        ("in batches : one by one, ratio", lambda one: _rate(one.batches) * IN_A_BATCH / _rate(one.asked), ".1f"),
    ]
    if all(one.sat for found in rounds.values() for one in found):
        rows.append(("quiz sittings/s", _sittings, ".2f"))
    lines = [
        f"| {system} | " + " | ".join(f"{size:,} officers" for size in sizes) + " |",
        "|---|" + "---|" * len(sizes),
    ]
    for title, figure, form in rows:
        cells = (_spread([figure(one) for one in rounds[size]], form) for size in sizes)
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    if len(sizes) > 1:
        lines += ["", *_across(sizes[0], sizes[-1], rounds)]
    return "\n".join(lines) + "\n"


def _across(small: int, large: int, rounds: Mapping[int, list[Round]]) -> Iterable[str]:
    pairs = list(zip(rounds[small], rounds[large], strict=True))
    asked = [_ratio(of_large) / _ratio(of_small) for of_small, of_large in pairs]
    spreads = f"access question x {_spread(asked, '.2f')}"
    if all(one.sat for pair in pairs for one in pair):
        sat = [_sittings(of_large) / _sittings(of_small) for of_small, of_large in pairs]
        spreads += f", sittings x {_spread(sat, '.2f')}"
    yield f"{large:,} officers against {small:,}: {spreads}"


def _ratio(one: Round) -> float:
    return _rate(one.asked) / _rate(one.bare)


def _rate(found: Found) -> float:
    return found.done / found.seconds


def _sittings(one: Round) -> float:
    return _rate(one.sat) if one.sat else 0.0


def _p99(found: Found) -> float:
    return _quantile(found.milliseconds, 0.99)


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _spread(values: list[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - one line of it
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()
