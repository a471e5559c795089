"""Whom citizens turn to about the agency's AI tools, as the operator names them in a file; read once, at the start.

The public pages say what each of them does; only who they are and how they are reached is the agency's to say.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import Config, ConfigurationError
from training_app.demo.contacts import CONTACTS


class Overseer(StrEnum):
    """Who has which duty; the order is that of the page."""

    OVERSIGHT = "oversight"
    """Independent of the agency's chain of command; reads everything here and can suspend a version."""
    AGENCY = "agency"
    """Answers for the tools within the agency."""
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    SUPERVISORY_AUTHORITY = "supervisory-authority"
    """For data protection (Directive (EU) 2016/680, art. 46)."""
    MARKET_SURVEILLANCE = "market-surveillance"
    """For AI systems: takes complaints of everybody (Regulation (EU) 2024/1689, art. 85)."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Names and addresses of offices, never of persons.  Texts by language; "" stands for every other one."""

    name: Mapping[str, str]
    reach: Mapping[str, str] = field(default_factory=dict)
    """In a sentence or two: an address by post, opening hours, what to bring."""
    mail: str = ""
    phone: str = ""
    web: str = ""

    def name_in(self, language: str) -> str:
        return _in(self.name, language)

    def reach_in(self, language: str) -> str:
        return _in(self.reach, language)


Contacts = Mapping[Overseer, Contact]


def of(config: Config) -> Contacts:
    """Return whom citizens turn to in the installation; in the demonstration, which is told nothing, invented ones.

    :raises ConfigurationError: as `read` does.
    """
    if config.public_contacts_file:
        return read(config.public_contacts_file)
    return read_contacts(CONTACTS) if config.demo else {}


def read(file: Path) -> Contacts:
    """Return what *file* says.

    :raises ConfigurationError: if it is no such file, or says something that no contact has.
    """
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"TRAINING_PUBLIC_CONTACTS_FILE: {file.name} cannot be read: {error}") from error
    return read_contacts(said)


def read_contacts(said: Mapping[str, Any]) -> Contacts:
    """Return the contacts that *said*, a table for each overseer, describes; see `read`."""
    known = {one.value for one in Overseer}
    if unknown := sorted(set(said) - known):
        raise _fault(f"nobody is called {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return {one: _contact(one.value, said[one.value]) for one in Overseer if one.value in said}


def _contact(where: str, said: Any) -> Contact:
    if not isinstance(said, Mapping):
        raise _fault(f"{where} is no table")
    if unknown := sorted(set(said) - {"name", "reach", "mail", "phone", "web"}):
        raise _fault(f"{where} has an unknown entry {unknown[0]!r}")
    name = _texts(where, "name", said.get("name", {}))
    if not any(name.values()):
        raise _fault(f"{where} has no name")
    web = _text(where, "web", said.get("web", ""))
    if web and urlsplit(web).scheme not in {"http", "https"}:
        raise _fault(f"{where}: web begins with https://")
    mail = _text(where, "mail", said.get("mail", ""))
    if mail and ("@" not in mail or " " in mail):
        raise _fault(f"{where}: mail is no address")
    return Contact(
        name=name,
        reach=_texts(where, "reach", said.get("reach", {})),
        mail=mail,
        phone=_text(where, "phone", said.get("phone", "")),
        web=web,
    )


def _texts(where: str, entry: str, said: Any) -> dict[str, str]:
    if isinstance(said, str):
        return {"": said}
    if not isinstance(said, Mapping):
        raise _fault(f"{where}: {entry} is neither a text nor a table of texts by language")
    return {language: _text(where, f"{entry}.{language}", text) for language, text in said.items()}


def _text(where: str, entry: str, said: Any) -> str:
    if not isinstance(said, str):
        raise _fault(f"{where}: {entry} is no text")
    return said.strip()


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("") or texts.get("en") or next(iter(texts.values()), "")


def _fault(text: str) -> ConfigurationError:
    return ConfigurationError(f"TRAINING_PUBLIC_CONTACTS_FILE: {text}.")
