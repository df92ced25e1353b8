"""Alembic's entry: runs the revisions on the connection, and in the transaction, of `account_core.schema`."""

from alembic import context

from account_core.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
