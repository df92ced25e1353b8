"""`ivr model`: does a speech model fit, which words does it know, and how a better one is made."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import click

from ivr.cli import Mend
from ivr.prompts import BadCatalogue, Prompts
from ivr.settings import load
from ivr.speech import numerals
from ivr.speech.model import bundled
from ivr.speech.model.check import check_model

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def model() -> None:
    """The speech model: check it, add words to it, train it on more recordings."""


@model.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--language", default="ru", show_default=True, help="Whose questions it has to understand.")
def check(folder: Path | None, language: str) -> None:
    """Tell whether a model in Vosk's layout fits the line; without FOLDER, the one that comes with it.

    Exit code 0: it fits. 1: it does not. 2: the question cannot be answered.
    """
    folder = folder or _bundled(language)
    findings = []
    for finding in check_model(folder, _words_of_questions(language)):
        click.echo(f"{'  ok' if finding.good else 'BAD '}  {finding.what}")
        findings.append(finding)
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


@model.command()
@click.argument("folder", type=FOLDER)
@click.option("--words", type=FILE, help="The vocabulary; without it, that of the bundled model.")
def rebuild(folder: Path, words: Path | None) -> None:
    """Write the words of a model anew, after a line was added to its vocabulary. No training is needed."""
    from ivr.speech.training.graph import write_graph

    if not (folder / "am" / "final.mdl").is_file():
        raise Mend(f"{folder} has no am/final.mdl: it is no model")
    lexicon = _lexicon(words)
    write_graph(folder, lexicon)
    click.echo(f"{folder} knows {len(lexicon)} words")


@model.command()
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option(
    "--count", type=click.IntRange(1, 100_000), default=3000, show_default=True, help="Texts a voice."
)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same texts.")
@click.option("--rhvoice", type=FOLDER, help="Folder of RHVoice, as `make speakers` lays it.")
@click.option("--engine", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--voice", multiple=True, help="Only this speaker of RHVoice; elena and talgat are kept to test with."
)
def speak(
    out: Path, count: int, seed: int, rhvoice: Path | None, engine: tuple[str, ...], voice: tuple[str, ...]
) -> None:
    """Have the synthetic voices that are installed say what callers say, into a folder for training."""
    _needs_training_parts()
    from ivr.speech.training import corpus, other_words, synthesis, texts
    from ivr.speech.training.rhvoice import KEPT, VOICES, RHVoice

    rng, lexicon = random.Random(seed), _lexicon(None)  # noqa: S311 - chance, not secrecy
    if not other_words.HUNSPELL.is_file():
        raise Mend("words outside the vocabulary are missing: apt-get install hunspell-ru")
    others = other_words.choose(random.Random(5), 6000, lexicon)  # noqa: S311
    if strange := {*voice} - {*VOICES, *KEPT}:
        raise Mend(f"no speaker is called {', '.join(sorted(strange))}: {', '.join((*VOICES, *KEPT))}")
    engines = [] if voice else synthesis.ENGINES
    known = [*engines, *([RHVoice(rhvoice, voice or VOICES)] if rhvoice else [])]
    if rhvoice and not known[-1].available():
        raise Mend(f"RHVoice cannot speak from {rhvoice}: make speakers")
    speakers = [one for one in known if one.available() and (not engine or one.name in engine)]
    if not speakers:
        raise Mend("no such voice is installed: apt-get install espeak-ng festival festvox-ru; make speakers")
    if not (sentences := other_words.sentences()):
        raise Mend("sentences for strange speech are missing: apt-get install fortunes-ru")
    for speaker in speakers:
        said = speaker.say([texts.make_text(rng, list(lexicon), others, sentences) for _ in range(count)], rng)
        hours = corpus.write_corpus(out, f"{speaker.name}-{seed}", (one for one in said if one))
        click.echo(f"{speaker.name}: {hours:.1f} h")


@model.command("vary")
@click.argument("folder", type=FOLDER)
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--seed", default=1, show_default=True)
def vary(folder: Path, out: Path, seed: int) -> None:
    """Say a folder's recordings again with other throats: pitch, formants, breath and pace change apart."""
    _needs_training_parts()
    import numpy as np

    from ivr.speech.training import corpus, revoice

    rng = np.random.default_rng(seed)
    try:
        said = corpus.read_corpus(folder)
    except (OSError, ValueError) as wrong:
        raise Mend(str(wrong)) from None
    long_enough = (one for one in said if len(one.sound) > corpus.RATE // 5)
    hours = corpus.write_corpus(out, f"varied-{seed}", (revoice.revoice(one, rng) for one in long_enough))
    click.echo(f"{hours:.1f} h")


@model.command()
@click.option(
    "--recordings", type=FOLDER, multiple=True, required=True, help="A folder of them; may be repeated."
)
@click.option("--manifest", type=FILE, multiple=True, help="Its manifest, when it is not its manifest.tsv.")
@click.option("--weight", type=float, multiple=True, help="How often it is drawn; without it, all alike.")
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--start", type=FOLDER, help="Model to go on from; without it, the bundled one.")
@click.option("--from-nothing", is_flag=True, help="Begin with random weights.")
@click.option("--minutes", type=click.FloatRange(min=0.1), default=60.0, show_default=True)
@click.option("--rate", type=float, default=1e-3, show_default=True, help="Highest learning rate.")
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True)
@click.option("--seed", default=1, show_default=True)
def train(
    recordings: tuple[Path, ...], manifest: tuple[Path, ...], weight: tuple[float, ...], out: Path,
    start: Path | None, from_nothing: bool, minutes: float, rate: float, threads: int, seed: int,
) -> None:  # fmt: skip
    """Train a model on folders of recordings, and write it to OUT every few minutes."""
    _needs_training_parts()
    from ivr.speech.training import corpus
    from ivr.speech.training.batches import Share
    from ivr.speech.training.train import Plan
    from ivr.speech.training.train import train as train_model

    _one_each(recordings, manifest, "--manifest")
    _one_each(recordings, weight, "--weight")
    manifests = manifest or (None,) * len(recordings)
    weights = weight or (1.0,) * len(recordings)
    lexicon, shares = _lexicon(None), []
    for folder, listed, share in zip(recordings, manifests, weights, strict=True):
        try:
            shares.append(Share(corpus.read_corpus(folder, listed), share))
        except (OSError, ValueError) as wrong:
            raise Mend(f"{folder}: {wrong}") from None
        click.echo(f"{folder}: {len(shares[-1].utterances)} sayings")
    begin = None if from_nothing else start or _bundled("ru")
    plan = Plan(out=out, start=begin, minutes=minutes, rate=rate, threads=threads, seed=seed)
    try:
        train_model(plan, shares, lexicon, click.echo)
    except ValueError as wrong:
        raise Mend(str(wrong)) from None


