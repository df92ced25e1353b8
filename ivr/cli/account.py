"""`ivr account`: the personal account as its holder uses it. No password is ever an argument."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from account_core import (
    AccountError,
    BadPassword,
    MustChange,
    PassportNeeded,
    ResetRefused,
    SignedIn,
    SignInRefused,
    Visit,
)
from ivr.cli import Mend
from ivr.cli.hidden import new_secret, secret
from ivr.core import Core, open_core
from ivr.settings import load

TRIES = 3
"""Times that a new password may be refused."""
T = TypeVar("T")


@click.group()
def account() -> None:
    """The personal account: sign in, change or reset the password."""


@account.command("sign-in")
@click.argument("login")
def sign_in(login: str) -> None:
    """Sign in with a contract number or a mobile; after a temporary password a permanent one is asked for."""
    with _core() as core:
        visit = _visit()
        found = core.door.sign_in(login, secret("Password"), visit)
        if isinstance(found, MustChange):
            change = found
            click.echo("This password was temporary and is used up. Choose a permanent one.", err=True)
            found = _until_good(lambda new: core.door.set_password(change, new, visit))
        _welcome(found)


@account.command("change-password")
@click.argument("login")
def change_password(login: str) -> None:
    """Set a new password for whoever knows the present one, permanent or temporary."""
    with _core() as core:
        old, visit = secret("Password"), _visit()
        _welcome(_until_good(lambda new: core.door.change_password(login, old, new, visit)))


@account.command()
@click.argument("contract")
@click.option("--from", "caller", help="The number that the request comes from, as if it was a call.")
@click.option("--yes", is_flag=True, help="Send without asking.")
def reset(contract: str, caller: str | None, yes: bool) -> None:
    """Send a new password to the mobile on file, for who calls from it or knows the passport digits."""
    with _core() as core:
        case = core.resets.begin(contract, _visit(caller))
        if isinstance(case, PassportNeeded):
            case = core.resets.verify(case, secret("Last four digits of the passport"))
        where = f"the number that ends in {case.ending[:2]} {case.ending[2:]}"
        if not yes and not click.confirm(f"Send a new password to {where}?"):
            return
        promise = core.resets.confirm(case)
        until = f"{promise.valid_until.astimezone():%Y-%m-%d %H:%M}"
        click.echo(f"A new password is on its way to {where}. It is valid until {until} and serves once.")


def _until_good(set_password: Callable[[str], T]) -> T:
    for tries_left in reversed(range(TRIES)):
        try:
            return set_password(new_secret("New password"))
        except BadPassword as bad:
            if not tries_left:
                raise
            click.echo(f"{bad}.", err=True)
    raise AssertionError("the last try returns or raises")


def _welcome(signed_in: SignedIn) -> None:
    click.echo(f"signed in to contract {signed_in.contract}")


def _visit(caller: str | None = None) -> Visit:
    from ivr.main import e164  # the whole line comes with it

    number = e164(caller, load().home_region) if caller else None
    if caller and not number:
        raise Mend("--from: not a telephone number")
    return Visit("terminal", f"terminal-{secrets.token_hex(8)}", number)


@contextmanager
def _core() -> Iterator[Core]:
    """The use cases. What they refuse is one line and exit code 1; bad input and a broken house are 2."""
    try:
        core = open_core(load())
        try:
            yield core
        finally:
            core.database.close()
    except (SignInRefused, ResetRefused) as refusal:
        raise click.ClickException(_in_words(refusal)) from None
    except AccountError as error:
        raise Mend(str(error)) from None


def _in_words(refusal: AccountError) -> str:
    text = str(refusal)
    return text[:1].upper() + text[1:] + "."
