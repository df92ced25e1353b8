"""A build makes what is missing, keeps what is there, and leaves nothing half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.prompts import MissingSound, SoundBank
from ivr.prompts.index import Index
from ivr.voice import provide
from ivr.voice.build import Built, Job, build
from ivr.voice.sound import BadSound
from ivr.voice.voices import Voice
from tests.prompts.small import catalogue
from tests.prompts.wavs import tone, write

RUSSIAN = """
hello: Здравствуйте! До свидания.
hours: С {opens:hour} до {closes:hour}.
tariff: {text: 'Тариф {tariff:tariff}.', optional: true}
fallback/nobody: Все заняты.
"""


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory, voices: Mapping[str, Voice]) -> tuple[Path, Built]:
    """A folder in which the small catalogue has been built once; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("first")
    catalogue(folder / "prompts", RUSSIAN)
    return folder, build(job_in(folder), lambda done, total: None)


@pytest.fixture
def job(first: tuple[Path, Built], tmp_path: Path) -> Job:
    subprocess.run(["cp", "-a", f"{first[0]}/.", str(tmp_path)], check=True)
    return job_in(tmp_path)


def job_in(folder: Path) -> Job:
    return Job(folder / "prompts", folder / "var", ("Домашний", "Smart"), provide.voices)


def rebuilt(job: Job) -> Built:
    return build(job, lambda done, total: None)


def sounds(job: Job) -> dict[str, bytes]:
    folder = job.var / "sounds"
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def unmade(message: str) -> Callable[[], Mapping[str, Voice]]:
    return lambda: pytest.fail(message)


def test_everything_can_be_said_afterwards(first: tuple[Path, Built], job: Job) -> None:
    assert first[1].made > 50
    bank = SoundBank(catalogue(job.prompts, RUSSIAN), job.var)
    for key, values in (("hello", {}), ("hours", {"opens": 7, "closes": 23}), ("tariff", {"tariff": "Smart"})):
        assert Path(f"{bank.sound(key, values, 'ru')}.alaw").stat().st_size > 4000


def test_a_second_build_makes_nothing_and_asks_for_no_voice(job: Job) -> None:
    before = sounds(job)
    again = rebuilt(replace(job, voices=unmade("a voice was asked for")))
    assert (again.made, again.removed) == (0, 0)
    assert sounds(job) == before


def test_only_a_changed_text_is_made(job: Job) -> None:
    catalogue(job.prompts, RUSSIAN.replace("До свидания", "Пока"))
    assert rebuilt(job).made == 1
    assert SoundBank(catalogue(job.prompts, RUSSIAN.replace("До свидания", "Пока")), job.var)


def test_what_is_unused_stays_for_the_calls_in_progress_and_goes_with_the_next_build(job: Job) -> None:
    old = SoundBank(catalogue(job.prompts, RUSSIAN), job.var)
    catalogue(job.prompts, RUSSIAN.replace("До свидания", "Пока"))
    rebuilt(job)
    assert Path(f"{old.sound('hello', {}, 'ru')}.alaw").exists()
    assert rebuilt(job).removed == 2  # the sentence, and the prompt that it was joined into
    assert not Path(f"{old.sound('hello', {}, 'ru')}.alaw").exists()


def test_a_tariff_that_no_voice_can_say_is_left_out(job: Job, caplog: pytest.LogCaptureFixture) -> None:
    assert rebuilt(replace(job, tariffs=(*job.tariffs, "Ъ.", "Новый"))).made == 1
    assert "can't say 'Ъ.'" in caplog.text
    bank = SoundBank(catalogue(job.prompts, RUSSIAN), job.var)
    assert Path(bank.sound("tariff", {"tariff": "Ъ."}, "ru")).name == "silence"
    assert Path(bank.sound("tariff", {"tariff": "Новый"}, "ru")).name != "silence"


def test_a_sentence_that_no_voice_can_say_fails_the_build(job: Job) -> None:
    catalogue(job.prompts, RUSSIAN + "more: Ъ.\n")
    with pytest.raises(MissingSound, match=r"no sound of 'Ъ\.'"):
        rebuilt(job)


def test_the_sounds_of_the_dialplan_are_where_it_looks_for_them(job: Job) -> None:
    said = SoundBank(catalogue(job.prompts, RUSSIAN), job.var).sound("fallback/nobody", {}, "ru")
    laid = (job.var / "sounds/fallback/ru/nobody.alaw").read_bytes()
    assert laid == Path(f"{said}.alaw").read_bytes()


@pytest.mark.parametrize("name", ["hello", "hours.1", "words/восьми", "tariffs/Smart"])
def test_a_recording_wins(job: Job, name: str) -> None:
    language = "en" if name.startswith("tariffs") else "ru"
    write(job.prompts / language / "recorded" / f"{name}.wav", tone(0.5))
    before = sounds(job)
    assert rebuilt(replace(job, voices=unmade("a voice was asked for"))).made == 1
    said = SoundBank(catalogue(job.prompts, RUSSIAN), job.var)
    key, values = {"hello": ("hello", {}), "tariffs/Smart": ("tariff", {"tariff": "Smart"})}.get(
        name, ("hours", {"opens": 8, "closes": 20})
    )
    made = next(sound for file, sound in sounds(job).items() if file not in before and language in file)
    assert made in Path(f"{said.sound(key, values, 'ru')}.alaw").read_bytes()


def test_a_bad_recording_is_told_and_the_old_sounds_stay(job: Job) -> None:
    before = sounds(job)
    bad = job.prompts / "ru/recorded/hello.wav"
    bad.parent.mkdir(parents=True)
    bad.write_bytes(b"no sound at all")
    with pytest.raises(BadSound, match=r"recorded/hello\.wav: not a PCM WAV file"):
        rebuilt(job)
    assert sounds(job) == before


def test_a_killed_build_leaves_nothing_half_and_the_next_one_goes_on(tmp_path: Path) -> None:
    catalogue(tmp_path / "prompts", RUSSIAN)
    program = (
        "import sys; from pathlib import Path; from tests.prompts.test_build import job_in, build;"
        "build(job_in(Path(sys.argv[1])), lambda done, total: print(done, flush=True))"
    )
    killed = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert killed.stdout
    made = next(line for line in killed.stdout if int(line) >= 10)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    job = job_in(tmp_path)
    assert not (job.var / "sounds/ru" / Index.FILE).exists(), "an index would promise sounds that are not there"
    done = rebuilt(job)
    assert done.there >= int(made)
    assert not list(job.var.rglob("*.part"))
    assert SoundBank(catalogue(job.prompts, RUSSIAN), job.var)


def test_two_builds_at_once_wait_for_each_other(job: Job) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.prompts.test_build import job_in, rebuilt;"
        "print(rebuilt(job_in(Path(sys.argv[1]))).made)"
    )
    catalogue(job.prompts, RUSSIAN.replace("До свидания", "Пока"))
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(job.var.parent)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert sorted(process.communicate()[0].strip() for process in both) == ["0", "1"]
