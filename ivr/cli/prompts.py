"""`ivr prompts`: make, check and hear what the line says."""

from __future__ import annotations

import wave
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import click

import ivr.flows
from account_core import AccountError, open_database, tariff_names
from ivr.cli import Mend
from ivr.cli.progress import Shown
from ivr.dialogue import Choice, confirming
from ivr.prompts import BadCatalogue, Entry, MissingSound, Prompts, Sounds, UnknownPrompt, check
from ivr.prompts.index import Index, sounds_folder
from ivr.prompts.joining import BYTES_A_SECOND
from ivr.settings import Settings, load
from ivr.speech import check as spoken
from ivr.speech.model import layout
from ivr.spoken import LANGUAGES, BadValue, read


@click.group()
def prompts() -> None:
    """What the line says: texts in prompts/*.yaml, sounds made of them."""


@prompts.command()
@click.option(
    "--tariff", "tariffs", multiple=True, help="A name of a tariff to speak, beside those in the database."
)
def build(tariffs: tuple[str, ...]) -> None:
    """Make the sounds that are missing. A line that runs takes them over at `kill -HUP`."""
    # the synthesiser and numpy are not needed by the other commands
    from ivr.voice.build import Job
    from ivr.voice.build import build as build_sounds
    from ivr.voice.plan import speakable
    from ivr.voice.provide import voices
    from ivr.voice.sound import BadSound
    from ivr.voice.synthesis import VoiceFailed

    settings = load()
    known = _tariffs(settings)
    job = Job(
        prompts=settings.home / "prompts",
        var=settings.var,
        tariffs=speakable((*tariffs, *(known or ()))),
        voices=voices,
        keep=known is None,
    )
    with Shown("Sounds") as shown:
        try:
            built = build_sounds(job, shown)
        except (BadCatalogue, BadSound, BadValue, MissingSound, UnknownPrompt, VoiceFailed) as fault:
            raise Mend(str(fault)) from None
    click.echo(f"Sounds: {built.made} made, {built.there} there already, {built.removed} removed")


@prompts.command("check")
@click.option("--texts-only", is_flag=True, help="Leave out the sounds: nothing has to be built.")
def check_all(texts_only: bool) -> None:
    """Find what is missing, what differs between the languages, and what takes too long to listen to."""
    settings = load()
    catalogue = catalogue_of(settings)
    problems = check.texts(catalogue) + check.recordings(catalogue, settings.home / "prompts")
    if not texts_only:
        try:
            problems += check.lengths(catalogue, _sounds(catalogue, settings))
        except MissingSound as missing:
            problems.append(check.Problem("*", "*", str(missing)))
    models = {"ru": str(settings.speech_model), "en": settings.speech_model_en}
    for language in (language for language in catalogue.languages if models[language]):
        problems += spoken.unanswerable(catalogue, _choices(), language)
        try:
            problems += spoken.unheard(catalogue, {*layout.vocabulary(Path(models[language]))}, language)
        except OSError as fault:
            problems.append(check.Problem(language, "*", f"{fault.filename}: {fault.strerror}"))
        except ValueError as fault:
            problems.append(check.Problem(language, "*", f"{models[language]}: {fault}"))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise SystemExit(1)
    click.echo(
        f"{len({entry.key for entry in catalogue})} prompts in {', '.join(catalogue.languages)}: all is well"
    )


def _choices() -> list[Choice]:
    """Every menu of the flows, and those that the dialogue itself puts."""
    modules = [confirming, *(import_module(f.name) for f in walk_packages(ivr.flows.__path__, "ivr.flows."))]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Choice)]


@prompts.command("list")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ru", show_default=True)
def list_all(language: str) -> None:
    """Print every prompt with its text."""
    catalogue = catalogue_of(load())
    for entry in catalogue:
        if entry.language == language:
            click.echo(f"{entry.key}\n    {entry.source}")


@prompts.command()
@click.argument("key")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ru", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A WAV file."
)
def render(key: str, values: tuple[str, ...], language: str, output: Path) -> None:
    """Write what a caller hears of the prompt KEY, say of balance/amount amount=121,02."""
    from ivr.voice.alaw import decode

    settings = load()
    catalogue = catalogue_of(settings)
    try:
        entry = catalogue.entry(key, language)
        typed = _typed(entry, values)
        heard = _sounds(catalogue, settings).heard(key, typed, language)
    except (UnknownPrompt, BadValue, MissingSound) as fault:
        raise Mend(str(fault)) from None
    try:
        with output.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setparams((1, 2, BYTES_A_SECOND, 0, "NONE", ""))
            file.writeframes(decode(heard).tobytes())
    except OSError as fault:
        raise Mend(f"{output}: {fault.strerror}") from None
    click.echo(catalogue.text(key, language, **typed))


def _typed(entry: Entry, values: tuple[str, ...]) -> dict[str, object]:
    typed: dict[str, object] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or name not in entry.slots:
            wanted = " ".join(f"{slot}=…" for slot in entry.slots) or "no values"
            raise Mend(f"{value!r}: {entry.key} takes {wanted}")
        typed[name] = read(entry.slots[name].kind, text)
    return typed


def catalogue_of(settings: Settings) -> Prompts:
    try:
        return Prompts.load(settings.home / "prompts")
    except BadCatalogue as fault:
        raise Mend(str(fault)) from None


def _sounds(catalogue: Prompts, settings: Settings) -> Sounds:
    folders = {language: sounds_folder(settings.var, language) for language in LANGUAGES}
    return Sounds(catalogue, folders, {language: Index.read(folder) for language, folder in folders.items()})


def _tariffs(settings: Settings) -> list[str] | None:
    """The names in the database; None without a database: the line says those that it could say before."""
    try:
        database = open_database(settings.url())
        names = tariff_names(database)
        database.close()
    except AccountError as fault:
        click.echo(f"New names of tariffs are not spoken: {fault}", err=True)
        return None
    return names
