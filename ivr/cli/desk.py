"""`ivr desk`: the web desk of agents and supervisors."""

from __future__ import annotations

import logging
import signal

import click

from account_core import AccountError
from ivr.cli import Mend
from ivr.cli.hindrance import of_accounts
from ivr.core import open_core
from ivr.prompts.catalogue import BadCatalogue
from ivr.settings import load


@click.command()
def desk() -> None:
    """Serve the web desk (docs/desk.md) until SIGTERM."""
    from ivr.desk.serve import serve
    from ivr.messaging.serve import listen

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(process)d %(message)s")
    settings = load()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises again, at its end, the signal that ended it
    try:
        core = open_core(settings)
        serve(settings, core, listen(settings.desk_host, settings.desk_port))
        core.database.close()
    except OSError as error:
        where = f"{settings.desk_host}:{settings.desk_port}"
        raise Mend(f"IVR_DESK_PORT: cannot listen on {where}: {error.strerror}") from None
    except AccountError as error:
        raise of_accounts(error) from None
    except BadCatalogue as bad:
        raise Mend(str(bad)) from None
