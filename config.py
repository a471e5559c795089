"""What an installation may set, read once from the environment.

Nothing else in the product reads the environment, and this file imports nothing of the product.
"""

import ipaddress
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Fewest characters of a secret: 32 characters of `python -c "import secrets; print(secrets.token_urlsafe(32))"`
#: and the like carry far more than the 128 bits that signing asks for.
LEAST_SECRET_CHARACTERS = 32
#: Six months and a few days: what the AI Act (art. 26(6)) asks deployers to keep logs for.
LEAST_RETENTION_DAYS = 186
#: A whole cycle of certification and renewal, with a year for claims.
LEAST_PERSON_YEARS = 3
#: What a device that is cut off may still allow ends after so long.
MOST_OFFLINE_HOURS = 24
#: Devices fetch a status list every five minutes while they can; one must outlive the next attempt or two.
LEAST_LIST_MINUTES = 15


class ConfigurationError(ValueError):
    """The installation cannot start as it is set up; the text says what to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one installation.  Units stand in the names."""

    data_folder: Path
    """Where the embedded database, keys and exports are kept (``TRAINING_DATA``; default ``./var``)."""

    database_url: str
    """``TRAINING_DATABASE_URL``; default: SQLite in the data folder."""

    secret_key: str = field(repr=False)
    """Signs cookies and keys the digests of sign-in attempts (``TRAINING_SECRET_KEY``)."""

    journal_key_file: Path
    """The private key that signs the journal's checkpoints (``TRAINING_JOURNAL_KEY_FILE``)."""

    agency_zone: str
    """IANA name of the zone whose calendar "the last day" follows (``TRAINING_AGENCY_ZONE``)."""

    agency_name: str = "Demo Police"
    brand_name: str = "AI tool training"
    demo: bool = False
    """Fixed accounts and tokens, loopback only (``TRAINING_DEMO=1``)."""

    host: str = "127.0.0.1"
    port: int = 8000
    host_names: tuple[str, ...] = ()
    """Names under which the site may be asked for; empty: any (``TRAINING_HOST_NAMES``, separated by blanks)."""

    proxies: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-For, -Proto and -Host (``TRAINING_PROXIES``)."""

    secure_cookies: bool = True
    """Off in demo mode only, which speaks plain HTTP on loopback."""

    session_idle_minutes: int = 30
    session_absolute_hours: int = 12
    kept_answer_days: int = 14
    """How long an answer that met an expired session waits at most for its officer to sign in again."""

    conduct_months: int = 12
    """How long the text of a concern about a trainer, and who raised it, are kept after the outcome.

    Long enough for an objection and to see that a second concern is like the first; after that the outcome is enough.
    """

    report_acknowledge_days: int = 3
    """Working days within which a report of a wrong result is acknowledged."""
    report_close_days: int = 30
    """Civil days within which it is closed."""
    report_training_days: int = 60
    """Civil days within which a wish for changed training that came of a report is answered, or declined."""
    report_months: int = 12
    """How long the words of a report, and who reported, are kept after its end; the facts of what was done stay."""

    holidays_file: Path | None = None
    """The agency's public holidays, one day a line or as TOML, which no working day is; see `training_app/holidays.py`
    (``TRAINING_HOLIDAYS_FILE``).  Without it Monday to Friday are working days, all year."""

    incident_acknowledge_days: int = 3
    """Working days within which the oversight body takes a citizen's incident report."""
    incident_answer_days: int = 30
    """Civil days within which whoever reported can read the outcome."""
    incident_months: int = 12
    """How long the words of an incident report are kept after its end, and its receipt code opens them."""
    rectification_months: int = 12
    """How long the words of a request for rectification are kept after its answer; the facts of what was done stay."""

    default_language: str = "en"
    offered_languages: tuple[str, ...] = ("en", "fr")
    """Offered as far as their catalogue is finished; English, the source language, always is."""

    max_cache_seconds: int = 60
    """The longest that a tool may hold an allow."""

    sign_offs_per_week: int = 5
    """Observed sign-offs that one assessor is reckoned to give in a week, when a release is planned.

    One a working day: watching an officer at work and talking it over takes an hour or two beside the assessor's own.
    """

    record_retention_days: int = 1_096
    """How long decisions and searches stay on record before ``training-app records expire`` lets them go.

    Three years: appeals and complaints about a use come within them, and the AI Act asks deployers of high-risk systems
    for six months of logs at least (art. 26(6)), which is the least that can be set.
    """

    person_retention_years: int = 6
    """How long what is recorded about a person is kept after the last record, once the account is closed.

    A certificate runs a year or two; what was done under it can be claimed against for some years more, in most
    countries for three to five.  Three years is the least: a whole cycle of certification and renewal.
    """

    event_key_file: Path | None = None
    """Private keys that sign events; ``None``: ``event-key.pem`` in the data folder (``TRAINING_EVENT_KEY_FILE``)."""

    push_hosts: tuple[str, ...] = ()
    """Hosts to which events may be pushed; empty: receivers fetch theirs (``TRAINING_PUSH_HOSTS``)."""

    offline_key_folder: Path | None = None
    """Folder of the private keys that sign passes and status lists; without a key there, nothing is given out for use
    without a network.  ``None``: ``offline-keys`` in the data folder (``TRAINING_OFFLINE_KEY_FOLDER``)."""

    public_address: str = ""
    """Where devices and learning platforms reach this site, as ``https://training.police.example``; it stands in every
    pass and status list, and is what platforms know this tool by.  Empty: the address by which the request came
    (``TRAINING_PUBLIC_ADDRESS``)."""

    pass_hours: int = 8
    """The longest that a pass for use without a network holds."""

    status_list_minutes: int = 240
    """The longest that a device may go on with a status list that it cannot fetch anew."""

    lti_key_folder: Path | None = None
    """Folder of the private keys by which learning platforms know this tool; one is made at the first use.
    ``None``: ``lti-keys`` in the data folder (``TRAINING_LTI_KEY_FOLDER``)."""

    lti_private_hosts: tuple[str, ...] = ()
    """Hosts of learning platforms that may be in a private network, such as the agency's own; others are called at
    public addresses only (``TRAINING_LTI_PRIVATE_HOSTS``, separated by blanks)."""

    xapi_endpoint: str = ""
    """Address of a learning record store, up to and without ``/statements``; empty: no statement is sent
    (``TRAINING_XAPI_ENDPOINT``)."""

    xapi_credentials_file: Path | None = None
    """File with the name and the password that the record store gave us, as ``name:password``
    (``TRAINING_XAPI_CREDENTIALS_FILE``)."""

    public_contacts_file: Path | None = None
    """TOML file that says how citizens reach those who oversee the tools, for the public pages
    (``TRAINING_PUBLIC_CONTACTS_FILE``); without it the pages say that nobody has been named yet."""

    unpublished_tools: tuple[str, ...] = ()
    """Slugs of tools that law forbids the agency to name, left out of the public register, which says that some are
    (``TRAINING_UNPUBLISHED_TOOLS``, separated by blanks)."""

    unpublished_modules: tuple[str, ...] = ()
    """Slugs of modules that citizens are not to read (``TRAINING_UNPUBLISHED_MODULES``, separated by blanks)."""

    def __post_init__(self) -> None:
        positive = (
            "session_idle_minutes",
            "session_absolute_hours",
            "kept_answer_days",
            "conduct_months",
            "report_acknowledge_days",
            "report_close_days",
            "report_training_days",
            "report_months",
            "incident_acknowledge_days",
            "incident_answer_days",
            "incident_months",
            "rectification_months",
            "port",
            "sign_offs_per_week",
        )
        for name in positive:
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} must be at least 1.")
        if self.proxies < 0 or self.max_cache_seconds < 0:
            raise ConfigurationError("proxies and max_cache_seconds may not be negative.")
        if self.record_retention_days < LEAST_RETENTION_DAYS:
            raise ConfigurationError(
                f"Set TRAINING_RECORD_RETENTION_DAYS to at least {LEAST_RETENTION_DAYS}: the law asks for six months."
            )
        if self.person_retention_years < LEAST_PERSON_YEARS:
            raise ConfigurationError(
                f"Set TRAINING_PERSON_RETENTION_YEARS to at least {LEAST_PERSON_YEARS}: a whole cycle of certification "
                "and renewal."
            )
        self._check_offline()
        self._check_record_store()
        if self.port > 65_535:
            raise ConfigurationError(f"There is no port {self.port}: set TRAINING_PORT to a number up to 65535.")
        if len(self.secret_key) < LEAST_SECRET_CHARACTERS:
            raise ConfigurationError(
                f"Set TRAINING_SECRET_KEY to at least {LEAST_SECRET_CHARACTERS} random characters, "
                'for example the output of: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if not _is_zone(self.agency_zone):
            raise ConfigurationError(
                f"There is no time zone {self.agency_zone!r}: set TRAINING_AGENCY_ZONE to an IANA name, "
                "for example Europe/Athens."
            )
        if self.demo and not _is_loopback(self.host):
            raise ConfigurationError(
                "Demo mode has fixed accounts, so it serves this machine only: "
                "set TRAINING_HOST to 127.0.0.1, or leave demo mode."
            )

    def _check_offline(self) -> None:
        if not 1 <= self.pass_hours <= MOST_OFFLINE_HOURS:
            raise ConfigurationError(f"Set TRAINING_PASS_HOURS to a number from 1 to {MOST_OFFLINE_HOURS}.")
        if not LEAST_LIST_MINUTES <= self.status_list_minutes <= MOST_OFFLINE_HOURS * 60:
            raise ConfigurationError(
                f"Set TRAINING_STATUS_LIST_MINUTES to a number from {LEAST_LIST_MINUTES} to {MOST_OFFLINE_HOURS * 60}."
            )
        if self.public_address and not _is_origin(self.public_address):
            raise ConfigurationError(
                "Set TRAINING_PUBLIC_ADDRESS to scheme and host, without a path or a slash at the end, "
                "for example https://training.police.example."
            )

    def _check_record_store(self) -> None:
        if not self.xapi_endpoint:
            return
        if not _is_endpoint(self.xapi_endpoint, plain_on_loopback=self.demo):
            raise ConfigurationError(
                "Set TRAINING_XAPI_ENDPOINT to an address of https, without a user, a query, or a slash at the end, "
                "for example https://records.ministry.example/xapi."
            )
        if not self.public_address:
            raise ConfigurationError(
                "Set TRAINING_PUBLIC_ADDRESS too: statements for TRAINING_XAPI_ENDPOINT say by it where they come from."
            )
        if self.xapi_credentials_file is None or not self.xapi_credentials_file.is_file():
            raise ConfigurationError(
                "Set TRAINING_XAPI_CREDENTIALS_FILE to a file with the name and the password that the record store "
                "gave you, as name:password, readable by its owner only."
            )

    @property
    def session_kept_hours(self) -> int:
        """How long after its beginning a browser session is kept: to its end, and a day to recognise it by."""
        return self.session_absolute_hours + 24

    @property
    def offline_keys(self) -> Path:
        """The folder of the keys that sign passes and status lists."""
        return self.offline_key_folder or self.data_folder / "offline-keys"

    @property
    def lti_keys(self) -> Path:
        """The folder of the keys by which learning platforms know this tool."""
        return self.lti_key_folder or self.data_folder / "lti-keys"

    @property
    def learning_records_from(self) -> str:
        """The address under which officers' learning events are stated; empty where there is no record store."""
        return self.public_address if self.xapi_endpoint else ""

    @property
    def longest_pass(self) -> timedelta:
        return timedelta(hours=self.pass_hours)

    @property
    def longest_status_list(self) -> timedelta:
        return timedelta(minutes=self.status_list_minutes)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Return the configuration that *environ* describes, by default the environment of this process.

        In demo mode a secret is made once and kept in the data folder, readable by its owner only.

        :raises ConfigurationError: if a required setting is missing or a setting cannot be meant.
        """
        demo = environ.get("TRAINING_DEMO", "") == "1"
        data_folder = Path(environ.get("TRAINING_DATA") or "var").resolve()
        required = _demo_defaults(environ, data_folder) if demo else _required(environ)
        default_language = environ.get("TRAINING_DEFAULT_LANGUAGE") or "en"
        return cls(
            **required,
            data_folder=data_folder,
            database_url=environ.get("TRAINING_DATABASE_URL") or f"sqlite:///{data_folder / 'training.sqlite3'}",
            agency_name=environ.get("TRAINING_AGENCY_NAME") or ("Demo Police" if demo else "Police"),
            brand_name=environ.get("TRAINING_BRAND_NAME") or "AI tool training",
            demo=demo,
            host=environ.get("TRAINING_HOST") or "127.0.0.1",
            port=_number(environ, "TRAINING_PORT", 8000),
            host_names=_words(environ, "TRAINING_HOST_NAMES", "127.0.0.1 localhost [::1]" if demo else ""),
            proxies=_number(environ, "TRAINING_PROXIES", 0),
            secure_cookies=not demo,
            session_idle_minutes=_number(environ, "TRAINING_SESSION_IDLE_MINUTES", 30),
            session_absolute_hours=_number(environ, "TRAINING_SESSION_ABSOLUTE_HOURS", 12),
            kept_answer_days=_number(environ, "TRAINING_KEPT_ANSWER_DAYS", 14),
            conduct_months=_number(environ, "TRAINING_CONDUCT_MONTHS", 12),
            report_acknowledge_days=_number(environ, "TRAINING_REPORT_ACKNOWLEDGE_DAYS", 3),
            report_close_days=_number(environ, "TRAINING_REPORT_CLOSE_DAYS", 30),
            report_training_days=_number(environ, "TRAINING_REPORT_TRAINING_DAYS", 60),
            report_months=_number(environ, "TRAINING_REPORT_MONTHS", 12),
            holidays_file=_file(environ, "TRAINING_HOLIDAYS_FILE"),
            incident_acknowledge_days=_number(environ, "TRAINING_INCIDENT_ACKNOWLEDGE_DAYS", 3),
            incident_answer_days=_number(environ, "TRAINING_INCIDENT_ANSWER_DAYS", 30),
            incident_months=_number(environ, "TRAINING_INCIDENT_MONTHS", 12),
            rectification_months=_number(environ, "TRAINING_RECTIFICATION_MONTHS", 12),
            default_language=default_language,
            offered_languages=_words(environ, "TRAINING_LANGUAGES", "en fr"),
            max_cache_seconds=_number(environ, "TRAINING_MAX_CACHE_SECONDS", 60),
            sign_offs_per_week=_number(environ, "TRAINING_SIGN_OFFS_PER_WEEK", 5),
            record_retention_days=_number(environ, "TRAINING_RECORD_RETENTION_DAYS", 1_096),
            person_retention_years=_number(environ, "TRAINING_PERSON_RETENTION_YEARS", 6),
            event_key_file=_file(environ, "TRAINING_EVENT_KEY_FILE"),
            push_hosts=_words(environ, "TRAINING_PUSH_HOSTS", "127.0.0.1 localhost" if demo else ""),
            offline_key_folder=_folder(environ, "TRAINING_OFFLINE_KEY_FOLDER"),
            public_address=environ.get("TRAINING_PUBLIC_ADDRESS", ""),
            pass_hours=_number(environ, "TRAINING_PASS_HOURS", 8),
            status_list_minutes=_number(environ, "TRAINING_STATUS_LIST_MINUTES", 240),
            lti_key_folder=_folder(environ, "TRAINING_LTI_KEY_FOLDER"),
            lti_private_hosts=_words(environ, "TRAINING_LTI_PRIVATE_HOSTS", "127.0.0.1 localhost" if demo else ""),
            xapi_endpoint=environ.get("TRAINING_XAPI_ENDPOINT", ""),
            xapi_credentials_file=_file(environ, "TRAINING_XAPI_CREDENTIALS_FILE"),
            public_contacts_file=_file(environ, "TRAINING_PUBLIC_CONTACTS_FILE"),
            unpublished_tools=_words(environ, "TRAINING_UNPUBLISHED_TOOLS", ""),
            unpublished_modules=_words(environ, "TRAINING_UNPUBLISHED_MODULES", ""),
        )

    @classmethod
    def for_demo(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Return the configuration of the demonstration; *environ* may say where it is kept and served."""
        return cls.from_environment({**environ, "TRAINING_DEMO": "1"})


def _required(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what has no safe default outside demo mode."""
    secret = environ.get("TRAINING_SECRET_KEY", "")
    zone = environ.get("TRAINING_AGENCY_ZONE", "")
    key_file = environ.get("TRAINING_JOURNAL_KEY_FILE", "")
    if not zone:
        raise ConfigurationError(
            "Set TRAINING_AGENCY_ZONE to the agency's time zone, for example Europe/Athens: "
            "last days follow its calendar."
        )
    if not key_file:
        raise ConfigurationError(
            "Set TRAINING_JOURNAL_KEY_FILE to the file of the private key that signs the journal; "
            "this makes one: training-app journal make-key FILE"
        )
    if not Path(key_file).is_file():
        raise ConfigurationError(f"TRAINING_JOURNAL_KEY_FILE names {key_file}, and there is no such file.")
    return {"secret_key": secret, "agency_zone": zone, "journal_key_file": Path(key_file).resolve()}


def _demo_defaults(environ: Mapping[str, str], data_folder: Path) -> dict[str, Any]:
    return {
        "secret_key": environ.get("TRAINING_SECRET_KEY") or kept_secret(data_folder / "demo-secret"),
        "agency_zone": environ.get("TRAINING_AGENCY_ZONE") or "Europe/Brussels",
        "journal_key_file": Path(
            environ.get("TRAINING_JOURNAL_KEY_FILE") or data_folder / "demo-journal-key.pem"
        ).resolve(),
    }


def _random_text() -> str:
    return secrets.token_urlsafe(48)


def kept_secret(file: Path, *, make: Callable[[], str] = _random_text) -> str:
    """Return the secret in *file*, made there first if there is none; whole or not there, whatever interrupts."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with open(draft, "x", encoding="ascii", opener=_for_the_owner_only) as made:
            made.write(make())
        with suppress(FileExistsError):
            os.link(draft, file)  # unlike a rename, never over the secret of another process
        draft.unlink()
    return file.read_text("ascii").strip()


def _for_the_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    try:
        return int(text)
    except ValueError:
        raise ConfigurationError(f"Set {name} to a whole number; it is {text!r}.") from None


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).resolve() if environ.get(name) else None


def _words(environ: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    return tuple((environ.get(name) or default).split())


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name)
    return Path(text).resolve() if text else None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and address == f"{parts.scheme}://{parts.netloc}"


def _is_endpoint(address: str, *, plain_on_loopback: bool) -> bool:
    """Tell whether *address* can be called with a password: by https, or where it does not leave this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if any(not "!" <= character <= "~" for character in address) or address.endswith("/") or not host:
        return False
    if parts.username is not None or parts.password is not None or "?" in address or "#" in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and plain_on_loopback and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
