"""Modules written in drafts and reviewed; rulings on items, new marks and appeals; standard settings.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "appeal",
    "appeal_decision",
    "appeal_message",
    "draft",
    "draft_closing",
    "draft_save",
    "further_attempt",
    "item_ruling",
    "late_acceptance",
    "new_mark",
    "review_comment",
    "review_request",
    "review_verdict",
    "standard_judge",
    "standard_outcome",
    "standard_rating",
    "standard_round_closing",
    "standard_setting",
    "time_accommodation",
)


def upgrade() -> None:
    op.create_table(
        "time_accommodation",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("valid_through", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 200", name=op.f("ck_time_accommodation_bounded")),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_time_accommodation_not_for_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_time_accommodation_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_time_accommodation_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_accommodation")),
    )
    with op.batch_alter_table("time_accommodation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_time_accommodation_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "further_attempt",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column(
            "reason_code",
            sa.Enum(
                "taught-again",
                "disturbed",
                "fault-of-ours",
                "means-were-missing",
                name="further_attempt_reason",
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
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_further_attempt_not_for_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_further_attempt_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_further_attempt_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_attempt")),
    )
    with op.batch_alter_table("further_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_further_attempt_officer_id"), ["officer_id"], unique=False)

    op.create_index(op.f("ix_attempt_revision_id"), "attempt", ["revision_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("based_on_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["based_on_id"], ["module_revision.id"], name=op.f("fk_draft_based_on_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_draft_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_slug"), ["slug"], unique=False)

    op.create_table(
        "waiting_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("kept_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_waiting_questions_draft_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_questions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_questions")),
        sa.UniqueConstraint("person_id", "draft_id", name=op.f("uq_waiting_questions_person_id_draft_id")),
    )
    op.create_table(
        "item_ruling",
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("voided", "rekeyed", name="item_ruling_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("interaction", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("foreseen", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(kind = 'rekeyed') = (interaction IS NOT NULL)", name=op.f("ck_item_ruling_new_key")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_item_ruling_recorded_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["module_revision.id"], name=op.f("fk_item_ruling_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ruling")),
    )
    with op.batch_alter_table("item_ruling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_ruling_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "standard_setting",
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_standard_setting_recorded_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["module_revision.id"], name=op.f("fk_standard_setting_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_setting")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_standard_setting_revision_id")),
    )
    op.create_table(
        "draft_closing",
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_draft_closing_closed_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_closing_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_draft_closing")),
    )
    op.create_table(
        "draft_save",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("saved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("saved_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_save_draft_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_draft_save_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_save")),
        sa.UniqueConstraint("draft_id", "part", "version", name=op.f("uq_draft_save_draft_id_part_version")),
    )
    op.create_table(
        "late_acceptance",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("answers_digest", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_late_acceptance_not_for_oneself")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_late_acceptance_attempt_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_late_acceptance_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_late_acceptance_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_acceptance")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_late_acceptance_attempt_id")),
    )
    with op.batch_alter_table("late_acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_late_acceptance_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "review_request",
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("bank", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author_ids", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_review_request_draft_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_review_request_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_request")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_review_request_draft_id_number")),
    )
    op.create_table(
        "standard_judge",
        sa.Column("setting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["judge_id"], ["person.id"], name=op.f("fk_standard_judge_judge_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_standard_judge_recorded_by_id")),
        sa.ForeignKeyConstraint(["setting_id"], ["standard_setting.id"], name=op.f("fk_standard_judge_setting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_judge")),
        sa.UniqueConstraint("setting_id", "judge_id", name=op.f("uq_standard_judge_setting_id_judge_id")),
    )
    with op.batch_alter_table("standard_judge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standard_judge_judge_id"), ["judge_id"], unique=False)

    op.create_table(
        "standard_outcome",
        sa.Column("setting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column(
            "standard",
            sa.Enum(
                "provisional",
                "standard-set",
                "angoff",
                name="cut_score_standard",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cut_score", sa.String(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("standard <> 'provisional'", name=op.f("ck_standard_outcome_a_panels")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_standard_outcome_recorded_by_id")),
        sa.ForeignKeyConstraint(["setting_id"], ["standard_setting.id"], name=op.f("fk_standard_outcome_setting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_outcome")),
        sa.UniqueConstraint("setting_id", name=op.f("uq_standard_outcome_setting_id")),
    )
    op.create_table(
        "standard_rating",
        sa.Column("setting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_standard_rating_a_share")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_standard_rating_two_rounds")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_standard_rating_recorded_by_id")),
        sa.ForeignKeyConstraint(["setting_id"], ["standard_setting.id"], name=op.f("fk_standard_rating_setting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_rating")),
    )
    with op.batch_alter_table("standard_rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standard_rating_setting_id"), ["setting_id"], unique=False)

    op.create_table(
        "standard_round_closing",
        sa.Column("setting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_standard_round_closing_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["setting_id"], ["standard_setting.id"], name=op.f("fk_standard_round_closing_setting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_round_closing")),
        sa.UniqueConstraint("setting_id", "round", name=op.f("uq_standard_round_closing_setting_id_round")),
    )
    op.create_table(
        "appeal",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id = officer_id", name=op.f("ck_appeal_of_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_appeal_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_appeal_recorded_by_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_appeal_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("submission_id", "item_id", name=op.f("uq_appeal_submission_id_item_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "new_mark",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ruling_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acceptance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(ruling_id IS NULL) <> (acceptance_id IS NULL)", name=op.f("ck_new_mark_one_cause")),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_new_mark_not_for_oneself")),
        sa.ForeignKeyConstraint(["acceptance_id"], ["late_acceptance.id"], name=op.f("fk_new_mark_acceptance_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_new_mark_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_new_mark_recorded_by_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["item_ruling.id"], name=op.f("fk_new_mark_ruling_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_new_mark_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_new_mark")),
        sa.UniqueConstraint("submission_id", "acceptance_id", name=op.f("uq_new_mark_submission_id_acceptance_id")),
        sa.UniqueConstraint("submission_id", "ruling_id", name=op.f("uq_new_mark_submission_id_ruling_id")),
    )
    with op.batch_alter_table("new_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_new_mark_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "review_comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["review_request.id"], name=op.f("fk_review_comment_request_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_review_comment_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_comment_request_id"), ["request_id"], unique=False)

    op.create_table(
        "review_verdict",
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "approved",
                "returned",
                "withdrawn",
                name="review_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'approved') = (revision_id IS NOT NULL)", name=op.f("ck_review_verdict_approval_publishes")
        ),
        sa.CheckConstraint(
            "outcome = 'withdrawn' OR recorded_by_id <> requested_by_id", name=op.f("ck_review_verdict_four_eyes")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_review_verdict_recorded_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["review_request.id"], name=op.f("fk_review_verdict_request_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name=op.f("fk_review_verdict_requested_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["module_revision.id"], name=op.f("fk_review_verdict_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_verdict")),
        sa.UniqueConstraint("request_id", name=op.f("uq_review_verdict_request_id")),
    )
    op.create_table(
        "appeal_decision",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appeal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("upheld", "dismissed", name="appeal_outcome", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ruling_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acceptance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_appeal_decision_not_of_oneself")),
        sa.CheckConstraint(
            "(outcome = 'upheld') = (ruling_id IS NOT NULL OR acceptance_id IS NOT NULL)",
            name=op.f("ck_appeal_decision_names_what_follows"),
        ),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["late_acceptance.id"], name=op.f("fk_appeal_decision_acceptance_id")
        ),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_decision_appeal_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_appeal_decision_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_appeal_decision_recorded_by_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["item_ruling.id"], name=op.f("fk_appeal_decision_ruling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_decision")),
        sa.UniqueConstraint("appeal_id", name=op.f("uq_appeal_decision_appeal_id")),
    )
    with op.batch_alter_table("appeal_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_decision_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "appeal_message",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appeal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_message_appeal_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_appeal_message_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_appeal_message_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_message")),
    )
    with op.batch_alter_table("appeal_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_message_appeal_id"), ["appeal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_message_officer_id"), ["officer_id"], unique=False)
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("waiting_questions")
    with op.batch_alter_table("appeal_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_message_officer_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_message_appeal_id"))

    op.drop_table("appeal_message")
    with op.batch_alter_table("appeal_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_decision_officer_id"))

    op.drop_table("appeal_decision")
    op.drop_table("review_verdict")
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_comment_request_id"))

    op.drop_table("review_comment")
    with op.batch_alter_table("new_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_new_mark_officer_id"))

    op.drop_table("new_mark")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_officer_id"))

    op.drop_table("appeal")
    op.drop_table("standard_round_closing")
    with op.batch_alter_table("standard_rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standard_rating_setting_id"))

    op.drop_table("standard_rating")
    op.drop_table("standard_outcome")
    with op.batch_alter_table("standard_judge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standard_judge_judge_id"))

    op.drop_table("standard_judge")
    op.drop_table("review_request")
    with op.batch_alter_table("late_acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_late_acceptance_officer_id"))

    op.drop_table("late_acceptance")
    op.drop_table("draft_save")
    op.drop_table("draft_closing")
    op.drop_table("standard_setting")
    with op.batch_alter_table("item_ruling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_ruling_revision_id"))

    op.drop_table("item_ruling")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_slug"))

    op.drop_table("draft")
    op.drop_index(op.f("ix_attempt_revision_id"), table_name="attempt")
    with op.batch_alter_table("further_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_further_attempt_officer_id"))

    op.drop_table("further_attempt")
    with op.batch_alter_table("time_accommodation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_accommodation_officer_id"))

    op.drop_table("time_accommodation")
