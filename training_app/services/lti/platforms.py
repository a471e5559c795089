"""Learning platforms that are registered: what governs each, and who may launch from it; each change a fact."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.lti import (
    LinkBy,
    LtiDeployment,
    LtiPlatform,
    LtiPlatformApproval,
    LtiPlatformClosure,
    LtiPlatformSetting,
    RegisteredHow,
)
from training_app.models.people import Person
from training_app.services.locks import one_at_a_time


class PlatformExists(TrainingError):
    """The issuer has a client of that id already, be it closed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"This client id of this issuer is registered already, as {name}. Nothing was changed.")
        self.name = name


class PlatformNameTaken(TrainingError):
    def __init__(self, name: str) -> None:
        super().__init__(f"A platform called {name} is registered already. Closed ones keep their names too.")
        self.name = name


class PlatformClosed(TrainingError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is closed. Nothing was changed.")
        self.name = name


class PlatformApproved(TrainingError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is approved already. Nothing was changed.")
        self.name = name


class SettingOvertaken(TrainingError):
    def __init__(self) -> None:
        super().__init__("Somebody changed the settings of this platform since you opened the page. Read them again.")


@dataclass(frozen=True, slots=True)
class NewPlatform:
    name: str
    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True)
class PlatformSetting:
    """What governs a platform, whole."""

    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: str | None = None
    """``None``: *token_url*."""
    link_by: LinkBy = LinkBy.SIGN_IN
    claim: str | None = None
    """Given exactly where accounts are linked by a claim."""
    keeps_names: bool = False
    page_origins: tuple[str, ...] = ()
    """Beside the issuer's and the authorization page's."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A platform with all that governs it now."""

    id: int
    name: str
    issuer: str
    client_id: str
    how: RegisteredHow
    setting_id: int
    authorization_url: str
    token_url: str
    token_audience: str
    """What the ``aud`` of our assertions is."""
    key_set_url: str
    link_by: LinkBy
    claim: str | None
    keeps_names: bool
    page_origins: tuple[str, ...]
    approved: bool
    closed: bool
    deployments: frozenset[str]
    """The ids of those that are approved."""

    @property
    def launches(self) -> bool:
        """Whether anybody may come from it, and anything may be sent to it."""
        return self.approved and not self.closed

    @property
    def origins(self) -> tuple[str, ...]:
        """Where its pages are, the issuer's first."""
        own = (origin_of(url) for url in (self.issuer, self.authorization_url))
        return tuple(dict.fromkeys(origin for origin in (*own, *self.page_origins) if origin))


# -- what a registrar does, and a platform that was invited ------------------------------------------------------------


def register(
    session: Session,
    new: NewPlatform,
    setting: PlatformSetting,
    how: RegisteredHow,
    *,
    at: datetime,
    by: Person | None,
) -> LtiPlatform:
    """Register one client of one issuer; it launches nobody before it is approved.

    :raises PlatformExists: if the issuer has a client of that id; :raises PlatformNameTaken: if the name is another's.
    """
    one_at_a_time(session, "lti platforms", "all")
    same = session.scalar(
        select(LtiPlatform.name).where(LtiPlatform.issuer == new.issuer, LtiPlatform.client_id == new.client_id)
    )
    if same is not None:
        raise PlatformExists(same)
    if session.scalar(select(LtiPlatform.id).where(LtiPlatform.name == new.name)) is not None:
        raise PlatformNameTaken(new.name)
    platform = LtiPlatform(**_stamp(at, by), name=new.name, issuer=new.issuer, client_id=new.client_id, how=how)
    session.add(platform)
    session.flush()
    _govern(session, platform, setting, at=at, by=by)
    return platform


def free_name(session: Session, wished: str) -> str:
    """Return *wished*, or the first of ``wished (2)``, ``wished (3)`` and so on that no platform has."""
    one_at_a_time(session, "lti platforms", "all")
    taken = set(session.scalars(select(LtiPlatform.name).where(LtiPlatform.name.startswith(wished, autoescape=True))))
    number, name = 1, wished
    while name in taken:
        number += 1
        name = f"{wished} ({number})"
    return name


def set_up(
    session: Session, platform: LtiPlatform, setting: PlatformSetting, *, after: int, at: datetime, by: Person | None
) -> LtiPlatformSetting:
    """Say anew what governs *platform*, whole, from now on.

    :param after: id of the setting that *by* was shown.
    :raises PlatformClosed: if it is closed; :raises SettingOvertaken: if another was made since.
    """
    refuse_closed(session, platform)
    latest = session.scalar(
        select(func.max(LtiPlatformSetting.id)).where(LtiPlatformSetting.platform_id == platform.id)
    )
    if latest != after:
        raise SettingOvertaken
    return _govern(session, platform, setting, at=at, by=by)


def approve(session: Session, platform: LtiPlatform, *, at: datetime, by: Person | None) -> LtiPlatformApproval:
    """Let *platform* launch, from its approved deployments, from now on.

    :raises PlatformClosed: if it is closed; :raises PlatformApproved: if it was approved before.
    """
    refuse_closed(session, platform)
    approved = select(LtiPlatformApproval.id).where(LtiPlatformApproval.platform_id == platform.id)
    if session.scalar(approved) is not None:
        raise PlatformApproved(platform.name)
    fact = LtiPlatformApproval(**_stamp(at, by), platform_id=platform.id)
    session.add(fact)
    session.flush()
    return fact


def close(session: Session, platform: LtiPlatform, *, at: datetime, by: Person | None) -> LtiPlatformClosure:
    """Let nobody come from *platform* any more, and send it nothing; for good.

    :raises PlatformClosed: if it is closed.
    """
    refuse_closed(session, platform)
    fact = LtiPlatformClosure(**_stamp(at, by), platform_id=platform.id)
    session.add(fact)
    session.flush()
    return fact


def refuse_closed(session: Session, platform: LtiPlatform) -> None:
    """Take the platform's lock, and go on only if it is open.

    :raises PlatformClosed: if it is closed.
    """
    one_at_a_time(session, "lti platform", platform.id)
    closed = select(LtiPlatformClosure.id).where(LtiPlatformClosure.platform_id == platform.id)
    if session.scalar(closed) is not None:
        raise PlatformClosed(platform.name)


# -- what governs now --------------------------------------------------------------------------------------------------


def registered(session: Session, platform_id: int) -> Registered | None:
    """Return a platform with what governs it now, also if it is closed or was never approved."""
    return next(iter(_registered(session, select(LtiPlatform).where(LtiPlatform.id == platform_id))), None)


def of_issuer(session: Session, issuer: str, client_id: str | None = None) -> list[Registered]:
    """Return the platforms of *issuer*, one for each client it has; of one *client_id* where that is given.

    All of them: whether one `launches` is for the caller to ask.
    """
    query = select(LtiPlatform).where(LtiPlatform.issuer == issuer)
    return _registered(session, query if client_id is None else query.where(LtiPlatform.client_id == client_id))


def every(session: Session) -> list[Registered]:
    """Return all that were ever registered, by name."""
    return _registered(session, select(LtiPlatform))


def frame_origins(platforms: Iterable[Registered]) -> tuple[str, ...]:
    """Return the origins of those of *platforms* that launch, for ``frame-ancestors``; sorted, each once."""
    return tuple(sorted({origin for one in platforms if one.launches for origin in one.origins}))


def origin_of(url: str) -> str | None:
    """Return scheme, host and, where it is said, port of *url*; ``None`` if it is no address of the web."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _registered(session: Session, query: Select[LtiPlatform]) -> list[Registered]:
    found = session.scalars(query.order_by(LtiPlatform.name)).all()
    ids = [platform.id for platform in found]
    settings = _latest_settings(session, ids)
    approved = _with(session, LtiPlatformApproval, ids)
    closed = _with(session, LtiPlatformClosure, ids)
    deployments: dict[int, set[str]] = {}
    rows = select(LtiDeployment.platform_id, LtiDeployment.deployment_id).where(LtiDeployment.platform_id.in_(ids))
    for platform_id, deployment_id in session.execute(rows):
        deployments.setdefault(platform_id, set()).add(deployment_id)
    return [
        _value(one, settings[one.id], one.id in approved, one.id in closed, deployments.get(one.id, ()))
        for one in found
    ]


def _value(
    platform: LtiPlatform, setting: LtiPlatformSetting, approved: bool, closed: bool, deployments: Iterable[str]
) -> Registered:
    return Registered(
        id=platform.id,
        name=platform.name,
        issuer=platform.issuer,
        client_id=platform.client_id,
        how=platform.how,
        setting_id=setting.id,
        authorization_url=setting.authorization_url,
        token_url=setting.token_url,
        token_audience=setting.token_audience or setting.token_url,
        key_set_url=setting.key_set_url,
        link_by=setting.link_by,
        claim=setting.claim,
        keeps_names=setting.keeps_names,
        page_origins=tuple(setting.page_origins),
        approved=approved,
        closed=closed,
        deployments=frozenset(deployments),
    )


def _latest_settings(session: Session, ids: Collection[int]) -> dict[int, LtiPlatformSetting]:
    """Return what governs each: what was recorded last does, also where a machine's clock is behind."""
    latest = (
        select(func.max(LtiPlatformSetting.id))
        .where(LtiPlatformSetting.platform_id.in_(ids))
        .group_by(LtiPlatformSetting.platform_id)
    )
    rows: Sequence[LtiPlatformSetting] = session.scalars(
        select(LtiPlatformSetting).where(LtiPlatformSetting.id.in_(latest))
    ).all()
    return {row.platform_id: row for row in rows}


def _with(session: Session, fact: Any, ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(fact.platform_id).where(fact.platform_id.in_(ids))))


def _govern(
    session: Session, platform: LtiPlatform, setting: PlatformSetting, *, at: datetime, by: Person | None
) -> LtiPlatformSetting:
    fact = LtiPlatformSetting(
        **_stamp(at, by),
        platform_id=platform.id,
        authorization_url=setting.authorization_url,
        token_url=setting.token_url,
        token_audience=setting.token_audience,
        key_set_url=setting.key_set_url,
        link_by=setting.link_by,
        claim=setting.claim,
        keeps_names=setting.keeps_names,
        page_origins=list(setting.page_origins),
    )
    session.add(fact)
    session.flush()
    return fact


def _stamp(at: datetime, by: Person | None) -> dict[str, object]:
    return {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id if by else None}
