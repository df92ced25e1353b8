"""`ivr announce`: tell every caller something, such as an outage, until it is taken back."""

from __future__ import annotations

import datetime as dt

import click

from ivr.announcements import Announcement, Announcements
from ivr.cli import Mend
from ivr.core import hours_of
from ivr.settings import Settings, load
from ivr.spoken import LANGUAGES


@click.command()
@click.argument("text", required=False)
@click.option("--off", is_flag=True, help="Take it back.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Of TEXT; IVR_LANGUAGE if not given.")
@click.option("--until", metavar="TIME", help="18:00, or 2026-12-31 18:00: take it back then.")
def announce(text: str | None, off: bool, language: str | None, until: str | None) -> None:
    """Say TEXT to every caller from now on, right after the welcome; without TEXT, show what is announced.

    The line need not be told or started anew.
    """
    settings = load()
    announcements = Announcements(settings.var)
    if off and (text or until):
        raise Mend("--off takes back what is announced: it goes with no text and no time")
    if off:
        return _take_back(announcements, [language] if language else list(LANGUAGES))
    if text is None:
        return _show(announcements)
    spoken_in = language or settings.language
    ends = _moment(until, settings) if until else None
    announcements.announce(Announcement(text, ends), spoken_in, _spoken(text, spoken_in, settings))
    return click.echo(f"Announced ({spoken_in}){f' until {ends:%Y-%m-%d %H:%M}' if ends else ''}: {text}")


def _take_back(announcements: Announcements, languages: list[str]) -> None:
    taken = [language for language in languages if announcements.take_back(language)]
    click.echo(f"Taken back: {', '.join(taken)}" if taken else "Nothing was announced")


def _show(announcements: Announcements) -> None:
    told = {language: words for language in LANGUAGES if (words := announcements.now(language))}
    for language, words in told.items():
        click.echo(f"{language}: {words}")
    if not told:
        click.echo("Nothing is announced")


def _spoken(text: str, language: str, settings: Settings) -> bytes:
    # the synthesiser and numpy are not needed to take something back
    from ivr.voice.once import CannotSay, spoken
    from ivr.voice.provide import voices
    from ivr.voice.synthesis import VoiceFailed

    try:
        return spoken(text, language, settings.home / "prompts", voices)
    except (CannotSay, VoiceFailed) as fault:
        raise Mend(str(fault)) from None


def _moment(text: str, settings: Settings) -> dt.datetime:
    """The moment that `text` tells; an hour alone is the next one. Raises `Mend`."""
    zone = hours_of(settings).zone
    now = dt.datetime.now(zone)
    try:
        if len(text) > 5:
            moment = dt.datetime.fromisoformat(text).replace(tzinfo=zone)
        else:
            moment = dt.datetime.combine(now.date(), dt.time.fromisoformat(text), zone)
            moment += dt.timedelta(days=moment <= now)
    except ValueError:
        raise Mend(f"{text!r} is no time such as 18:00 or 2026-12-31 18:00") from None
    if moment <= now:
        raise Mend(f"{text} is over already")
    return moment
