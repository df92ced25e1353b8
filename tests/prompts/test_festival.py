"""The voices speak through pyttsx3, many texts at a time, and a text is never a program."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyttsx3.engine import Engine

from ivr.spoken import Fragment
from ivr.voice import festival
from ivr.voice.plan import Spoken
from ivr.voice.sound import telephone
from ivr.voice.synthesis import VoiceFailed, speak
from ivr.voice.voices import Voice, spelled

pytestmark = pytest.mark.usefixtures("voices")


def seconds(file: Path) -> float:
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()


def said(
    tmp_path: Path, *texts: str, voice: str = "msu_ru_nsh_clunits"
) -> tuple[list[Path], list[BaseException]]:
    """The files of what was spoken, and what pyttsx3 tells of the rest."""
    engine, faults = Engine(festival.NAME), list[BaseException]()
    engine.connect("error", lambda exception, **_: faults.append(exception))
    engine.setProperty("voice", voice)
    files = [tmp_path / f"{number}.wav" for number in range(len(texts))]
    for text, file in zip(texts, files, strict=True):
        engine.save_to_file(text, str(file))
    engine.runAndWait()
    return [file for file in files if file.exists()], faults


def test_many_texts_are_spoken_at_once(tmp_path: Path) -> None:
    files, faults = said(tmp_path, "Один.", "Двадцать два рубля тридцать три копейки.")
    assert not faults
    assert 0.2 < seconds(files[0]) < 1 < seconds(files[1]) < 4


def test_what_is_around_brackets_is_not_kept(tmp_path: Path) -> None:
    files, _ = said(
        tmp_path, "На счёте ровно [двести] тридцать рублей.", "На счёте ровно двести тридцать рублей."
    )
    part, whole = map(seconds, files)
    assert 0.2 < part < 0.8 < whole - part


def test_both_voices_speak(tmp_path: Path, voices: Mapping[str, Voice]) -> None:
    for language, text in (("ru", "Здравствуйте."), ("en", "Good morning.")):
        (file,), _ = said(tmp_path, text, voice=voices[language].name)
        assert len(telephone(file)) > 4000


@pytest.mark.parametrize(
    "text",
    [
        '") (system "touch pwned") ("',
        "(exit 3)",
        "`touch pwned` $(touch pwned) ; touch pwned",
        'один\\ два\\" три\nчетыре\0пять',
        "../../../etc/passwd ~ * ? %s %d %n",
    ],
)
def test_a_hostile_text_is_only_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    files, _ = said(tmp_path, text, "Да.")
    assert files[-1].name == "1.wav", "the next text is spoken all the same"
    assert {file.name for file in tmp_path.iterdir()} <= {"0.wav", "1.wav"}


def test_a_text_without_words_is_told_and_the_others_are_spoken(tmp_path: Path) -> None:
    files, faults = said(tmp_path, "...", "Да.")
    assert [file.name for file in files] == ["1.wav"]
    assert [str(fault) for fault in faults] == ["no sound of '...'"]


def test_an_unknown_voice_is_refused(tmp_path: Path) -> None:
    _, faults = said(tmp_path, "Да.", voice="nobody) (exit")
    assert isinstance(faults[0], KeyError)


def test_what_cannot_be_spoken_is_told_and_the_rest_is_spoken(voices: Mapping[str, Voice]) -> None:
    no_words, words = Spoken(voices["ru"], "..."), Spoken(voices["ru"], "Да.")
    spoken: list[Spoken] = []
    assert speak([no_words, words], lambda order, file: spoken.append(order)) == [no_words]
    assert spoken == [words]


def test_a_fault_of_the_listener_fails_the_build(voices: Mapping[str, Voice]) -> None:
    def finish(order: Spoken, file: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(VoiceFailed, match="disk full"):
        speak([Spoken(voices["ru"], "Да.")], finish)


def test_a_festival_that_dies_is_told(monkeypatch: pytest.MonkeyPatch, voices: Mapping[str, Voice]) -> None:
    monkeypatch.setattr(festival, "_command", ("false",))
    with pytest.raises(festival.FestivalFailed, match="ended with 1"):
        speak([Spoken(voices["ru"], "Да.")], lambda order, file: None)


def test_a_festival_that_hangs_is_given_up(
    monkeypatch: pytest.MonkeyPatch, voices: Mapping[str, Voice]
) -> None:
    monkeypatch.setattr(festival, "_command", ("sh", "-c", "exec sleep 60"))
    monkeypatch.setattr(festival, "STUCK_S", 0.2)
    with pytest.raises(festival.FestivalFailed, match="ended with -9"):
        speak([Spoken(voices["ru"], "Да.")], lambda order, file: None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Здравствуйте!", "Здравствуйте."),
        ("Новый пароль — два.", "Новый пароль, два."),
        ("На счёте", "[На счёте] тридцать рублей."),
        ("Ваш тариф —", "[Ваш тариф], тридцать копеек."),
        ("двести", "На счёте ровно [двести] тридцать рублей."),
        ("два рубля,", "На счёте ровно [два рубля], тридцать копеек."),
        ("сорок копеек.", "На счёте ровно [сорок копеек]."),
        ("двадцать две тысячи", "На счёте ровно [двадцать дв+э тысячи] тридцать рублей."),
        ("по СМС.", "На счёте ровно [по эс эм эс]."),
        ('Тариф [ру] (100%) "М+" {х}.', "Тариф ру 100 М х."),
        ("Зам+ок.", "Зам+ок."),
        ("Ωμέγα 語 Плюс.", "Плюс."),
    ],
)
def test_a_fragment_is_spoken_in_its_place_of_a_sentence(
    voices: Mapping[str, Voice], text: str, told: str
) -> None:
    assert (
        spelled(
            Fragment("ru", text), voices["ru"], {"смс": "эс эм эс", "две": "двэ", "две тысячи": "дв+э тысячи"}
        )
        == told
    )
