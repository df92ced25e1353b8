"""What an operator of the line tells every caller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.announcements import IN_USE_S, Announcement, Announcements
from ivr.cli import main
from ivr.prompts import SoundBank
from ivr.settings import HOME
from ivr.voice import once
from ivr.voice.voices import Voice
from tests.prompts.small import RUSSIAN, catalogue, fill

OUTAGE = "В Москве нет связи. Мы её чиним."


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_VAR", str(tmp_path))
    return tmp_path


def ivr(*words: str) -> Result:
    return CliRunner().invoke(main, ["announce", *words])


def test_what_is_announced_lasts_until_it_is_taken_back(var: Path) -> None:
    told = Announcements(var)
    told.announce(Announcement(OUTAGE), "ru", b"voice")
    assert (Announcements(var).now("ru"), told.now("en")) == (OUTAGE, None)
    assert ivr("--off").output == "Taken back: ru\n"
    assert told.now("ru") is None


def test_what_is_announced_until_an_hour_is_over_then(var: Path) -> None:
    until = dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC)
    now = until.timestamp() - 1
    told = Announcements(var, lambda: now)
    told.announce(Announcement(OUTAGE, until), "ru", b"voice")
    assert told.now("ru") == OUTAGE
    now += 1
    assert told.now("ru") is None


def test_who_hears_an_announcement_hears_it_to_its_end_though_there_is_a_new_one(var: Path) -> None:
    now = 0.0
    told = Announcements(var, lambda: now)
    told.announce(Announcement(OUTAGE), "ru", b"voice")
    heard = Path(f"{told.sound(OUTAGE, 'ru')}.alaw")
    now = heard.stat().st_mtime + IN_USE_S - 1
    told.announce(Announcement("Связь есть."), "ru", b"other voice")
    assert heard.read_bytes() == b"voice"
    now += 2
    told.announce(Announcement("Всё хорошо."), "ru", b"third voice")
    assert not heard.exists()


def test_a_file_that_somebody_has_spoiled_announces_nothing(var: Path) -> None:
    Announcements(var).announce(Announcement(OUTAGE), "ru", b"voice")
    (var / "announcements" / "ru.json").write_text("{")
    assert Announcements(var).now("ru") is None


def test_a_prompt_that_has_no_sound_is_a_moment_of_silence_and_no_fault(var: Path) -> None:
    prompts = catalogue(var / "prompts", RUSSIAN + "announcement: {text: '{text:told}', optional: true}\n")
    fill(prompts, var)
    told = Announcements(var)
    bank = SoundBank(prompts, var, told=told.sound)
    silence = Path(bank.sound("announcement", {"text": OUTAGE}, "ru") + ".alaw").read_bytes()
    told.announce(Announcement(OUTAGE), "ru", b"voice")
    voice = Path(bank.sound("announcement", {"text": OUTAGE}, "ru") + ".alaw").read_bytes()
    assert (len(silence) < 1000, voice) == (True, b"voice")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["Нет связи №5"], "write numbers in words"),
        (["Нет связи №"], "cannot say '№'"),
        (["--language", "en", "Нет связи"], "the voice of 'en' cannot say 'Н'"),
        (["Нет {связи}"], "cannot say '{'"),
        (["Нет связи. " * 40], "too long: 440 characters; 400 at most"),
        ([" "], "nothing to say"),
        (["Нет связи", "--until", "25:00"], "no time such as 18:00"),
        (["Нет связи", "--until", "2020-01-01 10:00"], "over already"),
        (["Нет связи", "--off"], "goes with no text"),
    ],
)
def test_what_cannot_be_announced_is_told_in_one_line(var: Path, words: list[str], complaint: str) -> None:
    refused = ivr(*words)
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert complaint in refused.output
    assert Announcements(var).now("ru") is None


def test_the_voice_says_what_it_is_told(voices: Mapping[str, Voice]) -> None:
    said = once.spoken("в Москве нет связи", "ru", HOME / "prompts", lambda: voices)
    assert 1 < len(said) / 8000 < 4


def test_letters_that_the_voice_makes_nothing_of_are_told(voices: Mapping[str, Voice]) -> None:
    with pytest.raises(once.CannotSay, match="cannot say"):
        once.spoken("Ъ", "ru", HOME / "prompts", lambda: voices)
