"""The gateways of this instance, as its settings choose them."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path

from pydantic import SecretStr

from account_core import Channel, Gateway, KeptGateway
from ivr.cli import Mend
from ivr.messaging.kannel import KannelGateway
from ivr.messaging.mail import MailServer, SmtpGateway
from ivr.messaging.reports import Reports
from ivr.private_files import kept_secret
from ivr.settings import Settings

SHORTEST_SECRET = 32
"""Characters of what gateways show us."""
SHORTEST_PASSWORD = 8
"""Characters of the password that Kannel knows us by."""


def gateways(settings: Settings) -> dict[Channel, Gateway]:
    """What carries each kind of message. Raises `Mend` for settings that do not go together."""
    return {Channel.SMS: _sms(settings), Channel.EMAIL: _mail(settings)}


def reports(settings: Settings) -> Reports:
    """The addresses of delivery reports."""
    return Reports(endpoint(settings), gateway_secret(settings))


def endpoint(settings: Settings) -> str:
    """Where gateways reach us: the address without a path."""
    host = f"[{settings.gateway_host}]" if ":" in settings.gateway_host else settings.gateway_host
    return settings.gateway_url or f"http://{host}:{settings.gateway_port}"


def gateway_secret(settings: Settings) -> str:
    """What gateways show us. Raises `Mend`."""
    file = settings.var / "gateway.secret"
    return _secret(settings.gateway_secret, file, "IVR_GATEWAY_SECRET", SHORTEST_SECRET)


def kannel_password(settings: Settings) -> str:
    """What we show Kannel. Raises `Mend`."""
    file = settings.var / "kannel.password"
    return _secret(settings.kannel_password, file, "IVR_KANNEL_PASSWORD", SHORTEST_PASSWORD)


def _sms(settings: Settings) -> Gateway:
    if settings.sms_gateway == "kept":
        return KeptGateway()
    return KannelGateway(
        str(settings.kannel_url),
        settings.kannel_user,
        kannel_password(settings),
        settings.sms_number,
        reports(settings).url,
    )


def _mail(settings: Settings) -> Gateway:
    if not settings.smtp_host:
        return KeptGateway()
    try:
        Address(addr_spec=settings.smtp_from)
    except (ValueError, IndexError, MessageError):
        raise Mend("IVR_SMTP_FROM: a mail server needs an address that mail comes from") from None
    return SmtpGateway(
        MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_from,
            settings.smtp_user,
            settings.smtp_password.get_secret_value(),
            settings.smtp_starttls,
        )
    )


def _secret(given: SecretStr, file: Path, setting: str, shortest: int) -> str:
    """`given`, or what `file` keeps. It stands in Kannel's configuration and in addresses there."""
    secret = given.get_secret_value() or kept_secret(file)
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{{shortest},128}}", secret):
        raise Mend(f"{setting}: {shortest} to 128 letters, digits, - and _")
    return secret
