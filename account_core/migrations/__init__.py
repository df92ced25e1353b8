"""The history of the schema, run by `account_core.schema`."""

HEAD = "0006"
"""The revision that this program needs."""
