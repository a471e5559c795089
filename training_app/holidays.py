"""The agency's public holidays, as the operator names them in a file; read once, at the start.

Every deadline in working days is counted with them: `training_app.rules.civil_time.working_days_after`.
"""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config import Config, ConfigurationError

Holidays = frozenset[date]


def of(config: Config) -> Holidays:
    """Return the days of the installation that are no working days, beside Saturdays and Sundays.

    :raises ConfigurationError: as `read` does.
    """
    return read(config.holidays_file) if config.holidays_file else frozenset()


def read(file: Path) -> Holidays:
    """Return the days that *file* names.

    Of a file ``*.toml``, the list ``days``; of any other, each line's first word, written as 2027-01-01.  What follows
    on the line is the day's name; empty lines and what stands behind ``#`` are passed over.

    :raises ConfigurationError: if the file cannot be read, names no day, or anything in it is no day; every such place
        is told.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"TRAINING_HOLIDAYS_FILE names {file}, which cannot be read: {error}.") from None
    days, faults = _of_toml(text) if file.suffix == ".toml" else _of_lines(text)
    if not days and not faults:
        faults = ["it names no day"]
    if faults:
        raise ConfigurationError(
            f"TRAINING_HOLIDAYS_FILE names {file}: " + "; ".join(faults) + ". Write each day as 2027-01-01."
        )
    return frozenset(days)


def _of_lines(text: str) -> tuple[set[date], list[str]]:
    days, faults = set(), []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            days.add(_day(words[0]))
        except ValueError:
            faults.append(f"line {number}: {words[0]!r} is no day")
    return days, faults


def _of_toml(text: str) -> tuple[set[date], list[str]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return set(), [str(error)]
    listed = content.get("days")
    if set(content) - {"days"} or not isinstance(listed, list):
        return set(), ["it is to hold one list, called days"]
    days, faults = set(), []
    for number, one in enumerate(listed, start=1):
        try:
            days.add(_day(one))
        except ValueError:
            faults.append(f"entry {number}: {one!r} is no day")
    return days, faults


def _day(written: Any) -> date:
    """Return the day that is *written*, as a text or as TOML's own date.

    :raises ValueError: if it is none; ``20270101`` and ``2027-W01-1``, which ISO 8601 allows too, are read as none.
    """
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    if not isinstance(written, str) or len(written) != len("2027-01-01") or written[4] != "-" or "W" in written:
        raise ValueError(written)
    return date.fromisoformat(written)
