"""Run by Alembic for every migration, on the connection that `training_app.migrate` hands over."""

from alembic import context

from training_app.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_server_default=True,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="base.",
    transaction_per_migration=False,
)
context.run_migrations()
