"""The first tables.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "account_fact",
    "answer",
    "assessment_signature",
    "attempt",
    "award",
    "award_end",
    "checkpoint",
    "evaluation",
    "familiarisation",
    "gateway",
    "gateway_closure",
    "impact_assessment",
    "journal_entry",
    "journal_leaf",
    "module_revision",
    "officer_reinstatement",
    "officer_suspension",
    "person",
    "recorded_decision",
    "requirement_set",
    "requirement_set_signature",
    "role_assignment",
    "seat_cap",
    "seat_grant",
    "seat_release",
    "seat_review",
    "submission",
    "tool",
    "tool_policy",
    "tool_version",
    "tree_head",
    "unit",
    "unit_assignment",
    "version_fact",
)


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("service_number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_person_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("service_number", name=op.f("uq_person_service_number")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_digest", sa.String(length=64), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("at", base.Instant(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_address_digest"), "sign_in_attempt", ["address_digest"])
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"])
    op.create_index("ix_sign_in_attempt_pair", "sign_in_attempt", ["account_digest", "address_digest", "at"])
    op.create_table(
        "tree_head",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", base.Instant(timezone=True), nullable=False),
        sa.Column("frontier", sa.JSON(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_tree_head_of_a_tree_with_leaves")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_tree_head")),
    )
    op.create_table(
        "account_fact",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change",
            sa.Enum("opened", "closed", name="account_change", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_fact_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_account_fact_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_fact")),
    )
    op.create_index(op.f("ix_account_fact_person_id"), "account_fact", ["person_id"])
    op.create_table(
        "browser_session",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", base.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_browser_session_person_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_browser_session")),
    )
    op.create_index(op.f("ix_browser_session_created_at"), "browser_session", ["created_at"])
    op.create_index(op.f("ix_browser_session_person_id"), "browser_session", ["person_id"])
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["tree_head.size"], name=op.f("fk_checkpoint_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "credential",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "evaluation",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "cleared",
                "restricted",
                "pending",
                "not-cleared",
                name="evaluation_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("restriction", sa.String(), nullable=True),
        sa.Column("through", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'restricted') = (restriction IS NOT NULL)", name=op.f("ck_evaluation_restriction_has_its_code")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('cleared', 'restricted') OR through IS NOT NULL",
            name=op.f("ck_evaluation_clearance_has_an_end"),
        ),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_evaluation_not_of_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_evaluation_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_evaluation_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_officer_id"), "evaluation", ["officer_id"])
    op.create_table(
        "gateway",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_gateway_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway")),
        sa.UniqueConstraint("name", name=op.f("uq_gateway_name")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_gateway_token_digest")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fact_kind", sa.String(length=63), nullable=False),
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_pseudonym", sa.String(length=64), nullable=True),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "subject_pseudonym IS NOT NULL OR subject_id IS NULL", name=op.f("ck_journal_entry_subject_has_a_pseudonym")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_journal_entry_actor_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_journal_entry_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("fact_kind", "fact_id", name=op.f("uq_journal_entry_fact_kind_fact_id")),
    )
    op.create_index(op.f("ix_journal_entry_subject_id"), "journal_entry", ["subject_id"])
    op.create_table(
        "kept_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("view_args", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("form", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("kept_at", base.Instant(timezone=True), nullable=False),
        sa.Column("replayed_at", base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_post_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_post")),
    )
    op.create_index(op.f("ix_kept_post_person_id"), "kept_post", ["person_id"])
    op.create_table(
        "module_revision",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("bank", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_module_revision_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_revision")),
        sa.UniqueConstraint("slug", "digest", name=op.f("uq_module_revision_slug_digest")),
    )
    op.create_index(op.f("ix_module_revision_slug"), "module_revision", ["slug"])
    op.create_table(
        "person_salt",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_salt_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_salt")),
    )
    op.create_table(
        "role_assignment",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "trainer",
                "lead",
                "supervisor",
                "registrar",
                "evaluator",
                "oversight",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_role_assignment_not_to_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_role_assignment_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    op.create_index(op.f("ix_role_assignment_person_id"), "role_assignment", ["person_id"])
    op.create_table(
        "tool",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column(
            "prohibition",
            sa.Enum("none", "law", "policy", name="prohibition", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("purpose_required", sa.Boolean(), nullable=False),
        sa.Column("max_cache_seconds", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_tool_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool")),
        sa.UniqueConstraint("slug", name=op.f("uq_tool_slug")),
    )
    op.create_table(
        "unit",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_unit_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    op.create_table(
        "attempt",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("practice", "assessment", name="mode", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("closes_at", base.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("closes_at > effective_at", name=op.f("ck_attempt_closes_after_it_opens")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_attempt_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_attempt_recorded_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["module_revision.id"], name=op.f("fk_attempt_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "officer_id", "revision_id", "mode", "number", name=op.f("uq_attempt_officer_id_revision_id_mode_number")
        ),
    )
    op.create_index(op.f("ix_attempt_officer_id"), "attempt", ["officer_id"])
    op.create_table(
        "gateway_closure",
        sa.Column("gateway_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateway.id"], name=op.f("fk_gateway_closure_gateway_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_gateway_closure_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_closure")),
        sa.UniqueConstraint("gateway_id", name=op.f("uq_gateway_closure_gateway_id")),
    )
    op.create_table(
        "journal_leaf",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_journal_leaf_counted_from_0")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_leaf_entry_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_journal_leaf_entry_id")),
    )
    op.create_table(
        "journal_payload",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_payload_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_payload")),
    )
    op.create_table(
        "journal_waiting",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_waiting_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_waiting")),
    )
    op.create_table(
        "lesson_read",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("read_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_lesson_read_officer_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["module_revision.id"], name=op.f("fk_lesson_read_revision_id")),
        sa.PrimaryKeyConstraint("officer_id", "revision_id", "lesson", name=op.f("pk_lesson_read")),
    )
    op.create_table(
        "officer_suspension",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_officer_suspension_not_of_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_officer_suspension_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_officer_suspension_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_officer_suspension_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_suspension")),
    )
    op.create_index(op.f("ix_officer_suspension_officer_id"), "officer_suspension", ["officer_id"])
    op.create_table(
        "recorded_decision",
        sa.Column("gateway_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateway.id"], name=op.f("fk_recorded_decision_gateway_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_recorded_decision_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_recorded_decision_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_decision")),
    )
    op.create_index(op.f("ix_recorded_decision_officer_id"), "recorded_decision", ["officer_id"])
    op.create_table(
        "seat_cap",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_seat_cap_not_negative")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_seat_cap_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_seat_cap_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_cap")),
        sa.UniqueConstraint("tool_id", "effective_at", name=op.f("uq_seat_cap_tool_id_effective_at")),
    )
    op.create_index(op.f("ix_seat_cap_tool_id"), "seat_cap", ["tool_id"])
    op.create_table(
        "seat_grant",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("justification", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_seat_grant_not_to_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_seat_grant_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_seat_grant_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_seat_grant_tool_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_seat_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_grant")),
    )
    op.create_index("ix_seat_grant_officer_id_tool_id", "seat_grant", ["officer_id", "tool_id"])
    op.create_index(op.f("ix_seat_grant_tool_id"), "seat_grant", ["tool_id"])
    op.create_table(
        "tool_policy",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=False),
        sa.Column("window_months", sa.Integer(), nullable=False),
        sa.Column("pass_age_months", sa.Integer(), nullable=False),
        sa.Column("evaluation_required", sa.Boolean(), nullable=False),
        sa.Column("seats_required", sa.Boolean(), nullable=False),
        sa.Column("seat_review_months", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("pass_age_months > 0", name=op.f("ck_tool_policy_pass_age_is_positive")),
        sa.CheckConstraint(
            "seat_review_months IS NULL OR seat_review_months > 0", name=op.f("ck_tool_policy_seat_review_is_positive")
        ),
        sa.CheckConstraint("validity_months > 0", name=op.f("ck_tool_policy_validity_is_positive")),
        sa.CheckConstraint(
            "window_months >= 0 AND window_months < validity_months", name=op.f("ck_tool_policy_window_within_validity")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_tool_policy_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_tool_policy_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_policy")),
        sa.UniqueConstraint("tool_id", "revision", name=op.f("uq_tool_policy_tool_id_revision")),
    )
    op.create_index(op.f("ix_tool_policy_tool_id"), "tool_policy", ["tool_id"])
    op.create_table(
        "tool_version",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("predecessor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "prohibition",
            sa.Enum("none", "law", "policy", name="prohibition", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("what_changed", sa.String(), nullable=False),
        sa.Column("how_to_stop", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("predecessor_id <> id", name=op.f("ck_tool_version_not_its_own_predecessor")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_tool_version_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["tool_id", "predecessor_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_tool_version_predecessor_of_the_same_tool",
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_tool_version_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_version")),
        sa.UniqueConstraint("tool_id", "id", name=op.f("uq_tool_version_tool_id_id")),
        sa.UniqueConstraint("tool_id", "label", name=op.f("uq_tool_version_tool_id_label")),
    )
    op.create_index(op.f("ix_tool_version_tool_id"), "tool_version", ["tool_id"])
    op.create_table(
        "unit_assignment",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unit_assignment_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_unit_assignment_recorded_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_assignment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_assignment")),
    )
    op.create_index(op.f("ix_unit_assignment_person_id"), "unit_assignment", ["person_id"])
    op.create_index(op.f("ix_unit_assignment_unit_id"), "unit_assignment", ["unit_id"])
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("received_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_answer_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("attempt_id", "item_id", "sequence", name=op.f("uq_answer_attempt_id_item_id_sequence")),
    )
    op.create_table(
        "impact_assessment",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("start_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("end_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("what_changed", sa.String(), nullable=False),
        sa.Column("grace_reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("grace_days >= 0", name=op.f("ck_impact_assessment_grace_not_negative")),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_impact_assessment_level_in_range")),
        sa.CheckConstraint(
            "level IS NULL OR level < 2 OR grace_days = 0 OR grace_reason IS NOT NULL",
            name=op.f("ck_impact_assessment_grace_has_its_reason"),
        ),
        sa.CheckConstraint("start_id <> end_id", name=op.f("ck_impact_assessment_between_two_versions")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_impact_assessment_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id", "end_id"], ["tool_version.tool_id", "tool_version.id"], name="fk_ia_end"),
        sa.ForeignKeyConstraint(
            ["tool_id", "start_id"], ["tool_version.tool_id", "tool_version.id"], name="fk_ia_start"
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_impact_assessment_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_assessment")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_impact_assessment_id_recorded_by_id")),
    )
    op.create_index(op.f("ix_impact_assessment_end_id"), "impact_assessment", ["end_id"])
    op.create_table(
        "officer_reinstatement",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("suspension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_officer_reinstatement_not_of_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_officer_reinstatement_officer_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_officer_reinstatement_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["suspension_id"], ["officer_suspension.id"], name=op.f("fk_officer_reinstatement_suspension_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_reinstatement")),
        sa.UniqueConstraint("suspension_id", name=op.f("uq_officer_reinstatement_suspension_id")),
    )
    op.create_index(op.f("ix_officer_reinstatement_officer_id"), "officer_reinstatement", ["officer_id"])
    op.create_table(
        "requirement_set",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("full_modules", sa.JSON(), nullable=False),
        sa.Column("renewal_modules", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_requirement_set_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_requirement_set_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_set")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_requirement_set_id_recorded_by_id")),
        sa.UniqueConstraint("version_id", "revision", name=op.f("uq_requirement_set_version_id_revision")),
    )
    op.create_index(op.f("ix_requirement_set_version_id"), "requirement_set", ["version_id"])
    op.create_table(
        "seat_release",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_seat_release_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_seat_release_recorded_by_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat_grant.id"], name=op.f("fk_seat_release_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_release")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_seat_release_seat_id")),
    )
    op.create_index(op.f("ix_seat_release_officer_id"), "seat_release", ["officer_id"])
    op.create_table(
        "seat_review",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_seat_review_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_seat_review_recorded_by_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat_grant.id"], name=op.f("fk_seat_review_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_review")),
    )
    op.create_index(op.f("ix_seat_review_officer_id"), "seat_review", ["officer_id"])
    op.create_table(
        "submission",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("answers_digest", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_submission_attempt_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_submission_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_submission_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_submission_attempt_id")),
    )
    op.create_index(op.f("ix_submission_officer_id"), "submission", ["officer_id"])
    op.create_table(
        "version_fact",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "announced",
                "released",
                "suspended",
                "resumed",
                "withdrawn",
                name="version_change",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("forecast", sa.String(), nullable=True),
        sa.Column("ends_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(change = 'released') = (forecast IS NOT NULL)", name=op.f("ck_version_fact_release_names_its_forecast")
        ),
        sa.CheckConstraint(
            "(change = 'resumed') = (ends_id IS NOT NULL)", name=op.f("ck_version_fact_resumption_names_its_suspension")
        ),
        sa.ForeignKeyConstraint(["ends_id"], ["version_fact.id"], name=op.f("fk_version_fact_ends_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_version_fact_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_version_fact_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_fact")),
        sa.UniqueConstraint("ends_id", name=op.f("uq_version_fact_ends_id")),
    )
    op.create_index(op.f("ix_version_fact_version_id"), "version_fact", ["version_id"])
    op.create_table(
        "assessment_signature",
        sa.Column("assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("author_id <> recorded_by_id", name=op.f("ck_assessment_signature_by_a_second_person")),
        sa.ForeignKeyConstraint(
            ["assessment_id", "author_id"],
            ["impact_assessment.id", "impact_assessment.recorded_by_id"],
            name="fk_assessment_signature_author",
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_assessment_signature_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_signature")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_assessment_signature_assessment_id")),
    )
    op.create_table(
        "award",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "full", "renewal", "delta", name="award_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("base_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("requirement_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("attempts_from", base.Instant(timezone=True), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_key", sa.String(), nullable=False),
        sa.Column("holder_name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(kind = 'delta') = (base_id IS NOT NULL)", name=op.f("ck_award_delta_names_its_base")),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_award_not_to_oneself")),
        sa.ForeignKeyConstraint(["base_id"], ["award.id"], name=op.f("fk_award_base_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_award_officer_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["tool_policy.id"], name=op.f("fk_award_policy_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_award_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["requirement_set_id"], ["requirement_set.id"], name=op.f("fk_award_requirement_set_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_award_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("code", name=op.f("uq_award_code")),
        sa.UniqueConstraint(
            "officer_id",
            "version_id",
            "kind",
            "evidence_key",
            name=op.f("uq_award_officer_id_version_id_kind_evidence_key"),
        ),
    )
    op.create_index(op.f("ix_award_officer_id"), "award", ["officer_id"])
    op.create_index(op.f("ix_award_version_id"), "award", ["version_id"])
    op.create_table(
        "familiarisation",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["impact_assessment.id"], name=op.f("fk_familiarisation_assessment_id")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_familiarisation_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_familiarisation_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_familiarisation")),
        sa.UniqueConstraint("officer_id", "assessment_id", name=op.f("uq_familiarisation_officer_id_assessment_id")),
    )
    op.create_index(op.f("ix_familiarisation_officer_id"), "familiarisation", ["officer_id"])
    op.create_table(
        "requirement_set_signature",
        sa.Column("requirement_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("author_id <> recorded_by_id", name=op.f("ck_requirement_set_signature_by_a_second_person")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_requirement_set_signature_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_set_id", "author_id"],
            ["requirement_set.id", "requirement_set.recorded_by_id"],
            name="fk_requirement_set_signature_author",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_set_signature")),
        sa.UniqueConstraint("requirement_set_id", name=op.f("uq_requirement_set_signature_requirement_set_id")),
    )
    op.create_table(
        "award_end",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("revoked", "voided", name="award_end_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_award_end_not_of_oneself")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_end_award_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_award_end_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_award_end_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_end")),
        sa.UniqueConstraint("award_id", "kind", name=op.f("uq_award_end_award_id_kind")),
    )
    op.create_index(op.f("ix_award_end_officer_id"), "award_end", ["officer_id"])
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("award_end")
    op.drop_table("requirement_set_signature")
    op.drop_table("familiarisation")
    op.drop_table("award")
    op.drop_table("assessment_signature")
    op.drop_table("version_fact")
    op.drop_table("submission")
    op.drop_table("seat_review")
    op.drop_table("seat_release")
    op.drop_table("requirement_set")
    op.drop_table("officer_reinstatement")
    op.drop_table("impact_assessment")
    op.drop_table("answer")
    op.drop_table("unit_assignment")
    op.drop_table("tool_version")
    op.drop_table("tool_policy")
    op.drop_table("seat_grant")
    op.drop_table("seat_cap")
    op.drop_table("recorded_decision")
    op.drop_table("officer_suspension")
    op.drop_table("lesson_read")
    op.drop_table("journal_waiting")
    op.drop_table("journal_payload")
    op.drop_table("journal_leaf")
    op.drop_table("gateway_closure")
    op.drop_table("attempt")
    op.drop_table("unit")
    op.drop_table("tool")
    op.drop_table("role_assignment")
    op.drop_table("person_salt")
    op.drop_table("module_revision")
    op.drop_table("kept_post")
    op.drop_table("journal_entry")
    op.drop_table("gateway")
    op.drop_table("evaluation")
    op.drop_table("credential")
    op.drop_table("checkpoint")
    op.drop_table("browser_session")
    op.drop_table("account_fact")
    op.drop_table("tree_head")
    op.drop_table("sign_in_attempt")
    op.drop_table("person")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
