"""`ivr recognise`: what the line would hear in a recording, as JSON; a bad file is one line and exit code 2."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ivr.cli import main
from tests.speech.people import Samples, say, silence


def wav(file: Path, samples: Samples, rate: int = 8000, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(file), "wb") as sound:
        sound.setparams((channels, width, rate, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return file


def recognised(*words: object) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["recognise", *map(str, words)])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def test_text_readings_confidences_and_the_decision_are_told(tmp_path: Path) -> None:
    told = recognised(wav(tmp_path / "n.wav", say("семь семь ноль один два три четыре пять шесть семь восемь")))
    assert told["question"] == "number:11:ru"
    assert 0.4 < told["onset_s"] < 1.0 < told["ended_s"]
    assert all(0 <= word["confidence"] <= 1 for word in told["words"])
    assert told["text"].split() == [word["word"] for word in told["words"]]
    assert sum(one["share"] for one in told["alternatives"]) <= 1.01
    assert all(len(one["digits"]) == 11 for one in told["readings"])
    assert set(told["decision"]) == {"answer", "certainty"}


def test_the_same_recording_is_heard_the_same_every_time(tmp_path: Path) -> None:
    file = wav(tmp_path / "n.wav", say("семь три восемь"))
    assert recognised(file) == recognised(file)


def test_stereo_and_other_rates_are_taken(tmp_path: Path) -> None:
    mono = say("нет")
    stereo = np.repeat(np.repeat(mono, 2), 2)
    told = recognised(wav(tmp_path / "s.wav", stereo, rate=16000, channels=2), "--question", "main-menu")
    assert told["question"] == "answers:main-menu:ru"
    assert told["onset_s"]


def test_in_silence_nothing_is_heard(tmp_path: Path) -> None:
    told = recognised(wav(tmp_path / "s.wav", silence(2)))
    assert (told["onset_s"], told["text"], told["readings"]) == (None, "", [])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.wav", b"hello", "not a PCM WAV file"),
        ("empty.wav", b"", "not a PCM WAV file"),
        ("absent.wav", None, "No such file or directory"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(main, ["recognise", str(tmp_path / name)])
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert said in done.output


def test_bytes_of_another_width_nothing_and_other_questions_are_told(tmp_path: Path) -> None:
    narrow = wav(tmp_path / "8.wav", np.zeros(800, np.int8), width=1)
    empty = wav(tmp_path / "e.wav", np.zeros(0, np.int16))
    good = wav(tmp_path / "g.wav", silence(1))
    for words, said in [
        ([narrow], "not 8 bits"),
        ([empty], "there is nothing in it"),
        ([good, "--question", "no-such"], "no-such"),
        ([good, "--question", 'a"b'], "no grammar"),
        ([good, "--language", "en"], "no speech model for en"),
    ]:
        done = CliRunner().invoke(main, ["recognise", *map(str, words)])
        assert (done.exit_code, said in done.output) == (2, True), done.output
