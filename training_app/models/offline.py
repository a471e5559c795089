"""For use without a network: an officer's place on a version's status list, and the passes that name it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.models.base import Fact, Serial


class StatusIndex(Fact):
    """An officer's place on the status list of one version, for one set of terms: drawn by lot, once, for good.

    Lists of two versions cannot be laid side by side to follow an officer: the places have nothing to do with one
    another.  With other terms comes another place, so that an older pass, which says the older ones, ends.
    """

    __tablename__ = "status_index"
    __table_args__ = (
        UniqueConstraint("version_id", "place"),
        UniqueConstraint("officer_id", "version_id", "terms"),
        UniqueConstraint("id", "officer_id"),
        CheckConstraint("place >= 0", name="counted_from_0"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    place: Mapped[int] = mapped_column(Serial)
    terms: Mapped[str]
    """Purposes and obligations, as `training_app.rules.offline_pass.Terms` writes them."""


class OfflinePass(Fact):
    """A pass was given to an officer, from ``effective_at`` on.  Its token is signed again whenever it is shown."""

    __tablename__ = "offline_pass"
    __table_args__ = (
        ForeignKeyConstraint(
            ["index_id", "officer_id"], ["status_index.id", "status_index.officer_id"], name="fk_offline_pass_index"
        ),
        CheckConstraint("expires_at > effective_at", name="expires_after_it_was_given"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    index_id: Mapped[int] = mapped_column(Serial)
    expires_at: Mapped[datetime]

    index: Mapped[StatusIndex] = relationship()
