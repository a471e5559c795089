"""Conduct of trainers, what awards rest on, objections.

Revision 0007, after 0006.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "award_basis",
    "conduct_case",
    "conduct_handling",
    "conduct_outcome",
    "objection",
    "objection_decision",
    "objection_message",
)
REBUILT = ("award_review", "trainer_measure")


def upgrade() -> None:
    append_only.release(op.get_bind(), REBUILT)
    with op.batch_alter_table("award_end", schema=None) as batch_op:
        batch_op.create_index("uq_award_end_id_officer_id", ["id", "officer_id"], unique=True)

    op.create_table(
        "conduct_case",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "unfair-treatment",
                "harassment",
                "signed-unseen",
                "gave-answers",
                "undeclared-interest",
                "false-teaching",
                "confidentiality",
                "other",
                name="concern_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id IS NULL", name=op.f("ck_conduct_case_in_nobodys_name")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conduct_case_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_conduct_case_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_case")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_conduct_case_id_person_id")),
    )
    with op.batch_alter_table("conduct_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conduct_case_person_id"), ["person_id"], unique=False)

    op.create_table(
        "concern_text",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raised_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["conduct_case.id"], name=op.f("fk_concern_text_case_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_concern_text_raised_by_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_concern_text")),
    )
    with op.batch_alter_table("concern_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_text_raised_by_id"), ["raised_by_id"], unique=False)

    op.create_table(
        "conduct_handling",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_conduct_handling_not_of_oneself")),
        sa.ForeignKeyConstraint(
            ["case_id", "person_id"],
            ["conduct_case.id", "conduct_case.person_id"],
            name="fk_conduct_handling_case_about_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conduct_handling_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_conduct_handling_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_handling")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_conduct_handling_case_id_number")),
    )
    op.create_table(
        "award_basis",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trainer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "signed-off",
                "wrote",
                "published",
                "rated",
                "ruled",
                "accepted-late",
                "decided-appeal",
                name="basis_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_at", base.Instant(timezone=True), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id", "officer_id"],
            ["award.id", "award.officer_id"],
            name="fk_award_basis_award_of_the_same_officer",
        ),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_award_basis_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_basis")),
    )
    with op.batch_alter_table("award_basis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_basis_award_id"), ["award_id"], unique=False)
        batch_op.create_index("ix_award_basis_officer_id_trainer_id", ["officer_id", "trainer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_basis_trainer_id"), ["trainer_id"], unique=False)

    op.create_table(
        "conduct_outcome",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "none",
                "caution",
                "suspended",
                "revoked",
                name="case_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(outcome IN ('suspended', 'revoked')) = (measure_id IS NOT NULL)",
            name=op.f("ck_conduct_outcome_names_its_measure"),
        ),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_conduct_outcome_not_of_oneself")),
        sa.ForeignKeyConstraint(
            ["case_id", "person_id"],
            ["conduct_case.id", "conduct_case.person_id"],
            name="fk_conduct_outcome_case_about_the_same_person",
        ),
        sa.ForeignKeyConstraint(
            ["measure_id", "person_id"],
            ["trainer_measure.id", "trainer_measure.person_id"],
            name="fk_conduct_outcome_measure_against_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conduct_outcome_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_conduct_outcome_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_outcome")),
        sa.UniqueConstraint("case_id", name=op.f("uq_conduct_outcome_case_id")),
    )
    with op.batch_alter_table("conduct_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conduct_outcome_person_id"), ["person_id"], unique=False)

    op.create_table(
        "objection",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_end_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(award_end_id IS NULL) <> (measure_id IS NULL)", name=op.f("ck_objection_to_one_thing")),
        sa.CheckConstraint("recorded_by_id = person_id", name=op.f("ck_objection_of_oneself")),
        sa.ForeignKeyConstraint(
            ["award_end_id", "person_id"],
            ["award_end.id", "award_end.officer_id"],
            name="fk_objection_void_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(
            ["measure_id", "person_id"],
            ["trainer_measure.id", "trainer_measure.person_id"],
            name="fk_objection_measure_against_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_objection_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("award_end_id", name=op.f("uq_objection_award_end_id")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_objection_id_person_id")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_objection_measure_id")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_person_id"), ["person_id"], unique=False)

    op.create_table(
        "objection_decision",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("objection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "upheld", "dismissed", name="objection_outcome", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reinstatement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'upheld') = (award_id IS NOT NULL OR reinstatement_id IS NOT NULL)",
            name=op.f("ck_objection_decision_names_what_follows"),
        ),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_objection_decision_not_of_oneself")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_objection_decision_award_id")),
        sa.ForeignKeyConstraint(
            ["objection_id", "person_id"],
            ["objection.id", "objection.person_id"],
            name="fk_objection_decision_objection_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_decision_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_objection_decision_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["reinstatement_id"], ["trainer_measure.id"], name=op.f("fk_objection_decision_reinstatement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_decision")),
        sa.UniqueConstraint("objection_id", name=op.f("uq_objection_decision_objection_id")),
    )
    op.create_table(
        "objection_message",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("objection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["objection_id", "person_id"],
            ["objection.id", "objection.person_id"],
            name="fk_objection_message_objection_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_message_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_objection_message_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_message")),
    )
    with op.batch_alter_table("objection_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_message_objection_id"), ["objection_id"], unique=False)

    with op.batch_alter_table("award_review", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index("uq_award_review_measure_id_award_id", ["measure_id", "award_id"], unique=True)
        batch_op.create_foreign_key(batch_op.f("fk_award_review_measure_id"), "trainer_measure", ["measure_id"], ["id"])

    with op.batch_alter_table("trainer_measure", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("ended_recorder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_unique_constraint(batch_op.f("uq_trainer_measure_id_recorded_by_id"), ["id", "recorded_by_id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_trainer_measure_end_names_who_recorded"),
            "(ends_id IS NULL) = (ended_recorder_id IS NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_trainer_measure_ended_by_a_second_person"), "ended_recorder_id <> recorded_by_id"
        )
        batch_op.create_foreign_key(
            "fk_trainer_measure_ended_recorder",
            "trainer_measure",
            ["ends_id", "ended_recorder_id"],
            ["id", "recorded_by_id"],
        )

    _tell_what_awards_rest_on(op.get_bind())
    append_only.protect(op.get_bind(), (*APPEND_ONLY, *REBUILT))


AWARDS_AT_ONCE = 500
"""Awards read and written in one go: a database has more of them than memory should hold."""

Acts = list[dict[str, Any]]
"""Rows of ``award_basis`` that lack their award."""

_AWARDS = sa.text("SELECT id, officer_id, evidence FROM award WHERE id > :after ORDER BY id LIMIT :most").columns(
    evidence=sa.JSON
)
_REVISIONS = sa.text(
    "SELECT s.id, a.revision_id FROM submission s JOIN attempt a ON a.id = s.attempt_id WHERE s.id IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))
_REVIEWED = sa.text(
    "SELECT q.id AS request, v.id AS verdict, q.author_ids AS authors, q.content AS content, "
    "v.recorded_by_id AS publisher, q.effective_at AS written_at, v.effective_at AS published_at "
    "FROM review_verdict v JOIN review_request q ON q.id = v.request_id WHERE v.revision_id = :revision ORDER BY v.id"
).columns(authors=sa.JSON, content=sa.JSON, written_at=base.Instant, published_at=base.Instant)
_SIGNED = (
    sa.text(
        "SELECT o.id, o.recorded_by_id, o.effective_at, t.slug FROM observed_practice o "
        "JOIN checklist c ON c.id = o.checklist_id JOIN tool_version v ON v.id = c.version_id "
        "JOIN tool t ON t.id = v.tool_id WHERE o.id IN :ids"
    )
    .bindparams(sa.bindparam("ids", expanding=True))
    .columns(effective_at=base.Instant)
)


def _tell_what_awards_rest_on(connection: sa.Connection) -> None:
    """Write, for the awards there are, who signed for practice, and who wrote and published what was passed for them.

    As the awards of today say it, but for revisions made from earlier ones, of which only the last authors are told,
    and for marks that were decided.
    """
    basis = sa.table(
        "award_basis",
        *(sa.column(name) for name in ("award_id", "officer_id", "trainer_id", "act", "scope", "reference")),
        sa.column("done_at", base.Instant),
    )
    of_revision: dict[int, Acts] = {}
    after = 0
    while awards := connection.execute(_AWARDS, {"after": after, "most": AWARDS_AT_ONCE}).all():
        after = awards[-1].id
        passed, signed = (_ids(awards, prefix) for prefix in ("submission:", "sign-off:"))
        behind: dict[str, Acts] = {}
        for row in connection.execute(_REVISIONS, {"ids": passed}) if passed else ():
            if row.revision_id not in of_revision:
                of_revision[row.revision_id] = list(_of_revision(connection, row.revision_id))
            behind[f"submission:{row.id}"] = of_revision[row.revision_id]
        for row in connection.execute(_SIGNED, {"ids": signed}) if signed else ():
            act = _act(row.recorded_by_id, "signed-off", row.effective_at, f"tool:{row.slug}", f"sign-off:{row.id}")
            behind[f"sign-off:{row.id}"] = [act]
        rows = [
            {**act, "award_id": award.id, "officer_id": award.officer_id}
            for award in awards
            for met_by in award.evidence.get("met_by", ())
            for act in behind.get(met_by, ())
        ]
        if rows:
            connection.execute(basis.insert(), rows)


def _ids(awards: Sequence[sa.Row[Any]], prefix: str) -> list[int]:
    met_by = (one for award in awards for one in award.evidence.get("met_by", ()))
    return sorted({int(one.removeprefix(prefix)) for one in met_by if one.startswith(prefix)})


def _of_revision(connection: sa.Connection, revision_id: int) -> Iterator[dict[str, Any]]:
    """Yield the acts behind a revision; none of one that was shipped, or read from folders."""
    for row in connection.execute(_REVIEWED, {"revision": revision_id}):
        scope = f"subject:{row.content['subject_area']}"
        for author in row.authors:
            yield _act(author, "wrote", row.written_at, scope, f"review-request:{row.request}")
        if row.publisher is not None:
            yield _act(row.publisher, "published", row.published_at, scope, f"review-verdict:{row.verdict}")


def _act(trainer: int, act: str, done_at: datetime, scope: str, reference: str) -> dict[str, Any]:
    return {"trainer_id": trainer, "act": act, "done_at": done_at, "scope": scope, "reference": reference}


def downgrade() -> None:
    append_only.release(op.get_bind(), REBUILT)
    with op.batch_alter_table("award_review", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_award_review_measure_id"), type_="foreignkey")
        batch_op.drop_index("uq_award_review_measure_id_award_id")
        batch_op.drop_column("measure_id")

    with op.batch_alter_table("objection_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_message_objection_id"))

    op.drop_table("objection_message")
    op.drop_table("objection_decision")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_person_id"))

    op.drop_table("objection")
    with op.batch_alter_table("conduct_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conduct_outcome_person_id"))

    op.drop_table("conduct_outcome")
    with op.batch_alter_table("award_basis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_basis_trainer_id"))
        batch_op.drop_index("ix_award_basis_officer_id_trainer_id")
        batch_op.drop_index(batch_op.f("ix_award_basis_award_id"))

    op.drop_table("award_basis")
    op.drop_table("conduct_handling")
    with op.batch_alter_table("concern_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_text_raised_by_id"))

    op.drop_table("concern_text")
    with op.batch_alter_table("conduct_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conduct_case_person_id"))

    op.drop_table("conduct_case")

    with op.batch_alter_table("award_end", schema=None) as batch_op:
        batch_op.drop_index("uq_award_end_id_officer_id")

    with op.batch_alter_table("trainer_measure", schema=None) as batch_op:
        batch_op.drop_constraint("fk_trainer_measure_ended_recorder", type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_trainer_measure_ended_by_a_second_person"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_trainer_measure_end_names_who_recorded"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_trainer_measure_id_recorded_by_id"), type_="unique")
        batch_op.drop_column("ended_recorder_id")

    append_only.protect(op.get_bind(), REBUILT)
