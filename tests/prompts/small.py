"""A small catalogue with sounds that are told apart by their bytes: nothing has to be spoken for it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ivr.prompts import Prompts
from ivr.prompts.index import SUFFIX, Index, sounds_folder
from ivr.prompts.joining import joined, joined_name
from ivr.prompts.sounds import Sounds
from ivr.spoken import LANGUAGES, Fragment

RUSSIAN = """
hello: Здравствуйте! Вы дозвонились.
menu: Меню. <en>Press nine.</en>
hours: Мы работаем с {opens:hour} до {closes:hour} часов.
balance: На счёте {amount:money}.
tariff: {text: 'Тариф {tariff:tariff}.', optional: true}
"""


def catalogue(folder: Path, russian: str = RUSSIAN) -> Prompts:
    """The catalogue of a Russian file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ru.yaml").write_text(russian, encoding="utf-8")
    return Prompts.load(folder)


def sound_of(fragment: Fragment) -> bytes:
    """What stands for the sound of a fragment: 32 bytes that no other has."""
    return sha256(repr(fragment).encode()).digest()


def fill(prompts: Prompts, var: Path, recorded: dict[str, bytes] | None = None) -> None:
    """Put a sound of everything that the catalogue says into `var`; `recorded` are recordings, in Russian."""
    folders = {language: sounds_folder(var, language) for language in LANGUAGES}
    indexes = {}
    for language, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        sounds = {
            fragment.text: sound_of(fragment) for fragment in wanted(prompts) if fragment.language == language
        }
        recordings = recorded or {} if language == "ru" else {}
        indexes[language] = Index(language, fragments=named(sounds, folder), recorded=named(recordings, folder))
        (folder / Index.FILE).write_bytes(indexes[language].dump())
    made = Sounds(prompts, folders, indexes)
    for entry in prompts:
        if entry.fixed:
            parts = made.parts(entry.key, {}, entry.language)
            (folders[entry.language] / f"{joined_name(parts)}{SUFFIX}").write_bytes(made.joined(parts))


def wanted(prompts: Prompts) -> set[Fragment]:
    return {f for entry in prompts for piece in entry.pieces for f in entry.vocabulary(piece, ("Домашний",))}


def named(sounds: dict[str, bytes], folder: Path) -> dict[str, str]:
    """Write sounds under the names that the answer gives."""
    names = {what: sha256(sound).hexdigest() for what, sound in sounds.items()}
    for what, sound in sounds.items():
        (folder / f"{names[what]}{SUFFIX}").write_bytes(sound)
    return names


def utterance(*parts: tuple[str, str, int]) -> bytes:
    """Fragments, each with its language and the milliseconds after it, as they must be heard."""
    return joined((sound_of(Fragment(language, text)), pause_ms) for language, text, pause_ms in parts)