@model.command("blend")
@click.argument("one", type=FOLDER)
@click.argument("other", type=FOLDER)
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--share", type=click.FloatRange(0, 1), default=0.75, show_default=True, help="Of the other.")
def blend(one: Path, other: Path, out: Path, share: float) -> None:
    """The mean of two models of which one was trained on from the other: often better than both."""
    from ivr.speech.training.acoustic import blended, read_acoustic, write_acoustic
    from ivr.speech.training.graph import write_graph

    file = Path("am") / "final.mdl"
    try:
        mean = blended(read_acoustic(one / file), read_acoustic(other / file), share)
    except (OSError, ValueError) as wrong:
        raise Mend(str(wrong)) from None
    write_graph(out, _lexicon(None))
    write_acoustic(out / file, mean)
    click.echo(f"{out}: {share:.0%} of {other}")


def _one_each(folders: Sequence[Path], given: Sequence[object], option: str) -> None:
    if given and len(given) != len(folders):
        raise Mend(f"{option} has to be given as often as --recordings, in the same order")


def _needs_training_parts() -> None:
    """Training needs more than the line has: the extra `train`."""
    try:
        import kaldi_native_fbank  # noqa: F401
        import pyworld  # noqa: F401
        import torch  # noqa: F401
    except ImportError as missing:
        raise Mend(f"{missing.name} is not installed: pip install '.[train]'") from None


def _bundled(language: str) -> Path:
    folder = bundled(language)
    if folder is None:
        raise Mend(f"no model for {language!r} comes with the line: name a folder")
    return folder


def _lexicon(words: Path | None) -> dict[str, tuple[tuple[str, ...], ...]]:
    from ivr.speech.training.lexicon import WORDS_RU, read_lexicon

    try:
        return read_lexicon(words or WORDS_RU)
    except ValueError as wrong:
        raise Mend(str(wrong)) from None


def _words_of_questions(language: str) -> set[str]:
    """Every word that a caller may answer a question with."""
    try:
        prompts = Prompts.load(load().home / "prompts")
    except BadCatalogue as bad:
        raise Mend(str(bad)) from None
    if language not in prompts.languages:
        raise Mend(f"there are no questions in {language!r}, only in {', '.join(prompts.languages)}")
    phrases = {phrase for key in [None, *prompts.keys(language)] for phrase in prompts.phrases(key, language)}
    return {word for phrase in phrases for word in phrase.split()} | (numerals.OF.get(language, frozenset()))
