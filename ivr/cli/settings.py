"""`ivr settings`: what can be set, what it means, and what is in force."""

from __future__ import annotations

import click
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from ivr.cli.settings_page import page
from ivr.settings import Settings, load


@click.command()
@click.option("--changed", is_flag=True, help="Only those that differ from their default.")
@click.option("--markdown", is_flag=True, help="The page docs/settings.md, whatever is set here.")
def settings(changed: bool, markdown: bool) -> None:
    """Print every setting with its value and meaning, in the form that `ivr.env` takes."""
    if markdown:
        click.echo(page(), nl=False)
        return
    now = load()
    for name, info in Settings.model_fields.items():
        value = getattr(now, name)
        if changed and value == info.default:
            continue
        shown = "(set)" if isinstance(value, SecretStr) and value.get_secret_value() else value
        if name == "database_url":
            shown = _without_password(now.database_url)
        click.echo(f"# {info.description}\nIVR_{name.upper()}={shown}\n")


def _without_password(url: str) -> str:
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # the second for a port that is no number
        return "(set)" if url else ""
    hidden = {name: "***" for name in parts.query if "password" in name}
    return parts.update_query_dict(hidden).render_as_string()
